#!/usr/bin/env bash
# What the programs say to PostgreSQL: one round trip a request, by statements
# that are prepared, as a role that may do no more; how long registration access
# tokens live; and that places of clients are given back once.
. "$(dirname "$0")/common.sh"

clients=
# How many Syncs a step needs; a refusal is noted in the audit log.
declare -A trips=([r]=1 [g]=1 [b]=2 [u]=1 [p]=2 [x]=1 [d]=0)
declare -A names=([r]=register [g]=read [b]='read with a wrong token'
  [u]='full update' [p]='partial update' [x]=delete [d]=discovery)
declare -A statuses=([r]=201 [g]=200 [b]=401 [u]=200 [p]=200 [x]=204 [d]=200)

# once STEP: one request; $syncs and $parses are what it took.
once()
{
  : >"$trace"
  ask -n 1 -o "$1" -k "$clients"
  syncs=$(($(said Sync) + $(said Query) + $(said FunctionCall)))
  parses=$(said Parse)
}

# asked WHAT STEP PARSES: a request has its status, round trips and Parses.
asked()
{
  once "$2"
  check "$1: ${names[$2]} is answered" just "${statuses[$2]}" 1
  check "$1: ${names[$2]} takes ${trips[$2]} round trips" \
    test "$syncs" -eq "${trips[$2]}"
  check "$1: ${names[$2]} parses $3 times" test "$parses" -eq "$3"
}

# fresh: one client to act on.
fresh()
{
  clients=$dir/tmp/client
  enrol "$clients" 1 || exit 1
}

warm()
{
  local step
  fresh
  # All statements have been prepared once.
  for step in r g u p b x; do
    once "$step"
  done
  fresh
  for step in r g b u p d x; do
    asked 'warm' "$step" 0
  done
}

# seen PATTERN: PostgreSQL's log tells of such a statement.
seen()
{
  within 60 grep -q "$1" "$RIG/log/postgres.log"
}

# logs WHAT: PostgreSQL writes down such statements.
logs()
{
  [ "$(sql 'SHOW log_statement')" = "$1" ]
}

log_statements()
{
  sql "ALTER SYSTEM SET log_statement = '$1'"
  sql 'SELECT pg_reload_conf()' >/dev/null
  within 60 logs "$1"
  : >"$RIG/log/postgres.log"
}

# Without prepared statements each is parsed, unnamed, in the same round trip.
unprepared()
{
  local step
  setting "$proxied" 'database_prepare = off'
  fresh
  log_statements all
  for step in r g b u x; do
    asked 'database_prepare = off' "$step" "${trips[$step]}"
  done
  fresh
  asked 'database_prepare = off' p 2
  check 'database_prepare = off: statements have no name' \
    seen 'execute <unnamed>: .*INSERT\|execute <unnamed>: WITH'
  check 'database_prepare = off: none has' \
    test "$(grep -c 'execute client_' "$RIG/log/postgres.log")" -eq 0
  setting "$proxied"
  log_statements all
  works
  check 'database_prepare = on: statements have names' \
    seen 'execute client_register:'
  log_statements none
}

# Plain CGI has nothing to gain from preparing.
plain()
{
  local step
  serve apache-cgi
  setting "$proxied"
  fresh
  for step in r g u x; do
    asked 'apache-cgi' "$step" 1
    [ "$step" != r ] ||
      check 'apache-cgi: one connection' test "$(said Startup)" -eq 1
  done
  once d
  check 'apache-cgi: discovery opens no connection' \
    test "$(said Startup)" -eq 0
  serve lighttpd
  setting
}

# refuses SQL: the role may not.
refuses()
{
  PGUSER=rollcall_register psql -XAtqc "$1" 2>&1 | grep -q 'permission denied'
}

role()
{
  local table
  works
  check 'register logs in as rollcall_register' test \
    "$(sql "SELECT DISTINCT usename FROM pg_stat_activity
      WHERE application_name LIKE 'rollcall%'")" = rollcall_register
  check 'by the name of its program' test \
    "$(sql "SELECT DISTINCT application_name FROM pg_stat_activity
      WHERE usename = 'rollcall_register'")" = 'rollcall register'
  sql 'CREATE TABLE rollcall.secret AS SELECT 1 AS one'
  for table in secret schema_version client_report; do
    check "it cannot read $table" refuses "TABLE rollcall.$table"
  done
  sql 'DROP TABLE rollcall.secret'
  check 'it cannot make tables' refuses 'CREATE TABLE rollcall.mine (i int)'
  check 'it cannot change who may manage a client' refuses \
    "UPDATE rollcall.client SET client_id = 'x'"
}

