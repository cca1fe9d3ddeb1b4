-- Who may do what.  Each program that needs the database logs in as a role of
-- its own, with just the rights that its statements need; rollcall_admin is
-- rollcall-admin(8)'s, rollcall_report is for people and their reporting tools,
-- rollcall_dba for people who act in SQL.
-- Roles belong to the whole cluster: one that is there already is kept,
-- password and all.

DO $$
DECLARE
	role record;
BEGIN
	FOR role IN SELECT * FROM (VALUES
	    ('rollcall_register', true, 'The login of rollcall''s register program'),
	    ('rollcall_authorize', true, 'The login of rollcall''s authorize program'),
	    ('rollcall_login', true, 'The login of rollcall''s login program'),
	    ('rollcall_consent', true, 'The login of rollcall''s consent program'),
	    ('rollcall_token', true, 'The login of rollcall''s token program'),
	    ('rollcall_jwks', true, 'The login of rollcall''s jwks program'),
	    ('rollcall_introspect', true, 'The login of rollcall''s introspect program'),
	    ('rollcall_revoke', true, 'The login of rollcall''s revoke program'),
	    ('rollcall_userinfo', true, 'The login of rollcall''s userinfo program'),
	    ('rollcall_admin', true, 'The login of rollcall-admin'),
	    ('rollcall_report', false, 'May read rollcall''s views, the audit log''s among them; grant it to people who report'),
	    ('rollcall_dba', false, 'May read rollcall''s views and call the verbs about clients, purge and the audit log, and nothing else; grant it to DBAs'))
	    AS known (name, login, remark)
	LOOP
		BEGIN
			IF pg_catalog.to_regrole(role.name) IS NULL THEN
				EXECUTE pg_catalog.format('CREATE ROLE %I %s',
				    role.name, CASE WHEN role.login
				    THEN 'LOGIN' ELSE 'NOLOGIN' END);
			END IF;
		EXCEPTION WHEN duplicate_object OR unique_violation THEN
			-- Another database's set-up was quicker.
			NULL;
		END;
		EXECUTE pg_catalog.format('COMMENT ON ROLE %I IS %L',
		    role.name, role.remark);
		EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO %I',
		    pg_catalog.current_database(), role.name);
		EXECUTE pg_catalog.format('REVOKE ALL ON ALL TABLES'
		    ' IN SCHEMA rollcall FROM %I', role.name);
		EXECUTE pg_catalog.format('REVOKE ALL ON ALL SEQUENCES'
		    ' IN SCHEMA rollcall FROM %I', role.name);
		EXECUTE pg_catalog.format('REVOKE ALL ON ALL FUNCTIONS'
		    ' IN SCHEMA rollcall FROM %I', role.name);
		EXECUTE pg_catalog.format('GRANT USAGE ON SCHEMA rollcall TO %I',
		    role.name);
		-- A request gives up after database_timeout; what it left
		-- behind ends soon.  The administrator's work may take longer.
		CONTINUE WHEN NOT role.login OR role.name = 'rollcall_admin';
		EXECUTE pg_catalog.format(
		    'ALTER ROLE %I SET statement_timeout = ''10s''', role.name);
		EXECUTE pg_catalog.format(
		    'ALTER ROLE %I SET lock_timeout = ''5s''', role.name);
		EXECUTE pg_catalog.format('ALTER ROLE %I SET'
		    ' idle_in_transaction_session_timeout = ''10s''', role.name);
	END LOOP;
END
$$;

REVOKE ALL ON SCHEMA rollcall FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA rollcall FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA rollcall FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rollcall FROM PUBLIC;

