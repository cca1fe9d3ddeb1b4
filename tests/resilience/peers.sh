#!/usr/bin/env bash
# Slow, idle and aborting peers: the others are served, and no process or
# descriptor is lost.
. "$(dirname "$0")/common.sh"

open=()

# connect TEXT: one more connection, on which only that is said.
connect()
{
  local fd
  exec {fd}<>"/dev/tcp/127.0.0.1/$RIG_PORT"
  printf '%b' "$1" >&"$fd"
  open+=("$fd")
}

disconnect()
{
  local fd
  for fd in "${open[@]}"; do
    exec {fd}>&-
  done
  open=()
}

head='POST /oauth/register HTTP/1.1\r\nHost: 127.0.0.1\r\n'
head+='Content-Type: application/json\r\n'
body='{"redirect_uris":["https://client.example.org/callback"]}'
half="${head}Content-Length: ${#body}\\r\\n\\r\\n${body%client*}"
whole="${head}Content-Length: ${#body}\\r\\n\\r\\n$body"

# descriptors_of PID: how many it has.
descriptors_of()
{
  find "/proc/$1/fd" -mindepth 1 | wc -l
}

# descriptors: how many each process of ours has.
descriptors()
{
  local pid
  for pid in $(supervisors) $(pids); do
    echo "$pid $(descriptors_of "$pid")"
  done
}

# still WHAT: processes and descriptors are those of before.
still()
{
  check "$rig_kind, $1: all works after" within 60 works
  check "$rig_kind, $1: processes and descriptors are the same" \
    within 60 test_same
}

test_same()
{
  [ "$(descriptors)" = "$before" ]
}

# served WHAT: the others are, meanwhile; who had to wait for a worker that
# waits for a body would wait for 5 s.
served()
{
  ask -c 4 -n 100 -o rgdu
  check "$rig_kind, $1: others are served" only 200 201
  check "$rig_kind, $1: soon" quick 4000
}

idle()
{
  local i
  for ((i = 0; i < 25; i++)); do
    connect ''
    connect "$head"
  done
  served '50 idle connections'
  disconnect
  still '50 idle connections'
}

# lighttpd keeps a body until it is whole.
stalled()
{
  local i
  for ((i = 0; i < 50; i++)); do
    connect "$half"
  done
  served '50 stalled bodies'
  disconnect
  still '50 stalled bodies'
}

# Apache hands a body on as it comes, so that a worker has to wait for it: for
# 5 s, even where a byte comes now and then, and 2 s more for Apache to leave.
pinned()
{
  local name="$rig_kind, slow bodies" i trickle
  : >"$RIG/log/register.log"
  for ((i = 0; i < 4; i++)); do
    connect "$half"
    connect "${head}Content-Length: 60000\\r\\n\\r\\n{"
  done
  trickle &
  trickle=$!
  check "$name: every worker waits for one" within 60 all_wait
  ask -n 1
  check "$name: another client waits, too" refused_before
  check "$name: but not for ever" just 201 1
  check "$name: all are refused" within 60 all_refused
  kill "$trickle"
  wait "$trickle" 2>/dev/null
  disconnect
  still 'slow bodies'
}

# trickle: a byte now and then, on every other connection.
trickle()
{
  local i
  while nap 0.5; do
    for ((i = 1; i < ${#open[@]}; i += 2)); do
      printf ' ' >&"${open[i]}"
    done
  done 2>/dev/null
}

# all_wait: every worker has a descriptor more than before: a request.
all_wait()
{
  local pid
  for pid in $(pids_of register); do
    [ "$(descriptors_of "$pid")" -gt "$(awk -v pid="$pid" '$1 == pid { print $2 }' \
      <<<"$before")" ] || return 1
  done
}

# refused_before: one of those was refused before another client was served.
refused_before()
{
  grep -oE 'status=(201|400)' "$RIG/log/register.log" | head -n 1 |
    grep -q 400
}

# all_refused: the log says so; Apache does not pass an answer on to who owes
# it a body.
all_refused()
{
  [ "$(grep -c 'status=400 .*error=invalid_request' \
    "$RIG/log/register.log")" -eq "${#open[@]}" ]
}

halves()
{
  local i
  for ((i = 0; i < 40; i++)); do
    connect "$half"
    disconnect
  done
  served 'half a body'
  still 'half a body'
}

# Whoever leaves before the answer comes has registered or not; either is well.
leavers()
{
  local i
  for ((i = 0; i < 40; i++)); do
    connect "$whole"
    disconnect
  done
  still 'gone before the answer'
}

# The web server itself says what is no FastCGI.
garbage()
{
  local i
  for ((i = 0; i < 20; i++)); do
    curl -s -m 2 -o /dev/null --unix-socket "$RIG_RUN/register.sock" \
      "http://127.0.0.1/garbage" || :
  done
  still 'garbage on the socket'
}

need_apache mod_proxy_fcgi.so
begin lighttpd
for kind in lighttpd apache; do
  serve "$kind"
  # Every worker has its connection to the database.
  works
  works
  before=$(descriptors)
  idle
  if [ "$kind" = lighttpd ]; then
    stalled
  else
    pinned
  fi
  halves
  leavers
done
garbage
end
