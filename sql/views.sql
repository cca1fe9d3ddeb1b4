-- What a DBA reads: stable, and without a secret or a hash.  Columns may be
-- added at the end, none is renamed or taken away.  Their names stand before
-- the query: rollcall-sql(7) is made from them and from the comments.

CREATE OR REPLACE VIEW rollcall.client_current (client_id, client_name,
    status, disabled_status, door, policy, initial_token_id, application_type,
    token_endpoint_auth_method, has_secret, secret_expires_at,
    previous_secret_expires_at, grant_types, response_types, redirect_uris,
    scope, client_uri, logo_uri, jwks_uri, contacts, software_id,
    software_version, issued_at, issued_from, updated_at, version,
    last_used_at, expires_at, valid_from, metadata,
    registration_token_issued_at, registration_token_last_used_at,
    next_registration_token_issued_at) AS
SELECT client_id, client_name, status, disabled_status, door, policy,
       initial_token_id, application_type, token_endpoint_auth_method, secret_hash IS NOT NULL,
       secret_expires_at, previous_secret_expires_at, grant_types,
       response_types, redirect_uris, scope, client_uri, logo_uri, jwks_uri,
       contacts, software_id, software_version, issued_at, issued_from,
       updated_at, version, last_used_at, expires_at, valid_from, metadata,
       registration_token_issued_at, registration_token_last_used_at,
       next_registration_token_issued_at
  FROM rollcall.client;

COMMENT ON VIEW rollcall.client_current IS
    'One row a client, as it is now: all that is known of it save the hashes of its secrets';

CREATE OR REPLACE VIEW rollcall.client_report (client_id, client_name, status,
    door, policy, application_type, token_endpoint_auth_method, has_secret,
    secret_expires_at, grant_types, response_types, redirect_uris, scope,
    client_uri, logo_uri, jwks_uri, contacts, software_id, software_version,
    issued_at, issued_from, updated_at, version, last_used_at, expires_at,
    metadata, valid_from) AS
SELECT client_id, client_name, status, door, policy, application_type,
       token_endpoint_auth_method, has_secret, secret_expires_at, grant_types,
       response_types, redirect_uris, scope, client_uri, logo_uri, jwks_uri,
       contacts, software_id, software_version, issued_at, issued_from,
       updated_at, version, last_used_at, expires_at, metadata, valid_from
  FROM rollcall.client_current;

COMMENT ON VIEW rollcall.client_report IS
    'One row a client, from before client_current, which has more: prefer that';

CREATE OR REPLACE VIEW rollcall.client_redirect_uri (client_id, client_name,
    status, door, policy, place, redirect_uri, scheme, host, issued_at,
    last_used_at) AS
SELECT c.client_id, c.client_name, c.status, c.door, c.policy, u.place,
       u.redirect_uri,
       substring(u.redirect_uri FROM '^([A-Za-z][A-Za-z0-9+.-]*):'),
       substring(u.redirect_uri
           FROM '^[A-Za-z][A-Za-z0-9+.-]*://([^/?#:\[]+|\[[^\]]*\])'),
       c.issued_at, c.last_used_at
  FROM rollcall.client c,
       unnest(c.redirect_uris) WITH ORDINALITY AS u (redirect_uri, place);

COMMENT ON VIEW rollcall.client_redirect_uri IS
    'One row a redirect URI of a client';

CREATE OR REPLACE VIEW rollcall.redirect_uri_report (client_id, client_name,
    status, place, redirect_uri, scheme, host, issued_at) AS
SELECT client_id, client_name, status, place, redirect_uri, scheme, host,
       issued_at
  FROM rollcall.client_redirect_uri;

COMMENT ON VIEW rollcall.redirect_uri_report IS
    'One row a redirect URI, from before client_redirect_uri, which has more: prefer that';

-- As client_archive_idle has it.
CREATE OR REPLACE VIEW rollcall.client_idle (client_id, client_name, door,
    policy, issued_at, last_used_at, idle_since, reason) AS
