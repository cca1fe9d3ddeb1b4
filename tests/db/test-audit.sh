#!/bin/bash
# The audit log: append-only, sealed, and what was changed, removed, added or
# cut off by hand is found; months; rows of transactions that end late; what
# rollcall-admin audit shows.  Prints "ok N - what" or "not ok N - what", and
# the sum as its last line.

set -u

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/db/common.sh
. "$here/common.sh"

# Each month has a table and seals of its own: one is not to end in between.
while [ "$(date -u +%m)" != "$(date -u -d '10 minutes' +%m)" ]; do
	sleep 5
done

createdb -E UTF8 -T template0 registry
configure registry rollcall_
sed -i 's/ user=postgres//' "$ROLLCALL_CONF"
echo "audit_head_file = \"$work/own/head\"" >> "$ROLLCALL_CONF"
ok "set-up" admin setup

# add N [COLUMN VALUE]: N rows.
add()
{
	q "${@:4}" -c "INSERT INTO rollcall.audit (event, actor, address, client_id
	    ${2:+, $2}) SELECT 'client.registered', 'anonymous', '192.0.2.7',
	    'c' || n ${3:+, $3} FROM generate_series(1, $1) AS n"
}
seal()
{
	admin audit seal
}
seals()
{
	q -c "SELECT seal_id, month, first_id, last_id, row_count
	    FROM rollcall.audit_seal ORDER BY seal_id"
}

# --- who may do what

for act in "UPDATE rollcall.audit SET actor = 'x'" "DELETE FROM rollcall.audit" \
    "TRUNCATE rollcall.audit" "TRUNCATE rollcall.audit_default" \
    "TRUNCATE rollcall.$(date -u +audit_%Y_%m)" \
    "DELETE FROM rollcall.audit_seal" \
    "UPDATE rollcall.audit_seal SET mac = NULL" "TRUNCATE rollcall.audit_seal" \
    "DELETE FROM rollcall.audit_detached"; do
	# Something must be there for a trigger to see.
	case $act in
	*seal | *seal\ *) add 1 && seal > /dev/null ;;
	*detached) q -c "INSERT INTO rollcall.audit_detached
	    VALUES ('1999-01-01', 'x', DEFAULT, 'x')" ;;
	*) add 1 ;;
	esac
	like "the owner may not: $act" "is append-only" sh -c "! psql -X -q -c \"$act\" 2>&1"
	like "nor rollcall_admin" "permission denied" \
	    sh -c "! psql -X -q -U rollcall_admin -c \"$act\" 2>&1"
done
for role in rollcall_register rollcall_token; do
	like "$role may not read the log" "permission denied" \
	    sh -c "! psql -X -q -U $role -c 'SELECT FROM rollcall.audit' 2>&1"
done
ok "rollcall_report may read it" \
    q -c "SET ROLE rollcall_report" -c "SELECT FROM rollcall.audit_event"

# --- partitions

months()
{
	q -c "SELECT c.relname FROM pg_inherits i JOIN pg_class c
	    ON c.oid = i.inhrelid WHERE i.inhparent = 'rollcall.audit'::regclass
	    ORDER BY 1"
}
expected()
{
	local n
	for n in 0 1 2 3 4 5; do
		[ "$n" -gt "$1" ] ||
		    q -c "SELECT to_char(now() AT TIME ZONE 'UTC'
			+ interval '$n months', '\"audit_\"YYYY_MM')"
	done
	echo audit_default
}
is "this month and the next three have partitions" "$(expected 3)" months
is "more can be made" "2" q -c "SELECT rollcall.audit_partition_add(5)"
is "and are there" "$(expected 5)" months
is "once is enough" "0" q -c "SELECT rollcall.audit_partition_add(5)"
is "each has its triggers and a comment" "" q -c "SELECT c.relname
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'rollcall.audit'::regclass
    AND ((SELECT count(*) FROM pg_trigger WHERE tgrelid = c.oid) <> 2
    OR obj_description(c.oid) IS NULL)"
