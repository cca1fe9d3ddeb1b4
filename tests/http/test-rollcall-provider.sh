#!/usr/bin/env bash
# rollcall against a server of others, npm's oidc-provider: what our own server
# does is not all that a standard allows.
set -u
export LC_ALL=C
top=${srcdir:-$(dirname "$0")/../..}
build=${top_builddir:-.}
# shellcheck source=rollcall.sh
. "$top/tests/http/rollcall.sh"
needs node npm jq
package=oidc-provider@8.8.1
# Fetched once for a build, or for all whose PEERS_CACHE is the same.
cache=${PEERS_CACHE:-$build/peers.cache}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd -P)
if [ ! -e "$cache/oidc-provider/node_modules/oidc-provider" ]; then
  rm -rf "$cache/oidc-provider.new"
  mkdir "$cache/oidc-provider.new"
  if ! timeout 60 npm install --no-save --prefix "$cache/oidc-provider.new" \
    --ignore-scripts --no-audit --no-fund --no-update-notifier \
    --fetch-retries 0 "$package" >"$cache/oidc-provider.log" 2>&1 </dev/null
  then
    echo "skipped: npm could not get $package"
    exit 77
  fi
  rm -rf "$cache/oidc-provider"
  mv "$cache/oidc-provider.new" "$cache/oidc-provider"
fi

passed=0
failed=0
dir=$(mktemp -d "${TMPDIR:-/tmp}/rollcall-provider.XXXXXX")
server_pid=
unset ROLLCALL_PASSPHRASE
export HOME=$dir XDG_CONFIG_HOME=$dir/config
store=$XDG_CONFIG_HOME/rollcall/clients

