/** All SQL of the engine. Its tables stand in a schema of their own, `hpkv`. */

export interface Statement {
	/** Prepared on each connection at its first use. */
	name: string;
	text: string;
	/**
	 * Of a batch that keeps its answer with its lane, whose name and the batch's number are its last values: the rows that it had
	 * returned, of its other values and of what was kept.
	 */
	answerOf?: (values: unknown[], kept: unknown[][] | null) => unknown[][];
}

const named = (name: string, text: string): Statement => ({ name: `hpkv_${name}`, text });

const batch = (name: string, text: string, answerOf: Statement['answerOf'] = (_, kept) => kept ?? []): Statement => ({
	...named(name, text),
	answerOf
});

/** What {@link SCHEMA} makes; a database of another version is refused. */
export const VERSION = '2';

/** Of the session lock under which the tables are made: "HPKV". */
export const SCHEMA_LOCK = 0x48_50_4b_56;

/**
 * Seconds that one of the three tables of changes is written to. A table is emptied while the next but one is written to, so
 * a change stays for 1 to 2 times as long, and is gone from the disk within ten minutes.
 */
const SLOT_SECONDS = 270;

const slot = `(extract(epoch FROM clock_timestamp())::bigint / ${SLOT_SECONDS} % 3)`;

/** The nodes, each with the time of its last beat. */
const NODES = `CREATE TABLE hpkv.node (name text PRIMARY KEY, at timestamptz NOT NULL) WITH (fillfactor = 50);`;

/** The lanes of all nodes, see lane.ts. `answer`: the rows that batch `batch` returned, as JSON. */
const LANES = `CREATE TABLE hpkv.lane (name bigint PRIMARY KEY, batch bigint NOT NULL, answer text, at timestamptz NOT NULL)
	WITH (fillfactor = 50);`;

/** Keeps a batch's number $n+1 and its answer in the row of lane $n. */
const keep = (n: number, answer: string) => `kept AS (INSERT INTO hpkv.lane (name, batch, answer, at)
	SELECT $${n}::bigint, $${n + 1}::bigint, ${answer}, now()
	ON CONFLICT (name) DO UPDATE SET batch = excluded.batch, answer = excluded.answer, at = excluded.at)`;

/**
 * `op` is a column because a conflicting row is seen only by its columns: it says what the latest write was.
 * Of a change, `seq` is drawn after the rows of its batch are locked, so of each key it is the commit order. `changes` is the
 * text of {@link ToldChange}s with commas between.
 */
export const SCHEMA = `
CREATE SCHEMA IF NOT EXISTS hpkv;
CREATE TABLE hpkv.meta (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE hpkv.secret (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE hpkv.record (op smallint NOT NULL, key text COLLATE "C" PRIMARY KEY, value text NOT NULL)
	WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE SEQUENCE hpkv.change_seq;
CREATE TABLE hpkv.change (
	slot smallint NOT NULL DEFAULT ${slot},
	xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
	seq bigint NOT NULL DEFAULT nextval('hpkv.change_seq'),
	changes text NOT NULL,
	node text
) PARTITION BY LIST (slot);
CREATE TABLE hpkv.change_0 PARTITION OF hpkv.change FOR VALUES IN (0);
CREATE TABLE hpkv.change_1 PARTITION OF hpkv.change FOR VALUES IN (1);
CREATE TABLE hpkv.change_2 PARTITION OF hpkv.change FOR VALUES IN (2);
CREATE INDEX ON hpkv.change (xid);
CREATE FUNCTION hpkv.forget_changes(told pg_snapshot) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	oldest text := 'hpkv.change_' || (${slot} + 1) % 3;
	found boolean;
BEGIN
	EXECUTE format('SELECT EXISTS (SELECT FROM %s)', oldest) INTO found;
	IF NOT found THEN RETURN false; END IF;
	EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', oldest);
	EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE NOT pg_visible_in_snapshot(xid, $1))', oldest) INTO found USING told;
	IF found THEN RETURN false; END IF;
	EXECUTE format('TRUNCATE %s', oldest);
	RETURN true;
END $$;
${NODES}
${LANES}
INSERT INTO hpkv.meta VALUES ('version', '${VERSION}');
`;

/** Nodes of the version before go on with these tables. */
export const FROM_VERSION_1 = `
ALTER TABLE hpkv.change ADD COLUMN node text;
${NODES}
${LANES}
UPDATE hpkv.meta SET value = '${VERSION}' WHERE name = 'version'`;

/** What a write does to the value that stands. */
export const OP = { set: 0, append: 1, add: 2 } as const;
export type Op = (typeof OP)[keyof typeof OP];