createdb -T registry late
month=$(q -c "SELECT to_char(now() AT TIME ZONE 'UTC', '\"audit_\"YYYY_MM')")
late()
{
	rollcall-admin --database "host=$work user=postgres dbname=late" "$@"
}
q -d late -c "SET session_replication_role = replica" \
    -c "DROP TABLE rollcall.$month" -c "INSERT INTO rollcall.audit
    (event, actor, at) VALUES ('client.registered', 'anonymous', now()),
    ('client.registered', 'anonymous', '2021-03-04'),
    ('client.registered', 'anonymous', '2021-05-06')" \
    -c "INSERT INTO rollcall.audit_detached
    VALUES ('2021-05-01', 'audit_2021_05', now(), 'x')"
late audit seal > /dev/null
# The rows of the table that was dropped are missing before and after.
late audit verify > "$work/own/before" 2>&1
is "months that the default partition has rows of get theirs" "2
1 2021-05" q -d late -F ' ' -c "SELECT rollcall.audit_partition_add(3)" \
    -c "SELECT count(*), to_char(max(at), 'YYYY-MM')
    FROM rollcall.audit_default"
is "where the rows are" "1 1" q -d late -F ' ' -c "SELECT
    (SELECT count(*) FROM rollcall.$month WHERE actor = 'anonymous'),
    (SELECT count(*) FROM rollcall.audit_2021_03)"
is "to the seals they are where they were" "$(cat "$work/own/before")" \
    late audit verify
like "and what is left stays append-only" "is append-only" sh -c \
    "! psql -X -q -d late -c 'DELETE FROM rollcall.audit_default' 2>&1"
dropdb late

# --- sealing

q -c "SET session_replication_role = replica" \
    -c "DELETE FROM rollcall.audit_detached" -c "DELETE FROM rollcall.audit" \
    -c "DELETE FROM rollcall.audit_seal" \
    -c "ALTER SEQUENCE rollcall.audit_id RESTART" \
    -c "UPDATE rollcall.audit_horizon SET settled_id = 0, seen_id = 0"
rm -f "$work/own/head"
first=$(date -u +%Y-%m-01)
is "nothing is there to seal" "the audit log has nothing new to seal" seal
add 10
is "rows are sealed" "the audit log got 1 new seal" seal
is "all of them" "1|$first|1|10|10" seals
is "the seal's own row is no reason to seal" \
    "the audit log has nothing new to seal" seal
is "but the log tells of it" "audit.sealed|1|t" q -c "SELECT event,
    detail ->> 'seal_id', detail ->> 'head' = encode(chain, 'hex')
    AND detail ->> 'mac' = encode(mac, 'hex')
    FROM rollcall.audit, rollcall.audit_seal WHERE event = 'audit.sealed'"
is "and audit_head_file has it" \
    "$(q -F ' ' -c "SELECT seal_id, encode(chain, 'hex'), encode(mac, 'hex')
	FROM rollcall.audit_seal")" cat "$work/own/head"
add 5
last_month="date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'"
add 2 at "$last_month - interval '1 microsecond'"
add 2 at "$last_month"
is "what lies in two months gets two seals" \
    "the audit log got 2 new seals" seal
is "each of the same range" "1|$first|1|10|10
2|$(date -u -d "$first -1 day" +%Y-%m-01)|11|20|2
3|$first|11|20|8" seals
is "all is as it was sealed" "0" member .faults audit verify
is "which is said" 1 sh -c "rollcall-admin audit verify |
    grep -c '^3 seals and their rows are as they were made; the last head is '"
is "in SQL too" "" q -c "SELECT * FROM rollcall.audit_verify()"
is "whatever the session is set to" "" q -c "SET TimeZone = 'Asia/Tokyo'" \
    -c "SET DateStyle = 'German'" -c "SET IntervalStyle = 'sql_standard'" \
    -c "SET bytea_output = 'escape'" -c "SET extra_float_digits = 0" \
    -c "SELECT * FROM rollcall.audit_verify()"
