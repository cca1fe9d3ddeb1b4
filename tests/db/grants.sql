-- One line a role and object: what the role may do with it, and with which
-- columns where not all of them.
WITH role (role) AS (
	SELECT 'public'
	UNION ALL
	SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'rollcall\_%'),
relation AS (
	SELECT c.oid, c.relname::text AS name, relkind FROM pg_class c
	 WHERE relnamespace = 'rollcall'::regnamespace
	   AND NOT relispartition AND relkind IN ('r', 'v', 'm', 'S', 'p')),
verb (place, verb, columns) AS (VALUES (1, 'SELECT', true),
    (2, 'INSERT', true), (3, 'UPDATE', true), (4, 'DELETE', false),
    (5, 'TRUNCATE', false), (6, 'REFERENCES', true), (7, 'TRIGGER', false),
    (8, 'USAGE', false)),
may AS (
	SELECT role, name, place, CASE
	       WHEN verb = 'USAGE' THEN CASE WHEN relkind = 'S'
	       AND has_sequence_privilege(role, r.oid, verb) THEN verb END
	       WHEN has_table_privilege(role, r.oid, verb) THEN verb
	       WHEN columns THEN (
	           SELECT verb || '(' ||
	                  string_agg(attname, ',' ORDER BY attnum) || ')'
	             FROM pg_attribute WHERE attrelid = r.oid AND attnum > 0
	              AND has_column_privilege(role, r.oid, attnum, verb))
	       END AS may
	  FROM role, relation r, verb),
line AS (
	SELECT role, name, coalesce(string_agg(may, ' ' ORDER BY place), '-')
	       AS may
	  FROM may GROUP BY role, name
	UNION ALL
	SELECT role, p.oid::regprocedure::text,
	       CASE WHEN has_function_privilege(role, p.oid, 'EXECUTE')
	       THEN 'EXECUTE' ELSE '-' END
	  FROM role, pg_proc p WHERE pronamespace = 'rollcall'::regnamespace
	UNION ALL
	SELECT role, 'schema', coalesce(nullif(concat_ws(' ',
	       CASE WHEN has_schema_privilege(role, 'rollcall', 'USAGE')
	       THEN 'USAGE' END,
	       CASE WHEN has_schema_privilege(role, 'rollcall', 'CREATE')
	       THEN 'CREATE' END), ''), '-')
	  FROM role
	UNION ALL
	SELECT rolname, 'role', concat_ws(' ',
	       CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END,
	       CASE WHEN rolsuper THEN 'SUPERUSER' END,
	       CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
	       CASE WHEN rolcreatedb THEN 'CREATEDB' END,
	       CASE WHEN rolreplication THEN 'REPLICATION' END,
	       CASE WHEN rolbypassrls THEN 'BYPASSRLS' END,
	       array_to_string(rolconfig, ' '))
	  FROM pg_roles WHERE rolname IN (SELECT role FROM role))
SELECT role, name, may FROM line
 ORDER BY role COLLATE "C", name COLLATE "C";
