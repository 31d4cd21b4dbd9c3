import { beforeEach, describe, expect, test, vi } from 'vitest';
import { kitchen, said } from '../../../../tests/fixtures/kitchen.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { Events } from '../events.ts';
import { isMessage, readShown } from '../messages/annotations.ts';
import { subscribeMessages } from '../messages/subscribers.ts';
import { addOwner } from '../people/owners.ts';
import { changeStanding } from '../people/standing.ts';
import { createRoom } from '../rooms/rooms.ts';
import { TaskWorker } from '../tasks/task-queue.ts';
import { Audit, readAudit, type EntryId } from './audit.ts';
import { block } from './block.ts';
import { deleteMessages, DELETION, queueDeletion, readDeletions, type DeletedSpan } from './deletions.ts';

const NOW = Date.UTC(2026, 10, 28);
const HOUR = 3_600_000;
const root = { id: 'root', name: 'Root', address: '192.0.2.1', role: 'owner' as const };

let store: Hpkv;
let now: number;
let room: string;
let audit: Audit;
let entry: EntryId;
const failed = vi.fn();
const clock = () => now;

const person = (id: string) => store.set(keys.person(id), JSON.stringify({ id, name: id, createdAt: 0 }));

/** Message `n` of `who`, sent so long before NOW. */
const post = (n: number, who: string, ago: number, where = room) =>
	store.set(keys.message(where, n), JSON.stringify({ ...said(where, n, NOW - ago), person: who, sender: who }));

beforeEach(async () => {
	store = memoryStore();
	now = NOW;
	failed.mockReset();
	room = await kitchen(store, 300);
	await Promise.all(['root', 'eve'].map(person));
	await addOwner(store, 'root', 'root');
	for (let n = 1; n <= 300; n++) await post(n, n % 3 === 0 ? 'eve' : 'ada', (301 - n) * 600_000);
	audit = new Audit(store, { clock, entered: () => undefined, failed });
	entry = await audit.asks(root, { act: 'delete-messages', person: { id: 'eve', name: 'Eve' } });
});

const live: unknown[] = [];

function worker(on: Hpkv = store, rest: (milliseconds: number) => Promise<void> = waits): TaskWorker {
	const events = new Events(failed);
	subscribeMessages(events, on, () => Promise.resolve(true));
	const made = new TaskWorker(on, {
		clock,
		work: {
			[DELETION]: deleteMessages({
				store: on,
				events,
				audit: new Audit(on, { clock, entered: () => undefined, failed }),
				clock,
				rest
			})
		},
		isAlone: () => true,
		failed
	});
	vi.spyOn(made, 'wake').mockImplementation(() => undefined);
	made.start();
	return made;
}

let waited = 0;
const waits = (milliseconds: number) => {
	waited += milliseconds;
	now += milliseconds;
	return Promise.resolve();
};

const file = (span: DeletedSpan) => queueDeletion(store, { person: { id: 'eve' }, by: 'root', span, entry }, now);

async function run(one = worker()): Promise<void> {
	for (let looks = 0; looks < 200; looks++) {
		const next = await one.workDue();
		if ((await readDeletions(store)).size === 0) return;
		now = Math.max(now + 1, next ?? 0);
	}
	throw new Error('The task does not end');
}

const left = async (who: string, where = room) =>
	(await readShown(store, where, 1, 400)).filter((shown) => isMessage(shown) && shown.person === who && !shown.deleted)
		.length;

test.each([
	['hour', 100 - 2],
	['day', 100 - 48],
	['all', 0]
] as const)('the messages of the last %s are deleted, and nobody else’s', async (span, remaining) => {
	await file(span);
	await block(store, root, 'eve');
	await run();
	expect(await left('eve')).toBe(remaining);
	expect(await left('ada')).toBe(200);
	const [line] = (await readAudit(store, undefined, 9)).lines;
	expect(line?.outcome).toMatchObject({ outcome: 'done', detail: `${100 - remaining} messages` });
	expect(failed).not.toHaveBeenCalled();
});

test('at most fifty are deleted a second, and the progress is told', async () => {
	await file('all');
	await block(store, root, 'eve');
	waited = 0;
	const one = worker();
	await one.workDue();
	expect((await readDeletions(store)).get('eve')).toMatchObject({ deleted: 50, isSecondPass: false });
	expect(waited).toBeGreaterThanOrEqual(980);
	await run(one);
	expect(await left('eve')).toBe(0);
});