-- register: clients, and the tokens that manage them.
GRANT SELECT (client_id, secret_hash, secret_expires_at, previous_secret_hash,
        previous_secret_expires_at, metadata, door, status, version,
        issued_at, last_used_at, issued_from, policy, initial_token_id,
        registration_token_hash, registration_token_issued_at,
        registration_token_last_used_at, next_registration_token_hash,
        next_registration_token_issued_at),
    INSERT (client_id, secret_hash, secret_expires_at, metadata, door, status,
        issued_from, policy, initial_token_id, registration_token_hash,
        registration_token_issued_at),
    UPDATE (secret_hash, secret_expires_at, previous_secret_hash,
        previous_secret_expires_at, metadata, status, updated_at, version,
        registration_token_hash, registration_token_issued_at,
        registration_token_last_used_at, next_registration_token_hash,
        next_registration_token_issued_at),
    DELETE
    ON rollcall.client TO rollcall_register;
GRANT SELECT (client_id, version),
    INSERT (client_id, version, metadata, replaced_by, replaced_from),
    DELETE
    ON rollcall.client_version TO rollcall_register;
GRANT SELECT (initial_token_id, token_hash, policy, uses_left, expires_at,
        redirect_hosts, scopes, grant_types, addresses, last_used_at,
        revoked_at),
    UPDATE (uses_left, last_used_at)
    ON rollcall.initial_token TO rollcall_register;
GRANT SELECT (name, level, since, recounting_from, epoch, counted_at),
    INSERT (name, level),
    UPDATE (level, since, recounting_from, counted_at, updated_at),
    DELETE
    ON rollcall.client_count TO rollcall_register;
GRANT EXECUTE ON FUNCTION rollcall.metadata_changes(jsonb, jsonb),
    rollcall.client_count_now(text, inet),
    rollcall.client_count_lock(text, boolean),
    rollcall.client_count_reserve(text, bigint, text, inet),
    rollcall.client_count_lease(text, bigint, bigint, bigint, uuid,
        timestamptz),
    rollcall.client_count_give_back(text[], uuid, timestamptz, bigint)
    TO rollcall_register;
GRANT INSERT (event, actor, address, user_agent, client_id, outcome, rule,
        detail)
    ON rollcall.audit TO rollcall_register;
GRANT USAGE ON SEQUENCE rollcall.audit_id TO rollcall_register;

-- Whoever is asked with credentials counts those that are wrong.
GRANT SELECT (bucket, level, updated_at),
    INSERT (bucket, level),
    UPDATE (level, updated_at)
    ON rollcall.rate TO rollcall_register, rollcall_token,
    rollcall_introspect, rollcall_revoke, rollcall_userinfo;
GRANT SELECT (minute, rule, network, refused),
    INSERT (minute, rule, network),
    UPDATE (refused)
    ON rollcall.rate_refusal TO rollcall_register, rollcall_token,
    rollcall_introspect, rollcall_revoke, rollcall_userinfo;
GRANT SELECT (held, held_until)
    ON rollcall.rate TO rollcall_register, rollcall_token,
    rollcall_introspect, rollcall_revoke, rollcall_userinfo;
GRANT EXECUTE ON FUNCTION rollcall.rate_refuse(text, text, bigint, bigint,
    inet),
    rollcall.rate_level(double precision, timestamptz, double precision,
        timestamptz, double precision)
    TO rollcall_register, rollcall_token, rollcall_introspect,
    rollcall_revoke, rollcall_userinfo;
-- register alone takes some of a rate in advance.
GRANT UPDATE (held, held_until) ON rollcall.rate TO rollcall_register;
GRANT EXECUTE ON FUNCTION rollcall.rate_admit(text, text, bigint, bigint, inet),
    rollcall.rate_lease(text, bigint, bigint, bigint),
    rollcall.admit(inet, text, bigint, bigint, text, bigint, bigint, text,
        bigint, text, bigint, bigint, bigint, bigint, bigint, uuid,
        timestamptz)
    TO rollcall_register;
GRANT EXECUTE ON FUNCTION rollcall.strings(jsonb) TO rollcall_register;

-- Who fetches what clients and issuers keep elsewhere: lists of redirect URIs,
-- and keys.
GRANT SELECT (url, body, fault, fetched_at, claimed_at, tried_at),
    INSERT (url, claimed_at),
    UPDATE (body, fault, fetched_at, claimed_at, tried_at)
    ON rollcall.fetched_document TO rollcall_register, rollcall_token,
    rollcall_introspect, rollcall_revoke, rollcall_admin;
