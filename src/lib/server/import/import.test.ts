import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { scratch } from '../../../../tests/support/process.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { rehearsalOf } from '../../../hpkv/embedded/rehearsal.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { tally } from '../../chat/messages/message-view.ts';
import { keys } from '../../chat/storage/keys.ts';
import { Events } from '../events.ts';
import { isMessage, readShown } from '../messages/annotations.ts';
import { Posts } from '../messages/post-message.ts';
import { subscribeMessages } from '../messages/subscribers.ts';
import { joinOpenly } from '../people/people.ts';
import { readOrigin } from '../place/origin.ts';
import { markRead, readMark } from '../rooms/read-marks.ts';
import { createRoom, findRoom } from '../rooms/rooms.ts';
import { runCommand } from '../setup/commands.ts';
import { readRange } from '../storage/ranges.ts';
import { listRooms } from '../room-list/list-rooms.ts';
import { importCommand } from './import-command.ts';
import { findPerson } from '../people/person-names.ts';

const FIXTURE = fileURLToPath(new URL('../../../../tests/fixtures/showcase.json', import.meta.url));
/** The time of the fixture's first message. */
const FIRST = 1_795_000_000_000;
const NOW = FIRST + 86_400_000;
const EVERYTHING = { start: '!', end: '~' };

let store: Hpkv;
beforeEach(() => (store = memoryStore()));

async function imported(args = [FIXTURE], source = store): Promise<{ said: string; printed: string }> {
	const printed: string[] = [];
	const said = await importCommand(['showcase', ...args], {
		store,
		rehearsal: rehearsalOf(store),
		openSource: () => Promise.resolve({ store: source, close: () => Promise.resolve() }),
		clock: () => NOW,
		print: (line) => void printed.push(line)
	});
	return { said, printed: printed.join('\n') };
}

/** A file with these records. */
function fileOf(records: Record<string, unknown>): string {
	const { path, remove } = scratch();
	onTestFinished(remove);
	const file = join(path, 'showcase.json');
	const value = (each: unknown) => (typeof each === 'string' ? each : JSON.stringify(each));
	writeFileSync(
		file,
		JSON.stringify({ records: Object.entries(records).map(([key, each]) => ({ key, value: value(each) })) })
	);
	return file;
}

async function messagesIn(address: string) {
	const room = await findRoom(store, address);
	return room ? (await readShown(store, room.id, 1, 1_000)).filter(isMessage) : [];
}

const records = async () => JSON.stringify(await readRange(store, EVERYTHING));

test('a showcase is imported: rooms, messages in order with their times, people, reactions that nobody owns', async () => {
	const { said, printed } = await imported();
	expect(said).toBe('Done: 4 rooms, 4 of them new; 7 messages, 7 new; 3 new people; 5 new reactions.');
	expect(printed).toContain('"Garden" is called "Garden (2)" here.');
	expect(printed).toContain('Nobody can take these names: "Nils", "Zoë", "Ana María".');

	expect((await listRooms(store)).map(({ name, count, last }) => [name, count, last?.text])).toEqual([
		['Garden', 1, 'Seeds have come'],
		['Garden (2)', 0, undefined],
		['room_gone', 1, 'Nobody lists this room'],
		['Tea & Cake', 5, 'One, please']
	]);
	const tea = await messagesIn('tea-cake');
	expect(tea.map(({ n, sender, message, timestamp }) => [n, sender, message, timestamp - FIRST])).toEqual([
		[1, 'Nils', 'The kettle is on', 0],
		[2, 'Zoë', ' <i>Coming</i> & bringing "cake" 🍰', 0],
		[3, 'Nils', 'Two sugars?', 1_000],
		[4, 'Nils', 'Two sugars?', 1_000],
		[5, 'Zoë', 'One, please', 1_000]
	]);
	expect(tally(tea[1]!.reactions).map(({ emoji, people }) => [emoji, people.map(({ name }) => name)])).toEqual([
		['👍', ['Somebody', 'Somebody']],
		['❤️', ['Somebody']]
	]);
	expect(new Set(tea.map(({ person }) => person)).size).toBe(2);
});

