-- A database at version 1 with clients in it, as pg_dump wrote it.

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA rollcall;

COMMENT ON SCHEMA rollcall IS 'rollcall: the registry of OAuth 2.0 and OpenID Connect clients';

CREATE DOMAIN rollcall.auth_method AS text
	CONSTRAINT auth_method_known CHECK ((VALUE = ANY (ARRAY['none'::text, 'client_secret_basic'::text, 'client_secret_post'::text, 'client_secret_jwt'::text, 'private_key_jwt'::text, 'tls_client_auth'::text, 'self_signed_tls_client_auth'::text])));

COMMENT ON DOMAIN rollcall.auth_method IS 'A token endpoint authentication method (RFC 7591 2, RFC 8705 2)';

CREATE DOMAIN rollcall.client_id AS text COLLATE pg_catalog."C"
	CONSTRAINT client_id_is_no_option CHECK ((VALUE !~~ '-%'::text))
	CONSTRAINT client_id_is_no_url CHECK ((VALUE !~~ 'https://%'::text))
	CONSTRAINT client_id_length CHECK (((length(VALUE) >= 1) AND (length(VALUE) <= 255)));

COMMENT ON DOMAIN rollcall.client_id IS 'A client_id that this server chose: never an option or a URL';

CREATE DOMAIN rollcall.client_metadata AS jsonb
	CONSTRAINT client_metadata_is_object CHECK ((jsonb_typeof(VALUE) = 'object'::text));

COMMENT ON DOMAIN rollcall.client_metadata IS 'Client metadata (RFC 7591 2): a JSON object';

CREATE DOMAIN rollcall.client_status AS text
	CONSTRAINT client_status_known CHECK ((VALUE = ANY (ARRAY['active'::text, 'disabled'::text])));

COMMENT ON DOMAIN rollcall.client_status IS 'Whether a client may act: active or disabled';

CREATE DOMAIN rollcall.door AS text
	CONSTRAINT door_known CHECK ((VALUE = ANY (ARRAY['dynamic'::text, 'token'::text, 'document'::text, 'admin'::text])));

COMMENT ON DOMAIN rollcall.door IS 'How a client came in: dynamic, token, document or admin';

CREATE DOMAIN rollcall.grant_types AS text[]
	CONSTRAINT grant_types_not_empty CHECK ((cardinality(VALUE) > 0));

COMMENT ON DOMAIN rollcall.grant_types IS 'Grant types (RFC 7591 2), one at least';

CREATE DOMAIN rollcall.hash AS bytea
	CONSTRAINT hash_length CHECK ((octet_length(VALUE) = 32));

COMMENT ON DOMAIN rollcall.hash IS 'BLAKE2b-256 of a secret of 256 random bits';

