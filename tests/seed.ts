/**
 * `npm run seed`: fills the store of a Parley that is not running with rooms and messages to look at, through the same
 * functions that the app uses. Run again, it adds nothing: everything it writes is a repeat.
 */
import { keys } from '../src/lib/chat/keys.ts';
import { dayOf } from '../src/lib/chat/draft.ts';
import { preview } from '../src/lib/chat/preview.ts';
import { digest } from '../src/lib/server/ids.ts';
import { createRoom } from '../src/lib/server/rooms.ts';
import { join } from '../src/lib/server/people.ts';
import { send } from '../src/lib/server/send.ts';
import { readSettings } from '../src/lib/server/settings.ts';
import { openEmbedded } from '../src/hpkv/server/embed.server.ts';
import type { Hpkv } from '../src/hpkv/client/hpkv.ts';
import { CAST, CONVERSATIONS } from './fixtures/rooms.ts';

const MINUTE = 60_000;
const OLD_PAPERS = 'A long conversation';

const settings = readSettings(process.env);
if (settings.store.mode !== 'embedded') throw new Error('Seeding is for the embedded store: unset HPKV_BASE_URL');
const embedded = await openEmbedded({
	dataDir: settings.store.dataDir,
	apiKey: settings.store.apiKey,
	prefix: '/hpkv',
	allowedOrigin: () => false,
	serveApiKeys: false
});
try {
	await seed(embedded.client, Date.now());
	console.log(`Seeded ${CONVERSATIONS.length + 1} rooms in ${settings.store.dataDir}`);
} finally {
	await embedded.close();
}

async function seed(store: Hpkv, now: number): Promise<void> {
	const people = new Map<string, string>();
	for (const name of CAST) {
		const joined = await join(store, { typed: name, formId: `seed-${digest(name)}` }, now);
		if (!joined.ok) throw new Error(`${name} is taken: seed an empty store`);
		people.set(name, joined.person.id);
	}
	const say = async (room: string, sender: string, message: string, timestamp: number) => {
		const person = people.get(sender) ?? '';
		const draft = {
			room,
			person,
			sender,
			message,
			day: dayOf(now),
			sendId: digest(`${room}${sender}${message}`).slice(0, 32)
		};
		const sent = await send(store, draft, () => timestamp);
		if (sent.ok) await store.set(keys.last(room), JSON.stringify(preview(sent.message)));
	};
	const open = async (name: string, by: string, createdAt: number) => {
		const person = people.get(by) ?? '';
		const created = await createRoom(store, { typed: name, person, formId: `seed-${digest(name)}` }, createdAt);
		if (!created.ok) throw new Error(`The room ${name} could not be made: ${created.because}`);
		return created.room.id;
	};

	for (const { name, by, lines } of CONVERSATIONS) {
		const [first] = lines;
		const room = await open(name, by, now - (first?.[0] ?? 30) * MINUTE - MINUTE);
		for (const [minutes, sender, message] of lines) await say(room, sender, message, now - minutes * MINUTE);
	}
	const long = await open(OLD_PAPERS, 'Grace', now - 40_000 * MINUTE);
	for (let n = 1; n <= 180; n++) {
		const sender = CAST[Math.floor(n / 3) % CAST.length] ?? 'Ada';
		await say(long, sender, `Page ${n} of the old papers is copied.`, now - (12_000 - n * 7) * MINUTE);
	}
}
