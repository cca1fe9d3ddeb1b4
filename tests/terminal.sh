# shellcheck shell=bash
# Somebody at a terminal, who types what is asked for, and nothing before: what
# is typed early is echoed, or read by another one.

# at_terminal FOLDER COMMAND TEXT...: run the shell's command on a terminal of
# its own, type a TEXT (escapes are as printf %b knows them) at each question,
# which a colon and a space end, and print all that was shown.  In FOLDER is
# what that needs.
at_terminal()
(
  folder=$1
  command=$2
  shift 2
  rm -f "$folder/keys"
  mkfifo "$folder/keys"
  : >"$folder/shown"
  script -qefc "$command" /dev/null <"$folder/keys" >"$folder/shown" &
  pid=$!
  exec {keys}>"$folder/keys"
  # It may end without asking.
  trap '' PIPE
  seen=0
  for text; do
    await_question "$folder/shown" "$seen" "$pid"
    seen=$(wc -c <"$folder/shown")
    { printf '%b' "$text" >&"$keys"; } 2>/dev/null || break
  done
  status=0
  wait "$pid" || status=$?
  tr -d '\r' <"$folder/shown"
  exit "$status"
)

# await_question FILE SIZE PID: until there is one at the end of the file, and
# it has become larger; or the process has ended.
await_question()
{
  local tries=1200
  until [ "$(wc -c <"$1")" -gt "$2" ] && [ "$(tail -c 2 "$1")" = ': ' ]; do
    if [ "$tries" -eq 0 ] || ! kill -0 "$3" 2>/dev/null; then
      return 0
    fi
    tries=$((tries - 1))
    sleep 0.05
  done
}