# used INTERVAL: let the token have been used so long ago.
used()
{
  sql "UPDATE rollcall.client SET registration_token_last_used_at = now() -
    interval '$1' WHERE client_id = '$(cut -d ' ' -f 1 "$clients")'"
}

# noted: the last use was a moment ago.
noted()
{
  [ "$(sql "SELECT now() - registration_token_last_used_at <
    interval '1 minute' FROM rollcall.client
    WHERE client_id = '$(cut -d ' ' -f 1 "$clients")'")" = t ]
}

# manages STEP STATUS
manages()
{
  ask -n 1 -o "$1" -k "$clients"
  just "$2" 1
}

lifetime()
{
  local step
  fresh
  used '31 days'
  for step in g u p x; do
    check "a token unused for 31 days: ${names[$step]} is 401" \
      manages "$step" 401
  done
  used '29 days 23 hours'
  check 'one unused for almost 30 days works' manages g 200
  check 'and its use is noted' noted
  for step in g u p; do
    used '2 days'
    check "one used 2 days ago: ${names[$step]} works" manages "$step" 200
    check "one used 2 days ago: ${names[$step]} is noted" noted
  done
  used '23 hours'
  check 'one used 23 hours ago works' manages g 200
  noted
  check 'and that is not noted: once a day will do' test $? -ne 0
  setting 'registration_token_lifetime = 1m'
  used '61 seconds'
  check 'with a lifetime of a minute, 61 seconds are too many' manages g 401
  used '50 seconds'
  check 'and 50 are not' manages g 200
  setting 'registration_token_lifetime = 0'
  used '20 years'
  check 'with a lifetime of 0, 20 years are not' manages g 200
  check 'and the use is noted' noted
  setting
}

# counted: the clients that the policy's count has, no fewer than there are.
counted()
{
  [ "$(sql "SELECT level >= (SELECT count(*) FROM rollcall.client
    WHERE policy = 'hall') FROM rollcall.client_count
    WHERE name = 'hall'")" = t ]
}

# settled NUMBER: so many clients are counted.
settled()
{
  [ "$(sql "SELECT level FROM rollcall.client_count
    WHERE name = 'hall'")" = "$1" ]
}

# reserved: the count has places for more clients than there are, which are kept
# for a second.
reserved()
{
  ask -c 1 -n 16 -o r
  [ "$(sql "SELECT level > (SELECT count(*) FROM rollcall.client
    WHERE policy = 'hall') FROM rollcall.client_count
    WHERE name = 'hall'")" = t ]
}

# What was reserved in advance and not used is given back, whatever times are
# written like; with the next question once, also when the answer is lost.
places()
{
  local i
  sql "ALTER ROLE rollcall_register SET DateStyle = 'SQL'"
  sql "ALTER ROLE rollcall_register SET TimeZone = 'Asia/Jakarta'"
  setting "$proxied" 'anonymous_policy = hall' \
    $'policy "hall" {\n max_clients = 6400\n}'
  ask -c 1 -n 16 -o r
  check 'where a time zone has a name that is not read, 16 are in' just 201 16
  check 'and places for more are given back' within 60 settled 16
  clients=$dir/tmp/client
  enrol "$clients" 1
  ask -n 1 -o x -k "$clients"
  check 'so is that of a client that was deleted' within 60 settled 16
  ask -c 1 -n 16 -o r
  nap 1.1
  ask -c 1 -n 1 -o r
  check 'who gives places back with a question is in' just 201 1
  check 'and they are free' within 60 settled 33
  sql 'ALTER ROLE rollcall_register RESET ALL'
  sql "DELETE FROM rollcall.client WHERE policy = 'hall'"
  sql 'DELETE FROM rollcall.client_count'
  setting "$proxied" 'anonymous_policy = hall' \
    $'policy "hall" {\n max_clients = 6400\n}'
  for i in 1 2 3; do
    check "round $i: places for more are reserved" within 60 reserved
    check 'and all are in' just 201 16
    # They are good for a second, and kept for a fourth of one.
    nap 1.1
    proxy cut-after-statement
    ask -c 1 -n 1 -o r
    proxy pass
    check 'the answer was lost' test "$(got 503)" -gt 0
    nap 0.5
    check 'no fewer are counted than there are' counted
  done
  setting
}

need_apache mod_cgid.so
RIG_WORKERS=1
begin lighttpd
setting "$proxied"
warm
unprepared
plain
role
lifetime
places
end