head1=$(q -c "SELECT encode(chain, 'hex') FROM rollcall.audit_seal
    WHERE seal_id = 1")
is "an old head is still reached" "0" member .faults audit verify --head "$head1"
is "and in SQL" "" \
    q -c "SELECT * FROM rollcall.audit_verify('\\x$head1'::bytea)"
refused "a head that is none" 2 "64 hexadecimal digits" \
    rollcall-admin audit verify --head abc

# --- rows of transactions that end late

mkfifo "$work/own/slow"
psql -X -q < "$work/own/slow" > /dev/null &
slow=$!
exec 9> "$work/own/slow"
echo "BEGIN; INSERT INTO rollcall.audit (event, actor, client_id)
    VALUES ('client.registered', 'anonymous', 'slow');" >&9
until [ "$(q -c "SELECT count(*) FROM pg_stat_activity
    WHERE state = 'idle in transaction'")" = 1 ]; do
	sleep 0.05
done
add 3
before=$(seals | wc -l)
is "while a transaction is open nothing behind it is sealed" \
    "the audit log has nothing new to seal" seal
is "nor notified of" "20" q -c "SELECT settled_id FROM rollcall.audit_settle()"
echo "COMMIT;" >&9
exec 9>&-
wait "$slow"
is "then all of it is" "the audit log got 1 new seal" seal
is "with the late row" "t" q -c "SELECT a.audit_id BETWEEN s.first_id
    AND s.last_id AND s.seal_id = $before + 1
    FROM rollcall.audit a, (SELECT * FROM rollcall.audit_seal
    ORDER BY seal_id DESC LIMIT 1) s WHERE client_id = 'slow'"
is "and it verifies" "0" member .faults audit verify

crowd()
{
	local pids=() pid n
	for n in 1 2 3 4; do
		for _ in $(seq 40); do
			echo "BEGIN; INSERT INTO rollcall.audit (event, actor)
			    VALUES ('client.registered', 'crowd');
			    SELECT pg_sleep(random() / 50); COMMIT;"
		done | psql -X -q > /dev/null &
		pids+=($!)
	done
	for n in 1 2 3; do
		(for _ in $(seq 8); do
			rollcall-admin audit seal > /dev/null || exit 1
		done) &
		pids+=($!)
	done
	n=0
	for pid in "${pids[@]}"; do
		wait "$pid" || n=1
	done
	return $n
}
ok "four write and three seal at the same time" crowd
seal > /dev/null
is "no row was left out" "160|0" q -c "SELECT count(*),
    count(*) FILTER (WHERE NOT EXISTS (SELECT FROM rollcall.audit_seal
    WHERE audit_id BETWEEN first_id AND last_id))
    FROM rollcall.audit WHERE actor = 'crowd'"
is "and the seals verify" "0" member .faults audit verify
# A dump brings transaction ids along, which count for nothing elsewhere.
q -c "UPDATE rollcall.audit_horizon SET seen_xact = '99999999999999',
    seen_id = settled_id + 1000000"
add 1
is "in a restored database sealing goes on" "the audit log got 1 new seal" seal
like "at READ COMMITTED only" "needs READ COMMITTED" sh -c "! psql -X -q -c \"
    BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT rollcall.audit_settle()\" 2>&1"
is "a seal that was forged is not taken" "f" q -c "SELECT rollcall.audit_seal_add(
    (SELECT jsonb_agg(to_jsonb(s) || '{\"row_count\": 1}')
    FROM rollcall.audit_seal s WHERE seal_id = 1))"
# forged CHANGES: whether a seal that would follow the last one is taken.
forged()
{
	q -F ' ' -c "WITH last AS (SELECT * FROM rollcall.audit_seal
	    ORDER BY seal_id DESC LIMIT 1),
	next AS (SELECT jsonb_populate_record(NULL::rollcall.audit_seal,
	    to_jsonb(last) || jsonb_build_object('seal_id', seal_id + 1,
	    'first_id', last_id + 1, 'last_id', (SELECT settled_id
		FROM rollcall.audit_horizon)) || ($1)) AS seal, chain FROM last)
	SELECT rollcall.audit_seal_add(jsonb_build_array(to_jsonb(seal)
	    || jsonb_build_object('chain',
		rollcall.audit_seal_chain(chain, seal)))) FROM next"
}
add 3
q -c "SELECT FROM rollcall.audit_settle()" -c "SELECT FROM rollcall.audit_settle()"
is "nor one that leaves rows out" "f" forged \
    "jsonb_build_object('first_id', last_id + 2)"
is "nor one of rows that are to come" "f" forged \
    "jsonb_build_object('last_id', last_id + 1000000)"
is "nor one of a range that was sealed" "f" forged \
    "jsonb_build_object('first_id', first_id, 'last_id', last_id)"
