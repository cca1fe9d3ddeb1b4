#!/usr/bin/env bash
# What others have written to standards just works: three client libraries of
# npm and Apache's mod_auth_openidc find the server, register, log a user in,
# and use, refresh and revoke what they got.  A library that is not here, and
# cannot be fetched, is skipped.
srcdir=${srcdir:-$(dirname "$0")/..}
. "$srcdir/tests/resilience/common.sh"
# shellcheck source=../tools/demo.sh
. "$top/tools/demo.sh"
RIG_EXAMPLES=$top/examples
RIG_RESOURCE=$build/examples/resource

# The script, and what npm calls its library.
libraries='openid-client openid-client@6.8.9
oauth4webapi oauth4webapi@3.8.8
mcp-sdk @modelcontextprotocol/sdk@1.32.2'
# Fetched once for a build, or for all whose PEERS_CACHE is the same.
cache=${PEERS_CACHE:-$build/peers.cache}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd -P)

skip()
{
  echo "skipped: $1: $2"
}

# fetch SCRIPT PACKAGE: have the package in a folder of its own.
fetch()
{
  local folder=$cache/$1 log=$cache/$1.log
  if [ -e "$folder/node_modules/${2%@*}/package.json" ]; then
    return 0
  fi
  if ! command -v npm >/dev/null; then
    skip "$1" 'npm is not here'
    return 1
  fi
  rm -rf "$folder" "$folder.new"
  mkdir "$folder.new"
  if ! timeout 30 npm install --no-save --prefix "$folder.new" \
    --ignore-scripts --no-audit --no-fund --no-update-notifier \
    --fetch-retries 0 "$2" >"$log" 2>&1 </dev/null; then
    skip "$1" "npm could not get $2"
    grep -im 3 '^npm err' "$log" | sed 's/^/# /'
    return 1
  fi
  mv "$folder.new" "$folder"
}

# script NAME: run it, with what was fetched for it.
script()
{
  local folder=$dir/tmp/$1
  mkdir -p "$folder"
  cp "$top/tests/peers/peer.mjs" "$top/tests/peers/$1.mjs" "$folder"
  [ ! -d "$cache/$1" ] ||
    ln -sfn "$cache/$1/node_modules" "$folder/node_modules"
  ISSUER=$(rig_issuer) DEMO_API=$demo_api ACCOUNT=demo \
    PASSWORD=$demo_password ADMIN=$RIG/admin NO_PROXY='*' \
    timeout 600 node "$folder/$1.mjs" 8>&-
}

# An Apache with a page for whom the server knows.
site_start()
{
  local port modules name site=$RIG/site
  local scope='openid email profile offline_access'
  port=$(rig_free_port) || return 1
  modules=$(rig_apache_modules) || return 1
  mkdir -p "$site/www/secure" "$site/metadata"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -days 2 \
    -keyout "$site/key.pem" -out "$site/certificate.pem" \
    2>"$site/openssl.log" || return 1
  echo 'a page for all' >"$site/www/index.html"
  echo 'a page for some' >"$site/www/secure/index.html"
  {
    for name in mpm_event authz_core authz_user authn_core dir mime headers \
      socache_shmcb ssl auth_openidc; do
      printf 'LoadModule %s_module %s/mod_%s.so\n' "$name" "$modules" "$name"
    done
    cat <<END_OF_CONF
ServerName 127.0.0.1
Listen 127.0.0.1:$port
ServerRoot $site
PidFile $RIG_RUN/site.apache.pid
ErrorLog $RIG/log/site.apache.log
LogLevel warn
DefaultRuntimeDir $RIG_RUN
DocumentRoot $site/www
DirectoryIndex index.html
TypesConfig /dev/null
AddType text/html .html
SSLEngine on
SSLCertificateFile $site/certificate.pem
SSLCertificateKeyFile $site/key.pem
OIDCRedirectURI https://127.0.0.1:$port/secure/redirect_uri
OIDCCryptoPassphrase "for this test only"
OIDCMetadataDir $site/metadata
OIDCPKCEMethod S256
OIDCScope "$scope"
OIDCProviderRegistrationEndpointJson '{"scope": "$scope"}'
OIDCRemoteUserClaim preferred_username
OIDCInfoHook access_token id_token userinfo refresh_token
<Location /secure/>
  AuthType openid-connect
  Require valid-user
  Header set Remote-User "expr=%{REMOTE_USER}"
</Location>
END_OF_CONF
  } >"$site/apache.conf"
  chmod -R a+rX "$site"
  [ "$(id -u)" -ne 0 ] || chown "$(rig_user):" "$site/metadata"
  rig_launch site TERM "$(rig_binary apache2 httpd)" -d "$site" \
    -f "$site/apache.conf" -DFOREGROUND
  rig_wait_for site 60 rig_listens "$port" || return 1
  export SITE=https://127.0.0.1:$port SITE_METADATA=$site/metadata \
    CERTIFICATE=$site/certificate.pem
}

scripts=()
SITE=
if ! command -v node >/dev/null; then
  while read -r name _; do
    skip "$name" 'node is not here'
  done <<<"$libraries"
  skip mod_auth_openidc 'node, which is its user, is not here'
else
  while read -r name package; do
    ! fetch "$name" "$package" || scripts+=("$name")
  done <<<"$libraries"
  if [ ! -e "$(rig_apache_modules 2>/dev/null)/mod_auth_openidc.so" ]; then
    skip mod_auth_openidc 'the module is not here'
  elif ! command -v openssl >/dev/null; then
    skip mod_auth_openidc 'openssl, which makes its certificate, is not here'
  else
    scripts+=(mod_auth_openidc)
  fi
fi
[ "${#scripts[@]}" -gt 0 ] || exit 77

demo=yes
export RIG_MORE=demo_web
begin lighttpd
demo_api=http://127.0.0.1:$RIG_PORT/demo/api
for format in opaque jwt; do
  setting "access_token_format = $format" \
    "resource \"$demo_api\" { scopes = {\"read\", \"write\"} }"
  if [ "$format" = opaque ]; then
    demo_account || exit 1
    demo_start || exit 1
  fi
  for name in "${scripts[@]}"; do
    [ "$name:$SITE" != mod_auth_openidc: ] || site_start || exit 1
    echo "# $name"
    check "$name works with access tokens that are $format" script "$name"
  done
done
end