GRANT SELECT (bucket, level, updated_at),
    INSERT (bucket, level),
    UPDATE (level, updated_at)
    ON rollcall.rate TO rollcall_register, rollcall_token,
    rollcall_introspect, rollcall_revoke, rollcall_admin;

-- authorize, login, consent: judge a request, issue a code, remember.
GRANT SELECT (client_id, metadata, status, door, policy, initial_token_id,
        issued_from, issued_at, valid_from)
    ON rollcall.client
    TO rollcall_authorize, rollcall_login, rollcall_consent;
GRANT SELECT (initial_token_id, policy, uses_left, redirect_hosts, scopes,
        grant_types)
    ON rollcall.initial_token
    TO rollcall_authorize, rollcall_login, rollcall_consent;
GRANT SELECT (account_id, login_name, full_name, status, valid_from)
    ON rollcall.account
    TO rollcall_authorize, rollcall_login, rollcall_consent;
GRANT SELECT (session_hash, account_id, auth_time, created_at, expires_at)
    ON rollcall.session
    TO rollcall_authorize, rollcall_login, rollcall_consent;
GRANT SELECT (account_id, client_id, scope, audience, redirect_origin,
        granted_at),
    INSERT (account_id, client_id, scope, audience, redirect_origin),
    UPDATE (scope, granted_at)
    ON rollcall.consent
    TO rollcall_authorize, rollcall_login, rollcall_consent;
GRANT SELECT (grant_id, account_id, client_id, scope, audience),
    INSERT (account_id, client_id, scope, audience, nonce, auth_time)
    ON rollcall.authorization_grant
    TO rollcall_authorize, rollcall_login, rollcall_consent;
GRANT INSERT (code_hash, grant_id, redirect_uri, redirect_uri_given,
        code_challenge, expires_at)
    ON rollcall.authorization_code
    TO rollcall_authorize, rollcall_login, rollcall_consent;

-- login: alone it sees password hashes.
GRANT SELECT (password_hash, claims),
    INSERT (account_id, login_name, claims),
    UPDATE (claims, password_hash, updated_at, last_login_at)
    ON rollcall.account TO rollcall_login;
GRANT INSERT (session_hash, account_id, auth_time, expires_at, address,
        user_agent),
    DELETE
    ON rollcall.session TO rollcall_login;
GRANT SELECT (bucket, level, updated_at),
    INSERT (bucket, level),
    UPDATE (level, updated_at)
    ON rollcall.rate TO rollcall_login, rollcall_consent;

GRANT SELECT (minute, rule, network, refused),
    INSERT (minute, rule, network),
    UPDATE (refused)
    ON rollcall.rate_refusal TO rollcall_login;

-- consent: it revives archived clients, within the limits of their policy, and
-- notes where that was refused.
GRANT SELECT (name, level, since, recounting_from, epoch, counted_at),
    INSERT (name, level),
    UPDATE (level, since, recounting_from, counted_at, updated_at)
    ON rollcall.client_count TO rollcall_consent;
GRANT EXECUTE ON FUNCTION rollcall.admit(inet, text, bigint, bigint, text,
        bigint, bigint, text, bigint, text, bigint, bigint, bigint, bigint,
        bigint, uuid, timestamptz),
    rollcall.client_count_now(text, inet),
    rollcall.client_count_lock(text, boolean),
    rollcall.client_count_reserve(text, bigint, text, inet),
    rollcall.client_count_lease(text, bigint, bigint, bigint, uuid,
        timestamptz),
    rollcall.client_count_give_back(text[], uuid, timestamptz, bigint),
    rollcall.client_revive_public(text, text, inet, text, text, uuid)
    TO rollcall_consent;
GRANT INSERT (event, actor, address, user_agent, client_id, outcome, rule,
        detail)
    ON rollcall.audit TO rollcall_consent;
GRANT USAGE ON SEQUENCE rollcall.audit_id TO rollcall_consent;

