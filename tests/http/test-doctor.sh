#!/usr/bin/env bash
# rollcall-admin doctor: a host that is right passes, and whatever is wrong with
# host, database or web server is found; the lines that it prints for Apache,
# added to the configuration, mend it.
. "$(dirname "$0")/../resilience/common.sh"

# doctor OPTION...: what it says, in $said; its exit status, in $status.
doctor()
{
  said=$(ROLLCALL_CONF=$RIG/rollcall.conf ROLLCALL_SQL_DIR=$top/sql \
    "$RIG_ADMIN" --json doctor "$@" 2>"$dir/tmp/err")
  status=$?
}

# outcome CHECK: of a check, the worst where there are several.
outcome()
{
  jq -r --arg check "$1" '[.checks[] | select(.check == $check) | .outcome]
    | sort_by({"failed": 0, "warning": 1, "ok": 2}[.]) | .[0] // "none"' \
    <<<"$said"
}

# is CHECK OUTCOME
is()
{
  [ "$(outcome "$1")" = "$2" ] || {
    jq -c '.checks[]' <<<"$said" | sed 's/^/# /'
    return 1
  }
}

# fix CHECK: the lines that it prints for it.
fix()
{
  jq -r --arg check "$1" '[.checks[] | select(.check == $check
    and .outcome == "failed") | .fix] | .[0] // ""' <<<"$said"
}

# names CHECK TEXT: its lines hold that one.
names()
{
  fix "$1" | grep -qF -- "$2"
}

# web_is_good: every check of the web server is well.
web_is_good()
{
  local check
  for check in 'web server' endpoints Authorization PUT DELETE OPTIONS \
    'encoded paths' 'large bodies' well-known jwks POST; do
    is "$check" ok || return 1
  done
}

# anew: the web server reads its configuration, as it is now, again.
anew()
{
  local i pid signal name
  for i in "${!rig_started[@]}"; do
    read -r pid signal name <<<"${rig_started[i]}"
    [ "$name" != server ] || break
  done
  rig_end "$pid" "$signal" server
  unset "rig_started[i]"
  rig_started=("${rig_started[@]}")
  case $rig_kind in
    lighttpd) rig_launch server INT "$(rig_binary lighttpd)" -D \
      -f "$RIG/lighttpd.conf" ;;
    *) rig_launch server TERM "$(rig_binary apache2 httpd)" -d "$RIG" \
      -f "$RIG/apache.conf" -DFOREGROUND ;;
  esac
  rig_wait_for server 60 rig_listens "$RIG_PORT"
}

# broken WHAT CHECK TEXT LINES: with these lines in Apache's configuration the
# check fails and its lines hold the text; with those added it passes.
broken()
{
  local lines
  cp "$RIG/apache.conf" "$dir/tmp/good.conf"
  printf '%s\n' "$4" >>"$RIG/apache.conf"
  anew
  doctor
  check "$rig_kind, $1: found" is "$2" failed
  check "$rig_kind, $1: exit code 1" test "$status" = 1
  check "$rig_kind, $1: the line is told" names "$2" "$3"
  lines=$(fix "$2")
  printf '%s\n' "$lines" >>"$RIG/apache.conf"
  anew
  doctor
  check "$rig_kind, $1: the lines mend it" is "$2" ok
  check "$rig_kind, $1: and nothing else is wrong" web_is_good
  cp "$dir/tmp/good.conf" "$RIG/apache.conf"
}

# apache_broken: what is wrong with many an Apache.
apache_broken()
{
  broken 'Authorization kept' Authorization 'CGIPassAuth On' \
    '<LocationMatch "^/oauth/">
      CGIPassAuth Off
    </LocationMatch>'
  broken 'encoded slashes refused' 'encoded paths' \
    'AllowEncodedSlashes NoDecode' 'AllowEncodedSlashes Off'
  broken 'PUT refused' PUT 'Require all granted' \
    '<LocationMatch "^/oauth/">
      <Limit PUT DELETE>
        Require all denied
      </Limit>
    </LocationMatch>'
  broken 'OPTIONS refused' OPTIONS 'Require all granted' \
    '<LocationMatch "^/oauth/">
      <LimitExcept GET POST PUT DELETE>
        Require all denied
      </LimitExcept>
    </LocationMatch>'
}

