#!/bin/bash
# The database side, on a private cluster of its own: migrations, statements,
# views, verbs, roles, the README's queries, dump and restore, races.
# Prints "ok N - what" or "not ok N - what", and the sum as its last line.

set -u

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cluster.sh
. "$here/cluster.sh"
awk=${AWK:-awk}
cc=${CC:-cc}

# fails WHAT PATTERN COMMAND...: the command fails and says so.
fails()
{
	local what=$1 pattern=$2 said
	shift 2
	if said=$("$@" 2>&1); then
		result 1 "$what"
		printf '# succeeded: %s\n' "$said"
	elif ! printf '%s\n' "$said" | grep -q -e "$pattern"; then
		result 1 "$what"
		printf '# said: %s\n' "$said"
	else
		result 0 "$what"
	fi
}

# A dump, without the marks that differ each time.
dump()
{
	pg_dump "$@" | grep -v -e '^\\restrict' -e '^\\unrestrict'
}

migrate()
{
	sh "$top/sql/rollcall-migrate.in" "$@"
}

# What migrate says of the migrations from the one whose number is given.
newest=0
for file in "$top"/sql/migrate/[0-9][0-9][0-9][0-9]-*.sql; do
	newest=$((newest + 1))
done
applies()
{
	(cd "$top/sql/migrate" && printf 'applied %s\n' ./*.sql) |
	    sed 's|\./||' | tail -n "+$1"
	echo "the schema is at version $newest"
}

# --- migrations

createdb -E UTF8 -T template0 registry
is "migrations apply to an empty database" \
    "$(applies 1)" migrate
dump -s > "$work/own/once"
is "a second run has nothing to do" "the schema is at version $newest" migrate
dump -s > "$work/own/twice"
ok "a second run changes nothing" cmp "$work/own/once" "$work/own/twice"

at_once()
{
	local pids=() pid bad=0
	createdb -E UTF8 -T template0 crowd
	for _ in 1 2 3 4; do
		migrate dbname=crowd >> "$work/own/crowd.log" 2>&1 &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || bad=1
	done
	[ $bad = 0 ] || { cat "$work/own/crowd.log"; return 1; }
	[ "$(grep -c '^applied' "$work/own/crowd.log")" = "$newest" ] || return 1
	dump -s crowd | cmp - "$work/own/once"
}
ok "four runs at once make one schema" at_once

for encoding in LATIN1 SQL_ASCII; do
	createdb -E $encoding -T template0 --locale=C "in_$encoding"
	fails "a database in $encoding is refused with a sentence" \
	    "encoding is $encoding; rollcall needs UTF8" \
	    migrate "dbname=in_$encoding"
	is "and nothing is made in it" 0 q -d "in_$encoding" -c \
	    "SELECT count(*) FROM pg_namespace WHERE nspname = 'rollcall'"
done

fails "an unknown option is refused" "unknown option" migrate --all
fails "a second conninfo is refused" "more than one conninfo" migrate a b
fails "no server: a sentence" "cannot connect" migrate "host=$work/none"

createdb -E UTF8 -T template0 other
mine="$work/own/my files"
cp -R "$top/sql" "$mine"
chmod -R u+w "$mine"
migrate_mine()
{
	ROLLCALL_SQL_DIR=$mine migrate dbname=other
}
next=$(printf '%04d' $((newest + 1)))
cat > "$mine/migrate/$next-bad.sql" <<'END'
CREATE TABLE rollcall.half (half integer);
SELECT 1 / 0;
END
fails "a migration that fails is named" "$next-bad.sql failed" migrate_mine
is "it leaves no trace, the one before it stays" "$newest||" q -d other -F '|' -c \
    "SELECT max(version), to_regclass('rollcall.half'),
     to_regclass('rollcall.client_report') FROM rollcall.schema_version"
rm "$mine/migrate/$next-bad.sql"
echo 'CREATE TABLE rollcall.more (more integer);' \
    > "$mine/migrate/$next-more.sql"
is "a later migration is applied on top" "applied $next-more.sql
the schema is at version $((newest + 1))" migrate_mine
fails "a database newer than the files is refused" "newer than version $newest" \
    migrate dbname=other
echo '-- changed' >> "$mine/migrate/0001-clients.sql"
fails "a migration changed after the fact is refused" \
    "migration 1 was changed" migrate_mine

createdb -E UTF8 -T template0 plain
is "--no-roles leaves roles alone" "$(applies 1)" \
    migrate --no-roles dbname=plain
is "and gives nobody anything" "" q -d plain -c \
    "SELECT relname FROM pg_class WHERE relnamespace = 'rollcall'::regnamespace
     AND relacl IS NOT NULL"

q -d plain -c "CREATE ROLE guest LOGIN"
createdb -E UTF8 -T template0 -O guest guests
fails "where roles cannot be made, it says how to go without" \
    'roles.sql failed; .* see --no-roles' \
    migrate 'dbname=guests user=guest'
is "and so it goes" "the schema is at version $newest" \
    migrate --no-roles 'dbname=guests user=guest'
dropdb guests
q -d plain -c "DROP ROLE guest"

# --- upgrade

grants()
{
	q -F ' ' -f "$here/grants.sql" "$@"
}
clients="SELECT md5(string_agg((to_jsonb(c) - array['valid_from',
    'initial_token_id', 'previous_secret_hash',
    'previous_secret_expires_at', 'disabled_status', 'registration_token_hash',
    'registration_token_issued_at', 'registration_token_last_used_at',
    'next_registration_token_hash',
    'next_registration_token_issued_at'])::text, '' ORDER BY client_id)), count(*)
    FROM rollcall.client c"
# The tokens where they had a table, and where they are now.
former_tokens="SELECT client_id, token_hash, issued_at, last_used_at
    FROM rollcall.registration_token ORDER BY client_id"
tokens="SELECT client_id, registration_token_hash,
    registration_token_issued_at, registration_token_last_used_at
    FROM rollcall.client WHERE registration_token_hash IS NOT NULL
    ORDER BY client_id"
createdb -E UTF8 -T template0 upgraded
q -d upgraded -f "$here/version-1.sql" > /dev/null
before=$(q -d upgraded -c "$clients" -c "$former_tokens")
file="SELECT pg_relation_filenode('rollcall.client')"
before_file=$(q -d upgraded -c "$file")
is "a database at version 1 comes to the newest" "$(applies 2)" \
    migrate dbname=upgraded
is "the clients' table is not written anew" "$before_file" \
    q -d upgraded -c "$file"
is "the clients in it stay as they were" "$before" \
    q -d upgraded -c "$clients" -c "$tokens"
is "and may act" "t" q -d upgraded -c "SELECT bool_and(valid_from <= now())
    AND count(*) = 3 FROM rollcall.client_report"
upgraded_is_new()
{
	# Who was given a right first stands first.
	dump -s upgraded | sort | cmp - <(sort "$work/own/once")
}
ok "its schema is that of a new one, rights and all" upgraded_is_new

# Later ones have rows in every table.
rows_in="SELECT tablename, md5((xpath('/row/rows/text()', query_to_xml(
    format('SELECT string_agg(to_jsonb(t)::text, chr(10) ORDER BY
    to_jsonb(t)::text) AS rows FROM (SELECT %s FROM rollcall.%I) t', (
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
    FROM pg_attribute WHERE attrelid = ('rollcall.' || tablename)::regclass
    AND attnum > 0 AND (tablename, attname) IN (SELECT * FROM public.old)),
    tablename), false, true, '')))[1]::text)
    FROM pg_tables WHERE schemaname = 'rollcall' AND tablename IN
    (SELECT tablename FROM public.old)
    AND tablename NOT IN ('schema_version', 'registration_token')
    ORDER BY 1"
# stays VERSION TABLES TOKENS: so many of its tables have rows that stay, and so
# many registration access tokens; a DBA's own view of them goes on, too.
stays()
{
	local before
	dropdb upgraded
	createdb -E UTF8 -T template0 upgraded
	q -d upgraded -f "$here/version-$1.sql" > /dev/null
	q -d upgraded -c "CREATE TABLE public.old AS SELECT relname AS tablename,
	    attname FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid
	    WHERE relnamespace = 'rollcall'::regnamespace
	    AND relkind IN ('r', 'p') AND attnum > 0" \
	    -c "CREATE VIEW public.mine AS SELECT client_id, count(*) AS tokens
	    FROM rollcall.registration_token_report GROUP BY client_id"
	before=$(q -d upgraded -c "$rows_in")
	[ "$(printf '%s\n' "$before" | grep -c '|.')" = "$2" ] || return 1
	[ "$1" -ge 4 ] || before=$before$'\n'$(q -d upgraded -c "$former_tokens")
	migrate dbname=upgraded || return 1
	diff <(printf '%s\n' "$before") <(q -d upgraded -c "$rows_in"
	    [ "$1" -ge 4 ] || q -d upgraded -c "$tokens") &&
	    [ "$(q -d upgraded -c "SELECT sum(tokens) FROM public.mine")" = "$3" ] &&
	    q -d upgraded -c "DROP TABLE public.old" -c "DROP VIEW public.mine"
}
ok "a database at version 2 comes to the newest, its rows as they were" \
    stays 2 13 1
ok "its schema too is that of a new one" upgraded_is_new
ok "one at version 4 likewise" stays 4 25 3
ok "to the schema of a new one" upgraded_is_new
is "a client's token and the newest that waits for its place are in its row" \
    "api|ed|2026-01-03|2026-01-04||
app|e2|2026-11-22|2026-11-22|ee|2026-11-22" q -d upgraded -c "SELECT client_id,
    left(encode(registration_token_hash, 'hex'), 2),
    registration_token_issued_at::date, registration_token_last_used_at::date,
    left(encode(next_registration_token_hash, 'hex'), 2),
    next_registration_token_issued_at::date FROM rollcall.client
    WHERE registration_token_hash IS NOT NULL ORDER BY 1"
upgraded_restores()
{
	createdb -E UTF8 -T template0 upgraded2 &&
	    pg_dump -f "$work/own/dump" upgraded &&
	    q -d upgraded2 -f "$work/own/dump" > /dev/null &&
	    dump upgraded | sort > "$work/own/upgraded" &&
	    dump upgraded2 | sort | diff "$work/own/upgraded" - &&
	    migrate dbname=upgraded2
}
ok "and its dump restores" upgraded_restores

# --- statements: taken from the C that is made of them

prepare_all()
{
	"$awk" -v mode=h -f "$top/lib/statements.awk" \
	    "$top/sql/statements.sql" > "$work/own/statements.h" &&
	    "$awk" -v mode=c -f "$top/lib/statements.awk" \
	    "$top/sql/statements.sql" > "$work/own/statements.c" || return 1
	cat > "$work/own/print.c" <<-'END'
		#include <stdio.h>
		#include "statements.h"
		int
		main(void)
		{
			for (int i = 0; i < RC_SQL__MAX; i++)
				printf("PREPARE %s AS %s;\n",
				    rc_statements[i].name,
				    rc_statements[i].text);
			return 0;
		}
	END
	"$cc" -std=c17 -Wall -Wextra -Wpedantic -Werror -o "$work/own/print" \
	    "$work/own/print.c" "$work/own/statements.c" || return 1
	"$work/own/print" > "$work/own/prepare.sql"
}
ok "statements.awk makes C without warnings" prepare_all

contract()
{
	q -f "$work/own/prepare.sql" -c "SELECT name || ' takes ' ||
	    array_to_string(parameter_types, ', ')
	    FROM pg_prepared_statements ORDER BY name"
	# shellcheck disable=SC2016
	"$awk" '
	    /^PREPARE/ {
		printf "\\echo %s returns\n", $2
		sub(/^PREPARE [a-z_]+ AS /, "")
	    }
	    { end = sub(/;$/, ""); print; if (end) print "\\gdesc" }' \
	    "$work/own/prepare.sql" > "$work/own/gdesc.sql"
	q -F ' ' -f "$work/own/gdesc.sql"
}
is "every statement prepares, with the agreed types" \
    "$(cat "$here/statements.expected")" contract

bad_statements()
{
	printf '%s\n' "$1" | "$awk" -v mode=c -f "$top/lib/statements.awk"
}
fails "a statement without a name is refused" "needs a name" \
    bad_statements 'SELECT 1;'
fails "a statement without an end is refused" "has no end" \
    bad_statements '-- name: a
SELECT 1'
fails "a name used twice is refused" "twice" bad_statements '-- name: a
SELECT 1;
-- name: a
SELECT 2;'
fails "a part that is nowhere is refused" "no part b above" \
    bad_statements '-- name: a
SELECT {{b}};'
fails "a part that is there twice is refused" "b is there twice" \
    bad_statements '-- part: b
1;
-- part: b
2;'
parts()
{
	bad_statements '-- part: one
-- The first.
(1
+ 2);
-- part: two
{{one}} * {{one}};
-- name: a
SELECT {{two}};' | grep -o 'SELECT.*"'
}
is "a part stands for its lines, in other parts too" \
    'SELECT (1 + 2) * (1 + 2)"' parts

# Statements that no program sends, or that programs.sql knows no program of.
unused()
{
	local name
	sed -n 's/^-- name: //p' "$top/sql/statements.sql" |
	    while read -r name; do
		grep -qrw "RC_SQL_${name^^}" "$top/lib" "$top/cli" \
		    --include='*.c' || echo "$name is sent by nobody"
	    done
	q -f "$here/programs.sql" -c "SELECT statement FROM call
	    WHERE statement NOT IN (SELECT statement FROM does)"
}
is "every statement is used" "" unused

# From here on statements run as the program's own role.
# run SQL...: prepare all, then run each argument, in one session.
run()
{
	local args=()
	for sql; do
		args+=(-c "$sql")
	done
	q -U "${as:-rollcall_register}" -f "$work/own/prepare.sql" "${args[@]}"
}

# A hash, made of one digit.
h()
{
	printf "'\\\\x"
	printf "$1%.0s" {1..64}
	printf "'"
}

public='{"token_endpoint_auth_method": "none", "grant_types": ["authorization_code"], "redirect_uris": ["http://127.0.0.1/cb"], "client_name": "P"}'
secret='{"token_endpoint_auth_method": "client_secret_basic", "grant_types": ["authorization_code", "refresh_token"], "redirect_uris": ["https://a.example.org/cb?x={1,2}", "http://[::1]/cb"], "client_name": "S", "contacts": ["a@example.org"], "scope": "read write"}'

# What follows the address, and what an update was judged by.
registered="NULL, 'default', 'active', NULL, NULL"
judged="'default', 0, false, NULL, NULL, NULL"
run "EXECUTE client_register('pub', NULL, '$public', $(h 1), NULL, $registered)" \
    > "$work/own/issued"
ok "client_register returns the second of registration" \
    test $(($(date +%s) - $(cat "$work/own/issued"))) -le 60
run "EXECUTE client_register('sec', $(h a), '$secret', $(h 2),
    '2001:db8::1', $registered)" > /dev/null
is "what was registered is in the row" \
    "sec|dynamic|active|1|2001:db8::1|S|2|http://[::1]/cb|{authorization_code,refresh_token}|client_secret_basic|{a@example.org}|read write" \
    q -c "SELECT client_id, door, status, version, issued_from, client_name,
	cardinality(redirect_uris), redirect_uris[2], grant_types,
	token_endpoint_auth_method, contacts, scope
	FROM rollcall.client WHERE client_id = 'sec'"
fails "a client_id is registered once" "client_pk" \
    run "EXECUTE client_register('pub', NULL, '$public', $(h 3), NULL, $registered)"
is "and the token of the second is not kept" 1 q -c \
    "SELECT count(*) FROM rollcall.client
     WHERE registration_token_hash IN ($(h 1), $(h 3))"

# Columns: metadata issued_at secret_expires_at has_secret status version
# stale secret_matches policy initial_token_id; the first two vary.
read_client()
{
	run "EXECUTE client_read($1)" | cut -d '|' -f 3-8
}
is "client_read, public client" "|f|active|1|f|" \
    read_client "'pub', $(h 1), 0, NULL"
is "client_read, secret to judge but none there" "|f|active|1|f|f" \
    read_client "'pub', $(h 1), 0, $(h a)"
is "client_read, right secret" "|t|active|1|f|t" \
    read_client "'sec', $(h 2), 60, $(h a)"
is "client_read, wrong secret" "|t|active|1|f|f" \
    read_client "'sec', $(h 2), 60, $(h b)"
is "client_read, another client's token" "" \
    read_client "'sec', $(h 1), 60, NULL"
is "client_read, unknown client" "" read_client "'nobody', $(h 1), 0, NULL"
is "client_read gives the metadata back" t q -c "SELECT metadata::jsonb =
    '$secret'::jsonb FROM (SELECT metadata::text FROM rollcall.client
    WHERE client_id = 'sec') x"

age()
{
	q -c "UPDATE rollcall.client
	    SET registration_token_last_used_at = now() - interval '$2'
	    WHERE client_id = '$1'"
}
age pub '25 hours'
is "a token unused for a day is stale" "|f|active|1|t|" \
    read_client "'pub', $(h 1), 90001, NULL"
is "a token unused for its lifetime is not valid" "" \
    read_client "'pub', $(h 1), 89999, NULL"
is "lifetime 0 is for ever" "|f|active|1|t|" \
    read_client "'pub', $(h 1), 0, NULL"
is "any lifetime will do" "|f|active|1|t|" \
    read_client "'pub', $(h 1), 9223372036854775807, NULL"
touched()
{
	run "EXECUTE registration_token_touch('pub', $(h 1), 2592000,
	    NULL, NULL)"
	q -c "SELECT xmin FROM rollcall.client WHERE client_id = 'pub'"
}
once=$(touched)
is "registration_token_touch renews a stale token" "|f|active|1|f|" \
    read_client "'pub', $(h 1), 60, NULL"
is "and writes nothing the second time" "$once" touched

# A token that waits for the place of another.
touch_one()
{
	run "EXECUTE registration_token_touch('pub', $(h "$1"), 7200, NULL, NULL)"
}
tokens_of_pub()
{
	q -c "SELECT left(encode(registration_token_hash, 'hex'), 1),
	    registration_token_last_used_at > now() - interval '1 minute',
	    left(encode(next_registration_token_hash, 'hex'), 1),
	    next_registration_token_issued_at IS NULL
	    FROM rollcall.client WHERE client_id = 'pub'"
}
rotated()
{
	run "EXECUTE registration_token_rotate('pub', $(h "$1"), 0, $(h "$2"),
	    NULL, NULL)" > /dev/null
	tokens_of_pub
}
is "registration_token_rotate leaves the token and has another wait" \
    "1|t|6|f" rotated 1 6
is "the next rotation has another wait instead" "1|t|7|f" rotated 1 7
is "the one before is no good" "" read_client "'pub', $(h 6), 0, NULL"
age pub '90 minutes'
touch_one 1
is "the use of a token leaves the one that waits" "1|t|7|f" tokens_of_pub
is "whose use is to be noted" "|f|active|1|t|" \
    read_client "'pub', $(h 7), 0, NULL"
q -c "UPDATE rollcall.client SET next_registration_token_issued_at =
    now() - interval '90 minutes' WHERE client_id = 'pub'"
is "it has its own lifetime" "" read_client "'pub', $(h 7), 3600, NULL"
touch_one 7
is "with its first use it takes the place" "7|t||t" tokens_of_pub
is "the one before is no good any more" "" read_client "'pub', $(h 1), 0, NULL"
rotated 7 1 > /dev/null
is "so it does when it is rotated itself" "1|t|6|f" rotated 1 6
is "the one before is no good either" "" read_client "'pub', $(h 7), 0, NULL"
age pub '90 minutes'
q -c "UPDATE rollcall.client SET last_used_at = now() WHERE client_id = 'pub'"
is "the client's own use counts as its token's" "|f|active|1|f|" \
    read_client "'pub', $(h 1), 3600, NULL"
q -c "UPDATE rollcall.client SET next_registration_token_issued_at =
    now() - interval '90 minutes' WHERE client_id = 'pub'"
is "and as that of the one that waits" "|f|active|1|t|" \
    read_client "'pub', $(h 6), 3600, NULL"
q -c "UPDATE rollcall.client SET last_used_at = NULL WHERE client_id = 'pub'"

# Columns of client_replace: issued_at fresh secret_expires_at stale status.
replace()
{
	run "EXECUTE client_replace($1, $judged)" | cut -d '|' -f 2-4
}
state()
{
	q -c "SELECT version, client_name, left(encode(secret_hash, 'hex'), 1)
	    FROM rollcall.client WHERE client_id = '$1'"
}
secret2=${secret/\"S\"/\"S2\"}
is "client_replace, wrong token changes nothing" "" \
    replace "'sec', $(h 1), 0, NULL, '$secret2', true, $(h c), NULL"
is "client_replace, token past its lifetime" "" \
    replace "'sec', $(h 2), -1, NULL, '$secret2', true, $(h c), NULL"
is "client_replace, wrong secret" "" \
    replace "'sec', $(h 2), 0, $(h b), '$secret2', true, $(h c), NULL"
is "client_replace, secret presented where there is none" "" \
    replace "'pub', $(h 1), 0, $(h b), '$public', false, NULL, NULL"
is "client_replace, another version" "" \
    replace "'sec', $(h 2), 0, NULL, '$secret2', true, $(h c), 7"
is "nothing of that changed the row" "1|S|a" state sec
is "client_replace keeps the secret" "f||f" \
    replace "'sec', $(h 2), 60, $(h a), '$secret2', true, $(h c), 1"
is "and goes one version up" "2|S2|a" state sec
is "the columns that come from metadata follow" S2 q -c \
    "SELECT client_name FROM rollcall.client WHERE client_id = 'sec'"
is "client_replace to method none drops the secret" "f||f" \
    replace "'sec', $(h 2), 0, NULL, '$public', false, $(h c), NULL"
is "it is gone" "3|P|" state sec
age sec '25 hours'
is "client_replace back takes the fresh secret" "t||t" \
    replace "'sec', $(h 2), 0, NULL, '$secret', true, $(h c), NULL"
is "it is there" "4|S|c" state sec
q -c "UPDATE rollcall.client SET status = 'disabled' WHERE client_id = 'sec'"
is "a disabled client is read, with its status" "|t|disabled|4|t|" \
    read_client "'sec', $(h 2), 0, NULL"
is "a disabled client is not replaced" "" \
    replace "'sec', $(h 2), 0, NULL, '$secret2', true, $(h d), NULL"
is "a disabled client is not deleted" "" \
    run "EXECUTE client_delete('sec', $(h 2), 0, NULL, NULL)"
q -c "UPDATE rollcall.client SET status = 'active',
    secret_expires_at = 'epoch'::timestamptz + interval '77.9 seconds'
    WHERE client_id = 'sec'"
is "times are whole seconds, rounded down" "77|t|active|4|t|" \
    read_client "'sec', $(h 2), 0, NULL"
is "client_delete, wrong token" "" run "EXECUTE client_delete('sec', $(h 1), 0, NULL, NULL)"
delete()
{
	run "EXECUTE client_delete('sec', $(h 2), 0, '192.0.2.1', 'A/1')" |
	    cut -d '|' -f 1-3
}
is "client_delete, right token" "default|t|2001:db8::1" delete
is "with the client its token went" 0 q -c \
    "SELECT count(*) FROM rollcall.client
     WHERE registration_token_hash = $(h 2)"
is "client_delete again finds nothing" "" \
    run "EXECUTE client_delete('sec', $(h 2), 0, NULL, NULL)"

# --- races

# while_held HOLD SQL [MORE]: run SQL while another session has run HOLD, not
# yet committed, and commits, after MORE, when SQL waits for it.
while_held()
{
	local holder
	{
		cat "$work/own/prepare.sql"
		echo "BEGIN; $1;"
		echo "SELECT pg_advisory_lock(1);"
		# Over when somebody waits for a row of ours.
		echo "DO \$\$ BEGIN FOR i IN 1 .. 6000 LOOP
		    IF EXISTS (SELECT FROM pg_locks WHERE NOT granted) THEN
		    RETURN; END IF; PERFORM pg_sleep(0.01); END LOOP;
		    RAISE 'nobody waited'; END \$\$;"
		echo "${3:-};"
		echo "COMMIT;"
	} > "$work/own/hold.sql"
	q -f "$work/own/hold.sql" > /dev/null &
	holder=$!
	for _ in {1..6000}; do
		[ "$(q -c "SELECT count(*) FROM pg_locks
		    WHERE locktype = 'advisory'")" = 0 ] || break
		sleep 0.01
	done
	run "$2" | cut -d '|' -f 2-3
	wait "$holder"
}
new_race()
{
	q -c "DELETE FROM rollcall.client WHERE client_id = 'race'"
	as='' run "EXECUTE client_register('race', $(h a), '$secret', $(h 2), NULL, $registered)" \
	    > /dev/null
}
new_race
hold="EXECUTE client_replace('race', $(h 2), 0, NULL, '$secret2', true, $(h c), 1, $judged)"
is "of two updates of one version the second changes nothing" "" while_held \
    "$hold" \
    "EXECUTE client_replace('race', $(h 2), 0, NULL, '$secret', true, $(h d), 1, $judged)"
is "the first stands" "2|S2|a" state race
is "an update waits for a deletion and finds nothing" "" while_held \
    "EXECUTE client_delete('race', $(h 2), 0, NULL, NULL)" \
    "EXECUTE client_replace('race', $(h 2), 0, NULL, '$secret', true, $(h d), NULL, $judged)"
is "the client is gone for good" 0 q -c \
    "SELECT count(*) FROM rollcall.client WHERE client_id = 'race'"
new_race
is "a deletion after a secret was dropped still deletes" "t|" while_held \
    "EXECUTE client_replace('race', $(h 2), 0, NULL, '$public', false, NULL, NULL, $judged)" \
    "EXECUTE client_delete('race', $(h 2), 0, NULL, NULL)"
new_race
is "a presented secret is judged against the row as it is now" "" while_held \
    "EXECUTE client_replace('race', $(h 2), 0, NULL, '$public', false, NULL, NULL, $judged)" \
    "EXECUTE client_replace('race', $(h 2), 0, $(h a), '$secret', true, $(h d), NULL, $judged)"

many()
{
	local args=()
	for _ in {1..40}; do
		args+=("EXECUTE client_replace('race', $(h 2), 0, NULL, '$1', $2, $(h d), NULL, $judged)")
	done
	run "${args[@]}"
}
storm()
{
	local one two
	new_race
	many "$public" false > /dev/null &
	one=$!
	many "$secret" true > /dev/null &
	two=$!
	wait "$one" && wait "$two" || return 1
	q -c "SELECT version, (token_endpoint_auth_method = 'none')
	    = (secret_hash IS NULL) FROM rollcall.client
	    WHERE client_id = 'race'"
}
is "80 updates from two sessions: all counted, the record not mixed" "81|t" \
    storm

# waiting: how many sessions wait for another.
waiting()
{
	q -c "SELECT count(*) FROM pg_locks WHERE NOT granted"
}
# A rotation that has its client's row to wait for, and then a deletion.
rotate_and_delete()
{
	local holder rotation
	new_race
	q -c "BEGIN" -c "SELECT FROM rollcall.client
	    WHERE client_id = 'race' FOR UPDATE" -c "SELECT pg_advisory_lock(1)" \
	    -c "DO 'BEGIN FOR i IN 1 .. 6000 LOOP IF (SELECT count(*)
	    FROM pg_locks WHERE NOT granted) > 1 THEN RETURN; END IF;
	    PERFORM pg_sleep(0.01); END LOOP; RAISE ''two never waited''; END'" \
	    -c "COMMIT" > /dev/null &
	holder=$!
	for _ in {1..6000}; do
		[ "$(q -c "SELECT count(*) FROM pg_locks
		    WHERE locktype = 'advisory'")" = 0 ] || break
		sleep 0.01
	done
	run "$1" > "$work/own/rotated" 2>&1 &
	rotation=$!
	for _ in {1..6000}; do
		[ "$(waiting)" = 0 ] || break
		sleep 0.01
	done
	as='' run "EXECUTE client_delete('race', $(h 2), 0, NULL, NULL)" 2>&1 |
	    cut -d '|' -f 1-2
	wait "$holder" && wait "$rotation" && grep -c . "$work/own/rotated"
}
is "a rotation and a deletion at once are no deadlock" "default|t
1" rotate_and_delete \
    "EXECUTE registration_token_rotate('race', $(h 2), 0, $(h f), NULL, NULL)"
as=rollcall_admin is "nor is the administrator's, which revokes the token" 1 \
    rotate_and_delete "EXECUTE admin_client_rotate_token('race', $(h f))"

# What is made anew counts those who come to count at that moment.
in_time()
{
	new_race
	q -c "DELETE FROM rollcall.client_count" -c "UPDATE rollcall.client
	    SET status = 'archived', issued_from = '192.0.2.9'
	    WHERE client_id = 'race'"
	while_held "$1" "$2" > /dev/null
	q -c "SELECT level - rollcall.client_count_now('default', $3)
	    FROM rollcall.client_count" -c "DELETE FROM rollcall.client_count"
}
revive="SELECT rollcall.client_revive('race')"
reserve="SELECT rollcall.client_count_reserve('default', 1000, 'default', NULL)"
is "a count that is made while a client is revived has it" 1 \
    in_time "$revive" "$reserve" NULL
as=rollcall_admin is "so has one that was made just before" 1 \
    in_time "$reserve" "$revive" NULL
reserve="SELECT rollcall.client_count_reserve('default:192.0.2.9', 1000,
    'default', '192.0.2.9')"
is "that of a network too" 1 in_time "$revive" "$reserve" "'192.0.2.9'"
as=rollcall_admin is "both ways" 1 in_time "$reserve" "$revive" "'192.0.2.9'"

# Whoever registers has the network's count when it asks for the policy's.
forget()
{
	q -c "INSERT INTO rollcall.client_count (name, level)
	    VALUES ('default', 1), ('default:192.0.2.9', 1), ('other', 1)"
	while_held "SELECT FROM rollcall.client_count
	    WHERE name = 'default:192.0.2.9' FOR UPDATE" \
	    "EXECUTE client_count_forget('default', 'default')" \
	    "UPDATE rollcall.client_count SET level = 2 WHERE name = 'default'"
	q -c "DELETE FROM rollcall.client_count RETURNING name"
}
is "counts are forgotten without a deadlock" other forget

# Those who are the first, all at once, are not told that there is no room.
first_ones()
{
	q -c "CREATE TABLE place (epoch uuid)"
	echo "INSERT INTO place SELECT rollcall.client_count_reserve('default',
	    1000, 'default', NULL);" | tr '\n' ' ' > "$work/own/first.sql"
	for _ in {1..40}; do
		q -c "DELETE FROM rollcall.client_count"
		pgbench -n -c 16 -j 2 -t 2 -f "$work/own/first.sql" \
		    > /dev/null 2>&1 || return 1
	done
	q -c "SELECT count(*), count(epoch) FROM place" -c "DROP TABLE place" \
	    -c "DELETE FROM rollcall.client_count"
}
if command -v pgbench > /dev/null; then
	is "the first clients of a policy, at once, all find room" "1280|1280" \
	    first_ones
else
	echo "skipped: many at once: there is no pgbench"
fi

# --- the consent program brings back this, and nothing else

revive()
{
	as=rollcall_consent run \
	    "EXECUTE client_revive('race', 'account:a', NULL, NULL, $1)"
}
revive_as()
{
	new_race
	q -c "UPDATE rollcall.client SET $1 WHERE client_id = 'race'"
	revive "${2:-NULL, NULL}"
	q -c "SELECT status FROM rollcall.client WHERE client_id = 'race'"
}
none="metadata = '$public', secret_hash = NULL"
is "client_revive, an archived public client" "t
active" revive_as "status = 'archived', $none"
is "again" f revive "NULL, NULL"
is "not one with a secret" "f
archived" revive_as "status = 'archived'"
is "nor an administrator's" "f
archived" revive_as "status = 'archived', door = 'admin', $none"
is "nor a disabled one" "f
disabled" revive_as "status = 'disabled', $none"
q -c "INSERT INTO rollcall.client_count (name, level) VALUES ('here', 1)"
is "nor within a place that was lost" "
archived" revive_as "status = 'archived', $none" \
    "'here', '00000000-0000-4000-8000-000000000002'"
is "within one that was not" "t
active" revive_as "status = 'archived', $none" \
    "'here', '$(q -c "SELECT epoch FROM rollcall.client_count")'"
in_place()
{
	run "EXECUTE client_register_in_place('$1', NULL, '$public', $(h 1),
	    NULL, $registered, 'here', '$2')" | grep -c .
	q -c "DELETE FROM rollcall.client WHERE client_id = '$1'
	    RETURNING client_id"
}
is "nobody registers in a place that was lost" 0 \
    in_place guest 00000000-0000-4000-8000-000000000002
is "in one that was not, yes" "1
guest" in_place guest "$(q -c "SELECT epoch FROM rollcall.client_count")"
fails "the consent program may not change a status by itself" \
    "permission denied" q -U rollcall_consent -c \
    "UPDATE rollcall.client SET status = 'active'"

# --- constraints and odd metadata

insert()
{
	q -c "INSERT INTO rollcall.client (client_id, secret_hash, metadata)
	    VALUES ('$1', $2, '$3')"
}
fails "a client_id is not an option" client_id_is_no_option \
    insert -x NULL "$public"
fails "a client_id is not a URL" client_id_is_no_url \
    insert https://x NULL "$public"
fails "a client_id is not empty" client_id_length insert "" NULL "$public"
fails "a client_id has 255 characters at most" client_id_length \
    insert "$(printf 'x%.0s' {1..256})" NULL "$public"
fails "a hash has 32 bytes" hash_length insert x "'\\xab'" "$secret"
fails "metadata is an object" client_metadata_is_object insert x NULL '[]'
fails "a method is a known one" auth_method_known \
    insert x NULL "${public/none/magic}"
fails "a method is there" '"token_endpoint_auth_method".*not-null' \
    insert x NULL '{"grant_types": ["a"]}'
fails "grant types are not empty" grant_types_not_empty insert x NULL \
    '{"token_endpoint_auth_method": "none", "grant_types": []}'
fails "grant types are there" '"grant_types".*not-null' \
    insert x NULL '{"token_endpoint_auth_method": "none"}'
fails "a public client has no secret" client_secret_fits_method \
    insert x "$(h a)" "$public"
fails "a client with a secret method has one" client_secret_fits_method \
    insert x NULL "$secret"
fails "a door is a known one" door_known q -c \
    "UPDATE rollcall.client SET door = 'window'"
fails "a status is a known one" client_status_known q -c \
    "UPDATE rollcall.client SET status = 'odd'"
fails "a token's hash has 32 bytes" hash_length q -c \
    "UPDATE rollcall.client SET registration_token_hash = '\\xab'
     WHERE client_id = 'pub'"
fails "that of the next one too" hash_length q -c \
    "UPDATE rollcall.client SET next_registration_token_hash = '\\xab'
     WHERE client_id = 'pub'"
ok "private_key_jwt needs no secret" insert pkj NULL \
    "${public/\"none\"/\"private_key_jwt\"}"

# Each member that has a column, with each wrong type of JSON.
odd_types()
{
	local member value n=0
	for member in client_name client_uri logo_uri redirect_uris \
	    response_types scope application_type software_id \
	    software_version contacts jwks_uri; do
		for value in 1 1e400 true null '""' '"a"' '[]' '[""]' '{}' \
		    '[null]' '[1,true,{"a":[]},["b"],"c"]' \
		    '["\"","a\", \"b","\\","{,}","[","é","\n"]' \
		    '{"a":["b"]}'; do
			n=$((n + 1))
			printf "INSERT INTO rollcall.client (client_id, metadata) VALUES ('odd%d', \$\${\"token_endpoint_auth_method\": \"none\", \"grant_types\": [\"a\", 1, null], \"%s\": %s}\$\$);\n" \
			    $n $member "$value"
		done
	done > "$work/own/odd.sql"
	q -f "$work/own/odd.sql" &&
	    [ "$(q -c "SELECT count(*) FROM rollcall.client
	    WHERE client_id LIKE 'odd%'")" = $n ]
}
ok "no type of JSON makes a column fail" odd_types
createdb -E UTF8 -T registry former
is "each type of JSON gives what it gave when the columns were generated" \
    "589 of 658 are rows
1|1" q -d former -f "$here/derived.sql"
dropdb former
is "strings() returns each element as it is" t q -c \
    "SELECT bool_and(CASE WHEN jsonb_typeof(v) = 'array'
	THEN rollcall.strings(v) = array(SELECT jsonb_array_elements_text(v))
	ELSE rollcall.strings(v) IS NULL END)
	FROM (SELECT metadata -> 'contacts' AS v FROM rollcall.client) x
	WHERE v IS NOT NULL"
is "strings() of no JSON is NULL" t q -c \
    "SELECT rollcall.strings(NULL) IS NULL"
is "strings() of lists long and short" t q -c \
    "SELECT bool_and(rollcall.strings(to_jsonb(a)) = a
	AND array_lower(rollcall.strings(to_jsonb(a)), 1)
	IS NOT DISTINCT FROM array_lower(a, 1)) FROM (SELECT
	array(SELECT 's' || i FROM generate_series(1, n) i) AS a
	FROM generate_series(0, 9) n) x"
is "lists in columns begin at 1" t q -c \
    "SELECT bool_and(array_lower(grant_types, 1) = 1)
     FROM rollcall.client"

# derived: the columns that come from metadata.
derived="SELECT attname FROM pg_attribute
    WHERE attrelid = 'rollcall.client'::regclass
    AND col_description(attrelid, attnum) LIKE 'From metadata:%'"
is "so many columns come from metadata" 13 q -c \
    "SELECT count(*) FROM ($derived) x"
rows="SELECT md5(string_agg(c::text, '' ORDER BY client_id))
    FROM rollcall.client c"
is "what is written to such a column has no effect" "" q -c "DO \$\$
	DECLARE name text; value text; before text := ($rows);
	BEGIN
	FOR name, value IN SELECT attname, v FROM ($derived) AS c,
	    unnest(array['NULL', '''none''', '''{none}''']) AS v LOOP
	    BEGIN
		EXECUTE format('UPDATE rollcall.client SET %I = %s', name,
		    value);
		IF ($rows) <> before THEN
		    RAISE '% was set to %', name, value;
		END IF;
	    EXCEPTION WHEN check_violation OR invalid_text_representation THEN
		-- No value of that type.
		NULL;
	    END;
	END LOOP;
	END \$\$"
is "nor what is inserted into it" "P|{authorization_code}|none|" q -c \
    "INSERT INTO rollcall.client (client_id, metadata, client_name,
	grant_types, token_endpoint_auth_method, contacts)
	VALUES ('forged', '$public', 'Bank', '{implicit}',
	'private_key_jwt', '{a}')
	RETURNING client_name, grant_types, token_endpoint_auth_method,
	contacts"
is "nor what is copied into it" "P|none" q -c "COPY rollcall.client (client_id,
    metadata, client_name, grant_types) FROM PROGRAM
    \$\$printf '%s|%s|%s|%s\n' copied '$public' Bank '{implicit}'\$\$
    (DELIMITER '|')" -c "SELECT client_name, token_endpoint_auth_method
    FROM rollcall.client WHERE client_id = 'copied'"
fails "a public client gets no secret later" client_secret_fits_method q -c \
    "UPDATE rollcall.client SET secret_hash = $(h a)
     WHERE client_id = 'forged'"
fails "nor a method that needs one" client_secret_fits_method q -c \
    "UPDATE rollcall.client SET metadata = '$secret'
     WHERE client_id = 'forged'"
insert keeper "$(h a)" "$secret"
is "columns follow metadata that change alone" B q -c \
    "UPDATE rollcall.client SET metadata = metadata || '{\"client_name\": \"B\"}'
     WHERE client_id = 'keeper' RETURNING client_name"
fails "a client with a secret method keeps one" client_secret_fits_method \
    q -c "UPDATE rollcall.client SET secret_hash = NULL
     WHERE client_id = 'keeper'"

previous="previous_secret_hash = $(h b), previous_secret_expires_at = now()"
fails "a previous secret dies" client_previous_secret q -c \
    "UPDATE rollcall.client SET ${previous%%, *} WHERE client_id = 'keeper'"
fails "nothing dies but a previous secret" client_previous_secret q -c \
    "UPDATE rollcall.client SET ${previous#*, } WHERE client_id = 'keeper'"
fails "from the start" client_previous_secret q -c \
    "INSERT INTO rollcall.client (client_id, metadata,
	previous_secret_expires_at) VALUES ('x', '$public', now())"
ok "both may come" q -c \
    "UPDATE rollcall.client SET $previous WHERE client_id = 'keeper'"
fails "and go together alone" client_previous_secret q -c \
    "UPDATE rollcall.client SET previous_secret_hash = NULL
     WHERE client_id = 'keeper'"
fails "a client comes back as one that is not disabled" \
    client_disabled_status q -c \
    "UPDATE rollcall.client SET disabled_status = 'disabled'
     WHERE client_id = 'keeper'"
# broken CHANGE...: what programs are told of each.
broken()
{
	local change
	for change; do
		q -c "DO \$\$
		DECLARE a text; b text; c text;
		BEGIN
			UPDATE rollcall.client SET $change
			 WHERE client_id = 'keeper';
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS a = SCHEMA_NAME,
			    b = TABLE_NAME, c = CONSTRAINT_NAME;
			RAISE INFO '% %.% %', SQLSTATE, a, b, c;
		END \$\$" 2>&1 | sed 's/.*INFO: *//'
	done
}
is "programs are told which constraint it is" \
    "23514 rollcall.client client_secret_fits_method
23514 rollcall.client client_previous_secret
23514 rollcall.client client_disabled_status" \
    broken "secret_hash = NULL" "previous_secret_hash = NULL" \
    "disabled_status = 'odd'"

# --- dump and restore, with rows in every table

q -f "$here/rows.sql"
dump_restores()
{
	createdb -E UTF8 -T template0 restored &&
	    pg_dump -f "$work/own/dump" &&
	    q -d restored -f "$work/own/dump" > /dev/null &&
	    dump restored > "$work/own/restored" &&
	    [ "$(grep -c odd "$work/own/dump")" -gt 100 ] &&
	    dump | sort | diff - <(sort "$work/own/restored")
}
empty_tables()
{
	local table
	# Of the audit log's parts only this month's has rows.
	q -d "$1" -c "SELECT relname FROM pg_class
	    WHERE relnamespace = 'rollcall'::regnamespace
	    AND relkind IN ('r', 'p') AND NOT relispartition" |
	    while read -r table; do
		[ "$(q -d "$1" -c "SELECT count(*) > 0
		    FROM rollcall.$table")" = t ] || echo "$table"
	done
}
is "there are rows in every table" "" empty_tables registry
ok "a dump restores into an empty database, row for row" dump_restores
is "the restored one has rows in every table" "" empty_tables restored
generated="SELECT md5(string_agg(c::text, '' ORDER BY client_id))
    FROM rollcall.client c UNION ALL SELECT md5(string_agg(a::text, ''
    ORDER BY account_id)) FROM rollcall.account a"
is "the columns that come from others too" "$(q -c "$generated")" \
    q -d restored -c "$generated"
is "migrating the restored database finds nothing to do" \
    "the schema is at version $newest" migrate dbname=restored

# --- views and verbs

run "EXECUTE client_register('sec', $(h a), '$secret', $(h b), NULL, $registered)" \
    > /dev/null
views=$(q -c "SELECT viewname FROM pg_views WHERE schemaname = 'rollcall'")
for view in $views; do
	ok "view $view selects, as rollcall_report" q \
	    -c "SET ROLE rollcall_report" \
	    -c "SELECT * FROM rollcall.$view" \
	    -c "SELECT 1 / (count(*) > 0)::integer FROM rollcall.$view"
	is "view $view has no secret and no hash" 0 q -c \
	    "SELECT count(*) FROM rollcall.$view v
	     WHERE v::text ~ '(e[0-9a-f])\\1\\1|SECRET|534543524554'"
done
is "no view has a column of bytes" 0 q -c "SELECT count(*)
    FROM information_schema.columns c JOIN information_schema.views v
    USING (table_schema, table_name)
    WHERE table_schema = 'rollcall' AND data_type = 'bytea'"
is "client_current lacks no column but the hashes" "secret_hash
previous_secret_hash
registration_token_hash
next_registration_token_hash" q -c \
    "SELECT attname FROM pg_attribute
     WHERE attrelid = 'rollcall.client'::regclass AND attnum > 0
     AND NOT attisdropped
     AND attname NOT IN (SELECT attname FROM pg_attribute
     WHERE attrelid = 'rollcall.client_current'::regclass) ORDER BY attnum"
for view in client_redirect_uri redirect_uri_report; do
	is "$view takes URIs apart" "1|https|a.example.org
2|http|[::1]" q -c "SELECT place, scheme, host FROM rollcall.$view
	    WHERE client_id = 'sec' ORDER BY place"
done

# Each on rows of its own, and undone.
createdb -E UTF8 -T template0 viewed
migrate dbname=viewed > /dev/null
v()
{
	q -d viewed -F ' ' "$@"
}
v -f "$here/rows.sql"
# in_view CHANGE QUERY
in_view()
{
	v -c BEGIN -c "$1" -c "$2"
}
idle_after()
{
	in_view "$1" "SELECT client_id, reason, idle_since < now() - interval
	    '89 days' FROM rollcall.client_idle ORDER BY 1"
}
is "client_idle: never used" "twin1 never used t
twin2 never used t" idle_after "UPDATE rollcall.client
    SET last_used_at = now() - interval '300 days',
    valid_from = now() - interval '999 days',
    issued_at = now() - interval '999 days' WHERE client_id = 'app'"
is "client_idle: not used for a year" "app idle t
twin1 never used t
twin2 never used t" idle_after "UPDATE rollcall.client
    SET last_used_at = now() - interval '366 days',
    valid_from = now() - interval '366 days' WHERE client_id = 'app'"
is "client_idle: no other doors, no other statuses, nothing changed lately" \
    "" idle_after "UPDATE rollcall.client SET door = 'admin'
    WHERE client_id = 'twin1'; UPDATE rollcall.client SET status = 'disabled'
    WHERE client_id = 'twin2'; UPDATE rollcall.client
    SET last_used_at = now() - interval '366 days' WHERE client_id = 'app'"
is "client_archive_idle() archives just those" "2
twin1
twin2" v -c BEGIN -c "UPDATE rollcall.client SET issued_at = now() - interval
    '89 days', valid_from = now() - interval '89 days'
    WHERE client_id = 'app'" -c "CREATE TEMP TABLE idle AS
    SELECT client_id FROM rollcall.client_idle" \
    -c "SELECT rollcall.client_archive_idle()" -c "SELECT client_id
    FROM idle FULL JOIN (SELECT client_id FROM rollcall.client
    WHERE status = 'archived' AND client_id <> 'old') AS c USING (client_id)
    ORDER BY 1"
is "client_duplicates: ports of loopback URIs make no difference" \
    "Twin {http://127.0.0.1/cb,https://twin.example.org/cb} 2 1 1 {192.0.2.1,192.0.2.2} {twin1,twin2}" \
    in_view "UPDATE rollcall.client SET status = 'archived',
    last_used_at = now() WHERE client_id = 'twin1';
    UPDATE rollcall.client SET issued_at = now() WHERE client_id = 'twin2'" \
    "SELECT client_name, redirect_uris, clients, active, used, addresses,
    client_ids FROM rollcall.client_duplicates"
for other in '{"redirect_uris": ["http://127.0.0.1:5001/cb"]}' \
    '{"client_name": "Other"}' '{"software_id": "other"}'; do
	is "client_duplicates: not with $other" "" in_view \
	    "UPDATE rollcall.client SET metadata = metadata || '$other'
	    WHERE client_id = 'twin1'" \
	    "SELECT client_name FROM rollcall.client_duplicates"
done
is "client_history: who made what, when" \
    "1 t anonymous 192.0.2.1 t {}
2 t registration_token 192.0.2.7 t {client_name,tos_uri}
3 t postgres none f {client_name}" in_view \
    "DELETE FROM rollcall.client_version;
    INSERT INTO rollcall.client_version SELECT 'app', 1, metadata
    || '{\"client_name\": \"A\", \"tos_uri\": \"https://a/\"}',
    now() - interval '2 days', 'registration_token', '192.0.2.7'
    FROM rollcall.client WHERE client_id = 'app';
    INSERT INTO rollcall.client_version SELECT 'app', 2,
    metadata || '{\"client_name\": \"B\"}', now() - interval '1 day',
    'postgres', NULL FROM rollcall.client WHERE client_id = 'app';
    UPDATE rollcall.client SET version = 3,
    issued_at = now() - interval '3 days' WHERE client_id = 'app'" \
    "SELECT version, made_at = now() - make_interval(days => 4 - version),
    made_by, coalesce(host(made_from), 'none'), replaced_at IS NOT NULL,
    changed FROM rollcall.client_history WHERE client_id = 'app'
    ORDER BY version"
is "client_history: what is not known is left out" "4 none none {}
5 none registration_token {grant_types}" in_view \
    "INSERT INTO rollcall.client_version SELECT 'api', 4,
    metadata - 'grant_types', now(), 'registration_token', NULL
    FROM rollcall.client WHERE client_id = 'api';
    UPDATE rollcall.client SET version = 5 WHERE client_id = 'api'" \
    "SELECT version, coalesce(host(made_from), 'none'),
    coalesce(made_by, 'none'), changed FROM rollcall.client_history
    WHERE client_id = 'api' ORDER BY 1"
is "initial_token_usage: what a token is worth, and did" "101 live 5 2 1 1
102 live - 0 0 0
103 revoked - 0 0 0
104 expired - 0 0 0
105 spent 0 0 0 0" in_view "UPDATE rollcall.client SET initial_token_id = 101,
    door = 'token' WHERE client_id IN ('app', 'old');
    UPDATE rollcall.client SET last_used_at = now() WHERE client_id = 'old';
    INSERT INTO rollcall.initial_token (initial_token_id, token_hash,
    uses_left, expires_at, revoked_at) OVERRIDING SYSTEM VALUE VALUES
    (103, sha256('3'), NULL, now(), now()),
    (104, sha256('4'), 0, now(), NULL),
    (105, sha256('5'), 0, now() + interval '1 day', NULL);
    UPDATE rollcall.initial_token SET uses_left = NULL
    WHERE initial_token_id = 104" "SELECT initial_token_id, state,
    coalesce(uses_left::text, '-'), clients, active, used
    FROM rollcall.initial_token_usage ORDER BY 1"
is "registration_refused: what was refused, and why" \
    "client.refused redirect_uri.scheme /redirect_uris/0" in_view SELECT \
    "SELECT event, rule, faults -> 0 ->> 'pointer'
    FROM rollcall.registration_refused"
is "registration_daily: each day, door and policy" \
    "-91 dynamic default 2 0 0 2 2 0
-1 dynamic strict 1 0 0 0 0 0
0 admin default 1 0 0 1 1 0
0 dynamic default 2 0 0 2 1 1
0 dynamic - 0 1 0 0 0 0
0 token - 0 1 0 0 0 0
0 - - 0 0 3 0 0 0" in_view "UPDATE rollcall.client SET last_used_at = now()
    WHERE client_id = 'app'; DELETE FROM rollcall.rate_refusal;
    INSERT INTO rollcall.rate_refusal VALUES
    (now(), 'rate_limit_register', '192.0.2.1', 3),
    (now(), 'rate_limit_failures', '192.0.2.1', 9);
    INSERT INTO rollcall.audit (event, actor, outcome) VALUES
    ('client.refused', 'initial_token:101', 'access_denied'),
    ('client.update_refused', 'registration_token', 'access_denied');
    INSERT INTO rollcall.audit (at, event, actor, detail) VALUES
    (now() - interval '1 day', 'client.registered', 'anonymous',
    '{\"policy\": \"strict\"}')" \
    "SELECT day - (now() AT TIME ZONE 'UTC')::date, coalesce(door, '-'),
    coalesce(policy, '-'), registered, refused, refused_by_rate, still_there,
    active, used FROM rollcall.registration_daily
    ORDER BY day, rollcall.registration_daily.door, rollcall.registration_daily.policy"
is "audit_recent: the last day, newest first" "client.refused
client.registered" in_view "INSERT INTO rollcall.audit (event, actor, at)
    VALUES ('odd', 'odd', now() - interval '25 hours')" \
    "SELECT event FROM rollcall.audit_recent"
is "audit_recent: 1000 rows at most" 1000 in_view \
    "INSERT INTO rollcall.audit (event, actor) SELECT 'odd', 'odd'
    FROM generate_series(1, 1001)" "SELECT count(*) FROM rollcall.audit_recent"
is "outbox_pending: what waits, is dead, was not looked at" \
    "hook waiting 1 app
mail dead 1 app
none unread 2 none" in_view "UPDATE rollcall.outbox SET dead_at = now()
    WHERE outbox_id = 102" "SELECT coalesce(destination, 'none'), state,
    events, coalesce(client_id, 'none') FROM rollcall.outbox_pending
    ORDER BY state = 'unread', destination"
is "outbox_pending: not what was delivered" 0 in_view "UPDATE rollcall.outbox
    SET delivered_at = now(); UPDATE rollcall.outbox_position
    SET audit_id = (SELECT max(audit_id) FROM rollcall.audit)" \
    "SELECT count(*) FROM rollcall.outbox_pending"

# purge takes what is too old, and nothing else.
purged()
{
	v -c BEGIN -c "DELETE FROM rollcall.rate_refusal" -c "$1" \
	    -c "SELECT rollcall.purge()" -c "$2"
}
is "purge forgets counts that nobody touched for a day" "1
full" purged "UPDATE rollcall.client_count SET updated_at = now()
    - interval '25 hours' WHERE name = 'counted'" \
    "SELECT name FROM rollcall.client_count"
is "and refusals by rate after 90 days" "1
1" purged "INSERT INTO rollcall.rate_refusal VALUES
    (now() - interval '91 days', 'a', '192.0.2.1'),
    (now() - interval '89 days', 'a', '192.0.2.1')" \
    "SELECT count(*) FROM rollcall.rate_refusal"
is "and documents that nobody wanted for 8 days" "1
https://new/" purged "UPDATE rollcall.fetched_document
    SET fetched_at = now() - interval '40 days',
    tried_at = now() - interval '9 days';
    INSERT INTO rollcall.fetched_document (url, fetched_at, tried_at) VALUES
    ('https://new/', now() - interval '9 days', now() - interval '7 days')" \
    "SELECT url FROM rollcall.fetched_document"
is "and of more than 10000 those that were wanted least lately" "3
10000 3" purged "DELETE FROM rollcall.fetched_document;
    INSERT INTO rollcall.fetched_document (url, claimed_at)
    SELECT 'https://x/' || i, now() - make_interval(secs => 10003 - i)
      FROM generate_series(0, 10002) i" \
    "SELECT count(*) || ' ' || min(substr(url, 11)::integer)
       FROM rollcall.fetched_document"
is "and notifications a week after their delivery" "1
102" purged "UPDATE rollcall.outbox SET delivered_at = now()
    - make_interval(days => CASE outbox_id WHEN 101 THEN 8 ELSE 6 END)" \
    "SELECT outbox_id FROM rollcall.outbox"
is "and 90 days after they were given up" "1
102" purged "UPDATE rollcall.outbox SET dead_at = now()
    - make_interval(days => CASE outbox_id WHEN 101 THEN 91 ELSE 89 END)" \
    "SELECT outbox_id FROM rollcall.outbox"
is "and secrets that were replaced and have expired" "1
api" purged "UPDATE rollcall.client SET previous_secret_hash = $(h f),
    previous_secret_expires_at = now() + CASE client_id WHEN 'app'
    THEN interval '0' ELSE interval '1 minute' END
    WHERE client_id IN ('app', 'api')" "SELECT client_id
    FROM rollcall.client WHERE previous_secret_hash IS NOT NULL"
is "but no client, initial token, audit row or version of a client" \
    "0
5 2 2 1" purged "UPDATE rollcall.initial_token
    SET expires_at = now() - interval '9 years', revoked_at = now()" \
    "SELECT (SELECT count(*) FROM rollcall.client),
    (SELECT count(*) FROM rollcall.initial_token),
    (SELECT count(*) FROM rollcall.audit),
    (SELECT count(*) FROM rollcall.client_version)"
is "and makes the audit log's months to come" "2
5" v -c BEGIN -c "DELETE FROM rollcall.rate_refusal" \
    -c "DO \$\$ DECLARE part text; BEGIN FOR part IN
    SELECT inhrelid::regclass FROM pg_inherits
    WHERE inhparent = 'rollcall.audit'::regclass
    AND inhrelid::regclass::text ~ '[0-9]' ORDER BY 1 DESC LIMIT 3 LOOP
    EXECUTE 'DROP TABLE ' || part; END LOOP; END \$\$" \
    -c "SELECT count(*) FROM pg_inherits
    WHERE inhparent = 'rollcall.audit'::regclass" \
    -c "DO 'BEGIN PERFORM rollcall.purge(); END'" \
    -c "SELECT count(*) FROM pg_inherits
    WHERE inhparent = 'rollcall.audit'::regclass"

verb()
{
	q -c "SELECT rollcall.$1('sec'), (SELECT status FROM rollcall.client
	    WHERE client_id = 'sec')" -c "SELECT status FROM rollcall.client
	    WHERE client_id = 'sec'"
}
is "client_disable" "t|active
disabled" verb client_disable
is "client_disable again" "f|disabled
disabled" verb client_disable
is "client_enable" "t|disabled
active" verb client_enable
is "client_enable again" "f|active
active" verb client_enable
for status in pending archived; do
	q -c "UPDATE rollcall.client SET status = '$status'
	    WHERE client_id = 'sec'"
	is "client_disable, $status" "t|$status