-- consent: it shows logos, and fetches one at a time.
GRANT SELECT (url, media_type, body, fetched_at),
    INSERT (url),
    UPDATE (media_type, body, fault, fetched_at)
    ON rollcall.fetched_image TO rollcall_consent;

-- Whoever is called by clients judges what they present.
GRANT SELECT (client_id, secret_hash, secret_expires_at,
        previous_secret_hash, previous_secret_expires_at, metadata, status,
        issued_at, last_used_at, token_endpoint_auth_method)
    ON rollcall.client
    TO rollcall_token, rollcall_introspect, rollcall_revoke;
GRANT SELECT (client_id),
    INSERT (client_id, jti_hash, expires_at)
    ON rollcall.used_assertion
    TO rollcall_token, rollcall_introspect, rollcall_revoke;

-- token: it and rollcall-admin alone read private keys, which are sealed.
GRANT SELECT (valid_from, grant_types, scope), UPDATE (last_used_at)
    ON rollcall.client TO rollcall_token;
GRANT SELECT (account_id, status, valid_from)
    ON rollcall.account TO rollcall_token;
GRANT SELECT (grant_id, account_id, client_id, scope, audience, nonce,
        auth_time, created_at, revoked_at),
    UPDATE (revoked_at)
    ON rollcall.authorization_grant TO rollcall_token;
GRANT SELECT (code_hash, grant_id, redirect_uri, redirect_uri_given,
        code_challenge, expires_at, spent_at),
    UPDATE (spent_at)
    ON rollcall.authorization_code TO rollcall_token;
GRANT INSERT (token_hash, client_id, grant_id, scope, audience, expires_at)
    ON rollcall.access_token TO rollcall_token;
GRANT SELECT (token_hash, grant_id, expires_at, rotated_at, successor_hash,
        successor_sealed),
    INSERT (token_hash, grant_id, expires_at),
    UPDATE (rotated_at, successor_hash, successor_sealed)
    ON rollcall.refresh_token TO rollcall_token;
GRANT SELECT (kid, alg, sealed_key, status)
    ON rollcall.signing_key TO rollcall_token;

-- Who shows, or checks, what signs.
GRANT SELECT (kid, alg, public_jwk, status, created_at)
    ON rollcall.signing_key
    TO rollcall_jwks, rollcall_authorize, rollcall_login, rollcall_consent,
    rollcall_introspect, rollcall_revoke, rollcall_userinfo;

-- introspect, revoke, userinfo: tokens.
GRANT SELECT (token_hash, client_id)
    ON rollcall.access_token
    TO rollcall_introspect, rollcall_revoke, rollcall_userinfo;
GRANT SELECT (grant_id, scope, audience, issued_at, expires_at)
    ON rollcall.access_token TO rollcall_introspect, rollcall_userinfo;
GRANT SELECT (token_hash, grant_id)
    ON rollcall.refresh_token TO rollcall_introspect, rollcall_revoke;
GRANT SELECT (issued_at, expires_at, rotated_at)
    ON rollcall.refresh_token TO rollcall_introspect;
GRANT SELECT (grant_id, revoked_at)
    ON rollcall.authorization_grant
    TO rollcall_introspect, rollcall_revoke, rollcall_userinfo;
GRANT SELECT (account_id, created_at)
    ON rollcall.authorization_grant
    TO rollcall_introspect, rollcall_userinfo;
GRANT SELECT (client_id)
    ON rollcall.authorization_grant TO rollcall_introspect, rollcall_revoke;
GRANT SELECT (scope, audience)
    ON rollcall.authorization_grant TO rollcall_introspect;
GRANT SELECT (valid_from) ON rollcall.client TO rollcall_introspect;
GRANT SELECT (client_id, audience)
    ON rollcall.resource_server TO rollcall_introspect;
GRANT SELECT (account_id, login_name, status, valid_from)
    ON rollcall.account TO rollcall_introspect, rollcall_userinfo;
