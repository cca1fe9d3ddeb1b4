#!/usr/bin/env bash
# The whole flow as people meet it, in headless Chromium.  BROWSER_SHOTS=DIR
# leaves pictures of the pages there; BROWSER_CASES="NAME..." runs these only.
# RIG_PORTS=FIRST-LAST says which ports are free to take.
set -eu

for program in chromium chromedriver openssl python3; do
  command -v "$program" >/dev/null || {
    echo "skipped: $program is not here; install chromium, chromium-driver," \
      "openssl and python3"
    exit 77
  }
done

source=${srcdir:-$(dirname "$0")/..}
build=${top_builddir:-.}
# shellcheck source=own-rig.sh
. "$source/tests/own-rig.sh"

take_seat
dir=$(mktemp -d "${TMPDIR:-/tmp}/rollcall-browser.XXXXXX")
chmod 755 "$dir"
test_pid=

# What chromedriver left behind: browsers whose profile is in our folder.
end_browsers()
{
  local folder
  for folder in /proc/[0-9]*; do
    if tr '\0' '\n' 2>/dev/null <"$folder/cmdline" |
      grep -qF -- "=$dir/tmp/"; then
      kill -s KILL "${folder#/proc/}" 2>/dev/null || :
    fi
  done
}

finish()
{
  status=$?
  trap '' INT TERM HUP
  trap - EXIT
  if [ -n "$test_pid" ]; then
    kill "$test_pid" 2>/dev/null || :
    wait "$test_pid" 2>/dev/null || :
  fi
  rig_stop
  end_browsers
  if grep -hE 'Sanitizer|runtime error:' "$dir"/log/*.log; then
    echo "a sanitizer complained: see the lines above"
    status=1
  fi
  if [ "$status" -ne 0 ]; then
    for log in "$dir"/log/*.log; do
      echo "== ${log##*/}"
      grep -vE '^level=(debug|info) ' "$log" | tail -n 20
    done
  fi
  rm -rf "$dir"
  exit "$status"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

open_rig "$dir"
RIG_PORT=$(rig_free_port)
HTTPS_PORT=$(rig_free_port)
HTTP_PORT=$(rig_free_port)
DRIVER_PORT=$(rig_free_port)
export HTTPS_PORT HTTP_PORT DRIVER_PORT

# The sites' certificate, which is for the logo's fetcher to trust.
CERTIFICATE=$dir/certificate.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
  -subj '/CN=tests' -addext 'subjectAltName=IP:127.0.0.1,DNS:*.example' \
  -keyout "$dir/key.pem" -out "$CERTIFICATE" 2>"$dir/log/openssl.log"
chmod 644 "$CERTIFICATE"
export CERTIFICATE

rig_start lighttpd 'issuer = "https://auth.example"' \
  'trusted_proxies = {"127.0.0.1"}' 'fetch_addresses = {"127.0.0.1"}' \
  "fetch_ca_file = \"$CERTIFICATE\"" 'password_memory = 8m' \
  'resource "https://api.example/v1" { scopes = {"read", "write"} }'
rig_launch chromedriver TERM env "HOME=$dir/tmp" "TMPDIR=$dir/tmp" \
  "XDG_CONFIG_HOME=$dir/tmp" "XDG_CACHE_HOME=$dir/tmp" \
  chromedriver "--port=$DRIVER_PORT"
rig_wait_for chromedriver 60 rig_listens "$DRIVER_PORT"

PASSWORD=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
export PASSWORD
printf '%s' "$PASSWORD" >"$dir/password"
"$RIG/admin" account add ada --name 'Ada Lovelace' --email ada@example.org \
  --password-file "$dir/password" >"$dir/log/account.log" 2>&1

set -a
# shellcheck disable=SC1091
. "$RIG/env"
set +a
python3 -B "$source/tests/browser/flow.py" "$dir/key.pem" 8>&- &
test_pid=$!
status=0
wait "$test_pid" || status=$?
test_pid=
exit "$status"