test('a second import writes nothing, and a later one adds only what is new, also after people went on', async () => {
	await imported();
	const before = await records();
	expect((await imported()).said).toBe(
		'Done: 4 rooms, 0 of them new; 7 messages, 0 new; 0 new people; 0 new reactions.'
	);
	expect(await records()).toBe(before);

	const room = (await findRoom(store, 'garden'))!;
	const events = new Events((error) => {
		throw error;
	});
	subscribeMessages(events, store, () => Promise.resolve(true));
	const nils = (await findPerson(store, 'Nils'))!;
	const ids = { day: '20261119', sendId: 'send-0000000000000001' };
	await new Posts(store, () => NOW, events).post({
		room: room.id,
		person: nils.id,
		sender: 'Nils',
		message: 'Here now',
		...ids
	});
	const readers = ['Grace', 'Linus'].map((typed) => joinOpenly(store, { typed, formId: typed, placeName: '' }, NOW));
	const [grace, linus] = (await Promise.all(readers)).map((joined) => (joined.ok ? joined.person.id : ''));
	await markRead(store, events, grace!, room.id, 2);
	await markRead(store, events, linus!, room.id, 1);

	const { records: fixture } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as {
		records: { key: string; value: string }[];
	};
	const later = Object.fromEntries(fixture.map(({ key, value }) => [key, value]));
	const garden = JSON.parse(JSON.parse(later['chat:room_b2']!) as string) as { messages: object[] };
	garden.messages.push({ sender: 'Zoë', message: 'And they grow', timestamp: FIRST + 6_000, id: 'msg_2' });
	later['chat:room_b2'] = JSON.stringify(garden);
	expect((await imported([fileOf(later)])).said).toBe(
		'Done: 4 rooms, 0 of them new; 8 messages, 1 new; 0 new people; 0 new reactions.'
	);
	expect((await messagesIn('garden')).map(({ message }) => message)).toEqual([
		'Seeds have come',
		'Here now',
		'And they grow'
	]);
	// Whoever had read all has read all; whoever had not, has not.
	expect(await readMark(store, grace!, room.id)).toBe(3);
	expect(await readMark(store, linus!, room.id)).toBe(1);
});

test('names that are taken stay their holders’, and imported ones cannot be taken', async () => {
	const nils = await joinOpenly(store, { typed: 'Nils', formId: 'f', placeName: '' }, NOW);
	const mine = nils.ok ? nils.person.id : '';
	await createRoom(store, { typed: 'Tea & Cake', person: mine, formId: 'room-1' }, NOW);
	const { printed } = await imported();
	expect(printed).toContain('"Nils" is called "Nils (2)" here.');
	expect(printed).toContain('"Tea & Cake" is called "Tea & Cake (2)" here.');
	expect((await findPerson(store, 'nils'))?.id).toBe(mine);
	const zoe = await joinOpenly(store, { typed: 'ZOË', formId: 'g', placeName: '' }, NOW);
	expect(zoe).toEqual({ ok: false, because: 'taken' });
	const link = await runCommand(['signin-link', 'Zoë'], { store, origin: 'https://chat.example.org', now: NOW });
	expect(link).toMatch(/^Give this link to Zoë only/);
	expect((await imported()).said).toMatch(/^Done: 4 rooms, 0 of them new; 7 messages, 0 new; 0 new people/);
});

test('a dry run says the same and writes nothing', async () => {
	const { said } = await imported([FIXTURE, '--dry-run']);
	expect(said).toMatch(/^4 rooms, 4 of them new; 7 messages, 7 new; 3 new people; 5 new reactions[.]/);
	expect(said).toMatch(/This was a dry run: nothing is written[.]$/);
	expect((await readRange(store, EVERYTHING)).length).toBe(0);
});

test('a store holds a showcase as well, also the store that is imported into', async () => {
	const { records: fixture } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as {
		records: { key: string; value: string }[];
	};
	for (const { key, value } of fixture) if (key.startsWith('chat')) await store.set(key, value);
	expect((await imported(['https://api.example.org'], store)).said).toMatch(/7 messages, 7 new/);
});

test('an import into a store that Parley never opened leaves the place closed', async () => {
	await imported();
	expect(await readOrigin(store)).toBe('new');
	expect(await store.get(keys.settings)).toBeUndefined();
});

const message = (more: object) => ({ sender: 'Nils', message: 'Tea', timestamp: FIRST, id: 'a', ...more });
const room = (...messages: unknown[]) => ({
	chatrooms: { chatrooms: [{ id: 'r', name: 'Hall' }] },
	'chat:r': { messages }
});

