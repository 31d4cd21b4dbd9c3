/**
 * Removing a member of a private room, at a store that recalls no token: the remover, a person who asks for a token, one who
 * reads, one who sends, one who stays, one who adds again, and a late copy of the first adding.
 */
import { expect, test } from 'vitest';
import type { Hpkv } from '../../src/hpkv/port.ts';
import { WAKE } from '../../src/lib/chat/messages/live-events.ts';
import type { ChatMessage } from '../../src/lib/chat/messages/message.ts';
import { unlistedAddress } from '../../src/lib/chat/rooms/kind.ts';
import type { RoomState } from '../../src/lib/chat/rooms/room.ts';
import { keys } from '../../src/lib/chat/storage/keys.ts';
import { Events } from '../../src/lib/server/events.ts';
import { subscribeMessages } from '../../src/lib/server/messages/subscribers.ts';
import { readInRoom, roomFor } from '../../src/lib/server/rooms/access.ts';
import { hearingOf, readHearing } from '../../src/lib/server/rooms/epochs.ts';
import { addMember, endMembership, heldIn } from '../../src/lib/server/rooms/memberships.ts';
import { removeMember, startAt } from '../../src/lib/server/rooms/removal.ts';
import { roomStateIn } from '../../src/lib/server/rooms/rooms.ts';
import { visitorOf } from '../fixtures/visitors.ts';
import { explore, type Actor, type Answer, type Records, type Space } from './explore.ts';

const ROOM = `0${'a'.repeat(25)}`;
const ADDRESS = unlistedAddress(ROOM);
/** Set when the removal of Ann is acknowledged. */
const ACKNOWLEDGED = 'acknowledged';

const added = (id: string) => JSON.stringify({ in: { [id]: { by: 'bea', since: 1 } } });
const membersOf = (people: Record<string, string>): Records =>
	Object.fromEntries(
		Object.entries(people).flatMap(([person, id]) => [
			[keys.memberOf(person, ROOM), added(id)],
			[keys.member(ROOM, person), added(id)]
		])
	);
const START: Records = {
	[keys.room(ROOM)]: JSON.stringify({ id: ROOM, slug: ADDRESS, name: 'S', createdAt: 1, createdBy: 'bea' }),
	[keys.roomState(ROOM)]: JSON.stringify({ kind: 'private', e: 'e0', es: { e0: 1 } } satisfies RoomState),
	...membersOf({ ann: 'ann-1', bea: 'bea-1', cal: 'cal-1' })
};

/** What no actor reads is not written: fewer states. */
const quiet = (store: Hpkv): Hpkv => ({
	...store,
	set: (key, value) => (/^(herelive|typinglive|list|last):/.test(key) ? Promise.resolve() : store.set(key, value))
});

type Lie = (store: Hpkv) => Hpkv;
const truth: Lie = (store) => store;
const lying =
	(change: (store: Hpkv) => Partial<Hpkv>): Lie =>
	(store) => ({ ...store, ...change(store) });

const remover = (person = 'ann', lie = truth): Actor => ({
	name: `remover of ${person}`,
	run: async (store, clock) => {
		await removeMember(lie(quiet(store)), { room: ROOM, person }, clock());
		if (person === 'ann') await store.set(ACKNOWLEDGED, '1');
		return 'removed';
	}
});

/** @returns the epoch that the token names */
const minter = (person = 'ann', lie = truth): Actor => ({
	name: `minter of ${person}`,
	run: async (store) => {
		const found = await roomFor(lie(quiet(store)), visitorOf(person), ADDRESS, 'read');
		return found.ok ? hearingOf(ROOM, found.state)?.epoch : undefined;
	}
});

type Read = (store: Hpkv) => Promise<string | undefined>;
const reads: Read = async (store) => {
	const read = await readInRoom(store, visitorOf('ann'), ADDRESS, () => store.get(keys.message(ROOM, 1)));
	return read.ok ? read.data : undefined;
};
const reader = (read = reads): Actor => ({ name: 'reader', run: (store) => read(quiet(store)) });

type Wake = (store: Hpkv, message: ChatMessage) => Promise<void>;
const stores = (store: Hpkv, message: ChatMessage) => store.set(keys.message(ROOM, 1), JSON.stringify(message));
const wakes: Wake = async (store, message) => {
	const events = new Events((error) => {
		throw error;
	});
	subscribeMessages(events, store, () => Promise.resolve(false));
	await stores(store, message);
	await events.publish('messagePosted', { message, repeated: false });
	await events.settle();
};
const sender = (wake = wakes): Actor => ({
	name: 'sender',
	run: async (store) => {
		const message = (await store.get(ACKNOWLEDGED)) ? 'after' : 'before';
		const rest = { n: 1, id: 'x', room: ROOM, person: 'bea', sender: 'Bea', timestamp: 1 };
		await wake(quiet(store), { ...rest, message });
		return 'sent';
	}
});

