# shellcheck shell=bash
# What the scripts share that run rollcall.  The caller has set $top and $build.
# shellcheck disable=SC2034,SC2154 # used there, set there
program=$(cd "$build/cli" && pwd -P)/rollcall

# needs PROGRAM...: skip the test where one is not here.
needs()
{
  local need
  for need in "$@"; do
    if ! command -v "$need" >/dev/null; then
      echo "skipped: $need is not here"
      exit 77
    fi
  done
}

# on_its_own: what the environment would tell rollcall is not told.
on_its_own()
{
  unset ROLLCALL_PASSPHRASE http_proxy https_proxy all_proxy no_proxy \
    HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
}