CREATE FUNCTION rollcall.client_delete(id text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
	DELETE FROM rollcall.client WHERE client_id = id;
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.client_delete(id text) IS 'Delete a client and everything that hangs on it';

CREATE FUNCTION rollcall.client_disable(id text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
	UPDATE rollcall.client SET status = 'disabled', updated_at = now()
	 WHERE client_id = id AND status = 'active';
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.client_disable(id text) IS 'Refuse a client until it is enabled; it stays registered';

CREATE FUNCTION rollcall.client_enable(id text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
	UPDATE rollcall.client SET status = 'active', updated_at = now()
	 WHERE client_id = id AND status = 'disabled';
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.client_enable(id text) IS 'Let a disabled client act again';

CREATE FUNCTION rollcall.registration_token_revoke(id text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
	DELETE FROM rollcall.registration_token WHERE client_id = id;
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.registration_token_revoke(id text) IS 'Revoke the registration access tokens of a client: it can no longer manage itself';

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

COMMENT ON FUNCTION rollcall.strings(list jsonb) IS 'The elements of a JSON array as text; NULL for any other JSON';

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE rollcall.client (
    client_id rollcall.client_id NOT NULL,
    secret_hash rollcall.hash,
    secret_expires_at timestamp with time zone,
    metadata rollcall.client_metadata NOT NULL,
    door rollcall.door DEFAULT 'dynamic'::text NOT NULL,
    status rollcall.client_status DEFAULT 'active'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    issued_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone,
    expires_at timestamp with time zone,
    issued_from inet,
    policy text DEFAULT 'default'::text NOT NULL,
    client_name text GENERATED ALWAYS AS (((metadata)::jsonb ->> 'client_name'::text)) STORED,
    client_uri text GENERATED ALWAYS AS (((metadata)::jsonb ->> 'client_uri'::text)) STORED,
    logo_uri text GENERATED ALWAYS AS (((metadata)::jsonb ->> 'logo_uri'::text)) STORED,
    redirect_uris text[] GENERATED ALWAYS AS (rollcall.strings(((metadata)::jsonb -> 'redirect_uris'::text))) STORED,
    grant_types rollcall.grant_types GENERATED ALWAYS AS (rollcall.strings(((metadata)::jsonb -> 'grant_types'::text))) STORED NOT NULL,
    response_types text[] GENERATED ALWAYS AS (rollcall.strings(((metadata)::jsonb -> 'response_types'::text))) STORED,
    scope text GENERATED ALWAYS AS (((metadata)::jsonb ->> 'scope'::text)) STORED,
    token_endpoint_auth_method rollcall.auth_method GENERATED ALWAYS AS (((metadata)::jsonb ->> 'token_endpoint_auth_method'::text)) STORED NOT NULL,
    application_type text GENERATED ALWAYS AS (((metadata)::jsonb ->> 'application_type'::text)) STORED,
    software_id text GENERATED ALWAYS AS (((metadata)::jsonb ->> 'software_id'::text)) STORED,
    software_version text GENERATED ALWAYS AS (((metadata)::jsonb ->> 'software_version'::text)) STORED,
    contacts text[] GENERATED ALWAYS AS (rollcall.strings(((metadata)::jsonb -> 'contacts'::text))) STORED,
    jwks_uri text GENERATED ALWAYS AS (((metadata)::jsonb ->> 'jwks_uri'::text)) STORED,
    CONSTRAINT client_secret_fits_method CHECK (
CASE
    WHEN ((token_endpoint_auth_method)::text = 'none'::text) THEN (secret_hash IS NULL)
    ELSE ((secret_hash IS NOT NULL) OR ((token_endpoint_auth_method)::text !~~ 'client\_secret\_%'::text))
END)
);

COMMENT ON TABLE rollcall.client IS 'One row a registered client; secrets are kept as hashes only';

COMMENT ON COLUMN rollcall.client.client_id IS 'The client''s identifier';

COMMENT ON COLUMN rollcall.client.secret_hash IS 'Hash of the client secret; NULL for a client that has none';

COMMENT ON COLUMN rollcall.client.secret_expires_at IS 'When the client secret expires; NULL: never';

COMMENT ON COLUMN rollcall.client.metadata IS 'What was registered, defaults included: the source of the columns that are generated';

COMMENT ON COLUMN rollcall.client.door IS 'How the client came in: dynamic, token, document or admin';

COMMENT ON COLUMN rollcall.client.status IS 'active, or disabled: refused until it is enabled';

COMMENT ON COLUMN rollcall.client.version IS 'Goes up by one with each update of metadata';

COMMENT ON COLUMN rollcall.client.issued_at IS 'When the client was registered';

COMMENT ON COLUMN rollcall.client.updated_at IS 'When metadata or status last changed';

COMMENT ON COLUMN rollcall.client.last_used_at IS 'When the client was last given a token; NULL: never';

COMMENT ON COLUMN rollcall.client.expires_at IS 'When the registration ends; NULL: never';

COMMENT ON COLUMN rollcall.client.issued_from IS 'The address that the registration came from; NULL: not known';

COMMENT ON COLUMN rollcall.client.policy IS 'The name of the registration policy that judged the client';

COMMENT ON COLUMN rollcall.client.client_name IS 'Generated from metadata: the name shown to people';

COMMENT ON COLUMN rollcall.client.client_uri IS 'Generated from metadata: the client''s home page';

COMMENT ON COLUMN rollcall.client.logo_uri IS 'Generated from metadata: the client''s logo';

COMMENT ON COLUMN rollcall.client.redirect_uris IS 'Generated from metadata: where people may be sent back to';

COMMENT ON COLUMN rollcall.client.grant_types IS 'Generated from metadata: the grants that the client may use';

COMMENT ON COLUMN rollcall.client.response_types IS 'Generated from metadata: what it may ask the authorization endpoint for';

COMMENT ON COLUMN rollcall.client.scope IS 'Generated from metadata: the scopes it may ask for, with spaces between';

COMMENT ON COLUMN rollcall.client.token_endpoint_auth_method IS 'Generated from metadata: how it authenticates; none: a public client';

COMMENT ON COLUMN rollcall.client.application_type IS 'Generated from metadata: web or native';

COMMENT ON COLUMN rollcall.client.software_id IS 'Generated from metadata: the same for all installations of a software';

COMMENT ON COLUMN rollcall.client.software_version IS 'Generated from metadata: the version of that software';

COMMENT ON COLUMN rollcall.client.contacts IS 'Generated from metadata: how to reach the people responsible';

COMMENT ON COLUMN rollcall.client.jwks_uri IS 'Generated from metadata: where the client publishes its keys';

CREATE VIEW rollcall.client_report AS
 SELECT client.client_id,
    client.client_name,
    client.status,
    client.door,
    client.policy,
    client.application_type,
    client.token_endpoint_auth_method,
    (client.secret_hash IS NOT NULL) AS has_secret,
    client.secret_expires_at,
    client.grant_types,
    client.response_types,
    client.redirect_uris,
    client.scope,
    client.client_uri,
    client.logo_uri,
    client.jwks_uri,
    client.contacts,
    client.software_id,
    client.software_version,
    client.issued_at,
    client.issued_from,
    client.updated_at,
    client.version,
    client.last_used_at,
    client.expires_at,
    client.metadata
   FROM rollcall.client;

COMMENT ON VIEW rollcall.client_report IS 'One row a client: all that is known of it save its secret''s hash';

COMMENT ON COLUMN rollcall.client_report.client_id IS 'The client''s identifier';

COMMENT ON COLUMN rollcall.client_report.client_name IS 'Generated from metadata: the name shown to people';

COMMENT ON COLUMN rollcall.client_report.status IS 'active, or disabled: refused until it is enabled';

COMMENT ON COLUMN rollcall.client_report.door IS 'How the client came in: dynamic, token, document or admin';

COMMENT ON COLUMN rollcall.client_report.policy IS 'The name of the registration policy that judged the client';

COMMENT ON COLUMN rollcall.client_report.application_type IS 'Generated from metadata: web or native';

COMMENT ON COLUMN rollcall.client_report.token_endpoint_auth_method IS 'Generated from metadata: how it authenticates; none: a public client';

COMMENT ON COLUMN rollcall.client_report.has_secret IS 'Whether the client has a secret';

COMMENT ON COLUMN rollcall.client_report.secret_expires_at IS 'When the client secret expires; NULL: never';

COMMENT ON COLUMN rollcall.client_report.grant_types IS 'Generated from metadata: the grants that the client may use';

COMMENT ON COLUMN rollcall.client_report.response_types IS 'Generated from metadata: what it may ask the authorization endpoint for';

COMMENT ON COLUMN rollcall.client_report.redirect_uris IS 'Generated from metadata: where people may be sent back to';

COMMENT ON COLUMN rollcall.client_report.scope IS 'Generated from metadata: the scopes it may ask for, with spaces between';

COMMENT ON COLUMN rollcall.client_report.client_uri IS 'Generated from metadata: the client''s home page';

COMMENT ON COLUMN rollcall.client_report.logo_uri IS 'Generated from metadata: the client''s logo';

COMMENT ON COLUMN rollcall.client_report.jwks_uri IS 'Generated from metadata: where the client publishes its keys';

COMMENT ON COLUMN rollcall.client_report.contacts IS 'Generated from metadata: how to reach the people responsible';

COMMENT ON COLUMN rollcall.client_report.software_id IS 'Generated from metadata: the same for all installations of a software';

COMMENT ON COLUMN rollcall.client_report.software_version IS 'Generated from metadata: the version of that software';

COMMENT ON COLUMN rollcall.client_report.issued_at IS 'When the client was registered';

COMMENT ON COLUMN rollcall.client_report.issued_from IS 'The address that the registration came from; NULL: not known';

COMMENT ON COLUMN rollcall.client_report.updated_at IS 'When metadata or status last changed';

COMMENT ON COLUMN rollcall.client_report.version IS 'Goes up by one with each update of metadata';

COMMENT ON COLUMN rollcall.client_report.last_used_at IS 'When the client was last given a token; NULL: never';

COMMENT ON COLUMN rollcall.client_report.expires_at IS 'When the registration ends; NULL: never';

COMMENT ON COLUMN rollcall.client_report.metadata IS 'What was registered, defaults included: the source of the columns that are generated';

CREATE VIEW rollcall.redirect_uri_report AS
 SELECT c.client_id,
    c.client_name,
    c.status,
    u.place,
    u.redirect_uri,
    "substring"(u.redirect_uri, '^([A-Za-z][A-Za-z0-9+.-]*):'::text) AS scheme,
    "substring"(u.redirect_uri, '^[A-Za-z][A-Za-z0-9+.-]*://([^/?#:\[]+|\[[^\]]*\])'::text) AS host,
    c.issued_at
   FROM rollcall.client c,
    LATERAL unnest(c.redirect_uris) WITH ORDINALITY u(redirect_uri, place);

COMMENT ON VIEW rollcall.redirect_uri_report IS 'One row a redirect URI of a client';

COMMENT ON COLUMN rollcall.redirect_uri_report.client_id IS 'The client''s identifier';

COMMENT ON COLUMN rollcall.redirect_uri_report.client_name IS 'Generated from metadata: the name shown to people';

COMMENT ON COLUMN rollcall.redirect_uri_report.status IS 'active, or disabled: refused until it is enabled';

COMMENT ON COLUMN rollcall.redirect_uri_report.place IS 'Which of the client''s redirect URIs this is, from 1';

COMMENT ON COLUMN rollcall.redirect_uri_report.redirect_uri IS 'A redirect URI, as it was registered';

COMMENT ON COLUMN rollcall.redirect_uri_report.scheme IS 'The scheme of the redirect URI';

COMMENT ON COLUMN rollcall.redirect_uri_report.host IS 'The host of the redirect URI; NULL where it has none';

COMMENT ON COLUMN rollcall.redirect_uri_report.issued_at IS 'When the client was registered';

CREATE VIEW rollcall.registration_by_day AS
 SELECT ((client.issued_at AT TIME ZONE 'UTC'::text))::date AS day,
    client.door,
    count(*) AS clients,
    count(*) FILTER (WHERE ((client.status)::text = 'active'::text)) AS active,
    count(*) FILTER (WHERE (client.last_used_at IS NOT NULL)) AS used
   FROM rollcall.client
  GROUP BY (((client.issued_at AT TIME ZONE 'UTC'::text))::date), client.door;

COMMENT ON VIEW rollcall.registration_by_day IS 'Of each day (UTC) and door: the clients registered that are still there';

COMMENT ON COLUMN rollcall.registration_by_day.day IS 'The day, in UTC';

COMMENT ON COLUMN rollcall.registration_by_day.door IS 'How the client came in: dynamic, token, document or admin';

COMMENT ON COLUMN rollcall.registration_by_day.clients IS 'Clients registered that day which are still there';

COMMENT ON COLUMN rollcall.registration_by_day.active IS 'Those of them that are active';

COMMENT ON COLUMN rollcall.registration_by_day.used IS 'Those of them that were ever given a token';

CREATE TABLE rollcall.registration_token (
    client_id rollcall.client_id NOT NULL,
    token_hash rollcall.hash NOT NULL,
    issued_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE rollcall.registration_token IS 'One row a registration access token (RFC 7592): it manages one client';

COMMENT ON COLUMN rollcall.registration_token.client_id IS 'The client that the token manages';

COMMENT ON COLUMN rollcall.registration_token.token_hash IS 'Hash of the token';

COMMENT ON COLUMN rollcall.registration_token.issued_at IS 'When the token was issued';

COMMENT ON COLUMN rollcall.registration_token.last_used_at IS 'When the token was last used, noted at most once a day; its lifetime counts from here';

CREATE VIEW rollcall.registration_token_report AS
 SELECT t.client_id,
    c.client_name,
    c.status,
    t.issued_at,
    t.last_used_at
   FROM (rollcall.registration_token t
     JOIN rollcall.client c ON (((c.client_id)::text = (t.client_id)::text)));

COMMENT ON VIEW rollcall.registration_token_report IS 'One row a registration access token: whose, and when it was used';

COMMENT ON COLUMN rollcall.registration_token_report.client_id IS 'The client that the token manages';

COMMENT ON COLUMN rollcall.registration_token_report.client_name IS 'Generated from metadata: the name shown to people';

COMMENT ON COLUMN rollcall.registration_token_report.status IS 'active, or disabled: refused until it is enabled';

COMMENT ON COLUMN rollcall.registration_token_report.issued_at IS 'When the token was issued';

COMMENT ON COLUMN rollcall.registration_token_report.last_used_at IS 'When the token was last used, noted at most once a day; its lifetime counts from here';

CREATE TABLE rollcall.schema_version (
    version integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE rollcall.schema_version IS 'One row a migration that was applied here; kept by rollcall-migrate(8)';

COMMENT ON COLUMN rollcall.schema_version.version IS 'The number that the name of the migration''s file begins with';

COMMENT ON COLUMN rollcall.schema_version.name IS 'The name of the migration''s file';

COMMENT ON COLUMN rollcall.schema_version.sha256 IS 'SHA-256 of the file as it was applied, in hexadecimal';

COMMENT ON COLUMN rollcall.schema_version.applied_at IS 'When it was applied';

COPY rollcall.client (client_id, secret_hash, secret_expires_at, metadata, door, status, version, issued_at, updated_at, last_used_at, expires_at, issued_from, policy) FROM stdin;
public	\N	\N	{"client_name": "Public", "grant_types": ["authorization_code"], "redirect_uris": ["http://127.0.0.1/cb"], "response_types": ["code"], "application_type": "native", "token_endpoint_auth_method": "none"}	dynamic	active	1	2026-01-01 00:00:00+00	2026-01-01 00:00:00+00	\N	\N	192.0.2.1	default
secret	\\xa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1	2027-01-01 00:00:00+00	{"jwks": {"keys": []}, "scope": "read write", "contacts": ["a@example.org"], "client_name": "Sécrêt", "grant_types": ["authorization_code", "refresh_token"], "redirect_uris": ["https://client.example.org/cb?x={1,2}", "https://client.example.org/\\\\"], "token_endpoint_auth_method": "client_secret_basic"}	dynamic	disabled	7	2026-02-03 04:05:06.789+00	2026-03-03 04:05:06.789+00	2026-04-03 04:05:06.789+00	\N	2001:db8::1	default
key	\N	\N	{"client_name": "Key", "grant_types": ["client_credentials"], "token_endpoint_auth_method": "private_key_jwt"}	dynamic	active	2	2026-01-02 00:00:00+00	2026-01-02 00:00:00+00	\N	\N	\N	default
\.

COPY rollcall.registration_token (client_id, token_hash, issued_at, last_used_at) FROM stdin;
public	\\xb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1	2026-01-01 00:00:00+00	2026-05-01 00:00:00+00
secret	\\xb2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2	2026-02-03 04:05:06.789+00	2026-02-03 04:05:06.789+00
\.

COPY rollcall.schema_version (version, name, sha256, applied_at) FROM stdin;
1	0001-clients.sql	24ddd6640a5423ed54bc1da7b1d500efd1a157c7ef1cd283e1956c9023f53f84	2026-01-01 00:00:00+00
\.

ALTER TABLE ONLY rollcall.client
    ADD CONSTRAINT client_pk PRIMARY KEY (client_id);

ALTER TABLE ONLY rollcall.registration_token
    ADD CONSTRAINT registration_token_pk PRIMARY KEY (client_id, token_hash);

ALTER TABLE ONLY rollcall.schema_version
    ADD CONSTRAINT schema_version_pk PRIMARY KEY (version);

ALTER TABLE ONLY rollcall.registration_token
    ADD CONSTRAINT registration_token_client FOREIGN KEY (client_id) REFERENCES rollcall.client(client_id) ON DELETE CASCADE;

GRANT USAGE ON SCHEMA rollcall TO rollcall_register;
GRANT USAGE ON SCHEMA rollcall TO rollcall_report;

REVOKE ALL ON FUNCTION rollcall.client_delete(id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION rollcall.client_disable(id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION rollcall.client_enable(id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION rollcall.registration_token_revoke(id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION rollcall.strings(list jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.strings(list jsonb) TO rollcall_register;

GRANT DELETE ON TABLE rollcall.client TO rollcall_register;

GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.client TO rollcall_register;

GRANT SELECT(secret_hash),INSERT(secret_hash),UPDATE(secret_hash) ON TABLE rollcall.client TO rollcall_register;

GRANT SELECT(secret_expires_at),UPDATE(secret_expires_at) ON TABLE rollcall.client TO rollcall_register;

GRANT SELECT(metadata),INSERT(metadata),UPDATE(metadata) ON TABLE rollcall.client TO rollcall_register;

GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_register;

GRANT SELECT(version),UPDATE(version) ON TABLE rollcall.client TO rollcall_register;

GRANT SELECT(issued_at) ON TABLE rollcall.client TO rollcall_register;

GRANT UPDATE(updated_at) ON TABLE rollcall.client TO rollcall_register;

GRANT INSERT(issued_from) ON TABLE rollcall.client TO rollcall_register;

GRANT SELECT ON TABLE rollcall.client_report TO rollcall_report;

GRANT SELECT ON TABLE rollcall.redirect_uri_report TO rollcall_report;

GRANT SELECT ON TABLE rollcall.registration_by_day TO rollcall_report;

GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.registration_token TO rollcall_register;

GRANT SELECT(token_hash),INSERT(token_hash) ON TABLE rollcall.registration_token TO rollcall_register;

GRANT SELECT(issued_at) ON TABLE rollcall.registration_token TO rollcall_register;

GRANT SELECT(last_used_at),UPDATE(last_used_at) ON TABLE rollcall.registration_token TO rollcall_register;

GRANT SELECT ON TABLE rollcall.registration_token_report TO rollcall_report;