const LARGEST = Number.MAX_SAFE_INTEGER;
const IS_SAFE_INTEGER = `CASE WHEN r.value ~ '^-?[0-9]{1,16}$'
	THEN r.value::bigint BETWEEN -${LARGEST} AND ${LARGEST}
		AND r.value::bigint + excluded.value::bigint BETWEEN -${LARGEST} AND ${LARGEST}
	ELSE false END`;

/**
 * A batch of writes to different keys: $1 ops, $2 keys, $3 values (of an add, its summand), $4 the largest value in bytes.
 * Sorted, so that no two batches wait for each other. A key that is not returned was refused.
 */
const WRITTEN = `INSERT INTO hpkv.record AS r (op, key, value)
	SELECT op, key, value FROM asked ORDER BY key COLLATE "C"
	ON CONFLICT (key) DO UPDATE SET op = excluded.op, value = CASE excluded.op
		WHEN ${OP.append} THEN r.value || excluded.value
		WHEN ${OP.add} THEN (r.value::bigint + excluded.value::bigint)::text
		ELSE excluded.value END
	WHERE CASE excluded.op
		WHEN ${OP.set} THEN true
		WHEN ${OP.append} THEN octet_length(r.value) + octet_length(excluded.value) <= $4::int
		WHEN ${OP.add} THEN ${IS_SAFE_INTEGER}
		ELSE false END
	RETURNING r.key, CASE WHEN r.op = ${OP.add} THEN r.value END AS sum`;

/** Into the table of changes goes, for each written key that somebody can hear, `[key, sum, told]`. */
const tell = (from: string, sum: string, node: string) => `INSERT INTO hpkv.change (node, changes)
	SELECT ${node}, string_agg('[' || to_json(w.key)::text || ',' || coalesce(${sum}, 'null') || ',' || a.told || ']', ',')
	FROM ${from} w JOIN asked a ON a.key = w.key WHERE a.told IS NOT NULL HAVING count(*) > 0`;

/** Of writes that were all taken, and had no sums, nothing needs to be kept. */
const WRITTEN_ANSWER = `CASE WHEN (SELECT count(*) FILTER (WHERE sum IS NULL) FROM written) < (SELECT count(*) FROM asked)
	THEN (SELECT coalesce(json_agg(json_build_array(key, sum)), '[]')::text FROM written) END`;
const writtenOf: Statement['answerOf'] = ([, keys], kept) => kept ?? (keys as string[]).map((key) => [key, null]);

/** $5 and $6: the lane and the number of the batch. */
export const put = batch(
	'put',
	`WITH asked AS (SELECT * FROM unnest($1::smallint[], $2::text[], $3::text[]) AS a(op, key, value)),
	written AS (${WRITTEN}), ${keep(5, WRITTEN_ANSWER)} SELECT key, sum FROM written`,
	writtenOf
);

/** The same with $5: the change of each key, see {@link ToldChange}, or null where nobody can hear the key; $6 the node. */
export const putAndTell = batch(
	'put_and_tell',
	`WITH asked AS (SELECT * FROM unnest($1::smallint[], $2::text[], $3::text[], $5::text[]) AS a(op, key, value, told)),
	written AS (${WRITTEN}), change AS (${tell('written', 'w.sum', '$6::text')}), ${keep(7, WRITTEN_ANSWER)}
	SELECT key, sum FROM written`,
	writtenOf
);

const keysOf = (from: string) => `(SELECT json_agg(json_build_array(key))::text FROM ${from})`;

/** $1 keys, $2 the change of each, $3 the node. Returns the keys that existed. */
export const remove = batch(
	'remove',
	`WITH asked AS (SELECT * FROM unnest($1::text[], $2::text[]) AS a(key, told)),
	locked AS (SELECT key FROM hpkv.record WHERE key = ANY($1::text[]) ORDER BY key FOR UPDATE),
	removed AS (DELETE FROM hpkv.record r USING locked l WHERE r.key = l.key RETURNING r.key),
	change AS (${tell('removed', 'NULL', '$3::text')}), ${keep(4, keysOf('removed'))} SELECT key FROM removed`
);

/**
 * Puts values where what they were made of still stands: $1 keys, $2 what stood, null for nothing, $3 values, $4 what is told, $5 the node.
 * A key that is not returned was changed meanwhile.
 */
export const swap = batch(
	'swap',
	`WITH asked AS (SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS a(key, stood, value, told)),
	locked AS (SELECT key FROM hpkv.record WHERE key = ANY($1::text[]) ORDER BY key FOR UPDATE),
	swapped AS (UPDATE hpkv.record r SET op = ${OP.set}, value = a.value FROM asked a JOIN locked l ON l.key = a.key
		WHERE r.key = a.key AND r.value = a.stood RETURNING r.key),
	put AS (INSERT INTO hpkv.record (op, key, value) SELECT ${OP.set}, key, value FROM asked WHERE stood IS NULL
		ORDER BY key COLLATE "C" ON CONFLICT DO NOTHING RETURNING key),
	written AS (SELECT key FROM swapped UNION ALL SELECT key FROM put),
	change AS (${tell('written', 'NULL', '$5::text')}), ${keep(6, keysOf('written'))} SELECT key FROM written`
);

