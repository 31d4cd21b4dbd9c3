import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { SignedIn } from '../../chat/people/person.ts';
import { roomFor, type RoomAct } from './access.ts';
import { createRoom } from './rooms.ts';

const visitor = (person?: string, operator = false) => ({
	session: () => Promise.resolve(person === undefined ? undefined : ({ person, operator } as SignedIn))
});

async function statuses(act: RoomAct): Promise<Record<string, number>> {
	const store = memoryStore();
	const made = await createRoom(store, { typed: 'Kitchen', person: 'ada', formId: 'form-0000000000001' }, 1);
	if (!made.ok) throw new Error(made.because);
	const visitors = { nobody: visitor(), ada: visitor('ada'), grace: visitor('grace'), edith: visitor('edith', true) };
	const answers = Object.entries(visitors).map(async ([name, each]) => {
		const found = await roomFor(store, each, 'kitchen', act);
		return [name, found.ok ? 200 : found.status] as const;
	});
	return Object.fromEntries(await Promise.all(answers));
}

test('a room can be read by everybody', async () => {
	expect(await statuses('read')).toEqual({ nobody: 200, ada: 200, grace: 200, edith: 200 });
});

test('a room can be written in by people who are signed in', async () => {
	expect(await statuses('write')).toEqual({ nobody: 403, ada: 200, grace: 200, edith: 200 });
});

test('a room can be managed by its creator and by operators', async () => {
	expect(await statuses('manage')).toEqual({ nobody: 403, ada: 200, grace: 403, edith: 200 });
});

test('a room that does not exist is 404 for everybody and every act', async () => {
	for (const act of ['read', 'write', 'manage'] as const) {
		expect(await roomFor(memoryStore(), visitor('edith', true), 'nowhere', act)).toMatchObject({ status: 404 });
	}
});
