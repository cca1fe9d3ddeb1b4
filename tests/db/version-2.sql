-- A database at version 2 with rows in every table, as pg_dump wrote it.

SET statement_timeout = 0;
SET lock_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET client_min_messages = warning;

CREATE SCHEMA rollcall;

COMMENT ON SCHEMA rollcall IS 'rollcall: the registry of OAuth 2.0 and OpenID Connect clients';

CREATE DOMAIN rollcall.account_claims AS jsonb
	CONSTRAINT account_claims_is_object CHECK ((jsonb_typeof(VALUE) = 'object'::text));

COMMENT ON DOMAIN rollcall.account_claims IS 'Claims about a person (OpenID Connect Core 5.1): a JSON object';

CREATE DOMAIN rollcall.account_id AS text COLLATE pg_catalog."C"
	CONSTRAINT account_id_ascii CHECK ((VALUE ~ '^[!-~]+$'::text))
	CONSTRAINT account_id_length CHECK (((length(VALUE) >= 1) AND (length(VALUE) <= 255)));

COMMENT ON DOMAIN rollcall.account_id IS 'A person''s identifier: the sub of tokens (OpenID Connect Core 2)';

CREATE DOMAIN rollcall.account_status AS text
	CONSTRAINT account_status_known CHECK ((VALUE = ANY (ARRAY['active'::text, 'disabled'::text])));

COMMENT ON DOMAIN rollcall.account_status IS 'Whether a person may log in: active or disabled';

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

CREATE DOMAIN rollcall.signing_key_status AS text
	CONSTRAINT signing_key_status_known CHECK ((VALUE = ANY (ARRAY['published'::text, 'active'::text, 'retiring'::text, 'retired'::text])));

COMMENT ON DOMAIN rollcall.signing_key_status IS 'Life of a key: published, active (it signs), retiring, retired';