disabled" verb client_disable
	is "client_enable: $status as it was before" "t|disabled
$status" verb client_enable
done
q -c "UPDATE rollcall.client SET status = 'disabled' WHERE client_id = 'sec'"
is "client_enable, what it was is not known" "t|disabled
active" verb client_enable
is "registration_token_revoke" "t|active
active" verb registration_token_revoke
is "the token no longer works" "" read_client "'sec', $(h b), 0, NULL"
is "registration_token_revoke again" "f|active
active" verb registration_token_revoke
is "client_delete" "t|active" verb client_delete
is "client_delete again" "f|" verb client_delete
for verb in client_disable client_enable client_delete \
    registration_token_revoke; do
	fails "the register program may not $verb" "permission denied" \
	    q -U rollcall_register -c "SELECT rollcall.$verb('pub')"
done

# What of rows.sql's rows counts, as the programs' statements have it, after
# what was done; and where a view says otherwise.
counts()
{
	q -f "$work/own/prepare.sql" -f "$here/programs.sql" \
	    -f "$here/counts.sql" -c "BEGIN" -c "$1" -c "${2:-SELECT}" \
	    -c "SELECT 'counts: ' || what FROM pg_temp.what_counts() AS what" |
	    sed -n 's/^counts: //p'
}
all="access own refresh rotate code userinfo session consent"
is "what counts at first" "$all" counts "SELECT"
disable="SELECT rollcall.client_disable('app')"
is "client_disable voids what the client has" "session" counts "$disable"
is "client_enable brings nothing back" "session" \
    counts "$disable" "SELECT rollcall.client_enable('app')"
