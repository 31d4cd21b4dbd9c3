import { error } from '@sveltejs/kit';
import { may } from '$lib/chat/people/permissions.ts';
import { OPERATOR_ROOMS_ON_PAGE } from '$lib/chat/limits.ts';
import { log } from '$lib/server/runtime/log.ts';
import { changeStanding, findPerson } from '$lib/server/people/standing.ts';
import { census } from '$lib/server/views/room-census.ts';
import { archiveRooms } from '$lib/server/rooms/room-settings.ts';
import { findRoomNamed } from '$lib/server/rooms/room-names.ts';
import { readRoomState } from '$lib/server/rooms/rooms.ts';
import type { Standing } from '$lib/chat/people/person.ts';
import { pageIn } from '$lib/server/views/page-number.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { directory, events, store, throttle } from '$lib/server/services.ts';
import type { Actions, PageServerLoad } from './$types';

const nothingHere = () => error(404, 'There is nothing here.');

/** Answers 404 to everybody else. */
async function operator({ visitor }: App.Locals): Promise<void> {
	const session = await visitor.session();
	if (!session || !may({ id: session.person, role: session.role }, 'operate place', undefined)) nothingHere();
}

const operatorForm = { noSession: nothingHere, limit: (person: string) => throttle.operatorAct(person) };

export const load: PageServerLoad = async ({ locals, url }) => {
	await operator(locals);
	const filter = {
		by: url.searchParams.get('by') ?? '',
		silent: url.searchParams.has('silent'),
		page: pageIn(url) ?? 1
	};
	return { filter, ticked: url.searchParams.has('tick'), census: await census(store, await directory.now(), filter) };
};

const STANDINGS: Record<string, { standing: Standing; done: string }> = {
	name: { standing: { role: 'operator' }, done: 'is an operator now' },
	block: { standing: { blocked: true }, done: 'is blocked: all their sessions have ended' },
	restore: { standing: { blocked: false }, done: 'is blocked no more' }
};

export const actions: Actions = {
	person: async (event) => {
		await operator(event.locals);
		const form = await readForm(event.request);
		const name = textField(form, 'name');
		const act = textField(form, 'act');
		return memberAction(
			event,
			{ ...operatorForm, refusal: (error) => ({ person: { name, error } }) },
			async ({ session: by, refused }) => {
				const chosen = Object.hasOwn(STANDINGS, act) ? STANDINGS[act] : undefined;
				if (!chosen) error(400, 'There is no such act.');
				const person = await findPerson(store, name);
				if (!person) return refused(404, 'Nobody has that name.');
				if (person.id === by.person) return refused(409, 'That is you: ask another operator.');
				for (const [field, value] of Object.entries(chosen.standing)) {
					await changeStanding(store, person.id, field as keyof Standing, value);
				}
				log('info', 'operator', { act, person: person.id, by: by.person });
				return { done: `${person.name} ${chosen.done}.` };
			}
		);
	},

	/** Archives or reopens the named room and the ticked rooms. */
	room: async (event) => {
		await operator(event.locals);
		const form = await readForm(event.request);
		const name = textField(form, 'room');
		const ticked = new Set(form.getAll('id').map(String));
		const archived = textField(form, 'act') === 'archive';
		return memberAction(
			event,
			{ ...operatorForm, refusal: (error) => ({ room: { name, error } }) },
			async ({ session: by, refused }) => {
				const named = name === '' ? undefined : await findRoomNamed(store, name);
				if (name !== '' && !named) return refused(404, 'There is no room of that name.');
				if (!named && ticked.size === 0) return refused(422, 'Enter a room’s name, or tick rooms in the list.');
				if (ticked.size > OPERATOR_ROOMS_ON_PAGE)
					return refused(422, 'Those are more rooms than a page of the list has.');
				const known = ticked.size > 0 ? await directory.now() : [];
				const ids = new Set(known.map(({ id }) => id).filter((id) => ticked.has(id)));
				if (named) ids.add(named.id);
				await archiveRooms(store, events, [...ids], archived);
				for (const room of ids) log('info', 'operator', { act: archived ? 'archive' : 'reopen', room, by: by.person });
				const one = ids.size === 1 ? (named ?? known.find(({ id }) => ids.has(id))) : undefined;
				const what = one ? ((await readRoomState(store, one.id)).name ?? one.name) : `${ids.size} rooms`;
				return { done: doneWith(what, ids.size, archived) };
			}
		);
	}
};

function doneWith(what: string, count: number, archived: boolean): string {
	const [are, they] = count === 1 ? ['is', 'it'] : ['are', 'they'];
	return `${what} ${are} ${archived ? `archived: ${they} can be read, and no longer written in` : 'open again'}.`;
}
