-- What of the rows of rows.sql counts.  After programs.sql.

-- What a statement returns in a column, undone.
CREATE FUNCTION pg_temp.told(statement text, parameters text, name text)
RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	told record;
BEGIN
	EXECUTE format('EXECUTE %s(%s)', statement, parameters) INTO told;
	RAISE SQLSTATE 'UNDO0' USING
	    MESSAGE = coalesce(to_jsonb(told) ->> name, '-');
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
	RETURN nullif(SQLERRM, '-');
END
$$;

CREATE TEMP TABLE sign (place integer, sign text, statement text, name text,
    parameters text, view text);
INSERT INTO sign SELECT place, sign, statement, name, parameters, view
FROM (VALUES
(1, 'access', 'token_introspect', 'client_id', 'e6',
    $$token_report WHERE kind = 'access' AND grant_id = 102
    AND state = 'live'$$),
(2, 'own', 'token_introspect', 'client_id', 'e7',
    $$token_report WHERE kind = 'access' AND grant_id IS NULL
    AND state = 'live'$$),
(3, 'refresh', 'token_introspect_refresh', 'client_id', NULL,
    $$token_report WHERE kind = 'refresh' AND grant_id = 102
    AND state = 'live'$$),
(4, 'rotate', 'refresh_token_rotate', 'account_id', NULL,
    $$grant_report WHERE grant_id = 102 AND state = 'live'$$),
(5, 'code', 'code_redeem', 'account_id', NULL,
    $$grant_report WHERE grant_id = 101 AND state = 'live'$$),
(6, 'userinfo', 'userinfo_read', 'account_id', NULL, NULL),
(7, 'session', 'authorization_read', 'account_id', NULL,
    'session_report WHERE live'),
(8, 'consent', 'authorization_read', 'consents', NULL, NULL))
AS s (place, sign, statement, name, byte, view) JOIN call USING (statement);
UPDATE sign SET parameters = replace(parameters, '''e6''', '''e7''')
 WHERE sign = 'own';
-- Of a client that is gone nothing is told, nor who is logged in.
UPDATE sign SET parameters = replace(parameters, '''app''', '''api''')
 WHERE sign = 'session';

CREATE FUNCTION pg_temp.what_counts() RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	one sign;
	counts boolean;
	listed boolean;
	what text := '';
BEGIN
	FOR one IN SELECT * FROM sign ORDER BY place LOOP
		counts := pg_temp.told(one.statement, one.parameters,
		    one.name) IS NOT NULL;
		listed := counts;
		IF one.view IS NOT NULL THEN
			EXECUTE 'SELECT EXISTS (SELECT FROM rollcall.'
			    || one.view || ')' INTO listed;
		END IF;
		what := what || CASE WHEN counts THEN ' ' || one.sign
		    ELSE '' END || CASE WHEN counts <> listed
		    THEN ' (a view differs on ' || one.sign || ')' ELSE '' END;
	END LOOP;
	RETURN substr(what, 2);
END
$$;
