/**
 * The judges that we did not write: HPKV's own clients drive the store run alone, for every behaviour that their own
 * suites assert. A case's number is its place in that list; every.test.ts sees that none is left out.
 */
import { afterAll, beforeAll, test } from 'vitest';
import { forget, startAlone, type Alone } from '../contract/alone.ts';

/** A test that an official client carries out. `numbers`: the behaviours that it covers. */
export function official(numbers: number[], sentence: string, run: () => Promise<void>): void {
	test(`[${numbers.join(', ')}] ${sentence}`, run);
}

/** One store for the whole file, a process of its own with nothing but its defaults. */
export function storeForFile(): Alone {
	let alone: Alone | undefined;
	beforeAll(async () => void (alone = await startAlone()));
	afterAll(async () => {
		await alone?.stop();
		if (alone) forget(alone.dataDir);
	});
	return new Proxy({} as Alone, { get: (_, name) => Reflect.get(alone!, name) as unknown });
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
