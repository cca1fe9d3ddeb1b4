-- The statements of the programs, by name.  lib/statements.awk makes C of
-- this file: each statement begins with "-- name:" and ends with a line that
-- ends in ";"; what begins with "-- part:" stands in others as {{its name}}.
-- Parameters are cast, so their types are certain; hashes are
-- bytea and sent as bytes; times come back as seconds since 1970, rounded
-- down; every object is named with its schema.  A lifetime is in seconds
-- since the token was last used; 0 is for ever.

-- part: client_entered
INSERT INTO rollcall.client (client_id, secret_hash, metadata, issued_from,
    policy, status, secret_expires_at, registration_token_hash,
    registration_token_issued_at)
SELECT $1::text, $2::bytea, $3::jsonb, $5::inet, $7::text, $8::text,
       now() + make_interval(secs => $9::bigint), $4::bytea, now();

-- part: client_entry_noted
INSERT INTO rollcall.audit (event, actor, address, user_agent, client_id,
    detail)
SELECT 'client.registered', 'anonymous', $5::inet, $6::text, client_id,
       $10::jsonb
  FROM registered
RETURNING floor(extract(epoch FROM now()))::bigint AS issued_at;

-- name: client_register
-- Register a client that comes without an initial access token, with the token
-- that manages it, and the audit log's row.  $1 client_id, $2 hash of its
-- secret or NULL, $3 metadata, $4 hash of its registration access token, $5
-- address that it came from or NULL, $6 user agent or NULL, $7 policy, $8
-- status, $9 for how many seconds the secret is good, or NULL, $10 detail or
-- NULL.
-- Returns: issued_at.
WITH registered AS (
	{{client_entered}}
	RETURNING client_id)
{{client_entry_noted}};

-- name: client_register_in_place
-- The same where a place was reserved.  $1 to $10, $11 and $12 name and epoch
-- of the client_count that it was reserved in.
-- Returns: no row where that place is void; else issued_at.
WITH registered AS (
	{{client_entered}}
	 WHERE EXISTS (SELECT FROM rollcall.client_count n
	        WHERE n.name = $11::text AND n.epoch = $12::uuid)
	RETURNING client_id)
{{client_entry_noted}};

-- name: client_register_by_token
-- The same by an initial access token, a use of which is spent.  One without a
-- limit is only looked at, lest registrations wait for each other.  $1 to $12,
-- $11 and $12 NULL where no place was reserved, $13 the token's number.
-- Returns: no row where that place is void, or the token is no longer good;
-- else issued_at.
WITH spent AS (
	UPDATE rollcall.initial_token i
	   SET uses_left = i.uses_left - 1, last_used_at = now()
	 WHERE i.initial_token_id = $13::bigint AND i.uses_left > 0
	   AND i.revoked_at IS NULL AND coalesce(i.expires_at > now(), true)
	   AND ($11::text IS NULL OR EXISTS (SELECT FROM rollcall.client_count n
	        WHERE n.name = $11::text AND n.epoch = $12::uuid))
	RETURNING i.initial_token_id),
allowed AS (
	SELECT initial_token_id FROM spent
	UNION ALL
	SELECT i.initial_token_id FROM rollcall.initial_token i
	 WHERE i.initial_token_id = $13::bigint AND i.uses_left IS NULL
	   AND i.revoked_at IS NULL AND coalesce(i.expires_at > now(), true)
	   AND ($11::text IS NULL OR EXISTS (SELECT FROM rollcall.client_count n
	        WHERE n.name = $11::text AND n.epoch = $12::uuid))),
registered AS (
	INSERT INTO rollcall.client (client_id, secret_hash, metadata,
	    issued_from, policy, status, secret_expires_at,
	    registration_token_hash, registration_token_issued_at, door,
	    initial_token_id)
	SELECT $1::text, $2::bytea, $3::jsonb, $5::inet, $7::text,
	       $8::text, now() + make_interval(secs => $9::bigint),
	       $4::bytea, now(), 'token', initial_token_id
	  FROM allowed
	RETURNING client_id)
INSERT INTO rollcall.audit (event, actor, address, user_agent, client_id,
    detail)
SELECT 'client.registered', 'initial_token:' || $13::bigint,
       $5::inet, $6::text, client_id, $10::jsonb
  FROM registered
RETURNING floor(extract(epoch FROM now()))::bigint AS issued_at;

-- name: initial_token_find
-- Read an initial access token.  $1 its hash, $2 the address that it comes from
-- or NULL.
-- Returns: no row where it is unknown; else initial_token_id, fault (revoked,
-- expired, used_up, address; NULL where it is good now), policy, redirect_hosts, scopes, grant_types
-- (JSON arrays, or NULL), limited, idle (its use is to be noted:
-- initial_token_touch).
SELECT i.initial_token_id,
       CASE WHEN i.revoked_at IS NOT NULL THEN 'revoked'
           WHEN i.expires_at <= now() THEN 'expired'
           WHEN i.uses_left <= 0 THEN 'used_up'
           WHEN i.addresses IS NOT NULL
               AND coalesce($2::text::inet <<= ANY (i.addresses), false)
                   IS FALSE
           THEN 'address' END AS fault,
       i.policy, to_jsonb(i.redirect_hosts)::text AS redirect_hosts,
       to_jsonb(i.scopes)::text AS scopes,
       to_jsonb(i.grant_types)::text AS grant_types,
       i.uses_left IS NOT NULL AS limited,
       coalesce(i.last_used_at < now() - interval '1 minute', true) AS idle
  FROM rollcall.initial_token i
 WHERE i.token_hash = $1::bytea;

-- name: initial_token_read
-- Read one by its number, whatever has become of it.  $1 number.
-- Returns: as initial_token_find.
SELECT i.initial_token_id, NULL::text AS fault,
       i.policy, to_jsonb(i.redirect_hosts)::text AS redirect_hosts,
       to_jsonb(i.scopes)::text AS scopes,
       to_jsonb(i.grant_types)::text AS grant_types,
       i.uses_left IS NOT NULL AS limited, false AS idle
  FROM rollcall.initial_token i
 WHERE i.initial_token_id = $1::bigint;

-- name: initial_token_touch
-- Note that a token without a limit registered a client, at most once a minute
-- and without waiting for the disk.  $1 number.
UPDATE rollcall.initial_token SET last_used_at = now()
 WHERE initial_token_id = $1::bigint
   AND coalesce(last_used_at < now() - interval '1 minute', true)
   AND set_config('synchronous_commit', 'off', true) IS NOT NULL;

-- name: admit
-- Count a registration against rate limits and reserve a client's place, as the
-- function says.  What is not limited is NULL.  $1 network; of the address $2
-- bucket, $3 how many, $4 in how many seconds; of the initial access token $5
-- to $7 the same; $8 the name of the network's count, $9 how many it may have;
-- $10 policy, $11 and $12 its rate, $13 how many clients it may have, $14 how
-- many registrations under it are wanted at once; of those wanted before, $15
-- how many were not used, $16 epoch, $17 began.
-- Returns: refused (the rule, or NULL), wait, epoch, granted, good_for, began
-- (s): the count has not been made anew since, for its row is locked.
SELECT refused, wait, epoch, granted, good_for,
       extract(epoch FROM clock_timestamp()) AS began
  FROM rollcall.admit($1::text::inet, $2::text, $3::bigint, $4::bigint,
       $5::text, $6::bigint, $7::bigint, $8::text, $9::bigint, $10::text,
       $11::bigint, $12::bigint, $13::bigint, $14::bigint, $15::bigint,
       $16::text::uuid, to_timestamp($17::double precision));

-- name: client_count_give_back
-- Give places back.  $1 names, $2 epoch or NULL, $3 when the transaction began
-- that reserved them or made them free, in seconds, or NULL, $4 how many.
SELECT rollcall.client_count_give_back($1::text[], $2::text::uuid,
       to_timestamp($3::double precision), $4::bigint);

-- name: client_count_forget
-- Forget what was counted of a policy without such a limit: were it limited
-- again, it is counted anew.  Other processes may still know the limit, so the
-- rows are locked as they do it, networks first.  $1 name of the policy's count
-- or NULL, $2 what the names of its networks' counts begin with, up to the
-- colon, or NULL.
DELETE FROM rollcall.client_count
 WHERE name = ANY (ARRAY(
       SELECT name FROM rollcall.client_count
        WHERE name = $1::text
           OR (name > $2::text || ':' AND name < $2::text || ';')
        ORDER BY name = $1::text, name FOR UPDATE));

-- name: client_count_look
-- Look whether there are as many clients as may be, and reserve nothing.  $1
-- policy, $2 how many it may have, or NULL, $3 the name of the network's count
-- or NULL, $4 how many it may have.
-- Returns: refused (the rule), or no row.
SELECT CASE name WHEN $3::text THEN 'max_clients_per_address'
           ELSE 'max_clients' END AS refused
  FROM rollcall.client_count
 WHERE (name = $3::text AND level >= $4::bigint)
    OR (name = $1::text AND level >= $2::bigint)
 ORDER BY refused DESC LIMIT 1;

-- name: audit_refused
-- Note a refusal, without waiting for the disk.  $1 event, $2 actor, $3 address
-- or NULL, $4 user agent or NULL, $5 client_id or NULL, $6 outcome, $7 rule or
-- NULL, $8 detail or NULL.
INSERT INTO rollcall.audit (event, actor, address, user_agent, client_id,
    outcome, rule, detail)
SELECT $1::text, $2::text, $3::text::inet, $4::text, $5::text, $6::text,
       $7::text, $8::text::jsonb
 WHERE set_config('synchronous_commit', 'off', true) IS NOT NULL;

-- Of a client that manages itself (RFC 7592): $1 client_id, $2 hash of its
-- registration access token, $3 lifetime.

-- part: token_used
-- When $2, the token of client c or the next one, was last used, or the client.
greatest(c.last_used_at, CASE c.registration_token_hash WHEN $2::bytea
    THEN coalesce(c.registration_token_last_used_at,
        c.registration_token_issued_at)
    ELSE c.next_registration_token_issued_at END);

-- part: token_lives
c.client_id = $1::text
AND $2::bytea IN (c.registration_token_hash, c.next_registration_token_hash)
AND ($3::bigint = 0
    OR extract(epoch FROM now() - {{token_used}}) < $3::bigint);

-- name: client_manage
-- Count a change of a client by whoever has a good token, so that nobody else
-- can use up its rate.  $1 to $3, $4 how many, $5 in how many seconds, $6
-- network or NULL.
-- Returns: no row where the token is not valid; else refused (the rule, or
-- NULL), wait.
SELECT a.refused, a.wait
  FROM rollcall.client c,
       LATERAL rollcall.rate_admit('rate_limit_manage',
           'manage:' || c.client_id, $4::bigint, $5::bigint,
           $6::text::inet) a
 WHERE {{token_lives}};

-- part: token_stale
-- Its use is to be noted: the first of the next token, and whenever the last
-- one noted is more than a day, or half the lifetime, ago.
(c.registration_token_hash IS DISTINCT FROM $2::bytea
    OR extract(epoch FROM now() - {{token_used}})
    > CASE $3::bigint WHEN 0 THEN 86400
        ELSE least(86400, $3::bigint / 2) END);

-- part: own_secret
-- $4 is a secret of client c.
(c.secret_hash = $4::bytea OR c.previous_secret_hash = $4::bytea
    AND c.previous_secret_expires_at > now());

-- name: client_read
-- Read the client that a registration access token manages, whatever its
-- status.  $1 client_id, $2 hash of the token, $3 lifetime, $4 hash of a
-- client secret to judge, or NULL.
-- Returns: no row where the token is not valid; else metadata, issued_at,
-- secret_expires_at or NULL, has_secret, status, version, stale (note this use
-- by registration_token_touch), secret_matches (NULL where none was to judge),
-- policy, initial_token_id or NULL.
SELECT c.metadata::text AS metadata,
       floor(extract(epoch FROM c.issued_at))::bigint AS issued_at,
       floor(extract(epoch FROM c.secret_expires_at))::bigint
           AS secret_expires_at,
       c.secret_hash IS NOT NULL AS has_secret,
       c.status,
       c.version,
       {{token_stale}} AS stale,
       CASE WHEN $4::bytea IS NOT NULL
           THEN coalesce({{own_secret}}, false)
       END AS secret_matches,
       c.policy, c.initial_token_id
  FROM rollcall.client c
 WHERE {{token_lives}};

-- part: token_taken
-- $2 is the token of client c from now on, if it was not before.
registration_token_hash = $2::bytea,
registration_token_issued_at = CASE c.registration_token_hash WHEN $2::bytea
    THEN c.registration_token_issued_at
    ELSE c.next_registration_token_issued_at END,
registration_token_last_used_at = now();

-- name: registration_token_touch
-- Note the use of a registration access token, where the last one noted is
-- old enough, and tell the audit log; with its first use the next token takes
-- the place of the one before.  $1 to $3, $4 address or NULL, $5 user agent or
-- NULL.
WITH touched AS (
	UPDATE rollcall.client c
	   SET {{token_taken}},
	       next_registration_token_hash =
	           CASE c.registration_token_hash WHEN $2::bytea
	           THEN c.next_registration_token_hash END,
	       next_registration_token_issued_at =
	           CASE c.registration_token_hash WHEN $2::bytea
	           THEN c.next_registration_token_issued_at END
	 WHERE {{token_lives}} AND {{token_stale}}
	RETURNING c.client_id)
INSERT INTO rollcall.audit (event, actor, address, user_agent, client_id)
SELECT 'registration_token.used', 'registration_token', $4::text::inet,
       $5::text, client_id
  FROM touched;

