/** A store that was put back to an earlier state, as the pages notice it that are open meanwhile. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { Change } from '../../chat/messages/change.ts';
import type { Seen } from '../../chat/reading/cursor.ts';
import { keys } from '../../chat/storage/keys.ts';
import { StoredMessage } from '../../chat/messages/message.ts';
import { isMessage } from '../messages/annotations.ts';
import { parsed } from '../storage/parse-json.ts';

/**
 * Whether a reader has seen what this store does not hold: other entries have, or will get, the numbers that it knows. The
 * counters tell it as long as they are behind the reader; later only the entries do. An entry of the change log that is not
 * there tells nothing: it may be on its way.
 */
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
