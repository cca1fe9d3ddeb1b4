# shellcheck shell=bash
# What quickstart shows beside the programs: an account to log in with, and from
# examples/ a protected resource and a client.  Sourced after tools/rig.sh.
#
# The caller sets, beside what the rig needs:
#   RIG_EXAMPLES  folder of the examples
#   RIG_RESOURCE  the protected resource, built
# and calls demo_configure in the place of rig_configure, then, after rig_setup
# and before rig_start_server, demo_account and demo_start.  Set are then
#   demo           "yes", or "no" where the settings leave no room for it
#   demo_api       the address of the resource; that of the client is /client/
#   demo_password  of the account demo; empty where nobody logs in by password
# shellcheck disable=SC2034,SC2153,SC2154 # used there, or set there

demo=no
demo_api=
demo_password=

# demo_configure SETTING...: these, and a protected resource and what its scopes
# mean, unless they say otherwise.
demo_configure()
{
  local shown=() setting room=yes
  demo_api=http://127.0.0.1:$RIG_PORT/demo/api
  RIG_MORE=demo_web
  RIG_LIMITS=yes
  for setting in "$@"; do
    [[ $setting != *"resource \"$demo_api\""* ]] || room=no
    case $(rig_key "$setting") in
      scopes) [[ $setting = *'"read"'*'"write"'* ]] || room=no ;;
      issuer)
        # Nobody but a proxy that does TLS could be in front of us.
        [[ $setting != *https:* ]] ||
          shown+=('trusted_proxies = {"127.0.0.1"}')
        ;;
    esac
  done
  if [ "$room" = yes ]; then
    shown+=("resource \"$demo_api\" {
  name = \"Demo resource\"
  scopes = {\"read\", \"write\"}
}")
    [[ $* = *'scope "read"'* ]] || shown+=('scope "read" {
  text = "Read what the demo resource holds"
  text_zh = "读取演示资源的内容"
}')
    [[ $* = *'scope "write"'* ]] || shown+=('scope "write" {
  text = "Change what the demo resource holds"
  text_zh = "更改演示资源的内容"
}')
  fi
  rig_configure "${shown[@]}" "$@"
  demo=no
  [[ ${rig_settings[*]} != *"resource \"$demo_api\""* ]] || demo=yes
}

# demo_account: make it, with a password that is made once and kept beside the
# database that knows it.
demo_account()
{
  local file=$RIG/demo.password verb=(passwd demo) status=0
  demo_password=
  [ "$(rig_value login)" != remote_user ] || return 0
  "$RIG/admin" account show demo >"$RIG/log/demo.log" 2>&1 || status=$?
  case $status in
    0) [ ! -s "$file" ] || verb=() ;;
    3) verb=(add demo --name 'Demo User' --email demo@example.org) ;;
    *)
      demo_complain 'the demo account is not to be seen'
      return 1
      ;;
  esac
  if [ "${#verb[@]}" -gt 0 ]; then
    (
      umask 077
      LC_ALL=C tr -dc 'a-km-z2-9' </dev/urandom 2>/dev/null |
        head -c 16 >"$file"
    )
    "$RIG/admin" account "${verb[@]}" --password-file "$file" \
      >"$RIG/log/demo.log" 2>&1 || {
      demo_complain 'the demo account was not made'
      return 1
    }
  fi
  demo_password=$(cat "$file")
}

# demo_complain WHAT: and why.
demo_complain()
{
  rig_say "$1: $(tail -n 1 "$RIG/log/demo.log")"
}

# demo_client: the resource asks about tokens as a client of its own, which is
# made once for each address.
demo_client()
{
  local file=$RIG/demo.client address='' answer
  [ ! -e "$file" ] || read -r address CLIENT_ID CLIENT_SECRET <"$file"
  if [ "$address" = "$demo_api" ] &&
    "$RIG/admin" client show "$CLIENT_ID" >/dev/null 2>&1; then
    return 0
  fi
  answer=$("$RIG/admin" --json client add --introspection \
    --resource "$demo_api" --name 'Demo resource' 2>"$RIG/log/demo.log") || {
    demo_complain 'the client of the demo resource was not made'
    return 1
  }
  CLIENT_ID=$(demo_member client_id "$answer")
  CLIENT_SECRET=$(demo_member client_secret "$answer")
  (
    umask 077
    printf '%s %s %s\n' "$demo_api" "$CLIENT_ID" "$CLIENT_SECRET" >"$file"
  )
}

# demo_member NAME JSON: its string, where nothing in it is escaped.
demo_member()
{
  [[ $2 =~ \"$1\":\ *\"([^\"]*)\" ]] && echo "${BASH_REMATCH[1]}"
}

# demo_start: the resource, and the client's files.
demo_start()
{
  local -x RESOURCE=$demo_api METADATA INTROSPECTION CLIENT_ID CLIENT_SECRET
  local -x no_proxy='*'
  [ "$demo" = yes ] || return 0
  demo_client || return 1
  METADATA=${demo_api%/demo/api}/.well-known/oauth-protected-resource/demo/api
  INTROSPECTION=${demo_api%/demo/api}$(rig_endpoints)/introspect
  rm -f "$RIG_RUN/resource.sock"
  rig_launch resource TERM "$RIG_RESOURCE" "$RIG_RUN/resource.sock"
  rig_wait_for resource 60 test -S "$RIG_RUN/resource.sock" || return 1
  mkdir -p "$RIG/www/client"
  cp "$RIG_EXAMPLES"/client.* "$RIG/www/client"
  mv "$RIG/www/client/client.html" "$RIG/www/client/index.html"
  chmod -R a+rX,u+w "$RIG/www/client"
}

# demo_web KIND [MODULES]: what the web server has to know of them.
demo_web()
{
  local name
  [ "$demo" = yes ] || return 0
  if [ "$1" = lighttpd ]; then
    cat <<END
index-file.names = ( "index.html" )
mimetype.assign = ( ".html" => "text/html; charset=utf-8",
  ".css" => "text/css", ".js" => "text/javascript" )
fastcgi.server += ( "/demo/api" => (( "socket" => "$RIG_RUN/resource.sock",
  "check-local" => "disable", "disable-time" => 0 )) )
END
    return 0
  fi
  for name in dir proxy proxy_fcgi; do
    printf '<IfModule !%s_module>\n' "$name"
    printf '  LoadModule %s_module %s/mod_%s.so\n' "$name" "$2" "$name"
    printf '</IfModule>\n'
  done
  cat <<END
DirectoryIndex index.html
AddType "text/html; charset=utf-8" .html
AddType text/css .css
AddType text/javascript .js
ProxyPass /demo/api "unix:$RIG_RUN/resource.sock|fcgi://resource.demo/" retry=0
<Location /demo/api>
  Require all granted
  CGIPassAuth On
</Location>
END
}
