import type { Hpkv } from '../../../hpkv/port.ts';
import type { ChatMessage } from '../../chat/messages/message.ts';
import { preview } from '../../chat/rooms/preview.ts';
import { LastMessage, type RoomRow } from '../../chat/rooms/room.ts';
import { keys } from '../../chat/storage/keys.ts';
import { parsed } from '../storage/parse-json.ts';
import { isDeleted, isMessage, readShown } from './annotations.ts';

export async function blankPreview(store: Hpkv, room: string, n: number): Promise<void> {
	const last = parsed(LastMessage, await store.get(keys.last(room)));
	if (last?.n === n && last.text !== '') await store.set(keys.last(room), JSON.stringify({ ...last, text: '' }));
}

export async function refreshPreview(store: Hpkv, message: ChatMessage): Promise<void> {
	const { room, n } = message;
	const last = parsed(LastMessage, await store.get(keys.last(room)));
	if (last?.n !== n) return;
	await store.set(keys.last(room), JSON.stringify(preview(message)));
	if (await isDeleted(store, room, n)) await blankPreview(store, room, n);
}

/** The preview of a send that crashed after its record is behind the counter. */
export async function rebuildPreview(
	store: Hpkv,
	row: Pick<RoomRow, 'id' | 'count'> & { last?: LastMessage },
	failed: (error: unknown) => void
): Promise<void> {
	const [newest] = await readShown(store, row.id, row.count, row.count);
	if (!newest || !isMessage(newest)) return;
	row.last = preview(newest);
	void storeLast(store, row.id, row.last, newest.deleted ?? false).catch(failed);
}

async function storeLast(store: Hpkv, room: string, last: LastMessage, deleted: boolean): Promise<void> {
	await store.set(keys.last(room), JSON.stringify(last));
	// A deletion that came in between wins.
	if (deleted || !(await isDeleted(store, room, last.n))) return;
	last.text = '';
	await store.set(keys.last(room), JSON.stringify(last));
}
