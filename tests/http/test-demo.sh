#!/usr/bin/env bash
# What quickstart shows: the demo resource tells who comes without a token where
# to get one, lets in who brings a good one of a person, and nobody else; the
# account and the sample client are there.
. "$(dirname "$0")/../resilience/common.sh"
# shellcheck source=../../tools/demo.sh
. "$top/tools/demo.sh"
RIG_EXAMPLES=$top/examples
RIG_RESOURCE=$(cd "$build/examples" && pwd -P)/resource

# request METHOD PATH OPTION...: status, head and body, in $status, $head, $body.
request()
{
  local answer
  answer=$(curl -s -i -m 60 --noproxy '*' -X "$1" "${@:3}" \
    "http://127.0.0.1:$RIG_PORT$2" | tr -d '\r')
  head=${answer%%$'\n\n'*}
  body=${answer#*$'\n\n'}
  read -r _ status _ <<<"$head"
}

# says TEXT: the WWW-Authenticate header holds it.
says()
{
  grep -i '^WWW-Authenticate: Bearer ' <<<"$head" | grep -qF -- "$1"
}

holds()
{
  [[ $body = *"$1"* ]]
}

# own_token RESOURCE: one that the client has for itself.
own_token()
{
  request POST /oauth/token -u "$id:$secret" -d grant_type=client_credentials \
    -d scope=read --data-urlencode "resource=$1"
  token=$(demo_member access_token "$body")
}

# follow OPTION...: where a request leads, in $url, and the form there, as
# $csrf; the cookies stay.
follow()
{
  url=$(curl -s -m 60 --noproxy '*' -b "$jar" -c "$jar" -o "$dir/tmp/page" \
    -w '%{redirect_url}' "$@")
  csrf=$(sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$dir/tmp/page")
}

# token RESOURCE: one that the demo account lets the client have, which may only
# read.
token()
{
  local jar=$dir/tmp/jar login consent
  token=
  rm -f "$jar"
  follow -G "http://127.0.0.1:$RIG_PORT/oauth/authorize" \
    -d response_type=code -d "client_id=$id" -d scope=read \
    --data-urlencode "resource=$1" -d "code_challenge=$challenge" \
    -d code_challenge_method=S256
  login=$url
  follow "$login"
  follow "$login" -d "csrf=$csrf" -d username=demo \
    --data-urlencode "password=$demo_password"
  # What was allowed before is not asked again.
  if [[ $url = */consent\?* ]]; then
    consent=$url
    follow "$consent"
    follow "$consent" -d "csrf=$csrf" -d decision=allow
  fi
  [[ $url =~ [?\&]code=([^\&]*) ]] || return 1
  request POST /oauth/token -u "$id:$secret" -d grant_type=authorization_code \
    -d "code=${BASH_REMATCH[1]}" -d "code_verifier=$verifier"
  token=$(demo_member access_token "$body")
}

demo()
{
  local name="$1, demo resource"
  serve "$1"
  request GET /demo/api
  check "$name: 401 without a token" test "$status" = 401
  check "$name: RFC 9728 5.1, it names its metadata" \
    says "resource_metadata=\"$metadata\""
  check "$name: RFC 6750 3.1, no error where there is no token" \
    test "${head/error=/}" = "$head"
  request GET "/${metadata#http://*/}"
  check "$name: the metadata is about it" \
    holds "\"resource\":\"$demo_api\""

  token "$demo_api"
  request GET /demo/api -H "Authorization: Bearer $token"
  check "$name: 200 with a token for it" test "$status" = 200
  check "$name: it greets whose token it is" \
    test "$(demo_member hello "$body")" = "$person"
  request POST /demo/api -d '' -H "Authorization: Bearer $token"
  check "$name: 403 for what the token does not allow" test "$status" = 403
  check "$name: RFC 6750 3.1, the scope that is missing" \
    says 'scope="write", error="insufficient_scope"'
  request POST /oauth/revoke -u "$id:$secret" -d "token=$token"
  request GET /demo/api -H "Authorization: Bearer $token"
  check "$name: 401 once it is revoked" says 'error="invalid_token"'

  own_token "$demo_api"
  check "$name: a client may have a token for itself" test -n "$token"
  request GET /demo/api -H "Authorization: Bearer $token"
  check "$name: 403, RFC 9068 2.2, sub is a client and no person" \
    test "$status" = 403
  check "$name: it says why" holds 'acts for itself'

  token "http://127.0.0.1:$RIG_PORT"
  check "$name: there is a token for the issuer" test -n "$token"
  request GET /demo/api -H "Authorization: Bearer $token"
  check "$name: 401 with a token for somebody else" says 'error="invalid_token"'
  request OPTIONS /demo/api -H 'Origin: https://app.example.org' \
    -H 'Access-Control-Request-Method: GET'
  check "$name: scripts of other origins may ask" test "$status" = 204
  request GET /client/
  check "$1: the sample client is there" holds '<title>Sample client'
  request GET /client/client.js
  check "$1: its script is one" test "$status" = 200
}

# account: made once, and kept.
account()
{
  local first=$demo_password
  check 'the account has a password' test "${#first}" -eq 16
  check 'only its owner can read it' test \
    "$(stat -c %a "$RIG/demo.password")" = 600
  demo_account
  check 'a second start keeps the password' test "$demo_password" = "$first"
  rm "$RIG/demo.password"
  demo_account
  check 'a lost password is replaced' test \
    "${#demo_password}:$demo_password" != "16:$first"
}

need_apache mod_proxy_fcgi.so mod_fcgid.so
begin_rig
rig_kind=lighttpd
rig_start_postgres || exit 1
disown "$(cat "$RIG_RUN/postgres.pid")"
demo_configure "$@"
rig_setup || exit 1
demo_account || exit 1
rig_start_programs || exit 1
demo_start || exit 1
rig_start_server lighttpd || exit 1
RIG_SERVER=lighttpd
rig_wait_for server 60 rig_answers || exit 1
metadata=http://127.0.0.1:$RIG_PORT/.well-known/oauth-protected-resource/demo/api
request POST /oauth/register -H 'Content-Type: application/json' \
  -d '{"redirect_uris":["https://app.example.org/callback"],"scope":"read",
    "grant_types":["authorization_code","client_credentials"]}'
id=$(demo_member client_id "$body")
secret=$(demo_member client_secret "$body")
person=$(sql "SELECT account_id FROM rollcall.account WHERE login_name = 'demo'")
# RFC 7636 appendix B.
verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
demo lighttpd
demo apache
demo apache-fcgid
account
end
