#!/bin/bash
# Initial access tokens in rollcall-admin's hands, and what admits clients:
# rates, and counts that are never too low.  Prints "ok N - what" or "not ok
# N - what", and the sum as its last line.

set -u

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/db/common.sh
. "$here/common.sh"

createdb -E UTF8 -T template0 registry
configure registry rollcall_
cat >> "$ROLLCALL_CONF" <<'END'
scopes = {"openid", "read", "write"}
policy "second" {
	scopes = {"read"}
	grant_types = {"authorization_code"}
}
END
sed -i 's/ user=postgres//' "$ROLLCALL_CONF"
ok "set-up" admin setup

# --- iat

add()
{
	admin --json iat add "$@"
}
# column NAME ID: of a token.
column()
{
	q -c "SELECT $1 FROM rollcall.initial_token WHERE initial_token_id = $2"
}
audited()
{
	q -c "SELECT $1 FROM rollcall.audit WHERE event LIKE 'initial_token.%'
	    ORDER BY audit_id DESC LIMIT 1"
}

is "there is none at first" "[]" admin --json iat list
made=$(add --note 'for Ann' --uses 3 --expires 7d --policy second \
    --redirect-host app.example.org --redirect-host '*.apps.example.org' \
    --scope read --grant-type authorization_code --address 192.0.2.0/24 \
    --address 2001:db8::/32)
token=$(jq -r .initial_access_token <<< "$made")
is "a token is made and shown" "1 43 second 3 https://auth.example.org/oauth/register" \
    jq -r '"\(.id) \(.initial_access_token | length) \(.policy) \(.uses_left) \(.registration_endpoint)"' <<< "$made"
is "it lives for a week" 7 column \
    "round(extract(epoch FROM expires_at - now()) / 86400)" 1
is "only its hash is kept" "$(python3 -c 'import hashlib, sys
print(hashlib.blake2b(sys.argv[1].encode(), digest_size=32).hexdigest())' \
    "$token")" column "encode(token_hash, 'hex')" 1
is "the bounds are kept" \
    "for Ann|{app.example.org,*.apps.example.org}|{read}|{authorization_code}|{192.0.2.0/24,2001:db8::/32}" \
    column "note, redirect_hosts, scopes, grant_types, addresses" 1
is "the audit log has them" \
    "initial_token.added|f|second|3|for Ann|[\"read\"]" \
    audited "event, detail::text LIKE '%$token%', detail ->> 'policy',
	detail ->> 'uses', detail ->> 'note', detail ->> 'scopes'"
like "and who it was" "^rollcall_admin" audited actor
like "who is noted" "^rollcall_admin" column created_by 1
like "for people it is a record" "^INITIAL ACCESS TOKEN +[A-Za-z0-9_-]{43}$" \
    admin iat add
is "without options it is bounded by nothing" "default|||||" column \
    "policy, uses_left, expires_at, redirect_hosts, scopes, grant_types" 2
ok "a date will do" add --expires 2099-12-31
is "it is that of the local clock" "2099-12-31 00:00:00+00" \
    column expires_at 3
ok "so will a time of the day" add --expires 2099-12-31T18:30
is "to the minute" "2099-12-31 18:30:00+00" column expires_at 4
is "the list has them in order" "1 live 3,2 live null,3 live null,4 live null" \
    sh -c "rollcall-admin --json iat list |
	jq -r 'map(\"\(.id) \(.status) \(.uses_left)\") | join(\",\")'"
like "for people it is a table" "^1 +for Ann +live +second +3 +0 " \
    admin iat list

refused "a policy that is not there" 3 "no policy third" \
    admin iat add --policy third
refused "a note that is too long" 2 "more than 255 bytes" \
    admin iat add --note "$(printf '%0256d' 0)"
refused "a note that is no UTF-8" 2 "word 4 .*UTF-8" \
    admin iat add --note "$(printf '\377')"