GRANT DELETE ON rollcall.access_token TO rollcall_revoke;
GRANT UPDATE (revoked_at)
    ON rollcall.authorization_grant TO rollcall_revoke;
GRANT SELECT (claims) ON rollcall.account TO rollcall_userinfo;
GRANT SELECT (client_id, metadata, status, valid_from)
    ON rollcall.client TO rollcall_userinfo;

-- rollcall-admin: what its verbs do, with the rights of who calls them.  Its
-- setup sees that the key file opens the keys that sign.
GRANT SELECT (client_id, valid_from, issued_at),
    INSERT (client_id, secret_hash, metadata, door, policy,
        secret_expires_at, registration_token_hash,
        registration_token_issued_at),
    UPDATE (updated_at, valid_from, registration_token_hash,
        registration_token_issued_at, registration_token_last_used_at,
        next_registration_token_hash, next_registration_token_issued_at)
    ON rollcall.client TO rollcall_admin;
GRANT SELECT (secret_hash, secret_expires_at, previous_secret_hash,
        previous_secret_expires_at, metadata, version, policy,
        initial_token_id, door, issued_from),
    UPDATE (secret_hash, secret_expires_at, previous_secret_hash,
        previous_secret_expires_at, metadata, version)
    ON rollcall.client TO rollcall_admin;
GRANT SELECT (client_id, version, metadata, replaced_at, replaced_by,
        replaced_from),
    INSERT (client_id, version, metadata, replaced_by),
    DELETE
    ON rollcall.client_version TO rollcall_admin;
GRANT INSERT (event, actor, client_id, detail)
    ON rollcall.audit TO rollcall_admin;
GRANT USAGE ON SEQUENCE rollcall.audit_id TO rollcall_admin;
GRANT SELECT (initial_token_id) ON rollcall.client TO rollcall_admin;
GRANT SELECT (initial_token_id, note, policy, uses_left, expires_at,
        redirect_hosts, scopes, grant_types, addresses, created_at,
        created_by, last_used_at, revoked_at),
    INSERT (token_hash, note, policy, uses_left, expires_at, redirect_hosts,
        scopes, grant_types, addresses, created_by),
    UPDATE (revoked_at)
    ON rollcall.initial_token TO rollcall_admin;
GRANT INSERT (client_id, audience)
    ON rollcall.resource_server TO rollcall_admin;
GRANT SELECT (account_id, login_name, status),
    INSERT (account_id, login_name, password_hash, claims,
        password_changed_at),
    UPDATE (password_hash, password_changed_at, status, updated_at),
    DELETE
    ON rollcall.account TO rollcall_admin;
GRANT SELECT (session_hash, account_id, auth_time, created_at, expires_at,
        address, user_agent),
    DELETE
    ON rollcall.session TO rollcall_admin;
GRANT SELECT (client_id, account_id, granted_at),
    DELETE
    ON rollcall.consent TO rollcall_admin;
GRANT SELECT (grant_id, account_id, client_id, created_at, revoked_at),
    UPDATE (revoked_at)
    ON rollcall.authorization_grant TO rollcall_admin;
GRANT SELECT (client_id, issued_at, expires_at)
    ON rollcall.access_token TO rollcall_admin;
GRANT SELECT (kid, alg, sealed_key, status, created_at, activated_at,
        deactivated_at, retired_at),
    INSERT (kid, alg, public_jwk, sealed_key, status, activated_at),
    UPDATE (sealed_key, status, activated_at, deactivated_at, retired_at)
    ON rollcall.signing_key TO rollcall_admin;
GRANT EXECUTE ON FUNCTION rollcall.strings(jsonb),
    rollcall.actor(), rollcall.audit_act(text, text, jsonb),
    rollcall.audit_account(text, text, text),
    rollcall.metadata_changes(jsonb, jsonb),
    rollcall.client_approve(text), rollcall.client_archive(text),
    rollcall.client_archive_idle(interval, interval, integer),
    rollcall.client_revive(text),
    rollcall.client_disable(text), rollcall.client_enable(text),
    rollcall.client_delete(text), rollcall.registration_token_revoke(text),
    rollcall.signing_key_promote(text, bigint),
    rollcall.signing_key_retire(text, bigint), rollcall.account_disable(text),
    rollcall.account_enable(text), rollcall.account_delete(text),
    rollcall.session_end_all(text), rollcall.consent_revoke(text, text),
    rollcall.token_revoke_client(text), rollcall.token_revoke_account(text),
    rollcall.grant_revoke(bigint), rollcall.purge(integer)
    TO rollcall_admin;

