import { OPERATOR_ROOMS_ON_PAGE } from '$lib/chat/limits.ts';
import { roomDetails } from '$lib/chat/rooms/room-details.ts';
import { readForm, textField } from '$lib/server/runtime/forms.ts';
import { archiveRooms } from '$lib/server/rooms/room-settings.ts';
import { findRoomNamed } from '$lib/server/rooms/room-names.ts';
import { readRoomState } from '$lib/server/rooms/rooms.ts';
import { audit, directory, events, store } from '$lib/server/services.ts';
import { pageIn } from '$lib/server/views/page-number.ts';
import type { ListedRoom } from '$lib/server/room-list/list-rooms.ts';
import { census } from '$lib/server/views/room-census.ts';
import type { Actions, PageServerLoad } from './$types';
import { operatorAction } from '../operator.server.ts';

export const load: PageServerLoad = async ({ url }) => {
	const filter = {
		by: url.searchParams.get('by') ?? '',
		silent: url.searchParams.has('silent'),
		page: pageIn(url) ?? 1
	};
	return {
		filter,
		now: Date.now(),
		ticked: url.searchParams.has('tick'),
		census: await census(store, (await directory.now()).filter(isOpen), filter)
	};
};

/** Private rooms have a page of their own. */
const isOpen = ({ kind }: Pick<ListedRoom, 'kind'>) => kind === undefined;

export const actions: Actions = {
	/** Archives or reopens the named room and the ticked rooms. Archives only what was confirmed. */
	room: async (event) => {
		const form = await readForm(event.request);
		const name = textField(form, 'room');
		const ticked = new Set(form.getAll('id').map(String));
		const isConfirmed = textField(form, 'confirmed') !== '';
		const act = textField(form, 'act') === 'archive' ? 'archive' : 'reopen';
		return operatorAction(
			event,
			(error) => ({ room: { name, error } }),
			async ({ by, refused }) => {
				const found = name === '' ? undefined : await findRoomNamed(store, name);
				const now = found && roomDetails(found, await readRoomState(store, found.id));
				const named = now && isOpen(now) ? now : undefined;
				if (name !== '' && !named) return refused(404, 'No room has that name.');
				if (!named && ticked.size === 0) return refused(422, 'Enter a room’s name, or tick rooms in the list.');
				if (ticked.size > OPERATOR_ROOMS_ON_PAGE + 1)
					return refused(422, `Tick at most ${OPERATOR_ROOMS_ON_PAGE} rooms.`);
				const known = ticked.size > 0 ? (await directory.now()).filter(isOpen) : [];
				const chosen = new Map(known.filter(({ id }) => ticked.has(id)).map((room) => [room.id, room.name]));
				if (named) chosen.set(named.id, named.name);
				const rooms = [...chosen].map(([id, name]) => ({ id, name }));
				if (act === 'archive' && !isConfirmed) return { ask: rooms };
				await audit.during(by, auditedOf(act, rooms), () =>
					archiveRooms(
						store,
						events,
						rooms.map(({ id }) => id),
						act === 'archive'
					)
				);
				const what = rooms.length === 1 ? rooms[0]!.name : `${rooms.length} rooms`;
				return { done: doneWith(what, rooms.length, act === 'archive') };
			}
		);
	}
};

/** One entry for all: the ids say which. */
const auditedOf = (act: 'archive' | 'reopen', rooms: readonly { id: string }[]) =>
	rooms.length === 1 ? { act, room: rooms[0]!.id } : { act, detail: rooms.map(({ id }) => id).join(' ') };

function doneWith(what: string, count: number, archived: boolean): string {
	const [are, them] = count === 1 ? ['is', 'it'] : ['are', 'them'];
	return archived ? `${what} ${are} archived. People can read ${them} but not post.` : `${what} ${are} open again.`;
}