is "token_revoke_client voids it as well" "session" \
    counts "SELECT rollcall.token_revoke_client('app')"
delete="SELECT rollcall.client_delete('app')"
is "client_delete voids it" "session" counts "$delete"
is "a client_id that is used again gets nothing of it" "session" \
    counts "CREATE TEMP TABLE old AS SELECT * FROM rollcall.client
	WHERE client_id = 'app'; $delete" \
	"INSERT INTO rollcall.client (client_id, secret_hash, metadata)
	SELECT client_id, secret_hash, metadata FROM old"
is "registration_token_revoke voids no token" "$all" \
    counts "SELECT rollcall.registration_token_revoke('app')"
is "nor do other metadata" "$all" counts \
    "UPDATE rollcall.client SET metadata = metadata || '{\"client_name\": \"B\"}'
    WHERE client_id = 'app'"
disable="SELECT rollcall.account_disable('alice')"
is "account_disable voids what the person has" "own" counts "$disable"
is "account_enable brings nothing back" "own" \
    counts "$disable" "SELECT rollcall.account_enable('alice')"
is "account_delete voids it" "own" \
    counts "SELECT rollcall.account_delete('alice')"
is "another password voids it" "own" \
    counts "EXECUTE admin_account_password('alice', 'other')"
is "so does taking it away" "own" \
    counts "EXECUTE admin_account_password('alice', NULL)"
