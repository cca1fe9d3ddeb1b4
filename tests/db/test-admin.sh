#!/bin/bash
# rollcall-admin against a private cluster: each command, for people and for
# programs, its refusals and exit codes, the manual's examples, and the purge.
# Prints "ok N - what" or "not ok N - what", and the sum as its last line.

set -u

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/db/common.sh
. "$here/common.sh"
# shellcheck source=tests/terminal.sh
. "$top/tests/terminal.sh"
awk=${AWK:-awk}

# --- the command line

usage_says()
{
	admin "$@" 2>&1 >/dev/null | grep -c '^usage: '
}
is "no command: the usage" 1 usage_says
is "a noun alone: the usage" 1 usage_says account
admin account > /dev/null 2>&1
is "and exit code 2" 2 echo $?
like "--help lists the commands" '^  session end \[ID\]' admin --help
like "help as well" '^  session end \[ID\]' admin help
is "help of a noun is its --help" "$(admin key --help)" admin help key
refused "help of what there is not" 2 'no command kye' admin help kye
refused "a slip in a noun" 2 'no command acount; did you mean account' \
    admin acount
refused "in a verb" 2 'no command key lsit; did you mean list' admin key lsit
refused "in an option" 2 'no option --jsno here; did you mean --json' \
    admin key list --jsno
is "--help of a noun lists its own" 0 \
    sh -c 'rollcall-admin key --help | grep -c account'
like "where brackets are about what may be left out" \
    '^  client rollback ID --to VERSION \[--force\] \[--yes\]$' \
    admin client --help
is "and about nothing else" "policy test --metadata FILE [--policy NAME]
audit detach --before YYYY-MM" sh -c "rollcall-admin --help |
    sed -n 's/^  \(audit detach\|policy test\) /\1 /p'"
like "--version" '^rollcall-admin [0-9.]+$' admin --version
full()
{
	admin "$@" > /dev/full
}
refused "a full standard output is a fault" 1 \
    'cannot write to standard output' full --version
refused "an unknown noun" 2 'no command keys' admin keys
refused "an unknown verb" 2 'no command key make' admin key make
refused "an unknown option" 2 'no option --all' admin key list --all
refused "a short option" 2 'no option -x' admin key list -x
refused "one word too many" 2 'one word too many' admin key list ES256
refused "one word too few" 2 'NAME is missing' admin account show
refused "an option without its value" 2 'needs a value' \
    admin account add x --name
refused "an empty value" 2 'is empty' admin account add x --name=
refused "a flag with a value" 2 'takes no value' admin account add x --random=1
refused "an option twice" 2 'given twice' \
    admin account add x --name a --name b
refused "no configuration" 1 'none.conf' \
    admin --config "$work/own/none.conf" key list

# --- setup

createdb -E UTF8 -T template0 registry
configure registry ''
key_file=$work/own/registry.key
refused "nothing is there yet" 1 'was migrated' admin key list
like "migrate brings the database up to date" 'the schema is at version' \
    admin migrate
is "migrate --json says the rest elsewhere" true sh -c \
    'rollcall-admin migrate --json 2>/dev/null | jq .migrated'
refused "migrate where there is no server" 1 'not migrated' \
    admin migrate "host=$work/none dbname=x"
ROLLCALL_MIGRATE=$work/own/none \
    refused "migrate without rollcall-migrate" 1 'cannot run' admin migrate
is "migrate needs no configuration where the database is told" 0 \
    sh -c "ROLLCALL_CONF=/none rollcall-admin migrate \
    'host=$work user=postgres dbname=registry' >/dev/null 2>&1; echo \$?"

# All that follows is done as the role that is made for it.
configure registry rollcall_

