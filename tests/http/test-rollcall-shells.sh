#!/usr/bin/env bash
# What bash, zsh and fish complete behind rollcall, each asked itself.
set -u
export LC_ALL=C.UTF-8
top=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd -P)
build=${top_builddir:-.}
PATH=$(cd "$build/cli" && pwd -P):$PATH
passed=0
failed=0
export pause
dir=$(mktemp -d "${TMPDIR:-/tmp}/rollcall-shells.XXXXXX")
export HOME=$dir XDG_CONFIG_HOME=$dir/config XDG_DATA_HOME=$dir/data
unset ROLLCALL_PASSPHRASE

finish()
{
  local status=$?
  rm -rf "$dir"
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$status" -eq 0 ] || exit 1
  exit 0
}
trap finish EXIT

# offers WHAT TEXT SHELL WORD...: it completes the last word so.
offers()
{
  local what=$1 text=$2 shell=$3 said
  shift 3
  # What is completed has to stand there before more is typed.
  for pause in 1 5 25; do
    said=$("complete_by_$shell" "$@")
    said=" ${said//$'\n'/ } "
    [[ $said != *" $text "* ]] || break
  done
  if [[ $said = *" $text "* ]]; then
    passed=$((passed + 1))
    echo "ok $((passed + failed)) - $what"
  else
    failed=$((failed + 1))
    echo "not ok $((passed + failed)) - $what"
    printf '# wanted: %s\n# got: %s\n' "$text" "$said"
  fi
}

# complete_by_SHELL WORD...: print what there is for the last of them, or the
# line as it is then.
complete_by_bash()
{
  # shellcheck disable=SC2016
  timeout 100 bash --norc -c '
    source "$1/completions/rollcall.bash"
    shift
    COMP_WORDS=(rollcall "$@")
    COMP_CWORD=$#
    _rollcall rollcall "${COMP_WORDS[COMP_CWORD]}" \
      "${COMP_WORDS[COMP_CWORD - 1]}"
    printf "%s\n" "${COMPREPLY[@]:-()}"' bash "$top" "$@"
}

complete_by_fish()
{
  # shellcheck disable=SC2016
  timeout 100 fish --no-config -c '
    source "$argv[1]/completions/rollcall.fish"
    complete -C "rollcall $argv[2..]"' "$top" "$@" | tr '\t' '\n'
}

complete_by_script()
{
  rollcall completion "$1"
}

# A terminal of its own is typed at: what stands there behind the tabulator is
# printed as a whole.
complete_by_zsh()
{
  # shellcheck disable=SC2016
  timeout 100 zsh -f -c '
    zmodload zsh/zpty
    zpty shell zsh -f
    zpty -w shell "PS1=; fpath=(${(q)1}/completions \$fpath);" \
      "autoload -Uz compinit; compinit -u -D; bindkey -e; stty columns 200"
    zpty -w shell "print -r \$((6 * 7)) ready"
    zpty -r -m shell said "*42 ready*"
    zpty -w -n shell "rollcall ${*[2,-1]}"$'"'\t'"'
    sleep "$pause"
    zpty -w shell $'"'\x01'"'"print -r \$((6 * 7)) "
    zpty -r -m shell said "*42 rollcall*"$'"'\n'"'
    print -r -- ${said##*42 rollcall}' zsh "$top" "$@" | tr -d '\r'
}

(umask 077 && mkdir -p "$XDG_CONFIG_HOME/rollcall/clients")
for name in alpha beta; do
  printf '{"issuer":"https://a.example","client":{"client_id":"%s"}}\n' "$name" \
    >"$XDG_CONFIG_HOME/rollcall/clients/$name.json"
done
chmod 600 "$XDG_CONFIG_HOME"/rollcall/clients/*.json
: >"$dir/metadata.file"
cd "$dir" || exit 1
for shell in bash zsh fish; do
  if ! command -v "$shell" >/dev/null; then
    echo "# $shell is not here: what it completes is not looked at"
    continue
  fi
  offers "$shell: commands" discover "$shell" disc
  offers "$shell: options of a command" --software-statement "$shell" \
    register --software-st
  offers "$shell: of one without an argument" --names "$shell" list --nam
  offers "$shell: members" --backchannel-logout-uri "$shell" \
    update --backchannel-logout-u
  offers "$shell: those of every command" --cacert "$shell" read --cac
  for command in show read update rotate delete export passphrase; do
    offers "$shell: names of clients, $command" alpha "$shell" "$command" al
  done
done
if command -v fish >/dev/null; then
  offers 'fish: what a command is for' \
    "write a client's credentials for another program" fish exp
  offers 'fish: what an option means' 'start none, and say the address' \
    fish login --no-b
fi
offers 'zsh: what an option means' "'--local[only here, and not at the server]'" \
  script zsh
offers 'zsh: with a colon' "'--public[an app on a device\: no secret, PKCE]'" \
  script zsh
offers 'bash: names and no options where a name stands' 'alpha beta' bash show ''
offers 'bash: none where none is taken' '()' bash list al
