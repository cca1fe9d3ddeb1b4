-- A database at version 4 with rows in every table, as pg_dump wrote it.

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
	CONSTRAINT client_status_known CHECK ((VALUE = ANY (ARRAY['active'::text, 'pending'::text, 'archived'::text, 'disabled'::text])));

COMMENT ON DOMAIN rollcall.client_status IS 'Whether a client may act: active; pending: not before it is approved; archived: not until it is revived; disabled: not until it is enabled';

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

COMMENT ON FUNCTION rollcall.account_delete(name text) IS 'Delete an account, by login name, with its sessions, consents, grants and tokens';

CREATE FUNCTION rollcall.account_disable(name text) RETURNS boolean
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

COMMENT ON FUNCTION rollcall.account_disable(name text) IS 'Let a person no longer log in, by login name; their sessions and tokens are void from now on';

CREATE FUNCTION rollcall.account_enable(name text) RETURNS boolean
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

COMMENT ON FUNCTION rollcall.account_enable(name text) IS 'Let a disabled person log in again, by login name; what was void stays so';

CREATE FUNCTION rollcall.actor() RETURNS text
    LANGUAGE sql STABLE
    AS $$
	SELECT session_user || coalesce(' ('
	    || nullif(pg_catalog.current_setting('application_name'), '')
	    || ')', '')
$$;

COMMENT ON FUNCTION rollcall.actor() IS 'Who is at work here, as audit.actor has it: the role that logged in, and its application_name';

CREATE FUNCTION rollcall.admit(rules text[], buckets text[], counts bigint[], periods bigint[], network inet, policy_name text, most bigint, network_name text, most_here bigint, OUT refused text, OUT wait bigint, OUT epoch uuid) RETURNS record
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
	drain double precision;
	reserved boolean; -- in the network
BEGIN
	-- Everybody locks in this order: address, token, network, policy.  What
	-- all have in common comes last, for it is held until the commit.
	FOR i IN 1 .. cardinality(buckets) + 1 LOOP
		IF network_name IS NOT NULL AND epoch IS NULL
		    AND (i > cardinality(buckets)
		        OR rules[i] = 'rate_limit_policy') THEN
			epoch := rollcall.client_count_reserve(network_name,
			    most_here, policy_name, admit.network);
			IF epoch IS NULL THEN
				refused := 'max_clients_per_address';
				RETURN;
			END IF;
		END IF;
		EXIT WHEN i > cardinality(buckets);
		drain := counts[i]::double precision / periods[i];
		INSERT INTO rollcall.rate AS r (bucket, level)
		VALUES (buckets[i], 1)
		ON CONFLICT (bucket) DO UPDATE
		   SET level = greatest(0, r.level - drain * greatest(0,
		           extract(epoch FROM now() - r.updated_at)
		           ::double precision)) + 1,
		       updated_at = greatest(now(), r.updated_at)
		 WHERE r.level - drain * greatest(0,
		           extract(epoch FROM now() - r.updated_at)
		           ::double precision) <= counts[i] - 1;
		CONTINUE WHEN FOUND;
		PERFORM set_config('synchronous_commit', 'off', true);
		refused := rules[i];
		SELECT greatest(1, ceil((r.level - counts[i] + 1) / drain
		           - extract(epoch FROM now() - r.updated_at)
		           ::double precision))::bigint
		  INTO wait
		  FROM rollcall.rate r WHERE r.bucket = buckets[i];
		IF admit.network IS NOT NULL THEN
			INSERT INTO rollcall.rate_refusal AS f
			    (minute, rule, network)
			VALUES (date_trunc('minute', now(), 'UTC'), rules[i],
			    admit.network)
			ON CONFLICT (minute, rule, network) DO UPDATE
			   SET refused = f.refused + 1;
		END IF;
		EXIT;
	END LOOP;
	reserved := epoch IS NOT NULL;
	IF refused IS NULL AND most IS NOT NULL THEN
		epoch := rollcall.client_count_reserve(policy_name, most,
		    policy_name, NULL);
		IF epoch IS NULL THEN
			refused := 'max_clients';
		END IF;
	END IF;
	IF refused IS NOT NULL AND reserved THEN
		PERFORM rollcall.client_count_give_back(ARRAY[network_name],
		    NULL, NULL);
		epoch := NULL;
	END IF;
END
$$;

COMMENT ON FUNCTION rollcall.admit(rules text[], buckets text[], counts bigint[], periods bigint[], network inet, policy_name text, most bigint, network_name text, most_here bigint, OUT refused text, OUT wait bigint, OUT epoch uuid) IS 'Count a request in each bucket within its rate, and reserve a client''s place in a network and a policy where these are limited: refused is the rule that forbids it, wait the seconds until its rate allows one more, epoch what was reserved under';

CREATE FUNCTION rollcall.audit_account(event text, id text, client text DEFAULT NULL::text) RETURNS void
    LANGUAGE sql
    AS $_$
	SELECT rollcall.audit_act($1, $3,
	    jsonb_build_object('account_id', $2))
$_$;

COMMENT ON FUNCTION rollcall.audit_account(event text, id text, client text) IS 'Add to the audit log what somebody does about an account';

CREATE FUNCTION rollcall.audit_act(event text, client text, detail jsonb) RETURNS void
    LANGUAGE sql
    AS $_$
	INSERT INTO rollcall.audit (event, actor, client_id, detail)
	VALUES ($1, rollcall.actor(), $2, $3)
$_$;

COMMENT ON FUNCTION rollcall.audit_act(event text, client text, detail jsonb) IS 'Add to the audit log what somebody does in SQL';

CREATE FUNCTION rollcall.audit_check(first bigint, last bigint) RETURNS TABLE(seal_id bigint, first_id bigint, last_id bigint, fault text)
    LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
$_$;

COMMENT ON FUNCTION rollcall.audit_check(first bigint, last bigint) IS 'Return what is wrong with the seals from one to another and with the rows that they seal; nothing: all is as it was sealed';

