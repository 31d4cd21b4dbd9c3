import { statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { openEmbedded } from '../../../hpkv/embedded/open.server.ts';
import { filesIn } from '../../../hpkv/engine/sqlite/data-directory.ts';
import { kitchen, NOW } from '../../../../tests/fixtures/kitchen.ts';
import { forget, freshDirectory } from '../../../../tests/contract/alone.ts';
import { isSendDayValid, dayOf, SEND_DAYS } from '../../chat/messages/draft.ts';
import { keys } from '../../chat/storage/keys.ts';
import { readRange } from '../storage/ranges.ts';
import { send, type Send } from '../messages/send-once.ts';
import { isFirstThisHour, startSweeping, sweepClaims } from './sweep.ts';

const DAY = 86_400_000;
const atOnce = () => Promise.resolve();
const claims = async (store: Hpkv) => (await readRange(store, { start: 'sent:', end: 'sent:~' })).length;

const drafted = (room: string, time: number, i: number): Send => ({
	room,
	person: 'ada',
	sender: 'Ada',
	day: dayOf(time),
	sendId: `send-${dayOf(time)}-${String(i).padStart(8, '0')}`,
	message: `Tea, at ${i}?`
});

/** Stores the claims of `count` sends of a day. */
const leave = (store: Hpkv, day: string, count: number) =>
	Promise.all(
		Array.from({ length: count }, (_, i) => store.set(keys.sent(day, 'kitchen', 'ada', `send-${i}`), ';1@1#x'))
	);

test('claims of nine days are stored, and a repeated send is recognised for seven', async () => {
	const store = memoryStore();
	const room = await kitchen(store, 0);
	const [PER_DAY, DAYS] = [20, 25];
	for (let time = NOW, day = 0; day < DAYS; day++, time += DAY) {
		for (let i = 0; i < PER_DAY; i++) await send(store, drafted(room, time, i), () => time);
		await sweepClaims(store, time, atOnce);
		expect(await claims(store)).toBe(Math.min(day + 1, SEND_DAYS + 2) * PER_DAY);

		const before = time - SEND_DAYS * DAY;
		if (before < NOW) continue;
		expect(isSendDayValid(dayOf(before), time)).toBe(true);
		expect(await send(store, drafted(room, before, 3), () => time)).toMatchObject({ ok: true, repeated: true });
		expect(isSendDayValid(dayOf(before - DAY), time)).toBe(false);
	}
	expect(await store.get(keys.messageCount(room))).toBe(String(PER_DAY * DAYS));
});

test('a sweep deletes every claim, with pauses in between', async () => {
	const store = memoryStore();
	await leave(store, '20261101', 12_345);
	await leave(store, dayOf(NOW), 3);
	const rests: number[] = [];
	expect(await sweepClaims(store, NOW, (time) => Promise.resolve(void rests.push(time)))).toBe(12_345);
	expect(await claims(store)).toBe(3);
	expect(rests.length).toBeGreaterThanOrEqual(12_345 / 50);
	expect(Math.min(...rests)).toBeGreaterThan(0);
});

test('a sweep is harmless beside concurrent sweeps', async () => {
	const store = memoryStore();
	await leave(store, '20261101', 2_500);
	await leave(store, dayOf(NOW), 3);
	const swept = await Promise.all(Array.from({ length: 3 }, () => sweepClaims(store, NOW, atOnce)));
	expect(swept.reduce((sum, count) => sum + count)).toBe(2_500);
	expect(await claims(store)).toBe(3);
});

test('a sweep ends at its pause once it is stopped', async () => {
	const store = memoryStore();
	await leave(store, '20261101', 500);
	const over = new Error('over');
	await expect(sweepClaims(store, NOW, () => Promise.reject(over))).rejects.toBe(over);
	expect(await claims(store)).toBe(450);
});

describe('an embedded file', () => {
	let dataDir: string;
	beforeEach(() => void (dataDir = `${freshDirectory()}/data`));
	afterEach(() => forget(`${dataDir}/..`));

	test('an embedded file does not grow by the claims of sends', async () => {
		const PER_DAY = 300;
		const sizes: number[] = [];
		for (let time = NOW, day = 0; day < 20; day++, time += DAY) {
			const embedded = await openEmbedded({
				dataDir,
				prefix: '/hpkv',
				allowedOrigin: () => false,
				serveApiKeys: false
			});
			const store = embedded.client;
			const room = await kitchen(store, 0);
			const draft = (i: number) => send(store, drafted(room, time, i), () => time);
			await Promise.all(Array.from({ length: PER_DAY }, (_, i) => draft(i)));
			// Messages stay in the file; they are deleted here so that only the claims are measured.
			const messages = await readRange(store, keys.messages(room, 1, 1_000_000));
			await Promise.all(messages.map(({ key }) => store.delete(key)));
			await sweepClaims(store, time, atOnce);
			await embedded.close();
			sizes.push(statSync(filesIn(dataDir).database).size);
		}
		// From the tenth day on, as many claims are deleted as are added.
		const full = Math.max(...sizes.slice(8, 12));
		expect(full).toBeGreaterThan(9 * PER_DAY * 100);
		expect(Math.max(...sizes)).toBeLessThanOrEqual(full * 1.05);
	});
});

test('of the nodes of one database, one sweeps in an hour, and nothing is left of the hours before', async () => {
	const store = memoryStore();
	for (const hour of [0, 1, 2]) {
		const firsts = await Promise.all([1, 2, 3].map((n) => isFirstThisHour(store, NOW + hour * 3_600_000 + n)));
		expect(firsts.filter(Boolean)).toHaveLength(1);
	}
	expect(await readRange(store, { start: 'sweep:', end: 'sweep:~' })).toHaveLength(1);
});

test('of the nodes of one database, one sweeps what they share, and each what it has alone', async () => {
	const store = memoryStore();
	const done: string[] = [];
	const failed = (error: unknown) => void done.push(String(error));
	const begin = (node: string) =>
		startSweeping(store, failed, {
			isOneOfMany: true,
			sweepFiles: () => Promise.resolve(done.push('files')),
			sweepNode: () => Promise.resolve(done.push(node))
		});
	const stops = ['a', 'b', 'c'].map(begin);
	await vi.waitFor(() => expect(done).toContain('files'));
	// The increments of all three are over once one more is.
	expect(await isFirstThisHour(store, Date.now())).toBe(false);
	for (const stop of stops) stop();
	expect(done.sort()).toEqual(['a', 'b', 'c', 'files']);
});