refused "a scope that the policy does not allow" 2 "--scope write" \
    admin iat add --policy second --scope write
refused "a scope that is not there" 2 "--scope odd" admin iat add --scope odd
refused "a grant type that is not there" 2 "--grant-type password" \
    admin iat add --grant-type password
for host in https://app.example.org app.example.org:443 '*' '*.' a..b \
    'a b' .example.org '*.*.example.org' APP.example.org; do
	refused "no host: $host" 2 "is no host" \
	    admin iat add --redirect-host "$host"
done
for address in 192.0.2.1/24 192.0.2.0/33 host ::1/129; do
	refused "no network: $address" 2 "--address" \
	    admin iat add --address "$address"
done
for uses in 0 -1 x 1.5 99999999999; do
	refused "no number of uses: $uses" 2 "--uses" \
	    admin iat add "--uses=$uses"
done
for time in 7 d 0d 7y 2026-13-01 2099-02-29 tomorrow 2099-12-31T18:30+2; do
	refused "no time: $time" 2 "is no time" \
	    admin iat add "--expires=$time"
done
refused "a time that is past" 2 "is past" admin iat add --expires 2001-01-01
is "nothing of that was made" 4 q -c \
    "SELECT count(*) FROM rollcall.initial_token"

like "revoke" "initial access token 2 is revoked" admin iat revoke 2
is "it is in the list" revoked sh -c \
    "rollcall-admin --json iat list | jq -r '.[1].status'"
is "and in the audit log" "initial_token.revoked|2" \
    audited "event, detail ->> 'initial_token'"
is "revoked again" '{"id":2,"revoked":true,"changed":false}' \
    sh -c "rollcall-admin --json iat revoke 2 | jq -c ."
is "which the audit log does not tell twice" 1 q -c "SELECT count(*)
    FROM rollcall.audit WHERE event = 'initial_token.revoked'"
refused "one that is not there" 3 "no initial access token 9" \
    admin iat revoke 9
refused "by its text" 2 "goes by its number" admin iat revoke "$token"
q -c "UPDATE rollcall.initial_token SET uses_left = 0
    WHERE initial_token_id = 3"
q -c "UPDATE rollcall.initial_token SET expires_at = now()
    WHERE initial_token_id = 4"
is "the list says what has become of them" "live,revoked,used up,expired" \
    sh -c "rollcall-admin --json iat list | jq -r 'map(.status) | join(\",\")'"

# --- what admits

# As the program, in a session each.
register()
{
	q -U rollcall_register -F ' ' -c "$1"
}
# reserve POLICY MOST: what refused it, if anything.
reserve()
{
	register "SELECT coalesce(refused, 'in') FROM rollcall.admit(NULL, NULL,
	    NULL, NULL, NULL, NULL, NULL, NULL, NULL, '$1', NULL, NULL, $2, 1,
	    0, NULL, NULL)"
}
level()
{
	q -c "SELECT level FROM rollcall.client_count WHERE name = '$1'"
}
clients()
{
	q -c "INSERT INTO rollcall.client (client_id, metadata, policy, door,
	    status, issued_from)
	    SELECT '$1' || i, '{\"token_endpoint_auth_method\": \"none\",
	    \"grant_types\": [\"authorization_code\"]}', '$1', '$3', '$4',
	    '192.0.2.1' FROM generate_series(1, $2) i"
}

clients few 3 dynamic active
clients fewer 2 token disabled
q -c "UPDATE rollcall.client SET policy = 'few' WHERE policy = 'fewer'"
clients fewest 4 admin active
q -c "UPDATE rollcall.client SET policy = 'few' WHERE policy = 'fewest'"
clients none 4 dynamic archived
q -c "UPDATE rollcall.client SET policy = 'few' WHERE policy = 'none'"
is "the first to ask counts who counts" in reserve few 7
is "three and two, and the one to come" 6 level few
is "there is room for one more" in reserve few 7
is "and no more" max_clients reserve few 7
is "what was refused is not counted" 7 level few
q -c "UPDATE rollcall.client_count SET recounting_from = clock_timestamp()
    - interval '119 seconds' WHERE name = 'few'"