CREATE FUNCTION rollcall.audit_check_end(head bytea) RETURNS TABLE(seal_id bigint, first_id bigint, last_id bigint, fault text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
$_$;

COMMENT ON FUNCTION rollcall.audit_check_end(head bytea) IS 'Return which seals are missing behind the last one, as the log or a head that was kept elsewhere tells, and as "detached" what was taken out of the log in order';

CREATE FUNCTION rollcall.audit_detach(before date) RETURNS TABLE(month date, table_name text, outcome text)
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '1s'
    AS $_$
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
$_$;

COMMENT ON FUNCTION rollcall.audit_detach(before date) IS 'Take the months that lie before a date out of the audit log, as tables of their own, without triggers, that may then be kept elsewhere and dropped; outcome: detached, or why not: not_sealed, not_delivered, busy';

CREATE SEQUENCE rollcall.audit_id
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

COMMENT ON SEQUENCE rollcall.audit_id IS 'The numbers of the audit log''s rows';

CREATE TABLE rollcall.audit (
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    audit_id bigint DEFAULT nextval('rollcall.audit_id'::regclass) NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    event text NOT NULL,
    actor text NOT NULL,
    address inet,
    user_agent text,
    client_id text COLLATE pg_catalog."C",
    outcome text DEFAULT 'ok'::text NOT NULL,
    rule text,
    detail jsonb
)
PARTITION BY RANGE (at);

COMMENT ON TABLE rollcall.audit IS 'The audit log: one row a registration, change, refusal or act of an administrator; rows are only added';

COMMENT ON COLUMN rollcall.audit.xact IS 'The transaction that added the row';

COMMENT ON COLUMN rollcall.audit.audit_id IS 'The number of the row: goes up, with gaps where a transaction failed';

COMMENT ON COLUMN rollcall.audit.at IS 'When it happened';

COMMENT ON COLUMN rollcall.audit.event IS 'What happened, such as client.registered';

COMMENT ON COLUMN rollcall.audit.actor IS 'Who did it: anonymous, initial_token:N, registration_token, account:ID, or a database role and what it runs';

COMMENT ON COLUMN rollcall.audit.address IS 'The address that it came from; NULL: not by way of the web';

COMMENT ON COLUMN rollcall.audit.user_agent IS 'What the request said of its software; NULL: nothing';

COMMENT ON COLUMN rollcall.audit.client_id IS 'The client that it is about; NULL: none';

COMMENT ON COLUMN rollcall.audit.outcome IS 'ok, or the error that was answered';

COMMENT ON COLUMN rollcall.audit.rule IS 'The rule that refused it; NULL: none did';

COMMENT ON COLUMN rollcall.audit.detail IS 'More about it; of an update the members changed, each with before and after; never a secret';

CREATE FUNCTION rollcall.audit_json(told rollcall.audit) RETURNS json
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	SELECT json_build_object('id', told.audit_id, 'event', told.event,
	    'time', to_char(told.at AT TIME ZONE 'UTC',
	        'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
	    'client_id', told.client_id, 'actor', told.actor,
	    'address', host(told.address), 'user_agent', told.user_agent,
	    'outcome', told.outcome, 'rule', told.rule, 'detail', told.detail)
$$;

COMMENT ON FUNCTION rollcall.audit_json(told rollcall.audit) IS 'A row of the audit log as JSON: what webhooks are sent and audit export prints';

CREATE FUNCTION rollcall.audit_partition_add(ahead integer DEFAULT 3) RETURNS integer
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '1s'
    AS $_$
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
$_$;

COMMENT ON FUNCTION rollcall.audit_partition_add(ahead integer) IS 'Make the audit log''s partitions of this month and of so many to come, where they are not there, and of each month that audit_default has rows of, which move there; say how many it made';

CREATE FUNCTION rollcall.audit_row_digest(sealed rollcall.audit) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN sha256(convert_to((jsonb_build_array(((sealed).xact)::text, (sealed).audit_id, ((EXTRACT(epoch FROM (sealed).at) * (1000000)::numeric))::bigint, (sealed).event, (sealed).actor, ((sealed).address)::text, (sealed).user_agent, (sealed).client_id, (sealed).outcome, (sealed).rule, (sealed).detail))::text, 'UTF8'::name));

COMMENT ON FUNCTION rollcall.audit_row_digest(sealed rollcall.audit) IS 'SHA-256 of a row of the audit log';

CREATE FUNCTION rollcall.audit_seal_add(seals jsonb) RETURNS boolean
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

COMMENT ON FUNCTION rollcall.audit_seal_add(seals jsonb) IS 'Add the seals that audit_seal_next returned, each with its mac; false where somebody else has sealed meanwhile, and for seals that do not follow the last one or reach beyond what is settled';

CREATE TABLE rollcall.audit_seal (
    seal_id bigint NOT NULL,
    month date NOT NULL,
    first_id bigint NOT NULL,
    last_id bigint NOT NULL,
    row_count bigint NOT NULL,
    digest bytea NOT NULL,
    chain bytea NOT NULL,
    mac bytea,
    sealed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT audit_seal_range CHECK ((first_id <= last_id))
);

COMMENT ON TABLE rollcall.audit_seal IS 'One row a batch of the audit log that was sealed, month by month: its digest, chained to the seal before';

COMMENT ON COLUMN rollcall.audit_seal.seal_id IS 'The number of the seal: 1 and up, without gaps';

COMMENT ON COLUMN rollcall.audit_seal.month IS 'The first day of the month, in UTC, that the batch''s rows are of';

COMMENT ON COLUMN rollcall.audit_seal.first_id IS 'The batch is the month''s rows whose audit_id is from this one';

COMMENT ON COLUMN rollcall.audit_seal.last_id IS 'to this one';

COMMENT ON COLUMN rollcall.audit_seal.row_count IS 'How many rows the batch has';

COMMENT ON COLUMN rollcall.audit_seal.digest IS 'SHA-256 of the SHA-256 of each row, in order';

COMMENT ON COLUMN rollcall.audit_seal.chain IS 'SHA-256 of the chain of the seal before and of this row''s other columns';

COMMENT ON COLUMN rollcall.audit_seal.mac IS 'HMAC-SHA-256 of chain under a key that is not in the database; NULL: no key_file was configured';

COMMENT ON COLUMN rollcall.audit_seal.sealed_at IS 'When it was sealed';

CREATE FUNCTION rollcall.audit_seal_chain(before bytea, seal rollcall.audit_seal) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN sha256((COALESCE(before, '\x'::bytea) || convert_to((jsonb_build_array((seal).seal_id, to_char(((seal).month)::timestamp with time zone, 'YYYY-MM'::text), (seal).first_id, (seal).last_id, (seal).row_count, encode((seal).digest, 'hex'::text), ((EXTRACT(epoch FROM (seal).sealed_at) * (1000000)::numeric))::bigint))::text, 'UTF8'::name)));

COMMENT ON FUNCTION rollcall.audit_seal_chain(before bytea, seal rollcall.audit_seal) IS 'What chain of a seal must be behind a seal that has this one; NULL: it is the first';

CREATE FUNCTION rollcall.audit_seal_next(upto bigint, most integer) RETURNS SETOF rollcall.audit_seal
    LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

COMMENT ON FUNCTION rollcall.audit_seal_next(upto bigint, most integer) IS 'Return what would seal the rows up to an audit_id, at most so many, without a mac: a row a month; nothing where there is nothing to seal';

CREATE FUNCTION rollcall.audit_settle(OUT settled_id bigint, OUT seen_id bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

COMMENT ON FUNCTION rollcall.audit_settle(OUT settled_id bigint, OUT seen_id bigint) IS 'Find out up to which audit_id the audit log can have no further rows, and up to which it will once those who write just now are done; call it in a transaction of its own';

CREATE FUNCTION rollcall.audit_verify(head bytea DEFAULT NULL::bytea) RETURNS TABLE(seal_id bigint, first_id bigint, last_id bigint, fault text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
	SELECT * FROM rollcall.audit_check(1, 9223372036854775807)
	 UNION ALL
	SELECT * FROM rollcall.audit_check_end(head)
$$;

COMMENT ON FUNCTION rollcall.audit_verify(head bytea) IS 'Return what was changed in, removed from or added to the sealed audit log, given a head that was kept elsewhere also whether it was cut off; a month that was detached in order is there as "detached"';

CREATE FUNCTION rollcall.client_approve(id text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
	SELECT rollcall.client_turn($1, 'client.approved', '{pending}',
	    'active')
$_$;

COMMENT ON FUNCTION rollcall.client_approve(id text) IS 'Let a client act that awaits approval';

CREATE FUNCTION rollcall.client_archive(id text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
	SELECT rollcall.client_turn($1, 'client.archived', '{active}',
	    'archived')
$_$;

COMMENT ON FUNCTION rollcall.client_archive(id text) IS 'Put a client away that nobody uses: its metadata is kept, its secrets, codes, tokens and consents are dead; a public one that registered itself comes back when its user consents again';

CREATE FUNCTION rollcall.client_archive_idle(unused interval DEFAULT '90 days'::interval, idle interval DEFAULT '365 days'::interval, batch integer DEFAULT 1000) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

COMMENT ON FUNCTION rollcall.client_archive_idle(unused interval, idle interval, batch integer) IS 'Archive at most so many clients that registered themselves and were not given a token since, the first for so long that never had one, the second for so long that had; NULL: these are left alone; say how many it was, and call it until that is 0, each time in a transaction of its own';

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

COMMENT ON FUNCTION rollcall.client_columns() IS 'Trigger: the columns that come from metadata, and what goes together in a row';

CREATE FUNCTION rollcall.client_count_again(id text) RETURNS void
    LANGUAGE sql
    AS $_$
	SELECT rollcall.client_count_lock(c.policy || ':', false)
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
	SELECT rollcall.client_count_lock(c.policy, false)
	  FROM rollcall.client c
	 WHERE c.client_id = $1 AND c.door IN ('dynamic', 'token');
	UPDATE rollcall.client_count n
	   SET level = n.level + 1, since = n.since + 1, updated_at = now()
	  FROM rollcall.client c
	 WHERE c.client_id = $1 AND c.door IN ('dynamic', 'token')
	   AND c.status <> 'archived' AND n.name = c.policy COLLATE "C"
$_$;

COMMENT ON FUNCTION rollcall.client_count_again(id text) IS 'Count a client that was not counted before, where its policy''s are';

CREATE FUNCTION rollcall.client_count_give_back(names text[], reserved uuid, began timestamp with time zone) RETURNS void
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
		   SET level = n.level - 1, updated_at = now()
		 WHERE n.name = names[i] AND n.level > 0
		   AND coalesce(n.counted_at <= began, true);
	END LOOP;
END
$$;

COMMENT ON FUNCTION rollcall.client_count_give_back(names text[], reserved uuid, began timestamp with time zone) IS 'Give back a place in each of these counts, networks before policies: what was reserved under that epoch, or belonged to a client that a transaction begun then took away';

CREATE FUNCTION rollcall.client_count_lock(name text, alone boolean) RETURNS void
    LANGUAGE sql
    AS $_$
	SELECT CASE WHEN $2
	    THEN pg_catalog.pg_advisory_xact_lock(
	        pg_catalog.hashtextextended('rollcall client_count ' || $1, 0))
	    ELSE pg_catalog.pg_advisory_xact_lock_shared(
	        pg_catalog.hashtextextended('rollcall client_count ' || $1, 0))
	    END
$_$;

COMMENT ON FUNCTION rollcall.client_count_lock(name text, alone boolean) IS 'Until the transaction ends, keep others from counting the clients anew of a policy, NAME, or of its networks, NAME and a colon; alone: be the one who does';

CREATE FUNCTION rollcall.client_count_now(policy_name text, network inet) RETURNS bigint
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
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

COMMENT ON FUNCTION rollcall.client_count_now(policy_name text, network inet) IS 'How many clients max_clients counts of a policy, or of it and a network where that is not NULL';

CREATE FUNCTION rollcall.client_count_reserve(count_name text, most bigint, policy_name text, network inet) RETURNS uuid
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
			    true);
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

COMMENT ON FUNCTION rollcall.client_count_reserve(count_name text, most bigint, policy_name text, network inet) IS 'Reserve a place for one more client and return the count''s epoch; NULL: there are as many as may be, and the count is made anew where that may be wrong';

CREATE FUNCTION rollcall.client_delete(id text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

COMMENT ON FUNCTION rollcall.client_delete(id text) IS 'Delete a client and everything that hangs on it';

CREATE FUNCTION rollcall.client_disable(id text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
	SELECT rollcall.client_turn($1, 'client.disabled',
	    '{active,pending,archived}', 'disabled')
$_$;

COMMENT ON FUNCTION rollcall.client_disable(id text) IS 'Refuse a client until it is enabled; its codes, tokens and consents are void from now on';

CREATE FUNCTION rollcall.client_enable(id text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
	SELECT rollcall.client_turn($1, 'client.enabled', '{disabled}', NULL)
$_$;

COMMENT ON FUNCTION rollcall.client_enable(id text) IS 'Give a disabled client the status again that it had before: one that awaited approval still does; what was void stays so';

CREATE FUNCTION rollcall.client_export(after text, most integer, ids text[] DEFAULT NULL::text[], OUT client_id text, OUT document jsonb) RETURNS SETOF record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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
	             FROM rollcall.registration_token t
	            WHERE t.client_id = c.client_id),
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

COMMENT ON FUNCTION rollcall.client_export(after text, most integer, ids text[], OUT client_id text, OUT document jsonb) IS 'Write all that is kept of at most so many clients behind a client_id, hashes of secrets included, as client_import takes it';

CREATE FUNCTION rollcall.client_import(document jsonb, replacing boolean, origin text, dry boolean DEFAULT false) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
	d CONSTANT jsonb := document;
	id CONSTANT text := d ->> 'client_id';
	former rollcall.client;
	latter rollcall.client;
	outcome text := 'added';
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
	DELETE FROM rollcall.client WHERE client_id = id;
	INSERT INTO rollcall.client (client_id, secret_hash, secret_expires_at,
	    previous_secret_hash, previous_secret_expires_at, metadata, door,
	    status, disabled_status, version, issued_at, updated_at,
	    last_used_at, expires_at, issued_from, policy, initial_token_id)
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
	              (d #>> '{initial_token,created_at}')::timestamptz))
	ON CONFLICT DO NOTHING
	RETURNING * INTO latter;
	IF NOT FOUND THEN
		RETURN 'there';
	END IF;
	INSERT INTO rollcall.registration_token (client_id, token_hash,
	    issued_at, last_used_at, replaces)
	SELECT id, decode(t ->> 'token_hash', 'hex'),
	       (t ->> 'issued_at')::timestamptz,
	       (t ->> 'last_used_at')::timestamptz,
	       decode(t ->> 'replaces', 'hex')
	  FROM jsonb_array_elements(
	      nullif(d -> 'registration_tokens', 'null')) t;
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

COMMENT ON FUNCTION rollcall.client_import(document jsonb, replacing boolean, origin text, dry boolean) IS 'Enter a client that client_export wrote, in the place of one of that client_id only where replacing; say added, replaced or there; origin is what it is said to come from, and a dry run only says it';

CREATE FUNCTION rollcall.client_revive(id text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
	SELECT rollcall.client_turn($1, 'client.revived', '{archived}',
	    'active')
$_$;

COMMENT ON FUNCTION rollcall.client_revive(id text) IS 'Make an archived client active again, with the secret and the registration access token that it had; one a transaction, for from then until it ends registrations under the client''s policy may wait';

CREATE FUNCTION rollcall.client_revive_public(id text, actor text, address inet, user_agent text, counted text, reserved uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

COMMENT ON FUNCTION rollcall.client_revive_public(id text, actor text, address inet, user_agent text, counted text, reserved uuid) IS 'Make an archived public client that registered itself active again, for somebody consented to it, within a place that was reserved in that client_count under that epoch, where one was; false: it is no such client, NULL: the place is void';

CREATE FUNCTION rollcall.client_turn(id text, event text, former text[], latter text) RETURNS boolean
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

COMMENT ON FUNCTION rollcall.client_turn(id text, event text, former text[], latter text) IS 'Give a client that has one of these statuses another; NULL: the one that it had before it was disabled';

CREATE FUNCTION rollcall.consent_revoke(name text, client text) RETURNS boolean
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

COMMENT ON FUNCTION rollcall.consent_revoke(name text, client text) IS 'Withdraw what a person, by login name, allowed a client: forget the consent, revoke the grants and their tokens';

CREATE FUNCTION rollcall.grant_revoke(id bigint) RETURNS boolean
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

COMMENT ON FUNCTION rollcall.grant_revoke(id bigint) IS 'Revoke a grant, by its number in grant_report, and so its codes and tokens';

CREATE FUNCTION rollcall.metadata_changes(former jsonb, latter jsonb) RETURNS jsonb
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

COMMENT ON FUNCTION rollcall.metadata_changes(former jsonb, latter jsonb) IS 'The members in which two objects differ, each with before and after where it was there';

CREATE FUNCTION rollcall.outbox_fill(upto bigint, destinations jsonb, most integer, OUT looked bigint, OUT put bigint) RETURNS record
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

COMMENT ON FUNCTION rollcall.outbox_fill(upto bigint, destinations jsonb, most integer, OUT looked bigint, OUT put bigint) IS 'Turn the next so many rows of the audit log, up to an audit_id that is settled, into notifications to the destinations that want them, and issue NOTIFY rollcall_client: how many rows it looked at, and how many notifications came of them';

CREATE FUNCTION rollcall.outbox_purge(batch bigint) RETURNS bigint
    LANGUAGE sql
    AS $_$
	WITH purged AS (
		DELETE FROM rollcall.outbox
		 WHERE outbox_id = ANY (ARRAY(
		       SELECT outbox_id FROM rollcall.outbox
		        WHERE delivered_at < pg_catalog.now() - interval '7 days'
		           OR dead_at < pg_catalog.now() - interval '90 days'
		        LIMIT $1 FOR UPDATE SKIP LOCKED))
		RETURNING outbox_id)
	SELECT pg_catalog.count(*) FROM purged
$_$;

COMMENT ON FUNCTION rollcall.outbox_purge(batch bigint) IS 'Take away at most so many notifications that were delivered more than a week ago, or given up more than 90 days ago, and say how many';

CREATE FUNCTION rollcall.purge(batch integer DEFAULT 1000) RETURNS bigint
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

COMMENT ON FUNCTION rollcall.purge(batch integer) IS 'Take away at most so many rows that count for nothing any more, and say how many; call it until that is 0, each time in a transaction of its own; it also makes the audit log''s next partitions';

CREATE FUNCTION rollcall.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
	RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
	    USING ERRCODE = 'insufficient_privilege',
	    HINT = 'rollcall.audit_detach takes whole months away';
END
$$;

COMMENT ON FUNCTION rollcall.refuse_change() IS 'Trigger: rows of this table are only added';

CREATE FUNCTION rollcall.registration_token_revoke(id text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
	DELETE FROM rollcall.registration_token WHERE client_id = id;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	PERFORM rollcall.audit_act('registration_token.revoked', id, NULL);
	RETURN true;
END
$$;

COMMENT ON FUNCTION rollcall.registration_token_revoke(id text) IS 'Revoke the registration access tokens of a client: it can no longer manage itself';

CREATE FUNCTION rollcall.session_end_all(name text) RETURNS boolean
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
	PERFORM rollcall.audit_act('key.promoted', NULL,
	    jsonb_build_object('kid', id, 'alg', key.alg));
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
	PERFORM rollcall.audit_act('key.retired', NULL,
	    jsonb_build_object('kid', id));
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

COMMENT ON FUNCTION rollcall.strings(list jsonb) IS 'The elements of a JSON array as text; NULL for any other JSON';

CREATE FUNCTION rollcall.token_revoke_account(name text) RETURNS boolean
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
	PERFORM rollcall.audit_act('token.revoked', id, NULL) WHERE something;
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

CREATE TABLE rollcall.audit_default (
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    audit_id bigint DEFAULT nextval('rollcall.audit_id'::regclass) NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    event text NOT NULL,
    actor text NOT NULL,
    address inet,
    user_agent text,
    client_id text COLLATE pg_catalog."C",
    outcome text DEFAULT 'ok'::text NOT NULL,
    rule text,
    detail jsonb
);

COMMENT ON TABLE rollcall.audit_default IS 'The part of the audit log that no month''s partition takes';

CREATE TABLE rollcall.audit_detached (
    month date NOT NULL,
    table_name text NOT NULL,
    detached_at timestamp with time zone DEFAULT now() NOT NULL,
    detached_by text NOT NULL
);

COMMENT ON TABLE rollcall.audit_detached IS 'One row a month that was taken out of the audit log; its table stays until the DBA drops it';

COMMENT ON COLUMN rollcall.audit_detached.month IS 'The first day of the month';

COMMENT ON COLUMN rollcall.audit_detached.table_name IS 'The table that has its rows';

COMMENT ON COLUMN rollcall.audit_detached.detached_at IS 'When it was taken out';

COMMENT ON COLUMN rollcall.audit_detached.detached_by IS 'Who did it';

CREATE VIEW rollcall.audit_event AS
 SELECT audit.audit_id,
    audit.at,
    audit.event,
    audit.actor,
    audit.address,
    audit.user_agent,
    audit.client_id,
    audit.outcome,
    audit.rule,
    audit.detail
   FROM rollcall.audit;

COMMENT ON VIEW rollcall.audit_event IS 'One row of the audit log, all of it: name a span of at, and months outside it are not read';

COMMENT ON COLUMN rollcall.audit_event.audit_id IS 'The number of the row: goes up, with gaps where a transaction failed';

COMMENT ON COLUMN rollcall.audit_event.at IS 'When it happened';

COMMENT ON COLUMN rollcall.audit_event.event IS 'What happened, such as client.registered';

COMMENT ON COLUMN rollcall.audit_event.actor IS 'Who did it: anonymous, initial_token:N, registration_token, account:ID, or a database role and what it runs';

COMMENT ON COLUMN rollcall.audit_event.address IS 'The address that it came from; NULL: not by way of the web';

COMMENT ON COLUMN rollcall.audit_event.user_agent IS 'What the request said of its software; NULL: nothing';

COMMENT ON COLUMN rollcall.audit_event.client_id IS 'The client that it is about; NULL: none';

COMMENT ON COLUMN rollcall.audit_event.outcome IS 'ok, or the error that was answered';

COMMENT ON COLUMN rollcall.audit_event.rule IS 'The rule that refused it; NULL: none did';

COMMENT ON COLUMN rollcall.audit_event.detail IS 'More about it; of an update the members changed, each with before and after; never a secret';

CREATE TABLE rollcall.audit_horizon (
    one boolean DEFAULT true NOT NULL,
    settled_id bigint DEFAULT 0 NOT NULL,
    seen_id bigint DEFAULT 0 NOT NULL,
    seen_xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT audit_horizon_one CHECK (one)
);

COMMENT ON TABLE rollcall.audit_horizon IS 'One row: how far the audit log is settled, so that no row with a lower number can follow';

COMMENT ON COLUMN rollcall.audit_horizon.one IS 'True: there is one row';

COMMENT ON COLUMN rollcall.audit_horizon.settled_id IS 'Up to this audit_id';

COMMENT ON COLUMN rollcall.audit_horizon.seen_id IS 'It will be up to this one';

COMMENT ON COLUMN rollcall.audit_horizon.seen_xact IS 'once all transactions before this one have ended';

CREATE VIEW rollcall.audit_recent AS
 SELECT audit_event.audit_id,
    audit_event.at,
    audit_event.event,
    audit_event.actor,
    audit_event.address,
    audit_event.user_agent,
    audit_event.client_id,
    audit_event.outcome,
    audit_event.rule,
    audit_event.detail
   FROM rollcall.audit_event
  WHERE (audit_event.at > (now() - '1 day'::interval))
  ORDER BY audit_event.audit_id DESC
 LIMIT 1000;

COMMENT ON VIEW rollcall.audit_recent IS 'One row of the audit log, of the last 24 hours: the last 1000, newest first';

COMMENT ON COLUMN rollcall.audit_recent.audit_id IS 'The number of the row: goes up, with gaps where a transaction failed';

COMMENT ON COLUMN rollcall.audit_recent.at IS 'When it happened';

COMMENT ON COLUMN rollcall.audit_recent.event IS 'What happened, such as client.registered';

COMMENT ON COLUMN rollcall.audit_recent.actor IS 'Who did it: anonymous, initial_token:N, registration_token, account:ID, or a database role and what it runs';

COMMENT ON COLUMN rollcall.audit_recent.address IS 'The address that it came from; NULL: not by way of the web';

COMMENT ON COLUMN rollcall.audit_recent.user_agent IS 'What the request said of its software; NULL: nothing';

COMMENT ON COLUMN rollcall.audit_recent.client_id IS 'The client that it is about; NULL: none';

COMMENT ON COLUMN rollcall.audit_recent.outcome IS 'ok, or the error that was answered';

COMMENT ON COLUMN rollcall.audit_recent.rule IS 'The rule that refused it; NULL: none did';

COMMENT ON COLUMN rollcall.audit_recent.detail IS 'More about it; of an update the members changed, each with before and after; never a secret';

CREATE VIEW rollcall.audit_seal_report AS
 SELECT s.seal_id,
    s.month,
    s.first_id,
    s.last_id,
    s.row_count,
    encode(s.chain, 'hex'::text) AS head,
    encode(s.mac, 'hex'::text) AS mac,
    s.sealed_at,
    d.detached_at
   FROM (rollcall.audit_seal s
     LEFT JOIN rollcall.audit_detached d ON ((d.month = s.month)));

COMMENT ON VIEW rollcall.audit_seal_report IS 'One row a batch of the audit log that was sealed';

COMMENT ON COLUMN rollcall.audit_seal_report.seal_id IS 'The number of the seal: 1 and up, without gaps';

COMMENT ON COLUMN rollcall.audit_seal_report.month IS 'The first day of the month, in UTC, that the batch''s rows are of';

COMMENT ON COLUMN rollcall.audit_seal_report.first_id IS 'The batch is the month''s rows whose audit_id is from this one';

COMMENT ON COLUMN rollcall.audit_seal_report.last_id IS 'to this one';

COMMENT ON COLUMN rollcall.audit_seal_report.row_count IS 'How many rows the batch has';

COMMENT ON COLUMN rollcall.audit_seal_report.head IS 'The chain''s head at this seal, hexadecimal: keep it elsewhere, and audit_verify tells what was cut off';

COMMENT ON COLUMN rollcall.audit_seal_report.mac IS 'The head''s MAC, hexadecimal, by a key that is not in the database; NULL: no key_file was configured';

COMMENT ON COLUMN rollcall.audit_seal_report.sealed_at IS 'When it was sealed';

COMMENT ON COLUMN rollcall.audit_seal_report.detached_at IS 'When the month was taken out of the log; NULL: it was not';

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
    client_name text,
    client_uri text,
    logo_uri text,
    redirect_uris text[],
    grant_types rollcall.grant_types NOT NULL,
    response_types text[],
    scope text,
    token_endpoint_auth_method rollcall.auth_method NOT NULL,
    application_type text,
    software_id text,
    software_version text,
    contacts text[],
    jwks_uri text,
    valid_from timestamp with time zone DEFAULT now() NOT NULL,
    previous_secret_hash rollcall.hash,
    previous_secret_expires_at timestamp with time zone,
    disabled_status text,
    initial_token_id bigint
);

COMMENT ON TABLE rollcall.client IS 'One row a registered client; secrets are kept as hashes only';

COMMENT ON COLUMN rollcall.client.client_id IS 'The client''s identifier';

COMMENT ON COLUMN rollcall.client.secret_hash IS 'Hash of the client secret; NULL for a client that has none';

COMMENT ON COLUMN rollcall.client.secret_expires_at IS 'When the client secret expires; NULL: never';

COMMENT ON COLUMN rollcall.client.metadata IS 'What was registered, defaults included: the source of the columns from client_name on';

COMMENT ON COLUMN rollcall.client.door IS 'How the client came in: dynamic, token, document or admin';

COMMENT ON COLUMN rollcall.client.status IS 'active, or refused: pending until it is approved, archived until it is revived, disabled until it is enabled';

COMMENT ON COLUMN rollcall.client.version IS 'Goes up by one with each update of metadata';

COMMENT ON COLUMN rollcall.client.issued_at IS 'When the client was registered';

COMMENT ON COLUMN rollcall.client.updated_at IS 'When metadata or status last changed';

COMMENT ON COLUMN rollcall.client.last_used_at IS 'When the client was last given a token; NULL: never';

COMMENT ON COLUMN rollcall.client.expires_at IS 'When the registration ends; NULL: never';

COMMENT ON COLUMN rollcall.client.issued_from IS 'The address that the registration came from; NULL: not known';

COMMENT ON COLUMN rollcall.client.policy IS 'The name of the registration policy that judged the client';

COMMENT ON COLUMN rollcall.client.client_name IS 'From metadata: the name shown to people';

COMMENT ON COLUMN rollcall.client.client_uri IS 'From metadata: the client''s home page';

COMMENT ON COLUMN rollcall.client.logo_uri IS 'From metadata: the client''s logo';

COMMENT ON COLUMN rollcall.client.redirect_uris IS 'From metadata: where people may be sent back to';

COMMENT ON COLUMN rollcall.client.grant_types IS 'From metadata: the grants that the client may use';

COMMENT ON COLUMN rollcall.client.response_types IS 'From metadata: what it may ask the authorization endpoint for';

COMMENT ON COLUMN rollcall.client.scope IS 'From metadata: the scopes it may ask for, with spaces between';

COMMENT ON COLUMN rollcall.client.token_endpoint_auth_method IS 'From metadata: how it authenticates; none: a public client';

COMMENT ON COLUMN rollcall.client.application_type IS 'From metadata: web or native';

COMMENT ON COLUMN rollcall.client.software_id IS 'From metadata: the same for all installations of a software';

COMMENT ON COLUMN rollcall.client.software_version IS 'From metadata: the version of that software';

COMMENT ON COLUMN rollcall.client.contacts IS 'From metadata: how to reach the people responsible';

COMMENT ON COLUMN rollcall.client.jwks_uri IS 'From metadata: where the client publishes its keys';

COMMENT ON COLUMN rollcall.client.valid_from IS 'Codes, tokens and consents from before this count for nothing; set when status changes';

COMMENT ON COLUMN rollcall.client.previous_secret_hash IS 'Hash of the secret before the last rotation; NULL: there is none, or it has died';

COMMENT ON COLUMN rollcall.client.previous_secret_expires_at IS 'When that one dies';

COMMENT ON COLUMN rollcall.client.disabled_status IS 'The status that a disabled client had before, and has again once it is enabled; NULL: active';

COMMENT ON COLUMN rollcall.client.initial_token_id IS 'The initial access token that registered the client; NULL: none did';

CREATE UNLOGGED TABLE rollcall.client_count (
    name text NOT NULL COLLATE pg_catalog."C",
    level bigint NOT NULL,
    since bigint DEFAULT 0 NOT NULL,
    recounting_from timestamp with time zone,
    epoch uuid DEFAULT gen_random_uuid() NOT NULL,
    counted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE rollcall.client_count IS 'One row a policy, or a policy and a network, whose clients are limited: how many there are at most';

COMMENT ON COLUMN rollcall.client_count.name IS 'What is counted: NAME of a policy, or NAME and the network';

COMMENT ON COLUMN rollcall.client_count.level IS 'Clients that are there or about to be: never too low';

COMMENT ON COLUMN rollcall.client_count.since IS 'Of these, those reserved since recounting_from';

COMMENT ON COLUMN rollcall.client_count.recounting_from IS 'Since when what is reserved is noted in since, to be added to a count of the clients; NULL: no recount is under way';

COMMENT ON COLUMN rollcall.client_count.epoch IS 'Changes when the row was lost: a reservation from before counts no more';

COMMENT ON COLUMN rollcall.client_count.counted_at IS 'When the clients were last counted: one that was deleted by a transaction begun before was perhaps not, and is not taken off';

COMMENT ON COLUMN rollcall.client_count.updated_at IS 'When the row last changed';

CREATE VIEW rollcall.client_current AS
 SELECT client.client_id,
    client.client_name,
    client.status,
    client.disabled_status,
    client.door,
    client.policy,
    client.initial_token_id,
    client.application_type,
    client.token_endpoint_auth_method,
    (client.secret_hash IS NOT NULL) AS has_secret,
    client.secret_expires_at,
    client.previous_secret_expires_at,
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
    client.valid_from,
    client.metadata
   FROM rollcall.client;

COMMENT ON VIEW rollcall.client_current IS 'One row a client, as it is now: all that is known of it save the hashes of its secrets';

COMMENT ON COLUMN rollcall.client_current.client_id IS 'The client''s identifier';

COMMENT ON COLUMN rollcall.client_current.client_name IS 'From metadata: the name shown to people';

COMMENT ON COLUMN rollcall.client_current.status IS 'active, or refused: pending until it is approved, archived until it is revived, disabled until it is enabled';

COMMENT ON COLUMN rollcall.client_current.disabled_status IS 'The status that a disabled client had before, and has again once it is enabled; NULL: active';

COMMENT ON COLUMN rollcall.client_current.door IS 'How the client came in: dynamic, token, document or admin';

COMMENT ON COLUMN rollcall.client_current.policy IS 'The name of the registration policy that judged the client';

COMMENT ON COLUMN rollcall.client_current.initial_token_id IS 'The initial access token that registered the client; NULL: none did';

COMMENT ON COLUMN rollcall.client_current.application_type IS 'From metadata: web or native';

COMMENT ON COLUMN rollcall.client_current.token_endpoint_auth_method IS 'From metadata: how it authenticates; none: a public client';

COMMENT ON COLUMN rollcall.client_current.has_secret IS 'Whether the client has a secret';

COMMENT ON COLUMN rollcall.client_current.secret_expires_at IS 'When the client secret expires; NULL: never';

COMMENT ON COLUMN rollcall.client_current.previous_secret_expires_at IS 'When that one dies';

COMMENT ON COLUMN rollcall.client_current.grant_types IS 'From metadata: the grants that the client may use';

COMMENT ON COLUMN rollcall.client_current.response_types IS 'From metadata: what it may ask the authorization endpoint for';

COMMENT ON COLUMN rollcall.client_current.redirect_uris IS 'From metadata: where people may be sent back to';

COMMENT ON COLUMN rollcall.client_current.scope IS 'From metadata: the scopes it may ask for, with spaces between';

COMMENT ON COLUMN rollcall.client_current.client_uri IS 'From metadata: the client''s home page';

COMMENT ON COLUMN rollcall.client_current.logo_uri IS 'From metadata: the client''s logo';

COMMENT ON COLUMN rollcall.client_current.jwks_uri IS 'From metadata: where the client publishes its keys';

COMMENT ON COLUMN rollcall.client_current.contacts IS 'From metadata: how to reach the people responsible';

COMMENT ON COLUMN rollcall.client_current.software_id IS 'From metadata: the same for all installations of a software';

COMMENT ON COLUMN rollcall.client_current.software_version IS 'From metadata: the version of that software';

COMMENT ON COLUMN rollcall.client_current.issued_at IS 'When the client was registered';

COMMENT ON COLUMN rollcall.client_current.issued_from IS 'The address that the registration came from; NULL: not known';

COMMENT ON COLUMN rollcall.client_current.updated_at IS 'When metadata or status last changed';

COMMENT ON COLUMN rollcall.client_current.version IS 'Goes up by one with each update of metadata';

COMMENT ON COLUMN rollcall.client_current.last_used_at IS 'When the client was last given a token; NULL: never';

COMMENT ON COLUMN rollcall.client_current.expires_at IS 'When the registration ends; NULL: never';

COMMENT ON COLUMN rollcall.client_current.valid_from IS 'Codes, tokens and consents from before this count for nothing; set when status changes';

COMMENT ON COLUMN rollcall.client_current.metadata IS 'What was registered, defaults included: the source of the columns from client_name on';

CREATE VIEW rollcall.client_duplicates AS
 SELECT c.client_name,
    c.software_id,
    u.redirect_uris,
    count(*) AS clients,
    count(*) FILTER (WHERE ((c.status)::text = 'active'::text)) AS active,
    count(c.last_used_at) AS used,
    min(c.issued_at) AS first_issued_at,
    max(c.issued_at) AS last_issued_at,
    array_agg(DISTINCT c.issued_from) FILTER (WHERE (c.issued_from IS NOT NULL)) AS addresses,
    array_agg(c.client_id ORDER BY c.issued_at) AS client_ids
   FROM (rollcall.client c
     CROSS JOIN LATERAL ( SELECT array_agg(regexp_replace(u_1.uri, '^(http://(localhost|127[.]0[.]0[.]1|\[::1\])):[0-9]+'::text, '\1'::text) ORDER BY u_1.place) AS redirect_uris
           FROM unnest(c.redirect_uris) WITH ORDINALITY u_1(uri, place)) u)
  GROUP BY c.client_name, c.software_id, u.redirect_uris
 HAVING (count(*) > 1);

COMMENT ON VIEW rollcall.client_duplicates IS 'One row a set of clients with the same client_name, software_id and redirect URIs, the ports of loopback ones aside';

COMMENT ON COLUMN rollcall.client_duplicates.client_name IS 'From metadata: the name shown to people';

COMMENT ON COLUMN rollcall.client_duplicates.software_id IS 'From metadata: the same for all installations of a software';

COMMENT ON COLUMN rollcall.client_duplicates.redirect_uris IS 'Their redirect URIs, loopback ones without their port';

COMMENT ON COLUMN rollcall.client_duplicates.clients IS 'How many they are';

COMMENT ON COLUMN rollcall.client_duplicates.active IS 'Those of them that are active';

COMMENT ON COLUMN rollcall.client_duplicates.used IS 'Those of them that were ever given a token';

COMMENT ON COLUMN rollcall.client_duplicates.first_issued_at IS 'When the first was registered';

COMMENT ON COLUMN rollcall.client_duplicates.last_issued_at IS 'When the last was';

COMMENT ON COLUMN rollcall.client_duplicates.addresses IS 'The addresses that registered them; NULL: none is known';

COMMENT ON COLUMN rollcall.client_duplicates.client_ids IS 'Which they are, the first registered first';

CREATE TABLE rollcall.client_version (
    client_id rollcall.client_id NOT NULL,
    version integer NOT NULL,
    metadata rollcall.client_metadata NOT NULL,
    replaced_at timestamp with time zone DEFAULT now() NOT NULL,
    replaced_by text NOT NULL,
    replaced_from inet
);

COMMENT ON TABLE rollcall.client_version IS 'One row a former version of a client''s metadata; the present one is in client';

COMMENT ON COLUMN rollcall.client_version.client_id IS 'The client';

COMMENT ON COLUMN rollcall.client_version.version IS 'The number of this version';

COMMENT ON COLUMN rollcall.client_version.metadata IS 'What was registered then';

COMMENT ON COLUMN rollcall.client_version.replaced_at IS 'When the next version took its place';

COMMENT ON COLUMN rollcall.client_version.replaced_by IS 'Who made the next version, as audit.actor has it';

COMMENT ON COLUMN rollcall.client_version.replaced_from IS 'The address that this came from; NULL: not known';

CREATE VIEW rollcall.client_history AS
 SELECT each.client_id,
    each.version,
    each.made_at,
    each.made_by,
    each.made_from,
    each.replaced_at,
    ARRAY( SELECT key
           FROM (jsonb_each(each.former) jsonb_each(key, value)
             FULL JOIN jsonb_each((each.metadata)::jsonb) latter(key, value) USING (key))
          WHERE ((each.former IS NOT NULL) AND (jsonb_each.value IS DISTINCT FROM latter.value))
          ORDER BY key) AS changed,
    each.metadata
   FROM ( SELECT v.client_id,
            v.version,
            v.metadata,
            v.replaced_at,
                CASE v.version
                    WHEN 1 THEN c.issued_at
                    ELSE lag(v.replaced_at) OVER w
                END AS made_at,
                CASE
                    WHEN (v.version > 1) THEN lag(v.replaced_by) OVER w
                    WHEN ((c.door)::text = 'dynamic'::text) THEN 'anonymous'::text
                    WHEN (c.initial_token_id IS NOT NULL) THEN ('initial_token:'::text || c.initial_token_id)
                    ELSE ( SELECT a.actor
                       FROM rollcall.audit a
                      WHERE ((a.at = c.issued_at) AND (a.client_id = (c.client_id)::text) AND (a.event = 'client.registered'::text))
                     LIMIT 1)
                END AS made_by,
                CASE v.version
                    WHEN 1 THEN c.issued_from
                    ELSE lag(v.replaced_from) OVER w
                END AS made_from,
            lag((v.metadata)::jsonb) OVER w AS former
           FROM (( SELECT client_version.client_id,
                    client_version.version,
                    client_version.metadata,
                    client_version.replaced_at,
                    client_version.replaced_by,
                    client_version.replaced_from
                   FROM rollcall.client_version
                UNION ALL
                 SELECT client.client_id,
                    client.version,
                    client.metadata,
                    NULL::timestamp with time zone AS replaced_at,
                    NULL::text AS replaced_by,
                    NULL::inet AS replaced_from
                   FROM rollcall.client) v
             JOIN rollcall.client c ON (((c.client_id)::text = (v.client_id)::text)))
          WINDOW w AS (PARTITION BY v.client_id ORDER BY v.version)) each;

COMMENT ON VIEW rollcall.client_history IS 'One row a version of a client''s metadata, former ones (100 at most) and the present';

COMMENT ON COLUMN rollcall.client_history.client_id IS 'The client';

COMMENT ON COLUMN rollcall.client_history.version IS 'The number of this version';

COMMENT ON COLUMN rollcall.client_history.made_at IS 'When this version was made; NULL: not known, for the one before is no longer there';

COMMENT ON COLUMN rollcall.client_history.made_by IS 'Who made it, as audit_event.actor has it; NULL: not known';

COMMENT ON COLUMN rollcall.client_history.made_from IS 'The address that it came from; NULL: not known';

COMMENT ON COLUMN rollcall.client_history.replaced_at IS 'When the next version took its place; NULL: this is the present one';

COMMENT ON COLUMN rollcall.client_history.changed IS 'The members that differ from the version before, where that is known';

COMMENT ON COLUMN rollcall.client_history.metadata IS 'What was registered then';

CREATE VIEW rollcall.client_idle AS
 SELECT client.client_id,
    client.client_name,
    client.door,
    client.policy,
    client.issued_at,
    client.last_used_at,
    GREATEST(COALESCE(client.last_used_at, client.issued_at), client.valid_from) AS idle_since,
        CASE
            WHEN (client.last_used_at IS NULL) THEN 'never used'::text
            ELSE 'idle'::text
        END AS reason
   FROM rollcall.client
  WHERE (((client.status)::text = 'active'::text) AND ((client.door)::text = ANY (ARRAY['dynamic'::text, 'token'::text])) AND (GREATEST(COALESCE(client.last_used_at, client.issued_at), client.valid_from) < (now() -
        CASE
            WHEN (client.last_used_at IS NULL) THEN '90 days'::interval
            ELSE '365 days'::interval
        END)));

COMMENT ON VIEW rollcall.client_idle IS 'One row a client that client_archive_idle() would archive: it registered itself and was never used for 90 days, or not for 365';

COMMENT ON COLUMN rollcall.client_idle.client_id IS 'The client''s identifier';

COMMENT ON COLUMN rollcall.client_idle.client_name IS 'From metadata: the name shown to people';

COMMENT ON COLUMN rollcall.client_idle.door IS 'How the client came in: dynamic, token, document or admin';

COMMENT ON COLUMN rollcall.client_idle.policy IS 'The name of the registration policy that judged the client';

COMMENT ON COLUMN rollcall.client_idle.issued_at IS 'When the client was registered';

COMMENT ON COLUMN rollcall.client_idle.last_used_at IS 'When the client was last given a token; NULL: never';

COMMENT ON COLUMN rollcall.client_idle.idle_since IS 'Since when it is idle: its last use or registration, or the change of its status';

COMMENT ON COLUMN rollcall.client_idle.reason IS 'never used, or idle';

CREATE VIEW rollcall.client_redirect_uri AS
 SELECT c.client_id,
    c.client_name,
    c.status,
    c.door,
    c.policy,
    u.place,
    u.redirect_uri,
    "substring"(u.redirect_uri, '^([A-Za-z][A-Za-z0-9+.-]*):'::text) AS scheme,
    "substring"(u.redirect_uri, '^[A-Za-z][A-Za-z0-9+.-]*://([^/?#:\[]+|\[[^\]]*\])'::text) AS host,
    c.issued_at,
    c.last_used_at
   FROM rollcall.client c,
    LATERAL unnest(c.redirect_uris) WITH ORDINALITY u(redirect_uri, place);

COMMENT ON VIEW rollcall.client_redirect_uri IS 'One row a redirect URI of a client';

COMMENT ON COLUMN rollcall.client_redirect_uri.client_id IS 'The client''s identifier';

COMMENT ON COLUMN rollcall.client_redirect_uri.client_name IS 'From metadata: the name shown to people';

COMMENT ON COLUMN rollcall.client_redirect_uri.status IS 'active, or refused: pending until it is approved, archived until it is revived, disabled until it is enabled';

COMMENT ON COLUMN rollcall.client_redirect_uri.door IS 'How the client came in: dynamic, token, document or admin';

COMMENT ON COLUMN rollcall.client_redirect_uri.policy IS 'The name of the registration policy that judged the client';

COMMENT ON COLUMN rollcall.client_redirect_uri.place IS 'Which of the client''s redirect URIs this is, from 1';

COMMENT ON COLUMN rollcall.client_redirect_uri.redirect_uri IS 'A redirect URI, as it was registered';

COMMENT ON COLUMN rollcall.client_redirect_uri.scheme IS 'The scheme of the redirect URI';

COMMENT ON COLUMN rollcall.client_redirect_uri.host IS 'The host of the redirect URI; NULL: it has none';

COMMENT ON COLUMN rollcall.client_redirect_uri.issued_at IS 'When the client was registered';

COMMENT ON COLUMN rollcall.client_redirect_uri.last_used_at IS 'When the client was last given a token; NULL: never';

CREATE VIEW rollcall.client_report AS
 SELECT client_current.client_id,
    client_current.client_name,
    client_current.status,
    client_current.door,
    client_current.policy,
    client_current.application_type,
    client_current.token_endpoint_auth_method,
    client_current.has_secret,
    client_current.secret_expires_at,
    client_current.grant_types,
    client_current.response_types,
    client_current.redirect_uris,
    client_current.scope,
    client_current.client_uri,
    client_current.logo_uri,
    client_current.jwks_uri,
    client_current.contacts,
    client_current.software_id,
    client_current.software_version,
    client_current.issued_at,
    client_current.issued_from,
    client_current.updated_at,
    client_current.version,
    client_current.last_used_at,
    client_current.expires_at,
    client_current.metadata,
    client_current.valid_from
   FROM rollcall.client_current;

COMMENT ON VIEW rollcall.client_report IS 'One row a client, from before client_current, which has more: prefer that';

COMMENT ON COLUMN rollcall.client_report.client_id IS 'The client''s identifier';

COMMENT ON COLUMN rollcall.client_report.client_name IS 'From metadata: the name shown to people';

COMMENT ON COLUMN rollcall.client_report.status IS 'active, or refused: pending until it is approved, archived until it is revived, disabled until it is enabled';

COMMENT ON COLUMN rollcall.client_report.door IS 'How the client came in: dynamic, token, document or admin';

COMMENT ON COLUMN rollcall.client_report.policy IS 'The name of the registration policy that judged the client';

COMMENT ON COLUMN rollcall.client_report.application_type IS 'From metadata: web or native';

COMMENT ON COLUMN rollcall.client_report.token_endpoint_auth_method IS 'From metadata: how it authenticates; none: a public client';

COMMENT ON COLUMN rollcall.client_report.has_secret IS 'Whether the client has a secret';

COMMENT ON COLUMN rollcall.client_report.secret_expires_at IS 'When the client secret expires; NULL: never';

COMMENT ON COLUMN rollcall.client_report.grant_types IS 'From metadata: the grants that the client may use';

COMMENT ON COLUMN rollcall.client_report.response_types IS 'From metadata: what it may ask the authorization endpoint for';

COMMENT ON COLUMN rollcall.client_report.redirect_uris IS 'From metadata: where people may be sent back to';

COMMENT ON COLUMN rollcall.client_report.scope IS 'From metadata: the scopes it may ask for, with spaces between';

COMMENT ON COLUMN rollcall.client_report.client_uri IS 'From metadata: the client''s home page';

COMMENT ON COLUMN rollcall.client_report.logo_uri IS 'From metadata: the client''s logo';

COMMENT ON COLUMN rollcall.client_report.jwks_uri IS 'From metadata: where the client publishes its keys';

COMMENT ON COLUMN rollcall.client_report.contacts IS 'From metadata: how to reach the people responsible';

COMMENT ON COLUMN rollcall.client_report.software_id IS 'From metadata: the same for all installations of a software';

COMMENT ON COLUMN rollcall.client_report.software_version IS 'From metadata: the version of that software';

COMMENT ON COLUMN rollcall.client_report.issued_at IS 'When the client was registered';

COMMENT ON COLUMN rollcall.client_report.issued_from IS 'The address that the registration came from; NULL: not known';

COMMENT ON COLUMN rollcall.client_report.updated_at IS 'When metadata or status last changed';

COMMENT ON COLUMN rollcall.client_report.version IS 'Goes up by one with each update of metadata';

COMMENT ON COLUMN rollcall.client_report.last_used_at IS 'When the client was last given a token; NULL: never';

COMMENT ON COLUMN rollcall.client_report.expires_at IS 'When the registration ends; NULL: never';

COMMENT ON COLUMN rollcall.client_report.metadata IS 'What was registered, defaults included: the source of the columns from client_name on';

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

COMMENT ON COLUMN rollcall.consent_report.client_name IS 'From metadata: the name shown to people';

COMMENT ON COLUMN rollcall.consent_report.scope IS 'The scopes consented to, with spaces between';

COMMENT ON COLUMN rollcall.consent_report.audience IS 'The resources that they were consented to for (RFC 8707), sorted';

COMMENT ON COLUMN rollcall.consent_report.redirect_origin IS 'The origin that the consent page said the answer would go to';

COMMENT ON COLUMN rollcall.consent_report.granted_at IS 'When the person last consented';

COMMENT ON COLUMN rollcall.consent_report.live IS 'Whether the consent counts';

CREATE TABLE rollcall.fetched_document (
    url text NOT NULL COLLATE pg_catalog."C",
    body text,
    fault text,
    fetched_at timestamp with time zone,
    claimed_at timestamp with time zone,
    tried_at timestamp with time zone
);

COMMENT ON TABLE rollcall.fetched_document IS 'One row a JWK Set or other JSON document that was fetched from where a client or issuer keeps it';

COMMENT ON COLUMN rollcall.fetched_document.url IS 'Where it is';

COMMENT ON COLUMN rollcall.fetched_document.body IS 'The document as it was last had; NULL: never yet';

COMMENT ON COLUMN rollcall.fetched_document.fault IS 'Why the last attempt failed; NULL: it did not';

COMMENT ON COLUMN rollcall.fetched_document.fetched_at IS 'When body was had; NULL: never yet';

COMMENT ON COLUMN rollcall.fetched_document.claimed_at IS 'Since when one process is fetching it; NULL: none is';

COMMENT ON COLUMN rollcall.fetched_document.tried_at IS 'When it was last tried; NULL: never yet';

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

CREATE TABLE rollcall.initial_token (
    initial_token_id bigint NOT NULL,
    token_hash rollcall.hash NOT NULL,
    note text,
    policy text DEFAULT 'default'::text NOT NULL,
    uses_left integer,
    expires_at timestamp with time zone,
    redirect_hosts text[],
    scopes text[],
    grant_types text[],
    addresses cidr[],
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by text,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT initial_token_uses_left CHECK ((uses_left >= 0))
);

COMMENT ON TABLE rollcall.initial_token IS 'One row an initial access token (RFC 7591 3): whoever has it may register clients within its bounds';

COMMENT ON COLUMN rollcall.initial_token.initial_token_id IS 'The token''s number';

COMMENT ON COLUMN rollcall.initial_token.token_hash IS 'Hash of the token';

COMMENT ON COLUMN rollcall.initial_token.note IS 'For whom or what it was made';

COMMENT ON COLUMN rollcall.initial_token.policy IS 'The name of the policy that its clients are judged by';

COMMENT ON COLUMN rollcall.initial_token.uses_left IS 'How many clients it may still register; NULL: any number';

COMMENT ON COLUMN rollcall.initial_token.expires_at IS 'When it expires; NULL: never';

COMMENT ON COLUMN rollcall.initial_token.redirect_hosts IS 'The only hosts that redirect URIs may have; NULL: as the policy says';

COMMENT ON COLUMN rollcall.initial_token.scopes IS 'The only scopes that its clients may register; NULL: as the policy says';

COMMENT ON COLUMN rollcall.initial_token.grant_types IS 'The only grant types that its clients may register; NULL: as the policy says';

COMMENT ON COLUMN rollcall.initial_token.addresses IS 'The only networks that it may be used from; NULL: any';

COMMENT ON COLUMN rollcall.initial_token.created_at IS 'When it was made';

COMMENT ON COLUMN rollcall.initial_token.created_by IS 'Who made it';

COMMENT ON COLUMN rollcall.initial_token.last_used_at IS 'When it last registered a client; NULL: never';

COMMENT ON COLUMN rollcall.initial_token.revoked_at IS 'When it was revoked; NULL: it was not';

ALTER TABLE rollcall.initial_token ALTER COLUMN initial_token_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME rollcall.initial_token_initial_token_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW rollcall.initial_token_usage AS
 SELECT t.initial_token_id,
    t.note,
    t.policy,
        CASE
            WHEN (t.revoked_at IS NOT NULL) THEN 'revoked'::text
            WHEN (t.expires_at <= now()) THEN 'expired'::text
            WHEN (t.uses_left = 0) THEN 'spent'::text
            ELSE 'live'::text
        END AS state,
    t.uses_left,
    c.clients,
    c.active,
    c.used,
    c.first_issued_at,
    c.last_issued_at,
    t.expires_at,
    t.redirect_hosts,
    t.scopes,
    t.grant_types,
    t.addresses,
    t.created_at,
    t.created_by,
    t.last_used_at,
    t.revoked_at
   FROM (rollcall.initial_token t
     CROSS JOIN LATERAL ( SELECT count(*) AS clients,
            count(*) FILTER (WHERE ((client.status)::text = 'active'::text)) AS active,
            count(client.last_used_at) AS used,
            min(client.issued_at) AS first_issued_at,
            max(client.issued_at) AS last_issued_at
           FROM rollcall.client
          WHERE (client.initial_token_id = t.initial_token_id)) c);

COMMENT ON VIEW rollcall.initial_token_usage IS 'One row an initial access token, and what became of it; without the token or its hash';

COMMENT ON COLUMN rollcall.initial_token_usage.initial_token_id IS 'The token''s number';

COMMENT ON COLUMN rollcall.initial_token_usage.note IS 'For whom or what it was made';

COMMENT ON COLUMN rollcall.initial_token_usage.policy IS 'The name of the policy that its clients are judged by';

COMMENT ON COLUMN rollcall.initial_token_usage.state IS 'live, or why it lets nobody in: revoked, expired or spent';

COMMENT ON COLUMN rollcall.initial_token_usage.uses_left IS 'How many clients it may still register; NULL: any number';

COMMENT ON COLUMN rollcall.initial_token_usage.clients IS 'Clients that it registered and that are still there';

COMMENT ON COLUMN rollcall.initial_token_usage.active IS 'Those of them that are active';

COMMENT ON COLUMN rollcall.initial_token_usage.used IS 'Those of them that were ever given a token';

COMMENT ON COLUMN rollcall.initial_token_usage.first_issued_at IS 'When the first of them was registered';

COMMENT ON COLUMN rollcall.initial_token_usage.last_issued_at IS 'When the last of them was';

COMMENT ON COLUMN rollcall.initial_token_usage.expires_at IS 'When it expires; NULL: never';

COMMENT ON COLUMN rollcall.initial_token_usage.redirect_hosts IS 'The only hosts that redirect URIs may have; NULL: as the policy says';

COMMENT ON COLUMN rollcall.initial_token_usage.scopes IS 'The only scopes that its clients may register; NULL: as the policy says';

COMMENT ON COLUMN rollcall.initial_token_usage.grant_types IS 'The only grant types that its clients may register; NULL: as the policy says';

COMMENT ON COLUMN rollcall.initial_token_usage.addresses IS 'The only networks that it may be used from; NULL: any';

COMMENT ON COLUMN rollcall.initial_token_usage.created_at IS 'When it was made';

COMMENT ON COLUMN rollcall.initial_token_usage.created_by IS 'Who made it';

COMMENT ON COLUMN rollcall.initial_token_usage.last_used_at IS 'When it last registered a client; NULL: never';

COMMENT ON COLUMN rollcall.initial_token_usage.revoked_at IS 'When it was revoked; NULL: it was not';

CREATE TABLE rollcall.outbox (
    outbox_id bigint NOT NULL,
    destination text NOT NULL,
    event_id bigint NOT NULL,
    event text NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT now() NOT NULL,
    delivered_at timestamp with time zone,
    dead_at timestamp with time zone,
    fault text
);

COMMENT ON TABLE rollcall.outbox IS 'One row a notification and where it goes, until it was delivered and for a while after';

COMMENT ON COLUMN rollcall.outbox.outbox_id IS 'The number of the notification';

COMMENT ON COLUMN rollcall.outbox.destination IS 'The webhook''s name, or mail';

COMMENT ON COLUMN rollcall.outbox.event_id IS 'The event''s audit_id: receivers who see it twice know it by this';

COMMENT ON COLUMN rollcall.outbox.event IS 'What happened, as audit.event has it';

COMMENT ON COLUMN rollcall.outbox.payload IS 'What is told of it';

COMMENT ON COLUMN rollcall.outbox.created_at IS 'When it was put here';

COMMENT ON COLUMN rollcall.outbox.attempts IS 'How often it was tried';

COMMENT ON COLUMN rollcall.outbox.next_attempt_at IS 'When it will be tried next';

COMMENT ON COLUMN rollcall.outbox.delivered_at IS 'When it was delivered; NULL: it was not';

COMMENT ON COLUMN rollcall.outbox.dead_at IS 'When it was given up; NULL: it was not';

COMMENT ON COLUMN rollcall.outbox.fault IS 'What went wrong the last time; NULL: nothing';

ALTER TABLE rollcall.outbox ALTER COLUMN outbox_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME rollcall.outbox_outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE rollcall.outbox_position (
    name text NOT NULL,
    audit_id bigint DEFAULT 0 NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE rollcall.outbox_position IS 'How far the audit log was turned into notifications';

COMMENT ON COLUMN rollcall.outbox_position.name IS 'deliver: of all of them; mail: when the last mail went out';

COMMENT ON COLUMN rollcall.outbox_position.audit_id IS 'The last row that was looked at';

COMMENT ON COLUMN rollcall.outbox_position.moved_at IS 'When it was';

CREATE VIEW rollcall.outbox_pending AS
 SELECT outbox.destination,
        CASE
            WHEN (outbox.dead_at IS NULL) THEN 'waiting'::text
            ELSE 'dead'::text
        END AS state,
    (1)::bigint AS events,
    outbox.outbox_id,
    outbox.event_id,
    outbox.event,
    (outbox.payload ->> 'client_id'::text) AS client_id,
    outbox.created_at,
    outbox.attempts,
    outbox.next_attempt_at,
    outbox.dead_at,
    outbox.fault,
    outbox.payload
   FROM rollcall.outbox
  WHERE (outbox.delivered_at IS NULL)
UNION ALL
 SELECT NULL::text AS destination,
    'unread'::text AS state,
    a.events,
    NULL::bigint AS outbox_id,
    NULL::bigint AS event_id,
    NULL::text AS event,
    NULL::text AS client_id,
    a.since AS created_at,
    NULL::integer AS attempts,
    NULL::timestamp with time zone AS next_attempt_at,
    NULL::timestamp with time zone AS dead_at,
    NULL::text AS fault,
    NULL::jsonb AS payload
   FROM ( SELECT count(*) AS events,
            min(l.at) AS since
           FROM (rollcall.outbox_position p
             JOIN rollcall.audit l ON ((l.audit_id > p.audit_id)))
          WHERE (p.name = 'deliver'::text)) a
  WHERE (a.events > 0);

COMMENT ON VIEW rollcall.outbox_pending IS 'One row a notification that was not delivered, and one for all events of the audit log that were not yet turned into notifications';

COMMENT ON COLUMN rollcall.outbox_pending.destination IS 'The webhook''s name, or mail; NULL: not yet known';

COMMENT ON COLUMN rollcall.outbox_pending.state IS 'waiting, dead (given up), or unread: rollcall-admin deliver has not looked at the event yet';

COMMENT ON COLUMN rollcall.outbox_pending.events IS 'How many events the row is for: 1, save of unread ones';

COMMENT ON COLUMN rollcall.outbox_pending.outbox_id IS 'The number of the notification';

COMMENT ON COLUMN rollcall.outbox_pending.event_id IS 'The event''s audit_id: receivers who see it twice know it by this';

COMMENT ON COLUMN rollcall.outbox_pending.event IS 'What happened, as audit.event has it';

COMMENT ON COLUMN rollcall.outbox_pending.client_id IS 'The client that it is about; NULL: none';

COMMENT ON COLUMN rollcall.outbox_pending.created_at IS 'When it was put here; of unread ones, when the first happened';

COMMENT ON COLUMN rollcall.outbox_pending.attempts IS 'How often it was tried';

COMMENT ON COLUMN rollcall.outbox_pending.next_attempt_at IS 'When it will be tried next';

COMMENT ON COLUMN rollcall.outbox_pending.dead_at IS 'When it was given up; NULL: it was not';

COMMENT ON COLUMN rollcall.outbox_pending.fault IS 'What went wrong the last time; NULL: nothing';

COMMENT ON COLUMN rollcall.outbox_pending.payload IS 'What is told of it';

CREATE UNLOGGED TABLE rollcall.rate (
    bucket text NOT NULL COLLATE pg_catalog."C",
    level double precision NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE rollcall.rate IS 'One row a thing that is counted by rate: it drains with time';

COMMENT ON COLUMN rollcall.rate.bucket IS 'What is counted, such as login:192.0.2.1';

COMMENT ON COLUMN rollcall.rate.level IS 'How much had run up at updated_at';

COMMENT ON COLUMN rollcall.rate.updated_at IS 'When level was true';

CREATE TABLE rollcall.rate_refusal (
    minute timestamp with time zone NOT NULL,
    rule text NOT NULL COLLATE pg_catalog."C",
    network inet NOT NULL,
    refused bigint DEFAULT 1 NOT NULL
);

COMMENT ON TABLE rollcall.rate_refusal IS 'One row a minute, rule and network: requests that a rate limit refused';

COMMENT ON COLUMN rollcall.rate_refusal.minute IS 'The minute';

COMMENT ON COLUMN rollcall.rate_refusal.rule IS 'The limit, such as rate_limit_register';

COMMENT ON COLUMN rollcall.rate_refusal.network IS 'The address (IPv4) or its /64 (IPv6) that the requests came from';

COMMENT ON COLUMN rollcall.rate_refusal.refused IS 'How many were refused';

CREATE VIEW rollcall.rate_refusal_report AS
 SELECT rate_refusal.minute,
    rate_refusal.rule,
    rate_refusal.network,
    rate_refusal.refused
   FROM rollcall.rate_refusal;

COMMENT ON VIEW rollcall.rate_refusal_report IS 'One row a minute, rule and network: how many requests a rate limit refused';

COMMENT ON COLUMN rollcall.rate_refusal_report.minute IS 'The minute';

COMMENT ON COLUMN rollcall.rate_refusal_report.rule IS 'The limit, such as rate_limit_register';

COMMENT ON COLUMN rollcall.rate_refusal_report.network IS 'The address (IPv4) or its /64 (IPv6) that the requests came from';

COMMENT ON COLUMN rollcall.rate_refusal_report.refused IS 'How many were refused';

CREATE VIEW rollcall.redirect_uri_report AS
 SELECT client_redirect_uri.client_id,
    client_redirect_uri.client_name,
    client_redirect_uri.status,
    client_redirect_uri.place,
    client_redirect_uri.redirect_uri,
    client_redirect_uri.scheme,
    client_redirect_uri.host,
    client_redirect_uri.issued_at
   FROM rollcall.client_redirect_uri;

COMMENT ON VIEW rollcall.redirect_uri_report IS 'One row a redirect URI, from before client_redirect_uri, which has more: prefer that';

COMMENT ON COLUMN rollcall.redirect_uri_report.client_id IS 'The client''s identifier';

COMMENT ON COLUMN rollcall.redirect_uri_report.client_name IS 'From metadata: the name shown to people';

COMMENT ON COLUMN rollcall.redirect_uri_report.status IS 'active, or refused: pending until it is approved, archived until it is revived, disabled until it is enabled';

COMMENT ON COLUMN rollcall.redirect_uri_report.place IS 'Which of the client''s redirect URIs this is, from 1';

COMMENT ON COLUMN rollcall.redirect_uri_report.redirect_uri IS 'A redirect URI, as it was registered';

COMMENT ON COLUMN rollcall.redirect_uri_report.scheme IS 'The scheme of the redirect URI';

COMMENT ON COLUMN rollcall.redirect_uri_report.host IS 'The host of the redirect URI; NULL: it has none';

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
    count(client.last_used_at) AS used
   FROM rollcall.client
  GROUP BY (((client.issued_at AT TIME ZONE 'UTC'::text))::date), client.door;

COMMENT ON VIEW rollcall.registration_by_day IS 'One row a day (UTC) and door: the clients registered that are still there; from before registration_daily, which has more: prefer that';

COMMENT ON COLUMN rollcall.registration_by_day.day IS 'The day, in UTC';

COMMENT ON COLUMN rollcall.registration_by_day.door IS 'How the clients came in: dynamic, token or admin';

COMMENT ON COLUMN rollcall.registration_by_day.clients IS 'Clients registered that day which are still there';

COMMENT ON COLUMN rollcall.registration_by_day.active IS 'Those of them that are active';

COMMENT ON COLUMN rollcall.registration_by_day.used IS 'Those of them that were ever given a token';

CREATE VIEW rollcall.registration_daily AS
 SELECT told.day,
    told.door,
    told.policy,
    (GREATEST(COALESCE(sum(told.registered), (0)::numeric), COALESCE(sum(told.still_there), (0)::numeric)))::bigint AS registered,
    (COALESCE(sum(told.refused), (0)::numeric))::bigint AS refused,
    (COALESCE(sum(told.refused_by_rate), (0)::numeric))::bigint AS refused_by_rate,
    (COALESCE(sum(told.still_there), (0)::numeric))::bigint AS still_there,
    (COALESCE(sum(told.active), (0)::numeric))::bigint AS active,
    (COALESCE(sum(told.used), (0)::numeric))::bigint AS used
   FROM ( SELECT ((client.issued_at AT TIME ZONE 'UTC'::text))::date AS day,
            (client.door)::text AS door,
            client.policy,
            NULL::bigint AS registered,
            NULL::bigint AS refused,
            NULL::numeric AS refused_by_rate,
            count(*) AS still_there,
            count(*) FILTER (WHERE ((client.status)::text = 'active'::text)) AS active,
            count(client.last_used_at) AS used
           FROM rollcall.client
          GROUP BY (((client.issued_at AT TIME ZONE 'UTC'::text))::date), (client.door)::text, client.policy
        UNION ALL
         SELECT ((audit.at AT TIME ZONE 'UTC'::text))::date AS day,
                CASE
                    WHEN (audit.actor = 'anonymous'::text) THEN 'dynamic'::text
                    WHEN (audit.actor ~~ 'initial\_token:%'::text) THEN 'token'::text
                    ELSE 'admin'::text
                END AS door,
                CASE audit.event
                    WHEN 'client.registered'::text THEN COALESCE((audit.detail ->> 'policy'::text), 'default'::text)
                    ELSE NULL::text
                END AS policy,
            count(*) FILTER (WHERE (audit.event = 'client.registered'::text)) AS registered,
            count(*) FILTER (WHERE (audit.event = 'client.refused'::text)) AS refused,
            NULL::numeric AS refused_by_rate,
            NULL::bigint AS still_there,
            NULL::bigint AS active,
            NULL::bigint AS used
           FROM rollcall.audit
          WHERE (audit.event = ANY (ARRAY['client.registered'::text, 'client.refused'::text]))
          GROUP BY (((audit.at AT TIME ZONE 'UTC'::text))::date),
                CASE
                    WHEN (audit.actor = 'anonymous'::text) THEN 'dynamic'::text
                    WHEN (audit.actor ~~ 'initial\_token:%'::text) THEN 'token'::text
                    ELSE 'admin'::text
                END,
                CASE audit.event
                    WHEN 'client.registered'::text THEN COALESCE((audit.detail ->> 'policy'::text), 'default'::text)
                    ELSE NULL::text
                END
        UNION ALL
         SELECT ((rate_refusal.minute AT TIME ZONE 'UTC'::text))::date AS day,
            NULL::text AS door,
            NULL::text AS policy,
            NULL::bigint AS registered,
            NULL::bigint AS refused,
            sum(rate_refusal.refused) AS refused_by_rate,
            NULL::bigint AS still_there,
            NULL::bigint AS active,
            NULL::bigint AS used
           FROM rollcall.rate_refusal
          WHERE (rate_refusal.rule = ANY (ARRAY['rate_limit_register'::text, 'rate_limit_initial_token'::text, 'rate_limit_policy'::text]))
          GROUP BY (((rate_refusal.minute AT TIME ZONE 'UTC'::text))::date)) told
  GROUP BY told.day, told.door, told.policy;

COMMENT ON VIEW rollcall.registration_daily IS 'One row a day (UTC), door and policy: how many registered, how many were refused, what became of them';

COMMENT ON COLUMN rollcall.registration_daily.day IS 'The day, in UTC';

COMMENT ON COLUMN rollcall.registration_daily.door IS 'How they came in: dynamic, token or admin; NULL: refused by rate';

COMMENT ON COLUMN rollcall.registration_daily.policy IS 'The name of their policy; NULL: of those refused it is not kept';

COMMENT ON COLUMN rollcall.registration_daily.registered IS 'Clients registered, as the audit log has it';

COMMENT ON COLUMN rollcall.registration_daily.refused IS 'Registrations refused by a rule';

COMMENT ON COLUMN rollcall.registration_daily.refused_by_rate IS 'Registrations refused by a rate limit';

COMMENT ON COLUMN rollcall.registration_daily.still_there IS 'Of those registered, those that were not deleted';

COMMENT ON COLUMN rollcall.registration_daily.active IS 'Those that are active';

COMMENT ON COLUMN rollcall.registration_daily.used IS 'Those that were ever given a token';

CREATE VIEW rollcall.registration_refused AS
 SELECT audit.audit_id,
    audit.at,
    audit.event,
    audit.rule,
    audit.outcome,
    audit.address,
    audit.user_agent,
    audit.actor,
    audit.client_id,
    (audit.detail -> 'faults'::text) AS faults
   FROM rollcall.audit
  WHERE ((audit.event ~~ 'client.%'::text) AND (audit.outcome <> 'ok'::text));

COMMENT ON VIEW rollcall.registration_refused IS 'One row a registration, read, update, rotation or deletion that was refused; those refused by rate are in rate_refusal_report';

COMMENT ON COLUMN rollcall.registration_refused.audit_id IS 'The number of the row: goes up, with gaps where a transaction failed';

COMMENT ON COLUMN rollcall.registration_refused.at IS 'When it happened';

COMMENT ON COLUMN rollcall.registration_refused.event IS 'What happened, such as client.registered';

COMMENT ON COLUMN rollcall.registration_refused.rule IS 'The rule that refused it, the first of them; NULL: none of registration''s, such as a wrong token';

COMMENT ON COLUMN rollcall.registration_refused.outcome IS 'The error that was answered';

COMMENT ON COLUMN rollcall.registration_refused.address IS 'The address that it came from; NULL: not by way of the web';

COMMENT ON COLUMN rollcall.registration_refused.user_agent IS 'What the request said of its software; NULL: nothing';

COMMENT ON COLUMN rollcall.registration_refused.actor IS 'Who did it: anonymous, initial_token:N, registration_token, account:ID, or a database role and what it runs';

COMMENT ON COLUMN rollcall.registration_refused.client_id IS 'The client that it is about; NULL: none';

COMMENT ON COLUMN rollcall.registration_refused.faults IS 'Each fault that was found: where (pointer), and against which rule; NULL: none but the one';

CREATE TABLE rollcall.registration_token (
    client_id rollcall.client_id NOT NULL,
    token_hash rollcall.hash NOT NULL,
    issued_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone DEFAULT now() NOT NULL,
    replaces rollcall.hash
);

COMMENT ON TABLE rollcall.registration_token IS 'One row a registration access token (RFC 7592): it manages one client';

COMMENT ON COLUMN rollcall.registration_token.client_id IS 'The client that the token manages';

COMMENT ON COLUMN rollcall.registration_token.token_hash IS 'Hash of the token';

COMMENT ON COLUMN rollcall.registration_token.issued_at IS 'When the token was issued';

COMMENT ON COLUMN rollcall.registration_token.last_used_at IS 'When the token was last used, noted at most once a day; its lifetime counts from here';

COMMENT ON COLUMN rollcall.registration_token.replaces IS 'Hash of the token that dies when this one is first used; NULL: none does';

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

COMMENT ON COLUMN rollcall.registration_token_report.client_name IS 'From metadata: the name shown to people';

COMMENT ON COLUMN rollcall.registration_token_report.status IS 'active, or refused: pending until it is approved, archived until it is revived, disabled until it is enabled';

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

COMMENT ON COLUMN rollcall.resource_server_report.client_name IS 'From metadata: the name shown to people';

COMMENT ON COLUMN rollcall.resource_server_report.status IS 'active, or refused: pending until it is approved, archived until it is revived, disabled until it is enabled';

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

ALTER TABLE ONLY rollcall.audit ATTACH PARTITION rollcall.audit_default DEFAULT;

COPY rollcall.access_token (token_hash, client_id, grant_id, scope, audience, issued_at, expires_at) FROM stdin;
\\xe6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6	app	102	openid read	{https://api.example.org,https://issuer.example.org}	2026-11-22 07:21:42.289398+00	2026-11-22 08:21:42.289398+00
\\xe7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7	app	\N	write	{https://api.example.org}	2026-11-22 07:21:42.289398+00	2026-11-22 08:21:42.289398+00
\.

COPY rollcall.account (account_id, login_name, password_hash, claims, status, created_at, updated_at, valid_from, password_changed_at, last_login_at) FROM stdin;
a1	alice	SECRET	{"name": "Alice", "email": "alice@example.org", "email_verified": true}	active	2026-11-22 07:21:42.282117+00	2026-11-22 07:21:42.282117+00	2026-01-01 00:00:00+00	2026-11-22 07:21:42.282117+00	\N
\.

COPY rollcall.audit_default (xact, audit_id, at, event, actor, address, user_agent, client_id, outcome, rule, detail) FROM stdin;
9	1	2026-01-15 12:00:00+00	client.registered	anonymous	192.0.2.1	Browser/1.0	app	ok	\N	\N
9	2	2026-01-15 12:00:00+00	client.refused	anonymous	192.0.2.1	\N	\N	invalid_redirect_uri	redirect_uri.scheme	{"faults": [{"rule": "redirect_uri.scheme", "pointer": "/redirect_uris/0"}]}
\.

COPY rollcall.audit_detached (month, table_name, detached_at, detached_by) FROM stdin;
2026-01-01	audit_2026_01	2026-11-22 07:21:42.313003+00	postgres
\.

COPY rollcall.audit_horizon (one, settled_id, seen_id, seen_xact) FROM stdin;
t	0	0	9
\.

COPY rollcall.audit_seal (seal_id, month, first_id, last_id, row_count, digest, chain, mac, sealed_at) FROM stdin;
1	2026-01-01	-1	0	1	\\x0000000000000000000000000000000000000000000000000000000000000000	\\x0000000000000000000000000000000000000000000000000000000000000000	\N	2026-11-22 07:21:42.310505+00
\.

COPY rollcall.authorization_code (code_hash, grant_id, redirect_uri, redirect_uri_given, code_challenge, created_at, expires_at, spent_at) FROM stdin;
\\xe4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4	101	https://app.example.org/cb	t	SECRET	2026-11-22 07:21:42.287512+00	2026-11-22 08:21:42.287512+00	\N
\\xe5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5	102	https://app.example.org/cb	t	\N	2026-11-22 07:21:42.287512+00	2026-11-22 08:21:42.287512+00	2026-11-22 07:21:42.287512+00
\.

COPY rollcall.authorization_grant (grant_id, account_id, client_id, scope, audience, nonce, auth_time, created_at, revoked_at) FROM stdin;
101	a1	app	openid read	{https://api.example.org,https://issuer.example.org}	SECRET	2026-11-22 07:21:42.285803+00	2026-11-22 07:21:42.285803+00	\N
102	a1	app	openid read	{https://api.example.org,https://issuer.example.org}	SECRET	2026-11-22 07:21:42.285803+00	2026-11-22 07:21:42.285803+00	\N
103	a1	app	openid read	{https://api.example.org,https://issuer.example.org}	SECRET	2026-11-22 07:21:42.285803+00	2026-11-22 07:21:42.285803+00	\N
\.

COPY rollcall.client (client_id, secret_hash, secret_expires_at, metadata, door, status, version, issued_at, updated_at, last_used_at, expires_at, issued_from, policy, client_name, client_uri, logo_uri, redirect_uris, grant_types, response_types, scope, token_endpoint_auth_method, application_type, software_id, software_version, contacts, jwks_uri, valid_from, previous_secret_hash, previous_secret_expires_at, disabled_status, initial_token_id) FROM stdin;
app	\\xe0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0	\N	{"scope": "openid read write", "client_name": "App", "grant_types": ["authorization_code", "refresh_token", "client_credentials"], "redirect_uris": ["https://app.example.org/cb"], "token_endpoint_auth_method": "client_secret_basic"}	dynamic	active	1	2026-11-22 07:21:42.261539+00	2026-11-22 07:21:42.261539+00	\N	\N	192.0.2.1	default	App	\N	\N	{https://app.example.org/cb}	{authorization_code,refresh_token,client_credentials}	\N	openid read write	client_secret_basic	\N	\N	\N	\N	\N	2026-11-22 07:21:42.261539+00	\N	\N	\N	\N
api	\\xe1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1	\N	{"client_name": "API", "grant_types": ["client_credentials"], "token_endpoint_auth_method": "client_secret_basic"}	admin	active	1	2026-11-22 07:21:42.273105+00	2026-11-22 07:21:42.273105+00	\N	\N	\N	default	API	\N	\N	\N	{client_credentials}	\N	\N	client_secret_basic	\N	\N	\N	\N	\N	2026-11-22 07:21:42.273105+00	\N	\N	\N	\N
old	\N	\N	{"grant_types": ["authorization_code"], "token_endpoint_auth_method": "none"}	dynamic	archived	1	2026-11-22 07:21:42.275597+00	2026-11-22 07:21:42.275597+00	\N	\N	\N	default	\N	\N	\N	\N	{authorization_code}	\N	\N	none	\N	\N	\N	\N	\N	2026-11-22 07:21:42.275597+00	\N	\N	\N	\N
twin1	\N	\N	{"client_name": "Twin", "grant_types": ["authorization_code"], "redirect_uris": ["http://127.0.0.1:5001/cb", "https://twin.example.org/cb"], "token_endpoint_auth_method": "none"}	dynamic	active	1	2026-08-23 07:21:42.277037+00	2026-11-22 07:21:42.277037+00	\N	\N	192.0.2.1	default	Twin	\N	\N	{http://127.0.0.1:5001/cb,https://twin.example.org/cb}	{authorization_code}	\N	\N	none	\N	\N	\N	\N	\N	2026-08-23 07:21:42.277037+00	\N	\N	\N	\N
twin2	\N	\N	{"client_name": "Twin", "grant_types": ["authorization_code"], "redirect_uris": ["http://127.0.0.1:5002/cb", "https://twin.example.org/cb"], "token_endpoint_auth_method": "none"}	dynamic	active	1	2026-08-23 07:21:42.277037+00	2026-11-22 07:21:42.277037+00	\N	\N	192.0.2.2	default	Twin	\N	\N	{http://127.0.0.1:5002/cb,https://twin.example.org/cb}	{authorization_code}	\N	\N	none	\N	\N	\N	\N	\N	2026-08-23 07:21:42.277037+00	\N	\N	\N	\N
\.

COPY rollcall.client_count (name, level, since, recounting_from, epoch, counted_at, updated_at) FROM stdin;
counted	1	0	\N	00000000-0000-4000-8000-000000000001	2026-11-22 07:21:42.304241+00	2026-11-22 07:21:42.302353+00
full	9	0	2026-11-22 06:21:42.302353+00	99610f70-3895-45c4-a9ea-526415b155e0	2026-11-22 07:21:42.304358+00	2026-11-22 07:21:42.302353+00
\.

COPY rollcall.client_version (client_id, version, metadata, replaced_at, replaced_by, replaced_from) FROM stdin;
app	0	{"client_name": "Old"}	2026-11-22 07:21:42.301337+00	registration_token	192.0.2.1
\.

COPY rollcall.consent (account_id, client_id, scope, audience, redirect_origin, granted_at) FROM stdin;
a1	app	openid read	{https://api.example.org}	https://app.example.org	2026-11-22 07:21:42.284656+00
\.

COPY rollcall.fetched_document (url, body, fault, fetched_at, claimed_at, tried_at) FROM stdin;
https://app.example.org/jwks	{"keys": []}	\N	2026-11-22 07:21:42.307113+00	\N	2026-11-22 07:21:42.307113+00
\.

COPY rollcall.fetched_image (url, media_type, body, fault, fetched_at) FROM stdin;
https://app.example.org/logo.png	image/png	\\x89504e47	\N	2026-11-22 07:21:42.307774+00
https://app.example.org/old.png	\N	\N	timed out	2026-11-02 07:21:42.307774+00
\.

COPY rollcall.initial_token (initial_token_id, token_hash, note, policy, uses_left, expires_at, redirect_hosts, scopes, grant_types, addresses, created_at, created_by, last_used_at, revoked_at) FROM stdin;
101	\\xecececececececececececececececececececececececececececececececec	for the tests	default	5	\N	{app.example.org}	\N	\N	\N	2026-11-22 07:21:42.299147+00	\N	\N	\N
102	\\xedededededededededededededededededededededededededededededededed	\N	default	\N	\N	\N	\N	\N	\N	2026-11-22 07:21:42.299147+00	\N	\N	\N
\.

COPY rollcall.outbox (outbox_id, destination, event_id, event, payload, created_at, attempts, next_attempt_at, delivered_at, dead_at, fault) FROM stdin;
101	hook	1	client.registered	{"client_id": "app"}	2026-11-22 07:21:42.312462+00	0	2026-11-22 07:21:42.312462+00	\N	\N	\N
102	mail	1	client.registered	{"rule": "rate_limit_register", "client_id": "app"}	2026-11-22 07:21:42.312462+00	0	2026-11-22 07:21:42.312462+00	\N	\N	\N
\.

COPY rollcall.outbox_position (name, audit_id, moved_at) FROM stdin;
deliver	0	2026-11-22 07:21:41.466716+00
mail	0	2026-11-22 07:21:41.466716+00
\.

COPY rollcall.rate (bucket, level, updated_at) FROM stdin;
login:192.0.2.2	3	2026-11-22 07:21:42.305756+00
\.

COPY rollcall.rate_refusal (minute, rule, network, refused) FROM stdin;
2026-01-01 00:00:00+00	rate_limit_register	192.0.2.1	1
\.

COPY rollcall.refresh_token (token_hash, grant_id, issued_at, expires_at, rotated_at, successor_hash, successor_sealed) FROM stdin;
\\xe8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8	102	2026-11-22 07:21:42.293854+00	2026-11-23 07:21:42.293854+00	\N	\N	\N
\\xe9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9	103	2026-11-22 07:21:42.293854+00	2026-11-23 07:21:42.293854+00	2026-11-22 07:21:42.293854+00	\\xeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaea	\\x534543524554
\\xeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaea	103	2026-11-22 07:21:42.293854+00	2026-11-23 07:21:42.293854+00	\N	\N	\N
\.

COPY rollcall.registration_token (client_id, token_hash, issued_at, last_used_at, replaces) FROM stdin;
app	\\xe2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2	2026-11-22 07:21:42.278299+00	2026-11-22 07:21:42.278299+00	\N
app	\\xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee	2026-11-22 07:21:42.280042+00	2026-11-22 07:21:42.280042+00	\\xe2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2
app	\\xefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef	2026-01-02 00:00:00+00	2026-01-02 00:00:00+00	\\xe2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2
api	\\xedededededededededededededededededededededededededededededededed	2026-01-03 00:00:00+00	2026-01-04 00:00:00+00	\N
\.

COPY rollcall.resource_server (client_id, audience, created_at) FROM stdin;
api	{https://api.example.org}	2026-11-22 07:21:42.281195+00
\.

COPY rollcall.schema_version (version, name, sha256, applied_at) FROM stdin;
1	0001-clients.sql	24ddd6640a5423ed54bc1da7b1d500efd1a157c7ef1cd283e1956c9023f53f84	2026-11-22 07:21:40.851758+00
2	0002-authorization.sql	5e087dde4fbc62322a203ef05b1068c556b228c7c55d6adb5d1d30ea1d4bb71b	2026-11-22 07:21:41.041368+00
3	0003-client-columns.sql	127c1f657ebb5997d71d3fc9e9fb8ca550b95e8b182c47ec706767f7925ab99f	2026-11-22 07:21:41.350173+00
4	0004-governance.sql	11e1d776fe57102fc76a5995517cdda2570cf5bc2a6c55a2a89ec0999387d8e9	2026-11-22 07:21:41.466716+00
\.

COPY rollcall.session (session_hash, account_id, auth_time, created_at, expires_at, address, user_agent) FROM stdin;
\\xe3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3e3	a1	2026-11-22 07:21:42.283369+00	2026-11-22 07:21:42.283369+00	2026-11-22 08:21:42.283369+00	192.0.2.2	Browser/1.0
\.

COPY rollcall.signing_key (kid, alg, public_jwk, sealed_key, status, created_at, activated_at, deactivated_at, retired_at) FROM stdin;
k1	ES256	{"kid": "k1", "kty": "EC"}	\\x534543524554	active	2026-11-22 07:21:42.298632+00	2026-11-22 07:21:42.298632+00	\N	\N
k2	ES256	{"kid": "k2", "kty": "EC"}	\\x534543524554	published	2026-11-22 07:21:42.298632+00	\N	\N	\N
k3	ES256	{"kid": "k3", "kty": "EC"}	\\x534543524554	retiring	2026-11-22 07:21:42.298632+00	2026-11-22 05:21:42.298632+00	2026-11-22 06:21:42.298632+00	\N
k4	ES256	{"kid": "k4", "kty": "EC"}	\N	retired	2026-11-22 07:21:42.298632+00	2026-11-22 03:21:42.298632+00	2026-11-22 04:21:42.298632+00	2026-11-22 05:21:42.298632+00
\.

COPY rollcall.used_assertion (client_id, jti_hash, expires_at) FROM stdin;
app	\\xebebebebebebebebebebebebebebebebebebebebebebebebebebebebebebebeb	2026-11-22 07:22:42.297537+00
\.

SELECT pg_catalog.setval('rollcall.audit_id', 2, true);

SELECT pg_catalog.setval('rollcall.authorization_grant_grant_id_seq', 1, false);

SELECT pg_catalog.setval('rollcall.initial_token_initial_token_id_seq', 1, false);

SELECT pg_catalog.setval('rollcall.outbox_outbox_id_seq', 1, false);

ALTER TABLE ONLY rollcall.access_token
    ADD CONSTRAINT access_token_pk PRIMARY KEY (token_hash);

ALTER TABLE ONLY rollcall.account
    ADD CONSTRAINT account_login_name_unique UNIQUE (login_name);

ALTER TABLE ONLY rollcall.account
    ADD CONSTRAINT account_pk PRIMARY KEY (account_id);

ALTER TABLE ONLY rollcall.audit_detached
    ADD CONSTRAINT audit_detached_pk PRIMARY KEY (month);

ALTER TABLE ONLY rollcall.audit_horizon
    ADD CONSTRAINT audit_horizon_pk PRIMARY KEY (one);

ALTER TABLE ONLY rollcall.audit_seal
    ADD CONSTRAINT audit_seal_pk PRIMARY KEY (seal_id);

ALTER TABLE ONLY rollcall.authorization_code
    ADD CONSTRAINT authorization_code_pk PRIMARY KEY (code_hash);

ALTER TABLE ONLY rollcall.authorization_grant
    ADD CONSTRAINT authorization_grant_pk PRIMARY KEY (grant_id);

ALTER TABLE ONLY rollcall.client_count
    ADD CONSTRAINT client_count_pk PRIMARY KEY (name);

ALTER TABLE ONLY rollcall.client
    ADD CONSTRAINT client_pk PRIMARY KEY (client_id);

ALTER TABLE ONLY rollcall.client_version
    ADD CONSTRAINT client_version_pk PRIMARY KEY (client_id, version);

ALTER TABLE ONLY rollcall.consent
    ADD CONSTRAINT consent_pk PRIMARY KEY (client_id, account_id, redirect_origin, audience);

ALTER TABLE ONLY rollcall.fetched_document
    ADD CONSTRAINT fetched_document_pk PRIMARY KEY (url);

ALTER TABLE ONLY rollcall.fetched_image
    ADD CONSTRAINT fetched_image_pk PRIMARY KEY (url);

ALTER TABLE ONLY rollcall.initial_token
    ADD CONSTRAINT initial_token_hash_unique UNIQUE (token_hash);

ALTER TABLE ONLY rollcall.initial_token
    ADD CONSTRAINT initial_token_pk PRIMARY KEY (initial_token_id);

ALTER TABLE ONLY rollcall.outbox
    ADD CONSTRAINT outbox_once UNIQUE (destination, event_id);

ALTER TABLE ONLY rollcall.outbox
    ADD CONSTRAINT outbox_pk PRIMARY KEY (outbox_id);

ALTER TABLE ONLY rollcall.outbox_position
    ADD CONSTRAINT outbox_position_pk PRIMARY KEY (name);

ALTER TABLE ONLY rollcall.rate
    ADD CONSTRAINT rate_pk PRIMARY KEY (bucket);

ALTER TABLE ONLY rollcall.rate_refusal
    ADD CONSTRAINT rate_refusal_pk PRIMARY KEY (minute, rule, network);

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

CREATE INDEX audit_client ON ONLY rollcall.audit USING brin (client_id text_bloom_ops) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX audit_time ON ONLY rollcall.audit USING brin (at) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX audit_default_at_idx ON rollcall.audit_default USING brin (at) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX audit_number ON ONLY rollcall.audit USING btree (audit_id);

CREATE INDEX audit_default_audit_id_idx ON rollcall.audit_default USING btree (audit_id);

CREATE INDEX audit_default_client_id_idx ON rollcall.audit_default USING brin (client_id text_bloom_ops) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX authorization_code_expires ON rollcall.authorization_code USING btree (expires_at);

CREATE INDEX authorization_code_grant ON rollcall.authorization_code USING btree (grant_id);

CREATE INDEX authorization_grant_account ON rollcall.authorization_grant USING btree (account_id);

CREATE INDEX authorization_grant_client ON rollcall.authorization_grant USING btree (client_id);

CREATE INDEX client_initial_token ON rollcall.client USING btree (initial_token_id) WHERE (initial_token_id IS NOT NULL);

CREATE INDEX client_origin ON rollcall.client USING btree (policy, issued_from);

CREATE INDEX consent_account ON rollcall.consent USING btree (account_id);

CREATE INDEX outbox_dead ON rollcall.outbox USING btree (dead_at) WHERE (dead_at IS NOT NULL);

CREATE INDEX outbox_delivered ON rollcall.outbox USING btree (delivered_at) WHERE (delivered_at IS NOT NULL);

CREATE INDEX outbox_due ON rollcall.outbox USING btree (destination, next_attempt_at, outbox_id) WHERE ((delivered_at IS NULL) AND (dead_at IS NULL));

CREATE INDEX refresh_token_expires ON rollcall.refresh_token USING btree (expires_at);

CREATE INDEX refresh_token_grant ON rollcall.refresh_token USING btree (grant_id);

CREATE INDEX session_account ON rollcall.session USING btree (account_id);

CREATE INDEX session_expires ON rollcall.session USING btree (expires_at);

CREATE UNIQUE INDEX signing_key_active ON rollcall.signing_key USING btree (alg) WHERE ((status)::text = 'active'::text);

CREATE INDEX used_assertion_expires ON rollcall.used_assertion USING brin (expires_at);

ALTER INDEX rollcall.audit_time ATTACH PARTITION rollcall.audit_default_at_idx;

ALTER INDEX rollcall.audit_number ATTACH PARTITION rollcall.audit_default_audit_id_idx;

ALTER INDEX rollcall.audit_client ATTACH PARTITION rollcall.audit_default_client_id_idx;

CREATE TRIGGER account_start_anew BEFORE UPDATE OF status, password_hash ON rollcall.account FOR EACH ROW WHEN ((((old.status)::text IS DISTINCT FROM (new.status)::text) OR (new.password_changed_at IS DISTINCT FROM old.password_changed_at))) EXECUTE FUNCTION rollcall.start_anew();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON rollcall.audit FOR EACH ROW EXECUTE FUNCTION rollcall.refuse_change();

CREATE TRIGGER audit_default_no_truncate BEFORE TRUNCATE ON rollcall.audit_default FOR EACH STATEMENT EXECUTE FUNCTION rollcall.refuse_change();

CREATE TRIGGER audit_detached_append_only BEFORE DELETE OR UPDATE ON rollcall.audit_detached FOR EACH ROW EXECUTE FUNCTION rollcall.refuse_change();

CREATE TRIGGER audit_detached_no_truncate BEFORE TRUNCATE ON rollcall.audit_detached FOR EACH STATEMENT EXECUTE FUNCTION rollcall.refuse_change();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON rollcall.audit FOR EACH STATEMENT EXECUTE FUNCTION rollcall.refuse_change();

CREATE TRIGGER audit_seal_append_only BEFORE DELETE OR UPDATE ON rollcall.audit_seal FOR EACH ROW EXECUTE FUNCTION rollcall.refuse_change();

CREATE TRIGGER audit_seal_no_truncate BEFORE TRUNCATE ON rollcall.audit_seal FOR EACH STATEMENT EXECUTE FUNCTION rollcall.refuse_change();

CREATE TRIGGER client_columns BEFORE INSERT OR UPDATE OF metadata, secret_hash, previous_secret_hash, previous_secret_expires_at, disabled_status, client_name, client_uri, logo_uri, redirect_uris, grant_types, response_types, scope, token_endpoint_auth_method, application_type, software_id, software_version, contacts, jwks_uri ON rollcall.client FOR EACH ROW EXECUTE FUNCTION rollcall.client_columns();

CREATE TRIGGER client_start_anew BEFORE UPDATE OF status ON rollcall.client FOR EACH ROW WHEN (((old.status)::text IS DISTINCT FROM (new.status)::text)) EXECUTE FUNCTION rollcall.start_anew();

ALTER TABLE ONLY rollcall.access_token
    ADD CONSTRAINT access_token_grant FOREIGN KEY (grant_id) REFERENCES rollcall.authorization_grant(grant_id) ON DELETE CASCADE;

ALTER TABLE ONLY rollcall.authorization_code
    ADD CONSTRAINT authorization_code_grant FOREIGN KEY (grant_id) REFERENCES rollcall.authorization_grant(grant_id) ON DELETE CASCADE;

ALTER TABLE ONLY rollcall.authorization_grant
    ADD CONSTRAINT authorization_grant_account FOREIGN KEY (account_id) REFERENCES rollcall.account(account_id) ON DELETE CASCADE;

ALTER TABLE ONLY rollcall.authorization_grant
    ADD CONSTRAINT authorization_grant_client FOREIGN KEY (client_id) REFERENCES rollcall.client(client_id) ON DELETE CASCADE;

ALTER TABLE ONLY rollcall.client
    ADD CONSTRAINT client_initial_token FOREIGN KEY (initial_token_id) REFERENCES rollcall.initial_token(initial_token_id);

ALTER TABLE ONLY rollcall.client_version
    ADD CONSTRAINT client_version_client FOREIGN KEY (client_id) REFERENCES rollcall.client(client_id) ON DELETE CASCADE;

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
GRANT USAGE ON SCHEMA rollcall TO rollcall_dba;

REVOKE ALL ON FUNCTION rollcall.account_delete(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.account_delete(name text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.account_disable(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.account_disable(name text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.account_enable(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.account_enable(name text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.actor() FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.actor() TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.admit(rules text[], buckets text[], counts bigint[], periods bigint[], network inet, policy_name text, most bigint, network_name text, most_here bigint, OUT refused text, OUT wait bigint, OUT epoch uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.admit(rules text[], buckets text[], counts bigint[], periods bigint[], network inet, policy_name text, most bigint, network_name text, most_here bigint, OUT refused text, OUT wait bigint, OUT epoch uuid) TO rollcall_register;
GRANT ALL ON FUNCTION rollcall.admit(rules text[], buckets text[], counts bigint[], periods bigint[], network inet, policy_name text, most bigint, network_name text, most_here bigint, OUT refused text, OUT wait bigint, OUT epoch uuid) TO rollcall_token;
GRANT ALL ON FUNCTION rollcall.admit(rules text[], buckets text[], counts bigint[], periods bigint[], network inet, policy_name text, most bigint, network_name text, most_here bigint, OUT refused text, OUT wait bigint, OUT epoch uuid) TO rollcall_introspect;
GRANT ALL ON FUNCTION rollcall.admit(rules text[], buckets text[], counts bigint[], periods bigint[], network inet, policy_name text, most bigint, network_name text, most_here bigint, OUT refused text, OUT wait bigint, OUT epoch uuid) TO rollcall_revoke;
GRANT ALL ON FUNCTION rollcall.admit(rules text[], buckets text[], counts bigint[], periods bigint[], network inet, policy_name text, most bigint, network_name text, most_here bigint, OUT refused text, OUT wait bigint, OUT epoch uuid) TO rollcall_userinfo;
GRANT ALL ON FUNCTION rollcall.admit(rules text[], buckets text[], counts bigint[], periods bigint[], network inet, policy_name text, most bigint, network_name text, most_here bigint, OUT refused text, OUT wait bigint, OUT epoch uuid) TO rollcall_consent;

REVOKE ALL ON FUNCTION rollcall.audit_account(event text, id text, client text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.audit_account(event text, id text, client text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.audit_act(event text, client text, detail jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.audit_act(event text, client text, detail jsonb) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.audit_check(first bigint, last bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.audit_check(first bigint, last bigint) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.audit_check_end(head bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.audit_check_end(head bytea) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.audit_detach(before date) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.audit_detach(before date) TO rollcall_admin;
GRANT ALL ON FUNCTION rollcall.audit_detach(before date) TO rollcall_dba;

GRANT USAGE ON SEQUENCE rollcall.audit_id TO rollcall_register;
GRANT USAGE ON SEQUENCE rollcall.audit_id TO rollcall_consent;
GRANT USAGE ON SEQUENCE rollcall.audit_id TO rollcall_admin;

GRANT SELECT(xact) ON TABLE rollcall.audit TO rollcall_admin;

GRANT SELECT(audit_id) ON TABLE rollcall.audit TO rollcall_admin;

GRANT SELECT(at) ON TABLE rollcall.audit TO rollcall_admin;

GRANT INSERT(event) ON TABLE rollcall.audit TO rollcall_register;
GRANT INSERT(event) ON TABLE rollcall.audit TO rollcall_consent;
GRANT SELECT(event),INSERT(event) ON TABLE rollcall.audit TO rollcall_admin;

GRANT INSERT(actor) ON TABLE rollcall.audit TO rollcall_register;
GRANT INSERT(actor) ON TABLE rollcall.audit TO rollcall_consent;
GRANT SELECT(actor),INSERT(actor) ON TABLE rollcall.audit TO rollcall_admin;

GRANT INSERT(address) ON TABLE rollcall.audit TO rollcall_register;
GRANT INSERT(address) ON TABLE rollcall.audit TO rollcall_consent;
GRANT SELECT(address) ON TABLE rollcall.audit TO rollcall_admin;

GRANT INSERT(user_agent) ON TABLE rollcall.audit TO rollcall_register;
GRANT INSERT(user_agent) ON TABLE rollcall.audit TO rollcall_consent;
GRANT SELECT(user_agent) ON TABLE rollcall.audit TO rollcall_admin;

GRANT INSERT(client_id) ON TABLE rollcall.audit TO rollcall_register;
GRANT INSERT(client_id) ON TABLE rollcall.audit TO rollcall_consent;
GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.audit TO rollcall_admin;

GRANT INSERT(outcome) ON TABLE rollcall.audit TO rollcall_register;
GRANT INSERT(outcome) ON TABLE rollcall.audit TO rollcall_consent;
GRANT SELECT(outcome) ON TABLE rollcall.audit TO rollcall_admin;

GRANT INSERT(rule) ON TABLE rollcall.audit TO rollcall_register;
GRANT INSERT(rule) ON TABLE rollcall.audit TO rollcall_consent;
GRANT SELECT(rule) ON TABLE rollcall.audit TO rollcall_admin;

GRANT INSERT(detail) ON TABLE rollcall.audit TO rollcall_register;
GRANT INSERT(detail) ON TABLE rollcall.audit TO rollcall_consent;
GRANT SELECT(detail),INSERT(detail) ON TABLE rollcall.audit TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.audit_json(told rollcall.audit) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.audit_json(told rollcall.audit) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.audit_partition_add(ahead integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.audit_partition_add(ahead integer) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.audit_row_digest(sealed rollcall.audit) FROM PUBLIC;

REVOKE ALL ON FUNCTION rollcall.audit_seal_add(seals jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.audit_seal_add(seals jsonb) TO rollcall_admin;

GRANT SELECT(seal_id) ON TABLE rollcall.audit_seal TO rollcall_admin;

GRANT SELECT(last_id) ON TABLE rollcall.audit_seal TO rollcall_admin;

GRANT SELECT(chain) ON TABLE rollcall.audit_seal TO rollcall_admin;

GRANT SELECT(mac) ON TABLE rollcall.audit_seal TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.audit_seal_chain(before bytea, seal rollcall.audit_seal) FROM PUBLIC;

REVOKE ALL ON FUNCTION rollcall.audit_seal_next(upto bigint, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.audit_seal_next(upto bigint, most integer) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.audit_settle(OUT settled_id bigint, OUT seen_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.audit_settle(OUT settled_id bigint, OUT seen_id bigint) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.audit_verify(head bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.audit_verify(head bytea) TO rollcall_dba;

REVOKE ALL ON FUNCTION rollcall.client_approve(id text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_approve(id text) TO rollcall_admin;
GRANT ALL ON FUNCTION rollcall.client_approve(id text) TO rollcall_dba;

REVOKE ALL ON FUNCTION rollcall.client_archive(id text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_archive(id text) TO rollcall_admin;
GRANT ALL ON FUNCTION rollcall.client_archive(id text) TO rollcall_dba;

REVOKE ALL ON FUNCTION rollcall.client_archive_idle(unused interval, idle interval, batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_archive_idle(unused interval, idle interval, batch integer) TO rollcall_admin;
GRANT ALL ON FUNCTION rollcall.client_archive_idle(unused interval, idle interval, batch integer) TO rollcall_dba;

REVOKE ALL ON FUNCTION rollcall.client_columns() FROM PUBLIC;

REVOKE ALL ON FUNCTION rollcall.client_count_again(id text) FROM PUBLIC;

REVOKE ALL ON FUNCTION rollcall.client_count_give_back(names text[], reserved uuid, began timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_count_give_back(names text[], reserved uuid, began timestamp with time zone) TO rollcall_register;
GRANT ALL ON FUNCTION rollcall.client_count_give_back(names text[], reserved uuid, began timestamp with time zone) TO rollcall_consent;

REVOKE ALL ON FUNCTION rollcall.client_count_lock(name text, alone boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_count_lock(name text, alone boolean) TO rollcall_register;
GRANT ALL ON FUNCTION rollcall.client_count_lock(name text, alone boolean) TO rollcall_consent;

REVOKE ALL ON FUNCTION rollcall.client_count_now(policy_name text, network inet) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_count_now(policy_name text, network inet) TO rollcall_register;
GRANT ALL ON FUNCTION rollcall.client_count_now(policy_name text, network inet) TO rollcall_consent;

REVOKE ALL ON FUNCTION rollcall.client_count_reserve(count_name text, most bigint, policy_name text, network inet) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_count_reserve(count_name text, most bigint, policy_name text, network inet) TO rollcall_register;
GRANT ALL ON FUNCTION rollcall.client_count_reserve(count_name text, most bigint, policy_name text, network inet) TO rollcall_consent;

REVOKE ALL ON FUNCTION rollcall.client_delete(id text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_delete(id text) TO rollcall_admin;
GRANT ALL ON FUNCTION rollcall.client_delete(id text) TO rollcall_dba;

REVOKE ALL ON FUNCTION rollcall.client_disable(id text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_disable(id text) TO rollcall_admin;
GRANT ALL ON FUNCTION rollcall.client_disable(id text) TO rollcall_dba;

REVOKE ALL ON FUNCTION rollcall.client_enable(id text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_enable(id text) TO rollcall_admin;
GRANT ALL ON FUNCTION rollcall.client_enable(id text) TO rollcall_dba;

REVOKE ALL ON FUNCTION rollcall.client_export(after text, most integer, ids text[], OUT client_id text, OUT document jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_export(after text, most integer, ids text[], OUT client_id text, OUT document jsonb) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.client_import(document jsonb, replacing boolean, origin text, dry boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_import(document jsonb, replacing boolean, origin text, dry boolean) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.client_revive(id text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_revive(id text) TO rollcall_admin;
GRANT ALL ON FUNCTION rollcall.client_revive(id text) TO rollcall_dba;

REVOKE ALL ON FUNCTION rollcall.client_revive_public(id text, actor text, address inet, user_agent text, counted text, reserved uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.client_revive_public(id text, actor text, address inet, user_agent text, counted text, reserved uuid) TO rollcall_consent;

REVOKE ALL ON FUNCTION rollcall.client_turn(id text, event text, former text[], latter text) FROM PUBLIC;

REVOKE ALL ON FUNCTION rollcall.consent_revoke(name text, client text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.consent_revoke(name text, client text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.grant_revoke(id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.grant_revoke(id bigint) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.metadata_changes(former jsonb, latter jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.metadata_changes(former jsonb, latter jsonb) TO rollcall_register;
GRANT ALL ON FUNCTION rollcall.metadata_changes(former jsonb, latter jsonb) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.outbox_fill(upto bigint, destinations jsonb, most integer, OUT looked bigint, OUT put bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.outbox_fill(upto bigint, destinations jsonb, most integer, OUT looked bigint, OUT put bigint) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.outbox_purge(batch bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.outbox_purge(batch bigint) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.purge(batch integer) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.purge(batch integer) TO rollcall_admin;
GRANT ALL ON FUNCTION rollcall.purge(batch integer) TO rollcall_dba;

REVOKE ALL ON FUNCTION rollcall.refuse_change() FROM PUBLIC;

REVOKE ALL ON FUNCTION rollcall.registration_token_revoke(id text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.registration_token_revoke(id text) TO rollcall_admin;
GRANT ALL ON FUNCTION rollcall.registration_token_revoke(id text) TO rollcall_dba;

REVOKE ALL ON FUNCTION rollcall.session_end_all(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.session_end_all(name text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.signing_key_promote(id text, least_age bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.signing_key_promote(id text, least_age bigint) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.signing_key_retire(id text, least_age bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.signing_key_retire(id text, least_age bigint) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.start_anew() FROM PUBLIC;

REVOKE ALL ON FUNCTION rollcall.strings(list jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.strings(list jsonb) TO rollcall_register;
GRANT ALL ON FUNCTION rollcall.strings(list jsonb) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.token_revoke_account(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.token_revoke_account(name text) TO rollcall_admin;

REVOKE ALL ON FUNCTION rollcall.token_revoke_client(id text) FROM PUBLIC;
GRANT ALL ON FUNCTION rollcall.token_revoke_client(id text) TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.access_token TO rollcall_revoke;

GRANT INSERT(token_hash) ON TABLE rollcall.access_token TO rollcall_token;
GRANT SELECT(token_hash) ON TABLE rollcall.access_token TO rollcall_introspect;
GRANT SELECT(token_hash) ON TABLE rollcall.access_token TO rollcall_revoke;
GRANT SELECT(token_hash) ON TABLE rollcall.access_token TO rollcall_userinfo;

GRANT INSERT(client_id) ON TABLE rollcall.access_token TO rollcall_token;
GRANT SELECT(client_id) ON TABLE rollcall.access_token TO rollcall_introspect;
GRANT SELECT(client_id) ON TABLE rollcall.access_token TO rollcall_revoke;
GRANT SELECT(client_id) ON TABLE rollcall.access_token TO rollcall_userinfo;
GRANT SELECT(client_id) ON TABLE rollcall.access_token TO rollcall_admin;

GRANT INSERT(grant_id) ON TABLE rollcall.access_token TO rollcall_token;
GRANT SELECT(grant_id) ON TABLE rollcall.access_token TO rollcall_introspect;
GRANT SELECT(grant_id) ON TABLE rollcall.access_token TO rollcall_userinfo;

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
GRANT SELECT(expires_at) ON TABLE rollcall.access_token TO rollcall_admin;

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

GRANT INSERT(password_changed_at),UPDATE(password_changed_at) ON TABLE rollcall.account TO rollcall_admin;

GRANT UPDATE(last_login_at) ON TABLE rollcall.account TO rollcall_login;

GRANT SELECT(full_name) ON TABLE rollcall.account TO rollcall_authorize;
GRANT SELECT(full_name) ON TABLE rollcall.account TO rollcall_login;
GRANT SELECT(full_name) ON TABLE rollcall.account TO rollcall_consent;

GRANT SELECT ON TABLE rollcall.account_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.account_report TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.account_report TO rollcall_admin;

GRANT SELECT(audit_id) ON TABLE rollcall.audit_default TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.audit_event TO rollcall_report;
GRANT SELECT ON TABLE rollcall.audit_event TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.audit_event TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.audit_recent TO rollcall_report;
GRANT SELECT ON TABLE rollcall.audit_recent TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.audit_recent TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.audit_seal_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.audit_seal_report TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.audit_seal_report TO rollcall_admin;

GRANT INSERT(code_hash) ON TABLE rollcall.authorization_code TO rollcall_authorize;
GRANT INSERT(code_hash) ON TABLE rollcall.authorization_code TO rollcall_login;
GRANT INSERT(code_hash) ON TABLE rollcall.authorization_code TO rollcall_consent;
GRANT SELECT(code_hash) ON TABLE rollcall.authorization_code TO rollcall_token;

GRANT INSERT(grant_id) ON TABLE rollcall.authorization_code TO rollcall_authorize;
GRANT INSERT(grant_id) ON TABLE rollcall.authorization_code TO rollcall_login;
GRANT INSERT(grant_id) ON TABLE rollcall.authorization_code TO rollcall_consent;
GRANT SELECT(grant_id) ON TABLE rollcall.authorization_code TO rollcall_token;

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

GRANT SELECT(spent_at),UPDATE(spent_at) ON TABLE rollcall.authorization_code TO rollcall_token;

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
GRANT SELECT(secret_hash),INSERT(secret_hash),UPDATE(secret_hash) ON TABLE rollcall.client TO rollcall_admin;

GRANT SELECT(secret_expires_at),INSERT(secret_expires_at),UPDATE(secret_expires_at) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(secret_expires_at) ON TABLE rollcall.client TO rollcall_token;
GRANT SELECT(secret_expires_at) ON TABLE rollcall.client TO rollcall_introspect;
GRANT SELECT(secret_expires_at) ON TABLE rollcall.client TO rollcall_revoke;
GRANT SELECT(secret_expires_at),INSERT(secret_expires_at),UPDATE(secret_expires_at) ON TABLE rollcall.client TO rollcall_admin;

GRANT SELECT(metadata),INSERT(metadata),UPDATE(metadata) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(metadata) ON TABLE rollcall.client TO rollcall_authorize;
GRANT SELECT(metadata) ON TABLE rollcall.client TO rollcall_login;
GRANT SELECT(metadata) ON TABLE rollcall.client TO rollcall_consent;
GRANT SELECT(metadata) ON TABLE rollcall.client TO rollcall_token;
GRANT SELECT(metadata) ON TABLE rollcall.client TO rollcall_introspect;
GRANT SELECT(metadata) ON TABLE rollcall.client TO rollcall_revoke;
GRANT SELECT(metadata) ON TABLE rollcall.client TO rollcall_userinfo;
GRANT SELECT(metadata),INSERT(metadata),UPDATE(metadata) ON TABLE rollcall.client TO rollcall_admin;

GRANT SELECT(door),INSERT(door) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(door) ON TABLE rollcall.client TO rollcall_authorize;
GRANT SELECT(door) ON TABLE rollcall.client TO rollcall_login;
GRANT SELECT(door) ON TABLE rollcall.client TO rollcall_consent;
GRANT SELECT(door),INSERT(door) ON TABLE rollcall.client TO rollcall_admin;

GRANT SELECT(status),INSERT(status),UPDATE(status) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_authorize;
GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_login;
GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_consent;
GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_token;
GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_introspect;
GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_revoke;
GRANT SELECT(status) ON TABLE rollcall.client TO rollcall_userinfo;

GRANT SELECT(version),UPDATE(version) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(version),UPDATE(version) ON TABLE rollcall.client TO rollcall_admin;

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

GRANT SELECT(issued_from),INSERT(issued_from) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(issued_from) ON TABLE rollcall.client TO rollcall_authorize;
GRANT SELECT(issued_from) ON TABLE rollcall.client TO rollcall_login;
GRANT SELECT(issued_from) ON TABLE rollcall.client TO rollcall_consent;
GRANT SELECT(issued_from) ON TABLE rollcall.client TO rollcall_admin;

GRANT SELECT(policy),INSERT(policy) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(policy) ON TABLE rollcall.client TO rollcall_authorize;
GRANT SELECT(policy) ON TABLE rollcall.client TO rollcall_login;
GRANT SELECT(policy) ON TABLE rollcall.client TO rollcall_consent;
GRANT SELECT(policy),INSERT(policy) ON TABLE rollcall.client TO rollcall_admin;

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

GRANT SELECT(previous_secret_hash),UPDATE(previous_secret_hash) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(previous_secret_hash) ON TABLE rollcall.client TO rollcall_token;
GRANT SELECT(previous_secret_hash) ON TABLE rollcall.client TO rollcall_introspect;
GRANT SELECT(previous_secret_hash) ON TABLE rollcall.client TO rollcall_revoke;
GRANT SELECT(previous_secret_hash),UPDATE(previous_secret_hash) ON TABLE rollcall.client TO rollcall_admin;

GRANT SELECT(previous_secret_expires_at),UPDATE(previous_secret_expires_at) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(previous_secret_expires_at) ON TABLE rollcall.client TO rollcall_token;
GRANT SELECT(previous_secret_expires_at) ON TABLE rollcall.client TO rollcall_introspect;
GRANT SELECT(previous_secret_expires_at) ON TABLE rollcall.client TO rollcall_revoke;
GRANT SELECT(previous_secret_expires_at),UPDATE(previous_secret_expires_at) ON TABLE rollcall.client TO rollcall_admin;

GRANT SELECT(initial_token_id),INSERT(initial_token_id) ON TABLE rollcall.client TO rollcall_register;
GRANT SELECT(initial_token_id) ON TABLE rollcall.client TO rollcall_authorize;
GRANT SELECT(initial_token_id) ON TABLE rollcall.client TO rollcall_login;
GRANT SELECT(initial_token_id) ON TABLE rollcall.client TO rollcall_consent;
GRANT SELECT(initial_token_id) ON TABLE rollcall.client TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.client_count TO rollcall_register;

GRANT SELECT(name),INSERT(name) ON TABLE rollcall.client_count TO rollcall_register;
GRANT SELECT(name),INSERT(name) ON TABLE rollcall.client_count TO rollcall_consent;

GRANT SELECT(level),INSERT(level),UPDATE(level) ON TABLE rollcall.client_count TO rollcall_register;
GRANT SELECT(level),INSERT(level),UPDATE(level) ON TABLE rollcall.client_count TO rollcall_consent;

GRANT SELECT(since),UPDATE(since) ON TABLE rollcall.client_count TO rollcall_register;
GRANT SELECT(since),UPDATE(since) ON TABLE rollcall.client_count TO rollcall_consent;

GRANT SELECT(recounting_from),UPDATE(recounting_from) ON TABLE rollcall.client_count TO rollcall_register;
GRANT SELECT(recounting_from),UPDATE(recounting_from) ON TABLE rollcall.client_count TO rollcall_consent;

GRANT SELECT(epoch) ON TABLE rollcall.client_count TO rollcall_register;
GRANT SELECT(epoch) ON TABLE rollcall.client_count TO rollcall_consent;

GRANT SELECT(counted_at),UPDATE(counted_at) ON TABLE rollcall.client_count TO rollcall_register;
GRANT SELECT(counted_at),UPDATE(counted_at) ON TABLE rollcall.client_count TO rollcall_consent;

GRANT UPDATE(updated_at) ON TABLE rollcall.client_count TO rollcall_register;
GRANT UPDATE(updated_at) ON TABLE rollcall.client_count TO rollcall_consent;

GRANT SELECT ON TABLE rollcall.client_current TO rollcall_report;
GRANT SELECT ON TABLE rollcall.client_current TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.client_current TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.client_duplicates TO rollcall_report;
GRANT SELECT ON TABLE rollcall.client_duplicates TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.client_duplicates TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.client_version TO rollcall_register;
GRANT DELETE ON TABLE rollcall.client_version TO rollcall_admin;

GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.client_version TO rollcall_register;
GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.client_version TO rollcall_admin;

GRANT SELECT(version),INSERT(version) ON TABLE rollcall.client_version TO rollcall_register;
GRANT SELECT(version),INSERT(version) ON TABLE rollcall.client_version TO rollcall_admin;

GRANT INSERT(metadata) ON TABLE rollcall.client_version TO rollcall_register;
GRANT SELECT(metadata),INSERT(metadata) ON TABLE rollcall.client_version TO rollcall_admin;

GRANT SELECT(replaced_at) ON TABLE rollcall.client_version TO rollcall_admin;

GRANT INSERT(replaced_by) ON TABLE rollcall.client_version TO rollcall_register;
GRANT SELECT(replaced_by),INSERT(replaced_by) ON TABLE rollcall.client_version TO rollcall_admin;

GRANT INSERT(replaced_from) ON TABLE rollcall.client_version TO rollcall_register;
GRANT SELECT(replaced_from) ON TABLE rollcall.client_version TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.client_history TO rollcall_report;
GRANT SELECT ON TABLE rollcall.client_history TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.client_history TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.client_idle TO rollcall_report;
GRANT SELECT ON TABLE rollcall.client_idle TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.client_idle TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.client_redirect_uri TO rollcall_report;
GRANT SELECT ON TABLE rollcall.client_redirect_uri TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.client_redirect_uri TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.client_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.client_report TO rollcall_dba;
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

GRANT SELECT(redirect_origin),INSERT(redirect_origin) ON TABLE rollcall.consent TO rollcall_authorize;
GRANT SELECT(redirect_origin),INSERT(redirect_origin) ON TABLE rollcall.consent TO rollcall_login;
GRANT SELECT(redirect_origin),INSERT(redirect_origin) ON TABLE rollcall.consent TO rollcall_consent;

GRANT SELECT(granted_at),UPDATE(granted_at) ON TABLE rollcall.consent TO rollcall_authorize;
GRANT SELECT(granted_at),UPDATE(granted_at) ON TABLE rollcall.consent TO rollcall_login;
GRANT SELECT(granted_at),UPDATE(granted_at) ON TABLE rollcall.consent TO rollcall_consent;
GRANT SELECT(granted_at) ON TABLE rollcall.consent TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.consent_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.consent_report TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.consent_report TO rollcall_admin;

GRANT SELECT(url),INSERT(url) ON TABLE rollcall.fetched_document TO rollcall_register;
GRANT SELECT(url),INSERT(url) ON TABLE rollcall.fetched_document TO rollcall_token;
GRANT SELECT(url),INSERT(url) ON TABLE rollcall.fetched_document TO rollcall_introspect;
GRANT SELECT(url),INSERT(url) ON TABLE rollcall.fetched_document TO rollcall_revoke;
GRANT SELECT(url),INSERT(url) ON TABLE rollcall.fetched_document TO rollcall_admin;

GRANT SELECT(body),UPDATE(body) ON TABLE rollcall.fetched_document TO rollcall_register;
GRANT SELECT(body),UPDATE(body) ON TABLE rollcall.fetched_document TO rollcall_token;
GRANT SELECT(body),UPDATE(body) ON TABLE rollcall.fetched_document TO rollcall_introspect;
GRANT SELECT(body),UPDATE(body) ON TABLE rollcall.fetched_document TO rollcall_revoke;
GRANT SELECT(body),UPDATE(body) ON TABLE rollcall.fetched_document TO rollcall_admin;

GRANT SELECT(fault),UPDATE(fault) ON TABLE rollcall.fetched_document TO rollcall_register;
GRANT SELECT(fault),UPDATE(fault) ON TABLE rollcall.fetched_document TO rollcall_token;
GRANT SELECT(fault),UPDATE(fault) ON TABLE rollcall.fetched_document TO rollcall_introspect;
GRANT SELECT(fault),UPDATE(fault) ON TABLE rollcall.fetched_document TO rollcall_revoke;
GRANT SELECT(fault),UPDATE(fault) ON TABLE rollcall.fetched_document TO rollcall_admin;

GRANT SELECT(fetched_at),UPDATE(fetched_at) ON TABLE rollcall.fetched_document TO rollcall_register;
GRANT SELECT(fetched_at),UPDATE(fetched_at) ON TABLE rollcall.fetched_document TO rollcall_token;
GRANT SELECT(fetched_at),UPDATE(fetched_at) ON TABLE rollcall.fetched_document TO rollcall_introspect;
GRANT SELECT(fetched_at),UPDATE(fetched_at) ON TABLE rollcall.fetched_document TO rollcall_revoke;
GRANT SELECT(fetched_at),UPDATE(fetched_at) ON TABLE rollcall.fetched_document TO rollcall_admin;

GRANT SELECT(claimed_at),INSERT(claimed_at),UPDATE(claimed_at) ON TABLE rollcall.fetched_document TO rollcall_register;
GRANT SELECT(claimed_at),INSERT(claimed_at),UPDATE(claimed_at) ON TABLE rollcall.fetched_document TO rollcall_token;
GRANT SELECT(claimed_at),INSERT(claimed_at),UPDATE(claimed_at) ON TABLE rollcall.fetched_document TO rollcall_introspect;
GRANT SELECT(claimed_at),INSERT(claimed_at),UPDATE(claimed_at) ON TABLE rollcall.fetched_document TO rollcall_revoke;
GRANT SELECT(claimed_at),INSERT(claimed_at),UPDATE(claimed_at) ON TABLE rollcall.fetched_document TO rollcall_admin;

GRANT SELECT(tried_at),UPDATE(tried_at) ON TABLE rollcall.fetched_document TO rollcall_register;
GRANT SELECT(tried_at),UPDATE(tried_at) ON TABLE rollcall.fetched_document TO rollcall_token;
GRANT SELECT(tried_at),UPDATE(tried_at) ON TABLE rollcall.fetched_document TO rollcall_introspect;
GRANT SELECT(tried_at),UPDATE(tried_at) ON TABLE rollcall.fetched_document TO rollcall_revoke;
GRANT SELECT(tried_at),UPDATE(tried_at) ON TABLE rollcall.fetched_document TO rollcall_admin;

GRANT SELECT(url),INSERT(url) ON TABLE rollcall.fetched_image TO rollcall_consent;

GRANT SELECT(media_type),UPDATE(media_type) ON TABLE rollcall.fetched_image TO rollcall_consent;

GRANT SELECT(body),UPDATE(body) ON TABLE rollcall.fetched_image TO rollcall_consent;

GRANT UPDATE(fault) ON TABLE rollcall.fetched_image TO rollcall_consent;

GRANT SELECT(fetched_at),UPDATE(fetched_at) ON TABLE rollcall.fetched_image TO rollcall_consent;

GRANT SELECT ON TABLE rollcall.grant_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.grant_report TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.grant_report TO rollcall_admin;

GRANT SELECT(initial_token_id) ON TABLE rollcall.initial_token TO rollcall_register;
GRANT SELECT(initial_token_id) ON TABLE rollcall.initial_token TO rollcall_authorize;
GRANT SELECT(initial_token_id) ON TABLE rollcall.initial_token TO rollcall_login;
GRANT SELECT(initial_token_id) ON TABLE rollcall.initial_token TO rollcall_consent;
GRANT SELECT(initial_token_id) ON TABLE rollcall.initial_token TO rollcall_admin;

GRANT SELECT(token_hash) ON TABLE rollcall.initial_token TO rollcall_register;
GRANT INSERT(token_hash) ON TABLE rollcall.initial_token TO rollcall_admin;

GRANT SELECT(note),INSERT(note) ON TABLE rollcall.initial_token TO rollcall_admin;

GRANT SELECT(policy) ON TABLE rollcall.initial_token TO rollcall_register;
GRANT SELECT(policy) ON TABLE rollcall.initial_token TO rollcall_authorize;
GRANT SELECT(policy) ON TABLE rollcall.initial_token TO rollcall_login;
GRANT SELECT(policy) ON TABLE rollcall.initial_token TO rollcall_consent;
GRANT SELECT(policy),INSERT(policy) ON TABLE rollcall.initial_token TO rollcall_admin;

GRANT SELECT(uses_left),UPDATE(uses_left) ON TABLE rollcall.initial_token TO rollcall_register;
GRANT SELECT(uses_left) ON TABLE rollcall.initial_token TO rollcall_authorize;
GRANT SELECT(uses_left) ON TABLE rollcall.initial_token TO rollcall_login;
GRANT SELECT(uses_left) ON TABLE rollcall.initial_token TO rollcall_consent;
GRANT SELECT(uses_left),INSERT(uses_left) ON TABLE rollcall.initial_token TO rollcall_admin;

GRANT SELECT(expires_at) ON TABLE rollcall.initial_token TO rollcall_register;
GRANT SELECT(expires_at),INSERT(expires_at) ON TABLE rollcall.initial_token TO rollcall_admin;

GRANT SELECT(redirect_hosts) ON TABLE rollcall.initial_token TO rollcall_register;
GRANT SELECT(redirect_hosts) ON TABLE rollcall.initial_token TO rollcall_authorize;
GRANT SELECT(redirect_hosts) ON TABLE rollcall.initial_token TO rollcall_login;
GRANT SELECT(redirect_hosts) ON TABLE rollcall.initial_token TO rollcall_consent;
GRANT SELECT(redirect_hosts),INSERT(redirect_hosts) ON TABLE rollcall.initial_token TO rollcall_admin;

GRANT SELECT(scopes) ON TABLE rollcall.initial_token TO rollcall_register;
GRANT SELECT(scopes) ON TABLE rollcall.initial_token TO rollcall_authorize;
GRANT SELECT(scopes) ON TABLE rollcall.initial_token TO rollcall_login;
GRANT SELECT(scopes) ON TABLE rollcall.initial_token TO rollcall_consent;
GRANT SELECT(scopes),INSERT(scopes) ON TABLE rollcall.initial_token TO rollcall_admin;

GRANT SELECT(grant_types) ON TABLE rollcall.initial_token TO rollcall_register;
GRANT SELECT(grant_types) ON TABLE rollcall.initial_token TO rollcall_authorize;
GRANT SELECT(grant_types) ON TABLE rollcall.initial_token TO rollcall_login;
GRANT SELECT(grant_types) ON TABLE rollcall.initial_token TO rollcall_consent;
GRANT SELECT(grant_types),INSERT(grant_types) ON TABLE rollcall.initial_token TO rollcall_admin;

GRANT SELECT(addresses) ON TABLE rollcall.initial_token TO rollcall_register;
GRANT SELECT(addresses),INSERT(addresses) ON TABLE rollcall.initial_token TO rollcall_admin;

GRANT SELECT(created_at) ON TABLE rollcall.initial_token TO rollcall_admin;

GRANT SELECT(created_by),INSERT(created_by) ON TABLE rollcall.initial_token TO rollcall_admin;

GRANT SELECT(last_used_at),UPDATE(last_used_at) ON TABLE rollcall.initial_token TO rollcall_register;
GRANT SELECT(last_used_at) ON TABLE rollcall.initial_token TO rollcall_admin;

GRANT SELECT(revoked_at) ON TABLE rollcall.initial_token TO rollcall_register;
GRANT SELECT(revoked_at),UPDATE(revoked_at) ON TABLE rollcall.initial_token TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.initial_token_usage TO rollcall_report;
GRANT SELECT ON TABLE rollcall.initial_token_usage TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.initial_token_usage TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.outbox TO rollcall_admin;

GRANT SELECT(outbox_id) ON TABLE rollcall.outbox TO rollcall_admin;

GRANT SELECT(destination) ON TABLE rollcall.outbox TO rollcall_admin;

GRANT SELECT(event_id) ON TABLE rollcall.outbox TO rollcall_admin;

GRANT SELECT(event) ON TABLE rollcall.outbox TO rollcall_admin;

GRANT SELECT(payload) ON TABLE rollcall.outbox TO rollcall_admin;

GRANT SELECT(attempts),UPDATE(attempts) ON TABLE rollcall.outbox TO rollcall_admin;

GRANT SELECT(next_attempt_at),UPDATE(next_attempt_at) ON TABLE rollcall.outbox TO rollcall_admin;

GRANT SELECT(delivered_at),UPDATE(delivered_at) ON TABLE rollcall.outbox TO rollcall_admin;

GRANT SELECT(dead_at),UPDATE(dead_at) ON TABLE rollcall.outbox TO rollcall_admin;

GRANT UPDATE(fault) ON TABLE rollcall.outbox TO rollcall_admin;

GRANT SELECT(name) ON TABLE rollcall.outbox_position TO rollcall_admin;

GRANT SELECT(moved_at),UPDATE(moved_at) ON TABLE rollcall.outbox_position TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.outbox_pending TO rollcall_report;
GRANT SELECT ON TABLE rollcall.outbox_pending TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.outbox_pending TO rollcall_admin;

GRANT SELECT(bucket),INSERT(bucket) ON TABLE rollcall.rate TO rollcall_register;
GRANT SELECT(bucket),INSERT(bucket) ON TABLE rollcall.rate TO rollcall_token;
GRANT SELECT(bucket),INSERT(bucket) ON TABLE rollcall.rate TO rollcall_introspect;
GRANT SELECT(bucket),INSERT(bucket) ON TABLE rollcall.rate TO rollcall_revoke;
GRANT SELECT(bucket),INSERT(bucket) ON TABLE rollcall.rate TO rollcall_userinfo;
GRANT SELECT(bucket),INSERT(bucket) ON TABLE rollcall.rate TO rollcall_admin;
GRANT SELECT(bucket),INSERT(bucket) ON TABLE rollcall.rate TO rollcall_login;
GRANT SELECT(bucket),INSERT(bucket) ON TABLE rollcall.rate TO rollcall_consent;

GRANT SELECT(level),INSERT(level),UPDATE(level) ON TABLE rollcall.rate TO rollcall_register;
GRANT SELECT(level),INSERT(level),UPDATE(level) ON TABLE rollcall.rate TO rollcall_token;
GRANT SELECT(level),INSERT(level),UPDATE(level) ON TABLE rollcall.rate TO rollcall_introspect;
GRANT SELECT(level),INSERT(level),UPDATE(level) ON TABLE rollcall.rate TO rollcall_revoke;
GRANT SELECT(level),INSERT(level),UPDATE(level) ON TABLE rollcall.rate TO rollcall_userinfo;
GRANT SELECT(level),INSERT(level),UPDATE(level) ON TABLE rollcall.rate TO rollcall_admin;
GRANT SELECT(level),INSERT(level),UPDATE(level) ON TABLE rollcall.rate TO rollcall_login;
GRANT SELECT(level),INSERT(level),UPDATE(level) ON TABLE rollcall.rate TO rollcall_consent;

GRANT SELECT(updated_at),UPDATE(updated_at) ON TABLE rollcall.rate TO rollcall_register;
GRANT SELECT(updated_at),UPDATE(updated_at) ON TABLE rollcall.rate TO rollcall_token;
GRANT SELECT(updated_at),UPDATE(updated_at) ON TABLE rollcall.rate TO rollcall_introspect;
GRANT SELECT(updated_at),UPDATE(updated_at) ON TABLE rollcall.rate TO rollcall_revoke;
GRANT SELECT(updated_at),UPDATE(updated_at) ON TABLE rollcall.rate TO rollcall_userinfo;
GRANT SELECT(updated_at),UPDATE(updated_at) ON TABLE rollcall.rate TO rollcall_admin;
GRANT SELECT(updated_at),UPDATE(updated_at) ON TABLE rollcall.rate TO rollcall_login;
GRANT SELECT(updated_at),UPDATE(updated_at) ON TABLE rollcall.rate TO rollcall_consent;

GRANT SELECT(minute),INSERT(minute) ON TABLE rollcall.rate_refusal TO rollcall_register;
GRANT SELECT(minute),INSERT(minute) ON TABLE rollcall.rate_refusal TO rollcall_token;
GRANT SELECT(minute),INSERT(minute) ON TABLE rollcall.rate_refusal TO rollcall_introspect;
GRANT SELECT(minute),INSERT(minute) ON TABLE rollcall.rate_refusal TO rollcall_revoke;
GRANT SELECT(minute),INSERT(minute) ON TABLE rollcall.rate_refusal TO rollcall_userinfo;
GRANT SELECT(minute),INSERT(minute) ON TABLE rollcall.rate_refusal TO rollcall_login;
GRANT SELECT(minute) ON TABLE rollcall.rate_refusal TO rollcall_admin;

GRANT SELECT(rule),INSERT(rule) ON TABLE rollcall.rate_refusal TO rollcall_register;
GRANT SELECT(rule),INSERT(rule) ON TABLE rollcall.rate_refusal TO rollcall_token;
GRANT SELECT(rule),INSERT(rule) ON TABLE rollcall.rate_refusal TO rollcall_introspect;
GRANT SELECT(rule),INSERT(rule) ON TABLE rollcall.rate_refusal TO rollcall_revoke;
GRANT SELECT(rule),INSERT(rule) ON TABLE rollcall.rate_refusal TO rollcall_userinfo;
GRANT SELECT(rule),INSERT(rule) ON TABLE rollcall.rate_refusal TO rollcall_login;
GRANT SELECT(rule) ON TABLE rollcall.rate_refusal TO rollcall_admin;

GRANT SELECT(network),INSERT(network) ON TABLE rollcall.rate_refusal TO rollcall_register;
GRANT SELECT(network),INSERT(network) ON TABLE rollcall.rate_refusal TO rollcall_token;
GRANT SELECT(network),INSERT(network) ON TABLE rollcall.rate_refusal TO rollcall_introspect;
GRANT SELECT(network),INSERT(network) ON TABLE rollcall.rate_refusal TO rollcall_revoke;
GRANT SELECT(network),INSERT(network) ON TABLE rollcall.rate_refusal TO rollcall_userinfo;
GRANT SELECT(network),INSERT(network) ON TABLE rollcall.rate_refusal TO rollcall_login;

GRANT SELECT(refused),UPDATE(refused) ON TABLE rollcall.rate_refusal TO rollcall_register;
GRANT SELECT(refused),UPDATE(refused) ON TABLE rollcall.rate_refusal TO rollcall_token;
GRANT SELECT(refused),UPDATE(refused) ON TABLE rollcall.rate_refusal TO rollcall_introspect;
GRANT SELECT(refused),UPDATE(refused) ON TABLE rollcall.rate_refusal TO rollcall_revoke;
GRANT SELECT(refused),UPDATE(refused) ON TABLE rollcall.rate_refusal TO rollcall_userinfo;
GRANT SELECT(refused),UPDATE(refused) ON TABLE rollcall.rate_refusal TO rollcall_login;
GRANT SELECT(refused) ON TABLE rollcall.rate_refusal TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.rate_refusal_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.rate_refusal_report TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.rate_refusal_report TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.redirect_uri_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.redirect_uri_report TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.redirect_uri_report TO rollcall_admin;

GRANT SELECT(token_hash),INSERT(token_hash) ON TABLE rollcall.refresh_token TO rollcall_token;
GRANT SELECT(token_hash) ON TABLE rollcall.refresh_token TO rollcall_introspect;
GRANT SELECT(token_hash) ON TABLE rollcall.refresh_token TO rollcall_revoke;

GRANT SELECT(grant_id),INSERT(grant_id) ON TABLE rollcall.refresh_token TO rollcall_token;
GRANT SELECT(grant_id) ON TABLE rollcall.refresh_token TO rollcall_introspect;
GRANT SELECT(grant_id) ON TABLE rollcall.refresh_token TO rollcall_revoke;

GRANT SELECT(issued_at) ON TABLE rollcall.refresh_token TO rollcall_introspect;

GRANT SELECT(expires_at),INSERT(expires_at) ON TABLE rollcall.refresh_token TO rollcall_token;
GRANT SELECT(expires_at) ON TABLE rollcall.refresh_token TO rollcall_introspect;

GRANT SELECT(rotated_at),UPDATE(rotated_at) ON TABLE rollcall.refresh_token TO rollcall_token;
GRANT SELECT(rotated_at) ON TABLE rollcall.refresh_token TO rollcall_introspect;

GRANT SELECT(successor_hash),UPDATE(successor_hash) ON TABLE rollcall.refresh_token TO rollcall_token;

GRANT SELECT(successor_sealed),UPDATE(successor_sealed) ON TABLE rollcall.refresh_token TO rollcall_token;

GRANT SELECT ON TABLE rollcall.registration_by_day TO rollcall_report;
GRANT SELECT ON TABLE rollcall.registration_by_day TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.registration_by_day TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.registration_daily TO rollcall_report;
GRANT SELECT ON TABLE rollcall.registration_daily TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.registration_daily TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.registration_refused TO rollcall_report;
GRANT SELECT ON TABLE rollcall.registration_refused TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.registration_refused TO rollcall_admin;

GRANT DELETE ON TABLE rollcall.registration_token TO rollcall_register;
GRANT DELETE ON TABLE rollcall.registration_token TO rollcall_admin;

GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.registration_token TO rollcall_register;
GRANT SELECT(client_id) ON TABLE rollcall.registration_token TO rollcall_token;
GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.registration_token TO rollcall_admin;

GRANT SELECT(token_hash),INSERT(token_hash) ON TABLE rollcall.registration_token TO rollcall_register;
GRANT INSERT(token_hash) ON TABLE rollcall.registration_token TO rollcall_admin;

GRANT SELECT(last_used_at),UPDATE(last_used_at) ON TABLE rollcall.registration_token TO rollcall_register;
GRANT UPDATE(last_used_at) ON TABLE rollcall.registration_token TO rollcall_token;

GRANT SELECT(replaces),INSERT(replaces),UPDATE(replaces) ON TABLE rollcall.registration_token TO rollcall_register;

GRANT SELECT ON TABLE rollcall.registration_token_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.registration_token_report TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.registration_token_report TO rollcall_admin;

GRANT SELECT(client_id) ON TABLE rollcall.resource_server TO rollcall_introspect;
GRANT INSERT(client_id) ON TABLE rollcall.resource_server TO rollcall_admin;

GRANT SELECT(audience) ON TABLE rollcall.resource_server TO rollcall_introspect;
GRANT INSERT(audience) ON TABLE rollcall.resource_server TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.resource_server_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.resource_server_report TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.resource_server_report TO rollcall_admin;

GRANT SELECT(version) ON TABLE rollcall.schema_version TO rollcall_admin;

GRANT SELECT(name) ON TABLE rollcall.schema_version TO rollcall_admin;

GRANT SELECT(sha256) ON TABLE rollcall.schema_version TO rollcall_admin;

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
GRANT SELECT(expires_at) ON TABLE rollcall.session TO rollcall_admin;

GRANT INSERT(address) ON TABLE rollcall.session TO rollcall_login;
GRANT SELECT(address) ON TABLE rollcall.session TO rollcall_admin;

GRANT INSERT(user_agent) ON TABLE rollcall.session TO rollcall_login;
GRANT SELECT(user_agent) ON TABLE rollcall.session TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.session_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.session_report TO rollcall_dba;
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
GRANT SELECT ON TABLE rollcall.signing_key_report TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.signing_key_report TO rollcall_admin;

GRANT SELECT ON TABLE rollcall.token_report TO rollcall_report;
GRANT SELECT ON TABLE rollcall.token_report TO rollcall_dba;
GRANT SELECT ON TABLE rollcall.token_report TO rollcall_admin;

GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.used_assertion TO rollcall_token;
GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.used_assertion TO rollcall_introspect;
GRANT SELECT(client_id),INSERT(client_id) ON TABLE rollcall.used_assertion TO rollcall_revoke;

GRANT INSERT(jti_hash) ON TABLE rollcall.used_assertion TO rollcall_token;
GRANT INSERT(jti_hash) ON TABLE rollcall.used_assertion TO rollcall_introspect;
GRANT INSERT(jti_hash) ON TABLE rollcall.used_assertion TO rollcall_revoke;

GRANT INSERT(expires_at) ON TABLE rollcall.used_assertion TO rollcall_token;
GRANT INSERT(expires_at) ON TABLE rollcall.used_assertion TO rollcall_introspect;
GRANT INSERT(expires_at) ON TABLE rollcall.used_assertion TO rollcall_revoke;
GRANT SELECT(expires_at) ON TABLE rollcall.used_assertion TO rollcall_admin;

