#!/usr/bin/env bash
# rollcall against servers that are slow, cut off, wrong, large or worse: what
# it exits with, what it says, and that nothing that came is lost, even if it is
# killed between an answer and the store.
folder=hostile
# shellcheck source=against.sh
. "$(dirname "$0")/against.sh"
# shellcheck source=../terminal.sh
. "$top/tests/terminal.sh"
server_pid=
mounted=

tidy()
{
  [ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null
  [ -z "$mounted" ] || umount "$mounted"
}

# run ARG...: rollcall, its exit status in $status, what it says in $out, $err.
run()
{
  status=0
  "$program" "$@" >"$dir/out" 2>"$dir/err" </dev/null || status=$?
  out=$(cat "$dir/out")
  err=$(cat "$dir/err")
}

# asked LINE: the server was asked so.
asked()
{
  grep -qE -- "$1" "$dir/requests"
}

: >"$dir/requests"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
  -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1,DNS:auth.example \
  -keyout "$dir/key.pem" -out "$dir/cert.pem" 2>/dev/null
python3 "$top/tests/http/hostile-server.py" "$dir" "$dir/cert.pem" \
  "$dir/key.pem" >"$dir/server.log" 2>&1 &
server_pid=$!
within 60 test -e "$dir/ports" || {
  cat "$dir/server.log"
  exit 1
}
read -r port secure proxy <"$dir/ports"
here=http://127.0.0.1:$port
tls=https://127.0.0.1:$secure

# --- discovery
exits 'a server is found' 0 "$here/good/register" discover "$here/good"
exits 'its methods are shown' 0 'client_secret_basic' discover "$here/good"
run discover --json "$here/good"
check '--json has it all' jq -e '.registration and
  .metadata.token_endpoint == .issuer + "/token"' "$dir/out"
exits 'OpenID Connect appends' 0 "$here/oidc/.well-known/openid-configuration" \
  discover "$here/oidc"
exits 'RFC 8414 5 inserts' 0 "$here/.well-known/openid-configuration/inserted" \
  discover "$here/inserted"
exits 'no registration endpoint: said plainly' 7 'has no registration endpoint' \
  discover "$here/noregistration"
check 'the rest is shown' gives 7 "$here/noregistration/token"
exits 'a resource is found' 0 "$here/good/token" discover "$here/api"
exits 'a resource only' 0 "$here/good/token" discover --resource "$here/api"
run discover --json "$here/api"
check 'a resource as JSON' jq -e '.resource.resource and
  .authorization_servers[0].registration' "$dir/out"
exits 'a resource says where by 401' 0 "$here/hidden/where" \
  discover "$here/hidden"
for wrong in 500 html issuer gzip big half; do
  exits "a form that is no good, $wrong, hides no other" 0 \
    "$here/only$wrong/.well-known/openid-configuration" \
    discover "$here/only$wrong"
  check "$wrong: and nothing is said of it" test ! -s "$dir/err"
done
exits 'nothing there' 6 'no metadata' discover "$here/absent"
exits 'the place of a document' 6 'give the issuer' \
  discover "$here/absent/.well-known/openid-configuration"
exits '--verbose' 0 \
  "GET $here/.well-known/oauth-authorization-server/good: 200, application/json, " \
  discover --verbose "$here/good"
exits 'of what does not answer' 5 '1/.well-known/oauth-authorization-server: nothing, after' \
  discover --verbose http://127.0.0.1:1
exits 'and --quiet' 2 'give one of --quiet and --verbose' \
  discover --verbose --quiet "$here/good"
exits 'RFC 8414 3.3: another issuer' 6 'not '"$here/wrong"' as it must be' \
  discover "$here/wrong"
exits 'a / more is another issuer' 6 'as it must be' discover "$here/good/"
exits 'HTML' 6 'text/html' discover "$here/html"
exits 'HTML that says it is JSON' 6 'no JSON object' discover "$here/liar"
exits 'a redirect' 6 'not followed' discover "$here/redirect"
exits '10 MB' 6 'more than is allowed' discover "$here/big"
exits 'a coding nobody asked for' 6 'content coding' discover "$here/zipped"
exits 'none, by its name' 0 "$here/identity/register" discover "$here/identity"
exits 'half of it' 5 'broke off' discover "$here/halfmetadata"
exits 'a byte at a time' 5 'in time' discover --timeout 2 "$here/slow"
exits 'silence' 5 'in time' discover --timeout 1 "$here/silent"
exits 'nobody listens' 5 'does not answer' discover http://127.0.0.1:1
exits 'http elsewhere' 2 'neither https nor http on this host' \
  discover http://198.51.100.1
exits 'no URL' 2 'is no valid URL' discover example
exits 'a user name' 2 'https://...@example.org has a user name' \
  discover https://a:b@example.org
exits 'a secret in an address is not said' 5 \
  '?token=...&x=...&y: nothing, after' \
  discover --verbose 'http://127.0.0.1:1/a=b?token=s3cret==&x=4&y'
check 'with nothing else' no grep -q s3cret "$dir/err"
exits '503, then Retry-After' 0 "$here/busy/register" discover "$here/busy"
check 'it waited and said so' gives 0 'trying again in 1 s'
exits 'Retry-After of an hour' 4 'asks to wait 3600 s' discover "$here/weary"
exits 'no retries' 4 'answers 503' discover --retries 0 "$here/weary"

exits 'a token endpoint in clear is warned of' 0 'the token_endpoint http://198.51.100.1/token is neither https' \
  discover "$here/cleartoken"
exits 'with --json, too' 0 'warning: the token_endpoint' \
  discover --json "$here/cleartoken"
check 'which stays JSON' jq -e .metadata.token_endpoint "$dir/out"
exits 'before a registration, too' 0 'warning: the token_endpoint' \
  register "$here/cleartoken" --public --dry-run
run discover "$here/good"
check 'nothing is warned of where all is well' test ! -s "$dir/err"

# --- TLS and proxies
exits 'a certificate that nobody knows' 5 'not trusted' discover "$tls/good"
check 'and what to do about it' gives 5 'give --cacert'
exits 'https with a token endpoint of http on this host' 0 \
  'is http, while the issuer is https' discover --cacert "$dir/cert.pem" \
  "$tls/localtoken"
exits '--cacert' 0 "$tls/good/register" discover --cacert "$dir/cert.pem" \
  "$tls/good"
exits 'another name than the certificate has' 5 'not trusted' \
  discover --cacert "$dir/cert.pem" "https://localhost:$secure/good"
exits 'a CA file that is not there' 5 'CA certificates' \
  discover --cacert "$dir/none.pem" "$tls/good"
https_proxy=http://127.0.0.1:$proxy exits 'https_proxy' 0 "$tls/good" \
  discover --cacert "$dir/cert.pem" "$tls/good"
https_proxy=http://127.0.0.1:$proxy exits 'a proxy that refuses' 5 \
  'a proxy that does not let us through' discover https://barred.example
https_proxy='http://a:p#ss@127.0.0.1:1' exits 'a proxy that is none' 5 \
  'barred.example' discover https://barred.example
check 'its password is not said' no grep -q 'p#ss' "$dir/err"
check 'it went by the proxy' asked "^PROXY CONNECT 127.0.0.1:$secure"
: >"$dir/requests"
https_proxy=http://127.0.0.1:$proxy no_proxy=127.0.0.1 exits 'no_proxy' 0 \
  "$tls/good" discover --cacert "$dir/cert.pem" "$tls/good"
check 'it did not' no asked '^PROXY'
http_proxy=http://127.0.0.1:$proxy exits 'what is in clear stays here' 0 \
  "$here/good" discover "$here/good"
check 'no proxy saw it' no asked '^PROXY'

# --- registration
exits 'a warning that nothing is encrypted' 0 'stored unencrypted' register \
  "$here/good" --public --name loud
exits 'which --quiet does not hide' 0 'stored unencrypted' register \
  "$here/good" --public --name silent --quiet
check 'though it hides what was done' test ! -s "$dir/out"
run update loud --set client_name=Louder
check 'once a run' test "$(grep -c 'stored unencrypted' "$dir/err")" = 1
exits 'a public client' 0 'Registered' register "$here/good" --public \
  --client-name 'My App' --name app
exits 'what came is said' 0 ': 200, application/json, ' read app --verbose
check 'without secrets' no grep -qF "$(jq -r \
  .client.registration_access_token "$store/app.json")" "$dir/err"
check 'the store has it' stored app '.client.client_id and
  .client.registration_access_token and .client.token_endpoint_auth_method ==
  "none" and (.client.redirect_uris | length == 1 and
  (.[0] | test("^http://127[.]0[.]0[.]1/callback/[A-Za-z0-9_-]{22}$")))'
check 'nobody else can read it' test "$(stat -c %a "$store/app.json")" = 600
check 'nor the folder' test "$(stat -c %a "$store")" = 700
check 'no secret is printed' no gives 0 token-
exits 'a name is taken once' 1 'already' register "$here/good" --public --name app
exits 'a name is derived' 0 my-app register "$here/good" --confidential \
  --client-name 'My App!' --redirect-uri https://app.example.org/cb
exits 'and numbered' 0 my-app-2 register "$here/good" --confidential \
  --client-name 'My App!' --redirect-uri https://app.example.org/cb
exits 'a name without ASCII' 0 'Registered client at' register "$here/good" \
  --public --client-name '应用'
exits 'members of all kinds' 0 Registered register "$here/good" --oidc \
  --client-name 12 --redirect-uri https://a.example/1 --redirect-uri \
  https://a.example/2 --contact a@b.example --scope 'openid read' \
  --set 'client_name#de=Die App' --set x_number=7 --set x_text=seven \
  --set 'x_list=[1, 2]' --require-auth-time true --default-max-age 60 --name kinds
check 'each as it should be' asked '"client_name": "12", "client_name#de": "Die App", "contacts": \["a@b.example"\], "default_max_age": 60, .*"require_auth_time": true, .*"scope": "openid read", .*"x_list": \[1, 2\], "x_number": 7, "x_text": "seven"'
echo '{"client_name": "From a file", "redirect_uris": ["https://f.example/"]}' \
  >"$dir/metadata.json"
exits '--metadata' 0 'Registered from-a-file' register "$here/good" --metadata \
  "$dir/metadata.json"
run register "$here/good" --metadata - --name piped </dev/null
status=0
"$program" register "$here/good" --metadata - --name piped >"$dir/out" \
  2>"$dir/err" <"$dir/metadata.json" || status=$?
check '--metadata -' test "$status" -eq 0
for kind in es256 eddsa rs256; do
  exits "--generate-key $kind" 0 Registered register "$here/good" \
    --confidential --redirect-uri https://a.example/ --generate-key "$kind" \
    --name "key-$kind"
  check "$kind: the private key stays here" stored "key-$kind" \
    '.private_key.d and .private_key.kid == .client.jwks.keys[0].kid and
    .client.jwks.keys[0].d == null and
    .client.token_endpoint_auth_method == "private_key_jwt"'
done
jq .private_key "$store/key-es256.json" >"$dir/private.jwk"
jq '{keys: [.]}' "$dir/private.jwk" >"$dir/private.jwks"
exits 'a private key is not sent' 1 'private key' register "$here/good" --oidc \
  --jwks "$dir/private.jwks" --redirect-uri https://a.example/
check 'no private key ever was' no asked '"d": '
jq '{jwks: {keys: [.]}}' "$dir/private.jwk" >"$dir/private.json"
exits 'nor in a file of metadata' 1 'private key' register "$here/good" \
  --oidc --metadata "$dir/private.json"
exits 'nor by --set' 1 'private key' register "$here/good" --oidc \
  --set "jwks=$(jq -c .jwks "$dir/private.json")"
check 'again, none ever was' no asked '"d": '
exits '--dry-run tells what would come of it' 0 'scope: asked read, got less' \
  register "$here/lint" --public --scope read --dry-run
exits 'nothing to ask for' 2 'nothing to ask for' register "$here/good"
exits 'two presets' 2 'give one of' register "$here/good" --public --oidc
exits 'assigned members' 2 'assigned by the server' register "$here/good" \
  --public --set client_secret=x
exits 'a bad value' 2 'whole number' register "$here/good" --public \
  --default-max-age soon
exits 'a member that is no text' 2 'UTF-8' register "$here/good" --public \
  --set $'\377=1'
exits 'a server that wants an initial access token' 4 \
  'give it by --initial-access-token-file' register "$here/closed" --public
printf 'token\n' >"$dir/initial"
exits 'has one' 0 Registered register "$here/closed" --public --name bidden \
  --initial-access-token-file "$dir/initial"
exits 'a bad name' 2 'must begin' register http://127.0.0.1:1 --public --name ../x
exits 'two presets' 2 'give one of --public, --confidential and --oidc' \
  register http://127.0.0.1:1 --public --oidc
exits 'a bad option' 2 'no option --nonsense' register "$here/good" --nonsense
exits 'a bad command' 2 'no command nonsense' nonsense
exits 'changes are shown' 0 'contacts: asked ["a@b.example"], dropped' register \
  "$here/changes" --confidential --contact a@b.example --redirect-uri \
  https://a.example/ --scope 'openid profile' --name changes
check 'changed ones' gives 0 'grant_types: asked ["authorization_code","refresh_token"], got ["authorization_code"]'
check 'added ones' gives 0 'subject_type: added public'
check 'the order of words is none' no gives 0 'scope:'
exits 'RFC 9700: implicit' 0 'implicit grant leaks' register "$here/good" \
  --confidential --grant-type implicit --response-type token --redirect-uri \
  'http://www.example.org/*' --name unwise
check 'wildcards' gives 0 'has a wildcard'
check 'clear text' gives 0 'is http: the code can be read'
exits 'none and client_credentials' 0 'does not go with the method none' \
  register "$here/good" --public --grant-type client_credentials --name unwise2
exits 'a refusal' 4 'invalid_redirect_uri' register "$here/refuse" --public
check 'with its details' gives 4 \
  '/redirect_uris/0 [redirect_uri.fragment] it has a fragment (leave it out)'
check 'control characters do nothing' no grep -q $'\033' "$dir/err"
check 'it leaves nothing' no test -e "$store/client-2.lock"
exits 'a 500 of HTML' 4 '(500)' register "$here/oops" --public
exits 'a redirect of a POST' 6 'not followed' register "$here/moved" --public
check 'it was not followed' no asked '^REGISTER good .*moved'
exits '429, then once more' 0 'Registered' register "$here/busy" --public \
  --name busy
exits 'no registration endpoint' 7 'has no registration endpoint' register \
  "$here/noregistration" --public
exits 'a registration endpoint in clear' 6 'neither https' register \
  "$here/clear" --public
exits 'by a resource' 0 'the authorization server of' register "$here/api" \
  --public --name api
echo invitation >"$dir/invitation"
: >"$dir/requests"
exits 'an initial access token does not go where a resource says' 2 \
  'give the issuer itself' register "$here/api" --public --name lured \
  --initial-access-token-file "$dir/invitation"
check 'nor was anything asked there' no asked '^(REGISTER|POST)'
exits 'it goes to an issuer' 0 Registered register "$here/good" --public \
  --name invited --initial-access-token-file "$dir/invitation"
for gone in 404 410; do
  run register "$here/gone$gone" --public --name "gone$gone"
  exits "$gone: the client may be gone" 4 '--local forgets it' \
    read "gone$gone"
  exits "$gone: which no deletion decides" 4 '--local forgets it' \
    delete "gone$gone" --yes
done
exits 'a byte at a time, but fast' 0 Registered register "$here/crumbs" \
  --public --name crumbs --set "x_long=$(printf '%05000d' 1)"
check 'all of it' stored crumbs '.client.x_long | length == 5000'
exits 'nothing to manage with' 0 'nothing to manage the client with' register \
  "$here/nomanagement" --public --name nomanagement
exits 'then it cannot be read' 7 'nothing to manage' read nomanagement
exits 'without client_id' 6 'without the client_id' register "$here/noid" \
  --public --name noid
check 'what came is kept' test -e "$store/noid.pending"
exits 'control characters of a name' 0 '?[2J?evil' register "$here/evil" \
  --public --name evil
run show evil --json
check 'nor do they in JSON' no grep -qE $'\302\233|\177' "$dir/out"
check 'which still has them' jq -e '.client.x_control == "\u009b31m\u007f" and
  (.client.client_name | contains("\u202e"))' "$dir/out"
check 'nor what turns text around' no grep -q $'\342\200\256' "$dir/out"
run list --json
check 'nor in a list' no grep -qE $'\302\233|\177|\342\200\256' "$dir/out"
exits 'a token of two lines' 0 Registered register "$here/injector" --public \
  --name injector
exits 'is not sent' 6 'none that can be sent' read injector
check 'no field was injected' no asked injected
status=0
"$program" read injector >"$dir/out" 2>&- || status=$?
check 'without standard error, nothing goes into the store instead' \
  test ! -s "$store/injector.lock" -a "$status" -eq 6
status=0
"$program" list >&- 2>"$dir/out" || status=$?
check 'without standard output, what is printed counts as lost' \
  grep -q 'cannot write to standard output' "$dir/out"
check 'and that is a failure' test "$status" -eq 1
exits 'https does not lead to http on this host' 6 'is not asked' register \
  --cacert "$dir/cert.pem" "$tls/downgrade" --public
exits 'nor does it later' 0 Registered register --cacert "$dir/cert.pem" \
  "$tls/local" --public --name local
exits 'the token stays here' 6 'is not asked' delete local --yes
exits 'management in clear' 0 Registered register "$here/elsewhere" --public \
  --name elsewhere
exits 'is not asked' 6 'neither https' read elsewhere
exits 'too deep for the store' 6 'nested too deeply' register "$here/deep" \
  --public --name deep
check 'but kept' test -e "$store/deep.pending"
exits '10 MB of registration' 6 'more than is allowed' register "$here/flood" \
  --public --name flood
exits 'HTML for a registration' 6 'text/html' register "$here/page" --public \
  --name page
exits 'broken JSON' 6 'broken, or only a part' register "$here/broken" --public \
  --name broken
exits 'no connection' 5 'does not answer' rotate "$(
  run register "$here/good" --public --name unsent >/dev/null
  jq '.client.registration_client_uri = "http://127.0.0.1:1/x"' \
    "$store/unsent.json" >"$dir/unsent" &&
    cat "$dir/unsent" >"$store/unsent.json"
  echo unsent
)"
check 'leaves no doubt' no grep -q 'not known' "$dir/err"
exits 'a deletion without one' 5 'does not answer' delete unsent --yes
check 'is not under way' no test -e "$store/unsent.pending"
rm "$store/unsent.json"
exits 'half an answer' 5 'may make a second one' register "$here/half" --public --name half
check 'the half is kept' test -e "$store/half.pending"
exits 'and set aside' 3 'half.broken-1' show half
check 'not lost' test -e "$store/half.broken-1"
exits 'list names it' 0 "in clear in $store/half.broken-1" list
exits 'the name is free again' 0 Registered register "$here/good" --public \
  --name half
