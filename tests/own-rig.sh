# shellcheck shell=bash
# What the tests share that have a rig of their own; see tools/rig.sh.  The
# caller has set source and build to the folders of the sources and the build.
# shellcheck disable=SC2034,SC2154 # used there, or set there

# shellcheck source=../tools/rig.sh
. "$source/tools/rig.sh"
RIG_LIBEXEC=$(cd "$build/cgi-bin" && pwd -P)
RIG_ADMIN=$build/cli/rollcall-admin
RIG_MIGRATE=$build/sql/rollcall-migrate
RIG_SQL=$source/sql
RIG_CONFS=$source
# Where much runs at a time PostgreSQL may be slow, and that is no outage.  Who
# makes outages asks for the default: empty.
: "${RIG_PATIENCE=30s}"
# The servers' user is to read what we make, where we are root; nobody is to
# write it, but where coverage has let all.
umask "$(umask | sed 's/[1-7]$/2/')"

# take_seat: wait until there are few rigs at work.  Many tests wait more than
# they work, so there is one seat more than there are processors; still more
# rigs would disturb the tests that look at the clock.  A seat has ports of its
# own, a part of RIG_PORTS.
take_seat()
{
  local seats i each first
  : "${RIG_PORTS:=20000-32000}"
  seats=$(($(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1))
  each=$(((${RIG_PORTS#*-} - ${RIG_PORTS%-*} + 1) / seats))
  while :; do
    for ((i = 0; i < seats; i++)); do
      exec 8>"$build/tests/seat.$i"
      if flock -n 8; then
        first=$((${RIG_PORTS%-*} + i * each))
        RIG_PORTS=$first-$((first + each - 1))
        return 0
      fi
    done
    sleep 0.2
  done
}

# open_rig DIR: make the directory ready, with PostgreSQL's data as they are
# after setup.  These are made once for all tests of a build, and anew where
# what they are made by has changed.
open_rig()
{
  local sum
  rig_open "$1" || return 1
  sum=$({
    # They are the user's whose they are.
    id -u
    "$(rig_pg_bin)/postgres" --version
    cat "$source/tools/rig.sh" "$source/tests/own-rig.sh" "$RIG_SQL"/*.sql "$RIG_SQL"/migrate/*.sql \
      "$RIG_MIGRATE" "$RIG_ADMIN"
  } | cksum)
  RIG_MADE=$build/tests/made.${sum% *}
  exec 7>"$build/tests/made.lock"
  flock 7
  [ -d "$RIG_MADE" ] || make_rig "$RIG_MADE" || return 1
  exec 7>&-
}

# make_rig DIR: what open_rig keeps, as RIG_MADE wants it.  PostgreSQL is not to
# compile statements, which takes a second for one that runs a moment.
make_rig()
(
  exec 8>&-
  folder=$(mktemp -d "${TMPDIR:-/tmp}/rollcall-made.XXXXXX")
  trap 'rig_stop; rm -rf "$folder"' EXIT
  chmod 755 "$folder"
  rm -rf "$build"/tests/made.[0-9]*
  unset RIG_MADE
  RIG_PORT=8080
  rig_open "$folder" && rig_start_postgres && rig_configure && rig_setup ||
    exit 1
  rig_stop
  echo 'jit = off' >>"$RIG/pg/postgresql.conf"
  rm -rf "$1.new"
  mkdir -m 755 "$1.new" && cp -a "$RIG/pg" "$RIG/rollcall.key" "$1.new" &&
    mv "$1.new" "$1"
)
