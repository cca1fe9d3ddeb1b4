#!/usr/bin/env bash
# rollcall login, token, introspect and revoke against our own server through
# real web servers, with a browser that is curl.
. "$(dirname "$0")/../resilience/common.sh"
# shellcheck source=../../tools/demo.sh
. "$top/tools/demo.sh"
# shellcheck source=rollcall.sh
. "$top/tests/http/rollcall.sh"
needs jq curl
on_its_own

# run ARG...: rollcall, its exit status in $status, what it says in $said, $err.
run()
{
  status=0
  said=$(timeout 300 "$program" "$@" 2>"$dir/tmp/err" </dev/null) || status=$?
  err=$(cat "$dir/tmp/err")
  tally=$said$err
}

# exits WHAT STATUS TEXT ARG...: run, and check both.
exits()
{
  local what=$1 wanted=$2 text=$3
  shift 3
  run "$@"
  check "$what" says "$wanted" "$text"
}

says()
{
  [ "$status" -eq "$1" ] && [[ $tally = *"$2"* ]]
}

# stored NAME FILTER: jq says yes to what the store has.
stored()
{
  jq -e "$2" "$store/$1.json" >/dev/null
}

# of NAME FILTER: what the store has.
of()
{
  jq -r "$2" "$store/$1.json"
}

no()
{
  ! "$@"
}

# documented COMMAND: the manual names every member of what it said as JSON.
documented()
{
  local member section
  section=$(sed -n '/^\.Sh JSON/,/^\.Sh ENV/p' "$top/man/rollcall.1")
  for member in $(jq -r 'if type == "array" then .[0] else . end | keys[]' \
    <<<"$said"); do
    grep -qE "^\.Li (.*[ ,])?$member( |,|\$)" <<<"$section" || return 1
  done
}

# shown TEXT: the browser was shown that at last.
shown()
{
  within 60 test -e "$BROWSER_FOLDER/page" &&
    grep -qF -- "$1" "$BROWSER_FOLDER/page"
}

# login NAME OPTION...: by the browser.
login()
{
  rm -f "$BROWSER_FOLDER/page" "$BROWSER_FOLDER/jar"
  run login "$@"
}

# public KIND: a client without a secret, from login to revocation.
public()
{
  local name=$1 first rotated
  exits "$name: a client" 0 Registered register "$issuer" --public \
    --client-name "Tool of $1" --name tool --scope 'openid profile read offline_access'
  run rotate tool --json
  check "$name: the manual has what rotate says" documented
  exits "$name: no token without a login" 9 'rollcall login tool' token tool
  exits "$name: nothing to introspect" 9 'rollcall login tool' introspect tool
  exits "$name: nothing to revoke" 9 'no token' revoke tool
  BROWSER_DECISION=deny login tool
  check "$name: who says no" says 4 access_denied
  check "$name: is told what that means" shown 'The login failed'
  check "$name: and nothing is stored" stored tool '.tokens | not'
  login tool
  check "$name: login" says 0 'Logged in as'
  check "$name: the browser is told" shown 'You are logged in'
  check "$name: in a page that does nothing" shown \
    "Content-Security-Policy: default-src 'none'; style-src 'sha256-"
  check "$name: which nobody keeps" shown 'Cache-Control: no-store'
  check "$name: the tokens are stored" stored tool '.tokens |
    .access_token and .refresh_token and .id_token and
    .token_type == "Bearer" and .expires_at > now and
    (.scope | split(" ") | sort) ==
    ["offline_access", "openid", "profile", "read"] and (.asking | not) and
    (.unchecked | not)'
  check "$name: PKCE" grep -q 'code_challenge_method=S256' \
    "$BROWSER_FOLDER/addresses"
  check "$name: the browser does not learn the passphrase" no grep -q \
    PASSPHRASE "$BROWSER_FOLDER/environment"
  run token tool
  check "$name: token prints the stored one, and that alone" test \
    "$status:$said:$err" = "0:$(of tool .tokens.access_token):"
  run token tool --json
  check "$name: token --json, without the refresh token" jq -e '.access_token and
    .expires_at and .scope and (has("refresh_token") | not)' <<<"$said"
  check "$name: the manual has what it says" documented
  exits "$name: show tells of it" 0 'LOGIN TOKEN EXPIRES AT' show tool
  check "$name: and shows none" no grep -qF "$(of tool .tokens.access_token)" \
    <<<"$said"
  run list --json
  check "$name: the manual has what list says" documented
  run login tool --json
  check "$name: and login" documented
  run discover "$issuer" --json
  check "$name: and discover" documented
  run register "$issuer" --public --dry-run --json
  check "$name: and register --dry-run" documented
  run conformance "$issuer" --only metadata.status --json
  check "$name: and conformance" documented
  said=$(jq '.rules' <<<"$said")
  check "$name: and each rule" documented
  run show tool --json
  check "$name: and show" documented
  check "$name: nor as JSON" jq -e '.tokens.refresh_token == true and
    .tokens.access_token == true' <<<"$said"
  run export tool
  check "$name: the manual has what export says" documented
  check "$name: export has it" jq -e ".access_token ==
    \"$(of tool .tokens.access_token)\" and .id_token and
    .refresh_token and .access_token_expires_at" <<<"$said"
  run export tool --format env
  check "$name: for a shell, too" test \
    "$(eval "$said"; echo "$OAUTH_ACCESS_TOKEN")" = \
    "$(of tool .tokens.access_token)"

  first=$(of tool .tokens.access_token)
  rotated=$(of tool .tokens.refresh_token)
  exits "$name: read" 0 "Tool of $1" read tool
  check "$name: leaves the tokens alone" stored tool \
    ".tokens.access_token == \"$first\""
  exits "$name: --fresh" 0 '' token tool --fresh
  check "$name: is another one" test "$said" != "$first"
  check "$name: the rotated refresh token is stored" stored tool \
    ".tokens.refresh_token != \"$rotated\" and
     .tokens.access_token == \"$said\" and .tokens.id_token"
  run token tool --scope read
  check "$name: less scope is in what there is" test "$said" = \
    "$(of tool .tokens.access_token)"
  exits "$name: and can be had alone" 0 '' token tool --scope read --fresh --json
  check "$name: is what comes" jq -e '.scope == "read"' <<<"$said"
  first=$(of tool .tokens.access_token)
  run token tool --scope read
  check "$name: it serves again" test "$said" = "$first"
  run token tool --json
  check "$name: but not for all of it" jq -e '.scope | test("profile")' \
    <<<"$said"
  exits "$name: more scope than was let is refused" 4 invalid_scope token tool \
    --scope 'read write'
  check "$name: and nothing is lost" stored tool .tokens.refresh_token

  exits "$name: a public client may not introspect" 4 invalid_client \
    introspect tool
  run revoke tool --json
  check "$name: revoke" jq -e '.revoked == 2' <<<"$said"
  check "$name: the manual has what that says" documented
  check "$name: nothing is left" stored tool '.tokens | not'
  exits "$name: log in again" 9 'rollcall login tool' token tool
  exits "$name: the end" 0 Deleted delete tool --yes
}

