#!/bin/bash
# rollcall-admin client export and import: our own form is lossless, those of
# MCPHub, Ory Hydra and Keycloak keep ids and secrets; what is refused is told;
# and what the shells complete.  Prints "ok N - what" or "not ok N - what", and
# the sum as its last line.

set -u

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/db/common.sh
. "$here/common.sh"
# What others may read is warned of.
umask 077
given=$work/own/given
cp -r "$here/import" "$given"

createdb -E UTF8 -T template0 registry
configure registry rollcall_
cat >> "$ROLLCALL_CONF" <<'END'
policy "narrow" {
	redirect_hosts = {"spa.example.org"}
	secret_lifetime = 30d
}
END
# As the role that is made for it.
sed -i 's/ user=postgres//' "$ROLLCALL_CONF"
ok "set-up" admin migrate "host=$work user=postgres dbname=registry"

# hash TEXT: what the tables know it by.
hash()
{
	python3 -c 'import hashlib, sys
print(hashlib.blake2b(sys.argv[1].encode(), digest_size=32).hexdigest())' "$1"
}

# column NAME ID: of a client.
column()
{
	q -c "SELECT $1 FROM rollcall.client WHERE client_id = '$2'"
}

# import FILE [OPTION...]: what an import says, with its exit code.
import()
{
	admin client import "$@" 2>&1
	echo "exit $?"
}

# --- our own

# All that a row may hold: a client of an initial token, with an earlier secret,
# two registration tokens, former versions, in each status and by each door.
q > /dev/null <<'END' || exit 1
INSERT INTO rollcall.initial_token (token_hash, note)
VALUES (sha256('i'), 'for the test');
INSERT INTO rollcall.client (client_id, metadata, secret_hash,
    secret_expires_at, previous_secret_hash, previous_secret_expires_at, door,
    status, disabled_status, version, issued_at, updated_at, last_used_at,
    expires_at, issued_from, policy, initial_token_id,
    registration_token_hash, registration_token_issued_at,
    registration_token_last_used_at, next_registration_token_hash,
    next_registration_token_issued_at)
SELECT 'full-' || n, jsonb_build_object('client_name',
           E'Ünï "\\' || chr(128640) || n, 'token_endpoint_auth_method',
           'client_secret_basic', 'grant_types',
           '["authorization_code", "refresh_token"]'::jsonb,
           'response_types', '["code"]'::jsonb, 'application_type', 'web',
           'redirect_uris', '["https://app.example.org/cb"]'::jsonb,
           'client_name#de', 'Über', 'scope', 'openid',
           'default_max_age', 3600),
       sha256('s'), '2030-01-02 03:04:05.678901+00', sha256('p'),
       '2030-01-01 00:00:00.000001+00',
       (ARRAY['dynamic', 'token', 'admin'])[n % 3 + 1],
       (ARRAY['active', 'pending', 'archived', 'disabled'])[n % 4 + 1],
       CASE n % 4 WHEN 3 THEN 'pending' END, 3,
       '2020-02-03 04:05:06.789012+00', '2021-02-03 04:05:06.789012+00',
       '2022-02-03 04:05:06.789012+00', '2040-02-03 04:05:06.789012+00',
       '192.0.2.7', 'default',
       (SELECT initial_token_id FROM rollcall.initial_token),
       sha256(('full-' || n || 1)::bytea), '2020-02-03 04:05:06.789012+00',
       CASE WHEN n > 2 THEN '2020-02-04 04:05:06.789012+00'::timestamptz END,
       CASE WHEN n > 1 THEN sha256(('full-' || n || 2)::bytea) END,
       CASE WHEN n > 1 THEN '2020-02-05 04:05:06.789012+00'::timestamptz END
  FROM generate_series(1, 12) n;
INSERT INTO rollcall.client_version (client_id, version, metadata,
    replaced_at, replaced_by, replaced_from)
SELECT client_id, v, metadata || jsonb_build_object('client_name', v::text),
       '2020-02-05 04:05:06.789012+00', 'registration_token', '2001:db8::1'
  FROM rollcall.client, generate_series(1, 2) v;
