import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { said } from '../../../../tests/fixtures/kitchen.ts';
import { Outbox, type OutboxStorage, type Receipt, type Unsent } from './Outbox.svelte.ts';

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
	// Retry delays are random; 0 is a valid draw.
	vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
});

const draft = (message: string) => ({ day: '20261123', person: 'ada', sender: 'Ada', message, timestamp: 1 });

/** Waits for pending promises without moving the clock; `vi.waitFor` moves it. */
const settled = () => vi.advanceTimersByTimeAsync(0);

function memory(): OutboxStorage {
	const values = new Map<string, Unsent>();
	return {
		load: () => Promise.resolve([...values.values()]),
		save: (unsent) => Promise.resolve(void values.set(unsent.id, unsent)),
		remove: (id) => Promise.resolve(void values.delete(id))
	};
}

const tooFast = (retryAfterSeconds: number): Receipt => ({
	kind: 'refusal',
	status: 429,
	sentence: 'That was too fast.',
	retryAfterSeconds
});

/** A server that answers when the test says so. */
function server() {
	const storage = memory();
	const asked: { unsent: Unsent; answer: (receipt: Receipt) => void }[] = [];
	const sent: number[] = [];
	const post = (unsent: Unsent) => new Promise<Receipt>((answer) => asked.push({ unsent, answer }));
	const open = () => new Outbox({ post, onsent: (message) => sent.push(message.n), storage });
	const outbox = open();
	const answer = async (at: number, receipt: Receipt) => {
		await settled();
		asked[at]?.answer(receipt);
		await settled();
	};
	return { outbox, open, storage, asked, sent, answer };
}

test('messages are sent one at a time, in the order they were written', async () => {
	const { outbox, asked, sent, answer } = server();
	outbox.send(draft('one'));
	outbox.send(draft('two'));
	expect(outbox.unsent.map(({ message, state }) => [message, state])).toEqual([
		['one', 'sending'],
		['two', 'sending']
	]);
	await settled();
	expect(asked.map(({ unsent }) => unsent.message)).toEqual(['one']);
	await answer(0, { kind: 'sent', message: said('kitchen', 1) });
	expect(asked.map(({ unsent }) => unsent.message)).toEqual(['one', 'two']);
	expect(sent).toEqual([1]);
	expect(outbox.unsent.map(({ message }) => message)).toEqual(['two']);
});

test('a refused message keeps its reason and its id for another try, and does not hold up the next', async () => {
	const { outbox, asked, answer } = server();
	outbox.send(draft('one'));
	outbox.send(draft('two'));
	await answer(0, { kind: 'refusal', status: 409, sentence: 'This room is archived.' });
	expect(outbox.unsent[0]).toMatchObject({ message: 'one', state: 'failed', reason: 'This room is archived.' });
	expect(asked).toHaveLength(2);
	await answer(1, { kind: 'sent', message: said('kitchen', 1) });
	const id = outbox.unsent[0]?.id ?? '';
	outbox.retry(id);
	await settled();
	expect(asked).toHaveLength(3);
	expect(asked[2]?.unsent).toMatchObject({ id, message: 'one' });
});

test('a message whose send id cannot be used again is retried with the ids that the server gave', async () => {
	const { outbox, asked, storage, answer } = server();
	outbox.send(draft('one'));
	await answer(0, { kind: 'refusal', status: 409, sentence: 'too long ago', ids: { id: 'another', day: '20261224' } });
	expect(outbox.unsent).toMatchObject([{ id: 'another', day: '20261224', state: 'failed' }]);
	expect(await storage.load()).toEqual(outbox.unsent);
	outbox.retry('another');
	await settled();
	expect(asked[1]?.unsent).toMatchObject({ id: 'another', day: '20261224', message: 'one' });
});

test('a refused reply can be sent without the message that it replies to', async () => {
	const { outbox, asked, answer } = server();
	outbox.send({ ...draft('one'), re: 3, answered: { text: 'gone' } });
	await answer(0, { kind: 'refusal', status: 409, sentence: 'no' });
	outbox.retry(outbox.unsent[0]?.id ?? '', true);
	await settled();
	expect(asked[1]?.unsent).toMatchObject({ message: 'one', re: undefined, answered: undefined });
});

