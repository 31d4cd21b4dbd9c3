/** What a direct message means for the lists of its people. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { DIRECT_MESSAGE } from '../../chat/messages/live-events.ts';
import { kindOf } from '../../chat/rooms/kind.ts';
import { preview } from '../../chat/rooms/preview.ts';
import type { LastMessage } from '../../chat/rooms/room.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Events } from '../events.ts';
import { isDeleted } from './annotations.ts';
import { readRoom } from '../rooms/rooms.ts';
import { readDirectRow, setDirectRows } from '../direct/direct-rows.ts';

const isDirect = (room: string) => kindOf(room, {}) === 'direct';

export function subscribeDirect(events: Events, store: Hpkv): void {
	events.on('messagePosted', 'behind', async ({ message, repeated }) => {
		const { room, n, person } = message;
		if (repeated || !isDirect(room)) return;
		const row = await readDirectRow(store, person, room);
		if (!row || (row.last && row.last.n > n)) return;
		await setDirectRows(store, room, { ...row, last: preview(message) });
		if (await isDeleted(store, room, n)) await refreshRows(store, room, n, { text: '' });
		await Promise.all(row.people.map((each) => store.set(keys.liveList(each), DIRECT_MESSAGE)));
	});
	// A deleted text is in no row any more when the deletion is acknowledged.
	events.on('messageChanged', 'before-answer', async ({ room, change, edited }) => {
		if (!isDirect(room)) return;
		if (change.kind === 'delete') await refreshRows(store, room, change.n, { text: '' });
		if (change.kind !== 'edit' || !edited || change.message === undefined) return;
		const { text } = preview({ ...edited, message: change.message });
		await refreshRows(store, room, change.n, { text });
		if (await isDeleted(store, room, change.n)) await refreshRows(store, room, change.n, { text: '' });
	});
}

async function refreshRows(store: Hpkv, room: string, n: number, change: Pick<LastMessage, 'text'>): Promise<void> {
	const { people = [] } = (await readRoom(store, room)) ?? {};
	const [first] = people;
	const row = first === undefined ? undefined : await readDirectRow(store, first, room);
	if (row?.last?.n === n) await setDirectRows(store, room, { ...row, last: { ...row.last, ...change } });
}
