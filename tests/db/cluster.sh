# shellcheck shell=bash
# What the scripts of this folder share: a private cluster, commands that judge
# others, and the tally.  The caller has set here to this folder; the cluster
# goes when it exits.  Set are then
#   top build  the folders of the sources and of the build
#   bin        that of PostgreSQL's programs
#   work       one for the test, with $work/own to write in; its name is short
#              enough for a socket
# shellcheck disable=SC2034,SC2154 # used there, or set there

me=$(basename "$0" .sh)
top=$(cd "${top_srcdir:-${srcdir:-$here/../..}}" && pwd)
[ -f "$top/sql/statements.sql" ] || top=$(cd "$here/../.." && pwd)
build=$(cd "${top_builddir:-$top}" && pwd)

bindir=$(pg_config --bindir 2>/dev/null)
for dir in "$bindir" /usr/lib/postgresql/*/bin; do
	[ -x "$dir/initdb" ] && bin=$dir
done
if [ -z "${bin:-}" ]; then
	echo "$me: PostgreSQL's server programs are not installed" >&2
	exit 77
fi

passed=0
failed=0

result()
{
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) - $2"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) - $2"
	fi
}

# ok WHAT COMMAND...: the command succeeds.
ok()
{
	local what=$1 said status
	shift
	said=$("$@" 2>&1)
	status=$?
	result $status "$what"
	[ $status = 0 ] || printf '%s\n' "$said" | sed 's/^/# /'
}

# is WHAT EXPECTED COMMAND...: the command prints what is expected.
is()
{
	local what=$1 expected=$2 said
	shift 2
	said=$("$@" 2>&1)
	if [ "$said" = "$expected" ]; then
		result 0 "$what"
	else
		result 1 "$what"
		diff <(printf '%s\n' "$expected") <(printf '%s\n' "$said") |
		    sed 's/^/# /'
	fi
}

for variable in "${!PG@}" "${!ROLLCALL@}"; do
	unset "$variable"
done
export LC_ALL=C PGCLIENTENCODING=UTF8

# The cluster: as user postgres where we are root, for PostgreSQL refuses root.
work=$(mktemp -d "${TMPDIR:-/tmp}/rollcall-$me.XXXXXX") || exit 1
[ ${#work} -le 80 ] || { rmdir "$work"; work=$(mktemp -d) || exit 1; }
data=$work/data
postmaster=

as_owner()
{
	if [ "$(id -u)" = 0 ]; then
		(cd / && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

clean_up()
{
	[ -z "$postmaster" ] || {
		kill -INT "$postmaster" 2>/dev/null
		while kill -0 "$postmaster" 2>/dev/null; do
			sleep 0.05
		done
	}
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

mkdir "$data" "$work/own"
[ "$(id -u)" != 0 ] || chown -R postgres "$work"
chmod 755 "$work"

# make_data: a new cluster in $data.  The first test of a build makes it, the
# others of the same user copy it.
make_data()
{
	local made
	made=$build/tests/made.cluster.$({ id -u; "$bin/postgres" --version; } |
	    cksum | cut -d ' ' -f 1)
	exec 7>"$build/tests/made.lock"
	flock 7
	if [ ! -d "$made" ]; then
		as_owner "$bin/initdb" -D "$data" -E UTF8 --locale=C \
		    -U postgres -A trust -N > "$work/initdb.log" 2>&1 ||
		    { cat "$work/initdb.log"; return 1; }
		rm -rf "$made.new"
		cp -a "$data" "$made.new" && mv "$made.new" "$made" || return 1
	else
		cp -a "$made/." "$data" || return 1
	fi
	exec 7>&-
}

make_data || exit 1
as_owner "$bin/pg_ctl" -D "$data" -l "$data/log" -w -o \
    "-c listen_addresses='' -k '$work' -c log_min_messages=error -c fsync=off" \
    start > /dev/null || { cat "$data/log"; exit 1; }
postmaster=$(head -n 1 "$data/postmaster.pid")

export PGHOST=$work PGUSER=postgres PGDATABASE=registry
export PATH=$bin:$PATH ROLLCALL_SQL_DIR=$top/sql

q()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}
