import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { MAX_OFFERED_PEOPLE, MAX_SEARCH, OFFERED_NAMES } from '$lib/chat/limits.ts';
import { may } from '$lib/chat/people/permissions.ts';
import { roomDetails } from '$lib/chat/rooms/room-details.ts';
import { matchNames } from '$lib/chat/search/name-search.ts';
import { changeRefusals, NO_SUCH_ROOM } from '$lib/chat/text/error-texts.ts';
import { memberRefusals, type MemberRefusal } from '$lib/chat/text/member-refusals.ts';
import { addByName, mayGiveHistory, removePerson, type Acting } from '$lib/server/members/changing-members.ts';
import { listMembers } from '$lib/server/members/member-list.ts';
import { leaveRoom } from '$lib/server/members/private-rooms.ts';
import { writeLine } from '$lib/server/members/room-lines.ts';
import { readHere } from '$lib/server/presence/presence.ts';
import { entryMay, roomFor, type RoomAct, type RoomEntry } from '$lib/server/rooms/access.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { errorFacts, log } from '$lib/server/runtime/log.ts';
import { events, people, presence, store, throttle } from '$lib/server/services.ts';
import { pageIn } from '$lib/server/views/page-number.ts';
import { membersAddress } from '../../../address.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, locals: { visitor }, request, url }) => {
	const isForm = request.method === 'POST';
	const found = await roomFor(store, visitor, params.slug, 'read');
	if (!found.ok) error(found.status, found.error);
	const { room, state, kind } = found;
	// The people of direct messages stay the same for ever.
	if (kind === 'direct') error(404, NO_SUCH_ROOM);
	const now = roomDetails(room, state);
	if (!isForm && now.slug !== params.slug) redirect(308, membersAddress(now.slug));
	const session = await visitor.session();
	// A refused form returns its text even if the session has ended, and tells nothing of people then.
	if (!session) {
		if (!isForm) redirect(303, `${resolve('/signin')}?next=${encodeURIComponent(url.pathname)}`);
		return { slug: params.slug, name: now.name, isPrivate: kind === 'private' };
	}
	const actor = { id: session.person, role: session.role };
	const manages = entryMay(found, actor, 'manage room');
	const listed = await listMembers(store, people, { room: room.id, state, page: pageIn(url) ?? 1 });
	const asked = url.searchParams.get('remove');
	const removed = manages && asked ? listed.members.find(({ id }) => id === asked) : undefined;
	const here = kind === 'open' && presence ? (await readHere(store, room.id, Date.now())).names : [];
	// Rights are asked for after the data was read.
	const again = await found.again();
	if (!again.ok) error(again.status, again.error);
	return {
		slug: params.slug,
		name: now.name,
		isPrivate: kind === 'private',
		people: {
			...listed,
			createdBy: room.createdBy,
			manages,
			mayLeave: entryMay(found, actor, 'leave room'),
			mayGiveHistory: mayGiveHistory(found),
			here,
			suggested: url.searchParams.get('add')?.slice(0, MAX_SEARCH),
			offered: manages ? await offered(kind === 'open', new Set(listed.members.map(({ id }) => id))) : []
		},
		asks: removed
			? ({ remove: removed } as const)
			: url.searchParams.has('leave') && kind === 'private'
				? ({ leave: { isLast: listed.total === 1 } } as const)
				: undefined
	};
};

/** Names that the field offers. Everybody reads an open room already, but guests. */
async function offered(onlyGuests: boolean, members: ReadonlySet<string>): Promise<string[]> {
	const all = await people.all();
	return all
		.filter(({ id, gone, role }) => !gone && !members.has(id) && (!onlyGuests || role === 'guest'))
		.slice(0, OFFERED_NAMES)
		.map(({ name }) => name);
}

const STATUS: Record<MemberRefusal, number> = {
	empty: 422,
	'no-person': 404,
	already: 409,
	'shut-out': 409,
	'reads-already': 409,
	'no-history': 403,
	'no-choice': 422,
	'not-a-member': 409,
	'use-leave': 409
};

interface Typed {
	name: string;
	history: string;
}

/** @param make returns what was done, in a sentence, or why it is refused */
const change = (
	event: RequestEvent<{ slug: string }>,
	act: RoomAct,
	typed: Typed | undefined,
	make: (acting: {
		entry: RoomEntry;
		by: Acting & { operates: boolean };
	}) => Promise<string | { because: MemberRefusal; name?: string; found?: string[] }>
) =>
	memberAction(
		event,
		{
			refusal: (error, more: { found?: string[] } = {}) => ({ refused: { error, typed, ...more } }),
			noSession: changeRefusals['no-session'],
			limit: (person) => throttle.memberChange(person),
			room: () => roomFor(store, event.locals.visitor, event.params.slug, act)
		},
		async ({ session, entry, refused }) => {
			const actor = { id: session.person, role: session.role };
			const operates = may(actor, 'operate place', undefined);
			const made = await make({ entry, by: { id: session.person, name: session.name, operates } });
			if (typeof made === 'string') return { done: made };
			const { because, name = '', found } = made;
			return refused(STATUS[because], memberRefusals[because](name), { found });
		}
	);

export const actions: Actions = {
	add: async (event) => {
		const form = await readForm(event.request);
		// A button of a name that was found, or the field.
		const typed = textField(form, 'found') || textField(form, 'person');
		const history = textField(form, 'history');
		return change(event, 'manage', { name: typed, history }, async ({ entry, by }) => {
			const adding = { entry, by, typed, history, operates: by.operates };
			const added = await addByName(store, events, adding, Date.now);
			if (added.ok) return `${added.person.name} is a member now.`;
			return added.because === 'no-person' ? { ...added, found: await similar(typed) } : added;
		});
	},

	remove: async (event) => {
		const id = textField(await readForm(event.request), 'id');
		return change(event, 'manage', undefined, async ({ entry, by }) => {
			const removed = await removePerson(store, events, { entry, id, by }, Date.now);
			if (!removed.ok) return removed;
			await dropPresence(entry.room.id, id);
			return `${removed.person.name} is not a member any more.`;
		});
	},

	leave: (event) =>
		change(event, 'leave', undefined, async ({ entry, by: { id, name } }) => {
			const isEmpty = await leaveRoom(store, events, { room: entry.room.id, person: id }, Date.now());
			if (!isEmpty) await writeLine(store, events, entry.room.id, { did: 'left', name }, Date.now);
			await dropPresence(entry.room.id, id);
			redirect(303, `${resolve('/')}?left`);
		})
};

const dropPresence = async (room: string, person: string) =>
	presence
		?.dropFrom(room, person)
		.catch((error: unknown) => log('error', 'presence-not-told', { room, ...errorFacts(error) }));

/** People with a name that begins so, for who typed a part. */
async function similar(typed: string): Promise<string[]> {
	const all = (await people.all()).filter(({ gone }) => !gone);
	return matchNames(all, typed.slice(0, MAX_SEARCH).trim())
		.slice(0, MAX_OFFERED_PEOPLE)
		.map(({ name }) => name);
}