exits 'an answer without an end, but whole' 0 Registered register \
  "$here/linger" --public --name linger --timeout 2
check 'it counts' stored linger .client.client_id

# --- management
exits 'show' 0 "$here/good" show app
check 'without secrets' no gives 0 token-
exits 'show --secrets' 0 token- show app --secrets
exits 'nobody of that name' 3 'no client nobody' show nobody
exits 'read' 0 'My App' read app
exits 'update' 0 'Updated' update my-app --set client_name=Newer --contact \
  a@b.example --unset scope
check 'RFC 7592 2.2: the whole, with id and secret' asked \
  '^PUT good token-[0-9]+ .*"client_id": "good-[0-9]+", "client_name": "Newer", "client_secret": "secret-[0-9]+", "contacts": \["a@b.example"\], .*"redirect_uris"'
check 'nothing that is assigned' no asked '^PUT good .*registration_'
check 'nor what was unset' no asked '^PUT good .*"scope"'
exits '--partial' 0 Updated update my-app --partial --set client_uri=https://x.example/ \
  --unset contacts
check 'sends only that' asked \
  '^PUT good token-[0-9]+ \{"client_uri": "https://x.example/", "contacts": null\}'
exits 'a slip in a member' 0 'did you mean redirect_uris?' register \
  "$here/good" --public --dry-run --set redirect_uri=https://a.example/