is "setup makes the key file and four keys" \
    "true 4 ES256,EdDSA,PS256,RS256 active" \
    sh -c 'rollcall-admin setup --json 2>/dev/null | jq -r "\"\\(.key_file_made)
	\\(.keys_made | length) \\([.keys_made[].alg] | sort | join(\",\"))
	\\([.keys_made[].status] | unique | join(\",\"))\"" |
	tr -s "\n\t" " " | sed "s/ $//"'
is "the key file is for owner and group" 640 stat -c %a "$key_file"
sum=$(sha256sum < "$key_file")
is "setup again makes nothing" "false 0" sh -c 'rollcall-admin setup --json \
    2>/dev/null | jq -r "\"\(.key_file_made) \(.keys_made | length)\""'
is "and keeps the key file" "$sum" sha256sum < "$key_file"
q -c "UPDATE rollcall.signing_key SET status = 'retiring',
    deactivated_at = now() WHERE alg = 'PS256'"
like "setup makes the one that is missing" '^PS256 key [^ ]+ is active$' \
    admin setup

closed()
{
	admin key list >&- 2> "$work/own/err"
	echo "$? $(grep -c 'cannot write to standard output' "$work/own/err")"
}
is "with standard output closed, the database is not told what we print" \
    "1 1" closed
is "with standard error closed neither" "3 " sh -c \
    'rollcall-admin key promote none 2>&-; echo "$? "'

# --- config and policy

# put LINES: a configuration of its own for what follows.
own_conf=$work/own/config.conf
put()
{
	cat > "$own_conf" <<-END
		issuer = "https://auth.example.org"
		database = "host=$work user=postgres dbname=registry"
		database_role_prefix = "rollcall_"
		key_file = "$key_file"
		pages = "$top/pages"
		$1
	END
}
config()
{
	admin --config "$own_conf" config "$@"
}
policy()
{
	admin --config "$own_conf" policy "$@"
}

put 'max_body = 64k
scopes = {read, write}
policy "partners" { scopes = {read}; status = pending }'
like "config prints a default" '^database_timeout = 1500ms$' config
like "and what was given" '^scopes = \{"read", "write"\}$' config
like "and what follows from it" '^default_scope = \{"read", "write"\}$' config
like "and what is not set" '^# fetch_ca_file is not set$' config
like "and the policy that is always there" '^policy "default" \{$' config
config > "$work/own/printed.conf"
is "what it prints is a configuration" same sh -c "rollcall-admin \
    --config '$work/own/printed.conf' config | cmp - '$work/own/printed.conf' &&
    echo same"
is "config -n prints what differs from the defaults" \
    "issuer = \"https://auth.example.org\"
database = \"host=$work user=postgres dbname=registry\"
database_role_prefix = \"rollcall_\"
scopes = {\"read\", \"write\"}
key_file = \"$key_file\"
pages = \"$top/pages\"
policy \"partners\" {
	scopes = {\"read\"}
	status = pending
}" config -n
is "config --changed is the same" "$(config -n)" config --changed
is "config --json" "policy partners status pending 8 true" sh -c \
    "rollcall-admin --config '$own_conf' --json config | jq -r '.[] |
    select(.title == \"partners\" and .key == \"status\") |
    \"\(.section) \(.title) \(.key) \(.value) \(.line) \(.differs)\"'"
refused "config -n -t" 2 'give one of them' config -n -t
refused "a letter that another command has" 2 'no option -n' \
    admin client list -n
# shellcheck disable=SC2016
sed -i 's/^database = .*/database = "host=h password='"'s3 \\\\\$ecret'"'"/' \
    "$own_conf"
like "a password is not shown" "^database = \"password='\*\*\*' host='h'\"$" \
    config
sed -i 's,^database = .*,database = "postgresql://u:s3cret@h/d?application_name=a",' \
    "$own_conf"
is "nor that in a URI" 0 sh -c "rollcall-admin --config '$own_conf' config |
    grep -c s3cret"

# found PATTERN: the one thing that config -t finds, and its exit code.
found()
{
	local said status
	said=$(config -t 2>/dev/null)
	status=$?
	said=$(printf '%s\n' "$said" | grep -E '^(fault|warning): ')
	printf '%s\n' "$said" | grep -Eq -e "$1" || printf '%s\n' "$said"
	[ "$(printf '%s\n' "$said" | wc -l)" = 1 ] || echo "more than one"
	echo "$status"
}
put 'registration = closed'
is "config -t says that all is well" "$own_conf is good" config -t
is "and nothing else" "0 []" sh -c "rollcall-admin --config '$own_conf' \
    config -t --json | jq -c . | sed 's/^/0 /'"
put 'registration = closed
max_body = lots'
refused "config -t names file and line" 1 "$own_conf:7: max_body" config -t
put 'registration = closed'
chmod 644 "$key_file"
is "a key file that all may read is a fault" 1 found "^fault: key_file: $key_file: .*chmod it to 640$"
chmod 640 "$key_file"
put "registration = closed
fetch_ca_file = \"$work/own/none\""
is "a file that is not there is a fault" 1 found '^fault: fetch_ca_file: '
put "registration = closed
audit_head_file = \"$work/none/heads\""
is "so is a folder that is not there" 1 found \
    "^fault: audit_head_file: $work/none: "
put "registration = closed
mail_to = {root}
sendmail = \"$work/own/none\""
is "so is a sendmail that is not there" 1 found '^fault: sendmail: '
mkdir "$work/own/pages"
put 'registration = closed'
sed -i "s,^pages = .*,pages = \"$work/own/pages\"," "$own_conf"
is "so are pages that are not whole" 1 found '^fault: pages: '
put 'registration = closed
statement_issuer "https://s.example" { jwks = "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}" }'
is "so is a JWK Set with a secret in it" 1 found \
    '^fault: statement_issuer "https://s.example": jwks keys\[0\]'
okp='{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}'
put "registration = closed
statement_issuer \"https://s.example\" { jwks = \"$okp\"; algorithms = {RS256} }"
is "so is one without a key for the algorithm" 1 found \
    '^fault: statement_issuer .*: jwks has no key that signs by'
put "registration = closed
statement_issuer \"https://s.example\" { jwks = \"$okp\"; members = {client_nam} }"
is "so is a member that is none" 1 found 'there is no metadata member client_nam;'
put "registration = closed
statement_issuer \"https://s.example\" { jwks = \"$okp\"; members = {client_name} }"
is "and one that is all right is not" "$own_conf is good" config -t
hook="webhook \"w\" { url = \"https://h.example\"; secret_file = \"$work/own/hook\" }"
put "registration = closed
$hook"
is "a webhook without its secret is a fault" 1 found \
    "^fault: webhook \"w\": secret_file $work/own/hook cannot be read"
: > "$work/own/hook"
is "so is one whose secret is empty" 1 found '^fault: webhook "w": '
echo secret > "$work/own/hook"
chmod 644 "$work/own/hook"
is "a secret that all may read is a warning" 0 found '^warning: webhook "w": every'
chmod 600 "$work/own/hook"
is "and not any more" "$own_conf is good" config -t

open='policy "default" { grant_types = {authorization_code}; max_clients = 9 }'
put "$open"
is "open registration with bounds is good" "$own_conf is good" config -t
put 'policy "default" { max_clients = 9 }'
is "client_credentials for anybody is a warning" 0 found \
    '^warning: policy "default": anybody .* client_credentials'
put 'policy "default" { grant_types = {authorization_code} }'
is "so is open registration without max_clients" 0 found \
    '^warning: policy "default": .* no max_clients'
put "$open
rate_limit_register = off"
is "so is open registration without a rate" 0 found '^warning: rate_limit_register: '
put "$open
rate_limit_failures = off"
is "so are failures without a rate" 0 found '^warning: rate_limit_failures: '
put "$open
rate_limit_manage = off"
is "so are changes without a rate" 0 found '^warning: rate_limit_manage: '
put "$open
rate_limit_login = off"
is "so are logins without a rate" 0 found '^warning: rate_limit_login: '
put "$open
policy \"a\" { token_endpoint_auth_methods = {none}; grant_types = {client_credentials} }"
is "so is a policy by which nobody can register" 0 found \
    '^warning: policy "a": nobody can register'
put "$open
policy \"a\" { redirect_schemes = {http}; redirect_hosts = {\"a.example\"} }"
is "so are hosts without https" 0 found '^warning: policy "a": redirect_hosts is of no use'
put "$open
policy \"a\" { redirect_hosts = {\"a.example\"} }"
is "so are hosts that are not all there is" 0 found \
    '^warning: policy "a": redirect_hosts is about https alone'

put 'policy "partners" {
	scopes = {read}; default_scope = {read}
	redirect_hosts = {"*.partner.example"}
	status = pending; max_clients = 5
	rate_limit_register = "5/1h"
}'
q -c "INSERT INTO rollcall.client (client_id, policy, status, secret_hash,
    metadata) SELECT
    'counted' || i, CASE WHEN i < 4 THEN 'partners' ELSE 'gone' END,
    CASE i WHEN 1 THEN 'active' ELSE 'disabled' END, sha256('x'),
    '{\"client_name\": \"Counted\", \"grant_types\": [\"client_credentials\"],
      \"token_endpoint_auth_method\": \"client_secret_basic\"}'
    FROM generate_series(1, 4) i"
like "policy list is a table" '^POLICY +STATUS +CONSENT +SOFTWARE STATEMENT' \
    policy list
is "policy list tells of terms and counts clients" \
    'partners pending ["*.partner.example"] 5 5/3600s 1 0 2' sh -c \
    "rollcall-admin --config '$own_conf' policy list --json | jq -rc '.[] |
    select(.policy == \"partners\") | \"\(.policy) \(.status)\" +
    \" \(.redirect_hosts) \(.max_clients) \(.rate_limit_register)\" +
    \" \(.active) \(.pending) \(.disabled)\"'"
is "and of a policy that only clients know" "gone not configured 1" sh -c \
    "rollcall-admin --config '$own_conf' policy list --json | jq -r '.[] |
    select(.policy == \"gone\") | \"\(.policy) \(.status) \(.disabled)\"'"
is "the default one is the first" default sh -c \
    "rollcall-admin --config '$own_conf' policy list --json | jq -r '.[0].policy'"
q -c "DELETE FROM rollcall.client WHERE client_id LIKE 'counted%'"

echo '{"redirect_uris":["https://app.partner.example/cb"]}' > "$work/own/meta"
is "policy test tells what would be registered" "partners true read" sh -c \
    "rollcall-admin --config '$own_conf' policy test --metadata '$work/own/meta' \
    --policy partners --json | jq -r '\"\(.policy)\" +
    \" \(.client_secret_issued) \(.metadata.scope)\"'"
like "also for people" '^METADATA +.*app\.partner\.example' \
    policy test --metadata "$work/own/meta" --policy partners
is "without --policy it is the anonymous one" "default" sh -c \
    "rollcall-admin --config '$own_conf' policy test --json --metadata - \
    < '$work/own/meta' | jq -r .policy"
is "and registers nothing" 0 q -c "SELECT count(*) FROM rollcall.client
    WHERE metadata::text LIKE '%partner.example%'"
echo '{"redirect_uris":["https://a.example/cb","https://a.example/#x"],
    "scope":"read write"}' > "$work/own/meta"
is "what is refused has all its faults" "invalid_redirect_uri true 1" sh -c \
    "rollcall-admin --config '$own_conf' policy test --json --policy partners \
    --metadata '$work/own/meta' > '$work/own/refusal' 2>/dev/null; status=\$?
    jq -r '\"\(.error) \(.error_details | length >= 2)\"' '$work/own/refusal' |
    sed \"s/\$/ \$status/\""
is "for people a line each" 1 sh -c \
    "rollcall-admin --config '$own_conf' policy test --policy partners \
    --metadata '$work/own/meta' 2>/dev/null | grep -c '^fault: /scope: '"
printf '%s\n' '{"grant_types":["client_credentials"],"a\u001b[2J":1}' \
    > "$work/own/meta"
like "what a member is called does nothing to the terminal" \
    '^warning: /a\?\[2J: ' policy test --metadata "$work/own/meta"
refused "policy test without metadata" 2 '--metadata FILE' policy test
refused "policy test by an unknown policy" 3 'no policy none' \
    policy test --policy none --metadata "$work/own/meta"
echo '[]' > "$work/own/meta"
refused "policy test of what is no object" 1 'one JSON object' \
    policy test --metadata "$work/own/meta"

# --- keys

first=$(q -c "SELECT kid FROM rollcall.signing_key WHERE alg = 'ES256'")
refused "key add of an unknown algorithm" 2 'RS256, PS256' admin key add HS256
is "a further key is published" published member .status key add ES256
second=$(q -c "SELECT kid FROM rollcall.signing_key
    WHERE alg = 'ES256' AND status = 'published'")
is "key list --json" "$first active
$second published" sh -c "rollcall-admin key list --json |
    jq -r '.[] | select(.alg == \"ES256\") | \"\\(.kid) \\(.status)\"'"
like "key list is a table" \
    '^KID +ALG +STATUS +CREATED AT +ACTIVATED AT +DEACTIVATED AT' admin key list
refused "promote what was published just now" 1 'too early' \
    admin key promote -- "$second"
is "promote --now" promoted member .outcome key promote --now -- "$second"
is "the other is retiring" "active retiring" q -F ' ' -c "SELECT
    (SELECT status FROM rollcall.signing_key WHERE kid = '$second'),
    (SELECT status FROM rollcall.signing_key WHERE kid = '$first')"
like "promote what is active" '^key .* was promoted already$' \
    admin key promote --now -- "$second"
refused "promote what no longer signs" 1 'not published' \
    admin key promote --now -- "$first"
refused "promote what is not there" 3 'no key none' admin key promote none
refused "retire what is active" 1 'is active' \
    admin key retire --now -- "$second"
refused "retire what signed just now" 1 'too early' \
    admin key retire -- "$first"
like "retire --now" '^key .* was retired$' admin key retire --now -- "$first"
like "retire it again" '^key .* was retired already$' \
    admin key retire --now -- "$first"
refused "retire what is not there" 3 'no key -none' admin key retire -none
is "the private part is gone with it" t q -c "SELECT sealed_key IS NULL
    FROM rollcall.signing_key WHERE kid = '$first'"
q -c "UPDATE rollcall.signing_key SET created_at = now() - interval '1 day',
    deactivated_at = now() - interval '1 year' WHERE alg = 'PS256'"
like "in time keys retire without --now" 'was retired' admin key retire -- \
    "$(q -c "SELECT kid FROM rollcall.signing_key
    WHERE alg = 'PS256' AND status = 'retiring'")"
chmod 644 "$key_file"
refused "a key file that all may read is refused" 1 "$key_file" \
    admin key add RS256
refused "setup does not call it lost" 1 'chmod it to 640; .*: mend that' \
    admin setup --no-migrate
chmod 640 "$key_file"
mv "$key_file" "$key_file.away"
# Which may be behind it; for root, too.
ln -s "$key_file" "$key_file"
refused "nor one that it cannot see" 1 'symbolic links; .*: mend that' \
    admin setup --no-migrate
put 'registration = closed'
is "nor does config -t say to make it" 1 found \
    '^fault: key_file: .*symbolic links$'
rm "$key_file"
refused "key add makes no key file" 1 "$key_file" admin key add RS256

# Without it the keys that are there would be lost.
refused_setup()
{
	admin setup 2>&1 >/dev/null | grep '^rollcall-admin: '
	[ -e "$key_file" ] && echo "there is a key file"
}
named_all()
{
	local said kid
	said=$(refused_setup)
	for kid in $(q -c "SELECT kid FROM rollcall.signing_key
	    WHERE status <> 'retired'"); do
		case $said in *"$kid"*) ;; *) echo "not $kid" ;; esac
	done
	case $said in *"$key_file"*) ;; *) echo "not the file" ;; esac
	case $said in *"there is a key file"*) echo "a new file" ;; esac
}
is "setup names the key file that is missing, and what it opened" "" named_all
is "and fails" 1 sh -c 'rollcall-admin setup >/dev/null 2>&1; echo $?'
q -c "UPDATE rollcall.signing_key SET status = 'retiring',
    deactivated_at = now() WHERE alg = 'EdDSA' AND status = 'active'"
is "so it does where a key is to be made" "" named_all
head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d = > "$key_file"
chmod 640 "$key_file"
like "setup names a key that the file does not open" \
    "$key_file does not open the key [^ ]+: put" refused_setup
rm "$key_file"
q -c "CREATE TABLE kept AS SELECT * FROM rollcall.signing_key"
q -c "$("$awk" '/^UPDATE rollcall.signing_key/, /^\.Ed/ { if (!/^\./) print }' \
    "$top/man/rollcall-admin.8")"
is "where it is lost, the manual says how to begin anew" 4 sh -c \
    'rollcall-admin setup | grep -c "is active"'
q -c "TRUNCATE rollcall.signing_key" \
    -c "INSERT INTO rollcall.signing_key SELECT * FROM kept" \
    -c "DROP TABLE kept"
mv "$key_file.away" "$key_file"
like "setup with the right one" '^EdDSA key [^ ]+ is active$' admin setup

# Whoever logs in as the role and may not migrate has the owner do that before.
q -c "CREATE TABLE kept AS SELECT * FROM rollcall.signing_key" \
    -c "TRUNCATE rollcall.signing_key"
mv "$key_file" "$key_file.away"
sed -i 's/user=postgres/user=rollcall_admin/' "$ROLLCALL_CONF"
refused "setup as the role may not migrate" 1 'was not migrated' admin setup
refused "--no-roles is about migrating alone" 2 'about migrating' \
    admin setup --no-migrate --no-roles
ok "neither made a key file" test ! -e "$key_file"
ROLLCALL_MIGRATE=$work/own/none \
    is "setup --no-migrate makes the key file and four keys" "true 4" sh -c \
    'rollcall-admin setup --no-migrate --json |
    jq -r "\"\(.key_file_made) \(.keys_made | length)\""'
is "and then nothing" "" admin setup --no-migrate
configure registry rollcall_
mv "$key_file.away" "$key_file"
q -c "TRUNCATE rollcall.signing_key" \
    -c "INSERT INTO rollcall.signing_key SELECT * FROM kept" \
    -c "DROP TABLE kept"

# --- accounts

is "account add --random prints the password" 24 sh -c \
    "rollcall-admin account add alice --random --name 'Ålice 王王' \
    --email alice@example.org --claim email_verified=true \
    --claim locale=sv --claim 'address={\"country\": \"SE\"}' |
    tail -n 1 | tr -d '\n' | wc -c"
is "the claims are stored" \
    '{"name": "Ålice 王王", "email": "alice@example.org", "locale": "sv", "address": {"country": "SE"}, "email_verified": true}' \
    q -c "SELECT claims FROM rollcall.account WHERE login_name = 'alice'"
is "the password is hashed with the configured memory" t q -c \
    "SELECT password_hash LIKE '\$argon2id\$v=19\$m=8192,%'
    AND password_changed_at IS NOT NULL FROM rollcall.account"
refused "a name that is taken" 1 'account alice already' \
    admin account add alice --random
printf 'pass word ü\n' > "$work/own/password"
is "account add --password-file" bob \
    member .account account add bob --password-file "$work/own/password"
is "the password is not printed" null \
    member .password account add carol --no-password
is "nor is there one without" t q -c "SELECT password_hash IS NULL
    AND password_changed_at IS NULL FROM rollcall.account
    WHERE login_name = 'carol'"
refused "two ways to a password" 2 'one of --password-file' \
    admin account add dave --random --no-password
refused "a claim without a value" 2 'NAME=VALUE' \
    admin account add dave --random --claim x
refused "a claim of the server's" 2 'claim sub is' \
    admin account add dave --random --claim sub=1
refused "a claim that is broken JSON" 2 'is no JSON' \
    admin account add dave --random --claim 'x=[1'
for claim in email_verified=yes email_verified=1 phone_number_verified=\"true\"
do
	refused "the claim $claim" 2 "claim ${claim%%=*} must be true or false" \
	    admin account add dave --random --claim "$claim"
done
for claim in updated_at=now updated_at=1.5 updated_at=true; do
	refused "the claim $claim" 2 'claim updated_at must be a number' \
	    admin account add dave --random --claim "$claim"
done
refused "the claim address=x" 2 'claim address must be a JSON object' \
    admin account add dave --random --claim address=x
admin account add typed --no-password --claim updated_at=1700000000 \
    --claim phone_number_verified=false --claim nickname=true \
    --claim zoneinfo=1 > /dev/null
is "claims have the types of OpenID Connect Core 5.1" \
    'number boolean string string' sh -c "rollcall-admin --json account show \
    typed | jq -r '.claims | [.updated_at, .phone_number_verified, .nickname,
    .zoneinfo] | map(type) | join(\" \")'"
admin account delete typed --yes > /dev/null
refused "a claim that is no UTF-8" 2 'UTF-8' \
    admin account add dave --random --claim "x=$(printf '\377')"
refused "a name that is no UTF-8" 2 'UTF-8' \
    admin account add "$(printf '\377')" --random
refused "a name with a line's end" 2 'one line' \
    admin account add "$(printf 'a\nb')" --random
refused "a name that is too long" 2 '1 to 255' \
    admin account add "$(printf 'x%.0s' {1..256})" --random
refused "a password that is not there" 1 'cannot read' \
    admin account add dave --password-file "$work/own/none"
: > "$work/own/empty"
refused "an empty password" 1 'is empty' \
    admin account add dave --password-file "$work/own/empty"
printf 'a\nb\n' > "$work/own/lines"
refused "a password of two lines" 1 'one line' \
    admin account add dave --password-file "$work/own/lines"
printf 'sj\303\266\303\266\303\266\303\266\303\266\n' > "$work/own/short"
refused "a password of 7 characters" 1 'fewer than 8 characters' \
    admin account add dave --password-file "$work/own/short"
is "none of these made an account" 3 q -c \
    "SELECT count(*) FROM rollcall.account"
refused "without a terminal nobody is asked" 2 'no terminal' \
    setsid -w rollcall-admin account add dave

hash_of()
{
	q -c "SELECT password_hash FROM rollcall.account
	    WHERE login_name = '$1'"
}
before=$(hash_of bob)
from_stdin()
{
	printf 'another1\n' | admin account passwd bob --password-file -
}
like "account passwd --password-file -" 'bob has another password' from_stdin
is "it is another" 1 sh -c "[ '$before' != '$(hash_of bob)' ] && echo 1"
refused "account passwd of nobody" 3 'no account nobody' \
    admin account passwd nobody --random
like "account passwd --no-password" 'no password any more' \
    admin account passwd bob --no-password
is "takes it away" "" hash_of bob

# The terminal: script(1) makes one.
if script -qec true /dev/null >/dev/null 2>&1; then
	typed()
	{
		local lines=$1
		shift
		printf '%b' "$lines" | script -qec "$*" /dev/null |
		    tr -d '\r'
	}
	like "a password is asked for twice" 'The same again:' typed \
	    'sesame-1\nsesame-1\n' rollcall-admin account passwd bob
	is "and set" 1 sh -c "[ -n '$(hash_of bob)' ] && echo 1"
	before=$(hash_of bob)
	unechoed()
	{
		at_terminal "$work/own" 'rollcall-admin account passwd bob' \
		    'sesame-2\n' 'sesame-2\n' | grep -c sesame
	}
	is "without echo" 0 unechoed
	before=$(hash_of bob)
	# Stopped at the prompt: no terminal is left without echo.
	stopped()
	{
		at_terminal "$work/own" \
		    'rollcall-admin account passwd bob; stty -a' '\032' \
		    'one\n' 'one\n'
	}
	like "Ctrl-Z at the prompt gives up" 'no password was typed' stopped
	like "and brings the echo back" '(^| )echo ' stopped
	is "nothing was set" "$before" hash_of bob
	like "two that differ change nothing" 'passwords differ' typed \
	    'one\ntwo\n' 'rollcall-admin account passwd bob; true'
	is "really" "$before" hash_of bob
	like "deleting wants the name typed" 'nothing was changed' typed \
	    'y\n' 'rollcall-admin account delete carol; true'
	like "and then does it" 'account carol is deleted' typed \
	    'carol\n' rollcall-admin account delete carol
	is "in the table too" 2 q -c "SELECT count(*) FROM rollcall.account"
	like "long work shows how far it is" '[0-9]+ rows purged' typed \
	    '' rollcall-admin purge
	like "on standard error, where that is a terminal" '[0-9]+ rows' typed \
	    '' 'rollcall-admin audit export > /dev/null'
else
	echo "skipped: what is typed: script(1) makes no terminal here"
	admin account delete carol --yes > /dev/null
fi

table=$(admin account list)
line=$(printf '%s\n' "$table" | grep '^alice')
line=${line//王/xx}
line=${line//Å/x}
header=$(printf '%s\n' "$table" | head -n 1)
before=${line%%active*} after=${header%%STATUS*}
is "columns are aligned by what characters take" ${#after} echo ${#before}
like "times are local, with the offset" \
    '20[0-9-]{8}T[0-9:]{8}[+]09:00' env TZ=Asia/Tokyo \
    rollcall-admin account list
is "account list --json" 'alice Ålice 王王 active true true' sh -c \
    "rollcall-admin account list --json | jq -r '.[0] | \"\(.login_name) \
\(.full_name) \(.status) \(.has_password) \(.created_at > 1700000000)\"'"
like "account show" '^LAST LOGIN AT +-$' admin account show alice
is "account show --json" SE \
    member .claims.address.country account show alice
refused "account show of nobody" 3 'no account nobody' \
    admin account show nobody
like "account disable" '^account alice is disabled$' \
    admin account disable alice
like "account disable again" 'was disabled already' admin account disable alice
is "its status" disabled member .status account show alice
is "account enable" 'true true' \
    member '"\(.enabled) \(.changed)"' account enable alice
is "account enable again" false member .changed account enable alice
refused "account disable of nobody" 3 'no account' admin account disable nobody
refused "deleting without a terminal" 2 'add --yes' \
    admin account delete alice
refused "deleting nobody" 3 'no account' admin account delete nobody --yes
is "alice is still there" 1 q -c "SELECT count(*) FROM rollcall.account
    WHERE login_name = 'alice'"

# --- clients

app=$(admin client add --json --name App --scope 'read write' \
    --redirect-uri https://app.example.org/cb \
    --redirect-uri http://127.0.0.1/cb --grant-type authorization_code \
    --grant-type refresh_token)
id=$(printf '%s' "$app" | jq -r .client_id)
is "client add stores what a registration would" \
    "admin|active|App|{https://app.example.org/cb,http://127.0.0.1/cb}|{authorization_code,refresh_token}|read write|client_secret_basic" \
    q -c "SELECT door, status, client_name, redirect_uris, grant_types, scope,
    token_endpoint_auth_method FROM rollcall.client WHERE client_id = '$id'"
is "its secret is told once, and kept as a hash" 43 sh -c \
    "printf '%s' '$app' | jq -j .client_secret | wc -c"
is "there is no registration access token" "null|0" sh -c \
    "printf '%s|' \$(printf '%s' '$app' |
    jq -r .registration_access_token); psql -X -A -t -c 'SELECT count(*)
    FROM rollcall.registration_token_report'"
is "unless it is asked for" 43 sh -c "rollcall-admin client add --json \
    --redirect-uri https://b.example.org/ --method none \
    --registration-token | jq -j .registration_access_token | wc -c"
refused "client add under a policy that is not there" 3 'no policy none' \
    admin client add --policy none --redirect-uri https://b.example.org/
is "with its hash in the table" 1 q -c \
    "SELECT count(registration_token_hash) FROM rollcall.client"
echo '{"client_name": "From file", "client_id": "mine",
    "redirect_uris": ["https://c.example.org/"]}' > "$work/own/client.json"
is "client add --metadata, an option goes before it" 'From file|read' sh -c \
    "rollcall-admin client add --json --metadata '$work/own/client.json' \
    --scope read | jq -r '\"\(.metadata.client_name)|\(.metadata.scope)\"'"
is "a client_id is the server's to choose" 0 q -c \
    "SELECT count(*) FROM rollcall.client WHERE client_id = 'mine'"
like "client add --metadata -" '^CLIENT SECRET +[A-Za-z0-9_-]{43}$' sh -c \
    "rollcall-admin client add --metadata - < '$work/own/client.json'"
refused "the policy guards this door too" 1 'does not accept.*redirect_uris' \
    admin client add --name x
refused "and its checks" 1 'redirect_uris' \
    admin client add --redirect-uri 'javascript:alert(1)'
like "a fault has its place" '^  /scope: scope: word 1, odd, .*; allowed here' \
    sh -c "! rollcall-admin client add --scope odd --redirect-uri x:"
like "and its hint once" \
    '^fault: /redirect_uris/0: [^;]* leave out # and what follows \[' \
    sh -c "echo '{\"redirect_uris\":[\"https://a.example.org/#f\"]}' |
    (! rollcall-admin policy test --metadata -)"
refused "standard input is one file" 2 'cannot both be' \
    admin client add --metadata - --jwks -
refused "a folder is none" 1 'file /: Is a directory' \
    admin client add --metadata /
echo '[' > "$work/own/broken.json"
refused "metadata that is no JSON" 1 'is no JSON' \
    admin client add --metadata "$work/own/broken.json"
echo '[]' > "$work/own/broken.json"
refused "metadata that is no object" 1 'one JSON object' \
    admin client add --metadata "$work/own/broken.json"
echo '{"keys": []}' > "$work/own/jwks.json"
refused "a JWK Set without a key" 1 'jwks' admin client add \
    --grant-type client_credentials --method private_key_jwt \
    --jwks "$work/own/jwks.json"
q -c "SELECT jsonb_build_object('keys', jsonb_build_array(public_jwk))
    FROM rollcall.signing_key WHERE kid = '$second'" > "$work/own/jwks.json"
is "private_key_jwt with a JWK Set" 'private_key_jwt null' \
    member '"\(.metadata.token_endpoint_auth_method) \(.client_secret)"' \
    client add --grant-type client_credentials --method private_key_jwt \
    --jwks "$work/own/jwks.json"
rs=$(member .client_id client add --name API --introspection \
    --resource https://mcp.example.org/mcp --resource https://auth.example.org)
is "--introspection makes a resource server" \
    "{https://mcp.example.org/mcp,https://auth.example.org}" \
    q -c "SELECT audience FROM rollcall.resource_server
    WHERE client_id = '$rs'"
refused "of resources that are known" 2 'not accepted' admin client add \
    --introspection --resource https://other.example.org/
refused "and of one at least" 2 'go together' admin client add --introspection
refused "which is said before the policy judges" 2 'go together' \
    admin client add --resource https://mcp.example.org/mcp
refused "that authenticates" 2 'must authenticate' admin client add \
    --introspection --resource https://auth.example.org --method none \
    --redirect-uri https://b.example.org/
is "client list --json" "true false" sh -c "rollcall-admin client list --json |
    jq -r '[.[] | select(.client_id == \"$rs\" or .client_id == \"$id\") |
    .introspection] | sort | reverse | join(\" \")'"
is "client show --json" "App null" \
    member '"\(.metadata.client_name) \(.introspection)"' client show "$id"
like "client show" '^INTROSPECTION +https://mcp.example.org/mcp https://auth' \
    admin client show "$rs"
like "client disable" "^client $id is disabled$" admin client disable "$id"
is "client disable again" false member .changed client disable "$id"
is "client enable" true member .changed client enable "$id"
refused "client show of nobody" 3 'no client nobody' admin client show nobody
refused "client delete without a terminal" 2 'add --yes' \
    admin client delete "$rs"
is "client delete" true member .deleted client delete "$rs" --yes
refused "client delete again" 3 'no client' admin client delete "$rs" --yes
q -c "INSERT INTO rollcall.client (client_id, metadata) VALUES ('evil',
    jsonb_build_object('client_name', E'\\x1b[2J\\u202egood\\u009b',
    'token_endpoint_auth_method', 'none', 'grant_types', '[\"x\"]'::jsonb))"
like "what a stranger registered does nothing to the terminal" \
    '^evil +[?]\[2J[?]good[?] +active' admin client list
q -c "SELECT rollcall.client_delete('evil')" > /dev/null

# --- sessions, consents, tokens

hash()
{
	printf "'\\\\x"
	printf "$1%.0s" {1..32}
	printf "'"
}

# For alice and the client: a session, a consent, a grant with both tokens.
live()
{
	q -c "INSERT INTO rollcall.session (session_hash, account_id, auth_time,
	    expires_at, address, user_agent)
	    SELECT $(hash "$1"), account_id, now(), now() + interval '1 hour',
	    '192.0.2.1', 'Browser' FROM rollcall.account
	    WHERE login_name = 'alice' ON CONFLICT DO NOTHING" \
	    -c "INSERT INTO rollcall.consent (account_id, client_id, scope,
	    audience, redirect_origin)
	    SELECT account_id, '$id', 'read', '{https://a,https://b}',
	    'https://c' FROM rollcall.account WHERE login_name = 'alice'
	    ON CONFLICT ON CONSTRAINT consent_pk DO UPDATE
	    SET granted_at = now()" \
	    -c "WITH g AS (INSERT INTO rollcall.authorization_grant
	    (account_id, client_id, scope, audience)
	    SELECT account_id, '$id', 'read', '{https://a}'
	    FROM rollcall.account WHERE login_name = 'alice'
	    RETURNING grant_id),
	    t AS (INSERT INTO rollcall.access_token (token_hash, client_id,
	    grant_id, scope, audience, expires_at) SELECT $(hash "$1"), '$id',
	    grant_id, 'read', '{https://a}', now() + interval '1 hour' FROM g)
	    INSERT INTO rollcall.refresh_token (token_hash, grant_id,
	    expires_at) SELECT $(hash "$1"), grant_id,
	    now() + interval '1 hour' FROM g"
}
count()
{
	admin --json "$@" | jq length
}
live a1
live a2
q -c "INSERT INTO rollcall.session (session_hash, account_id, expires_at)
    SELECT $(hash b1), account_id, now() - interval '1 second'
    FROM rollcall.account WHERE login_name = 'alice'"
is "session list has those that count" 2 count session list --account alice
is "of one account" 0 count session list --account bob
is "for people" "a1a1a1a1a1a1a1a1 alice 192.0.2.1 Browser" sh -c \
    "rollcall-admin session list |
    $awk '\$1 ~ /^a1/ { print \$1, \$2, \$6, \$7 }'"
refused "session list of nobody" 3 'no account' \
    admin session list --account nobody
refused "session end of what?" 2 'say which' admin session end
refused "session end of both" 2 'say which' admin session end a1a1a1a1 \
    --account alice
refused "a short ID" 2 '8 hexadecimal' admin session end a1
refused "no such session" 3 'no session' admin session end cccccccc
q -c "INSERT INTO rollcall.session (session_hash, account_id, expires_at)
    SELECT overlay($(hash a1)::bytea PLACING '\\x00' FROM 32), account_id,
    now() + interval '1 hour' FROM rollcall.account
    WHERE login_name = 'alice'"
refused "an ID of two sessions" 1 'more than one' admin session end a1a1a1a1
is "ends neither" 3 count session list
is "session end" true member .changed session end a2a2a2a2a2a2a2a2
is "ends one" 2 count session list
like "session end --account" 'were ended' admin session end --account alice
is "ends all" 0 count session list
like "session end --account again" 'had no sessions' \
    admin session end --account alice
refused "session end of nobody" 3 'no account' \
    admin session end --account nobody
is "no session, but the titles" \
    "ID  LOGIN NAME  CREATED AT  AUTH TIME  EXPIRES AT  ADDRESS  USER AGENT" \
    admin session list

is "consent list" "alice $id App https://c read https://a https://b" sh -c \
    "rollcall-admin consent list --client '$id' --json |
    jq -r '.[] | \"\(.login_name) \(.client_id) \(.client_name) \
\(.redirect_origin) \(.scope) \(.audience | join(\" \"))\"'"
is "token list" "access access refresh refresh" sh -c \
    "rollcall-admin token list --account alice --client '$id' --json |
    jq -r '[.[].kind] | sort | join(\" \")'"
is "token list shows no hash" 0 sh -c \
    "rollcall-admin token list --json | grep -c a1a1a1a1"
grant=$(admin token list --json | jq '.[0].grant_id')
is "token revoke --grant" true member .changed token revoke --grant "$grant"
is "revokes two" 2 count token list
is "token revoke --grant again" false \
    member .changed token revoke --grant "$grant"
refused "token revoke of no grant" 3 'no grant' admin token revoke --grant 99999
refused "token revoke of no number" 2 'takes a number' \
    admin token revoke --grant 1x
refused "token revoke of what?" 2 'one of' admin token revoke
refused "token revoke of both" 2 'one of' admin token revoke --grant 1 \
    --client "$id"
is "token revoke --account" true \
    member .changed token revoke --account alice
is "revokes the rest" 0 count token list
is "but keeps the consent" 1 count consent list
like "token revoke --account again" 'nothing to revoke' \
    admin token revoke --account alice
refused "token revoke of nobody" 3 'no account' \
    admin token revoke --account nobody
live a3
is "token revoke --client" true member .changed token revoke --client "$id"
is "voids tokens" 0 count token list
is "and consents" 0 count consent list
is "token revoke --client again" "the client $id had nothing to revoke" \
    admin token revoke --client "$id"
live c3
is "token revoke --client says what it voids" \
    "the codes, tokens and consents of the client $id were revoked" \
    admin token revoke --client "$id"
q -c "INSERT INTO rollcall.access_token (token_hash, client_id, audience,
    expires_at) VALUES (sha256('own'), '$id', '{}', now() + interval '1 h')"
is "a token of the client's own is something too" true \
    member .changed token revoke --client "$id"
is "and then nothing is left" false \
    member .changed token revoke --client "$id"
refused "token revoke of no client" 3 'no client' \
    admin token revoke --client nobody
live a4
refused "consent revoke of what?" 2 'both' admin consent revoke --account alice
is "consent revoke" true \
    member .changed consent revoke --account alice --client "$id"
is "forgets the consent" 0 count consent list
is "and revokes its tokens" 0 count token list
refused "consent revoke again" 3 'allowed the client .* nothing' \
    admin consent revoke --account alice --client "$id"
refused "consent list of nobody" 3 'no client' \
    admin consent list --client nobody
live a5
like "a new password is told" 'another password' \
    admin account passwd alice --random
is "it ends sessions and tokens" "0 0" \
    echo "$(count session list) $(count token list)"
live a6
admin account disable alice > /dev/null
is "so does disabling" "0 0" echo "$(count session list) $(count token list)"
admin account enable alice > /dev/null
is "and enabling brings nothing back" "0 0" \
    echo "$(count session list) $(count token list)"
live a7
admin client disable "$id" > /dev/null
is "disabling a client voids tokens and consents" "0 0" \
    echo "$(count token list) $(count consent list)"
admin client enable "$id" > /dev/null
is "enabling brings nothing back" "0 0" \
    echo "$(count token list) $(count consent list)"
live a8
is "the views say what each token is worth" "live revoked void" q -c \
    "SELECT string_agg(DISTINCT state, ' ' ORDER BY state)
    FROM rollcall.token_report"
is "account delete takes all with it" "true 0" sh -c \
    "rollcall-admin account delete alice --yes --json | jq -r .deleted |
    tr '\n' ' '; psql -X -A -t -c 'SELECT count(*)
    FROM rollcall.authorization_grant'"

# --- another database

createdb -E UTF8 -T template0 other
other="host=$work user=postgres dbname=other"
admin --database "$other" migrate --no-roles > /dev/null
is "--database goes before the configuration" 0 \
    count --database "$other" account list
PGOPTIONS='-c default_transaction_read_only=on' refused \
    "a database that is read-only" 1 'takes no changes' admin purge
refused "a database that is not there" 1 'did not answer.*--database' \
    admin --database "host=$work user=postgres dbname=none" account list
refused "a database that is not ours" 1 'was migrated' \
    admin --database "host=$work user=postgres dbname=postgres" account list

# --- purge

q -c "SET client_min_messages = warning" -c "TRUNCATE rollcall.client, rollcall.account, rollcall.access_token,
    rollcall.session CASCADE" > /dev/null
q <<'END'
INSERT INTO rollcall.client (client_id, metadata, valid_from)
SELECT 'c' || i, '{"token_endpoint_auth_method": "none", "grant_types": ["a"]}',
       now() - interval '60 days'
  FROM generate_series(1, 2) i;
INSERT INTO rollcall.account (account_id, login_name, valid_from)
SELECT 'a' || i, 'a' || i, now() - interval '60 days'
  FROM generate_series(1, 300) i;

CREATE FUNCTION pg_temp.h(what text) RETURNS bytea LANGUAGE sql
AS $$ SELECT sha256(what::bytea) $$;

-- Access tokens for clients themselves: expired, live, of a client that is
-- gone, from before c2 began anew.
INSERT INTO rollcall.access_token (token_hash, client_id, audience, issued_at,
    expires_at)
SELECT pg_temp.h('t' || i), CASE WHEN i <= 3500 THEN 'c1'
           WHEN i <= 3700 THEN 'gone' ELSE 'c2' END, '{}',
       now() - interval '2 hours',
       now() + CASE WHEN i <= 3000 THEN -1 ELSE 1 END * interval '1 hour'
  FROM generate_series(1, 3800) i;
UPDATE rollcall.client SET valid_from = now() - interval '1 hour'
 WHERE client_id = 'c2';

-- Grants: 1 to 1000 with a code that nobody redeemed, 1001 to 1300 with a
-- spent code and a live refresh token, 1301 to 1500 with a spent code and
-- expired tokens, 1501 to 1510 with a code that is still good.
INSERT INTO rollcall.authorization_grant (account_id, client_id, audience,
    created_at)
SELECT 'a1', 'c1', '{}', now() - interval '1 day'
  FROM generate_series(1, 1510);
CREATE TEMP TABLE g AS SELECT grant_id, row_number() OVER (ORDER BY grant_id)
    AS i FROM rollcall.authorization_grant;
INSERT INTO rollcall.authorization_code (code_hash, grant_id, redirect_uri,
    redirect_uri_given, expires_at, spent_at)
SELECT pg_temp.h('k' || i), grant_id, 'https://x/', true,
       now() + CASE WHEN i > 1500 THEN 1 ELSE -1 END * interval '1 hour',
       CASE WHEN i BETWEEN 1001 AND 1500 THEN now() END
  FROM g;
INSERT INTO rollcall.refresh_token (token_hash, grant_id, expires_at,
    rotated_at, successor_hash, successor_sealed)
SELECT pg_temp.h('r' || i || n), grant_id,
       now() + CASE WHEN i > 1300 THEN -1 ELSE 1 END * interval '1 hour',
       CASE n WHEN 1 THEN now() - interval '2 hours'
           WHEN 2 THEN now() - interval '1 minute' END,
       CASE WHEN n < 3 THEN pg_temp.h('r' || i || n + 1) END,
       CASE WHEN n < 3 THEN '\xab'::bytea END
  FROM g, generate_series(1, 3) n WHERE i BETWEEN 1001 AND 1500;
INSERT INTO rollcall.access_token (token_hash, client_id, grant_id, audience,
    expires_at)
SELECT pg_temp.h('a' || i), 'c1', grant_id, '{}', now() - interval '1 second'
  FROM g WHERE i BETWEEN 1001 AND 1500;

-- Sessions: expired, from before a2 began anew, live.
INSERT INTO rollcall.session (session_hash, account_id, created_at, expires_at)
SELECT pg_temp.h('s' || i), CASE WHEN i <= 420 AND i > 400 THEN 'a2'
           ELSE 'a1' END, now() - interval '2 hours',
       now() + CASE WHEN i <= 400 THEN -1 ELSE 1 END * interval '1 hour'
  FROM generate_series(1, 470) i;
UPDATE rollcall.account SET valid_from = now() - interval '1 hour'
 WHERE account_id = 'a2';

-- Consents: for c1 they count, for c2 every other.
INSERT INTO rollcall.consent (account_id, client_id, scope, audience,
    redirect_origin, granted_at)
SELECT 'a' || i, c, 'read', '{}', 'https://app.example.org', now() - CASE WHEN i % 2 = 0
           THEN interval '2 hours' ELSE interval '0' END
  FROM generate_series(1, 300) i, unnest('{c1,c2}'::text[]) c;
-- For other resources or another origin they count where those do not.
INSERT INTO rollcall.consent (account_id, client_id, scope, audience,
    redirect_origin, granted_at)
SELECT 'a' || i, 'c2', 'read', audience, origin, now() - CASE WHEN i % 2 = 0
           THEN interval '0' ELSE interval '2 hours' END
  FROM generate_series(1, 300) i, (VALUES
       ('{https://x}'::text[], 'https://app.example.org'),
       ('{}', 'https://other.example.org')) place (audience, origin);

INSERT INTO rollcall.used_assertion (client_id, jti_hash, expires_at)
SELECT 'c1', pg_temp.h('j' || i),
       now() + CASE WHEN i <= 100 THEN -1 ELSE 1 END * interval '1 hour'
  FROM generate_series(1, 110) i;
INSERT INTO rollcall.rate (bucket, level, updated_at)
SELECT 'b' || i, 1, now() - CASE WHEN i <= 90 THEN interval '25 hours'
           ELSE interval '23 hours' END FROM generate_series(1, 95) i;
INSERT INTO rollcall.fetched_image (url, fetched_at)
SELECT 'https://x/' || i, now() - CASE WHEN i <= 30 THEN interval '31 days'
           ELSE interval '29 days' END FROM generate_series(1, 33) i;
END

left()
{
	q -F ' ' -c "SELECT (SELECT count(*) FROM rollcall.access_token),
	    (SELECT count(*) FROM rollcall.refresh_token),
	    (SELECT count(*) FROM rollcall.refresh_token
	    WHERE successor_sealed IS NOT NULL),
	    (SELECT count(*) FROM rollcall.authorization_code),
	    (SELECT count(*) FROM rollcall.authorization_grant),
	    (SELECT count(*) FROM rollcall.session),
	    (SELECT count(*) FROM rollcall.consent),
	    (SELECT count(*) FROM rollcall.used_assertion),
	    (SELECT count(*) FROM rollcall.rate),
	    (SELECT count(*) FROM rollcall.fetched_image)"
}
is "before the purge" "4300 1500 1000 1510 1510 470 1200 110 95 33" left
refused "a batch of nothing" 2 'from 1 to' admin purge --batch 0
refused "a batch of no number" 2 'from 1 to' admin purge --batch 1k
refused "a batch of all too much" 2 'from 1 to' admin purge --batch 100001
is "a batch is no larger than asked for" 7 q -c "SELECT rollcall.purge(7)"
is "and takes away that many" 4293 q -c \
    "SELECT count(*) FROM rollcall.access_token"

# Rows that somebody holds are stepped around.
exec {hold}> >(q > /dev/null)
printf '%s\n' "BEGIN;" "SELECT FROM rollcall.rate WHERE bucket = 'b1'
    FOR UPDATE;" "\\! touch '$work/own/held'" >&"$hold"
while [ ! -e "$work/own/held" ]; do
	sleep 0.05
done
# Dead: 3000 + 200 + 100 + 500 access, 600 refresh, 300 seals, 1200 codes,
# 1200 grants, 420 sessions, 450 consents, 100 assertions, 90 rates, 30 images.
is "purge takes away all that is dead, save what is held" \
    "$((3000 + 200 + 100 + 500 + 600 + 300 + 1200 + 1200 + 420 + 450 + 100 + 90 + 30 - 7 - 1)) true" \
    timeout 600 sh -c \
    "rollcall-admin purge --json | jq -r '\"\(.purged) \(.complete)\"'"
is "and nothing that lives" "500 900 300 310 310 50 750 10 6 3" left
printf 'COMMIT;\n' >&"$hold"
exec {hold}>&-
wait
like "the next one has the rest" '^0 clients were archived, 1 rows were purged$' admin purge --batch 1
is "and then there is nothing" 0 member .purged purge
is "live ones are those that should be" "500 300 10" q -F ' ' -c "SELECT
    (SELECT count(*) FROM rollcall.token_report
     WHERE state = 'live' AND kind = 'access'),
    (SELECT count(*) FROM rollcall.token_report
     WHERE state = 'live' AND kind = 'refresh'),
    (SELECT count(*) FROM rollcall.authorization_code
     WHERE expires_at > now())"

# What is found by reading whole tables waits until an index finds no more.
q -c "INSERT INTO rollcall.access_token (token_hash, client_id, audience,
    expires_at) SELECT sha256(i::text::bytea), CASE i WHEN 1 THEN 'c1'
    ELSE 'gone' END, '{}', now() + CASE i WHEN 1 THEN -1 ELSE 1 END
    * interval '1 h' FROM generate_series(1, 3) i"