INSERT INTO rollcall.resource_server (client_id, audience)
VALUES ('full-3', '{https://mcp.example.org/mcp}');
INSERT INTO rollcall.client (client_id, metadata)
VALUES ('plain', '{"token_endpoint_auth_method": "none", "grant_types":
    ["authorization_code"], "response_types": ["code"], "redirect_uris":
    ["http://127.0.0.1/cb"], "application_type": "native", "scope": "openid"}');
END

# Every column of every table that holds something of a client, save valid_from:
# what was given out before stays void.
everything()
{
	q -c "SELECT to_jsonb(c) - 'valid_from' FROM rollcall.client c
	    ORDER BY client_id" \
	    -c "SELECT to_jsonb(v) FROM rollcall.client_version v
	    ORDER BY client_id, version" \
	    -c "SELECT to_jsonb(s) - 'created_at' FROM rollcall.resource_server s
	    ORDER BY client_id"
}
everything > "$work/own/before"
file=$work/own/export.jsonl
(umask 077 && admin client export --all > "$file" 2> "$work/own/err")
full()
{
	{
		(ulimit -f 0; admin client export --all > "$work/own/full")
		echo "exit $?" >&2
	} 2>&1
}
like "where a file may not grow, that is said" 'cannot write' full
like "and the exit status is 1" 'exit 1' full
if script -qec true /dev/null >/dev/null 2>&1; then
	shown()
	{
		script -qec 'rollcall-admin client export --all > /dev/null' \
		    /dev/null
	}
	like "a terminal is told how far it is" '^13 clients' shown
	is "which goes away then" 0 sh -c "script -qec \
	    'rollcall-admin client export --all > /dev/null' /dev/null | wc -l"
fi
is "an export is a line a client" 13 sh -c "wc -l < $file"
is "each says its format" 'rollcall-export/1' sh -c \
    "jq -r .format $file | sort -u"
is "a file that only its owner reads needs no warning" '' cat "$work/own/err"
(umask 022 && admin client export --all > "$work/own/open" 2> "$work/own/err")
ok "one that others read is warned of" grep -q 'chmod 600' "$work/own/err"
ok "and is the same" cmp "$file" "$work/own/open"
is "some can be named" 'full-1 plain' sh -c \
    'rollcall-admin client export plain full-1 | jq -r .client_id | xargs'
refused "export of nobody" 2 'or --all' admin client export
refused "export of some and all" 2 'or --all' admin client export plain --all
refused "export of an unknown one" 3 'no client nobody' \
    admin client export nobody
has_no_secret()
{
	! grep -q 'secret"' "$file" && ! grep -q '"registration_access_token"' "$file"
}
ok "no secret is in it, only hashes" has_no_secret

like "import of what is there changes nothing" \
    '^0 added, 0 replaced, 13 there already, 0 skipped$' \
    admin client import "$file"
everything > "$work/own/after"
ok "as every column shows" cmp "$work/own/before" "$work/own/after"
q -c 'DELETE FROM rollcall.client'
like "a dry run says what it would do" \
    '^13 added, .* nothing was stored' admin client import --dry-run "$file"
is "and does not" 0 q -c 'SELECT count(*) FROM rollcall.client'
like "after a deletion all come back" \
    '^13 added, 0 replaced, 0 there already, 0 skipped$' \
    admin client import "$file"
everything > "$work/own/after"
ok "with every column as it was" cmp "$work/own/before" "$work/own/after"
is "what was given out before stays void" t q -c \
    "SELECT bool_and(valid_from > now() - interval '10 minutes')
       FROM rollcall.client"
is "each leaves a row in the audit log, which says who" \
    '13 rollcall' q -c \
    "SELECT count(*) || ' ' || string_agg(DISTINCT detail ->> 'format', ' ')
       FROM rollcall.audit WHERE event = 'client.imported'
        AND actor LIKE 'rollcall_admin (rollcall-admin %)'"
like "standard input will do" '13 there already' \
    sh -c "rollcall-admin client import - < $file"
is "an array too, and of one the exit code is 0" 0 sh -c \
    "jq -s . $file | rollcall-admin client import - > /dev/null; echo \$?"
q -c "UPDATE rollcall.client SET secret_hash = sha256('other'), version = 9,
    metadata = metadata || '{\"client_name\": \"other\"}'
    WHERE client_id = 'full-1'"
