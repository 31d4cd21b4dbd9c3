/** A room with a past, put into a folder that an app is then started on. */
import { openEmbedded } from '../../../src/hpkv/embedded/open.server.ts';
import type { Hpkv } from '../../../src/hpkv/port.ts';
import { keys } from '../../../src/lib/chat/storage/keys.ts';
import type { ChatMessage } from '../../../src/lib/chat/messages/message.ts';
import { preview } from '../../../src/lib/chat/rooms/preview.ts';
import { joinOpenly } from '../../../src/lib/server/people/people.ts';
import { readStanding } from '../../../src/lib/server/people/standing.ts';
import { createRoom } from '../../../src/lib/server/rooms/rooms.ts';
import { openSession } from '../../../src/lib/server/people/sessions.ts';

export interface Past {
	/** The room's path. */
	path: string;
	room: string;
	/** Of somebody who has been there and has read everything: the value of their session's cookie. */
	session: string;
	/** The ids of those who write. */
	people: string[];
}

const CAST = ['Ada', 'Grace', 'Lin', 'Tomás', 'Yuki', 'Noor'];

/** As people write in a working day: most of it plain, some of it with signs. */
const LINES = [
	'There is. Second shelf, behind the biscuits that nobody admits to buying.',
	'Found both. Thank you.',
	'The oven is fixed. It was the thermostat, not the fuse: we changed the fuse twice for nothing.',
	'If anybody wants to bake, it now means what it says.',
	'Add yourselves here, please: https://example.org/thursday (no account needed).',
	'Reviewed. One question on the retry, otherwise **good**.',
	'Staging has it since noon: 1,204 sign-ins, no error that we did not know.',
	'@Grace it is `npm test` that hung, not the build. Looking.',
	'Not shouting.',
	'Thursday list so far:\n- Yuki: melonpan\n- Ada: soup\n- me: bread, if the starter forgives me'
];

/** Several people, each a few messages in a row. */
export function lineOf(n: number): { user: string; text: string } {
	return { user: CAST[Math.floor(n / 3) % CAST.length] ?? '', text: LINES[n % LINES.length] ?? '' };
}

/** Theirs in a room, one every two minutes, the last of them a minute ago. */
export function messageOf(room: string, people: readonly string[], n: number, of: number, now: number): ChatMessage {
	const { user, text } = lineOf(n);
	return {
		n,
		id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
		room,
		person: people[CAST.indexOf(user)] ?? '',
		sender: user,
		message: text,
		timestamp: now - (of - n) * 120_000 - 60_000
	};
}

/** Writes at once, so that they share commits. */
const AT_ONCE = 1_000;

/** Stored as sends leave them, without their claims. */
export async function say(store: Hpkv, room: string, people: readonly string[], messages: number): Promise<void> {
	const now = Date.now();
	for (let from = 1; from <= messages; from += AT_ONCE) {
		const count = Math.min(AT_ONCE, messages - from + 1);
		await Promise.all(
			Array.from({ length: count }, (_, i) => {
				const message = messageOf(room, people, from + i, messages, now);
				return store.set(keys.message(room, message.n), JSON.stringify(message));
			})
		);
	}
	if (messages === 0) return;
	await store.increment(keys.messageCount(room), messages);
	await store.set(keys.last(room), JSON.stringify(preview(messageOf(room, people, messages, messages, now))));
}

/** A kitchen with so many messages, and some rooms beside it. */
export async function furnish(dataDir: string, messages: number): Promise<Past> {
	const embedded = await openEmbedded({ dataDir, prefix: '/hpkv', allowedOrigin: () => false, serveApiKeys: false });
	const store = embedded.client;
	try {
		const now = Date.now();
		const people: string[] = [];
		for (const name of CAST) {
			const joined = await joinOpenly(store, { typed: name, formId: `bench-${name}`, placeName: 'Parley' }, now);
			if (!joined.ok) throw new Error(`${name} could not join: ${joined.because}`);
			people.push(joined.person.id);
		}
		const [ada = ''] = people;
		const open = async (name: string) => {
			const created = await createRoom(store, { typed: name, person: ada, formId: `bench-${name}` }, now);
			if (!created.ok) throw new Error(`The room ${name} could not be made: ${created.because}`);
			return created.room;
		};
		for (const name of ['Attic', 'Release 2.4', 'Bicycles & other machines', '日本語']) {
			const { id } = await open(name);
			await say(store, id, people, 3);
		}
		const kitchen = await open('Kitchen');
		await say(store, kitchen.id, people, messages);
		await store.set(keys.read(ada, kitchen.id), String(messages));
		const session = await openSession(
			store,
			{ id: ada, name: 'Ada', createdAt: now },
			{ generation: (await readStanding(store, ada)).generation, device: { browser: 'Bench', address: '127.0.0.1' } },
			now
		);
		return { path: `/rooms/${kitchen.slug}`, room: kitchen.id, session, people };
	} finally {
		await embedded.close();
	}
}
