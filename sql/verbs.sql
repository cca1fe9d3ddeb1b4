-- What a DBA does: each verb says true where it changed something, false where
-- there was nothing to change.  They run with the rights of whoever calls.

CREATE OR REPLACE FUNCTION rollcall.client_disable(id text) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE rollcall.client SET status = 'disabled', updated_at = now()
	 WHERE client_id = id AND status = 'active';
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.client_disable(text) IS
    'Refuse a client until it is enabled; it stays registered';

CREATE OR REPLACE FUNCTION rollcall.client_enable(id text) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE rollcall.client SET status = 'active', updated_at = now()
	 WHERE client_id = id AND status = 'disabled';
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.client_enable(text) IS
    'Let a disabled client act again';

CREATE OR REPLACE FUNCTION rollcall.client_delete(id text) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	DELETE FROM rollcall.client WHERE client_id = id;
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.client_delete(text) IS
    'Delete a client and everything that hangs on it';

CREATE OR REPLACE FUNCTION rollcall.registration_token_revoke(id text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	DELETE FROM rollcall.registration_token WHERE client_id = id;
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION rollcall.registration_token_revoke(text) IS
    'Revoke the registration access tokens of a client: it can no longer manage itself';

REVOKE ALL ON FUNCTION rollcall.client_disable(text),
    rollcall.client_enable(text), rollcall.client_delete(text),
    rollcall.registration_token_revoke(text) FROM PUBLIC;
