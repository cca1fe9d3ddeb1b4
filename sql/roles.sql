-- Who may do what.  Each program that needs the database logs in as a role of
-- its own, with just the rights that its statements need; rollcall_report is
-- for people and their reporting tools.  Roles belong to the whole cluster:
-- one that is there already is kept, password and all.

DO $$
DECLARE
	role record;
BEGIN
	FOR role IN SELECT * FROM (VALUES ('rollcall_register', 'LOGIN'),
	    ('rollcall_report', 'NOLOGIN')) AS known (name, kind)
	LOOP
		BEGIN
			IF pg_catalog.to_regrole(role.name) IS NULL THEN
				EXECUTE pg_catalog.format('CREATE ROLE %I %s',
				    role.name, role.kind);
			END IF;
		EXCEPTION WHEN duplicate_object OR unique_violation THEN
			-- Another database's set-up was quicker.
			NULL;
		END;
		EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO %I',
		    pg_catalog.current_database(), role.name);
	END LOOP;
END
$$;

COMMENT ON ROLE rollcall_register IS
    'The login of rollcall''s register program';
COMMENT ON ROLE rollcall_report IS
    'May read rollcall''s views; grant it to people who report';

-- A request gives up after database_timeout; what it left behind ends soon.
ALTER ROLE rollcall_register SET statement_timeout = '10s';
ALTER ROLE rollcall_register SET lock_timeout = '5s';
ALTER ROLE rollcall_register SET idle_in_transaction_session_timeout = '10s';

REVOKE ALL ON SCHEMA rollcall FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA rollcall
    FROM PUBLIC, rollcall_register, rollcall_report;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rollcall
    FROM PUBLIC, rollcall_register, rollcall_report;

GRANT USAGE ON SCHEMA rollcall TO rollcall_register, rollcall_report;

GRANT SELECT (client_id, secret_hash, secret_expires_at, metadata, status,
        version, issued_at),
    INSERT (client_id, secret_hash, metadata, issued_from),
    UPDATE (secret_hash, secret_expires_at, metadata, updated_at, version),
    DELETE
    ON rollcall.client TO rollcall_register;
GRANT SELECT (client_id, token_hash, issued_at, last_used_at),
    INSERT (client_id, token_hash),
    UPDATE (last_used_at)
    ON rollcall.registration_token TO rollcall_register;
GRANT EXECUTE ON FUNCTION rollcall.strings(jsonb) TO rollcall_register;

GRANT SELECT ON rollcall.client_report, rollcall.redirect_uri_report,
    rollcall.registration_token_report, rollcall.registration_by_day
    TO rollcall_report;
