-- The registration access token of a client moves into the client's row: a
-- registration writes one row less, and who manages a client is looked up once.

-- To add a column of a domain that has a constraint would write the table anew.
ALTER DOMAIN rollcall.hash DROP CONSTRAINT hash_length;
ALTER TABLE rollcall.client
	ADD COLUMN registration_token_hash rollcall.hash,
	ADD COLUMN registration_token_issued_at timestamptz,
	ADD COLUMN registration_token_last_used_at timestamptz,
	ADD COLUMN next_registration_token_hash rollcall.hash,
	ADD COLUMN next_registration_token_issued_at timestamptz;
ALTER DOMAIN rollcall.hash ADD CONSTRAINT hash_length
	CHECK (octet_length(VALUE) = 32);

COMMENT ON COLUMN rollcall.client.registration_token_hash IS
    'Hash of the registration access token (RFC 7592), which manages the client; NULL: it has none';
COMMENT ON COLUMN rollcall.client.registration_token_issued_at IS
    'When that token was issued';
COMMENT ON COLUMN rollcall.client.registration_token_last_used_at IS
    'When that token was last used, noted at most once a day; NULL: not since it was issued';
COMMENT ON COLUMN rollcall.client.next_registration_token_hash IS
    'Hash of the token that takes its place when it is first used; NULL: there is none';
COMMENT ON COLUMN rollcall.client.next_registration_token_issued_at IS
    'When that next token was issued';

-- The token that takes no other's place, and of those that would take its
-- place the newest.
WITH present AS (
	SELECT DISTINCT ON (client_id) client_id, token_hash, issued_at,
	       last_used_at
	  FROM rollcall.registration_token
	 ORDER BY client_id, replaces IS NOT NULL, last_used_at DESC,
	       token_hash),
next AS (
	SELECT DISTINCT ON (t.client_id) t.client_id, t.token_hash, t.issued_at
	  FROM rollcall.registration_token t
	  JOIN present p ON p.client_id = t.client_id
	   AND p.token_hash = t.replaces
	 ORDER BY t.client_id, t.issued_at DESC, t.token_hash)
UPDATE rollcall.client c
   SET registration_token_hash = p.token_hash,
       registration_token_issued_at = p.issued_at,
       registration_token_last_used_at = p.last_used_at,
       next_registration_token_hash = n.token_hash,
       next_registration_token_issued_at = n.issued_at
  FROM present p
  LEFT JOIN next n ON n.client_id = p.client_id
 WHERE c.client_id = p.client_id;

-- The view lets go of the table, and what DBAs have built on the view stays.
DO $$
BEGIN
	IF pg_catalog.to_regclass('rollcall.registration_token_report')
	    IS NOT NULL THEN
		CREATE OR REPLACE VIEW rollcall.registration_token_report AS
		SELECT client_id, client_name, status,
		       registration_token_issued_at AS issued_at,
		       registration_token_last_used_at AS last_used_at
		  FROM rollcall.client;
	END IF;
END
$$;
DROP TABLE rollcall.registration_token;

-- In a trigger each expression costs anew in each transaction, so there are as
-- few as can be: what is judged of a row is judged by one, and only what fails
-- is looked at again, and a list of four at most is one, too.

-- Total: no JSON makes it fail.
CREATE OR REPLACE FUNCTION rollcall.strings(list jsonb) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
	strings text[];
BEGIN
	IF list -> 4 IS NULL THEN
		RETURN CASE WHEN pg_catalog.jsonb_typeof(list) = 'array' THEN
		    (ARRAY[list ->> 0, list ->> 1, list ->> 2, list ->> 3])
		    [1 : pg_catalog.jsonb_array_length(list)] END;
	END IF;
	FOR i IN 0 .. pg_catalog.jsonb_array_length(list) - 1 LOOP
		strings[i + 1] := list ->> i;
	END LOOP;
	RETURN strings;
END
$$;

CREATE OR REPLACE FUNCTION rollcall.client_columns() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
	m jsonb := NEW.metadata;
BEGIN
	NEW.client_name := m ->> 'client_name';
	NEW.client_uri := m ->> 'client_uri';
	NEW.logo_uri := m ->> 'logo_uri';
	NEW.redirect_uris := rollcall.strings(m -> 'redirect_uris');
	NEW.grant_types := rollcall.strings(m -> 'grant_types');
	NEW.response_types := rollcall.strings(m -> 'response_types');
	NEW.scope := m ->> 'scope';
	NEW.token_endpoint_auth_method := m ->> 'token_endpoint_auth_method';
	NEW.application_type := m ->> 'application_type';
	NEW.software_id := m ->> 'software_id';
	NEW.software_version := m ->> 'software_version';
	NEW.contacts := rollcall.strings(m -> 'contacts');
	NEW.jwks_uri := m ->> 'jwks_uri';
	IF NEW.secret_hash IS NOT NULL
	    AND NEW.token_endpoint_auth_method = 'none'
	    OR NEW.secret_hash IS NULL
	    AND pg_catalog.starts_with(NEW.token_endpoint_auth_method,
	        'client_secret_')
	    OR (NEW.previous_secret_hash IS NULL)
	    <> (NEW.previous_secret_expires_at IS NULL)
	    OR NEW.disabled_status NOT IN ('active', 'pending', 'archived') THEN
		IF NEW.disabled_status
		    NOT IN ('active', 'pending', 'archived') THEN
			RAISE check_violation USING
			    SCHEMA = 'rollcall', TABLE = 'client',
			    CONSTRAINT = 'client_disabled_status',
			    MESSAGE = 'client_disabled_status: no client comes'
			        ' back as ' || NEW.disabled_status;
		END IF;
		IF (NEW.previous_secret_hash IS NULL)
		    <> (NEW.previous_secret_expires_at IS NULL) THEN
			RAISE check_violation USING
			    SCHEMA = 'rollcall', TABLE = 'client',
			    CONSTRAINT = 'client_previous_secret',
			    MESSAGE = 'client_previous_secret: a previous'
			        ' secret has a time when it dies, and nothing'
			        ' else has';
		END IF;
		RAISE check_violation USING
		    SCHEMA = 'rollcall', TABLE = 'client',
		    CONSTRAINT = 'client_secret_fits_method',
		    MESSAGE = 'client_secret_fits_method: a client of method '
		        || NEW.token_endpoint_auth_method
		        || CASE WHEN NEW.secret_hash IS NULL
		            THEN ' needs a secret' ELSE ' has no secret' END;
	END IF;
	RETURN NEW;
END
$$;
