-- The authorization server: people, their sessions and consents, what they
-- granted, codes, tokens, and the keys that sign.

-- What is dead stays dead: whatever of a client or account is older than its
-- valid_from counts for nothing, so disabling and enabling, or a client_id
-- that is used again, brings no token back.  It takes one update, however
-- many tokens there are.

ALTER TABLE rollcall.client
	ADD COLUMN valid_from timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN rollcall.client.valid_from IS
    'Codes, tokens and consents from before this count for nothing; set when status changes';

CREATE FUNCTION rollcall.start_anew() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
	NEW.valid_from := pg_catalog.clock_timestamp();
	RETURN NEW;
END
$$;

REVOKE ALL ON FUNCTION rollcall.start_anew() FROM PUBLIC;
COMMENT ON FUNCTION rollcall.start_anew() IS
    'Trigger: what was given out before a change of status is void';

CREATE TRIGGER client_start_anew
	BEFORE UPDATE OF status ON rollcall.client
	FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
	EXECUTE FUNCTION rollcall.start_anew();

CREATE DOMAIN rollcall.account_id AS text COLLATE "C"
	CONSTRAINT account_id_length CHECK (length(VALUE) BETWEEN 1 AND 255)
	CONSTRAINT account_id_ascii CHECK (VALUE ~ '^[!-~]+$');
COMMENT ON DOMAIN rollcall.account_id IS
    'A person''s identifier: the sub of tokens (OpenID Connect Core 2)';

CREATE DOMAIN rollcall.account_status AS text
	CONSTRAINT account_status_known
	CHECK (VALUE IN ('active', 'disabled'));
COMMENT ON DOMAIN rollcall.account_status IS
    'Whether a person may log in: active or disabled';

CREATE DOMAIN rollcall.account_claims AS jsonb
	CONSTRAINT account_claims_is_object
	CHECK (jsonb_typeof(VALUE) = 'object');
COMMENT ON DOMAIN rollcall.account_claims IS
    'Claims about a person (OpenID Connect Core 5.1): a JSON object';

CREATE TABLE rollcall.account (
	account_id rollcall.account_id CONSTRAINT account_pk PRIMARY KEY,
	login_name text COLLATE "C" NOT NULL
	    CONSTRAINT account_login_name_unique UNIQUE
	    CONSTRAINT account_login_name_length
	    CHECK (length(login_name) BETWEEN 1 AND 255),
	password_hash text,
	claims rollcall.account_claims NOT NULL DEFAULT '{}',
	status rollcall.account_status NOT NULL DEFAULT 'active',
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	valid_from timestamptz NOT NULL DEFAULT now(),
	password_changed_at timestamptz,
	last_login_at timestamptz,
	full_name text GENERATED ALWAYS AS (claims ->> 'name') STORED,
	email text GENERATED ALWAYS AS (claims ->> 'email') STORED
);

CREATE TRIGGER account_start_anew
	BEFORE UPDATE OF status, password_hash ON rollcall.account
	FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status
	    OR NEW.password_changed_at IS DISTINCT FROM OLD.password_changed_at)
	EXECUTE FUNCTION rollcall.start_anew();

COMMENT ON TABLE rollcall.account IS
    'One row a person who can log in';
COMMENT ON COLUMN rollcall.account.account_id IS
    'The person''s identifier, the sub of tokens; never used again';
COMMENT ON COLUMN rollcall.account.login_name IS
    'The name that the person logs in with, or that the web server vouches for';
COMMENT ON COLUMN rollcall.account.password_hash IS
    'Argon2id of the password; NULL: no login by password';
COMMENT ON COLUMN rollcall.account.claims IS
    'What clients may be told of the person (OpenID Connect Core 5.1)';
COMMENT ON COLUMN rollcall.account.status IS
    'active, or disabled: may not log in, and no token of theirs counts';
COMMENT ON COLUMN rollcall.account.created_at IS
    'When the account was made';
COMMENT ON COLUMN rollcall.account.updated_at IS
    'When name, claims, password or status last changed';
COMMENT ON COLUMN rollcall.account.valid_from IS
    'Sessions and grants from before this count for nothing; set when status or password changes';
