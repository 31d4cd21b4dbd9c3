import { expect, test } from 'vitest';
import { coalesceByKey } from './coalesce.ts';

function counted() {
	const calls: { key: string; answer: (value: number) => void; fail: (error: Error) => void }[] = [];
	const ask = coalesceByKey(
		(key: string) => key,
		(key) => new Promise<number>((answer, fail) => calls.push({ key, answer, fail }))
	);
	return { calls, ask };
}

test('equal questions asked during a call share the next call, and not the running one', async () => {
	const { calls, ask } = counted();
	const first = ask('a');
	const second = ask('a');
	const third = ask('a');
	expect(calls).toHaveLength(1);
	calls[0]?.answer(1);
	expect(await first).toBe(1);
	await Promise.resolve();
	expect(calls).toHaveLength(2);
	calls[1]?.answer(2);
	expect(await Promise.all([second, third])).toEqual([2, 2]);
	void ask('a');
	expect(calls).toHaveLength(3);
});

test('different questions do not wait for each other', () => {
	const { calls, ask } = counted();
	void ask('a');
	void ask('b');
	expect(calls.map(({ key }) => key)).toEqual(['a', 'b']);
});

test('a call that fails fails those who share it, and the next question calls again', async () => {
	const { calls, ask } = counted();
	const first = ask('a');
	const second = ask('a');
	calls[0]?.fail(new Error('away'));
	await expect(first).rejects.toThrow('away');
	await Promise.resolve();
	calls[1]?.answer(2);
	expect(await second).toBe(2);
});