need_apache mod_proxy_fcgi.so mod_fcgid.so
begin_rig
rig_start lighttpd 'registration_token_lifetime = 30d' || exit 1
disown "$(cat "$RIG_RUN/postgres.pid")"
RIG_SERVER=lighttpd
"$RIG/admin" deliver >/dev/null 2>&1

# --- all is well

doctor --workers 2
check 'a host that is right: exit code 0' test "$status" = 0
check 'no check fails' test "$(jq .failed <<<"$said")" = 0
check 'lighttpd: the web server is right' web_is_good
for name in configuration issuer pages 'key file' database encoding clock \
  logins processes schema rights 'signing keys' notifications purge; do
  check "$name is right" is "$name" ok
done
check 'people get a line a check' grep -q '^ok       Authorization: ' <(
  ROLLCALL_CONF=$RIG/rollcall.conf ROLLCALL_SQL_DIR=$top/sql \
    "$RIG_ADMIN" doctor 2>/dev/null)
doctor --no-web
check '--no-web leaves the web server alone' is 'web server' none
doctor "http://127.0.0.1:$RIG_PORT/"
check 'a base URL may be given' is 'web server' ok
doctor 'http://127.0.0.1:1'
check 'nobody there: found' is 'web server' failed

for wrong in --workers=x --workers=none=8 --workers=register=-1 ftp://x \
  httpx://x; do
  doctor --no-web "$wrong"
  check "a command line that is wrong: $wrong" test "$status" = 2
done

# --- the host

chmod 644 "$RIG/rollcall.key"
doctor --no-web
check 'a key file that all may read: found' is 'key file' failed
check 'and the command is told' names 'key file' "chmod 640 $RIG/rollcall.key"
chmod 640 "$RIG/rollcall.key"
mv "$RIG/rollcall.key" "$RIG/key.aside"
doctor --no-web
check 'no key file: found' is 'key file' failed
check 'and that no key opens' is 'signing keys' failed
check 'and how to make one' names 'key file' 'rollcall-admin setup'
ln -s "$RIG/rollcall.key" "$RIG/rollcall.key"
doctor --no-web
check 'one that cannot be looked at is not to be made anew' test \
  "$(fix 'key file')$(fix 'signing keys')" = ''
rm "$RIG/rollcall.key"
printf '%043d\n' 0 >"$RIG/rollcall.key"
chmod 640 "$RIG/rollcall.key"
doctor --no-web
check 'another key file: found' is 'signing keys' failed
mv -f "$RIG/key.aside" "$RIG/rollcall.key"
cp "$RIG/rollcall.conf" "$dir/tmp/rollcall.conf"
printf '%032d\n' 0 >"$dir/tmp/secret"
chmod 640 "$dir/tmp/secret"
cat >>"$RIG/rollcall.conf" <<END
webhook "siem" {
	url = "https://siem.example.org/"
	secret_file = "$dir/tmp/secret"
}
END
doctor --no-web
check 'a secret of a webhook is right' is 'webhook secrets' ok
chmod 644 "$dir/tmp/secret"
doctor --no-web
check 'one that all may read: found' is 'webhook secrets' failed
rm "$dir/tmp/secret"
doctor --no-web
check 'one that is not there: found' is 'webhook secrets' failed
cp "$dir/tmp/rollcall.conf" "$RIG/rollcall.conf"
printf '%s\n' "audit_head_file = \"$dir/tmp/none/head\"" \
  'mail_to = {"ops@example.org"}' 'sendmail = "/none/sendmail"' \
  >>"$RIG/rollcall.conf"
