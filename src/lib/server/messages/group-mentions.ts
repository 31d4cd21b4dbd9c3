/**
 * A person who may not read the room is told nothing. `@everyone` and `@here` are for those who manage it, and text otherwise (as in Slack).
 * `@everyone` is one mark in the room's state, which lists read anyway; `@here` a record for each of MAX_PEOPLE_TOLD_HERE people at most.
 */
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_EVERYONE_MARKS, MAX_PEOPLE_TOLD_HERE } from '../../chat/limits.ts';
import { EVERYONE, GROUPS, hasGroup, HERE } from '../../chat/markup/group-mentions.ts';
import { mentionedNames } from '../../chat/markup/mentioned-names.ts';
import type { ChatMessage, Mentioned } from '../../chat/messages/message.ts';
import { everyoneMark } from '../../chat/rooms/everyone-marks.ts';
import { kindOf } from '../../chat/rooms/kind.ts';
import { keys } from '../../chat/storage/keys.ts';
import { roleOf } from '../../chat/people/person.ts';
import { readStanding } from '../people/standing.ts';
import { mayMentionEveryone, mayRead } from '../rooms/access.ts';
import { readRoom, readRoomState } from '../rooms/rooms.ts';
import { parsed } from '../storage/parse-json.ts';

/** The people who have a page open; `off` where presence is switched off. */
export type Present = (() => Iterable<string>) | 'off';

export interface Unnotified {
	people: string[];
	groups: string[];
	/** `@here` was allowed, and presence is switched off. */
	hereIsOff?: true;
}

export interface Allowed {
	mentioned: Mentioned[];
	unnotified: Unnotified;
}

/** @param found the people whom the text names @param hasPresence without presence, `@here` mentions nobody */
export async function allowedMentions(
	store: Hpkv,
	{ room: id, person }: Pick<ChatMessage, 'room' | 'person'>,
	text: string,
	found: readonly Mentioned[],
	hasPresence: boolean
): Promise<Allowed> {
	const none: Unnotified = { people: [], groups: [] };
	const names = hasGroup(text)
		? mentionedNames(
				text,
				GROUPS.map(({ name }) => name)
			)
		: [];
	const groups = GROUPS.filter(({ name }) => names.includes(name));
	if (found.length + groups.length === 0) return { mentioned: [], unnotified: none };
	const state = await readRoomState(store, id);
	const kind = kindOf(id, state);
	const room = await readRoom(store, id);
	if (!room) return { mentioned: [], unnotified: none };
	const entry = { room, state, kind };
	const isKnown = (group: Mentioned) => hasPresence || group !== HERE;
	const reads = ({ person }: Mentioned) => reading(store, person, entry);
	const [mayTellAll, readers] = await Promise.all([
		groups.length > 0 ? mayMentionEveryone(store, person, entry) : false,
		Promise.all(found.map(reads))
	]);
	return {
		mentioned: [...found.filter((_, i) => readers[i]), ...(mayTellAll ? groups.filter(isKnown) : [])],
		unnotified: {
			people: found.filter((_, i) => !readers[i]).map(({ name }) => name),
			// Direct messages tell everybody of everything.
			groups: mayTellAll || kind === 'direct' ? [] : groups.map(({ name }) => name),
			...(mayTellAll && !groups.every(isKnown) && { hereIsOff: true })
		}
	};
}

/** Whether the person may read the room. A guest gets mentions in rooms that the guest was let into, also where everybody may read. */
const reading = async (store: Hpkv, id: string, entry: Parameters<typeof mayRead>[2]) =>
	mayRead(store, { id, role: roleOf(await readStanding(store, id)) }, entry, { reading: 'members' });

/** Marks the message for everyone, and notes who was present. @returns the people present who read the room */
export async function noteGroups(
	store: Hpkv,
	message: ChatMessage,
	mentioned: readonly Mentioned[],
	present: Present
): Promise<string[]> {
	if (mentioned.includes(EVERYONE)) await markEveryone(store, message);
	if (present === 'off' || !mentioned.includes(HERE)) return [];
	const { room, n, person } = message;
	const others = [...present()].filter((each) => each !== person).slice(0, MAX_PEOPLE_TOLD_HERE);
	const state = await readRoomState(store, room);
	const created = await readRoom(store, room);
	const kind = kindOf(room, state);
	// In an open room, those who have visited it.
	const reads = async (id: string) =>
		created !== undefined &&
		(kind !== 'open' || (await store.get(keys.read(id, room))) !== undefined) &&
		reading(store, id, { room: created, state, kind });
	const readers = await Promise.all(others.map(reads));
	const told = others.filter((_, i) => readers[i]);
	await store.set(keys.toldHere(room, n), JSON.stringify(told));
	return told;
}

/** The oldest marks give way. */
async function markEveryone(store: Hpkv, { room, n, person, timestamp }: ChatMessage): Promise<void> {
	const { everyone = {} } = await readRoomState(store, room);
	const others = Object.keys(everyone)
		.map(Number)
		.filter((each) => each !== n);
	const old = others.sort((a, b) => b - a).slice(MAX_EVERYONE_MARKS - 1);
	const marks = { ...Object.fromEntries(old.map((each) => [each, null])), [n]: everyoneMark(person, timestamp) };
	await store.patch(keys.roomState(room), JSON.stringify({ everyone: marks }));
}

const People = z.array(z.string());

/** Takes back what {@link noteGroups} noted of this message. @returns the people who were told that they are present */
export async function forgetGroups(
	store: Hpkv,
	{ room, n }: ChatMessage,
	texts: Iterable<string>,
	kept: readonly Mentioned[] = []
): Promise<string[]> {
	const written = [...texts].filter(hasGroup);
	if (written.length === 0) return [];
	const { everyone = {} } = await readRoomState(store, room);
	if (Object.hasOwn(everyone, n) && !kept.includes(EVERYONE)) {
		await store.patch(keys.roomState(room), JSON.stringify({ everyone: { [n]: null } }));
	}
	if (kept.includes(HERE)) return [];
	const told = parsed(People, await store.get(keys.toldHere(room, n))) ?? [];
	if (told.length > 0) await store.delete(keys.toldHere(room, n));
	return told;
}
