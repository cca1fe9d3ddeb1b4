#!/usr/bin/env bash
# A browser for $BROWSER, and the person before it: it opens the address that it
# is given, logs in and answers at our pages, and shows what comes of it.
#
# usage: browser.sh ADDRESS
# With BROWSER_FOLDER, where it keeps cookies (jar), what it was shown at last
# (page, with its head) and the addresses it was led to (addresses);
# BROWSER_PASSWORD of the account demo; BROWSER_DECISION, allow or deny.
set -u
folder=${BROWSER_FOLDER:?}

# follow OPTION...: where a request leads, in $url, and the form there, as
# $csrf; the cookies stay.
follow()
{
  url=$(curl -s -m 60 --noproxy '*' -b "$folder/jar" -c "$folder/jar" \
    -o "$folder/form" -w '%{redirect_url}' "$@")
  printf '%s\n' "$url" >>"$folder/addresses"
  csrf=$(sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$folder/form")
}

: >"$folder/addresses"
env >"$folder/environment"
follow "$1"
follow "$url"
if [[ $url = */login\?* ]]; then
  page=$url
  follow "$page"
  follow "$page" -d "csrf=$csrf" -d username=demo \
    --data-urlencode "password=${BROWSER_PASSWORD:?}"
fi
# What was allowed before is not asked again.
if [[ $url = */consent\?* ]]; then
  page=$url
  follow "$page"
  follow "$page" -d "csrf=$csrf" -d "decision=${BROWSER_DECISION:-allow}"
fi
curl -s -i -m 60 --noproxy '*' "$url" | tr -d '\r' >"$folder/page.new"
mv "$folder/page.new" "$folder/page"
