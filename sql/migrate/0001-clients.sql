-- The registry: clients, and the tokens that manage them.

CREATE SCHEMA IF NOT EXISTS rollcall;

COMMENT ON SCHEMA rollcall IS
    'rollcall: the registry of OAuth 2.0 and OpenID Connect clients';

CREATE TABLE rollcall.schema_version (
	version integer CONSTRAINT schema_version_pk PRIMARY KEY,
	name text NOT NULL,
	sha256 text NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE rollcall.schema_version IS
    'One row a migration that was applied here; kept by rollcall-migrate(8)';
COMMENT ON COLUMN rollcall.schema_version.version IS
    'The number that the name of the migration''s file begins with';
COMMENT ON COLUMN rollcall.schema_version.name IS
    'The name of the migration''s file';
COMMENT ON COLUMN rollcall.schema_version.sha256 IS
    'SHA-256 of the file as it was applied, in hexadecimal';
COMMENT ON COLUMN rollcall.schema_version.applied_at IS
    'When it was applied';

-- What a single column may hold is said by its domain: a session looks up a
-- domain's checks once, a table's at each statement, and registrations are
-- many.  A domain lets NULL pass, so NOT NULL stands at the columns.

CREATE DOMAIN rollcall.client_id AS text COLLATE "C"
	CONSTRAINT client_id_length CHECK (length(VALUE) BETWEEN 1 AND 255)
	CONSTRAINT client_id_is_no_option CHECK (VALUE NOT LIKE '-%')
	CONSTRAINT client_id_is_no_url CHECK (VALUE NOT LIKE 'https://%');
COMMENT ON DOMAIN rollcall.client_id IS
    'A client_id that this server chose: never an option or a URL';

CREATE DOMAIN rollcall.hash AS bytea
	CONSTRAINT hash_length CHECK (octet_length(VALUE) = 32);
COMMENT ON DOMAIN rollcall.hash IS
    'BLAKE2b-256 of a secret of 256 random bits';

CREATE DOMAIN rollcall.client_metadata AS jsonb
	CONSTRAINT client_metadata_is_object
	CHECK (jsonb_typeof(VALUE) = 'object');
COMMENT ON DOMAIN rollcall.client_metadata IS
    'Client metadata (RFC 7591 2): a JSON object';

CREATE DOMAIN rollcall.door AS text
	CONSTRAINT door_known
	CHECK (VALUE IN ('dynamic', 'token', 'document', 'admin'));
COMMENT ON DOMAIN rollcall.door IS
    'How a client came in: dynamic, token, document or admin';

CREATE DOMAIN rollcall.client_status AS text
	CONSTRAINT client_status_known CHECK (VALUE IN ('active', 'disabled'));
COMMENT ON DOMAIN rollcall.client_status IS
    'Whether a client may act: active or disabled';

CREATE DOMAIN rollcall.auth_method AS text
	CONSTRAINT auth_method_known CHECK (VALUE IN ('none',
	    'client_secret_basic', 'client_secret_post', 'client_secret_jwt',
	    'private_key_jwt', 'tls_client_auth',
	    'self_signed_tls_client_auth'));
COMMENT ON DOMAIN rollcall.auth_method IS
    'A token endpoint authentication method (RFC 7591 2, RFC 8705 2)';

CREATE DOMAIN rollcall.grant_types AS text[]
	CONSTRAINT grant_types_not_empty CHECK (cardinality(VALUE) > 0);
COMMENT ON DOMAIN rollcall.grant_types IS
    'Grant types (RFC 7591 2), one at least';

-- Generated columns call this, so it is total: no JSON makes it fail.  A loop
-- over plain expressions is quicker than a query, which starts an executor.
CREATE FUNCTION rollcall.strings(list jsonb) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
	strings text[] := '{}';
BEGIN
	IF jsonb_typeof(list) <> 'array' THEN
		RETURN NULL;
	END IF;
	FOR i IN 0 .. jsonb_array_length(list) - 1 LOOP
		strings[i + 1] := list ->> i;
	END LOOP;
	RETURN strings;
END
$$;

REVOKE ALL ON FUNCTION rollcall.strings(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION rollcall.strings(jsonb) IS
    'The elements of a JSON array as text; NULL for any other JSON';

CREATE TABLE rollcall.client (
	client_id rollcall.client_id CONSTRAINT client_pk PRIMARY KEY,
	secret_hash rollcall.hash,
	secret_expires_at timestamptz,
	metadata rollcall.client_metadata NOT NULL,
	door rollcall.door NOT NULL DEFAULT 'dynamic',
	status rollcall.client_status NOT NULL DEFAULT 'active',
	version integer NOT NULL DEFAULT 1,
	issued_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	last_used_at timestamptz,
	expires_at timestamptz,
	issued_from inet,
	policy text NOT NULL DEFAULT 'default',
	client_name text GENERATED ALWAYS AS
	    (metadata ->> 'client_name') STORED,
	client_uri text GENERATED ALWAYS AS
	    (metadata ->> 'client_uri') STORED,
	logo_uri text GENERATED ALWAYS AS
	    (metadata ->> 'logo_uri') STORED,
	redirect_uris text[] GENERATED ALWAYS AS
	    (rollcall.strings(metadata -> 'redirect_uris')) STORED,
	grant_types rollcall.grant_types NOT NULL GENERATED ALWAYS AS
	    (rollcall.strings(metadata -> 'grant_types')) STORED,
	response_types text[] GENERATED ALWAYS AS
	    (rollcall.strings(metadata -> 'response_types')) STORED,
	scope text GENERATED ALWAYS AS
	    (metadata ->> 'scope') STORED,
	token_endpoint_auth_method rollcall.auth_method NOT NULL
	    GENERATED ALWAYS AS
	    (metadata ->> 'token_endpoint_auth_method') STORED,
	application_type text GENERATED ALWAYS AS
	    (metadata ->> 'application_type') STORED,
	software_id text GENERATED ALWAYS AS
	    (metadata ->> 'software_id') STORED,
	software_version text GENERATED ALWAYS AS
	    (metadata ->> 'software_version') STORED,
	contacts text[] GENERATED ALWAYS AS
	    (rollcall.strings(metadata -> 'contacts')) STORED,
	jwks_uri text GENERATED ALWAYS AS
	    (metadata ->> 'jwks_uri') STORED,
	CONSTRAINT client_secret_fits_method CHECK (
	    CASE WHEN token_endpoint_auth_method = 'none'
	        THEN secret_hash IS NULL
	        ELSE secret_hash IS NOT NULL
	            OR token_endpoint_auth_method NOT LIKE 'client\_secret\_%'
	    END)
);

COMMENT ON TABLE rollcall.client IS
    'One row a registered client; secrets are kept as hashes only';
COMMENT ON COLUMN rollcall.client.client_id IS
    'The client''s identifier';
COMMENT ON COLUMN rollcall.client.secret_hash IS
    'Hash of the client secret; NULL for a client that has none';
COMMENT ON COLUMN rollcall.client.secret_expires_at IS
    'When the client secret expires; NULL: never';
COMMENT ON COLUMN rollcall.client.metadata IS
    'What was registered, defaults included: the source of the columns that are generated';
COMMENT ON COLUMN rollcall.client.door IS
    'How the client came in: dynamic, token, document or admin';
COMMENT ON COLUMN rollcall.client.status IS
    'active, or disabled: refused until it is enabled';
COMMENT ON COLUMN rollcall.client.version IS
    'Goes up by one with each update of metadata';
COMMENT ON COLUMN rollcall.client.issued_at IS
    'When the client was registered';
COMMENT ON COLUMN rollcall.client.updated_at IS
    'When metadata or status last changed';
COMMENT ON COLUMN rollcall.client.last_used_at IS
    'When the client was last given a token; NULL: never';
COMMENT ON COLUMN rollcall.client.expires_at IS
    'When the registration ends; NULL: never';
COMMENT ON COLUMN rollcall.client.issued_from IS
    'The address that the registration came from; NULL: not known';
COMMENT ON COLUMN rollcall.client.policy IS
    'The name of the registration policy that judged the client';
COMMENT ON COLUMN rollcall.client.client_name IS
    'Generated from metadata: the name shown to people';
COMMENT ON COLUMN rollcall.client.client_uri IS
    'Generated from metadata: the client''s home page';
COMMENT ON COLUMN rollcall.client.logo_uri IS
    'Generated from metadata: the client''s logo';
COMMENT ON COLUMN rollcall.client.redirect_uris IS
    'Generated from metadata: where people may be sent back to';
COMMENT ON COLUMN rollcall.client.grant_types IS
    'Generated from metadata: the grants that the client may use';
COMMENT ON COLUMN rollcall.client.response_types IS
    'Generated from metadata: what it may ask the authorization endpoint for';
COMMENT ON COLUMN rollcall.client.scope IS
    'Generated from metadata: the scopes it may ask for, with spaces between';
COMMENT ON COLUMN rollcall.client.token_endpoint_auth_method IS
    'Generated from metadata: how it authenticates; none: a public client';
COMMENT ON COLUMN rollcall.client.application_type IS
    'Generated from metadata: web or native';
COMMENT ON COLUMN rollcall.client.software_id IS
    'Generated from metadata: the same for all installations of a software';
COMMENT ON COLUMN rollcall.client.software_version IS
    'Generated from metadata: the version of that software';
COMMENT ON COLUMN rollcall.client.contacts IS
    'Generated from metadata: how to reach the people responsible';
COMMENT ON COLUMN rollcall.client.jwks_uri IS
    'Generated from metadata: where the client publishes its keys';

-- The key begins with client_id, so its one index serves both the look-up
-- and the cascade from client.
CREATE TABLE rollcall.registration_token (
	client_id rollcall.client_id NOT NULL,
	token_hash rollcall.hash NOT NULL,
	issued_at timestamptz NOT NULL DEFAULT now(),
	last_used_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT registration_token_pk PRIMARY KEY (client_id, token_hash),
	CONSTRAINT registration_token_client FOREIGN KEY (client_id)
	    REFERENCES rollcall.client ON DELETE CASCADE
);

COMMENT ON TABLE rollcall.registration_token IS
    'One row a registration access token (RFC 7592): it manages one client';
COMMENT ON COLUMN rollcall.registration_token.client_id IS
    'The client that the token manages';
COMMENT ON COLUMN rollcall.registration_token.token_hash IS
    'Hash of the token';
COMMENT ON COLUMN rollcall.registration_token.issued_at IS
    'When the token was issued';
COMMENT ON COLUMN rollcall.registration_token.last_used_at IS
    'When the token was last used, noted at most once a day; its lifetime counts from here';