SELECT client_id, client_name, door, policy, issued_at, last_used_at,
       greatest(coalesce(last_used_at, issued_at), valid_from),
       CASE WHEN last_used_at IS NULL THEN 'never used' ELSE 'idle' END
  FROM rollcall.client
 WHERE status = 'active' AND door IN ('dynamic', 'token')
   AND greatest(coalesce(last_used_at, issued_at), valid_from)
       < now() - CASE WHEN last_used_at IS NULL THEN interval '90 days'
       ELSE interval '365 days' END;

COMMENT ON VIEW rollcall.client_idle IS
    'One row a client that client_archive_idle() would archive: it registered itself and was never used for 90 days, or not for 365';

-- The port of a loopback URI is chosen anew at each start of such a client.
CREATE OR REPLACE VIEW rollcall.client_duplicates (client_name, software_id,
    redirect_uris, clients, active, used, first_issued_at, last_issued_at,
    addresses, client_ids) AS
SELECT c.client_name, c.software_id, u.redirect_uris, count(*),
       count(*) FILTER (WHERE c.status = 'active'), count(c.last_used_at),
       min(c.issued_at), max(c.issued_at), array_agg(DISTINCT c.issued_from)
           FILTER (WHERE c.issued_from IS NOT NULL),
       array_agg(c.client_id ORDER BY c.issued_at)
  FROM rollcall.client c
 CROSS JOIN LATERAL (
       SELECT array_agg(regexp_replace(uri,
              '^(http://(localhost|127[.]0[.]0[.]1|\[::1\])):[0-9]+',
              '\1') ORDER BY place) AS redirect_uris
         FROM unnest(c.redirect_uris) WITH ORDINALITY AS u (uri, place)) AS u
 GROUP BY c.client_name, c.software_id, u.redirect_uris
HAVING count(*) > 1;

COMMENT ON VIEW rollcall.client_duplicates IS
    'One row a set of clients with the same client_name, software_id and redirect URIs, the ports of loopback ones aside';

CREATE OR REPLACE VIEW rollcall.client_history (client_id, version, made_at,
    made_by, made_from, replaced_at, changed, metadata) AS
SELECT client_id, version, made_at, made_by, made_from, replaced_at,
       ARRAY(SELECT key FROM jsonb_each(former)
             FULL JOIN jsonb_each(metadata::jsonb) AS latter USING (key)
             WHERE former IS NOT NULL
               AND jsonb_each.value IS DISTINCT FROM latter.value
             ORDER BY key),
       metadata
  FROM (SELECT v.client_id, v.version, v.metadata, v.replaced_at,
               CASE v.version WHEN 1 THEN c.issued_at
               ELSE lag(v.replaced_at) OVER w END AS made_at,
               CASE WHEN v.version > 1 THEN lag(v.replaced_by) OVER w
               WHEN c.door = 'dynamic' THEN 'anonymous'
               WHEN c.initial_token_id IS NOT NULL
               THEN 'initial_token:' || c.initial_token_id
               ELSE (SELECT a.actor FROM rollcall.audit a
                      WHERE a.at = c.issued_at AND a.client_id = c.client_id
                        AND a.event = 'client.registered' LIMIT 1)
               END AS made_by,
               CASE v.version WHEN 1 THEN c.issued_from
               ELSE lag(v.replaced_from) OVER w END AS made_from,
               lag(v.metadata::jsonb) OVER w AS former
          FROM (SELECT client_id, version, metadata, replaced_at,
                       replaced_by, replaced_from
                  FROM rollcall.client_version
                 UNION ALL
                SELECT client_id, version, metadata, NULL AS replaced_at,
                       NULL AS replaced_by, NULL AS replaced_from
                  FROM rollcall.client) AS v
          JOIN rollcall.client c ON c.client_id = v.client_id
        WINDOW w AS (PARTITION BY v.client_id ORDER BY v.version)) AS each;

COMMENT ON VIEW rollcall.client_history IS
    'One row a version of a client''s metadata, former ones (100 at most) and the present';

