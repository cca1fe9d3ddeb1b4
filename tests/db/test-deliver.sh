#!/bin/bash
# Notifications: what goes to webhooks, signed; what fails is tried again and
# given up at last; deliverers that are killed at each step, and several at
# once; NOTIFY; the mail.  Prints "ok N - what" or "not ok N - what", and the
# sum as its last line.

set -u

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/db/common.sh
. "$here/common.sh"
python=$(command -v /usr/bin/python3 python3 | head -n 1)
[ -n "$python" ] || { echo "$me: there is no python3" >&2; exit 77; }

createdb -E UTF8 -T template0 registry

# The receiver, and what it is told to answer.
hook=$work/own/hook
mkdir "$hook"
printf '%s' "a-secret-of-the-receiver" > "$hook/secret"
answer()
{
	printf '%s' "$1" > "$hook/mode"
}
answer 200
: > "$hook/got"
: > "$hook/bad"
"$python" "$here/receiver.py" "$hook" &
receiver=$!
# The cluster goes when this script does; so does the receiver.
trap 'kill $receiver 2>/dev/null; clean_up' EXIT
until [ -s "$hook/port" ]; do
	sleep 0.05
done
port=$(cat "$hook/port")

# write_conf MORE
write_conf()
{
	configure registry rollcall_
	sed -i 's/ user=postgres//' "$ROLLCALL_CONF"
	cat >> "$ROLLCALL_CONF" <<-END
		webhook_attempts = 3
		$1
	END
}
one="webhook \"one\" { url = \"http://127.0.0.1:$port/hook\";
    secret_file = \"$hook/secret\" }"
write_conf "$one"
ok "set-up" admin setup

# register N: so many clients, as far as the audit log knows.
register()
{
	q -c "INSERT INTO rollcall.audit (event, actor, address, client_id, detail)
	    SELECT 'client.registered', 'anonymous', '192.0.2.7', 'c' || n,
	    '{\"policy\": \"default\"}' FROM generate_series(1, $1) AS n"
}
deliver()
{
	rollcall-admin --json deliver 2> "$work/own/deliver.log" |
	    jq -r '"\(.delivered) delivered, \(.failed) failed, \(.waiting) waiting, \(.dead) dead"'
}
due()
{
	q -c "UPDATE rollcall.outbox SET next_attempt_at = now()
	    WHERE delivered_at IS NULL"
}
# got FILTER: of the events that arrived.
got()
{
	cut -f 1 "$hook/got" | jq -s -r "$1"
}
forget()
{
	: > "$hook/got"
	q -c "SET session_replication_role = replica" \
	    -c "DELETE FROM rollcall.outbox" \
	    -c "UPDATE rollcall.outbox_position SET audit_id =
	    (SELECT last_value FROM rollcall.audit_id) WHERE name = 'deliver'" \
	    -c "DELETE FROM rollcall.audit WHERE audit_id NOT IN (SELECT a.audit_id
	    FROM rollcall.audit a JOIN rollcall.audit_seal s
	    ON a.audit_id BETWEEN s.first_id AND s.last_id)"
}
# Those of clients: each seal is an event too.
clients='map(select(.event == "client.registered"))'

# --- what is sent

worked_example()
{
	# shellcheck disable=SC2034 # by the manual's lines
	local timestamp=1790000000 secret=correct-horse-battery-staple \
	    body='{"id": 42, "event": "client.registered"}'
	eval "$(sed -n '/^In a shell:/,/^\.Ed/p' "$top/man/rollcall-webhooks.7" |
	    sed '1,2d;$d')"
}
if command -v openssl > /dev/null; then
	is "the manual's shell makes the manual's signature" \
	    "$(grep '^v1=' "$top/man/rollcall-webhooks.7")" worked_example
fi
register 2
is "what happened is delivered" "2 delivered, 0 failed, 0 waiting, 0 dead" deliver
is "signed and with its headers" "2" got length
is "and nothing that is not" "" cat "$hook/bad"
is "with what there is to tell" "client.registered anonymous 192.0.2.7 ok default" \
    got '.[0] | "\(.event) \(.actor) \(.address) \(.outcome) \(.detail.policy)"'
