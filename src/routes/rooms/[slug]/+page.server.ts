import { error, fail, redirect } from '@sveltejs/kit';
import { CLIENT_ID, clean, isSendDayValid, pageDay, readPageDay, withQuote } from '$lib/chat/messages/draft.ts';
import { MAX_QUOTE } from '$lib/chat/limits.ts';
import { readQuote } from '$lib/chat/composer/reply.ts';
import type { AttachedFile } from '$lib/chat/files/file.ts';
import { roomDetails } from '$lib/chat/rooms/room-details.ts';
import { messageRefusals, NO_SUCH_ROOM } from '$lib/chat/text/error-texts.ts';
import { othersIn } from '$lib/server/direct/direct-title.ts';
import { randomId } from '$lib/server/storage/ids.ts';
import { markSent } from '$lib/server/rooms/read-marks.ts';
import { mayWriteNow, roomFor } from '$lib/server/rooms/access.ts';
import { roomAddress } from '../../address.ts';
import { wantsJson } from '$lib/server/runtime/wants-json.ts';
import { blockByForm } from '../../block-messages.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';
import { messageActions } from './message-actions/message-actions.server.ts';
import { numberIn, placeIn } from '$lib/server/views/page-query.ts';
import { joinByForm } from '$lib/server/joining/join-form.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { attachmentsIn } from './attachments.server.ts';
import { events, posts, settings, store, throttle } from '$lib/server/services.ts';
import { loadReply, loadRoom } from './room.server.ts';
import { loadNotices, noticesOf } from './unnotified.server.ts';

export const load: PageServerLoad = async (event) => {
	const { url, locals, isDataRequest } = event;
	// Links of earlier releases say `quote`.
	const re = numberIn(url, 'reply') ?? numberIn(url, 'quote');
	const data = await loadRoom(event, placeIn(url));
	// A script also loads rooms that the pointer rests on: it notes by itself which one it opens.
	if (data.room && !isDataRequest) locals.visitor.noteRoom(data.slug);
	const unnotified = numberIn(url, 'unnotified');
	if (unnotified && data.room) data.notices = await loadNotices(locals, data.slug, unnotified);
	return re && data.room ? { ...data, reply: await loadReply(locals, data.slug, re) } : data;
};

const STATUS = {
	empty: 422,
	'too-long': 422,
	'too-many-bytes': 422,
	archived: 409,
	'not-answerable': 422,
	closed: 403,
	'closed-by-you': 409,
	'other-text': 409,
	'more-people': 409,
	'file-gone': 410,
	'file-used': 410
} as const;