CREATE OR REPLACE VIEW rollcall.initial_token_usage (initial_token_id, note,
    policy, state, uses_left, clients, active, used, first_issued_at,
    last_issued_at, expires_at, redirect_hosts, scopes, grant_types,
    addresses, created_at, created_by, last_used_at, revoked_at) AS
SELECT t.initial_token_id, t.note, t.policy,
       CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked'
           WHEN t.expires_at <= now() THEN 'expired'
           WHEN t.uses_left = 0 THEN 'spent' ELSE 'live' END,
       t.uses_left, c.clients, c.active, c.used, c.first_issued_at,
       c.last_issued_at, t.expires_at, t.redirect_hosts, t.scopes,
       t.grant_types, t.addresses, t.created_at, t.created_by,
       t.last_used_at, t.revoked_at
  FROM rollcall.initial_token t
 CROSS JOIN LATERAL (
       SELECT count(*) AS clients,
              count(*) FILTER (WHERE status = 'active') AS active,
              count(last_used_at) AS used, min(issued_at) AS first_issued_at,
              max(issued_at) AS last_issued_at
         FROM rollcall.client
        WHERE initial_token_id = t.initial_token_id) AS c;

COMMENT ON VIEW rollcall.initial_token_usage IS
    'One row an initial access token, and what became of it; without the token or its hash';

CREATE OR REPLACE VIEW rollcall.audit_event (audit_id, at, event, actor,
    address, user_agent, client_id, outcome, rule, detail) AS
SELECT audit_id, at, event, actor, address, user_agent, client_id, outcome,
       rule, detail
  FROM rollcall.audit;

COMMENT ON VIEW rollcall.audit_event IS
    'One row of the audit log, all of it: name a span of at, and months outside it are not read';

CREATE OR REPLACE VIEW rollcall.audit_recent (audit_id, at, event, actor,
    address, user_agent, client_id, outcome, rule, detail) AS
SELECT *
  FROM rollcall.audit_event
 WHERE at > now() - interval '1 day'
 ORDER BY audit_id DESC
 LIMIT 1000;

COMMENT ON VIEW rollcall.audit_recent IS
    'One row of the audit log, of the last 24 hours: the last 1000, newest first';

CREATE OR REPLACE VIEW rollcall.audit_seal_report (seal_id, month, first_id,
    last_id, row_count, head, mac, sealed_at, detached_at) AS
SELECT s.seal_id, s.month, s.first_id, s.last_id, s.row_count,
       encode(s.chain, 'hex'), encode(s.mac, 'hex'), s.sealed_at,
       d.detached_at
  FROM rollcall.audit_seal s
  LEFT JOIN rollcall.audit_detached d ON d.month = s.month;

COMMENT ON VIEW rollcall.audit_seal_report IS
    'One row a batch of the audit log that was sealed';

CREATE OR REPLACE VIEW rollcall.registration_refused (audit_id, at, event,
    rule, outcome, address, user_agent, actor, client_id, faults) AS
SELECT audit_id, at, event, rule, outcome, address, user_agent, actor,
       client_id, detail -> 'faults'
  FROM rollcall.audit
 WHERE event LIKE 'client.%' AND outcome <> 'ok';

COMMENT ON VIEW rollcall.registration_refused IS
    'One row a registration, read, update, rotation or deletion that was refused; those refused by rate are in rate_refusal_report';

CREATE OR REPLACE VIEW rollcall.rate_refusal_report (minute, rule, network,
    refused) AS
SELECT minute, rule, network, refused
  FROM rollcall.rate_refusal;

COMMENT ON VIEW rollcall.rate_refusal_report IS
    'One row a minute, rule and network: how many requests a rate limit refused';

-- A client that is gone is told of by the log, one from before there was a
-- log by its row.
CREATE OR REPLACE VIEW rollcall.registration_daily (day, door, policy,
    registered, refused, refused_by_rate, still_there, active, used) AS
