-- What a DBA reads: stable, and without a secret or a hash.  Columns may be
-- added at the end, none is renamed or taken away.

CREATE OR REPLACE VIEW rollcall.client_report AS
SELECT client_id, client_name, status, door, policy, application_type,
       token_endpoint_auth_method, secret_hash IS NOT NULL AS has_secret,
       secret_expires_at, grant_types, response_types, redirect_uris, scope,
       client_uri, logo_uri, jwks_uri, contacts, software_id,
       software_version, issued_at, issued_from, updated_at, version,
       last_used_at, expires_at, metadata, valid_from
  FROM rollcall.client;

COMMENT ON VIEW rollcall.client_report IS
    'One row a client: all that is known of it save its secret''s hash';

CREATE OR REPLACE VIEW rollcall.redirect_uri_report AS
SELECT c.client_id, c.client_name, c.status, u.place, u.redirect_uri,
       substring(u.redirect_uri FROM '^([A-Za-z][A-Za-z0-9+.-]*):')
           AS scheme,
       substring(u.redirect_uri
           FROM '^[A-Za-z][A-Za-z0-9+.-]*://([^/?#:\[]+|\[[^\]]*\])')
           AS host,
       c.issued_at
  FROM rollcall.client c,
       unnest(c.redirect_uris) WITH ORDINALITY AS u (redirect_uri, place);

COMMENT ON VIEW rollcall.redirect_uri_report IS
    'One row a redirect URI of a client';

CREATE OR REPLACE VIEW rollcall.registration_token_report AS
SELECT t.client_id, c.client_name, c.status, t.issued_at, t.last_used_at
  FROM rollcall.registration_token t
  JOIN rollcall.client c ON c.client_id = t.client_id;

COMMENT ON VIEW rollcall.registration_token_report IS
    'One row a registration access token: whose, and when it was used';

CREATE OR REPLACE VIEW rollcall.registration_by_day AS
SELECT (issued_at AT TIME ZONE 'UTC')::date AS day, door,
       count(*) AS clients,
       count(*) FILTER (WHERE status = 'active') AS active,
       count(*) FILTER (WHERE last_used_at IS NOT NULL) AS used
  FROM rollcall.client
 GROUP BY 1, 2;

COMMENT ON VIEW rollcall.registration_by_day IS
    'Of each day (UTC) and door: the clients registered that are still there';

CREATE OR REPLACE VIEW rollcall.account_report AS
SELECT account_id, login_name, full_name, email, status,
       password_hash IS NOT NULL AS has_password, created_at, updated_at,
       password_changed_at, last_login_at, valid_from, claims
  FROM rollcall.account;

COMMENT ON VIEW rollcall.account_report IS
    'One row a person who can log in: all that is known save the password''s hash';

CREATE OR REPLACE VIEW rollcall.session_report AS
SELECT s.account_id, a.login_name, s.auth_time, s.created_at, s.expires_at,
       s.address, s.user_agent,
       s.expires_at > now() AND a.status = 'active'
           AND s.created_at >= a.valid_from AS live
  FROM rollcall.session s
  JOIN rollcall.account a ON a.account_id = s.account_id;

COMMENT ON VIEW rollcall.session_report IS
    'One row a login of a person in a browser';

CREATE OR REPLACE VIEW rollcall.consent_report AS
SELECT n.account_id, a.login_name, n.client_id, c.client_name, n.scope,
       n.audience, n.redirect_origin, n.granted_at,
       n.granted_at >= c.valid_from AS live
  FROM rollcall.consent n
  JOIN rollcall.account a ON a.account_id = n.account_id
  JOIN rollcall.client c ON c.client_id = n.client_id;

COMMENT ON VIEW rollcall.consent_report IS
    'One row a person, client, and place that it led to: what need not be asked again';

