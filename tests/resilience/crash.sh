#!/usr/bin/env bash
# What a client was told survives: kill -9 of every PostgreSQL process while
# 32 clients register; each 201 that was seen is in the tables afterwards.
. "$(dirname "$0")/common.sh"

rounds=5
registrations=1000
seen=

# missing: how many of the clients seen are not there, with their token.
missing()
{
  psql -XAtq -v ON_ERROR_STOP=1 <<END
CREATE TEMPORARY TABLE seen (client_id text, token text);
\\copy seen FROM '$seen' WITH (DELIMITER ' ')
SELECT count(*) FROM seen s
  LEFT JOIN rollcall.client c ON c.client_id = s.client_id
 WHERE c.registration_token_hash IS NULL;
END
}

# lines: how many clients were seen by now.
lines()
{
  if [ -e "$seen" ]; then
    wc -l <"$seen"
  else
    echo 0
  fi
}

round()
{
  local name="round $1, $rig_kind" at count
  seen=$dir/tmp/seen.$1
  at=$((RANDOM % 500 + 100))
  # On a busy machine they may all be done before it is killed: they go on
  # until they have met that.
  ask_aside -c 32 -n "$registrations" -r -u 503 -l "$seen"
  while [ "$(lines)" -lt "$at" ]; do
    nap 0.01
  done
  pg_kill
  pg_start
  hear
  check "$name: every answer was 201 or 503" only 201 503
  check "$name: it was killed in the middle" test "$(got 503)" -gt 0
  count=$(lines)
  check "$name: all registered in the end" \
    test "$(got 201)" -ge "$registrations" -a "$(got 201)" -eq "$count"
  check "$name: each 201 is in both tables" test "$(missing)" = 0
  # Those who have met no database for a while look again after a pause.
  ask -c 8 -n "$count" -r -k "$seen" -o g
  check "$name: each is read with its own token" only 200 503
  check "$name: all of them" test "$(got 200)" -eq "$count"
}

need_apache mod_proxy_fcgi.so
begin lighttpd
for setting in fsync synchronous_commit full_page_writes; do
  check "$setting is on for the program's role" test \
    "$(PGUSER=rollcall_register sql "SHOW $setting")" = on
done
for number in $(seq "$rounds"); do
  if [ $((number % 2)) -eq 1 ]; then
    serve lighttpd
  else
    serve apache
  fi
  round "$number"
done
end