export const actions = {
	...messageActions,

	send: async (event) => {
		const form = await readForm(event.request);
		const typed = draftIn(form);
		const files = await attachmentsIn(form, event.locals.visitor);
		const draft = { ...typed, files: files.kept };
		return memberAction(
			event,
			{
				refusal: (error, ids: Ids = {}) => ({ send: { ...draft, ...ids, error } }),
				noSession: messageRefusals['no-session'],
				as: textField(form, 'as'),
				limit: throttle.send,
				damaged: () => {
					const refused = (status: number) => ({ status, error: messageRefusals['old-page'], more: freshIds() });
					if (!CLIENT_ID.test(draft.sendId)) return refused(400);
					if (files.refusal) return { status: 422, error: files.refusal };
					if (Number.isNaN(draft.re)) return { status: 422, error: messageRefusals['not-answerable'] };
					return isSendDayValid(readPageDay(draft.day).day, Date.now()) ? undefined : refused(409);
				},
				room: () => roomFor(store, event.locals.visitor, event.params.slug, 'write')
			},
			async ({ session, entry, room, refused }) => {
				const { day, added } = readPageDay(draft.day);
				const fresh = (): Ids => freshIds(roomDetails(room, entry.state));
				const send = {
					sendId: draft.sendId,
					day,
					message: withQuote(draft.reply?.quote ?? '', draft.message),
					re: draft.re,
					room: room.id,
					person: session.person,
					sender: session.name,
					attach: files.wanted,
					added
				};
				const posted = await posts.post(send, entry);
				if (!posted.ok) {
					// The send id belongs to another text for ever, and the day to the people of before.
					const ids: Ids =
						posted.because === 'more-people'
							? { ...fresh(), anyway: true }
							: posted.because === 'other-text'
								? fresh()
								: {};
					return refused(STATUS[posted.because], messageRefusals[posted.because], ids);
				}
				const notices = noticesOf(posted.unnotified, entry, event.params.slug, session);
				if (wantsJson(event)) return { sent: posted.message, ...(notices.length > 0 && { notices }) };
				// A sender has read the room. The subscriber in lib/server/rooms/subscribers.ts sets the mark behind the answer, and not for a repeated send; the next page opens at the mark.
				await markSent(store, events, session.person, room.id, posted.message.n);
				const { n } = posted.message;
				redirect(303, roomAddress(event.params.slug) + (notices.length > 0 ? `?unnotified=${n}` : ''));
			}
		);
	},

	/** Fills the composer with what was shared (routes/share), for a room that the person then sees. Stores nothing. */
	draft: async (event) => {
		const { visitor } = event.locals;
		const form = await readForm(event.request);
		const typed = draftIn(form);
		const { kept: files } = await attachmentsIn(form, visitor);
		const draft = { ...typed, files };
		return memberAction(
			event,
			{
				refusal: (error) => ({ send: { ...draft, ...freshIds(), error } }),
				noSession: messageRefusals['no-session'],
				// It costs what a page costs.
				limit: () => 0,
				room: async () => {
					const found = await roomFor(store, visitor, event.params.slug, 'write');
					const person = (await visitor.person()) ?? '';
					const writable = found.ok ? mayWriteNow(found, person) : found;
					if (writable.ok) return found;
					const { status, error: message } = writable;
					return error(status, { message, noRoom: status === 404, draft: { message: typed.message, files } });
				}
			},
			({ room, entry }) => {
				const ids: Ids = freshIds(roomDetails(room, entry.state));
				return Promise.resolve({ send: { ...draft, ...ids, error: undefined } });
			}
		);
	},

	block: (event) => block(event, true),
	unblock: (event) => block(event, false),

	join: async (event) => {
		const form = await readForm(event.request);
		// Text written before the session ended passes through the join form back into the composer.
		const kept = draftIn(form);
		const send = { ...kept, files: NO_FILES, error: undefined };
		const refused = await joinByForm({ store, throttle, settings, events }, event, form);
		if (refused)
			return fail(refused.status, {
				join: refused,
				retryAfter: refused.retryAfter,
				...(kept.message && { send })
			});
		if (kept.message) return { send };
		redirect(303, roomAddress(event.params.slug));
	}
} satisfies Actions;

/** In the menu of direct messages with one other person. */
function block(event: RequestEvent, isBlocked: boolean) {
	const find = async () => {
		const found = await roomFor(store, event.locals.visitor, event.params.slug, 'read');
		if (!found.ok) return found;
		const me = await event.locals.visitor.person();
		const [other, ...more] = othersIn(found.room.people ?? [], me ?? '');
		return other === undefined || more.length > 0
			? { ok: false as const, status: 404, error: NO_SUCH_ROOM }
			: { ok: true as const, room: { other } };
	};
	return blockByForm(event, { isBlocked, find, next: roomAddress(event.params.slug) });
}

const NO_FILES: AttachedFile[] = [];

interface Ids {
	sendId?: string;
	day?: string;
	/** The same text may be sent to more people. */
	anyway?: true;
}

/** The typed text. A refusal returns it, so that no text is lost. `re` is NaN if it is no number of a message. */
function draftIn(form: FormData) {
	const quote = Array.from(textField(form, 'quote')).slice(0, MAX_QUOTE).join('');
	const re = textField(form, 're');
	return {
		re: re === '' ? undefined : /^[1-9]\d{0,11}$/.test(re) ? Number(re) : NaN,
		message: textField(form, 'message'),
		sendId: textField(form, 'sendId'),
		day: textField(form, 'day'),
		reply: quote ? readQuote(clean(quote)) : undefined
	};
}

const freshIds = (room: { added?: string } = {}) => ({ sendId: randomId(), day: pageDay(Date.now(), room) });
