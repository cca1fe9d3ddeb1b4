-- Registration under governance: initial access tokens, limits, the life of
-- a client, its history, the audit log, notifications, what was fetched.

ALTER DOMAIN rollcall.client_status DROP CONSTRAINT client_status_known;
ALTER DOMAIN rollcall.client_status ADD CONSTRAINT client_status_known
	CHECK (VALUE IN ('active', 'pending', 'archived', 'disabled'));
COMMENT ON DOMAIN rollcall.client_status IS
    'Whether a client may act: active; pending: not before it is approved; archived: not until it is revived; disabled: not until it is enabled';
COMMENT ON COLUMN rollcall.client.status IS
    'active, or refused: pending until it is approved, archived until it is revived, disabled until it is enabled';

CREATE TABLE rollcall.initial_token (
	initial_token_id bigint GENERATED ALWAYS AS IDENTITY
	    CONSTRAINT initial_token_pk PRIMARY KEY,
	token_hash rollcall.hash NOT NULL
	    CONSTRAINT initial_token_hash_unique UNIQUE,
	note text,
	policy text NOT NULL DEFAULT 'default',
	uses_left integer CONSTRAINT initial_token_uses_left
	    CHECK (uses_left >= 0),
	expires_at timestamptz,
	redirect_hosts text[],
	scopes text[],
	grant_types text[],
	addresses cidr[],
	created_at timestamptz NOT NULL DEFAULT now(),
	created_by text,
	last_used_at timestamptz,
	revoked_at timestamptz
);

COMMENT ON TABLE rollcall.initial_token IS
    'One row an initial access token (RFC 7591 3): whoever has it may register clients within its bounds';
COMMENT ON COLUMN rollcall.initial_token.initial_token_id IS
    'The token''s number';
COMMENT ON COLUMN rollcall.initial_token.token_hash IS
    'Hash of the token';
COMMENT ON COLUMN rollcall.initial_token.note IS
    'For whom or what it was made';
COMMENT ON COLUMN rollcall.initial_token.policy IS
    'The name of the policy that its clients are judged by';
COMMENT ON COLUMN rollcall.initial_token.uses_left IS
    'How many clients it may still register; NULL: any number';
COMMENT ON COLUMN rollcall.initial_token.expires_at IS
    'When it expires; NULL: never';
COMMENT ON COLUMN rollcall.initial_token.redirect_hosts IS
    'The only hosts that redirect URIs may have; NULL: as the policy says';
COMMENT ON COLUMN rollcall.initial_token.scopes IS
    'The only scopes that its clients may register; NULL: as the policy says';
COMMENT ON COLUMN rollcall.initial_token.grant_types IS
    'The only grant types that its clients may register; NULL: as the policy says';
COMMENT ON COLUMN rollcall.initial_token.addresses IS
    'The only networks that it may be used from; NULL: any';
COMMENT ON COLUMN rollcall.initial_token.created_at IS
    'When it was made';
COMMENT ON COLUMN rollcall.initial_token.created_by IS
    'Who made it';
COMMENT ON COLUMN rollcall.initial_token.last_used_at IS
    'When it last registered a client; NULL: never';
COMMENT ON COLUMN rollcall.initial_token.revoked_at IS
    'When it was revoked; NULL: it was not';

-- An initial token's bounds go on to hold for the clients that it registered.
ALTER TABLE rollcall.client
	ADD COLUMN initial_token_id bigint
	    CONSTRAINT client_initial_token REFERENCES rollcall.initial_token;
CREATE INDEX client_initial_token ON rollcall.client (initial_token_id)
	WHERE initial_token_id IS NOT NULL;
-- Clients are counted by policy, and by policy and network.
CREATE INDEX client_origin ON rollcall.client (policy, issued_from);

COMMENT ON COLUMN rollcall.client.initial_token_id IS
    'The initial access token that registered the client; NULL: none did';

-- Version n is here once it is no more: who replaced it made version n + 1.
CREATE TABLE rollcall.client_version (
	client_id rollcall.client_id NOT NULL,
	version integer NOT NULL,
	metadata rollcall.client_metadata NOT NULL,
	replaced_at timestamptz NOT NULL DEFAULT now(),
	replaced_by text NOT NULL,
	replaced_from inet,
	CONSTRAINT client_version_pk PRIMARY KEY (client_id, version),
	CONSTRAINT client_version_client FOREIGN KEY (client_id)
	    REFERENCES rollcall.client ON DELETE CASCADE
);

