-- Which statements each program sends, with parameters that fit rows.sql; a
-- role is all that the program has to do them.  The session has prepared the
-- statements.  What stands behind a colon tells calls of one statement apart.
CREATE TEMP TABLE call (statement text PRIMARY KEY, parameters text NOT NULL,
    returns_row boolean NOT NULL);
INSERT INTO call VALUES
('client_register', $$'new', pg_temp.h('f0'), :m, pg_temp.h('f1'),
    '192.0.2.1', 'Browser/1.0', 'default', 'active', 60, '{}'$$, true),
('client_register_in_place', $$'new', pg_temp.h('f0'), :m, pg_temp.h('f1'),
    '192.0.2.1', 'Browser/1.0', 'default', 'active', 60, '{}', 'counted',
    '00000000-0000-4000-8000-000000000001'$$, true),
('client_register_by_token', $$'new', pg_temp.h('f0'), :m, pg_temp.h('f1'),
    '192.0.2.1', 'Browser/1.0', 'default', 'active', 60, '{}', 'counted',
    '00000000-0000-4000-8000-000000000001', 101$$, true),
('initial_token_find', $$pg_temp.h('ec'), '192.0.2.1'$$, true),
('initial_token_read', $$101$$, true),
('initial_token_touch', $$102$$, false),
('admit', $$'192.0.2.2', 'login:192.0.2.2', 1, 60, NULL, NULL, NULL, NULL,
    NULL, 'counted', NULL, NULL, NULL, 1, 0, NULL, NULL$$, true),
('admit:lease', $$'192.0.2.1', 'register:192.0.2.9', 60, 600,
    'initial_token:9', 60, 600, NULL, NULL, 'counted', 10000, 60, 10000, 8, 3,
    '00000000-0000-4000-8000-000000000001', 1767225600$$, true),
('admit:reserve', $$'192.0.2.1', NULL, NULL, NULL, NULL, NULL, NULL,
    'counted:192.0.2.1', 9, 'counted', NULL, NULL, 9, 1, 0, NULL, NULL$$, true),
('admit:full', $$'192.0.2.1', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    'counted', NULL, NULL, 1, 1, 0, NULL, NULL$$, true),
('admit:recount', $$'192.0.2.1', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    'full', NULL, NULL, 9, 1, 0, NULL, NULL$$, true),
('client_count_give_back', $$'{counted}',
    '00000000-0000-4000-8000-000000000001', 1767225600, 1$$, true),
('client_count_look', $$'full', 9, 'full:192.0.2.1', 1$$, true),
('client_count_forget', $$'counted', 'counted'$$, false),
('audit_refused', $$'client.refused', 'anonymous', '192.0.2.1', 'Browser/1.0',
    'app', 'invalid_redirect_uri', 'redirect_uri.scheme', '{}'$$, false),
('client_manage', $$'app', pg_temp.h('e2'), 0, 60, 600, '192.0.2.1'$$, true),
('client_read', $$'app', pg_temp.h('e2'), 0, pg_temp.h('e0')$$, true),
('registration_token_touch', $$'app', pg_temp.h('e2'), 1, '192.0.2.1',
    'Browser/1.0'$$, false),
('client_replace', $$'app', pg_temp.h('e2'), 0, pg_temp.h('e0'), :m, true,
    pg_temp.h('f0'), 1, 'default', 0, true, 60, '192.0.2.1',
    'Browser/1.0'$$, true),
('client_delete', $$'app', pg_temp.h('e2'), 0, '192.0.2.1',
    'Browser/1.0'$$, true),
('client_rotate_secret', $$'app', pg_temp.h('e2'), 0, pg_temp.h('f0'), 60,
    '{"default": 60}', 0, '192.0.2.1', 'Browser/1.0'$$, true),
('registration_token_rotate', $$'app', pg_temp.h('ee'), 0, pg_temp.h('f0'),
    '192.0.2.1', 'Browser/1.0'$$, true),
('client_revive', $$'old', 'account:a1', '192.0.2.1', 'Browser/1.0', 'counted',
    '00000000-0000-4000-8000-000000000001'$$, true),
