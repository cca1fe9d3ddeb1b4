-- What a DBA does: a verb says true where it changed something, false where
-- there was nothing to change, save those whose comment says otherwise.  Each
-- that changes something adds a row to the audit log, save purge.  Those that
-- rollcall_dba may call run with the rights of their owner; the others with
-- those of whoever calls.  Temporary tables, types and all, come last in their
-- search_path: a caller may make some that are named like PostgreSQL's own.

CREATE OR REPLACE FUNCTION rollcall.actor() RETURNS text
LANGUAGE sql STABLE
AS $$
	SELECT session_user || coalesce(' ('
	    || nullif(pg_catalog.current_setting('application_name'), '')
	    || ')', '')
$$;

COMMENT ON FUNCTION rollcall.actor() IS
    'Who is at work here, as audit.actor has it: the role that logged in, and its application_name';

CREATE OR REPLACE FUNCTION rollcall.audit_act(event text, client text,
    detail jsonb) RETURNS void
LANGUAGE sql
AS $$
	INSERT INTO rollcall.audit (event, actor, client_id, detail)
	VALUES ($1, rollcall.actor(), $2, $3)
$$;

COMMENT ON FUNCTION rollcall.audit_act(text, text, jsonb) IS
    'Add to the audit log what somebody does in SQL';

-- Counts of clients are never too low.  Networks are locked before policies.
-- Where there is no row, whoever counts anew waits for those who would have
-- found one to count in, or they for that row: by a lock that stands for it.
-- Many count anew, for each new network; they do not wait for each other.
CREATE OR REPLACE FUNCTION rollcall.client_count_lock(name text, alone boolean)
RETURNS void
LANGUAGE sql
AS $$
	SELECT CASE WHEN $2
	    THEN pg_catalog.pg_advisory_xact_lock(
	        pg_catalog.hashtextextended('rollcall client_count ' || $1, 0))
	    ELSE pg_catalog.pg_advisory_xact_lock_shared(
	        pg_catalog.hashtextextended('rollcall client_count ' || $1, 0))
	    END
$$;

COMMENT ON FUNCTION rollcall.client_count_lock(text, boolean) IS
    'Until the transaction ends, keep clients of a policy, NAME, or of its networks, NAME and a colon, from becoming ones that count, for one counts anew; alone: keep others from counting anew, for a client becomes one';

CREATE OR REPLACE FUNCTION rollcall.client_count_again(id text) RETURNS void
LANGUAGE sql
AS $$
	SELECT rollcall.client_count_lock(c.policy || ':', true)
	  FROM rollcall.client c
	 WHERE c.client_id = $1 AND c.door IN ('dynamic', 'token');
	UPDATE rollcall.client_count n
	   SET level = n.level + 1, since = n.since + 1, updated_at = now()
	  FROM rollcall.client c
	 WHERE c.client_id = $1 AND c.door IN ('dynamic', 'token')
	   AND c.status <> 'archived'
	   AND n.name > c.policy || ':' COLLATE "C"
	   AND n.name < c.policy || ';' COLLATE "C"
	   AND CASE WHEN starts_with(n.name, c.policy || ':')
	       THEN c.issued_from
	           <<= substr(n.name, length(c.policy) + 2)::inet END;
	SELECT rollcall.client_count_lock(c.policy, true)
	  FROM rollcall.client c
	 WHERE c.client_id = $1 AND c.door IN ('dynamic', 'token');
	UPDATE rollcall.client_count n
	   SET level = n.level + 1, since = n.since + 1, updated_at = now()
	  FROM rollcall.client c
	 WHERE c.client_id = $1 AND c.door IN ('dynamic', 'token')
	   AND c.status <> 'archived' AND n.name = c.policy COLLATE "C"
$$;

COMMENT ON FUNCTION rollcall.client_count_again(text) IS
    'Count a client that was not counted before, where its policy''s are';

CREATE OR REPLACE FUNCTION rollcall.client_turn(id text, event text,
    former text[], latter text) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	was text;
	becomes text;
BEGIN
	SELECT status, coalesce(latter, disabled_status, 'active')
	  INTO was, becomes
	  FROM rollcall.client WHERE client_id = id FOR UPDATE;
	IF was IS NULL OR was <> ALL (former) THEN
		RETURN false;
	END IF;
	UPDATE rollcall.client
	   SET status = becomes, updated_at = now(),
	       disabled_status = CASE becomes WHEN 'disabled' THEN was END
	 WHERE client_id = id;
	PERFORM rollcall.client_count_again(id)
	  WHERE was = 'archived' AND becomes <> 'archived';
	PERFORM rollcall.audit_act(event, id, jsonb_build_object('status',
	    jsonb_build_object('before', was, 'after', becomes)));
	RETURN true;
END
$$;

COMMENT ON FUNCTION rollcall.client_turn(text, text, text[], text) IS
    'Give a client that has one of these statuses another; NULL: the one that it had before it was disabled';

-- manual: verbs

