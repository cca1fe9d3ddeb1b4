#!/usr/bin/env bash
# Two hosts with one database, and the same configuration and key file; a
# balancer gives each request to either in turn.  What one begins the other goes
# on with, limits are common to both, and one after the other is stopped and
# started while nobody notices.
. "$(dirname "$0")/common.sh"

hosts=(one two)

# configure SETTING...: each host has files of its own.
configure()
{
  local host
  rig_configure "$@"
  for host in "${hosts[@]}"; do
    sed "s,$RIG/rollcall.key,$RIG/$host/rollcall.key," "$RIG/rollcall.conf" \
      >"$RIG/$host/rollcall.conf"
  done
}

# start_host HOST: its programs, on its own sockets.
start_host()
{
  local name
  for name in $RIG_PROGRAMS; do
    rig_launch "$1-$name" TERM env "ROLLCALL_CONF=$RIG/$1/rollcall.conf" \
      "$RIG_LIBEXEC/$name" -s "$RIG_RUN/$1/$name.sock" \
      -w "$(rig_workers "$name")"
  done
  for name in $RIG_PROGRAMS; do
    rig_wait_for "$1-$name" 20 test -S "$RIG_RUN/$1/$name.sock" || exit 1
  done
}

stop_host()
{
  local name
  for name in $RIG_PROGRAMS; do
    rig_end "$(supervisor "$1-$name")" TERM "$1-$name"
  done
}

# balanced: the shipped configuration of lighttpd, with both hosts' sockets
# where it has one.
balanced()
{
  mkdir "$dir/balanced"
  cp -R "$source/lighttpd" "$dir/balanced"
  sed -i -E 's,\(\( "socket" => var.rollcall_run \+ ("[^"]*") \) \+ (var.rollcall_way)\),(( "socket" => var.rollcall_run + "/one" + \1 ) + \2\, ( "socket" => var.rollcall_run + "/two" + \1 ) + \2),' \
    "$dir/balanced/lighttpd/rollcall.conf"
  RIG_CONFS=$dir/balanced
  RIG_MORE=in_turn
}

in_turn()
{
  echo 'fastcgi.balance = "round-robin"'
}

begin_hosts()
{
  local host
  begin_rig
  rig_start_postgres || exit 1
  rig_configure
  rig_setup || exit 1
  for host in "${hosts[@]}"; do
    mkdir "$RIG/$host" "$RIG_RUN/$host"
    cp -a "$RIG/rollcall.key" "$RIG/$host"
    [ "$(id -u)" -ne 0 ] || chown "$(rig_user):" "$RIG_RUN/$host"
  done
  configure
  for host in "${hosts[@]}"; do
    start_host "$host"
  done
  balanced
  rig_start_server lighttpd || exit 1
  rig_wait_for server 60 rig_answers || exit 1
}

# reread SETTING...: both hosts, until nobody is left that knows other ones.
reread()
{
  local host name old=()
  configure "$@"
  for host in "${hosts[@]}"; do
    for name in $RIG_PROGRAMS; do
      children "$(supervisor "$host-$name")"
      old+=("${kids[@]}")
      kill -s HUP "$(supervisor "$host-$name")"
    done
  done
  within 60 gone "${old[@]}" || exit 1
}

# gone PID...: none is there.
gone()
{
  ! kill -0 "$@" 2>/dev/null
}

# served HOST: how many requests its register program has answered.
served()
{
  grep -c event=request "$RIG/log/$1-register.log"
}

# serves HOST NUMBER: it has answered more than so many.
serves()
{
  [ "$(served "$1")" -gt "$2" ]
}

together()
{
  ask -c 16 -n 600 -o rgpugx
  check 'clients are served by both' only 200 201 204
  check 'and managed by both' \
    test "$(served one)" -gt 200 -a "$(served two)" -gt 200
  check 'so are logins, consents, codes and tokens' \
    flows test_token_code test_token_refresh test_races
}

# clients: how many the policy has.
clients()
{
  sql "SELECT count(*) FROM rollcall.client WHERE policy = 'hall'"
}

limited()
{
  reread 'anonymous_policy = hall' $'policy "hall" {\n max_clients = 100\n}'
  ask -c 16 -n 300 -o r
  check 'max_clients: answers are 201 or 403' only 201 403
  check "max_clients: both hosts together have $(clients) of 100" \
    test "$(clients)" -eq 100 -a "$(got 201)" -eq 100
  reread 'rate_limit_register = "50/10m"'
  SECONDS=0
  ask -c 16 -n 200 -o r
  check 'rate_limit_register: answers are 201 or 429' only 201 429
  # One drains every 12 seconds.
  check "rate_limit_register: both hosts together let in $(got 201) of 50" \
    test "$(got 201)" -ge 50 -a "$(got 201)" -le $((51 + SECONDS / 12))
  reread
}

# One host after the other is upgraded.
rolled()
{
  local host before
  ask_aside -c 8 -n 0 -o rgpugx
  nap 0.5
  for host in "${hosts[@]}"; do
    stop_host "$host"
    before=$(served "$host")
    nap 0.3
    start_host "$host"
    # The balancer looks once a second whether it is there again.
    check "$host serves again" within 60 serves "$host" "$before"
  done
  hush
  check "restarted in turn: none of $(($(got 200) + $(got 201))) is lost" \
    only 200 201 204
}

begin_hosts
together
limited
rolled
end