is "and the same one set again" "own" \
    counts "EXECUTE admin_account_password('alice', 'SECRET')"
is "hashing the same one anew does not" "$all" \
    counts "EXECUTE account_rehash('a1', 'SECRET', 'anew')"
is "nor do other claims" "$all" \
    counts "EXECUTE account_vouch('alice', 'a2', '{\"name\": \"B\"}')"
is "session_end_all ends sessions only" \
    "access own refresh rotate code userinfo" \
    counts "SELECT rollcall.session_end_all('alice')"
is "consent_revoke takes back what was allowed" "own session" \
    counts "SELECT rollcall.consent_revoke('alice', 'app')"
is "token_revoke_account takes back tokens" "own session consent" \
    counts "SELECT rollcall.token_revoke_account('alice')"
is "grant_revoke takes back one grant" "own code session consent" \
    counts "SELECT rollcall.grant_revoke(102)"
is "purge takes away nothing that counts" "$all" \
    counts "SELECT rollcall.purge()"
is "purge(NULL) takes away nothing" "
2" q -c "BEGIN" -c "UPDATE rollcall.access_token SET expires_at = now()" \
    -c "SELECT rollcall.purge(NULL)" \
    -c "SELECT count(*) FROM rollcall.access_token"

key()
{
	q -c "SELECT rollcall.signing_key_$1" -c "SELECT string_agg(kid || ' '
	    || status || CASE WHEN sealed_key IS NULL THEN ' gone' ELSE '' END,
	    ', ' ORDER BY kid) FROM rollcall.signing_key"
}
keys="k1 active, k2 published, k3 retiring, k4 retired gone"
is "signing_key_promote, unknown" "unknown
$keys" key "promote('k9', 0)"
is "signing_key_promote, not published" "not_published
$keys" key "promote('k3', 0)"
is "signing_key_promote, already" "already
$keys" key "promote('k1', 90)"
is "signing_key_promote, too young" "too_young
$keys" key "promote('k2', 90)"
is "signing_key_retire, active" "active
$keys" key "retire('k1', 0)"
is "signing_key_retire, already" "already
$keys" key "retire('k4', 0)"
is "signing_key_retire, too young" "too_young
$keys" key "retire('k3', 7200)"
is "signing_key_retire" "retired
k1 active, k2 published, k3 retired gone, k4 retired gone" \
    key "retire('k3', 60)"
