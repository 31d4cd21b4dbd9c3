import { error, fail } from '@sveltejs/kit';
import { textField } from '$lib/server/joining.ts';
import { log } from '$lib/server/log.ts';
import { findPerson, setStanding } from '$lib/server/operators.ts';
import { archiveRoom } from '$lib/server/room-life.ts';
import { findRoom, readRoomState } from '$lib/server/rooms.ts';
import { store } from '$lib/server/store.ts';
import type { Standing } from '$lib/chat/person.ts';
import type { Actions, PageServerLoad } from './$types';

/** To everybody else there is no such page. */
async function operator({ visitor }: App.Locals) {
	const session = await visitor.session();
	if (!session?.operator) error(404, 'There is nothing here.');
	return session;
}

export const load: PageServerLoad = async ({ locals }) => {
	await operator(locals);
};

const STANDINGS: Record<string, { standing: Standing; done: string }> = {
	name: { standing: { operator: true }, done: 'is an operator now' },
	block: { standing: { blocked: true }, done: 'is blocked: all their sessions have ended' },
	restore: { standing: {}, done: 'is like everybody else now' }
};

export const actions: Actions = {
	person: async ({ request, locals }) => {
		const by = await operator(locals);
		const form = await request.formData();
		const name = textField(form, 'name');
		const act = textField(form, 'act');
		const chosen = STANDINGS[act];
		if (!chosen) error(400, 'There is no such act.');
		const person = await findPerson(store, name);
		if (!person) return fail(404, { person: { name, error: 'Nobody has that name.' } });
		if (person.id === by.person) return fail(409, { person: { name, error: 'That is you: ask another operator.' } });
		await setStanding(store, person.id, chosen.standing);
		log('info', 'operator', { act, person: person.id, by: by.person });
		return { done: `${person.name} ${chosen.done}.` };
	},

	room: async ({ request, locals }) => {
		const by = await operator(locals);
		const form = await request.formData();
		const name = textField(form, 'room');
		const archived = textField(form, 'act') === 'archive';
		const room = await findRoom(store, name);
		if (!room) return fail(404, { room: { name, error: 'There is no room of that name.' } });
		await archiveRoom(store, room.id, archived);
		const { name: called = room.name } = await readRoomState(store, room.id);
		log('info', 'operator', { act: archived ? 'archive' : 'reopen', room: room.id, by: by.person });
		return {
			done: `${called} is ${archived ? 'archived: it can be read, and no longer written in' : 'open again'}.`
		};
	}
};
