/** Two people who begin a conversation at once; the first message of one, whose sender may die; two messages at once. */
import { expect, test } from 'vitest';
import type { Hpkv } from '../../src/hpkv/port.ts';
import { DIRECT_ID, unlistedAddress } from '../../src/lib/chat/rooms/kind.ts';
import { ChatRoom } from '../../src/lib/chat/rooms/room.ts';
import { keys } from '../../src/lib/chat/storage/keys.ts';
import { directId, startDirect } from '../../src/lib/server/direct/direct-rooms.ts';
import { appendClaim } from '../../src/lib/server/storage/claims.ts';
import { Events } from '../../src/lib/server/events.ts';
import { subscribeDirect } from '../../src/lib/server/messages/direct-subscribers.ts';
import { Posts } from '../../src/lib/server/messages/post-message.ts';
import { roomFor } from '../../src/lib/server/rooms/access.ts';
import { heldIn } from '../../src/lib/server/rooms/memberships.ts';
import { roomStateIn } from '../../src/lib/server/rooms/rooms.ts';
import { memoryStore } from '../../src/hpkv/embedded/memory.ts';
import { visitorOf } from '../fixtures/visitors.ts';
import { explore, type Actor, type Answer, type Records } from './explore.ts';

const PEOPLE = ['ann', 'bea'] as const;
type Name = (typeof PEOPLE)[number];
const otherOf = (person: Name): Name => (person === 'ann' ? 'bea' : 'ann');
const DAY = '20231114';

/** Two people, and the key of the store. */
const persons = Object.fromEntries(
	PEOPLE.map((id) => [keys.person(id), JSON.stringify({ id, name: id, createdAt: 1 })])
);
const store = memoryStore();
await appendClaim(store, keys.directKey, { key: 'the key of the store' });
const START: Records = { ...persons, [keys.directKey]: (await store.get(keys.directKey)) ?? '' };
const ROOM = await directId(store, PEOPLE);
const ADDRESS = unlistedAddress(ROOM);

type Lie = (store: Hpkv) => Hpkv;
const truth: Lie = (store) => store;

/** What no actor reads is not written, and people are not looked up again: fewer states. */
const quiet = (store: Hpkv): Hpkv => ({
	...store,
	hearsAllWrites: true,
	onWritten: () => undefined,
	get: (key) => (/^(person|standing|directkey)/.test(key) ? Promise.resolve(START[key]) : store.get(key)),
	set: (key, value) => (/^(list|last|live):?/.test(key) ? Promise.resolve() : store.set(key, value))
});

const starter = (by: Name, lie = truth): Actor => ({
	name: `${by} begins`,
	run: async (store, clock) => {
		const started = await startDirect(lie(quiet(store)), { by, others: [otherOf(by)] }, clock());
		return started.ok ? started.room.id : started.because;
	}
});

/** Sends as the page does, the subscriber behind the answer included. */
const sender = (person: Name, lie = truth, number = 1): Actor => ({
	name: `${person} sends ${number}`,
	run: async (whole, clock) => {
		const store = lie(quiet(whole));
		const entry = await roomFor(store, visitorOf(person), ADDRESS, 'write');
		if (!entry.ok) return 'no room';
		const events = new Events((error) => {
			throw error;
		});
		subscribeDirect(events, store);
		const send = {
			room: ROOM,
			person,
			sender: person,
			day: DAY,
			sendId: `${person}-000000000000000${number}`,
			message: person
		};
		const posted = await new Posts(store, clock, events).post(send, entry);
		await events.settle();
		return posted.ok ? posted.message.n : posted.because;
	}
});

const isMember = (records: Records, person: Name) =>
	heldIn(records[keys.memberOf(person, ROOM)], roomStateIn(records[keys.roomState(ROOM)])) !== undefined;
const toldBy = (records: Records, person: Name) => heldIn(records[keys.memberOf(person, ROOM)], {})?.told === true;
const rowOf = (records: Records, person: Name) =>
	JSON.parse(records[keys.directRow(person, ROOM)] ?? 'null') as { last?: { n: number } } | null;
/** The number of the newest message; a void is none. */
function newest(records: Records): number {
	const messages = Object.entries(records).filter(
		([key, value]) => key.startsWith('message:') && value.includes('"id"')
	);
	return Math.max(0, ...messages.map(([key]) => Number(key.split(':')[2])));
}

function wrong(records: Records, answers: readonly Answer[], ended: boolean): string[] {
	const found: string[] = [];
	const hasMessage = newest(records) > 0;
	for (const person of PEOPLE) {
		const isFound = isMember(records, person) && rowOf(records, person) !== null;
		if (hasMessage && !isFound) found.push('a message that one of its people cannot find');
		if (toldBy(records, person) && !hasMessage) found.push('told before there is a message');
	}
	if (!ended) return found;
	const begun = answers.filter(({ name }) => name.endsWith('begins'));
	if (begun.some(({ answer }) => answer !== ROOM)) found.push('they do not meet');
	const { e = '', es = {} } = roomStateIn(records[keys.roomState(ROOM)]);
	if (Object.keys(es).join() !== e) found.push('they hear different epochs');
	const { people = [] } = ChatRoom.parse(JSON.parse(records[keys.room(ROOM)] ?? '{}'));
	if (people.join() !== PEOPLE.join()) found.push('not a room of both');
	const isBegunBy = (person: Name) => begun.some(({ name }) => name.startsWith(person));
	const hasSent = answers.some(({ name }) => name.includes('sends'));
	for (const person of PEOPLE) {
		const has = Object.keys(records).some((key) => /^(memberof|member|dm):/.test(key) && key.includes(person));
		if (!hasSent && !isBegunBy(person) && has) found.push('something of another person before the first message');
		if (hasSent && rowOf(records, person)?.last?.n !== newest(records)) found.push('a list without the newest message');
	}
	return found;
}