test('an open page hears of each deletion', async () => {
	live.length = 0;
	store.onWritten((key, value) => void (key === keys.live(room) && live.push(JSON.parse(value))));
	await file('hour');
	await block(store, root, 'eve');
	await run();
	await vi.waitFor(() => expect(live).toHaveLength(2));
	expect(live).toEqual([300, 297].map((n) => expect.objectContaining({ kind: 'delete', n }) as object));
});

test('other rooms are looked through too, also one that is made meanwhile', async () => {
	const rooms: string[] = [];
	for (let n = 1; n <= 12; n++) {
		const made = await createRoom(store, { typed: `Room ${n}`, person: 'eve', formId: `form-000000000000${n}` }, NOW);
		if (!made.ok) throw new Error('no room');
		rooms.push(made.room.id);
		await store.increment(keys.messageCount(made.room.id), 1);
		await post(1, 'eve', 1_000, made.room.id);
	}
	await file('day');
	await block(store, root, 'eve');
	await run();
	for (const each of rooms) expect(await left('eve', each)).toBe(0);
});

test('a message that is stored late, after the block, is deleted as well', async () => {
	await file('hour');
	await block(store, root, 'eve');
	const one = worker();
	await one.workDue();
	await store.increment(keys.messageCount(room), 1);
	await post(301, 'eve', -2_000);
	await run(one);
	expect(await left('eve')).toBe(98);
	expect(now).toBeGreaterThanOrEqual(NOW + 60_000);
});

describe('the task ends', () => {
	test('without a deletion where the block was never stored', async () => {
		await file('all');
		await run();
		expect(await left('eve')).toBe(100);
		expect((await readAudit(store, undefined, 9)).lines[0]?.outcome).toMatchObject({ outcome: 'refused' });
		expect(now).toBeGreaterThanOrEqual(NOW + 60_000);
	});

	test('where the person is unblocked meanwhile', async () => {
		await file('all');
		await block(store, root, 'eve');
		const one = worker();
		await one.workDue();
		now += 2 * HOUR;
		await changeStanding(store, 'eve', 'blocked', false);
		await run(one);
		expect(await left('eve')).toBe(50);
	});

	test('where the operator has been blocked or demoted meanwhile', async () => {
		await person('op');
		await changeStanding(store, 'op', 'role', 'operator');
		await queueDeletion(store, { person: { id: 'eve' }, by: 'op', span: 'all', entry }, now);
		await block(store, root, 'eve');
		const one = worker();
		await one.workDue();
		await changeStanding(store, 'op', 'role', 'member');
		await run(one);
		expect(await left('eve')).toBe(50);
	});
});

test('a process that dies at any write leaves nothing undone: a restart finishes, and every page hears it', async () => {
	// Few messages, so that every write of the task is a place to die.
	for (let at = 1; ; at++) {
		store = memoryStore();
		now = NOW;
		room = await kitchen(store, 3);
		await Promise.all(['root', 'eve'].map(person));
		await addOwner(store, 'root', 'root');
		await Promise.all([post(1, 'eve', 3_000), post(2, 'ada', 2_000), post(3, 'eve', 1_000)]);
		await file('hour');
		await block(store, root, 'eve');
		let writes = 0;
		const write =
			<A extends unknown[], R>(act: (...args: A) => Promise<R>) =>
			(...args: A): Promise<R> =>
				++writes >= at ? new Promise<R>(() => undefined) : act(...args);
		const dying: Hpkv = {
			...store,
			set: write((key: string, value: string) => store.set(key, value)),
			patch: write((key: string, value: string) => store.patch(key, value)),
			delete: write((key: string) => store.delete(key)),
			increment: write((key: string, by?: number) => store.increment(key, by))
		};
		const first = worker(dying);
		const died = await Promise.race([
			run(first).then(() => false),
			new Promise<boolean>((over) => setTimeout(() => over(true), 100))
		]);
		if (!died) {
			expect(at).toBeGreaterThan(15);
			break;
		}
		now += 1_000;
		await run(worker());
		expect(await left('eve'), `died at write ${at}`).toBe(0);
		expect(await left('ada')).toBe(1);
		const logged = (await store.range(keys.change(room, 1), keys.change(room, 99))).records;
		const told = new Set(logged.map(({ value }) => (JSON.parse(value) as { n: number }).n));
		expect(told, `died at write ${at}`).toEqual(new Set([1, 3]));
	}
}, 120_000);
