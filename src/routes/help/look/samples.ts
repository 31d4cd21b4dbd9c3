import type { ShownMessage } from '$lib/chat/messages/message-view.ts';
import type { RoomRow } from '$lib/chat/rooms/room.ts';

export const ME = { id: 'vera', name: 'Vera Lindqvist' };
export const ZONE = 'Europe/Lisbon';
/** A day of its own, so that every picture of the page is the same. */
export const NOW = Date.UTC(2026, 10, 27, 17, 30);
const MINUTE = 60_000;

export const NAMES = [
	ME.name,
	'Tom Okafor',
	'Noor',
	'Lin Wei',
	'Grace Hopper',
	'木村 葵',
	'مريم حداد',
	'Łukasz Żak',
	'Ada Lovelace',
	'Olga Ivanova',
	'Sven Ström',
	'Zoë Adeyemi',
	'Kim',
	'Élodie Petit',
	'Jonas Berg',
	'Marta Álvarez',
	'🦊',
	'Bo O’Brien',
	'Íris Jónsdóttir',
	'Wout de Vries',
	'Δήμητρα',
	'Наталья Орлова',
	'Gina Garcia',
	'Quinn'
];

type Said = Pick<ShownMessage, 'person' | 'sender' | 'message'> & Partial<ShownMessage> & { before: number };

const tom = { person: 'tom', sender: 'Tom Okafor' };
const lin = { person: 'lin', sender: 'Lin Wei' };
const mine = { person: ME.id, sender: ME.name };
const reacted = (emoji: string, ...people: string[]) =>
	people.map((person, i) => ({ emoji, person, name: person === ME.id ? ME.name : person, m: i + 1, on: true }));

const SAID: Said[] = [
	{ ...tom, before: 1_500, message: 'Who looks after the soup today?' },
	{ ...tom, before: 1_499, message: 'It wants an hour.' },
	{
		...mine,
		before: 1_480,
		message: 'I do. Bring bowls, **and bread** if there is any left.',
		edited: { m: 1, timestamp: NOW - 1_470 * MINUTE }
	},
	{ ...mine, before: 1_479, message: '', deleted: true },
	{
		...lin,
		before: 60,
		message:
			'> I do. Bring bowls.\n\n@Vera Lindqvist, here is the list:\n\n- melonpan\n- soup, see [the recipe](https://example.org/soup)\n- `salt`',
		reactions: [...reacted('👍', ME.id, 'Tom Okafor'), ...reacted('🎉', 'Tom Okafor')]
	},
	{
		...tom,
		before: 50,
		message: '```ts\nconst soup = await heat({ celsius: 95, minutes: 60, steam: false });\nreturn soup;\n```'
	},
	{ person: 'mariam', sender: 'مريم حداد', before: 41, message: 'سأحضر التمر والقهوة ☕' },
	{ person: 'aoi', sender: '木村 葵', before: 40, message: '🎉🍞' },
	{
		...lin,
		before: 30,
		message:
			'The customer says that the export is empty on Safari 17.2 only. I can reproduce it: the address of the file is revoked before the download starts. A patch follows, and a test that would have found it.'
	},
	{ ...lin, before: 29, message: 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenfabrikantenverein' },
	{ ...mine, before: 20, message: 'Thank you.' },
	{ ...tom, before: 10, message: 'And spoons.' }
];

export const MESSAGES: ShownMessage[] = SAID.map(({ before, ...said }, i) => ({
	n: i + 1,
	id: `sample-${i + 1}`,
	room: 'sample',
	timestamp: NOW - before * MINUTE,
	...said
}));

export const PENDING = [
	{ id: 'p1', message: 'This one is on its way.', state: 'sending' as const },
	{ id: 'p2', message: 'This one waits.', state: 'waiting' as const, reason: 'Waiting for connection.' },
	{
		id: 'p3',
		message: 'This one was refused.',
		state: 'failed' as const,
		reason: 'This room is archived. You can read it but not post.'
	}
].map((each) => ({ ...each, person: ME.id, sender: ME.name, timestamp: NOW }));

const room = (name: string, more: Partial<RoomRow> = {}): RoomRow => ({
	id: name,
	slug: name.toLowerCase().replaceAll(/\W+/g, '-'),
	name,
	createdAt: NOW - 9_000 * MINUTE,
	count: 12,
	read: 12,
	last: { n: 12, sender: 'Tom Okafor', text: 'And spoons.', timestamp: NOW - 10 * MINUTE },
	...more
});
export const OPEN_ROOM = 'kitchen';
export const ROOMS = [
	room('Kitchen'),
	room('Design', { read: 9 }),
	room('Release 2.4', { read: 10, mentions: [12] }),
	room('Everything, and a name that is far too long for its row', { read: 0, count: 140 }),
	room('Planning', { kind: 'private', unvisited: true, last: undefined, count: 4, read: 4 }),
	room('Empty so far', { last: undefined, count: 0, read: 0 }),
	room('Tom Okafor', { kind: 'direct', person: 'tom', read: 10 }),
	room('Noor, Lin Wei', { kind: 'direct', others: 2 }),
	room(`${ME.name} (you)`, { kind: 'direct', person: ME.id }),
	room('Summer fair', { archived: true, last: { n: 3, sender: 'Lin Wei', text: '', timestamp: NOW - 4_000 * MINUTE } })
];
