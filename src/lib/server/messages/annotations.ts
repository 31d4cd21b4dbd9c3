import { z } from 'zod';
import type { Hpkv, StoredRecord } from '../../../hpkv/port.ts';
import { EditMark } from '../../chat/messages/change.ts';
import { keys, readMarkKey } from '../../chat/storage/keys.ts';
import { Mentioned, StoredMessage, type ChatMessage } from '../../chat/messages/message.ts';
import { readReaction } from '../../chat/messages/reaction.ts';
import { tombstone, type Reaction, type ShownMessage } from '../../chat/messages/message-view.ts';
import { lineOf } from './room-line.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRangePart } from '../storage/ranges.ts';

export type Shown = ShownMessage | Exclude<StoredMessage, ChatMessage>;

/** `to` is lower than requested where the byte limit was reached. */
export interface ShownPart {
	from: number;
	to: number;
	shown: Shown[];
	/** Size as JSON. */
	bytes: number;
}

export const readShown = async (store: Hpkv, room: string, from: number, to: number): Promise<Shown[]> =>
	(await readShownPart(store, room, from, to, Infinity)).shown;

/** Reads from `from` up to `to` or about `maxBytes`; at least one number. Each message has all of its annotations. */
export async function readShownPart(
	store: Hpkv,
	room: string,
	from: number,
	to: number,
	maxBytes: number
): Promise<ShownPart> {
	const [records, marks] = await Promise.all([
		readRangePart(store, keys.messages(room, from, to), maxBytes),
		readRangePart(store, keys.marks(room, from, to), maxBytes)
	]);
	let end = to;
	const lastMark = marks.records.at(-1);
	if (marks.truncated && lastMark) {
		end = readMarkKey(lastMark.key)?.n ?? to;
		const rest = { start: `${lastMark.key}\0`, end: keys.marks(room, end, end).end };
		marks.records.push(...(await readRangePart(store, rest, maxBytes)).records);
	}
	const marksOf = Map.groupBy(marks.records, ({ key }) => readMarkKey(key)?.n);
	const shown: Shown[] = [];
	let bytes = 0;
	let isWhole = !records.truncated;
	for (const { value } of records.records) {
		const entry = parsed(StoredMessage, value);
		if (!entry) continue;
		const withOwn = isMessage(entry) ? withMarks(entry, marksOf.get(entry.n) ?? []) : entry;
		const more = Buffer.byteLength(JSON.stringify(withOwn));
		if (entry.n > end || (shown.length > 0 && bytes + more > maxBytes)) {
			isWhole = false;
			break;
		}
		shown.push(withOwn);
		bytes += more;
	}
	const last = shown.at(-1)?.n ?? from;
	return { from, to: isWhole ? end : Math.min(end, last), shown, bytes };
}

const Mentions = z.array(Mentioned);

/** Undefined if that was not looked up. */
export async function readMentioned(store: Hpkv, room: string, n: number): Promise<Mentioned[] | undefined> {
	return parsed(Mentions, await store.get(keys.markMentions(room, n)));
}

/** Every writer of a message's text must check this after its write: a deletion wins over a late write. */
export async function isDeleted(store: Hpkv, room: string, n: number): Promise<boolean> {
	return (await store.get(keys.markDeleted(room, n))) !== undefined;
}

export const isMessage = <M extends ChatMessage>(shown: M | Exclude<StoredMessage, ChatMessage>): shown is M =>
	'id' in shown;

/** @param marks all of the message's, ascending by key: the last edit is the newest */
function withMarks(message: ChatMessage, marks: readonly StoredRecord[]): ShownMessage {
	const line = lineOf(marks);
	const lined: ShownMessage = line ? { ...message, line } : message;
	if (message.deleted) return lined;
	let newestEdit: { m: number; value: string } | undefined;
	const reactions: Reaction[] = [];
	let mentions: Mentioned[] | undefined;
	for (const { key, value } of marks) {
		const mark = readMarkKey(key);
		if (mark?.kind === 'deleted') return tombstone(lined);
		if (mark?.kind === 'edited') newestEdit = { m: mark.m, value };
		if (mark?.kind === 'mentions') mentions = parsed(Mentions, value);
		if (mark?.kind === 'reacted') {
			const reaction = readReaction(value, decodeName);
			if (reaction) reactions.push({ emoji: mark.emoji, person: mark.person, ...reaction });
		}
	}
	const edit = newestEdit && parsed(EditMark, newestEdit.value);
	const shown: ShownMessage = { ...lined };
	if (newestEdit && edit?.message !== undefined) {
		shown.message = edit.message;
		shown.edited = { m: newestEdit.m, timestamp: edit.timestamp };
	}
	if (mentions) shown.mentions = mentions;
	if (reactions.length > 0) shown.reactions = reactions.sort((a, b) => a.m - b.m);
	return shown;
}

/** Base64url, because a token must not contain a semicolon. */
export const encodeName = (name: string) => Buffer.from(name).toString('base64url');
const decodeName = (encoded: string) => Buffer.from(encoded, 'base64url').toString();