doctor --no-web
check 'an audit_head_file that cannot be written: found' is 'audit head file' failed
check 'a sendmail that is not there: found' is mail failed
mkdir "$dir/tmp/none"
sed -i 's,/none/sendmail,/bin/true,' "$RIG/rollcall.conf"
doctor --no-web
check 'one that can be written is right' is 'audit head file' ok
check 'one that is there is right' is mail ok
cp "$dir/tmp/rollcall.conf" "$RIG/rollcall.conf"
sed -i 's/^database = "/&password=secret /' "$RIG/rollcall.conf"
chmod 644 "$RIG/rollcall.conf"
doctor --no-web
check 'a password that all may read: found' is 'configuration file' failed
check 'and the command is told' names 'configuration file' \
  "chmod 640 $RIG/rollcall.conf"
chmod 640 "$RIG/rollcall.conf"
doctor --no-web
check 'one that few may is right' is 'configuration file' none
cp "$dir/tmp/rollcall.conf" "$RIG/rollcall.conf"
chmod 644 "$RIG/rollcall.conf"
mv "$RIG/pages/error.html" "$dir/tmp/error.html"
doctor --no-web
check 'a page that is missing: found' is pages failed
mv "$dir/tmp/error.html" "$RIG/pages/error.html"
cp "$RIG/rollcall.conf" "$dir/tmp/good.conf"
echo 'isuer = "x"' >>"$RIG/rollcall.conf"
doctor --no-web
check 'a configuration that is wrong: found' is configuration failed
sed 's,^issuer.*,issuer = "https://www.example.org/~me",' "$dir/tmp/good.conf" \
  >"$RIG/rollcall.conf"
doctor --no-web
check 'an issuer on a shared host: found' is issuer failed
sed 's,^issuer.*,issuer = "http://auth.example.org",' "$dir/tmp/good.conf" \
  >"$RIG/rollcall.conf"
doctor --no-web
check 'an issuer in clear: found' is configuration failed
cp "$dir/tmp/good.conf" "$RIG/rollcall.conf"

# --- the database

doctor --no-web --workers 50
check 'more processes than connections: found' is processes failed
check 'and the command is told' names processes 'ALTER SYSTEM SET max_connections'
doctor --no-web --workers 50 --database "host=$RIG_RUN dbname=rollcall"
check 'who goes by --database may have a pooler' is processes warning
doctor --no-web --workers 2 --workers register=200
check 'of one program too' is processes failed
sql 'REVOKE INSERT (client_id) ON rollcall.client FROM rollcall_register'
doctor --no-web
check 'a right that is missing: found' is rights failed
check 'it is named' grep -q \
  'rollcall_register: INSERT (client_id) on rollcall.client' <<<"$said"
check 'and the command is told' names rights 'rollcall-admin migrate'
ROLLCALL_MIGRATE=$RIG_MIGRATE "$RIG/admin" migrate >/dev/null 2>&1
doctor --no-web
check 'which mends it' is rights ok
sql 'GRANT SELECT (metadata) ON rollcall.client TO rollcall_jwks'
sql 'GRANT EXECUTE ON FUNCTION rollcall.client_delete(text) TO PUBLIC'
doctor --no-web
check 'rights that are too many: found' is rights failed
check 'of a column' grep -qF \
  'rollcall_jwks: SELECT (metadata) on rollcall.client' <<<"$said"
check 'and of everybody' grep -qF \
  'PUBLIC: EXECUTE on rollcall.client_delete(text)' <<<"$said"
sql 'REVOKE EXECUTE ON FUNCTION rollcall.client_delete(text) FROM PUBLIC'
ROLLCALL_MIGRATE=$RIG_MIGRATE "$RIG/admin" migrate >/dev/null 2>&1
doctor --no-web
check 'which mends it' is rights ok
mkdir -p "$dir/tmp/sql"
cp -r "$top/sql/migrate" "$dir/tmp/sql/"
echo '-- nothing' >"$dir/tmp/sql/roles.sql"
said=$(ROLLCALL_CONF=$RIG/rollcall.conf ROLLCALL_SQL_DIR=$dir/tmp/sql \
  "$RIG_ADMIN" --json doctor --no-web 2>/dev/null)