echo '{"contact": ["a@example.org"], "of_our_own": 1}' >"$dir/slip.json"
exits 'in a file' 0 'did you mean contacts?' register \
  "$here/good" --public --dry-run --metadata "$dir/slip.json"
check 'what is like nothing is left alone' no grep -q 'of_our_own is' "$dir/err"
exits 'what is not there is not taken away' 0 'mean contacts?' \
  update my-app --unset contact
exits 'an update of nothing' 2 'nothing to change' update my-app
exits 'an update without an answer' 6 'not with what is registered now' \
  update "$(run register "$here/quiet" --public --name quiet; echo quiet)" \
  --set client_name=x
exits 'rotating' 0 Registered register "$here/rotating" --confidential \
  --redirect-uri https://a.example/ --name rotating
for turn in 1 2 3; do
  exits "secrets rotated on read: $turn" 0 rotating- read rotating
done
check 'the newest are kept' stored rotating \
  '.client.registration_access_token == "new-token-3" and
  .client.client_secret == "new-secret-3"'
exits 'an update reads, then sends what that gave' 0 Updated update rotating \
  --set client_name=x
check 'the token of the read' asked '^PUT rotating new-token-4 .*new-secret-4'
exits 'another client in the answer' 0 Registered register "$here/other" \
  --public --name other