CREATE FUNCTION rollcall.account_delete(name text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
	DELETE FROM rollcall.account WHERE login_name = name;
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.account_delete(name text) IS 'Delete an account, by login name, with its sessions, consents, grants and tokens';

CREATE FUNCTION rollcall.account_disable(name text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
	UPDATE rollcall.account SET status = 'disabled', updated_at = now()
	 WHERE login_name = name AND status = 'active';
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.account_disable(name text) IS 'Let a person no longer log in, by login name; their sessions and tokens are void from now on';

CREATE FUNCTION rollcall.account_enable(name text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
	UPDATE rollcall.account SET status = 'active', updated_at = now()
	 WHERE login_name = name AND status = 'disabled';
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.account_enable(name text) IS 'Let a disabled person log in again, by login name; what was void stays so';

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

COMMENT ON FUNCTION rollcall.client_disable(id text) IS 'Refuse a client until it is enabled; its codes, tokens and consents are void from now on';

CREATE FUNCTION rollcall.client_enable(id text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
	UPDATE rollcall.client SET status = 'active', updated_at = now()
	 WHERE client_id = id AND status = 'disabled';
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.client_enable(id text) IS 'Let a disabled client act again; what was void stays so';

CREATE FUNCTION rollcall.consent_revoke(name text, client text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
	consented boolean;
BEGIN
	DELETE FROM rollcall.consent n USING rollcall.account a
	 WHERE a.login_name = name AND n.account_id = a.account_id
	   AND n.client_id = client;
	consented := FOUND;
	UPDATE rollcall.authorization_grant g SET revoked_at = now()
	  FROM rollcall.account a
	 WHERE a.login_name = name AND g.account_id = a.account_id
	   AND g.client_id = client AND g.revoked_at IS NULL;
	RETURN consented OR FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.consent_revoke(name text, client text) IS 'Withdraw what a person, by login name, allowed a client: forget the consent, revoke the grants and their tokens';

CREATE FUNCTION rollcall.grant_revoke(id bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
	UPDATE rollcall.authorization_grant SET revoked_at = now()
	 WHERE grant_id = id AND revoked_at IS NULL;
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.grant_revoke(id bigint) IS 'Revoke a grant, by its number in grant_report, and so its codes and tokens';

CREATE FUNCTION rollcall.purge(batch integer DEFAULT 1000) RETURNS bigint
    LANGUAGE plpgsql STRICT
    AS $$
DECLARE
	room bigint := batch;
	n bigint;
BEGIN
	DELETE FROM rollcall.access_token
	 WHERE token_hash = ANY (ARRAY(
	       SELECT token_hash FROM rollcall.access_token
	        WHERE expires_at <= now()
	        LIMIT room FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS n = ROW_COUNT;
	room := room - n;

	DELETE FROM rollcall.refresh_token
	 WHERE token_hash = ANY (ARRAY(
	       SELECT token_hash FROM rollcall.refresh_token
	        WHERE expires_at <= now()
	        LIMIT room FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS n = ROW_COUNT;
	room := room - n;

	-- A spent code that comes again tells of a theft, as long as there is
	-- a token to revoke.
	DELETE FROM rollcall.authorization_code
	 WHERE code_hash = ANY (ARRAY(
	       SELECT k.code_hash FROM rollcall.authorization_code k
	        WHERE k.expires_at <= now()
	          AND (k.spent_at IS NULL OR NOT EXISTS (
	              SELECT FROM rollcall.access_token t
	               WHERE t.grant_id = k.grant_id
	               UNION ALL
	              SELECT FROM rollcall.refresh_token r
	               WHERE r.grant_id = k.grant_id))
	        LIMIT room FOR UPDATE OF k SKIP LOCKED));
	GET DIAGNOSTICS n = ROW_COUNT;
	room := room - n;

	DELETE FROM rollcall.session
	 WHERE session_hash = ANY (ARRAY(
	       SELECT s.session_hash FROM rollcall.session s
	         JOIN rollcall.account a ON a.account_id = s.account_id
	        WHERE s.expires_at <= now() OR s.created_at < a.valid_from
	        LIMIT room FOR UPDATE OF s SKIP LOCKED));
	GET DIAGNOSTICS n = ROW_COUNT;
	room := room - n;

	WITH dead AS MATERIALIZED (
		SELECT n.client_id, n.account_id, n.redirect_origin, n.audience
		  FROM rollcall.consent n
		  JOIN rollcall.client c ON c.client_id = n.client_id
		 WHERE n.granted_at < c.valid_from
		 LIMIT room FOR UPDATE OF n SKIP LOCKED)
	DELETE FROM rollcall.consent d USING dead
	 WHERE d.client_id = dead.client_id
	   AND d.account_id = dead.account_id
	   AND d.redirect_origin = dead.redirect_origin
	   AND d.audience = dead.audience;
	GET DIAGNOSTICS n = ROW_COUNT;
	room := room - n;

	WITH dead AS MATERIALIZED (
		SELECT client_id, jti_hash FROM rollcall.used_assertion
		 WHERE expires_at <= now()
		 LIMIT room FOR UPDATE SKIP LOCKED)
	DELETE FROM rollcall.used_assertion d USING dead
	 WHERE d.client_id = dead.client_id AND d.jti_hash = dead.jti_hash;
	GET DIAGNOSTICS n = ROW_COUNT;
	room := room - n;

	DELETE FROM rollcall.rate
	 WHERE bucket = ANY (ARRAY(
	       SELECT bucket FROM rollcall.rate
	        WHERE updated_at < now() - interval '1 day'
	        LIMIT room FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS n = ROW_COUNT;
	room := room - n;

	DELETE FROM rollcall.fetched_image
	 WHERE url = ANY (ARRAY(
	       SELECT url FROM rollcall.fetched_image
	        WHERE fetched_at < now() - interval '30 days'
	        LIMIT room FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS n = ROW_COUNT;
	room := room - n;

	-- What is left is found by reading whole tables, so not each time.
	IF room < batch THEN
		RETURN batch - room;
	END IF;

	UPDATE rollcall.refresh_token SET successor_sealed = NULL
	 WHERE token_hash = ANY (ARRAY(
	       SELECT token_hash FROM rollcall.refresh_token
	        WHERE successor_sealed IS NOT NULL
	          AND rotated_at < now() - interval '1 hour'
	        LIMIT room FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS n = ROW_COUNT;
	room := room - n;

	DELETE FROM rollcall.access_token
	 WHERE token_hash = ANY (ARRAY(
	       SELECT t.token_hash FROM rollcall.access_token t
	         LEFT JOIN rollcall.client c ON c.client_id = t.client_id
	        WHERE c.client_id IS NULL OR t.issued_at < c.valid_from
	        LIMIT room FOR UPDATE OF t SKIP LOCKED));
	GET DIAGNOSTICS n = ROW_COUNT;
	room := room - n;

	DELETE FROM rollcall.authorization_grant
	 WHERE grant_id = ANY (ARRAY(
	       SELECT g.grant_id FROM rollcall.authorization_grant g
	        WHERE NOT EXISTS (SELECT FROM rollcall.authorization_code k
	               WHERE k.grant_id = g.grant_id)
	          AND NOT EXISTS (SELECT FROM rollcall.access_token t
	               WHERE t.grant_id = g.grant_id)
	          AND NOT EXISTS (SELECT FROM rollcall.refresh_token r
	               WHERE r.grant_id = g.grant_id)
	        LIMIT room FOR UPDATE OF g SKIP LOCKED));
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN batch - room + n;
END
$$;

COMMENT ON FUNCTION rollcall.purge(batch integer) IS 'Take away at most so many rows that count for nothing any more, and say how many; call it until that is 0, each time in a transaction of its own';

CREATE FUNCTION rollcall.registration_token_revoke(id text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
	DELETE FROM rollcall.registration_token WHERE client_id = id;
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.registration_token_revoke(id text) IS 'Revoke the registration access tokens of a client: it can no longer manage itself';

CREATE FUNCTION rollcall.session_end_all(name text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
	DELETE FROM rollcall.session s USING rollcall.account a
	 WHERE a.login_name = name AND s.account_id = a.account_id;
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.session_end_all(name text) IS 'End all sessions of a person, by login name; tokens of clients stay good';

CREATE FUNCTION rollcall.signing_key_promote(id text, least_age bigint) RETURNS text
    LANGUAGE plpgsql STRICT
    AS $$
DECLARE
	key record;
BEGIN
	-- One after the other: two at once would each leave theirs active.
	PERFORM FROM rollcall.signing_key ORDER BY kid FOR UPDATE;
	SELECT alg, status, created_at INTO key
	  FROM rollcall.signing_key WHERE kid = id;
	IF NOT FOUND THEN
		RETURN 'unknown';
	ELSIF key.status <> 'published' THEN
		RETURN 'not_published';
	ELSIF least_age > 0
	    AND extract(epoch FROM now() - key.created_at) < least_age THEN
		RETURN 'too_young';
	END IF;
	-- First one, then the other: no two are active at any time.
	UPDATE rollcall.signing_key
	   SET status = 'retiring', deactivated_at = now()
	 WHERE alg = key.alg AND status = 'active';
	UPDATE rollcall.signing_key
	   SET status = 'active', activated_at = now()
	 WHERE kid = id;
	RETURN 'promoted';
END
$$;

COMMENT ON FUNCTION rollcall.signing_key_promote(id text, least_age bigint) IS 'Let a key sign that has been published for so many seconds (90 or more; 0: at once) in place of its alg''s active one: promoted, unknown, not_published, too_young';

CREATE FUNCTION rollcall.signing_key_retire(id text, least_age bigint) RETURNS text
    LANGUAGE plpgsql STRICT
    AS $$
DECLARE
	key record;
BEGIN
	PERFORM FROM rollcall.signing_key ORDER BY kid FOR UPDATE;
	SELECT status, deactivated_at INTO key
	  FROM rollcall.signing_key WHERE kid = id;
	IF NOT FOUND THEN
		RETURN 'unknown';
	ELSIF key.status = 'active' THEN
		RETURN 'active';
	ELSIF key.status = 'retired' THEN
		RETURN 'already';
	ELSIF least_age > 0
	    AND extract(epoch FROM now() - key.deactivated_at) < least_age THEN
		RETURN 'too_young';
	END IF;
	UPDATE rollcall.signing_key
	   SET status = 'retired', sealed_key = NULL, retired_at = now()
	 WHERE kid = id;
	RETURN 'retired';
END
$$;

COMMENT ON FUNCTION rollcall.signing_key_retire(id text, least_age bigint) IS 'Take a key out of jwks that has not signed for so many seconds (the life of its tokens; 0: at once), and forget its private part: retired, unknown, active, too_young, already';

CREATE FUNCTION rollcall.start_anew() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
	NEW.valid_from := pg_catalog.clock_timestamp();
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION rollcall.start_anew() IS 'Trigger: what was given out before a change of status is void';

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

CREATE FUNCTION rollcall.token_revoke_account(name text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
	UPDATE rollcall.authorization_grant g SET revoked_at = now()
	  FROM rollcall.account a
	 WHERE a.login_name = name AND g.account_id = a.account_id
	   AND g.revoked_at IS NULL;
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.token_revoke_account(name text) IS 'Revoke all grants of a person, by login name, and so their codes and tokens; sessions and consents stay';

CREATE FUNCTION rollcall.token_revoke_client(id text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
	something boolean;
BEGIN
	SELECT EXISTS (SELECT FROM rollcall.consent n
	        WHERE n.client_id = c.client_id
	          AND n.granted_at >= c.valid_from)
	    OR EXISTS (SELECT FROM rollcall.authorization_grant g
	        WHERE g.client_id = c.client_id AND g.revoked_at IS NULL
	          AND g.created_at >= c.valid_from)
	    OR EXISTS (SELECT FROM rollcall.access_token t
	        WHERE t.client_id = c.client_id AND t.expires_at > now()
	          AND t.issued_at >= c.valid_from)
	  INTO something FROM rollcall.client c WHERE c.client_id = id;
	UPDATE rollcall.client SET valid_from = clock_timestamp()
	 WHERE client_id = id;
	RETURN coalesce(something, false);
END
$$;

COMMENT ON FUNCTION rollcall.token_revoke_client(id text) IS 'Void all codes, tokens and consents of a client in one update; it stays registered';

CREATE TABLE rollcall.access_token (
    token_hash rollcall.hash NOT NULL,
    client_id rollcall.client_id NOT NULL,
    grant_id bigint,
    scope text,
    audience text[] NOT NULL,
    issued_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE rollcall.access_token IS 'One row an access token that has not been purged';

COMMENT ON COLUMN rollcall.access_token.token_hash IS 'Hash of the token, or of jwt: and the jti of one that is a JWT (RFC 9068)';

COMMENT ON COLUMN rollcall.access_token.client_id IS 'The client that it was issued to';

COMMENT ON COLUMN rollcall.access_token.grant_id IS 'The grant that it came of; NULL: the client acts for itself';

COMMENT ON COLUMN rollcall.access_token.scope IS 'What it allows, with spaces between; NULL: no scope';

COMMENT ON COLUMN rollcall.access_token.audience IS 'The resources that it is for (RFC 8707)';

COMMENT ON COLUMN rollcall.access_token.issued_at IS 'When it was issued';

COMMENT ON COLUMN rollcall.access_token.expires_at IS 'When it expires';

CREATE TABLE rollcall.account (
    account_id rollcall.account_id NOT NULL,
    login_name text NOT NULL COLLATE pg_catalog."C",
    password_hash text,
    claims rollcall.account_claims DEFAULT '{}'::jsonb NOT NULL,
    status rollcall.account_status DEFAULT 'active'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    valid_from timestamp with time zone DEFAULT now() NOT NULL,
    password_changed_at timestamp with time zone,
    last_login_at timestamp with time zone,
    full_name text GENERATED ALWAYS AS (((claims)::jsonb ->> 'name'::text)) STORED,
    email text GENERATED ALWAYS AS (((claims)::jsonb ->> 'email'::text)) STORED,
    CONSTRAINT account_login_name_length CHECK (((length(login_name) >= 1) AND (length(login_name) <= 255)))
);

COMMENT ON TABLE rollcall.account IS 'One row a person who can log in';

COMMENT ON COLUMN rollcall.account.account_id IS 'The person''s identifier, the sub of tokens; never used again';

COMMENT ON COLUMN rollcall.account.login_name IS 'The name that the person logs in with, or that the web server vouches for';

COMMENT ON COLUMN rollcall.account.password_hash IS 'Argon2id of the password; NULL: no login by password';

COMMENT ON COLUMN rollcall.account.claims IS 'What clients may be told of the person (OpenID Connect Core 5.1)';

COMMENT ON COLUMN rollcall.account.status IS 'active, or disabled: may not log in, and no token of theirs counts';

COMMENT ON COLUMN rollcall.account.created_at IS 'When the account was made';

COMMENT ON COLUMN rollcall.account.updated_at IS 'When name, claims, password or status last changed';

COMMENT ON COLUMN rollcall.account.valid_from IS 'Sessions and grants from before this count for nothing; set when status or password changes';

COMMENT ON COLUMN rollcall.account.password_changed_at IS 'When the password was set; NULL: never';

COMMENT ON COLUMN rollcall.account.last_login_at IS 'When the person last logged in; NULL: never';

COMMENT ON COLUMN rollcall.account.full_name IS 'Generated from claims: the person''s name';

COMMENT ON COLUMN rollcall.account.email IS 'Generated from claims: the person''s e-mail address';

CREATE VIEW rollcall.account_report AS
 SELECT account.account_id,
    account.login_name,
    account.full_name,
    account.email,
    account.status,
    (account.password_hash IS NOT NULL) AS has_password,
    account.created_at,
    account.updated_at,
    account.password_changed_at,
    account.last_login_at,
    account.valid_from,
    account.claims
   FROM rollcall.account;

COMMENT ON VIEW rollcall.account_report IS 'One row a person who can log in: all that is known save the password''s hash';

COMMENT ON COLUMN rollcall.account_report.account_id IS 'The person''s identifier, the sub of tokens; never used again';

COMMENT ON COLUMN rollcall.account_report.login_name IS 'The name that the person logs in with, or that the web server vouches for';

COMMENT ON COLUMN rollcall.account_report.full_name IS 'Generated from claims: the person''s name';

COMMENT ON COLUMN rollcall.account_report.email IS 'Generated from claims: the person''s e-mail address';

COMMENT ON COLUMN rollcall.account_report.status IS 'active, or disabled: may not log in, and no token of theirs counts';

COMMENT ON COLUMN rollcall.account_report.has_password IS 'Whether the person can log in by password';

COMMENT ON COLUMN rollcall.account_report.created_at IS 'When the account was made';

COMMENT ON COLUMN rollcall.account_report.updated_at IS 'When name, claims, password or status last changed';

COMMENT ON COLUMN rollcall.account_report.password_changed_at IS 'When the password was set; NULL: never';

COMMENT ON COLUMN rollcall.account_report.last_login_at IS 'When the person last logged in; NULL: never';

COMMENT ON COLUMN rollcall.account_report.valid_from IS 'Sessions and grants from before this count for nothing; set when status or password changes';

COMMENT ON COLUMN rollcall.account_report.claims IS 'What clients may be told of the person (OpenID Connect Core 5.1)';

CREATE TABLE rollcall.authorization_code (
    code_hash rollcall.hash NOT NULL,
    grant_id bigint NOT NULL,
    redirect_uri text NOT NULL,
    redirect_uri_given boolean NOT NULL,
    code_challenge text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    spent_at timestamp with time zone
);

COMMENT ON TABLE rollcall.authorization_code IS 'One row an authorization code (RFC 6749 4.1.2), spent ones too while a second use can tell of a theft';

COMMENT ON COLUMN rollcall.authorization_code.code_hash IS 'Hash of the code';

COMMENT ON COLUMN rollcall.authorization_code.grant_id IS 'The grant that it is for';

COMMENT ON COLUMN rollcall.authorization_code.redirect_uri IS 'Where it was sent';

COMMENT ON COLUMN rollcall.authorization_code.redirect_uri_given IS 'Whether the request named that, so that the token request must';

COMMENT ON COLUMN rollcall.authorization_code.code_challenge IS 'S256 challenge (RFC 7636); NULL: none';

COMMENT ON COLUMN rollcall.authorization_code.created_at IS 'When it was issued';

COMMENT ON COLUMN rollcall.authorization_code.expires_at IS 'When it expires';

COMMENT ON COLUMN rollcall.authorization_code.spent_at IS 'When it was exchanged for tokens; NULL: not yet';

CREATE TABLE rollcall.authorization_grant (
    grant_id bigint NOT NULL,
    account_id rollcall.account_id NOT NULL,
    client_id rollcall.client_id NOT NULL,
    scope text,
    audience text[] NOT NULL,
    nonce text,
    auth_time timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone
);

COMMENT ON TABLE rollcall.authorization_grant IS 'One row each time a person let a client act for them: the family of all codes and tokens that came of it';

COMMENT ON COLUMN rollcall.authorization_grant.grant_id IS 'The grant''s number';

COMMENT ON COLUMN rollcall.authorization_grant.account_id IS 'For whom the client may act';

COMMENT ON COLUMN rollcall.authorization_grant.client_id IS 'The client that may';

COMMENT ON COLUMN rollcall.authorization_grant.scope IS 'The scopes granted, with spaces between; NULL: none';

COMMENT ON COLUMN rollcall.authorization_grant.audience IS 'The resources that tokens may be for (RFC 8707)';

COMMENT ON COLUMN rollcall.authorization_grant.nonce IS 'The nonce of the request, for ID tokens';

COMMENT ON COLUMN rollcall.authorization_grant.auth_time IS 'When the person had proved who they are; NULL: not known';

COMMENT ON COLUMN rollcall.authorization_grant.created_at IS 'When it was granted';

COMMENT ON COLUMN rollcall.authorization_grant.revoked_at IS 'When it was revoked, with all its tokens; NULL: it was not';

ALTER TABLE rollcall.authorization_grant ALTER COLUMN grant_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME rollcall.authorization_grant_grant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

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
    valid_from timestamp with time zone DEFAULT now() NOT NULL,
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

COMMENT ON COLUMN rollcall.client.valid_from IS 'Codes, tokens and consents from before this count for nothing; set when status changes';

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
    client.metadata,
    client.valid_from
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

COMMENT ON COLUMN rollcall.client_report.valid_from IS 'Codes, tokens and consents from before this count for nothing; set when status changes';

CREATE TABLE rollcall.consent (
    account_id rollcall.account_id NOT NULL,
    client_id rollcall.client_id NOT NULL,
    scope text NOT NULL,
    audience text[] NOT NULL,
    redirect_origin text NOT NULL,
    granted_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE rollcall.consent IS 'One row a person, client, and place that it led to: what need not be asked again';

COMMENT ON COLUMN rollcall.consent.account_id IS 'Who consented';

COMMENT ON COLUMN rollcall.consent.client_id IS 'To which client';

COMMENT ON COLUMN rollcall.consent.scope IS 'The scopes consented to, with spaces between';

COMMENT ON COLUMN rollcall.consent.audience IS 'The resources that they were consented to for (RFC 8707), sorted';

COMMENT ON COLUMN rollcall.consent.redirect_origin IS 'The origin that the consent page said the answer would go to';

COMMENT ON COLUMN rollcall.consent.granted_at IS 'When the person last consented';

CREATE VIEW rollcall.consent_report AS
 SELECT n.account_id,
    a.login_name,
    n.client_id,
    c.client_name,
    n.scope,
    n.audience,
    n.redirect_origin,
    n.granted_at,
    (n.granted_at >= c.valid_from) AS live
   FROM ((rollcall.consent n
     JOIN rollcall.account a ON (((a.account_id)::text = (n.account_id)::text)))
     JOIN rollcall.client c ON (((c.client_id)::text = (n.client_id)::text)));

COMMENT ON VIEW rollcall.consent_report IS 'One row a person, client, and place that it led to: what need not be asked again';

COMMENT ON COLUMN rollcall.consent_report.account_id IS 'Who consented';

COMMENT ON COLUMN rollcall.consent_report.login_name IS 'The name that the person logs in with, or that the web server vouches for';

COMMENT ON COLUMN rollcall.consent_report.client_id IS 'To which client';

COMMENT ON COLUMN rollcall.consent_report.client_name IS 'Generated from metadata: the name shown to people';

COMMENT ON COLUMN rollcall.consent_report.scope IS 'The scopes consented to, with spaces between';

COMMENT ON COLUMN rollcall.consent_report.audience IS 'The resources that they were consented to for (RFC 8707), sorted';

COMMENT ON COLUMN rollcall.consent_report.redirect_origin IS 'The origin that the consent page said the answer would go to';

COMMENT ON COLUMN rollcall.consent_report.granted_at IS 'When the person last consented';

COMMENT ON COLUMN rollcall.consent_report.live IS 'Whether the consent counts';

CREATE TABLE rollcall.fetched_image (
    url text NOT NULL COLLATE pg_catalog."C",
    media_type text,
    body bytea,
    fault text,
    fetched_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT fetched_image_or_fault CHECK (((body IS NULL) = (media_type IS NULL)))
);

COMMENT ON TABLE rollcall.fetched_image IS 'One row a logo that was fetched, to be shown from our own origin';

COMMENT ON COLUMN rollcall.fetched_image.url IS 'Where it is from';

COMMENT ON COLUMN rollcall.fetched_image.media_type IS 'image/png, image/jpeg or image/webp; NULL: it could not be had';

COMMENT ON COLUMN rollcall.fetched_image.body IS 'The image';

COMMENT ON COLUMN rollcall.fetched_image.fault IS 'Why it could not be had; NULL: it could, or is being fetched';

COMMENT ON COLUMN rollcall.fetched_image.fetched_at IS 'When it was fetched, or tried';

CREATE VIEW rollcall.grant_report AS
 SELECT g.grant_id,
    g.account_id,
    a.login_name,
    g.client_id,
    c.client_name,
    g.scope,
    g.audience,
    g.auth_time,
    g.created_at,
    g.revoked_at,
        CASE
            WHEN (g.revoked_at IS NOT NULL) THEN 'revoked'::text
            WHEN (((c.status)::text = 'active'::text) AND (g.created_at >= c.valid_from) AND ((a.status)::text = 'active'::text) AND (g.created_at >= a.valid_from)) THEN 'live'::text
            ELSE 'void'::text
        END AS state
   FROM ((rollcall.authorization_grant g
     JOIN rollcall.account a ON (((a.account_id)::text = (g.account_id)::text)))
     JOIN rollcall.client c ON (((c.client_id)::text = (g.client_id)::text)));

COMMENT ON VIEW rollcall.grant_report IS 'One row each time a person let a client act for them, while codes or tokens of it are kept';

COMMENT ON COLUMN rollcall.grant_report.grant_id IS 'The grant''s number';

COMMENT ON COLUMN rollcall.grant_report.account_id IS 'For whom the client may act';

COMMENT ON COLUMN rollcall.grant_report.login_name IS 'The name that the person logs in with';

COMMENT ON COLUMN rollcall.grant_report.client_id IS 'The client that may';

COMMENT ON COLUMN rollcall.grant_report.client_name IS 'The client''s name as it is shown to people';

COMMENT ON COLUMN rollcall.grant_report.scope IS 'The scopes granted, with spaces between; NULL: none';

COMMENT ON COLUMN rollcall.grant_report.audience IS 'The resources that tokens may be for (RFC 8707)';

COMMENT ON COLUMN rollcall.grant_report.auth_time IS 'When the person had proved who they are; NULL: not known';

COMMENT ON COLUMN rollcall.grant_report.created_at IS 'When it was granted';

COMMENT ON COLUMN rollcall.grant_report.revoked_at IS 'When it was revoked, with all its tokens; NULL: it was not';

COMMENT ON COLUMN rollcall.grant_report.state IS 'live, revoked, or void: client or account is disabled, or began anew since';

CREATE UNLOGGED TABLE rollcall.rate (
    bucket text NOT NULL COLLATE pg_catalog."C",
    level double precision NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE rollcall.rate IS 'One row a thing that is counted by rate: it drains with time';

COMMENT ON COLUMN rollcall.rate.bucket IS 'What is counted, such as login:192.0.2.1';

COMMENT ON COLUMN rollcall.rate.level IS 'How much had run up at updated_at';

COMMENT ON COLUMN rollcall.rate.updated_at IS 'When level was true';

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

CREATE TABLE rollcall.refresh_token (
    token_hash rollcall.hash NOT NULL,
    grant_id bigint NOT NULL,
    issued_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    rotated_at timestamp with time zone,
    successor_hash rollcall.hash,
    successor_sealed bytea,
    CONSTRAINT refresh_token_rotated CHECK (((rotated_at IS NULL) = (successor_hash IS NULL)))
);

COMMENT ON TABLE rollcall.refresh_token IS 'One row a refresh token, rotated ones too: their use tells of a theft';

COMMENT ON COLUMN rollcall.refresh_token.token_hash IS 'Hash of the token';

COMMENT ON COLUMN rollcall.refresh_token.grant_id IS 'The grant: all refresh tokens of one are a family';

COMMENT ON COLUMN rollcall.refresh_token.issued_at IS 'When it was issued';

COMMENT ON COLUMN rollcall.refresh_token.expires_at IS 'When it expires';

COMMENT ON COLUMN rollcall.refresh_token.rotated_at IS 'When it was exchanged for its successor; NULL: not yet';

COMMENT ON COLUMN rollcall.refresh_token.successor_hash IS 'Hash of the token that took its place';

COMMENT ON COLUMN rollcall.refresh_token.successor_sealed IS 'That token, sealed so that only who holds this one can open it; for a retry within refresh_reuse_grace';

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

CREATE TABLE rollcall.resource_server (
    client_id rollcall.client_id NOT NULL,
    audience text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE rollcall.resource_server IS 'One row a client that may introspect tokens of others (RFC 7662)';

COMMENT ON COLUMN rollcall.resource_server.client_id IS 'Which client';

COMMENT ON COLUMN rollcall.resource_server.audience IS 'The resources that it serves: it sees the tokens that are for one of them';

COMMENT ON COLUMN rollcall.resource_server.created_at IS 'When it was allowed to';

CREATE VIEW rollcall.resource_server_report AS
 SELECT s.client_id,
    c.client_name,
    c.status,
    s.audience,
    s.created_at
   FROM (rollcall.resource_server s
     JOIN rollcall.client c ON (((c.client_id)::text = (s.client_id)::text)));

COMMENT ON VIEW rollcall.resource_server_report IS 'One row a client that may introspect tokens of others, and for which resources';

COMMENT ON COLUMN rollcall.resource_server_report.client_id IS 'Which client';

COMMENT ON COLUMN rollcall.resource_server_report.client_name IS 'Generated from metadata: the name shown to people';

COMMENT ON COLUMN rollcall.resource_server_report.status IS 'active, or disabled: refused until it is enabled';

COMMENT ON COLUMN rollcall.resource_server_report.audience IS 'The resources that it serves: it sees the tokens that are for one of them';

COMMENT ON COLUMN rollcall.resource_server_report.created_at IS 'When it was allowed to';

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

CREATE TABLE rollcall.session (
    session_hash rollcall.hash NOT NULL,
    account_id rollcall.account_id NOT NULL,
    auth_time timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    address inet,
    user_agent text
);

COMMENT ON TABLE rollcall.session IS 'One row a login of a person in a browser';

COMMENT ON COLUMN rollcall.session.session_hash IS 'Hash of the cookie''s value';

COMMENT ON COLUMN rollcall.session.account_id IS 'Who is logged in';

COMMENT ON COLUMN rollcall.session.auth_time IS 'When the person proved who they are; NULL: the web server does not say';

COMMENT ON COLUMN rollcall.session.created_at IS 'When the session began';

COMMENT ON COLUMN rollcall.session.expires_at IS 'When it ends';

COMMENT ON COLUMN rollcall.session.address IS 'The address that the login came from; NULL: not known';

COMMENT ON COLUMN rollcall.session.user_agent IS 'What the browser called itself at the login';

CREATE VIEW rollcall.session_report AS
 SELECT s.account_id,
    a.login_name,
    s.auth_time,
    s.created_at,
    s.expires_at,
    s.address,
    s.user_agent,
    ((s.expires_at > now()) AND ((a.status)::text = 'active'::text) AND (s.created_at >= a.valid_from)) AS live
   FROM (rollcall.session s
     JOIN rollcall.account a ON (((a.account_id)::text = (s.account_id)::text)));

COMMENT ON VIEW rollcall.session_report IS 'One row a login of a person in a browser';

COMMENT ON COLUMN rollcall.session_report.account_id IS 'Who is logged in';

COMMENT ON COLUMN rollcall.session_report.login_name IS 'The name that the person logs in with, or that the web server vouches for';

COMMENT ON COLUMN rollcall.session_report.auth_time IS 'When the person proved who they are; NULL: the web server does not say';

COMMENT ON COLUMN rollcall.session_report.created_at IS 'When the session began';

COMMENT ON COLUMN rollcall.session_report.expires_at IS 'When it ends';

COMMENT ON COLUMN rollcall.session_report.address IS 'The address that the login came from; NULL: not known';

COMMENT ON COLUMN rollcall.session_report.user_agent IS 'What the browser called itself at the login';

COMMENT ON COLUMN rollcall.session_report.live IS 'Whether the session counts';

CREATE TABLE rollcall.signing_key (
    kid text NOT NULL,
    alg text NOT NULL,
    public_jwk jsonb NOT NULL,
    sealed_key bytea,
    status rollcall.signing_key_status DEFAULT 'published'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    activated_at timestamp with time zone,
    deactivated_at timestamp with time zone,
    retired_at timestamp with time zone,
    CONSTRAINT signing_key_alg_known CHECK ((alg = ANY (ARRAY['RS256'::text, 'PS256'::text, 'ES256'::text, 'EdDSA'::text]))),
    CONSTRAINT signing_key_public_only CHECK (((jsonb_typeof(public_jwk) = 'object'::text) AND (NOT (public_jwk ?| '{d,p,q,dp,dq,qi,oth,k}'::text[])))),
    CONSTRAINT signing_key_sealed CHECK (((sealed_key IS NOT NULL) OR ((status)::text = 'retired'::text)))
);

COMMENT ON TABLE rollcall.signing_key IS 'One row a key that signs ID tokens and JWT access tokens';

COMMENT ON COLUMN rollcall.signing_key.kid IS 'The key''s name in tokens: its thumbprint (RFC 7638)';

COMMENT ON COLUMN rollcall.signing_key.alg IS 'What it signs with (RFC 7518 3.1)';

COMMENT ON COLUMN rollcall.signing_key.public_jwk IS 'The public key as jwks shows it';

COMMENT ON COLUMN rollcall.signing_key.sealed_key IS 'The private key, sealed under the key file; NULL once retired';

COMMENT ON COLUMN rollcall.signing_key.status IS 'published: known to resources, not used yet; active: signs; retiring: its tokens still count; retired: gone from jwks';

COMMENT ON COLUMN rollcall.signing_key.created_at IS 'When it was made';

COMMENT ON COLUMN rollcall.signing_key.activated_at IS 'When it began to sign; NULL: not yet';

COMMENT ON COLUMN rollcall.signing_key.deactivated_at IS 'When it ceased to sign; NULL: not yet';

COMMENT ON COLUMN rollcall.signing_key.retired_at IS 'When it went from jwks; NULL: not yet';

CREATE VIEW rollcall.signing_key_report AS
 SELECT signing_key.kid,
    signing_key.alg,
    signing_key.status,
    signing_key.created_at,
    signing_key.activated_at,
    signing_key.deactivated_at,
    signing_key.retired_at,
    (signing_key.sealed_key IS NOT NULL) AS has_private_key,
    signing_key.public_jwk
   FROM rollcall.signing_key;

COMMENT ON VIEW rollcall.signing_key_report IS 'One row a key that signs, will sign or did sign; without its private part';

COMMENT ON COLUMN rollcall.signing_key_report.kid IS 'The key''s name in tokens: its thumbprint (RFC 7638)';

COMMENT ON COLUMN rollcall.signing_key_report.alg IS 'What it signs with (RFC 7518 3.1)';

COMMENT ON COLUMN rollcall.signing_key_report.status IS 'published: known to resources, not used yet; active: signs; retiring: its tokens still count; retired: gone from jwks';

COMMENT ON COLUMN rollcall.signing_key_report.created_at IS 'When it was made';

COMMENT ON COLUMN rollcall.signing_key_report.activated_at IS 'When it began to sign; NULL: not yet';

COMMENT ON COLUMN rollcall.signing_key_report.deactivated_at IS 'When it ceased to sign; NULL: not yet';

COMMENT ON COLUMN rollcall.signing_key_report.retired_at IS 'When it went from jwks; NULL: not yet';

COMMENT ON COLUMN rollcall.signing_key_report.has_private_key IS 'Whether the private part, sealed, is still there';

COMMENT ON COLUMN rollcall.signing_key_report.public_jwk IS 'The public key as jwks shows it';

CREATE VIEW rollcall.token_report AS
 SELECT 'access'::text AS kind,
    t.grant_id,
    t.client_id,
    c.client_name,
    g.account_id,
    a.login_name,
    t.scope,
    t.audience,
    t.issued_at,
    t.expires_at,
        CASE
            WHEN (t.expires_at <= now()) THEN 'expired'::text
            WHEN (g.revoked_at IS NOT NULL) THEN 'revoked'::text
            WHEN (((c.status)::text = 'active'::text) AND (t.issued_at >= c.valid_from) AND ((t.grant_id IS NULL) OR ((g.created_at >= c.valid_from) AND ((a.status)::text = 'active'::text) AND (g.created_at >= a.valid_from)))) THEN 'live'::text
            ELSE 'void'::text
        END AS state
   FROM (((rollcall.access_token t
     LEFT JOIN rollcall.client c ON (((c.client_id)::text = (t.client_id)::text)))
     LEFT JOIN rollcall.authorization_grant g ON ((g.grant_id = t.grant_id)))
     LEFT JOIN rollcall.account a ON (((a.account_id)::text = (g.account_id)::text)))
UNION ALL
 SELECT 'refresh'::text AS kind,
    g.grant_id,
    g.client_id,
    c.client_name,
    g.account_id,
    a.login_name,
    g.scope,
    g.audience,
    r.issued_at,
    r.expires_at,
        CASE
            WHEN (r.expires_at <= now()) THEN 'expired'::text
            WHEN (g.revoked_at IS NOT NULL) THEN 'revoked'::text
            WHEN (r.rotated_at IS NOT NULL) THEN 'rotated'::text
            WHEN (((c.status)::text = 'active'::text) AND (g.created_at >= c.valid_from) AND ((a.status)::text = 'active'::text) AND (g.created_at >= a.valid_from)) THEN 'live'::text
            ELSE 'void'::text
        END AS state
   FROM (((rollcall.refresh_token r
     JOIN rollcall.authorization_grant g ON ((g.grant_id = r.grant_id)))
     JOIN rollcall.client c ON (((c.client_id)::text = (g.client_id)::text)))
     JOIN rollcall.account a ON (((a.account_id)::text = (g.account_id)::text)));

COMMENT ON VIEW rollcall.token_report IS 'One row an access or refresh token that is kept, and what it is worth';

COMMENT ON COLUMN rollcall.token_report.kind IS 'access or refresh';

COMMENT ON COLUMN rollcall.token_report.grant_id IS 'The grant that it came of; NULL: the client acts for itself';

COMMENT ON COLUMN rollcall.token_report.client_id IS 'The client that it was issued to';

COMMENT ON COLUMN rollcall.token_report.client_name IS 'The client''s name as it is shown to people; NULL: it has none, or is gone';

COMMENT ON COLUMN rollcall.token_report.account_id IS 'For whom the client acts; NULL: for itself';

COMMENT ON COLUMN rollcall.token_report.login_name IS 'The name that this person logs in with';

COMMENT ON COLUMN rollcall.token_report.scope IS 'What it allows, with spaces between; NULL: no scope';

COMMENT ON COLUMN rollcall.token_report.audience IS 'The resources that it is for (RFC 8707)';

COMMENT ON COLUMN rollcall.token_report.issued_at IS 'When it was issued';

COMMENT ON COLUMN rollcall.token_report.expires_at IS 'When it expires';

COMMENT ON COLUMN rollcall.token_report.state IS 'live, expired, revoked, rotated, or void: client or account is gone, disabled, or began anew since';

CREATE TABLE rollcall.used_assertion (
    client_id rollcall.client_id NOT NULL,
    jti_hash rollcall.hash NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE rollcall.used_assertion IS 'One row a client assertion that was used (RFC 7523 3), until no clock takes it any more';

COMMENT ON COLUMN rollcall.used_assertion.client_id IS 'Whose it is';

COMMENT ON COLUMN rollcall.used_assertion.jti_hash IS 'Hash of its jti';

COMMENT ON COLUMN rollcall.used_assertion.expires_at IS 'When it has expired by any clock that is off by a minute, and the row may go';

COPY rollcall.access_token (token_hash, client_id, grant_id, scope, audience, issued_at, expires_at) FROM stdin;
\\xe6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6	app	102	openid read	{https://api.example.org,https://issuer.example.org}	2026-11-22 04:28:45.855515+00	2026-11-22 05:28:45.855515+00
\\xe7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7	app	\N	write	{https://api.example.org}	2026-11-22 04:28:45.855515+00	2026-11-22 05:28:45.855515+00
\.

COPY rollcall.account (account_id, login_name, password_hash, claims, status, created_at, updated_at, valid_from, password_changed_at, last_login_at) FROM stdin;
a1	alice	SECRET	{"name": "Alice", "email": "alice@example.org", "email_verified": true}	active	2026-11-22 04:28:45.85273+00	2026-11-22 04:28:45.85273+00	2026-01-01 00:00:00+00	2026-11-22 04:28:45.85273+00	\N
\.

COPY rollcall.authorization_code (code_hash, grant_id, redirect_uri, redirect_uri_given, code_challenge, created_at, expires_at, spent_at) FROM stdin;
\\xe4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4	101	https://app.example.org/cb	t	SECRET	2026-11-22 04:28:45.855042+00	2026-11-22 05:28:45.855042+00	\N
\\xe5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5	102	https://app.example.org/cb	t	\N	2026-11-22 04:28:45.855042+00	2026-11-22 05:28:45.855042+00	2026-11-22 04:28:45.855042+00
\.

COPY rollcall.authorization_grant (grant_id, account_id, client_id, scope, audience, nonce, auth_time, created_at, revoked_at) FROM stdin;
101	a1	app	openid read	{https://api.example.org,https://issuer.example.org}	SECRET	2026-11-22 04:28:45.85446+00	2026-11-22 04:28:45.85446+00	\N
102	a1	app	openid read	{https://api.example.org,https://issuer.example.org}	SECRET	2026-11-22 04:28:45.85446+00	2026-11-22 04:28:45.85446+00	\N
103	a1	app	openid read	{https://api.example.org,https://issuer.example.org}	SECRET	2026-11-22 04:28:45.85446+00	2026-11-22 04:28:45.85446+00	\N
\.

COPY rollcall.client (client_id, secret_hash, secret_expires_at, metadata, door, status, version, issued_at, updated_at, last_used_at, expires_at, issued_from, policy, valid_from) FROM stdin;
app	\\xe0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0	\N	{"scope": "openid read write", "client_name": "App", "grant_types": ["authorization_code", "refresh_token", "client_credentials"], "redirect_uris": ["https://app.example.org/cb"], "token_endpoint_auth_method": "client_secret_basic"}	dynamic	active	1	2026-11-22 04:28:45.849216+00	2026-11-22 04:28:45.849216+00	\N	\N	192.0.2.1	default	2026-11-22 04:28:45.849216+00
api	\\xe1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1	\N	{"client_name": "API", "grant_types": ["client_credentials"], "token_endpoint_auth_method": "client_secret_basic"}	admin	active	1	2026-11-22 04:28:45.851094+00	2026-11-22 04:28:45.851094+00	\N	\N	\N	default	2026-11-22 04:28:45.851094+00
\.

COPY rollcall.consent (account_id, client_id, scope, audience, redirect_origin, granted_at) FROM stdin;
a1	app	openid read	{https://api.example.org}	https://app.example.org	2026-11-22 04:28:45.854029+00
\.

COPY rollcall.fetched_image (url, media_type, body, fault, fetched_at) FROM stdin;
https://app.example.org/logo.png	image/png	\\x89504e47	\N	2026-11-22 04:28:45.858744+00
https://app.example.org/old.png	\N	\N	timed out	2026-11-02 04:28:45.858744+00
\.

COPY rollcall.rate (bucket, level, updated_at) FROM stdin;
login:192.0.2.2	3	2026-11-22 04:28:45.85825+00
\.

COPY rollcall.refresh_token (token_hash, grant_id, issued_at, expires_at, rotated_at, successor_hash, successor_sealed) FROM stdin;
\\xe8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8	102	2026-11-22 04:28:45.856226+00	2026-11-23 04:28:45.856226+00	\N	\N	\N
\\xe9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9	103	2026-11-22 04:28:45.856226+00	2026-11-23 04:28:45.856226+00	2026-11-22 04:28:45.856226+00	\\xeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaea	\\x534543524554
\\xeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaea	103	2026-11-22 04:28:45.856226+00	2026-11-23 04:28:45.856226+00	\N	\N	\N
\.

COPY rollcall.registration_token (client_id, token_hash, issued_at, last_used_at) FROM stdin;
app	\\xe2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2	2026-11-22 04:28:45.851343+00	2026-11-22 04:28:45.851343+00
\.

COPY rollcall.resource_server (client_id, audience, created_at) FROM stdin;
api	{https://api.example.org}	2026-11-22 04:28:45.85233+00
\.

COPY rollcall.schema_version (version, name, sha256, applied_at) FROM stdin;
1	0001-clients.sql	24ddd6640a5423ed54bc1da7b1d500efd1a157c7ef1cd283e1956c9023f53f84	2026-11-22 04:28:45.417343+00
2	0002-authorization.sql	5e087dde4fbc62322a203ef05b1068c556b228c7c55d6adb5d1d30ea1d4bb71b	2026-11-22 04:28:45.478456+00
\.

COPY rollcall.session (session_hash, account_id, auth_time, created_at, expires_at, address, user_agent) FROM stdin;
\\xe3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3	a1	2026-11-22 04:28:45.853402+00	2026-11-22 04:28:45.853402+00	2026-11-22 05:28:45.853402+00	192.0.2.2	Browser/1.0
\.

COPY rollcall.signing_key (kid, alg, public_jwk, sealed_key, status, created_at, activated_at, deactivated_at, retired_at) FROM stdin;
k1	ES256	{"kid": "k1", "kty": "EC"}	\\x534543524554	active	2026-11-22 04:28:45.857036+00	2026-11-22 04:28:45.857036+00	\N	\N
k2	ES256	{"kid": "k2", "kty": "EC"}	\\x534543524554	published	2026-11-22 04:28:45.857036+00	\N	\N	\N
k3	ES256	{"kid": "k3", "kty": "EC"}	\\x534543524554	retiring	2026-11-22 04:28:45.857036+00	2026-11-22 02:28:45.857036+00	2026-11-22 03:28:45.857036+00	\N
k4	ES256	{"kid": "k4", "kty": "EC"}	\N	retired	2026-11-22 04:28:45.857036+00	2026-11-22 00:28:45.857036+00	2026-11-22 01:28:45.857036+00	2026-11-22 02:28:45.857036+00
\.

COPY rollcall.used_assertion (client_id, jti_hash, expires_at) FROM stdin;
app	\\xebebebebebebebebebebebebebebebebebebebebebebebebebebebebebebebeb	2026-11-22 04:29:45.85668+00
\.

SELECT pg_catalog.setval('rollcall.authorization_grant_grant_id_seq', 1, false);

ALTER TABLE ONLY rollcall.access_token
    ADD CONSTRAINT access_token_pk PRIMARY KEY (token_hash);

ALTER TABLE ONLY rollcall.account
    ADD CONSTRAINT account_login_name_unique UNIQUE (login_name);

ALTER TABLE ONLY rollcall.account
    ADD CONSTRAINT account_pk PRIMARY KEY (account_id);

ALTER TABLE ONLY rollcall.authorization_code
    ADD CONSTRAINT authorization_code_pk PRIMARY KEY (code_hash);

ALTER TABLE ONLY rollcall.authorization_grant
    ADD CONSTRAINT authorization_grant_pk PRIMARY KEY (grant_id);

ALTER TABLE ONLY rollcall.client
    ADD CONSTRAINT client_pk PRIMARY KEY (client_id);

ALTER TABLE ONLY rollcall.consent
    ADD CONSTRAINT consent_pk PRIMARY KEY (client_id, account_id, redirect_origin, audience);

ALTER TABLE ONLY rollcall.fetched_image
    ADD CONSTRAINT fetched_image_pk PRIMARY KEY (url);

ALTER TABLE ONLY rollcall.rate
    ADD CONSTRAINT rate_pk PRIMARY KEY (bucket);

ALTER TABLE ONLY rollcall.refresh_token
    ADD CONSTRAINT refresh_token_pk PRIMARY KEY (token_hash);

ALTER TABLE ONLY rollcall.registration_token
    ADD CONSTRAINT registration_token_pk PRIMARY KEY (client_id, token_hash);

ALTER TABLE ONLY rollcall.resource_server
    ADD CONSTRAINT resource_server_pk PRIMARY KEY (client_id);

ALTER TABLE ONLY rollcall.schema_version
    ADD CONSTRAINT schema_version_pk PRIMARY KEY (version);

ALTER TABLE ONLY rollcall.session
    ADD CONSTRAINT session_pk PRIMARY KEY (session_hash);

ALTER TABLE ONLY rollcall.signing_key
    ADD CONSTRAINT signing_key_pk PRIMARY KEY (kid);

ALTER TABLE ONLY rollcall.used_assertion
    ADD CONSTRAINT used_assertion_pk PRIMARY KEY (client_id, jti_hash);

CREATE INDEX access_token_expires ON rollcall.access_token USING brin (expires_at);

CREATE INDEX access_token_grant ON rollcall.access_token USING btree (grant_id) WHERE (grant_id IS NOT NULL);

CREATE INDEX authorization_code_expires ON rollcall.authorization_code USING btree (expires_at);

CREATE INDEX authorization_code_grant ON rollcall.authorization_code USING btree (grant_id);

CREATE INDEX authorization_grant_account ON rollcall.authorization_grant USING btree (account_id);

CREATE INDEX authorization_grant_client ON rollcall.authorization_grant USING btree (client_id);

CREATE INDEX consent_account ON rollcall.consent USING btree (account_id);

CREATE INDEX refresh_token_expires ON rollcall.refresh_token USING btree (expires_at);

CREATE INDEX refresh_token_grant ON rollcall.refresh_token USING btree (grant_id);

CREATE INDEX session_account ON rollcall.session USING btree (account_id);

CREATE INDEX session_expires ON rollcall.session USING btree (expires_at);

CREATE UNIQUE INDEX signing_key_active ON rollcall.signing_key USING btree (alg) WHERE ((status)::text = 'active'::text);

CREATE INDEX used_assertion_expires ON rollcall.used_assertion USING brin (expires_at);

CREATE TRIGGER account_start_anew BEFORE UPDATE OF status, password_hash ON rollcall.account FOR EACH ROW WHEN ((((old.status)::text IS DISTINCT FROM (new.status)::text) OR (new.password_changed_at IS DISTINCT FROM old.password_changed_at))) EXECUTE FUNCTION rollcall.start_anew();

CREATE TRIGGER client_start_anew BEFORE UPDATE OF status ON rollcall.client FOR EACH ROW WHEN (((old.status)::text IS DISTINCT FROM (new.status)::text)) EXECUTE FUNCTION rollcall.start_anew();

ALTER TABLE ONLY rollcall.access_token
    ADD CONSTRAINT access_token_grant FOREIGN KEY (grant_id) REFERENCES rollcall.authorization_grant(grant_id) ON DELETE CASCADE;

ALTER TABLE ONLY rollcall.authorization_code
    ADD CONSTRAINT authorization_code_grant FOREIGN KEY (grant_id) REFERENCES rollcall.authorization_grant(grant_id) ON DELETE CASCADE;

ALTER TABLE ONLY rollcall.authorization_grant
    ADD CONSTRAINT authorization_grant_account FOREIGN KEY (account_id) REFERENCES rollcall.account(account_id) ON DELETE CASCADE;

ALTER TABLE ONLY rollcall.authorization_grant
    ADD CONSTRAINT authorization_grant_client FOREIGN KEY (client_id) REFERENCES rollcall.client(client_id) ON DELETE CASCADE;

ALTER TABLE ONLY rollcall.consent
    ADD CONSTRAINT consent_account FOREIGN KEY (account_id) REFERENCES rollcall.account(account_id) ON DELETE CASCADE;

ALTER TABLE ONLY rollcall.consent
    ADD CONSTRAINT consent_client FOREIGN KEY (client_id) REFERENCES rollcall.client(client_id) ON DELETE CASCADE;

ALTER TABLE ONLY rollcall.refresh_token
    ADD CONSTRAINT refresh_token_grant FOREIGN KEY (grant_id) REFERENCES rollcall.authorization_grant(grant_id) ON DELETE CASCADE;

ALTER TABLE ONLY rollcall.registration_token
    ADD CONSTRAINT registration_token_client FOREIGN KEY (client_id) REFERENCES rollcall.client(client_id) ON DELETE CASCADE;

ALTER TABLE ONLY rollcall.resource_server
    ADD CONSTRAINT resource_server_client FOREIGN KEY (client_id) REFERENCES rollcall.client(client_id) ON DELETE CASCADE;

ALTER TABLE ONLY rollcall.session
    ADD CONSTRAINT session_account FOREIGN KEY (account_id) REFERENCES rollcall.account(account_id) ON DELETE CASCADE;

GRANT USAGE ON SCHEMA rollcall TO rollcall_register;
GRANT USAGE ON SCHEMA rollcall TO rollcall_authorize;
GRANT USAGE ON SCHEMA rollcall TO rollcall_login;
GRANT USAGE ON SCHEMA rollcall TO rollcall_consent;
GRANT USAGE ON SCHEMA rollcall TO rollcall_token;
GRANT USAGE ON SCHEMA rollcall TO rollcall_jwks;
GRANT USAGE ON SCHEMA rollcall TO rollcall_introspect;
GRANT USAGE ON SCHEMA rollcall TO rollcall_revoke;
GRANT USAGE ON SCHEMA rollcall TO rollcall_userinfo;
GRANT USAGE ON SCHEMA rollcall TO rollcall_admin;
GRANT USAGE ON SCHEMA rollcall TO rollcall_report;

REVOKE ALL ON FUNCTION rollcall.account_delete(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.account_delete(name text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.account_disable(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.account_disable(name text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.account_enable(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.account_enable(name text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.client_delete(id text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_delete(id text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.client_disable(id text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_disable(id text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.client_enable(id text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_enable(id text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.consent_revoke(name text, client text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.consent_revoke(name text, client text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.grant_revoke(id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.grant_revoke(id bigint) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.purge(batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.purge(batch integer) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.registration_token_revoke(id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION rollcall.session_end_all(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.session_end_all(name text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.signing_key_promote(id text, least_age bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.signing_key_promote(id text, least_age bigint) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.signing_key_retire(id text, least_age bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.signing_key_retire(id text, least_age bigint) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.start_anew() FROM PUBLIC;

REVOKE ALL ON FUNCTION rollcall.strings(list jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.strings(list jsonb) TO rollcall_register;
GRANT ALL ON FUNCTION rollcall.strings(list jsonb) TO rollcall_token;
GRANT ALL ON FUNCTION rollcall.strings(list jsonb) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.token_revoke_account(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.token_revoke_account(name text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.token_revoke_client(id text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.token_revoke_client(id text) TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.access_token TO rollcall_revoke;
GRANT DELETE ON TABLE rollcall.access_token TO rollcall_admin;

GRANT INSERT(token_hash) ON TABLE rollcall.access_token TO rollcall_token;
GRANT SELECT(token_hash) ON TABLE rollcall.access_token TO rollcall_introspect;
GRANT SELECT(token_hash) ON TABLE rollcall.access_token TO rollcall_revoke;
GRANT SELECT(token_hash) ON TABLE rollcall.access_token TO rollcall_userinfo;
GRANT SELECT(token_hash) ON TABLE rollcall.access_token TO rollcall_admin;

GRANT INSERT(client_id) ON TABLE rollcall.access_token TO rollcall_token;
GRANT SELECT(client_id) ON TABLE rollcall.access_token TO rollcall_introspect;
GRANT SELECT(client_id) ON TABLE rollcall.access_token TO rollcall_revoke;
GRANT SELECT(client_id) ON TABLE rollcall.access_token TO rollcall_userinfo;
GRANT SELECT(client_id) ON TABLE rollcall.access_token TO rollcall_admin;

GRANT INSERT(grant_id) ON TABLE rollcall.access_token TO rollcall_token;
GRANT SELECT(grant_id) ON TABLE rollcall.access_token TO rollcall_introspect;
GRANT SELECT(grant_id) ON TABLE rollcall.access_token TO rollcall_userinfo;
GRANT SELECT(grant_id) ON TABLE rollcall.access_token TO rollcall_admin;

GRANT INSERT(scope) ON TABLE rollcall.access_token TO rollcall_token;
GRANT SELECT(scope) ON TABLE rollcall.access_token TO rollcall_introspect;
GRANT SELECT(scope) ON TABLE rollcall.access_token TO rollcall_userinfo;

GRANT INSERT(audience) ON TABLE rollcall.access_token TO rollcall_token;
GRANT SELECT(audience) ON TABLE rollcall.access_token TO rollcall_introspect;
GRANT SELECT(audience) ON TABLE rollcall.access_token TO rollcall_userinfo;

GRANT SELECT(issued_at) ON TABLE rollcall.access_token TO rollcall_introspect;
GRANT SELECT(issued_at) ON TABLE rollcall.access_token TO rollcall_userinfo;
GRANT SELECT(issued_at) ON TABLE rollcall.access_token TO rollcall_admin;

GRANT INSERT(expires_at) ON TABLE rollcall.access_token TO rollcall_token;
GRANT SELECT(expires_at) ON TABLE rollcall.access_token TO rollcall_introspect;
GRANT SELECT(expires_at) ON TABLE rollcall.access_token TO rollcall_userinfo;
GRANT SELECT(expires_at),UPDATE(expires_at) ON TABLE rollcall.access_token TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.account TO rollcall_admin;

GRANT SELECT(account_id) ON TABLE rollcall.account TO rollcall_authorize;
GRANT SELECT(account_id),INSERT(account_id) ON TABLE rollcall.account TO rollcall_login;
GRANT SELECT(account_id) ON TABLE rollcall.account TO rollcall_consent;
GRANT SELECT(account_id) ON TABLE rollcall.account TO rollcall_token;
GRANT SELECT(account_id) ON TABLE rollcall.account TO rollcall_introspect;
GRANT SELECT(account_id) ON TABLE rollcall.account TO rollcall_userinfo;
GRANT SELECT(account_id),INSERT(account_id) ON TABLE rollcall.account TO rollcall_admin;

GRANT SELECT(login_name) ON TABLE rollcall.account TO rollcall_authorize;
GRANT SELECT(login_name),INSERT(login_name) ON TABLE rollcall.account TO rollcall_login;
GRANT SELECT(login_name) ON TABLE rollcall.account TO rollcall_consent;
GRANT SELECT(login_name) ON TABLE rollcall.account TO rollcall_introspect;
GRANT SELECT(login_name) ON TABLE rollcall.account TO rollcall_userinfo;
GRANT SELECT(login_name),INSERT(login_name) ON TABLE rollcall.account TO rollcall_admin;

GRANT SELECT(password_hash),UPDATE(password_hash) ON TABLE rollcall.account TO rollcall_login;
GRANT INSERT(password_hash),UPDATE(password_hash) ON TABLE rollcall.account TO rollcall_admin;

GRANT SELECT(claims),INSERT(claims),UPDATE(claims) ON TABLE rollcall.account TO rollcall_login;
GRANT SELECT(claims) ON TABLE rollcall.account TO rollcall_userinfo;
GRANT INSERT(claims) ON TABLE rollcall.account TO rollcall_admin;

GRANT SELECT(status) ON TABLE rollcall.account TO rollcall_authorize;
GRANT SELECT(status) ON TABLE rollcall.account TO rollcall_login;
GRANT SELECT(status) ON TABLE rollcall.account TO rollcall_consent;
GRANT SELECT(status) ON TABLE rollcall.account TO rollcall_token;
GRANT SELECT(status) ON TABLE rollcall.account TO rollcall_introspect;
GRANT SELECT(status) ON TABLE rollcall.account TO rollcall_userinfo;
GRANT SELECT(status),UPDATE(status) ON TABLE rollcall.account TO rollcall_admin;

GRANT UPDATE(updated_at) ON TABLE rollcall.account TO rollcall_login;
GRANT UPDATE(updated_at) ON TABLE rollcall.account TO rollcall_admin;

GRANT SELECT(valid_from) ON TABLE rollcall.account TO rollcall_authorize;
GRANT SELECT(valid_from) ON TABLE rollcall.account TO rollcall_login;
GRANT SELECT(valid_from) ON TABLE rollcall.account TO rollcall_consent;
GRANT SELECT(valid_from) ON TABLE rollcall.account TO rollcall_token;
GRANT SELECT(valid_from) ON TABLE rollcall.account TO rollcall_introspect;
GRANT SELECT(valid_from) ON TABLE rollcall.account TO rollcall_userinfo;
GRANT SELECT(valid_from) ON TABLE rollcall.account TO rollcall_admin;

GRANT INSERT(password_changed_at),UPDATE(password_changed_at) ON TABLE rollcall.account TO rollcall_admin;

GRANT UPDATE(last_login_at) ON TABLE rollcall.account TO rollcall_login;

GRANT SELECT(full_name) ON TABLE rollcall.account TO rollcall_authorize;
GRANT SELECT(full_name) ON TABLE rollcall.account TO rollcall_login;
GRANT SELECT(full_name) ON TABLE rollcall.account TO rollcall_consent;

GRANT SELECT ON TABLE rollcall.account_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.account_report TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.authorization_code TO rollcall_admin;

GRANT INSERT(code_hash) ON TABLE rollcall.authorization_code TO rollcall_authorize;
GRANT INSERT(code_hash) ON TABLE rollcall.authorization_code TO rollcall_login;
GRANT INSERT(code_hash) ON TABLE rollcall.authorization_code TO rollcall_consent;
GRANT SELECT(code_hash) ON TABLE rollcall.authorization_code TO rollcall_token;
GRANT SELECT(code_hash) ON TABLE rollcall.authorization_code TO rollcall_admin;

GRANT INSERT(grant_id) ON TABLE rollcall.authorization_code TO rollcall_authorize;
GRANT INSERT(grant_id) ON TABLE rollcall.authorization_code TO rollcall_login;
GRANT INSERT(grant_id) ON TABLE rollcall.authorization_code TO rollcall_consent;
GRANT SELECT(grant_id) ON TABLE rollcall.authorization_code TO rollcall_token;
GRANT SELECT(grant_id) ON TABLE rollcall.authorization_code TO rollcall_admin;

GRANT INSERT(redirect_uri) ON TABLE rollcall.authorization_code TO rollcall_authorize;
GRANT INSERT(redirect_uri) ON TABLE rollcall.authorization_code TO rollcall_login;
GRANT INSERT(redirect_uri) ON TABLE rollcall.authorization_code TO rollcall_consent;
GRANT SELECT(redirect_uri) ON TABLE rollcall.authorization_code TO rollcall_token;

GRANT INSERT(redirect_uri_given) ON TABLE rollcall.authorization_code TO rollcall_authorize;
GRANT INSERT(redirect_uri_given) ON TABLE rollcall.authorization_code TO rollcall_login;
GRANT INSERT(redirect_uri_given) ON TABLE rollcall.authorization_code TO rollcall_consent;
GRANT SELECT(redirect_uri_given) ON TABLE rollcall.authorization_code TO rollcall_token;

GRANT INSERT(code_challenge) ON TABLE rollcall.authorization_code TO rollcall_authorize;
GRANT INSERT(code_challenge) ON TABLE rollcall.authorization_code TO rollcall_login;
GRANT INSERT(code_challenge) ON TABLE rollcall.authorization_code TO rollcall_consent;
GRANT SELECT(code_challenge) ON TABLE rollcall.authorization_code TO rollcall_token;

GRANT INSERT(expires_at) ON TABLE rollcall.authorization_code TO rollcall_authorize;
GRANT INSERT(expires_at) ON TABLE rollcall.authorization_code TO rollcall_login;
GRANT INSERT(expires_at) ON TABLE rollcall.authorization_code TO rollcall_consent;
GRANT SELECT(expires_at) ON TABLE rollcall.authorization_code TO rollcall_token;
GRANT SELECT(expires_at) ON TABLE rollcall.authorization_code TO rollcall_admin;

GRANT SELECT(spent_at),UPDATE(spent_at) ON TABLE rollcall.authorization_code TO rollcall_token;
GRANT SELECT(spent_at),UPDATE(spent_at) ON TABLE rollcall.authorization_code TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.authorization_grant TO rollcall_admin;

GRANT SELECT(grant_id) ON TABLE rollcall.authorization_grant TO rollcall_authorize;
GRANT SELECT(grant_id) ON TABLE rollcall.authorization_grant TO rollcall_login;
GRANT SELECT(grant_id) ON TABLE rollcall.authorization_grant TO rollcall_consent;
GRANT SELECT(grant_id) ON TABLE rollcall.authorization_grant TO rollcall_token;
GRANT SELECT(grant_id) ON TABLE rollcall.authorization_grant TO rollcall_introspect;
GRANT SELECT(grant_id) ON TABLE rollcall.authorization_grant TO rollcall_revoke;
GRANT SELECT(grant_id) ON TABLE rollcall.authorization_grant TO rollcall_userinfo;
GRANT SELECT(grant_id) ON TABLE rollcall.authorization_grant TO rollcall_admin;

GRANT SELECT(account_id),INSERT(account_id) ON TABLE rollcall.authorization_grant TO rollcall_authorize;
GRANT SELECT(account_id),INSERT(account_id) ON TABLE rollcall.authorization_grant TO rollcall_login;
GRANT SELECT(account_id),INSERT(account_id) ON TABLE rollcall.authorization_grant TO rollcall_consent;
GRANT SELECT(account_id) ON TABLE rollcall.authorization_grant TO rollcall_token;
GRANT SELECT(account_id) ON TABLE rollcall.authorization_grant TO rollcall_introspect;
GRANT SELECT(account_id) ON TABLE rollcall.authorization_grant TO rollcall_userinfo;
GRANT SELECT(account_id) ON TABLE rollcall.authorization_grant TO rollcall_admin;

GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.authorization_grant TO rollcall_authorize;
GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.authorization_grant TO rollcall_login;
GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.authorization_grant TO rollcall_consent;
GRANT SELECT(client_id) ON TABLE rollcall.authorization_grant TO rollcall_token;
GRANT SELECT(client_id) ON TABLE rollcall.authorization_grant TO rollcall_introspect;
GRANT SELECT(client_id) ON TABLE rollcall.authorization_grant TO rollcall_revoke;
GRANT SELECT(client_id) ON TABLE rollcall.authorization_grant TO rollcall_admin;

GRANT SELECT(scope),INSERT(scope) ON TABLE rollcall.authorization_grant TO rollcall_authorize;
GRANT SELECT(scope),INSERT(scope) ON TABLE rollcall.authorization_grant TO rollcall_login;
GRANT SELECT(scope),INSERT(scope) ON TABLE rollcall.authorization_grant TO rollcall_consent;
GRANT SELECT(scope) ON TABLE rollcall.authorization_grant TO rollcall_token;
GRANT SELECT(scope) ON TABLE rollcall.authorization_grant TO rollcall_introspect;

GRANT SELECT(audience),INSERT(audience) ON TABLE rollcall.authorization_grant TO rollcall_authorize;
GRANT SELECT(audience),INSERT(audience) ON TABLE rollcall.authorization_grant TO rollcall_login;
GRANT SELECT(audience),INSERT(audience) ON TABLE rollcall.authorization_grant TO rollcall_consent;
GRANT SELECT(audience) ON TABLE rollcall.authorization_grant TO rollcall_token;
GRANT SELECT(audience) ON TABLE rollcall.authorization_grant TO rollcall_introspect;

GRANT INSERT(nonce) ON TABLE rollcall.authorization_grant TO rollcall_authorize;
GRANT INSERT(nonce) ON TABLE rollcall.authorization_grant TO rollcall_login;
GRANT INSERT(nonce) ON TABLE rollcall.authorization_grant TO rollcall_consent;
GRANT SELECT(nonce) ON TABLE rollcall.authorization_grant TO rollcall_token;

GRANT INSERT(auth_time) ON TABLE rollcall.authorization_grant TO rollcall_authorize;
GRANT INSERT(auth_time) ON TABLE rollcall.authorization_grant TO rollcall_login;
GRANT INSERT(auth_time) ON TABLE rollcall.authorization_grant TO rollcall_consent;
GRANT SELECT(auth_time) ON TABLE rollcall.authorization_grant TO rollcall_token;

GRANT SELECT(created_at) ON TABLE rollcall.authorization_grant TO rollcall_token;
GRANT SELECT(created_at) ON TABLE rollcall.authorization_grant TO rollcall_introspect;
GRANT SELECT(created_at) ON TABLE rollcall.authorization_grant TO rollcall_userinfo;
GRANT SELECT(created_at) ON TABLE rollcall.authorization_grant TO rollcall_admin;

GRANT SELECT(revoked_at),UPDATE(revoked_at) ON TABLE rollcall.authorization_grant TO rollcall_token;
GRANT SELECT(revoked_at) ON TABLE rollcall.authorization_grant TO rollcall_introspect;
GRANT SELECT(revoked_at),UPDATE(revoked_at) ON TABLE rollcall.authorization_grant TO rollcall_revoke;
GRANT SELECT(revoked_at) ON TABLE rollcall.authorization_grant TO rollcall_userinfo;
GRANT SELECT(revoked_at),UPDATE(revoked_at) ON TABLE rollcall.authorization_grant TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.client TO rollcall_register;
GRANT DELETE ON TABLE rollcall.client TO rollcall_admin;

GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(client_id) ON TABLE rollcall.client TO rollcall_authorize;
GRANT SELECT(client_id) ON TABLE rollcall.client TO rollcall_login;
GRANT SELECT(client_id) ON TABLE rollcall.client TO rollcall_consent;
GRANT SELECT(client_id) ON TABLE rollcall.client TO rollcall_token;
GRANT SELECT(client_id) ON TABLE rollcall.client TO rollcall_introspect;
GRANT SELECT(client_id) ON TABLE rollcall.client TO rollcall_revoke;
GRANT SELECT(client_id) ON TABLE rollcall.client TO rollcall_userinfo;
GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.client TO rollcall_admin;

GRANT SELECT(secret_hash),INSERT(secret_hash),UPDATE(secret_hash) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(secret_hash) ON TABLE rollcall.client TO rollcall_token;
GRANT SELECT(secret_hash) ON TABLE rollcall.client TO rollcall_introspect;
GRANT SELECT(secret_hash) ON TABLE rollcall.client TO rollcall_revoke;
GRANT INSERT(secret_hash) ON TABLE rollcall.client TO rollcall_admin;

GRANT SELECT(secret_expires_at),UPDATE(secret_expires_at) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(secret_expires_at) ON TABLE rollcall.client TO rollcall_token;
GRANT SELECT(secret_expires_at) ON TABLE rollcall.client TO rollcall_introspect;
GRANT SELECT(secret_expires_at) ON TABLE rollcall.client TO rollcall_revoke;

GRANT SELECT(metadata),INSERT(metadata),UPDATE(metadata) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(metadata) ON TABLE rollcall.client TO rollcall_authorize;
GRANT SELECT(metadata) ON TABLE rollcall.client TO rollcall_login;
GRANT SELECT(metadata) ON TABLE rollcall.client TO rollcall_consent;
GRANT SELECT(metadata) ON TABLE rollcall.client TO rollcall_token;
GRANT SELECT(metadata) ON TABLE rollcall.client TO rollcall_introspect;
GRANT SELECT(metadata) ON TABLE rollcall.client TO rollcall_revoke;
GRANT INSERT(metadata) ON TABLE rollcall.client TO rollcall_admin;

GRANT SELECT(door) ON TABLE rollcall.client TO rollcall_authorize;
GRANT SELECT(door) ON TABLE rollcall.client TO rollcall_login;
GRANT SELECT(door) ON TABLE rollcall.client TO rollcall_consent;
GRANT INSERT(door) ON TABLE rollcall.client TO rollcall_admin;

GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_authorize;
GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_login;
GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_consent;
GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_token;
GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_introspect;
GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_revoke;
GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_userinfo;
GRANT SELECT(status),UPDATE(status) ON TABLE rollcall.client TO rollcall_admin;

GRANT SELECT(version),UPDATE(version) ON TABLE rollcall.client TO rollcall_register;

GRANT SELECT(issued_at) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(issued_at) ON TABLE rollcall.client TO rollcall_authorize;
GRANT SELECT(issued_at) ON TABLE rollcall.client TO rollcall_login;
GRANT SELECT(issued_at) ON TABLE rollcall.client TO rollcall_consent;
GRANT SELECT(issued_at) ON TABLE rollcall.client TO rollcall_token;
GRANT SELECT(issued_at) ON TABLE rollcall.client TO rollcall_introspect;
GRANT SELECT(issued_at) ON TABLE rollcall.client TO rollcall_revoke;
GRANT SELECT(issued_at) ON TABLE rollcall.client TO rollcall_admin;

GRANT UPDATE(updated_at) ON TABLE rollcall.client TO rollcall_register;
GRANT UPDATE(updated_at) ON TABLE rollcall.client TO rollcall_admin;

GRANT SELECT(last_used_at),UPDATE(last_used_at) ON TABLE rollcall.client TO rollcall_token;
GRANT SELECT(last_used_at) ON TABLE rollcall.client TO rollcall_introspect;
GRANT SELECT(last_used_at) ON TABLE rollcall.client TO rollcall_revoke;

GRANT INSERT(issued_from) ON TABLE rollcall.client TO rollcall_register;

GRANT SELECT(grant_types) ON TABLE rollcall.client TO rollcall_token;

GRANT SELECT(scope) ON TABLE rollcall.client TO rollcall_token;

GRANT SELECT(token_endpoint_auth_method) ON TABLE rollcall.client TO rollcall_token;
GRANT SELECT(token_endpoint_auth_method) ON TABLE rollcall.client TO rollcall_introspect;
GRANT SELECT(token_endpoint_auth_method) ON TABLE rollcall.client TO rollcall_revoke;

GRANT SELECT(valid_from) ON TABLE rollcall.client TO rollcall_authorize;
GRANT SELECT(valid_from) ON TABLE rollcall.client TO rollcall_login;
GRANT SELECT(valid_from) ON TABLE rollcall.client TO rollcall_consent;
GRANT SELECT(valid_from) ON TABLE rollcall.client TO rollcall_token;
GRANT SELECT(valid_from) ON TABLE rollcall.client TO rollcall_introspect;
GRANT SELECT(valid_from) ON TABLE rollcall.client TO rollcall_userinfo;
GRANT SELECT(valid_from),UPDATE(valid_from) ON TABLE rollcall.client TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.client_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.client_report TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.consent TO rollcall_admin;

GRANT SELECT(account_id),INSERT(account_id) ON TABLE rollcall.consent TO rollcall_authorize;
GRANT SELECT(account_id),INSERT(account_id) ON TABLE rollcall.consent TO rollcall_login;
GRANT SELECT(account_id),INSERT(account_id) ON TABLE rollcall.consent TO rollcall_consent;
GRANT SELECT(account_id) ON TABLE rollcall.consent TO rollcall_admin;

GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.consent TO rollcall_authorize;
GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.consent TO rollcall_login;
GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.consent TO rollcall_consent;
GRANT SELECT(client_id) ON TABLE rollcall.consent TO rollcall_admin;

GRANT SELECT(scope),INSERT(scope),UPDATE(scope) ON TABLE rollcall.consent TO rollcall_authorize;
GRANT SELECT(scope),INSERT(scope),UPDATE(scope) ON TABLE rollcall.consent TO rollcall_login;
GRANT SELECT(scope),INSERT(scope),UPDATE(scope) ON TABLE rollcall.consent TO rollcall_consent;

GRANT SELECT(audience),INSERT(audience) ON TABLE rollcall.consent TO rollcall_authorize;
GRANT SELECT(audience),INSERT(audience) ON TABLE rollcall.consent TO rollcall_login;
GRANT SELECT(audience),INSERT(audience) ON TABLE rollcall.consent TO rollcall_consent;
GRANT SELECT(audience) ON TABLE rollcall.consent TO rollcall_admin;

GRANT SELECT(redirect_origin),INSERT(redirect_origin) ON TABLE rollcall.consent TO rollcall_authorize;
GRANT SELECT(redirect_origin),INSERT(redirect_origin) ON TABLE rollcall.consent TO rollcall_login;
GRANT SELECT(redirect_origin),INSERT(redirect_origin) ON TABLE rollcall.consent TO rollcall_consent;
GRANT SELECT(redirect_origin) ON TABLE rollcall.consent TO rollcall_admin;

GRANT SELECT(granted_at),UPDATE(granted_at) ON TABLE rollcall.consent TO rollcall_authorize;
GRANT SELECT(granted_at),UPDATE(granted_at) ON TABLE rollcall.consent TO rollcall_login;
GRANT SELECT(granted_at),UPDATE(granted_at) ON TABLE rollcall.consent TO rollcall_consent;
GRANT SELECT(granted_at),UPDATE(granted_at) ON TABLE rollcall.consent TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.consent_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.consent_report TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.fetched_image TO rollcall_admin;

GRANT SELECT(url),INSERT(url) ON TABLE rollcall.fetched_image TO rollcall_consent;
GRANT SELECT(url) ON TABLE rollcall.fetched_image TO rollcall_admin;

GRANT SELECT(media_type),UPDATE(media_type) ON TABLE rollcall.fetched_image TO rollcall_consent;

GRANT SELECT(body),UPDATE(body) ON TABLE rollcall.fetched_image TO rollcall_consent;

GRANT UPDATE(fault) ON TABLE rollcall.fetched_image TO rollcall_consent;

GRANT SELECT(fetched_at),UPDATE(fetched_at) ON TABLE rollcall.fetched_image TO rollcall_consent;
GRANT SELECT(fetched_at),UPDATE(fetched_at) ON TABLE rollcall.fetched_image TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.grant_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.grant_report TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.rate TO rollcall_admin;

GRANT SELECT(bucket),INSERT(bucket) ON TABLE rollcall.rate TO rollcall_login;
GRANT SELECT(bucket),INSERT(bucket) ON TABLE rollcall.rate TO rollcall_consent;
GRANT SELECT(bucket) ON TABLE rollcall.rate TO rollcall_admin;

GRANT SELECT(level),INSERT(level),UPDATE(level) ON TABLE rollcall.rate TO rollcall_login;
GRANT SELECT(level),INSERT(level),UPDATE(level) ON TABLE rollcall.rate TO rollcall_consent;
GRANT UPDATE(level) ON TABLE rollcall.rate TO rollcall_admin;

GRANT SELECT(updated_at),UPDATE(updated_at) ON TABLE rollcall.rate TO rollcall_login;
GRANT SELECT(updated_at),UPDATE(updated_at) ON TABLE rollcall.rate TO rollcall_consent;
GRANT SELECT(updated_at) ON TABLE rollcall.rate TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.redirect_uri_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.redirect_uri_report TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.refresh_token TO rollcall_admin;

GRANT SELECT(token_hash),INSERT(token_hash) ON TABLE rollcall.refresh_token TO rollcall_token;
GRANT SELECT(token_hash) ON TABLE rollcall.refresh_token TO rollcall_introspect;
GRANT SELECT(token_hash) ON TABLE rollcall.refresh_token TO rollcall_revoke;
GRANT SELECT(token_hash) ON TABLE rollcall.refresh_token TO rollcall_admin;

GRANT SELECT(grant_id),INSERT(grant_id) ON TABLE rollcall.refresh_token TO rollcall_token;
GRANT SELECT(grant_id) ON TABLE rollcall.refresh_token TO rollcall_introspect;
GRANT SELECT(grant_id) ON TABLE rollcall.refresh_token TO rollcall_revoke;
GRANT SELECT(grant_id) ON TABLE rollcall.refresh_token TO rollcall_admin;

GRANT SELECT(issued_at) ON TABLE rollcall.refresh_token TO rollcall_introspect;

GRANT SELECT(expires_at),INSERT(expires_at) ON TABLE rollcall.refresh_token TO rollcall_token;
GRANT SELECT(expires_at) ON TABLE rollcall.refresh_token TO rollcall_introspect;
GRANT SELECT(expires_at) ON TABLE rollcall.refresh_token TO rollcall_admin;

GRANT SELECT(rotated_at),UPDATE(rotated_at) ON TABLE rollcall.refresh_token TO rollcall_token;
GRANT SELECT(rotated_at) ON TABLE rollcall.refresh_token TO rollcall_introspect;
GRANT SELECT(rotated_at) ON TABLE rollcall.refresh_token TO rollcall_admin;

GRANT SELECT(successor_hash),UPDATE(successor_hash) ON TABLE rollcall.refresh_token TO rollcall_token;

GRANT SELECT(successor_sealed),UPDATE(successor_sealed) ON TABLE rollcall.refresh_token TO rollcall_token;
GRANT SELECT(successor_sealed),UPDATE(successor_sealed) ON TABLE rollcall.refresh_token TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.registration_by_day TO rollcall_report;
GRANT SELECT ON TABLE rollcall.registration_by_day TO rollcall_admin;

GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.registration_token TO rollcall_register;
GRANT SELECT(client_id) ON TABLE rollcall.registration_token TO rollcall_token;
GRANT INSERT(client_id) ON TABLE rollcall.registration_token TO rollcall_admin;

GRANT SELECT(token_hash),INSERT(token_hash) ON TABLE rollcall.registration_token TO rollcall_register;
GRANT INSERT(token_hash) ON TABLE rollcall.registration_token TO rollcall_admin;

GRANT SELECT(issued_at) ON TABLE rollcall.registration_token TO rollcall_register;

GRANT SELECT(last_used_at),UPDATE(last_used_at) ON TABLE rollcall.registration_token TO rollcall_register;
GRANT UPDATE(last_used_at) ON TABLE rollcall.registration_token TO rollcall_token;

GRANT SELECT ON TABLE rollcall.registration_token_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.registration_token_report TO rollcall_admin;

GRANT SELECT(client_id) ON TABLE rollcall.resource_server TO rollcall_introspect;
GRANT INSERT(client_id) ON TABLE rollcall.resource_server TO rollcall_admin;

GRANT SELECT(audience) ON TABLE rollcall.resource_server TO rollcall_introspect;
GRANT INSERT(audience) ON TABLE rollcall.resource_server TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.resource_server_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.resource_server_report TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.session TO rollcall_login;
GRANT DELETE ON TABLE rollcall.session TO rollcall_admin;

GRANT SELECT(session_hash) ON TABLE rollcall.session TO rollcall_authorize;
GRANT SELECT(session_hash),INSERT(session_hash) ON TABLE rollcall.session TO rollcall_login;
GRANT SELECT(session_hash) ON TABLE rollcall.session TO rollcall_consent;
GRANT SELECT(session_hash) ON TABLE rollcall.session TO rollcall_admin;

GRANT SELECT(account_id) ON TABLE rollcall.session TO rollcall_authorize;
GRANT SELECT(account_id),INSERT(account_id) ON TABLE rollcall.session TO rollcall_login;
GRANT SELECT(account_id) ON TABLE rollcall.session TO rollcall_consent;
GRANT SELECT(account_id) ON TABLE rollcall.session TO rollcall_admin;

GRANT SELECT(auth_time) ON TABLE rollcall.session TO rollcall_authorize;
GRANT SELECT(auth_time),INSERT(auth_time) ON TABLE rollcall.session TO rollcall_login;
GRANT SELECT(auth_time) ON TABLE rollcall.session TO rollcall_consent;
GRANT SELECT(auth_time) ON TABLE rollcall.session TO rollcall_admin;

GRANT SELECT(created_at) ON TABLE rollcall.session TO rollcall_authorize;
GRANT SELECT(created_at) ON TABLE rollcall.session TO rollcall_login;
GRANT SELECT(created_at) ON TABLE rollcall.session TO rollcall_consent;
GRANT SELECT(created_at) ON TABLE rollcall.session TO rollcall_admin;

GRANT SELECT(expires_at) ON TABLE rollcall.session TO rollcall_authorize;
GRANT SELECT(expires_at),INSERT(expires_at) ON TABLE rollcall.session TO rollcall_login;
GRANT SELECT(expires_at) ON TABLE rollcall.session TO rollcall_consent;
GRANT SELECT(expires_at),UPDATE(expires_at) ON TABLE rollcall.session TO rollcall_admin;

GRANT INSERT(address) ON TABLE rollcall.session TO rollcall_login;
GRANT SELECT(address) ON TABLE rollcall.session TO rollcall_admin;

GRANT INSERT(user_agent) ON TABLE rollcall.session TO rollcall_login;
GRANT SELECT(user_agent) ON TABLE rollcall.session TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.session_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.session_report TO rollcall_admin;

GRANT SELECT(kid) ON TABLE rollcall.signing_key TO rollcall_token;
GRANT SELECT(kid) ON TABLE rollcall.signing_key TO rollcall_jwks;
GRANT SELECT(kid) ON TABLE rollcall.signing_key TO rollcall_authorize;
GRANT SELECT(kid) ON TABLE rollcall.signing_key TO rollcall_login;
GRANT SELECT(kid) ON TABLE rollcall.signing_key TO rollcall_consent;
GRANT SELECT(kid) ON TABLE rollcall.signing_key TO rollcall_introspect;
GRANT SELECT(kid) ON TABLE rollcall.signing_key TO rollcall_revoke;
GRANT SELECT(kid) ON TABLE rollcall.signing_key TO rollcall_userinfo;
GRANT SELECT(kid),INSERT(kid) ON TABLE rollcall.signing_key TO rollcall_admin;

GRANT SELECT(alg) ON TABLE rollcall.signing_key TO rollcall_token;
GRANT SELECT(alg) ON TABLE rollcall.signing_key TO rollcall_jwks;
GRANT SELECT(alg) ON TABLE rollcall.signing_key TO rollcall_authorize;
GRANT SELECT(alg) ON TABLE rollcall.signing_key TO rollcall_login;
GRANT SELECT(alg) ON TABLE rollcall.signing_key TO rollcall_consent;
GRANT SELECT(alg) ON TABLE rollcall.signing_key TO rollcall_introspect;
GRANT SELECT(alg) ON TABLE rollcall.signing_key TO rollcall_revoke;
GRANT SELECT(alg) ON TABLE rollcall.signing_key TO rollcall_userinfo;
GRANT SELECT(alg),INSERT(alg) ON TABLE rollcall.signing_key TO rollcall_admin;

GRANT SELECT(public_jwk) ON TABLE rollcall.signing_key TO rollcall_jwks;
GRANT SELECT(public_jwk) ON TABLE rollcall.signing_key TO rollcall_authorize;
GRANT SELECT(public_jwk) ON TABLE rollcall.signing_key TO rollcall_login;
GRANT SELECT(public_jwk) ON TABLE rollcall.signing_key TO rollcall_consent;
GRANT SELECT(public_jwk) ON TABLE rollcall.signing_key TO rollcall_introspect;
GRANT SELECT(public_jwk) ON TABLE rollcall.signing_key TO rollcall_revoke;
GRANT SELECT(public_jwk) ON TABLE rollcall.signing_key TO rollcall_userinfo;
GRANT INSERT(public_jwk) ON TABLE rollcall.signing_key TO rollcall_admin;

GRANT SELECT(sealed_key) ON TABLE rollcall.signing_key TO rollcall_token;
GRANT SELECT(sealed_key),INSERT(sealed_key),UPDATE(sealed_key) ON TABLE rollcall.signing_key TO rollcall_admin;

GRANT SELECT(status) ON TABLE rollcall.signing_key TO rollcall_token;
GRANT SELECT(status) ON TABLE rollcall.signing_key TO rollcall_jwks;
GRANT SELECT(status) ON TABLE rollcall.signing_key TO rollcall_authorize;
GRANT SELECT(status) ON TABLE rollcall.signing_key TO rollcall_login;
GRANT SELECT(status) ON TABLE rollcall.signing_key TO rollcall_consent;
GRANT SELECT(status) ON TABLE rollcall.signing_key TO rollcall_introspect;
GRANT SELECT(status) ON TABLE rollcall.signing_key TO rollcall_revoke;
GRANT SELECT(status) ON TABLE rollcall.signing_key TO rollcall_userinfo;
GRANT SELECT(status),INSERT(status),UPDATE(status) ON TABLE rollcall.signing_key TO rollcall_admin;

GRANT SELECT(created_at) ON TABLE rollcall.signing_key TO rollcall_jwks;
GRANT SELECT(created_at) ON TABLE rollcall.signing_key TO rollcall_authorize;
GRANT SELECT(created_at) ON TABLE rollcall.signing_key TO rollcall_login;
GRANT SELECT(created_at) ON TABLE rollcall.signing_key TO rollcall_consent;
GRANT SELECT(created_at) ON TABLE rollcall.signing_key TO rollcall_introspect;
GRANT SELECT(created_at) ON TABLE rollcall.signing_key TO rollcall_revoke;
GRANT SELECT(created_at) ON TABLE rollcall.signing_key TO rollcall_userinfo;
GRANT SELECT(created_at) ON TABLE rollcall.signing_key TO rollcall_admin;

GRANT SELECT(activated_at),INSERT(activated_at),UPDATE(activated_at) ON TABLE rollcall.signing_key TO rollcall_admin;

GRANT SELECT(deactivated_at),UPDATE(deactivated_at) ON TABLE rollcall.signing_key TO rollcall_admin;

GRANT SELECT(retired_at),UPDATE(retired_at) ON TABLE rollcall.signing_key TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.signing_key_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.signing_key_report TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.token_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.token_report TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.used_assertion TO rollcall_admin;

GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.used_assertion TO rollcall_token;
GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.used_assertion TO rollcall_introspect;
GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.used_assertion TO rollcall_revoke;
GRANT SELECT(client_id) ON TABLE rollcall.used_assertion TO rollcall_admin;

GRANT INSERT(jti_hash) ON TABLE rollcall.used_assertion TO rollcall_token;
GRANT INSERT(jti_hash) ON TABLE rollcall.used_assertion TO rollcall_introspect;
GRANT INSERT(jti_hash) ON TABLE rollcall.used_assertion TO rollcall_revoke;
GRANT SELECT(jti_hash) ON TABLE rollcall.used_assertion TO rollcall_admin;

GRANT INSERT(expires_at) ON TABLE rollcall.used_assertion TO rollcall_token;
GRANT INSERT(expires_at) ON TABLE rollcall.used_assertion TO rollcall_introspect;
GRANT INSERT(expires_at) ON TABLE rollcall.used_assertion TO rollcall_revoke;
GRANT SELECT(expires_at),UPDATE(expires_at) ON TABLE rollcall.used_assertion TO rollcall_admin;

