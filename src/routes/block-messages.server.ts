/** A form that blocks, or unblocks, the direct messages of another person: on their page, and in the conversation's menu. */
import { redirect, type RequestEvent } from '@sveltejs/kit';
import { changeRefusals } from '$lib/chat/text/error-texts.ts';
import { blockDirect } from '$lib/server/direct/direct-rooms.ts';
import { memberAction } from '$lib/server/runtime/forms.ts';
import { events, store, throttle } from '$lib/server/services.ts';

type Found = { ok: true; room: { other: string } } | { ok: false; status: number; error: string };

/** @param find looks up the other person for `me`. @param next where the form leads to */
export const blockByForm = (
	event: RequestEvent,
	{ isBlocked, find, next }: { isBlocked: boolean; find: () => Promise<Found>; next: string }
) =>
	memberAction(
		event,
		{
			refusal: (error) => ({ block: { error } }),
			noSession: changeRefusals['no-session'],
			limit: (_, address) => throttle.preference(address),
			room: find
		},
		async ({ session, room }) => {
			await blockDirect(store, events, { by: session.person, other: room.other }, isBlocked);
			redirect(303, next);
		}
	);
