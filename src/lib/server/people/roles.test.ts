import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { kitchen, NOW } from '../../../../tests/fixtures/kitchen.ts';
import { eventsOn } from '../../../../tests/support/events.ts';
import { becomeOperator, findPerson, linkIsOpen, offerOperatorPath, readStanding, setStanding } from './roles.ts';
import { join } from './people.ts';
import { Posts } from '../messages/post-message.ts';
import { archiveRoom } from '../rooms/room-settings.ts';
import { listRooms } from '../views/list-rooms.ts';
import { openSession, readSession } from './sessions.ts';

const tokenOf = (path = '') => path.slice(path.lastIndexOf('/') + 1);

test('the operator link makes the first person who opens it the operator, once and for ever', async () => {
	const store = memoryStore();
	const token = tokenOf(await offerOperatorPath(store));
	const opened = await Promise.all(['ada', 'grace', 'lin'].map((person) => becomeOperator(store, token, person)));
	expect(opened.filter(Boolean)).toHaveLength(1);
	const operators = await Promise.all(['ada', 'grace', 'lin'].map((person) => readStanding(store, person)));
	expect(operators.filter(({ operator }) => operator)).toHaveLength(1);
	expect(await linkIsOpen(store, token)).toBe(false);
	expect(await offerOperatorPath(store)).toBeUndefined();
});

test('an operator link that was not offered makes nobody an operator', async () => {
	const store = memoryStore();
	await offerOperatorPath(store);
	expect(await becomeOperator(store, 'guessed', 'ada')).toBe(false);
	expect(await readStanding(store, 'ada')).toEqual({});
});

test('an operator link is never held by the store', async () => {
	const store = memoryStore();
	const token = tokenOf(await offerOperatorPath(store));
	expect(JSON.stringify((await store.range('\u0001', '~', 1_000)).records)).not.toContain(token);
});

test('sessions of a blocked person end, and are valid again when the block is lifted', async () => {
	const store = memoryStore();
	const joined = await join(store, { typed: 'Ada', formId: 'form-0000000000000001' }, NOW);
	if (!joined.ok) throw new Error(joined.because);
	const token = await openSession(store, joined.person, NOW);
	expect((await findPerson(store, ' ADA '))?.id).toBe(joined.person.id);
	await setStanding(store, joined.person.id, { blocked: true });
	expect(await readSession(store, token)).toBeUndefined();
	await setStanding(store, joined.person.id, {});
	expect(await readSession(store, token)).toMatchObject({ name: 'Ada', operator: false });
});

test('an archived room can be read but not written in, and is last in the list', async () => {
	const store = memoryStore();
	const room = await kitchen(store, 3);
	const events = eventsOn(store);
	await archiveRoom(store, events, room, true);
	const posts = new Posts(store, () => NOW, events);
	const draft = {
		room,
		person: 'ada',
		sender: 'Ada',
		day: '20261123',
		sendId: 'send-000000000000001',
		message: 'Tea?'
	};
	expect(await posts.post(draft)).toEqual({ ok: false, because: 'archived' });
	expect((await listRooms(store))[0]).toMatchObject({ name: 'Kitchen', archived: true });
	await archiveRoom(store, events, room, false);
	expect((await posts.post(draft)).ok).toBe(true);
});