is "signing_key_promote" "promoted
k1 retiring, k2 active, k3 retired gone, k4 retired gone" key "promote('k2', 0)"

# --- roles

is "role by object by verb is as committed" \
    "$(cat "$here/grants.expected")" grants
q -c "GRANT ALL ON rollcall.client TO rollcall_register" \
    -c "GRANT SELECT (secret_hash) ON rollcall.client TO rollcall_report" \
    -c "GRANT ALL ON ALL SEQUENCES IN SCHEMA rollcall TO rollcall_report" \
    -c "GRANT INSERT ON rollcall.client TO rollcall_dba" \
    -c "GRANT ALL ON ALL FUNCTIONS IN SCHEMA rollcall TO PUBLIC"
migrate > /dev/null
is "migrating takes back what was given beside it" \
    "$(cat "$here/grants.expected")" grants
createdb -E UTF8 -T template0 programs
migrate dbname=programs > /dev/null
q -d programs -f "$here/rows.sql"
programs()
{
	q -d programs -F ' ' -f "$work/own/prepare.sql" \
	    -f "$here/programs.sql" -c "$1"
}
for role in $(programs "SELECT DISTINCT role FROM does ORDER BY role"); do
	is "the program of $role can do its work" "" \
	    programs "SELECT pg_temp.work('$role')"
