#!/usr/bin/env bash
# rollcall, the command for client developers, against our own server through
# real web servers: all that a client can do, and every example of the manual.
. "$(dirname "$0")/../resilience/common.sh"
# shellcheck source=../../tools/demo.sh
. "$top/tools/demo.sh"
# shellcheck source=rollcall.sh
. "$top/tests/http/rollcall.sh"
PATH=$(dirname "$program"):$PATH
needs jq curl
on_its_own

# run ARG...: rollcall, its exit status in $status, what it says in $said.
run()
{
  status=0
  said=$("$program" "$@" 2>"$dir/tmp/err" </dev/null) || status=$?
  tally=$said$(cat "$dir/tmp/err")
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

# full ARG...: run, where there is no room for what it prints.
full()
{
  status=0
  "$program" "$@" >/dev/full 2>"$dir/tmp/err" </dev/null || status=$?
  tally=$(cat "$dir/tmp/err")
}

# registered FILTER: so many clients of ours are as SQL says.
registered()
{
  test "$(sql "SELECT count(*) FROM rollcall.client WHERE $1")" = "$2"
}

# stored NAME FILTER: jq says yes to what the store has.
stored()
{
  jq -e "$2" "$store/$1.json" >/dev/null
}

# life KIND: of a client behind that web server.
life()
{
  local name=$1 old
  export XDG_CONFIG_HOME=$dir/tmp/config-$1
  store=$XDG_CONFIG_HOME/rollcall/clients
  serve "$1"
  exits "$name: discover" 0 "$issuer/oauth/register" discover "$issuer"
  run discover --json "$issuer"
  check "$name: discover --json" jq -e '.registration and
    .metadata.registration_lint_supported' <<<"$said"
  exits "$name: a public client" 0 Registered register "$issuer" --public \
    --client-name "Tool of $1" --name tool
  check "$name: as the preset has it" registered \
    "client_name = 'Tool of $1' AND token_endpoint_auth_method = 'none' AND
     redirect_uris[1] LIKE 'http://127.0.0.1/callback/%' AND grant_types =
     array['authorization_code', 'refresh_token'] AND application_type =
     'native'" 1
  exits "$name: a confidential client" 0 Registered register "$issuer" \
    --confidential --client-name "App of $1" --redirect-uri \
    https://app.example.org/cb --set 'client_name#zh=应用' --name app
  check "$name: with its translation" registered \
    "client_name = 'App of $1' AND metadata->>'client_name#zh' = '应用'" 1
  exits "$name: an OpenID Connect client" 0 Registered register "$issuer" \
    --oidc --client-name "Login of $1" --redirect-uri \
    https://app.example.org/cb --name login
  check "$name: its scope" registered "client_name = 'Login of $1' AND
    scope = 'openid profile email'" 1
  for kind in es256 eddsa rs256; do
    exits "$name: a client with a key, $kind" 0 Registered register "$issuer" \
      --confidential --redirect-uri https://app.example.org/cb --name "$kind" \
      --generate-key "$kind"
  done
  exits "$name: read" 0 "App of $1" read app
  exits "$name: update" 0 Updated update app --client-name "New of $1" \
    --unset 'client_name#zh' --contact a@example.org
  check "$name: is in the database" registered "client_name = 'New of $1' AND
    contacts = array['a@example.org'] AND NOT metadata ? 'client_name#zh'" 1
  exits "$name: update --partial" 0 Updated update app --partial --unset contacts \
    --set client_uri=https://app.example.org/
  check "$name: is in the database, too" registered "client_name = 'New of $1'
    AND contacts IS NULL AND client_uri = 'https://app.example.org/'" 1
  old=$(jq -r .client.client_secret "$store/app.json")
  exits "$name: rotate" 0 Rotated rotate app
  check "$name: a new secret" stored app ".client.client_secret != \"$old\""
  old=$(jq -r .client.registration_access_token "$store/app.json")
  exits "$name: rotate --token" 0 Rotated rotate app --token
  check "$name: a new token" stored app \
    ".client.registration_access_token != \"$old\""
  exits "$name: which works" 0 "New of $1" read app
  exits "$name: a refusal has its details" 4 '/redirect_uris/0' update app \
    --redirect-uri 'https://app.example.org/#x'
  check "$name: with the rule" says 4 '[redirect_uri.fragment]'
  check "$name: and its sentence once" test \
    "$(grep -c 'redirect_uris\[0\] has a fragment' <<<"$tally")" = 1
  exits "$name: lint" 0 'localhost' register "$issuer" --public --dry-run \
    --redirect-uri http://localhost/callback --name dry
  check "$name: registers nothing" no test -e "$store/dry.json"
  run register "$issuer" --public --dry-run --json --set nonsense=1
  check "$name: lint as JSON" jq -e '.would_register.grant_types and
    (.warnings | map(.rule) | index("unknown_member"))' <<<"$said"
  exits "$name: delete" 0 Deleted delete app --yes
  check "$name: it is gone" registered "client_name = 'New of $1'
    AND status <> 'deleted'" 0
  run register "$issuer" --public --name twice
  cp "$store/twice.json" "$dir/tmp/twice"
  run delete twice --yes
  cp "$dir/tmp/twice" "$store/twice.json"
  exits "$name: what is gone at the server is refused" 4 '--local forgets it' \
    read twice
  exits "$name: and can be forgotten" 0 Forgot delete twice --yes --local
}

no()
{
  ! "$@"
}

# examples: each of the manual's runs as it stands there, in their order, with
# our server in the place of auth.example.org.
examples()
{
  local block='' line inside=no n=0 section=''
  export XDG_CONFIG_HOME=$dir/tmp/examples/config
  mkdir -p "$dir/tmp/examples"
  cd "$dir/tmp/examples" || exit 1
  while IFS= read -r line; do
    case $line in
      '.Sh '*) section=${line#.Sh } ;;
      '.Bd '*) inside=yes block='' ;;
      '.Ed')
        inside=no
        [ "$section" = EXAMPLES ] || continue
        n=$((n + 1))
        block=${block//\\e/\\}
        block=${block//https:\/\/auth.example.org/$issuer}
        tally=$(bash -euo pipefail -c "$block" 2>&1 </dev/null)
        status=$?
        check "example $n of the manual: ${block%%$'\n'*}" \
          test "$status" -eq 0
        ;;
      *) [ "$inside" = no ] || block+=$line$'\n' ;;
    esac
  done <"$manual"
  check 'the manual has examples' test "$n" -ge 8
  cd "$here" || exit 1
}