# methods KIND: clients that authenticate.
methods()
{
  local name=$1 method
  exits "$name: a client that logs nobody in" 0 Registered register "$issuer" \
    --confidential --client-name Alone --name alone --scope read \
    --grant-type client_credentials
  exits "$name: is not sent to log in" 9 'rollcall token alone' introspect alone
  exits "$name: that is all of it" 0 Deleted delete alone --yes
  for method in client_secret_basic client_secret_post es256 eddsa rs256; do
    case $method in
      client*) set -- --token-endpoint-auth-method "$method" ;;
      *) set -- --generate-key "$method" ;;
    esac
    exits "$name, $method: a client" 0 Registered register "$issuer" \
      --confidential "$@" --client-name "App $method" --name "$method" \
      --redirect-uri 'http://localhost/cb?x=1' --scope 'openid read' \
      --grant-type authorization_code --grant-type refresh_token \
      --grant-type client_credentials
    exits "$name, $method: a token of its own is asked for by name" 9 \
      '--client-credentials gets one' token "$method"
    login "$method"
    check "$name, $method: login" says 0 'Logged in as'
    check "$name, $method: the redirect URI keeps its query" grep -qE \
      '^http://localhost:[0-9]+/cb\?x=1&' "$BROWSER_FOLDER/addresses"
    exits "$name, $method: introspect" 0 'openid read' introspect "$method"
    run introspect "$method" --json
    check "$name, $method: as JSON" jq -e '.active and .scope' <<<"$said"
    (umask 077 && "$program" token "$method" >"$dir/tmp/token")
    exits "$name, $method: a token of its own" 0 '' token "$method" \
      --client-credentials --scope read
    (umask 077 && printf '%s\n' "$said" >"$dir/tmp/own")
    check "$name, $method: beside that of the person" stored "$method" \
      ".client_tokens.access_token == \"$said\" and
       .tokens.access_token != \"$said\""
    exits "$name, $method: revoke one of a file" 0 'Revoked 1 token of' \
      revoke "$method" --token-file "$dir/tmp/token"
    exits "$name, $method: it is inactive" 10 '' introspect "$method" \
      --token-file "$dir/tmp/token"
    exits "$name, $method: that of the client is active" 0 '' introspect \
      "$method" --token-file "$dir/tmp/own"
  done
}

# once: two runs at a time refresh one time.
once()
{
  local pids=() i before
  jq '.tokens.expires_at = 1' "$store/tool.json" >"$store/tool.json.new"
  chmod 600 "$store/tool.json.new"
  mv "$store/tool.json.new" "$store/tool.json"
  before=$(of tool .tokens.refresh_token)
  for i in 1 2 3; do
    "$program" token tool >"$dir/tmp/token-$i" 2>"$dir/tmp/token-err-$i" &
    pids+=($!)
  done
  for i in "${pids[@]}"; do
    wait "$i"
  done
  tally=$(cat "$dir/tmp"/token-err-[123])
  check 'runs at once print the same' test \
    "$(sort -u "$dir/tmp"/token-[123] | wc -l)" -eq 1
  check 'a new one' test "$(cat "$dir/tmp/token-1")" = \
    "$(of tool .tokens.access_token)"
  check 'by one refresh' stored tool ".tokens.refresh_token != \"$before\""
}

need_apache mod_proxy_fcgi.so
begin_rig
rig_start lighttpd \
  'grant_types = {"authorization_code", "refresh_token", "client_credentials"}' \
  'scopes = {"openid", "profile", "email", "offline_access", "read", "write"}' ||
  exit 1
disown "$(cat "$RIG_RUN/postgres.pid")"
RIG_SERVER=lighttpd
issuer=http://127.0.0.1:$RIG_PORT
demo_account || exit 1
export HOME=$dir/tmp/home XDG_CONFIG_HOME=$dir/tmp/config
export BROWSER_FOLDER=$dir/tmp/browser BROWSER_PASSWORD=$demo_password
BROWSER=$(cd "$top/tests/http" && pwd -P)/browser.sh
export BROWSER
mkdir -p "$HOME" "$BROWSER_FOLDER"
store=$XDG_CONFIG_HOME/rollcall/clients
public lighttpd
methods lighttpd
serve apache
public apache

run register "$issuer" --public --client-name Tool --name tool \
  --scope 'openid read offline_access'
login tool
once
end
