#!/usr/bin/env bash
# PostgreSQL stopped, frozen, or dying between statement and result: 503 with
# Retry-After soon after database_timeout for every method; when it is back all
# works soon, with the same processes.
RIG_PATIENCE=
. "$(dirname "$0")/common.sh"

# database_timeout is 1500 ms; a machine may be ten times as slow as most are.
soon=8000

# refused WHAT: what needs the database is refused, the rest is not.
refused()
{
  # More at a time than there are workers must not add up: where each waited for
  # those before it, the last of 16 for a worker would wait for 24 s.
  if [ "$rig_kind" = lighttpd ]; then
    ask -c 32 -n 96 -k "$dir/tmp/clients" -o rgux
    check "$1: 32 clients at a time are 503 with Retry-After" just 503 96
    check "$1: soon" quick "$soon"
  fi
  ask -c 4 -n 8 -k "$dir/tmp/clients" -o rgux
  check "$1: POST, GET, PUT, DELETE are 503 with Retry-After" just 503 8
  check "$1: soon, too" quick "$soon"
  ask -c 2 -n 4 -o d
  check "$1: discovery answers" just 200 4
}

# returned WHAT: it is, with the processes of $before.
returned()
{
  check "$1: all works soon after" within 15 works
  [ "$rig_kind" != apache-cgi ] || return 0
  # mod_fcgid may have started more.
  check "$1: the processes are the same" stayed "$before"
}

# ready: clients to act on, and processes that all have been at work.
ready()
{
  works
  within 60 enrol "$dir/tmp/clients" 8 || exit 1
  before=$(pids)
}

# stopped MODE: of stopping it.
stopped()
{
  ready
  pg_stop "$1"
  refused "$rig_kind, stopped"
  pg_start
  returned "$rig_kind, stopped"
}

frozen()
{
  ready
  pg_each STOP
  refused "$rig_kind, frozen"
  pg_each CONT
  returned "$rig_kind, frozen"
}

# through MODE: of the proxy.
through()
{
  ready
  proxy "$1"
  refused "$rig_kind, $1"
  proxy pass
  returned "$rig_kind, $1"
}

need_apache mod_proxy_fcgi.so mod_fcgid.so
RIG_WORKERS=2
begin lighttpd
kinds=(lighttpd apache apache-fcgid apache-cgi)
for kind in "${kinds[@]}"; do
  serve "$kind"
  case $kind in
    lighttpd) stopped immediate ;;
    *) stopped fast ;;
  esac
  case $kind in
    lighttpd | apache-fcgid) frozen ;;
  esac
done

serve lighttpd
setting "$proxied"
through hold
for kind in "${kinds[@]}"; do
  serve "$kind"
  through cut-after-statement
  through cut-before-ready
done
end
