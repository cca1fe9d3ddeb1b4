# shellcheck shell=bash
# A rig: a private PostgreSQL, the programs and a web server, all below one
# directory and on loopback.  quickstart, the tests and the benchmarks source
# this file; nothing here is needed to run rollcall.
#
# The caller sets, before rig_open:
#   RIG_LIBEXEC  folder of the programs
#   RIG_ADMIN    the operator's command
#   RIG_MIGRATE  the script that applies the schema
#   RIG_SQL      folder of the SQL files
#   RIG_CONFS    folder that holds apache/, lighttpd/ and pages/
# and may set
#   RIG_PROGRAMS which programs to run, register first (all)
#   RIG_DATABASE libpq conninfo for the programs, such as that of a proxy
#   RIG_WORKERS  worker processes of register (8); the others have 2
#   RIG_BUSY     programs that have as many as register, between spaces
#   RIG_MORE     command that writes more lines for the web server's
#                configuration; its arguments are lighttpd, or apache and
#                where that has its modules
#   RIG_LIMITS   "yes": rate limits are what they are by default; else they are
#                off, for all that is asked comes from one address
#   RIG_PATIENCE database_timeout (as it is by default)
#   RIG_ORPHANS  "yes": what was started outlives a killed shell
#   RIG_MADE     folder with the pg/ and rollcall.key of a rig after rig_setup,
#                which are copied, not made
# Below the rig's directory stand then
#   pg/ log/ run/ www/  data, logs, sockets and pid files, document root
#   pages/ rollcall.key pages for people; what seals the signing keys
#   rollcall.conf env   the configuration; what there is, as shell variables
#   pg-start            starts PostgreSQL again after it was stopped
#   admin               rollcall-admin for what runs here

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

: "${RIG_PROGRAMS:=register metadata authorize login consent token jwks introspect revoke userinfo}"

# Processes started and not yet stopped, oldest first, as "pid signal name".
rig_started=()
# The command in front of everything that must not run as root, and the same
# with an end when this shell dies without a word.
rig_as=()
rig_tied=()

