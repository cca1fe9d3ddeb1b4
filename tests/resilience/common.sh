# shellcheck shell=bash
# What the scripts of this folder share: a rig of their own, checks that are
# counted, and ways to be unkind to PostgreSQL.  Each runs by itself, from the
# build folder; RIG_PORTS=FIRST-LAST says which ports are free to take.
#
# After begin, RIG and the rest are as tools/rig.sh says, and
#   $dir    is the rig's folder, $dir/tmp free to use
#   $tally  is what the last load printed; see load.c
#   $trace  is where the proxy writes what programs say to PostgreSQL
# shellcheck disable=SC2034,SC2154 # used there, or set there
set -u
export LC_ALL=C

top=${srcdir:-$(dirname "$0")/../..}
build=${top_builddir:-.}
source=$top
# shellcheck source=../own-rig.sh
. "$top/tests/own-rig.sh"
load=$build/tests/resilience/load
pgproxy=${PGPROXY:-$build/tests/tools/pgproxy}

passed=0
failed=0
ended=no
tally=
aside=

result()
{
  if [ "$1" -eq 0 ]; then
    passed=$((passed + 1))
    echo "ok $((passed + failed)) - $2"
  else
    failed=$((failed + 1))
    echo "not ok $((passed + failed)) - $2"
  fi
}

# check WHAT COMMAND...: the command succeeds; a failure shows $tally.
check()
{
  local what=$1
  shift
  if "$@"; then
    result 0 "$what"
  else
    result 1 "$what"
    printf '# %s\n' "failed: $*" "${tally//$'\n'/, }"
  fi
}

# Programs that Apache needs may be missing; then say so and skip.
need_apache()
{
  local module
  for module in "$@"; do
    if [ ! -e "$(rig_apache_modules)/$module" ]; then
      echo "skipped: $module is not here"
      ended=skip
      exit 77
    fi
  done
}

finish()
{
  local status=$?
  trap '' INT TERM HUP
  trap - EXIT
  [ -z "$aside" ] || kill "$aside" 2>/dev/null || :
  [ -z "${RIG:-}" ] || pg_each CONT
  rig_stop
  if grep -hE 'Sanitizer|runtime error:' "$dir"/log/*.log; then
    result 1 'no sanitizer complained'
  fi
  if [ "$ended" = skip ]; then
    rm -rf "$dir"
    exit "$status"
  fi
  [ "$ended" = yes ] || result 1 'the script came to its end'
  if [ "$failed" -gt 0 ]; then
    for log in "$dir"/log/*.log; do
      printf '== %s\n' "${log##*/}"
      tail -n 30 "$log"
    done
  fi
  rm -rf "$dir"
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] || exit 1
  exit 0
}

# begin_rig: the rig's folder, in which nothing runs yet.
begin_rig()
{
  take_seat
  dir=$(mktemp -d "${TMPDIR:-/tmp}/rollcall-resilience.XXXXXX")
  chmod 755 "$dir"
  trap finish EXIT
  trap 'exit 1' INT TERM HUP
  open_rig "$dir" || exit 1
  dir=$RIG
  RIG_PORT=$(rig_free_port) || exit 1
  # For pauses that need no process.
  exec {quiet}<> <(:)
}

# begin KIND SETTING...: a rig with PostgreSQL, the proxy before it, the
# programs and the web server KIND.
begin()
{
  begin_rig
  begin_proxy
  proxied="database = \"host=$RIG_RUN port=5433 dbname=rollcall\""
  begin_programs "$@"
}

# begin_proxy: the proxy, which needs no PostgreSQL yet.
begin_proxy()
{
  trace=$RIG_RUN/trace
  rig_launch proxy TERM "$pgproxy" "$RIG_RUN/.s.PGSQL.5433" \
    "$RIG_RUN/.s.PGSQL.5432" --log "$trace" --mode-file "$RIG_RUN/mode"
}

# begin_programs KIND SETTING...: the rest.
begin_programs()
{
  rig_start "$@" || exit 1
  # It will be killed, and the shell is not to say so.
  disown "$(cat "$RIG_RUN/postgres.pid")"
}

# end: the last line of a script.
end()
{
  ended=yes
  exit
}

# nap SECONDS
nap()
{
  read -rt "$1" -u "$quiet" || :
}

# ms: milliseconds of the clock, in $now.
ms()
{
  now=$((${EPOCHREALTIME/./} / 1000))
}

# within SECONDS COMMAND...: it succeeds in that time, tried again and again.
within()
{
  local limit
  ms
  limit=$((now + $1 * 1000))
  shift
  until "$@" >/dev/null 2>&1; do
    ms
    [ "$now" -lt "$limit" ] || return 1
    nap 0.05
  done
}

# setting SETTING...: programs run with these over those of begin.
setting()
{
  rig_reconfigure "$@" || exit 1
}

# serve KIND: let another web server take the place of the one there is.  The
# programs of the kinds with sockets of their own go on.
serve()
{
  local i pid signal name
  for i in "${!rig_started[@]}"; do
    read -r pid signal name <<<"${rig_started[i]}"
    [ "$name" != server ] || break
  done
  if [ "${RIG_SERVER:-$rig_kind}" = "$1" ]; then
    return 0
  fi
  rig_end "$pid" "$signal" server
  unset "rig_started[i]"
  rig_started=("${rig_started[@]}")
  rig_kind=$1
  RIG_SERVER=$1
  rig_start_server "$1" || exit 1
  rig_wait_for server 60 rig_answers || exit 1
}

# ask OPTION...: load the server, and keep what was counted in $tally.
ask()
{
  tally=$("$load" -p "$RIG_PORT" "$@")
}