check 'a file that grants nothing proves nothing' grep -q \
  'no GRANT in .* was understood' <<<"$said"
sql 'ALTER ROLE rollcall_jwks NOLOGIN'
doctor --no-web
check 'a role that cannot log in: warned of' is logins warning
check 'and the command is told' grep -q -- \
  "-- psql -d .*user='rollcall_jwks'.* -c 'SELECT 1'" <<<"$said"
sql 'ALTER ROLE rollcall_token NOLOGIN'
check 'of several, one line of the log is enough' test "$(
  ROLLCALL_CONF=$RIG/rollcall.conf "$RIG_ADMIN" doctor --no-web 2>&1 |
    grep -c 'cannot connect')" = 1
sql 'ALTER ROLE rollcall_jwks LOGIN'
sql 'ALTER ROLE rollcall_token LOGIN'
sql 'REVOKE USAGE ON SCHEMA rollcall FROM rollcall_admin'
doctor --no-web
check 'a schema that this role cannot read: found' is schema failed
check 'as such' is database ok
ROLLCALL_MIGRATE=$RIG_MIGRATE "$RIG/admin" migrate >/dev/null 2>&1
sql "UPDATE rollcall.schema_version SET sha256 = 'x' WHERE version = 1"
doctor --no-web
check 'another schema: found' is schema failed
sql "DELETE FROM rollcall.schema_version WHERE version = 1"
doctor --no-web
check 'a migration that is missing: found' is schema failed
sql "INSERT INTO rollcall.schema_version (version, name, sha256)
  VALUES (1, '0001-clients.sql',
  '$(sha256sum <"$top/sql/migrate/0001-clients.sql" | cut -d ' ' -f 1)')"
sql "UPDATE rollcall.signing_key SET status = 'retiring', deactivated_at = now()
  WHERE alg = 'ES256'"
doctor --no-web
check 'an algorithm without a key: found' is 'signing keys' failed
check 'and the command is told' names 'signing keys' 'rollcall-admin setup'
"$RIG/admin" setup --no-migrate >/dev/null 2>&1
doctor --no-web
check 'which mends it' is 'signing keys' ok
sql "INSERT INTO rollcall.access_token (token_hash, client_id, scope, audience,
    expires_at) SELECT sha256('t'), client_id, '', '{}', now() - interval '2 days'
  FROM rollcall.client LIMIT 1" || :
sql "INSERT INTO rollcall.used_assertion (client_id, jti_hash, expires_at)
  VALUES ('x', sha256('j'), now() - interval '2 days')"
doctor --no-web
check 'that nobody purges: warned of' is purge warning
sql "INSERT INTO rollcall.outbox (destination, event_id, event, payload, dead_at)
  VALUES ('mail', 1, 'x', '{}', now())"
doctor --no-web
check 'notifications given up: warned of' is notifications warning
sql 'DELETE FROM rollcall.outbox'
sql "INSERT INTO rollcall.outbox (destination, event_id, event, payload,
  next_attempt_at) VALUES ('mail', 1, 'x', '{}', now() - interval '3 hours')"
doctor --no-web
check 'notifications that nobody sends: warned of' is notifications warning
sql 'DELETE FROM rollcall.outbox'
sed 's,^database = .*,database = "host=/none dbname=x",' "$dir/tmp/good.conf" \
  >"$RIG/rollcall.conf"
doctor --no-web
check 'no database: found' is database failed
cp "$dir/tmp/good.conf" "$RIG/rollcall.conf"
createdb empty
sed "s,^database = .*,database = \"host=$RIG_RUN dbname=empty\"," \
  "$dir/tmp/good.conf" >"$RIG/rollcall.conf"