test.each<[string, Record<string, unknown>, string]>([
	[
		'a list that is no JSON',
		{ chatrooms: '{"chatrooms":', 'chat:r': { messages: [] } },
		'The list of rooms cannot be read'
	],
	['a room without a name', { chatrooms: { chatrooms: [{ id: 'r' }] } }, 'Room 1 of the list has no id or no name.'],
	[
		'two rooms of one id',
		{
			chatrooms: {
				chatrooms: [
					{ id: 'r', name: 'A' },
					{ id: 'r', name: 'B' }
				]
			}
		},
		'Room "B" has the id of another room.'
	],
	['messages that are no list', { 'chat:r': { messages: 'none' } }, 'The messages of room "r" cannot be read.'],
	[
		'messages encoded five times',
		{ 'chat:r': JSON.stringify(JSON.stringify(JSON.stringify(JSON.stringify('{}')))) },
		'The messages of room "r" cannot be read.'
	],
	['a message that is none', room(null), 'Message 1 of room "Hall" has no sender or no text.'],
	['a sender that is no text', room(message({ sender: { toString: 1 } })), 'has no sender or no text.'],
	['a time that is none', room(message({ timestamp: '1e999' })), 'has no time, or one in the future.'],
	['a time in the future', room(message({ timestamp: NOW + 1 })), 'has no time, or one in the future.'],
	[
		'a message without text',
		room(message({}), message({ message: ' \u200b\n' })),
		'Message 2 of room "Hall" is empty.'
	],
	['a message that is too long', room(message({ message: 'x'.repeat(8_001) })), 'is too long.'],
	[
		'reactions that are no counts',
		room(message({ reactions: { heart: '<b>' } })),
		'has reactions that are no numbers.'
	],
	['a negative count', room(message({ reactions: { heart: -1 } })), 'has reactions that are no numbers.'],
	['more reactions than people', room(message({ reactions: { heart: 1e9 } })), 'has more than 2000 reactions.'],
	[
		'an unknown reaction',
		room(message({ reactions: { constructor: 3 } })),
		'has a reaction that is unknown, "constructor".'
	],
	[
		'a name with control characters',
		{ chatrooms: { chatrooms: [{ id: 'r', name: '\u001b[31m\u202eHall' }] }, 'chat:r': '!' },
		'The messages of room " [31m Hall" cannot be read.'
	]
])('%s is told in a sentence, and nothing is written', async (_, hostile, sentence) => {
	const file = fileOf(hostile);
	await expect(imported([file])).rejects.toThrow(sentence);
	await expect(imported([file])).rejects.toThrow('Nothing is written. --skip imports the rest.');
	expect((await readRange(store, EVERYTHING)).length).toBe(0);
	expect((await imported([file, '--skip'])).said).toMatch(/^Done: /);
});

test.each([
	['Parley', 'Parley (2)'],
	['x'.repeat(100), 'x'.repeat(40)],
	['', 'Somebody'],
	['\u202e\u0000', 'Somebody'],
	['Аda', 'Somebody'],
	['__proto__', '__proto__']
])('the sender %j is called %j', async (sender, name) => {
	await imported([fileOf(room(message({ sender })))]);
	expect((await messagesIn('hall')).map((each) => each.sender)).toEqual([name]);
});

test.each([
	['', 'Imported room'],
	['\u200b', 'Imported room'],
	['!!!', 'Imported room'],
	['Hall '.repeat(100), 'Hall '.repeat(12).trim()]
])('a room named %j is called %j', async (typed, name) => {
	await imported([fileOf({ chatrooms: { chatrooms: [{ id: 'r', name: typed }] } })]);
	expect((await listRooms(store)).map((each) => each.name)).toEqual([name]);
});

test('an import that the process did not survive is finished by the next', async () => {
	let writes = 0;
	const dying: Hpkv = {
		...store,
		set: (key, value) => (++writes > 20 ? Promise.reject(new Error('killed')) : store.set(key, value))
	};
	const context = {
		rehearsal: rehearsalOf(store),
		openSource: () => Promise.reject(new Error('none')),
		clock: () => NOW
	};
	await expect(
		importCommand(['showcase', FIXTURE], { ...context, store: dying, print: () => undefined })
	).rejects.toThrow('killed');
	await imported();
	expect((await messagesIn('tea-cake')).map(({ message }) => message)).toHaveLength(5);
	expect((await imported()).said).toMatch(/4 rooms, 0 of them new; 7 messages, 0 new; 0 new people; 0 new reactions/);
});

test.each([
	[['showcase'], 'import showcase FROM'],
	[['slack', FIXTURE], 'import showcase FROM'],
	[['showcase', FIXTURE, '--force'], 'import does not know --force'],
	[['showcase', fileURLToPath(import.meta.url)], 'is no JSON']
])('import %j is refused', async (args, sentence) => {
	await expect(
		importCommand(args, {
			store,
			rehearsal: rehearsalOf(store),
			openSource: () => Promise.reject(new Error('none')),
			clock: () => NOW,
			print: () => undefined
		})
	).rejects.toThrow(sentence);
});
