/** What every engine promises beyond the port: order, one transaction a turn, and what listeners hear of it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Change, Engine } from '../../src/hpkv/engine/engine.ts';

export function engineContract(name: string, open: () => { engine: Engine; close(): Promise<void> }): void {
	describe(`${name} keeps the engine's contract`, () => {
		let opened: ReturnType<typeof open>;
		let engine: Engine;
		let heard: Change[][];

		beforeEach(() => {
			opened = open();
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
			expect(heard.flat().map(({ value }) => value)).toEqual(['{"a":1}', '{"a":null}', '3', null]);
		});

		test('what changes nothing tells nobody, what sets the same value does', async () => {
			await engine.delete('nowhere');
			expect(heard).toEqual([]);
			await engine.set('a', 'x');
			await engine.set('a', 'x');
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
			expect(heard.flat().map(({ key }) => key)).toEqual(['a', 'b']);
		});

		test('a merge that nests too deeply is refused, whatever it would do to the stack', async () => {
			const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
			await engine.set('a', deep);
			await Promise.allSettled([engine.patch('a', deep), engine.set('b', 'x')]);
			expect(await engine.get('b')).toBe('x');
		});

		test('NUL is a byte like others: it stands below every other', async () => {
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