SELECT day, door, policy, greatest(coalesce(sum(registered), 0),
       coalesce(sum(still_there), 0))::bigint,
       coalesce(sum(refused), 0)::bigint,
       coalesce(sum(refused_by_rate), 0)::bigint,
       coalesce(sum(still_there), 0)::bigint,
       coalesce(sum(active), 0)::bigint, coalesce(sum(used), 0)::bigint
  FROM (SELECT (issued_at AT TIME ZONE 'UTC')::date AS day,
               door::text AS door, policy, NULL::bigint AS registered,
               NULL::bigint AS refused, NULL::numeric AS refused_by_rate,
               count(*) AS still_there,
               count(*) FILTER (WHERE status = 'active') AS active,
               count(last_used_at) AS used
          FROM rollcall.client
         GROUP BY 1, 2, 3
         UNION ALL
        SELECT (at AT TIME ZONE 'UTC')::date AS day,
               CASE WHEN actor = 'anonymous' THEN 'dynamic'
               WHEN actor LIKE 'initial\_token:%' THEN 'token'
               ELSE 'admin' END AS door,
               CASE event WHEN 'client.registered'
               THEN coalesce(detail ->> 'policy', 'default') END AS policy,
               count(*) FILTER (WHERE event = 'client.registered')
                   AS registered,
               count(*) FILTER (WHERE event = 'client.refused') AS refused,
               NULL AS refused_by_rate, NULL AS still_there,
               NULL AS active, NULL AS used
          FROM rollcall.audit
         WHERE event IN ('client.registered', 'client.refused')
         GROUP BY 1, 2, 3
         UNION ALL
        SELECT (minute AT TIME ZONE 'UTC')::date AS day, NULL AS door,
               NULL AS policy, NULL AS registered, NULL AS refused,
               sum(refused) AS refused_by_rate, NULL AS still_there,
               NULL AS active, NULL AS used
          FROM rollcall.rate_refusal
         WHERE rule IN ('rate_limit_register', 'rate_limit_initial_token',
               'rate_limit_policy')
         GROUP BY 1) AS told
 GROUP BY day, door, policy;

COMMENT ON VIEW rollcall.registration_daily IS
    'One row a day (UTC), door and policy: how many registered, how many were refused, what became of them';

CREATE OR REPLACE VIEW rollcall.registration_by_day (day, door, clients,
    active, used) AS
SELECT (issued_at AT TIME ZONE 'UTC')::date, door, count(*),
       count(*) FILTER (WHERE status = 'active'), count(last_used_at)
  FROM rollcall.client
 GROUP BY 1, 2;

COMMENT ON VIEW rollcall.registration_by_day IS
    'One row a day (UTC) and door: the clients registered that are still there; from before registration_daily, which has more: prefer that';

CREATE OR REPLACE VIEW rollcall.outbox_pending (destination, state, events,
    outbox_id, event_id, event, client_id, created_at, attempts,
    next_attempt_at, dead_at, fault, payload) AS
SELECT destination, CASE WHEN dead_at IS NULL THEN 'waiting' ELSE 'dead' END,
       1::bigint, outbox_id, event_id, event, payload ->> 'client_id',
       created_at, attempts, next_attempt_at, dead_at, fault, payload
  FROM rollcall.outbox
 WHERE delivered_at IS NULL
UNION ALL
SELECT NULL AS destination, 'unread' AS state, a.events, NULL AS outbox_id,
       NULL AS event_id, NULL AS event, NULL AS client_id,
       a.since AS created_at, NULL AS attempts, NULL AS next_attempt_at,
       NULL AS dead_at, NULL AS fault, NULL AS payload
  FROM (SELECT count(*) AS events, min(l.at) AS since
          FROM rollcall.outbox_position p
          JOIN rollcall.audit l ON l.audit_id > p.audit_id
         WHERE p.name = 'deliver') AS a
 WHERE a.events > 0;

COMMENT ON VIEW rollcall.outbox_pending IS
    'One row a notification that was not delivered, and one for all events of the audit log that were not yet turned into notifications';

CREATE OR REPLACE VIEW rollcall.registration_token_report (client_id,
    client_name, status, issued_at, last_used_at) AS
