-- What a process takes of a rate in advance must not drain before it is used.

ALTER TABLE rollcall.rate
	ADD COLUMN held double precision NOT NULL DEFAULT 0,
	ADD COLUMN held_until timestamptz NOT NULL DEFAULT 'epoch';

-- verbs.sql has others in their place.
DROP FUNCTION IF EXISTS rollcall.admit(text[], text[], bigint[], bigint[],
    inet, text, bigint, text, bigint);
DROP FUNCTION IF EXISTS rollcall.client_count_give_back(text[], uuid,
    timestamptz);

COMMENT ON COLUMN rollcall.rate.held IS
    'Of level, what processes took in advance and may use until held_until: that does not drain before';
COMMENT ON COLUMN rollcall.rate.held_until IS
    'When all that is held is used or void';
