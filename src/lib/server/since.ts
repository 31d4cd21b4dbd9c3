import type { Hpkv } from '../../hpkv/client/hpkv.ts';
import type { Change } from '../chat/change.ts';
import { holesIn, numbers, runs, type Cursor } from '../chat/cursor.ts';
import type { ShownMessage } from '../chat/shown.ts';
import { changesKnown, readChanges, readCounters, withLate } from './logs.ts';
import { isMessage, readShown } from './marks.ts';

/** What a reader lacks. */
export interface News {
	/** The time here, in milliseconds since 1970: what is settled is decided by the clock that wrote the timestamps. */
	now: number;
	messages: ShownMessage[];
	/** What happened to messages since, ascending. */
	changes: Change[];
	/** Where the reader stands once it has these. */
	cursor: Cursor;
}

/** A reader further behind than this opens the newest page instead. */
export const TOO_FAR = 2_000;

/** What a reader at this cursor lacks, or `too-far`. */
export async function readSince(store: Hpkv, room: string, cursor: Cursor, now: number): Promise<News | 'too-far'> {
	const [head, changeHead] = await readCounters(store, room);
	if (head - cursor.message > TOO_FAR || changeHead - cursor.change > TOO_FAR) return 'too-far';
	const lacking = [...new Set([...cursor.holes, ...numbers(cursor.message + 1, head)])].sort((a, b) => a - b);
	// The entry it stands at is read as well: its time may settle the holes before it.
	const wanted = runs([...new Set([...lacking, cursor.message])].sort((a, b) => a - b));
	const [ranges, changes] = await Promise.all([
		Promise.all(wanted.map(([from, to]) => readShown(store, room, from, to))),
		readChanges(store, room, cursor.change, changeHead)
	]);
	const found = ranges.flat();
	const here = new Set(found.map(({ n }) => n));
	const late = [...new Set(changes.filter(({ kind }) => kind === 'late').map(({ n }) => n))].filter(
		(n) => !here.has(n)
	);
	found.push(...(await Promise.all(late.map((n) => readShown(store, room, n, n)))).flat());

	const asked = new Set([...lacking, ...late]);
	return {
		now,
		messages: found.filter(isMessage).filter(({ n }) => asked.has(n)),
		changes,
		cursor: {
			message: Math.max(cursor.message, head),
			holes: withLate(holesIn(lacking, found, now), changes, found, now),
			change: changesKnown(head, cursor.change, changeHead, changes, now)
		}
	};
}
