-- Besides rows.sql, what the queries of the manual and the README look for.
INSERT INTO rollcall.client (client_id, metadata, status)
SELECT name, jsonb_build_object('client_name', 'App', 'software_id', 'app-4.2',
           'token_endpoint_auth_method', 'none',
           'grant_types', '["authorization_code"]'::jsonb,
           'redirect_uris', jsonb_build_array('https://' || name || '/cb')),
       status
  FROM (VALUES ('other.example.net', 'active'), ('new.example.net', 'pending'))
    AS c (name, status);
INSERT INTO rollcall.rate_refusal (minute, rule, network)
VALUES (now(), 'rate_limit_register', '192.0.2.1');
INSERT INTO rollcall.audit (event, actor, client_id)
VALUES ('client.disabled', 'postgres', 'app');
