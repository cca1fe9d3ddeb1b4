#!/usr/bin/env bash
# PgBouncer between the programs and PostgreSQL, which gives each transaction
# another of a few connections: all works, lost answers and restarts are met
# as without it, and statements that it forgets do no harm.
. "$(dirname "$0")/common.sh"

# Connections that the pooler has, for ten roles.
most=6
# How long an answer may take without PostgreSQL, ms, on a machine that is ten
# times as slow as most are.
soon=8000

write_pooler()
{
  local program
  cat >"$RIG/pgbouncer.ini" <<END
[databases]
rollcall = host=$RIG_RUN port=5433 dbname=rollcall
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = $pool
auth_type = trust
auth_file = $RIG/pgbouncer.users
pool_mode = transaction
max_client_conn = 200
default_pool_size = 3
max_db_connections = $most
server_login_retry = 1
END
  for program in $RIG_PROGRAMS admin; do
    echo "\"rollcall_$program\" \"\""
  done >"$RIG/pgbouncer.users"
  chmod 644 "$RIG"/pgbouncer.*
}

start_pooler()
{
  rig_launch pooler TERM pgbouncer "$RIG/pgbouncer.ini"
  # It will be killed, and the shell is not to say so.
  disown "$!"
}

# kill_pooler: without a word to anybody.
kill_pooler()
{
  local pid
  pid=$(cat "$RIG_RUN/pooler.pid")
  kill -s KILL "$pid"
  while [ -d "/proc/$pid" ]; do
    nap 0.01
  done
}

# begin_pooled: as begin lighttpd, with the pooler between the programs and the
# proxy.
begin_pooled()
{
  begin_rig
  pool=$RIG_RUN/pool
  mkdir "$pool"
  [ "$(id -u)" -ne 0 ] || chown "$(rig_user):" "$pool"
  begin_proxy
  write_pooler
  start_pooler
  RIG_DATABASE="host=$pool port=6432 dbname=rollcall"
  begin_programs lighttpd 'database_prepare = off'
}

# few: no more connections than the pooler may have.
few()
{
  [ "$(sql "SELECT count(*) BETWEEN 1 AND $most FROM pg_stat_activity
    WHERE usename LIKE 'rollcall%'")" = t ]
}

# forgets: how often a program was told that a statement is not there, or there
# already.
forgets()
{
  grep -cE 'sqlstate=(26000|42P05)' "$RIG/log/register.log"
}

together()
{
  ask -c 32 -n 1000 -o rgpuxd
  check '32 clients at a time are served' only 200 201 204
  check "over $most connections" few
  check 'registration, login, consent and tokens work' \
    flows test_life test_token_code test_races
  check 'no statement was missed' test "$(forgets)" -eq 0
}

# lost MODE: PostgreSQL's answers to the pooler get lost.
lost()
{
  proxy "$1"
  check "$1: registrations are 503" all_say 503
  check "$1: soon" quick "$soon"
  proxy pass
  check "$1: all works soon after" within 15 works
}

# killed: in the middle of registrations, which go on until they have met it.
killed()
{
  local seen=$dir/tmp/seen
  ask_aside -c 16 -n 300 -r -u 503 -l "$seen"
  until [ -s "$seen" ]; do
    nap 0.01
  done
  kill_pooler
  nap 0.5
  start_pooler
  hear
  check 'killed: every answer is 201 or 503' only 201 503
  check 'killed: it is met' test "$(got 503)" -gt 0
  check 'killed: all works soon after' within 15 works
  ask -c 8 -n "$(wc -l <"$seen")" -r -k "$seen" -o g
  check 'killed: who was registered is there' only 200 503
}

stopped()
{
  pg_stop fast
  check 'no PostgreSQL: registrations are 503' all_say 503
  check 'no PostgreSQL: soon' quick "$soon"
  pg_start
  # The pooler itself looks again after a second.
  check 'no PostgreSQL: all works soon after' within 15 works
}

# Where nobody has said that the pooler keeps no statements.
prepared()
{
  local before
  setting 'database_prepare = on'
  ask -c 32 -n 1000 -o rgpux
  check 'database_prepare = on: all are served' only 200 201 204
  check 'database_prepare = on: statements were missed' test "$(forgets)" -gt 0
  check 'database_prepare = on: the log says what to do' \
    grep -q 'level=warn .*set database_prepare = off' "$RIG/log/register.log"
  # A few more until the last worker has noticed.
  before=$(forgets)
  ask -c 32 -n 1000 -o rgpux
  check 'database_prepare = on: it is noticed soon' \
    test "$(forgets)" -le $((before + 3 * 8))
  setting
}

# doctor: what it says, without the web.
doctor()
{
  ROLLCALL_CONF=$RIG/rollcall.conf ROLLCALL_SQL_DIR=$RIG_SQL "$RIG_ADMIN" \
    doctor --no-web --workers 50 2>&1
}

diagnosed()
{
  check 'doctor sees the pooler' \
    grep -qE '^ *ok +processes.*pooler' <<<"$(doctor)"
}

if ! command -v pgbouncer >/dev/null; then
  echo 'skipped: pgbouncer is not here'
  exit 77
fi
begin_pooled
together
setting 'database_timeout = 1500ms'
for mode in cut-after-statement cut-before-ready hold; do
  lost "$mode"
done
killed
stopped
setting
prepared
diagnosed
end