('client_authenticate', $$:app$$, true),
('client_touch', $$'app'$$, false),
('used_assertion_add', $$'app', pg_temp.h('f0'), 2000000000$$, true),
('access_token_issue', $$:app, NULL, '{https://api.example.org}',
    pg_temp.h('f0'), 3600$$, true),
('code_redeem', $$:app, pg_temp.h('e4'), 'https://app.example.org/cb',
    'SECRET', '{https://api.example.org}', pg_temp.h('f0'), 3600,
    pg_temp.h('f1'), 3600, true, 'https://issuer.example.org'$$, true),
('code_why', $$pg_temp.h('e5'), 'app', NULL, NULL, NULL$$, true),
('code_replayed', $$pg_temp.h('e5')$$, false),
('refresh_token_rotate', $$:app, pg_temp.h('e8'), pg_temp.h('f0'), 'sealed',
    3600, pg_temp.h('f1'), 3600, 'openid', '{https://api.example.org}',
    'https://issuer.example.org'$$, true),
('refresh_token_again', $$:app, pg_temp.h('e9'), 3600, pg_temp.h('f0'), 3600,
    NULL, NULL, 'https://issuer.example.org'$$, true),
('refresh_token_why', $$pg_temp.h('e9'), 'app', 'read', NULL, 10$$, true),
('refresh_token_reused', $$pg_temp.h('e9')$$, false),
('token_introspect', $$'api', '{client_secret_basic}', pg_temp.h('e1'),
    pg_temp.h('e6')$$, true),
('token_introspect_refresh', $$:app, pg_temp.h('e8')$$, true),
('token_revoke', $$:app, pg_temp.h('e8')$$, true),
('userinfo_read', $$pg_temp.h('e6'), 'https://issuer.example.org'$$, true),
('authorization_read', $$'app', pg_temp.h('e3')$$, true),
('authorization_grant_issue', $$pg_temp.h('e3'), 'app', 'openid write',
    '{https://api.example.org}', 'n', pg_temp.h('f0'),
    'https://app.example.org/cb', true, NULL, 60, true,
    'https://app.example.org', '{https://api.example.org}'$$, true),
('account_find', $$'alice'$$, true),
('account_vouch', $$'alice', 'a2', '{"name": "Alice B."}'$$, true),
('account_rehash', $$'a1', 'SECRET', 'SECRET2'$$, false),
('session_begin', $$pg_temp.h('f0'), 'a1', 1800000000, 3600, '192.0.2.2',
    'Browser/1.0', pg_temp.h('e3'), '1767225600'$$, true),
('rate_take', $$'login:192.0.2.2', 10, 60$$, true),
('rate_refuse', $$'rate_limit_failures', 'login:192.0.2.2', 1, 60,
    '192.0.2.2'$$, true),
('rate_refused', $$'rate_limit_login', '192.0.2.2'$$, false),
('rate_give_back', $$'login:192.0.2.2'$$, false),
('fetched_image_read', $$'https://app.example.org/logo.png', 3600, 60$$, true),
('fetched_image_claim', $$'https://app.example.org/old.png', 3600, 60$$, true),
('fetched_image_keep', $$'https://app.example.org/old.png', 'image/png',
    '\x89', NULL$$, false),
('fetched_document_read', $$'https://app.example.org/jwks', 3600, false$$,
    true),
('fetched_document_claim', $$'https://app.example.org/new', 3600, false$$,
    true),
('fetched_document_keep', $$'https://app.example.org/jwks', '{}', NULL$$,
    false),
('signing_key_published', '', true),
('signing_key_active', '', true),
('signing_key_add', $$'k5', 'ES256', '{"kty": "EC"}', 'sealed'$$, true),
('signing_key_list', '', true),
('signing_key_promote', $$'k2', 0$$, true),
('signing_key_retire', $$'k3', 60$$, true),
('admin_account_add', $$'a2', 'bob', 'hash', '{}'$$, true),
('admin_account_password', $$'alice', 'hash'$$, true),
('admin_account_list', '', true),
('admin_account_show', $$'alice'$$, true),
('admin_account_disable', $$'alice'$$, true),
('admin_account_enable', $$'alice'$$, true),
('admin_account_delete', $$'alice'$$, true),
('admin_session_list', $$'alice'$$, true),
('admin_session_end', $$'e3e3e3e3'$$, true),
('admin_session_end_account', $$'alice'$$, true),
('admin_consent_list', $$'alice', NULL$$, true),
('admin_consent_revoke', $$'alice', 'app'$$, true),
('admin_token_list', $$'alice', NULL$$, true),
('admin_token_revoke_client', $$'app'$$, true),
('admin_token_revoke_account', $$'alice'$$, true),
('admin_token_revoke_grant', $$'101'$$, true),
('admin_initial_token_add', $$pg_temp.h('f0'), 'note', 'default', 1,
    2000000000, '{app.example.org}', '{read}', '{authorization_code}',
    '{192.0.2.0/24}'$$, true),