like "and when" '^20..-..-..T..:..:..\.[0-9]{6}Z$' got '.[0].time'
is "the id is the event's" "t" q -c "SELECT max(audit_id) >= $(got '.[0].id')
    FROM rollcall.audit WHERE client_id = 'c1'"
is "the seal's head follows" "audit.sealed" sh -c "rollcall-admin deliver \
    > /dev/null 2>&1; cut -f 1 '$hook/got' | jq -s -r '.[2].event'"
is "with its MAC" "$(cut -d ' ' -f 3 <(q -F ' ' -c "SELECT seal_id,
    encode(chain, 'hex'), encode(mac, 'hex') FROM rollcall.audit_seal"))" \
    got '.[2].detail.mac'
is "nothing goes twice" "0 delivered, 0 failed, 0 waiting, 0 dead" deliver
forget

answer 204
register 1
is "any 2xx will do" "1 delivered, 0 failed, 0 waiting, 0 dead" deliver
answer huge
register 1
deliver > /dev/null
is "an answer that does not end is not waited for" "2" got "$clients | length"
answer 200
deliver > /dev/null
forget

# --- what fails

# Else each seal is told of as well.
one="${one%\}}; events = {\"client.registered\", \"client.deleted\"} }"
write_conf "$one"
pause()
{
	q -c "SELECT extract(epoch FROM next_attempt_at - now()) BETWEEN $1 AND $2
	    FROM rollcall.outbox WHERE delivered_at IS NULL
	    AND event = 'client.registered'"
}
register 1
for mode in 500 302 404; do
	answer "$mode"
	case $mode in
	500) least=20 most=40 ;;
	302) least=44 most=76 ;;
	404) least=90 most=150 ;;
	esac
	like "a $mode is a failure" "^0 delivered, 1 failed" deliver
	is "which is noted" 1 grep -c "status $mode" <(q -c "SELECT fault
	    FROM rollcall.outbox WHERE event = 'client.registered'")
	is "with a pause that grows" t pause "$least" "$most"
	like "meanwhile nothing is sent" "^0 delivered, 0 failed" deliver
	due
done
is "after so many attempts it is dead, and stays" "1 3" q -F ' ' -c "SELECT
    count(dead_at), max(attempts) FROM rollcall.outbox
    WHERE event = 'client.registered'"
like "nothing more is sent" "1 dead" deliver
answer 200
is "until somebody says so" \
    "1 notifications that were given up will be tried again" \
    admin deliver --retry-dead
is "then it arrives" "1 delivered, 0 failed, 0 waiting, 0 dead" deliver
is "as the same event" "1 4" got "$clients | \"\\(map(.id) | unique | length) \\(length)\""
forget

# --- many at once

register 40
: > "$hook/connections"
is "many arrive" "40 delivered, 0 failed, 0 waiting, 0 dead" deliver
is "in their order" "true" got "map(.id) | length == 40 and . == sort"
is "over one connection" 1 grep -c one "$hook/connections"
is "noted several at once" t q -c "SELECT count(DISTINCT delivered_at) < 10
    FROM rollcall.outbox"
forget
register 3
answer 500
is "behind one that fails the others are left alone" \
    "0 delivered, 1 failed, 3 waiting, 0 dead" deliver
is "which was no attempt" "0 0 1" q -c "SELECT
    string_agg(attempts::text, ' ' ORDER BY attempts) FROM rollcall.outbox"
answer 200
is "they are due at once" "2 delivered, 0 failed, 1 waiting, 0 dead" deliver
forget
register 40
answer 500
deliver > /dev/null
answer 200
is "more than are taken at once, too" \
    "39 delivered, 0 failed, 1 waiting, 0 dead" deliver
is "before those that came later" "true" got "map(.id)[1:] | . == sort"
forget

# Two secrets, while the receiver changes from one to the other.
printf 'another-secret-that-is-new\na-secret-of-the-receiver\n' \
    > "$hook/secrets"
write_conf "${one/"$hook/secret"/"$hook/secrets"}"
register 1
is "with two secrets there are two signatures" \
    "1 delivered, 0 failed, 0 waiting, 0 dead" deliver
is "and each is good" "2 " sh -c "got=\$(cut -f 3 '$hook/got' | tail -n 1 |
    tr ',' '\n' | grep -c '^v1=[0-9a-f]\{64\}\$')
    echo \"\$got \$(cat '$hook/bad')\""
write_conf "$one"
forget

