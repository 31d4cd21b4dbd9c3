/** Form actions on messages, for a room's page and its permalinks. */
import { redirect, type RequestEvent } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { MAX_EMOJI_NAME } from '$lib/chat/limits.ts';
import { readReactionToggle } from '$lib/chat/messages/reaction-toggle.ts';
import { typedOrNamed } from '$lib/chat/composer/emoji-names.ts';
import { changeRefusals } from '$lib/chat/text/error-texts.ts';
import { may } from '$lib/chat/people/permissions.ts';
import type { SignedIn } from '$lib/chat/people/person.ts';
import {
	edit,
	publishChange,
	react,
	remove,
	type Changed,
	type ChangeRefusal,
	type Target
} from '$lib/server/messages/changes.ts';
import { readAuthor } from '$lib/server/moderation/reports.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { markUnreadFrom } from '$lib/server/rooms/read-marks.ts';
import { mayWriteNow, roomFor } from '$lib/server/rooms/access.ts';
import { storeOf, writingStoreOf } from '$lib/server/rooms/checked-store.ts';
import { messageAddress, roomAddress } from '../../../address.ts';
import { wantsJson } from '$lib/server/runtime/wants-json.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { audit, events, store, throttle } from '$lib/server/services.ts';

/** The requested change. A refusal returns it, so that no text is lost. */
interface Wish {
	kind: 'edit' | 'delete' | 'react';
	/** As posted: not yet checked to be a number. */
	n: string;
	message?: string;
	emoji?: string;
}

type Event = RequestEvent<{ slug: string }>;

const STATUS: Record<ChangeRefusal, number> = {
	gone: 404,
	deleted: 410,
	'not-yours': 403,
	empty: 422,
	'too-long': 422,
	'too-many-bytes': 422,
	'too-often': 409,
	'no-emoji': 422,
	'too-many-kinds': 409,
	'too-many-reactions': 409
};

export const messageActions = {
	edit: async (event: Event) => {
		const form = await readForm(event.request);
		const message = textField(form, 'message');
		const wish: Wish = { kind: 'edit', n: textField(form, 'n'), message };
		return change(event, wish, (store, target) => edit(store, target, message, Date.now));
	},

	delete: async (event: Event) => {
		const form = await readForm(event.request);
		const wish: Wish = { kind: 'delete', n: textField(form, 'n') };
		/** The bytes of its files go at once, not within a day. */
		const erase = textField(form, 'erase') !== '';
		return change(event, wish, async (store, target, { role, name }, isDirect) => {
			const act = () => remove(store, target, role, Date.now, { isDirect, erase });
			const { room, n, person: id } = target;
			if (isDirect) return act();
			const author = may({ id, role }, 'operate place', undefined) ? await readAuthor(store, room, n) : undefined;
			if (!author || author.id === id) return act();
			const by = { id, name, address: addressOf(event) };
			return audit.during(by, { act: 'delete-message', person: author, room, n }, act, ({ ok }) =>
				ok ? 'done' : 'refused'
			);
		});
	},

	/** A chip's button posts number, emoji and on/off in `reaction`. The text field posts an emoji or its name in `emoji`. */
	react: async (event: Event) => {
		const form = await readForm(event.request);
		const chip = readReactionToggle(textField(form, 'reaction'));
		const typed = textField(form, 'emoji');
		const n = chip ? String(chip.n) : textField(form, 'n');
		const { emoji, on } = chip ?? { emoji: await typedOrNamed(typed.slice(0, MAX_EMOJI_NAME)), on: true };
		return change(event, { kind: 'react', n, emoji: typed }, (store, target, { name }) =>
			react(store, target, { name, emoji, on }, Date.now)
		);
	},

	/** Marks the message and later messages unread. */
	unread: async (event: Event) => {
		const n = textField(await readForm(event.request), 'n');
		return memberAction(
			event,
			{
				refusal: (error) => ({ change: { kind: 'unread' as const, n, error } }),
				noSession: changeRefusals['no-session'],
				limit: (person) => throttle.readMark(person),
				damaged: () => damageOf(n),
				room: () => roomFor(store, event.locals.visitor, event.params.slug, 'read')
			},
			async ({ session, entry, room, refused }) => {
				if (Number(n) < entry.from) return refused(404, changeRefusals.gone);
				await markUnreadFrom(store, events, session.person, room.id, Number(n));
				if (wantsJson(event)) return { unreadFrom: Number(n) };
				// To the room list: the room's page would mark the message read again.
				redirect(303, resolve('/'));
			}
		);
	}
};

type Make = (store: ReturnType<typeof storeOf>, target: Target, who: SignedIn, isDirect: boolean) => Promise<Changed>;

/** @param make gets the store that asks for the rights again */
const change = (event: Event, wish: Wish, make: Make) =>
	memberAction(
		event,
		{
			refusal: (error) => ({ change: { ...wish, error } }),
			noSession: changeRefusals['no-session'],
			// From the bucket of sends: a change costs the store and the readers as much as a message.
			limit: throttle.send,
			damaged: () => damageOf(wish.n),
			room: () => roomFor(store, event.locals.visitor, event.params.slug, 'write')
		},
		async ({ session, entry, room, refused }) => {
			if (Number(wish.n) < entry.from) return refused(404, changeRefusals.gone);
			const isDeletion = wish.kind === 'delete';
			const writes = mayWriteNow(entry, session.person);
			if (!isDeletion && !writes.ok) return refused(writes.status, writes.error);
			const checked = isDeletion ? storeOf(store, entry) : writingStoreOf(store, entry, session.person);
			const target = { room: room.id, n: Number(wish.n), person: session.person };
			const changed = await make(checked, target, session, entry.kind === 'direct');
			if (!changed.ok) return refused(STATUS[changed.because], changeRefusals[changed.because]);
			const published = await publishChange(events, room.id, changed);
			if (wantsJson(event)) return { changed: published };
			redirect(303, afterwards(event.params.slug, Number(wish.n), wish.kind));
		}
	);

const damageOf = (n: string) =>
	/^[1-9]\d{0,11}$/.test(n) ? undefined : { status: 400, error: changeRefusals.damaged };

/** The permalink; for a deletion the same part of the room, because the permalink then answers 410. */
const afterwards = (slug: string, n: number, kind: Wish['kind']) =>
	kind === 'delete' ? `${roomAddress(slug)}?around=${n}#m-${n}` : messageAddress(slug, n);
