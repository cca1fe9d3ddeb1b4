-- Some rows in every table.  What no view may show is a hash of a byte from e0
-- on, 32 times over, or has SECRET in it.
CREATE FUNCTION pg_temp.h(byte text) RETURNS bytea LANGUAGE sql
AS $$ SELECT decode(repeat(byte, 32), 'hex') $$;

INSERT INTO rollcall.client (client_id, secret_hash, metadata, issued_from)
VALUES ('app', pg_temp.h('e0'), '{"client_name": "App",
    "token_endpoint_auth_method": "client_secret_basic",
    "grant_types": ["authorization_code", "refresh_token",
    "client_credentials"], "scope": "openid read write",
    "redirect_uris": ["https://app.example.org/cb"]}', '192.0.2.1');
INSERT INTO rollcall.client (client_id, secret_hash, metadata, door)
VALUES ('api', pg_temp.h('e1'), '{"client_name": "API",
    "token_endpoint_auth_method": "client_secret_basic",
    "grant_types": ["client_credentials"]}', 'admin');
INSERT INTO rollcall.client (client_id, metadata, status)
VALUES ('old', '{"token_endpoint_auth_method": "none",
    "grant_types": ["authorization_code"]}', 'archived');
-- Twice the same, and never used.
INSERT INTO rollcall.client (client_id, metadata, issued_from, issued_at,
    valid_from)
SELECT 'twin' || i, jsonb_build_object('client_name', 'Twin',
           'token_endpoint_auth_method', 'none',
           'grant_types', '["authorization_code"]'::jsonb, 'redirect_uris',
           jsonb_build_array('http://127.0.0.1:' || 5000 + i || '/cb',
               'https://twin.example.org/cb')),
       ('192.0.2.' || i)::inet, now() - interval '91 days',
       now() - interval '91 days'
  FROM generate_series(1, 2) i;
UPDATE rollcall.client
   SET registration_token_hash = pg_temp.h('e2'),
       registration_token_issued_at = now(),
       next_registration_token_hash = pg_temp.h('ee'),
       next_registration_token_issued_at = now()
 WHERE client_id = 'app';
INSERT INTO rollcall.resource_server (client_id, audience)
VALUES ('api', '{https://api.example.org}');

INSERT INTO rollcall.account (account_id, login_name, password_hash, claims,
    password_changed_at, valid_from)
VALUES ('a1', 'alice', 'SECRET', '{"name": "Alice",
    "email": "alice@example.org", "email_verified": true}', now(),
    '2026-01-01 00:00:00Z');
INSERT INTO rollcall.session (session_hash, account_id, auth_time, expires_at,
    address, user_agent)
VALUES (pg_temp.h('e3'), 'a1', now(), now() + interval '1 hour', '192.0.2.2',
    'Browser/1.0');
INSERT INTO rollcall.consent (account_id, client_id, scope, audience,
    redirect_origin)
VALUES ('a1', 'app', 'openid read', '{https://api.example.org}',
    'https://app.example.org');

-- 101: a code that waits.  102: a spent code and what it gave.  103: a refresh
-- token and its successor.
INSERT INTO rollcall.authorization_grant (grant_id, account_id, client_id,
    scope, audience, nonce, auth_time)
OVERRIDING SYSTEM VALUE
SELECT n, 'a1', 'app', 'openid read',
       '{https://api.example.org,https://issuer.example.org}', 'SECRET', now()
  FROM generate_series(101, 103) n;
INSERT INTO rollcall.authorization_code (code_hash, grant_id, redirect_uri,
    redirect_uri_given, code_challenge, expires_at, spent_at)
VALUES (pg_temp.h('e4'), 101, 'https://app.example.org/cb', true, 'SECRET',
    now() + interval '1 hour', NULL),
    (pg_temp.h('e5'), 102, 'https://app.example.org/cb', true, NULL,
    now() + interval '1 hour', now());
INSERT INTO rollcall.access_token (token_hash, client_id, grant_id, scope,
    audience, expires_at)
VALUES (pg_temp.h('e6'), 'app', 102, 'openid read',
    '{https://api.example.org,https://issuer.example.org}',
    now() + interval '1 hour'),
    (pg_temp.h('e7'), 'app', NULL, 'write', '{https://api.example.org}',
    now() + interval '1 hour');
INSERT INTO rollcall.refresh_token (token_hash, grant_id, expires_at,
    rotated_at, successor_hash, successor_sealed)
