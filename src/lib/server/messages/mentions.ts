/**
 * Who is mentioned where: one record for each person and message, written before the send is answered, so that a send
 * which was acknowledged has told everybody whom it names, and a send tried again writes the same records again.
 *
 * What it costs, however long the history is: a message without an `@` nothing. With one, at most MAX_NAME_LOOKUPS look-ups
 * of names, a range and a record for each of at most MAX_MENTIONED_PEOPLE, and one record beside the message that lists them
 * for its readers. The list of rooms reads one range, of the mentions that this person has not read or read a day ago; older
 * ones are swept. Deleting a message deletes its mentions, and an edit deletes those that its text no longer has: one range
 * more, two where any of its texts has an `@`. An edit reads the first text, the one before it and its own, however many
 * there were.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys, readMentionKey } from '../../chat/storage/keys.ts';
import { MAX_MENTION_LIST_BYTES, MAX_MENTIONS_IN_A_ROOM } from '../../chat/limits.ts';
import type { ChatMessage, Mentioned } from '../../chat/messages/message.ts';
import type { Texts } from './edits.ts';
import { isDeleted } from './annotations.ts';
import { findMentioned } from './mentioned-people.ts';
import { readRangePart } from '../storage/ranges.ts';
import { readMarks } from '../rooms/read-marks.ts';

/**
 * Files the message with everybody it mentions; not with its author.
 * @returns whom it mentions; nothing, where nothing in it could be a name
 */
export async function noteMentions(store: Hpkv, message: ChatMessage): Promise<Mentioned[] | undefined> {
	const { room, n } = message;
	const mentioned = await findMentioned(store, message.message);
	if (!mentioned) return undefined;
	await fileMentions(store, message, mentioned);
	// As with everything that is written of a message: a deletion that came in between wins.
	if (await isDeleted(store, room, n)) await forgetMentions(store, message);
	return mentioned;
}

/** So that those whom it mentions count it, and everybody is shown whom it mentions. */
async function fileMentions(store: Hpkv, message: ChatMessage, mentioned?: readonly Mentioned[]): Promise<void> {
	const { room, n } = message;
	const mark = keys.markMentions(room, n);
	await Promise.all([
		...idsOf(message, mentioned).map((person) => fileMention(store, person, message)),
		mentioned ? store.set(mark, JSON.stringify(mentioned)) : store.delete(mark)
	]);
}

/** Nobody is told that they mention themselves. */
const idsOf = (message: ChatMessage, mentioned: readonly Mentioned[] = []) => [
	...new Set(mentioned.map(({ person }) => person).filter((person) => person !== message.person))
];

/**
 * Takes the message out of everybody's mentions. Called while its text still stands: tried again, it finds the same people.
 * @param texts all that it has said
 */
export async function forgetMentions(store: Hpkv, message: ChatMessage, texts = [message.message]): Promise<void> {
	const { room, n } = message;
	for (const text of texts) {
		const people = idsOf(message, await findMentioned(store, text));
		await Promise.all(people.map((person) => store.delete(keys.mention(person, room, n))));
	}
	if (texts.some((text) => text.includes('@'))) await store.delete(keys.markMentions(room, n));
}

/**
 * Files an edited message with those whom its text mentions now, and takes it out of the mentions of all whom only an earlier
 * text mentioned. Two edits of one message at once may each take away what the other has filed: whoever is not the last
 * looks again, so that what is filed in the end is at least what the last text says.
 * @param read its texts as they are now
 * @returns whom the newest mentions; nothing, where nothing in any of them could be a name
 */
export async function moveMentions(
	store: Hpkv,
	message: ChatMessage,
	read: () => Promise<Texts>
): Promise<Mentioned[] | undefined> {
	const { room, n } = message;
	const seen = new Set<string>();
	for (let { texts, newest } = await read(); ;) {
		for (const text of texts) seen.add(text);
		if (![...seen].some((text) => text.includes('@'))) return undefined;
		const people = await Promise.all(
			Array.from(seen, async (text) => [text, await findMentioned(store, text)] as const)
		);
		const mentioned = new Map(people).get(texts.at(-1) ?? '');
		const now = new Set(idsOf(message, mentioned));
		const gone = new Set(people.flatMap(([, named]) => idsOf(message, named)).filter((person) => !now.has(person)));
		await Promise.all([
			fileMentions(store, message, mentioned),
			...[...gone].map((person) => store.delete(keys.mention(person, room, n)))
		]);
		if (await isDeleted(store, room, n)) {
			await forgetMentions(store, message, [...seen]);
			return undefined;
		}
		const later = await read();
		if (later.newest === newest) return mentioned;
		({ texts, newest } = later);
	}
}

/** The newest of a room are kept: a count says no more than that there are many. */
async function fileMention(store: Hpkv, person: string, { room, n, timestamp }: ChatMessage): Promise<void> {
	const [{ records }] = await Promise.all([
		readRangePart(store, keys.mentionsIn(person, room), 0),
		store.set(keys.mention(person, room, n), String(timestamp))
	]);
	const tooMany = records.slice(0, Math.max(0, records.length - MAX_MENTIONS_IN_A_ROOM));
	await Promise.all(tooMany.map(({ key }) => store.delete(key)));
}

/** The messages that mention a person, by room. */
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

/** A mention that was read stays so long, in milliseconds: it is counted again when the room is marked unread. */
const KEPT = 24 * 60 * 60 * 1_000;

/** Deletes the mentions that have been read for a day: the range that every list reads stays short. @returns how many */
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