rig_say()
{
  printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# The user that everything runs as when we are root.
rig_user()
{
  if id -u postgres >/dev/null 2>&1; then
    echo postgres
  else
    echo nobody
  fi
}

# rig_reaches PATH: whether that user can get at it.
rig_reaches()
{
  [ "$(id -u)" -ne 0 ] || setpriv --reuid "$(rig_user)" \
    --regid "$(id -g "$(rig_user)")" --clear-groups test -x "$1"
}

# rig_open DIR: make the directory ready.
rig_open()
{
  mkdir -p "$1"
  RIG=$(cd "$1" && pwd -P)
  if [ "$(id -u)" -eq 0 ]; then
    rig_as=(setpriv --reuid "$(rig_user)" --regid "$(id -g "$(rig_user)")"
      --init-groups --inh-caps=-all)
    if ! rig_reaches "$RIG"; then
      rig_say "user $(rig_user), who runs the servers, cannot reach $RIG"
      return 1
    fi
  fi
  rig_tied=("${rig_as[@]}")
  if [ "${RIG_ORPHANS:-no}" != yes ]; then
    rig_tied=(setpriv --pdeathsig TERM "${rig_as[@]:1}")
  fi
  mkdir -p "$RIG/pg" "$RIG/log" "$RIG/tmp" "$RIG/www"
  # A socket's path has 108 bytes at most.
  if [ -e "$RIG/run" ] && [ ! -L "$RIG/run" ]; then
    RIG_RUN=$RIG/run
  elif [ "${#RIG}" -le 70 ]; then
    RIG_RUN=$RIG/run
    mkdir -p "$RIG_RUN"
  else
    RIG_RUN=$(mktemp -d /tmp/rollcall.XXXXXX)
    ln -sfn "$RIG_RUN" "$RIG/run"
  fi
  chmod 700 "$RIG/pg" "$RIG_RUN"
  rig_copy pages "$RIG/pages"
  if [ "$(id -u)" -eq 0 ]; then
    chown "$(rig_user):" "$RIG/pg" "$RIG/log" "$RIG/tmp" "$RIG/www" \
      "$RIG_RUN"
  fi
}

# rig_launch NAME SIGNAL COMMAND...: start it in a session of its own, note
# its pid, and remember to stop it by SIGNAL.
rig_launch()
{
  local name=$1 signal=$2
  shift 2
  setsid "${rig_tied[@]}" "$@" </dev/null >>"$RIG/log/$name.log" 2>&1 8>&- 9>&- &
  rig_started+=("$! $signal $name")
  echo "$!" >"$RIG_RUN/$name.pid"
}

# rig_wait_for NAME SECONDS COMMAND...: until the command succeeds; false when
# the process that was started last has died, or time is up.
rig_wait_for()
{
  local name=$1 tries=$(($2 * 20)) pid
  shift 2
  pid=$(cat "$RIG_RUN/$name.pid")
  until "$@" >/dev/null 2>&1; do
    if ! kill -0 "$pid" 2>/dev/null || [ "$tries" -eq 0 ]; then
      rig_say "$name did not start; the end of its log:"
      tail -n 12 "$RIG/log/$name.log" >&2
      return 1
    fi
    tries=$((tries - 1))
    sleep 0.05
  done
}

# rig_end PID SIGNAL NAME: stop a process and wait until it is gone.
rig_end()
{
  local tries=1200
  while kill -0 "$1" 2>/dev/null; do
    # Again each second: a signal is lost on who has just been started.
    [ $((tries % 20)) -ne 0 ] || kill -s "$2" "$1" 2>/dev/null || :
    if [ "$tries" -eq 0 ]; then
      rig_say "$3 (pid $1) does not stop: killed"
      kill -s KILL -- "-$1" 2>/dev/null || kill -s KILL "$1" 2>/dev/null || :
      break
    fi
    tries=$((tries - 1))
    sleep 0.05
  done
  wait "$1" 2>/dev/null || :
}

# rig_stop: end all that was started, last first.
rig_stop()
{
  local entry pid signal name i
  for ((i = ${#rig_started[@]} - 1; i >= 0; i--)); do
    entry=${rig_started[i]}
    read -r pid signal name <<<"$entry"
    # A test may have started PostgreSQL anew.
    [ "$name" != postgres ] || rig_end_postgres
    rig_end "$pid" "$signal" "$name"
    rm -f "$RIG_RUN/$name.pid"
  done
  rig_started=()
  if [ -L "${RIG:-}/run" ]; then
    rm -rf "$RIG_RUN" "$RIG/run"
  fi
}

# rig_end_postgres: end the server that holds our data, whoever started it.
rig_end_postgres()
{
  local pid
  [ -e "$RIG/pg/postmaster.pid" ] || return 0
  read -r pid <"$RIG/pg/postmaster.pid"
  if [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$RIG/pg" ]; then
    kill -s CONT "$pid" 2>/dev/null || :
    rig_end "$pid" INT postgres
  fi
}

# rig_pg_bin: where PostgreSQL's server programs are: Debian's place, Red
# Hat's, or the PATH; the newest of several.
rig_pg_bin()
{
  local initdb
  initdb=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb \
    /usr/pgsql-*/bin/initdb | grep -v '[*]' | sort -V | tail -n 1)
  initdb=${initdb:-$(command -v initdb)} || :
  printf '%s\n' "${initdb%/*}"
}

# rig_copy NAME FOLDER: the shipped files are used as they are, but where the
# servers' user can read them.
rig_copy()
{
  rm -rf "$2"
  mkdir "$2"
  cp "$RIG_CONFS/$1"/* "$2"
  chmod -R a+rX,u+w "$2"
}

# rig_start_postgres: a cluster on a UNIX socket only, which nobody else can
# reach, with the schema in the database rollcall.
rig_start_postgres()
{
  local bin
  bin=$(rig_pg_bin)
  if [ ! -x "$bin/postgres" ]; then
    rig_say "PostgreSQL's server programs were not found"
    return 1
  fi
  export PGHOST=$RIG_RUN PGPORT=5432 PGUSER=postgres PGDATABASE=rollcall
  unset PGPASSWORD PGSERVICE PGOPTIONS
  if [ ! -e "$RIG/pg/PG_VERSION" ] && [ -n "${RIG_MADE:-}" ]; then
    cp -a "$RIG_MADE/pg/." "$RIG/pg" || return 1
    cp -a "$RIG_MADE/rollcall.key" "$RIG" || return 1
  elif [ ! -e "$RIG/pg/PG_VERSION" ]; then
    (cd "$RIG/pg" && "${rig_as[@]}" "$bin/initdb" -D "$RIG/pg" -U postgres \
      --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync) \
      >"$RIG/log/initdb.log" 2>&1 || {
      rig_say "initdb failed; the end of its log:"
      tail -n 5 "$RIG/log/initdb.log" >&2
      return 1
    }
  fi
  rig_end_postgres
  local postmaster=("$bin/postgres" -D "$RIG/pg" -c listen_addresses=
    -c "unix_socket_directories=$RIG_RUN" -c unix_socket_permissions=0700
    -c port=5432 -c fsync=on -c synchronous_commit=on -c max_connections=100
    -c log_destination=stderr -c logging_collector=off)
  rig_write_pg_start "${postmaster[@]}"
  rig_launch postgres INT "${postmaster[@]}"
  rig_wait_for postgres 60 "$bin/pg_isready" -d postgres || return 1
  [ -z "${RIG_MADE:-}" ] || return 0
  if ! psql -XAtqc "SELECT 1 FROM pg_database WHERE datname = 'rollcall'" \
    postgres | grep -q 1; then
    psql -XAtqc 'CREATE DATABASE rollcall' postgres || return 1
  fi
  rig_migrate >"$RIG/log/migrate.log" 2>&1 || {
    rig_say "the schema was not applied; the end of the log:"
    tail -n 5 "$RIG/log/migrate.log" >&2
    return 1
  }
}

rig_migrate()
{
  ROLLCALL_SQL_DIR=$RIG_SQL "$RIG_MIGRATE"
}

# rig_setup: what the programs need beside the schema: the key file, and a
# signing key for each algorithm.
rig_setup()
{
  rig_write_admin
  [ -z "${RIG_MADE:-}" ] || return 0
  "$RIG/admin" setup >"$RIG/log/setup.log" 2>&1 || {
    rig_say "there are no signing keys; the end of the log:"
    tail -n 5 "$RIG/log/setup.log" >&2
    return 1
  }
  [ "$(id -u)" -ne 0 ] || chown "$(rig_user):" "$(rig_value key_file)"
}

# rig_write_admin: leave a script that is the operator's command for what runs
# here, as the owner of the schema.
rig_write_admin()
{
  local sql migrate admin
  sql=$(cd "$RIG_SQL" && pwd -P)
  migrate=$(cd "${RIG_MIGRATE%/*}" && pwd -P)/${RIG_MIGRATE##*/}
  admin=$(cd "${RIG_ADMIN%/*}" && pwd -P)/${RIG_ADMIN##*/}
  {
    printf '#!/bin/sh\n'
    printf 'export %s=%q\n' ROLLCALL_CONF "$RIG/rollcall.conf" \
      ROLLCALL_SQL_DIR "$sql" ROLLCALL_MIGRATE "$migrate"
    printf 'exec %q --database %q "$@"\n' "$admin" \
      "host=$RIG_RUN user=postgres dbname=rollcall"
  } >"$RIG/admin"
  chmod 755 "$RIG/admin"
}

# rig_write_pg_start COMMAND...: leave a script that starts it once more, for
# tests that stop PostgreSQL.
rig_write_pg_start()
{
  {
    printf '#!/bin/sh\n'
    printf 'cd %q || exit 1\n' "$RIG/pg"
    printf '%q ' setsid "${rig_as[@]}" "$@"
    printf '</dev/null >>%q 2>&1 8>&- 9>&- &\n' "$RIG/log/postgres.log"
  } >"$RIG/pg-start"
  chmod 755 "$RIG/pg-start"
}

# rig_configure SETTING...: write rollcall.conf.  A setting "key = value"
# takes the place of an earlier one of that key; a section is added.
rig_configure()
{
  local setting key i found limits=() patience=()
  [ "${RIG_LIMITS:-no}" = yes ] ||
    limits=('rate_limit_register = off' 'rate_limit_failures = off'
      'rate_limit_manage = off')
  [ -z "${RIG_PATIENCE:-}" ] || patience=("database_timeout = $RIG_PATIENCE")
  rig_settings=()
  for setting in "issuer = \"http://127.0.0.1:$RIG_PORT\"" \
    "database = \"${RIG_DATABASE:-host=$RIG_RUN dbname=rollcall}\"" \
    'database_role_prefix = "rollcall_"' "key_file = \"$RIG/rollcall.key\"" \
    "pages = \"$RIG/pages\"" "${limits[@]}" "${patience[@]}" "$@"; do
    key=$(rig_key "$setting")
    found=no
    for i in "${!rig_settings[@]}"; do
      if [ -n "$key" ] && [ "$(rig_key "${rig_settings[i]}")" = "$key" ]; then
        rig_settings[i]=$setting
        found=yes
      fi
    done
    [ "$found" = yes ] || rig_settings+=("$setting")
  done
  printf '%s\n' "${rig_settings[@]}" >"$RIG/rollcall.conf.new"
  mv "$RIG/rollcall.conf.new" "$RIG/rollcall.conf"
}

# rig_key SETTING: the key of "key = value", nothing for a section.
rig_key()
{
  [[ $1 =~ ^[[:space:]]*([a-z_]+)[[:space:]]*= ]] || return 0
  printf '%s\n' "${BASH_REMATCH[1]}"
}

# rig_value KEY: what the configuration says of it, without quotes.
rig_value()
{
  local setting
  for setting in "${rig_settings[@]}"; do
    if [ "$(rig_key "$setting")" = "$1" ] &&
      [[ $setting =~ =[[:space:]]*[\"\']?([^\"\']*[^\"\'[:space:]]) ]]; then
      printf '%s\n' "${BASH_REMATCH[1]}"
    fi
  done
}

# rig_issuer, rig_issuer_path, rig_endpoints: the issuer, the path in it, and
# the path that the endpoints are below.
rig_issuer()
{
  rig_value issuer
}

rig_issuer_path()
{
  rig_issuer | sed 's,^[a-z]*://[^/]*,,; s,/*$,,'
}

rig_endpoints()
{
  local base
  base=$(rig_value endpoint_base)
  [ -n "$base" ] || base=$(rig_issuer)/oauth
  printf '%s\n' "$base" | sed 's,^[a-z]*://[^/]*,,; s,/*$,,'
}

# rig_start_programs: each on a socket of its own.
rig_start_programs()
{
  local name
  for name in $RIG_PROGRAMS; do
    rm -f "$RIG_RUN/$name.sock"
    rig_start_program "$name" "$(rig_workers "$name")"
  done
  for name in $RIG_PROGRAMS; do
    rig_wait_for "$name" 60 test -S "$RIG_RUN/$name.sock" || return 1
  done
}

# rig_start_program NAME WORKERS
rig_start_program()
{
  rig_launch "$1" TERM env "ROLLCALL_CONF=$RIG/rollcall.conf" \
    "$RIG_LIBEXEC/$1" -s "$RIG_RUN/$1.sock" -w "$2"
}

# rig_workers NAME: how many worker processes a program has.
rig_workers()
{
  case " register ${RIG_BUSY:-} " in
    *" $1 "*) echo "${RIG_WORKERS:-8}" ;;
    *) echo 2 ;;
  esac
}

# rig_listens PORT: whether somebody does, on 127.0.0.1.
rig_listens()
{
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# rig_free_port: a port on which nobody listens; RIG_PORTS=FIRST-LAST bounds it.
rig_free_port()
{
  local range=${RIG_PORTS:-20000-32000} port tries=100
  while [ "$tries" -gt 0 ]; do
    port=$((${range%-*} + RANDOM % (${range#*-} - ${range%-*} + 1)))
    if ! rig_listens "$port"; then
      echo "$port"
      return 0
    fi
    tries=$((tries - 1))
  done
  rig_say "no free port in $range"
  return 1
}

# rig_start_server KIND: lighttpd, lighttpd-spawn, apache, apache-fcgid,
# apache-cgi or apache-htaccess, on RIG_PORT.
rig_start_server()
{
  local kind=$1 binary
  case $kind in
    lighttpd | lighttpd-spawn)
      rig_write_lighttpd "$kind"
      rig_launch server INT "$(rig_binary lighttpd)" -D \
        -f "$RIG/lighttpd.conf"
      ;;
    apache | apache-*)
      rig_write_apache "$kind" || return 1
      binary=$(rig_binary apache2 httpd)
      rig_launch server TERM "$binary" -d "$RIG" -f "$RIG/apache.conf" \
        -DFOREGROUND
      ;;
    *)
      rig_say "there is no server $kind"
      return 1
      ;;
  esac
  rig_wait_for server 60 rig_listens "$RIG_PORT" || return 1
  {
    printf '%s=%q\n' BASE_URL "http://127.0.0.1:$RIG_PORT" \
      ISSUER "$(rig_issuer)" RIG_DIR "$RIG" RIG_RUN "$RIG_RUN" \
      RIG_SERVER "$kind" RIG_PORT "$RIG_PORT" RIG_LIBEXEC "$RIG_LIBEXEC" \
      RIG_ADMIN "$RIG/admin" RIG_PROGRAMS "$RIG_PROGRAMS" \
      RIG_CONF "$RIG/rollcall.conf" PGHOST "$PGHOST" PGPORT "$PGPORT" PGUSER "$PGUSER" \
      PGDATABASE "$PGDATABASE"
  } >"$RIG/env"
}

# rig_binary NAME...: the first of these that there is.
rig_binary()
{
  local name
  for name in "$@"; do
    command -v "$name" && return 0
  done
  rig_say "$1 was not found"
  return 1
}

rig_write_lighttpd()
{
  local conf=rollcall
  [ "$1" = lighttpd ] || conf=rollcall-spawn
  rig_copy lighttpd "$RIG/confs"
  cat >"$RIG/lighttpd.conf" <<END
server.bind = "127.0.0.1"
server.port = $RIG_PORT
server.document-root = "$RIG/www"
server.upload-dirs = ("$RIG/tmp")
server.max-connections = 1024
var.rollcall_run = "$RIG_RUN"
var.rollcall_endpoints = "$(rig_endpoints)"
var.rollcall_libexec = "$RIG_LIBEXEC"
var.rollcall_conf = "$RIG/rollcall.conf"
include "$RIG/confs/$conf.conf"
END
  ${RIG_MORE:-:} lighttpd >>"$RIG/lighttpd.conf"
}

# rig_apache_modules: where Apache keeps its modules.
rig_apache_modules()
{
  local folder
  for folder in /usr/lib/apache2/modules /usr/lib64/httpd/modules \
    /usr/lib/httpd/modules; do
    [ ! -d "$folder" ] || {
      echo "$folder"
      return 0
    }
  done
  rig_say "Apache's modules were not found"
  return 1
}

rig_write_apache()
{
  local kind=$1 modules names name conf
  modules=$(rig_apache_modules) || return 1
  names='mpm_event authz_core alias env mime rewrite'
  case $kind in
    apache) names="$names proxy proxy_fcgi reqtimeout" conf=rollcall.conf ;;
    apache-fcgid) names="$names fcgid" conf=rollcall-fcgid.conf ;;
    apache-cgi) names="$names cgid" conf=rollcall-cgi.conf ;;
    apache-htaccess) names="$names cgid" conf= ;;
    *)
      rig_say "there is no server $kind"
      return 1
      ;;
  esac
  rig_copy apache "$RIG/confs"
  {
    for name in $names; do
      printf 'LoadModule %s_module %s/mod_%s.so\n' "$name" "$modules" "$name"
    done
    cat <<END
ServerName 127.0.0.1
Listen 127.0.0.1:$RIG_PORT
ServerRoot $RIG
PidFile $RIG_RUN/apache.pid
ErrorLog $RIG/log/apache.log
LogLevel warn
DefaultRuntimeDir $RIG_RUN
DocumentRoot $RIG/www
TypesConfig /dev/null
<Directory />
  Require all denied
</Directory>
<Directory $RIG/www>
  AllowOverride All
  Require all granted
</Directory>
<IfModule cgid_module>
  ScriptSock $RIG_RUN/cgid
</IfModule>
<IfModule fcgid_module>
  FcgidIPCDir $RIG_RUN/fcgid
  FcgidProcessTableFile $RIG_RUN/fcgid_shm
</IfModule>
Define ROLLCALL_RUN $RIG_RUN
Define ROLLCALL_ENDPOINTS $(rig_endpoints)
Define ROLLCALL_LIBEXEC $RIG_LIBEXEC
Define ROLLCALL_CONF $RIG/rollcall.conf
END
    [ -z "$conf" ] || printf 'Include %s/confs/%s\n' "$RIG" "$conf"
    ${RIG_MORE:-:} apache "$modules"
  } >"$RIG/apache.conf"
  [ "$kind" != apache-htaccess ] || rig_write_htaccess
}

# What a user of a shared host does by hand.
rig_write_htaccess()
{
  local name
  mkdir -p "$RIG/www/rollcall"
  for name in $RIG_PROGRAMS; do
    cp "$RIG_LIBEXEC/$name" "$RIG/www/rollcall/$name.cgi"
  done
  sed "s,/home/you/rollcall.conf,$RIG/rollcall.conf," \
    "$RIG_CONFS/apache/htaccess.example" >"$RIG/www/.htaccess"
}

# rig_answers [PATH]: whether the server answers with 200.
rig_answers()
{
  local path=${1:-/.well-known/oauth-authorization-server}
  [ "$(curl -s -o /dev/null -m 10 -w '%{http_code}' --noproxy '*' \
    "http://127.0.0.1:$RIG_PORT$path")" = 200 ]
}

# rig_start KIND SETTING...: all of it.
rig_start()
{
  rig_kind=$1
  shift
  rig_base=("$@")
  rig_start_postgres || return 1
  rig_configure "$@"
  rig_setup || return 1
  case $rig_kind in
    lighttpd | apache) rig_start_programs || return 1 ;;
  esac
  rig_start_server "$rig_kind" || return 1
  rig_wait_for server 60 rig_answers || return 1
  rig_write_reconf
}

# rig_programs: the pids of the processes that answer requests.
rig_programs()
{
  local folder name up rest roots=" "
  for name in $RIG_PROGRAMS server; do
    [ ! -e "$RIG_RUN/$name.pid" ] || roots+="$(cat "$RIG_RUN/$name.pid") "
  done
  for folder in /proc/[0-9]*; do
    read -r name 2>/dev/null <"$folder/comm" || continue
    [[ " $RIG_PROGRAMS " = *" $name "* ]] || continue
    up=${folder#/proc/}
    [[ $roots != *" $up "* ]] || continue
    while [ "${up:-0}" -gt 1 ]; do
      read -r rest 2>/dev/null <"/proc/$up/stat" || break
      # Behind the name, which may hold anything: state, parent.
      read -r _ up _ <<<"${rest##*) }"
      if [[ $roots = *" $up "* ]]; then
        echo "${folder#/proc/}"
        break
      fi
    done
  done
}

# rig_reconfigure SETTING...: put settings over those the rig started with,
# and wait until no process is left that knows the old ones.
rig_reconfigure()
{
  local old pid name tries=1200
  old=$(rig_programs)
  rig_configure "${rig_base[@]}" "$@"
  case $rig_kind in
    lighttpd | apache)
      for name in $RIG_PROGRAMS; do
        kill -s HUP "$(cat "$RIG_RUN/$name.pid")"
      done
      ;;
    lighttpd-spawn) [ -z "$old" ] || echo "$old" | xargs kill -s TERM ;;
    apache-fcgid) kill -s USR1 "$(cat "$RIG_RUN/server.pid")" ;;
    *) old= ;;
  esac
  for pid in $old; do
    # Its number may have become another's.
    while read -r name 2>/dev/null <"/proc/$pid/comm" &&
      [[ " $RIG_PROGRAMS " = *" $name "* ]]; do
      if [ "$tries" -eq 0 ]; then
        rig_say "process $pid kept the old configuration"
        return 1
      fi
      tries=$((tries - 1))
      sleep 0.05
    done
  done
  rig_wait_for server 60 rig_answers
}

# rig_write_reconf: leave a script that does so, for test programs.
rig_write_reconf()
{
  {
    printf '#!%s\nset -eu\n' "${BASH:-/bin/bash}"
    declare -p RIG RIG_RUN RIG_PORT RIG_PROGRAMS rig_kind rig_base
    printf 'RIG_DATABASE=%q\n' "${RIG_DATABASE:-}"
    printf 'RIG_LIMITS=%q\n' "${RIG_LIMITS:-}"
    printf 'RIG_PATIENCE=%q\n' "${RIG_PATIENCE:-}"
    declare -f rig_say rig_configure rig_key rig_programs rig_reconfigure \
      rig_wait_for rig_answers
    printf 'rig_reconfigure "$@"\n'
  } >"$RIG/reconf"
  chmod 755 "$RIG/reconf"
  echo "RIG_RECONF=$(printf '%q' "$RIG/reconf")" >>"$RIG/env"
}