is "in less than two minutes nothing is counted" max_clients reserve few 7
q -c "UPDATE rollcall.client_count SET recounting_from = clock_timestamp()
    - interval '121 seconds', since = 1 WHERE name = 'few'"
is "then it is, and what was reserved meanwhile comes on top" in reserve few 7
is "five, one and this one" "7|0|" q -c \
    "SELECT level, since, recounting_from FROM rollcall.client_count
     WHERE name = 'few'"

q -c "UPDATE rollcall.client_count SET level = 5, recounting_from = now()"
is "while it is counted anew there may be room" in reserve few 7
is "that is noted" "6|1" q -c "SELECT level, since FROM rollcall.client_count
    WHERE name = 'few'"

give_back()
{
	register "SELECT rollcall.client_count_give_back('{few}', $1, $2, 1)"
	level few
}
epoch=$(q -c "SELECT epoch FROM rollcall.client_count WHERE name = 'few'")
is "what was reserved is given back" "
5" give_back "'$epoch'" NULL
is "not what was reserved before a crash" "
5" give_back "gen_random_uuid()" NULL
is "nor what the count has not counted" "
5" give_back NULL "'2026-01-01'"
is "but what it has" "
4" give_back NULL "clock_timestamp()"

# What was archived was not counted, whatever becomes of it.
clients back 3 dynamic archived
clients other 1 admin archived
q -c "UPDATE rollcall.client SET issued_from = '2001:db8::1'
    WHERE client_id = 'back3'"
q -c "INSERT INTO rollcall.client_count (name, level) VALUES ('back', 2),
    ('back:192.0.2.1', 1), ('back:2001:db8::/64', 1), ('back2:192.0.2.1', 1),
    ('other', 1)"
q -c "SELECT rollcall.client_revive('back1'), rollcall.client_disable('back2'),
    rollcall.client_enable('back2'), rollcall.client_revive('back3'),
    rollcall.client_revive('other1')" > /dev/null
is "what is archived no more is counted at once" \
    "back 5, back2:192.0.2.1 1, back:192.0.2.1 3, back:2001:db8::/64 2, other 1" \
    q -c "SELECT string_agg(name || ' ' || level, ', ' ORDER BY name)
    FROM rollcall.client_count WHERE name ~ '^(back|other)'"

# Twenty sessions with ten tries each.
crowd()
{
	local pid pids=()
	for _ in {1..20}; do
		q -U rollcall_register -c "SELECT coalesce(refused, 'in')
		    FROM generate_series(1, 10) i, LATERAL rollcall.admit(
		    '192.0.2.1', NULL, NULL, NULL, NULL, NULL, NULL,
		    'crowd:192.0.2.1', 60, 'crowd', NULL, NULL, 100 + 0 * i, 1,
		    0, NULL, NULL)" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
}
# shellcheck disable=SC2016 # awk expands them
is "200 at once: 60 of one address are let in" \
    "60 in, 140 max_clients_per_address" sh -c '
    sort | uniq -c | awk "{ printf \"%s%s %s\", sep, \$1, \$2; sep = \", \" }"' \
    < <(crowd)
is "both counts say so" "crowd 60
crowd:192.0.2.1 60" q -F ' ' -c "SELECT name, level FROM rollcall.client_count
    WHERE name LIKE 'crowd%' ORDER BY name"