COMMENT ON COLUMN rollcall.account.password_changed_at IS
    'When the password was set; NULL: never';
COMMENT ON COLUMN rollcall.account.last_login_at IS
    'When the person last logged in; NULL: never';
COMMENT ON COLUMN rollcall.account.full_name IS
    'Generated from claims: the person''s name';
COMMENT ON COLUMN rollcall.account.email IS
    'Generated from claims: the person''s e-mail address';

CREATE TABLE rollcall.session (
	session_hash rollcall.hash CONSTRAINT session_pk PRIMARY KEY,
	account_id rollcall.account_id NOT NULL,
	auth_time timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	address inet,
	user_agent text,
	CONSTRAINT session_account FOREIGN KEY (account_id)
	    REFERENCES rollcall.account ON DELETE CASCADE
);
CREATE INDEX session_account ON rollcall.session (account_id);
CREATE INDEX session_expires ON rollcall.session (expires_at);

COMMENT ON TABLE rollcall.session IS
    'One row a login of a person in a browser';
COMMENT ON COLUMN rollcall.session.session_hash IS
    'Hash of the cookie''s value';
COMMENT ON COLUMN rollcall.session.account_id IS
    'Who is logged in';
COMMENT ON COLUMN rollcall.session.auth_time IS
    'When the person proved who they are; NULL: the web server does not say';
COMMENT ON COLUMN rollcall.session.created_at IS
    'When the session began';
COMMENT ON COLUMN rollcall.session.expires_at IS
    'When it ends';
COMMENT ON COLUMN rollcall.session.address IS
    'The address that the login came from; NULL: not known';
COMMENT ON COLUMN rollcall.session.user_agent IS
    'What the browser called itself at the login';

CREATE TABLE rollcall.consent (
	account_id rollcall.account_id NOT NULL,
	client_id rollcall.client_id NOT NULL,
	scope text NOT NULL,
	audience text[] NOT NULL,
	redirect_origin text NOT NULL,
	granted_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT consent_pk PRIMARY KEY (client_id, account_id,
	    redirect_origin, audience),
	CONSTRAINT consent_account FOREIGN KEY (account_id)
	    REFERENCES rollcall.account ON DELETE CASCADE,
	CONSTRAINT consent_client FOREIGN KEY (client_id)
	    REFERENCES rollcall.client ON DELETE CASCADE
);
CREATE INDEX consent_account ON rollcall.consent (account_id);

COMMENT ON TABLE rollcall.consent IS
    'One row a person, client, and place that it led to: what need not be asked again';
COMMENT ON COLUMN rollcall.consent.account_id IS 'Who consented';
COMMENT ON COLUMN rollcall.consent.client_id IS 'To which client';
COMMENT ON COLUMN rollcall.consent.scope IS
    'The scopes consented to, with spaces between';
COMMENT ON COLUMN rollcall.consent.audience IS
    'The resources that they were consented to for (RFC 8707), sorted';
COMMENT ON COLUMN rollcall.consent.redirect_origin IS
    'The origin that the consent page said the answer would go to';
COMMENT ON COLUMN rollcall.consent.granted_at IS
    'When the person last consented';

CREATE TABLE rollcall.authorization_grant (
	grant_id bigint GENERATED ALWAYS AS IDENTITY
	    CONSTRAINT authorization_grant_pk PRIMARY KEY,
	account_id rollcall.account_id NOT NULL,
	client_id rollcall.client_id NOT NULL,
	scope text,
	audience text[] NOT NULL,
	nonce text,
	auth_time timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	revoked_at timestamptz,
	CONSTRAINT authorization_grant_account FOREIGN KEY (account_id)
	    REFERENCES rollcall.account ON DELETE CASCADE,
	CONSTRAINT authorization_grant_client FOREIGN KEY (client_id)
	    REFERENCES rollcall.client ON DELETE CASCADE
);
CREATE INDEX authorization_grant_account
	ON rollcall.authorization_grant (account_id);
CREATE INDEX authorization_grant_client
	ON rollcall.authorization_grant (client_id);