-- name: client_replace
-- Replace a client's metadata where the token is valid, the client is active
-- or pending, the secret and version that were presented are the client's own,
-- and it is of the policy and initial access token by which the metadata was
-- judged; keep the former version, 100 of them at most, and tell the audit log.
-- $1 client_id, $2 hash of the token, $3 lifetime, $4 hash of the secret
-- presented, or NULL for none, $5 metadata, $6 whether its method uses a
-- secret, $7 hash of a fresh secret, taken where one is needed and there was
-- none, $8 version that was read, or NULL for any, $9 policy, $10 initial
-- access token or 0, $11 whether changes want approval, $12 for how many seconds
-- a fresh secret is good, or NULL, $13 address or NULL, $14 user agent or NULL.
-- Returns: no row where nothing was changed; else issued_at, fresh (the fresh
-- secret was taken), secret_expires_at or NULL, stale as client_read has it,
-- status.
WITH was AS (
	SELECT c.client_id, c.version, c.metadata, c.status,
	       rollcall.metadata_changes(c.metadata, $5::text::jsonb) AS changes,
	       {{token_stale}} AS stale
	  FROM rollcall.client c
	 WHERE {{token_lives}} AND c.status IN ('active', 'pending')
	   AND ($4::bytea IS NULL OR {{own_secret}})
	   AND ($8::integer IS NULL OR c.version = $8::integer)
	   AND c.policy = $9::text
	   AND coalesce(c.initial_token_id, 0) = $10::bigint
	   FOR NO KEY UPDATE),
kept AS (
	INSERT INTO rollcall.client_version (client_id, version, metadata,
	    replaced_by, replaced_from)
	SELECT client_id, version, metadata, 'registration_token',
	       $13::text::inet
	  FROM was),
forgotten AS (
	DELETE FROM rollcall.client_version v USING was
	 WHERE v.client_id = was.client_id AND v.version <= was.version - 100),
replaced AS (
	UPDATE rollcall.client c
	   SET metadata = $5::text::jsonb,
	       secret_hash = CASE WHEN $6::boolean
	           THEN coalesce(c.secret_hash, $7::bytea) END,
	       secret_expires_at = CASE WHEN NOT $6::boolean THEN NULL
	           WHEN c.secret_hash IS NOT NULL THEN c.secret_expires_at
	           ELSE now() + make_interval(secs => $12::bigint) END,
	       previous_secret_hash = CASE WHEN $6::boolean
	           THEN c.previous_secret_hash END,
	       previous_secret_expires_at = CASE WHEN $6::boolean
	           THEN c.previous_secret_expires_at END,
	       status = CASE WHEN $11::boolean AND EXISTS (
	           SELECT FROM jsonb_object_keys(was.changes) member
	            WHERE member NOT IN ('contacts', 'software_version'))
	           THEN 'pending' ELSE c.status END,
	       updated_at = now(),
	       version = c.version + 1
	  FROM was
	 WHERE c.client_id = was.client_id
	RETURNING c.client_id, c.issued_at, c.secret_hash, c.secret_expires_at,
	    c.status),
noted AS (
	INSERT INTO rollcall.audit (event, actor, address, user_agent,
	    client_id, detail)
	SELECT 'client.updated', 'registration_token', $13::text::inet,
	       $14::text, client_id,
	       was.changes || CASE WHEN was.status <> replaced.status
	           THEN jsonb_build_object('status', jsonb_build_object(
	               'before', was.status, 'after', replaced.status))
	           ELSE '{}' END
	  FROM was JOIN replaced USING (client_id))
SELECT floor(extract(epoch FROM replaced.issued_at))::bigint AS issued_at,
       coalesce(replaced.secret_hash = $7::bytea, false) AS fresh,
       floor(extract(epoch FROM replaced.secret_expires_at))::bigint
           AS secret_expires_at,
       was.stale, replaced.status
  FROM was JOIN replaced USING (client_id);

-- name: client_delete
-- Delete a client and all that hangs on it, where the token is valid and the
-- client is active or pending; the audit log keeps what it was.  $1 client_id,
-- $2 hash of the token, $3 lifetime, $4 address or NULL, $5 user agent or NULL.
-- Returns: no row where nothing was deleted; else policy, counted (in
-- client_count), issued_from, began (when this transaction did, s).
WITH deleted AS (
	DELETE FROM rollcall.client c
	 WHERE {{token_lives}} AND c.status IN ('active', 'pending')
	RETURNING c.client_id, c.metadata, c.policy, c.door, c.issued_from),
noted AS (
	INSERT INTO rollcall.audit (event, actor, address, user_agent,
	    client_id, detail)
	SELECT 'client.deleted', 'registration_token', $4::text::inet,
	       $5::text, client_id, jsonb_build_object('metadata', metadata)
	  FROM deleted)
SELECT policy, door IN ('dynamic', 'token') AS counted,
       host(issued_from) AS issued_from,
       extract(epoch FROM now()) AS began
  FROM deleted;

-- part: overlaps
-- The secret lives on for a while when another takes its place.
($5::bigint > 0 AND coalesce(c.secret_expires_at > now(), true));

-- name: client_rotate_secret
-- Give a client another secret; the one that it has lives on for a while,
-- unless it has expired.  $1 to $3, $4 hash of the new secret, $5 for how many
-- seconds the old one lives on, $6 lifetimes of secrets in seconds, by policy,
-- as a JSON object, $7 that of other policies, $8 address or NULL, $9 user
-- agent or NULL.
-- Returns: no row where nothing was changed; else metadata, issued_at,
-- secret_expires_at or NULL, version, stale.
WITH rotated AS (
	UPDATE rollcall.client c
	   SET secret_hash = $4::bytea,
	       secret_expires_at = now() + make_interval(secs => nullif(
	           coalesce(($6::text::jsonb ->> c.policy)::bigint, $7::bigint),
	           0)),
	       previous_secret_hash = CASE WHEN {{overlaps}}
	           THEN c.secret_hash END,
	       previous_secret_expires_at = CASE WHEN {{overlaps}}
	           THEN least(c.secret_expires_at,
	               now() + make_interval(secs => $5::bigint)) END
	 WHERE {{token_lives}} AND c.status IN ('active', 'pending')
	   AND c.secret_hash IS NOT NULL
	RETURNING c.client_id, c.metadata, c.issued_at, c.secret_expires_at,
	    c.version, {{token_stale}} AS stale),
logged AS (
	INSERT INTO rollcall.audit (event, actor, address, user_agent,
	    client_id)
	SELECT 'client.secret_rotated', 'registration_token', $8::text::inet,
	       $9::text, client_id
	  FROM rotated)
SELECT metadata::text AS metadata,
       floor(extract(epoch FROM issued_at))::bigint AS issued_at,
       floor(extract(epoch FROM secret_expires_at))::bigint
           AS secret_expires_at,
       version, stale
  FROM rotated;

-- name: registration_token_rotate
-- Give a client another registration access token; the one presented dies when
-- the new one is first used.  $1 to $3, $4 hash of the new token, $5 address or
-- NULL, $6 user agent or NULL.
-- Returns: no row where nothing was changed; else metadata, issued_at,
-- secret_expires_at or NULL, version.
WITH rotated AS (
	UPDATE rollcall.client c
	   SET {{token_taken}},
	       next_registration_token_hash = $4::bytea,
	       next_registration_token_issued_at = now()
	 WHERE {{token_lives}} AND c.status IN ('active', 'pending')
	RETURNING c.client_id, c.metadata, c.issued_at, c.secret_expires_at,
	    c.version),
logged AS (
	INSERT INTO rollcall.audit (event, actor, address, user_agent,
	    client_id)
	SELECT 'client.registration_token_rotated', 'registration_token',
	       $5::text::inet, $6::text, client_id
	  FROM rotated)
SELECT metadata::text AS metadata,
       floor(extract(epoch FROM issued_at))::bigint AS issued_at,
       floor(extract(epoch FROM secret_expires_at))::bigint
           AS secret_expires_at,
       version
  FROM rotated;

-- name: client_revive
-- Make an archived public client that registered itself active again.  $1
-- client_id, $2 who wants it, as audit.actor has it, $3 address or NULL, $4
-- user agent or NULL, $5 and $6 name and epoch of the client_count in which its
-- place was reserved, or NULL.
-- Returns: revived; NULL: that place is void.
SELECT rollcall.client_revive_public($1::text, $2::text, $3::text::inet,
       $4::text, $5::text, $6::text::uuid) AS revived;

-- Of a client that authenticates with its request (RFC 6749 2.3): $1
-- client_id, $2 the registered methods that let it in, $3 hash of the secret
-- presented or NULL.  Each statement of an endpoint that clients call checks
-- these itself, so that check and act are one round trip and cannot race.
-- Where one returns no row, client_authenticate says whether it was that.

-- part: secret_fits
-- The secret before the last rotation lives on for a while.
(c.secret_hash IS NOT DISTINCT FROM $3::bytea
    OR c.previous_secret_hash = $3::bytea
    AND c.previous_secret_expires_at > now());

-- part: secret_expired
(c.secret_hash IS NOT DISTINCT FROM $3::bytea
    AND coalesce(c.secret_expires_at <= now(), false));

-- part: client_fits
-- Whether what client c presented lets it in.
c.token_endpoint_auth_method = ANY ($2::text[])
AND {{secret_fits}} AND NOT {{secret_expired}};

-- name: client_authenticate
-- Judge what a client presented.  $1 to $3.
-- Returns: no row for an unknown client; else status, method (the registered
-- one), method_fits, secret_fits, secret_expired, metadata, idle (last_used_at
-- is to be noted), issued_at.
SELECT c.status, c.token_endpoint_auth_method::text AS method,
       c.token_endpoint_auth_method = ANY ($2::text[]) AS method_fits,
       coalesce({{secret_fits}}, false) AS secret_fits,
       {{secret_expired}} AS secret_expired,
       c.metadata::text AS metadata,
       coalesce(c.last_used_at < now() - interval '1 day', true) AS idle,
       floor(extract(epoch FROM c.issued_at))::bigint AS issued_at
  FROM rollcall.client c
 WHERE c.client_id = $1::text;

-- name: client_touch
-- Note that a client was given a token, at most once a day; the lifetime of its
-- registration access token counts from there too.  $1 client_id.
UPDATE rollcall.client SET last_used_at = now()
 WHERE client_id = $1::text
   AND coalesce(last_used_at < now() - interval '1 day', true);

-- name: used_assertion_add
-- Note that a client assertion was used.  $1 client_id, $2 hash of its jti,
-- $3 when it may be forgotten, as seconds since 1970.
-- Returns: client_id, or no row where it was used before.
INSERT INTO rollcall.used_assertion (client_id, jti_hash, expires_at)
VALUES ($1::text, $2::bytea, to_timestamp($3::bigint))
ON CONFLICT DO NOTHING
RETURNING client_id;

-- name: access_token_issue
-- Give a client an access token for itself (RFC 6749 4.4).  $1 to $3, $4 scope
-- asked for or NULL: all that speaks of no person, $5 audience, $6 hash of the token, $7 lifetime in
-- seconds.
-- Returns: no row where it may not be; else scope, idle.
WITH me AS (
	SELECT c.client_id, CASE WHEN $4::text IS NOT NULL THEN $4::text
	       ELSE (SELECT string_agg(word, ' ' ORDER BY n)
	           FROM unnest(string_to_array(c.scope, ' '))
	           WITH ORDINALITY AS t (word, n)
	           WHERE word <> ALL ('{openid,offline_access,profile,email}'))
	       END AS scope,
	       coalesce(c.last_used_at < now() - interval '1 day', true)
	           AS idle
	  FROM rollcall.client c
	 WHERE c.client_id = $1::text AND c.status = 'active' AND {{client_fits}}
	   AND c.token_endpoint_auth_method <> 'none'
	   AND 'client_credentials' = ANY (c.grant_types)
	   AND ($4::text IS NULL OR string_to_array(c.scope, ' ')
	       @> string_to_array($4::text, ' '))),
issued AS (
	INSERT INTO rollcall.access_token
	    (token_hash, client_id, scope, audience, expires_at)
	SELECT $6::bytea, client_id, scope, $5::text[],
	       now() + make_interval(secs => $7::bigint)
	  FROM me)
SELECT scope, idle FROM me;

-- name: code_redeem
-- Spend an authorization code, once, and issue what it was for (RFC 6749
-- 4.1.3).  $1 to $3, $4 hash of the code, $5 redirect_uri or NULL, $6 challenge
-- that the verifier makes or NULL, $7 audience asked for or NULL, $8 hash of
-- the access token, $9 its lifetime, $10 hash of the refresh token, $11 its
-- lifetime, $12 whether an OpenID Connect client gets one without
-- offline_access, $13 the issuer, which stays in the audience where openid is
-- in the scope.
-- Returns: no row where nothing was issued; else account_id, scope, audience
-- (a JSON array), nonce, auth_time or NULL, refresh (one was issued), metadata
-- of the client, idle.
WITH code AS (
	UPDATE rollcall.authorization_code k SET spent_at = now()
	  FROM rollcall.authorization_grant g
	  JOIN rollcall.client c ON c.client_id = g.client_id
	  JOIN rollcall.account a ON a.account_id = g.account_id
	 WHERE k.code_hash = $4::bytea AND k.spent_at IS NULL
	   AND k.expires_at > now() AND g.grant_id = k.grant_id
	   AND k.code_challenge IS NOT DISTINCT FROM $6::text
	   AND CASE WHEN $5::text IS NULL THEN NOT k.redirect_uri_given
	       ELSE k.redirect_uri = $5::text END
	   AND ($7::text[] IS NULL OR g.audience @> $7::text[])
	   AND g.client_id = $1::text AND g.revoked_at IS NULL
	   AND g.created_at >= c.valid_from
	   AND a.status = 'active' AND g.created_at >= a.valid_from
	   AND c.status = 'active' AND {{client_fits}}
	   AND 'authorization_code' = ANY (c.grant_types)
	RETURNING g.grant_id, g.client_id, g.account_id, g.scope,
	    CASE WHEN $7::text[] IS NULL THEN g.audience
	        WHEN 'openid' = ANY (string_to_array(g.scope, ' '))
	            AND $13::text = ANY (g.audience)
	            AND NOT $13::text = ANY ($7::text[])
	        THEN $7::text[] || $13::text
	        ELSE $7::text[] END AS audience, g.nonce, g.auth_time,
	    'refresh_token' = ANY (c.grant_types)
	    AND ($12::boolean
	        OR NOT 'openid' = ANY (coalesce(string_to_array(g.scope, ' '),
	            '{}'))
	        OR 'offline_access' = ANY (string_to_array(g.scope, ' ')))
	        AS refresh,
	    c.metadata,
	    coalesce(c.last_used_at < now() - interval '1 day', true) AS idle),
