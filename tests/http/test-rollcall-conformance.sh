#!/usr/bin/env bash
# rollcall conformance: our own server keeps every rule; a server that breaks
# one is found out by that rule and by no other; and whatever happens, no client
# is left behind.
. "$(dirname "$0")/../resilience/common.sh"
# shellcheck source=rollcall.sh
. "$top/tests/http/rollcall.sh"
needs python3 jq openssl curl
on_its_own

# run ARG...: rollcall conformance, its exit status in $status, its output in
# $out.
run()
{
  status=0
  "$program" conformance "$@" >"$dir/tmp/out" 2>"$dir/tmp/err" </dev/null ||
    status=$?
  out=$(cat "$dir/tmp/out")
  tally=$(tail -n 40 "$dir/tmp/out" "$dir/tmp/err")
}

# gives STATUS TEXT: the last run exited so and said that.
gives()
{
  [ "$status" -eq "$1" ] && grep -qF -- "$2" "$dir/tmp/out" "$dir/tmp/err"
}

no()
{
  ! "$@"
}

# is RESULT: the rules that the last run, with --json, found so are $2.
is()
{
  test "$(jq -r "[.rules[] | select(.result == \"$1\").id] | join(\" \")" \
    <<<"$out")" = "$2"
}

# left NUMBER NAME: so many clients are at the server below /NAME.
left()
{
  test "$(curl -s "$base/$2/left")" = "$1"
}

# nothing_stored: the store is as empty as it was.
nothing_stored()
{
  test -z "$(ls "$store")"
}

# no_client_stored: at most the lock of a run that was killed is left.
no_client_stored()
{
  test -z "$(find "$store" -type f ! -name '*.lock')"
}

# whole: TAP as its readers want it: a plan, and each test once, in order.
whole()
{
  local plan
  plan=$(sed -n 's/^1\.\.//p' "$dir/tmp/out")
  [ "$(head -n 1 "$dir/tmp/out")" = 'TAP version 13' ] &&
    [ "$(sed -nE 's/^(not )?ok ([0-9]+) - .*/\2/p' "$dir/tmp/out")" = \
      "$(seq "$plan")" ]
}

# --- our own server
clients()
{
  test "$(sql "SELECT count(*) FROM rollcall.client
    WHERE status <> 'deleted'")" = 0
}

need_apache mod_proxy_fcgi.so
begin_rig
store=$dir/tmp/config/rollcall/clients
export HOME=$dir/tmp XDG_CONFIG_HOME=$dir/tmp/config
rig_start lighttpd \
  'grant_types = {"authorization_code", "refresh_token", "client_credentials"}' \
  'scopes = {"openid", "profile", "email", "offline_access", "read", "write"}' ||
  exit 1
disown "$(cat "$RIG_RUN/postgres.pid")"
RIG_SERVER=lighttpd
issuer=http://127.0.0.1:$RIG_PORT
for kind in lighttpd apache; do
  serve "$kind"
  run "$issuer" --leave-clients
  check "$kind: every rule is kept" gives 0 ', 0 broken, 0 not as advised,'
  check "$kind: the output is TAP" whole
  check "$kind: no client is left" clients
done
run --json "$issuer"
check 'what cannot be tried here' is skipped \
  "metadata.issuer_url metadata.tls registration.no_initial_token\
 registration.wrong_initial_token management.other_token"
setting 'registration = token'
run "$issuer"
check 'without an initial access token nothing can be tried' gives 4 \
  'give --metadata or --initial-access-token-file'
(umask 077 && "$RIG/admin" iat add --uses 40 --json |
  jq -r .initial_access_token >"$dir/tmp/iat")
run --json "$issuer" --initial-access-token-file "$dir/tmp/iat"
check 'with one every rule is kept' test "$status" -eq 0
check 'those about the token, too' is skipped \
  'metadata.issuer_url metadata.tls management.other_token'
check 'no client is left' clients
(umask 077 && "$RIG/admin" iat add --uses 3 --json |
  jq -r .initial_access_token >"$dir/tmp/iat")
run "$issuer" --initial-access-token-file "$dir/tmp/iat"
check 'a token that is used up ends the run' gives 4 \
  'Bail out!  the server takes the initial access token no more'
check 'no client is left by that' clients
setting 'registration = closed'
run "$issuer"
check 'a server without registration' gives 7 'no registration endpoint'

# --- a server that breaks one rule
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
  -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
  -keyout "$dir/tmp/key.pem" -out "$dir/tmp/cert.pem" 2>/dev/null
python3 "$top/tests/http/conformance-server.py" "$dir/tmp" \
  "$dir/tmp/cert.pem" "$dir/tmp/key.pem" >"$dir/tmp/server.log" 2>&1 8>&- &
aside=$!
within 60 test -e "$dir/tmp/ports"
read -r plain secure <"$dir/tmp/ports"
base=http://127.0.0.1:$plain
run "$base/good"
check 'a good server keeps every rule' gives 0 ', 0 broken, 0 not as advised,'
echo initial-access-token-of-the-test >"$dir/tmp/iat"

# What cannot but break with it, and what nobody could delete.
declare -A also=([metadata.issuer_url]='metadata.issuer ')
declare -A stays=([management.credentials]=1 [management.uri]=1)
: >"$dir/tmp/all"
while read -r rule level; do
  more=()
  [[ $rule != *initial_token ]] ||
    more=(--initial-access-token-file "$dir/tmp/iat")
  [ "$rule" != management.other_token ] || more=(--leave-clients)
  run --json "$base/$rule" "${more[@]}"
  cat "$dir/tmp/out" "$dir/tmp/err" >>"$dir/tmp/all"
  check "$rule can be broken" is broken "${also[$rule]:-}$rule"
  [ "$level" = SHOULD ] && wanted=0 || wanted=11
  # Without metadata that counts, no rule of registration is tried.
  check "$rule: the status says so" test "$status" -eq "$wanted"
  check "$rule: what is left is said" test "$(jq '.left | length' \
    <<<"$out")" -eq "${stays[$rule]:-0}"
  check "$rule: and no more" left "${stays[$rule]:-0}" "$rule"
done < <("$program" conformance --list --json | jq -r '.[] | "\(.id) \(.level)"')
check 'nothing is stored behind that' nothing_stored
check 'no secret is shown' no grep -qE \
  'secret-[A-Za-z0-9_-]{30}|token-[A-Za-z0-9_-]{30}|private-part' \
  "$dir/tmp/all"
check 'nor a token that was given' no grep -q "$(cat "$dir/tmp/iat")" \
  "$dir/tmp/all"
run "$base/management.told_all"
check 'a rule that is broken is explained' gives 11 \
  '  expected: "client_uri \"https://client.example.org/\""'
check 'in TAP, too' whole
run "$base/metadata.pkce"
check 'what is only advised is no failure' gives 0 \
  'has S256 (metadata.pkce) # TODO SHOULD'
if command -v prove >/dev/null; then
  check 'prove reads it' prove -Q --exec cat "$dir/tmp/out"
  run "$base/metadata.status"
  check 'and sees a failure' no prove -Q --exec cat "$dir/tmp/out" 2>/dev/null
fi

run "$base/secretive"
check 'secrets are not shown, however they are written' no grep -qE \
  'Zq|%22%2[Ff]' "$dir/tmp/out" "$dir/tmp/err"
check 'what is shown has a place for them' gives 11 '(hidden)'

# A sanitizer keeps more addresses than that for itself.
most=1000000
(ulimit -v "$most" && exec "$program" --version) >/dev/null 2>&1 ||
  most=unlimited
(ulimit -v "$most" && exec timeout 60 "$program" conformance "$base/vast") \
  >"$dir/tmp/out" 2>"$dir/tmp/err" </dev/null
status=$?
tally=$(tail -n 40 "$dir/tmp/err")
check 'answers that are vast, and secrets that are in what hides them' gives \
  11 '(management.read_all)'
check 'are cut in what is expected, too' no grep -q '.\{1000\}' "$dir/tmp/out"
check 'and are no terminal codes' no grep -q $'\e' "$dir/tmp/out"

# --- https
run "https://127.0.0.1:$secure/good" --cacert "$dir/tmp/cert.pem" --json
check 'by https the rules about it can be tried' is skipped \
  "registration.no_initial_token registration.wrong_initial_token\
 management.other_token"
check 'and are kept' test "$status" -eq 0
run "https://127.0.0.1:$secure/downgrade" --cacert "$dir/tmp/cert.pem" --json
check 'a registration endpoint in clear is a rule broken' is broken metadata.tls
check 'and is not asked' no grep -q 'POST /downgrade' "$dir/tmp/requests"

# --- what is chosen
run --list --only metadata.pkce
check '--list' gives 0 'SHOULD'
run "$base/good" --only registration.secret --only management.deleted_token \
  --json
check '--only' is kept 'registration.secret management.deleted_token'
run "$base/management.delete" --skip management.delete
check '--skip' gives 0 ' 0 broken,'
run "$base/good" --only nonsense
check 'a rule that is none' gives 2 'there is no rule nonsense'
run
check 'no issuer' gives 2 'ISSUER is missing'
echo '{"client_name": "Named", "x_demanded": true}' >"$dir/tmp/extra"
run "$base/good" --metadata "$dir/tmp/extra"
check '--metadata goes with each request' gives 0 ' 0 broken,'
run "$base/registration.unknown" --metadata "$dir/tmp/extra"
check 'what the server refuses is shown' gives 4 'unknown'

# --- servers that keep what they have
run "$base/nomanagement"
check 'without management one client is left, and named' gives 0 \
  '# left behind at the server: client-'
check 'just one' left 1 nomanagement
check 'and nothing of it is stored' nothing_stored
run "$base/nomanagement" --leave-clients
check '--leave-clients tries the rest' gives 0 'ok 36 - '
run "$base/undeletable"
check 'without deletion, too' gives 0 'the server does not delete'
check 'one client is left' left 1 undeletable
run "$base/busy"
check 'a server that asks to wait ends the run' gives 5 \
  'Bail out!  the server answers 429 and asks to wait 3600 s; --wait SECONDS'
check 'and nothing is left there' left 0 busy
run "$base/limited"
check 'so does one that asks too often' gives 5 '; --wait SECONDS has a run wait'
check 'and nothing is left there, either' left 0 limited
run "$base/limited-anew" --wait 30
check '--wait waits for that' gives 0 ' 0 broken,'
check 'and says so' gives 0 'the server answers 429; trying again in 1 s'
run "$base/limited-briefly" --wait 2
check 'and for no more in all' gives 5 '; --wait SECONDS has a run wait'
check 'without a client left' left 0 limited-briefly
run "$base/hesitant" --wait 0
check 'nor where deletions are limited' left 0 hesitant
check 'for which the run has ended' gives 5 'Bail out!'
run "$base/good" --wait long
check 'a wait that is none' gives 2 '--wait takes a number from 0 to 86400'
run "$base/lazy"
check 'more than a minute is not waited for' gives 5 'asks to wait 65 s'
run "$base/mute" --timeout 1
check 'one that does not answer, too' gives 5 'Bail out!'
run "$base/stuck" --timeout 1
check 'a deletion without an answer' gives 5 'does not answer a deletion'
check 'was done' left 0 stuck
check 'and nothing is stored' nothing_stored
run "$base/choosy" --only registration.redirect_fragment --only \
  registration.error --only registration.content_type --json
check '403 refuses nobody knows what' is skipped "registration.redirect_fragment\
 registration.error registration.content_type"
run "$base/secretive" --only management.update_id --json \
  --only management.update_secret --only management.update_whole
check 'who refuses each update is not judged by that' is skipped \
  'management.update_id management.update_secret management.update_whole'
check 'and has no client left' left 0 secretive
run "$base/mute" --timeout 1 --json
check 'a client that may be there is named' test \
  "$(jq -r '.left[0]' <<<"$out")" = \
  '(perhaps one, whose registration was not answered)'
run "$base/cut"
check 'a client whose answer did not come whole is named' gives 11 \
  '# left behind at the server: (without client_id)'
check 'it is there' left 1 cut
check 'and what came is kept, so that it can be found' grep -q '"piece":' \
  "$store/conformance-1.pending"
rm -rf "${store:?}"/*
run "http://127.0.0.1:1"
check 'nobody there' gives 5 'Bail out!  the server does not answer'

# --- runs that are ended

# What a server does for a run that was killed before it got the answer, nobody
# here can know: /slow does it only for who is still there a moment before, and
# where that is not enough, the next run says so.
before=0

# no_more: the last run left nothing at /slow but what it said of an earlier one.
no_more()
{
  local now lost was=$before
  now=$(curl -s "$base/slow/left")
  lost=$(grep -c 'the server may have a client' "$dir/tmp/err")
  before=$now
  [ "$((now - was))" -le "$lost" ]
}

# halt NUMBER: /slow stays with the next request after so many, until go_on, so
# that the run has not come to its end when it is told to end.
halt()
{
  echo "$1" >"$dir/tmp/halt.new"
  mv "$dir/tmp/halt.new" "$dir/tmp/halt"
}

go_on()
{
  rm "$dir/tmp/halt"
}

# start_until NUMBER ARG...: a run in the background, up to that request.  Under
# nohup it would not be ended by HUP, and rightly.
start_until()
{
  local tries=12000 number=$1
  shift
  : >"$dir/tmp/requests"
  env --default-signal=HUP "$program" conformance "$@" >"$dir/tmp/out" \
    2>"$dir/tmp/err" </dev/null &
  runner=$!
  until [ "$(grep -c '/slow' "$dir/tmp/requests")" -ge "$number" ] ||
    [ "$tries" -eq 0 ]; do
    tries=$((tries - 1))
    nap 0.005
  done
}

for number in 12 14 16 20 25 30 35 40 44 48; do
  start_until "$number" "$base/slow"
  kill -KILL "$runner"
  wait "$runner" 2>/dev/null
  nap 0.1
  run "$base/slow" --only metadata.status
  check "killed at request $number: the next run tidies up" no_more
  check "killed at request $number: no client is stored" no_client_stored
done
rm -f "$store"/*.lock
for signal in INT TERM HUP; do
  for number in 13 30 45; do
    halt "$number"
    start_until "$number" "$base/slow"
    kill "-$signal" "$runner"
    go_on
    wait "$runner" 2>/dev/null
    status=$?
    check "$signal at request $number: it ends by that" test "$status" -eq \
      $((128 + $(kill -l "$signal")))
    check "$signal at request $number: it says so" grep -q '^Bail out!' \
      "$dir/tmp/out"
    check "$signal at request $number: no client is left" no_more
    check "$signal at request $number: nothing is stored" nothing_stored
  done
done
"$program" conformance "$base/patient" >"$dir/tmp/out" 2>"$dir/tmp/err" \
  </dev/null &
runner=$!
within 60 grep -q 'trying again in 55 s' "$dir/tmp/err"
SECONDS=0
kill -INT "$runner"
wait "$runner" 2>/dev/null
check 'a signal ends a wait, too' test "$SECONDS" -lt 30
"$program" conformance "$base/lazy" --wait 100 >"$dir/tmp/out" \
  2>"$dir/tmp/err" </dev/null &
runner=$!
check 'but with --wait it is' within 60 grep -q 'trying again in 65 s' \
  "$dir/tmp/err"
kill -INT "$runner"
wait "$runner" 2>/dev/null
start_until 30 "$base/slow"
run "$base/slow"
wait "$runner"
check 'two runs at a time do not hinder each other' test "$?$status" -eq 0
check 'and leave nothing' no_more
mkdir -p "$store"
(umask 077 && "$program" register "$base/good" --public --name conformance-1 \
  2>/dev/null >/dev/null)
run "$base/good"
check "a client that is the user's own stays" test -e \
  "$store/conformance-1.json"
check 'at the server, too' left 1 good
end
