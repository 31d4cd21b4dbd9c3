import { expect, test } from 'vitest';
import { Failed, type Change } from '../engine.ts';
import { GroupCommit } from './group-commit.ts';
import { MemoryTable } from '../memory/memory-engine.ts';

/** A table that counts its commits, and whose disk can be full. */
class CountingTable extends MemoryTable {
	commits = 0;
	full = false;
	override commit(): void {
		if (this.full) throw new Failed(507, 'The disk is full');
		this.commits++;
		super.commit();
	}
}

function opened() {
	const table = new CountingTable();
	const engine = new GroupCommit(table, 1_000);
	const heard: Change[] = [];
	engine.onCommit((changes) => heard.push(...changes));
	return { table, engine, heard };
}

test('a hundred writes of one turn are one transaction', async () => {
	const { table, engine } = opened();
	await Promise.all(Array.from({ length: 100 }, (_, n) => engine.set(`k${n}`, 'x')));
	expect(table.commits).toBe(1);
});

test('a read with nothing before it opens no transaction', async () => {
	const { table, engine } = opened();
	await engine.get('a');
	expect(table.commits).toBe(0);
});

test('a read waits for the writes of its key alone', async () => {
	const { table, engine } = opened();
	await engine.set('a', 'before');
	await engine.set('b', 'before');
	const order: string[] = [];
	const tell = (what: string) => (value: unknown) => void order.push(`${what}: ${String(value)}`);
	await Promise.all([
		engine.set('a', 'after').then(tell('set a')),
		engine.get('a').then(tell('get a')),
		engine.get('b').then(tell('get b'))
	]);
	expect(order).toEqual(['get b: before', 'set a: undefined', 'get a: after']);
	expect(table.commits).toBe(3);
	expect(await Promise.all([engine.set('c', 'x'), engine.range('a', 'c', 10)])).toMatchObject([
		undefined,
		{ records: [{ key: 'a' }, { key: 'b' }, { key: 'c' }] }
	]);
});

test('a failed commit rejects all of its writes, changes nothing and tells nobody', async () => {
	const { table, engine, heard } = opened();
	await engine.set('a', 'before');
	table.full = true;
	const settled = await Promise.allSettled([
		engine.set('a', 'x'),
		engine.set('b', 'x'),
		engine.delete('a'),
		engine.increment('n', 1)
	]);
	expect(settled.map((each) => each.status === 'rejected' && (each.reason as Failed).code)).toEqual([
		507, 507, 507, 507
	]);
	expect(await engine.get('a')).toBe('before');
	expect(await engine.get('b')).toBeUndefined();
	expect(heard).toEqual([{ key: 'a', value: 'before' }]);
});

test('on a full disk reads go on, also those that stood among the writes', async () => {
	const { table, engine } = opened();
	await engine.set('a', 'before');
	table.full = true;
	const [write, read] = await Promise.allSettled([engine.set('a', 'after'), engine.get('a')]);
	expect(write.status).toBe('rejected');
	expect(read).toEqual({ status: 'fulfilled', value: 'before' });
});

test('writes work again when there is room again', async () => {
	const { table, engine } = opened();
	table.full = true;
	await expect(engine.set('a', 'x')).rejects.toThrow('full');
	table.full = false;
	await engine.set('a', 'y');
	expect(await engine.get('a')).toBe('y');
});

test('listeners hear after the commit and never before', async () => {
	const { table, engine } = opened();
	const commitsWhenHeard: number[] = [];
	engine.onCommit(() => commitsWhenHeard.push(table.commits));
	await engine.set('a', 'x');
	await engine.set('a', 'y');
	expect(commitsWhenHeard).toEqual([1, 2]);
});
