-- The statements of the programs, by name.  lib/statements.awk makes C of
-- this file: each statement begins with "-- name:" and ends with a line that
-- ends in ";".  Parameters are cast, so their types are certain; hashes are
-- bytea and sent as bytes; times come back as seconds since 1970, rounded
-- down; every object is named with its schema.  A lifetime is in seconds
-- since the token was last used; 0 is for ever.

-- name: client_register
-- Register a client, and the token that manages it.  $1 client_id, $2 hash
-- of its secret or NULL, $3 metadata, $4 hash of its registration access
-- token, $5 address that it came from or NULL.
-- Returns: issued_at.
WITH registered AS (
	INSERT INTO rollcall.client
	    (client_id, secret_hash, metadata, issued_from)
	VALUES ($1::text, $2::bytea, $3::text::jsonb, $5::text::inet)
	RETURNING client_id)
INSERT INTO rollcall.registration_token (client_id, token_hash)
SELECT client_id, $4::bytea FROM registered
RETURNING floor(extract(epoch FROM issued_at))::bigint AS issued_at;

-- name: client_read
-- Read the client that a registration access token manages, whatever its
-- status.  $1 client_id, $2 hash of the token, $3 lifetime, $4 hash of a
-- client secret to judge, or NULL.
-- Returns: no row where the token is not valid; else metadata, issued_at,
-- secret_expires_at or NULL, has_secret, status, version, stale (the last use
-- noted is more than a day, or half the lifetime, ago: note this one by
-- registration_token_touch),
-- secret_matches (NULL where none was to judge).
SELECT c.metadata::text AS metadata,
       floor(extract(epoch FROM c.issued_at))::bigint AS issued_at,
       floor(extract(epoch FROM c.secret_expires_at))::bigint
           AS secret_expires_at,
       c.secret_hash IS NOT NULL AS has_secret,
       c.status,
       c.version,
       extract(epoch FROM now() - t.last_used_at)
           > CASE $3::bigint WHEN 0 THEN 86400
               ELSE least(86400, $3::bigint / 2) END AS stale,
       CASE WHEN $4::bytea IS NOT NULL
           THEN coalesce(c.secret_hash = $4::bytea, false)
       END AS secret_matches
  FROM rollcall.registration_token t
  JOIN rollcall.client c ON c.client_id = t.client_id
 WHERE t.client_id = $1::text AND t.token_hash = $2::bytea
   AND ($3::bigint = 0
       OR extract(epoch FROM now() - t.last_used_at) < $3::bigint);

-- name: registration_token_touch
-- Note the use of a registration access token, where the last one noted is
-- old enough.  $1 client_id, $2 hash of the token, $3 lifetime.
UPDATE rollcall.registration_token SET last_used_at = now()
 WHERE client_id = $1::text AND token_hash = $2::bytea
   AND extract(epoch FROM now() - last_used_at)
       > CASE $3::bigint WHEN 0 THEN 86400
           ELSE least(86400, $3::bigint / 2) END;

-- name: client_replace
-- Replace a client's metadata where the token is valid, the client is active,
-- and the secret and version that were presented are the client's own.
-- $1 client_id, $2 hash of the token, $3 lifetime, $4 hash of the secret
-- presented, or NULL for none, $5 metadata, $6 whether its method uses a
-- secret, $7 hash of a fresh secret, taken where one is needed and there was
-- none, $8 version that was read, or NULL for any.
-- Returns: no row where nothing was changed; else issued_at, fresh (the fresh
-- secret was taken), secret_expires_at or NULL, stale as client_read has it.
UPDATE rollcall.client c
   SET metadata = $5::text::jsonb,
       secret_hash = CASE WHEN $6::boolean
           THEN coalesce(c.secret_hash, $7::bytea) END,
       secret_expires_at = CASE WHEN $6::boolean AND c.secret_hash IS NOT NULL
           THEN c.secret_expires_at END,
       updated_at = now(),
       version = c.version + 1
  FROM rollcall.registration_token t
 WHERE c.client_id = $1::text AND c.status = 'active'
   AND ($4::bytea IS NULL OR c.secret_hash = $4::bytea)
   AND ($8::integer IS NULL OR c.version = $8::integer)
   AND t.client_id = $1::text AND t.token_hash = $2::bytea
   AND ($3::bigint = 0
       OR extract(epoch FROM now() - t.last_used_at) < $3::bigint)
RETURNING floor(extract(epoch FROM c.issued_at))::bigint AS issued_at,
    coalesce(c.secret_hash = $7::bytea, false) AS fresh,
    floor(extract(epoch FROM c.secret_expires_at))::bigint
        AS secret_expires_at,
    extract(epoch FROM now() - t.last_used_at)
        > CASE $3::bigint WHEN 0 THEN 86400
            ELSE least(86400, $3::bigint / 2) END AS stale;

