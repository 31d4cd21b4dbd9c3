/** Whether there is no news, from a node's memory of a hosted store: it tells only what the page shows, so remembered rights will do. */
import type { Hpkv } from '../../../hpkv/port.ts';
import type { Seen } from '../../chat/reading/cursor.ts';
import { idInAddress } from '../../chat/rooms/kind.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Visitor } from '../people/visitor.ts';
import { roomFor, type RoomEntry } from '../rooms/access.ts';
import type { Hearing } from '../storage/hearing.ts';
import { RANGE_LIMIT } from '../storage/ranges.ts';
import type { News } from './catch-up.ts';
import { readCounters } from './message-log.ts';

/** Undefined where there may be news, and where the node does not hear what others write. */
export async function nothingNew(
	{ recent, rows }: { recent: Hpkv; rows: Hearing },
	visitor: Visitor,
	address: string,
	{ message, change, changedAt, holes }: Seen
): Promise<(RoomEntry & { data: News }) | undefined> {
	if (rows.keptMs() === 0 || holes.length > 0 || !(await rows.caughtUp())) return undefined;
	if (idInAddress(address) === undefined) await rememberOpenRooms(recent);
	const entry = await roomFor(recent, visitor, address, 'read');
	if (!entry.ok) return undefined;
	const [messages, changes] = await readCounters(recent, entry.room.id);
	if (messages !== message || changes !== change) return undefined;
	return {
		...entry,
		data: { now: Date.now(), messages: [], changes: [], cursor: { message, holes, change, changedAt } }
	};
}

/** States and counters of all open rooms by three ranges, so that pages of other rooms ask for none of their own. */
const rememberOpenRooms = (recent: Hpkv) =>
	Promise.all(
		[keys.roomStates, keys.messageCounts, keys.changeCounts].map(({ start, end }) =>
			recent.range(start, end, RANGE_LIMIT)
		)
	);
