/**
 * What a node of a hosted store remembers, and how it hears that others write. An embedded store needs neither: it
 * reports all writes, and asking it costs nothing. A session and a standing may be used again to show something. What
 * decides (a form, a subscribe token) reads the standing anew, which also names the sessions that were ended lately.
 */
import { Line } from '../../../hpkv/clients/line.ts';
import { Memory } from '../../../hpkv/clients/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { ENDED_SESSIONS_KEPT_MS, UNLISTED_KEPT_MS } from '../../chat/limits.ts';
import { keys } from '../../chat/storage/keys.ts';

export interface Hearing {
	/** Milliseconds; 0 while the writes of others are not heard. */
	keptMs: () => number;
	/** What was read earlier may be out of date, by `performance.now()`. */
	since: () => number;
	/** Waits until all is heard that was written before the call; false where that is not known. */
	caughtUp: () => Promise<boolean>;
}

export const HEARS_NOTHING: Hearing = {
	keptMs: () => 0,
	since: () => Infinity,
	caughtUp: () => Promise.resolve(false)
};

/** A claim's first token wins for ever, and all writers of these records write the same. Uses of a forgotten invitation admit nobody. */
const SETTLED = new Set(['slug', 'room', 'person', 'invite', 'instance', 'origin', 'directkey', 'challengekey']);
/** Heard on keys of their own where an endpoint knows no patterns: see holders.ts and standing.ts. */
const RIGHTS = ['session', 'standing'];
/** Lists of a person. No right depends on them. Without patterns they are as old as the rows of their private rooms. */
const LISTS = ['stars', 'read', 'mention', 'dm', 'level'];
/** Remembered with patterns alone: a page that asks again whether there is news costs nothing. */
const COUNTERS = ['messages', 'changes'];
/** For the list of rooms and for {@link nothingNew}, which wait until all is heard. What is read in a room asks anew. */
const ROOMS = ['memberof', 'roomstate'];
/** Rows of the list of rooms, which lib/server/views keeps by itself. */
const ROWS = ['room', 'last', 'opened'];
/** Set or counted, and no right depends on it. */
const FOLLOWED = new Set(['read', 'mention', 'dm', ...COUNTERS]);

/** What decides nothing alone is remembered so many times as long as the rest. */
const LONGER = 5;

/** A store that is asked each time. */
export const unheard = (store: Hpkv) => ({ store, recent: store, hearing: HEARS_NOTHING, rows: HEARS_NOTHING });

export interface Heard {
	store: Hpkv;
	recent: Hpkv;
	/** Of settings. */
	hearing: Hearing;
	/** Of rows of rooms. */
	rows: Hearing;
	close: () => void;
}

export interface HearingOptions {
	socketUrl: string;
	/** Milliseconds for which an answer is used again at most: a notification may be lost. 0: nothing is remembered. */
	keptMs: number;
	/** Whether the endpoint tells keys by their beginning. */
	hearsPatterns: boolean;
}

export function hearWrites(hosted: Hpkv, { socketUrl, keptMs, hearsPatterns }: HearingOptions): Heard {
	const byKind = new Map<string, number>();
	const keep = (kinds: readonly string[], ms: number) => kinds.forEach((kind) => byKind.set(kind, ms));
	keep(['standing', ...COUNTERS], keptMs);
	// A standing names the sessions that were ended lately, so that a session may be older than a standing.
	keep(['session'], Math.min(LONGER * keptMs, ENDED_SESSIONS_KEPT_MS / 2));
	keep(LISTS, hearsPatterns ? LONGER * keptMs : Math.min(keptMs, UNLISTED_KEPT_MS));
	keep(ROOMS, keptMs);
	if (!hearsPatterns) for (const kind of [...COUNTERS, ...ROOMS]) byKind.delete(kind);
	let line: Line | undefined;
	const isLive = () => line?.isLive ?? false;
	const memory = new Memory(hosted, {
		settled: SETTLED,
		followed: FOLLOWED,
		keptMs: (kind) => (isLive() ? (byKind.get(kind) ?? 0) : 0)
	});
	if (keptMs > 0) {
		const patterns = hearsPatterns ? [...byKind.keys(), ...ROWS].map((kind) => `${kind}:*`) : [];
		line = new Line({
			url: socketUrl,
			token: () =>
				memory.store.token({
					subscribeKeys: [keys.access, keys.settings],
					subscribePatterns: patterns,
					accessPattern: '^$'
				}),
			onHeard: (key, value) => {
				if (key === keys.access) for (const kind of RIGHTS) memory.forgetKind(kind);
				memory.heard(key, value);
			},
			onLost: () => memory.clear()
		});
	}
	const since = () => line?.since ?? Infinity;
	const caughtUp = async () => hearsPatterns && (await line?.caughtUp()) === true;
	return {
		store: memory.store,
		recent: memory.recent,
		hearing: { keptMs: () => (isLive() ? keptMs : 0), since, caughtUp },
		rows: { keptMs: () => (hearsPatterns && isLive() ? keptMs : 0), since, caughtUp },
		close: () => line?.close()
	};
}
