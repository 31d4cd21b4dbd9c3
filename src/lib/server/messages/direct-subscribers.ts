import type { Hpkv } from '../../../hpkv/port.ts';
import { DIRECT_MESSAGE } from '../../chat/messages/live-events.ts';
import { kindOf } from '../../chat/rooms/kind.ts';
import { preview } from '../../chat/rooms/preview.ts';
import type { LastMessage } from '../../chat/rooms/room.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Events } from '../events.ts';
import { isDeleted, isMessage, readShown } from './annotations.ts';
import { readRoom } from '../rooms/rooms.ts';
import { readDirectRow, setDirectRows, type DirectRow } from '../direct/direct-rows.ts';

const isDirect = (room: string) => kindOf(room, {}) === 'direct';

export function subscribeDirect(events: Events, store: Hpkv): void {
	// A repeated send makes up for one whose process died behind the answer.
	events.on('messagePosted', 'behind', async ({ message }) => {
		const { room, n, person } = message;
		if (!isDirect(room)) return;
		const row = await readDirectRow(store, person, room);
		if (!row) return;
		await showLast(store, room, row, (await newerThan(store, room, n)) ?? preview(message));
		await Promise.all(row.people.map((each) => store.set(keys.liveList(each), DIRECT_MESSAGE)));
	});
	// A deleted text is in no row any more when the deletion is acknowledged.
	events.on('messageChanged', 'before-answer', async ({ room, change, edited }) => {
		if (!isDirect(room)) return;
		if (change.kind === 'delete') await refreshRows(store, room, change.n, { text: '' });
		if (change.kind !== 'edit' || !edited || change.message === undefined) return;
		const { text } = preview({ ...edited, message: change.message });
		await refreshRows(store, room, change.n, { text });
	});
}

async function refreshRows(store: Hpkv, room: string, n: number, change: Pick<LastMessage, 'text'>): Promise<void> {
	const { people = [] } = (await readRoom(store, room)) ?? {};
	const [first] = people;
	const row = first === undefined ? undefined : await readDirectRow(store, first, room);
	if (row?.last?.n === n) await showLast(store, room, row, { ...row.last, ...change });
}

/** Whoever sets the rows looks afterwards for a deletion, and for a newer message whose row this one may have replaced. */
async function showLast(store: Hpkv, room: string, { people }: DirectRow, last: LastMessage): Promise<void> {
	for (let shown: LastMessage | undefined = last; shown; shown = await newerThan(store, room, shown.n)) {
		await setDirectRows(store, room, { people, last: shown });
		const isGone = shown.text !== '' && (await isDeleted(store, room, shown.n));
		if (isGone) await setDirectRows(store, room, { people, last: { ...shown, text: '' } });
	}
}

/** The newest of a few numbers: beside voids, there are few at once. */
const NUMBERS_LOOKED_AT = 10;

async function newerThan(store: Hpkv, room: string, n: number): Promise<LastMessage | undefined> {
	const count = Number((await store.get(keys.messageCount(room))) ?? 0);
	if (count <= n) return undefined;
	const shown = await readShown(store, room, Math.max(n + 1, count - NUMBERS_LOOKED_AT), count);
	const newest = shown.findLast(isMessage);
	return newest && preview(newest);
}