exits 'is not taken' 6 'without the client_id' read other
check 'the record stays' stored other '.client.client_id != "somebody-else"'
exits 'no rotation' 7 'has no rotation' rotate app
exits 'an address with a query' 0 Registered register "$here/query" --public \
  --name query
exits 'has no rotation, either' 7 'has no rotation' rotate query
check 'the query stays behind the path' asked \
  '^POST /query/clients/query-[0-9]+/rotate\?client_id=1$'
(umask 077 && : >"$store/app.new")
exits 'delete asks' 2 '--yes' delete app
exits 'delete' 0 'Deleted app' delete app --yes
check 'it is gone' no test -e "$store/app.json"
check 'with its lock' no test -e "$store/app.lock"
check 'and with what a write left that was killed' no test -e "$store/app.new"
exits 'delete names what stays' 0 "$store/half.broken-1" delete half --yes
exits 'delete --local' 0 'Forgot' delete evil --yes --local
exits 'list' 0 rotating list
jq '.client.client_name = "x" * 9000' "$store/rotating.json" >"$dir/long" &&
  install -m 600 "$dir/long" "$store/long.json"
run list
check 'a long name is cut' test "$(wc -L <"$dir/out")" -lt 250
check 'and is one all the same' grep -q '^long *x\{64\}\.\.\. ' "$dir/out"
rm "$store/long.json"
run list --json
check 'list --json' jq -e 'map(.name) | index("rotating")' "$dir/out"
run list --names --json
check 'list --names --json' jq -e 'index("rotating")' "$dir/out"

# --- export
run register "$here/good" --confidential --redirect-uri https://a.example/ \
  --name quoted
jq '.client.client_secret = "a'\''b\"c\\d $(touch x) `y`\n%:&"' \
  "$store/quoted.json" >"$dir/quoted" && cat "$dir/quoted" >"$store/quoted.json"
secret=$(jq -r .client.client_secret "$store/quoted.json")
exits 'export --format env' 0 OAUTH_CLIENT_ID export quoted --format env
check 'a shell reads it back' test "$(
  # shellcheck disable=SC1091
  . "$dir/out" && printf %s "$OAUTH_CLIENT_SECRET"
)" = "$secret"
exits 'export as two things' 2 'give one of --json and --format env' \
  export quoted --format env --json
exits 'export' 0 client_secret export quoted
check 'as JSON' test "$(jq -r .client_secret "$dir/out")" = "$secret"
exits 'export --format curl' 0 'user = ' export quoted --format curl
cp "$dir/out" "$dir/curlrc"
sed -i "s,^url = .*,url = \"$here/good/token\"," "$dir/curlrc"
sent=$(curl -sv -K "$dir/curlrc" -d grant_type=x 2>&1 |
  sed -n 's/^> Authorization: Basic \([^[:space:]]*\).*/\1/p' | base64 -d)
check 'curl sends id and secret as a form has them' test "${sent#*:}" = \
  "$(python3 -c 'import sys, urllib.parse as parse