('admin_initial_token_list', '', true),
('admin_initial_token_revoke', $$101$$, true),
('admin_client_add', $$'new', pg_temp.h('f0'), :m, pg_temp.h('f1'),
    '{https://api.example.org}', 'default', '60'$$, true),
('admin_client_list', $$'', 'active', 'default', NULL, 10$$, true),
('admin_client_counts', '', true),
('admin_client_show', $$'app'$$, true),
('admin_client_read', $$'app'$$, true),
('admin_client_edit', $$'app', :m, 1, true, pg_temp.h('f0'), 60$$, true),
('admin_client_history', $$'app'$$, true),
('admin_client_version', $$'app', 0$$, true),
('admin_client_diff', $$'{"client_name": "Old"}', '{"client_name": "New"}'$$,
    true),
('admin_client_rotate', $$'app', pg_temp.h('f0'), 60, 60$$, true),
('admin_client_rotate_token', $$'app', pg_temp.h('f0')$$, true),
('admin_client_revoke_token', $$'app'$$, true),
('admin_client_approve', $$'app'$$, true),
('admin_client_archive', $$'app'$$, true),
('admin_client_archive_idle', $$1, 1, 10$$, true),
('admin_client_revive', $$'old'$$, true),
('admin_client_disable', $$'app'$$, true),
('admin_client_enable', $$'app'$$, true),
('admin_client_delete', $$'app'$$, true),
('admin_audit_settle', '', true),
('admin_audit_seal_next', $$1000000, 100$$, true),
('admin_audit_seal_add', $$'[]'$$, true),
('admin_audit_seal_list', $$0, 10$$, true),
('admin_audit_check', $$1, 10$$, true),
('admin_audit_check_end', $$repeat('11', 32)$$, true),
('admin_audit_detach', $$'2026-01-01', NULL$$, false),
('admin_audit_partition_add', '', true),
('admin_audit_search', $$NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 10$$,
    true),
('admin_audit_read', $$0, NULL, NULL, NULL, 10$$, true),
('admin_outbox_fill', $$1000000, '[{"name": "hook", "events": ["client.*"]}]',
    10$$, true),
('admin_outbox_claim', $$'{hook}', 10$$, true),
('admin_outbox_try', $$101, 3$$, true),
('admin_outbox_done', $$'{101}', 'refuses', 3$$, true),
('admin_outbox_release', $$'{101}'$$, true),
('admin_outbox_retry', $$'{hook}'$$, true),
('admin_outbox_discard', $$'hook'$$, true),
('admin_outbox_purge', $$10$$, true),
('admin_outbox_count', '', true),
('admin_mail_claim', $$0$$, true),
('admin_mail_events', $$'{102}'$$, true),
('admin_mail_clients', $$'{102}', 10$$, true),
('admin_mail_refusals', $$'{102}'$$, true),
('admin_mail_done', $$'{102}', NULL, 3$$, true),
('admin_purge', $$10$$, true),
('admin_client_export', $$'', 10, '{app}'$$, true),
('admin_client_import', $$'{"client_id": "in", "metadata":
    {"token_endpoint_auth_method": "none", "grant_types":
    ["authorization_code"]}}', true, 'hydra', false$$, true),
('admin_stats', '', true),
('admin_doctor_server', '', true),
('admin_doctor_role', '', true),
('admin_doctor_migrations', '', true),
('admin_doctor_rights', $$'GRANT DELETE ON rollcall.client TO rollcall_jwks;',
    'rollcall_'$$, true),