-- Seals and notifications.
GRANT SELECT (xact, audit_id, at, event, actor, address, user_agent,
        client_id, outcome, rule, detail)
    ON rollcall.audit TO rollcall_admin;
GRANT SELECT (seal_id, chain, mac) ON rollcall.audit_seal TO rollcall_admin;
GRANT SELECT (outbox_id, destination, event_id, event, payload, created_at,
        attempts, next_attempt_at, delivered_at, dead_at, fault),
    UPDATE (attempts, next_attempt_at, delivered_at, dead_at, fault),
    DELETE
    ON rollcall.outbox TO rollcall_admin;
GRANT SELECT (name, moved_at), UPDATE (moved_at)
    ON rollcall.outbox_position TO rollcall_admin;
GRANT SELECT (rule, minute, refused)
    ON rollcall.rate_refusal TO rollcall_admin;
GRANT EXECUTE ON FUNCTION rollcall.audit_settle(),
    rollcall.audit_seal_next(bigint, integer),
    rollcall.audit_seal_add(jsonb), rollcall.audit_check(bigint, bigint),
    rollcall.audit_check_end(bytea), rollcall.audit_detach(date),
    rollcall.audit_partition_add(integer),
    rollcall.audit_json(rollcall.audit),
    rollcall.outbox_fill(bigint, jsonb, integer),
    rollcall.outbox_purge(bigint) TO rollcall_admin;

-- rollcall-admin's tools: export and import, stats, doctor.
GRANT SELECT (version, sha256, name) ON rollcall.schema_version
    TO rollcall_admin;
GRANT EXECUTE ON FUNCTION rollcall.client_export(text, integer, text[]),
    rollcall.client_import(jsonb, boolean, text, boolean)
    TO rollcall_admin;
GRANT SELECT (audit_id, at, outcome, rule)
    ON rollcall.audit TO rollcall_admin;
GRANT SELECT (audit_id) ON rollcall.audit_default TO rollcall_admin;
GRANT SELECT (last_id) ON rollcall.audit_seal TO rollcall_admin;
GRANT SELECT (expires_at)
    ON rollcall.access_token, rollcall.session, rollcall.used_assertion
    TO rollcall_admin;
GRANT SELECT (minute, rule, refused)
    ON rollcall.rate_refusal TO rollcall_admin;
GRANT SELECT (delivered_at, dead_at, next_attempt_at)
    ON rollcall.outbox TO rollcall_admin;

-- People who act in SQL have no right to any table: the verbs have.
GRANT EXECUTE ON FUNCTION rollcall.client_approve(text),
    rollcall.client_disable(text), rollcall.client_enable(text),
    rollcall.client_archive(text), rollcall.client_revive(text),
    rollcall.client_archive_idle(interval, interval, integer),
    rollcall.client_delete(text), rollcall.registration_token_revoke(text),
    rollcall.purge(integer),
    rollcall.audit_verify(bytea), rollcall.audit_detach(date)
    TO rollcall_dba;

-- Every view is made to be read, and shows no secret or hash.
DO $$
DECLARE
	view record;
BEGIN
	FOR view IN
	SELECT c.oid::pg_catalog.regclass AS name FROM pg_catalog.pg_class c
	 WHERE c.relnamespace = 'rollcall'::pg_catalog.regnamespace
	   AND c.relkind = 'v'
	LOOP
		EXECUTE pg_catalog.format('GRANT SELECT ON %s'
		    ' TO rollcall_report, rollcall_dba, rollcall_admin',
		    view.name);
	END LOOP;
END
$$;