CREATE OR REPLACE FUNCTION rollcall.client_disable(id text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT rollcall.client_turn($1, 'client.disabled',
	    '{active,pending,archived}', 'disabled')
$$;

COMMENT ON FUNCTION rollcall.client_disable(text) IS
    'Refuse a client until it is enabled; its codes, tokens and consents are void from now on';

CREATE OR REPLACE FUNCTION rollcall.client_enable(id text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT rollcall.client_turn($1, 'client.enabled', '{disabled}', NULL)
$$;

COMMENT ON FUNCTION rollcall.client_enable(text) IS
    'Give a disabled client the status again that it had before: one that awaited approval still does; what was void stays so';

CREATE OR REPLACE FUNCTION rollcall.client_approve(id text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT rollcall.client_turn($1, 'client.approved', '{pending}',
	    'active')
$$;

COMMENT ON FUNCTION rollcall.client_approve(text) IS
    'Let a client act that awaits approval';

CREATE OR REPLACE FUNCTION rollcall.client_archive(id text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT rollcall.client_turn($1, 'client.archived', '{active}',
	    'archived')
$$;

COMMENT ON FUNCTION rollcall.client_archive(text) IS
    'Put a client away that nobody uses: its metadata is kept, its secrets, codes, tokens and consents are dead; a public one that registered itself comes back when its user consents again';

CREATE OR REPLACE FUNCTION rollcall.client_revive(id text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT rollcall.client_turn($1, 'client.revived', '{archived}',
	    'active')
$$;

COMMENT ON FUNCTION rollcall.client_revive(text) IS
    'Make an archived client active again, with the secret and the registration access token that it had; one a transaction, for from then until it ends registrations under the client''s policy may wait';

CREATE OR REPLACE FUNCTION rollcall.client_archive_idle(
    unused interval DEFAULT '90 days', idle interval DEFAULT '365 days',
    batch integer DEFAULT 1000) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	n bigint;
BEGIN
	-- A change of status begins a client's time anew.
	WITH dead AS MATERIALIZED (
		SELECT client_id, last_used_at IS NULL AS never
		  FROM rollcall.client
		 WHERE status = 'active' AND door IN ('dynamic', 'token')
		   AND CASE WHEN last_used_at IS NULL
		       THEN greatest(issued_at, valid_from) < now() - unused
		       ELSE greatest(last_used_at, valid_from) < now() - idle
		       END
		 LIMIT batch FOR UPDATE SKIP LOCKED),
	archived AS (
		UPDATE rollcall.client c
		   SET status = 'archived', updated_at = now()
		  FROM dead WHERE c.client_id = dead.client_id
		RETURNING c.client_id, dead.never)
	INSERT INTO rollcall.audit (event, actor, client_id, detail)
	SELECT 'client.archived', rollcall.actor(), client_id,
	       jsonb_build_object('reason',
	           CASE WHEN never THEN 'never used' ELSE 'idle' END)
	  FROM archived;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END
$$;

COMMENT ON FUNCTION rollcall.client_archive_idle(interval, interval, integer) IS
    'Archive at most so many clients that registered themselves and were not given a token since, the first for so long that never had one, the second for so long that had; NULL: these are left alone; say how many it was, and call it until that is 0, each time in a transaction of its own';

CREATE OR REPLACE FUNCTION rollcall.client_delete(id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	gone jsonb;
BEGIN
	DELETE FROM rollcall.client WHERE client_id = id
	RETURNING metadata INTO gone;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	PERFORM rollcall.audit_act('client.deleted', id,
	    jsonb_build_object('metadata', gone));
	RETURN true;
END
$$;

COMMENT ON FUNCTION rollcall.client_delete(text) IS
    'Delete a client and everything that hangs on it';

CREATE OR REPLACE FUNCTION rollcall.registration_token_revoke(id text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE rollcall.client
	   SET registration_token_hash = NULL,
	       registration_token_issued_at = NULL,
	       registration_token_last_used_at = NULL,
	       next_registration_token_hash = NULL,
	       next_registration_token_issued_at = NULL
	 WHERE client_id = id
	   AND (registration_token_hash IS NOT NULL
	       OR next_registration_token_hash IS NOT NULL);
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	PERFORM rollcall.audit_act('registration_token.revoked', id, NULL);
	RETURN true;
END
$$;

COMMENT ON FUNCTION rollcall.registration_token_revoke(text) IS
    'Revoke the registration access token of a client, and the one that would take its place: it can no longer manage itself';

REVOKE ALL ON FUNCTION rollcall.actor(),
    rollcall.audit_act(text, text, jsonb),
    rollcall.client_count_lock(text, boolean),
    rollcall.client_count_again(text),
    rollcall.client_turn(text, text, text[], text),
    rollcall.client_disable(text), rollcall.client_enable(text),
    rollcall.client_approve(text), rollcall.client_archive(text),
    rollcall.client_revive(text),
    rollcall.client_archive_idle(interval, interval, integer),
    rollcall.client_delete(text), rollcall.registration_token_revoke(text)
    FROM PUBLIC;

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
	ELSIF key.status = 'active' THEN
		RETURN 'already';
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
	PERFORM rollcall.audit_act('key.promoted', NULL,
	    jsonb_build_object('kid', id, 'alg', key.alg));
	RETURN 'promoted';
END
$$;

COMMENT ON FUNCTION rollcall.signing_key_promote(text, bigint) IS
    'Let a key sign that has been published for so many seconds (90 or more; 0: at once) in place of its alg''s active one: promoted, unknown, not_published, too_young, already';

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
	PERFORM rollcall.audit_act('key.retired', NULL,
	    jsonb_build_object('kid', id));
	RETURN 'retired';
END
$$;

COMMENT ON FUNCTION rollcall.signing_key_retire(text, bigint) IS
    'Take a key out of jwks that has not signed for so many seconds (the life of its tokens; 0: at once), and forget its private part: retired, unknown, active, too_young, already';

REVOKE ALL ON FUNCTION rollcall.signing_key_promote(text, bigint),
    rollcall.signing_key_retire(text, bigint) FROM PUBLIC;

-- Accounts go by the name that people log in with.

-- manual: others

CREATE OR REPLACE FUNCTION rollcall.audit_account(event text, id text,
    client text DEFAULT NULL) RETURNS void
LANGUAGE sql
AS $$
	SELECT rollcall.audit_act($1, $3,
	    jsonb_build_object('account_id', $2))
$$;

COMMENT ON FUNCTION rollcall.audit_account(text, text, text) IS
    'Add to the audit log what somebody does about an account';

-- manual: verbs

CREATE OR REPLACE FUNCTION rollcall.account_disable(name text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	changed text;
BEGIN
	UPDATE rollcall.account SET status = 'disabled', updated_at = now()
	 WHERE login_name = name AND status = 'active'
	RETURNING account_id INTO changed;
	PERFORM rollcall.audit_account('account.disabled', changed)
	  WHERE changed IS NOT NULL;
	RETURN changed IS NOT NULL;
END
$$;

COMMENT ON FUNCTION rollcall.account_disable(text) IS
    'Let a person no longer log in, by login name; their sessions and tokens are void from now on';

CREATE OR REPLACE FUNCTION rollcall.account_enable(name text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	changed text;
BEGIN
	UPDATE rollcall.account SET status = 'active', updated_at = now()
	 WHERE login_name = name AND status = 'disabled'
	RETURNING account_id INTO changed;
	PERFORM rollcall.audit_account('account.enabled', changed)
	  WHERE changed IS NOT NULL;
	RETURN changed IS NOT NULL;
END
$$;

COMMENT ON FUNCTION rollcall.account_enable(text) IS
    'Let a disabled person log in again, by login name; what was void stays so';

CREATE OR REPLACE FUNCTION rollcall.account_delete(name text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	gone text;
BEGIN
	DELETE FROM rollcall.account WHERE login_name = name
	RETURNING account_id INTO gone;
	PERFORM rollcall.audit_account('account.deleted', gone)
	  WHERE gone IS NOT NULL;
	RETURN gone IS NOT NULL;
END
$$;

COMMENT ON FUNCTION rollcall.account_delete(text) IS
    'Delete an account, by login name, with its sessions, consents, grants and tokens';

CREATE OR REPLACE FUNCTION rollcall.session_end_all(name text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	whose text;
BEGIN
	WITH ended AS (
		DELETE FROM rollcall.session s USING rollcall.account a
		 WHERE a.login_name = name AND s.account_id = a.account_id
		RETURNING s.account_id)
	SELECT max(account_id) INTO whose FROM ended;
	PERFORM rollcall.audit_account('session.ended', whose)
	  WHERE whose IS NOT NULL;
	RETURN whose IS NOT NULL;
END
$$;

COMMENT ON FUNCTION rollcall.session_end_all(text) IS
    'End all sessions of a person, by login name; tokens of clients stay good';

CREATE OR REPLACE FUNCTION rollcall.consent_revoke(name text, client text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	whose text;
	something boolean;
BEGIN
	SELECT account_id INTO whose FROM rollcall.account
	 WHERE login_name = name;
	DELETE FROM rollcall.consent n
	 WHERE n.account_id = whose AND n.client_id = client;
	something := FOUND;
	UPDATE rollcall.authorization_grant g SET revoked_at = now()
	 WHERE g.account_id = whose AND g.client_id = client
	   AND g.revoked_at IS NULL;
	something := something OR FOUND;
	PERFORM rollcall.audit_account('consent.revoked', whose, client)
	  WHERE something;
	RETURN something;
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
	PERFORM rollcall.audit_act('token.revoked', id, NULL) WHERE something;
	RETURN coalesce(something, false);
END
$$;

COMMENT ON FUNCTION rollcall.token_revoke_client(text) IS
    'Void all codes, tokens and consents of a client in one update; it stays registered';

CREATE OR REPLACE FUNCTION rollcall.token_revoke_account(name text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	whose text;
BEGIN
	WITH revoked AS (
		UPDATE rollcall.authorization_grant g SET revoked_at = now()
		  FROM rollcall.account a
		 WHERE a.login_name = name AND g.account_id = a.account_id
		   AND g.revoked_at IS NULL
		RETURNING g.account_id)
	SELECT max(account_id) INTO whose FROM revoked;
	PERFORM rollcall.audit_account('token.revoked', whose)
	  WHERE whose IS NOT NULL;
	RETURN whose IS NOT NULL;
END
$$;

COMMENT ON FUNCTION rollcall.token_revoke_account(text) IS
    'Revoke all grants of a person, by login name, and so their codes and tokens; sessions and consents stay';

CREATE OR REPLACE FUNCTION rollcall.grant_revoke(id bigint)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	revoked record;
BEGIN
	UPDATE rollcall.authorization_grant SET revoked_at = now()
	 WHERE grant_id = id AND revoked_at IS NULL
	RETURNING account_id, client_id INTO revoked;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	PERFORM rollcall.audit_act('token.revoked', revoked.client_id,
	    jsonb_build_object('account_id', revoked.account_id,
	        'grant_id', id));
	RETURN true;
END
$$;

COMMENT ON FUNCTION rollcall.grant_revoke(bigint) IS
    'Revoke a grant, by its number in grant_report, and so its codes and tokens';

-- manual: others

CREATE OR REPLACE FUNCTION rollcall.outbox_purge(batch bigint) RETURNS bigint
LANGUAGE sql
AS $$
	WITH purged AS (
		DELETE FROM rollcall.outbox
		 WHERE outbox_id = ANY (ARRAY(
		       SELECT outbox_id FROM rollcall.outbox
		        WHERE delivered_at < pg_catalog.now() - interval '7 days'
		           OR dead_at < pg_catalog.now() - interval '90 days'
		        LIMIT $1 FOR UPDATE SKIP LOCKED))
		RETURNING outbox_id)
	SELECT pg_catalog.count(*) FROM purged
$$;

COMMENT ON FUNCTION rollcall.outbox_purge(bigint) IS
    'Take away at most so many notifications that were delivered more than a week ago, or given up more than 90 days ago, and say how many';

-- manual: verbs

-- Rows that others hold are left for the next time, so that no purge waits.
-- The audit log is never touched: audit_detach takes whole months.
-- Tokens go first: when they are gone, so may codes, and then grants.
CREATE OR REPLACE FUNCTION rollcall.purge(batch integer DEFAULT 1000)
RETURNS bigint
LANGUAGE plpgsql STRICT SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
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

	-- A count that nobody touched has no reservation under way; who needs
	-- it counts anew.
	DELETE FROM rollcall.client_count
	 WHERE name = ANY (ARRAY(
	       SELECT name FROM rollcall.client_count
	        WHERE updated_at < now() - interval '1 day'
	        LIMIT room FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS n = ROW_COUNT;
	room := room - n;

	WITH dead AS MATERIALIZED (
		SELECT minute, rule, network FROM rollcall.rate_refusal
		 WHERE minute < now() - interval '90 days'
		 LIMIT room FOR UPDATE SKIP LOCKED)
	DELETE FROM rollcall.rate_refusal d USING dead
	 WHERE d.minute = dead.minute AND d.rule = dead.rule
	   AND d.network = dead.network;
	GET DIAGNOSTICS n = ROW_COUNT;
	room := room - n;

	room := room - rollcall.outbox_purge(room);

	DELETE FROM rollcall.fetched_image
	 WHERE url = ANY (ARRAY(
	       SELECT url FROM rollcall.fetched_image
	        WHERE fetched_at < now() - interval '30 days'
	        LIMIT room FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS n = ROW_COUNT;
	room := room - n;

	-- What is in use is tried again before that: jwks_max_age is 7 days at
	-- most.  Strangers name what is fetched, so there is a bound, too.
	DELETE FROM rollcall.fetched_document
	 WHERE url = ANY (ARRAY(
	       SELECT url FROM rollcall.fetched_document
	        WHERE greatest(fetched_at, tried_at, claimed_at)
	            < now() - interval '8 days'
	           OR url IN (SELECT url FROM rollcall.fetched_document
	               ORDER BY greatest(fetched_at, tried_at, claimed_at)
	                   DESC NULLS LAST OFFSET 10000)
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
	room := room - n;

	UPDATE rollcall.client
	   SET previous_secret_hash = NULL, previous_secret_expires_at = NULL
	 WHERE client_id = ANY (ARRAY(
	       SELECT client_id FROM rollcall.client
	        WHERE previous_secret_expires_at <= now()
	        LIMIT room FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS n = ROW_COUNT;

	PERFORM rollcall.audit_partition_add();
	RETURN batch - room + n;
END
$$;

COMMENT ON FUNCTION rollcall.purge(integer) IS
    'Take away at most so many rows that count for nothing any more, and say how many; call it until that is 0, each time in a transaction of its own; it also makes the audit log''s next partitions';

REVOKE ALL ON FUNCTION rollcall.audit_account(text, text, text),
    rollcall.outbox_purge(bigint), rollcall.account_disable(text),
    rollcall.account_enable(text), rollcall.account_delete(text),
    rollcall.session_end_all(text), rollcall.consent_revoke(text, text),
    rollcall.token_revoke_client(text), rollcall.token_revoke_account(text),
    rollcall.grant_revoke(bigint), rollcall.purge(integer) FROM PUBLIC;

-- What the programs call.  Rates and counts are in unlogged tables, so their
-- commit waits for no disk; nor does that of a refusal, which is counted.

-- manual: others

CREATE OR REPLACE FUNCTION rollcall.metadata_changes(former jsonb,
    latter jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT coalesce(jsonb_object_agg(key,
	           CASE WHEN f.value IS NULL THEN '{}'
	           ELSE jsonb_build_object('before', f.value) END
	           || CASE WHEN l.value IS NULL THEN '{}'
	           ELSE jsonb_build_object('after', l.value) END), '{}')
	  FROM jsonb_each(former) f
	  FULL JOIN jsonb_each(latter) l USING (key)
	 WHERE f.value IS DISTINCT FROM l.value
$$;

COMMENT ON FUNCTION rollcall.metadata_changes(jsonb, jsonb) IS
    'The members in which two objects differ, each with before and after where it was there';

-- Planning takes longer than counting the few clients of a network.
CREATE OR REPLACE FUNCTION rollcall.client_count_now(policy_name text,
    network inet) RETURNS bigint
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
	IF network IS NULL THEN
		RETURN (SELECT count(*) FROM rollcall.client c
		    WHERE c.policy = policy_name AND c.status <> 'archived'
		      AND c.door IN ('dynamic', 'token'));
	END IF;
	RETURN (SELECT count(*) FROM rollcall.client c
	    WHERE c.policy = policy_name AND c.status <> 'archived'
	      AND c.door IN ('dynamic', 'token')
	      AND c.issued_from >= network(network)
	      AND c.issued_from <= set_masklen(broadcast(network),
	          CASE family(network) WHEN 4 THEN 32 ELSE 128 END));
END
$$;

COMMENT ON FUNCTION rollcall.client_count_now(text, inet) IS
    'How many clients max_clients counts of a policy, or of it and a network where that is not NULL';

CREATE OR REPLACE FUNCTION rollcall.client_count_reserve(count_name text,
    most bigint, policy_name text, network inet) RETURNS uuid
LANGUAGE plpgsql
AS $$
DECLARE
	reserved uuid;
	recounting timestamptz;
	total bigint;
BEGIN
	FOR attempt IN 1 .. 3 LOOP
		UPDATE rollcall.client_count n
		   SET level = n.level + 1,
		       since = n.since + CASE WHEN n.recounting_from IS NULL
		           THEN 0 ELSE 1 END,
		       updated_at = now()
		 WHERE n.name = count_name AND n.level < most
		RETURNING n.epoch INTO reserved;
		EXIT WHEN FOUND;
		SELECT n.recounting_from INTO recounting
		  FROM rollcall.client_count n
		 WHERE n.name = count_name FOR UPDATE;
		IF NOT FOUND THEN
			-- The first one ever, or since a crash.
			PERFORM rollcall.client_count_lock(policy_name
			    || CASE WHEN network IS NULL THEN '' ELSE ':' END,
			    false);
			total := rollcall.client_count_now(policy_name, network);
			INSERT INTO rollcall.client_count AS n (name, level)
			VALUES (count_name, total + CASE WHEN total < most
			    THEN 1 ELSE 0 END)
			ON CONFLICT DO NOTHING
			RETURNING n.epoch INTO reserved;
			IF FOUND AND total >= most THEN
				reserved := NULL;
			END IF;
			EXIT WHEN FOUND;
		ELSIF recounting IS NULL THEN
			-- What is reserved now and not yet a client could be
			-- missed by a count; it is one, or none, in two
			-- minutes.  What is reserved from now on is noted.
			UPDATE rollcall.client_count n
			   SET recounting_from = clock_timestamp(), since = 0
			 WHERE n.name = count_name AND n.level >= most;
			-- Else the row, or room in it, came about just now.
			EXIT WHEN FOUND;
		ELSIF recounting > clock_timestamp() - interval '2 minutes' THEN
			EXIT;
		ELSE
			total := rollcall.client_count_now(policy_name, network);
			UPDATE rollcall.client_count n
			   SET level = total + n.since, since = 0,
			       recounting_from = NULL,
			       counted_at = clock_timestamp()
			 WHERE n.name = count_name;
		END IF;
	END LOOP;
	RETURN reserved;
END
$$;

COMMENT ON FUNCTION rollcall.client_count_reserve(text, bigint, text, inet) IS
    'Reserve a place for one more client and return the count''s epoch; NULL: there are as many as may be, and the count is made anew where that may be wrong';

-- Where most of the limit is left, several places are reserved at once, for who
-- is going to use them at once.
CREATE OR REPLACE FUNCTION rollcall.client_count_lease(policy_name text,
    most bigint, want bigint, unused bigint, reserved uuid,
    began timestamptz, OUT epoch uuid, OUT granted bigint)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
	here record;
BEGIN
	IF want > 1 OR unused > 0 THEN
		SELECT n.level - CASE WHEN n.epoch = reserved
		           AND n.counted_at <= began THEN unused ELSE 0
		           END AS level
		  INTO here
		  FROM rollcall.client_count n
		 WHERE n.name = policy_name FOR UPDATE;
		IF here.level < most THEN
			granted := greatest(1, least(want,
			    (most - here.level) / 64));
			UPDATE rollcall.client_count n
			   SET level = greatest(0, here.level) + granted,
			       since = n.since + CASE
			           WHEN n.recounting_from IS NULL
			           THEN 0 ELSE granted END,
			       updated_at = now()
			 WHERE n.name = policy_name
			RETURNING n.epoch INTO epoch;
			RETURN;
		END IF;
	END IF;
	epoch := rollcall.client_count_reserve(policy_name, most, policy_name,
	    NULL);
	granted := CASE WHEN epoch IS NULL THEN 0 ELSE 1 END;
END
$$;

COMMENT ON FUNCTION rollcall.client_count_lease(text, bigint, bigint, bigint, uuid, timestamptz) IS
    'Reserve up to so many places of a policy, one where few are left, instead of those that were reserved under that epoch at that time and were not used; granted is how many, 0: there is none';

CREATE OR REPLACE FUNCTION rollcall.client_count_give_back(names text[],
    reserved uuid, began timestamptz, places bigint) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	-- The last name's epoch speaks for all: they are lost together.
	IF reserved IS NOT NULL AND NOT EXISTS (
	    SELECT FROM rollcall.client_count n
	     WHERE n.name = names[cardinality(names)] AND n.epoch = reserved)
	THEN
		RETURN;
	END IF;
	FOR i IN 1 .. cardinality(names) LOOP
		UPDATE rollcall.client_count n
		   SET level = greatest(0, n.level - places),
		       updated_at = now()
		 WHERE n.name = names[i] AND n.level > 0
		   AND coalesce(n.counted_at <= began, true);
	END LOOP;
END
$$;

COMMENT ON FUNCTION rollcall.client_count_give_back(text[], uuid, timestamptz, bigint) IS
    'Give back so many places in each of these counts, networks before policies: what was reserved under that epoch, or belonged to clients that were taken away; only where the count was made before the transaction that began then, if that is given';

-- The consent program may do this to a client, and nothing else.
CREATE OR REPLACE FUNCTION rollcall.client_revive_public(id text, actor text,
    address inet, user_agent text, counted text, reserved uuid)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF counted IS NOT NULL AND NOT EXISTS (
	    SELECT FROM rollcall.client_count n
	     WHERE n.name = counted AND n.epoch = reserved) THEN
		RETURN NULL;
	END IF;
	UPDATE rollcall.client c SET status = 'active', updated_at = now()
	 WHERE c.client_id = id AND c.status = 'archived'
	   AND c.door IN ('dynamic', 'token')
	   AND c.token_endpoint_auth_method = 'none';
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	INSERT INTO rollcall.audit (event, actor, address, user_agent,
	    client_id)
	VALUES ('client.revived', actor, address, user_agent, id);
	RETURN true;
END
$$;

COMMENT ON FUNCTION rollcall.client_revive_public(text, text, inet, text, text, uuid) IS
    'Make an archived public client that registered itself active again, for somebody consented to it, within a place that was reserved in that client_count under that epoch, where one was; false: it is no such client, NULL: the place is void';

CREATE OR REPLACE FUNCTION rollcall.rate_level(level double precision,
    updated_at timestamptz, held double precision, held_until timestamptz,
    drain double precision) RETURNS double precision
LANGUAGE sql STABLE
AS $$
	SELECT greatest(0, greatest(CASE WHEN $4 > $2 THEN $3 ELSE 0 END,
	       $1 - $5 * greatest(0,
	           extract(epoch FROM least(now(), $4) - $2)
	           ::double precision)) - $5 * greatest(0,
	           extract(epoch FROM now() - greatest($2, $4))
	           ::double precision))
$$;

COMMENT ON FUNCTION rollcall.rate_level(double precision, timestamptz, double precision, timestamptz, double precision) IS
    'What a row of rate has run up to now, that much draining in a second; what is held does not until then';

CREATE OR REPLACE FUNCTION rollcall.rate_refuse(rule text, bucket text,
    count bigint, period bigint, network inet) RETURNS bigint
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
BEGIN
	PERFORM set_config('synchronous_commit', 'off', true);
	IF rate_refuse.network IS NOT NULL THEN
		INSERT INTO rollcall.rate_refusal AS f (minute, rule, network)
		VALUES (date_trunc('minute', now(), 'UTC'), rate_refuse.rule,
		    rate_refuse.network)
		ON CONFLICT (minute, rule, network) DO UPDATE
		   SET refused = f.refused + 1;
	END IF;
	RETURN (SELECT ceil((rollcall.rate_level(r.level, r.updated_at, r.held,
	            r.held_until, count::double precision / period)
	            - count + 1) * period / count)::bigint
	      FROM rollcall.rate r WHERE r.bucket = rate_refuse.bucket);
END
$$;

COMMENT ON FUNCTION rollcall.rate_refuse(text, text, bigint, bigint, inet) IS
    'Note that a rate limit refused a request of a network, and return the seconds until it allows one more; NULL or less than one: it does now';

CREATE OR REPLACE FUNCTION rollcall.rate_admit(rule text, bucket text,
    count bigint, period bigint, network inet, OUT refused text,
    OUT wait bigint)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
	drain double precision := count::double precision / period;
BEGIN
	INSERT INTO rollcall.rate AS r (bucket, level)
	VALUES (rate_admit.bucket, 1)
	ON CONFLICT (bucket) DO UPDATE
	   SET level = greatest(0, r.level - drain * greatest(0,
	           extract(epoch FROM now() - r.updated_at)
	           ::double precision)) + 1,
	       updated_at = greatest(now(), r.updated_at)
	 WHERE r.level - drain * greatest(0,
	           extract(epoch FROM now() - r.updated_at)
	           ::double precision) <= rate_admit.count - 1;
	IF NOT FOUND THEN
		refused := rule;
		wait := greatest(1, rollcall.rate_refuse(rule, bucket, count,
		    period, network));
	END IF;
END
$$;

COMMENT ON FUNCTION rollcall.rate_admit(text, text, bigint, bigint, inet) IS
    'Count a request within a rate: refused is the rule that forbids it, wait the seconds until it allows one more';

-- Where less than half of a rate is used up, some of the other half is taken at
-- once by who is going to use it at once.  Until when is the same for all that
-- is taken meanwhile, and soon.  What is held does not drain, so that nothing
-- drains before it is used: no more is let in than if each were counted as it
-- comes.
CREATE OR REPLACE FUNCTION rollcall.rate_lease(bucket text, count bigint,
    period bigint, want bigint, OUT granted bigint, OUT good_for bigint)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
	drain double precision := count::double precision / period;
	lasts double precision := least(1, period / 4.0);
	here record;
	remains double precision;
BEGIN
	good_for := lasts * 1000;
	IF want > 1 THEN
		SELECT rollcall.rate_level(r.level, r.updated_at, r.held,
		           r.held_until, drain) AS level,
		       extract(epoch FROM r.held_until - now())
		           ::double precision AS remains
		  INTO here
		  FROM rollcall.rate r WHERE r.bucket = rate_lease.bucket
		   FOR UPDATE;
		remains := CASE WHEN here.remains > 0
		    THEN least(here.remains, lasts) ELSE lasts END;
		granted := least(ceil(want * remains / lasts),
		    floor((count / 2 - coalesce(here.level, count)) / 64));
	END IF;
	IF granted > 1 THEN
		good_for := remains * 1000;
		UPDATE rollcall.rate r
		   SET level = here.level + granted,
		       updated_at = greatest(now(), r.updated_at),
		       held = granted + CASE WHEN here.remains > 0
		           THEN r.held ELSE 0 END,
		       held_until = CASE WHEN here.remains > 0
		           THEN r.held_until
		           ELSE now() + make_interval(secs => lasts) END
		 WHERE r.bucket = rate_lease.bucket;
		RETURN;
	END IF;
	INSERT INTO rollcall.rate AS r (bucket, level)
	VALUES (rate_lease.bucket, 1)
	ON CONFLICT (bucket) DO UPDATE
	   SET level = rollcall.rate_level(r.level, r.updated_at, r.held,
	           r.held_until, drain) + 1,
	       updated_at = greatest(now(), r.updated_at)
	 WHERE rollcall.rate_level(r.level, r.updated_at, r.held,
	           r.held_until, drain) <= rate_lease.count - 1;
	granted := CASE WHEN FOUND THEN 1 ELSE 0 END;
END
$$;

COMMENT ON FUNCTION rollcall.rate_lease(text, bigint, bigint, bigint) IS
    'Count up to so many requests that are to come within good_for milliseconds, one where the rate is near: granted is how many, 0: not even one';

CREATE OR REPLACE FUNCTION rollcall.admit(network inet, address_bucket text,
    address_count bigint, address_period bigint, token_bucket text,
    token_count bigint, token_period bigint, network_name text,
    most_here bigint, policy_name text, policy_count bigint,
    policy_period bigint, most bigint, want bigint, unused bigint,
    reserved uuid, began timestamptz, OUT refused text, OUT wait bigint,
    OUT epoch uuid, OUT granted bigint, OUT good_for bigint)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
	drain double precision;
	filled double precision;
	here uuid; -- reserved in the network
	locked text;
	counted bigint; -- in the policy's rate
BEGIN
	-- Everybody locks in this order: address, token, network, policy.  What
	-- all have in common comes last, for it is held until the commit.
	IF address_bucket IS NOT NULL THEN
		drain := address_count::double precision / address_period;
		INSERT INTO rollcall.rate AS r (bucket, level)
		VALUES (address_bucket, 1)
		ON CONFLICT (bucket) DO UPDATE
		   SET level = greatest(0, r.level - drain * greatest(0,
		           extract(epoch FROM now() - r.updated_at)
		           ::double precision)) + 1,
		       updated_at = greatest(now(), r.updated_at)
		 WHERE r.level - drain * greatest(0,
		           extract(epoch FROM now() - r.updated_at)
		           ::double precision) <= address_count - 1
		RETURNING r.level INTO filled;
		IF NOT FOUND THEN
			refused := 'rate_limit_register';
			wait := greatest(1, rollcall.rate_refuse(refused,
			    address_bucket, address_count, address_period,
			    admit.network));
			RETURN;
		END IF;
	END IF;
	IF token_bucket IS NOT NULL THEN
		SELECT a.refused, a.wait INTO refused, wait
		  FROM rollcall.rate_admit('rate_limit_initial_token',
		       token_bucket, token_count, token_period,
		       admit.network) a;
		IF refused IS NOT NULL THEN
			RETURN;
		END IF;
	END IF;
	IF network_name IS NOT NULL THEN
		-- Who was not here lately most likely never was.  A lock is
		-- taken by an expression, for a statement costs more.
		IF coalesce(filled, 1) = 1 THEN
			locked := rollcall.client_count_lock(
			    policy_name || ':', false);
			INSERT INTO rollcall.client_count AS n (name, level)
			SELECT network_name, 1
			 WHERE NOT EXISTS (SELECT FROM rollcall.client c
			       WHERE c.policy = policy_name
			         AND c.issued_from >= network(admit.network)
			         AND c.issued_from <= set_masklen(
			             broadcast(admit.network),
			             CASE family(admit.network) WHEN 4
			             THEN 32 ELSE 128 END))
			ON CONFLICT DO NOTHING
			RETURNING n.epoch INTO here;
		END IF;
		IF here IS NULL THEN
			here := rollcall.client_count_reserve(network_name,
			    most_here, policy_name, admit.network);
		END IF;
		IF here IS NULL THEN
			refused := 'max_clients_per_address';
			RETURN;
		END IF;
		epoch := here;
	END IF;
	granted := want;
	IF policy_count IS NOT NULL THEN
		SELECT l.granted, l.good_for INTO granted, good_for
		  FROM rollcall.rate_lease('policy:' || policy_name,
		       policy_count, policy_period, granted) l;
		counted := granted;
		IF granted = 0 THEN
			refused := 'rate_limit_policy';
			wait := greatest(1, rollcall.rate_refuse(refused,
			    'policy:' || policy_name, policy_count,
			    policy_period, admit.network));
		END IF;
	END IF;
	IF refused IS NULL AND most IS NOT NULL THEN
		SELECT l.epoch, l.granted INTO epoch, granted
		  FROM rollcall.client_count_lease(policy_name, most, granted,
		       unused, reserved, began) l;
		IF granted = 0 THEN
			refused := 'max_clients';
		END IF;
		-- What finds no place comes not, save the one that is here.
		IF counted > greatest(1, granted) THEN
			UPDATE rollcall.rate r
			   SET level = r.level - counted + greatest(1, granted),
			       held = r.held - counted + greatest(1, granted)
			 WHERE r.bucket = 'policy:' || policy_name;
		END IF;
	END IF;
	IF refused IS NOT NULL AND here IS NOT NULL THEN
		PERFORM rollcall.client_count_give_back(ARRAY[network_name],
		    NULL, NULL, 1);
		epoch := NULL;
	END IF;
END
$$;

COMMENT ON FUNCTION rollcall.admit(inet, text, bigint, bigint, text, bigint, bigint, text, bigint, text, bigint, bigint, bigint, bigint, bigint, uuid, timestamptz) IS
    'Count a registration within the rates of address, token and policy, and reserve a place in a network and a policy where these are limited; of the policy up to as many as are wanted, instead of those that were not used: refused is the rule that forbids it, wait the seconds until its rate allows one more, epoch what was reserved under, granted how many more there are of the policy, good for so many milliseconds';

REVOKE ALL ON FUNCTION rollcall.metadata_changes(jsonb, jsonb),
    rollcall.client_count_now(text, inet),
    rollcall.client_count_reserve(text, bigint, text, inet),
    rollcall.client_count_lease(text, bigint, bigint, bigint, uuid,
        timestamptz),
    rollcall.client_count_give_back(text[], uuid, timestamptz, bigint),
    rollcall.client_revive_public(text, text, inet, text, text, uuid),
    rollcall.rate_level(double precision, timestamptz, double precision,
        timestamptz, double precision),
    rollcall.rate_refuse(text, text, bigint, bigint, inet),
    rollcall.rate_admit(text, text, bigint, bigint, inet),
    rollcall.rate_lease(text, bigint, bigint, bigint),
    rollcall.admit(inet, text, bigint, bigint, text, bigint, bigint, text,
        bigint, text, bigint, bigint, bigint, bigint, bigint, uuid,
        timestamptz) FROM PUBLIC;

-- The audit log: partitions, seals, what was done to it.  These run with the
-- rights of the schema's owner, for nobody else may change anything here.

CREATE OR REPLACE FUNCTION rollcall.audit_partition_add(
    ahead integer DEFAULT 3) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s'
AS $$
DECLARE
	months timestamp[];
	month timestamp;
	name text;
	made integer := 0;
BEGIN
	-- An array, for tables that are being read cannot be altered.
	SELECT array_agg(m ORDER BY m) INTO months
	  FROM (SELECT generate_series(this, this
	            + make_interval(months => ahead), interval '1 month') AS m
	          FROM date_trunc('month', now() AT TIME ZONE 'UTC') AS this
	         UNION
	        SELECT date_trunc('month', at AT TIME ZONE 'UTC')
	          FROM rollcall.audit_default) AS due
	 WHERE NOT EXISTS (SELECT FROM rollcall.audit_detached d
	        WHERE d.month = m::date);
	FOREACH month IN ARRAY coalesce(months, '{}') LOOP
		name := to_char(month, '"audit_"YYYY_MM');
		CONTINUE WHEN to_regclass('rollcall.' || name) IS NOT NULL;
		-- Attached, not made in place: so nobody who writes is waited
		-- for, unless it is to the default partition.
		BEGIN
			EXECUTE format('CREATE TABLE rollcall.%I'
			    ' (LIKE rollcall.audit INCLUDING COMMENTS)', name);
			EXECUTE format('COMMENT ON TABLE rollcall.%I IS %L',
			    name, 'The part of the audit log that is of '
			    || to_char(month, 'YYYY-MM'));
			EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON'
			    ' rollcall.%I FOR EACH STATEMENT EXECUTE FUNCTION'
			    ' rollcall.refuse_change()', name || '_no_truncate',
			    name);
			-- Rows that came while there was no partition move
			-- as they are: seals know rows by time and number.
			IF EXISTS (SELECT FROM rollcall.audit_default
			    WHERE at >= month AT TIME ZONE 'UTC'
			      AND at < (month + interval '1 month')
			          AT TIME ZONE 'UTC') THEN
				LOCK TABLE rollcall.audit_default;
				ALTER TABLE rollcall.audit_default
				    DISABLE TRIGGER audit_append_only;
				EXECUTE format('WITH moved AS (DELETE FROM'
				    ' rollcall.audit_default WHERE at >= $1'
				    ' AND at < $2 RETURNING *)'
				    ' INSERT INTO rollcall.%I'
				    ' SELECT * FROM moved', name)
				    USING month AT TIME ZONE 'UTC',
				    (month + interval '1 month')
				        AT TIME ZONE 'UTC';
				ALTER TABLE rollcall.audit_default
				    ENABLE TRIGGER audit_append_only;
			END IF;
			EXECUTE format('ALTER TABLE rollcall.audit'
			    ' ATTACH PARTITION rollcall.%I'
			    ' FOR VALUES FROM (%L) TO (%L)', name,
			    month AT TIME ZONE 'UTC',
			    (month + interval '1 month') AT TIME ZONE 'UTC');
			made := made + 1;
		EXCEPTION WHEN lock_not_available OR duplicate_table
		    OR check_violation THEN
			-- Another time, or somebody else just did.
			NULL;
		END;
	END LOOP;
	RETURN made;
END
$$;

COMMENT ON FUNCTION rollcall.audit_partition_add(integer) IS
    'Make the audit log''s partitions of this month and of so many to come, where they are not there, and of each month that audit_default has rows of, which move there; say how many it made';

CREATE OR REPLACE FUNCTION rollcall.audit_settle(OUT settled_id bigint,
    OUT seen_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	h rollcall.audit_horizon;
	xmin xid8;
	xmax xid8;
	last bigint;
BEGIN
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'audit_settle needs READ COMMITTED';
	END IF;
	SELECT * INTO h FROM rollcall.audit_horizon;
	SELECT pg_snapshot_xmin(s), pg_snapshot_xmax(s) INTO xmin, xmax
	  FROM pg_current_snapshot() AS s;
	-- What has a transaction id from the future came here in a dump.
	IF h.seen_xact > xmax THEN
		h.seen_id := 0;
	END IF;
	settled_id := CASE WHEN h.seen_xact <= xmin
	    THEN greatest(h.settled_id, h.seen_id) ELSE h.settled_id END;
	seen_id := h.seen_id;
	SELECT CASE WHEN s.is_called THEN s.last_value
	    ELSE s.last_value - 1 END INTO last FROM rollcall.audit_id s;
	IF settled_id >= seen_id AND last > settled_id THEN
		seen_id := last;
		-- Drawn after the number was read: that is the point.
		UPDATE rollcall.audit_horizon u
		   SET settled_id = greatest(u.settled_id, audit_settle.settled_id),
		       seen_id = last, seen_xact = pg_current_xact_id()
		 WHERE u.seen_id < last OR u.seen_xact = h.seen_xact;
	END IF;
	-- Seals go no further than what is noted.
	IF settled_id > h.settled_id THEN
		UPDATE rollcall.audit_horizon u
		   SET settled_id = greatest(u.settled_id, audit_settle.settled_id);
	END IF;
END
$$;

COMMENT ON FUNCTION rollcall.audit_settle() IS
    'Find out up to which audit_id the audit log can have no further rows, and up to which it will once those who write just now are done; call it in a transaction of its own';

CREATE OR REPLACE FUNCTION rollcall.audit_seal_next(upto bigint, most integer)
RETURNS SETOF rollcall.audit_seal
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	before rollcall.audit_seal;
	seal rollcall.audit_seal;
	batch record;
BEGIN
	SELECT * INTO before FROM rollcall.audit_seal
	 ORDER BY seal_id DESC LIMIT 1;
	seal.seal_id := coalesce(before.seal_id, 0);
	seal.chain := before.chain;
	seal.first_id := coalesce(before.last_id, 0) + 1;
	seal.sealed_at := now();
	-- That there is a seal is no reason for another.
	SELECT count(*) AS rows, max(audit_id) AS last_id,
	       bool_or(event <> 'audit.sealed') AS reason INTO batch
	  FROM (SELECT audit_id, event FROM rollcall.audit
	         WHERE audit_id >= seal.first_id AND audit_id <= upto
	         ORDER BY audit_id LIMIT most) AS first;
	IF batch.reason IS NOT TRUE THEN
		RETURN;
	END IF;
	seal.last_id := CASE WHEN batch.rows < most
	    THEN upto ELSE batch.last_id END;
	FOR seal.month, seal.row_count, seal.digest IN
	    SELECT date_trunc('month', a.at AT TIME ZONE 'UTC')::date AS month,
	        count(*), sha256(string_agg(rollcall.audit_row_digest(a),
	        ''::bytea ORDER BY a.audit_id))
	      FROM rollcall.audit a
	     WHERE a.audit_id >= seal.first_id AND a.audit_id <= seal.last_id
	     GROUP BY 1 ORDER BY 1
	LOOP
		seal.seal_id := seal.seal_id + 1;
		seal.chain := rollcall.audit_seal_chain(seal.chain, seal);
		RETURN NEXT seal;
	END LOOP;
END
$$;

COMMENT ON FUNCTION rollcall.audit_seal_next(bigint, integer) IS
    'Return what would seal the rows up to an audit_id, at most so many, without a mac: a row a month; nothing where there is nothing to seal';

CREATE OR REPLACE FUNCTION rollcall.audit_seal_add(seals jsonb)
RETURNS boolean
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	before rollcall.audit_seal;
	seal rollcall.audit_seal;
BEGIN
	LOCK TABLE rollcall.audit_seal IN EXCLUSIVE MODE;
	SELECT * INTO before FROM rollcall.audit_seal
	 ORDER BY seal_id DESC LIMIT 1;
	FOR seal IN SELECT (jsonb_populate_record(NULL::rollcall.audit_seal,
	    value)).* FROM jsonb_array_elements(seals) WITH ORDINALITY
	    ORDER BY ordinality
	LOOP
		-- Somebody else was quicker, or it leaves rows out, or has
		-- some that are still to come.
		IF (seal.seal_id = coalesce(before.seal_id, 0) + 1
		    AND seal.chain = rollcall.audit_seal_chain(before.chain,
		        seal)
		    AND (seal.first_id = coalesce(before.last_id, 0) + 1
		        OR (seal.first_id = before.first_id
		            AND seal.last_id = before.last_id
		            AND seal.month > before.month))
		    AND seal.last_id <= (SELECT h.settled_id
		        FROM rollcall.audit_horizon h)) IS NOT TRUE THEN
			RETURN false;
		END IF;
		before := seal;
	END LOOP;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	INSERT INTO rollcall.audit_seal
	SELECT (jsonb_populate_record(NULL::rollcall.audit_seal, value)).*
	  FROM jsonb_array_elements(seals);
	INSERT INTO rollcall.audit (event, actor, detail)
	SELECT 'audit.sealed', rollcall.actor(), jsonb_build_object(
	    'seal_id', before.seal_id, 'head', encode(before.chain, 'hex'),
	    'mac', encode(before.mac, 'hex'));
	RETURN true;
END
$$;

COMMENT ON FUNCTION rollcall.audit_seal_add(jsonb) IS
    'Add the seals that audit_seal_next returned, each with its mac; false where somebody else has sealed meanwhile, and for seals that do not follow the last one or reach beyond what is settled';

CREATE OR REPLACE FUNCTION rollcall.audit_detach(before date)
RETURNS TABLE (month date, table_name text, outcome text)
LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s'
AS $$
DECLARE
	last bigint;
BEGIN
	FOR table_name, month IN
	    SELECT c.relname, to_date(c.relname, '"audit_"YYYY_MM')
	      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
	     WHERE i.inhparent = 'rollcall.audit'::regclass
	       AND c.relname ~ '^audit_[0-9]{4}_[0-9]{2}$'
	     ORDER BY c.relname
	LOOP
		CONTINUE WHEN (month + interval '1 month')::date > before
		    OR (month + interval '1 month')::date
		        > (now() AT TIME ZONE 'UTC')::date;
		BEGIN
			-- What is not there now goes to the default partition.
			EXECUTE format('LOCK TABLE rollcall.%I IN SHARE MODE',
			    table_name);
			EXECUTE format('SELECT max(audit_id) FROM rollcall.%I',
			    table_name) INTO last;
			IF last > (SELECT coalesce(max(s.last_id), 0)
			    FROM rollcall.audit_seal s) THEN
				outcome := 'not_sealed';
			ELSIF last > (SELECT p.audit_id
			    FROM rollcall.outbox_position p
			    WHERE p.name = 'deliver') THEN
				outcome := 'not_delivered';
			ELSE
				EXECUTE format('ALTER TABLE rollcall.audit'
				    ' DETACH PARTITION rollcall.%I', table_name);
				INSERT INTO rollcall.audit_detached
				    (month, table_name, detached_by)
				VALUES (audit_detach.month,
				    audit_detach.table_name, rollcall.actor());
				INSERT INTO rollcall.audit
				    (event, actor, detail)
				VALUES ('audit.detached', rollcall.actor(),
				    jsonb_build_object('month',
				    to_char(month, 'YYYY-MM'),
				    'table_name', table_name));
				outcome := 'detached';
			END IF;
		EXCEPTION WHEN lock_not_available THEN
			outcome := 'busy';
		END;
		RETURN NEXT;
	END LOOP;
END
$$;

COMMENT ON FUNCTION rollcall.audit_detach(date) IS
    'Take the months that lie before a date out of the audit log, as tables of their own, without triggers, that may then be kept elsewhere and dropped; outcome: detached, or why not: not_sealed, not_delivered, busy';

-- What is wrong with seals FIRST to LAST and with the rows that they cover.
CREATE OR REPLACE FUNCTION rollcall.audit_check(first bigint, last bigint)
RETURNS TABLE (seal_id bigint, first_id bigint, last_id bigint, fault text)
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	before rollcall.audit_seal;
	s rollcall.audit_seal;
	source text;
	n bigint;
	sum bytea;
BEGIN
	SELECT * INTO before FROM rollcall.audit_seal t
	 WHERE t.seal_id < first ORDER BY t.seal_id DESC LIMIT 1;
	FOR s IN SELECT * FROM rollcall.audit_seal t
	    WHERE t.seal_id >= first AND t.seal_id <= last ORDER BY t.seal_id
	LOOP
		seal_id := s.seal_id;
		first_id := s.first_id;
		last_id := s.last_id;
		n := s.seal_id - coalesce(before.seal_id, 0) - 1;
		IF n > 0 THEN
			fault := 'seals before this one were removed: ' || n;
			RETURN NEXT;
		ELSIF s.chain <> rollcall.audit_seal_chain(before.chain, s) THEN
			fault := 'this seal, or the one before it, was changed';
			RETURN NEXT;
		ELSIF s.first_id <> coalesce(before.last_id, 0) + 1
		    AND (s.first_id, s.last_id, s.month > before.month)
		        IS DISTINCT FROM (before.first_id, before.last_id, true)
		    THEN
			fault := 'this seal does not follow the one before it';
			RETURN NEXT;
		END IF;

		SELECT 'rollcall.' || quote_ident(d.table_name) INTO source
		  FROM rollcall.audit_detached d
		 WHERE d.month = s.month AND d.detached_at >= s.sealed_at;
		source := coalesce(source, 'rollcall.audit');
		-- A month that was detached and dropped cannot be looked at.
		IF to_regclass(source) IS NOT NULL THEN
			EXECUTE format('SELECT count(*), sha256(coalesce(
			    string_agg(rollcall.audit_row_digest(
			    ROW(xact, audit_id, at, event, actor, address,
			    user_agent, client_id, outcome, rule,
			    detail)::rollcall.audit), ''''::bytea
			    ORDER BY audit_id), '''')) FROM %s
			    WHERE audit_id >= $1 AND audit_id <= $2
			    AND at >= $3 AND at < $4', source)
			    INTO n, sum USING s.first_id, s.last_id,
			    s.month::timestamp AT TIME ZONE 'UTC',
			    (s.month + interval '1 month') AT TIME ZONE 'UTC';
			fault := CASE WHEN n < s.row_count
			    THEN 'rows were removed: ' || s.row_count - n
			    WHEN n > s.row_count
			    THEN 'rows were added: ' || n - s.row_count
			    WHEN sum <> s.digest THEN 'a row was changed' END;
			IF fault IS NOT NULL THEN
				RETURN NEXT;
			END IF;
		END IF;

		-- Once for the seals that share a range: is there more in it?
		IF s.first_id IS DISTINCT FROM before.first_id THEN
			SELECT count(*) INTO n FROM rollcall.audit a
			 WHERE a.audit_id >= coalesce(before.last_id + 1,
			        -9223372036854775808)
			   AND a.audit_id <= s.last_id
			   AND (a.audit_id < s.first_id OR NOT EXISTS (
			       SELECT FROM rollcall.audit_seal t
			        WHERE t.first_id = s.first_id AND t.month
			            = date_trunc('month', a.at AT TIME ZONE 'UTC')
			          AND t.seal_id >= s.seal_id
			          AND t.seal_id < s.seal_id + 1000
			          AND NOT EXISTS (
			              SELECT FROM rollcall.audit_detached d
			               WHERE d.month = t.month
			                 AND d.detached_at >= t.sealed_at)));
			IF n > 0 THEN
				fault := 'rows were added that no seal is for: ' || n;
				RETURN NEXT;
			END IF;
		END IF;
		before := s;
	END LOOP;
END
$$;

COMMENT ON FUNCTION rollcall.audit_check(bigint, bigint) IS
    'Return what is wrong with the seals from one to another and with the rows that they seal; nothing: all is as it was sealed';

-- What the seals themselves cannot tell: whether there were more of them.
CREATE OR REPLACE FUNCTION rollcall.audit_check_end(head bytea)
RETURNS TABLE (seal_id bigint, first_id bigint, last_id bigint, fault text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT substring(a.detail ->> 'seal_id' FROM '^[0-9]{1,18}$')::bigint,
	       NULL::bigint, NULL::bigint,
	       'the log tells of this seal, which was removed or changed'
	  FROM rollcall.audit a
	 WHERE a.audit_id > (SELECT coalesce(max(s.last_id), 0)
	        FROM rollcall.audit_seal s)
	   AND a.event = 'audit.sealed'
	   AND NOT EXISTS (SELECT FROM rollcall.audit_seal s
	        WHERE s.seal_id = substring(a.detail ->> 'seal_id'
	               FROM '^[0-9]{1,18}$')::bigint
	          AND encode(s.chain, 'hex') = a.detail ->> 'head')
	 UNION ALL
	SELECT NULL, NULL, NULL,
	       'no seal has the head that was given: seals were removed or changed'
	 WHERE head IS NOT NULL AND NOT EXISTS (
	       SELECT FROM rollcall.audit_seal s WHERE s.chain = head)
	 UNION ALL
	-- The log tells of what was detached, or did so in a later month that
	-- was detached since.
	SELECT max(s.seal_id), min(s.first_id), max(s.last_id),
	       CASE WHEN d.detached_at AT TIME ZONE 'UTC'
	               >= d.month + interval '1 month'
	           AND (EXISTS (SELECT FROM rollcall.audit a
	                WHERE a.at = d.detached_at
	                  AND a.event = 'audit.detached'
	                  AND a.detail ->> 'month'
	                    = to_char(d.month, 'YYYY-MM'))
	            OR EXISTS (SELECT FROM rollcall.audit_detached l
	                WHERE l.month = date_trunc('month',
	                    d.detached_at AT TIME ZONE 'UTC')))
	       THEN 'detached'
	       ELSE 'nothing tells that this month was detached' END
	  FROM rollcall.audit_detached d
	  JOIN rollcall.audit_seal s ON s.month = d.month
	 GROUP BY d.month, d.detached_at
$$;

COMMENT ON FUNCTION rollcall.audit_check_end(bytea) IS
    'Return which seals are missing behind the last one, as the log or a head that was kept elsewhere tells, and as "detached" what was taken out of the log in order';

CREATE OR REPLACE FUNCTION rollcall.audit_verify(head bytea DEFAULT NULL)
RETURNS TABLE (seal_id bigint, first_id bigint, last_id bigint, fault text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT * FROM rollcall.audit_check(1, 9223372036854775807)
	 UNION ALL
	SELECT * FROM rollcall.audit_check_end(head)
$$;

COMMENT ON FUNCTION rollcall.audit_verify(bytea) IS
    'Return what was changed in, removed from or added to the sealed audit log, given a head that was kept elsewhere also whether it was cut off; a month that was detached in order is there as "detached"';

CREATE OR REPLACE FUNCTION rollcall.audit_json(told rollcall.audit)
RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT json_build_object('id', told.audit_id, 'event', told.event,
	    'time', to_char(told.at AT TIME ZONE 'UTC',
	        'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
	    'client_id', told.client_id, 'actor', told.actor,
	    'address', host(told.address), 'user_agent', told.user_agent,
	    'outcome', told.outcome, 'rule', told.rule, 'detail', told.detail)
$$;

COMMENT ON FUNCTION rollcall.audit_json(rollcall.audit) IS
    'A row of the audit log as JSON: what webhooks are sent and audit export prints';

CREATE OR REPLACE FUNCTION rollcall.outbox_fill(upto bigint,
    destinations jsonb, most integer, OUT looked bigint, OUT put bigint)
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	since bigint;
	last bigint;
BEGIN
	-- One after the other: who comes second goes on where the first ended.
	SELECT audit_id INTO since FROM rollcall.outbox_position
	 WHERE name = 'deliver' FOR UPDATE;
	SELECT count(*), max(audit_id) INTO looked, last
	  FROM (SELECT audit_id FROM rollcall.audit
	         WHERE audit_id > since AND audit_id <= upto
	         ORDER BY audit_id LIMIT most) AS batch;
	IF looked < most THEN
		last := upto;
	END IF;
	put := 0;
	IF looked > 0 THEN
		INSERT INTO rollcall.outbox
		    (destination, event_id, event, payload)
		SELECT d.name, a.audit_id, a.event, rollcall.audit_json(a)::jsonb
		  FROM rollcall.audit a
		  JOIN jsonb_to_recordset(destinations)
		    AS d (name text, events jsonb) ON EXISTS (
		       SELECT FROM jsonb_array_elements_text(d.events) AS e
		        WHERE e = a.event OR (e LIKE '%.*'
		          AND starts_with(a.event, left(e, -1))))
		 WHERE a.audit_id > since AND a.audit_id <= last
		 ORDER BY a.audit_id
		ON CONFLICT (destination, event_id) DO NOTHING;
		GET DIAGNOSTICS put = ROW_COUNT;
		PERFORM pg_notify('rollcall_client', json_build_object(
		    'id', audit_id, 'event', event, 'client_id', client_id)::text)
		   FROM rollcall.audit
		  WHERE audit_id > since AND audit_id <= last
		    AND event LIKE 'client.%' AND client_id IS NOT NULL
		    AND outcome = 'ok'
		  ORDER BY audit_id;
	END IF;
	UPDATE rollcall.outbox_position SET audit_id = last, moved_at = now()
	 WHERE name = 'deliver' AND audit_id < last;
END
$$;

COMMENT ON FUNCTION rollcall.outbox_fill(bigint, jsonb, integer) IS
    'Turn the next so many rows of the audit log, up to an audit_id that is settled, into notifications to the destinations that want them, and issue NOTIFY rollcall_client: how many rows it looked at, and how many notifications came of them';

REVOKE ALL ON FUNCTION rollcall.audit_partition_add(integer),
    rollcall.audit_settle(), rollcall.audit_seal_next(bigint, integer),
    rollcall.audit_seal_add(jsonb), rollcall.audit_detach(date),
    rollcall.audit_check(bigint, bigint), rollcall.audit_check_end(bytea),
    rollcall.audit_verify(bytea), rollcall.audit_json(rollcall.audit),
    rollcall.outbox_fill(bigint, jsonb, integer) FROM PUBLIC;

DO $$
BEGIN
	PERFORM rollcall.audit_partition_add();
END
$$;

-- Clients on their way to another database and back.

CREATE OR REPLACE FUNCTION rollcall.client_export(after text, most integer,
    ids text[] DEFAULT NULL, OUT client_id text, OUT document jsonb)
RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT c.client_id, jsonb_build_object(
	       'format', 'rollcall-export/1',
	       'client_id', c.client_id,
	       'secret_hash', encode(c.secret_hash, 'hex'),
	       'secret_expires_at', c.secret_expires_at,
	       'previous_secret_hash', encode(c.previous_secret_hash, 'hex'),
	       'previous_secret_expires_at', c.previous_secret_expires_at,
	       'metadata', c.metadata,
	       'door', c.door,
	       'status', c.status,
	       'disabled_status', c.disabled_status,
	       'version', c.version,
	       'issued_at', c.issued_at,
	       'updated_at', c.updated_at,
	       'last_used_at', c.last_used_at,
	       'expires_at', c.expires_at,
	       'issued_from', c.issued_from,
	       'policy', c.policy,
	       'initial_token', (
	           SELECT jsonb_build_object(
	                  'initial_token_id', i.initial_token_id,
	                  'created_at', i.created_at)
	             FROM rollcall.initial_token i
	            WHERE i.initial_token_id = c.initial_token_id),
	       'introspection', (
	           SELECT to_jsonb(s.audience) FROM rollcall.resource_server s
	            WHERE s.client_id = c.client_id),
	       'registration_tokens', (
	           SELECT jsonb_agg(jsonb_build_object(
	                      'token_hash', encode(t.token_hash, 'hex'),
	                      'issued_at', t.issued_at,
	                      'last_used_at', t.last_used_at,
	                      'replaces', encode(t.replaces, 'hex'))
	                  ORDER BY t.token_hash)
	             FROM (VALUES (c.registration_token_hash,
	                      c.registration_token_issued_at,
	                      c.registration_token_last_used_at, NULL::bytea),
	                  (c.next_registration_token_hash,
	                      c.next_registration_token_issued_at, NULL,
	                      c.registration_token_hash))
	                  AS t (token_hash, issued_at, last_used_at, replaces)
	            WHERE t.token_hash IS NOT NULL),
	       'versions', (
	           SELECT jsonb_agg(jsonb_build_object(
	                      'version', v.version,
	                      'metadata', v.metadata,
	                      'replaced_at', v.replaced_at,
	                      'replaced_by', v.replaced_by,
	                      'replaced_from', v.replaced_from)
	                  ORDER BY v.version)
	             FROM rollcall.client_version v
	            WHERE v.client_id = c.client_id))
	  FROM rollcall.client c
	 WHERE c.client_id > after AND (ids IS NULL OR c.client_id = ANY (ids))
	 ORDER BY c.client_id LIMIT most
$$;

COMMENT ON FUNCTION rollcall.client_export(text, integer, text[]) IS
    'Write all that is kept of at most so many clients behind a client_id, hashes of secrets included, as client_import takes it';

-- What a document does not say is as it would be for a new client.
CREATE OR REPLACE FUNCTION rollcall.client_import(document jsonb,
    replacing boolean, origin text, dry boolean DEFAULT false) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	d CONSTANT jsonb := document;
	id CONSTANT text := d ->> 'client_id';
	former rollcall.client;
	latter rollcall.client;
	outcome text := 'added';
	token jsonb;
	next jsonb;
BEGIN
	SELECT * INTO former FROM rollcall.client
	 WHERE client_id = id FOR UPDATE;
	IF FOUND THEN
		outcome := 'replaced';
		IF NOT replacing THEN
			RETURN 'there';
		END IF;
	END IF;
	IF dry THEN
		RETURN outcome;
	END IF;
	-- The token that takes no other's place, and of those that would take
	-- its place the newest.
	SELECT t INTO token
	  FROM jsonb_array_elements(nullif(d -> 'registration_tokens',
	      'null')) t
	 ORDER BY t ->> 'replaces' IS NOT NULL,
	       (t ->> 'last_used_at')::timestamptz DESC NULLS LAST LIMIT 1;
	SELECT t INTO next
	  FROM jsonb_array_elements(nullif(d -> 'registration_tokens',
	      'null')) t
	 WHERE t ->> 'replaces' = token ->> 'token_hash'
	 ORDER BY (t ->> 'issued_at')::timestamptz DESC NULLS LAST LIMIT 1;
	DELETE FROM rollcall.client WHERE client_id = id;
	INSERT INTO rollcall.client (client_id, secret_hash, secret_expires_at,
	    previous_secret_hash, previous_secret_expires_at, metadata, door,
	    status, disabled_status, version, issued_at, updated_at,
	    last_used_at, expires_at, issued_from, policy, initial_token_id,
	    registration_token_hash, registration_token_issued_at,
	    registration_token_last_used_at, next_registration_token_hash,
	    next_registration_token_issued_at)
	VALUES (id, decode(d ->> 'secret_hash', 'hex'),
	    coalesce((d ->> 'secret_expires_at')::timestamptz,
	        now() + make_interval(secs =>
	            (d ->> 'secret_lifetime')::double precision)),
	    decode(d ->> 'previous_secret_hash', 'hex'),
	    (d ->> 'previous_secret_expires_at')::timestamptz,
	    d -> 'metadata', coalesce(d ->> 'door', 'admin'),
	    coalesce(d ->> 'status', 'active'), d ->> 'disabled_status',
	    coalesce((d ->> 'version')::integer, 1),
	    coalesce((d ->> 'issued_at')::timestamptz, now()),
	    coalesce((d ->> 'updated_at')::timestamptz, now()),
	    (d ->> 'last_used_at')::timestamptz,
	    (d ->> 'expires_at')::timestamptz, (d ->> 'issued_from')::inet,
	    coalesce(d ->> 'policy', 'default'),
	    (SELECT i.initial_token_id FROM rollcall.initial_token i
	      WHERE i.initial_token_id =
	              (d #>> '{initial_token,initial_token_id}')::bigint
	        AND i.created_at =
	              (d #>> '{initial_token,created_at}')::timestamptz),
	    decode(token ->> 'token_hash', 'hex'),
	    CASE WHEN token IS NOT NULL
	        THEN coalesce((token ->> 'issued_at')::timestamptz, now()) END,
	    (token ->> 'last_used_at')::timestamptz,
	    decode(next ->> 'token_hash', 'hex'),
	    CASE WHEN next IS NOT NULL
	        THEN coalesce((next ->> 'issued_at')::timestamptz, now()) END)
	ON CONFLICT DO NOTHING
	RETURNING * INTO latter;
	IF NOT FOUND THEN
		RETURN 'there';
	END IF;
	INSERT INTO rollcall.resource_server (client_id, audience)
	SELECT id, rollcall.strings(d -> 'introspection')
	 WHERE jsonb_typeof(d -> 'introspection') = 'array';
	INSERT INTO rollcall.client_version (client_id, version, metadata,
	    replaced_at, replaced_by, replaced_from)
	SELECT id, (v ->> 'version')::integer, v -> 'metadata',
	       (v ->> 'replaced_at')::timestamptz, v ->> 'replaced_by',
	       (v ->> 'replaced_from')::inet
	  FROM jsonb_array_elements(nullif(d -> 'versions', 'null')) v;
	PERFORM rollcall.client_count_again(id);
	PERFORM rollcall.audit_act('client.imported', id,
	    jsonb_build_object('format', origin, 'outcome', outcome,
	        'secret_changed', former.secret_hash
	            IS DISTINCT FROM latter.secret_hash,
	        'members', rollcall.metadata_changes(
	            coalesce(former.metadata, '{}'), latter.metadata))
	    || rollcall.metadata_changes(
	        jsonb_strip_nulls(jsonb_build_object('status', former.status,
	            'door', former.door, 'policy', former.policy)),
	        jsonb_build_object('status', latter.status,
	            'door', latter.door, 'policy', latter.policy)));
	RETURN outcome;
END
$$;

COMMENT ON FUNCTION rollcall.client_import(jsonb, boolean, text, boolean) IS
    'Enter a client that client_export wrote, in the place of one of that client_id only where replacing; say added, replaced or there; origin is what it is said to come from, and a dry run only says it';

REVOKE ALL ON FUNCTION rollcall.client_export(text, integer, text[]),
    rollcall.client_import(jsonb, boolean, text, boolean) FROM PUBLIC;