('admin_doctor_state', $$'{hook}'$$, true);
UPDATE call SET parameters = replace(replace(regexp_replace(parameters,
    $$pg_temp\.h\('(..)'\)$$, $$decode(repeat('\1', 32), 'hex')$$, 'g'),
    ':app', $$'app', '{client_secret_basic}', decode(repeat('e0', 32), 'hex')$$),
    ':m', $$'{"token_endpoint_auth_method": "client_secret_basic",
    "grant_types": ["authorization_code"], "redirect_uris": ["https://b/"]}'$$);

-- People who act in SQL have nothing prepared: the verbs that they may call.
PREPARE dba_disable AS SELECT FROM rollcall.client_disable('app') AS d WHERE d;
PREPARE dba_enable AS SELECT FROM rollcall.client_enable('app') AS e
 WHERE NOT e;
PREPARE dba_approve AS SELECT FROM rollcall.client_approve('app') AS a
 WHERE NOT a;
PREPARE dba_archive AS SELECT FROM rollcall.client_archive('app') AS a
 WHERE a;
PREPARE dba_archive_idle AS SELECT FROM rollcall.client_archive_idle() AS n
 WHERE n = 2;
PREPARE dba_revive AS SELECT FROM rollcall.client_revive('old') AS r WHERE r;
PREPARE dba_delete AS SELECT FROM rollcall.client_delete('app') AS d WHERE d;
PREPARE dba_revoke AS SELECT FROM rollcall.registration_token_revoke('app') AS r
 WHERE r;
PREPARE dba_purge AS SELECT FROM rollcall.purge();
PREPARE dba_verify AS SELECT FROM rollcall.audit_verify();
PREPARE dba_detach AS SELECT FROM rollcall.audit_detach('2026-01-01');
INSERT INTO call
SELECT name, '', name <> 'dba_detach' FROM pg_prepared_statements
 WHERE name LIKE 'dba\_%';