CREATE OR REPLACE VIEW rollcall.grant_report AS
SELECT g.grant_id, g.account_id, a.login_name, g.client_id, c.client_name,
       g.scope, g.audience, g.auth_time, g.created_at, g.revoked_at,
       CASE WHEN g.revoked_at IS NOT NULL THEN 'revoked'
           WHEN c.status = 'active' AND g.created_at >= c.valid_from
           AND a.status = 'active' AND g.created_at >= a.valid_from
           THEN 'live' ELSE 'void' END AS state
  FROM rollcall.authorization_grant g
  JOIN rollcall.account a ON a.account_id = g.account_id
  JOIN rollcall.client c ON c.client_id = g.client_id;

COMMENT ON VIEW rollcall.grant_report IS
    'One row each time a person let a client act for them, while codes or tokens of it are kept';

CREATE OR REPLACE VIEW rollcall.token_report AS
SELECT 'access'::text AS kind, t.grant_id, t.client_id, c.client_name,
       g.account_id, a.login_name, t.scope, t.audience, t.issued_at,
       t.expires_at,
       CASE WHEN t.expires_at <= now() THEN 'expired'
           WHEN g.revoked_at IS NOT NULL THEN 'revoked'
           WHEN c.status = 'active' AND t.issued_at >= c.valid_from
           AND (t.grant_id IS NULL OR (g.created_at >= c.valid_from
               AND a.status = 'active' AND g.created_at >= a.valid_from))
           THEN 'live' ELSE 'void' END AS state
  FROM rollcall.access_token t
  LEFT JOIN rollcall.client c ON c.client_id = t.client_id
  LEFT JOIN rollcall.authorization_grant g ON g.grant_id = t.grant_id
  LEFT JOIN rollcall.account a ON a.account_id = g.account_id
UNION ALL
SELECT 'refresh', g.grant_id, g.client_id, c.client_name, g.account_id,
       a.login_name, g.scope, g.audience, r.issued_at, r.expires_at,
       CASE WHEN r.expires_at <= now() THEN 'expired'
           WHEN g.revoked_at IS NOT NULL THEN 'revoked'
           WHEN r.rotated_at IS NOT NULL THEN 'rotated'
           WHEN c.status = 'active' AND g.created_at >= c.valid_from
           AND a.status = 'active' AND g.created_at >= a.valid_from
           THEN 'live' ELSE 'void' END
  FROM rollcall.refresh_token r
  JOIN rollcall.authorization_grant g ON g.grant_id = r.grant_id
  JOIN rollcall.client c ON c.client_id = g.client_id
  JOIN rollcall.account a ON a.account_id = g.account_id;

COMMENT ON VIEW rollcall.token_report IS
    'One row an access or refresh token that is kept, and what it is worth';

CREATE OR REPLACE VIEW rollcall.signing_key_report AS
SELECT kid, alg, status, created_at, activated_at, deactivated_at, retired_at,
       sealed_key IS NOT NULL AS has_private_key, public_jwk
  FROM rollcall.signing_key;

COMMENT ON VIEW rollcall.signing_key_report IS
    'One row a key that signs, will sign or did sign; without its private part';

CREATE OR REPLACE VIEW rollcall.resource_server_report AS
SELECT s.client_id, c.client_name, c.status, s.audience, s.created_at
  FROM rollcall.resource_server s
  JOIN rollcall.client c ON c.client_id = s.client_id;

COMMENT ON VIEW rollcall.resource_server_report IS
    'One row a client that may introspect tokens of others, and for which resources';

-- A view's column means what its table's does.
DO $$
DECLARE
	remark record;
