/** What every engine promises beyond the port: order, one transaction a turn, and what listeners hear of it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Change, Engine } from '../../src/hpkv/engine/engine.ts';

interface Opened {
	engine: Engine;
	close(): Promise<void>;
}

/** Runs the contract on the engine that `open` gives, without records. @param nulInKeys which the port does not allow */
export function engineContract(name: string, open: () => Promise<Opened>, { nulInKeys = true } = {}): void {
	describe(`${name} keeps the engine's contract`, () => {
		let opened: Opened;
		let engine: Engine;
		let heard: Change[][];

		beforeEach(async () => {
			opened = await open();
			engine = opened.engine;
			heard = [];
			engine.onCommit((changes) => heard.push(changes));
		});
		afterEach(() => opened.close());

		test('operations of one turn apply in the order in which they were asked for', async () => {
			const answers = await Promise.all([
				engine.set('a', '1'),
				engine.get('a'),
				engine.increment('a', 4),
				engine.range('a', 'a', 10),
				engine.delete('a'),
				engine.get('a'),
				engine.patch('a', 'new'),
				engine.get('a')
			]);
			expect(answers).toEqual([
				undefined,
				'1',
				5,
				{ records: [{ key: 'a', value: '5' }], truncated: false },
				true,
				undefined,
				undefined,
				'new'
			]);
		});

		test('all changes of one turn are told together, in order, after the commit', async () => {
			await Promise.all([engine.set('b', '1'), engine.set('a', '2'), engine.set('b', '3')]);
			await engine.caughtUp();
			expect(heard).toEqual([
				[
					{ key: 'b', value: '1' },
					{ key: 'a', value: '2' },
					{ key: 'b', value: '3' }
				]
			]);
		});

		test('a range tells keys and values of any script apart, in byte order', async () => {
			const keys = ['z', 'é', 'ж', 'ก', '日本', '\uffe0', '😀', '😀z'];
			const values = ['', '1', 'é', '日', '😀', '{"日":"本"}', 'ж'.repeat(100), 'z'];
			const records = keys.map((key, i) => ({ key, value: values[i] ?? '' }));
			await Promise.all(records.toReversed().map(({ key, value }) => engine.set(key, value)));
			expect(await engine.range('a', '\u{10ffff}', 100)).toEqual({ records, truncated: false });
			expect((await engine.range('é', '日本', 100)).records).toEqual(records.slice(1, 5));
		});

		test('a range goes on where a key of several bytes ended its step', async () => {
			const keys = Array.from({ length: 300 }, (_, i) => `日${String(i).padStart(3, '0')}`);
			await Promise.all(keys.map((key) => engine.set(key, '本')));
			expect((await engine.range('日', '日~', 1_000)).records).toEqual(keys.map((key) => ({ key, value: '本' })));
		});

		test('a change tells what was written: the patch, the sum, null for a delete', async () => {
			await engine.set('o', '{"a":1}');
			await engine.patch('o', '{"a":null}');
			await engine.increment('n', 3);
			await engine.delete('o');
			await engine.caughtUp();
			expect(heard.flat().map(({ value }) => value)).toEqual(['{"a":1}', '{"a":null}', '3', null]);
		});

		test('what changes nothing tells nobody, what sets the same value does', async () => {
			await engine.delete('nowhere');
			await engine.caughtUp();
			expect(heard).toEqual([]);
			await engine.set('a', 'x');
			await engine.set('a', 'x');
			await engine.caughtUp();
			expect(heard).toHaveLength(2);
		});

		test('one refused operation does not disturb its neighbours', async () => {
			const settled = await Promise.allSettled([
				engine.set('a', 'text'),
				engine.increment('a', 1),
				engine.patch('a', 'x'.repeat(engine.maxValueBytes)),
				engine.set('b', 'x')
			]);
			expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
			expect(await engine.get('a')).toBe('text');
			await engine.caughtUp();
			expect(heard.flat().map(({ key }) => key)).toEqual(['a', 'b']);
		});

		test('a merge that nests too deeply is refused, whatever it would do to the stack', async () => {
			const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
			await engine.set('a', deep);
			await Promise.allSettled([engine.patch('a', deep), engine.set('b', 'x')]);
			expect(await engine.get('b')).toBe('x');
		});

		test('NUL in a bound stands below every other byte', async () => {
			for (const key of ['a!', 'a', 'b']) await engine.set(key, 'x');
			const keys = async (start: string, end: string) =>
				(await engine.range(start, end, 10)).records.map(({ key }) => key);
			expect(await keys('a', 'a\0')).toEqual(['a']);
			expect(await keys('a\0', 'b')).toEqual(['a!', 'b']);
			expect(await keys('\0', 'a!\0\0')).toEqual(['a', 'a!']);
		});

		test.runIf(nulInKeys)('NUL is a byte like others: it stands below every other', async () => {
			for (const key of ['a\0\0', 'a!', 'a', 'a\0b', 'b']) await engine.set(key, 'x');
			const { records } = await engine.range('a', 'a~', 10);
			expect(records.map(({ key }) => key)).toEqual(['a', 'a\0\0', 'a\0b', 'a!']);
		});

		test('a range stops where its answer would be too large, and says so', async () => {
			await Promise.all(
				Array.from({ length: 200 }, (_, n) => engine.set(`big:${String(n).padStart(3, '0')}`, 'x'.repeat(10_000)))
			);
			const { records, truncated } = await engine.range('big:', 'big:~', 1_000);
			expect(truncated).toBe(true);
			expect(records.length).toBeGreaterThan(90);
			expect(records.length).toBeLessThan(110);
		});

		test('many at once of one key are carried out in the order in which they were asked for', async () => {
			const sums = Array.from({ length: 60 }, () => engine.increment('n', 1));
			const texts = Array.from({ length: 60 }, (_, n) => engine.patch('t', `;${n}`));
			expect(await Promise.all(sums)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
			await Promise.all(texts);
			expect(await engine.get('t')).toBe(Array.from({ length: 60 }, (_, n) => `;${n}`).join(''));
			await engine.caughtUp();
			const told = (of: string) => heard.flat().flatMap(({ key, value }) => (key === of ? [value] : []));
			expect(told('n')).toEqual(Array.from({ length: 60 }, (_, n) => String(n + 1)));
			expect(told('t')).toEqual(Array.from({ length: 60 }, (_, n) => `;${n}`));
		});

		test('of many that are too much for one record or one number, those are refused that go beyond', async () => {
			const part = 'x'.repeat(Math.floor(engine.maxValueBytes / 3));
			await engine.set('n', String(Number.MAX_SAFE_INTEGER - 2));
			const settled = await Promise.allSettled([
				...Array.from({ length: 5 }, () => engine.patch('t', part)),
				...Array.from({ length: 4 }, () => engine.increment('n', 1)),
				engine.increment('n', -1)
			]);
			expect(settled.map(({ status }) => status === 'fulfilled')).toEqual([
				...[true, true, true, false, false],
				...[true, true, false, false, true]
			]);
			expect((await engine.get('t'))!.length).toBe(3 * part.length);
			expect(await engine.get('n')).toBe(String(Number.MAX_SAFE_INTEGER - 1));
		});

		test('closing writes what was asked for; what is asked for later rejects', async () => {
			const writing = engine.set('a', 'x');
			const closing = engine.close();
			await expect(engine.get('a')).rejects.toThrow('closed');
			await expect(engine.set('a', 'y')).rejects.toThrow('closed');
			await Promise.all([writing, closing]);
			expect(heard).toHaveLength(1);
		});
	});
}
