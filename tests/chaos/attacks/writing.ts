/** Attacks by people who have joined, all from one address. */
import { randomUUID } from 'node:crypto';
import { dayOf } from '../../../src/lib/chat/messages/draft.ts';
import { flood, isTaken, PEOPLE, type Assault, type Target } from './assault.ts';
import { Client, type Answer } from './client.ts';

/** Names that could be meant by an `@`, as many as fit into a message. */
const FULL_OF_MENTIONS = '@a b c d e '.repeat(200).slice(0, 1_990);

const EMOJI = [
	'👍',
	'🎉',
	'🚀',
	'🍲',
	'🥕',
	'🧅',
	'🥔',
	'🍞',
	'🧀',
	'🍎',
	'🍐',
	'🍋',
	'🍇',
	'🍓',
	'🍒',
	'🍑',
	'🥝',
	'🍅',
	'🥑',
	'🌶',
	'🌽',
	'🥦'
];

/** Everything answers a script with 200; what the action made of it stands in the body. */
const isDone = (answer: Answer) => isTaken(answer) && !answer.body.includes('"type":"failure"');

/** Joins as often as it may, up to `most`. */
async function people(target: Target, most: number): Promise<Client[]> {
	const joined: Client[] = [];
	while (joined.length < most) {
		const client = new Client(target.url, target.address, 8);
		if (!(await client.join())) break;
		joined.push(client);
	}
	if (joined.length === 0) throw new Error('The attacker could not join');
	return joined;
}

/** An attack by as many people as it may make. */
const byPeople =
	(most: number, attack: (clients: Client[], target: Target, over: () => boolean) => ReturnType<Assault>): Assault =>
	async (target, over) => {
		const clients = await people(target, most);
		try {
			return await attack(clients, target, over);
		} finally {
			for (const client of clients) client.close();
		}
	};

const oneOf = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

const say = (client: Client, room: string, message: string, sendId: string = randomUUID()) =>
	client.post(`${room}?/send`, { message, sendId, day: dayOf(Date.now()) });

export const joins: Assault = (target, over) =>
	flood(32, over, async () => {
		const client = new Client(target.url, target.address, 1);
		return client.join().finally(() => client.close());
	});

export const rooms = byPeople(PEOPLE.rooms, (clients, _, over) =>
	flood(16, over, async (n) =>
		isDone(await oneOf(clients, n).post('/?/create', { name: `Room ${randomUUID()}`, formId: randomUUID() }))
	)
);

/** Long messages, half of them another text under an id that has been used. */
export const sends = byPeople(PEOPLE.sends, (clients, { room }, over) =>
	flood(16, over, async (n) =>
		isDone(await say(oneOf(clients, n), room, `${n} ${'soup '.repeat(390)}`, n % 2 ? randomUUID() : 'a'.repeat(20)))
	)
);

/** Edits one message full of names, over and over, and reads it. */
export const edits = byPeople(PEOPLE.edits, async (clients, { room, newest }, over) => {
	const mine = oneOf(clients, 0);
	await say(mine, room, FULL_OF_MENTIONS);
	return flood(8, over, async (n) => {
		if (n % 4 === 0) await mine.get(room);
		return isDone(await mine.post(`${room}?/edit`, { n: String(newest + 1), message: `${FULL_OF_MENTIONS} ${n}` }));
	});
});

/** Everybody reacts with everything to one message, and takes it back. */
export const reactions = byPeople(PEOPLE.reactions, (clients, { room, newest }, over) =>
	flood(16, over, async (n) => {
		const reaction = `${newest} ${oneOf(EMOJI, Math.floor(n / clients.length))} ${n % 3 ? 'on' : 'off'}`;
		return isDone(await oneOf(clients, n).post(`${room}?/react`, { reaction }));
	})
);

/** Moves read marks to and fro. */
export const reads = byPeople(PEOPLE.reads, (clients, { room, newest }, over) =>
	flood(32, over, async (n) => {
		const fields = { n: String((n % newest) + 1) };
		const client = oneOf(clients, n);
		return n % 2
			? isTaken(await client.post(`${room}/read`, fields))
			: isDone(await client.post(`${room}?/unread`, fields));
	})
);

/** Many people, each in a new tab every time. */
export const presence = byPeople(PEOPLE.presence, (clients, { room }, over) =>
	flood(16, over, async (n) =>
		isTaken(await oneOf(clients, n).post(`${room}/here`, { tab: randomUUID(), act: n % 3 ? 'here' : 'typing' }))
	)
);