CREATE TEMP TABLE does (role text, statement text REFERENCES call);
INSERT INTO does
SELECT 'rollcall_' || program, unnest(statements::text[]) FROM (VALUES
('register', '{client_register,client_register_in_place,
    client_register_by_token,initial_token_find,initial_token_read,
    initial_token_touch,admit,admit:lease,admit:reserve,admit:full,
    admit:recount,rate_refuse,client_count_give_back,client_count_look,
    client_count_forget,audit_refused,
    client_manage,client_read,registration_token_touch,client_replace,client_delete,
    client_rotate_secret,registration_token_rotate}'),
('authorize', '{initial_token_read,authorization_read,authorization_grant_issue,
    signing_key_published}'),
('login', '{initial_token_read,authorization_read,authorization_grant_issue,
    signing_key_published,account_find,account_vouch,account_rehash,
    session_begin,rate_take,rate_refused,rate_give_back}'),
('consent', '{initial_token_read,admit:reserve,admit:full,admit:recount,
    client_count_give_back,client_revive,audit_refused,authorization_read,
    authorization_grant_issue,
    signing_key_published,fetched_image_read,fetched_image_claim,
    fetched_image_keep,rate_take,rate_give_back}'),
('token', '{rate_refuse,client_authenticate,client_touch,used_assertion_add,
    access_token_issue,code_redeem,code_why,code_replayed,
    refresh_token_rotate,refresh_token_again,refresh_token_why,
    refresh_token_reused,signing_key_active}'),
('introspect', '{rate_refuse,client_authenticate,used_assertion_add,
    token_introspect,token_introspect_refresh,signing_key_published}'),
('revoke', '{rate_refuse,client_authenticate,used_assertion_add,token_revoke,
    signing_key_published}'),
('userinfo', '{rate_take,rate_refuse,userinfo_read,signing_key_published}'),
('jwks', '{signing_key_published}'),
('admin', '{initial_token_read,signing_key_active,signing_key_add,signing_key_list,
    signing_key_promote,signing_key_retire}')) AS program (program, statements);
INSERT INTO does
SELECT 'rollcall_admin', statement FROM call WHERE statement LIKE 'admin\_%'
 UNION ALL
SELECT 'rollcall_dba', statement FROM call WHERE statement LIKE 'dba\_%';
-- Who fetches keys and lists of redirect URIs.
INSERT INTO does
SELECT 'rollcall_' || program, unnest('{fetched_document_read,
    fetched_document_claim,fetched_document_keep,rate_take,
    rate_give_back}'::text[])
  FROM unnest('{register,token,introspect,revoke,admin}'::text[]) AS program;

-- Do a statement as a role, and undo it: say what went wrong, or nothing.
CREATE FUNCTION pg_temp.trial(role text, call call) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	PERFORM set_config('role', role, true);
	EXECUTE 'EXECUTE ' || split_part(call.statement, ':', 1)
	    || coalesce('(' || nullif(call.parameters, '') || ')', '');
	GET DIAGNOSTICS n = ROW_COUNT;
	RAISE SQLSTATE 'UNDO0' USING MESSAGE =
	    CASE WHEN call.returns_row AND n = 0 THEN 'returns no row'
	        ELSE 'fine' END;
EXCEPTION
	WHEN SQLSTATE 'UNDO0' THEN
		RETURN nullif(SQLERRM, 'fine');
	WHEN OTHERS THEN
		RETURN SQLERRM;
END
$$;

-- The same for all that a role's program does; the first fault.
CREATE FUNCTION pg_temp.work(program text) RETURNS text
LANGUAGE sql AS $$
	SELECT statement || ': ' || fault
	  FROM (SELECT c.statement, pg_temp.trial(program, c.*) AS fault
	          FROM does d JOIN call c USING (statement)
	         WHERE d.role = program OFFSET 0) tried
	 WHERE fault IS NOT NULL LIMIT 1
$$;

-- Change a right, see whether the program can still do its work, change it
-- back.
CREATE FUNCTION pg_temp.without(program text, change text) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	fault text;
BEGIN
	EXECUTE change;
	fault := pg_temp.work(program);
	RAISE SQLSTATE 'UNDO0' USING MESSAGE = coalesce(fault, 'fine');
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
	RETURN SQLERRM = 'fine';
END
$$;

-- Every right of a program's role, and what would take it away.  A right to a
-- whole table could be one to each column, save where a verb locks the table.
CREATE TEMP VIEW right_of AS
SELECT rolname::text AS role, c.relname || '.' || a.attname AS object,
       r.privilege_type AS verb,
       format('REVOKE %s (%I) ON %s FROM %I', r.privilege_type, a.attname,
           c.oid::regclass, rolname) AS change
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid,
       aclexplode(a.attacl) r JOIN pg_roles ON pg_roles.oid = r.grantee
 WHERE c.relnamespace = 'rollcall'::regnamespace
   AND rolname IN (SELECT role FROM does)
UNION ALL
SELECT rolname, c.relname, r.privilege_type,
       format('REVOKE %s ON %s FROM %I', r.privilege_type, c.oid::regclass,
           rolname) || CASE WHEN
       r.privilege_type <> 'DELETE' AND c.relkind <> 'S' THEN
       format('; GRANT %s (%s) ON %s TO %I', r.privilege_type, (
           SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
            WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped),
           c.oid::regclass, rolname) ELSE '' END
  FROM pg_class c, aclexplode(c.relacl) r
       JOIN pg_roles ON pg_roles.oid = r.grantee
 WHERE c.relnamespace = 'rollcall'::regnamespace AND c.relkind <> 'v'
   AND rolname IN (SELECT role FROM does)
UNION ALL
SELECT rolname, p.oid::regprocedure::text, r.privilege_type,
       format('REVOKE ALL ON FUNCTION %s FROM %I', p.oid::regprocedure,
           rolname)
  FROM pg_proc p, aclexplode(p.proacl) r
       JOIN pg_roles ON pg_roles.oid = r.grantee
 WHERE p.pronamespace = 'rollcall'::regnamespace
   AND rolname IN (SELECT role FROM does);

-- A statement's plan, line by line.
CREATE FUNCTION pg_temp.plan_of(call call) RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) EXECUTE '
	    || split_part(call.statement, ':', 1)
	    || coalesce('(' || nullif(call.parameters, '') || ')', '');
END
$$;