# Rates: 3 in a minute, in which no time passes but what the test says.
stop_clock()
{
	q -c "UPDATE rollcall.rate SET updated_at = now() + interval '1 hour'"
}
rate()
{
	register "SELECT coalesce(refused, 'in'), wait FROM rollcall.admit(
	    $2, 'register:$1', 3, 60, NULL, NULL, NULL, NULL, NULL, 'p', 5, 60,
	    NULL, 1, 0, NULL, NULL)"
}
for _ in 1 2 3; do
	is "within the rate" "in " rate 192.0.2.1 "'192.0.2.1'"
	stop_clock
done
is "beyond it: one more in 20 s" "rate_limit_register 20" \
    rate 192.0.2.1 "'192.0.2.1'"
is "the refusal is counted" "rate_limit_register 192.0.2.1 1" q -F ' ' -c \
    "SELECT rule, network, refused FROM rollcall.rate_refusal"
is "another address" "in " rate 192.0.2.2 "'192.0.2.2'"
is "and another" "in " rate 192.0.2.3 "'192.0.2.3'"
is "until the second rate is used up" "rate_limit_policy 12" \
    rate 192.0.2.4 "'192.0.2.4'"
is "an address that is not known is refused too" "rate_limit_policy 12" \
    rate '' NULL
q -c "UPDATE rollcall.rate SET updated_at = now() - interval '10 seconds'"
like "after 10 s one more has to wait" '^rate_limit_register ([1-9]|10)$' \
    rate 192.0.2.1 "'192.0.2.1'"
q -c "UPDATE rollcall.rate SET updated_at = now() - interval '21 seconds'"
is "after 21 s it goes on" "in " rate 192.0.2.1 "'192.0.2.1'"
stop_clock
like "a clock that was set back empties nothing" \
    "^rate_limit_register" rate 192.0.2.1 "'192.0.2.1'"

# In advance: with much room several places at once, with little one.
# lease MOST WANT [UNUSED EPOCH BEGAN]: how many were granted.
lease()
{
	register "SELECT granted FROM rollcall.admit(NULL, NULL, NULL, NULL,
	    NULL, NULL, NULL, NULL, NULL, 'roomy', NULL, NULL, $1, $2,
	    ${3:-0}, ${4:-NULL}, ${5:-NULL})"
}
is "the first to ask gets one place" 1 lease 640 8
is "the next as many as are wanted" 8 lease 640 8
is "not more than a small share of the room" 9 lease 640 16
is "all count" 18 level roomy
epoch="'$(q -c "SELECT epoch FROM rollcall.client_count
    WHERE name = 'roomy'")'"
is "what was not used makes room for the next" 4 lease 640 4 7 "$epoch" \
    "clock_timestamp()"
is "it counts no more" 15 level roomy
is "not what was reserved before a crash" 1 lease 640 1 7 \
    "gen_random_uuid()" "clock_timestamp()"
is "nor what was reserved before the clients were counted" 1 lease 640 1 7 \
    "$epoch" "'2026-01-01'"
is "they only come on top" 17 level roomy
is "where little is left, one" 1 lease 80 8
q -c "UPDATE rollcall.client_count SET recounting_from = now(), since = 0
    WHERE name = 'roomy'"
is "while it is counted anew several, too" 8 lease 640 8
is "which are noted" "26|8" q -c "SELECT level, since
    FROM rollcall.client_count WHERE name = 'roomy'"
is "where all is taken, none" 0 lease 26 8
is "unless it is one's own that was not used" 1 lease 26 8 2 "$epoch" \
    "clock_timestamp()"
is "that is then free for others" 25 level roomy
give_places()
{
	register "SELECT rollcall.client_count_give_back('{roomy}', $epoch, $1,
	    5)"
	level roomy
}
is "places are given back at once" "
20" give_places "clock_timestamp()"
is "not after the clients were counted" "
20" give_places "'2026-01-01'"

