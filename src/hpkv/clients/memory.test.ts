import { beforeEach, expect, test } from 'vitest';
import { memoryStore } from '../embedded/memory.ts';
import { StoreUnavailable, type Hpkv } from '../port.ts';
import { Memory } from './memory.ts';

const KEPT = 60_000;
let asked: string[];
let inner: Hpkv;
let clock: { now: number };
let isLive: boolean;
let memory: Memory;

beforeEach(() => {
	asked = [];
	clock = { now: 0 };
	isLive = true;
	const store = memoryStore();
	inner = {
		...store,
		get: (key) => (asked.push(key), store.get(key)),
		range: (start, end, limit) => (asked.push(start), store.range(start, end, limit))
	};
	memory = new Memory(
		inner,
		{
			settled: new Set(['slug']),
			followed: new Set(['read']),
			keptMs: (kind) => (isLive && kind !== 'message' ? KEPT : 0)
		},
		() => clock.now
	);
});

const reads = () => memory.recent.range('read:ada:', 'read:ada:~');

test('an answer is used again for its time, by the recent view alone, and only while others are heard', async () => {
	await inner.set('standing:ada', '1');
	for (let i = 0; i < 3; i++) expect(await memory.recent.get('standing:ada')).toBe('1');
	expect(asked).toHaveLength(1);
	await memory.store.get('standing:ada');
	expect(asked).toHaveLength(2);
	clock.now += KEPT;
	await memory.recent.get('standing:ada');
	expect(asked).toHaveLength(3);
	isLive = false;
	await memory.recent.get('standing:ada');
	expect(asked).toHaveLength(4);
});

test('what was read is forgotten by a write of this process, one that failed, one that is heard, and a gap', async () => {
	const forgets = [
		() => memory.store.patch('standing:ada', '{"blocked":true}'),
		() => memory.store.delete('standing:ada'),
		() => Promise.resolve(memory.heard('standing:ada', '{"blocked":true}')),
		() => Promise.resolve(memory.heard('standing:ada', null)),
		() => Promise.resolve(memory.forgetKind('standing')),
		() => Promise.resolve(memory.clear())
	];
	for (const forget of forgets) {
		await memory.recent.get('standing:ada');
		await forget();
		asked.length = 0;
		await memory.recent.get('standing:ada');
		expect(asked).toHaveLength(1);
	}
	const lost = { ...inner, patch: () => Promise.reject(new StoreUnavailable('The answer was lost')) };
	const unlucky = new Memory(lost, { settled: new Set(), followed: new Set(), keptMs: () => KEPT }, () => 0);
	await unlucky.recent.get('standing:ada');
	await expect(unlucky.store.patch('standing:ada', '1')).rejects.toThrow('lost');
	asked.length = 0;
	await unlucky.recent.get('standing:ada');
	expect(asked).toHaveLength(1);
});

test('an answer that was asked for before a write is not remembered after it', async () => {
	let answer: (value: string) => void = () => undefined;
	const slow = { ...inner, get: () => new Promise<string>((resolve) => (answer = resolve)) };
	const held = new Memory(slow, { settled: new Set(), followed: new Set(), keptMs: () => KEPT }, () => 0);
	const reading = held.recent.get('standing:ada');
	held.heard('standing:ada', '{"blocked":true}');
	answer('{}');
	await reading;
	const again = held.recent.get('standing:ada');
	answer('{"blocked":true}');
	expect(await again).toBe('{"blocked":true}');
});

test('a followed key is known after its own write, also within a range; an echo of it forgets nothing', async () => {
	await inner.set('read:ada:kitchen', '1');
	await reads();
	await memory.store.set('read:ada:attic', '7');
	memory.heard('read:ada:attic', '7');
	expect((await reads()).records).toEqual([
		{ key: 'read:ada:attic', value: '7' },
		{ key: 'read:ada:kitchen', value: '1' }
	]);
	expect(await memory.recent.get('read:ada:attic')).toBe('7');
	expect(asked).toHaveLength(1);
	// Another node's.
	memory.heard('read:ada:kitchen', '5');
	await reads();
	expect(asked).toHaveLength(2);
});

test('of two writes at once, nobody knows the later: the store is asked', async () => {
	await reads();
	await Promise.all([memory.store.set('read:ada:attic', '1'), memory.store.set('read:ada:attic', '2')]);
	await reads();
	expect(asked).toHaveLength(2);
});

test('a settled record is read from the store once, and an absent one each time', async () => {
	await memory.store.get('slug:a');
	await memory.store.patch('slug:a', ';first');
	expect(await memory.store.get('slug:a')).toBe(';first');
	isLive = false;
	for (let i = 0; i < 2; i++) expect(await memory.recent.get('slug:a')).toBe(';first');
	expect(asked).toHaveLength(2);
});

test('what is heard is told to listeners, as a write', () => {
	const heard: string[] = [];
	memory.store.onWritten((key, value) => heard.push(`${key} ${value}`));
	memory.heard('messages:kitchen', '5');
	memory.heard('messages:attic', null);
	expect(heard).toEqual(['messages:kitchen 5']);
});