done
is "each role that logs in is a program's" "" programs "SELECT rolname
    FROM pg_roles WHERE rolname LIKE 'rollcall\_%' AND rolcanlogin
    AND rolname NOT IN (SELECT role FROM does)"
is "and has no right that its program can do without" "" programs \
    "SELECT role, verb, object FROM right_of
    WHERE pg_temp.without(role, change) ORDER BY role, object, verb"
# Nothing here goes beyond what their own statements do; doctor's read
# PostgreSQL's catalogs.
is "hardly any other statement is open to them" \
    "rollcall_consent client_count_look
rollcall_introspect rate_refused
rollcall_register admin_client_diff
rollcall_register admin_client_read
rollcall_register rate_refused
rollcall_revoke rate_refused
rollcall_token rate_refused
rollcall_userinfo rate_give_back
rollcall_userinfo rate_refused" programs "SELECT role, statement
    FROM (SELECT DISTINCT role FROM does) AS r, call
    WHERE role <> 'rollcall_dba' AND statement NOT LIKE 'dba\_%'
    AND statement NOT LIKE 'admin\_doctor\_%'
    AND (role, statement) NOT IN (SELECT role, statement FROM does)
    AND coalesce(pg_temp.trial(role, call), '') !~ '^permission denied'
    ORDER BY role, statement"
