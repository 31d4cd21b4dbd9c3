/** Opens the shared store: a database is proved and made ready before anything is served from it. */
import { randomBytes } from 'node:crypto';
import { droppedHolder } from '../../protocol/dropped.ts';
import { Damaged, Failed, type Change, type Engine } from '../engine.ts';
import { addressesIn } from './address.ts';
import type { LeaseListener } from './lease.ts';
import { PostgresEngine } from './postgres-engine.ts';
import { Session, type Target } from './session.ts';
import { FROM_VERSION_1, SCHEMA, SCHEMA_LOCK, VERSION } from './statements.ts';

export interface OpenOptions {
	/** `postgres://user:password@a,b/name`. */
	url: string;
	maxValueBytes: number;
	/** Whether the operator does without a synchronous standby. */
	alone: boolean;
	/** Whether anybody can hear of a key, see `SharedOptions`. Default: of each. */
	heard?: (key: string) => boolean;
	lease?: Partial<LeaseListener>;
	/** Milliseconds for an answer of the database. Default 10,000. */
	answerWithin?: number;
}

export interface OpenedShared {
	engine: Engine;
	/** The same for all nodes: made by the first. */
	secrets: { apiKey: string; tokenSecret: Buffer };
}

/** Milliseconds for a change to come through the feed. */
const HEARD_WITHIN = 10_000;

/** Rejects with {@link Failed} or {@link Damaged} and a sentence where the database does not hold what the store promises. */
export async function openPostgres({
	url,
	maxValueBytes,
	alone,
	heard = () => true,
	lease = {},
	answerWithin
}: OpenOptions): Promise<OpenedShared> {
	const addresses = addressesIn(url);
	if (!addresses) throw new Failed(503, 'The address of the database must be postgres://user:password@host/name');
	const target: Target = { addresses, alone, answerWithin };
	const secrets = await prepare(target);
	const engine = new PostgresEngine({
		target,
		maxValueBytes,
		lease: { onNodes: () => undefined, onClock: () => undefined, ...lease },
		heard: (key) => heard(key) || droppedHolder(key) !== undefined || key.startsWith(PROOF)
	});
	try {
		await engine.open();
		await prove(engine);
	} catch (error) {
		await engine.close();
		throw error;
	}
	return { engine, secrets };
}

/** Makes the tables and the secrets that are not there. */
async function prepare(target: Target): Promise<OpenedShared['secrets']> {
	const session = await Session.open(target);
	try {
		// Of several nodes that start at once, one makes the tables.
		await session.run(`SELECT pg_advisory_lock(${SCHEMA_LOCK})`);
		const [[exists] = []] = await session.run("SELECT to_regclass('hpkv.meta') IS NOT NULL");
		if (!exists) await session.run(`BEGIN; ${SCHEMA}; COMMIT`);
		const readVersion = async () => (await session.run("SELECT value FROM hpkv.meta WHERE name = 'version'"))[0]?.[0];
		if ((await readVersion()) === '1') await session.run(`BEGIN; ${FROM_VERSION_1}; COMMIT`);
		const version = await readVersion();
		if (version !== VERSION) {
			throw new Damaged(
				`The database was written by another release of this store (version ${String(version)}, not ${VERSION})`
			);
		}
		const apiKey = await kept(session, 'api-key');
		return { apiKey, tokenSecret: Buffer.from(await kept(session, 'token-secret'), 'base64url') };
	} finally {
		await session.close();
	}
}

async function kept(session: Session, name: string): Promise<string> {
	const made = randomBytes(32).toString('base64url');
	await session.run(`INSERT INTO hpkv.secret VALUES ('${name}', '${made}') ON CONFLICT DO NOTHING`);
	const [[secret] = []] = await session.run(`SELECT value FROM hpkv.secret WHERE name = '${name}'`);
	if (typeof secret !== 'string' || secret.length < 16)
		throw new Damaged(`hpkv.secret has no ${name}; delete its row to have a new one made`);
	return secret;
}

const PROOF = 'proof:';

/** Writes, counts and hears, as programs will. */
async function prove(engine: Engine): Promise<void> {
	const key = `${PROOF}${randomBytes(12).toString('hex')}`;
	const heard = Promise.withResolvers<void>();
	let isProved = false;
	engine.onCommit((changes: Change[]) => {
		if (isProved || !changes.some((change) => change.key === key)) return;
		isProved = true;
		heard.resolve();
	});
	try {
		const first = await engine.increment(key, 1);
		const second = await engine.increment(key, 1);
		if (first !== 1 || second !== 2) throw new Failed(503, `The database counts ${first}, ${second} in place of 1, 2`);
		const late = setTimeout(
			() => heard.reject(new Failed(503, 'A change that was written to the database is not heard')),
			HEARD_WITHIN
		);
		await heard.promise.finally(() => clearTimeout(late));
	} finally {
		await engine.delete(key);
	}
	// Who listens from here on does not hear of the proof.
	await engine.caughtUp();
}