-- name: client_delete
-- Delete a client and all that hangs on it, where the token is valid and the
-- client is active.  $1 client_id, $2 hash of the token, $3 lifetime.
-- Returns: client_id, or no row where nothing was deleted.
DELETE FROM rollcall.client c
 USING rollcall.registration_token t
 WHERE c.client_id = $1::text AND c.status = 'active'
   AND t.client_id = $1::text AND t.token_hash = $2::bytea
   AND ($3::bigint = 0
       OR extract(epoch FROM now() - t.last_used_at) < $3::bigint)
RETURNING c.client_id;

-- Of a client that authenticates with its request (RFC 6749 2.3): $1
-- client_id, $2 the registered methods that let it in, $3 hash of the secret
-- presented or NULL.  Each statement of an endpoint that clients call checks
-- these itself, so that check and act are one round trip and cannot race.
-- Where one returns no row, client_authenticate says whether it was that.

-- name: client_authenticate
-- Judge what a client presented.  $1 to $3.
-- Returns: no row for an unknown client; else status, method (the registered
-- one), method_fits, secret_fits, secret_expired, metadata, idle (last_used_at
-- is to be noted), issued_at.
SELECT c.status, c.token_endpoint_auth_method::text AS method,
       c.token_endpoint_auth_method = ANY ($2::text[]) AS method_fits,
       c.secret_hash IS NOT DISTINCT FROM $3::bytea AS secret_fits,
       coalesce(c.secret_expires_at <= now(), false) AS secret_expired,
       c.metadata::text AS metadata,
       coalesce(c.last_used_at < now() - interval '1 day', true) AS idle,
       floor(extract(epoch FROM c.issued_at))::bigint AS issued_at
  FROM rollcall.client c
 WHERE c.client_id = $1::text;

-- name: client_touch
-- Note that a client was given a token, at most once a day; its registration
-- access tokens' lifetimes count from there too.  $1 client_id.
WITH used AS (
	UPDATE rollcall.client SET last_used_at = now()
	 WHERE client_id = $1::text
	   AND coalesce(last_used_at < now() - interval '1 day', true)
	RETURNING client_id)
UPDATE rollcall.registration_token t SET last_used_at = now()
  FROM used WHERE t.client_id = used.client_id;

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
	 WHERE c.client_id = $1::text AND c.status = 'active'
	   AND c.token_endpoint_auth_method = ANY ($2::text[])
	   AND c.secret_hash IS NOT DISTINCT FROM $3::bytea
	   AND coalesce(c.secret_expires_at > now(), true)
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
	   AND c.status = 'active'
	   AND c.token_endpoint_auth_method = ANY ($2::text[])
	   AND c.secret_hash IS NOT DISTINCT FROM $3::bytea
	   AND coalesce(c.secret_expires_at > now(), true)
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
	   AND c.status = 'active'
	   AND c.token_endpoint_auth_method = ANY ($2::text[])
	   AND c.secret_hash IS NOT DISTINCT FROM $3::bytea
	   AND coalesce(c.secret_expires_at > now(), true)
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
	   AND c.status = 'active'
	   AND c.token_endpoint_auth_method = ANY ($2::text[])
	   AND c.secret_hash IS NOT DISTINCT FROM $3::bytea
	   AND coalesce(c.secret_expires_at > now(), true)
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
-- login_name or NULL, resource_server (whether it may see tokens of others).
SELECT t.client_id, t.scope,
       CASE cardinality(t.audience) WHEN 0 THEN NULL
           WHEN 1 THEN to_jsonb(t.audience[1])
           ELSE to_jsonb(t.audience) END::text AS audience,
       floor(extract(epoch FROM t.issued_at))::bigint AS issued_at,
       floor(extract(epoch FROM t.expires_at))::bigint AS expires_at,
       t.account_id, t.login_name,
       s.client_id IS NOT NULL AS resource_server
  FROM rollcall.client c
  LEFT JOIN rollcall.resource_server s ON s.client_id = c.client_id
  LEFT JOIN LATERAL (
	SELECT t.client_id, t.scope, t.audience, t.issued_at, t.expires_at,
	       g.account_id, a.login_name
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
 WHERE c.client_id = $1::text AND c.status = 'active'
   AND c.token_endpoint_auth_method = ANY ($2::text[])
   AND c.secret_hash IS NOT DISTINCT FROM $3::bytea
   AND coalesce(c.secret_expires_at > now(), true);

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
       t.account_id, t.login_name, false AS resource_server
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
 WHERE c.client_id = $1::text AND c.status = 'active'
   AND c.token_endpoint_auth_method = ANY ($2::text[])
   AND c.secret_hash IS NOT DISTINCT FROM $3::bytea
   AND coalesce(c.secret_expires_at > now(), true);

-- name: token_revoke
-- Revoke a token of the client: an access token alone, a refresh token with all
-- that came of its grant (RFC 7009 2.1).  $1 to $3, $4 hash of the token.
-- Returns: no row where the client did not authenticate; else foreign (the
-- token is another client's, and was left alone).
WITH me AS (
	SELECT c.client_id FROM rollcall.client c
	 WHERE c.client_id = $1::text AND c.status = 'active'
	   AND c.token_endpoint_auth_method = ANY ($2::text[])
	   AND c.secret_hash IS NOT DISTINCT FROM $3::bytea
	   AND coalesce(c.secret_expires_at > now(), true)),
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
-- login_name, here (the issuer is of its audience).
SELECT a.account_id, t.scope, a.claims::text AS claims, a.login_name,
       $2::text = ANY (t.audience) AS here
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
-- Returns: no row for an unknown client; else metadata, status, door,
-- issued_at, account_id or NULL: nobody is logged in, login_name, auth_time or
-- NULL: not known, full_name, consents (a JSON array of objects with scope,
-- audience and redirect_origin, NULL: none is remembered).
SELECT c.metadata::text AS metadata, c.status, c.door,
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
           * extract(epoch FROM now() - r.updated_at)) + 1,
       updated_at = now()
 WHERE r.level - $2::bigint / $3::double precision
       * extract(epoch FROM now() - r.updated_at) <= $2::bigint - 1
RETURNING level;

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
	RETURNING status)
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
INSERT INTO rollcall.account (account_id, login_name, password_hash, claims,
    password_changed_at)