BEGIN
	FOR remark IN
	SELECT v.attrelid::pg_catalog.regclass AS view, v.attname AS name,
	       pg_catalog.col_description(t.attrelid, t.attnum) AS meaning
	  FROM (VALUES
	       ('rollcall.client_report', 'rollcall.client'),
	       ('rollcall.redirect_uri_report', 'rollcall.client'),
	       ('rollcall.registration_by_day', 'rollcall.client'),
	       ('rollcall.registration_token_report', 'rollcall.client'),
	       ('rollcall.registration_token_report',
	       'rollcall.registration_token'),
	       ('rollcall.account_report', 'rollcall.account'),
	       ('rollcall.session_report', 'rollcall.account'),
	       ('rollcall.session_report', 'rollcall.session'),
	       ('rollcall.consent_report', 'rollcall.account'),
	       ('rollcall.consent_report', 'rollcall.client'),
	       ('rollcall.consent_report', 'rollcall.consent'),
	       ('rollcall.grant_report', 'rollcall.authorization_grant'),
	       ('rollcall.token_report', 'rollcall.access_token'),
	       ('rollcall.signing_key_report', 'rollcall.signing_key'),
	       ('rollcall.resource_server_report', 'rollcall.client'),
	       ('rollcall.resource_server_report',
	       'rollcall.resource_server')) AS source (view, origin)
	  JOIN pg_catalog.pg_attribute v
	    ON v.attrelid = source.view::pg_catalog.regclass AND v.attnum > 0
	  JOIN pg_catalog.pg_attribute t
	    ON t.attrelid = source.origin::pg_catalog.regclass
	   AND t.attname = v.attname
	 ORDER BY source.origin
	LOOP
		EXECUTE pg_catalog.format('COMMENT ON COLUMN %s.%I IS %L',
		    remark.view, remark.name, remark.meaning);
	END LOOP;
END
$$;

COMMENT ON COLUMN rollcall.client_report.has_secret IS
    'Whether the client has a secret';
COMMENT ON COLUMN rollcall.redirect_uri_report.place IS
    'Which of the client''s redirect URIs this is, from 1';
COMMENT ON COLUMN rollcall.redirect_uri_report.redirect_uri IS
    'A redirect URI, as it was registered';
COMMENT ON COLUMN rollcall.redirect_uri_report.scheme IS
    'The scheme of the redirect URI';
COMMENT ON COLUMN rollcall.redirect_uri_report.host IS
    'The host of the redirect URI; NULL where it has none';
COMMENT ON COLUMN rollcall.registration_by_day.day IS
    'The day, in UTC';
COMMENT ON COLUMN rollcall.registration_by_day.clients IS
    'Clients registered that day which are still there';
COMMENT ON COLUMN rollcall.registration_by_day.active IS
    'Those of them that are active';
COMMENT ON COLUMN rollcall.registration_by_day.used IS
    'Those of them that were ever given a token';
COMMENT ON COLUMN rollcall.account_report.has_password IS
    'Whether the person can log in by password';
COMMENT ON COLUMN rollcall.session_report.live IS
    'Whether the session counts';
COMMENT ON COLUMN rollcall.consent_report.live IS
    'Whether the consent counts';
COMMENT ON COLUMN rollcall.grant_report.login_name IS
    'The name that the person logs in with';
COMMENT ON COLUMN rollcall.grant_report.client_name IS
    'The client''s name as it is shown to people';
COMMENT ON COLUMN rollcall.grant_report.state IS
    'live, revoked, or void: client or account is disabled, or began anew since';
COMMENT ON COLUMN rollcall.token_report.kind IS
    'access or refresh';
COMMENT ON COLUMN rollcall.token_report.client_name IS
    'The client''s name as it is shown to people; NULL: it has none, or is gone';
COMMENT ON COLUMN rollcall.token_report.account_id IS
    'For whom the client acts; NULL: for itself';
COMMENT ON COLUMN rollcall.token_report.login_name IS
    'The name that this person logs in with';
COMMENT ON COLUMN rollcall.token_report.state IS
    'live, expired, revoked, rotated, or void: client or account is gone, disabled, or began anew since';
COMMENT ON COLUMN rollcall.signing_key_report.has_private_key IS
    'Whether the private part, sealed, is still there';
