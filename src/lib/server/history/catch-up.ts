import type { Hpkv } from '../../../hpkv/port.ts';
import type { Change } from '../../chat/messages/change.ts';
import { holesIn, numbers, runs, type Cursor, type Seen } from '../../chat/reading/cursor.ts';
import { MAX_ANSWER_BYTES, MAX_CHANGE_BYTES, MAX_LOOKUPS_PER_ANSWER, MAX_NUMBERS_BEHIND } from '../../chat/limits.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import { readNewestEdit, type NewestEdit } from '../messages/edits.ts';
import { changedAt, changesKnown, readChangesPart, readCounters, withLate } from './message-log.ts';
import { isMessage, readShown, readShownPart, type Shown } from '../messages/annotations.ts';
import { hasSeenOthers } from './restored-store.ts';

export interface News {
	/** Server time in milliseconds since 1970. Readers settle holes by this clock, since it also wrote the timestamps. */
	now: number;
	messages: ShownMessage[];
	/** Ascending. An edit carries only the message's newest text; superseded edits are omitted. */
	changes: Change[];
	cursor: Cursor;
	more?: true;
}

/** Reads what a reader lacks, up to one answer. `restored`: this store lacks entries that the reader has seen. */
export async function readSince(
	store: Hpkv,
	room: string,
	cursor: Seen,
	now: number
): Promise<News | 'too-far' | 'restored'> {
	const [[head, changeHead], isRestored] = await Promise.all([
		readCounters(store, room),
		hasSeenOthers(store, room, cursor)
	]);
	if (isRestored || cursor.message > head || cursor.change > changeHead) return 'restored';
	if (Math.max(head - cursor.message, changeHead - cursor.change) > MAX_NUMBERS_BEHIND) return 'too-far';
	const lacking = ascending([...cursor.holes, ...numbers(cursor.message + 1, head)]);
	// The entry at the cursor is read too: its timestamp may settle the holes below it.
	const wanted = ascending([...lacking, cursor.message]);
	const maxBytes = MAX_ANSWER_BYTES - MAX_CHANGE_BYTES;
	const [begun, log] = await Promise.all([
		readNumbers(store, room, wanted, maxBytes),
		readChangesPart(store, room, cursor.change, changeHead, MAX_CHANGE_BYTES)
	]);
	// If the entry at the cursor fills the answer alone, read again without it.
	const isStuck = begun.to < (lacking[0] ?? 0);
	const read = isStuck ? await readNumbers(store, room, lacking, maxBytes) : begun;
	const message = Math.max(cursor.message, Math.min(head, read.to));
	const answered = lacking.filter((n) => n <= read.to);
	const unanswered = lacking.filter((n) => n > read.to && n <= message);

	const { changes, entries, late, to } = await tellChanges(store, room, log, read.shown, MAX_ANSWER_BYTES - read.bytes);
	const found = [...read.shown, ...late];
	const asked = new Set([...answered, ...late.map(({ n }) => n)]);
	const holes = withLate([...unanswered, ...holesIn(answered, found, now)], entries, found, now);
	const change = changesKnown(message, cursor.change, to, entries, now);
	return {
		now,
		messages: found.filter(isMessage).filter(({ n }) => asked.has(n)),
		changes,
		cursor: {
			message,
			holes: holes.filter((n) => n <= message),
			change,
			changedAt: change === cursor.change ? cursor.changedAt : changedAt(entries, change)
		},
		...((message < head || unanswered.length > 0 || to < changeHead) && { more: true })
	};
}

/** The part of an answer for a reader who reads from `first` on. Readers of several rights share one answer, so the store is not asked. */
export const newsFrom = (first: number, news: News): News =>
	first <= 1
		? news
		: {
				...news,
				messages: news.messages.filter(({ n }) => n >= first),
				changes: news.changes.filter(({ n }) => n >= first),
				cursor: { ...news.cursor, holes: news.cursor.holes.filter((n) => n >= first) }
			};

const ascending = (list: readonly number[]): number[] => [...new Set(list)].sort((a, b) => a - b);

const MAX_NUMBERS_AT_ONCE = 125;

/** Reads `wanted` (ascending) until `maxBytes`. `to`: the last number read; Infinity if all were. */
async function readNumbers(store: Hpkv, room: string, wanted: readonly number[], maxBytes: number) {
	const waiting = runs(wanted);
	const shown: Shown[] = [];
	let bytes = 0;
	for (let at = 0; at < waiting.length;) {
		let [next, size] = [at, 0];
		for (const [from, to] of waiting.slice(at)) {
			size += to - from + 1;
			if (next > at && size > MAX_NUMBERS_AT_ONCE) break;
			next++;
		}
		const left = maxBytes - bytes;
		const wave = waiting.slice(at, next);
		const parts = await Promise.all(wave.map(([from, to]) => readShownPart(store, room, from, to, left)));
		for (const [i, part] of parts.entries()) {
			if (bytes > 0 && bytes + part.bytes > maxBytes) return { shown, bytes, to: part.from - 1 };
			shown.push(...part.shown);
			bytes += part.bytes;
			if (part.to !== wave[i]?.[1]) return { shown, bytes, to: part.to };
		}
		at = next;
	}
	return { shown, bytes, to: Infinity };
}

const AT_ONCE = 16;

/** Adds newest texts (the log holds none) and late messages. Cut before the first change beyond the look-up limits. */
async function tellChanges(
	store: Hpkv,
	room: string,
	log: { changes: Change[]; to: number },
	shown: readonly Shown[],
	maxBytes: number
): Promise<{ changes: Change[]; entries: Change[]; late: Shown[]; to: number }> {
	const { changes } = log;
	const known = new Map<number, NewestEdit | undefined>(shown.map((entry) => [entry.n, editOf(entry)]));
	const isLate = new Set(changes.flatMap(({ kind, n }) => (kind === 'late' ? n : [])));
	const isLookedUp = ({ kind, n }: Change) => (kind === 'late' || kind === 'edit') && !known.has(n);
	const wanted = [...new Set(changes.filter(isLookedUp).map(({ n }) => n))].slice(0, MAX_LOOKUPS_PER_ANSWER);
	const late: Shown[] = [];
	let bytes = 0;
	for (let at = 0; at < wanted.length && (at === 0 || bytes < maxBytes); at += AT_ONCE) {
		const lookUp = async (n: number) => {
			const found = isLate.has(n) ? await readShown(store, room, n, n) : [];
			late.push(...found);
			const edit = isLate.has(n) ? found.map(editOf)[0] : await readNewestEdit(store, room, n);
			known.set(n, edit);
			bytes += Buffer.byteLength(JSON.stringify([found, edit]));
		};
		await Promise.all(wanted.slice(at, at + AT_ONCE).map(lookUp));
	}
	const cut = changes.findIndex(isLookedUp);
	const entries = cut < 0 ? changes : changes.slice(0, cut);
	const newest = new Map(entries.flatMap(({ kind, n, m }) => (kind === 'edit' ? [[n, m] as const] : [])));
	const told = entries.flatMap((change): Change[] => {
		if (change.kind !== 'edit') return [change];
		const edit = newest.get(change.n) === change.m ? known.get(change.n) : undefined;
		return edit && edit.m >= change.m ? [{ kind: 'edit', n: change.n, ...edit }] : [];
	});
	return { changes: told, entries, late, to: cut < 0 ? log.to : (changes[cut]?.m ?? 1) - 1 };
}

function editOf(entry: Shown): NewestEdit | undefined {
	if (!isMessage(entry) || !entry.edited) return undefined;
	return { ...entry.edited, message: entry.message, mentions: entry.mentions };
}