access AS (
	INSERT INTO rollcall.access_token (token_hash, client_id, grant_id,
	    scope, audience, expires_at)
	SELECT $8::bytea, client_id, grant_id, scope, audience,
	       now() + make_interval(secs => $9::bigint)
	  FROM code),
refresh AS (
	INSERT INTO rollcall.refresh_token (token_hash, grant_id, expires_at)
	SELECT $10::bytea, grant_id,
	       now() + make_interval(secs => $11::bigint)
	  FROM code WHERE refresh)
SELECT account_id, scope, to_jsonb(audience)::text AS audience, nonce,
       floor(extract(epoch FROM auth_time))::bigint AS auth_time, refresh,
       metadata::text AS metadata, idle
  FROM code;

-- name: code_why
-- Find out what is wrong with a code that was not redeemed.  $1 hash of the
-- code, $2 client_id, $3 redirect_uri or NULL, $4 challenge or NULL, $5
-- audience or NULL.
-- Returns: no row for an unknown code; else spent, expired, own (of that
-- client), redirect_uri_fits, challenge (there is one), challenge_fits,
-- audience_fits.
SELECT k.spent_at IS NOT NULL AS spent, k.expires_at <= now() AS expired,
       g.client_id = $2::text AS own,
       CASE WHEN $3::text IS NULL THEN NOT k.redirect_uri_given
           ELSE k.redirect_uri = $3::text END AS redirect_uri_fits,
       k.code_challenge IS NOT NULL AS challenge,
       k.code_challenge IS NOT DISTINCT FROM $4::text AS challenge_fits,
       $5::text[] IS NULL OR g.audience @> $5::text[] AS audience_fits
  FROM rollcall.authorization_code k
  JOIN rollcall.authorization_grant g ON g.grant_id = k.grant_id
 WHERE k.code_hash = $1::bytea;

-- name: code_replayed
-- Revoke what a code gave that is used a second time (RFC 6749 4.1.2).  $1
-- hash of the code.
UPDATE rollcall.authorization_grant g SET revoked_at = now()
  FROM rollcall.authorization_code k
 WHERE k.code_hash = $1::bytea AND k.spent_at IS NOT NULL
   AND g.grant_id = k.grant_id AND g.revoked_at IS NULL;

-- name: refresh_token_rotate
-- Exchange a refresh token for its successor and an access token (RFC 6749 6,
-- RFC 9700 4.14.2).  $1 to $3, $4 hash of the token, $5 hash of its successor,
-- $6 that one sealed, $7 its lifetime, $8 hash of the access token, $9 its
-- lifetime, $10 scope asked for or NULL, $11 audience asked for or NULL, $12
-- the issuer, as code_redeem has it.
-- Returns: no row where nothing was issued; else account_id, scope, audience
-- (a JSON array), auth_time or NULL, metadata of the client, idle.
WITH old AS (
	UPDATE rollcall.refresh_token r
	   SET rotated_at = now(), successor_hash = $5::bytea,
	       successor_sealed = $6::bytea
	  FROM rollcall.authorization_grant g
	  JOIN rollcall.client c ON c.client_id = g.client_id
	  JOIN rollcall.account a ON a.account_id = g.account_id
	 WHERE r.token_hash = $4::bytea AND r.rotated_at IS NULL
	   AND r.expires_at > now() AND g.grant_id = r.grant_id
	   AND ($10::text IS NULL OR string_to_array(g.scope, ' ')
	       @> string_to_array($10::text, ' '))
	   AND ($11::text[] IS NULL OR g.audience @> $11::text[])
	   AND g.client_id = $1::text AND g.revoked_at IS NULL
	   AND g.created_at >= c.valid_from
	   AND a.status = 'active' AND g.created_at >= a.valid_from
	   AND c.status = 'active' AND {{client_fits}}
	   AND 'refresh_token' = ANY (c.grant_types)
	RETURNING g.grant_id, g.client_id, g.account_id,
	    coalesce($10::text, g.scope) AS scope,
	    CASE WHEN $11::text[] IS NULL THEN g.audience
	        WHEN 'openid' = ANY (string_to_array(coalesce($10::text,
	                g.scope), ' '))
	            AND $12::text = ANY (g.audience)
	            AND NOT $12::text = ANY ($11::text[])
	        THEN $11::text[] || $12::text
	        ELSE $11::text[] END AS audience, g.auth_time,
	    c.metadata,
	    coalesce(c.last_used_at < now() - interval '1 day', true) AS idle),
next AS (
	INSERT INTO rollcall.refresh_token (token_hash, grant_id, expires_at)
	SELECT $5::bytea, grant_id, now() + make_interval(secs => $7::bigint)
	  FROM old),
access AS (
	INSERT INTO rollcall.access_token (token_hash, client_id, grant_id,
	    scope, audience, expires_at)
	SELECT $8::bytea, client_id, grant_id, scope, audience,
	       now() + make_interval(secs => $9::bigint)
	  FROM old)
SELECT account_id, scope, to_jsonb(audience)::text AS audience,
       floor(extract(epoch FROM auth_time))::bigint AS auth_time,
       metadata::text AS metadata, idle
  FROM old;

-- name: refresh_token_again
-- Give once more what a refresh token was exchanged for, to a client whom the
-- answer did not reach: within the grace, while the successor is not used.
-- $1 to $3, $4 hash of the token, $5 grace in seconds, $6 hash of another
-- access token, $7 its lifetime, $8 scope asked for or NULL, $9 audience asked
-- for or NULL, $10 the issuer, as code_redeem has it.
-- Returns: as refresh_token_rotate, and sealed, the successor.
WITH old AS (
	SELECT g.grant_id, g.client_id, g.account_id,
	       coalesce($8::text, g.scope) AS scope,
	       CASE WHEN $9::text[] IS NULL THEN g.audience
	           WHEN 'openid' = ANY (string_to_array(coalesce($8::text,
	                   g.scope), ' '))
	               AND $10::text = ANY (g.audience)
	               AND NOT $10::text = ANY ($9::text[])
	           THEN $9::text[] || $10::text
	           ELSE $9::text[] END AS audience, g.auth_time,
	       c.metadata,
	       coalesce(c.last_used_at < now() - interval '1 day', true)
	           AS idle, r.successor_sealed
	  FROM rollcall.refresh_token r
	  JOIN rollcall.refresh_token s ON s.token_hash = r.successor_hash
	  JOIN rollcall.authorization_grant g ON g.grant_id = r.grant_id
	  JOIN rollcall.client c ON c.client_id = g.client_id
	  JOIN rollcall.account a ON a.account_id = g.account_id
	 WHERE r.token_hash = $4::bytea AND r.successor_sealed IS NOT NULL
	   AND r.rotated_at > now() - make_interval(secs => $5::bigint)
	   AND s.rotated_at IS NULL AND s.expires_at > now()
	   AND ($8::text IS NULL OR string_to_array(g.scope, ' ')
	       @> string_to_array($8::text, ' '))
	   AND ($9::text[] IS NULL OR g.audience @> $9::text[])
	   AND g.client_id = $1::text AND g.revoked_at IS NULL
	   AND g.created_at >= c.valid_from
	   AND a.status = 'active' AND g.created_at >= a.valid_from
	   AND c.status = 'active' AND {{client_fits}}
	   AND 'refresh_token' = ANY (c.grant_types)),
access AS (
	INSERT INTO rollcall.access_token (token_hash, client_id, grant_id,
	    scope, audience, expires_at)
	SELECT $6::bytea, client_id, grant_id, scope, audience,
	       now() + make_interval(secs => $7::bigint)
	  FROM old)
SELECT account_id, scope, to_jsonb(audience)::text AS audience,
       floor(extract(epoch FROM auth_time))::bigint AS auth_time,
       metadata::text AS metadata, idle,
       successor_sealed AS sealed
  FROM old;

-- name: refresh_token_why
-- Find out what is wrong with a refresh token that gave nothing.  $1 hash of
-- the token, $2 client_id, $3 scope or NULL, $4 audience or NULL, $5 grace in
-- seconds.
-- Returns: no row for an unknown token; else reused (it was exchanged, and may
-- not be again), expired, revoked, own (of that client), scope_fits,
-- audience_fits.
SELECT r.rotated_at IS NOT NULL
           AND (r.rotated_at <= now() - make_interval(secs => $5::bigint)
           OR NOT EXISTS (
	       SELECT FROM rollcall.refresh_token s
	        WHERE s.token_hash = r.successor_hash
	          AND s.rotated_at IS NULL)) AS reused,
       r.expires_at <= now() AS expired,
       g.revoked_at IS NOT NULL AS revoked, g.client_id = $2::text AS own,
       $3::text IS NULL OR coalesce(string_to_array(g.scope, ' ')
           @> string_to_array($3::text, ' '), false) AS scope_fits,
       $4::text[] IS NULL OR g.audience @> $4::text[] AS audience_fits
  FROM rollcall.refresh_token r
  JOIN rollcall.authorization_grant g ON g.grant_id = r.grant_id
 WHERE r.token_hash = $1::bytea;

-- name: refresh_token_reused
-- Revoke the family of a refresh token that was used after its successor, or
-- too late (RFC 9700 4.14.2).  $1 hash of the token.
UPDATE rollcall.authorization_grant g SET revoked_at = now()
  FROM rollcall.refresh_token r
 WHERE r.token_hash = $1::bytea AND r.rotated_at IS NOT NULL
   AND g.grant_id = r.grant_id AND g.revoked_at IS NULL;

-- name: token_introspect
-- Say what an access token is worth, to its own client or to a resource that it
-- is for (RFC 7662 2.2).  $1 to $3, $4 hash of the token.
-- Returns: no row where the client did not authenticate; else client_id or
-- NULL: not active, scope, audience (as RFC 7519 4.1.3 has it: a JSON string, an
-- array of several, NULL for none), issued_at, expires_at, account_id or NULL,
-- login_name or NULL, resource_server (whether it may see tokens of others),
-- pairwise (metadata of a client that knows people by a name of its own, or
-- NULL).
SELECT t.client_id, t.scope,
       CASE cardinality(t.audience) WHEN 0 THEN NULL
           WHEN 1 THEN to_jsonb(t.audience[1])
           ELSE to_jsonb(t.audience) END::text AS audience,
       floor(extract(epoch FROM t.issued_at))::bigint AS issued_at,
       floor(extract(epoch FROM t.expires_at))::bigint AS expires_at,
       t.account_id, t.login_name,
       s.client_id IS NOT NULL AS resource_server, t.pairwise
  FROM rollcall.client c
  LEFT JOIN rollcall.resource_server s ON s.client_id = c.client_id
  LEFT JOIN LATERAL (
	SELECT t.client_id, t.scope, t.audience, t.issued_at, t.expires_at,
	       g.account_id, a.login_name,
	       CASE o.metadata ->> 'subject_type' WHEN 'pairwise'
	           THEN o.metadata::text END AS pairwise
	  FROM rollcall.access_token t
	  JOIN rollcall.client o ON o.client_id = t.client_id
	  LEFT JOIN rollcall.authorization_grant g ON g.grant_id = t.grant_id
	  LEFT JOIN rollcall.account a ON a.account_id = g.account_id
	 WHERE t.token_hash = $4::bytea AND t.expires_at > now()
	   AND o.status = 'active' AND t.issued_at >= o.valid_from
	   AND (t.grant_id IS NULL OR (g.revoked_at IS NULL
	       AND g.created_at >= o.valid_from AND a.status = 'active'
	       AND g.created_at >= a.valid_from))
	   AND (t.client_id = c.client_id OR t.audience && s.audience)) t
    ON true
 WHERE c.client_id = $1::text AND c.status = 'active' AND {{client_fits}};

-- name: token_introspect_refresh
-- Say what a refresh token is worth to its own client.  $1 to $4 and what is
-- returned as above.  Another statement, for access tokens are what is asked
-- of, and what need not be looked for makes that one quicker by a third.
SELECT t.client_id, t.scope,
       CASE cardinality(t.audience) WHEN 0 THEN NULL
           WHEN 1 THEN to_jsonb(t.audience[1])
           ELSE to_jsonb(t.audience) END::text AS audience,
       floor(extract(epoch FROM t.issued_at))::bigint AS issued_at,
       floor(extract(epoch FROM t.expires_at))::bigint AS expires_at,
       t.account_id, t.login_name, false AS resource_server,
       CASE c.metadata ->> 'subject_type' WHEN 'pairwise'
           THEN c.metadata::text END AS pairwise
  FROM rollcall.client c
  LEFT JOIN LATERAL (
	SELECT g.client_id, g.scope, g.audience, r.issued_at, r.expires_at,
	       a.account_id, a.login_name
	  FROM rollcall.refresh_token r
	  JOIN rollcall.authorization_grant g ON g.grant_id = r.grant_id
	  JOIN rollcall.account a ON a.account_id = g.account_id
	 WHERE r.token_hash = $4::bytea AND r.expires_at > now()
	   AND r.rotated_at IS NULL AND g.revoked_at IS NULL
	   AND g.client_id = c.client_id AND g.created_at >= c.valid_from
	   AND a.status = 'active' AND g.created_at >= a.valid_from) t ON true
 WHERE c.client_id = $1::text AND c.status = 'active' AND {{client_fits}};