VALUES (pg_temp.h('e8'), 102, now() + interval '1 day', NULL, NULL, NULL),
    (pg_temp.h('e9'), 103, now() + interval '1 day', now(), pg_temp.h('ea'),
    'SECRET'),
    (pg_temp.h('ea'), 103, now() + interval '1 day', NULL, NULL, NULL);
INSERT INTO rollcall.used_assertion (client_id, jti_hash, expires_at)
VALUES ('app', pg_temp.h('eb'), now() + interval '1 minute');

INSERT INTO rollcall.signing_key (kid, alg, public_jwk, sealed_key, status,
    activated_at, deactivated_at, retired_at)
VALUES ('k1', 'ES256', '{"kty": "EC", "kid": "k1"}', 'SECRET', 'active',
    now(), NULL, NULL),
    ('k2', 'ES256', '{"kty": "EC", "kid": "k2"}', 'SECRET', 'published',
    NULL, NULL, NULL),
    ('k3', 'ES256', '{"kty": "EC", "kid": "k3"}', 'SECRET', 'retiring',
    now() - interval '2 hours', now() - interval '1 hour', NULL),
    ('k4', 'ES256', '{"kty": "EC", "kid": "k4"}', NULL, 'retired',
    now() - interval '4 hours', now() - interval '3 hours',
    now() - interval '2 hours');
-- 101 has uses left, 102 any number.
INSERT INTO rollcall.initial_token (initial_token_id, token_hash, note,
    uses_left, redirect_hosts)
OVERRIDING SYSTEM VALUE
VALUES (101, pg_temp.h('ec'), 'for the tests', 5, '{app.example.org}'),
    (102, pg_temp.h('ed'), NULL, NULL, NULL);
INSERT INTO rollcall.client_version (client_id, version, metadata,
    replaced_by, replaced_from)
VALUES ('app', 0, '{"client_name": "Old"}', 'registration_token',
    '192.0.2.1');
INSERT INTO rollcall.client_count (name, level, since, recounting_from, epoch)
VALUES ('counted', 1, 0, NULL, '00000000-0000-4000-8000-000000000001'),
    ('full', 9, 0, now() - interval '1 hour', gen_random_uuid());
INSERT INTO rollcall.rate_refusal (minute, rule, network)
VALUES ('2026-01-01 00:00:00Z', 'rate_limit_register', '192.0.2.1');
INSERT INTO rollcall.rate (bucket, level) VALUES ('login:192.0.2.2', 3),
    ('policy:counted', 3);
INSERT INTO rollcall.fetched_document (url, body, fetched_at, tried_at)
VALUES ('https://app.example.org/jwks', '{"keys": []}', now(), now());
INSERT INTO rollcall.fetched_image (url, media_type, body, fault, fetched_at)
VALUES ('https://app.example.org/logo.png', 'image/png', '\x89504e47', NULL,
    now()),
    ('https://app.example.org/old.png', NULL, NULL, 'timed out',
    now() - interval '20 days');

-- Rows of the audit log, a seal that is not of them, a month that is gone; of
-- the outbox, 101 for a webhook and 102 for the mail.
INSERT INTO rollcall.audit (event, actor, address, user_agent, client_id)
VALUES ('client.registered', 'anonymous', '192.0.2.1', 'Browser/1.0', 'app');
INSERT INTO rollcall.audit (event, actor, address, outcome, rule, detail)
VALUES ('client.refused', 'anonymous', '192.0.2.1', 'invalid_redirect_uri',
    'redirect_uri.scheme', '{"faults": [{"pointer": "/redirect_uris/0",
    "rule": "redirect_uri.scheme"}]}');
INSERT INTO rollcall.audit_seal (seal_id, month, first_id, last_id, row_count,
    digest, chain)
VALUES (1, '2026-01-01', -1, 0, 1, pg_temp.h('00'), pg_temp.h('00'));
INSERT INTO rollcall.outbox (outbox_id, destination, event_id, event, payload)
OVERRIDING SYSTEM VALUE
VALUES (101, 'hook', 1, 'client.registered', '{"client_id": "app"}'),
    (102, 'mail', 1, 'client.registered',
    '{"client_id": "app", "rule": "rate_limit_register"}');
INSERT INTO rollcall.audit_detached (month, table_name, detached_by)
VALUES ('2026-01-01', 'audit_2026_01', 'postgres');
