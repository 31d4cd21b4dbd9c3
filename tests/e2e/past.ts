/** Rooms with hundreds of messages, written directly to the store because sends would take longer. */
import { readFileSync } from 'node:fs';
import { hostedStore } from '../../src/hpkv/clients/rest.ts';
import { filesIn } from '../../src/hpkv/engine/sqlite/data-directory.ts';
import { keys } from '../../src/lib/chat/storage/keys.ts';
import type { Deployment } from '../support/process.ts';
import { everyMessage, type Person } from './person.ts';

/** The store of a running app, through its REST API and API key. */
export const storeOf = ({ records, apiKey, dataDir }: Deployment) =>
	hostedStore({
		baseUrl: records.replace(/\/record$/, ''),
		apiKey: apiKey ?? readFileSync(filesIn(dataDir).apiKey, 'utf8').trim(),
		maxValueBytes: 40_960
	});

/**
 * Stores `texts` as messages of `person` in an empty room. The first message is really sent.
 * @param timestamp of message `n`; default: now
 */
export async function past(
	app: Deployment,
	person: Person,
	room: string,
	texts: readonly string[],
	timestamp?: (n: number) => number
): Promise<void> {
	await person.say(room, texts[0] ?? '');
	const [first] = await everyMessage(app.url, room);
	if (!first) throw new Error('The first message is not there');
	const store = storeOf(app);
	await Promise.all(
		texts.map(async (message, i) => {
			const n = i + 1;
			const written = { ...first, n, id: `past-${String(n).padStart(16, '0')}`, message };
			if (timestamp) written.timestamp = timestamp(n);
			if (n > 1 || timestamp) await store.set(keys.message(first.room, n), JSON.stringify(written));
		})
	);
	await store.increment(keys.messageCount(first.room), texts.length - 1);
}

/** Stores `count` more messages, which a reader who is offline misses. */
export async function more(app: Deployment, room: string, count: number): Promise<void> {
	const said = await everyMessage(app.url, room);
	const last = said.at(-1);
	if (!last) throw new Error('Nobody has spoken in the room');
	const store = storeOf(app);
	const numbers = Array.from({ length: count }, (_, i) => last.n + 1 + i);
	// A few hundred at a time: the server refuses more connections.
	while (numbers.length > 0) {
		const write = (n: number) =>
			store.set(keys.message(last.room, n), JSON.stringify({ ...last, n, id: `more-${n}`, message: `Missed ${n}` }));
		await Promise.all(numbers.splice(0, 200).map(write));
	}
	await store.increment(keys.messageCount(last.room), count);
}

/** Removes a message, as if its send were unfinished. @returns a function that stores the message late */
export async function takeOut(app: Deployment, room: string, n: number): Promise<() => Promise<void>> {
	const message = (await everyMessage(app.url, room)).find((each) => each.n === n);
	if (!message) throw new Error(`${n} is not there`);
	const store = storeOf(app);
	await store.delete(keys.message(message.room, n));
	return async () => {
		const m = await store.increment(keys.changeCount(message.room));
		const entry = JSON.stringify({ kind: 'late', m, n, timestamp: Date.now() });
		await store.set(keys.change(message.room, m), entry);
		await store.set(keys.live(message.room), entry);
		await store.set(keys.message(message.room, n), JSON.stringify(message));
		await store.set(keys.live(message.room), JSON.stringify(message));
	};
}