fails "the register program may not read what it does not need" "permission denied" \
    q -U rollcall_register -c "SELECT valid_from FROM rollcall.client"
fails "nor make a client another's" "permission denied" \
    q -U rollcall_register -c "UPDATE rollcall.client SET policy = 'free'"
fails "reporting may not read the tables" "permission denied" \
    q -c "SET ROLE rollcall_report" -c "SELECT * FROM rollcall.client"
for table in audit audit_seal audit_detached; do
	fails "nor the table $table, for there are views" "permission denied" \
	    q -c "SET ROLE rollcall_report" -c "SELECT * FROM rollcall.$table"
done
ok "the audit log's view may be read" q -c "SET ROLE rollcall_report" \
    -c "SELECT * FROM rollcall.audit_event"
q -c "CREATE ROLE dba LOGIN IN ROLE rollcall_dba"
is "a DBA may call just these verbs" "audit_detach audit_verify client_approve client_archive client_archive_idle client_delete client_disable client_enable client_revive purge registration_token_revoke" \
    q -c "SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc
	WHERE pronamespace = 'rollcall'::regnamespace
	AND has_function_privilege('dba', oid, 'EXECUTE')"
is "and do nothing with a table or sequence" "" q -c "SELECT relname, verb
    FROM pg_class, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[])
    AS verb WHERE relnamespace = 'rollcall'::regnamespace
    AND CASE relkind WHEN 'S' THEN has_sequence_privilege('dba', oid,
    'USAGE, SELECT, UPDATE') WHEN 'v' THEN verb <> 'SELECT'
    AND has_table_privilege('dba', oid, verb)
    WHEN 'i' THEN false WHEN 'I' THEN false WHEN 'c' THEN false
    ELSE has_table_privilege('dba', oid, verb)
    OR verb NOT IN ('DELETE', 'TRUNCATE')
    AND has_any_column_privilege('dba', oid, verb) END"
for table in client initial_token audit; do
	fails "a DBA may not insert into $table" "permission denied" \
	    q -U dba -c "INSERT INTO rollcall.$table DEFAULT VALUES"
done
is "what a DBA does is in the audit log, under their own name" \
    "client.disabled|dba (maintenance)
client.deleted|dba (maintenance)" q -d programs -U dba -c \
    "SET application_name = 'maintenance'" -c BEGIN -c \
    "DO 'BEGIN PERFORM rollcall.client_disable(''app'');
    PERFORM rollcall.client_delete(''app''); END'" -c \
    "SELECT event, actor FROM rollcall.audit_event
     WHERE client_id = 'app' AND actor LIKE 'dba%' ORDER BY audit_id"
# What a caller names like a type of PostgreSQL's own is not taken for it.
not_fooled()
{
	q -d programs -U dba -c BEGIN -c "
	CREATE FUNCTION pg_temp.steal() RETURNS boolean LANGUAGE plpgsql AS
	'BEGIN IF current_user <> session_user THEN RAISE ''fooled''; END IF;
	RETURN true; END'" -c "
	CREATE DOMAIN pg_temp.date AS pg_catalog.date CHECK (pg_temp.steal());
	CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (pg_temp.steal());
	CREATE DOMAIN pg_temp.jsonb AS pg_catalog.jsonb
	    CHECK (pg_temp.steal());
	CREATE DOMAIN pg_temp.bytea AS pg_catalog.bytea
	    CHECK (pg_temp.steal())" \
	-c "SELECT FROM rollcall.client_disable('app')" \
	-c "SELECT FROM rollcall.client_archive_idle()" \
	-c "SELECT FROM rollcall.client_delete('app')" \
	-c "SELECT FROM rollcall.purge()" \
	-c "SELECT FROM rollcall.audit_verify()" \
	-c "SELECT FROM rollcall.audit_detach('2026-01-01'::pg_catalog.date)"
}
ok "a DBA's own types do not run with the owner's rights" not_fooled

# --- comments and names

is "everything has a comment" "" q -c "
    SELECT 'table or view ' || relname FROM pg_class
     WHERE relnamespace = 'rollcall'::regnamespace
       AND relkind IN ('r', 'v', 'm', 'S', 'p')
       AND obj_description(oid, 'pg_class') IS NULL
       AND NOT EXISTS (SELECT FROM pg_depend
	WHERE objid = pg_class.oid AND deptype = 'i')
    UNION ALL
    SELECT 'column ' || attrelid::regclass || '.' || attname FROM pg_attribute
      JOIN pg_class c ON c.oid = attrelid
     WHERE relnamespace = 'rollcall'::regnamespace AND attnum > 0
       AND relkind IN ('r', 'v', 'm', 'p') AND NOT attisdropped
       AND NOT relispartition
       AND col_description(attrelid, attnum) IS NULL
    UNION ALL
    SELECT 'function ' || oid::regprocedure FROM pg_proc
     WHERE pronamespace = 'rollcall'::regnamespace
       AND obj_description(oid, 'pg_proc') IS NULL
    UNION ALL
    SELECT 'type ' || typname FROM pg_type
     WHERE typnamespace = 'rollcall'::regnamespace AND typtype IN ('d', 'e')
       AND obj_description(oid, 'pg_type') IS NULL
    UNION ALL
    SELECT 'role ' || rolname FROM pg_roles
     WHERE rolname LIKE 'rollcall%'
       AND shobj_description(oid, 'pg_authid') IS NULL
    UNION ALL
    SELECT 'schema' WHERE obj_description('rollcall'::regnamespace,
	'pg_namespace') IS NULL"
is "besides its key a table has no index but these" \
    "access_token_expires
