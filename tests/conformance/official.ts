/**
 * The judges that we did not write: HPKV's own clients drive the store run alone, for every behaviour that their own
 * suites assert. A case's number is its place in that list; every.test.ts sees that none is left out.
 */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { forget, startAlone, type Alone } from '../contract/alone.ts';
import { sharedPostgres } from '../support/postgres.ts';

const postgres = await sharedPostgres();

/** Whether the case that runs drives the store on PostgreSQL. */
let isOnPostgres = false;

/** Two tests that an official client carries out, on a file and on PostgreSQL. `numbers`: the behaviours that it covers. */
export function official(numbers: number[], sentence: string, run: () => Promise<void>): void {
	const name = `[${numbers.join(', ')}] ${sentence}`;
	test(name, run);
	describe.skipIf(!postgres)('on PostgreSQL', () => {
		beforeAll(() => void (isOnPostgres = true));
		afterAll(() => void (isOnPostgres = false));
		test(name, run);
	});
}

/** The store of the case that runs: one on a file and one on PostgreSQL for the whole file, each a process of its own. */
export function storeForFile(): Alone {
	let onFile: Alone | undefined;
	let onPostgres: Alone | undefined;
	beforeAll(async () => {
		onFile = await startAlone();
		if (!postgres) return;
		const database = await postgres.freshDatabase();
		onPostgres = await startAlone({ DATABASE_URL: database, DATABASE_ALONE: '1', HPKV_API_KEY: 'a-key-for-all-nodes' });
	});
	afterAll(async () => {
		for (const alone of [onFile, onPostgres]) {
			await alone?.stop();
			if (alone) forget(alone.dataDir);
		}
	});
	const current = () => (isOnPostgres ? onPostgres : onFile)!;
	return new Proxy({} as Alone, { get: (_, name) => Reflect.get(current(), name) as unknown });
}

let named = 0;
/** A name that no other test has. */
export const fresh = (rest = 'k'): string => `${rest}-${process.pid}-${++named}`;

export const wait = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, ms));

/** Until it holds; throws after twenty seconds. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
	const until = Date.now() + 20_000;
	while (!(await holds())) {
		if (Date.now() > until) throw new Error(`never: ${holds.toString()}`);
		await wait(10);
	}
}