like "--replace puts it in the place of what is there" \
    '^0 added, 13 replaced, 0 there already, 0 skipped$' \
    admin client import --replace --yes "$file"
everything > "$work/own/after"
ok "with every column" cmp "$work/own/before" "$work/own/after"
is "the audit log has what changed" 'other true null' q -F ' ' -c \
    "SELECT detail #>> '{members,client_name,before}',
      detail -> 'secret_changed', coalesce(detail -> 'status', 'null')
      FROM rollcall.audit
      WHERE event = 'client.imported' AND client_id = 'full-1'
      ORDER BY audit_id DESC LIMIT 1"
is "and all of one that is new" '1 token pending true' q -F ' ' -c \
    "SELECT right(detail #>> '{members,client_name,after}', 1),
      detail #>> '{door,after}', detail #>> '{status,after}',
      detail -> 'secret_changed' FROM rollcall.audit
      WHERE event = 'client.imported' AND client_id = 'full-1'
      ORDER BY audit_id LIMIT 1"
# As it was written when tokens had a table: several that nobody had used yet
# could wait to take the place of one, and each had a time of its last use.
former=$work/own/former.jsonl
jq -c 'select(.client_id == "full-3")
    | .registration_tokens = [
    {token_hash: ("33" * 32), issued_at: "2020-03-03T00:00:00+00:00",
     last_used_at: "2022-02-03T04:05:06.789012+00:00", replaces: ("11" * 32)},
    {token_hash: ("22" * 32), issued_at: "2020-02-02T00:00:00+00:00",
     last_used_at: "2022-02-03T04:05:06.789012+00:00", replaces: ("11" * 32)},
    {token_hash: ("11" * 32), issued_at: "2020-01-01T00:00:00+00:00",
     last_used_at: "2022-02-03T04:05:06.789012+00:00", replaces: null}]' \
    "$file" > "$former"
like "an export from before comes in" '^0 added, 1 replaced' \
    admin client import --replace --yes "$former"
is "with the newest token that waits" "11|2020-01-01|2022-02-03|33|2020-03-03" \
    q -c "SELECT left(encode(registration_token_hash, 'hex'), 2),
      registration_token_issued_at::date,
      registration_token_last_used_at::date,
      left(encode(next_registration_token_hash, 'hex'), 2),
      next_registration_token_issued_at::date
      FROM rollcall.client WHERE client_id = 'full-3'"
refused "--replace asks, or wants --yes" 2 'add --yes' \
    rollcall-admin client import --replace "$file"
chmod 644 "$file"
ok "one that everybody may read is warned of" sh -c \
    "rollcall-admin client import '$file' 2>&1 | grep -q 'chmod 600'"
chmod 600 "$file"
other=$work/own/other.jsonl
jq -c 'select(.client_id == "plain") | .client_id = "moved"
    | .policy = "elsewhere" | .metadata.application_type = "web"
    | .metadata.redirect_uris = ["https://no.example.org/cb"]' "$file" > "$other"
like "one whose policy is not configured stays out" \
    'skipped  moved had the policy elsewhere, which is not configured' \
    import "$other"
jq -c '.metadata.redirect_uris = ["https://spa.example.org/cb"]' "$other" \
    > "$work/own/spa"
refused_by_narrow()
{
	import --policy narrow "$other"
}
like "unless --policy says which judges it" 'not accepted by the policy narrow' \
    refused_by_narrow
like "and lets it in" '^1 added' admin client import --policy narrow "$work/own/spa"
is "by which it is judged from then on" narrow column policy moved

q -c "INSERT INTO rollcall.client_count (name, level)
    SELECT 'default', 100 UNION ALL SELECT 'default:192.0.2.0/24', 200
    UNION ALL SELECT 'default:198.51.100.0/24', 300"
q -c "DELETE FROM rollcall.client WHERE client_id IN ('full-1', 'plain')"
admin client import "$file" > /dev/null
is "clients that registered themselves count for max_clients" \
    "$(q -c "SELECT 100 + count(*) FROM rollcall.client
      WHERE client_id IN ('full-1', 'plain') AND status <> 'archived'
        AND door IN ('dynamic', 'token')")" \
    q -c "SELECT level FROM rollcall.client_count WHERE name = 'default'"
