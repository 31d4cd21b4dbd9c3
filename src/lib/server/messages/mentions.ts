/**
 * One record for each mentioned person and message, written before the send is acknowledged; a retry writes the same.
 * Costs: with an `@`, MAX_NAME_LOOKUPS look-ups, a range, a record for each of MAX_MENTIONED_PEOPLE, and one list for readers.
 * A list of rooms: one range of mentions that are unread or read within a day. An edit or deletion: a range, two with an `@`.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys, readMentionKey } from '../../chat/storage/keys.ts';
import { MAX_MENTION_LIST_BYTES, MAX_MENTIONS_IN_A_ROOM } from '../../chat/limits.ts';
import { isGroup } from '../../chat/markup/group-mentions.ts';
import type { ChatMessage, Mentioned } from '../../chat/messages/message.ts';
import type { Texts } from './edits.ts';
import { isDeleted } from './annotations.ts';
import { allowedMentions, forgetGroups, noteGroups, type Allowed, type Present } from './group-mentions.ts';
import { findMentioned } from './mentioned-people.ts';
import { readRangePart } from '../storage/ranges.ts';
import { readMarks } from '../rooms/read-marks.ts';

/** Files the message for those it mentions except its author. @returns undefined without a possible name */
export async function noteMentions(
	store: Hpkv,
	message: ChatMessage,
	present: Present = nobody
): Promise<Allowed | undefined> {
	const { room, n, message: text } = message;
	const found = await findMentioned(store, text);
	if (!found) return undefined;
	const allowed = await allowedMentions(store, message, text, found, present !== 'off');
	await fileMentions(store, message, allowed.mentioned, present);
	if (await isDeleted(store, room, n)) await forgetMentions(store, message);
	return allowed;
}

const nobody: Present = () => [];

/** @returns the people who have the message among their mentions now */
async function fileMentions(
	store: Hpkv,
	message: ChatMessage,
	mentioned: readonly Mentioned[] | undefined,
	present: Present
): Promise<ReadonlySet<string>> {
	const { room, n } = message;
	const mark = keys.markMentions(room, n);
	const here = mentioned ? await noteGroups(store, message, mentioned, present) : [];
	const told = new Set([...idsOf(message, mentioned), ...here]);
	await Promise.all([
		...[...told].map((person) => fileMention(store, person, message)),
		mentioned ? store.set(mark, JSON.stringify(mentioned)) : store.delete(mark)
	]);
	return told;
}

const idsOf = (message: ChatMessage, mentioned: readonly Mentioned[] = []) => {
	const people = mentioned.filter((each) => !isGroup(each)).map(({ person }) => person);
	return [...new Set(people.filter((person) => person !== message.person))];
};

/** Must run before the message's text is erased, so that a retry finds the same people. @param texts edits included */
export async function forgetMentions(store: Hpkv, message: ChatMessage, texts = [message.message]): Promise<void> {
	const { room, n } = message;
	const here = await forgetGroups(store, message, texts);
	await Promise.all(here.map((person) => store.delete(keys.mention(person, room, n))));
	for (const text of texts) {
		const people = idsOf(message, await findMentioned(store, text));
		await Promise.all(people.map((person) => store.delete(keys.mention(person, room, n))));
	}
	if (texts.some((text) => text.includes('@'))) await store.delete(keys.markMentions(room, n));
}

/**
 * Moves the mentions to the current text. Concurrent edits may remove each other's: an edit that is no longer the newest repeats this.
 * @returns the newest text's mentions; undefined where no text contains a possible name
 */
export async function moveMentions(
	store: Hpkv,
	message: ChatMessage,
	read: () => Promise<Texts>,
	present: Present = nobody
): Promise<Mentioned[] | undefined> {
	const { room, n } = message;
	const seen = new Set<string>();
	for (let { texts, newest } = await read(); ;) {
		for (const text of texts) seen.add(text);
		if (![...seen].some((text) => text.includes('@'))) return undefined;
		const people = await Promise.all(
			Array.from(seen, async (text) => [text, await findMentioned(store, text)] as const)
		);
		const text = texts.at(-1) ?? '';
		const found = new Map(people).get(text);
		const mentioned = found && (await allowedMentions(store, message, text, found, present !== 'off')).mentioned;
		const here = await forgetGroups(store, message, seen, mentioned);
		const now = await fileMentions(store, message, mentioned, present);
		const before = [...here, ...people.flatMap(([, named]) => idsOf(message, named))];
		const gone = new Set(before.filter((person) => !now.has(person)));
		await Promise.all([...gone].map((person) => store.delete(keys.mention(person, room, n))));
		if (await isDeleted(store, room, n)) {
			await forgetMentions(store, message, [...seen]);
			return undefined;
		}
		const later = await read();
		if (later.newest === newest) return mentioned;
		({ texts, newest } = later);
	}
}

/** Deletes the person's oldest mentions beyond MAX_MENTIONS_IN_A_ROOM. */
async function fileMention(store: Hpkv, person: string, { room, n, timestamp }: ChatMessage): Promise<void> {
	const [{ records }] = await Promise.all([
		readRangePart(store, keys.mentionsIn(person, room), 0),
		store.set(keys.mention(person, room, n), String(timestamp))
	]);
	const tooMany = records.slice(0, Math.max(0, records.length - MAX_MENTIONS_IN_A_ROOM));
	await Promise.all(tooMany.map(({ key }) => store.delete(key)));
}

export async function readMentions(store: Hpkv, person: string): Promise<Map<string, number[]>> {
	const byRoom = new Map<string, number[]>();
	const { records } = await readRangePart(store, keys.mentionsOf(person), MAX_MENTION_LIST_BYTES);
	for (const { key } of records) {
		const { room, n } = readMentionKey(key);
		const numbers = byRoom.get(room);
		if (numbers) numbers.push(n);
		else byRoom.set(room, [n]);
	}
	return byRoom;
}

/** A read mention counts again if the room is marked unread. */
const KEPT = 24 * 60 * 60 * 1_000;

export async function sweepMentions(store: Hpkv, now: number): Promise<number> {
	let swept = 0;
	let person: string | undefined;
	let marks = new Map<string, number>();
	for (let { start } = keys.mentions; ;) {
		const { records, truncated } = await store.range(start, keys.mentions.end, 1_000);
		for (const { key, value } of records) {
			if (Number(value) > now - KEPT) continue;
			const mention = readMentionKey(key);
			if (mention.person !== person) [person, marks] = [mention.person, await readMarks(store, mention.person)];
			if (mention.n > (marks.get(mention.room) ?? 0)) continue;
			await store.delete(key);
			swept++;
		}
		const last = records.at(-1);
		if (!truncated || !last) return swept;
		start = `${last.key}\0`;
	}
}
