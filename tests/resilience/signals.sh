#!/usr/bin/env bash
# SIGTERM, SIGHUP and SIGKILL to programs with supervised workers: no request
# is lost, and whoever is told to leave leaves.
. "$(dirname "$0")/common.sh"

# How long a worker may take to obey, ms.
obey_ms=10000

# storm NUMBER CLIENTS FILE: SIGTERM to so many workers at random moments, and
# to more until FILE has a line for each of so many clients.  Sets sent and late.
storm()
{
  local -A since=()
  local pid supervisor more=yes
  supervisor=$(supervisor register)
  sent=0 late=0
  while [ "$more" = yes ] || [ "${#since[@]}" -gt 0 ]; do
    ms
    for pid in "${!since[@]}"; do
      if ! kill -0 "$pid" 2>/dev/null; then
        unset "since[$pid]"
      elif [ $((now - since[$pid])) -gt "$obey_ms" ]; then
        late=$((late + 1))
        unset "since[$pid]"
      fi
    done
    if [ "$sent" -ge "$1" ] && [ "$(wc -l <"$3")" -ge "$2" ]; then
      more=no
    fi
    children "$supervisor"
    if [ "$more" = yes ] && [ "${#kids[@]}" -gt 0 ]; then
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
  : >"$dir/tmp/storm"
  ask_aside -c 8 -n 0 -o rggd -l "$dir/tmp/storm"
  storm 500 200 "$dir/tmp/storm"
  hush
  check "$name: $sent were obeyed within $((obey_ms / 1000)) s" \
    test "$late" -eq 0
  check "$name: none of $(($(got 200) + $(got 201))) requests was lost" \
    only 200 201
}

# block: registrations wait for the database until unblock.
block()
{
  exec {blocker}> >(exec psql -Xq >/dev/null)
  echo 'BEGIN; LOCK TABLE rollcall.client;' >&"$blocker"
  check 'the table is locked' within 60 locked
}

locked()
{
  [ "$(sql "SELECT count(*) FROM pg_locks WHERE granted AND
    relation = 'rollcall.client'::regclass AND
    mode = 'AccessExclusiveLock'")" = 1 ]
}

unblock()
{
  echo 'COMMIT;' >&"$blocker"
  exec {blocker}>&-
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
  block
  ask_aside -n 1
  check "$name: a request is in hand" within 60 waits relation
  children "$(supervisor register)"
  kill -s TERM "${kids[@]}"
  nap 0.2
  check "$name: others serve" reads_nothing
  unblock
  hear
  check "$name: it is finished" just 201 1
}

# reads_nothing: somebody answers a request that needs no table.
reads_nothing()
{
  [ "$(curl -s -m 60 -o /dev/null -w '%{http_code}' --noproxy '*' \
    "http://127.0.0.1:$RIG_PORT/oauth/register")" = 405 ]
}

supervised()
{
  local name='SIGTERM to the supervisor' pid status
  local workers
  pid=$(supervisor register)
  works
  workers=$(pids_of register)
  block
  ask_aside -c 24 -n 24
  check "$name: requests are in hand" within 60 waits relation
  check "$name: the others wait at the socket" within 60 come 24
  kill -s TERM "$pid"
  nap 0.2
  check "$name: it waits for the request" kill -0 "$pid"
  unblock
  wait "$pid"
  status=$?
  check "$name: it ends with status 0" test "$status" -eq 0
  check "$name: the socket is removed" test ! -e "$RIG_RUN/register.sock"
  check "$name: no worker is left" none_of "$workers"
  hear
  check "$name: what had come is answered" just 201 24
  rig_launch register TERM env "ROLLCALL_CONF=$RIG/rollcall.conf" \
    "$RIG_LIBEXEC/register" -s "$RIG_RUN/register.sock" -w 8
  check "$name: another one takes its place" within 60 works
}

# come NUMBER: so many have connected to the socket, accepted or not: each is a
# line beside that of the socket itself.
come()
{
  [ "$(grep -c " $RIG_RUN/register.sock\$" /proc/net/unix)" -gt "$1" ]
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
    check "$name: closed is seen" within 60 one_says 403
    rig_configure "registration = open"
    hang_up
  done
  check "$name: open is seen" within 60 all_say 201
  hush
  check "$name: no request was lost" only 200 201 403
  rig_configure "registration = closed"
  hang_up
  check "$name: closed is seen by all" within 60 all_say 403
  rig_configure
  hang_up
  check "$name: open is seen by all" within 60 all_say 201

  works
  before=$(pids)
  : >"$RIG/log/register.log"
  rig_configure "registration = perhaps"
  hang_up
  check "$name: a broken configuration is logged with file and line" \
    within 60 grep -q 'event=config .*rollcall\.conf:[0-9]' \
    "$RIG/log/register.log"
  nap 0.3
  check "$name: the old one stays" works
  check "$name: so do the workers" stayed "$before"
  rig_configure
  hang_up
  check "$name: a mended one is taken" within 60 none_of "$before"
}

# one_says STATUS: a registration is answered so.
one_says()
{
  ask -n 1
  just "$1" 1
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
  check "$name of all workers: all are replaced" within 60 complete 8
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

# Workers that die at once are started ever more slowly: the sixth comes three
# seconds after the first, not at once.
loops()
{
  local starts=0 pid began took
  rig_launch looping TERM env "ROLLCALL_CONF=$RIG/rollcall.conf" \
    "$RIG_LIBEXEC/register" -s "$RIG_RUN/looping.sock" -w 1
  pid=$(supervisor looping)
  within 60 test -S "$RIG_RUN/looping.sock"
  ms
  began=$now
  while [ "$starts" -lt 6 ] && [ "$now" -lt $((began + 100000)) ]; do
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
  took=$((now - began))
  check 'who crashes is started again' test "$starts" -eq 6
  check "ever more slowly: 6 starts took $took ms" test "$took" -ge 2500
}

# complains NUMBER: so often at least somebody could not accept.
complains()
{
  [ "$(grep -c 'event=accept' "$RIG/log/starved.log")" -ge "$1" ]
}

# So are those that cannot accept, for want of a descriptor to wait with.  A
# leak checker would need some, too.
starved()
{
  local name='a worker that cannot accept' began
  ms
  began=$now
  rig_launch starved TERM env "ROLLCALL_CONF=$RIG/rollcall.conf" \
    ASAN_OPTIONS=detect_leaks=0 prlimit --nofile=4:4 \
    "$RIG_LIBEXEC/metadata" -s "$RIG_RUN/starved.sock" -w 1
  check "$name is started again" within 60 complains 5
  ms
  check "$name is started ever more slowly: 5 times in $((now - began)) ms" \
    test "$((now - began))" -ge 1300
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
  check "$name: requests are answered before" within 60 works
  exec {reader}>&-
  children "$pid"
  before=${kids[0]}
  kill -s KILL "$before"
  check "$name: a worker that was killed is replaced" \
    within 60 replaced "$before"
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