for network in "192.0.2.0/24 200" "198.51.100.0/24 300"; do
	is "in the count of their network too: $network" \
	    "$(q -c "SELECT ${network#* } + count(*) FROM rollcall.client
	      WHERE client_id IN ('full-1', 'plain') AND status <> 'archived'
	        AND door IN ('dynamic', 'token') AND policy = 'default'
	        AND issued_from <<= '${network% *}'")" \
	    q -c "SELECT level FROM rollcall.client_count
	    WHERE name = 'default:${network% *}'"
done

broken=$work/own/broken.jsonl
{
	jq -c 'select(.client_id == "plain")
	    | .client_id = "good" ' "$file"
	echo '{"format":"rollcall-export/1","client_id":"x"'
	jq -c 'select(.client_id == "plain")
	    | .client_id = "hash" | .previous_secret_hash = "00"' "$file"
	jq -c 'select(.client_id == "plain") | .client_id = "-n"' "$file"
	jq -c 'select(.client_id == "plain") | .client_id = "refused"
	    | .metadata.redirect_uris = ["https://a.example.org/#f", "x"]' "$file"
} > "$broken"
is "one that is no good does not stop the others, and is told" \
"added    good
skipped  line 2 is no JSON
skipped  hash is refused by the database
skipped  -n has a client_id that begins as an option
skipped  refused is not accepted by the policy default:
1 added, 0 replaced, 0 there already, 4 skipped
exit 1" sh -c "{ rollcall-admin client import $broken 2>/dev/null; echo exit \$?; } |
    sed -n 's/: .*//; s/, as the line.*//; s/ or as a URL.*//
	s/\(default\)\$/\1:/; /^ /d; p'"
like "with all that is wrong with it" '/redirect_uris/1' \
    import "$broken"
q -c "UPDATE rollcall.client SET metadata = metadata
    || '{\"grant_types\": [\"authorization_code\", \"refresh_token\"]}'
    WHERE client_id = 'good'"
admin client export good > "$work/own/good" 2> /dev/null
sed -i 's/^registration = closed/&\ngrant_types = {"authorization_code"}/' \
    "$ROLLCALL_CONF"
like "what today's policy would trim comes back as it was, with a note" \
    'note: today.s policy' admin client import --replace --yes "$work/own/good"
is "indeed" '{authorization_code,refresh_token}' column grant_types good
sed -i '/^grant_types/d' "$ROLLCALL_CONF"

# --- MCPHub

hub=$given/mcphub.json
is "MCPHub's clients come in, save what the policy refuses" \
"added    a1b2c3d4e5f6a7b8
added    desk
added    weak
skipped  bad is not accepted by the policy default:
3 added, 0 replaced, 0 there already, 1 skipped
exit 1" sh -c "{ rollcall-admin client import $hub; echo exit \$?; } |
    grep -v '^ '"
is "a client keeps its secret" "$(hash mcphub-secret-in-clear-0123456789abcdefXYZ)" \
    column "encode(secret_hash, 'hex')" desk
is "and its metadata" 'client_secret_post Desk read {desk@example.org} web' \
    column "token_endpoint_auth_method || ' ' || client_name || ' ' || scope
    || ' ' || contacts::text || ' ' || application_type" desk
is "one without a secret is public" 'none read write' \
    column "token_endpoint_auth_method || ' ' || scope" a1b2c3d4e5f6a7b8
is "they are the administrator's" admin column door desk
like "a weak secret is warned of" '37 bits at most' \
    import --replace --yes --json "$hub"
is "every fault is told, with its place" \
    '/redirect_uris/0 /redirect_uris/1 /scope' sh -c \
    "rollcall-admin --json client import --dry-run $hub |
     jq -r '.clients[] | select(.client_id == \"bad\") | .details[].pointer' |
     sort -u | xargs"
admin client import --print-config "$hub" > "$work/own/hub.conf"
ok "--print-config prints a configuration that loads" \
    admin --config "$work/own/hub.conf" config -n
is "with what oauthServer said" \
'registration = token
scopes = {"openid", "profile", "email", "offline_access", "read", "write"}
default_scope = {"read", "write"}
access_token_lifetime = 1800s
refresh_token_lifetime = 604800s
authorization_code_lifetime = 600s
resource "https://hub.example.org/mcp" {' \
    grep -E '^(registration|scopes|default_scope|access|refresh|authoriz|res)' \
    "$work/own/hub.conf"
refused "--print-config of what has none" 1 'no systemConfig.oauthServer' \
    admin client import --print-config "$given/hydra.json"

# --- Ory Hydra

is "Hydra's clients come in" \
"added    0c8e7f8a-5d1c-4b0e-9a3e-0f4f6ef0a001, client_secret NEW
added    worker
added    hashed, client_secret NEW
added    spa
4 added, 0 replaced, 0 there already, 0 skipped
exit 0" sh -c "{ rollcall-admin client import $given/hydra.json; echo exit \$?; } |
    tee $work/own/hydra | grep -v '^ ' | sed 's/\(client_secret\) .*/\1 NEW/'"
is "a secret in clear stays" "$(hash hydra-secret-in-clear-0123456789abcdefXYZ)" \
    column "encode(secret_hash, 'hex')" worker
new=$(sed -n 's/^added    hashed, client_secret //p' "$work/own/hydra")
is "a new one is the one that was printed" "$(hash "$new")" \
    column "encode(secret_hash, 'hex')" hashed
is "scope and method are kept, offline is translated" \
    'openid read offline_access client_secret_post' \
    column "scope || ' ' || token_endpoint_auth_method" \
    0c8e7f8a-5d1c-4b0e-9a3e-0f4f6ef0a001
ok "what is left out is told" sh -c \
    "grep -q 'note: audience is left out' $work/own/hydra &&
     grep -q 'note: skip_consent' $work/own/hydra &&
     grep -q 'note: the scope offline' $work/own/hydra"
is "one client alone is understood too" 1 sh -c \
    "jq '.items[1] | .client_id = \"alone\"' $given/hydra.json |
     rollcall-admin --json client import - | jq .added"
is "--policy judges by another policy" "added
is not accepted by the policy narrow:" sh -c \
    "jq '[.items[3], .items[0]] | .[0].client_id = \"n1\"
	| .[1].client_id = \"n2\"' $given/hydra.json |
     rollcall-admin --json client import --policy narrow - |
     jq -r '.clients[] | .reason // .outcome'"
is "by which the client is judged from then on" narrow column policy n1
jq '.items[1] | .client_id = "n3"' "$given/hydra.json" |
    admin client import --policy narrow - > /dev/null
is "and its secret expires as that says" t \
    column "secret_expires_at BETWEEN now() + interval '29 days'
    AND now() + interval '31 days'" n3
refused "a policy that is not there" 3 'no policy none' \
    admin client import --policy none "$given/hydra.json"

# Each secret is told as soon as it counts, whatever becomes of the next client.
exec 9> >(psql -X -q > /dev/null)
echo "BEGIN; INSERT INTO rollcall.client (client_id, metadata)
    SELECT 'second', metadata FROM rollcall.client
    WHERE client_id = 'plain';" >&9
for _ in $(seq 1200); do
	[ "$(q -c "SELECT count(*) FROM pg_stat_activity
	    WHERE state = 'idle in transaction'")" = 0 ] || break
	sleep 0.05
done
jq '[.items[2] | .client_id = ("first", "second")]' "$given/hydra.json" \
    > "$work/own/two"
for form in --json ""; do
	q -c "DELETE FROM rollcall.client WHERE client_id = 'first'"
	rollcall-admin $form client import "$work/own/two" > "$work/own/told" 2>&1 &
	pid=$!
	for _ in $(seq 1200); do
		[ "$(q -c "SELECT count(*) FROM pg_stat_activity
		    WHERE wait_event_type = 'Lock'")" = 0 ] || break
		sleep 0.05
	done
	like "a new secret is told at once ${form:-in words}" \
	    'client_secret.*[A-Za-z0-9_-]{43}' cat "$work/own/told"
	kill -9 "$pid"
	wait "$pid" 2> /dev/null
	q -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE wait_event_type = 'Lock'" > /dev/null
done
q -c "DELETE FROM rollcall.client WHERE client_id = 'first'"
rollcall-admin client import "$work/own/two" > "$work/own/told" 2>&1 &
pid=$!
for _ in $(seq 1200); do
	[ "$(q -c "SELECT count(*) FROM pg_stat_activity
	    WHERE wait_event_type = 'Lock'")" = 0 ] || break
	sleep 0.05
done
kill "$pid"
echo "ROLLBACK;" >&9
exec 9>&-
wait "$pid" 2> /dev/null
is "a signal comes in between two clients" "143 1" \
    echo "$?" "$(q -c "SELECT count(*) FROM rollcall.client
    WHERE client_id = 'second'")"
like "and the one in hand is told" \
    '^added    second, client_secret [A-Za-z0-9_-]{43}$' cat "$work/own/told"

# --- Keycloak

is "of a Keycloak realm come in those that can" \
"skipped  account belongs to Keycloak itself
added    portal
added    browser
added    masked, client_secret NEW
skipped  wild has the redirect URI https://wild.example.org/*
skipped  urn:saml:wiki does not speak OpenID Connect
skipped  api is bearer-only
3 added, 0 replaced, 0 there already, 4 skipped
exit 1" sh -c "{ rollcall-admin client import $given/keycloak.json; echo exit \$?; } |
    tee $work/own/keycloak | grep -v '^ ' |
    sed 's/\(client_secret\) .*/\1 NEW/; s/: [am].*//'"
is "a secret in clear stays" "$(hash kc-secret-in-clear-0123456789abcdefXYZ01)" \
    column "encode(secret_hash, 'hex')" portal
is "relative URIs are below the root URL" \
    '{https://portal.example.org/login/callback,https://portal.example.org/alt}' \
    column redirect_uris portal
is "flows become grant types" \
    '{authorization_code,refresh_token,client_credentials}' \
    column grant_types portal
is "client scopes become scopes, where they are configured" \
    'openid profile email offline_access' column scope portal
is "its pages and logout URIs come along" \
'https://portal.example.org/home https://portal.example.org/logo.png
["https://portal.example.org/bye", "https://portal.example.org/"]
https://portal.example.org/logout' column "client_uri || ' ' || logo_uri
    || E'\n' || (metadata -> 'post_logout_redirect_uris') || E'\n'
    || (metadata ->> 'backchannel_logout_uri')" portal
ok "what is left out is told" sh -c \
    "grep -q 'note: the implicit flow' $work/own/keycloak &&
     grep -q 'note: direct access grants' $work/own/keycloak &&
     grep -q 'left out: web-origins roles' $work/own/keycloak"
is "a public client that was disabled stays so, without refresh tokens" \
    'none disabled {authorization_code} browser' \
    column "token_endpoint_auth_method || ' ' || status || ' '
    || grant_types::text || ' ' || client_name" browser
ok "and whose secret is another" sh -c "rollcall-admin --json client import \
    --dry-run --replace $given/keycloak.json | jq -e '[.clients[]
	| select((.notes // [])[] | startswith(\"it gets a new secret\"))
	| .client_id] == [\"masked\"]'"
is "nothing is said of what is not done" null sh -c "rollcall-admin --json \
    client import $given/keycloak.json |
    jq '.clients[] | select(.client_id == \"masked\") | .notes'"
is "who has no name has a number" "client 1 has no client_id
client 2 is no JSON object" sh -c "echo '{\"oauthClients\":[{},1]}' |
    rollcall-admin client import - | sed -n 's/^skipped  //p'"
gone()
{
	{ admin client import --replace --yes "$given/keycloak.json" \
	    2> "$work/own/err"; echo $? > "$work/own/status"; } | :
	cat "$work/own/status"
}
is "where nobody reads the report it ends" 1 gone
ok "and says so" grep -q 'nothing more is entered' "$work/own/err"
is "a single client is understood too" added sh -c \
    "jq '.clients[1] | .clientId = \"one\"' $given/keycloak.json |
     rollcall-admin --json client import - | jq -r '.clients[0].outcome'"

refused "a file that is not there" 1 'cannot read' admin client import /none/x
refused "a folder" 1 'cannot read /: Is a directory' admin client import /
echo '{"a": 1}' > "$work/own/what"
refused "one that shows nothing" 2 'say --format' \
    sh -c "rollcall-admin client import $work/own/what"
echo '{"a": 1' > "$work/own/what"
refused "no JSON" 1 'is no JSON' admin client import "$work/own/what"
: > "$work/own/what"
refused "an empty file" 1 'is empty' admin client import "$work/own/what"
refused "an unknown format" 2 'say --format' \
    admin client import --format okta "$hub"

# --- stats

is "stats count clients" "$(q -c 'SELECT count(*) FROM rollcall.client')" \
    member .clients.all stats
is "by status" "$(q -c "SELECT count(*) FROM rollcall.client
    WHERE status = 'disabled'")" member .clients_by_status.disabled stats
is "and registrations by days" "$(q -c "SELECT count(*) FROM rollcall.client
    WHERE issued_at > now() - interval '7 days'")" \
    member '.registered_in_days["7"]' stats
q -c "INSERT INTO rollcall.audit (event, actor, outcome, rule)
    VALUES ('client.refused', 'anonymous', 'invalid_redirect_uri',
    'redirect_uri.no_fragment')" \
    -c "INSERT INTO rollcall.rate_refusal (minute, rule, network, refused)
    VALUES (now(), 'rate_limit_register', '192.0.2.0', 5)"
is "refusals by rule" 1 \
    member '.refused_in_30_days["redirect_uri.no_fragment"]' stats
is "and by rate" 5 member .rate_refused_in_30_days.rate_limit_register stats
ok "the sizes of tables" sh -c \
    'rollcall-admin stats --json | jq -e ".table_bytes.client > 0"'
is "in the order of the days" "1 7 30" sh -c "rollcall-admin stats |
    sed -n '/^Registered in/,/^[A-Z]/s/^ .* //p' | xargs"
like "people get sections" '^Clients by status$' admin stats
q -c "UPDATE rollcall.client SET metadata = metadata
    || jsonb_build_object('software_id', E'so\\033[31mft')"
like "in which nothing acts on the terminal" '  so\?\[31mft$' admin stats
printf '[{"client_id":"x\\u001b[31my","redirect_uris":[]}]' > "$work/own/esc.json"
like "nor in what import says" '^skipped  x\?\[31my has a client_id that is not' \
    sh -c "! rollcall-admin client import --format hydra '$work/own/esc.json'"

# --- completion

# completes WORD...: what bash offers for the last of them.
completes()
{
	bash --norc -c '
		source <(rollcall-admin completion bash)
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		_rollcall_admin rollcall-admin "${COMP_WORDS[COMP_CWORD]}" \
		    "${COMP_WORDS[COMP_CWORD - 1]}"
		echo "${COMPREPLY[@]}"' bash "$@"
}
like "bash completes nouns" '(^| )doctor( |$)' completes rollcall-admin 'do'
is "verbs" 'import' completes rollcall-admin client imp
is "behind the common options too" 'import' \
    completes rollcall-admin --config x client imp
is "options of a command" '--dry-run' \
    completes rollcall-admin client import --dry
is "and of one without a verb" '--batch' completes rollcall-admin purge --b
is "those of every command" '--json' completes rollcall-admin key list --js
is "file names where a file is taken" "$hub" \
    completes rollcall-admin client import "${hub%.json}"
is "and behind an option that takes one" "$hub" \
    completes rollcall-admin client add --metadata "${hub%.json}"
is "nothing where anything may stand" '' \
    completes rollcall-admin client add --name x
# Each command of the table is in each of them.
knows_all()
{
	local said missing=0 noun verb
	said=$(admin completion "$1")
	while read -r noun verb; do
		if ! grep -q -- "$noun" <<< "$said" ||
		    ! grep -q -- "$verb" <<< "$said"; then
			echo "$noun $verb"
			missing=1
		fi
	done < <(admin --help | sed -n 's/^  \([a-z]*\) \([a-z]*\).*/\1 \2/p')
	return $missing
}
ok "bash's completions know every command" knows_all bash
ok "zsh's too" knows_all zsh
ok "fish's too" knows_all fish
refused "no other shell" 2 'bash, zsh or fish' admin completion tcsh
ok "what is installed for bash loads it" \
    bash -c ". '$top/completions/rollcall-admin.bash' && complete -p rollcall-admin"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