SELECT c.client_id, c.client_name, c.status, t.issued_at,
       greatest(coalesce(t.last_used_at, t.issued_at), c.last_used_at)
  FROM rollcall.client c,
       LATERAL (VALUES (c.registration_token_hash,
           c.registration_token_issued_at, c.registration_token_last_used_at),
           (c.next_registration_token_hash,
           c.next_registration_token_issued_at, NULL))
       AS t (token_hash, issued_at, last_used_at)
 WHERE t.token_hash IS NOT NULL;

COMMENT ON VIEW rollcall.registration_token_report IS
    'One row a registration access token, and one for that which takes its place when it is first used: whose, and when it was used';

CREATE OR REPLACE VIEW rollcall.account_report (account_id, login_name,
    full_name, email, status, has_password, created_at, updated_at,
    password_changed_at, last_login_at, valid_from, claims) AS
SELECT account_id, login_name, full_name, email, status,
       password_hash IS NOT NULL, created_at, updated_at,
       password_changed_at, last_login_at, valid_from, claims
  FROM rollcall.account;

COMMENT ON VIEW rollcall.account_report IS
    'One row a person who can log in: all that is known save the password''s hash';

CREATE OR REPLACE VIEW rollcall.session_report (account_id, login_name,
    auth_time, created_at, expires_at, address, user_agent, live) AS
SELECT s.account_id, a.login_name, s.auth_time, s.created_at, s.expires_at,
       s.address, s.user_agent,
       s.expires_at > now() AND a.status = 'active'
           AND s.created_at >= a.valid_from
  FROM rollcall.session s
  JOIN rollcall.account a ON a.account_id = s.account_id;

COMMENT ON VIEW rollcall.session_report IS
    'One row a login of a person in a browser';

CREATE OR REPLACE VIEW rollcall.consent_report (account_id, login_name,
    client_id, client_name, scope, audience, redirect_origin, granted_at,
    live) AS
SELECT n.account_id, a.login_name, n.client_id, c.client_name, n.scope,
       n.audience, n.redirect_origin, n.granted_at,
       n.granted_at >= c.valid_from
  FROM rollcall.consent n
  JOIN rollcall.account a ON a.account_id = n.account_id
  JOIN rollcall.client c ON c.client_id = n.client_id;

COMMENT ON VIEW rollcall.consent_report IS
    'One row a person, client, and place that it led to: what need not be asked again';

CREATE OR REPLACE VIEW rollcall.grant_report (grant_id, account_id, login_name,
    client_id, client_name, scope, audience, auth_time, created_at,
    revoked_at, state) AS
SELECT g.grant_id, g.account_id, a.login_name, g.client_id, c.client_name,
       g.scope, g.audience, g.auth_time, g.created_at, g.revoked_at,
       CASE WHEN g.revoked_at IS NOT NULL THEN 'revoked'
           WHEN c.status = 'active' AND g.created_at >= c.valid_from
           AND a.status = 'active' AND g.created_at >= a.valid_from
           THEN 'live' ELSE 'void' END
  FROM rollcall.authorization_grant g
  JOIN rollcall.account a ON a.account_id = g.account_id
  JOIN rollcall.client c ON c.client_id = g.client_id;

COMMENT ON VIEW rollcall.grant_report IS
    'One row each time a person let a client act for them, while codes or tokens of it are kept';

CREATE OR REPLACE VIEW rollcall.token_report (kind, grant_id, client_id,
    client_name, account_id, login_name, scope, audience, issued_at,
    expires_at, state) AS
SELECT 'access'::text, t.grant_id, t.client_id, c.client_name,
       g.account_id, a.login_name, t.scope, t.audience, t.issued_at,
       t.expires_at,
       CASE WHEN t.expires_at <= now() THEN 'expired'
           WHEN g.revoked_at IS NOT NULL THEN 'revoked'
           WHEN c.status = 'active' AND t.issued_at >= c.valid_from
           AND (t.grant_id IS NULL OR (g.created_at >= c.valid_from
               AND a.status = 'active' AND g.created_at >= a.valid_from))
           THEN 'live' ELSE 'void' END
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

