import { askLater } from '../../../hpkv/clients/asker.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { WAKE } from '../../chat/messages/live-events.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Events } from '../events.ts';
import { readHearing } from './epochs.ts';
import { markSent } from './read-marks.ts';

export function subscribeRooms(events: Events, store: Hpkv, recent = store): void {
	markAuthorsRead(events, store, recent);
	wakeRoomLists(events, store);
}

/** A sender has read the room. */
function markAuthorsRead(events: Events, store: Hpkv, recent: Hpkv): void {
	events.on('messagePosted', 'behind', async ({ message: { person, room, n }, repeated }) => {
		if (!repeated) await askLater(() => markSent(store, events, person, room, n, recent));
	});
}

function wakeRoomLists(events: Events, store: Hpkv): void {
	events.on('readMarkMoved', 'before-answer', ({ person, mark }) =>
		store.set(keys.liveReads(person), JSON.stringify(mark))
	);
	events.on('roomChanged', 'before-answer', async ({ rooms }) => {
		const heard = await Promise.all(rooms.map(async (id) => ({ id, ...(await readHearing(store, id)) })));
		// Pages load their list again at this key. It says nothing but that something open has changed.
		if (heard.some(({ kind }) => kind === 'open')) await store.set(keys.liveRooms, WAKE);
		for (const { id, epoch } of heard) if (epoch !== undefined) await store.set(keys.live(id, epoch), WAKE);
	});
}
