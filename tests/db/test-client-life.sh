#!/bin/bash
# The life of a client in rollcall-admin's hands: edit, approve, archive,
# revive, rotate, history, diff, rollback, and the purge that archives; what
# the audit log has of it.  Prints "ok N - what" or "not ok N - what", and the
# sum as its last line.

set -u

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/db/common.sh
. "$here/common.sh"

createdb -E UTF8 -T template0 registry
configure registry rollcall_
cat >> "$ROLLCALL_CONF" <<'END'
secret_overlap = 1h
archive_unused_after = 10d
archive_idle_after = 20d
policy "strict" {
	scopes = {"openid"}
	redirect_hosts = {"good.example.org"}
	secret_lifetime = 30d
}
END
sed -i 's/ user=postgres//' "$ROLLCALL_CONF"
ok "set-up" admin setup

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

# add_stranger ID METHOD [MORE]: a client that registered itself.
add_stranger()
{
	local secret=NULL
	[ "$2" = none ] || secret="sha256('$1'::bytea)"
	q -c "INSERT INTO rollcall.client (client_id, metadata, secret_hash)
	    VALUES ('$1', jsonb_build_object('token_endpoint_auth_method', '$2',
	    'grant_types', '[\"authorization_code\"]'::jsonb,
	    'response_types', '[\"code\"]'::jsonb,
	    'redirect_uris', '[\"https://good.example.org/cb\"]'::jsonb,
	    'application_type', 'web', 'scope', 'openid'), $secret)" &&
	    { [ -z "${3:-}" ] || q -c "UPDATE rollcall.client SET $3
	    WHERE client_id = '$1'"; }
}

# events ID: what the audit log has of a client, from the first to the last.
events()
{
	q -c "SELECT string_agg(event, ' ' ORDER BY audit_id)
	    FROM rollcall.audit WHERE client_id = '$1'"
}

# --- edit, history, diff

app=$(member .client_id client add --name Demo \
    --redirect-uri https://good.example.org/cb)
secret=$(column "encode(secret_hash, 'hex')" "$app")
is "a member is set, another one too" "{\"version\":2,\"changed\":true}" sh -c \
    "rollcall-admin --json client edit '$app' --set 'client_name=Demo 2' \
    --set redirect_uris='[\"https://good.example.org/a\",\"https://good.example.org/b\"]' |
    jq -c '{version, changed}'"
is "and is there" "Demo 2 {https://good.example.org/a,https://good.example.org/b}" \
    column "client_name || ' ' || redirect_uris::text" "$app"
is "the secret stays" "$secret" column "encode(secret_hash, 'hex')" "$app"
like "one word makes a list of one" "is at version 3 now" \
    admin client edit "$app" --set contacts=ops@example.org
is "which it is" '{ops@example.org}' column contacts "$app"
like "a member is unset" "version 4" admin client edit "$app" --unset contacts
is "and gone" "" column contacts "$app"
like "nothing new is no new version" "stays at version 4" \
    admin client edit "$app" --set "client_name=Demo 2"
refused "a member that does not exist" 2 'no member client_nam$|no member client_nam;' \
    admin client edit "$app" --set client_nam=x
refused "a pair that is none" 2 'NAME=VALUE' admin client edit "$app" --set x
refused "what is not allowed" 1 'redirect_uris' \
    admin client edit "$app" --set redirect_uris=http://good.example.org/cb
# escapes NAME: what is said of such a member has no control character.
escapes()
{
	local said
	said=$(admin client edit "$app" --set "$1=x" 2>&1)
	case $said in
	*"$(printf '\033')"*) return 1 ;;
	*'malformed language tag'*) return 0 ;;
	*) return 1 ;;
	esac
}
ok "what a member is called does nothing to the terminal" \
    escapes "$(printf 'client_name#\033[31m')"
refused "no options and no terminal" 2 'no terminal for an editor' \
    admin client edit "$app"
refused "an unknown client" 3 'there is no client nobody' \
    admin client edit nobody --set client_name=x
echo '{"client_name": "From a file", "redirect_uris":
    ["https://good.example.org/f"], "token_endpoint_auth_method": "none"}' \
    > "$work/own/whole.json"