CREATE OR REPLACE VIEW rollcall.signing_key_report (kid, alg, status,
    created_at, activated_at, deactivated_at, retired_at, has_private_key,
    public_jwk) AS
SELECT kid, alg, status, created_at, activated_at, deactivated_at, retired_at,
       sealed_key IS NOT NULL, public_jwk
  FROM rollcall.signing_key;

COMMENT ON VIEW rollcall.signing_key_report IS
    'One row a key that signs, will sign or did sign; without its private part';

CREATE OR REPLACE VIEW rollcall.resource_server_report (client_id, client_name,
    status, audience, created_at) AS
SELECT s.client_id, c.client_name, c.status, s.audience, s.created_at
  FROM rollcall.resource_server s
  JOIN rollcall.client c ON c.client_id = s.client_id;

COMMENT ON VIEW rollcall.resource_server_report IS
    'One row a client that may introspect tokens of others, and for which resources';

-- A view's column means what that of a table means: of the first of these
-- that has one of its name.
DO $$
DECLARE
	remark record;
BEGIN
	FOR remark IN
	SELECT DISTINCT ON (v.attrelid, v.attnum)
	       v.attrelid::pg_catalog.regclass AS view, v.attname AS name,
	       pg_catalog.col_description(t.attrelid, t.attnum) AS meaning
	  FROM (VALUES
	       (1, 'rollcall.client_current', 'rollcall.client'),
	       (2, 'rollcall.client_report', 'rollcall.client'),
	       (3, 'rollcall.client_redirect_uri', 'rollcall.client'),
	       (4, 'rollcall.redirect_uri_report', 'rollcall.client'),
	       (5, 'rollcall.client_idle', 'rollcall.client'),
	       (6, 'rollcall.client_duplicates', 'rollcall.client'),
	       (7, 'rollcall.client_history', 'rollcall.client_version'),
	       (8, 'rollcall.registration_token_report', 'rollcall.client'),
	       (9, 'rollcall.initial_token_usage', 'rollcall.initial_token'),
	       (10, 'rollcall.audit_event', 'rollcall.audit'),
	       (11, 'rollcall.audit_recent', 'rollcall.audit'),
	       (12, 'rollcall.audit_seal_report', 'rollcall.audit_seal'),
	       (13, 'rollcall.audit_seal_report', 'rollcall.audit_detached'),
	       (14, 'rollcall.registration_refused', 'rollcall.audit'),
	       (15, 'rollcall.rate_refusal_report', 'rollcall.rate_refusal'),
	       (16, 'rollcall.outbox_pending', 'rollcall.outbox'),
	       (17, 'rollcall.outbox_pending', 'rollcall.audit'),
	       (18, 'rollcall.account_report', 'rollcall.account'),
	       (19, 'rollcall.session_report', 'rollcall.session'),
	       (20, 'rollcall.session_report', 'rollcall.account'),
	       (21, 'rollcall.consent_report', 'rollcall.consent'),
	       (22, 'rollcall.consent_report', 'rollcall.client'),
	       (23, 'rollcall.consent_report', 'rollcall.account'),
	       (24, 'rollcall.grant_report', 'rollcall.authorization_grant'),
	       (25, 'rollcall.grant_report', 'rollcall.client'),
	       (26, 'rollcall.grant_report', 'rollcall.account'),
	       (27, 'rollcall.token_report', 'rollcall.access_token'),
	       (28, 'rollcall.signing_key_report', 'rollcall.signing_key'),
	       (29, 'rollcall.resource_server_report',
	       'rollcall.resource_server'),
	       (30, 'rollcall.resource_server_report', 'rollcall.client'))
	       AS source (place, view, origin)
	  JOIN pg_catalog.pg_attribute v
	    ON v.attrelid = source.view::pg_catalog.regclass AND v.attnum > 0
	  JOIN pg_catalog.pg_attribute t
	    ON t.attrelid = source.origin::pg_catalog.regclass
	   AND t.attname = v.attname
	 ORDER BY v.attrelid, v.attnum, source.place
	LOOP
		EXECUTE pg_catalog.format('COMMENT ON COLUMN %s.%I IS %L',
		    remark.view, remark.name, remark.meaning);
	END LOOP;