test('a discarded message is gone', async () => {
	const { outbox, answer } = server();
	outbox.send(draft('one'));
	await answer(0, { kind: 'refusal', status: 409, sentence: 'no' });
	outbox.discard(outbox.unsent[0]?.id ?? '');
	expect(outbox.unsent).toEqual([]);
});

test('messages without an answer wait, and are sent in order by themselves once the server is back', async () => {
	const { outbox, asked, answer } = server();
	outbox.send(draft('one'));
	outbox.send(draft('two'));
	await answer(0, { kind: 'noResponse', sentence: 'Parley could not be reached.' });
	expect(outbox.unsent.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
	expect(asked).toHaveLength(1);

	outbox.resume();
	await settled();
	expect(asked).toHaveLength(2);
	expect(asked[1]?.unsent).toMatchObject({ id: asked[0]?.unsent.id, message: 'one' });
	await answer(1, { kind: 'sent', message: said('kitchen', 1) });
	expect(asked[2]?.unsent.message).toBe('two');
});

test('a message without an answer is repeated without a change on screen until it is acknowledged, and the others follow', async () => {
	const { outbox, asked, sent, answer } = server();
	outbox.send(draft('one'));
	outbox.send(draft('two'));
	for (let away = 0; away < 20; away++) {
		await answer(away, { kind: 'noResponse', sentence: 'Parley could not be reached.' });
		await vi.advanceTimersByTimeAsync(5_000);
		expect(asked).toHaveLength(away + 2);
		expect(outbox.unsent.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
	}
	asked[20]?.answer({ kind: 'sent', message: said('kitchen', 1) });
	await settled();
	expect(outbox.unsent.map(({ message, state }) => [message, state])).toEqual([['two', 'sending']]);
	asked[21]?.answer({ kind: 'sent', message: said('kitchen', 2) });
	await vi.advanceTimersByTimeAsync(60_000);
	expect([sent, outbox.unsent, asked.length]).toEqual([[1, 2], [], 22]);
	expect(asked.map(({ unsent }) => unsent.message)).toEqual([...Array<string>(21).fill('one'), 'two']);
});

test('a message discarded during a wait is not sent again', async () => {
	const { outbox, asked, answer } = server();
	outbox.send(draft('one'));
	await answer(0, { kind: 'noResponse', sentence: 'away' });
	outbox.discard(outbox.unsent[0]?.id ?? '');
	await vi.advanceTimersByTimeAsync(60_000);
	expect(asked).toHaveLength(1);
});

test('a message written while others wait does not overtake them', async () => {
	const { outbox, asked, answer } = server();
	outbox.send(draft('one'));
	await answer(0, { kind: 'noResponse', sentence: 'away' });
	expect(outbox.unsent[0]?.state).toBe('waiting');
	outbox.send(draft('two'));
	await settled();
	expect(asked[1]?.unsent.message).toBe('one');
});

test('a message that is not acknowledged outlives the page, and the next page sends it under the same id', async () => {
	const { outbox, open, storage, asked } = server();
	outbox.send(draft('one'));
	const next = open();
	await next.restore('grace');
	expect(next.unsent).toEqual([]);
	await next.restore('ada');
	await settled();
	expect(next.unsent.map(({ message }) => message)).toEqual(['one']);
	expect(asked[1]?.unsent.id).toBe(asked[0]?.unsent.id);
	asked[1]?.answer({ kind: 'sent', message: said('kitchen', 1) });
	await settled();
	expect(await storage.load()).toEqual([]);
});

test('a message over the rate limit waits as long as the server says, and nothing overtakes it', async () => {
	const { outbox, asked, sent, answer } = server();
	outbox.send(draft('one'));
	outbox.send(draft('two'));
	await answer(0, tooFast(3));
	outbox.send(draft('three'));
	outbox.resume();
	outbox.retry(outbox.unsent[1]?.id ?? '');
	await vi.advanceTimersByTimeAsync(2_990);
	expect(asked).toHaveLength(1);
	expect(outbox.unsent.map(({ state, reason }) => [state, reason])).toEqual(Array(3).fill(['waiting', undefined]));
	await vi.advanceTimersByTimeAsync(10);
	expect(asked[1]?.unsent).toMatchObject({ id: asked[0]?.unsent.id, message: 'one' });
	for (let n = 1; n <= 3; n++) await answer(n, { kind: 'sent', message: said('kitchen', n) });
	expect(asked.map(({ unsent }) => unsent.message)).toEqual(['one', 'one', 'two', 'three']);
	expect([sent, outbox.unsent]).toEqual([[1, 2, 3], []]);
});

test('a message that waits long for the rate limit shows the reason', async () => {
	const { outbox, answer } = server();
	outbox.send(draft('one'));
	await answer(0, tooFast(60));
	expect(outbox.unsent).toMatchObject([
		{ state: 'waiting', reason: 'You’re sending quickly. This goes out in 60 seconds.' }
	]);
});

test('a refused message stays refused while those behind it wait', async () => {
	const { outbox, answer } = server();
	outbox.send(draft('one'));
	outbox.send(draft('two'));
	await answer(0, { kind: 'refusal', status: 409, sentence: 'This room is archived.' });
	await answer(1, { kind: 'noResponse', sentence: 'Waiting for connection.' });
	expect(outbox.unsent.map(({ state }) => state)).toEqual(['failed', 'waiting']);
});

test('a message is not sent before it is stored, nor if it was discarded meanwhile', async () => {
	const { storage, asked } = server();
	let store = () => undefined as void;
	const first = new Promise<void>((resolve) => (store = resolve));
	const slow = { ...storage, save: () => first };
	const outbox = new Outbox({
		post: (unsent) => new Promise((answer) => asked.push({ unsent, answer })),
		onsent: () => undefined,
		storage: slow
	});
	outbox.send(draft('one'));
	await settled();
	outbox.send(draft('two'));
	outbox.discard(outbox.unsent[0]?.id ?? '');
	expect(asked).toEqual([]);
	store();
	await settled();
	expect(asked.map(({ unsent }) => unsent.message)).toEqual(['two']);
});

test('a message says what its files wait for, and lets go of them once it is sent or discarded', async () => {
	const forgotten: string[] = [];
	const storage = memory();
	let [say, answer]: [(reason: string) => void, (receipt: Receipt) => void] = [() => undefined, () => undefined];
	const outbox = new Outbox({
		post: (_, tell) => {
			say = tell;
			return new Promise((resolve) => (answer = resolve));
		},
		onsent: () => undefined,
		forget: (files) => forgotten.push(...files.map(({ name }) => name)),
		storage
	});
	outbox.send({ ...draft('Lunch'), files: [{ key: 'k1', name: 'soup.png', size: 3 }] });
	outbox.send({ ...draft('Supper'), files: [{ key: 'k2', name: 'bread.png', size: 3 }] });
	await settled();
	say('“soup.png” is on the way: 40 %.');
	expect(outbox.unsent[0]).toMatchObject({ state: 'waiting', reason: '“soup.png” is on the way: 40 %.' });
	// How far it has come is not stored, and its files are.
	expect(await storage.load()).toMatchObject([
		{ state: 'sending', files: [{ key: 'k1' }] },
		{ files: [{ key: 'k2' }] }
	]);
	answer({ kind: 'sent', message: said('kitchen', 1) });
	await settled();
	expect(forgotten).toEqual(['soup.png']);
	outbox.send({ ...draft('Soup'), files: [{ key: 'k3', name: 'spoon.png', size: 3 }] });
	outbox.discard(outbox.unsent[0]?.id ?? '');
	expect(forgotten).toEqual(['soup.png', 'bread.png']);
	// A message that goes back to the composer keeps them.
	outbox.discard(outbox.unsent[0]?.id ?? '', true);
	expect([outbox.unsent, await storage.load()]).toEqual([[], []]);
	expect(forgotten).toEqual(['soup.png', 'bread.png']);
});

test('a hosted store that asks to wait is asked again after that time, with the text kept and nothing doubled', async () => {
	const { outbox, asked, sent, answer } = server();
	outbox.send(draft('Tea?'));
	await answer(0, { kind: 'noResponse', sentence: 'Parley can’t save anything right now.', retryAfterSeconds: 7 });
	expect(outbox.unsent).toMatchObject([{ message: 'Tea?', state: 'waiting' }]);
	await vi.advanceTimersByTimeAsync(6_900);
	expect(asked).toHaveLength(1);
	await vi.advanceTimersByTimeAsync(1_200);
	expect(asked).toHaveLength(2);
	expect(asked[1]?.unsent.id).toBe(asked[0]?.unsent.id);
	await answer(1, { kind: 'sent', message: said('kitchen', 1) });
	expect([sent, outbox.unsent]).toEqual([[1], []]);
});