is "they are sealed as they should" "the audit log got 1 new seal" seal
mv "$work/own/registry.key" "$work/own/registry.key.aside"
add 1
refused "without the key nothing is sealed behind a MAC" 1 \
    "the last seal has a MAC, and there is no" rollcall-admin audit seal
mv "$work/own/registry.key.aside" "$work/own/registry.key"
is "and with it all is" "the audit log got 1 new seal" seal

# --- what is done by hand is found

# found WHAT PATTERN SQL...: as the superuser, on a copy.
found()
{
	local what=$1 pattern=$2 sql=() one status
	shift 2
	for one; do
		sql+=(-c "$one")
	done
	createdb -T registry tampered
	q -d tampered -c "SET session_replication_role = replica" "${sql[@]}"
	rollcall-admin --database "host=$work user=postgres dbname=tampered" \
	    audit verify > "$work/own/found" 2> "$work/own/err"
	status=$?
	if [ $status = 1 ] && grep -Eq -e "$pattern" "$work/own/found" &&
	    grep -q 'not as it was sealed' "$work/own/err"; then
		result 0 "found: $what"
	else
		result 1 "found: $what"
		sed 's/^/# /' "$work/own/found" "$work/own/err"
	fi
	dropdb tampered
}
for column in "actor = 'eve'" "at = at + interval '1 microsecond'" \
    "event = 'client.deleted'" "address = '198.51.100.1'" "address = NULL" \
    "user_agent = 'x'" "client_id = 'c9'" "outcome = 'refused'" \
    "rule = 'x'" "detail = '{}'" "xact = '3'"; do
	found "a row changed: $column" "^seal 1 .*a row was changed" \
	    "UPDATE rollcall.audit SET $column WHERE audit_id = 3"
done
found "a row removed" "^seal 1 .*rows were removed: 1" \
    "DELETE FROM rollcall.audit WHERE audit_id = 3"
found "a row removed and another in its place" "a row was changed" \
    "UPDATE rollcall.audit SET audit_id = 3000 WHERE audit_id = 3" \
    "UPDATE rollcall.audit SET audit_id = 3 WHERE audit_id = 4" \
    "UPDATE rollcall.audit SET audit_id = 4 WHERE audit_id = 3000"
found "a row added" "^seal 1 .*rows were added: 1" \
    "INSERT INTO rollcall.audit (audit_id, event, actor)
     VALUES (3, 'client.registered', 'anonymous')"
found "a row added in a month that has no seal" "no seal is for: 1" \
    "INSERT INTO rollcall.audit (audit_id, event, actor, at)
     VALUES (3, 'client.registered', 'anonymous', '2001-02-03')"
found "a row added in front of the first" "no seal is for: 1" \
    "INSERT INTO rollcall.audit (audit_id, event, actor)
     VALUES (-3, 'client.registered', 'anonymous')"
found "a row added in front of all numbers" "no seal is for: 1" \
    "INSERT INTO rollcall.audit (audit_id, event, actor)
     VALUES (-9223372036854775808, 'client.registered', 'anonymous')"
found "a row moved to another month" "^seal 1 .*rows were removed: 1" \
    "UPDATE rollcall.audit SET at = at - interval '40 days' WHERE audit_id = 3"
found "the last rows cut off" "rows were removed" \
    "DELETE FROM rollcall.audit WHERE audit_id > 15"
found "the last seals cut off" "audit_head_file has this seal.s head" \
    "DELETE FROM rollcall.audit_seal WHERE seal_id > 3"
found "which the log tells of too" "the log tells of this seal" \
    "DELETE FROM rollcall.audit_seal WHERE seal_id > 3"
found "a row that tells of no seal" "the log tells of this seal" \
    "INSERT INTO rollcall.audit (event, actor, detail)
     VALUES ('audit.sealed', 'eve', '{\"seal_id\": \"x\"}')"
found "rows and seals cut off" "audit_head_file has this seal.s head" \
    "DELETE FROM rollcall.audit_seal WHERE seal_id > 3" \
    "DELETE FROM rollcall.audit WHERE audit_id > 20"
found "all of it gone" "audit_head_file has this seal.s head" \
    "TRUNCATE rollcall.audit, rollcall.audit_seal"
found "a seal in the middle removed" "seals before this one were removed: 1" \
    "DELETE FROM rollcall.audit_seal WHERE seal_id = 2"