VALUES ($1::text, $2::text, $3::text, $4::text::jsonb,
    CASE WHEN $3::text IS NOT NULL THEN now() END)
ON CONFLICT (login_name) DO NOTHING
RETURNING account_id;

-- name: admin_account_password
-- Give an account another password; sessions and tokens are void from then on.
-- $1 login_name, $2 hash of the password, or NULL for none.
-- Returns: account_id, or no row for an unknown name.
UPDATE rollcall.account
   SET password_hash = $2::text, password_changed_at = clock_timestamp(),
       updated_at = now()
 WHERE login_name = $1::text
RETURNING account_id;

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
	   AND (SELECT count(*) FROM found) = 1)
SELECT count(*) AS found FROM found;

-- name: admin_session_end_account
-- End all sessions of an account.  $1 login_name.
-- Returns: changed, or no row for an unknown name.
SELECT rollcall.session_end_all(login_name) AS changed
  FROM rollcall.account_report WHERE login_name = $1::text;

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
-- for none, $5 the resources whose tokens it may introspect or NULL for none.
-- Returns: issued_at.
WITH registered AS (
	INSERT INTO rollcall.client (client_id, secret_hash, metadata, door)
	VALUES ($1::text, $2::bytea, $3::text::jsonb, 'admin')
	RETURNING client_id, issued_at),
token AS (
	INSERT INTO rollcall.registration_token (client_id, token_hash)
	SELECT client_id, $4::bytea FROM registered
	 WHERE $4::bytea IS NOT NULL),
server AS (
	INSERT INTO rollcall.resource_server (client_id, audience)
	SELECT client_id, $5::text[] FROM registered
	 WHERE $5::text[] IS NOT NULL)
SELECT floor(extract(epoch FROM issued_at))::bigint AS issued_at
  FROM registered;

-- name: admin_client_list
-- List the clients.
-- Returns: client_id, client_name, status, door, method, introspection (whether
-- it is a resource server), issued_at, last_used_at.
SELECT c.client_id, c.client_name, c.status, c.door,
       c.token_endpoint_auth_method AS method,
       s.client_id IS NOT NULL AS introspection,
       floor(extract(epoch FROM c.issued_at))::bigint AS issued_at,
       floor(extract(epoch FROM c.last_used_at))::bigint AS last_used_at
  FROM rollcall.client_report c
  LEFT JOIN rollcall.resource_server_report s ON s.client_id = c.client_id
 ORDER BY c.issued_at, c.client_id;

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

-- name: admin_client_delete
-- Delete a client.  $1 client_id.
-- Returns: changed.
SELECT rollcall.client_delete($1::text) AS changed;

-- name: admin_purge
-- Take away a batch of rows that count for nothing any more.  $1 how many at
-- most.
-- Returns: purged, how many it was.
SELECT rollcall.purge($1::integer) AS purged;
