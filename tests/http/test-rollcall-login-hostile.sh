#!/usr/bin/env bash
# rollcall login, token, introspect and revoke against providers that answer
# wrongly, against whoever else asks its listener, and killed between an answer
# and the store.
folder=issuer
# shellcheck source=against.sh
. "$(dirname "$0")/against.sh"
server_pid=
waiting=

tidy()
{
  [ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null
  [ -z "$waiting" ] || kill "$waiting" 2>/dev/null
}

# run ARG...: rollcall, its exit status in $status, what it says in $out, $err.
run()
{
  status=0
  rm -f "$dir/page"
  timeout 300 "$program" "$@" >"$dir/out" 2>"$dir/err" </dev/null || status=$?
  out=$(cat "$dir/out")
  err=$(cat "$dir/err")
}

# shown TEXT: the browser was shown that.
shown()
{
  within 60 test -e "$dir/page" && grep -qaF -- "$1" "$dir/page"
}

# asked PATTERN: the provider was asked so.
asked()
{
  grep -qE -- "$1" "$dir/asked"
}

# client NAME OPTION...: a client of the provider of that name.
client()
{
  local name=$1
  shift
  "$program" register "$here/$name" --public --client-name "$name" \
    --name "$name" --scope openid --scope read --quiet "$@" \
    >/dev/null 2>"$dir/err" || {
    cat "$dir/err"
    exit 1
  }
}

# wrong NAME STATUS TEXT: a login there ends so, and nothing is stored.
wrong()
{
  client "$1"
  # Two seconds are enough for most browsers.
  for wait in 2 20 200; do
    run login "$1" --wait "$wait"
    if [ "$status" -ne 5 ] || { gives "$2" "$3" && [ -e "$dir/page" ]; }; then
      break
    fi
  done
  check "$1" gives "$2" "$3"
  check "$1: nothing is stored" stored "$1" '(.tokens or .asking) | not'
}

: >"$dir/asked"
for key in signing other; do
  openssl genrsa -out "$dir/$key.pem" 2048 2>/dev/null || exit 1
done
python3 "$top/tests/http/hostile-issuer.py" "$dir" >"$dir/server.log" 2>&1 &
server_pid=$!
within 60 test -e "$dir/port" || {
  cat "$dir/server.log"
  exit 1
}
here=http://127.0.0.1:$(cat "$dir/port")
# A browser that goes where it is led.
cat >"$dir/browser" <<END
#!/bin/sh
printf '%s\n' "\$*" >"$dir/words"
env >"$dir/environment"
curl -s -i -L --max-redirs 5 -m 60 --noproxy '*' "\$1" >"$dir/page.new"
mv "$dir/page.new" "$dir/page"
END
chmod +x "$dir/browser"
export BROWSER=$dir/browser

# listed NAME FILTER: jq says yes to what the list has of a client.
listed()
{
  run list --json
  check "$1: the list tells of its tokens" jq -e \
    ".[] | select(.name == \"$1\") | $2" "$dir/out"
}

# --- a login as it should be
client good
listed good '.access_token == false and .refresh_token == false and
  .token_expires == null and .token_scope == null'
run show good
check 'so does show' grep -qE '^TOKENS +none$' "$dir/out"
exits 'good' 0 'Logged in as person' login good
check 'the browser is told' shown 'You are logged in'
check 'its command line has the start address only' grep -qE \
  '^http://127\.0\.0\.1:[0-9]+/start/[A-Za-z0-9_-]{43}$' "$dir/words"
check 'the request has all that it should' asked 'AUTHORIZE good .*"code_challenge": "[A-Za-z0-9_-]{43}", "code_challenge_method": "S256", "nonce": "[A-Za-z0-9_-]{43}", .*"response_type": "code", "scope": "openid read", "state": "[A-Za-z0-9_-]{43}"'
check 'the tokens are stored' stored good '.tokens.access_token and
  .tokens.id_token and (.tokens.unchecked | not) and (.asking | not) and
  .tokens.scope == "openid read" and .tokens.login.scope == "openid read"'
listed good '.access_token and .refresh_token and .token_expires > now and
  .token_scope == "openid read"'
run list
check 'for people, too' grep -qE '^good .* access refresh +20[^ ]+$' "$dir/out"
check 'in lines that are not too long' no grep -q '.\{100\}' "$dir/out"
run show good
for line in 'ACCESS TOKEN +yes' 'TOKEN SCOPE +openid read' \
  'TOKEN EXPIRES AT +20.*' 'REFRESH TOKEN +yes'; do
  check "and show: $line" grep -qE "^LOGIN $line\$" "$dir/out"
done
run show good --json
check 'as JSON' jq -e '.tokens.access_token == true and
  .tokens.refresh_token == true and .tokens.expires_at and .tokens.scope' \
  "$dir/out"
check 'no token is among that' no grep -qE 'access-|refresh-' "$dir/out"
run login good --json --resource https://api.example.org/ --login-hint me \
  --prompt consent
check '--json' jq -e '.name == "good" and .sub == "person" and
  .refresh_token == true and .resource == ["https://api.example.org/"]' \
  "$dir/out"
check 'what was given is passed on' asked 'AUTHORIZE good .*"login_hint": "me", .*"prompt": "consent", .*"resource": "https://api.example.org/"'
check 'to the token endpoint, too' asked \
  'TOKEN good .*"resource": "https://api.example.org/"'
client query
exits 'a query of the endpoint' 0 Logged login query
check 'is kept' asked 'AUTHORIZE query .*"tenant": "a/b"'
client goodiss
exits 'its own issuer' 0 Logged login goodiss
client noexpires
# Browsers leave http's own port out of Host.
if python3 -c 'import socket; socket.socket().bind(("127.0.0.1", 80))' \
  2>/dev/null; then
  exits "http's own port" 0 Logged login goodiss --port 80
else
  echo 'skipped: port 80 is not to be had'
fi
exits 'no expires_in' 0 'did not say' login noexpires
run token noexpires
check 'counts as good' gives 0 access-noexpires
client newkey
exits 'a key that was replaced meanwhile' 0 Logged login newkey
client busy
exits 'a 503 at the token endpoint' 0 'trying again' login busy
client lessscope
exits 'less scope' 0 'the server let the scope read, and not openid read' \
  login lessscope
client nopkce
exits 'PKCE that is not announced' 0 'does not announce PKCE' login nopkce
client basic --token-endpoint-auth-method client_secret_basic
exits 'a secret with whatever in it' 0 Logged login basic
run introspect basic
check 'is encoded as in a form, and then in base64' asked \
  "^INTROSPECT basic Basic $(printf '%s:a%%20secret%%3A%%20%%2B%%25%%26%%C3%%A9' \
    "$(jq -r .client.client_id "$store/basic.json")" | base64 -w 0)\$"
check 'what is told is made safe' no grep -q $'\033' "$dir/out"

# --- before a browser is started
client plain
exits 'PKCE without S256' 7 'without S256' login plain
client clear
exits 'an endpoint in clear, elsewhere' 6 'http on this host' login clear
client bare
exits 'no authorization endpoint' 7 'no login there' login bare
client remote --redirect-uri https://app.example.org/cb
exits 'no redirect URI here' 7 \
  'those that are to stay as well: rollcall update remote --redirect-uri' \
  login remote
client machine --grant-type client_credentials \
  --redirect-uri https://app.example.org/cb
exits 'no grant for logins' 7 \
  'not registered for logins; rollcall token machine' login machine
client mtls --token-endpoint-auth-method tls_client_auth
exits 'a method that is not known' 7 tls_client_auth login mtls
client dpop2 --set dpop_bound_access_tokens=true
exits 'tokens that are not for bearers' 7 dpop_bound login dpop2
client par
exits 'a server that wants the request pushed' 7 require_pushed login par
client hmac --id-token-signed-response-alg HS256
exits 'ID tokens that cannot be checked' 7 HS256 login hmac
wrong jwksgone 4 'its keys'
wrong jwkshtml 6 'no JSON'
check 'no browser was started for those' no asked \
  'AUTHORIZE (plain|clear|bare|remote|machine|mtls|dpop2|par|hmac|jwks)'
exits 'a resource that is none' 2 '--resource api is not absolute' \
  login good --resource api
exits 'nor for a token' 2 'has a fragment' token good --resource 'urn:x#y'
exits 'a wait that is none' 2 '--wait takes' login good --wait soon
exits 'a port that is none' 2 '--port takes' login good --port 65536

# --- wrong answers
wrong wrongstate 5 'is waited for (state)'
check 'and the browser is told so' shown 'HTTP/1.1 400 Bad Request'
wrong nostate 5 'is waited for (state)'
wrong twice 5 'something twice'
wrong broken 5 'no answer to a login'
wrong wrongiss 6 'is of another server'
check 'its code is not used' no asked 'TOKEN wrongiss'
wrong noiss 6 'does not say which server'
check 'nor that' no asked 'TOKEN noiss'
wrong nocode 6 'has no code'
wrong denied 4 'access_denied: <b>?[31mno</b> &'
check 'a terminal is shown it as text' no grep -q $'\033' "$dir/err"
check 'the browser, too' shown '&lt;b&gt;?[31mno&lt;/b&gt; &amp;'
check 'and no markup' no grep -qaF '<b>' "$dir/page"

# --- a server that sends the browser on to another, which says no iss, so that
# its code comes here and is given to the first (RFC 9700 4.4)
client honest
exits 'a path of its own for each issuer' 0 Logged login honest
wrong mixup 5 'nobody logged in'
check 'the other server answered' asked 'AUTHORIZE honest .*mixup'
check 'where nobody listens' shown 'HTTP/1.1 404 Not Found'
check 'its code goes nowhere' no asked 'TOKEN mixup'
client shared --redirect-uri http://127.0.0.1/callback
exits 'a client with another path logs in as before' 0 Logged login shared

# --- wrong tokens
wrong badcode 4 'invalid_grant: ?[2Jspent'
check 'the browser is told' shown 'The login failed'
wrong html 6 'no JSON but text/html'
wrong list 6 'is no JSON object'
wrong empty 6 'is no JSON object'
wrong big 6 'more than is allowed'
wrong half 5 'broke off'
wrong moved 6 'redirect'
wrong notoken 6 'has no access_token'
wrong evil 6 'has no access_token'
wrong notype 6 'has no token_type'
wrong dpop 6 'other than Bearer'
wrong stringexpires 6 'expires_in that is no number'
wrong numberscope 6 'a scope that is no string'
wrong noidtoken 6 'ID token is missing'
exits 'what was no answer is set aside' 9 'is in' token notoken
check 'where it can be read' test -e "$store/notoken.broken-1"

# --- wrong ID tokens
wrong nonce 6 '(nonce)'
wrong nononce 6 '(nonce)'
wrong aud 6 '(aud)'
wrong audlist 6 '(aud)'
wrong twoaud 6 '(azp)'
wrong azp 6 '(azp)'
wrong iss 6 '(iss)'
wrong expired 6 'has expired'
wrong noexp 6 'has no exp'
wrong noiat 6 'has no iat'
wrong future 6 'in the future'
wrong nosub 6 '(sub)'
wrong athash 6 '(at_hash)'
wrong signature 6 'is not signed by RS256'
wrong none 6 'ID token'
wrong symmetric 6 'is not signed by RS256'
wrong otherkey 6 'is not signed by RS256'
wrong nojwt 6 'ID token'
exits 'and nothing of it comes back' 9 'no token of nonce' token nonce
client keepsold
run login keepsold
cp "$store/keepsold.json" "$dir/old"
exits 'a login that fails' 6 '(iss)' login keepsold
check 'leaves the tokens of the one before' stored keepsold \
  ".tokens.access_token == \"$(jq -r .tokens.access_token "$dir/old")\""

# --- refresh
# alter NAME FILTER: change the record by jq.
alter()
{
  jq "$2" "$store/$1.json" >"$dir/altered"
  cat "$dir/altered" >"$store/$1.json"
}

expire()
{
  alter "$1" '.tokens.expires_at = 1000'
}

expire good
run token good
check 'an expired token is refreshed' stored good \
  ".tokens.access_token == \"$out\" and .tokens.id_token and
   .tokens.resource == [\"https://api.example.org/\"]"
expire good
alter good \
  '.tokens.expires_at = (now + 30 | floor) | .tokens.obtained_at -= 3600'
before=$(jq -r .tokens.access_token "$store/good.json")
run token good
check 'so is one that expires within a minute' test "$status:$out" != \
  "0:$before"
run token good --resource https://other.example.org/
check 'another resource' asked 'TOKEN good .*"grant_type": "refresh_token", .*"resource": "https://other.example.org/"'
run token good --json
check 'and back' jq -e '.resource == ["https://api.example.org/"]' "$dir/out"
client keeping
run login keeping
before=$(jq -r .tokens.refresh_token "$store/keeping.json")
run token keeping --fresh
check 'a refresh token that is not replaced stays' stored keeping \
  ".tokens.refresh_token == \"$before\" and .tokens.access_token == \"$out\""
exits 'access tokens that cannot be revoked' 7 'until it expires' revoke keeping
check 'the refresh token was, first' asked \
  'REVOKE keeping .*"token": "refresh-.*"token_type_hint": "refresh_token"'
check 'all are forgotten' stored keeping '.tokens | not'
client lasting
run login lasting
exits 'refresh tokens that cannot be revoked' 7 'until it expires' \
  revoke lasting
check 'are not forgotten' stored lasting '.tokens.refresh_token'
alter lasting '.client.token_endpoint_auth_method = "tls_client_auth"'
exits 'a method that is not known' 7 tls_client_auth revoke lasting
check 'revokes nothing, and nothing is forgotten' stored lasting \
  '.tokens.refresh_token and .tokens.access_token'
client norefresh
run login norefresh
listed norefresh '.access_token and .refresh_token == false'
run list
check 'nor is one named' grep -qE '^norefresh .* access +20[^ ]+$' "$dir/out"
exits 'no refresh token' 9 'is all there is' token norefresh --fresh
exits 'nor for another scope' 9 'is not for that' token norefresh --scope write
expire norefresh
exits 'nor when it has expired' 9 'has expired or is about to' token norefresh
client dead
run login dead
exits 'no word whether it is active' 6 'RFC 7662 2.2' introspect dead
exits 'a refresh token that is dead' 9 'rollcall login dead' token dead --fresh
check 'is forgotten' stored dead '.tokens | not'
exits 'and said again' 9 'no token of dead' token dead
client sick
run login sick
before=$(jq -c .tokens "$store/sick.json")
exits 'a server that is not well' 4 'try again later' token sick --fresh
check 'loses nothing' test "$before" = "$(jq -c .tokens "$store/sick.json")"
exits 'nor at a revocation' 4 'try again later' revoke sick
check 'here' stored sick .tokens.refresh_token
client othersub
run login othersub
exits 'a refresh about somebody else' 6 '(sub)' token othersub --fresh
client jwksgoing
run login jwksgoing
before=$(jq -r .tokens.refresh_token "$store/jwksgoing.json")
exits 'a refresh while there are no keys' 4 'its keys' token jwksgoing --fresh
check 'prints no token' test ! -s "$dir/out"
check 'does not lose the new refresh token' stored jwksgoing \
  ".tokens.refresh_token != \"$before\" and .tokens.unchecked"
exits 'and the ID token is judged later' 0 access-jwksgoing token jwksgoing
check 'for good' stored jwksgoing '.tokens.unchecked | not'
client bareown --grant-type client_credentials \
  --token-endpoint-auth-method client_secret_post
run token bareown
check 'client_credentials' gives 0 access-bareown
check 'without a refresh token' stored bareown \
  '.client_tokens.access_token and (.tokens | not)'
listed bareown '.access_token and .token_expires > now'
run token bareown
check 'is kept' test "$out" = \
  "$(jq -r .client_tokens.access_token "$store/bareown.json")"
client givesown --grant-type client_credentials \
  --token-endpoint-auth-method client_secret_post
run token givesown
run token givesown --fresh
check 'and not by one, where it is given' no asked \
  'TOKEN givesown .*"grant_type": "refresh_token"'
exits 'no introspection there' 7 'no introspection there' introspect bare \
  --token-file "$dir/port"
exits 'no revocation there' 7 'no revocation there' revoke bare --token-file \
  "$dir/port"
exits 'a token that is worth nothing' 10 '' introspect good --token-file \
  "$dir/port"
exits 'a hint about nothing' 2 '--token-file' revoke good --token-type-hint x

# --- a server that moves
client moves
check 'what it said at first' stored moves \
  '.server.token_endpoint | endswith("/gone/token")'
exits 'a login goes by what it says now' 0 Logged login moves
check 'and tells of it' gives 0 'authorization_endpoint token_endpoint'
check 'it is stored' stored moves \
  ".server.token_endpoint == \"$here/moves/token\""
exits 'where nothing has changed' 0 Logged login moves
check 'nothing is told' no gives 0 'has changed'
# elsewhere NAME: the record of moves has an address where there is nothing.
elsewhere()
{
  alter moves ".server.$1 |= sub(\"moves\"; \"moves/gone\")"
}
elsewhere token_endpoint
: >"$dir/asked"
exits 'a token endpoint that has moved' 0 access-moves token moves --fresh
check 'is asked where it is now' asked '^TOKEN moves'
check 'and the tokens are stored' stored moves \
  ".tokens.access_token == \"$out\" and (.asking | not) and
   .server.token_endpoint == \"$here/moves/token\""
check 'so that they are found again' test ! -e "$store/moves.pending"
: >"$dir/asked"
exits 'what is where it was' 0 access-moves token moves --fresh
check 'asks for no metadata' no asked METADATA
elsewhere introspection_endpoint
exits 'introspection that has moved' 0 ACTIVE introspect moves
alter moves 'del(.server.introspection_endpoint)'
exits 'or that there was none of' 0 ACTIVE introspect moves
elsewhere revocation_endpoint
exits 'revocation' 0 'Revoked 2 tokens' revoke moves
client nowhere --grant-type client_credentials \
  --token-endpoint-auth-method client_secret_post
exits 'a server that has not moved' 4 '(404)' token nowhere
check 'was asked for its metadata once' test \
  "$(grep -c '^METADATA nowhere' "$dir/asked")" = 2
alter jwksgoing ".server.jwks_uri = \"$here/gone\""
run login jwksgoing
check 'keys that have moved' gives 0 Logged
alter jwksgoing ".server.jwks_uri = \"$here/gone\""
exits 'are not looked for while tokens come' 4 'its keys' \
  token jwksgoing --fresh
exits 'but behind that' 0 access-jwksgoing token jwksgoing
check 'for good' stored jwksgoing '(.tokens.unchecked | not) and
  (.server.jwks_uri | endswith("/jwksgoing/jwks"))'
for name in lost cutoff ill; do
  client "$name"
  cp "$store/$name.json" "$dir/old"
  exits "$name: a login by what was recorded" 0 Logged login "$name"
  check "$name: with a warning" gives 0 "what is stored with $name counts"
  check "$name: which does not wait" no gives 0 'trying again'
  check "$name: and stays" test \
    "$(jq -S .server "$store/$name.json")" = "$(jq -S .server "$dir/old")"
done
wrong turned 6 'as it must be'
check 'nobody is asked to log in there' no asked 'AUTHORIZE turned'
wrong worse 6 'neither https nor http on this host'
check 'nor where the token would go in clear' no asked 'AUTHORIZE worse'
check 'and that is not stored' stored worse \
  ".server.token_endpoint == \"$here/worse/token\""
client renewed --grant-type client_credentials \
  --token-endpoint-auth-method client_secret_post
alter renewed '.server.token_endpoint = "http://198.51.100.1/token"'
exits 'what is not to be asked is looked for' 0 access-renewed token renewed
alter turned ".server.introspection_endpoint = \"$here/gone\""
exits 'metadata of another issuer behind a 404' 6 'as it must be' \
  introspect turned --token-file "$dir/port"
check 'is what is wrong, and nothing else' no gives 6 refused
client talkative
exits 'much that has changed' 0 Logged login talkative
check 'is told in brief' gives 0 'a6_endpoint a7_endpoint and others'
client deep
exits 'metadata that cannot be kept' 6 'too deeply to be kept' login deep
check 'is not said to be' no gives 6 'is stored'
check 'and the record stays' stored deep \
  '.server.code_challenge_methods_supported == ["S256"]'

# --- killed between answer and store
# killed NAME ARG...: rollcall, once its answer is held.
killed()
{
  local name=$1 pid
  shift
  : >"$dir/asked"
  "$program" "$@" >"$dir/out" 2>"$dir/err" </dev/null &
  pid=$!
  within 60 asked "^HELD /$name/token"
  check "$name: $1 has its answer" test $? -eq 0
  # What came is to be read before.
  [ "$name" = silent ] || within 60 holds_piece "$name"
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null
}

holds_piece()
{
  [ "$(wc -l <"$store/$1.pending")" -gt 1 ]
}

client hold
killed hold login hold
check 'hold: nothing is stored yet' stored hold '.tokens | not'
exits 'hold: the next run has it' 0 access-hold token hold
check 'hold: and says so' gives 0 \
  'an earlier request for a token of hold was broken off'
check 'hold: the ID token was judged' stored hold '.tokens.id_token and
  (.tokens.unchecked | not) and (.asking | not)'
client holdnonce
killed holdnonce login holdnonce
run list
exits 'holdnonce: what is not judged is not exported' 0 client_id \
  export holdnonce
check 'holdnonce: it is not' no grep -q access_token "$dir/out"
exits 'holdnonce: the ID token is judged then' 6 '(nonce)' token holdnonce
check 'holdnonce: nothing of it is kept' stored holdnonce '.tokens | not'
client holdmissing
killed holdmissing login holdmissing
exits 'holdmissing: the ID token is missed then, too' 6 'is missing' \
  token holdmissing
client holdsub2
run login holdsub2
killed holdsub2 token holdsub2 --fresh
exits 'holdsub2: nor does a refresh bring somebody else' 6 '(sub)' \
  token holdsub2
client holdbrief
killed holdbrief login holdbrief
# That long clocks may differ, and some seconds.
sleep 6
exits 'holdbrief: what was good when it came is' 0 access-holdbrief \
  token holdbrief
client holddeep
killed holddeep login holddeep
exits 'holddeep: a record as deep as there can be' 0 access-holddeep \
  token holddeep
client hold2
run login hold2
before=$(jq -r .tokens.refresh_token "$store/hold2.json")
killed hold2 token hold2 --fresh
exits 'hold2: the next run has it' 0 access-hold2 token hold2
check 'hold2: with the new refresh token' stored hold2 \
  ".tokens.refresh_token != \"$before\" and
   .tokens.access_token == \"$out\" and .tokens.id_token and
   .tokens.login.scope == \"openid read\""
client silent
killed silent login silent
exits 'silent: the next run tells of it' 9 'before the answer came' token silent

# --- encrypted
printf 'correct horse\n' >"$dir/phrase"
chmod 600 "$dir/phrase"
export ROLLCALL_PASSPHRASE='correct horse'
export XDG_CONFIG_HOME=$dir/sealed
store=$XDG_CONFIG_HOME/rollcall/clients
client good
run login good
check 'under a passphrase' gives 0 'Logged in'
check 'no token is in clear' no grep -rqE 'access-good|refresh-' "$store"
check 'the browser does not learn the passphrase' no grep -q horse \
  "$dir/environment"
run token good
check 'and it opens' gives 0 access-good
unset ROLLCALL_PASSPHRASE
export XDG_CONFIG_HOME=$dir/config
store=$XDG_CONFIG_HOME/rollcall/clients

# --- whoever asks the listener
# await OPTION...: a login that waits; its port in $port, its path in $path, the
# address in $url.
await()
{
  : >"$dir/err"
  "$program" login good --no-browser --wait 600 "$@" >"$dir/out" \
    2>"$dir/err" </dev/null &
  waiting=$!
  within 60 grep -q ^http "$dir/err"
  url=$(grep ^http "$dir/err")
  [[ $url =~ redirect_uri=http://([^:]*|\[::1\]):([0-9]+)/ ]] ||
    [[ $url =~ redirect_uri=http://(%5B::1%5D):([0-9]+)/ ]]
  port=${BASH_REMATCH[2]}
  [[ $url =~ redirect_uri=[^\&]*:[0-9]+(/[^\&]*) ]]
  path=${BASH_REMATCH[1]}
  [[ $url =~ [?\&]state=([^\&]*) ]]
  state=${BASH_REMATCH[1]}
}

# finished STATUS: so it ended.
finished()
{
  status=0
  wait "$waiting" || status=$?
  waiting=
  out=$(cat "$dir/out")
  err=$(cat "$dir/err")
  [ "$status" -eq "$1" ]
}

# says STATUS OPTION...: the listener answers curl so.
says()
{
  local wanted=$1
  shift
  head=$(curl -s -i -m 60 --noproxy '*' "$@" | tr -d '\r')
  [[ $head = "HTTP/1.1 $wanted "* ]]
}

# sends BYTES STATUS: the same for what is no request.
sends()
{
  local answer=
  exec {wire}<>"/dev/tcp/127.0.0.1/$port"
  printf '%b' "$1" >&"$wire"
  read -rt 60 -u "$wire" answer
  exec {wire}>&-
  [[ $answer = "HTTP/1.1 $2 "* ]]
}

await
check 'without a browser the address is said' test -n "$port"
check 'another path' says 404 "http://127.0.0.1:$port/"
check 'no icon' says 404 "http://127.0.0.1:$port/favicon.ico"
check 'a start address that is none' says 404 \
  "http://127.0.0.1:$port/start/$state"
check 'POST' says 405 -d x "http://127.0.0.1:$port$path?state=$state&code=x"
check 'says what there is' grep -q '^Allow: GET$' <<<"$head"
check 'HEAD' says 405 -I "http://127.0.0.1:$port$path"
check 'another Host' says 400 -H 'Host: evil.example' \
  "http://127.0.0.1:$port$path?state=$state&code=x"
check 'localhost, which is not what was named' says 400 \
  -H "Host: localhost:$port" \
  "http://127.0.0.1:$port$path?state=$state&code=x"
check 'two Hosts' sends \
  "GET / HTTP/1.1\r\nHost: 127.0.0.1:$port\r\nHost: 127.0.0.1:$port\r\n\r\n" 400
check 'no Host' sends 'GET / HTTP/1.1\r\n\r\n' 400
check 'garbage' sends 'garbage\r\n\r\n' 400
host="Host: 127.0.0.1:$port\r\n"
check 'what is a request, but for nothing' sends \
  "GET / HTTP/1.1\r\n$host\r\n" 404
check 'another version' sends "GET / HTTP/2.0\r\n$host\r\n" 400
check 'a NUL' sends "GET / HTTP/1.1\r\n${host}X: \0\r\n\r\n" 400
check 'a bare line feed' sends "GET / HTTP/1.1\r\n${host}X: a\nb\r\n\r\n" 400
check 'a head without an end' sends \
  "GET / HTTP/1.1\r\nX: $(printf '%17000s' x)" 431
check 'a wrong state' says 400 "http://127.0.0.1:$port$path?state=x&code=x"
check 'no state' says 400 "http://127.0.0.1:$port$path?code=x"
check 'two states' says 400 \
  "http://127.0.0.1:$port$path?state=$state&state=$state&code=x"
check 'a page for people, strict' grep -q \
  "^Content-Security-Policy: default-src 'none'; style-src 'sha256-" <<<"$head"
check 'which tells nobody where it came from' grep -q \
  '^Referrer-Policy: no-referrer$' <<<"$head"
# More than it keeps, all of them silent.
silent=()
for _ in $(seq 40); do
  exec {wire}<>"/dev/tcp/127.0.0.1/$port"
  silent+=("$wire")
done
curl -s -L -m 60 --noproxy '*' "$url" >"$dir/page"
check 'silent connections do not stand in the way' shown 'You are logged in'
for wire in "${silent[@]}"; do
  exec {wire}>&-
done
check 'after all that, the login is good' finished 0

await
cp "$store/good.json" "$dir/old"
jq '.client.client_id = "another"' "$dir/old" >"$store/good.json"
curl -s -L -m 60 --noproxy '*' "$url" >/dev/null
check 'a client that was registered anew meanwhile' finished 1
check 'gets no code of the other' eval \
  'gives 1 "registered anew" && no asked "TOKEN good .*\"another\""'
cat "$dir/old" >"$store/good.json"

await
check 'the listener is on this host only' eval \
  "no grep -qiE '^ *[0-9]+: 00000000:$(printf %04X "$port") ' /proc/net/tcp"
exits 'a port that is taken' 1 "port $port" login good --port "$port"
exits 'others have the client meanwhile' 0 access-good token good
kill "$waiting"
wait "$waiting" 2>/dev/null
waiting=
wanted=$port
await --port "$wanted"
check 'the port that was asked for' test "$port" = "$wanted"
kill "$waiting"
wait "$waiting" 2>/dev/null
waiting=

# --- a start address that somebody else asks for as well
cat >"$dir/browser" <<END
#!/bin/sh
curl -s -o /dev/null --noproxy '*' "\$1"
curl -s -i --noproxy '*' "\$1" >"$dir/page.new"
mv "$dir/page.new" "$dir/page"
END
exits 'the start address twice' 4 twice login good
check 'the second is not led on' shown 'HTTP/1.1 410 Gone'
cat >"$dir/browser" <<END
#!/bin/sh
printf '%s\n' "\$@" >"$dir/words"
END
BROWSER="$dir/absent:$dir/browser -x %s --end:$dir/never"
exits 'a browser with words' 5 'nobody logged in' login good --wait 1
# It has been started, and may not have come to that.
named()
{
  [ "$(sed -n '1p;3p' "$dir/words" | tr '\n' ' ')" = '-x --end ' ]
}
check 'the address is among them' within 60 named
BROWSER=$dir/absent
exits 'no browser that starts' 5 'open this address' login good --wait 1

BROWSER=false
exits 'a browser that fails' 5 'the browser has ended' login good --wait 5
check 'and where to go instead' grep -q "^$here/good/authorize" "$dir/err"

# --- localhost and IPv6
for host in localhost '[::1]'; do
  if [ "$host" = '[::1]' ] && [ ! -e /proc/net/if_inet6 ]; then
    echo "# no IPv6 here"
    continue
  fi
  name=host-$((${#host}))
  "$program" register "$here/good" --public --client-name x --name "$name" \
    --redirect-uri "http://$host/" --scope openid --quiet >/dev/null 2>&1
  cat >"$dir/browser" <<END
#!/bin/sh
curl -s -i -g -L --max-redirs 5 -m 60 --noproxy '*' "\$1" >"$dir/page.new"
mv "$dir/page.new" "$dir/page"
END
  BROWSER=$dir/browser
  exits "a redirect URI on $host" 0 Logged login "$name"
done
