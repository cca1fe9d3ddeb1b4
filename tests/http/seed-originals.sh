#!/bin/sh
# The tutorial's Python clients, unmodified, against the server at BASE_URL:
# ROLLCALL_SEED_CLIENTS names their folder, the PG* variables the database.
# They exit 0 even on failure, so they are judged by what they print and by what
# is then in the database.
set -eu

if [ -z "${BASE_URL:-}" ] || [ -z "${ROLLCALL_SEED_CLIENTS:-}" ]; then
  echo "skipped: BASE_URL and ROLLCALL_SEED_CLIENTS are not both set"
  exit 77
fi
python=/usr/bin/python3
if ! "$python" -c 'import requests' 2>/dev/null; then
  echo "skipped: $python has no requests (Debian: python3-requests)"
  exit 77
fi
clients=$(cd "$ROLLCALL_SEED_CLIENTS" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
failed=0

fail()
{
  echo "$1" >&2
  failed=1
}

# run NAME REGISTRATIONS UPDATES: run a client, count its success lines.
run()
{
  PYTHONIOENCODING=utf-8 PYTHONDONTWRITEBYTECODE=1 \
    "$python" "$clients/$1" >"$1.out" 2>&1 || fail "$1 exits with $?"
  registered=$(grep -c '客户端注册成功' "$1.out" || :)
  updated=$(grep -c '客户端更新成功' "$1.out" || :)
  # The manager says of each of its clients twice that it is registered.
  [ "$registered" -eq "$2" ] ||
    fail "$1: $registered lines of registration, not $2"
  [ "$updated" -eq "$3" ] || fail "$1: $updated lines of update, not $3"
  if grep -E '失败|错误|Traceback' "$1.out" >&2; then
    fail "$1: complained, see above"
  fi
}

# row WHERE: exactly one client is like that and came since we began.
row()
{
  found=$(psql -XAtqc "SELECT count(*) FROM rollcall.client
    WHERE issued_at >= '$began' AND $1")
  [ "$found" -eq 1 ] || fail "$found clients, not one, where $1"
}

began=$(psql -XAtqc 'SELECT now()')
run basic_registration.py 1 0
run registration_manager.py 6 2
run oidc_registration.py 1 0

row "client_name = '我的示例应用'"
row "client_name = '我的公共应用' AND token_endpoint_auth_method = 'none'
    AND secret_hash IS NULL AND scope = 'openid profile'"
row "client_name = '更新后的机密应用名称' AND scope = 'openid profile email read'
    AND secret_hash IS NOT NULL AND grant_types =
    array['authorization_code', 'refresh_token', 'client_credentials']"
row "client_name = '我的OIDC应用' AND contacts = array['admin@example.com']"
row "client_name = '我的OpenID Connect应用' AND application_type = 'web'
    AND NOT metadata ? 'terms_of_service_uri'"
exit "$failed"
