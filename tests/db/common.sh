# shellcheck shell=bash
# What the tests of rollcall-admin share: a private cluster with a migrated
# database to come, commands that judge others, and the tally.  The caller has
# set here to this folder; the cluster goes when it exits.
# shellcheck disable=SC2154 # set there

# shellcheck source=cluster.sh
. "$here/cluster.sh"
if ! command -v jq >/dev/null; then
	echo "$me: jq is missing" >&2
	exit 77
fi
if [ ! -x "$build/cli/rollcall-admin" ]; then
	echo "$me: there is no $build/cli/rollcall-admin" >&2
	exit 1
fi

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

export TZ=UTC PATH=$build/cli:$PATH ROLLCALL_CONF=$work/own/rollcall.conf
cat > "$work/own/rollcall-migrate" <<END
#!/bin/sh
exec sh '$top/sql/rollcall-migrate.in' "\$@"
END
chmod +x "$work/own/rollcall-migrate"
export ROLLCALL_MIGRATE=$work/own/rollcall-migrate

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
