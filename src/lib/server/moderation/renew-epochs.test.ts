import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { eventsOn } from '../../../../tests/support/events.ts';
import { ROOMS_RENEWED_AT_ONCE } from '../../chat/limits.ts';
import { keys } from '../../chat/storage/keys.ts';
import { startDirect } from '../direct/direct-rooms.ts';
import { createPrivateRoom, letIn } from '../members/private-rooms.ts';
import { removeMember } from '../rooms/removal.ts';
import { readRoomState } from '../rooms/rooms.ts';
import { readTasks, type Step } from '../tasks/task-queue.ts';
import { block } from './block.ts';
import { queueRenewal, renewEpochs } from './renew-epochs.ts';

const NOW = Date.UTC(2026, 10, 28);
const OP = { id: 'op', role: 'operator' as const };
const GOES_ON = { triedAt: undefined, isOver: () => false };

async function place(dropsHolders: boolean) {
	const store = { ...memoryStore(), dropsHolders };
	for (const id of ['op', 'eve', 'ada']) {
		await store.patch(keys.standing(id), JSON.stringify({ role: id === 'op' ? 'operator' : 'member' }));
		await store.set(keys.person(id), JSON.stringify({ id, name: id, createdAt: 0 }));
	}
	const privateRoom = async (typed: string, ...people: string[]) => {
		const made = await createPrivateRoom(store, { typed, person: 'ada', formId: 'form-0000000000000001' }, NOW);
		if (!made.ok) throw new Error(made.because);
		const room = made.room.id;
		for (const person of people) {
			await letIn(store, eventsOn(store), { room, person, by: 'ada', history: 'all' }, NOW);
		}
		return room;
	};
	const epochs = (rooms: readonly string[]) =>
		Promise.all(rooms.map(async (room) => (await readRoomState(store, room)).e));
	return { store, privateRoom, epochs };
}

test('at a store that drops no holders, a block gives each room of the person a new epoch, and wakes the earlier one', async () => {
	const { store, privateRoom, epochs } = await place(false);
	const theirs: string[] = [];
	for (let i = 0; i < ROOMS_RENEWED_AT_ONCE; i++) theirs.push(await privateRoom(`Vault ${i}`, 'eve'));
	const direct = await startDirect(store, { by: 'eve', others: ['ada'] }, NOW);
	if (!direct.ok) throw new Error(direct.because);
	theirs.push(direct.room.id);
	const left = await privateRoom('Left', 'eve');
	await removeMember(store, { room: left, person: 'eve' }, NOW);
	const others = [left, await privateRoom('Others')];
	const [before, same] = [await epochs(theirs), await epochs(others)];

	expect((await block(store, OP, 'eve')).ok).toBe(true);
	const work = renewEpochs({ store, clock: () => NOW });
	let steps = 0;
	let [task] = await readTasks(store);
	for (let step: Step | undefined; task && step !== 'done'; steps++) {
		step = await work(task.body, GOES_ON);
		if (step !== 'done') task = { ...task, body: step.again };
	}
	expect(steps).toBe(2);
	const after = await epochs(theirs);
	expect(after.filter((epoch, i) => epoch === undefined || epoch === before[i])).toEqual([]);
	expect(await epochs(others)).toEqual(same);
	for (const [i, room] of theirs.entries()) {
		expect(await store.get(keys.live(room, before[i]))).toBe('1');
		expect(Object.keys((await readRoomState(store, room)).es ?? {})).toEqual([after[i]]);
	}
});

test('a store that drops holders needs none of it, and a block that was not made renews nothing', async () => {
	const own = await place(true);
	await block(own.store, OP, 'eve');
	expect(await readTasks(own.store)).toEqual([]);
	const { store, privateRoom, epochs } = await place(false);
	const room = await privateRoom('Vault', 'eve');
	const before = await epochs([room]);
	await queueRenewal(store, 'eve', NOW);
	const [task] = await readTasks(store);
	expect(await renewEpochs({ store, clock: () => NOW })(task?.body, GOES_ON)).toMatchObject({ due: NOW + 1_000 });
	expect(await renewEpochs({ store, clock: () => NOW + 61_000 })(task?.body, GOES_ON)).toBe('done');
	expect(await epochs([room])).toEqual(before);
});