END
$$;

COMMENT ON COLUMN rollcall.client_current.has_secret IS
    'Whether the client has a secret';
COMMENT ON COLUMN rollcall.client_current.previous_secret_expires_at IS
    'When the former secret, in whose place it came, ceases to work; NULL: there is none';
COMMENT ON COLUMN rollcall.client_current.registration_token_issued_at IS
    'When its registration access token was issued; NULL: it has none';
COMMENT ON COLUMN rollcall.client_current.registration_token_last_used_at IS
    'When that token, or the client, was last used, noted at most once a day; NULL: not since it was issued';
COMMENT ON COLUMN rollcall.client_current.next_registration_token_issued_at IS
    'When the token was issued that takes its place once it is used; NULL: there is none';
COMMENT ON COLUMN rollcall.client_report.has_secret IS
    'Whether the client has a secret';
COMMENT ON COLUMN rollcall.client_redirect_uri.place IS
    'Which of the client''s redirect URIs this is, from 1';
COMMENT ON COLUMN rollcall.client_redirect_uri.redirect_uri IS
    'A redirect URI, as it was registered';
COMMENT ON COLUMN rollcall.client_redirect_uri.scheme IS
    'The scheme of the redirect URI';
COMMENT ON COLUMN rollcall.client_redirect_uri.host IS
    'The host of the redirect URI; NULL: it has none';
COMMENT ON COLUMN rollcall.redirect_uri_report.place IS
    'Which of the client''s redirect URIs this is, from 1';
COMMENT ON COLUMN rollcall.redirect_uri_report.redirect_uri IS
    'A redirect URI, as it was registered';
COMMENT ON COLUMN rollcall.redirect_uri_report.scheme IS
    'The scheme of the redirect URI';
COMMENT ON COLUMN rollcall.redirect_uri_report.host IS
    'The host of the redirect URI; NULL: it has none';
COMMENT ON COLUMN rollcall.client_idle.idle_since IS
    'Since when it is idle: its last use or registration, or the change of its status';
COMMENT ON COLUMN rollcall.client_idle.reason IS
    'never used, or idle';
COMMENT ON COLUMN rollcall.client_duplicates.redirect_uris IS
    'Their redirect URIs, loopback ones without their port';
COMMENT ON COLUMN rollcall.client_duplicates.clients IS
    'How many they are';
COMMENT ON COLUMN rollcall.client_duplicates.active IS
    'Those of them that are active';
COMMENT ON COLUMN rollcall.client_duplicates.used IS
    'Those of them that were ever given a token';
COMMENT ON COLUMN rollcall.client_duplicates.first_issued_at IS
    'When the first was registered';
COMMENT ON COLUMN rollcall.client_duplicates.last_issued_at IS
    'When the last was';
COMMENT ON COLUMN rollcall.client_duplicates.addresses IS
    'The addresses that registered them; NULL: none is known';
COMMENT ON COLUMN rollcall.client_duplicates.client_ids IS
    'Which they are, the first registered first';
COMMENT ON COLUMN rollcall.client_history.made_at IS
    'When this version was made; NULL: not known, for the one before is no longer there';
COMMENT ON COLUMN rollcall.client_history.made_by IS
    'Who made it, as audit_event.actor has it; NULL: not known';
COMMENT ON COLUMN rollcall.client_history.made_from IS
    'The address that it came from; NULL: not known';
COMMENT ON COLUMN rollcall.client_history.replaced_at IS
    'When the next version took its place; NULL: this is the present one';
COMMENT ON COLUMN rollcall.client_history.changed IS
    'The members that differ from the version before, where that is known';
COMMENT ON COLUMN rollcall.registration_token_report.issued_at IS
    'When the token was issued';