finish()
{
  local status=$?
  trap - EXIT
  [ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null
  rm -rf "$dir"
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$status" -eq 0 ] || exit 1
  exit 0
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

# exits WHAT STATUS TEXT ARG...: rollcall exits so and says that.
exits()
{
  local what=$1 wanted=$2 text=$3 status=0 said
  shift 3
  said=$("$program" "$@" 2>&1 </dev/null) || status=$?
  [ "$status" -eq "$wanted" ] && [[ $said = *"$text"* ]]
  result $? "$what" "exit $status: $said"
}

# result STATUS WHAT MORE
result()
{
  if [ "$1" -eq 0 ]; then
    passed=$((passed + 1))
    echo "ok $((passed + failed)) - $2"
  else
    failed=$((failed + 1))
    echo "not ok $((passed + failed)) - $2"
    echo "# ${3//$'\n'/$'\n'# }"
  fi
}

# stored NAME FILTER: jq says yes to what the store has.
stored()
{
  jq -e "$3" "$store/$2.json" >/dev/null
  result $? "$1" "$(cat "$store/$2.json")"
}

mkdir "$dir/script"
cp "$top/tests/peers/oidc-provider.mjs" "$dir/script"
ln -s "$cache/oidc-provider/node_modules" "$dir/script/node_modules"
printf 'invitation\n' >"$dir/token"
INITIAL_ACCESS_TOKEN=invitation node "$dir/script/oidc-provider.mjs" \
  "$dir/issuer" >"$dir/server.log" 2>&1 &
server_pid=$!
tries=1200
until [ -e "$dir/issuer" ]; do
  if [ "$tries" -eq 0 ] || ! kill -0 "$server_pid" 2>/dev/null; then
    echo "skipped: oidc-provider does not start: $(tail -n 1 "$dir/server.log")"
    server_pid=
    trap - EXIT
    rm -rf "$dir"
    exit 77
  fi
  tries=$((tries - 1))
  sleep 0.05
done
issuer=$(cat "$dir/issuer")

invited=(--initial-access-token-file "$dir/token")
exits 'discover' 0 "$issuer/reg" discover "$issuer"
exits 'no initial access token' 4 '' register "$issuer" --public
exits 'a public client' 0 Registered register "$issuer" --public \
  --client-name Tool "${invited[@]}" --name tool
stored 'its method' tool '.client.token_endpoint_auth_method == "none"'
exits 'an OpenID Connect client' 0 Registered register "$issuer" --oidc \
  --client-name Login --redirect-uri https://app.example.org/cb \
  "${invited[@]}" --name login
stored 'its secret' login .client.client_secret
exits 'a client with a key' 0 Registered register "$issuer" --confidential \
  --redirect-uri https://app.example.org/cb --generate-key es256 \
  "${invited[@]}" --name key
stored 'its key' key '.client.jwks.keys[0].kid == .private_key.kid'
exits 'read' 0 Login read login
before=$(jq -r .client.registration_access_token "$store/login.json")
exits 'update' 0 Updated update login --client-name Newer --contact a@example.org
stored 'what was changed' login '.client.client_name == "Newer" and
  .client.contacts == ["a@example.org"] and .client.client_secret'
stored 'a new token' login \
  ".client.registration_access_token != \"$before\""
exits 'which is the one that works' 0 Newer read login
exits '--unset' 0 Updated update login --unset contacts
stored 'is gone' login '.client.contacts == null or .client.contacts == []'
exits 'a refusal' 4 invalid_redirect_uri update login --redirect-uri nonsense
exits 'no rotation' 7 'has no rotation' rotate login
exits 'no lint' 0 'offers no lint' register "$issuer" --public --dry-run \
  "${invited[@]}"
# --- a login, and what comes of it
# A browser, and a person who says yes to everything.
cat >"$dir/browser" <<'END'
#!/usr/bin/env bash
url=$1
jar=$(dirname "$0")/jar
for _ in 1 2 3 4 5 6 7 8 9 10; do
  next=$(curl -s -m 60 -b "$jar" -c "$jar" -o "$jar.page" \
    -w '%{redirect_url}' "$url")
  form=$(sed -n 's/.*action="\([^"]*\)" method="post".*/\1/p' "$jar.page")
  if [ -z "$next" ] && [ -n "$form" ]; then
    prompt=$(sed -n 's/.*name="prompt" value="\([^"]*\)".*/\1/p' "$jar.page")
    next=$(curl -s -m 60 -b "$jar" -c "$jar" -o "$jar.page" \
      -w '%{redirect_url}' -d "prompt=$prompt" -d login=somebody \
      -d password=any "$form")
  fi
  [ -n "$next" ] || exit
  url=$next
done
END
chmod +x "$dir/browser"
export BROWSER=$dir/browser
login=(--prompt consent)
scope=(--scope openid --scope offline_access)
exits 'scopes' 0 Updated update tool "${scope[@]}"
exits 'login' 0 'Logged in as somebody' login tool "${login[@]}"
stored 'the tokens' tool '.tokens.access_token and .tokens.refresh_token and
  .tokens.id_token and (.tokens.unchecked | not)'
exits 'the token' 0 "$(jq -r .tokens.access_token "$store/tool.json")" \
  token tool
before=$(jq -r .tokens.refresh_token "$store/tool.json")
exits 'refresh' 0 '' token tool --fresh
stored 'the refresh token is another' tool \
  ".tokens.refresh_token != \"$before\" and .tokens.id_token"
exits 'refresh by that' 0 '' token tool --fresh
exits 'introspect' 0 offline_access introspect tool
jq ".tokens.refresh_token = \"$before\"" "$store/tool.json" >"$dir/spent"
cat "$dir/spent" >"$store/tool.json"
exits 'a refresh token that was spent' 9 'rollcall login tool' token tool --fresh
stored 'is forgotten' tool '.tokens | not'
for method in client_secret_basic client_secret_post es256 eddsa rs256; do
  case $method in
    client*) set -- --token-endpoint-auth-method "$method" ;;
    *) set -- --generate-key "$method" ;;
  esac
  exits "$method: a client" 0 Registered register "$issuer" --confidential \
    "$@" --application-type native --redirect-uri http://127.0.0.1/callback \
    --grant-type authorization_code --grant-type refresh_token \
    --grant-type client_credentials "${scope[@]}" "${invited[@]}" --name "$method"
  exits "$method: login" 0 'Logged in as somebody' login "$method" \
    "${login[@]}"
  exits "$method: refresh" 0 '' token "$method" --fresh
  exits "$method: a token of its own" 0 '' token "$method" --client-credentials
  exits "$method: introspect" 0 'ACTIVE' introspect "$method"
  exits "$method: revoke" 0 'Revoked 3 tokens' revoke "$method"
  exits "$method: nothing is left" 9 'rollcall login' introspect "$method"
done
exits 'delete' 0 Deleted delete login --yes
exits 'delete another' 0 Deleted delete tool --yes

# What it makes of the standards is known; that no client stays, too.
said=$("$program" conformance --json "$issuer" "${invited[@]}" 2>"$dir/err" \
  </dev/null)
result $(($? != 11)) 'conformance' "$said$(cat "$dir/err")"
[ "$(jq -r '[.rules[] | select(.result == "broken").id] | join(" ")' \
  <<<"$said")" = 'registration.get registration.redirect_clear' ]
result $? 'conformance: the rules that it breaks' "$said"
jq -e '.left == [] and .kept >= 70' <<<"$said" >/dev/null
result $? 'conformance: no client is left' "$said"
[ -z "$(ls "$store"/conformance-* 2>/dev/null)" ]
result $? 'conformance: and nothing is stored' "$(ls "$store")"