print(parse.quote(sys.argv[1], safe="-._"))' "$secret")"
jq '.server.token_endpoint |= . + "\u000b\t{a,b}[1-2]\u001b"' \
  "$store/quoted.json" >"$dir/odd" && install -m 600 "$dir/odd" "$store/odd.json"
run export odd --format curl
cp "$dir/out" "$dir/curlrc"
check 'curl asks for one address only' grep -qx globoff "$dir/curlrc"
sed -i "s,^url = \"[^{]*\\([^\"]*\\)\",url = \"$here/good/token\"\ndata = \"x=\1\"," \
  "$dir/curlrc"
check 'curl reads control characters back' test "$(curl -s -K "$dir/curlrc" \
  --trace-ascii - -o /dev/null | grep -c 'x={a,b}\[1-2\]')" = 1
run show odd --json
check 'JSON is the same to a program' jq -e \
  '.server.token_endpoint | endswith("\u000b\t{a,b}[1-2]\u001b")' "$dir/out"
exits 'curl cannot sign' 7 'cannot do' export key-es256 --format curl
run register "$here/good" --confidential --redirect-uri https://a.example/ \
  --token-endpoint-auth-method client_secret_jwt --name signs
exits 'nor does it send a secret that signs' 7 'cannot do' export signs \
  --format curl
exits 'the key is exported' 0 '"kty":"EC"' export key-es256
exits 'no such format' 2 'json, env or curl' export quoted --format xml

# --- killed between answer and store
# dies ARG...: start rollcall, kill it once the answer is on its way.
dies()
{
  : >"$dir/requests"
  "$program" "$@" >"$dir/out" 2>"$dir/err" </dev/null &
  local pid=$!
  within 60 asked '^HELD' && within 60 kept
  kill -9 "$pid"
  wait "$pid" 2>/dev/null
  status=$?
}

# kept: the answer has been written down.
kept()
{
  [ "$(wc -l <"$pending")" -ge 2 ]
}

# breaks_deletion SERVER NAME OPTION...: a client whose deletion was killed once
# the server had it.
breaks_deletion()
{
  local server=$1 name=$2 pid
  shift 2
  run register "$here/$server" --public --name "$name" "$@"
  : >"$dir/requests"
  "$program" delete "$name" --yes "$@" >"$dir/out" 2>"$dir/err" </dev/null &
  pid=$!
  within 60 asked '^HELD'
  kill -9 "$pid"
  wait "$pid" 2>/dev/null
}

for secrecy in plain encrypted; do
  [ "$secrecy" = plain ] || export ROLLCALL_PASSPHRASE='correct horse'
  name=held-$secrecy
  pending=$store/$name.pending
  dies register "$here/hold" --confidential --redirect-uri https://a.example/ \
    --name "$name" --generate-key es256
  check "$secrecy: killed in register" test "$status" -eq 137
  check "$secrecy: there is no record" no test -e "$store/$name.json"
  exits "$secrecy: list tells of it" 0 "rollcall show $name sees to it" list
  exits "$secrecy: the next run has it" 0 hold- show "$name"
  check "$secrecy: and says so" gives 0 'is stored now'
  exits "$secrecy: with secret, token, key" 0 private_key show "$name" --secrets
  check "$secrecy: secret" gives 0 secret-
  check "$secrecy: token" gives 0 token-
  check "$secrecy: nothing is left over" no test -e "$pending"

  name=later-$secrecy
  pending=$store/$name.pending
  run register "$here/holdlater" --confidential --redirect-uri \
    https://a.example/ --name "$name"
  dies read "$name"
  check "$secrecy: killed in read" test "$status" -eq 137
  exits "$secrecy: the new secret is there" 0 new-secret- show "$name" --secrets
  exits "$secrecy: the new token is there" 0 new-token- show "$name" --secrets
  dies update "$name" --set client_name=x --replace
  check "$secrecy: killed in update" test "$status" -eq 137
  turn=$(sed -n 's/.*new-token-\([0-9]*\).*/\1/p' <<<"$out" | tail -n 1)
  exits "$secrecy: what the update gave is there" 0 "new-token-$((turn + 1))" \
    show "$name" --secrets
  dies rotate "$name"
  check "$secrecy: killed in rotate" test "$status" -eq 137
  exits "$secrecy: what the rotation gave is there" 0 \
    "new-token-$((turn + 2))" show "$name" --secrets

  name=gone-$secrecy
  breaks_deletion forgetful "$name"
  exits "$secrecy: killed in delete: what 401 may mean is said" 0 \
    'or the token has expired' delete "$name" --yes
  check "$secrecy: and no more is claimed" gives 0 "Forgot $name."
  run register "$here/good" --public --name "$name"
  exits "$secrecy: its name is free" 0 good- show "$name"
done
breaks_deletion vanishing vanished
exits 'killed in delete: 404 leaves no doubt' 0 'Deleted vanished' \
  delete vanished --yes
check 'nor is there any talk of it' no gives 0 401
for pair in vanishing:true forgetful:false; do
  breaks_deletion "${pair%:*}" told
  run delete told --yes --json
  check "programs are told: deleted is ${pair#*:}" jq -e \
    ".name == \"told\" and .changes == [] and .deleted == ${pair#*:}" "$dir/out"
done
run register "$here/silent" --public --name early --timeout 1
check 'no answer leaves no record' no test -e "$store/early.json"

# --- two at a time
run register "$here/rotating" --public --name shared
for turn in 1 2 3 4; do
  "$program" read shared >/dev/null 2>&1 &
  readers+=($!)
done
bad=0
for turn in "${readers[@]}"; do
  wait "$turn" || bad=1
done
check 'four runs on one client wait for each other' test "$bad" -eq 0
exits 'and the newest token is kept' 0 rotating- read shared

# --- the store
# within_limit KIB ARG...: rollcall, where no file gets larger.
within_limit()
{
  local limit=$1
  shift
  status=0
  (
    ulimit -f "$limit"
    exec "$program" "$@"
  ) >"$dir/out" 2>"$dir/err" </dev/null || status=$?
  out=$(cat "$dir/out")
  err=$(cat "$dir/err")
}

run register "$here/rotating" --public --name full
cp "$store/full.json" "$dir/full.json"
: >"$dir/requests"
within_limit 64 read full
check 'no room for an answer: it is said' gives 1 'there is no room'
check 'and nothing is asked' no asked .
check 'the record stays' cmp "$store/full.json" "$dir/full.json"
check 'nothing is left of it' test "$(echo "$store"/full.*)" = \
  "$store/full.json $store/full.lock"
