# shellcheck shell=bash
# What the scripts share that run rollcall against a server of their own: where
# it is built, a home and a store for it, and checks.  The caller has set folder
# to a word for its own, and defines run (a run of rollcall, its exit status in
# $status, what it says in $out and $err) and tidy (what is to be ended).
set -u
export LC_ALL=C
# shellcheck disable=SC2034 # used there
top=${srcdir:-$(dirname "$0")/../..}
build=${top_builddir:-.}
# shellcheck source=rollcall.sh
. "$top/tests/http/rollcall.sh"
needs python3 jq openssl curl

passed=0
failed=0
status=0
out=''
err=''
# shellcheck disable=SC2154 # set there
dir=$(mktemp -d "${TMPDIR:-/tmp}/rollcall-$folder.XXXXXX")
: >"$dir/out"
: >"$dir/err"
on_its_own
export HOME=$dir/home XDG_CONFIG_HOME=$dir/config
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:exitcode=99
store=$XDG_CONFIG_HOME/rollcall/clients
mkdir -p "$HOME"

finish()
{
  local status=$?
  trap - EXIT
  tidy
  rm -rf "$dir"
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$status" -eq 0 ] || exit 1
  exit 0
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

# check WHAT COMMAND...: the command succeeds.
check()
{
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok $((passed + failed)) - $what"
  else
    failed=$((failed + 1))
    echo "not ok $((passed + failed)) - $what"
    printf '# failed: %s\n# exit %s\n' "$*" "$status"
    sed 's/^/# out: /' "$dir/out"
    sed 's/^/# err: /' "$dir/err"
  fi
}

# gives STATUS TEXT: the last run exited so and said that.
gives()
{
  [ "$status" -eq "$1" ] && [[ $out$err = *"$2"* ]]
}

# exits WHAT STATUS TEXT ARG...: run and check both.
exits()
{
  local what=$1 wanted=$2 text=$3
  shift 3
  run "$@"
  check "$what" gives "$wanted" "$text"
}

# stored NAME FILTER: jq says yes to what the store has.
stored()
{
  jq -e "$2" "$store/$1.json" >/dev/null
}

# within SECONDS COMMAND...
within()
{
  local tries=$(($1 * 20))
  shift
  until "$@" 2>/dev/null; do
    [ "$tries" -gt 0 ] || return 1
    tries=$((tries - 1))
    sleep 0.05
  done
}

no()
{
  ! "$@"
}
