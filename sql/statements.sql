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