/** The records after some acts, one after the other. */
async function after(...actors: Actor[]): Promise<Records> {
	const store = memoryStore();
	for (const [key, value] of Object.entries(START)) await store.set(key, value);
	for (const actor of actors) await actor.run(store, () => 1_700_000_000_000);
	const { records } = await store.range(' ', '~', 1_000);
	return Object.fromEntries(records.map(({ key, value }) => [key, value]));
}

const walk = (actors: Actor[], crashes: number, records = START) => explore({ actors, crashes, records, wrong });
const BEGUN = await after(starter('ann'));
const BOTH_BEGUN = await after(starter('ann'), starter('bea'));
/** A message of each, so that nobody has to be told. */
const TOLD = await after(starter('ann'), starter('bea'), sender('ann'), sender('bea'));

test('the id is made of the people, and is of the class of direct rooms', () => {
	expect(ROOM.startsWith(DIRECT_ID)).toBe(true);
});

test.each([
	['two who begin at once', [starter('ann'), starter('bea')], 2, START],
	['one who begins alone', [starter('ann')], 1, START],
	['the first message while the other begins', [sender('ann'), starter('bea')], 1, BEGUN],
	['the first message, twice, of a sender who dies', [sender('ann'), sender('ann')], 1, BEGUN],
	['first messages of both at once, one of whom dies', [sender('ann'), sender('bea')], 1, BOTH_BEGUN],
	['two messages at once', [sender('ann', truth, 2), sender('bea', truth, 2)], 0, TOLD]
] as [string, Actor[], number, Records][])(
	'direct messages: %s',
	async (of, actors, crashes, records) => {
		const { states, wrong } = await walk(actors, crashes, records);
		console.log(`direct messages, ${of}: ${states} states`);
		expect([...wrong]).toEqual([]);
		expect(states).toBeGreaterThan(5);
	},
	600_000
);

const lying =
	(change: (store: Hpkv) => Partial<Hpkv>): Lie =>
	(store) => ({ ...store, ...change(store) });
const tellsNobody = lying((store) => ({
	patch: (key, value) => (/^(memberof:bea|dm:bea)/.test(key) ? Promise.resolve() : store.patch(key, value))
}));
const ownKey = lying((store) => ({ get: (key) => store.get(key === keys.directKey ? 'another key' : key) }));
const ownEpoch = lying((store) => ({
	patch: (key, value) => store.patch(key, key === keys.roomState(ROOM) ? '{"e":"own","es":{"own":1}}' : value)
}));
const tellsAtOnce = lying((store) => ({
	patch: async (key, value) => {
		await store.patch(key, value);
		if (key === keys.memberOf('ann', ROOM)) await store.patch(keys.memberOf('bea', ROOM), value);
	}
}));
const looksForNothingNewer = lying((store) => ({
	get: (key) => (key === keys.messageCount(ROOM) ? Promise.resolve(undefined) : store.get(key))
}));
const isToldBeforehand: Actor = {
	name: 'ann sends 1',
	run: async (store, clock) => {
		await store.patch(keys.memberOf('ann', ROOM), '{"told":true}');
		return sender('ann').run(store, clock);
	}
};
const anotherKey = async (): Promise<Records> => {
	const other = memoryStore();
	await appendClaim(other, 'another key', { key: 'another' });
	return { ...START, 'another key': (await other.get('another key')) ?? '' };
};

// A walk without a way for the fault to show would pass: each guard is taken out once.
test.each([
	['the id depends on who begins', 'they do not meet', [starter('ann', ownKey), starter('bea')], await anotherKey()],
	['each draws an epoch', 'they hear different epochs', [starter('ann', ownEpoch), starter('bea')], START],
	[
		'the other is made a member at once',
		'something of another person before the first message',
		[starter('ann', tellsAtOnce)],
		START
	],
	[
		'the others are told after the message',
		'a message that one of its people cannot find',
		[sender('ann', tellsNobody)],
		BEGUN
	],
	['who sends has told before there is a message', 'told before there is a message', [isToldBeforehand], BEGUN],
	[
		'nobody looks for a newer message after setting a row',
		'a list without the newest message',
		[sender('ann', looksForNothingNewer), sender('bea', looksForNothingNewer)],
		BOTH_BEGUN
	]
] as [string, string, Actor[], Records][])(
	'the walk of direct messages fails where %s',
	async (_, fault, actors, records) => {
		expect([...(await walk(actors, 0, records)).wrong]).toContain(fault);
	},
	600_000
);