within_limit 64 register "$here/rotating" --public --name unheard
check 'nor is anything registered' gives 1 'there is no room'
check 'of which no server knows' no asked '^(POST|REGISTER)'
within_limit 64 delete full --yes
check 'a deletion needs none' gives 0 'Deleted full'
run register "$here/swollen" --public --name full
cp "$store/full.json" "$dir/full.json"
within_limit 600 read full
check 'more than there is room for: it is said' gives 1 'only a part of'
check 'the record stays as it was' cmp "$store/full.json" "$dir/full.json"
check 'nothing half is left of it' no test -e "$store/full.new"
exits 'the part is kept' 0 'full.broken-1' show full
check 'without the room behind it' test \
  "$(tail -c 1 "$store/full.broken-1" | tr -d '\0' | wc -c)" = 1
# A disk that gets full by others while the server is thinking.
if mkdir "$dir/disk" && mount -t tmpfs -o size=2m,mode=700 none "$dir/disk" \
  2>/dev/null; then
  mounted=$dir/disk
  XDG_CONFIG_HOME=$dir/disk run register "$here/patient" --confidential \
    --redirect-uri https://a.example/ --name disk
  : >"$dir/requests"
  XDG_CONFIG_HOME=$dir/disk "$program" read disk >"$dir/out" 2>"$dir/err" \
    </dev/null &
  pid=$!
  within 60 asked '^GET patient'
  cat /dev/zero >"$dir/disk/others" 2>/dev/null
  : >"$dir/go"
  status=0
  wait "$pid" || status=$?
  check 'a disk that gets full meanwhile: all is well' test "$status" -eq 0
  XDG_CONFIG_HOME=$dir/disk exits 'what was rotated is there' 0 new-secret- \
    show disk --secrets
  cat /dev/zero >"$dir/disk/more" 2>/dev/null
  : >"$dir/requests"
  XDG_CONFIG_HOME=$dir/disk exits 'a disk that is full: it is said' 1 \
    'No space left' read disk
  check 'before anything is asked' no asked .
  # NFS before 4.2, FUSE and others reserve nothing either.
  umount "$mounted"
  mounted=
  mount -t ramfs -o mode=700 none "$dir/disk" && mounted=$dir/disk
  XDG_CONFIG_HOME=$dir/disk exits 'a file system that reserves no room' 0 \
    Registered register "$here/good" --public --name disk
  XDG_CONFIG_HOME=$dir/disk exits 'what is on it can be read' 0 disk show disk
else
  echo '# no file system can be mounted here: none gets full'
fi
grep -q rollcall-sealed "$store/held-encrypted.json"
check 'it is encrypted' test $? -eq 0
check 'no secret is in clear' no grep -qE 'secret-|token-|client_id' \
  "$store/held-encrypted.json"
unset ROLLCALL_PASSPHRASE
exits 'without passphrase' 8 'ROLLCALL_PASSPHRASE' show held-encrypted
ROLLCALL_PASSPHRASE=wrong exits 'wrong passphrase' 8 'does not open' \
  show held-encrypted
printf 'correct horse\n' >"$dir/passphrase"
exits '--passphrase-file' 0 hold- show held-encrypted --passphrase-file \
  "$dir/passphrase"
exits 'list tells which' 0 held-encrypted list
check 'and why there is no more' grep -qE '^held-encrypted .*\(encrypted\)' \
  "$dir/out"
exits 'a new one is not left in clear among these' 8 ROLLCALL_PASSPHRASE \
  register "$here/good" --public --name forgot
check 'nothing was asked for it' no test -e "$store/forgot.json"
ROLLCALL_PASSPHRASE=mistyped exits 'nor under a passphrase that opens none' 8 \
  'does not open' register "$here/good" --public --name forgot
check 'nothing was asked for it, either' no test -e "$store/forgot.json"

export ROLLCALL_PASSPHRASE='correct horse'
cp "$store/held-encrypted.json" "$dir/good"
# tampers WHAT FILTER TEXT: the record is changed by jq.
tampers()
{
  jq -c "$2" "$dir/good" >"$store/held-encrypted.json"
  exits "tampering: $1" 8 "$3" show held-encrypted
}
tampers 'a byte of what is sealed' '.sealed |= (.[:60] +
  (if .[60:61] == "A" then "B" else "A" end) + .[61:])' 'was changed'
tampers 'cut off' '.sealed |= .[:100]' 'was changed'
tampers 'empty' '.sealed = ""' 'was changed'
tampers 'the salt' '.salt |= (if .[0:1] == "A" then "B" else "A" end) + .[1:]' \
  'does not open'
tampers 'the check' '.check |= (if .[0:1] == "A" then "B" else "A" end) + .[1:]' \
  'does not open'
tampers 'fewer passes' '.passes = 1' 'does not open'
tampers 'absurd passes' '.passes = 4000000000' 'damaged'
tampers 'absurd memory' '.memory = 99999999999999' 'damaged'
tampers 'little memory' '.memory = 8' 'damaged'
tampers 'another function' '.kdf = "none"' 'damaged'
cp "$dir/good" "$store/held-encrypted.json"
exits 'as it was' 0 hold- show held-encrypted
cp "$store/held-encrypted.json" "$store/copy.json"
exits 'tampering: the file of another client' 8 "another client's" show copy
rm "$store/copy.json"
echo '{"format":"rollcall-client/1"}' >"$dir/empty"
install -m 600 "$dir/empty" "$store/hollow.json"
exits 'tampering: no client in it' 8 'damaged' show hollow
printf '{"clie' >"$store/hollow.json"
exits 'tampering: half a file' 8 'damaged' show hollow
rm "$store/hollow.json"
chmod 644 "$store/linger.json"
exits 'others can read it' 8 'chmod 600' show linger
chmod 600 "$store/linger.json"
mv "$store/linger.json" "$dir/linger.json"
ln -s "$dir/linger.json" "$store/linger.json"
exits 'a link' 1 'is a symbolic link' show linger
rm "$store/linger.json"
chmod 755 "$store"
exits 'others can read the folder' 8 'chmod 700' show rotating
chmod 700 "$store"

