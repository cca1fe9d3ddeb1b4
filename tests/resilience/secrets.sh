#!/usr/bin/env bash
# A client's secrets leave the memory of the programs with the requests that
# they came or went with.
. "$(dirname "$0")/common.sh"

secrets=()

# request METHOD PATH TOKEN BODY: the answer's body, in $answer.
request()
{
  answer=$(curl -s -m 60 --noproxy '*' -X "$1" \
    ${3:+-H "Authorization: Bearer $3"} \
    -H 'Content-Type: application/json' -d "$4" \
    "http://127.0.0.1:$RIG_PORT$2")
}

# member NAME: its string in $answer.
member()
{
  [[ $answer =~ \"$1\":\ ?\"([^\"]*)\" ]] && echo "${BASH_REMATCH[1]}"
}

# life: what a client does from its birth on.  Its secrets are added to secrets.
life()
{
  local uris='"redirect_uris":["https://client.example.org/callback"]'
  local id secret token
  request POST /oauth/register '' "{$uris}"
  id=$(member client_id)
  secret=$(member client_secret)
  token=$(member registration_access_token)
  [ -n "$id" ] && [ -n "$secret" ] && [ -n "$token" ] || return 1
  secrets+=("$secret" "$token")
  request GET "/oauth/register/$id" "$token" ''
  [ "$(member client_id)" = "$id" ] || return 1
  request PUT "/oauth/register/$id" "$token" \
    "{\"client_id\":\"$id\",\"client_secret\":\"$secret\",$uris}"
  [ "$(member client_id)" = "$id" ] || return 1
  request PUT "/oauth/register/$id" "$token" '{"client_name":"Part"}'
  [ "$(member client_name)" = Part ]
}

lives()
{
  local i
  for ((i = 0; i < 10; i++)); do
    life || return 1
  done
}

# memory PID: what the process can write to.  Sanitizers map far more than
# there is.
memory()
{
  local range rights first last
  while read -r range rights _; do
    first=$((0x${range%-*} / 4096))
    last=$((0x${range#*-} / 4096))
    if [[ $rights = rw* ]] && [ $((last - first)) -lt 65536 ]; then
      dd if="/proc/$1/mem" bs=4096 skip="$first" count=$((last - first)) \
        status=none || :
    fi
  done <"/proc/$1/maps"
}

# known PID: how many of the secrets it still holds as strings of their own.
# Whole messages in the freed buffers of libraries are not looked for: there a
# secret follows a quote or a space.
known()
{
  memory "$1" | tr -c '[:print:]' '\n' |
    grep -oEf <(printf '(^|[^" ])%s\n' "${secrets[@]}") | sort -u | wc -l
}

# finds PID: what it does hold is found.
finds()
{
  memory "$1" | grep -aqF "http://127.0.0.1:$RIG_PORT"
}

# forgotten: no worker holds one.
forgotten()
{
  local pid
  for pid in $(pids_of register); do
    [ "$(known "$pid")" -eq 0 ] || return 1
  done
}

# One worker sees them all.
RIG_WORKERS=1
begin lighttpd
works
pid=$(pids_of register)
if ! head -c 0 "/proc/$pid/mem" 2>/dev/null; then
  echo 'skipped: the memory of another process may not be read'
  ended=skip
  exit 77
fi
check 'clients register, read and update themselves' lives
echo "nobody nothing" >"$dir/tmp/harmless"
ask -c 4 -n 100 -o b -k "$dir/tmp/harmless"
check 'others make requests' just 401 100
check 'the issuer is found where it looks' finds "$pid"
check "no worker holds any of ${#secrets[@]} secrets" forgotten
end
