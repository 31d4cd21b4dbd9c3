/**
 * Who is mentioned where: one record for each person and message, written before the send is answered, so that a send
 * which was acknowledged has told everybody whom it names, and a send tried again writes the same records again.
 *
 * What it costs: a message without an `@` nothing. With one, at most {@link LOOKUPS} lookups of names at once and a record
 * for each of at most {@link PEOPLE}, in two round trips, however long the history is. The list of rooms reads one range,
 * of the mentions that this person has not read or read a day ago; older ones are swept. A message that is deleted takes
 * its mentions along, and an edit those that its text no longer has: for one range more, two where any of its texts has an
 * `@`. An edit looks through the first text, the one before it and its own, however many there were.
 */
import type { Hpkv } from '../../hpkv/client/hpkv.ts';
import { keys, readMentionKey } from '../chat/keys.ts';
import { mentions, possibleNames } from '../chat/mention.ts';
import type { ChatMessage } from '../chat/message.ts';
import type { Person } from '../chat/person.ts';
import type { Texts } from './changes.ts';
import { isDeleted } from './marks.ts';
import { findPerson, readStanding } from './operators.ts';
import { readRange } from './ranges.ts';
import { readMarks } from './reads.ts';

/** What could be names in one message: names have spaces, so a single mention can ask for some of them. */
const LOOKUPS = 24;
/** The most people that one message tells. */
const PEOPLE = 10;

/** Files the message with everybody it mentions; not with its author. */
export async function noteMentions(store: Hpkv, message: ChatMessage): Promise<void> {
	const { room, n, timestamp } = message;
	const people = await mentionedIn(store, message);
	if (people.length === 0) return;
	await Promise.all(people.map((person) => store.set(keys.mention(person, room, n), String(timestamp))));
	// As with everything that is written of a message: a deletion that came in between wins.
	if (await isDeleted(store, room, n)) await forgetMentions(store, message);
}

/**
 * Takes the message out of everybody's mentions. Called while its text still stands: tried again, it finds the same people.
 * @param texts all that it has said
 */
export async function forgetMentions(store: Hpkv, message: ChatMessage, texts = [message.message]): Promise<void> {
	const { room, n } = message;
	for (const text of texts) {
		const people = await mentionedIn(store, { ...message, message: text });
		await Promise.all(people.map((person) => store.delete(keys.mention(person, room, n))));
	}
}

/**
 * Files an edited message with those whom its text mentions now, and takes it out of the mentions of all whom only an earlier
 * text mentioned. Two edits of one message at once may each take away what the other has filed: whoever is not the last
 * looks again, so that what is filed in the end is at least what the last text says.
 * @param read its texts as they are now
 */
export async function moveMentions(store: Hpkv, message: ChatMessage, read: () => Promise<Texts>): Promise<void> {
	const { room, n, timestamp } = message;
	const seen = new Set<string>();
	for (let { texts, newest } = await read(); ;) {
		for (const text of texts) seen.add(text);
		if (![...seen].some((text) => text.includes('@'))) return;
		const people = await Promise.all(
			Array.from(seen, async (text) => [text, await mentionedIn(store, { ...message, message: text })] as const)
		);
		const now = new Set(new Map(people).get(texts.at(-1) ?? ''));
		const gone = new Set(people.flatMap(([, named]) => named).filter((person) => !now.has(person)));
		await Promise.all([
			...[...now].map((person) => store.set(keys.mention(person, room, n), String(timestamp))),
			...[...gone].map((person) => store.delete(keys.mention(person, room, n)))
		]);
		if (await isDeleted(store, room, n)) return forgetMentions(store, message, [...seen]);
		const later = await read();
		if (later.newest === newest) return;
		({ texts, newest } = later);
	}
}

async function mentionedIn(store: Hpkv, { message, person: author }: ChatMessage): Promise<string[]> {
	const names = message.includes('@') ? possibleNames(message, LOOKUPS) : [];
	const found = await Promise.all(names.map((name) => findPerson(store, name)));
	const named = await Promise.all(found.map(async (person) => person && isNamed(store, message, person)));
	const people = found.flatMap((person, i) => (person && named[i] ? [person.id] : []));
	return [...new Set(people)].filter((person) => person !== author).slice(0, PEOPLE);
}

/** A claim spells the name as it was first written: AdaLovelace may be Ada Lovelace by now, which is the same name. */
async function isNamed(store: Hpkv, message: string, { id, name }: Person): Promise<boolean> {
	if (mentions(message, name)) return true;
	const { name: now } = await readStanding(store, id);
	return now !== undefined && mentions(message, now);
}

/** The messages that mention a person, by room. */
export async function readMentions(store: Hpkv, person: string): Promise<Map<string, number[]>> {
	const byRoom = new Map<string, number[]>();
	for (const { key } of await readRange(store, keys.mentionsOf(person))) {
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
