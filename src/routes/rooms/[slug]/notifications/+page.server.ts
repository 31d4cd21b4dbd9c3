/** What a person is told of a room. */
import { error, redirect } from '@sveltejs/kit';
import { isLevel, isMuted, isMuteSpan, levelOf, mutedUntil } from '$lib/chat/rooms/levels.ts';
import { roomDetails } from '$lib/chat/rooms/room-details.ts';
import { keys } from '$lib/chat/storage/keys.ts';
import { changeRefusals, FORM_DAMAGED, SIGN_IN_FIRST } from '$lib/chat/text/error-texts.ts';
import { chooseLevel, readLevel, type LevelChange } from '$lib/server/people/room-levels.ts';
import { roomFor } from '$lib/server/rooms/access.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { people, store, throttle } from '$lib/server/services.ts';
import { notificationsAddress } from '../../../address.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async ({ params, locals, request }) => {
	const session = await locals.visitor.session();
	if (!session) error(401, SIGN_IN_FIRST);
	const found = await roomFor(store, locals.visitor, params.slug, 'read');
	if (!found.ok) error(found.status, found.error);
	const { slug, name, kind, people: ids } = roomDetails(found.room, found.state);
	if (slug !== params.slug && request.method !== 'POST') redirect(308, notificationsAddress(slug));
	const others = ids?.filter((person) => person !== session.person);
	const names = others && (await people.namesOf(others.length > 0 ? others : [session.person]));
	const chosen = await readLevel(store, session.person, found.room.id);
	const now = Date.now();
	return {
		room: { slug, name: names?.join(', ') ?? name },
		isDirect: kind === 'direct',
		level: levelOf({ kind, level: chosen.level }),
		mutedUntil: isMuted(chosen, now) ? chosen.mutedUntil : undefined,
		isHidden: chosen.hidden !== undefined,
		now
	};
};

/**
 * @param saved what the page then says was saved
 * @param change of the room with this id; undefined where the form is damaged
 */
const choose = (
	event: RequestEvent,
	saved: string,
	change: ((room: string) => LevelChange | Promise<LevelChange>) | undefined
) =>
	memberAction(
		event,
		{
			refusal: (error) => ({ error }),
			noSession: changeRefusals['no-session'],
			limit: (_, address) => throttle.preference(address),
			damaged: () => (change ? undefined : { status: 400, error: FORM_DAMAGED }),
			room: () => roomFor(store, event.locals.visitor, event.params.slug, 'read')
		},
		async ({ session, room }) => {
			await chooseLevel(store, session.person, room.id, (await change?.(room.id)) ?? {});
			redirect(303, `${notificationsAddress(event.params.slug)}?saved=${saved}`);
		}
	);

export const actions: Actions = {
	level: async (event) => {
		const level = textField(await readForm(event.request), 'level');
		return choose(event, 'level', isLevel(level) ? () => ({ level }) : undefined);
	},

	mute: async (event) => {
		const form = await readForm(event.request);
		const span = textField(form, 'span');
		if (textField(form, 'act') === 'unmute') return choose(event, 'mute', () => ({ mutedUntil: null }));
		const zone = event.locals.visitor.zone();
		return choose(
			event,
			'mute',
			isMuteSpan(span) ? () => ({ mutedUntil: mutedUntil(span, Date.now(), zone) }) : undefined
		);
	},

	/** Hidden from the newest message on: a later mention, or a later direct message, shows the room again. */
	hide: async (event) => {
		const isHidden = textField(await readForm(event.request), 'act') === 'hide';
		return choose(event, 'hide', async (room) => ({
			hidden: isHidden ? Number((await store.get(keys.messageCount(room))) ?? 0) : null
		}));
	}
};