# The same of a rate: 1280 in 64 s.
# ahead WANT: granted, what refuses, for how long they are good.
ahead="granted, refused, good_for FROM rollcall.admit(NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, 'brisk', 1280, 64, NULL"
ahead()
{
	register "SELECT $ahead, $1, 0, NULL, NULL)"
}
# ahead_of ROW WANT: the same at the moment when the row is so.
ahead_of()
{
	q -1 -F ' ' -c "UPDATE rollcall.rate SET $1
	    WHERE bucket = 'policy:brisk'" -c "SET ROLE rollcall_register" \
	    -c "SELECT $ahead, $2, 0, NULL, NULL)"
}
# run_up ROW [WHEN]: the level of a row that is so, when nothing more has come
# by then.
run_up()
{
	q -1 -c "UPDATE rollcall.rate SET $1 WHERE bucket = 'policy:brisk'" \
	    -c "SELECT round(rollcall.rate_level(level, updated_at - interval '${2:-0 s}',
	    held, held_until - interval '${2:-0 s}', 20)) FROM rollcall.rate
	    WHERE bucket = 'policy:brisk'"
}
is "the first gets one" "1  1000" ahead 8
like "the next several, for a second" "^8  " ahead 8
is "they are held" 8 q -c "SELECT held FROM rollcall.rate
    WHERE bucket = 'policy:brisk'"
held="level = 10, held = 8, held_until = now() + '1 minute',
    updated_at = now() - interval '1 minute'"
is "what is held does not drain" 8 run_up "$held"
is "until it is used or void" 0 run_up "$held" "2 minutes"
is "neither before that nor after it anything is lost" 480 \
    run_up "level = 600, held = 100, held_until = now() - interval '1 second',
    updated_at = now() - interval '6 seconds'"
is "what is held drains afterwards" 890 \
    run_up "level = 1000, held = 990, held_until = now() - interval '5 seconds',
    updated_at = now() - interval '10 seconds'"
is "what was held long ago counts no more" 1 \
    run_up "level = 1, held = 500, held_until = now() - interval '1 minute',
    updated_at = now()"
like "near the half, one" "^1  " \
    ahead_of "level = 600, held = 0, updated_at = now()" 8
like "beyond the half, one" "^1  " \
    ahead_of "level = 700, updated_at = now()" 8
like "the last one" "^1  " ahead_of "level = 1279, updated_at = now()" 8
like "and no more" "^0 rate_limit_policy" \
    ahead_of "level = 1280, updated_at = now()" 8
is "late in that second, fewer" "2  250" \
    ahead_of "level = 100, held = 30, updated_at = now(),
    held_until = now() + interval '0.25 seconds'" 8

# Of both: what finds no place is not counted in the rate either.
both()
{
	register "SELECT granted, refused FROM rollcall.admit(NULL,
	    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'narrow', 12800, 64,
	    $1, 32, 0, NULL, NULL)"
}
narrow()
{
	q -F ' ' -c "SELECT ceil(level), held FROM rollcall.rate
	    WHERE bucket = 'policy:narrow'"
}
is "the first gets one place" "1 " both 640
q -c "UPDATE rollcall.rate SET level = 0, held = 0, held_until = 'epoch',
    updated_at = now() + interval '1 hour' WHERE bucket = 'policy:narrow'"
is "many of the rate, few places" "9 " both 640
is "so many count" "9 9" narrow
q -c "UPDATE rollcall.rate SET held_until = now() + interval '1 hour'
    WHERE bucket = 'policy:narrow'"
is "nothing of that is lost for others" "1 " both 80
is "one, one" "10 10" narrow
is "where there is no place" "0 max_clients" both 11
is "the refused counts" "11 11" narrow

is "members that changed" '{"a": {"after": 3, "before": 1}, "b": {"before": 2}, "c": {"after": null}}' \
    q -c "SELECT rollcall.metadata_changes('{\"a\": 1, \"b\": 2, \"d\": 4}',
    '{\"a\": 3, \"c\": null, \"d\": 4}')"
is "none" '{}' q -c "SELECT rollcall.metadata_changes('{}', '{}')"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
