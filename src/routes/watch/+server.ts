import { error, json } from '@sveltejs/kit';
import { TOO_MANY_SOCKETS } from '$lib/chat/text/error-texts.ts';
import { log } from '$lib/server/runtime/log.ts';
import { personHolder, tokenHolders } from '$lib/server/people/holders.ts';
import { roomFor } from '$lib/server/rooms/access.ts';
import { hearingOf, heardName } from '$lib/server/rooms/epochs.ts';
import { watchToken } from '$lib/server/rooms/subscribe-token.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { presence, roomLists, socketRefusal, store } from '$lib/server/services.ts';
import { socketUrl } from '$lib/server/storage/open-store.ts';
import type { RequestHandler } from './$types';

/** A subscribe token for a signed-in page: the rooms with the latest activity, and the open room. */
export const GET: RequestHandler = async (event) => {
	const { url, locals } = event;
	const { visitor } = locals;
	const person = await visitor.person();
	// Before the rights are checked, here and in the lists below: see tokenHolders.
	const holders = person === undefined ? [] : await tokenHolders(store, person, visitor.sessionDigest());
	const session = store.dropsHolders ? await visitor.freshSession() : await visitor.session();
	if (!session) error(401, 'Sign in to get live updates.');
	const refusal = socketRefusal(addressOf(event), personHolder(session.person));
	if (refusal) {
		log('info', 'socket-not-offered', { because: refusal });
		return json({ refusal: TOO_MANY_SOCKETS }, { status: 429 });
	}
	const slug = url.searchParams.get('room');
	const [latest, found] = await Promise.all([
		roomLists.watched(visitor),
		slug === null ? undefined : roomFor(store, visitor, slug, 'read')
	]);
	const hearing = found?.ok ? hearingOf(found.room.id, found.state) : undefined;
	const open = found?.ok && hearing ? { id: found.room.id, epoch: hearing.epoch } : undefined;
	// The epoch of the open room is the newest: it was read now.
	const rooms = open ? [...latest.filter(({ id }) => id !== open.id), open] : latest;
	const token = await watchToken(store, { person: session.person, holders }, rooms, presence ? open : undefined);
	// The token covers presence of the open room only: in another room the page needs another token.
	const enough = presence ? (open ? [open] : []) : rooms;
	return json({ url: socketUrl, token, rooms: enough.map(heardName) });
};
