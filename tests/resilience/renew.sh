#!/usr/bin/env bash
# max_requests: programs execute themselves anew in place, again and again,
# and no request fails.
. "$(dirname "$0")/common.sh"

most=50

# sessions: how many have been opened by the programs.
sessions()
{
  sql "SELECT sessions FROM pg_stat_database WHERE datname = 'rollcall'"
}

# opened NUMBER: that many sessions are new since $sessions.
opened()
{
  [ "$(($(sessions) - sessions))" -ge "$1" ]
}

renewed()
{
  local number=10000 before images name
  serve "$1"
  name="$1, max_requests = $most"
  works
  before=$(pids)
  images=$(images)
  sessions=$(sessions)
  ask -c 8 -n "$number" -o rggd
  check "$name: none of $number requests failed" only 200 201
  check "$name: all were answered" test \
    "$(($(got 200) + $(got 201)))" -eq "$number"
  check "$name: the processes are the same" stayed "$before"
  check "$name: they keep their name" named
  # Three of four requests need the database; some are left over at the end.
  check "$name: it happened each $most requests" \
    within 60 opened $((number * 2 / 3 / most))
  check "$name: by execution" differs "$images" "$(images)"
}

# images: one line for each execution of a register process.
images()
{
  local pid
  for pid in $(pids_of register); do
    echo "$pid $(md5sum <"/proc/$pid/auxv")"
  done | sort
}

# differs OLD NEW: there are lines in NEW that are not in OLD, for processes
# that are in both.
differs()
{
  [ -n "$(join <(echo "$1") <(echo "$2") | awk '$2 != $4')" ]
}

# named: the processes are known to ps by their programs' names.
named()
{
  local name pid
  for name in $RIG_PROGRAMS; do
    for pid in $(pids_of "$name"); do
      [[ $(cat "/proc/$pid/comm") == "$name"* ]] || return 1
    done
  done
}

# configure SETTING...: over those of begin, without telling anybody.
configure()
{
  rig_configure "${rig_base[@]}" "$@"
}

# A configuration that has become bad does not end what runs.
spoilt()
{
  local name='max_requests and a broken configuration' before
  before=$(pids)
  configure 'registration = perhaps'
  ask -c 8 -n 1000 -o rg
  check "$name: requests go on" only 200 201
  check "$name: so do the processes" stayed "$before"
  check "$name: it is logged" grep -q \
    'event=config .*rollcall\.conf:[0-9]' "$RIG/log/register.log"
  configure
}

# Who is not supervised reads the configuration anew by executing itself.
hung_up()
{
  local name='lighttpd-spawn, SIGHUP' before
  before=$(pids)
  configure 'registration = closed'
  # shellcheck disable=SC2086
  kill -s HUP $before
  check "$name: the configuration is read again" within 60 all_say 403
  check "$name: the processes are the same" stayed "$before"
  configure
  # shellcheck disable=SC2086
  kill -s HUP $before
  check "$name: and again" within 60 all_say 201
}

# Where each process serves one request, nothing is to be renewed.
plain()
{
  serve apache-cgi
  ask -c 4 -n 500 -o rggd
  check "apache-cgi: none of 500 requests failed" only 200 201
}

need_apache mod_proxy_fcgi.so mod_fcgid.so
begin lighttpd "max_requests = $most"
renewed lighttpd
renewed apache
spoilt
plain
# The programs with sockets of their own are not to be counted any longer.
for name in $RIG_PROGRAMS; do
  rig_end "$(supervisor "$name")" TERM "$name"
  rm -f "$RIG_RUN/$name.pid"
done
renewed lighttpd-spawn
hung_up
renewed apache-fcgid
end
