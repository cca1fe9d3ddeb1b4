-- What a DBA does: a verb says true where it changed something, false where
-- there was nothing to change, save those whose comment says otherwise.  They
-- run with the rights of whoever calls.

CREATE OR REPLACE FUNCTION rollcall.client_disable(id text) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE rollcall.client SET status = 'disabled', updated_at = now()
	 WHERE client_id = id AND status = 'active';
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.client_disable(text) IS
    'Refuse a client until it is enabled; its codes, tokens and consents are void from now on';

CREATE OR REPLACE FUNCTION rollcall.client_enable(id text) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE rollcall.client SET status = 'active', updated_at = now()
	 WHERE client_id = id AND status = 'disabled';
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.client_enable(text) IS
    'Let a disabled client act again; what was void stays so';

CREATE OR REPLACE FUNCTION rollcall.client_delete(id text) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	DELETE FROM rollcall.client WHERE client_id = id;
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.client_delete(text) IS
    'Delete a client and everything that hangs on it';

CREATE OR REPLACE FUNCTION rollcall.registration_token_revoke(id text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	DELETE FROM rollcall.registration_token WHERE client_id = id;
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.registration_token_revoke(text) IS
    'Revoke the registration access tokens of a client: it can no longer manage itself';

REVOKE ALL ON FUNCTION rollcall.client_disable(text),
    rollcall.client_enable(text), rollcall.client_delete(text),
    rollcall.registration_token_revoke(text) FROM PUBLIC;

-- What is done to a key has more than two outcomes: these say it in a word.

CREATE OR REPLACE FUNCTION rollcall.signing_key_promote(id text,
    least_age bigint) RETURNS text
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

COMMENT ON FUNCTION rollcall.signing_key_promote(text, bigint) IS
    'Let a key sign that has been published for so many seconds (90 or more; 0: at once) in place of its alg''s active one: promoted, unknown, not_published, too_young';

CREATE OR REPLACE FUNCTION rollcall.signing_key_retire(id text,
    least_age bigint) RETURNS text
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

COMMENT ON FUNCTION rollcall.signing_key_retire(text, bigint) IS
    'Take a key out of jwks that has not signed for so many seconds (the life of its tokens; 0: at once), and forget its private part: retired, unknown, active, too_young, already';

REVOKE ALL ON FUNCTION rollcall.signing_key_promote(text, bigint),
    rollcall.signing_key_retire(text, bigint) FROM PUBLIC;

-- Accounts go by the name that people log in with.

CREATE OR REPLACE FUNCTION rollcall.account_disable(name text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE rollcall.account SET status = 'disabled', updated_at = now()
	 WHERE login_name = name AND status = 'active';
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.account_disable(text) IS
    'Let a person no longer log in, by login name; their sessions and tokens are void from now on';

CREATE OR REPLACE FUNCTION rollcall.account_enable(name text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE rollcall.account SET status = 'active', updated_at = now()
	 WHERE login_name = name AND status = 'disabled';
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.account_enable(text) IS
    'Let a disabled person log in again, by login name; what was void stays so';

CREATE OR REPLACE FUNCTION rollcall.account_delete(name text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	DELETE FROM rollcall.account WHERE login_name = name;
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.account_delete(text) IS
    'Delete an account, by login name, with its sessions, consents, grants and tokens';

CREATE OR REPLACE FUNCTION rollcall.session_end_all(name text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	DELETE FROM rollcall.session s USING rollcall.account a
	 WHERE a.login_name = name AND s.account_id = a.account_id;
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.session_end_all(text) IS
    'End all sessions of a person, by login name; tokens of clients stay good';

CREATE OR REPLACE FUNCTION rollcall.consent_revoke(name text, client text)
RETURNS boolean
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

COMMENT ON FUNCTION rollcall.consent_revoke(text, text) IS
    'Withdraw what a person, by login name, allowed a client: forget the consent, revoke the grants and their tokens';

CREATE OR REPLACE FUNCTION rollcall.token_revoke_client(id text)
RETURNS boolean
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

COMMENT ON FUNCTION rollcall.token_revoke_client(text) IS
    'Void all codes, tokens and consents of a client in one update; it stays registered';

CREATE OR REPLACE FUNCTION rollcall.token_revoke_account(name text)
RETURNS boolean
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

COMMENT ON FUNCTION rollcall.token_revoke_account(text) IS
    'Revoke all grants of a person, by login name, and so their codes and tokens; sessions and consents stay';

CREATE OR REPLACE FUNCTION rollcall.grant_revoke(id bigint)
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE rollcall.authorization_grant SET revoked_at = now()
	 WHERE grant_id = id AND revoked_at IS NULL;
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.grant_revoke(bigint) IS
    'Revoke a grant, by its number in grant_report, and so its codes and tokens';

-- Rows that others hold are left for the next time, so that no purge waits.
-- Tokens go first: when they are gone, so may codes, and then grants.
CREATE OR REPLACE FUNCTION rollcall.purge(batch integer DEFAULT 1000)
RETURNS bigint
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

COMMENT ON FUNCTION rollcall.purge(integer) IS
    'Take away at most so many rows that count for nothing any more, and say how many; call it until that is 0, each time in a transaction of its own';

REVOKE ALL ON FUNCTION rollcall.account_disable(text),
    rollcall.account_enable(text), rollcall.account_delete(text),
    rollcall.session_end_all(text), rollcall.consent_revoke(text, text),
    rollcall.token_revoke_client(text), rollcall.token_revoke_account(text),
    rollcall.grant_revoke(bigint), rollcall.purge(integer) FROM PUBLIC;