# ask_aside OPTION...: the same while the script goes on; its pid is $aside.
ask_aside()
{
  "$load" -p "$RIG_PORT" "$@" >"$dir/tmp/aside" 8>&- &
  aside=$!
}

# hear: wait for its end.
hear()
{
  wait "$aside"
  aside=
  tally=$(cat "$dir/tmp/aside")
}

# hush: let it come to its end.
hush()
{
  kill "$aside"
  hear
}

# got WORD: its number in $tally.
got()
{
  awk -v word="$1" '$1 == word { n = $2 } END { print n + 0 }' <<<"$tally"
}

# only STATUS...: no answer had another status, none was lost or wrong.
only()
{
  awk -v good=" $* " '
    $1 ~ /^[0-9]+$/ { answers += $2; if (!index(good, " " $1 " ")) bad++ }
    ($1 == "lost" || $1 == "wrong") && $2 > 0 { bad++ }
    END { exit !(answers > 0 && bad == 0) }' <<<"$tally"
}

# just STATUS NUMBER: so many answers, all of that status.
just()
{
  only "$1" && [ "$(got "$1")" -eq "$2" ]
}

# quick MS: no answer took longer.
quick()
{
  [ "$(got slowest)" -le "$1" ]
}

# works: a burst that reaches every worker is answered as it should be.
works()
{
  ask -c 16 -n 64 -o rg && only 200 201
}

# all_say STATUS: registrations are answered so by every worker.
all_say()
{
  ask -c 16 -n 32 -o r
  just "$1" 32
}

# flows PROGRAM...: what people and clients do, as these tests behind a web
# server do it.
flows()
(
  # shellcheck disable=SC1091
  set -a && . "$RIG/env" && set +a
  for program; do
    "$build/tests/http/$program" >"$dir/tmp/flow" 2>&1 8>&- || {
      sed 's/^/# /' "$dir/tmp/flow"
      exit 1
    }
  done
)

# enrol FILE NUMBER: so many clients, a line each in FILE.
enrol()
{
  rm -f "$1"
  ask -c 8 -n "$2" -l "$1"
  just 201 "$2"
}

# children PID: its children, in $kids.
children()
{
  local file=/proc/$1/task/$1/children
  kids=()
  if [ -e "$file" ]; then
    read -ra kids 2>/dev/null <"$file"
  else
    mapfile -t kids < <(pgrep -P "$1")
  fi
  return 0
}

# supervisor NAME: the pid of a program's supervisor.
supervisor()
{
  cat "$RIG_RUN/$1.pid"
}

# supervisors: of all programs.
supervisors()
{
  local name
  for name in $RIG_PROGRAMS; do
    supervisor "$name"
  done
}

# parent PID: in $up.
parent()
{
  local stat
  up=0
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 0
  # Behind the name, which may hold anything: state, parent.
  read -r _ up _ <<<"${stat##*) }"
}

# pids_of NAME...: the processes of programs of ours that answer requests.
pids_of()
{
  local name pid roots=' '
  for name in $RIG_PROGRAMS server; do
    [ ! -e "$RIG_RUN/$name.pid" ] || roots+="$(supervisor "$name") "
  done
  for pid in /proc/[0-9]*; do
    read -r name 2>/dev/null <"$pid/comm" || continue
    [[ " $* " = *" $name "* && $pid/exe -ef $RIG_LIBEXEC/$name ]] || continue
    pid=${pid#/proc/}
    [[ $roots != *" $pid "* ]] || continue
    parent "$pid"
    while [ "$up" -gt 1 ] && [[ $roots != *" $up "* ]]; do
      parent "$up"
    done
    [ "$up" -le 1 ] || echo "$pid"
  done
}

# pids: of all programs, sorted.
pids()
{
  # shellcheck disable=SC2086
  pids_of $RIG_PROGRAMS | sort
}

# stayed PIDS: every one of them is there still.
stayed()
{
  [ -n "$1" ] && [ -z "$(comm -23 <(echo "$1") <(pids))" ]
}

sql()
{
  psql -XAtqc "$1"
}

# postgres_pid: the pid of the server that holds our data; false: there is none.
postgres_pid()
{
  local pid
  { read -r pid <"$RIG/pg/postmaster.pid"; } 2>/dev/null || return 1
  [ "$(readlink "/proc/$pid/cwd")" = "$RIG/pg" ] && echo "$pid"
}

# pg_each SIGNAL: send it to every process of our PostgreSQL.
pg_each()
{
  local pid
  pid=$(postgres_pid) || return 0
  # The first one first, so that it starts no more.
  kill -s "$1" "$pid"
  children "$pid"
  [ "${#kids[@]}" -eq 0 ] || kill -s "$1" "${kids[@]}" 2>/dev/null || :
}

# pg_stop MODE: immediate or fast.
pg_stop()
{
  (cd "$RIG/pg" && "${rig_as[@]}" "$(rig_pg_bin)/pg_ctl" -D "$RIG/pg" \
    -m "$1" -w stop) >/dev/null
}

# pg_kill: kill -9 every process of it at once.
pg_kill()
{
  local pid
  pid=$(postgres_pid) || return 1
  children "$pid"
  kill -s KILL "$pid" "${kids[@]}" 2>/dev/null
  while [ -d "/proc/$pid" ]; do
    nap 0.01
  done
}

# pg_start: again, and wait until it lets us in.
pg_start()
{
  "$RIG/pg-start"
  within 120 sql 'SELECT 1' || exit 1
}

# proxy MODE: of the proxy before PostgreSQL; see pgproxy.c.
proxy()
{
  echo "$1" >"$RIG_RUN/mode.new"
  mv "$RIG_RUN/mode.new" "$RIG_RUN/mode"
}

# said WORD: how many messages of that kind the trace holds.
said()
{
  grep -c " $1\$" "$trace"
}
