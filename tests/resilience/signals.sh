#!/usr/bin/env bash
# SIGTERM, SIGHUP and SIGKILL to programs with supervised workers: no request
# is lost, and whoever is told to leave leaves.
. "$(dirname "$0")/common.sh"

# storm NUMBER: SIGTERM to workers at random moments, each of which has a
# second to obey.  Sets sent and late.
storm()
{
  local -A since=()
  local pid supervisor
  supervisor=$(supervisor register)
  sent=0 late=0
  while [ "$sent" -lt "$1" ] || [ "${#since[@]}" -gt 0 ]; do
    ms
    for pid in "${!since[@]}"; do
      if ! kill -0 "$pid" 2>/dev/null; then
        unset "since[$pid]"
      elif [ $((now - since[$pid])) -gt 1000 ]; then
        late=$((late + 1))
        unset "since[$pid]"
      fi
    done
    children "$supervisor"
    if [ "$sent" -lt "$1" ] && [ "${#kids[@]}" -gt 0 ]; then
      pid=${kids[RANDOM % ${#kids[@]}]}
      if [ -z "${since[$pid]:-}" ] && kill -s TERM "$pid" 2>/dev/null; then
        since[$pid]=$now
        sent=$((sent + 1))
      fi
    fi
    nap "0.00$((RANDOM % 10))"
  done
}

terminated()
{
  local name="$rig_kind, SIGTERM to workers"
  ask_aside -c 8 -n 0 -o rggd
  storm 500
  hush
  check "$name: $sent were obeyed within 1 s" test "$late" -eq 0
  check "$name: none of $(($(got 200) + $(got 201))) requests was lost" \
    only 200 201
  check "$name: there was load" test "$(got 200)" -gt 500
}

# blocked SECONDS: in the meantime registrations wait for the database.
blocked()
{
  psql -Xqc "BEGIN; LOCK TABLE rollcall.client;
    SELECT pg_sleep($1); COMMIT" >/dev/null &
  check 'the table is locked' within 5 waits PgSleep
}

# waits EVENT: somebody in the database waits for it.
waits()
{
  [ "$(sql "SELECT count(*) FROM pg_stat_activity
    WHERE wait_event = '$1'")" -gt 0 ]
}

in_hand()
{
  local name='SIGTERM to all workers'
  serve lighttpd
  works
  blocked 1
  ask_aside -n 1
  check "$name: a request is in hand" within 5 waits relation
  children "$(supervisor register)"
  kill -s TERM "${kids[@]}"
  nap 0.2
  check "$name: others serve" reads_nothing
  hear
  check "$name: it is finished" just 201 1
}

# reads_nothing: somebody answers a request that needs no table.
reads_nothing()
{
  [ "$(curl -s -m 2 -o /dev/null -w '%{http_code}' --noproxy '*' \
    "http://127.0.0.1:$RIG_PORT/oauth/register")" = 405 ]
}

supervised()
{
  local name='SIGTERM to the supervisor' pid status
  local workers
  pid=$(supervisor register)
  works
  workers=$(pids_of register)
  blocked 1
  ask_aside -c 24 -n 24
  check "$name: requests are in hand" within 5 waits relation
  # The others of the 24 now wait at the socket.
  nap 0.2
  kill -s TERM "$pid"
  wait "$pid"
  status=$?
  check "$name: it ends with status 0" test "$status" -eq 0
  check "$name: the socket is removed" test ! -e "$RIG_RUN/register.sock"
  check "$name: no worker is left" none_of "$workers"
  hear
  check "$name: what had come is answered" just 201 24
  rig_launch register TERM env "ROLLCALL_CONF=$RIG/rollcall.conf" \
    "$RIG_LIBEXEC/register" -s "$RIG_RUN/register.sock" -w 8
  check "$name: another one takes its place" within 5 works
}

# none_of PIDS: none of them is there.
none_of()
{
  [ -n "$1" ] && [ -z "$(comm -12 <(echo "$1") <(pids))" ]
}

reread()
{
  local name="$rig_kind, SIGHUP" i before
  ask_aside -c 8 -n 0 -o rggd
  for i in 1 2 3 4 5; do
    rig_configure "registration = closed"
    hang_up
    rig_configure "registration = open"
    hang_up
  done
  check "$name: open is seen" within 5 all_say 201
  hush
  check "$name: no request was lost" only 200 201 403
  check "$name: closed was seen" test "$(got 403)" -gt 0
  rig_configure "registration = closed"
  hang_up
  check "$name: closed is seen by all" within 5 all_say 403
  rig_configure
  hang_up
  check "$name: open is seen by all" within 5 all_say 201

  works
  before=$(pids)
  : >"$RIG/log/register.log"
  rig_configure "registration = perhaps"
  hang_up
  check "$name: a broken configuration is logged with file and line" \
    within 5 grep -q 'event=config .*rollcall\.conf:[0-9]' \
    "$RIG/log/register.log"
  nap 0.3
  check "$name: the old one stays" works
  check "$name: so do the workers" stayed "$before"
  rig_configure
  hang_up
  check "$name: a mended one is taken" within 5 none_of "$before"
}

hang_up()
{
  # shellcheck disable=SC2046
  kill -s HUP $(supervisors)
  nap 0.2
}

killed()
{
  local name='kill -9'
  works
  children "$(supervisor register)"
  kill -s KILL "${kids[@]}"
  ask -c 8 -n 200 -o rg
  check "$name of all workers: requests go on" only 200 201
  children "$(supervisor register)"
  within 5 test "${#kids[@]}" -eq 8
  check "$name of all workers: all are replaced" within 5 complete 8
  check "$name of a worker: logged" grep -q 'event=worker .*signal 9' \
    "$RIG/log/register.log"
}

# complete NUMBER: so many workers are there.
complete()
{
  children "$(supervisor register)"
  [ "${#kids[@]}" -eq "$1" ]
}

# replaced PID: that worker is gone, and there are two again.
replaced()
{
  complete 2 && [[ " ${kids[*]} " != *" $1 "* ]]
}

# Workers that die at once are started ever more slowly: 8 times in three
# seconds at most, not thousands.
loops()
{
  local starts=0 pid
  rig_launch looping TERM env "ROLLCALL_CONF=$RIG/rollcall.conf" \
    "$RIG_LIBEXEC/register" -s "$RIG_RUN/looping.sock" -w 1
  pid=$(supervisor looping)
  within 5 test -S "$RIG_RUN/looping.sock"
  ms
  local limit=$((now + 3000))
  while [ "$now" -lt "$limit" ]; do
    children "$pid"
    if [ "${#kids[@]}" -gt 0 ] && kill -s KILL "${kids[@]}" 2>/dev/null; then
      starts=$((starts + 1))
      while kill -0 "${kids[0]}" 2>/dev/null; do
        nap 0.005
      done
    fi
    nap 0.01
    ms
  done
  check "a crash loop is slowed down: $starts starts in 3 s" \
    test "$starts" -ge 3 -a "$starts" -le 8
}

# So are those that cannot accept, for want of a descriptor to wait with.  A
# leak checker would need some, too.
starved()
{
  local name='a worker that cannot accept' starts
  rig_launch starved TERM env "ROLLCALL_CONF=$RIG/rollcall.conf" \
    ASAN_OPTIONS=detect_leaks=0 prlimit --nofile=4:4 \
    "$RIG_LIBEXEC/metadata" -s "$RIG_RUN/starved.sock" -w 1
  nap 2
  starts=$(grep -c 'event=accept' "$RIG/log/starved.log")
  check "$name is started ever more slowly: $starts times in 2 s" \
    test "$starts" -ge 3 -a "$starts" -le 8
  check "$name ends with failure" grep -q 'event=worker .*status 1' \
    "$RIG/log/starved.log"
}

# unheard: nobody reads what the supervisor has to say.
unheard()
{
  local name='the log has no reader' pid reader before
  pid=$(supervisor register)
  kill -s TERM "$pid"
  wait "$pid"
  mkfifo -m 622 "$dir/tmp/log"
  # shellcheck disable=SC2016 # for the inner shell
  rig_launch register TERM env "ROLLCALL_CONF=$RIG/rollcall.conf" \
    sh -c 'exec 2>"$0"; exec "$@"' "$dir/tmp/log" \
    "$RIG_LIBEXEC/register" -s "$RIG_RUN/register.sock" -w 2
  exec {reader}<>"$dir/tmp/log"
  pid=$(supervisor register)
  check "$name: requests are answered before" within 5 works
  exec {reader}>&-
  children "$pid"
  before=${kids[0]}
  kill -s KILL "$before"
  check "$name: a worker that was killed is replaced" \
    within 3 replaced "$before"
  check "$name: the supervisor stays" kill -0 "$pid"
  check "$name: requests are answered" works
}

need_apache mod_proxy_fcgi.so
begin lighttpd
terminated
reread
serve apache
terminated
reread
in_hand
supervised
killed
loops
starved
unheard
end
