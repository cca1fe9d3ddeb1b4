-- Whether the columns of a client that come from metadata are what they were
-- when they were generated columns: the same metadata, each type of JSON in each
-- member, gives the same in both, or breaks the same constraint.  What differs
-- is printed.
CREATE FUNCTION public.strings(list jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE RETURN CASE jsonb_typeof(list) WHEN 'array'
    THEN array(SELECT jsonb_array_elements_text(list)) END;
CREATE FUNCTION public.former_columns() RETURNS text LANGUAGE sql
RETURN (SELECT string_agg(format(CASE
    WHEN attname = 'token_endpoint_auth_method'
    THEN '%I %s NOT NULL GENERATED ALWAYS AS (metadata ->> %L) STORED'
    WHEN attname = 'grant_types'
    THEN '%I %s NOT NULL GENERATED ALWAYS AS'
        ' (public.strings(metadata -> %L)) STORED'
    WHEN atttypid = 'text[]'::regtype
    THEN '%I %s GENERATED ALWAYS AS (public.strings(metadata -> %L)) STORED'
    ELSE '%I %s GENERATED ALWAYS AS (metadata ->> %L) STORED' END,
    attname, atttypid::regtype, attname), ', ' ORDER BY attnum)
    FROM pg_attribute WHERE attrelid = 'rollcall.client'::regclass
    AND col_description(attrelid, attnum) LIKE 'From metadata:%');
SELECT format('CREATE TABLE public.former (metadata jsonb, %s)',
    former_columns()) \gexec
INSERT INTO rollcall.client (client_id, metadata) VALUES ('changed',
    '{"token_endpoint_auth_method": "none", "grant_types": ["a"]}');
CREATE TABLE public.given AS
SELECT row_number() OVER () AS n,
       '{"token_endpoint_auth_method": "none", "grant_types": ["a"]}'
       || CASE member WHEN 'lists' THEN jsonb_build_object(
       'redirect_uris', v, 'response_types', v, 'contacts', v,
       'grant_types', array['a'] || public.strings(v))
       ELSE jsonb_build_object(member, v) END AS metadata
  FROM unnest(array['lists', 'client_name', 'client_uri', 'logo_uri',
       'redirect_uris', 'grant_types', 'response_types', 'scope',
       'token_endpoint_auth_method', 'application_type', 'software_id',
       'software_version', 'contacts', 'jwks_uri']) AS member,
       (SELECT unnest(array['1', '-0.0', '1.50', '1e400', 'true',
       'false', 'null', '""', '"a"', '"none"', '"private_key_jwt"',
       '"{}"', '"{a}"', '"{a"', '"{{a},{b}}"', '"[0:0]={a}"', '"NULL"',
       '"(a,b)"', '"é\n\"\\"', '{}', '{"0": ["a"]}', '{"a": {"b": []}}',
       '[]', '[""]', '["a"]', '["{a}", "NULL", "a,b", "\"", "\\", "é\n"]',
       '[null]', '["a", null]', '[1, true, {"a": []}, ["b"], "c"]',
       '[-0.0, 1.50, 1e400, false]', '[{}]', '[{"a": 1}, {"b": [[]]}]',
       '[[]]', '[["a"]]', '[["a"], ["b"]]', '[["a"], "b"]', '[[], []]',
       '[["a", "b"], ["c"]]', '[[["a"]], [["b"]]]', '["a", ["b"]]',
       '[null, []]', '["1","2","3","4"]', '["1","2","3","4","5"]',
       '["1","2","3","4","5","6","7","8","9","10"]'])::jsonb
       UNION ALL SELECT to_jsonb(repeat('x', 100000))
       UNION ALL SELECT to_jsonb(array[repeat('x', 100000)])
       UNION ALL SELECT to_jsonb(array(SELECT i FROM
       generate_series(1, 3000) i))) AS x (v);

-- What comes of it: a row, or why there is none.
CREATE FUNCTION public.outcome(command text, given jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	said text;
	name text;
	col text;
BEGIN
	EXECUTE command INTO said USING given;
	RETURN said;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS name = CONSTRAINT_NAME,
	    col = COLUMN_NAME;
	RETURN format('%s %s %s', SQLSTATE, name, col);
END
$$;
SELECT format(
'SELECT left(metadata::text, 200), a, b, c FROM (SELECT metadata,
    outcome(''INSERT INTO public.former (metadata) VALUES ($1)
        RETURNING row(%1$s)::text'', metadata) AS a,
    outcome(''INSERT INTO rollcall.client (client_id, metadata)
        VALUES (gen_random_uuid()::text, $1)
        RETURNING row(%1$s)::text'', metadata) AS b,
    outcome(''UPDATE rollcall.client SET metadata = $1
        WHERE client_id = ''''changed''''
        RETURNING row(%1$s)::text'', metadata) AS c
    FROM public.given) x
    WHERE a IS DISTINCT FROM b OR a IS DISTINCT FROM c',
    string_agg(quote_ident(attname), ', ' ORDER BY attnum))
    FROM pg_attribute WHERE attrelid = 'public.former'::regclass
    AND attnum > 1 \gexec
SELECT format('%s of %s are rows', count(*) FILTER (WHERE outcome(
    'INSERT INTO public.former (metadata) VALUES ($1) RETURNING 1',
    metadata) = '1'), count(*)) FROM public.given;
SELECT count(DISTINCT array_lower(redirect_uris, 1)),
    max(array_ndims(redirect_uris)) FROM rollcall.client;
