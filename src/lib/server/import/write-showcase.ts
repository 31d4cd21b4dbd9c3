/** Writes by the functions by which people write. Every id follows from the data, so a second import adds only what is missing. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { WAKE } from '../../chat/messages/live-events.ts';
import { dayOf } from '../../chat/messages/draft.ts';
import type { ChatMessage } from '../../chat/messages/message.ts';
import { personName } from '../../chat/people/name.ts';
import { PlaceRecord, CLOSED } from '../../chat/place/place.ts';
import { preview } from '../../chat/rooms/preview.ts';
import type { ChatRoom } from '../../chat/rooms/room.ts';
import { idOf, keys } from '../../chat/storage/keys.ts';
import { Events } from '../events.ts';
import { readCounters } from '../history/message-log.ts';
import { isMessage, readShown } from '../messages/annotations.ts';
import { react } from '../messages/changes.ts';
import { logLate, send } from '../messages/send-once.ts';
import { join } from '../people/people.ts';
import { readPerson } from '../people/standing.ts';
import { markRead, readMark } from '../rooms/read-marks.ts';
import { createRoom } from '../rooms/rooms.ts';
import { subscribeRooms } from '../rooms/subscribers.ts';
import { idFrom } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';
import { personNames, roomNames } from './names.ts';
import type { ImportedMessage, ImportedRoom } from './showcase.ts';

export interface Written {
	rooms: number;
	people: number;
	messages: number;
	reactions: number;
	/** Names that were taken or cannot be names, and what stands for them. */
	renamed: { was: string; is: string }[];
	senders: string[];
}

/** Creates rooms and gives reactions; no person has this id. */
const NOBODY = 'showcase';
/** The name of whoever gave a reaction: the showcase counts them and knows no more. */
const SOMEBODY = 'Somebody';

export async function writeShowcase(
	store: Hpkv,
	rooms: readonly ImportedRoom[],
	clock: () => number
): Promise<Written> {
	return new ShowcaseWriter(store, clock).write(rooms);
}

class ShowcaseWriter {
	readonly #store: Hpkv;
	readonly #clock: () => number;
	readonly #events: Events;
	readonly #written: Written = { rooms: 0, people: 0, messages: 0, reactions: 0, renamed: [], senders: [] };
	/** By what they are called in the showcase. */
	readonly #senders = new Map<string, Promise<{ id: string; name: string }>>();
	#placeName = CLOSED.name;
	#roomsBefore: ReadonlySet<string> = new Set();

