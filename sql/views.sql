-- What a DBA reads: stable, and without a secret or a hash.  Columns may be
-- added at the end, none is renamed or taken away.

CREATE OR REPLACE VIEW rollcall.client_report AS
SELECT client_id, client_name, status, door, policy, application_type,
       token_endpoint_auth_method, secret_hash IS NOT NULL AS has_secret,
       secret_expires_at, grant_types, response_types, redirect_uris, scope,
       client_uri, logo_uri, jwks_uri, contacts, software_id,
       software_version, issued_at, issued_from, updated_at, version,
       last_used_at, expires_at, metadata
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
	       'rollcall.registration_token')) AS source (view, origin)
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
