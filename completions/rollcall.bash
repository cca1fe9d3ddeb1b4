# shellcheck shell=bash
# bash completion for rollcall, which knows its commands best itself.
# shellcheck source=/dev/null
source <(rollcall completion bash)
