import { beforeEach, expect, test } from 'vitest';
import { kitchen } from '../../../../tests/fixtures/kitchen.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { edit, remove } from '../messages/changes.ts';
import { closeReport, readReports, report } from './reports.ts';
import { sweepReports } from './retention.ts';

const NOW = Date.UTC(2026, 10, 28);
const eve = { id: 'eve', name: 'Eve' };
const typed = 'That is unkind.';

let store: Hpkv;
let room: string;
beforeEach(async () => {
	store = memoryStore();
	room = await kitchen(store, 3);
});

const all = async () => (await readReports(store, undefined, 20)).reports;
const send = (n: number, by = eve, reason = typed, now = NOW) => report(store, { room, n, by, typed: reason }, now);

test('a report holds the message as it is shown, and keeps it when the message is deleted', async () => {
	const [first] = (await store.range(keys.message(room, 1), keys.message(room, 1))).records;
	const { person } = JSON.parse(first!.value) as { person: string };
	await edit(store, { room, n: 1, person }, 'As edited', () => NOW);
	expect(await send(1)).toEqual({ ok: true });
	await remove(store, { room, n: 1, person }, 'member', () => NOW);
	expect(await all()).toEqual([
		expect.objectContaining({
			by: 'eve',
			byName: 'Eve',
			reason: typed,
			n: 1,
			author: person,
			text: 'As edited',
			at: NOW
		})
	]);
	expect(await send(1, { id: 'bob', name: 'Bob' })).toEqual({ ok: false, because: 'deleted' });
});

test('a person reports a message once, and a report that a crash cut short is finished by the next', async () => {
	const dying: Hpkv = { ...store, set: () => Promise.reject(new Error('died')) };
	await expect(report(dying, { room, n: 2, by: eve, typed }, NOW)).rejects.toThrow('died');
	expect(await send(2, eve, typed, NOW + 5)).toEqual({ ok: true });
	expect(await send(2, eve, 'Again', NOW + 9)).toEqual({ ok: false, because: 'already' });
	expect(await send(2, { id: 'bob', name: 'Bob' })).toEqual({ ok: true });
	expect((await all()).map(({ by, at }) => [by, at])).toEqual(
		expect.arrayContaining([
			['eve', NOW],
			['bob', NOW]
		])
	);
	expect(await all()).toHaveLength(2);
});

test('a report without a reason, with a long one, or of no message is refused', async () => {
	expect(await send(1, eve, ' ')).toEqual({ ok: false, because: 'empty' });
	expect(await send(1, eve, 'x'.repeat(301))).toEqual({ ok: false, because: 'too-long' });
	expect(await send(9)).toEqual({ ok: false, because: 'gone' });
	expect(await all()).toEqual([]);
});

test('the copy of a message that fills a record is shortened', async () => {
	const value = JSON.stringify({
		...{ n: 1, id: 'a', room, person: 'ada', sender: 'Ada', timestamp: 1 },
		message: '\u0001'.repeat(400)
	});
	await store.set(keys.message(room, 1), value);
	const small: Hpkv = { ...store, maxValueBytes: 1_500 };
	expect(await report(small, { room, n: 1, by: eve, typed: 'é'.repeat(300) }, NOW)).toEqual({ ok: true });
	const [kept] = await all();
	expect(kept).toMatchObject({ cut: true, reason: 'é'.repeat(300) });
	expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(1_400);
	expect(kept?.text.length).toBeGreaterThan(20);
});

test('reports come newest first in pages, are marked as done, and are kept a year', async () => {
	for (let n = 1; n <= 3; n++) await send(n, eve, typed, NOW + n);
	const first = await readReports(store, undefined, 2);
	expect(first.reports.map(({ n }) => n)).toEqual([3, 2]);
	expect((await readReports(store, first.next, 2)).reports.map(({ n }) => n)).toEqual([1]);
	await closeReport(store, first.reports[0]!, 'Ada', NOW + 9);
	expect((await all())[0]).toMatchObject({ n: 3, doneBy: 'Ada', doneAt: NOW + 9, reason: typed });
	expect(await sweepReports(store, NOW + 365 * 86_400_000 + 2)).toBe(2);
	expect((await all()).map(({ n }) => n)).toEqual([3]);
	expect((await store.range('reported:', 'reported:~')).records).toHaveLength(1);
});