interface Staying {
	epoch: string | undefined;
	knows: boolean;
}
/**
 * Bea's page: a token, a subscription (it deletes what the key holds, so that a later value is one that it has heard), a
 * question for news; after each wake a question, and after another epoch a token.
 */
const stayer: Actor = {
	name: 'stayer',
	run: async (whole): Promise<Staying> => {
		const store = quiet(whole);
		let staying: Staying = { epoch: undefined, knows: false };
		const ask = async () => {
			const news = await readInRoom(store, visitorOf('bea'), ADDRESS, () => store.get(keys.message(ROOM, 1)));
			if (!news.ok) return undefined;
			staying = { ...staying, knows: news.data !== undefined };
			return hearingOf(ROOM, news.state)?.epoch;
		};
		let epoch = 'e0' as string | undefined;
		for (let tokens = 0; tokens < 3 && epoch !== staying.epoch; tokens++) {
			staying = { ...staying, epoch };
			await store.delete(keys.live(ROOM, epoch));
			epoch = await ask();
			if (epoch !== staying.epoch || !(await store.get(keys.live(ROOM, epoch)))) continue;
			await store.delete(keys.live(ROOM, epoch));
			epoch = await ask();
		}
		return staying;
	}
};

const adder: Actor = {
	name: 'adder',
	run: async (store, clock) => {
		await addMember(store, { person: 'ann', room: ROOM, by: 'bea', id: 'ann-2' }, clock());
		return 'added';
	}
};

const lateCopy: Actor = {
	name: 'late copy',
	run: (store) => store.patch(keys.memberOf('ann', ROOM), added('ann-1'))
};

const isMember = (records: Records, person: string) =>
	heldIn(records[keys.memberOf(person, ROOM)], roomStateIn(records[keys.roomState(ROOM)])) !== undefined;

const wrong: Space['wrong'] = (records, answers, ended) => {
	const found: string[] = [];
	const state = roomStateIn(records[keys.roomState(ROOM)]);
	const answerOf = (name: string) => answers.filter((each) => each.name === name).map(({ answer }) => answer);
	const isAdding = records[keys.member(ROOM, 'ann')]?.includes('ann-2');
	const isRemoved = records[ACKNOWLEDGED] !== undefined;
	if (isRemoved && !isAdding && isMember(records, 'ann')) found.push('a member again whom nobody added');
	for (const answer of answerOf('reader')) {
		if (!isAdding && String(answer).includes('after')) found.push('a message from after the removal was read');
	}
	if (!ended) return found;
	for (const person of ['ann', 'cal']) {
		const tokens = ['e0', ...answerOf(`minter of ${person}`)];
		const isOut = answerOf(`remover of ${person}`).length > 0 && !isMember(records, person);
		if (isOut && tokens.includes(state.e)) found.push(`${person} hears on`);
	}
	for (const { epoch, knows } of answerOf('stayer') as Staying[]) {
		// What the key holds now was heard, and is followed by a question.
		const isWoken = epoch !== undefined && records[keys.live(ROOM, epoch)] === WAKE;
		if (answerOf('sender').length > 0 && !knows && !isWoken) found.push('who stays is not told of a message');
		if (epoch !== state.e && !isWoken) found.push('who stays listens to an epoch that is over');
	}
	return found;
};

const walk = (actors: Actor[], crashes: number) => explore({ actors, crashes, records: START, wrong });

test.each([
	['a token and a reading of the one who is removed, one of them dying', [remover(), minter(), reader(), sender()], 1],
	['two tokens, the remover dying twice', [remover(), minter(), minter()], 2],
	['who stays', [remover(), stayer], 1],
	['a late copy of the adding', [remover(), lateCopy, minter(), reader()], 1],
	['added again meanwhile', [remover(), adder, minter()], 1]
] as [string, Actor[], number][])('removal: %s', holds, 600_000);

// Walked with STATES=all only: takes some minutes.
test.runIf(process.env.STATES === 'all').each([
	['who stays hears what is sent', [remover(), sender(), stayer], 1],
	[
		'a token and a reading of the one who is removed, and one who adds again',
		[remover(), minter(), reader(), sender(), adder],
		2
	],
	['two at once', [remover(), remover('cal'), minter(), minter('cal')], 1]
] as [string, Actor[], number][])('removal: %s', holds, 3_600_000);