is "purge reads whole tables last" "1 2 0" sh -c "for i in 1 2 3; do
    psql -X -q -A -t -c 'SELECT rollcall.purge()'; done | tr '\n' ' ' |
    sed 's/ \$//'"

two_at_once()
{
	q -c "UPDATE rollcall.access_token SET expires_at = now()" &&
	    { admin purge --batch 50 --json > "$work/own/one" & } &&
	    admin purge --batch 50 --json > "$work/own/two" && wait $! &&
	    jq -s 'map(.purged) | add' "$work/own/one" "$work/own/two"
}
is "two at once share the work" 500 two_at_once

# --- the manual's examples

createdb -E UTF8 -T template0 manual
configure manual ''
"$awk" -v "out=$work/own/example" '
    /^\.Sh / { examples = /EXAMPLES/ }
    /^\.Ed/ { inside = 0 }
    inside { gsub(/\\e/, "\\"); print > (out "." n ".sh") }
    examples && /^\.Bd -literal/ { n++; inside = 1 }' \
    "$top/man/rollcall-admin.8"
is "the manual has examples" 11 sh -c "ls '$work/own' | grep -c '^example'"
for n in {1..10}; do
	ok "the manual's example $n runs" bash -e -o pipefail \
	    "$work/own/example.$n.sh"
done

# Every command, and every option of each, is in the manual.
undocumented()
{
	local noun verb option page
	page=$(tr '\n' ' ' < "$top/man/rollcall-admin.8")
	admin --help | tr '\n' ' ' | grep -oE -e '--[a-z-]+' | sort -u |
	    while read -r option; do
		case $page in
		*"Fl -${option#--}"*) ;;
		*) echo "$option" ;;
		esac
	    done
	admin --help | sed -nE 's/^  ([a-z]+)( [a-z]+)?.*/\1\2/p' |
	    while read -r noun verb; do
		grep -q "Ic $noun${verb:+ $verb}" \
		    "$top/man/rollcall-admin.8" || echo "$noun $verb"
	    done
}
is "the manual leaves no command and option out" "" undocumented

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