is "the whole from a file, without a secret" '{"version":5,"changed":true}' \
    sh -c "rollcall-admin --json client edit '$app' \
    --metadata '$work/own/whole.json' | jq -c 'del(.client_id)'"
is "the secret is gone" "" column secret_hash "$app"
is "a method with a secret gives one, told once" "true 6" sh -c \
    "rollcall-admin --json client edit '$app' \
    --set token_endpoint_auth_method=client_secret_basic |
    tee '$work/own/told' | jq -r '\"\(.client_secret != null) \(.version)\"'"
is "it is the one that is kept" \
    "$(hash "$(jq -r .client_secret "$work/own/told")")" \
    column "encode(secret_hash, 'hex')" "$app"

is "history has each version, and what it changed" "1 true null
2 true [\"client_name\",\"redirect_uris\"]
3 true [\"contacts\"]
4 true [\"contacts\"]
5 true [\"client_name\",\"redirect_uris\",\"token_endpoint_auth_method\"]
6 true [\"token_endpoint_auth_method\"]" sh -c \
    "rollcall-admin --json client history '$app' | jq -r '.[] |
    \"\(.version) \(.by | startswith(\"rollcall_admin (rollcall-admin \")) \(.changed)\"'"
is "the first one says which administrator it was" "rollcall_admin (rollcall-admin $(id -un))" \
    member '.[0].by' client history "$app"
like "for people as a table" '^6 +20.* token_endpoint_auth_method$' \
    admin client history "$app"
is "diff compares the last two" '[{"member":"token_endpoint_auth_method","before":"none","after":"client_secret_basic"}]' \
    sh -c "rollcall-admin --json client diff '$app' | jq -c ."
is "diff compares any two" '["client_name","redirect_uris"]' sh -c \
    "rollcall-admin --json client diff '$app' --from 1 --to 4 |
    jq -c 'map(.member)'"
refused "a version that is not there" 3 'version 9 of client' \
    admin client diff "$app" --from 9
refused "a version that is none" 2 'number of a version' \
    admin client diff "$app" --from new
is "the audit log has the members before and after" \
    '{"client_name": {"after": "Demo 2", "before": "Demo"}}' q -c \
    "SELECT jsonb_build_object('client_name', detail -> 'client_name')
    FROM rollcall.audit
    WHERE client_id = '$app' AND event = 'client.updated'
    ORDER BY audit_id LIMIT 1"
is "and who did it" t q -c "SELECT bool_and(actor = 'rollcall_admin (rollcall-admin $(
    id -un))') FROM rollcall.audit WHERE client_id = '$app'"

# --- rollback

refused "rollback wants a version" 2 'to which version' \
    admin client rollback "$app" --yes
refused "rollback asks" 2 'add --yes' admin client rollback "$app" --to 2
is "and nothing was changed" 6 column version "$app"
like "rollback makes a new version" 'version 7 now' \
    admin client rollback "$app" --to 2 --yes
is "with what the former had" "Demo 2" column client_name "$app"
q -c "UPDATE rollcall.client SET policy = 'strict' WHERE client_id = '$app'"
q -c "UPDATE rollcall.client_version
    SET metadata = jsonb_set(metadata, '{redirect_uris}',
    '[\"https://bad.example.org/cb\"]')
    WHERE client_id = '$app' AND version = 2"
refused "rollback is judged by today's policy" 1 'policy strict' \
    admin client rollback "$app" --to 2 --yes
is "all faults are told" "/redirect_uris/0
/scope" sh -c "rollcall-admin client rollback '$app' --to 2 \
    --yes 2>&1 | sed -n 's/^  \([^:]*\): .*/\1/p' | sort -u"
like "unless it is forced" 'version 8 now' \
    admin client rollback "$app" --to 2 --yes --force
is "and so it is" "{https://bad.example.org/cb}" column redirect_uris "$app"
for _ in $(seq 110); do
	q -c "INSERT INTO rollcall.client_version
	    (client_id, version, metadata, replaced_by)
	    SELECT client_id, version, metadata, 'x' FROM rollcall.client
	    WHERE client_id = '$app';
	    UPDATE rollcall.client SET version = version + 1
	    WHERE client_id = '$app'"
done
ok "after many versions" admin client rollback "$app" --to 1 --yes --force
is "a hundred are kept, and the present one" "100 119" q -c \
    "SELECT count(*) || ' ' || max(version) + 1 FROM rollcall.client_version
    WHERE client_id = '$app'"

# --- by hand: script(1) makes a terminal

if script -qec true /dev/null >/dev/null 2>&1; then
	cat > "$work/own/editor" <<-'END'
		#!/bin/sh
		ls -l "$1" | cut -c 1-10 > "${0%/*}/mode"
		cp "$1" "${0%/*}/shown"
		eval "$EDIT" > "${0%/*}/edited"
		cat "${0%/*}/edited" > "$1"
		exit "${EDITED:-0}"
	END
	chmod +x "$work/own/editor"
	mkdir "$work/own/tmp"
	add_stranger shown none
	# by_hand SCRIPT: edit the client shown so.
	by_hand()
	{
		EDIT=$1 EDITOR=$work/own/editor VISUAL='' \
		    TMPDIR=$work/own/tmp script -qec \
		    'rollcall-admin client edit shown; echo "exit $?"' /dev/null \
		    < /dev/null | tr -d '\r'
	}
	like "the editor makes a new version" 'version 2 now' by_hand \
	    "jq '.client_name = \"By hand\"' \"\$1\""
	is "as it was written" "By hand" column client_name shown
	is "it was shown a member a line" "true" \
	    sh -c "[ \$(wc -l < '$work/own/shown') -gt 5 ] && echo true"
	is "in a file that nobody else reads" -rw------- cat "$work/own/mode"
	like "what is left as it is is no version" 'stays at version 2' \
	    by_hand "cat \"\$1\""
	is "no file is left" "" ls "$work/own/tmp"
	like "what is not good is refused" 'exit 1' by_hand "echo '{}'"
	is "and kept to be mended" "{}" sh -c "cat '$work'/own/tmp/*"
	rm -f "$work"/own/tmp/*
	EDITED=1
	export EDITED
	like "an editor that fails changes nothing" 'editor failed' \
	    by_hand "echo '{}'"
	is "and leaves no file" "" ls "$work/own/tmp"
	unset EDITED
	is "the version is what it was" 2 column version shown
	rolled_back()
	{
		printf '%s\n' "$1" | script -qec \
		    'rollcall-admin client rollback shown --to 1' /dev/null |
		    tr -d '\r'
	}
	like "rolling back wants the client_id typed" 'nothing was changed' \
	    rolled_back yes
	like "and then does it" 'version 3 now' rolled_back shown
else
	echo "skipped: what is edited by hand: script(1) makes no terminal here"
fi

# --- statuses

add_stranger waits none "status = 'pending'"
for verb in archive revive; do
	refused "$verb of one that awaits approval" 1 \
	    'is pending and stays so; .* client approve' \
	    admin client "$verb" waits
done
admin client disable waits > /dev/null
refused "approve of one that was disabled meanwhile" 1 \
    'is disabled and stays so; .* client enable' admin client approve waits
like "enable tells what it is again" 'is enabled; its status is pending$' \
    admin client enable waits
is "as JSON has it" "true false pending" sh -c "rollcall-admin --json \
    client enable waits | jq -r '\"\(.enabled) \(.changed) \(.status)\"'"
is "it awaits approval all the time" pending column status waits
like "approve" 'client waits is approved' admin client approve waits
is "it is active" active column status waits
like "approve again" 'approved already' admin client approve waits
like "archive" 'client waits is archived' admin client archive waits
is "it is archived" archived column status waits
like "revive" 'client waits is active' admin client revive waits
is "it is active again" active column status waits
like "disable" 'is disabled' admin client disable waits
for verb in approve archive revive; do
	refused "$verb of a disabled one" 1 'is disabled and stays so' \
	    admin client "$verb" waits
done
is "it stays disabled" disabled column status waits
like "enable" 'is enabled' admin client enable waits
is "each has its row" \
    "client.disabled client.enabled client.approved client.archived client.revived client.disabled client.enabled" \
    events waits
is "with the status before and after" '{"status": {"after": "active", "before": "pending"}}' \
    q -c "SELECT detail FROM rollcall.audit WHERE event = 'client.approved'"
ok "delete" admin client delete waits --yes
is "what was deleted is kept there" openid q -c \
    "SELECT detail -> 'metadata' ->> 'scope' FROM rollcall.audit
    WHERE event = 'client.deleted' AND client_id = 'waits'"

add_stranger unseen none "status = 'pending'"
ok "disable what awaits approval" admin client disable unseen
ok "and enable it" admin client enable unseen
is "it still awaits approval" pending column status unseen
is "and the log has it" '{"status": {"after": "pending", "before": "disabled"}}' \
    q -c "SELECT detail FROM rollcall.audit WHERE event = 'client.enabled'
    AND client_id = 'unseen'"

# --- list

listed()
{
	admin --json client list "$@" 2> /dev/null | jq -r '[.[].client_id] | join(" ")'
}
add_stranger list-1 none "policy = 'listed'"
add_stranger list-2 none "policy = 'listed', status = 'archived'"
add_stranger list-3 none "policy = 'listed', door = 'token'"
add_stranger list-4 none "policy = 'listed', door = 'admin'"
is "list by policy" "list-1 list-2 list-3 list-4" \
    listed --policy listed --after list
is "by status" list-2 listed --policy listed --status archived
is "by door" list-3 listed --policy listed --door token
is "a page" "list-1 list-2" listed --policy listed --after list --limit 2
is "and the next" "list-3 list-4" listed --policy listed --after list-2 --limit 2
like "that there are more is said" \
    '^There are more: go on with --after list-2$' \
    admin client list --policy listed --after list --limit 2
is "and not where there are none" 0 sh -c \
    "rollcall-admin client list --policy listed --after list-2 --limit 2 2>&1 |
    grep -c more"
refused "a status that is none" 2 'active, pending, archived' \
    admin client list --status dead
refused "a door that is none" 2 'dynamic, token or admin' \
    admin client list --door back
refused "a limit that is none" 2 'takes a number' admin client list --limit 0
q -c "DELETE FROM rollcall.client WHERE client_id ~ '^(list-.|unseen)$'"

# --- who made the first version

q -c "INSERT INTO rollcall.initial_token (token_hash, note)
    VALUES (sha256('iat'), 'n')"
number=$(q -c "SELECT initial_token_id FROM rollcall.initial_token")
add_stranger hers none "door = 'token', initial_token_id = $number"
add_stranger theirs none
is "a stranger's first version" anonymous member '.[0].by' client history theirs
is "that of who had a token" "initial_token:$number" \
    member '.[0].by' client history hers
q -c "DELETE FROM rollcall.client WHERE client_id IN ('hers', 'theirs')"

# --- rotate

add_stranger guarded client_secret_basic "policy = 'strict'"
q -c "UPDATE rollcall.client SET registration_token_hash = sha256('one'),
    registration_token_issued_at = now(),
    registration_token_last_used_at = now() - interval '9 days',
    next_registration_token_hash = sha256('two'),
    next_registration_token_issued_at = now() WHERE client_id = 'guarded'"
was=$(column "encode(secret_hash, 'hex')" guarded)
admin --json client rotate guarded > "$work/own/told"
is "rotate gives another secret" \
    "$(hash "$(jq -r .client_secret "$work/own/told")")" \
    column "encode(secret_hash, 'hex')" guarded
is "which lives as long as the policy says" t column \
    "secret_expires_at BETWEEN now() + interval '29 days'
    AND now() + interval '30 days'" guarded
is "and that is told" "$(column \
    "floor(extract(epoch FROM secret_expires_at))" guarded)" \
    jq .client_secret_expires_at "$work/own/told"
is "the old one lives on for secret_overlap" "$was t" column \
    "encode(previous_secret_hash, 'hex') || ' ' ||
    (previous_secret_expires_at BETWEEN now() + interval '50 minutes'
    AND now() + interval '1 hour')::text::char" guarded
ok "rotate --now" admin client rotate guarded --now
is "leaves no old one" "" column previous_secret_hash guarded
admin --json client rotate guarded --registration-token > "$work/own/told"
is "another registration access token, and only that" \
    "$(hash "$(jq -r .registration_access_token "$work/own/told")")" column \
    "concat(encode(registration_token_hash, 'hex'),
    registration_token_last_used_at, next_registration_token_hash,
    next_registration_token_issued_at)" guarded
is "each rotation has its row" \
    "client.secret_rotated client.secret_rotated client.registration_token_rotated" \
    events guarded
like "revoke-token" 'has no registration access token any more' \
    admin client revoke-token guarded
is "it has none" 0 column "num_nonnulls(registration_token_hash,
    registration_token_issued_at, registration_token_last_used_at,
    next_registration_token_hash, next_registration_token_issued_at)" guarded
like "revoke-token again" 'had no registration access token' \
    admin client revoke-token guarded
is "the log has it once" 1 q -c "SELECT count(*) FROM rollcall.audit
    WHERE event = 'registration_token.revoked' AND client_id = 'guarded'"
refused "revoke-token of an unknown client" 3 'there is no client nobody' \
    admin client revoke-token nobody
add_stranger open none
refused "a public client has no secret" 1 'has no secret' \
    admin client rotate open
refused "--now with a token" 2 'about secrets' \
    admin client rotate guarded --registration-token --now

# --- what nobody uses

old="now() - interval '1000 days'"
add_stranger never none "issued_at = $old, valid_from = $old"
add_stranger fresh none "issued_at = now() - interval '9 days', valid_from = $old"
add_stranger idle none "last_used_at = now() - interval '21 days',
    issued_at = $old, valid_from = $old"
add_stranger busy none "last_used_at = now() - interval '19 days',
    issued_at = $old, valid_from = $old"
add_stranger back none "last_used_at = $old, issued_at = $old,
    valid_from = now() - interval '1 day'"
add_stranger asked none "status = 'pending', issued_at = $old"
q -c "UPDATE rollcall.client SET valid_from = $old WHERE client_id = 'asked'"
add_stranger ours none "door = 'admin', issued_at = $old, valid_from = $old"
add_stranger invited none "door = 'token', issued_at = $old, valid_from = $old"
archived()
{
	q -c "SELECT coalesce(string_agg(client_id, ' ' ORDER BY client_id), '')
	    FROM rollcall.client WHERE status = 'archived'"
}
is "NULL leaves them alone" 0 q -c \
    "SELECT rollcall.client_archive_idle(NULL, NULL)"
is "a batch is no larger than asked for" 1 q -c \
    "SELECT rollcall.client_archive_idle('10 days', NULL, 1)"
is "purge archives who was not used for so long" 2 member .archived purge
is "and these" "idle invited never" archived
is "the log says why" "idle|idle
invited|never used
never|never used" q -F '|' -c "SELECT client_id, detail ->> 'reason'
    FROM rollcall.audit WHERE event = 'client.archived'
    AND detail ? 'reason' ORDER BY client_id"
is "and then there is nothing more" 0 member .archived purge
q -c "UPDATE rollcall.client SET last_used_at = $old, valid_from = $old
    WHERE client_id = 'busy'"
exec {hold}> >(q > /dev/null)
printf '%s\n' "BEGIN;" "SELECT FROM rollcall.client WHERE client_id = 'busy'
    FOR UPDATE;" "\\! touch '$work/own/held'" >&"$hold"
while [ ! -e "$work/own/held" ]; do
	sleep 0.05
done
is "one that is held is left, without waiting" 0 member .archived purge
printf 'COMMIT;\n' >&"$hold"
exec {hold}>&-
wait

# --- acts about people and keys

ok "an account" admin account add alice --random
ok "is disabled" admin account disable alice
ok "enabled" admin account enable alice
ok "gets a password" admin account passwd alice --random
ok "and is deleted" admin account delete alice --yes
is "each act has its row, and no secret" \
    "account.added account.disabled account.enabled account.password_changed account.deleted" \
    q -c "SELECT string_agg(event, ' ' ORDER BY audit_id) FROM rollcall.audit
    WHERE detail ->> 'account_id' IS NOT NULL"
is "no secret or hash is in the log" 0 q -c "SELECT count(*)
    FROM rollcall.audit a, rollcall.client c
    WHERE c.secret_hash IS NOT NULL AND strpos(a::text,
    encode(c.secret_hash, 'hex')) > 0"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