async function holds(of: string, actors: Actor[], crashes: number): Promise<void> {
	const { states, wrong } = await walk(actors, crashes);
	console.log(`removal, ${of}: ${states} states`);
	expect([...wrong]).toEqual([]);
	expect(states).toBeGreaterThan(100);
}

const strip = (key: string, member: string) => (text: string) => {
	const value = JSON.parse(text) as Record<string, unknown>;
	if (key === keys.roomState(ROOM)) delete value[member];
	return JSON.stringify(value);
};
const patchesWithout = (member: string) =>
	lying((store) => ({ patch: (key, value) => store.patch(key, strip(key, member)(value)) }));
const readsWithout = (member: string) =>
	lying((store) => ({
		get: async (key) => {
			const value = await store.get(key);
			return value === undefined ? value : strip(key, member)(value);
		}
	}));
const mute = lying((store) => ({
	set: (key, value) => (key.startsWith('live:') ? Promise.resolve() : store.set(key, value))
}));

const epochFirst: Wake = async (store, message) => {
	const hearing = await readHearing(store, ROOM);
	await stores(store, message);
	await store.set(keys.live(ROOM, hearing?.epoch), WAKE);
};
const asksFirst: Read = async (store) => {
	const found = await roomFor(store, visitorOf('ann'), ADDRESS, 'read');
	return found.ok ? store.get(keys.message(ROOM, 1)) : undefined;
};
const forgetsAtOnce: Actor = {
	name: 'remover of ann',
	run: async (store, clock) => {
		await remover().run(store, clock);
		await store.patch(keys.roomState(ROOM), JSON.stringify({ x: { 'ann-1': null } }));
	}
};
const neverEnds = lying((store) => ({
	patch: (key, value) => (value.startsWith('{"out"') ? Promise.resolve() : store.patch(key, value))
}));
const keepsTokenAlive: Actor = {
	name: 'minter of ann',
	run: async (store) => {
		const isIn = heldIn(await store.get(keys.memberOf('ann', ROOM)), {}) !== undefined;
		return isIn ? (await readHearing(store, ROOM))?.epoch : undefined;
	}
};

// A walk without a way for the fault to show would pass: each guard is taken out once.
test.each([
	['the removal revokes nothing in the room’s state', 'ann hears on', [remover('ann', patchesWithout('x')), minter()]],
	['the removal sets no epoch', 'ann hears on', [remover('ann', patchesWithout('e'))]],
	[
		'the token is made without a look at what was revoked',
		'ann hears on',
		[remover(), minter('ann', readsWithout('x'))]
	],
	['the membership is read before the epoch, and nothing after it', 'ann hears on', [remover(), keepsTokenAlive]],
	['the old epoch is told nothing', 'who stays listens to an epoch that is over', [remover('ann', mute), stayer]],
	[
		'the sender reads the epoch before it stores',
		'who stays is not told of a message',
		[remover(), sender(epochFirst), stayer]
	],
	[
		'the rights are asked before the reading alone',
		'a message from after the removal was read',
		[remover(), sender(), reader(asksFirst)]
	],
	[
		'what was revoked is forgotten at once',
		'a message from after the removal was read',
		[forgetsAtOnce, sender(), reader()]
	],
	[
		'the record of the membership is not ended',
		'a member again whom nobody added',
		[
			remover('ann', neverEnds),
			{ name: 'x', run: (store: Hpkv) => store.patch(keys.roomState(ROOM), JSON.stringify({ x: { 'ann-1': null } })) }
		]
	]
] as [string, string, Actor[]][])(
	'the walk of removals fails where %s',
	async (_, fault, actors) => {
		expect([...(await walk(actors, 0)).wrong]).toContain(fault);
	},
	600_000
);

/** Removed and added again: by the id of the adding that was removed, the new one would be undone. */
test.each([
	['another adding is not undone', 'ann-2', []],
	['the walk fails where the adding has the old id', 'ann-1', ['an adding was undone']]
])(
	'removal and adding at once: %s',
	async (_, id, faults) => {
		const again: Actor = {
			name: 'adder',
			run: async (store, clock) => {
				if (!(await store.get(ACKNOWLEDGED))) return undefined;
				await addMember(store, { person: 'ann', room: ROOM, by: 'bea', id }, clock());
				return 'added';
			}
		};
		const { wrong: found } = await explore({
			actors: [remover(), again, adderCopy],
			crashes: 1,
			records: START,
			wrong: (records, answers) =>
				answers.some(({ name, answer }) => name === 'adder' && answer === 'added') && !isMember(records, 'ann')
					? ['an adding was undone']
					: []
		});
		expect([...found]).toEqual(faults);
	},
	600_000
);