found "a row changed and its seal made anew" "^seal 1: the MAC is not" \
    "UPDATE rollcall.audit SET actor = 'eve' WHERE audit_id = 3" \
    "UPDATE rollcall.audit_seal s SET digest = (SELECT sha256(string_agg(
     rollcall.audit_row_digest(a), ''::bytea ORDER BY audit_id))
     FROM rollcall.audit a WHERE audit_id BETWEEN first_id AND last_id)
     WHERE seal_id = 1" \
    "UPDATE rollcall.audit_seal s
     SET chain = rollcall.audit_seal_chain(NULL, s) WHERE seal_id = 1"
found "a seal without its MAC" "this seal has no MAC" \
    "UPDATE rollcall.audit_seal SET mac = NULL WHERE seal_id = 2"
found "all seals without their MACs" "no seal has a MAC, and there is a key" \
    "UPDATE rollcall.audit_seal SET mac = NULL"
found "another time on a seal" "this seal, or the one before it, was changed" \
    "UPDATE rollcall.audit_seal SET sealed_at = sealed_at - interval '1 hour'
     WHERE seal_id = 2"
is "in SQL a head that is not reached is told" \
    "|||no seal has the head that was given: seals were removed or changed" \
    q -c "SELECT * FROM rollcall.audit_verify('\\x00')"
refused "rollcall-admin tells it too" 1 "not as it was sealed: 1 fault\$" \
    sh -c "rollcall-admin audit verify --head $(printf '0%.0s' $(seq 64)) \
    > /dev/null"
is "for programs" "1 detail" sh -c "rollcall-admin --json audit verify \
    --head $(printf '0%.0s' $(seq 64)) 2>/dev/null |
    jq -r '\"\\(.faults) \" + (if .findings[0].fault then \"detail\" else \"\" end)'"
is "where not all can be looked at they are told so" "false" sh -c \
    "sed '/^audit_head_file/s/=.*/= \"\/\"/' '$ROLLCALL_CONF' > '$work/own/odd.conf'
    rollcall-admin --config '$work/own/odd.conf' --json audit verify 2>/dev/null |
    jq -r .complete"
cp "$work/own/head" "$work/own/head.kept"
sed 's/ [0-9a-f]*$/ '"$head1"'/' "$work/own/head.kept" > "$work/own/head"
like "a head file that was changed is found" "audit_head_file was changed" \
    sh -c '! rollcall-admin audit verify'
echo nonsense > "$work/own/head"
like "one that is something else too" "is not what was written there" \
    sh -c '! rollcall-admin audit verify 2>&1'
add 1
refused "which is not written over" 1 "is not what was written there" \
    rollcall-admin audit seal
is "and stays" nonsense cat "$work/own/head"
rm "$work/own/head"
like "one that is gone is found" "audit_head_file has no head" \
    sh -c '! rollcall-admin audit verify 2>&1'
cp "$work/own/head.kept" "$work/own/head"

# Seals that are made after others were cut off do not hide that.
cut_off()
{
	q -c "SET session_replication_role = replica" \
	    -c "CREATE TABLE public.cut AS TABLE rollcall.audit_seal" \
	    -c "DELETE FROM rollcall.audit_seal WHERE seal_id > 3"
	! rollcall-admin audit seal || return 1
	add 1
	! rollcall-admin audit seal || return 1
	cmp "$work/own/head" "$work/own/head.kept"
}
ok "the head of a seal that was cut off stays in its file" cut_off
like "so it is still found" "audit_head_file has this seal.s head" \
    sh -c '! rollcall-admin audit verify'
q -c "SET session_replication_role = replica" \
    -c "TRUNCATE rollcall.audit_seal" \
    -c "INSERT INTO rollcall.audit_seal TABLE public.cut" \
    -c "DROP TABLE public.cut" \
    -c "DELETE FROM rollcall.audit WHERE event = 'audit.sealed'
	AND audit_id > (SELECT max(last_id) FROM rollcall.audit_seal)"
seal > /dev/null
is "put back, all is well" "0" member .faults audit verify

# --- detaching

for n in 1 2 3; do
	q -c "CREATE TABLE rollcall.audit_2020_0$n PARTITION OF rollcall.audit
	    FOR VALUES FROM ('2020-0$n-01Z') TO ('2020-0$((n + 1))-01Z')" \
	    -c "INSERT INTO rollcall.audit (event, actor, at)
	    VALUES ('client.registered', 'old', '2020-0$n-10')"
