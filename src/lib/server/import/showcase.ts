/**
 * `chatrooms` lists the rooms, `chat:{room}` has all messages of one. Browsers wrote both without checks: a value can be encoded
 * twice, a room be listed without a record or the other way round, a time not be unique, an id be missing.
 */
import { z } from 'zod';
import { MAX_IMPORTED_REACTIONS, MAX_REACTIONS } from '../../chat/limits.ts';
import { messageText } from '../../chat/messages/draft.ts';
import { bytesForText } from '../messages/post-message.ts';

export const ROOM_LIST_KEY = 'chatrooms';
export const MESSAGES_PREFIX = 'chat:';

export interface Imported {
	rooms: ImportedRoom[];
	faults: string[];
}

export interface ImportedRoom {
	id: string;
	name: string;
	/** Milliseconds since 1970; undefined where nothing says it. */
	createdAt: number | undefined;
	messages: ImportedMessage[];
}

export interface ImportedMessage {
	/** The same at a second import. */
	identity: string;
	sender: string;
	text: string;
	timestamp: number;
	reactions: ReadonlyMap<string, number>;
}

const RoomEntry = z.object({ id: z.string().min(1), name: z.string(), createdAt: z.unknown().optional() });
const RoomList = z.object({ chatrooms: z.array(z.unknown()) });
const Chat = z.object({ messages: z.array(z.unknown()) });
const Message = z.object({
	sender: z.string(),
	message: z.string(),
	timestamp: z.unknown(),
	id: z.unknown().optional(),
	reactions: z.unknown().optional()
});

const EMOJI = new Map([
	['likes', '👍'],
	['heart', '❤️'],
	['laugh', '😂'],
	['fire', '🔥']
]);

/** @param maxValueBytes of the store that the messages are for */
export function readShowcase(records: ReadonlyMap<string, string>, maxValueBytes: number, now: number): Imported {
	const faults: string[] = [];
	const rooms = new Map<string, ImportedRoom>();
	for (const { id, name, createdAt } of listedRooms(records.get(ROOM_LIST_KEY), faults)) {
		if (rooms.has(id)) faults.push(`Room ${quoted(name)} has the id of another room.`);
		else rooms.set(id, { id, name, createdAt: time(createdAt, now), messages: [] });
	}
	for (const [key, value] of records) {
		if (!key.startsWith(MESSAGES_PREFIX)) continue;
		const id = key.slice(MESSAGES_PREFIX.length);
		// It is listed nowhere: its id is all that is known of its name.
		const room = rooms.get(id) ?? { id, name: id, createdAt: undefined, messages: [] };
		const chat = Chat.safeParse(decoded(value)).data;
		if (!chat) {
			faults.push(`The messages of room ${quoted(room.name)} cannot be read.`);
			continue;
		}
		rooms.set(id, room);
		room.messages = readMessages(chat.messages, { room: room.name, maxValueBytes, now, faults });
		room.createdAt ??= room.messages[0]?.timestamp;
	}
	const all = [...rooms.values()];
	const reactions = all.flatMap(({ messages }) => messages.flatMap((message) => [...message.reactions.values()]));
	if (reactions.reduce((sum, count) => sum + count, 0) > MAX_IMPORTED_REACTIONS) {
		throw new Error(`There are more than ${MAX_IMPORTED_REACTIONS} reactions: this is not the data of a chat.`);
	}
	return { rooms: all, faults };
}

function listedRooms(value: string | undefined, faults: string[]): z.infer<typeof RoomEntry>[] {
	if (value === undefined) return [];
	const list = RoomList.safeParse(decoded(value)).data;
	if (!list) {
		faults.push('The list of rooms cannot be read: rooms would be called by their ids.');
		return [];
	}
	return list.chatrooms.flatMap((entry, at) => {
		const room = RoomEntry.safeParse(entry).data;
		if (!room) faults.push(`Room ${at + 1} of the list has no id or no name.`);
		return room ?? [];
	});
}

interface Reading {
	room: string;
	maxValueBytes: number;
	now: number;
	faults: string[];
}

function readMessages(entries: readonly unknown[], { room, maxValueBytes, now, faults }: Reading): ImportedMessage[] {
	const seen = new Map<string, number>();
	return entries.flatMap((entry, at) => {
		const fault = (what: string) => {
			faults.push(`Message ${at + 1} of room ${quoted(room)} ${what}.`);
			return [];
		};
		const message = Message.safeParse(entry).data;
		if (!message) return fault('has no sender or no text');
		const timestamp = time(message.timestamp, now);
		if (timestamp === undefined) return fault('has no time, or one in the future');
		const text = messageText(
			message.message,
			bytesForText({ maxValueBytes }, { ...WIDEST, sender: message.sender.slice(0, 80) })
		);
		if (!text.ok) return fault(text.because === 'empty' ? 'is empty' : 'is too long');
		const reactions = readReactions(message.reactions);
		if (typeof reactions === 'string') return fault(reactions);
		// A time is not unique, and neither is an id that browsers made: the order among equals decides.
		const name =
			typeof message.id === 'string' && message.id !== ''
				? `id ${message.id}`
				: `at ${timestamp} ${message.sender} ${text.text}`;
		const number = (seen.get(name) ?? 0) + 1;
		seen.set(name, number);
		return { identity: `${number} ${name}`, sender: message.sender, text: text.text, timestamp, reactions };
	});
}

/** As long as the ids of a message in the log. */
const WIDEST = { room: 'x'.repeat(26), person: 'x'.repeat(26), sendId: 'x'.repeat(26), day: '' };

/** Undefined reactions are none. @returns a sentence's end where they cannot be read */
function readReactions(value: unknown): ReadonlyMap<string, number> | string {
	const counts = new Map<string, number>();
	if (value === undefined || value === null) return counts;
	if (typeof value !== 'object' || Array.isArray(value)) return 'has reactions that cannot be read';
	for (const [kind, count] of Object.entries(value)) {
		if (count === 0) continue;
		const emoji = EMOJI.get(kind);
		if (emoji === undefined) return `has a reaction that is unknown, ${quoted(kind)}`;
		if (!Number.isInteger(count) || count < 0) return 'has reactions that are no numbers';
		counts.set(emoji, count as number);
	}
	const sum = [...counts.values()].reduce((all, count) => all + count, 0);
	return sum > MAX_REACTIONS ? `has more than ${MAX_REACTIONS} reactions` : counts;
}

/** Milliseconds since 1970 that lie in the past. */
const time = (value: unknown, now: number) =>
	Number.isInteger(value) && (value as number) > 0 && (value as number) <= now ? (value as number) : undefined;

/** A value is JSON, encoded once or twice. */
function decoded(value: unknown, depth = 0): unknown {
	if (typeof value !== 'string' || depth > 2) return value;
	try {
		return decoded(JSON.parse(value), depth + 1);
	} catch {
		return undefined;
	}
}

/** Text of strangers, for a terminal. */
export const quoted = (text: string) => JSON.stringify(text.slice(0, 80).replace(/[\p{Cc}\p{Cf}]/gu, ' '));
