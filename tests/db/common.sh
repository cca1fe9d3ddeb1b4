# shellcheck shell=bash
# What the tests of rollcall-admin share: a private cluster with a migrated
# database to come, commands that judge others, and the tally.  The caller has
# set here to this folder; the cluster goes when it exits.

me=$(basename "$0" .sh)
top=$(cd "${top_srcdir:-${srcdir:-$here/../..}}" && pwd)
[ -f "$top/sql/statements.sql" ] || top=$(cd "$here/../.." && pwd)
build=$(cd "${top_builddir:-$top}" && pwd)

bindir=$(pg_config --bindir 2>/dev/null)
for dir in "$bindir" /usr/lib/postgresql/*/bin; do
	[ -x "$dir/initdb" ] && bin=$dir
done
if [ -z "${bin:-}" ] || ! command -v jq >/dev/null; then
	echo "$me: PostgreSQL's server programs or jq are missing" >&2
	exit 77
fi
if [ ! -x "$build/cli/rollcall-admin" ]; then
	echo "$me: there is no $build/cli/rollcall-admin" >&2
	exit 1
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

# like WHAT PATTERN COMMAND...: it succeeds, and prints a line like that.
like()
{
	local what=$1 pattern=$2 said status
	shift 2
	said=$("$@" 2>&1)
	status=$?
	printf '%s\n' "$said" | grep -Eq -e "$pattern" || status=1
	result $status "$what"
	[ $status = 0 ] || printf '%s\n' "$said" | sed 's/^/# /'
}

# refused WHAT STATUS PATTERN COMMAND...: it exits with that, says nothing on
# standard output and one sentence on standard error.
refused()
{
	local what=$1 expected=$2 pattern=$3 said status
	shift 3
	"$@" > "$work/own/out" 2> "$work/own/err" < /dev/null
	status=$?
	said=$(grep '^rollcall-admin: ' "$work/own/err")
	if [ $status = "$expected" ] && [ ! -s "$work/own/out" ] &&
	    [ "$(printf '%s\n' "$said" | wc -l)" = 1 ] &&
	    printf '%s\n' "$said" | grep -Eq -e "$pattern"; then
		result 0 "$what"
	else
		result 1 "$what"
		{ echo "exit $status"; cat "$work/own/out" "$work/own/err"; } |
		    sed 's/^/# /'
	fi
}

for variable in "${!PG@}" "${!ROLLCALL@}"; do
	unset "$variable"
done
export LC_ALL=C PGCLIENTENCODING=UTF8 TZ=UTC

# The cluster: as user postgres where we are root, for PostgreSQL refuses root.
work=$(mktemp -d "${TMPDIR:-/tmp}/rollcall-admin.XXXXXX") || exit 1
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
as_owner "$bin/initdb" -D "$data" -E UTF8 --locale=C -U postgres -A trust \
    > "$work/initdb.log" 2>&1 || { cat "$work/initdb.log"; exit 1; }
as_owner "$bin/pg_ctl" -D "$data" -l "$data/log" -w -o \
    "-c listen_addresses='' -k '$work' -c log_min_messages=error" \
    start > /dev/null || { cat "$data/log"; exit 1; }
postmaster=$(head -n 1 "$data/postmaster.pid")

export PGHOST=$work PGUSER=postgres PGDATABASE=registry
export PATH=$build/cli:$bin:$PATH
export ROLLCALL_SQL_DIR=$top/sql ROLLCALL_CONF=$work/own/rollcall.conf
cat > "$work/own/rollcall-migrate" <<END
#!/bin/sh
exec sh '$top/sql/rollcall-migrate.in' "\$@"
END
chmod +x "$work/own/rollcall-migrate"
export ROLLCALL_MIGRATE=$work/own/rollcall-migrate

q()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

# configure DATABASE PREFIX
configure()
{
	cat > "$ROLLCALL_CONF" <<-END
		issuer = "https://auth.example.org"
		database = "host=$work user=postgres dbname=$1"
		database_role_prefix = "$2"
		key_file = "$work/own/$1.key"
		password_memory = 8m
		registration = closed
		resource "https://mcp.example.org/mcp" {
			scopes = {"read", "write"}
		}
	END
}

admin()
{
	rollcall-admin "$@"
}

# member NAME COMMAND...: a member of the JSON object that it prints.
member()
{
	local name=$1
	shift
	admin --json "$@" | jq -r "$name"
}
