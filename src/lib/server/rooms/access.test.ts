import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { visitorOf as visitor } from '../../../../tests/fixtures/visitors.ts';
import type { Place } from '../../chat/place/place.ts';
import { createPrivateRoom } from '../members/private-rooms.ts';
import { entryMay, roomFor, type RoomAct } from './access.ts';
import { addMember } from './memberships.ts';
import { createRoom } from './rooms.ts';

async function statuses(act: RoomAct, place: Partial<Place> = {}): Promise<Record<string, number>> {
	const store = memoryStore();
	const made = await createRoom(store, { typed: 'Kitchen', person: 'ada', formId: 'form-0000000000001' }, 1);
	if (!made.ok) throw new Error(made.because);
	await addMember(store, { person: 'gwen', room: made.room.id, by: 'ada', id: 'adding' }, 1);
	const visitors = {
		nobody: visitor(undefined, 'member', place),
		gus: visitor('gus', 'guest', place),
		gwen: visitor('gwen', 'guest', place),
		ada: visitor('ada', 'member', place),
		grace: visitor('grace', 'member', place),
		edith: visitor('edith', 'operator', place)
	};
	const answers = Object.entries(visitors).map(async ([name, each]) => {
		const found = await roomFor(store, each, 'kitchen', act);
		return [name, found.ok ? 200 : found.status] as const;
	});
	return Object.fromEntries(await Promise.all(answers));
}

test('a room can be read by everybody where the place says so', async () => {
	expect(await statuses('read')).toEqual({ nobody: 200, gus: 200, gwen: 200, ada: 200, grace: 200, edith: 200 });
});

test('a room of a place for members is not there for visitors, and for guests only if they were let in', async () => {
	const those = { nobody: 404, gus: 404, gwen: 200, ada: 200, grace: 200, edith: 200 };
	expect(await statuses('read', { reading: 'members' })).toEqual(those);
	expect(await statuses('write', { reading: 'members' })).toEqual(those);
	expect(await statuses('manage', { reading: 'members' })).toEqual({ ...those, gwen: 403, grace: 403 });
});

test('a room can be written in by people who are signed in', async () => {
	expect(await statuses('write')).toEqual({ nobody: 403, gus: 403, gwen: 200, ada: 200, grace: 200, edith: 200 });
});

test('a room can be managed by its creator and by operators', async () => {
	expect(await statuses('manage')).toEqual({ nobody: 403, gus: 403, gwen: 403, ada: 200, grace: 403, edith: 200 });
});

test('a room that does not exist is 404 for everybody and every act', async () => {
	for (const act of ['read', 'write', 'manage'] as const) {
		expect(await roomFor(memoryStore(), visitor('edith', 'operator'), 'nowhere', act)).toMatchObject({ status: 404 });
	}
});

test('what else somebody may do in a room is the answer that the door gives', async () => {
	const store = memoryStore();
	const made = await createPrivateRoom(store, { typed: 'Secret', person: 'ada', formId: 'form-0000000000001' }, 1);
	const open = await createRoom(store, { typed: 'Kitchen', person: 'ada', formId: 'form-0000000000001' }, 1);
	if (!made.ok || !open.ok) throw new Error('No room');
	await addMember(store, { person: 'edith', room: made.room.id, by: 'ada', id: 'adding' }, 1);
	await addMember(store, { person: 'bo', room: made.room.id, by: 'ada', id: 'adding' }, 1);
	for (const address of [made.room.slug, open.room.slug]) {
		for (const [id, role] of [
			['ada', 'member'],
			['bo', 'member'],
			['edith', 'operator']
		] as const) {
			const entry = await roomFor(store, visitor(id, role), address, 'read');
			if (!entry.ok) throw new Error(entry.error);
			for (const [act, name] of [
				['manage', 'manage room'],
				['leave', 'leave room']
			] as const) {
				const { ok } = await roomFor(store, visitor(id, role), address, act);
				expect([address, id, act, entryMay(entry, { id, role }, name)]).toEqual([address, id, act, ok]);
			}
		}
	}
});
