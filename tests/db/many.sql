-- Many rows in the tables that grow, besides those of rows.sql.
CREATE FUNCTION pg_temp.h(what text) RETURNS bytea LANGUAGE sql
AS $$ SELECT sha256(what::bytea) $$;

INSERT INTO rollcall.client (client_id, metadata, registration_token_hash,
    registration_token_issued_at)
SELECT 'c' || i,
       '{"token_endpoint_auth_method": "none", "grant_types": ["a"]}',
       pg_temp.h(i::text), now()
  FROM generate_series(1, 5000) i;
INSERT INTO rollcall.resource_server (client_id, audience)
SELECT 'c' || i, '{}' FROM generate_series(1, 5000) i;
INSERT INTO rollcall.account (account_id, login_name)
SELECT 'p' || i, 'p' || i FROM generate_series(1, 5000) i;
INSERT INTO rollcall.session (session_hash, account_id, expires_at)
SELECT pg_temp.h(i::text), 'p' || i, now() + interval '1 hour'
  FROM generate_series(1, 5000) i;
INSERT INTO rollcall.consent (account_id, client_id, scope, audience,
    redirect_origin)
SELECT 'p' || i, 'c' || i, 'read', '{}', 'https://app.example.org' FROM generate_series(1, 5000) i;
INSERT INTO rollcall.authorization_grant (grant_id, account_id, client_id,
    audience)
OVERRIDING SYSTEM VALUE
SELECT 1000 + i, 'p' || 1 + i % 5000, 'c' || 1 + i % 5000, '{}'
  FROM generate_series(1, 20000) i;
INSERT INTO rollcall.authorization_code (code_hash, grant_id, redirect_uri,
    redirect_uri_given, expires_at)
SELECT pg_temp.h(i::text), 1000 + i, 'https://x/', true,
       now() + interval '1 minute'
  FROM generate_series(1, 20000) i;
INSERT INTO rollcall.access_token (token_hash, client_id, grant_id, audience,
    expires_at)
SELECT pg_temp.h(i::text), 'c' || 1 + i % 5000, 1000 + i, '{}',
       now() + interval '1 hour'
  FROM generate_series(1, 20000) i;
INSERT INTO rollcall.refresh_token (token_hash, grant_id, expires_at)
SELECT pg_temp.h(i::text), 1000 + i, now() + interval '1 day'
  FROM generate_series(1, 20000) i;
INSERT INTO rollcall.used_assertion (client_id, jti_hash, expires_at)
SELECT 'c1', pg_temp.h(i::text), now() FROM generate_series(1, 5000) i;
INSERT INTO rollcall.rate (bucket, level)
SELECT 'b' || i, 1 FROM generate_series(1, 5000) i;
INSERT INTO rollcall.initial_token (token_hash)
SELECT pg_temp.h(i::text) FROM generate_series(1, 5000) i;
INSERT INTO rollcall.client_version (client_id, version, metadata,
    replaced_by)
SELECT 'c' || 1 + i % 5000, i, '{}', 'x' FROM generate_series(1, 20000) i;
INSERT INTO rollcall.client_count (name, level)
SELECT 'p:' || i, 1 FROM generate_series(1, 5000) i;
INSERT INTO rollcall.fetched_document (url)
SELECT 'https://x/' || i FROM generate_series(1, 5000) i;
INSERT INTO rollcall.fetched_image (url)
SELECT 'https://x/' || i FROM generate_series(1, 5000) i;
ANALYZE;
