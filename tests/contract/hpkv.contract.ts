/** What every implementation of the port promises, whichever way the store is reached. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { droppedKey } from '../../src/hpkv/protocol/dropped.ts';
import { StoreRefused, type Hpkv } from '../../src/hpkv/port.ts';

interface Opened {
	store: Hpkv;
	/** Another client of the same store, where there is one. */
	other?: Hpkv;
	close(): Promise<void>;
}

/** Runs the contract on the store that `open` gives; it may hold other records, below other prefixes. */
export function hpkvContract(name: string, open: () => Promise<Opened>): void {
	describe(`${name} keeps the port's contract`, () => {
		let opened: Opened;
		let store: Hpkv;
		let prefix = 0;
		/** A key that no other test has. */
		const key = (rest: string) => `t${String(prefix).padStart(3, '0')}:${rest}`;
		const refused = (code: number) => expect.objectContaining({ name: 'StoreRefused', code }) as StoreRefused;

		beforeAll(async () => {
			opened = await open();
			store = opened.store;
		});
		afterAll(() => opened.close());
		beforeEach(() => void prefix++);

		test('what was set is what one gets, also in scripts and signs that need care', async () => {
			for (const value of ['x', '日本語 🙂', '{"a":1}', '"', ' \t\n', '\u0001', '\u2028', 'a'.repeat(2_900)]) {
				await store.set(key('value'), value);
				expect(await store.get(key('value'))).toBe(value);
			}
		});

		test('nothing stands under a key that was never written', async () => {
			expect(await store.get(key('nowhere'))).toBeUndefined();
			expect(await store.delete(key('nowhere'))).toBe(false);
		});

		test('a second set replaces the first', async () => {
			await store.set(key('a'), 'first');
			await store.set(key('a'), 'second');
			expect(await store.get(key('a'))).toBe('second');
		});

		test('delete removes and says so once', async () => {
			await store.set(key('a'), 'x');
			expect(await store.delete(key('a'))).toBe(true);
			expect(await store.get(key('a'))).toBeUndefined();
			expect(await store.delete(key('a'))).toBe(false);
		});

		test('a patch of nothing puts it as it is, nulls and all', async () => {
			await store.patch(key('a'), '{"a":null}');
			expect(await store.get(key('a'))).toBe('{"a":null}');
		});

		test('two objects are merged to any depth; arrays are replaced; null removes', async () => {
			await store.set(key('a'), '{"keep":1,"change":{"deep":1,"gone":2},"list":[1,2]}');
			await store.patch(key('a'), '{"change":{"deep":9,"gone":null,"new":{"er":true}},"list":[3]}');
			expect(JSON.parse((await store.get(key('a')))!)).toEqual({
				keep: 1,
				change: { deep: 9, new: { er: true } },
				list: [3]
			});
		});

		test('anything that is not two objects is appended', async () => {
			await store.set(key('a'), ';1');
			await store.patch(key('a'), ';2');
			await store.patch(key('a'), '{"a":1}');
			expect(await store.get(key('a'))).toBe(';1;2{"a":1}');
		});

		test('of appends at once none is lost, and all see the same order', async () => {
			const tokens = Array.from({ length: 20 }, (_, n) => `;${n}`);
			await Promise.all(tokens.map((token) => store.patch(key('claim'), token)));
			const stands = (await store.get(key('claim')))!;
			expect(stands.slice(1).split(';').sort()).toEqual(tokens.map((token) => token.slice(1)).sort());
		});

		test('what would grow beyond the largest value is refused and changes nothing', async () => {
			const most = 'a'.repeat(store.maxValueBytes);
			await store.set(key('a'), most);
			await expect(store.patch(key('a'), 'b')).rejects.toEqual(refused(400));
			expect(await store.get(key('a'))).toBe(most);
			await expect(store.set(key('a'), `${most}b`)).rejects.toEqual(refused(400));
			// Bytes count, not characters.
			await expect(store.set(key('b'), 'é'.repeat(store.maxValueBytes / 2 + 1))).rejects.toEqual(refused(400));
		});

		test('a counter starts from nothing, goes both ways and is read with 0', async () => {
			expect(await store.increment(key('n'))).toBe(1);
			expect(await store.increment(key('n'), 5)).toBe(6);
			expect(await store.increment(key('n'), -8)).toBe(-2);
			expect(await store.increment(key('n'), 0)).toBe(-2);
			expect(await store.get(key('n'))).toBe('-2');
		});

		test('increments at once give each number once', async () => {
			const numbers = await Promise.all(Array.from({ length: 30 }, () => store.increment(key('n'))));
			expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
		});

		test('what is no safe integer is not counted', async () => {
			await store.set(key('word'), 'ten');
			await expect(store.increment(key('word'))).rejects.toEqual(refused(400));
			await store.set(key('n'), String(Number.MAX_SAFE_INTEGER));
			await expect(store.increment(key('n'))).rejects.toEqual(refused(400));
			await expect(store.increment(key('n'), 0.5)).rejects.toEqual(refused(400));
			await expect(store.increment(key('n'), Infinity)).rejects.toEqual(refused(400));
			expect(await store.get(key('n'))).toBe(String(Number.MAX_SAFE_INTEGER));
		});

		test('a range holds both of its ends, ascending by the bytes of the keys', async () => {
			// In UTF-16 the face would stand before U+FFFD.
			const keys = ['B', 'a', 'a!', 'é', '\uFFFD', '🙂'].map((rest) => key(`r:${rest}`));
			for (const each of [...keys].reverse()) await store.set(each, 'x');
			const { records, truncated } = await store.range(keys[0]!, keys.at(-1)!);
			expect(records.map((record) => record.key)).toEqual(keys);
			expect(truncated).toBe(false);
			expect((await store.range(keys[1]!, keys[1]!)).records).toEqual([{ key: keys[1], value: 'x' }]);
		});

		test('bounds may hold every sign that URLs trouble', async () => {
			for (const rest of ['!@#$%^&*()_+ /?=', '%41', '%', '%zz', '+', 'a b', '%2F%252F', '\'"\\', '日本']) {
				const each = key(`b:${rest}`);
				await store.set(each, rest);
				expect(await store.get(each)).toBe(rest);
				expect((await store.range(each, each)).records).toEqual([{ key: each, value: rest }]);
				expect(await store.delete(each)).toBe(true);
			}
		});

		test('paging on from the last key + NUL meets every record once', async () => {
			const keys = Array.from({ length: 25 }, (_, n) => key(`p:${String(n).padStart(3, '0')}`));
			await Promise.all(keys.map((each) => store.set(each, 'x')));
			const met: string[] = [];
			let start = key('p:');
			for (let pages = 0; pages < 10; pages++) {
				const { records, truncated } = await store.range(start, key('p:~'), 10);
				met.push(...records.map((record) => record.key));
				if (!truncated) break;
				start = `${met.at(-1)}\0`;
			}
			expect(met).toEqual(keys);
		});

		test('a range gives 100 records unless told, and says that there are more', async () => {
			await Promise.all(Array.from({ length: 101 }, (_, n) => store.set(key(`m:${n}`), 'x')));
			const range = await store.range(key('m:'), key('m:~'));
			expect([range.records.length, range.truncated]).toEqual([100, true]);
			const all = await store.range(key('m:'), key('m:~'), 5_000);
			expect([all.records.length, all.truncated]).toEqual([101, false]);
		});

		test('a range from behind to before is empty', async () => {
			await store.set(key('a'), 'x');
			expect(await store.range(key('z'), key('a'))).toEqual({ records: [], truncated: false });
		});

		test('keys and values that are none are refused', async () => {
			for (const bad of ['', 'k'.repeat(513), '\uD800', 'a\0b', 'é'.repeat(257)]) {
				await expect(store.set(bad, 'x')).rejects.toEqual(refused(400));
				await expect(store.patch(bad, 'x')).rejects.toEqual(refused(400));
				await expect(store.get(bad)).rejects.toEqual(refused(400));
				await expect(store.delete(bad)).rejects.toEqual(refused(400));
				await expect(store.increment(bad)).rejects.toEqual(refused(400));
			}
			for (const bad of ['', '\uDC00x', 'a\0b']) {
				await expect(store.set(key('a'), bad)).rejects.toEqual(refused(400));
				await expect(store.patch(key('a'), bad)).rejects.toEqual(refused(400));
			}
			await expect(store.range('', 'b')).rejects.toEqual(refused(400));
			await expect(store.range('a', '\uD800')).rejects.toEqual(refused(400));
			await expect(store.range('a', 'b', 0)).rejects.toEqual(refused(400));
			expect(await store.get(key('a'))).toBeUndefined();
		});

		test('the longest key and the largest value are taken', async () => {
			const longest = key('').padEnd(512, 'k');
			await store.set(longest, 'v'.repeat(store.maxValueBytes));
			expect((await store.get(longest))!.length).toBe(store.maxValueBytes);
			expect((await store.range(`${longest}\0`, `${longest}\0`)).records).toEqual([]);
		});

		test('names that objects have by birth are keys and members like others', async () => {
			await store.set(key('__proto__'), '{"__proto__":{"polluted":1},"constructor":1}');
			await store.patch(key('__proto__'), '{"__proto__":{"polluted":2},"toString":null}');
			expect(await store.get(key('__proto__'))).toBe('{"__proto__":{"polluted":2},"constructor":1}');
			expect(({} as { polluted?: number }).polluted).toBeUndefined();
		});

		test('a listener gets each write before it is answered: the value, the part added, the sum, and no delete', async () => {
			const written: string[] = [];
			const mine = key('');
			store.onWritten(
				(each, value) => void (each.startsWith(mine) && written.push(`${each.slice(mine.length)} ${value}`))
			);
			await store.set(key('a'), '1');
			expect(written).toEqual(['a 1']);
			await store.patch(key('a'), '2');
			await store.increment(key('n'), 3);
			await store.increment(key('n'));
			await store.delete(key('a'));
			await expect(store.set(key('b'), '')).rejects.toEqual(refused(400));
			expect(written).toEqual(['a 1', 'a 2', 'n 3', 'n 4']);
		});

		test('hearsAllWrites says whether a listener gets writes of another client too', async () => {
			expect(typeof store.hearsAllWrites).toBe('boolean');
			const { other } = opened;
			if (!other) return;
			const written: string[] = [];
			store.onWritten((each) => void written.push(each));
			await other.set(key('theirs'), 'x');
			await store.caughtUp();
			await store.set(key('mine'), 'x');
			const both = [key('theirs'), key('mine')];
			expect(written).toEqual(store.hearsAllWrites ? both : both.slice(1));
		});

		test('a token is made of signs that a URL carries as they are', async () => {
			const token = await store.token({ subscribeKeys: [key('live')], accessPattern: '^$' });
			expect(token).toMatch(/^[\w.~-]+$/);
		});

		test('dropsHolders says whether a drop counts, which makes the next generation', async () => {
			const [ada, grace] = [key('ada'), key('grace')];
			const generations = () => Promise.all([store.generationOf(ada), store.generationOf(grace)]);
			expect(await generations()).toEqual([0, 0]);
			await store.dropHolder(ada);
			expect(await generations()).toEqual(store.dropsHolders ? [1, 0] : [0, 0]);
			await Promise.all(Array.from({ length: 5 }, () => store.dropHolder(ada)));
			expect(await generations()).toEqual(store.dropsHolders ? [6, 0] : [0, 0]);
			const stands = store.dropsHolders ? '6' : undefined;
			expect(await store.get(droppedKey(ada))).toBe(stands);
			if (opened.other) expect(await opened.other.get(droppedKey(ada))).toBe(stands);
		});

		test('a token may name holders', async () => {
			const holders = [
				{ id: key('ada'), generation: await store.generationOf(key('ada')) },
				{ id: 'é🙂'.padEnd(128, 'x'), generation: Number.MAX_SAFE_INTEGER }
			];
			const token = await store.token({ subscribeKeys: [key('live')], accessPattern: '^$', holders });
			expect(token).toMatch(/^[\w.~-]+$/);
		});

		test('no token is made for a holder or a generation that is none, where they count', async () => {
			if (!store.dropsHolders) return;
			const token = (holders: { id: string; generation: number }[]) =>
				store.token({ subscribeKeys: [], accessPattern: '^$', holders });
			for (const id of ['', 'x'.repeat(129), 'a\0b', '\uD800']) {
				await expect(token([{ id, generation: 0 }])).rejects.toEqual(refused(400));
			}
			for (const generation of [NaN, 0.5, Infinity, 2 ** 53]) {
				await expect(token([{ id: 'ada', generation }])).rejects.toEqual(refused(400));
			}
			await expect(token(Array.from({ length: 5 }, () => ({ id: 'ada', generation: 0 })))).rejects.toEqual(
				refused(400)
			);
			await store.set(droppedKey(key('word')), 'ten');
			expect(await store.generationOf(key('word'))).toBeNaN();
		});

		test('a token for a pattern that cannot be matched in linear time is refused', async () => {
			for (const accessPattern of ['(?=a)', '(a)\\1', '[', `^${'a'.repeat(300)}$`]) {
				await expect(store.token({ subscribeKeys: [], accessPattern })).rejects.toEqual(refused(400));
			}
		});
	});
}