	constructor(store: Hpkv, clock: () => number) {
		this.#store = store;
		this.#clock = clock;
		this.#events = new Events((error) => {
			throw error;
		});
		subscribeRooms(this.#events, store);
	}

	async write(rooms: readonly ImportedRoom[]): Promise<Written> {
		this.#placeName = parsed(PlaceRecord, await this.#store.get(keys.settings))?.name ?? CLOSED.name;
		this.#roomsBefore = new Set((await readRange(this.#store, keys.rooms)).map(({ key }) => idOf(key)));
		for (const room of rooms) await this.#writeRoom(room);
		await this.#store.set(keys.liveRooms, WAKE);
		await this.#events.settle();
		return this.#written;
	}

	async #writeRoom(imported: ImportedRoom): Promise<void> {
		const room = await this.#roomFor(imported);
		const [countBefore] = await readCounters(this.#store, room.id);
		const numbers = await this.#writeMessages(room.id, imported.messages);
		await this.#writeReactions(room.id, imported.messages, numbers);
		const [count] = await readCounters(this.#store, room.id);
		if (count > countBefore && countBefore > 0) await this.#markAllRead(room.id, countBefore, count);
		await this.#store.set(keys.live(room.id), WAKE);
	}

	async #roomFor({ id, name: was, createdAt }: ImportedRoom): Promise<ChatRoom> {
		for (const name of roomNames(was)) {
			const form = { typed: name, person: NOBODY, formId: `showcase ${id}` };
			const created = await createRoom(this.#store, form, createdAt ?? this.#clock());
			if (!created.ok) continue;
			if (!this.#roomsBefore.has(created.room.id)) this.#written.rooms += 1;
			if (created.room.name !== was) this.#written.renamed.push({ was, is: created.room.name });
			return created.room;
		}
		throw new Error(`There are too many rooms of the name ${was}.`);
	}

	#senderOf({ sender, timestamp }: ImportedMessage): Promise<{ id: string; name: string }> {
		const name = personName(sender);
		const known = name.ok ? name.folded : sender;
		let person = this.#senders.get(known);
		if (!person) this.#senders.set(known, (person = this.#personFor(known, sender, timestamp)));
		return person;
	}

	async #personFor(known: string, was: string, firstSeen: number): Promise<{ id: string; name: string }> {
		const id = idFrom(`showcase person ${known}`);
		const person = (await readPerson(this.#store, id)) ?? (await this.#join(id, was, firstSeen));
		this.#written.senders.push(person.name);
		if (person.name !== was.trim()) this.#written.renamed.push({ was, is: person.name });
		return { id, name: person.name };
	}

	async #join(id: string, was: string, firstSeen: number): Promise<{ name: string }> {
		for (const typed of personNames(was)) {
			const joined = await join(this.#store, { id, typed, role: 'member', placeName: this.#placeName }, firstSeen);
			if (!joined.ok) continue;
			this.#written.people += 1;
			return joined.person;
		}
		throw new Error(`There are too many people of the name ${was}.`);
	}

	/** @returns the number of each message, by its identity */
	async #writeMessages(room: string, messages: readonly ImportedMessage[]): Promise<Map<string, number>> {
		const [count] = await readCounters(this.#store, room);
		const standing = new Map(
			(await readShown(this.#store, room, 1, count)).filter(isMessage).map(({ id, n }) => [id, n] as const)
		);
		const numbers = new Map<string, number>();
		const added: number[] = [];
		let newest: ChatMessage | undefined;
		for (const message of messages) {
			const sendId = idFrom(`showcase message ${room} ${message.identity}`);
			const there = standing.get(sendId);
			if (there !== undefined) {
				numbers.set(message.identity, there);
				continue;
			}
			const { id: person, name: sender } = await this.#senderOf(message);
			// The day of the import: claims of an earlier day are swept while the import runs.
			const draft = { room, person, sender, day: dayOf(this.#clock()), sendId, message: message.text };
			const sent = await send(this.#store, draft, () => message.timestamp);
			if (!sent.ok) throw new Error(`The message ${message.identity} has been imported with another text.`);
			numbers.set(message.identity, sent.message.n);
			added.push(sent.message.n);
			this.#written.messages += 1;
			newest = sent.message;
		}
		await this.#announceBetween(room, added);
		const [last] = await readCounters(this.#store, room);
		if (newest && newest.n === last) await this.#store.set(keys.last(room), JSON.stringify(preview(newest)));
		return numbers;
	}

	/** Behind an old time, a reader takes a number that is still being written for settled. So it is announced as late. */
	async #announceBetween(room: string, added: readonly number[]): Promise<void> {
		const [first = 0, last = -1] = [added[0], added.at(-1)];
		const ours = new Set(added);
		for (let n = first; n <= last; n++) if (!ours.has(n)) await logLate(this.#store, room, n, this.#clock());
	}

	async #writeReactions(
		room: string,
		messages: readonly ImportedMessage[],
		numbers: ReadonlyMap<string, number>
	): Promise<void> {
		for (const { identity, reactions } of messages) {
			const n = numbers.get(identity);
			if (n === undefined || reactions.size === 0) continue;
			const [shown] = await readShown(this.#store, room, n, n);
			if (!shown || !isMessage(shown) || shown.deleted) continue;
			for (const [emoji, count] of reactions) {
				for (let each = 1; each <= count; each++) {
					const person = `${NOBODY}${each}`;
					if (shown.reactions?.some((held) => held.person === person && held.emoji === emoji)) continue;
					const given = await react(this.#store, { room, n, person }, { name: SOMEBODY, emoji, on: true }, this.#clock);
					if (given.ok) this.#written.reactions += 1;
				}
			}
		}
	}

	/** Whoever had read everything has read what is imported. Whoever was never there has nothing unread. */
	async #markAllRead(room: string, before: number, count: number): Promise<void> {
		for (const { key } of await readRange(this.#store, keys.people)) {
			const person = idOf(key);
			if ((await readMark(this.#store, person, room)) === before)
				await markRead(this.#store, this.#events, person, room, count);
		}
	}
}