done
detach()
{
	admin --json audit detach --before "$1" | jq -r '.[] | .month + " " + .outcome'
}
is "what is not sealed stays" "2020-01 not_sealed
2020-02 not_sealed" detach 2020-03
seal > /dev/null
is "what is not notified of stays" "2020-01 not_delivered" detach 2020-02
admin deliver > /dev/null 2>&1
is "then it goes" "2020-01 detached
2020-02 detached" detach 2020-03
is "not twice" "" detach 2020-03
mkfifo "$work/own/last"
psql -X -q < "$work/own/last" > /dev/null &
slow=$!
exec 9> "$work/own/last"
echo "BEGIN; INSERT INTO rollcall.audit (event, actor, at)
    VALUES ('client.registered', 'late', '2020-03-31');" >&9
until [ "$(q -c "SELECT count(*) FROM pg_stat_activity
    WHERE state = 'idle in transaction'")" = 1 ]; do
	sleep 0.05
done
# It is over once the table is waited for.
(for _ in $(seq 1200); do
	[ "$(q -c "SELECT count(*) FROM pg_locks WHERE NOT granted")" = 0 ] ||
	    break
	sleep 0.05
done
echo "COMMIT;" >&9) &
is "no row is left behind that comes while it goes" "2020-03 not_sealed" \
    detach 2020-04
exec 9>&-
wait "$slow"
is "the tables stay" "1" q -c "SELECT count(*) FROM rollcall.audit_2020_01"
is "the log tells of it" "2020-01 2020-02" q -c "SELECT string_agg(
    detail ->> 'month', ' ' ORDER BY audit_id) FROM rollcall.audit
    WHERE event = 'audit.detached'"
is "the log verifies, and tells which months are gone" "0 detached detached" \
    sh -c "rollcall-admin --json audit verify |
    jq -r '[.faults, .findings[].fault] | join(\" \")'"
found "a row changed in a table that was detached" "a row was changed" \
    "UPDATE rollcall.audit_2020_01 SET actor = 'eve'"
found "a month that was removed and is only said to be detached" \
    "nothing tells that this month was detached" \
    "INSERT INTO rollcall.audit_detached VALUES
     ('$first', 'gone', now() + interval '2 months', 'eve')" \
    "DELETE FROM rollcall.audit WHERE at >= '$first'
     AND event <> 'audit.sealed'"
found "a former one too" "nothing tells that this month was detached" \
    "UPDATE rollcall.audit_detached SET detached_at = now()" \
    "DROP TABLE rollcall.audit_2020_02"
q -c "DROP TABLE rollcall.audit_2020_01"
is "nor does the DBA's dropping it break the log" "0" \
    member .faults audit verify
found "a month that was dropped without that" "rows were removed: 1" \
    "DROP TABLE rollcall.audit_2020_03"
echo "audit_retention = 31d" >> "$ROLLCALL_CONF"
admin deliver > /dev/null 2>&1
is "audit_retention has deliver do it" "detached" q -c "SELECT max('detached')
    FROM rollcall.audit_detached WHERE table_name = 'audit_2020_03'"
is "and leaves this month" "$month" sh -c "psql -X -q -A -t -c \"SELECT
    inhrelid::regclass FROM pg_inherits
    WHERE inhparent = 'rollcall.audit'::regclass\" | sed 's/^rollcall.//' |
    grep -x $month"
is "this month does not go" "0" sh -c "rollcall-admin --json audit detach \
    --before 2999-01 | jq '[.[] | select(.month >= \"$(date -u +%Y-%m)\")] | length'"
refused "a month that is none" 2 "YYYY-MM" rollcall-admin audit detach --before 2020
refused "no month" 2 "YYYY-MM" rollcall-admin audit detach

# --- without a key

createdb -E UTF8 -T template0 keyless
configure keyless ""
ok "another database" admin migrate
q -d keyless -c "INSERT INTO rollcall.audit (event, actor)
    VALUES ('client.registered', 'anonymous')"
is "is sealed without a key" "the audit log got 1 new seal" seal
like "and verified, as far as that goes" "MACs were not checked" admin audit verify
configure registry rollcall_
sed -i 's/ user=postgres//' "$ROLLCALL_CONF"

# --- looking things up