-- name: token_revoke
-- Revoke a token of the client: an access token alone, a refresh token with all
-- that came of its grant (RFC 7009 2.1).  $1 to $3, $4 hash of the token.
-- Returns: no row where the client did not authenticate; else foreign (the
-- token is another client's, and was left alone).
WITH me AS (
	SELECT c.client_id FROM rollcall.client c
	 WHERE c.client_id = $1::text AND c.status = 'active' AND {{client_fits}}),
access AS (
	DELETE FROM rollcall.access_token t USING me
	 WHERE t.token_hash = $4::bytea AND t.client_id = me.client_id),
family AS (
	UPDATE rollcall.authorization_grant g SET revoked_at = now()
	  FROM rollcall.refresh_token r, me
	 WHERE r.token_hash = $4::bytea AND g.grant_id = r.grant_id
	   AND g.client_id = me.client_id AND g.revoked_at IS NULL)
SELECT EXISTS (
	SELECT FROM rollcall.access_token t
	 WHERE t.token_hash = $4::bytea AND t.client_id <> me.client_id)
    OR EXISTS (
	SELECT FROM rollcall.refresh_token r
	  JOIN rollcall.authorization_grant g ON g.grant_id = r.grant_id
	 WHERE r.token_hash = $4::bytea AND g.client_id <> me.client_id)
    AS foreign
  FROM me;

-- name: userinfo_read
-- Read what a live access token may tell of a person.  $1 hash of the token,
-- $2 the issuer.
-- Returns: no row where it is not live; else account_id or NULL, scope, claims,
-- login_name, here (the issuer is of its audience), pairwise as above.
SELECT a.account_id, t.scope, a.claims::text AS claims, a.login_name,
       $2::text = ANY (t.audience) AS here,
       CASE c.metadata ->> 'subject_type' WHEN 'pairwise'
           THEN c.metadata::text END AS pairwise
  FROM rollcall.access_token t
  JOIN rollcall.client c ON c.client_id = t.client_id
  LEFT JOIN rollcall.authorization_grant g ON g.grant_id = t.grant_id
  LEFT JOIN rollcall.account a ON a.account_id = g.account_id
 WHERE t.token_hash = $1::bytea AND t.expires_at > now()
   AND c.status = 'active' AND t.issued_at >= c.valid_from
   AND (t.grant_id IS NULL OR (g.revoked_at IS NULL
       AND g.created_at >= c.valid_from AND a.status = 'active'
       AND g.created_at >= a.valid_from));

-- name: authorization_read
-- Read what an authorization request is judged by: the client, the session
-- of the browser, and what the person allowed the client before.  $1 client_id,
-- $2 hash of the session's cookie or NULL.
-- Returns: no row for an unknown client; else metadata, status, door, policy,
-- initial_token_id or NULL, issued_from or NULL, issued_at, account_id or NULL: nobody is logged in, login_name, auth_time or
-- NULL: not known, full_name, consents (a JSON array of objects with scope,
-- audience and redirect_origin, NULL: none is remembered).
SELECT c.metadata::text AS metadata, c.status, c.door, c.policy,
       c.initial_token_id, host(c.issued_from) AS issued_from,
       floor(extract(epoch FROM c.issued_at))::bigint AS issued_at,
       a.account_id, a.login_name,
       floor(extract(epoch FROM s.auth_time))::bigint AS auth_time,
       a.full_name, n.consents::text AS consents
  FROM rollcall.client c
  LEFT JOIN rollcall.session s
    ON s.session_hash = $2::bytea AND s.expires_at > now()
  LEFT JOIN rollcall.account a ON a.account_id = s.account_id
   AND a.status = 'active' AND s.created_at >= a.valid_from
  LEFT JOIN LATERAL (
	SELECT jsonb_agg(jsonb_build_object('scope', scope,
	       'audience', audience, 'redirect_origin', redirect_origin))
	       AS consents
	  FROM rollcall.consent
	 WHERE account_id = a.account_id AND client_id = c.client_id
	   AND granted_at >= c.valid_from) n ON true
 WHERE c.client_id = $1::text;

-- name: authorization_grant_issue
-- Let a client act for a person, and issue the code for it (RFC 6749 4.1.2).
-- $1 hash of the session's cookie, $2 client_id, $3 scope or NULL, $4 audience,
-- $5 nonce or NULL, $6 hash of the code, $7 redirect_uri, $8 whether the
-- request named it, $9 challenge or NULL, $10 lifetime of the code in seconds,
-- $11 whether to remember the consent, $12 origin of redirect_uri, $13
-- resources that it is for.
-- Returns: grant_id, or no row where the session or the client is gone.
WITH granted AS (
	INSERT INTO rollcall.authorization_grant (account_id, client_id, scope,
	    audience, nonce, auth_time)
	SELECT a.account_id, c.client_id, $3::text, $4::text[], $5::text,
	       s.auth_time
	  FROM rollcall.session s
	  JOIN rollcall.account a ON a.account_id = s.account_id
	  JOIN rollcall.client c ON c.client_id = $2::text
	 WHERE s.session_hash = $1::bytea AND s.expires_at > now()
	   AND a.status = 'active' AND s.created_at >= a.valid_from
	   AND c.status = 'active'
	RETURNING grant_id, account_id, client_id, scope, audience),
code AS (
	INSERT INTO rollcall.authorization_code (code_hash, grant_id,
	    redirect_uri, redirect_uri_given, code_challenge, expires_at)
	SELECT $6::bytea, grant_id, $7::text, $8::boolean, $9::text,
	       now() + make_interval(secs => $10::bigint)
	  FROM granted),
remembered AS (
	INSERT INTO rollcall.consent AS n (account_id, client_id, scope,
	    audience, redirect_origin)
	SELECT account_id, client_id, coalesce(scope, ''),
	       ARRAY(SELECT DISTINCT place FROM unnest($13::text[]) AS place
	           ORDER BY place), $12::text
	  FROM granted WHERE $11::boolean
	ON CONFLICT ON CONSTRAINT consent_pk DO UPDATE
	   SET scope = CASE WHEN n.granted_at >= (
	           SELECT valid_from FROM rollcall.client c
	            WHERE c.client_id = excluded.client_id)
	       THEN array_to_string(ARRAY(
	           SELECT DISTINCT word FROM unnest(
	               string_to_array(n.scope, ' ')
	               || string_to_array(excluded.scope, ' ')) AS word
	            ORDER BY word), ' ')
	       ELSE excluded.scope END,
	       granted_at = now())
SELECT grant_id FROM granted;

-- name: account_find
-- Read the account of a login name.  $1 login_name.
-- Returns: account_id, password_hash or NULL, status, valid_from as seconds
-- since 1970; or no row.
SELECT account_id, password_hash, status,
       extract(epoch FROM valid_from)::text AS valid_from
  FROM rollcall.account WHERE login_name = $1::text;

-- name: account_vouch
-- Find or make the account of somebody for whom the web server vouches, with
-- the claims that it knows.  $1 login_name, $2 a fresh account_id, $3 claims,
-- or NULL: those that are there stay.
-- Returns: account_id, status, valid_from as seconds since 1970.
WITH there AS (
	SELECT account_id, status, valid_from FROM rollcall.account
	 WHERE login_name = $1::text
	   AND claims = coalesce($3::text::jsonb, claims)),
made AS (
	INSERT INTO rollcall.account AS a (account_id, login_name, claims)
	SELECT $2::text, $1::text, coalesce($3::text::jsonb, '{}')
	 WHERE NOT EXISTS (SELECT FROM there)
	ON CONFLICT (login_name) DO UPDATE
	   SET claims = coalesce($3::text::jsonb, a.claims), updated_at = now()
	RETURNING account_id, status, valid_from)
SELECT account_id, status, extract(epoch FROM valid_from)::text AS valid_from
  FROM (SELECT * FROM there UNION ALL SELECT * FROM made) AS found;

-- name: account_rehash
-- Hash a password anew that was hashed with other parameters, unless it has
-- changed meanwhile.  $1 account_id, $2 the old hash, $3 the new one.
UPDATE rollcall.account SET password_hash = $3::text
 WHERE account_id = $1::text AND password_hash = $2::text;

-- name: session_begin
-- Begin a session, unless the account has changed since the login was judged,
-- and end the one that the browser had.  $1 hash of the new
-- cookie, $2 account_id, $3 auth_time as seconds since 1970 or NULL, $4
-- lifetime in seconds, $5 address or NULL, $6 user agent or NULL, $7 hash of the
-- old cookie or NULL, $8 valid_from of the account when it was judged.
-- Returns: auth_time, or no row where the account has changed.
WITH ended AS (
	DELETE FROM rollcall.session WHERE session_hash = $7::bytea),
person AS (
	UPDATE rollcall.account SET last_login_at = now()
	 WHERE account_id = $2::text AND status = 'active'
	   AND extract(epoch FROM valid_from) = $8::text::numeric
	RETURNING account_id)
INSERT INTO rollcall.session (session_hash, account_id, auth_time, expires_at,
    address, user_agent)
SELECT $1::bytea, account_id, to_timestamp($3::bigint),
       now() + make_interval(secs => $4::bigint), $5::text::inet, $6::text
  FROM person
RETURNING floor(extract(epoch FROM auth_time))::bigint AS auth_time;

-- name: rate_take
-- Count one more, unless that is more than the rate allows.  $1 bucket, $2 how
-- many, $3 in how many seconds.
-- Returns: level, or no row where it is too many.
INSERT INTO rollcall.rate AS r (bucket, level) VALUES ($1::text, 1)
ON CONFLICT (bucket) DO UPDATE
   SET level = greatest(0, r.level - $2::bigint / $3::double precision
           * greatest(0, extract(epoch FROM now() - r.updated_at)
               ::double precision)) + 1,
       updated_at = greatest(now(), r.updated_at)
 WHERE r.level - $2::bigint / $3::double precision
       * greatest(0, extract(epoch FROM now() - r.updated_at)
           ::double precision) <= $2::bigint - 1
RETURNING level;

-- name: rate_refuse
-- Count that a rate limit refused, without waiting for the disk.  $1 rule, $2
-- bucket, $3 how many, $4 in how many seconds, $5 network or NULL.
-- Returns: wait, the seconds until it allows one more; NULL or less than one:
-- it does now.
SELECT rollcall.rate_refuse($1::text, $2::text, $3::bigint, $4::bigint,
       $5::text::inet) AS wait;

-- name: rate_refused
-- Count that a rate limit refused, without waiting for the disk.  $1 rule, $2
-- network.
INSERT INTO rollcall.rate_refusal AS f (minute, rule, network)
SELECT date_trunc('minute', now(), 'UTC'), $1::text, $2::text::inet
 WHERE set_config('synchronous_commit', 'off', true) IS NOT NULL
ON CONFLICT (minute, rule, network) DO UPDATE SET refused = f.refused + 1;

-- name: rate_give_back
-- Take one back that was counted.  $1 bucket.
UPDATE rollcall.rate SET level = greatest(0, level - 1)
 WHERE bucket = $1::text;

-- name: fetched_image_read
-- Read a logo, or learn that it is to be fetched.  $1 URL, $2 for how many
-- seconds an image is good, $3 for how many a failure is.
-- Returns: no row where it is to be fetched; else media_type or NULL: none to
-- show, body.
SELECT media_type, body
  FROM rollcall.fetched_image
 WHERE url = $1::text AND fetched_at > now() - make_interval(secs =>
       CASE WHEN body IS NULL THEN $3::bigint ELSE $2::bigint END);

-- name: fetched_image_claim
-- Be the one who fetches a logo: others see a failure meanwhile.  $1 URL, $2
-- and $3 as above.
-- Returns: url, or no row where somebody else is.
INSERT INTO rollcall.fetched_image AS i (url) VALUES ($1::text)
ON CONFLICT (url) DO UPDATE SET fetched_at = now()
 WHERE i.fetched_at <= now() - make_interval(secs =>
       CASE WHEN i.body IS NULL THEN $3::bigint ELSE $2::bigint END)
RETURNING url;

-- name: fetched_image_keep
-- Keep what was fetched.  $1 URL, $2 media type or NULL, $3 body or NULL, $4
-- why there is none, or NULL.
UPDATE rollcall.fetched_image
   SET media_type = $2::text, body = $3::bytea, fault = $4::text,
       fetched_at = now()
 WHERE url = $1::text;

-- A document is due to be fetched where there is none that is young enough, or
-- $3 says that it has not what is looked for; but not within a minute of a
-- failure, or of an attempt for that second reason.  Who fetches it has ten
-- seconds for that.  A day old one does where none can be had.

-- name: fetched_document_read
-- Read a document that was fetched, or learn that it is to be.  $1 URL, $2 for
-- how many seconds it is good, $3 whether it has not what is looked for.
-- Returns: no row where it is to be fetched; else body or NULL, fault of the
-- last attempt or NULL, due (it is to be fetched), claimed (somebody does).
SELECT CASE WHEN fetched_at > now() - greatest(interval '1 day',
           make_interval(secs => $2::bigint)) THEN body END AS body,
       fault,
       ($3::boolean OR coalesce(fetched_at <= now()
           - make_interval(secs => $2::bigint), true))
           AND (coalesce(tried_at <= now() - interval '1 minute', true)
           OR (fault IS NULL AND NOT $3::boolean)) AS due,
       coalesce(claimed_at > now() - interval '10 seconds', false) AS claimed
  FROM rollcall.fetched_document
 WHERE url = $1::text;

-- name: fetched_document_claim
-- Be the one who fetches a document.  $1 to $3 as above.
-- Returns: url, or no row where somebody else is, or it is not due any more.
INSERT INTO rollcall.fetched_document AS d (url, claimed_at)
VALUES ($1::text, now())
ON CONFLICT (url) DO UPDATE SET claimed_at = now()
 WHERE coalesce(d.claimed_at <= now() - interval '10 seconds', true)
   AND ($3::boolean OR coalesce(d.fetched_at <= now()
       - make_interval(secs => $2::bigint), true))
   AND (coalesce(d.tried_at <= now() - interval '1 minute', true)
       OR (d.fault IS NULL AND NOT $3::boolean))
RETURNING url;

-- name: fetched_document_keep
-- Keep what was fetched; after a failure what was had before stays.  $1 URL, $2
-- body or NULL, $3 why there is none, or NULL.
UPDATE rollcall.fetched_document
   SET body = coalesce($2::text, body), fault = $3::text,
       fetched_at = CASE WHEN $2::text IS NULL THEN fetched_at ELSE now() END,
       tried_at = now(), claimed_at = NULL
 WHERE url = $1::text;

-- name: signing_key_published
-- Read the public keys that resources and clients must know.
-- Returns: kid, alg, public_jwk, status.
SELECT kid, alg, public_jwk::text AS public_jwk, status
  FROM rollcall.signing_key WHERE status <> 'retired'
 ORDER BY created_at, kid;

-- name: signing_key_active
-- Read the keys that sign.
-- Returns: kid, alg, sealed_key.
SELECT kid, alg, sealed_key
  FROM rollcall.signing_key WHERE status = 'active';

-- name: signing_key_add
-- Add a key: the first of its alg signs at once, others are published.  $1
-- kid, $2 alg, $3 public JWK, $4 sealed private key.
-- Returns: status.
WITH first AS (
	INSERT INTO rollcall.signing_key (kid, alg, public_jwk, sealed_key,
	    status, activated_at)
	VALUES ($1::text, $2::text, $3::text::jsonb, $4::bytea, 'active',
	    now())
	ON CONFLICT (alg) WHERE status = 'active' DO NOTHING
	RETURNING status),
further AS (
	INSERT INTO rollcall.signing_key (kid, alg, public_jwk, sealed_key)
	SELECT $1::text, $2::text, $3::text::jsonb, $4::bytea
	 WHERE NOT EXISTS (SELECT FROM first)
	RETURNING status),
logged AS (
	INSERT INTO rollcall.audit (event, actor, detail)
	VALUES ('key.added', rollcall.actor(),
	    jsonb_build_object('kid', $1::text, 'alg', $2::text)))
SELECT status FROM first UNION ALL SELECT status FROM further;

-- name: signing_key_list
-- Read what there is to know of all keys.
-- Returns: kid, alg, status, created_at, activated_at or NULL, deactivated_at
-- or NULL, retired_at or NULL.
SELECT kid, alg, status,
       floor(extract(epoch FROM created_at))::bigint AS created_at,
       floor(extract(epoch FROM activated_at))::bigint AS activated_at,
       floor(extract(epoch FROM deactivated_at))::bigint AS deactivated_at,
       floor(extract(epoch FROM retired_at))::bigint AS retired_at
  FROM rollcall.signing_key
 ORDER BY alg, signing_key.created_at, kid;

-- name: signing_key_promote
-- Let a published key sign, in place of the one that did.  $1 kid, $2 for how
-- many seconds it must have been published, 0 for none.
-- Returns: outcome (promoted, unknown, not_published, too_young).
SELECT rollcall.signing_key_promote($1::text, $2::bigint) AS outcome;

-- name: signing_key_retire
-- Take a key that does not sign out of jwks.  $1 kid, $2 for how many seconds
-- it must not have signed, 0 for none.
-- Returns: outcome (retired, unknown, active, too_young, already).
SELECT rollcall.signing_key_retire($1::text, $2::bigint) AS outcome;

-- What rollcall-admin(8) does.  An account goes by its login_name; a filter
-- that is NULL lets everything pass.

-- name: admin_account_add
-- Make an account.  $1 account_id, $2 login_name, $3 hash of the password or
-- NULL, $4 claims.
-- Returns: account_id, or no row where the name is taken.
WITH added AS (
	INSERT INTO rollcall.account (account_id, login_name, password_hash,
	    claims, password_changed_at)
	VALUES ($1::text, $2::text, $3::text, $4::text::jsonb,
	    CASE WHEN $3::text IS NOT NULL THEN now() END)
	ON CONFLICT (login_name) DO NOTHING
	RETURNING account_id),
logged AS (
	INSERT INTO rollcall.audit (event, actor, detail)
	SELECT 'account.added', rollcall.actor(),
	       jsonb_build_object('account_id', account_id)
	  FROM added)
SELECT account_id FROM added;

-- name: admin_account_password
-- Give an account another password; sessions and tokens are void from then on.
-- $1 login_name, $2 hash of the password, or NULL for none.
-- Returns: account_id, or no row for an unknown name.
WITH changed AS (
	UPDATE rollcall.account
	   SET password_hash = $2::text, updated_at = now(),
	       password_changed_at = clock_timestamp()
	 WHERE login_name = $1::text
	RETURNING account_id),
logged AS (
	INSERT INTO rollcall.audit (event, actor, detail)
	SELECT 'account.password_changed', rollcall.actor(),
	       jsonb_build_object('account_id', account_id)
	  FROM changed)
SELECT account_id FROM changed;

-- name: admin_account_list
-- List the accounts.
-- Returns: login_name, full_name, email, status, has_password, created_at,
-- last_login_at, account_id.
SELECT login_name, full_name, email, status, has_password,
       floor(extract(epoch FROM created_at))::bigint AS created_at,
       floor(extract(epoch FROM last_login_at))::bigint AS last_login_at,
       account_id
  FROM rollcall.account_report ORDER BY login_name;

-- name: admin_account_show
-- Read an account.  $1 login_name.
-- Returns: no row for an unknown name; else login_name, account_id, status,
-- has_password, created_at, updated_at, password_changed_at, last_login_at,
-- sessions and grants that count, claims.
SELECT a.login_name, a.account_id, a.status, a.has_password,
       floor(extract(epoch FROM a.created_at))::bigint AS created_at,
       floor(extract(epoch FROM a.updated_at))::bigint AS updated_at,
       floor(extract(epoch FROM a.password_changed_at))::bigint
           AS password_changed_at,
       floor(extract(epoch FROM a.last_login_at))::bigint AS last_login_at,
       (SELECT count(*) FROM rollcall.session_report s
         WHERE s.account_id = a.account_id AND s.live) AS sessions,
       (SELECT count(*) FROM rollcall.grant_report g
         WHERE g.account_id = a.account_id AND g.state = 'live') AS grants,
       a.claims::text AS claims
  FROM rollcall.account_report a WHERE a.login_name = $1::text;

-- name: admin_account_disable
-- Disable an account.  $1 login_name.
-- Returns: changed, or no row for an unknown name.
SELECT rollcall.account_disable(login_name) AS changed
  FROM rollcall.account_report WHERE login_name = $1::text;

-- name: admin_account_enable
-- Enable an account.  $1 login_name.
-- Returns: changed, or no row for an unknown name.
SELECT rollcall.account_enable(login_name) AS changed
  FROM rollcall.account_report WHERE login_name = $1::text;

-- name: admin_account_delete
-- Delete an account.  $1 login_name.
-- Returns: changed.
SELECT rollcall.account_delete($1::text) AS changed;

-- name: admin_session_list
-- List the sessions that count.  $1 login_name or NULL.
-- Returns: id (the beginning of the hash in hexadecimal), login_name,
-- created_at, auth_time or NULL, expires_at, address, user_agent.
SELECT left(encode(s.session_hash, 'hex'), 16) AS id, a.login_name,
       floor(extract(epoch FROM s.created_at))::bigint AS created_at,
       floor(extract(epoch FROM s.auth_time))::bigint AS auth_time,
       floor(extract(epoch FROM s.expires_at))::bigint AS expires_at,
       host(s.address) AS address, s.user_agent
  FROM rollcall.session s
  JOIN rollcall.account_report a ON a.account_id = s.account_id
 WHERE s.expires_at > now() AND a.status = 'active'
   AND s.created_at >= a.valid_from
   AND ($1::text IS NULL OR a.login_name = $1::text)
 ORDER BY s.created_at, id;

-- name: admin_session_end
-- End the one session whose hash begins so.  $1 beginning of the hash in
-- hexadecimal.
-- Returns: found, how many there were; only where it was one is it ended.
WITH found AS (
	SELECT session_hash FROM rollcall.session
	 WHERE starts_with(encode(session_hash, 'hex'), $1::text)),
ended AS (
	DELETE FROM rollcall.session
	 WHERE session_hash = ANY (ARRAY(SELECT session_hash FROM found))
	   AND (SELECT count(*) FROM found) = 1
	RETURNING account_id),
logged AS (
	INSERT INTO rollcall.audit (event, actor, detail)
	SELECT 'session.ended', rollcall.actor(),
	       jsonb_build_object('account_id', account_id)
	  FROM ended)
SELECT count(*) AS found FROM found;

-- name: admin_session_end_account
-- End all sessions of an account.  $1 login_name.
-- Returns: changed, or no row for an unknown name.
SELECT rollcall.session_end_all(login_name) AS changed
  FROM rollcall.account_report WHERE login_name = $1::text;

-- name: admin_initial_token_add
-- Make an initial access token.  $1 its hash, $2 note or NULL, $3 policy, $4
-- how many clients it may register or NULL, $5 when it expires, in seconds since
-- 1970, or NULL, $6 to $9 redirect hosts, scopes, grant types and networks
-- (arrays), or NULL.
-- Returns: initial_token_id.
WITH added AS (
	INSERT INTO rollcall.initial_token (token_hash, note, policy, uses_left,
	    expires_at, redirect_hosts, scopes, grant_types, addresses,
	    created_by)
	VALUES ($1::bytea, $2::text, $3::text, $4::integer,
	    to_timestamp($5::bigint), $6::text[], $7::text[], $8::text[],
	    $9::text[]::cidr[], rollcall.actor())
	RETURNING initial_token_id),
noted AS (
	INSERT INTO rollcall.audit (event, actor, detail)
	SELECT 'initial_token.added', rollcall.actor(),
	       jsonb_strip_nulls(jsonb_build_object(
	           'initial_token', initial_token_id, 'note', $2::text,
	           'policy', $3::text, 'uses', $4::integer,
	           'expires_at', to_timestamp($5::bigint),
	           'redirect_hosts', $6::text[], 'scopes', $7::text[],
	           'grant_types', $8::text[], 'addresses', $9::text[]))
	  FROM added)
SELECT initial_token_id FROM added;

-- name: admin_initial_token_list
-- List the initial access tokens.
-- Returns: initial_token_id, note, status (live, revoked, expired, used up),
-- policy, uses_left, clients (that it registered and that are still there),
-- expires_at, redirect_hosts, scopes, grant_types, addresses (JSON arrays or
-- NULL), created_at, created_by, last_used_at.
SELECT i.initial_token_id, i.note,
       CASE WHEN i.revoked_at IS NOT NULL THEN 'revoked'
           WHEN i.expires_at <= now() THEN 'expired'
           WHEN i.uses_left <= 0 THEN 'used up' ELSE 'live' END AS status,
       i.policy, i.uses_left,
       (SELECT count(*) FROM rollcall.client c
         WHERE c.initial_token_id = i.initial_token_id) AS clients,
       floor(extract(epoch FROM i.expires_at))::bigint AS expires_at,
       to_jsonb(i.redirect_hosts)::text AS redirect_hosts,
       to_jsonb(i.scopes)::text AS scopes,
       to_jsonb(i.grant_types)::text AS grant_types,
       to_jsonb(i.addresses)::text AS addresses,
       floor(extract(epoch FROM i.created_at))::bigint AS created_at,
       i.created_by,
       floor(extract(epoch FROM i.last_used_at))::bigint AS last_used_at
  FROM rollcall.initial_token i
 ORDER BY i.initial_token_id;

-- name: admin_initial_token_revoke
-- Revoke an initial access token.  $1 its number.
-- Returns: no row where there is none; else changed.
WITH revoked AS (
	UPDATE rollcall.initial_token SET revoked_at = now()
	 WHERE initial_token_id = $1::bigint AND revoked_at IS NULL
	RETURNING initial_token_id),
noted AS (
	INSERT INTO rollcall.audit (event, actor, detail)
	SELECT 'initial_token.revoked', rollcall.actor(),
	       jsonb_build_object('initial_token', initial_token_id)
	  FROM revoked)
SELECT EXISTS (SELECT FROM revoked) AS changed
  FROM rollcall.initial_token i
 WHERE i.initial_token_id = $1::bigint;

-- name: admin_consent_list
-- List the consents that count.  $1 login_name or NULL, $2 client_id or NULL.
-- Returns: login_name, client_id, client_name, redirect_origin, scope, audience
-- (a JSON array), granted_at.
SELECT login_name, client_id, client_name, redirect_origin, scope,
       to_jsonb(audience)::text AS audience,
       floor(extract(epoch FROM granted_at))::bigint AS granted_at
  FROM rollcall.consent_report
 WHERE live AND ($1::text IS NULL OR login_name = $1::text)
   AND ($2::text IS NULL OR client_id = $2::text)
 ORDER BY login_name, client_id, redirect_origin, audience;

-- name: admin_consent_revoke
-- Withdraw what a person allowed a client.  $1 login_name, $2 client_id.
-- Returns: changed.
SELECT rollcall.consent_revoke($1::text, $2::text) AS changed;

-- name: admin_token_list
-- List the tokens that count.  $1 login_name or NULL, $2 client_id or NULL.
-- Returns: kind, grant_id or NULL, login_name or NULL, client_id, client_name,
-- scope, audience (a JSON array), issued_at, expires_at.
SELECT kind, grant_id, login_name, client_id, client_name, scope,
       to_jsonb(audience)::text AS audience,
       floor(extract(epoch FROM issued_at))::bigint AS issued_at,
       floor(extract(epoch FROM expires_at))::bigint AS expires_at
  FROM rollcall.token_report
 WHERE state = 'live' AND ($1::text IS NULL OR login_name = $1::text)
   AND ($2::text IS NULL OR client_id = $2::text)
 ORDER BY issued_at, kind, client_id, grant_id;

-- name: admin_token_revoke_client
-- Void all that a client was given.  $1 client_id.
-- Returns: changed.
SELECT rollcall.token_revoke_client($1::text) AS changed;

-- name: admin_token_revoke_account
-- Revoke all grants of an account.  $1 login_name.
-- Returns: changed, or no row for an unknown name.
SELECT rollcall.token_revoke_account(login_name) AS changed
  FROM rollcall.account_report WHERE login_name = $1::text;

-- name: admin_token_revoke_grant
-- Revoke a grant.  $1 grant_id.
-- Returns: changed, or no row for an unknown one.
SELECT rollcall.grant_revoke(grant_id) AS changed
  FROM rollcall.grant_report WHERE grant_id = $1::bigint;

-- name: admin_client_add
-- Enter a client by the administrator's hand.  $1 client_id, $2 hash of its
-- secret or NULL, $3 metadata, $4 hash of its registration access token or NULL
-- for none, $5 the resources whose tokens it may introspect or NULL for none,
-- $6 the policy that judged it, $7 the seconds that its secret lives or NULL.
-- Returns: issued_at.
WITH registered AS (
	INSERT INTO rollcall.client (client_id, secret_hash, metadata, door,
	    policy, secret_expires_at, registration_token_hash,
	    registration_token_issued_at)
	VALUES ($1::text, $2::bytea, $3::text::jsonb, 'admin', $6::text,
	    now() + make_interval(secs => $7::bigint), $4::bytea,
	    CASE WHEN $4::bytea IS NOT NULL THEN now() END)
	RETURNING client_id, issued_at),
server AS (
	INSERT INTO rollcall.resource_server (client_id, audience)
	SELECT client_id, $5::text[] FROM registered
	 WHERE $5::text[] IS NOT NULL),
logged AS (
	INSERT INTO rollcall.audit (event, actor, client_id, detail)
	SELECT 'client.registered', rollcall.actor(), client_id,
	       CASE WHEN $6::text <> 'default'
	           THEN jsonb_build_object('policy', $6::text) END
	  FROM registered)
SELECT floor(extract(epoch FROM issued_at))::bigint AS issued_at
  FROM registered;

-- name: admin_client_list
-- List clients.  $1 client_id behind which they come, $2 status, $3 policy and
-- $4 door or NULL for any, $5 how many at most.
-- Returns: client_id, client_name, status, door, method, introspection (whether
-- it is a resource server), issued_at, last_used_at.
SELECT c.client_id, c.client_name, c.status, c.door,
       c.token_endpoint_auth_method AS method,
       s.client_id IS NOT NULL AS introspection,
       floor(extract(epoch FROM c.issued_at))::bigint AS issued_at,
       floor(extract(epoch FROM c.last_used_at))::bigint AS last_used_at
  FROM rollcall.client_report c
  LEFT JOIN rollcall.resource_server_report s ON s.client_id = c.client_id
 WHERE c.client_id > $1::text
   AND ($2::text IS NULL OR c.status = $2::text)
   AND ($3::text IS NULL OR c.policy = $3::text)
   AND ($4::text IS NULL OR c.door = $4::text)
 ORDER BY c.client_id LIMIT $5::bigint;

-- name: admin_client_counts
-- Count the clients of each policy by what they are.
-- Returns: policy, active, pending, archived, disabled.
SELECT policy,
       count(*) FILTER (WHERE status = 'active') AS active,
       count(*) FILTER (WHERE status = 'pending') AS pending,
       count(*) FILTER (WHERE status = 'archived') AS archived,
       count(*) FILTER (WHERE status = 'disabled') AS disabled
  FROM rollcall.client_report
 GROUP BY policy
 ORDER BY policy;

-- name: admin_client_show
-- Read a client.  $1 client_id.
-- Returns: no row for an unknown one; else client_id, client_name, status,
-- door, policy, has_secret, secret_expires_at, issued_at, issued_from,
-- updated_at, version, last_used_at, expires_at, introspection (a JSON array
-- of the resources whose tokens it sees, or NULL), metadata.
SELECT c.client_id, c.client_name, c.status, c.door, c.policy, c.has_secret,
       floor(extract(epoch FROM c.secret_expires_at))::bigint
           AS secret_expires_at,
       floor(extract(epoch FROM c.issued_at))::bigint AS issued_at,
       host(c.issued_from) AS issued_from,
       floor(extract(epoch FROM c.updated_at))::bigint AS updated_at,
       c.version,
       floor(extract(epoch FROM c.last_used_at))::bigint AS last_used_at,
       floor(extract(epoch FROM c.expires_at))::bigint AS expires_at,
       to_jsonb(s.audience)::text AS introspection,
       c.metadata::text AS metadata
  FROM rollcall.client_report c
  LEFT JOIN rollcall.resource_server_report s ON s.client_id = c.client_id
 WHERE c.client_id = $1::text;

-- name: admin_client_disable
-- Disable a client.  $1 client_id.
-- Returns: changed, or no row for an unknown one.
SELECT rollcall.client_disable(client_id) AS changed
  FROM rollcall.client_report WHERE client_id = $1::text;

-- name: admin_client_enable
-- Enable a client.  $1 client_id.
-- Returns: changed, or no row for an unknown one.
SELECT rollcall.client_enable(client_id) AS changed
  FROM rollcall.client_report WHERE client_id = $1::text;

-- name: admin_client_approve
-- Approve a client.  $1 client_id.
-- Returns: changed, or no row for an unknown one.
SELECT rollcall.client_approve(client_id) AS changed
  FROM rollcall.client_report WHERE client_id = $1::text;

-- name: admin_client_archive
-- Archive a client.  $1 client_id.
-- Returns: changed, or no row for an unknown one.
SELECT rollcall.client_archive(client_id) AS changed
  FROM rollcall.client_report WHERE client_id = $1::text;

-- name: admin_client_archive_idle
-- Archive a batch of clients that nobody uses.  $1 for how many seconds they
-- were never used, $2 or not any more, NULL: never mind, $3 how many at most.
-- Returns: archived, how many it was.
SELECT rollcall.client_archive_idle(make_interval(secs => $1::bigint),
       make_interval(secs => $2::bigint), $3::integer) AS archived;

-- name: admin_client_revive
-- Revive a client.  $1 client_id.
-- Returns: changed, or no row for an unknown one.
SELECT rollcall.client_revive(client_id) AS changed
  FROM rollcall.client_report WHERE client_id = $1::text;

-- name: admin_client_read
-- Read what a change of a client is judged by.  $1 client_id.
-- Returns: no row for an unknown one; else metadata, version, policy,
-- initial_token_id or NULL, pretty (the metadata, a member a line).
SELECT metadata::text AS metadata, version, policy, initial_token_id,
       jsonb_pretty(metadata) AS pretty
  FROM rollcall.client WHERE client_id = $1::text;

-- name: admin_client_edit
-- Replace a client's metadata, where it is still the version that these were
-- derived from; keep the former version, 100 of them at most, and tell the
-- audit log.  $1 client_id, $2 metadata, $3 that version, $4 whether its
-- method uses a secret, $5 hash of a fresh secret, taken where one is needed
-- and there was none, $6 for how many seconds that is good, or NULL.
-- Returns: no row where nothing was changed; else version, fresh (the fresh
-- secret was taken), secret_expires_at or NULL.
WITH was AS (
	SELECT client_id, version, metadata
	  FROM rollcall.client
	 WHERE client_id = $1::text AND version = $3::integer
	   FOR NO KEY UPDATE),
kept AS (
	INSERT INTO rollcall.client_version (client_id, version, metadata,
	    replaced_by)
	SELECT client_id, version, metadata, rollcall.actor()
	  FROM was),
forgotten AS (
	DELETE FROM rollcall.client_version v USING was
	 WHERE v.client_id = was.client_id AND v.version <= was.version - 100),
replaced AS (
	UPDATE rollcall.client c
	   SET metadata = $2::text::jsonb,
	       secret_hash = CASE WHEN $4::boolean
	           THEN coalesce(c.secret_hash, $5::bytea) END,
	       secret_expires_at = CASE WHEN NOT $4::boolean THEN NULL
	           WHEN c.secret_hash IS NOT NULL THEN c.secret_expires_at
	           ELSE now() + make_interval(secs => $6::bigint) END,
	       previous_secret_hash = CASE WHEN $4::boolean
	           THEN c.previous_secret_hash END,
	       previous_secret_expires_at = CASE WHEN $4::boolean
	           THEN c.previous_secret_expires_at END,
	       updated_at = now(),
	       version = c.version + 1
	  FROM was
	 WHERE c.client_id = was.client_id
	RETURNING c.client_id, c.version, c.secret_hash, c.secret_expires_at),
logged AS (
	INSERT INTO rollcall.audit (event, actor, client_id, detail)
	SELECT 'client.updated', rollcall.actor(), client_id,
	       rollcall.metadata_changes(metadata, $2::text::jsonb)
	  FROM was)
SELECT version, coalesce(secret_hash = $5::bytea, false) AS fresh,
       floor(extract(epoch FROM secret_expires_at))::bigint
           AS secret_expires_at
  FROM replaced;

-- name: admin_client_history
-- List the versions of a client that are kept, the present one last.  $1
-- client_id.
-- Returns: version, at and made_by (when it came about, and by whom), made_from
-- or NULL, changed (a JSON array of the members that it changed, NULL: not
-- known).
WITH every AS (
	SELECT version, metadata FROM rollcall.client_version
	 WHERE client_id = $1::text
	 UNION ALL
	SELECT version, metadata FROM rollcall.client
	 WHERE client_id = $1::text)
SELECT every.version,
       floor(extract(epoch FROM coalesce(f.replaced_at,
           CASE every.version WHEN 1 THEN c.issued_at END)))::bigint AS at,
       coalesce(f.replaced_by, CASE WHEN every.version <> 1 THEN NULL
           WHEN c.initial_token_id IS NOT NULL
           THEN 'initial_token:' || c.initial_token_id
           WHEN c.door = 'dynamic' THEN 'anonymous'
           ELSE coalesce((SELECT a.actor FROM rollcall.audit a
                WHERE a.at = c.issued_at AND a.client_id = c.client_id
                  AND a.event = 'client.registered' LIMIT 1), c.door)
           END) AS made_by,
       host(coalesce(f.replaced_from,
           CASE every.version WHEN 1 THEN c.issued_from END)) AS made_from,
       (SELECT jsonb_agg(member ORDER BY member)
          FROM jsonb_object_keys(rollcall.metadata_changes(f.metadata,
               every.metadata)) AS member
         WHERE f.version IS NOT NULL)::text AS changed
  FROM every
  JOIN rollcall.client c ON c.client_id = $1::text
  LEFT JOIN rollcall.client_version f
    ON f.client_id = $1::text AND f.version = every.version - 1
 ORDER BY every.version;

-- name: admin_client_version
-- Read a version of a client's metadata.  $1 client_id, $2 version.
-- Returns: no row where it is not kept; else metadata.
SELECT metadata::text AS metadata FROM rollcall.client
 WHERE client_id = $1::text AND version = $2::integer
 UNION ALL
SELECT metadata::text FROM rollcall.client_version
 WHERE client_id = $1::text AND version = $2::integer;

-- name: admin_client_diff
-- List the members in which two objects differ.  $1 and $2 objects.
-- Returns: member, before and after as JSON, or NULL where it was not there.
SELECT key AS member, (value -> 'before')::text AS before,
       (value -> 'after')::text AS after
  FROM jsonb_each(rollcall.metadata_changes($1::text::jsonb,
       $2::text::jsonb))
 ORDER BY key;

-- name: admin_client_rotate
-- Give a client that has a secret another one.  $1 client_id, $2 hash of the
-- new secret, $3 for how many seconds that is good, or NULL, $4 for how many
-- seconds the old one lives on, unless it has expired.
-- Returns: no row where it has none; else secret_expires_at or NULL.
WITH rotated AS (
	UPDATE rollcall.client c
	   SET secret_hash = $2::bytea,
	       secret_expires_at = now() + make_interval(secs => $3::bigint),
	       previous_secret_hash = CASE WHEN $4::bigint > 0
	           AND coalesce(c.secret_expires_at > now(), true)
	           THEN c.secret_hash END,
	       previous_secret_expires_at = CASE WHEN $4::bigint > 0
	           AND coalesce(c.secret_expires_at > now(), true)
	           THEN least(c.secret_expires_at,
	               now() + make_interval(secs => $4::bigint)) END
	 WHERE c.client_id = $1::text AND c.secret_hash IS NOT NULL
	RETURNING c.client_id, c.secret_expires_at),
logged AS (
	INSERT INTO rollcall.audit (event, actor, client_id)
	SELECT 'client.secret_rotated', rollcall.actor(), client_id
	  FROM rotated)
SELECT floor(extract(epoch FROM secret_expires_at))::bigint
           AS secret_expires_at
  FROM rotated;

-- name: admin_client_rotate_token
-- Give a client another registration access token, and revoke what it has.  $1
-- client_id, $2 hash of the new token.
-- Returns: client_id, or no row for an unknown one.
WITH rotated AS (
	UPDATE rollcall.client
	   SET registration_token_hash = $2::bytea,
	       registration_token_issued_at = now(),
	       registration_token_last_used_at = NULL,
	       next_registration_token_hash = NULL,
	       next_registration_token_issued_at = NULL
	 WHERE client_id = $1::text
	RETURNING client_id),
logged AS (
	INSERT INTO rollcall.audit (event, actor, client_id)
	SELECT 'client.registration_token_rotated', rollcall.actor(), client_id
	  FROM rotated)
SELECT client_id FROM rotated;

-- name: admin_client_revoke_token
-- Revoke a client's registration access token.  $1 client_id.
-- Returns: changed, or no row for an unknown one.
SELECT rollcall.registration_token_revoke(client_id) AS changed
  FROM rollcall.client_report WHERE client_id = $1::text;

-- name: admin_client_delete
-- Delete a client.  $1 client_id.
-- Returns: changed.
SELECT rollcall.client_delete($1::text) AS changed;

-- name: admin_purge
-- Take away a batch of rows that count for nothing any more.  $1 how many at
-- most.
-- Returns: purged, how many it was.
SELECT rollcall.purge($1::integer) AS purged;

-- name: admin_audit_settle
-- Find out how far the audit log is settled.
-- Returns: settled_id (up to this number no row can follow), seen_id (up to
-- this one once those who write just now are done).
SELECT settled_id, seen_id FROM rollcall.audit_settle();

-- name: admin_audit_seal_next
-- Read what would seal the audit log's next rows.  $1 audit_id up to which it
-- is settled, $2 how many rows at most.
-- Returns: a row a seal: seal_id, head (chain in hexadecimal), seal (a JSON
-- object for admin_audit_seal_add, without its mac).
SELECT seal_id, encode(chain, 'hex') AS head, to_jsonb(s)::text AS seal
  FROM rollcall.audit_seal_next($1::bigint, $2::integer) AS s;

-- name: admin_audit_seal_add
-- Add seals.  $1 a JSON array of them.
-- Returns: added, false where somebody else was quicker.
SELECT rollcall.audit_seal_add($1::text::jsonb) AS added;

-- name: admin_audit_seal_list
-- Read seals.  $1 seal_id after which, $2 how many at most.
-- Returns: seal_id, head (chain in hexadecimal), mac in hexadecimal or NULL.
SELECT seal_id, encode(chain, 'hex') AS head, encode(mac, 'hex') AS mac
  FROM rollcall.audit_seal WHERE seal_id > $1::bigint
 ORDER BY seal_id LIMIT $2::bigint;

-- name: admin_audit_check
-- Compare the audit log with its seals.  $1 the first of them, $2 the last.
-- Returns: a row a fault: seal_id, first_id, last_id, fault.
SELECT seal_id, first_id, last_id, fault
  FROM rollcall.audit_check($1::bigint, $2::bigint);

-- name: admin_audit_check_end
-- Look for seals that are missing at the end.  $1 the head of a seal that there
-- must be, in hexadecimal, or NULL.
-- Returns: a row a fault: seal_id, first_id, last_id, fault; or "detached".
SELECT seal_id, first_id, last_id, fault
  FROM rollcall.audit_check_end(decode($1::text, 'hex'));

-- name: admin_audit_detach
-- Take months out of the audit log.  $1 the first day of the first month that
-- stays, NULL: as many seconds ago as $2.
-- Returns: a row a month: month, table_name, outcome.
SELECT to_char(month, 'YYYY-MM') AS month, table_name, outcome
  FROM rollcall.audit_detach(coalesce($1::text::date, date_trunc('month',
      (now() - make_interval(secs => $2::bigint)) AT TIME ZONE 'UTC')::date));

-- name: admin_audit_partition_add
-- Make the audit log's partitions of the months to come.
-- Returns: made.
SELECT rollcall.audit_partition_add() AS made;

-- name: admin_audit_search
-- Read the audit log, newest first.  NULL is any.  $1 audit_id before which,
-- $2 client_id, $3 actor, $4 event or PREFIX.*, $5 network, $6 rule, $7 and $8
-- time from and before which, $9 how many at most.
-- Returns: audit_id, at, event, outcome, client_id, actor, address, rule,
-- detail, row (all of it, as JSON).
SELECT audit_id, floor(extract(epoch FROM at))::bigint AS at, event, outcome,
       client_id, actor, host(address) AS address, rule, detail::text AS detail,
       rollcall.audit_json(a)::text AS row
  FROM rollcall.audit a
 WHERE ($1::bigint IS NULL OR audit_id < $1::bigint)
   AND ($2::text IS NULL OR client_id = $2::text)
   AND ($3::text IS NULL OR actor = $3::text
        OR starts_with(actor, $3::text || ' '))
   AND ($4::text IS NULL OR event = $4::text
        OR ($4::text LIKE '%.*' AND starts_with(event, left($4::text, -1))))
   AND ($5::text IS NULL OR address <<= $5::text::inet)
   AND ($6::text IS NULL OR rule = $6::text)
   AND ($7::text IS NULL OR at >= $7::text::timestamptz)
   AND ($8::text IS NULL OR at < $8::text::timestamptz)
 ORDER BY audit_id DESC LIMIT $9::bigint;

-- name: admin_audit_read
-- Read the audit log, oldest first.  $1 audit_id after which, $2 up to which or
-- NULL, $3 and $4 time from and before which or NULL, $5 how many at most.
-- Returns: the columns of admin_audit_search.
SELECT audit_id, floor(extract(epoch FROM at))::bigint AS at, event, outcome,
       client_id, actor, host(address) AS address, rule, detail::text AS detail,
       rollcall.audit_json(a)::text AS row
  FROM rollcall.audit a
 WHERE audit_id > $1::bigint
   AND ($2::bigint IS NULL OR audit_id <= $2::bigint)
   AND ($3::text IS NULL OR at >= $3::text::timestamptz)
   AND ($4::text IS NULL OR at < $4::text::timestamptz)
 ORDER BY audit_id LIMIT $5::bigint;

-- name: admin_outbox_fill
-- Turn the audit log into notifications.  $1 audit_id up to which it is
-- settled, $2 a JSON array of {"name", "events"}, $3 how many rows at most.
-- Returns: looked, how many rows it was; put, how many notifications.
SELECT looked, put
  FROM rollcall.outbox_fill($1::bigint, $2::text::jsonb, $3::integer);

-- name: admin_outbox_claim
-- Take notifications that are due, for half a minute: nobody else takes them
-- meanwhile.  $1 destinations, of which each gets the same share, $2 how many
-- at most.
-- Returns: outbox_id, destination, event_id, event, payload.
WITH claimed AS (
	UPDATE rollcall.outbox
	   SET next_attempt_at = now() + interval '30 seconds'
	 WHERE outbox_id = ANY (ARRAY(
	       SELECT due.outbox_id FROM unnest($1::text[]) AS d (name),
	              LATERAL (
	              SELECT outbox_id, next_attempt_at FROM rollcall.outbox
	               WHERE destination = d.name AND delivered_at IS NULL
	                 AND dead_at IS NULL AND next_attempt_at <= now()
	               ORDER BY next_attempt_at, outbox_id
	               LIMIT greatest($2::integer / cardinality($1::text[]), 1)
	                 FOR UPDATE SKIP LOCKED) AS due
	        ORDER BY due.next_attempt_at, due.outbox_id LIMIT $2::integer))
	RETURNING outbox_id, destination, event_id, event, payload)
SELECT outbox_id, destination, event_id, event, payload::text AS payload,
       set_config('synchronous_commit', 'off', true) AS waits
  FROM claimed ORDER BY outbox_id;

-- name: admin_outbox_try
-- Count an attempt right before it is made, so that one which ends whoever makes
-- it counts, and what was taken along with it does not; the next is put off by
-- 30 s, doubling up to 6 h, by one fifth more or less.  $1 outbox_id, $2 how
-- many attempts there are.
-- Returns: no row where there is nothing to send any more; else given_up, why
-- there is to be no attempt, for all were made and no end of the last is known,
-- or NULL.
UPDATE rollcall.outbox
   SET attempts = least(attempts + 1, $2::integer),
       next_attempt_at = now()
           + least(30 * 2 ^ least(attempts, 10), 21600)
           * (0.8 + 0.4 * random()) * interval '1 second',
       dead_at = CASE WHEN attempts >= $2::integer THEN now() END,
       fault = CASE WHEN attempts < $2::integer THEN fault
           ELSE 'had not answered when rollcall-admin deliver was killed' END
 WHERE outbox_id = $1::bigint AND delivered_at IS NULL AND dead_at IS NULL
RETURNING CASE WHEN dead_at IS NOT NULL THEN fault END AS given_up,
    set_config('synchronous_commit', 'off', true) AS waits;

-- name: admin_outbox_done
-- Note what became of attempts.  $1 the array of their outbox_id, $2 why they
-- failed or NULL, $3 how many attempts there are.
-- Returns: dead, for each whether it was given up.
UPDATE rollcall.outbox
   SET delivered_at = CASE WHEN $2::text IS NULL THEN now() END,
       dead_at = CASE WHEN $2::text IS NOT NULL AND attempts >= $3::integer
           THEN now() END,
       fault = $2::text
 WHERE outbox_id = ANY ($1::bigint[]) AND delivered_at IS NULL
RETURNING dead_at IS NOT NULL AS dead,
    set_config('synchronous_commit', 'off', true) AS waits;

-- name: admin_outbox_release
-- Give back what was taken and not sent: it was no attempt, and is due, what
-- was never tried in its old place before what came later.  $1 the array of
-- outbox_id.
-- Returns: nothing to read.
UPDATE rollcall.outbox
   SET next_attempt_at = CASE WHEN attempts > 0 THEN now() ELSE created_at END
 WHERE outbox_id = ANY ($1::bigint[]) AND delivered_at IS NULL
RETURNING set_config('synchronous_commit', 'off', true) AS waits;

-- name: admin_outbox_retry
-- Try again what was given up.  $1 destinations.
-- Returns: retried, how many that were.
WITH retried AS (
	UPDATE rollcall.outbox
	   SET dead_at = NULL, attempts = 0, next_attempt_at = now()
	 WHERE dead_at IS NOT NULL AND destination = ANY ($1::text[])
	RETURNING outbox_id)
SELECT count(*) AS retried FROM retried;

-- name: admin_outbox_discard
-- End what was not delivered to a destination.  $1 its name.
-- Returns: discarded, how many that were.
WITH discarded AS (
	DELETE FROM rollcall.outbox
	 WHERE destination = $1::text AND delivered_at IS NULL
	RETURNING outbox_id),
told AS (
	INSERT INTO rollcall.audit (event, actor, detail)
	SELECT 'outbox.discarded', rollcall.actor(), jsonb_build_object(
	       'destination', $1::text, 'notifications', count(*))
	  FROM discarded HAVING count(*) > 0)
SELECT count(*) AS discarded FROM discarded;

-- name: admin_outbox_purge
-- Take away notifications that were delivered more than a week ago.  $1 how
-- many at most.
-- Returns: purged, how many it was.
SELECT rollcall.outbox_purge($1::bigint) AS purged;

-- name: admin_outbox_count
-- Count the notifications that are not delivered.
-- Returns: waiting, dead.
SELECT count(*) FILTER (WHERE dead_at IS NULL) AS waiting,
       count(*) FILTER (WHERE dead_at IS NOT NULL) AS dead
  FROM rollcall.outbox WHERE delivered_at IS NULL;

-- name: admin_mail_claim
-- Take all that the next mail is to tell of, where one is due and nobody else
-- is sending it: the next attempt is put off as by admin_outbox_try.  $1
-- seconds between two mails.
-- Returns: claimed, the array of their outbox_id, or NULL where there is nothing
-- to send.
WITH due AS (
	SELECT name FROM rollcall.outbox_position
	 WHERE name = 'mail'
	   AND moved_at <= now() - make_interval(secs => $1::bigint)
	   FOR UPDATE SKIP LOCKED),
claimed AS (
	UPDATE rollcall.outbox
	   SET attempts = attempts + 1, next_attempt_at = now()
	       + least(120 * 2 ^ least(attempts, 10), 21600)
	           * interval '1 second'
	 WHERE destination = 'mail' AND delivered_at IS NULL
	   AND dead_at IS NULL AND next_attempt_at <= now()
	   AND EXISTS (SELECT FROM due)
	   AND NOT EXISTS (SELECT FROM rollcall.outbox o
	        WHERE o.destination = 'mail' AND o.delivered_at IS NULL
	          AND o.dead_at IS NULL AND o.next_attempt_at > now())
	RETURNING outbox_id)
SELECT array_agg(outbox_id)::text AS claimed FROM claimed;

-- name: admin_mail_events
-- Count what a mail tells of.  $1 claimed.
-- Returns: a row an event: event, events, how many.
SELECT event, count(*) AS events FROM rollcall.outbox
 WHERE outbox_id = ANY ($1::bigint[])
 GROUP BY event ORDER BY event;

-- name: admin_mail_clients
-- List the clients that a mail tells of.  $1 claimed, $2 how many at most.
-- Returns: client_id, client_name or NULL, hosts of its redirect URIs.
SELECT o.payload ->> 'client_id' AS client_id, c.client_name,
       (SELECT string_agg(DISTINCT coalesce(
            substring(uri FROM '^https?://([^/?#]*)'),
            substring(uri FROM '^[^:]*:')), ' ')
          FROM unnest(c.redirect_uris) AS uri) AS hosts
  FROM rollcall.outbox o
  LEFT JOIN rollcall.client_report c
    ON c.client_id = o.payload ->> 'client_id'
 WHERE o.outbox_id = ANY ($1::bigint[]) AND o.event = 'client.registered'
 ORDER BY o.event_id LIMIT $2::bigint;

-- name: admin_mail_refusals
-- Count what was refused since the last mail, by rule: of rates, whose minutes
-- are counted, the one in which it went out too.  $1 claimed.
-- Returns: rule, refused, how often.
SELECT rule, sum(refused)::bigint AS refused
  FROM (SELECT payload ->> 'rule' AS rule, 1 AS refused
          FROM rollcall.outbox
         WHERE outbox_id = ANY ($1::bigint[])
           AND payload ->> 'rule' IS NOT NULL
         UNION ALL
        SELECT r.rule, r.refused FROM rollcall.rate_refusal r
          JOIN rollcall.outbox_position p
            ON p.name = 'mail'
           AND r.minute >= date_trunc('minute', p.moved_at)) AS one
 GROUP BY rule ORDER BY rule;

-- name: admin_mail_done
-- Note what became of a mail.  $1 claimed, $2 why it failed or NULL, $3 how many
-- attempts there are.
-- Returns: told, how many notifications it was.
WITH told AS (
	UPDATE rollcall.outbox
	   SET delivered_at = CASE WHEN $2::text IS NULL THEN now() END,
	       dead_at = CASE WHEN $2::text IS NOT NULL
	           AND attempts >= $3::integer THEN now() END,
	       fault = $2::text
	 WHERE outbox_id = ANY ($1::bigint[]) AND delivered_at IS NULL
	RETURNING outbox_id),
sent AS (
	UPDATE rollcall.outbox_position SET moved_at = now()
	 WHERE name = 'mail' AND $2::text IS NULL)
SELECT count(*) AS told FROM told;

-- What rollcall-admin's tools look at: export and import, stats, doctor.

-- name: admin_client_export
-- Write down clients, as client_import takes them.  $1 client_id behind which
-- they come, $2 how many at most, $3 the only ones or NULL.
-- Returns: client_id, document.
SELECT client_id, document::text AS document
  FROM rollcall.client_export($1::text, $2::integer, $3::text[]);

-- name: admin_client_import
-- Enter a client that was written down.  $1 document, $2 whether it may replace
-- one, $3 what it comes from, $4 whether to say only what would be done.
-- Returns: outcome (added, replaced, there).
SELECT rollcall.client_import($1::text::jsonb, $2::boolean, $3::text,
    $4::boolean) AS outcome;

-- name: admin_stats
-- Count what there is.
-- Returns: section, name, value.
WITH client AS MATERIALIZED (
	SELECT status, door, policy, token_endpoint_auth_method AS method,
	       software_id, count(*) AS n
	  FROM rollcall.client_report GROUP BY 1, 2, 3, 4, 5),
line (place, section, name, value) AS (
	SELECT 1, 'clients', 'all', coalesce(sum(n), 0)::bigint FROM client
	UNION ALL
	SELECT 2, 'clients_by_status', status, sum(n) FROM client GROUP BY 3
	UNION ALL
	SELECT 3, 'clients_by_door', door, sum(n) FROM client GROUP BY 3
	UNION ALL
	SELECT 4, 'clients_by_policy', policy, sum(n) FROM client GROUP BY 3
	UNION ALL
	SELECT 5, 'clients_by_method', method, sum(n) FROM client GROUP BY 3
	UNION ALL
	SELECT 6, 'registered_in_days', days::text,
	       (SELECT count(*) FROM rollcall.client_report
	         WHERE issued_at > now() - days * interval '1 day')
	  FROM unnest('{1,7,30}'::integer[]) days
	UNION ALL
	(SELECT 7, 'top_software', software_id, sum(n) FROM client
	  WHERE software_id IS NOT NULL GROUP BY 3
	  ORDER BY 4 DESC, 3 LIMIT 10)
	UNION ALL
	SELECT 8, 'refused_in_30_days', coalesce(rule, outcome), count(*)
	  FROM rollcall.audit
	 WHERE at > now() - interval '30 days' AND outcome <> 'ok' GROUP BY 3
	UNION ALL
	SELECT 9, 'rate_refused_in_30_days', rule, sum(refused)
	  FROM rollcall.rate_refusal
	 WHERE minute > now() - interval '30 days' GROUP BY 3
	UNION ALL
	SELECT 10, 'tokens_live', kind, count(*) FROM rollcall.token_report
	 WHERE state = 'live' GROUP BY 3
	UNION ALL
	SELECT 11, 'accounts', status, count(*) FROM rollcall.account_report
	 GROUP BY 3
	UNION ALL
	SELECT 12, 'outbox', CASE WHEN delivered_at IS NOT NULL THEN 'delivered'
	       WHEN dead_at IS NOT NULL THEN 'dead' ELSE 'pending' END, count(*)
	  FROM rollcall.outbox GROUP BY 3
	UNION ALL
	SELECT 13, 'table_bytes',
	       CASE WHEN c.relispartition THEN 'audit' ELSE c.relname END,
	       sum(pg_total_relation_size(c.oid))
	  FROM pg_class c
	 WHERE c.relnamespace = 'rollcall'::regnamespace AND c.relkind = 'r'
	 GROUP BY 3)
SELECT section, name, value::bigint AS value FROM line
 ORDER BY place, CASE place WHEN 6 THEN name::integer END, value DESC,
       name COLLATE "C";

-- name: admin_doctor_server
-- Say what the database server is like.
-- Returns: role, version, encoding, connections (of how many such roles may
-- have), now in ms since 1970, read_only, schema (whether there is one),
-- backend (the pid of the process that ran this).
SELECT session_user::text AS role, current_setting('server_version') AS version,
       current_setting('server_encoding') AS encoding,
       current_setting('max_connections')::integer
           - current_setting('superuser_reserved_connections')::integer
           - coalesce(current_setting('reserved_connections', true)::integer,
               0) AS connections,
       floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now,
       current_setting('transaction_read_only')::boolean AS read_only,
       EXISTS (SELECT FROM pg_class WHERE relname = 'schema_version'
           AND relnamespace = to_regnamespace('rollcall')) AS schema,
       pg_backend_pid() AS backend;

-- name: admin_doctor_role
-- Log in.
-- Returns: role.
SELECT session_user::text AS role;

-- name: admin_doctor_migrations
-- Read which migrations were applied.
-- Returns: version, sha256, name.
SELECT version, sha256, name FROM rollcall.schema_version ORDER BY version;

-- name: admin_doctor_rights
-- Compare the rights that a file such as roles.sql grants with what is granted.
-- $1 its text, $2 what the names of the roles begin with.
-- Returns: role, fault (missing, surplus, or unread: no GRANT was understood),
-- thing ("INSERT (client_id) on rollcall.client", or "the role itself").
WITH command AS (
	SELECT m[1] AS verbs, btrim(m[2]) AS kind, m[3] AS objects,
	       regexp_split_to_table(m[4], '\s*,\s*') AS role
	  FROM regexp_split_to_table(
	           regexp_replace($1::text, '--[^\n]*', '', 'g'), ';') piece,
	       regexp_match(piece, '^\s*GRANT\s+(.*?)\s+ON\s+(FUNCTION\s|SEQUENCE\s|TABLE\s)?\s*(rollcall\..*?)\s+TO\s+(rollcall_.*?)\s*$') m
	 WHERE m IS NOT NULL),
due AS (
	SELECT DISTINCT c.kind, v[1] AS verb,
	       to_regrole($2::text || substr(c.role, 10)) AS oid,
	       $2::text || substr(c.role, 10) AS role,
	       o[1] AS object, regexp_replace(col, '\s', '', 'g') AS col
	  FROM command c,
	       regexp_matches(c.verbs,
	           '(SELECT|INSERT|UPDATE|DELETE|EXECUTE|USAGE)\s*(?:\(([^)]*)\))?',
	           'g') v,
	       regexp_matches(c.objects,
	           '(rollcall\.[a-z_0-9]+\s*(?:\([^)]*\))?)', 'g') o,
	       regexp_split_to_table(coalesce(v[2], ''), ',') col),
lacking AS (
	SELECT role, verb, object, col FROM due
	 WHERE oid IS NOT NULL AND NOT coalesce(CASE
	       WHEN kind = 'FUNCTION' THEN has_function_privilege(oid,
	           to_regprocedure(object)::oid, verb)
	       WHEN kind = 'SEQUENCE' THEN has_sequence_privilege(oid,
	           to_regclass(object)::oid, verb)
	       WHEN col = '' THEN has_table_privilege(oid,
	           to_regclass(object)::oid, verb)
	       ELSE (SELECT has_column_privilege(oid, a.attrelid, a.attnum, verb)
	               FROM pg_attribute a
	              WHERE a.attrelid = to_regclass(object)
	                AND a.attname = col AND NOT a.attisdropped)
	       END, false)),
entry AS (
	SELECT c.oid, NULL AS col, 'rollcall.' || c.relname AS object, x.*
	  FROM pg_class c, aclexplode(c.relacl) x
	 WHERE c.relnamespace = 'rollcall'::regnamespace AND (c.relkind <> 'v'
	    OR x.privilege_type <> 'SELECT' OR x.grantee NOT IN (
	       SELECT to_regrole($2::text || name)
	         FROM unnest('{report,dba,admin}'::text[]) AS name
	        WHERE to_regrole($2::text || name) IS NOT NULL))
	   AND x.grantee <> c.relowner
	UNION ALL
	SELECT c.oid, a.attname, 'rollcall.' || c.relname, x.*
	  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid,
	       aclexplode(a.attacl) x
	 WHERE c.relnamespace = 'rollcall'::regnamespace
	   AND x.grantee <> c.relowner
	UNION ALL
	SELECT p.oid, NULL, p.oid::regprocedure::text, x.*
	  FROM pg_proc p,
	       aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
	 WHERE p.pronamespace = 'rollcall'::regnamespace
	   AND x.grantee <> p.proowner),
surplus AS (
	SELECT e.grantee, e.privilege_type AS verb, e.object, e.col
	  FROM entry e LEFT JOIN pg_roles r ON r.oid = e.grantee
	 WHERE (e.grantee = 0 OR starts_with(r.rolname, $2::text))
	   AND NOT EXISTS (SELECT FROM due d
	        WHERE d.oid = e.grantee AND d.verb = e.privilege_type
	          AND (d.col = '' OR d.col = e.col)
	          AND e.oid = CASE WHEN d.kind = 'FUNCTION'
	              THEN to_regprocedure(d.object)::oid
	              ELSE to_regclass(d.object)::oid END))
SELECT role, 'missing' AS fault, 'the role itself' AS thing FROM due
 WHERE oid IS NULL GROUP BY role
UNION ALL
SELECT role, 'missing', verb || coalesce(' (' || string_agg(
           nullif(col, ''), ', ' ORDER BY col) || ')', '') || ' on ' || object
  FROM lacking GROUP BY role, verb, object
UNION ALL
SELECT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
       'surplus', verb || coalesce(' (' || string_agg(col, ', '
           ORDER BY col) || ')', '') || ' on ' || object
  FROM surplus GROUP BY grantee, verb, object
UNION ALL
SELECT NULL, 'unread', NULL WHERE NOT EXISTS (SELECT FROM due)
 ORDER BY 1, 2, 3;

-- name: admin_doctor_state
-- Look for what should have been done by now.  $1 the destinations that are
-- configured.
-- Returns: month (whether the audit log has a partition for this moment), stray
-- (rows that no month's partition took), unsealed (s that the oldest row of the
-- audit log has waited for a seal, NULL: none has), pending and late (s that
-- the first notification is overdue, NULL: none is), dead, expired (rows that a
-- purge should have taken a day ago), unknown (names of destinations that are
-- not configured and were not told all, NULL: none is).
SELECT EXISTS (
           SELECT FROM pg_inherits i, pg_class c,
                  regexp_match(pg_get_expr(c.relpartbound, c.oid),
                      'FROM \(''([^'']+)''\) TO \(''([^'']+)''\)') m
            WHERE i.inhparent = 'rollcall.audit'::regclass
              AND c.oid = i.inhrelid AND m[1]::timestamptz <= now()
              AND m[2]::timestamptz > now()) AS month,
       (SELECT count(*) FROM (
           SELECT audit_id FROM rollcall.audit_default LIMIT 1000) s)
           AS stray,
       (SELECT floor(extract(epoch FROM now() - min(u.at)))::bigint FROM (
           SELECT a.at FROM rollcall.audit a
            WHERE a.audit_id > coalesce((SELECT max(last_id)
                  FROM rollcall.audit_seal), 0)
            ORDER BY a.audit_id LIMIT 1) u) AS unsealed,
       (SELECT count(*) FROM rollcall.outbox
         WHERE destination = ANY ($1::text[])
           AND delivered_at IS NULL AND dead_at IS NULL) AS pending,
       (SELECT floor(extract(epoch FROM now() - min(next_attempt_at)))::bigint
          FROM rollcall.outbox
         WHERE destination = ANY ($1::text[]) AND delivered_at IS NULL
           AND dead_at IS NULL AND next_attempt_at < now()) AS late,
       (SELECT count(*) FROM rollcall.outbox
         WHERE destination = ANY ($1::text[]) AND dead_at IS NOT NULL) AS dead,
       (SELECT count(*) FROM (
           SELECT FROM rollcall.access_token
            WHERE expires_at < now() - interval '1 day' LIMIT 1000) t)
       + (SELECT count(*) FROM (
           SELECT FROM rollcall.session
            WHERE expires_at < now() - interval '1 day' LIMIT 1000) s)
       + (SELECT count(*) FROM (
           SELECT FROM rollcall.used_assertion
            WHERE expires_at < now() - interval '1 day' LIMIT 1000) u)
           AS expired,
       (SELECT string_agg(DISTINCT destination, ' ') FROM rollcall.outbox
         WHERE destination <> ALL ($1::text[]) AND delivered_at IS NULL)
           AS unknown;