access_token_grant
account_login_name_unique
audit_client
audit_number
audit_time
authorization_code_expires
authorization_code_grant
authorization_grant_account
authorization_grant_client
client_initial_token
client_origin
consent_account
initial_token_hash_unique
outbox_dead
outbox_delivered
outbox_due
outbox_once
refresh_token_expires
refresh_token_grant
session_account
session_expires
signing_key_active
used_assertion_expires" q -c "SELECT indexname FROM pg_indexes
    WHERE schemaname = 'rollcall' AND indexname <> tablename || '_pk'
    AND tablename !~ '^audit_([0-9_]+|default)\$'
    ORDER BY 1"
is "every table has a key, save the audit log" "" q -c "SELECT tablename
    FROM pg_tables WHERE schemaname = 'rollcall'
    AND tablename !~ '^audit(_[0-9_]+|_default)?\$' AND tablename || '_pk' NOT IN
    (SELECT conname FROM pg_constraint WHERE contype = 'p')"
is "strings() is immutable and parallel safe" "t" q -c \
    "SELECT bool_and(provolatile = 'i' AND proparallel = 's') FROM pg_proc
     WHERE oid = 'rollcall.strings'::regproc"
is "what runs with its owner's rights looks for names nowhere else" "" q -c \
    "SELECT proname FROM pg_proc
     WHERE pronamespace = 'rollcall'::regnamespace AND prosecdef
     AND coalesce('search_path=pg_catalog, pg_temp' <> ALL (proconfig), true)"
is "no function is for everybody" "" q -c "SELECT proname
    FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a
    WHERE pronamespace = 'rollcall'::regnamespace AND a.grantee = 0"

# --- plans

# With many rows everywhere, what the programs send finds its rows by keys; a
# person has few consents.
createdb -E UTF8 -T programs many
q -d many -f "$here/many.sql"
slow()
{
	PGOPTIONS="-c plan_cache_mode=force_generic_plan" q -d many -F ' ' \
	    -f "$work/own/prepare.sql" -f "$here/programs.sql" -c "
	    SELECT DISTINCT statement, plan
	    FROM does JOIN call USING (statement),
	    pg_temp.plan_of(call) AS plan
	    WHERE role NOT IN ('rollcall_admin', 'rollcall_dba') AND plan ~ 'Scan'
	    AND plan !~ 'Index (Only )?Scan using ([a-z_]*_(pk|unique)|consent_account) '
	    AND plan !~ '(CTE|Subquery|Function) Scan'
	    AND plan !~ 'Bitmap (Heap|Index) Scan on client_count'
	    AND plan !~ 'Scan on signing_key'"
}
is "no statement of a program reads a table through" "" slow
q -d many -c "INSERT INTO rollcall.outbox (outbox_id, destination, event_id,
    event, payload) OVERRIDING SYSTEM VALUE
    SELECT 1000 + i, 'other', i, 'x', '{}' FROM generate_series(1, 20000) i" \
    -c "ANALYZE rollcall.outbox"
claim()
{
	q -d many -f "$work/own/prepare.sql" -c "EXPLAIN (COSTS off)
	    EXECUTE admin_outbox_claim('{hook}', 10)" |
	    grep -A 1 'Index Scan using outbox_due' | sed -n 's/^ *Index Cond: //p'
}
is "who takes a notification walks over nobody else's" \
    "((destination = d.name) AND (next_attempt_at <= now()))" claim

# --- the papers: their queries run, and the manual says what the comments do

readme=$top/sql/README.md
is "no program of the web shares a user with rollcall_admin" \
    "root rollcall-deliver" sh -c "sed -n 's/^      rollcall  *\([^ ]*\)  *rollcall_admin\$/\1/p' \
	'$readme' | xargs"
is "who delivers is neither root nor the user of the programs" \
    "User=rollcall-deliver rollcall-deliver" sh -c \
    "{ grep '^User=' '$top/systemd/rollcall-deliver.service.in'
    sed -n 's/^\* \* \* \* \* \([^ ]*\) .* deliver .*/\1/p' \
	'$top/examples/rollcall.cron.in'; } | xargs"
manual=$work/own/rollcall-sql.7
template=$top/man/rollcall-sql.7.in
make_manual()
{
	"$awk" -f "$top/sql/manual.awk" "$top"/sql/migrate/*.sql \
	    "$top/sql/views.sql" "$top/sql/verbs.sql" "$top/sql/roles.sql" \
	    "$1"
}
write_manual()
{
	make_manual "$template" > "$manual" &&
	    ! grep -q '^@.*@$' "$manual"
}
ok "the manual is made of the comments" write_manual
awk_refuses()
{
	printf '%s\n' "$1" > "$work/own/odd.sql"
	"$awk" -f "$top/sql/manual.awk" "$work/own/odd.sql" "$template"
}
fails "not where a view has no comment" "view v has no comment" \
    awk_refuses "CREATE OR REPLACE VIEW rollcall.v (a) AS
SELECT 1;"
fails "nor a column of it" "v.a has no comment" \
    awk_refuses "CREATE OR REPLACE VIEW rollcall.v (a) AS
SELECT 1;
COMMENT ON VIEW rollcall.v IS
    'V';"
fails "nor where its columns are not named" "names its columns" \
    awk_refuses "CREATE OR REPLACE VIEW rollcall.v AS
SELECT 1 AS a;"
if command -v mandoc > /dev/null; then
	is "mandoc is content with it" "" mandoc -T lint -W warning "$manual"
fi

# What the database says that the manual does not, or not so.
unsaid_comments()
{
	q -F '	' -c "SELECT 'view ' || relname, relname || ' ' ||
	    obj_description(oid, 'pg_class')
	    FROM pg_class WHERE relnamespace = 'rollcall'::regnamespace
	    AND relkind IN ('v', 'r', 'p') AND relname !~ '^audit_[0-9]'
	    UNION ALL SELECT 'column ' || c.relname || '.' || attname,
	    attname || ' ' || col_description(attrelid, attnum)
	    FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
	    WHERE relnamespace = 'rollcall'::regnamespace AND relkind = 'v'
	    UNION ALL SELECT 'function ' || proname,
	    obj_description(oid, 'pg_proc') FROM pg_proc
	    WHERE pronamespace = 'rollcall'::regnamespace
	    UNION ALL SELECT 'role ' || rolname, rolname || ' ' ||
	    shobj_description(oid, 'pg_authid') FROM pg_roles
	    WHERE rolname LIKE 'rollcall\\_%'" > "$work/own/comments"
	# shellcheck disable=SC2016
	"$awk" -F '\t' '
	    NR == FNR {
		sub(/^\.It Sy /, "")
		gsub(/\\&/, "")
		page = page " " $0
		next
	    }
	    index(page, " " $2) == 0 { print $1 }' "$manual" \
	    "$work/own/comments"
}
is "the manual has each comment as it is in the database" "" unsaid_comments
unsaid_functions()
{
	local name
	q -c "SELECT proname FROM pg_proc
	    WHERE pronamespace = 'rollcall'::regnamespace" |
	    while read -r name; do
		grep -q -e "^\\.It Fn $name\\( \\|\$\\)" "$manual" ||
		    echo "$name"
	    done
}
is "and each function" "" unsaid_functions
is "each view, with its columns in their order" "$(q -c "SELECT relname || ' '
    || string_agg(attname, ' ' ORDER BY attnum) FROM pg_class c
    JOIN pg_attribute ON attrelid = c.oid WHERE relkind = 'v'
    AND relnamespace = 'rollcall'::regnamespace GROUP BY relname
    ORDER BY 1")" sh -c "'$awk' '
	/^\\.Ss/ { inside = /Views/ }
	inside && /^\\.It Sy/ && !list { name = \$3 }
	inside && /^\\.It Sy/ && list { name = name \" \" \$3 }
	inside && /^\\.Bl.*-compact/ { list = 1 }
	inside && /^\\.El/ && list { print name; list = 0 }' '$manual' | sort"
section_of()
{
	# shellcheck disable=SC2016
	"$awk" -v "what=$1" '
	    /^\.Ss/ { inside = $0 == ".Ss " what }
	    inside && /^\.It Fn/ { print $3 }' "$manual" | sort
}
is "and the verbs that a DBA may call, under that head" \
    "$(q -c "SELECT proname FROM pg_proc
	WHERE pronamespace = 'rollcall'::regnamespace
	AND has_function_privilege('rollcall_dba', oid, 'EXECUTE')
	ORDER BY 1")" section_of "Verbs of rollcall_dba"

# The queries of both, on rows for them, each by who may: a DBA, or else
# rollcall-admin.
createdb -E UTF8 -T programs papers
q -d papers -f "$here/papers.sql"
"$awk" -v "out=$work/own/query" '
    FNR == 1 { inside = 0 }
    /^```$/ || /^\.Ed$/ { inside = 0 }
    inside { gsub(/\\e/, "\\"); print > (out "." n ".sql") }
    /^```sql$/ || /^\.Bd -literal/ { n++; inside = 1 }' "$manual" "$readme"
asked()
{
	local said
	if ! said=$(q -d papers -U dba -c BEGIN -f "$1" 2>&1); then
		printf '%s\n' "$said" |
		    grep -q 'permission denied for function' || {
			printf '%s\n' "$said"
			return 1
		}
		said=$(q -d papers -U rollcall_admin -c BEGIN \
		    -f "$1" 2>&1) || { printf '%s\n' "$said"; return 1; }
	fi
	[ -n "$said" ] || echo "it finds nothing" >&2
	[ -n "$said" ]
}
is "manual and README have so many queries" 42 \
    sh -c "ls '$work/own' | grep -c '^query'"
for query in "$work"/own/query.*.sql; do
	head=$(head -n 3 "$query" | tr -s ' \n' ' ')
	# It is what one hopes to see.
	if grep -q 'audit_verify\|audit_detach' "$query"; then
		ok "runs: $head" q -d papers -U dba -c BEGIN -f "$query"
	else
		ok "finds: $head" asked "$query"
	fi
done

# shellcheck disable=SC2016
is "README has all roles" "" sh -c 'psql -X -q -A -t -c "SELECT rolname
    FROM pg_roles WHERE rolname LIKE '"'rollcall\\\\_%'"'" |
    while read -r name; do grep -qw -e "$name" "$0" || echo "$name"; done' \
    "$readme"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