/** Somebody who comes to the room later and does what a removal left undone: the clock of a walk stands long ago. */
const finisher: Actor = {
	name: 'finisher',
	run: async (store) => (await roomFor(quiet(store), visitorOf('cal'), ADDRESS, 'read')).ok
};
/** Ends the membership that there is, and not the one that the removal named. */
const eagerFinisher: Actor = {
	name: 'finisher',
	run: async (store, clock) => {
		const { ids = [] } = heldIn(await store.get(keys.memberOf('ann', ROOM)), {}) ?? {};
		const { x = {} } = roomStateIn(await store.get(keys.roomState(ROOM)));
		if (Object.keys(x).length > 0) await endMembership(store, 'ann', ROOM, ids, clock());
		return true;
	}
};

test.each([
	['undoes no later adding, and lets nobody hear on', finisher, [] as string[]],
	['the walk fails where it ends the membership that there is', eagerFinisher, ['an adding was undone']]
])(
	'who finishes a removal: %s',
	async (_, finishes, faults) => {
		const again: Actor = {
			name: 'adder',
			run: async (store, clock) => {
				if (!(await store.get(ACKNOWLEDGED))) return undefined;
				await addMember(store, { person: 'ann', room: ROOM, by: 'bea', id: 'ann-2' }, clock());
				return 'added';
			}
		};
		const isUndone = (records: Records, answers: readonly Answer[]) =>
			answers.some(({ name, answer }) => name === 'adder' && answer === 'added') && !isMember(records, 'ann');
		const { states, wrong: found } = await explore({
			actors: [remover(), finishes, again],
			crashes: 2,
			records: START,
			wrong: (records, answers, ended) => [
				...(isUndone(records, answers) ? ['an adding was undone'] : []),
				...wrong(records, answers, ended)
			]
		});
		console.log(`removal, who finishes it: ${states} states`);
		expect([...found]).toEqual(faults);
	},
	600_000
);

/** Ann is let in from the next number on, while a message of before it is on its way; the store recalls tokens, so live events carry texts. */
test.each([
	['who is let in from now on hears no text from before', startAt, [] as string[]],
	['the walk fails where no epoch begins', () => Promise.resolve(), ['a text from before is heard']]
])(
	'%s',
	async (_, starts, faults) => {
		const letter: Actor = {
			name: 'adder',
			run: async (whole, clock) => {
				const store = quiet(whole);
				const state = roomStateIn(await store.get(keys.roomState(ROOM)));
				const from = Number((await store.get(keys.messageCount(ROOM))) ?? 0) + 1;
				await starts(store, ROOM, from, state);
				await addMember(store, { person: 'dee', room: ROOM, by: 'bea', id: 'dee-1', from }, clock());
				return 'added';
			}
		};
		const writer: Actor = {
			name: 'sender',
			run: async (store) => {
				const n = await store.increment(keys.messageCount(ROOM));
				const rest = { id: 'x', room: ROOM, person: 'bea', sender: 'Bea', timestamp: 1, message: 'Tea?' };
				await wakes({ ...quiet(store), dropsHolders: true }, { ...rest, n });
				return 'sent';
			}
		};
		const { states, wrong: found } = await explore({
			actors: [letter, writer, minter('dee')],
			crashes: 1,
			records: START,
			wrong: (records, answers) => {
				const { e } = roomStateIn(records[keys.roomState(ROOM)]);
				const dee = heldIn(records[keys.memberOf('dee', ROOM)], {});
				const heard = answers.filter(({ name }) => name === 'minter of dee').map(({ answer }) => answer);
				const said = dee && heard.includes(e) ? (records[keys.live(ROOM, e)] ?? '1') : '1';
				const { n = Infinity } = said === WAKE ? {} : (JSON.parse(said) as { n: number });
				return dee && n < dee.from ? ['a text from before is heard'] : [];
			}
		});
		console.log(`let in from now on: ${states} states`);
		expect([...found]).toEqual(faults);
	},
	600_000
);

/** A late copy of the removal's last write. */
const adderCopy: Actor = {
	name: 'late removal',
	run: async (store) => {
		const record = await store.get(keys.memberOf('ann', ROOM));
		const { out } = JSON.parse(record ?? '{}') as { out?: object };
		if (out) await store.patch(keys.memberOf('ann', ROOM), JSON.stringify({ out }));
	}
};