COMMENT ON TABLE rollcall.authorization_grant IS
    'One row each time a person let a client act for them: the family of all codes and tokens that came of it';
COMMENT ON COLUMN rollcall.authorization_grant.grant_id IS
    'The grant''s number';
COMMENT ON COLUMN rollcall.authorization_grant.account_id IS
    'For whom the client may act';
COMMENT ON COLUMN rollcall.authorization_grant.client_id IS
    'The client that may';
COMMENT ON COLUMN rollcall.authorization_grant.scope IS
    'The scopes granted, with spaces between; NULL: none';
COMMENT ON COLUMN rollcall.authorization_grant.audience IS
    'The resources that tokens may be for (RFC 8707)';
COMMENT ON COLUMN rollcall.authorization_grant.nonce IS
    'The nonce of the request, for ID tokens';
COMMENT ON COLUMN rollcall.authorization_grant.auth_time IS
    'When the person had proved who they are; NULL: not known';
COMMENT ON COLUMN rollcall.authorization_grant.created_at IS
    'When it was granted';
COMMENT ON COLUMN rollcall.authorization_grant.revoked_at IS
    'When it was revoked, with all its tokens; NULL: it was not';

CREATE TABLE rollcall.authorization_code (
	code_hash rollcall.hash CONSTRAINT authorization_code_pk PRIMARY KEY,
	grant_id bigint NOT NULL,
	redirect_uri text NOT NULL,
	redirect_uri_given boolean NOT NULL,
	code_challenge text,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	spent_at timestamptz,
	CONSTRAINT authorization_code_grant FOREIGN KEY (grant_id)
	    REFERENCES rollcall.authorization_grant ON DELETE CASCADE
);
CREATE INDEX authorization_code_grant
	ON rollcall.authorization_code (grant_id);
CREATE INDEX authorization_code_expires
	ON rollcall.authorization_code (expires_at);

COMMENT ON TABLE rollcall.authorization_code IS
    'One row an authorization code (RFC 6749 4.1.2), spent ones too while a second use can tell of a theft';
COMMENT ON COLUMN rollcall.authorization_code.code_hash IS
    'Hash of the code';
COMMENT ON COLUMN rollcall.authorization_code.grant_id IS
    'The grant that it is for';
COMMENT ON COLUMN rollcall.authorization_code.redirect_uri IS
    'Where it was sent';
COMMENT ON COLUMN rollcall.authorization_code.redirect_uri_given IS
    'Whether the request named that, so that the token request must';
COMMENT ON COLUMN rollcall.authorization_code.code_challenge IS
    'S256 challenge (RFC 7636); NULL: none';
COMMENT ON COLUMN rollcall.authorization_code.created_at IS
    'When it was issued';
COMMENT ON COLUMN rollcall.authorization_code.expires_at IS
    'When it expires';
COMMENT ON COLUMN rollcall.authorization_code.spent_at IS
    'When it was exchanged for tokens; NULL: not yet';

-- No foreign key to client: it would lock the client's row for each token.
-- What counts is the join, and purge() takes away what is left over.  Expiry
-- follows the order of arrival, so a BRIN index does, at next to no price.
CREATE TABLE rollcall.access_token (
	token_hash rollcall.hash CONSTRAINT access_token_pk PRIMARY KEY,
	client_id rollcall.client_id NOT NULL,
	grant_id bigint,
	scope text,
	audience text[] NOT NULL,
	issued_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	CONSTRAINT access_token_grant FOREIGN KEY (grant_id)
	    REFERENCES rollcall.authorization_grant ON DELETE CASCADE
);
CREATE INDEX access_token_grant ON rollcall.access_token (grant_id)
	WHERE grant_id IS NOT NULL;
CREATE INDEX access_token_expires ON rollcall.access_token
	USING brin (expires_at);

COMMENT ON TABLE rollcall.access_token IS
    'One row an access token that has not been purged';
COMMENT ON COLUMN rollcall.access_token.token_hash IS
    'Hash of the token, or of jwt: and the jti of one that is a JWT (RFC 9068)';
COMMENT ON COLUMN rollcall.access_token.client_id IS
    'The client that it was issued to';
