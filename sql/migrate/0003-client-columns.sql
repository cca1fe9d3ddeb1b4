-- The columns of a client that come from its metadata: a trigger sets them, and
-- judges what goes together in a row.
-- PostgreSQL reads, plans and compiles the expressions of generated columns,
-- and those of a table's CHECKs, anew at each INSERT; of a trigger a session
-- keeps them.  A registration costs the database a quarter less so.

-- Total: no JSON makes it fail.  Most lists are short; a loop over plain
-- expressions is quicker than a query, which starts an executor.
CREATE OR REPLACE FUNCTION rollcall.strings(list jsonb) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
	strings text[];
BEGIN
	IF pg_catalog.jsonb_typeof(list) <> 'array' THEN
		RETURN NULL;
	END IF;
	strings := (ARRAY[list ->> 0, list ->> 1, list ->> 2, list ->> 3])
	    [1 : pg_catalog.jsonb_array_length(list)];
	FOR i IN 4 .. pg_catalog.jsonb_array_length(list) - 1 LOOP
		strings[i + 1] := list ->> i;
	END LOOP;
	RETURN strings;
END
$$;

-- A secret or token that was rotated lives on for a while.  To add a column of
-- a domain that has a constraint would write the table anew.
ALTER DOMAIN rollcall.hash DROP CONSTRAINT hash_length;
ALTER TABLE rollcall.client
	ADD COLUMN previous_secret_hash rollcall.hash,
	ADD COLUMN previous_secret_expires_at timestamptz,
	ADD COLUMN disabled_status text;
ALTER TABLE rollcall.registration_token
	ADD COLUMN replaces rollcall.hash;
ALTER DOMAIN rollcall.hash ADD CONSTRAINT hash_length
	CHECK (octet_length(VALUE) = 32);

COMMENT ON COLUMN rollcall.client.previous_secret_hash IS
    'Hash of the secret before the last rotation; NULL: there is none, or it has died';
COMMENT ON COLUMN rollcall.client.previous_secret_expires_at IS
    'When that one dies';
COMMENT ON COLUMN rollcall.client.disabled_status IS
    'The status that a disabled client had before, and has again once it is enabled; NULL: active';
COMMENT ON COLUMN rollcall.registration_token.replaces IS
    'Hash of the token that dies when this one is first used; NULL: none does';

-- jsonb_populate_record() would read all the members at once, but takes strings
-- for array literals and lists in lists for dimensions; to look for such first
-- costs what it saves.
--
-- As with the generated columns before, who writes needs the right to execute
-- strings(); the rest is PostgreSQL's own.
CREATE FUNCTION rollcall.client_columns() RETURNS trigger
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
	        'client_secret_') THEN
		RAISE check_violation USING
		    SCHEMA = 'rollcall', TABLE = 'client',
		    CONSTRAINT = 'client_secret_fits_method',
		    MESSAGE = 'client_secret_fits_method: a client of method '
		        || NEW.token_endpoint_auth_method
		        || CASE WHEN NEW.secret_hash IS NULL
		            THEN ' needs a secret' ELSE ' has no secret' END;
	END IF;
	IF (NEW.previous_secret_hash IS NULL)
	    <> (NEW.previous_secret_expires_at IS NULL) THEN
		RAISE check_violation USING
		    SCHEMA = 'rollcall', TABLE = 'client',
		    CONSTRAINT = 'client_previous_secret',
		    MESSAGE = 'client_previous_secret: a previous secret has a'
		        ' time when it dies, and nothing else has';
	END IF;
	IF NEW.disabled_status NOT IN ('active', 'pending', 'archived') THEN
		RAISE check_violation USING
		    SCHEMA = 'rollcall', TABLE = 'client',
		    CONSTRAINT = 'client_disabled_status',
		    MESSAGE = 'client_disabled_status: no client comes back as '
		        || NEW.disabled_status;
	END IF;
	RETURN NEW;
END
$$;

REVOKE ALL ON FUNCTION rollcall.client_columns() FROM PUBLIC;
COMMENT ON FUNCTION rollcall.client_columns() IS
    'Trigger: the columns that come from metadata, and what goes together in a row';

-- None of this touches the rows that are there.
ALTER TABLE rollcall.client
	ALTER COLUMN client_name DROP EXPRESSION,
	ALTER COLUMN client_uri DROP EXPRESSION,
	ALTER COLUMN logo_uri DROP EXPRESSION,
	ALTER COLUMN redirect_uris DROP EXPRESSION,
	ALTER COLUMN grant_types DROP EXPRESSION,
	ALTER COLUMN response_types DROP EXPRESSION,
	ALTER COLUMN scope DROP EXPRESSION,
	ALTER COLUMN token_endpoint_auth_method DROP EXPRESSION,
	ALTER COLUMN application_type DROP EXPRESSION,
	ALTER COLUMN software_id DROP EXPRESSION,
	ALTER COLUMN software_version DROP EXPRESSION,
	ALTER COLUMN contacts DROP EXPRESSION,
	ALTER COLUMN jwks_uri DROP EXPRESSION,
	DROP CONSTRAINT client_secret_fits_method;

-- Whatever is written to one of these columns, metadata decides.
CREATE TRIGGER client_columns
	BEFORE INSERT OR UPDATE OF metadata, secret_hash,
	    previous_secret_hash, previous_secret_expires_at, disabled_status,
	    client_name, client_uri, logo_uri, redirect_uris, grant_types,
	    response_types, scope, token_endpoint_auth_method,
	    application_type, software_id, software_version, contacts, jwks_uri
	ON rollcall.client
	FOR EACH ROW EXECUTE FUNCTION rollcall.client_columns();

COMMENT ON COLUMN rollcall.client.metadata IS
    'What was registered, defaults included: the source of the columns from client_name on';
COMMENT ON COLUMN rollcall.client.client_name IS
    'From metadata: the name shown to people';
COMMENT ON COLUMN rollcall.client.client_uri IS
    'From metadata: the client''s home page';
COMMENT ON COLUMN rollcall.client.logo_uri IS
    'From metadata: the client''s logo';
COMMENT ON COLUMN rollcall.client.redirect_uris IS
    'From metadata: where people may be sent back to';
COMMENT ON COLUMN rollcall.client.grant_types IS
    'From metadata: the grants that the client may use';
COMMENT ON COLUMN rollcall.client.response_types IS
    'From metadata: what it may ask the authorization endpoint for';
COMMENT ON COLUMN rollcall.client.scope IS
    'From metadata: the scopes it may ask for, with spaces between';
COMMENT ON COLUMN rollcall.client.token_endpoint_auth_method IS
    'From metadata: how it authenticates; none: a public client';
COMMENT ON COLUMN rollcall.client.application_type IS
    'From metadata: web or native';
COMMENT ON COLUMN rollcall.client.software_id IS
    'From metadata: the same for all installations of a software';
COMMENT ON COLUMN rollcall.client.software_version IS
    'From metadata: the version of that software';
COMMENT ON COLUMN rollcall.client.contacts IS
    'From metadata: how to reach the people responsible';
COMMENT ON COLUMN rollcall.client.jwks_uri IS
    'From metadata: where the client publishes its keys';