sed -i 's/^database_role_prefix.*/database_role_prefix = ""/' "$RIG/rollcall.conf"
doctor --no-web
check 'an empty database: found' is schema failed
check 'and the command is told' names schema 'rollcall-admin setup'
cp "$dir/tmp/good.conf" "$RIG/rollcall.conf"

# --- the web server

sed -i 's,^fastcgi.server,server.max-request-size = 4\n&,' \
  "$RIG/confs/rollcall.conf"
sed -i '/server.max-request-size = 65536/d' "$RIG/confs/rollcall.conf"
anew
doctor
check 'lighttpd, small bodies only: found' is 'large bodies' failed
check 'lighttpd, small bodies only: the line is told' names 'large bodies' \
  'server.max-request-size = 65536'
fix 'large bodies' >>"$RIG/lighttpd.conf"
anew
doctor
check 'lighttpd, small bodies only: the line mends it' is 'large bodies' ok
sed -i '/oauth-protected-resource" =>/d' "$RIG/confs/rollcall.conf"
anew
doctor
check 'lighttpd, a well-known form that is missing: found' is well-known failed
fix well-known >>"$RIG/lighttpd.conf"
sed -i "s,/run/rollcall/,$RIG_RUN/,g" "$RIG/lighttpd.conf"
anew
doctor
check 'lighttpd, a well-known form: the lines mend it' is well-known ok

serve apache
doctor
check 'apache: the web server is right' web_is_good
apache_broken
sed -i 's/^ProxyPassMatch.*well-known/#&/' "$RIG/confs/rollcall.conf"
anew
doctor
check 'apache, no well-known form: found' is well-known failed
fix well-known | sed "s,/run/rollcall/,$RIG_RUN/," >>"$RIG/apache.conf"
anew
doctor
check 'apache, no well-known form: the line mends it' is well-known ok
sed -i 's/^ProxyPassMatch.*oauth\?.*jwks/#&/; s/^ProxyPassMatch.*jwks/#&/' \
  "$RIG/confs/rollcall.conf"
anew
doctor
check 'apache, no jwks: found' is jwks failed
fix jwks | sed "/systemctl/d; s,/run/rollcall/,$RIG_RUN/," >>"$RIG/apache.conf"
anew
doctor
check 'apache, no jwks: the line mends it' is jwks ok
rig_end "$(cat "$RIG_RUN/userinfo.pid")" TERM userinfo
rm -f "$RIG_RUN/userinfo.sock"
doctor
check 'a program that does not run: found' is userinfo failed
check 'and the command is told' names userinfo \
  'systemctl enable --now rollcall@userinfo'

serve apache-fcgid
doctor
check 'apache-fcgid: the web server is right' web_is_good
# Of proxied requests Apache limits nothing (mod_proxy_fcgi).
broken 'small bodies only' 'large bodies' 'LimitRequestBody 67108864' \
  '<LocationMatch "^/oauth/">
    LimitRequestBody 10000
  </LocationMatch>'
broken 'small bodies by mod_fcgid' 'large bodies' \
  'FcgidMaxRequestLen 67108864' 'FcgidMaxRequestLen 131072'

# --- https

if [ -e "$(rig_apache_modules)/mod_ssl.so" ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$dir/tmp/key.pem" -out "$dir/tmp/cert.pem" 2>/dev/null
  chmod 644 "$dir/tmp/key.pem"
  cat >>"$RIG/apache.conf" <<END
LoadModule ssl_module $(rig_apache_modules)/mod_ssl.so
SSLEngine on
SSLCertificateFile $dir/tmp/cert.pem
SSLCertificateKeyFile $dir/tmp/key.pem
SSLOptions +StdEnvVars
END
  sed -i 's,^issuer = "http:,issuer = "https:,' "$RIG/rollcall.conf"
  anew
  doctor
  check 'https, a certificate that nobody trusts: found' is 'web server' failed
  check 'and the option is told' names 'web server' '--cacert FILE'
  doctor --cacert "$dir/tmp/cert.pem"
  check 'https, --cacert: the web server is right' web_is_good
fi
end
