import type { Hpkv } from '../../../hpkv/port.ts';
import { Change } from '../../chat/messages/change.ts';
import type { Seen } from '../../chat/reading/cursor.ts';
import { keys } from '../../chat/storage/keys.ts';
import { StoredMessage } from '../../chat/messages/message.ts';
import { isMessage } from '../messages/annotations.ts';
import { parsed } from '../storage/parse-json.ts';

/** Whether the store lacks what the reader has seen. Counters tell while behind the reader; later only entries. A change may be on its way. */
export async function hasSeenOthers(store: Hpkv, room: string, { change, changedAt, newest }: Seen): Promise<boolean> {
	const [message, entry] = await Promise.all([
		newest && store.get(keys.message(room, newest.n)),
		changedAt === undefined ? undefined : store.get(keys.change(room, change))
	]);
	const held = message === undefined ? undefined : parsed(StoredMessage, message);
	if (newest && !(held && isMessage(held) && held.id === newest.id)) return true;
	const made = entry === undefined ? undefined : parsed(Change, entry);
	return made !== undefined && made.timestamp !== changedAt;
}