q -c "INSERT INTO rollcall.audit (event, actor, address, client_id, outcome,
    rule, detail, at) VALUES
    ('client.refused', 'anonymous', '198.51.100.9', NULL,
	'invalid_redirect_uri', 'redirect_uri.no_fragment', '[]', now()),
    ('client.updated', 'registration_token', '2001:db8::9', 'mine', 'ok', NULL,
	'{\"client_name\": {\"before\": \"a\", \"after\": \"b\"}}', now()),
    ('client.deleted', E'alice (psql\\u202e\\n)', NULL, 'mine', 'ok', NULL,
	NULL, now() - interval '3 days')"
found_by()
{
	admin --json audit search "$@" | jq -r 'map(.event) | join(" ")'
}
is "by client" "client.deleted client.updated" found_by --client mine
is "by event" "client.refused" found_by --event client.refused
is "by kind of event" "client.deleted" found_by --event 'client.*' --limit 1
is "by actor" "client.deleted" found_by --actor alice
is "by network" "client.refused" found_by --address 198.51.100.0/24
is "of IPv6 too" "client.updated" found_by --address 2001:db8::/32
is "by rule" "client.refused" found_by --rule redirect_uri.no_fragment
is "by time" "client.updated" found_by --client mine --since 1d
is "until a time" "client.deleted" found_by --client mine --until 24h
is "by date" "" found_by --client mine --until 2001-01-01
soon=$(TZ=XXX9 date -d '+1 minute' +%Y-%m-%dT%H:%M)
is "by the local clock, as in tables" "client.deleted client.updated" \
    env TZ=XXX9 bash -c "$(declare -f admin found_by)
    found_by --client mine --until '$soon'"
is "or by an offset" "" found_by --client mine --since "$soon-10:00"
at=$(admin --json audit search --client mine --limit 1 --event client.updated |
    jq -r '.[0].time')
is "or as JSON has it" "client.updated" found_by --client mine --since "$at"
is "nothing is an empty array" "[]" admin --json audit search --client none
for time in yesterday 2026-02-31 2026-11-21T25:00 2026-11-21x \
    2026-11-21T09:30+25:00 0999-01-01; do
	refused "a time that is none: $time" 2 "takes a time" \
	    rollcall-admin audit search --since "$time"
done
refused "a network that is none" 2 "takes an address" \
    rollcall-admin audit search --address 1.2.3.4/99
like "for people a line each, in which nothing acts on the terminal" \
    '^20.*  client.deleted  ok  client=mine  actor=alice \(psql\?\?\)$' \
    admin audit search --client mine
is "values before and after are there" "a b" sh -c "rollcall-admin --json \
    audit search --client mine --event client.updated |
    jq -r '.[0].detail.client_name | .before + \" \" + .after'"
is "tail prints the last ones, the newest last" \
    "client.refused client.updated client.deleted" \
    sh -c "rollcall-admin --json audit tail -n 3 |
    jq -r 'map(.event) | join(\" \")'"
is "export prints all, a line each" "$(q -c "SELECT count(*) FROM rollcall.audit")" \
    sh -c "rollcall-admin audit export | jq -c .id | wc -l"
is "in order" "true" sh -c "rollcall-admin audit export |
    jq -s 'map(.id) | . == sort'"
is "since a time" "2" sh -c "rollcall-admin audit export --since 1h |
    jq -r 'select(.client_id == \"mine\" or .rule != null) | .event' | wc -l"
add 1200 user_agent "'bulk'"
is "more than a batch" "1200" sh -c "rollcall-admin audit export |
    jq -r 'select(.user_agent == \"bulk\") | .id' | sort -u | wc -l"
is "found in batches too" "1200" sh -c "rollcall-admin --json audit search |
    jq '[.[] | select(.user_agent == \"bulk\")] | length'"
rollcall-admin --json audit tail --follow -n 1 > "$work/own/tail" &
tail=$!
until [ -s "$work/own/tail" ]; do
	sleep 0.1
done
add 1 rule "'seen'"
for _ in $(seq 600); do
	grep -q '"rule" *: *"seen"' "$work/own/tail" && break
	sleep 0.1
done
kill "$tail"
wait "$tail" 2>/dev/null
is "tail --follow prints what comes" 1 grep -c '"seen"' "$work/own/tail"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