# One that is not configured any more.
write_conf "$one
webhook \"gone\" { url = \"http://127.0.0.1:1/\"; secret_file = \"$hook/secret\";
    events = {\"client.registered\"} }"
register 2
deliver > /dev/null
refused "what is to be sent is not discarded" 1 "gone is configured" \
    rollcall-admin deliver --discard gone
q -c "UPDATE rollcall.outbox SET dead_at = now() WHERE destination = 'gone'
    AND outbox_id = (SELECT max(outbox_id) FROM rollcall.outbox)"
is "one receiver's are tried again" \
    "0 notifications that were given up will be tried again" \
    admin deliver --retry-dead one
write_conf "$one"
is "nor are those that nobody is for" \
    "0 notifications that were given up will be tried again" \
    admin deliver --retry-dead
refused "nor by name" 3 "no webhook gone" rollcall-admin deliver --retry-dead gone
doctor_says()
{
	admin --json doctor --no-web 2> /dev/null | jq -r '.checks[] |
	    select(.check == "notifications") |
	    .outcome + " " + .fix + (.what | capture(": (?<n>[a-z]*);") | " " + .n)'
}
is "doctor names who is not configured" \
    "warning rollcall-admin deliver --discard NAME gone" doctor_says
is "these are ended" "2 notifications that were not delivered will not be" \
    admin deliver --discard gone
is "for good" "0" q -c "SELECT count(*) FROM rollcall.outbox
    WHERE destination = 'gone'"
is "which the audit log tells" "gone 2" q -F ' ' -c "SELECT
    detail ->> 'destination', detail ->> 'notifications'
    FROM rollcall.audit WHERE event = 'outbox.discarded'"
refused "a name goes with --retry-dead" 2 "goes with --retry-dead" \
    rollcall-admin deliver one
forget

# One that is down holds nobody else up.
write_conf "$one
webhook \"down\" { url = \"http://127.0.0.1:1/\"; secret_file = \"$hook/secret\";
    events = {\"client.registered\"} }
webhook \"picky\" { url = \"http://localhost:$port/picky\";
    secret_file = \"$hook/secret\"; events = {\"client.deleted\", \"account.*\"} }"
register 5
q -c "INSERT INTO rollcall.audit (event, actor) VALUES
    ('account.added', 'alice'), ('client.deleted', 'alice')"
is "one receiver that is down holds nobody else up" \
    "8 delivered, 1 failed, 5 waiting, 0 dead" deliver
is "each is told of what it wants" "account.added client.deleted client.deleted" \
    got 'map(.event) | map(select(. != "client.registered")) | sort | join(" ")'
# One that is slow comes behind the others.
write_conf "$one
webhook \"slow\" { url = \"http://127.0.0.1:$port/slow\"; secret_file = \"$hook/secret\";
    events = {\"client.registered\"} }"
behind()
{
	[ "$(cut -f 1 "$hook/got" | jq -r .id |
	    awk 'seen[$1]++ { twice++ } NR == 8 { print twice }')" -le 2 ]
}
# On a busy machine the other may be slow as well, but not each time.
for _ in 1 2 3 4 5 6 7 8 9; do
	forget
	register 6
	deliver > "$work/own/sent"
	! behind || break
done
is "one that is slow is heard out" "12 delivered, 0 failed, 0 waiting, 0 dead" \
    cat "$work/own/sent"
ok "behind the others" behind
write_conf "$one"
forget
write_conf "webhook \"out\" { url = \"https://127.0.0.1:$port/in-the-path\";
    secret_file = \"$hook/secret\" }"
register 1
like "where https is promised nothing goes in clear" "^0 delivered, 1 failed" deliver
is "the log names the receiver" 1 \
    grep -c "https://127.0.0.1:$port: " "$work/own/deliver.log"
is "not the rest of its URL" 0 grep -c "in-the-path" "$work/own/deliver.log"
is "not even a byte of it" "0" got length
write_conf "$one
webhook \"bare\" { url = \"http://127.0.0.1:$port/\"; secret_file = \"$work/own/none\" }"
forget
register 1
like "a webhook without its secret holds nobody up" "^1 delivered, 0 failed" deliver
is "and makes the run fail" "1" sh -c "rollcall-admin deliver > /dev/null 2>&1
    echo \$?"
is "which the log explains" 1 grep -c "webhook.*bare: cannot read $work/own/none" \
    "$work/own/deliver.log"
write_conf "$one"
deliver > /dev/null
forget

# --- several at once

at_once()
{
	local pids=() pid
	for _ in 1 2 3; do
		rollcall-admin deliver > /dev/null 2>&1 &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || return 1
	done
}
register 150
ok "three deliverers at once" at_once
is "each event is sent, and only once" "150 150" \
    got "$clients | \"\\(map(.id) | unique | length) \\(length)\""
deliver > /dev/null
forget

# --- killed at each step

# killed WHAT LOCK: kill a deliverer that waits for a lock which a transaction
# has, so at that step; what it sent to the server does not take place.
killed()
{
	local pid locker
	forget
	register 3
	[ -z "${3:-}" ] || { answer 500; deliver > /dev/null; answer 200; due; }
	mkfifo "$work/own/lock"
	psql -X -q < "$work/own/lock" > /dev/null 2>&1 &
	locker=$!
	exec 9> "$work/own/lock"
	echo "BEGIN; $2;" >&9
	until [ "$(q -c "SELECT count(*) FROM pg_stat_activity
	    WHERE state = 'idle in transaction'")" = 1 ]; do
		sleep 0.05
	done
	rollcall-admin deliver > /dev/null 2>&1 &
	pid=$!
	for _ in $(seq 1200); do
		[ "$(q -c "SELECT count(*) FROM pg_stat_activity
		    WHERE wait_event_type = 'Lock'")" = 0 ] || break
		sleep 0.05
	done
	is "it waits: $1" 1 q -c "SELECT count(*) FROM pg_stat_activity
	    WHERE wait_event_type = 'Lock'"
	kill -9 "$pid"
	wait "$pid" 2> /dev/null
	q -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE wait_event_type = 'Lock'" > /dev/null
	echo "COMMIT;" >&9
	exec 9>&-
	wait "$locker"
	rm "$work/own/lock"
	due
	deliver > /dev/null
	due
	deliver > /dev/null
	is "killed there, nothing is lost: $1" "3" \
	    got "$clients | map(.id) | unique | length"
	is "and nothing is left" "0" q -c "SELECT count(*) FROM rollcall.outbox
	    WHERE delivered_at IS NULL"
	is "nor is the log harmed" "0" member .faults audit verify
}
killed "before it looks how far the log is settled" \
    "LOCK TABLE rollcall.audit_horizon IN SHARE MODE"
killed "while it seals" "LOCK TABLE rollcall.audit_seal IN SHARE MODE"
killed "while it fills the outbox" "SELECT FROM rollcall.outbox_position
    WHERE name = 'deliver' FOR UPDATE"
killed "between filling and moving on" \
    "LOCK TABLE rollcall.outbox IN SHARE MODE"
killed "while it claims" "LOCK TABLE rollcall.outbox IN SHARE MODE" again

# The receiver has it, and the deliverer does not know.
forget
register 1
answer hang
rollcall-admin deliver > /dev/null 2>&1 &
pid=$!
for _ in $(seq 1200); do
	[ "$(got length)" = 0 ] || break
	sleep 0.05
done
kill -9 "$pid"
wait "$pid" 2> /dev/null
answer 200
is "killed while it sends, it is not taken for delivered" "0|1" q -c "SELECT
    count(delivered_at), count(*) FROM rollcall.outbox
    WHERE event = 'client.registered'"
like "the next leaves it alone for a while" "^[01] delivered, 0 failed" deliver
due
deliver > /dev/null
is "then sends it again, as the same event" "1 2" \
    got "$clients | \"\\(map(.id) | unique | length) \\(length)\""

# Of several that were taken at once one was sent, and that is not noted yet.
forget
register 3
answer first
rollcall-admin deliver > /dev/null 2>&1 &
pid=$!
for _ in $(seq 1200); do
	[ "$(got length)" != 2 ] || break
	sleep 0.05
done
kill -9 "$pid"
wait "$pid" 2> /dev/null
answer 200
is "killed between two, none is taken for delivered" "0|3" q -c "SELECT
    count(delivered_at), count(*) FROM rollcall.outbox
    WHERE event = 'client.registered'"
is "only those that were sent have had an attempt" "0 1 1" q -c "SELECT
    string_agg(attempts::text, ' ' ORDER BY attempts) FROM rollcall.outbox"
due
deliver > /dev/null
is "and none is lost" "3 5" \
    got "$clients | \"\\(map(.id) | unique | length) \\(length)\""

# One that ends whoever sends it is given up, too.
end_sender()
{
	answer hang
	rollcall-admin deliver > /dev/null 2>&1 &
	pid=$!
	for _ in $(seq 1200); do
		[ "$(got length)" != "$1" ] || break
		sleep 0.05
	done
	kill -9 "$pid"
	wait "$pid" 2> /dev/null
	answer 200
	due
}
forget
register 1
for number in 1 2 3; do
	end_sender "$number"
done
is "after so many attempts that were cut short it is given up" \
    "0 delivered, 0 failed, 0 waiting, 1 dead" deliver
is "which the log tells" 1 grep -c "one: event [0-9]* was given up: .* killed" \
    "$work/own/deliver.log"
is "and was not sent again" 3 got length

# --- --follow, and its end

forget
rollcall-admin deliver --follow 2> "$work/own/follow.log" &
follower=$!
register 2
for _ in $(seq 1200); do
	[ "$(got "$clients | length")" = 2 ] && break
	sleep 0.05
done
is "--follow sends what comes" "2" got "$clients | length"
register 2
for _ in $(seq 1200); do
	[ "$(got "$clients | length")" = 4 ] && break
	sleep 0.05
done
is "and goes on" "4" got "$clients | length"
q -d postgres -c "ALTER DATABASE registry ALLOW_CONNECTIONS false" \
    -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = 'registry'" > /dev/null
for _ in $(seq 1200); do
	grep -q 'database did not answer' "$work/own/follow.log" && break
	sleep 0.05
done
q -d postgres -c "ALTER DATABASE registry ALLOW_CONNECTIONS true"
register 2
for _ in $(seq 1200); do
	[ "$(got "$clients | length")" = 6 ] && break
	sleep 0.05
done
is "when the database was away too" "6" got "$clients | length"
kill -TERM "$follower"
wait "$follower"
result $? "SIGTERM ends it, as it should"
ok "its log has the head" grep -q 'event=audit.sealed seal=.* head=[0-9a-f]\{64\} mac=[0-9a-f]\{64\}' \
    "$work/own/follow.log"
refused "--follow and --once exclude each other" 2 "exclude each other" \
    rollcall-admin deliver --follow --once

# --- NOTIFY

forget
q -c "INSERT INTO rollcall.audit (event, actor, client_id, outcome, rule) VALUES
    ('client.registered', 'anonymous', 'told', 'ok', NULL),
    ('client.refused', 'anonymous', NULL, 'invalid_redirect_uri', 'x')"
mkfifo "$work/own/listen"
psql -X -q < "$work/own/listen" > "$work/own/heard" &
listener=$!
exec 9> "$work/own/listen"
echo "LISTEN rollcall_client; SELECT 'listens';" >&9
until grep -q listens "$work/own/heard"; do
	sleep 0.05
done
deliver > /dev/null
echo "SELECT 1;" >&9
exec 9>&-
wait "$listener"
is "who listens hears of clients" 1 grep -c \
    '"rollcall_client" with payload "{"id" : [0-9]*, "event" : "client.registered", "client_id" : "told"}"' \
    "$work/own/heard"
is "and of nothing else" 1 grep -c 'Asynchronous notification' "$work/own/heard"

# --- mail

cat > "$work/own/sendmail" <<END
#!/bin/sh
echo "\$@" >> "$work/own/mail.args"
cat > "$work/own/mail"
exit \$(cat "$work/own/mail.exit")
END
chmod +x "$work/own/sendmail"
echo 0 > "$work/own/mail.exit"
write_conf "mail_to = {\"ops@example.org\", \"dba@example.org\"}
mail_from = \"rollcall@example.org\"
sendmail = \"$work/own/sendmail\"
mail_interval = 1h"
forget
mails()
{
	rollcall-admin --json deliver 2>> "$work/own/mail.log" | jq .mails
}
later()
{
	q -c "UPDATE rollcall.outbox_position SET moved_at = now() - interval '2 h'
	    WHERE name = 'mail'" \
	    -c "UPDATE rollcall.outbox SET next_attempt_at = now()"
}
q -c "INSERT INTO rollcall.client (client_id, metadata) VALUES ('mine',
    '{\"token_endpoint_auth_method\": \"none\", \"application_type\": \"native\",
    \"grant_types\": [\"authorization_code\"], \"response_types\": [\"code\"],
    \"client_name\":
    \"Evil\\nBcc: all@example.org\\u202e\",
    \"redirect_uris\": [\"https://evil.example/cb\", \"cursor:/x\"]}')" \
    -c "INSERT INTO rollcall.audit (event, actor, client_id)
    VALUES ('client.registered', 'anonymous', 'mine'),
	('client.registered', 'anonymous', 'gone')" \
    -c "INSERT INTO rollcall.audit (event, actor, outcome, rule)
    VALUES ('client.refused', 'anonymous', 'invalid_redirect_uri',
    'redirect_uri.no_fragment')" \
    -c "INSERT INTO rollcall.rate_refusal
    VALUES (now(), 'rate_limit_register', '192.0.2.7', 40)"
is "before its time there is no mail" 0 mails
later
# In the minute of the mail before.
q -c "INSERT INTO rollcall.rate_refusal SELECT date_trunc('minute', moved_at),
    'rate_limit_register', '192.0.2.8', 1 FROM rollcall.outbox_position
    WHERE name = 'mail'"
is "then there is" 1 mails
is "to sendmail, without a word of a stranger's in its arguments" "-t -i" \
    cat "$work/own/mail.args"
is "to all" "To: ops@example.org, dba@example.org" \
    sh -c "sed -n '/^To/{N;s/\n//;p}' '$work/own/mail'"
is "with a subject" \
    "Subject: rollcall: 2 new clients at https://auth.example.org" \
    grep '^Subject:' "$work/own/mail"
is "that says which clients are new" 1 \
    grep -c '^  mine  Evil?Bcc: all@example.org?  cursor: evil.example$' \
    "$work/own/mail"
is "no name begins a line of its own" 0 grep -c '^Bcc' "$work/own/mail"
is "what happened how often" "2  client.registered" \
    sh -c "sed -n 's/^  *\([0-9]*  client.registered\)$/\1/p' '$work/own/mail'"
is "and what was refused" "41  rate_limit_register 1  redirect_uri.no_fragment" \
    sh -c "sed -n '/^Refusals/,\$s/^  *//p' '$work/own/mail' | xargs -d '\n'"
later
is "what was told is not told again" 0 mails
register 1
echo 75 > "$work/own/mail.exit"
is "where sendmail fails nothing was mailed, and it counts" "0 1" sh -c \
    "rollcall-admin --json deliver 2>> '$work/own/mail.log' |
    jq -r '\"\(.mails) \(.failed)\"'"
is "which is noted" 1 grep -c 'exited with 75' "$work/own/mail.log"
echo 0 > "$work/own/mail.exit"
is "the next leaves it alone for a while" 0 mails
q -c "UPDATE rollcall.outbox SET next_attempt_at = now()"
is "then it goes" 1 mails
# One that is tried again meanwhile is not in that mail.
later
q -c "INSERT INTO rollcall.outbox (destination, event_id, event, payload, dead_at)
    VALUES ('mail', 1000001, 'client.registered', '{}', now()),
	('mail', 1000002, 'client.registered', '{}', NULL)"
sed -i "3a rollcall-admin deliver --retry-dead > '$work/own/retried'" \
    "$work/own/sendmail"
is "what is tried again while a mail is under way" 1 mails
sed -i 4d "$work/own/sendmail"
is "was not told by it" "1000001" q -c "SELECT event_id FROM rollcall.outbox
    WHERE destination = 'mail' AND delivered_at IS NULL"
later
deliver > /dev/null
later
register 1
two_mails()
{
	rm -f "$work/own/mail.args"
	at_once && later_args=$(cat "$work/own/mail.args") &&
	    [ "$later_args" = "-t -i" ]
}
ok "of three at once one mails" two_mails

# --- what was delivered goes

q -c "UPDATE rollcall.outbox SET delivered_at = now() - interval '8 days'"
deliver > /dev/null
is "what was delivered goes after a week" 0 q -c "SELECT count(*)
    FROM rollcall.outbox WHERE delivered_at < now() - interval '7 days'"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