printf 'battery staple\n' >"$dir/new"
install -m 600 "$store/rotating.json" "$dir/clear"
: >"$dir/requests"
exits 'one in clear among encrypted ones' 8 'rollcall passphrase rotating' \
  read rotating
check 'its token goes nowhere' no asked '^GET rotating'
cp -r "$store" "$dir/mixed"
exits 'all under a new passphrase: not what may be forged' 8 \
  'these stay as they were: ' passphrase --new-file "$dir/new" \
  --store "$dir/mixed"
check 'that is named' gives 8 ' rotating'
check 'the others are encrypted anew' gives 8 'later-encrypted is encrypted now'
check 'a broken answer is named' gives 8 'full.broken-1'
install -m 600 "$dir/clear" "$dir/mixed/rotating.json"
install -m 600 "$store/held-encrypted.json" "$dir/mixed/held-encrypted.json"
exits 'another passphrase does not end it' 8 \
  'these stay as they were: later-encrypted;' passphrase --new-file "$dir/new" \
  --store "$dir/mixed" later-encrypted held-encrypted
check 'what opens is done' gives 8 'held-encrypted is encrypted now'
exits 'of no client nothing is to be given' 3 'no client nobody' passphrase \
  --new-file "$dir/new" nobody
check 'nor said to be as it was' no grep -q 'these stay' "$dir/err"
run list --passphrase-file "$dir/none"
check 'a passphrase file that is not there is said once' test \
  "$status $(grep -c 'passphrase file' "$dir/err")" = '1 1'
run list --json --passphrase-file "$dir/new"
check 'what does not open is encrypted all the same' jq -e \
  'map(select(.name == "held-encrypted"))[0].encrypted' "$dir/out"
exits 'passphrase' 0 'is encrypted now' passphrase --new-file "$dir/new" \
  rotating held-encrypted
ROLLCALL_PASSPHRASE='battery staple' exits 'the new one opens' 0 hold- \
  show held-encrypted
exits 'the old one does not' 8 'does not open' show held-encrypted
ROLLCALL_PASSPHRASE='battery staple' exits 'passphrase --remove' 0 \
  'is unencrypted now' passphrase --remove rotating held-encrypted
unset ROLLCALL_PASSPHRASE
run passphrase --new-file "$dir/new" held-encrypted --json
check 'passphrase --json' jq -e '. == [{name: "held-encrypted",
  encrypted: true}]' "$dir/out"
ROLLCALL_PASSPHRASE='battery staple' exits 'passphrase --quiet' 0 '' \
  passphrase --remove held-encrypted --quiet
check 'says nothing' test ! -s "$dir/out"
check 'it is in clear' stored held-encrypted .client.client_secret
: >"$dir/err"
# shellcheck disable=SC2016 # for that shell
flock "$store/rotating.lock" timeout 60 sh -c '
  until grep -q "waiting for another run" "$0"; do sleep 0.1; done' \
  "$dir/err" &
holder=$!
within 60 no flock -n "$store/rotating.lock" true
exits 'another run is waited for, and that is said' 0 \
  'waiting for another run that works on rotating' show rotating
wait "$holder"
exits 'HOME' 3 'no client' show nobody --store "$dir/elsewhere/store"
check 'is not needed with --store' test -d "$dir/elsewhere/store"
exits 'a store that is a file' 1 'is no folder' list --store "$dir/new"
exits 'an empty store' 0 'there are no clients yet' \
  list --store "$dir/elsewhere/store"
exits 'without a word' 0 '' list --store "$dir/elsewhere/store" --quiet
check 'but the head of the table' test "$(wc -l <"$dir/out") $(wc -c \
  <"$dir/err")" = '1 0'

# --- on a terminal
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
  # typed TEXT ARG...: run on a terminal, with the lines of TEXT typed.
  typed()
  {
    local lines
    mapfile -t lines < <(printf '%b' "$1")
    shift
    TERM=xterm at_terminal "$dir" "$(printf '%q ' "$program" "$@")" \
      "${lines[@]/%/'\n'}"
  }
  said=$(typed '' export quoted)
  check 'terminal: a warning that it shows secrets' test \
    "${said/shows secrets/}" != "$said"
  check 'terminal: in colour' grep -q $'\033\[33m' <<<"$said"
  check 'terminal: but not with NO_COLOR' no grep -q $'\033\[33m' \
    <<<"$(NO_COLOR=1 typed '' export quoted)"
  for format in env curl; do
    said=$(typed '' export odd --format "$format")
    check "terminal: control characters stay away from it, $format" test \
      "${said/are not for a terminal/}" != "$said"
    check "terminal: all of them, $format" no grep -q \
      $'\v\\|\033\\]\|{a,b}' <<<"$said"
  done
  said=$(typed '' read rotating)
  check 'terminal: a warning that nothing is encrypted' test \
    "${said/unencrypted/}" != "$said"
  check 'terminal: progress' test "${said/GET /}" != "$said"
  said=$(TERM=xterm script -qec \
    "stty cols 30; $(printf '%q ' "$program" read rotating)" /dev/null)
  check 'terminal: which stays in its line' grep -q \
    $'\rGET [^\r]\{25\}\r\033\[K' <<<"$said"
  : >"$dir/requests"
  # Where the tests run in the background, the signal would be ignored.
  said=$( (within 60 asked '^GET .*silent'; printf '\003') |
    TERM=xterm script -qec "$(printf '%q ' env --default-signal=INT \
      "$program" discover --timeout 90 "$here/silent")" /dev/null)
  check 'terminal: and ^C leaves none' grep -q \
    $'\rGET [^\r]* [.][.][.][^\r]*\r\033\[K$' <<<"$said"
  said=$(TERM=dumb script -qec \
    "$(printf '%q ' "$program" read rotating)" /dev/null)
  check 'terminal: a dumb one gets no escapes' no grep -q $'\033' <<<"$said"
  check 'terminal: what is wrong is in colour' grep -q \
    $'\033\[31mrollcall:\033\[0m there is no client' \
    <<<"$(typed '' show nobody)"
  said=$(typed 'no\n' delete rotating)
  check 'terminal: delete asks' test "${said/Type rotating to confirm/}" != "$said"
  check 'terminal: and heeds the answer' test -e "$store/rotating.json"
  breaks_deletion stubborn alive --store "$dir/terminal"
  said=$(typed 'alive\nno\n' delete alive --store "$dir/terminal")
  check 'terminal: a 401 behind a broken deletion asks' test \
    "${said/the client is still there/}" != "$said"
  check 'terminal: and heeds that answer, too' test -e "$dir/terminal/alive.json"
  said=$(typed 'alive\nalive\n' delete alive --store "$dir/terminal")
  check 'terminal: which stands until it is answered' test "${said/Forgot alive/}" != "$said"
  said=$(at_terminal "$dir" "$(printf '%q ' "$program" delete rotating)" '\004')
  check 'terminal: the end of input is no answer, and ends the line' grep -q \
    'to confirm: $' <<<"$said"
  said=$(typed '\n' passphrase rotating)
  check 'terminal: an empty passphrase is not asked for again' test \
    "${said/The same again/}" = "$said"
  said=$(typed 'typed pass\ntyped pass\n' passphrase rotating)
  check 'terminal: a passphrase is asked for twice' test \
    "${said/is encrypted now/}" != "$said"
  check 'terminal: without echo' no grep -q 'typed pass' <<<"$said"
  said=$(typed 'typed pass\n' show rotating)
  check 'terminal: and once to open' test "${said/rotating-/}" != "$said"
  said=$(typed 'another pass\n' passphrase rotating)
  check 'terminal: a wrong one is said' test "${said/does not open/}" != "$said"
  check 'terminal: before a new one is asked for' test \
    "${said/New passphrase/}" = "$said"
  said=$(typed 'typed pass\nnew pass\nnew pass\n' passphrase rotating)
  check 'terminal: the old one comes first' test \
    "${said/Passphrase of the clients*New passphrase*is encrypted now/}" != \
    "$said"