COMMENT ON COLUMN rollcall.access_token.grant_id IS
    'The grant that it came of; NULL: the client acts for itself';
COMMENT ON COLUMN rollcall.access_token.scope IS
    'What it allows, with spaces between; NULL: no scope';
COMMENT ON COLUMN rollcall.access_token.audience IS
    'The resources that it is for (RFC 8707)';
COMMENT ON COLUMN rollcall.access_token.issued_at IS
    'When it was issued';
COMMENT ON COLUMN rollcall.access_token.expires_at IS
    'When it expires';

CREATE TABLE rollcall.refresh_token (
	token_hash rollcall.hash CONSTRAINT refresh_token_pk PRIMARY KEY,
	grant_id bigint NOT NULL,
	issued_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	rotated_at timestamptz,
	successor_hash rollcall.hash,
	successor_sealed bytea,
	CONSTRAINT refresh_token_grant FOREIGN KEY (grant_id)
	    REFERENCES rollcall.authorization_grant ON DELETE CASCADE,
	CONSTRAINT refresh_token_rotated
	    CHECK ((rotated_at IS NULL) = (successor_hash IS NULL))
);
CREATE INDEX refresh_token_grant ON rollcall.refresh_token (grant_id);
CREATE INDEX refresh_token_expires ON rollcall.refresh_token (expires_at);

COMMENT ON TABLE rollcall.refresh_token IS
    'One row a refresh token, rotated ones too: their use tells of a theft';
COMMENT ON COLUMN rollcall.refresh_token.token_hash IS 'Hash of the token';
COMMENT ON COLUMN rollcall.refresh_token.grant_id IS
    'The grant: all refresh tokens of one are a family';
COMMENT ON COLUMN rollcall.refresh_token.issued_at IS
    'When it was issued';
COMMENT ON COLUMN rollcall.refresh_token.expires_at IS
    'When it expires';
COMMENT ON COLUMN rollcall.refresh_token.rotated_at IS
    'When it was exchanged for its successor; NULL: not yet';
COMMENT ON COLUMN rollcall.refresh_token.successor_hash IS
    'Hash of the token that took its place';
COMMENT ON COLUMN rollcall.refresh_token.successor_sealed IS
    'That token, sealed so that only who holds this one can open it; for a retry within refresh_reuse_grace';

CREATE TABLE rollcall.used_assertion (
	client_id rollcall.client_id NOT NULL,
	jti_hash rollcall.hash NOT NULL,
	expires_at timestamptz NOT NULL,
	CONSTRAINT used_assertion_pk PRIMARY KEY (client_id, jti_hash)
);
CREATE INDEX used_assertion_expires ON rollcall.used_assertion
	USING brin (expires_at);

COMMENT ON TABLE rollcall.used_assertion IS
    'One row a client assertion that was used (RFC 7523 3), until no clock takes it any more';
COMMENT ON COLUMN rollcall.used_assertion.client_id IS 'Whose it is';
COMMENT ON COLUMN rollcall.used_assertion.jti_hash IS 'Hash of its jti';
COMMENT ON COLUMN rollcall.used_assertion.expires_at IS
    'When it has expired by any clock that is off by a minute, and the row may go';

CREATE DOMAIN rollcall.signing_key_status AS text
	CONSTRAINT signing_key_status_known CHECK (VALUE IN ('published',
	    'active', 'retiring', 'retired'));
COMMENT ON DOMAIN rollcall.signing_key_status IS
    'Life of a key: published, active (it signs), retiring, retired';

CREATE TABLE rollcall.signing_key (
	kid text CONSTRAINT signing_key_pk PRIMARY KEY,
	alg text NOT NULL CONSTRAINT signing_key_alg_known
	    CHECK (alg IN ('RS256', 'PS256', 'ES256', 'EdDSA')),
	public_jwk jsonb NOT NULL CONSTRAINT signing_key_public_only
	    CHECK (jsonb_typeof(public_jwk) = 'object'
	    AND NOT public_jwk ?| '{d,p,q,dp,dq,qi,oth,k}'),
	sealed_key bytea,
	status rollcall.signing_key_status NOT NULL DEFAULT 'published',
	created_at timestamptz NOT NULL DEFAULT now(),
	activated_at timestamptz,
	deactivated_at timestamptz,
	retired_at timestamptz,
	CONSTRAINT signing_key_sealed CHECK (sealed_key IS NOT NULL
	    OR status = 'retired')
);
CREATE UNIQUE INDEX signing_key_active ON rollcall.signing_key (alg)
	WHERE status = 'active';

