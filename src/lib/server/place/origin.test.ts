/** An earlier build, which knows the first format alone, and this one start on one empty store at the same moment. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { claim } from '../storage/claims.ts';
import { claimFormat, readFormat } from '../storage/format.ts';
import { claimOrigin, readNameLogs } from './origin.ts';

const snapshot = () => Promise.reject(new Error('there is no room'));

const start = async (store: Hpkv) => {
	await claimFormat(store, { snapshot });
	await claimOrigin(store);
};

/** What the earlier build does: it reads no names of the origin, and keeps them in two logs. One call each. */
const stepsOfEarlier = (store: Hpkv) => {
	let stored: string | undefined;
	return [
		async () => void (stored = await store.get(keys.format)),
		async () => {
			if (stored !== undefined && Number(stored) !== 1) throw new Error('newer');
			if (stored === undefined) await store.set(keys.format, '1');
		},
		async () => void (await claim(store, keys.instance, { instance: 'before' })),
		async () => void (await claim(store, keys.origin, { origin: 'new' }))
	];
};

/** The store of this build, in which the steps of the other run before the calls of these numbers. */
function interleaved(store: Hpkv, steps: (() => Promise<void>)[], at: readonly number[]) {
	let call = 0;
	let refused = false;
	let isSetLate = false;
	const before = async () => {
		const mine = ++call;
		for (const [i, step] of steps.entries())
			if (at[i] === mine && !refused) await step().catch(() => void (refused = true));
	};
	const around =
		<Args extends unknown[], R>(operation: (...args: Args) => Promise<R>) =>
		async (...args: Args) => (await before(), operation(...args));
	const own: Hpkv = {
		...store,
		get: around((key) => store.get(key)),
		set: around((key, value) => store.set(key, value)),
		patch: around((key, value) => store.patch(key, value)),
		range: around((start, end, limit) => store.range(start, end, limit))
	};
	const rest = async () => {
		isSetLate = (at[1] ?? 0) > call;
		for (const [i, step] of steps.entries())
			if ((at[i] ?? 0) > call && !refused) await step().catch(() => void (refused = true));
	};
	return { own, rest, isRefused: () => refused, isSetLate: () => isSetLate, calls: () => call };
}

/** More than a first start of this build makes. */
const CALLS = 18;

test('of an earlier build and this one at the same moment, one is refused, or both keep names in two logs', async () => {
	const outcomes = new Set<string>();
	const orders: number[][] = [];
	for (let a = 1; a <= CALLS; a++)
		for (let b = a; b <= CALLS; b++)
			for (let c = b; c <= CALLS; c++) for (let d = c; d <= CALLS; d++) orders.push([a, b, c, d]);
	for (const at of orders) {
		const store = memoryStore();
		const { own, rest, isRefused, isSetLate, calls } = interleaved(store, stepsOfEarlier(store), at);
		const started = await start(own).then(
			() => true,
			() => false
		);
		expect(calls(), 'all orders were tried').toBeLessThan(CALLS);
		await rest();
		const names = await readNameLogs(store);
		const format = await readFormat(store);
		// Which the earlier build can read again.
		if (format === 1) expect(await store.get(keys.format)).toBe('1');
		const bothRun = started && !isRefused();
		// An earlier build that puts its number after this one has started is met by the next start.
		if (bothRun && names === 'one') {
			if (!isSetLate()) expect({ at, names, format }).toBe('safe');
			await expect(start(store)).rejects.toThrow('end it, then start this one again');
			expect(await readFormat(store)).toBe(2);
			await start(store);
			outcomes.add('found by the next start');
		} else outcomes.add(!started ? 'this one refused' : isRefused() ? 'the older refused' : 'two logs');
	}
	expect([...outcomes].sort()).toEqual([
		'found by the next start',
		'the older refused',
		'this one refused',
		'two logs'
	]);
});

test('of two builds of this format, both find it', async () => {
	const store = memoryStore();
	await Promise.all([start(store), start(store)]);
	expect([await readFormat(store), await readNameLogs(store)]).toEqual([2, 'one']);
	await start(store);
});