else
  echo '# no pseudo-terminal here (script): nothing is typed'
fi

# --- what others see of it
# Root sees all, and what root runs belongs to root in any case.
as=()
[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
if [ -d /proc/self ] && "${as[@]}" true 2>/dev/null; then
  other=$(mktemp -d "${TMPDIR:-/tmp}/rollcall-other.XXXXXX")
  chmod 755 "$other"
  install -m 755 "$program" "$other/rollcall"
  : >"$dir/requests"
  "${as[@]}" "$other/rollcall" discover --timeout 60 "$here/silent" \
    >/dev/null 2>&1 &
  pid=$!
  within 60 asked '^GET .*silent'
  check 'what runs belongs to nobody who could look into it' \
    test "$(stat -c %u "/proc/$pid/environ")" = 0
  kill "$pid"
  wait "$pid" 2>/dev/null
  status=0
  # shellcheck disable=SC2016
  "${as[@]}" bash -c '"$1" register --dry-run --public "$2" --metadata \
    <(echo "{\"client_name\": \"Piped\"}")' - "$other/rollcall" "$here/good" \
    >"$dir/out" 2>"$dir/err" || status=$?
  check 'a file may be a pipe all the same' grep -q Piped "$dir/out"
  mkdir -m 700 "$other/store"
  cp "$store/quoted.json" "$other/store"
  chmod 500 "$other/store"
  [ "$(id -u)" -ne 0 ] || chown -R 65534:65534 "$other/store"
  for command in show export list; do
    set -- "$command"
    [ "$command" = list ] || set -- "$command" quoted
    check "a store that cannot be written is read, $command" \
      "${as[@]}" "$other/rollcall" "$@" --store "$other/store" \
      >/dev/null 2>"$dir/err"
  done
  status=0
  "${as[@]}" "$other/rollcall" read quoted --store "$other/store" \
    >/dev/null 2>"$dir/err" || status=$?
  check 'but nothing is asked that could not be stored' grep -q \
    "cannot write $other/store/quoted.pending" "$dir/err"
  chmod 700 "$other/store"
  rm -rf "$other"
else
  echo '# nobody else to be here: what others see is not looked at'
fi

# --- what it is made of
if command -v readelf >/dev/null; then
  check 'neither libpq nor libfcgi is needed' no grep -qE 'libpq|libfcgi' \
    <<<"$(readelf -d "$program")"
fi
for shell in bash zsh fish; do
  exits "completion $shell" 0 initial-access-token-file completion "$shell"
done
check 'bash takes it' bash -n <("$program" completion bash)
status=0
"$program" export quoted >&- 2>"$dir/err" || status=$?
check 'a closed standard output is a fault' test \
  "$status $(cat "$dir/err")" = '1 rollcall: cannot write to standard output'
exits 'no such shell' 2 'bash, zsh or fish' completion tcsh
exits '--help' 0 'usage: rollcall' --help
exits 'help of a command' 0 --software-statement register --help
exits 'asked for as a command' 0 --software-statement help register
exits 'which has its own usage line' 0 'usage: rollcall show NAME' help show
exits 'help of no command' 2 'no command shw; did you mean show?' help shw
mapfile -t commands < <("$program" --help |
  sed -n '/^commands:/,/^$/s/^  \([a-z]*\).*/\1/p')
check 'all commands are in the usage' [ "${#commands[@]}" -ge 17 ]
for command in help "${commands[@]}"; do
  run help "$command"
  check "help $command: 80 columns, a meaning for each option" \
    no grep -qE '.{81}|\(null\)' "$dir/out"
done
exits 'a slip' 2 'did you mean register?' regsiter
exits 'in an option' 2 'did you mean --redirect-uri?' \
  register "$here/good" --redirect_uris https://app.example.org/
exits 'that is for every command' 2 'did you mean --json?' list --jsn
exits 'one dash' 2 'no option -json here; did you mean --json?' list -json
exits 'a letter' 2 'no option -q here; see rollcall list --help' list -q
exits 'an option that lacks its end' 2 'mean --initial-access-token-file?' \
  register "$here/good" --initial-access-token token
exits 'what is like nothing' 2 'no command frobnicate; see rollcall --help' \
  frobnicate
exits 'an option without its value' 2 '--set MEMBER=VALUE' \
  register "$here/good" --set
exits 'a variable that nobody set' 2 'URL is missing' discover ''
exits 'nor where it may be absent' 2 'NAME is missing' passphrase ''
exits '--version' 0 rollcall --version
exits 'no command' 2 usage