here=$PWD
manual=$(cd "$top/man" && pwd -P)/rollcall.1
need_apache mod_proxy_fcgi.so
begin_rig
rig_start lighttpd \
  'grant_types = {"authorization_code", "refresh_token", "client_credentials"}' \
  'scopes = {"openid", "profile", "email", "offline_access", "read", "write"}' ||
  exit 1
disown "$(cat "$RIG_RUN/postgres.pid")"
RIG_SERVER=lighttpd
issuer=http://127.0.0.1:$RIG_PORT
export HOME=$dir/tmp/home
# Who logs in where the manual does.
demo_account || exit 1
export BROWSER_FOLDER=$dir/tmp/browser BROWSER_PASSWORD=$demo_password
BROWSER=$(cd "$top/tests/http" && pwd -P)/browser.sh
export BROWSER
mkdir -p "$HOME" "$BROWSER_FOLDER"
# What is looked at as it lies in the store must be in clear.
life lighttpd
life apache
examples
full --version
check 'a full standard output is a fault' \
  says 1 'cannot write to standard output'

# --- registration with an initial access token only
export XDG_CONFIG_HOME=$dir/tmp/config-token
setting 'registration = token'
exits 'without an initial access token' 4 invalid_token register "$issuer" \
  --public
(umask 077 && "$RIG/admin" iat add --uses 1 --json | jq -r \
  .initial_access_token \
  >"$dir/tmp/iat")
exits 'with one' 0 Registered register "$issuer" --public \
  --initial-access-token-file "$dir/tmp/iat" --name invited
exits 'used up' 4 invalid_token register "$issuer" --public \
  --initial-access-token-file "$dir/tmp/iat" --name late
setting 'registration = closed'
exits 'closed' 7 'has no registration endpoint' register "$issuer" --public
check 'no secret is in a log' no grep -qrF \
  "$(jq -r .client.registration_access_token \
    "$XDG_CONFIG_HOME/rollcall/clients/invited.json")" "$dir/log"
end
