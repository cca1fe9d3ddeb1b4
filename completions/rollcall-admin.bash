# shellcheck shell=bash
# bash completion for rollcall-admin, which knows its commands best itself.
# shellcheck source=/dev/null
source <(rollcall-admin completion bash)