COMMENT ON TABLE rollcall.signing_key IS
    'One row a key that signs ID tokens and JWT access tokens';
COMMENT ON COLUMN rollcall.signing_key.kid IS
    'The key''s name in tokens: its thumbprint (RFC 7638)';
COMMENT ON COLUMN rollcall.signing_key.alg IS
    'What it signs with (RFC 7518 3.1)';
COMMENT ON COLUMN rollcall.signing_key.public_jwk IS
    'The public key as jwks shows it';
COMMENT ON COLUMN rollcall.signing_key.sealed_key IS
    'The private key, sealed under the key file; NULL once retired';
COMMENT ON COLUMN rollcall.signing_key.status IS
    'published: known to resources, not used yet; active: signs; retiring: its tokens still count; retired: gone from jwks';
COMMENT ON COLUMN rollcall.signing_key.created_at IS
    'When it was made';
COMMENT ON COLUMN rollcall.signing_key.activated_at IS
    'When it began to sign; NULL: not yet';
COMMENT ON COLUMN rollcall.signing_key.deactivated_at IS
    'When it ceased to sign; NULL: not yet';
COMMENT ON COLUMN rollcall.signing_key.retired_at IS
    'When it went from jwks; NULL: not yet';

CREATE TABLE rollcall.resource_server (
	client_id rollcall.client_id CONSTRAINT resource_server_pk PRIMARY KEY,
	audience text[] NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT resource_server_client FOREIGN KEY (client_id)
	    REFERENCES rollcall.client ON DELETE CASCADE
);

COMMENT ON TABLE rollcall.resource_server IS
    'One row a client that may introspect tokens of others (RFC 7662)';
COMMENT ON COLUMN rollcall.resource_server.client_id IS 'Which client';
COMMENT ON COLUMN rollcall.resource_server.audience IS
    'The resources that it serves: it sees the tokens that are for one of them';
COMMENT ON COLUMN rollcall.resource_server.created_at IS
    'When it was allowed to';

-- Lost in a crash, which does no more than forgive.
CREATE UNLOGGED TABLE rollcall.rate (
	bucket text COLLATE "C" CONSTRAINT rate_pk PRIMARY KEY,
	level double precision NOT NULL,
	updated_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE rollcall.rate IS
    'One row a thing that is counted by rate: it drains with time';
COMMENT ON COLUMN rollcall.rate.bucket IS
    'What is counted, such as login:192.0.2.1';
COMMENT ON COLUMN rollcall.rate.level IS
    'How much had run up at updated_at';
COMMENT ON COLUMN rollcall.rate.updated_at IS
    'When level was true';

CREATE TABLE rollcall.fetched_image (
	url text COLLATE "C" CONSTRAINT fetched_image_pk PRIMARY KEY,
	media_type text,
	body bytea,
	fault text,
	fetched_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT fetched_image_or_fault CHECK (
	    (body IS NULL) = (media_type IS NULL))
);

COMMENT ON TABLE rollcall.fetched_image IS
    'One row a logo that was fetched, to be shown from our own origin';
COMMENT ON COLUMN rollcall.fetched_image.url IS 'Where it is from';
COMMENT ON COLUMN rollcall.fetched_image.media_type IS
    'image/png, image/jpeg or image/webp; NULL: it could not be had';
COMMENT ON COLUMN rollcall.fetched_image.body IS 'The image';
COMMENT ON COLUMN rollcall.fetched_image.fault IS
    'Why it could not be had; NULL: it could, or is being fetched';
COMMENT ON COLUMN rollcall.fetched_image.fetched_at IS
    'When it was fetched, or tried';