COMMENT ON COLUMN rollcall.registration_token_report.last_used_at IS
    'When the token was issued, or it or the client last used, noted at most once a day; its lifetime counts from here';
COMMENT ON COLUMN rollcall.initial_token_usage.state IS
    'live, or why it lets nobody in: revoked, expired or spent';
COMMENT ON COLUMN rollcall.initial_token_usage.clients IS
    'Clients that it registered and that are still there';
COMMENT ON COLUMN rollcall.initial_token_usage.active IS
    'Those of them that are active';
COMMENT ON COLUMN rollcall.initial_token_usage.used IS
    'Those of them that were ever given a token';
COMMENT ON COLUMN rollcall.initial_token_usage.first_issued_at IS
    'When the first of them was registered';
COMMENT ON COLUMN rollcall.initial_token_usage.last_issued_at IS
    'When the last of them was';
COMMENT ON COLUMN rollcall.audit_seal_report.head IS
    'The chain''s head at this seal, hexadecimal: keep it elsewhere, and audit_verify tells what was cut off';
COMMENT ON COLUMN rollcall.audit_seal_report.mac IS
    'The head''s MAC, hexadecimal, by a key that is not in the database; NULL: no key_file was configured';
COMMENT ON COLUMN rollcall.audit_seal_report.detached_at IS
    'When the month was taken out of the log; NULL: it was not';
COMMENT ON COLUMN rollcall.registration_refused.rule IS
    'The rule that refused it, the first of them; NULL: none of registration''s, such as a wrong token';
COMMENT ON COLUMN rollcall.registration_refused.outcome IS
    'The error that was answered';
COMMENT ON COLUMN rollcall.registration_refused.faults IS
    'Each fault that was found: where (pointer), and against which rule; NULL: none but the one';
COMMENT ON COLUMN rollcall.registration_daily.day IS
    'The day, in UTC';
COMMENT ON COLUMN rollcall.registration_daily.door IS
    'How they came in: dynamic, token or admin; NULL: refused by rate';
COMMENT ON COLUMN rollcall.registration_daily.policy IS
    'The name of their policy; NULL: of those refused it is not kept';
COMMENT ON COLUMN rollcall.registration_daily.registered IS
    'Clients registered, as the audit log has it';
COMMENT ON COLUMN rollcall.registration_daily.refused IS
    'Registrations refused by a rule';
COMMENT ON COLUMN rollcall.registration_daily.refused_by_rate IS
    'Registrations refused by a rate limit';
COMMENT ON COLUMN rollcall.registration_daily.still_there IS
    'Of those registered, those that were not deleted';
COMMENT ON COLUMN rollcall.registration_daily.active IS
    'Those that are active';
COMMENT ON COLUMN rollcall.registration_daily.used IS
    'Those that were ever given a token';
COMMENT ON COLUMN rollcall.registration_by_day.day IS
    'The day, in UTC';
COMMENT ON COLUMN rollcall.registration_by_day.door IS
    'How the clients came in: dynamic, token or admin';
COMMENT ON COLUMN rollcall.registration_by_day.clients IS
    'Clients registered that day which are still there';
COMMENT ON COLUMN rollcall.registration_by_day.active IS
    'Those of them that are active';
COMMENT ON COLUMN rollcall.registration_by_day.used IS
    'Those of them that were ever given a token';
COMMENT ON COLUMN rollcall.outbox_pending.destination IS
    'The webhook''s name, or mail; NULL: not yet known';
COMMENT ON COLUMN rollcall.outbox_pending.state IS
    'waiting, dead (given up), or unread: rollcall-admin deliver has not looked at the event yet';
COMMENT ON COLUMN rollcall.outbox_pending.events IS
    'How many events the row is for: 1, save of unread ones';
COMMENT ON COLUMN rollcall.outbox_pending.client_id IS
    'The client that it is about; NULL: none';
COMMENT ON COLUMN rollcall.outbox_pending.created_at IS
    'When it was put here; of unread ones, when the first happened';
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