COMMENT ON TABLE rollcall.client_version IS
    'One row a former version of a client''s metadata; the present one is in client';
COMMENT ON COLUMN rollcall.client_version.client_id IS
    'The client';
COMMENT ON COLUMN rollcall.client_version.version IS
    'The number of this version';
COMMENT ON COLUMN rollcall.client_version.metadata IS
    'What was registered then';
COMMENT ON COLUMN rollcall.client_version.replaced_at IS
    'When the next version took its place';
COMMENT ON COLUMN rollcall.client_version.replaced_by IS
    'Who made the next version, as audit.actor has it';
COMMENT ON COLUMN rollcall.client_version.replaced_from IS
    'The address that this came from; NULL: not known';

-- How many clients a policy has, or a network under it: an estimate that is
-- never too low.  One is reserved in a transaction of its own before a client
-- is inserted, and given back if it was not.  Unlogged: after a crash there
-- is no row, and the first to ask counts anew.
CREATE UNLOGGED TABLE rollcall.client_count (
	name text COLLATE "C" CONSTRAINT client_count_pk PRIMARY KEY,
	level bigint NOT NULL,
	since bigint NOT NULL DEFAULT 0,
	recounting_from timestamptz,
	epoch uuid NOT NULL DEFAULT gen_random_uuid(),
	counted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	updated_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE rollcall.client_count IS
    'One row a policy, or a policy and a network, whose clients are limited: how many there are at most';
COMMENT ON COLUMN rollcall.client_count.name IS
    'What is counted: NAME of a policy, or NAME and the network';
COMMENT ON COLUMN rollcall.client_count.level IS
    'Clients that are there or about to be: never too low';
COMMENT ON COLUMN rollcall.client_count.since IS
    'Of these, those reserved since recounting_from';
COMMENT ON COLUMN rollcall.client_count.recounting_from IS
    'Since when what is reserved is noted in since, to be added to a count of the clients; NULL: no recount is under way';
COMMENT ON COLUMN rollcall.client_count.epoch IS
    'Changes when the row was lost: a reservation from before counts no more';
COMMENT ON COLUMN rollcall.client_count.counted_at IS
    'When the clients were last counted: one that was deleted by a transaction begun before was perhaps not, and is not taken off';
COMMENT ON COLUMN rollcall.client_count.updated_at IS
    'When the row last changed';

CREATE TABLE rollcall.rate_refusal (
	minute timestamptz NOT NULL,
	rule text COLLATE "C" NOT NULL,
	network inet NOT NULL,
	refused bigint NOT NULL DEFAULT 1,
	CONSTRAINT rate_refusal_pk PRIMARY KEY (minute, rule, network)
);

COMMENT ON TABLE rollcall.rate_refusal IS
    'One row a minute, rule and network: requests that a rate limit refused';
COMMENT ON COLUMN rollcall.rate_refusal.minute IS
    'The minute';
COMMENT ON COLUMN rollcall.rate_refusal.rule IS
    'The limit, such as rate_limit_register';
COMMENT ON COLUMN rollcall.rate_refusal.network IS
    'The address (IPv4) or its /64 (IPv6) that the requests came from';
COMMENT ON COLUMN rollcall.rate_refusal.refused IS
    'How many were refused';

-- The audit log.  xact stands before audit_id: defaults are computed in the
-- order of the columns, so whoever has drawn a number has a transaction id,
-- and once all transactions up to one have ended no lower number can follow.
CREATE SEQUENCE rollcall.audit_id;
COMMENT ON SEQUENCE rollcall.audit_id IS
    'The numbers of the audit log''s rows';

CREATE TABLE rollcall.audit (
	xact xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id(),
	audit_id bigint NOT NULL DEFAULT nextval('rollcall.audit_id'),
	at timestamptz NOT NULL DEFAULT now(),
	event text NOT NULL,
	actor text NOT NULL,
	address inet,
	user_agent text,
	client_id text COLLATE "C",
	outcome text NOT NULL DEFAULT 'ok',
	rule text,
	detail jsonb
) PARTITION BY RANGE (at);

CREATE INDEX audit_number ON rollcall.audit (audit_id);
CREATE INDEX audit_time ON rollcall.audit
	USING brin (at) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX audit_client ON rollcall.audit
	USING brin (client_id text_bloom_ops)
	WITH (pages_per_range = 32, autosummarize = on);

COMMENT ON TABLE rollcall.audit IS
    'The audit log: one row a registration, change, refusal or act of an administrator; rows are only added';
COMMENT ON COLUMN rollcall.audit.xact IS
    'The transaction that added the row';
COMMENT ON COLUMN rollcall.audit.audit_id IS
    'The number of the row: goes up, with gaps where a transaction failed';
COMMENT ON COLUMN rollcall.audit.at IS
    'When it happened';
COMMENT ON COLUMN rollcall.audit.event IS
    'What happened, such as client.registered';
COMMENT ON COLUMN rollcall.audit.actor IS
    'Who did it: anonymous, initial_token:N, registration_token, account:ID, or a database role and what it runs';
COMMENT ON COLUMN rollcall.audit.address IS
    'The address that it came from; NULL: not by way of the web';
COMMENT ON COLUMN rollcall.audit.user_agent IS
    'What the request said of its software; NULL: nothing';
COMMENT ON COLUMN rollcall.audit.client_id IS
    'The client that it is about; NULL: none';
COMMENT ON COLUMN rollcall.audit.outcome IS
    'ok, or the error that was answered';
COMMENT ON COLUMN rollcall.audit.rule IS
    'The rule that refused it; NULL: none did';
COMMENT ON COLUMN rollcall.audit.detail IS
    'More about it; of an update the members changed, each with before and after; never a secret';

CREATE TABLE rollcall.audit_default PARTITION OF rollcall.audit DEFAULT;
COMMENT ON TABLE rollcall.audit_default IS
    'The part of the audit log that no month''s partition takes';

CREATE FUNCTION rollcall.refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
	RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
	    USING ERRCODE = 'insufficient_privilege',
	    HINT = 'rollcall.audit_detach takes whole months away';
END
$$;
REVOKE ALL ON FUNCTION rollcall.refuse_change() FROM PUBLIC;
COMMENT ON FUNCTION rollcall.refuse_change() IS
    'Trigger: rows of this table are only added';

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON rollcall.audit
	FOR EACH ROW EXECUTE FUNCTION rollcall.refuse_change();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON rollcall.audit
	FOR EACH STATEMENT EXECUTE FUNCTION rollcall.refuse_change();
CREATE TRIGGER audit_default_no_truncate
	BEFORE TRUNCATE ON rollcall.audit_default
	FOR EACH STATEMENT EXECUTE FUNCTION rollcall.refuse_change();

CREATE TABLE rollcall.audit_seal (
	seal_id bigint NOT NULL,
	month date NOT NULL,
	first_id bigint NOT NULL,
	last_id bigint NOT NULL,
	row_count bigint NOT NULL,
	digest bytea NOT NULL,
	chain bytea NOT NULL,
	mac bytea,
	sealed_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT audit_seal_pk PRIMARY KEY (seal_id),
	CONSTRAINT audit_seal_range CHECK (first_id <= last_id)
);
CREATE TRIGGER audit_seal_append_only
	BEFORE UPDATE OR DELETE ON rollcall.audit_seal
	FOR EACH ROW EXECUTE FUNCTION rollcall.refuse_change();
CREATE TRIGGER audit_seal_no_truncate BEFORE TRUNCATE ON rollcall.audit_seal
	FOR EACH STATEMENT EXECUTE FUNCTION rollcall.refuse_change();

COMMENT ON TABLE rollcall.audit_seal IS
    'One row a batch of the audit log that was sealed, month by month: its digest, chained to the seal before';
COMMENT ON COLUMN rollcall.audit_seal.seal_id IS
    'The number of the seal: 1 and up, without gaps';
COMMENT ON COLUMN rollcall.audit_seal.month IS
    'The first day of the month, in UTC, that the batch''s rows are of';
COMMENT ON COLUMN rollcall.audit_seal.first_id IS
    'The batch is the month''s rows whose audit_id is from this one';
COMMENT ON COLUMN rollcall.audit_seal.last_id IS
    'to this one';
COMMENT ON COLUMN rollcall.audit_seal.row_count IS
    'How many rows the batch has';
COMMENT ON COLUMN rollcall.audit_seal.digest IS
    'SHA-256 of the SHA-256 of each row, in order';
COMMENT ON COLUMN rollcall.audit_seal.chain IS
    'SHA-256 of the chain of the seal before and of this row''s other columns';
COMMENT ON COLUMN rollcall.audit_seal.mac IS
    'HMAC-SHA-256 of chain under a key that is not in the database; NULL: no key_file was configured';
COMMENT ON COLUMN rollcall.audit_seal.sealed_at IS
    'When it was sealed';

-- What seals are made of; what is sealed once must give the same for ever, so
-- nothing here depends on settings of the session.
CREATE FUNCTION rollcall.audit_row_digest(sealed rollcall.audit)
RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256(convert_to(jsonb_build_array((sealed).xact::text,
    (sealed).audit_id,
    (extract(epoch FROM (sealed).at) * 1000000)::bigint, (sealed).event,
    (sealed).actor, (sealed).address::text, (sealed).user_agent,
    (sealed).client_id, (sealed).outcome, (sealed).rule,
    (sealed).detail)::text, 'UTF8'));
COMMENT ON FUNCTION rollcall.audit_row_digest(rollcall.audit) IS
    'SHA-256 of a row of the audit log';

CREATE FUNCTION rollcall.audit_seal_chain(before bytea,
    seal rollcall.audit_seal)
RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256(coalesce(before, ''::bytea) || convert_to(jsonb_build_array(
    (seal).seal_id, to_char((seal).month, 'YYYY-MM'), (seal).first_id,
    (seal).last_id, (seal).row_count, encode((seal).digest, 'hex'),
    (extract(epoch FROM (seal).sealed_at) * 1000000)::bigint)::text, 'UTF8'));
COMMENT ON FUNCTION rollcall.audit_seal_chain(bytea, rollcall.audit_seal) IS
    'What chain of a seal must be behind a seal that has this one; NULL: it is the first';

REVOKE ALL ON FUNCTION rollcall.audit_row_digest(rollcall.audit),
    rollcall.audit_seal_chain(bytea, rollcall.audit_seal) FROM PUBLIC;

-- Who inserts has drawn its transaction id before its number.  So once all
-- transactions have ended that are older than one that had read the last
-- number before, every row up to that number is there, or never will be.
CREATE TABLE rollcall.audit_horizon (
	one boolean DEFAULT true CONSTRAINT audit_horizon_pk PRIMARY KEY
	    CONSTRAINT audit_horizon_one CHECK (one),
	settled_id bigint NOT NULL DEFAULT 0,
	seen_id bigint NOT NULL DEFAULT 0,
	seen_xact xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id()
);
INSERT INTO rollcall.audit_horizon DEFAULT VALUES;

COMMENT ON TABLE rollcall.audit_horizon IS
    'One row: how far the audit log is settled, so that no row with a lower number can follow';
COMMENT ON COLUMN rollcall.audit_horizon.one IS
    'True: there is one row';
COMMENT ON COLUMN rollcall.audit_horizon.settled_id IS
    'Up to this audit_id';
COMMENT ON COLUMN rollcall.audit_horizon.seen_id IS
    'It will be up to this one';
COMMENT ON COLUMN rollcall.audit_horizon.seen_xact IS
    'once all transactions before this one have ended';

CREATE TABLE rollcall.audit_detached (
	month date CONSTRAINT audit_detached_pk PRIMARY KEY,
	table_name text NOT NULL,
	detached_at timestamptz NOT NULL DEFAULT now(),
	detached_by text NOT NULL
);
CREATE TRIGGER audit_detached_append_only
	BEFORE UPDATE OR DELETE ON rollcall.audit_detached
	FOR EACH ROW EXECUTE FUNCTION rollcall.refuse_change();
CREATE TRIGGER audit_detached_no_truncate
	BEFORE TRUNCATE ON rollcall.audit_detached
	FOR EACH STATEMENT EXECUTE FUNCTION rollcall.refuse_change();

COMMENT ON TABLE rollcall.audit_detached IS
    'One row a month that was taken out of the audit log; its table stays until the DBA drops it';
COMMENT ON COLUMN rollcall.audit_detached.month IS
    'The first day of the month';
COMMENT ON COLUMN rollcall.audit_detached.table_name IS
    'The table that has its rows';
COMMENT ON COLUMN rollcall.audit_detached.detached_at IS
    'When it was taken out';
COMMENT ON COLUMN rollcall.audit_detached.detached_by IS
    'Who did it';

-- Notifications.  The audit row is the event, written with what it tells of;
-- rollcall-admin deliver turns those up to audit_id into rows of outbox.
CREATE TABLE rollcall.outbox_position (
	name text CONSTRAINT outbox_position_pk PRIMARY KEY,
	audit_id bigint NOT NULL DEFAULT 0,
	moved_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO rollcall.outbox_position (name) VALUES ('deliver'), ('mail');
COMMENT ON TABLE rollcall.outbox_position IS
    'How far the audit log was turned into notifications';
COMMENT ON COLUMN rollcall.outbox_position.name IS
    'deliver: of all of them; mail: when the last mail went out';
COMMENT ON COLUMN rollcall.outbox_position.audit_id IS
    'The last row that was looked at';
COMMENT ON COLUMN rollcall.outbox_position.moved_at IS
    'When it was';

CREATE TABLE rollcall.outbox (
	outbox_id bigint GENERATED ALWAYS AS IDENTITY
	    CONSTRAINT outbox_pk PRIMARY KEY,
	destination text NOT NULL,
	event_id bigint NOT NULL,
	event text NOT NULL,
	payload jsonb NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	attempts integer NOT NULL DEFAULT 0,
	next_attempt_at timestamptz NOT NULL DEFAULT now(),
	delivered_at timestamptz,
	dead_at timestamptz,
	fault text,
	CONSTRAINT outbox_once UNIQUE (destination, event_id)
);
CREATE INDEX outbox_due ON rollcall.outbox
	(destination, next_attempt_at, outbox_id)
	WHERE delivered_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_delivered ON rollcall.outbox (delivered_at)
	WHERE delivered_at IS NOT NULL;
CREATE INDEX outbox_dead ON rollcall.outbox (dead_at)
	WHERE dead_at IS NOT NULL;

COMMENT ON TABLE rollcall.outbox IS
    'One row a notification and where it goes, until it was delivered and for a while after';
COMMENT ON COLUMN rollcall.outbox.outbox_id IS
    'The number of the notification';
COMMENT ON COLUMN rollcall.outbox.destination IS
    'The webhook''s name, or mail';
COMMENT ON COLUMN rollcall.outbox.event_id IS
    'The event''s audit_id: receivers who see it twice know it by this';
COMMENT ON COLUMN rollcall.outbox.event IS
    'What happened, as audit.event has it';
COMMENT ON COLUMN rollcall.outbox.payload IS
    'What is told of it';
COMMENT ON COLUMN rollcall.outbox.created_at IS
    'When it was put here';
COMMENT ON COLUMN rollcall.outbox.attempts IS
    'How often it was tried';
COMMENT ON COLUMN rollcall.outbox.next_attempt_at IS
    'When it will be tried next';
COMMENT ON COLUMN rollcall.outbox.delivered_at IS
    'When it was delivered; NULL: it was not';
COMMENT ON COLUMN rollcall.outbox.dead_at IS
    'When it was given up; NULL: it was not';
COMMENT ON COLUMN rollcall.outbox.fault IS
    'What went wrong the last time; NULL: nothing';

CREATE TABLE rollcall.fetched_document (
	url text COLLATE "C" CONSTRAINT fetched_document_pk PRIMARY KEY,
	body text,
	fault text,
	fetched_at timestamptz,
	claimed_at timestamptz,
	tried_at timestamptz
);

COMMENT ON TABLE rollcall.fetched_document IS
    'One row a JWK Set or other JSON document that was fetched from where a client or issuer keeps it';
COMMENT ON COLUMN rollcall.fetched_document.url IS
    'Where it is';
COMMENT ON COLUMN rollcall.fetched_document.body IS
    'The document as it was last had; NULL: never yet';
COMMENT ON COLUMN rollcall.fetched_document.fault IS
    'Why the last attempt failed; NULL: it did not';
COMMENT ON COLUMN rollcall.fetched_document.fetched_at IS
    'When body was had; NULL: never yet';
COMMENT ON COLUMN rollcall.fetched_document.claimed_at IS
    'Since when one process is fetching it; NULL: none is';
COMMENT ON COLUMN rollcall.fetched_document.tried_at IS
    'When it was last tried; NULL: never yet';