/** The number and the answer of the last batch of lane $1: 0 where there was none. */
export const lastBatch = named(
	'last_batch',
	`INSERT INTO hpkv.lane VALUES ($1::bigint, 0, NULL, now()) ON CONFLICT (name) DO UPDATE SET at = excluded.at
	RETURNING batch, answer`
);

export const get = named('get', 'SELECT key, value FROM hpkv.record WHERE key = ANY($1::text[])');

/** $1 and $2 the bounds, $3 the most rows. @param after whether the first bound is left out */
const rangeText = (after: boolean) =>
	`SELECT key, value FROM hpkv.record WHERE key ${after ? '>' : '>='} $1 AND key <= $2 ORDER BY key LIMIT $3`;

/** The same, cut after $4 bytes of keys and values, more than one record has; the row that goes beyond has no value. */
const cutRangeText = (after: boolean) => `SELECT key, CASE WHEN bytes <= $4 THEN value END FROM (
	SELECT key, value, sum(octet_length(key) + octet_length(value)) OVER rows AS bytes
	FROM (${rangeText(after)}) found WINDOW rows AS (ORDER BY key ROWS UNBOUNDED PRECEDING)
) counted WHERE bytes - octet_length(key) - octet_length(value) <= $4 ORDER BY key`;

export const ranges = {
	from: named('range_from', rangeText(false)),
	after: named('range_after', rangeText(true)),
	cutFrom: named('cut_range_from', cutRangeText(false)),
	cutAfter: named('cut_range_after', cutRangeText(true))
};

/** The channel on which a node says that there are changes; its payload is the node's name. */
export const CHANNEL = 'hpkv_change';

/** Where a feed begins: with what is committed from now on. */
export const beginning = named(
	'beginning',
	'SELECT pg_current_snapshot()::text, extract(epoch FROM clock_timestamp())::float8'
);

/**
 * The changes that the snapshot $1 does not show, in order, and the snapshot that shows them. A transaction that began before
 * and committed since is among them, which a cursor over `seq` would pass over. $2: whether to wake the other nodes, as $3. Of
 * each batch, whether this node wrote it, then its {@link ToldChange}s.
 */
export const poll = named(
	'poll',
	`SELECT pg_current_snapshot()::text, extract(epoch FROM clock_timestamp())::float8,
	(SELECT string_agg(CASE WHEN node = $3 THEN '[true,' ELSE '[false,' END || changes || ']', ',' ORDER BY seq) FROM hpkv.change
		WHERE xid >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(xid, $1::pg_snapshot)),
	CASE WHEN $2::boolean THEN pg_notify('${CHANNEL}', $3)::text END`
);

/** Says that node $1 lives. The database's clock in seconds, and how many others live. */
export const beat = named(
	'beat',
	`WITH gone AS (DELETE FROM hpkv.node WHERE name IN (SELECT name FROM hpkv.node
		WHERE at < clock_timestamp() - interval '1 minute' AND name <> $1 FOR UPDATE SKIP LOCKED)),
	ended AS (DELETE FROM hpkv.lane WHERE name IN (SELECT name FROM hpkv.lane
		WHERE at < clock_timestamp() - interval '1 hour' FOR UPDATE SKIP LOCKED)),
	beat AS (INSERT INTO hpkv.node VALUES ($1, clock_timestamp()) ON CONFLICT (name) DO UPDATE SET at = excluded.at)
	SELECT extract(epoch FROM clock_timestamp())::float8,
	(SELECT count(*)::int FROM hpkv.node WHERE at > clock_timestamp() - interval '10 seconds' AND name <> $1)`
);

export const leave = named('leave', 'DELETE FROM hpkv.node WHERE name = $1');

/** Empties the oldest table of changes if the snapshot $1 shows all of it. */
export const forgetChanges = named('forget_changes', 'SELECT hpkv.forget_changes($1::pg_snapshot)');

/** What the promises need of a server; see proofs.ts. */
export const facts = `SELECT current_setting('server_version_num')::int, current_setting('server_encoding'),
	pg_is_in_recovery(), current_setting('fsync'), current_setting('full_page_writes'), current_setting('data_checksums'),
	current_setting('synchronous_commit'), current_setting('synchronous_standby_names'), pg_postmaster_start_time()::text`;
