import { describe, expect, test } from 'vitest';
import type { Hpkv } from '../../src/hpkv/port.ts';
import { keys } from '../../src/lib/chat/storage/keys.ts';
import { StoredMessage } from '../../src/lib/chat/messages/message.ts';
import { CheckedCounters } from '../../src/lib/server/messages/checked-counters.ts';
import { messageOf, send, type Send, type SendOptions, type Sent } from '../../src/lib/server/messages/send-once.ts';
import { explore, type Actor, type Exploration, type Records, type Space } from './explore.ts';

const ada = {
	room: 'kitchen',
	person: 'ada',
	sender: 'Ada',
	day: '20261123',
	sendId: 'ada-0000000000000001',
	message: 'Is there tea?'
};
const grace = { ...ada, person: 'grace', sender: 'Grace', sendId: 'grace-00000000000001', message: 'There is.' };

type SendFunction = (store: Hpkv, draft: Send, clock: () => number) => Promise<Sent>;

function exploreSends(
	send: SendFunction,
	{ tries, ...space }: { tries: Send[]; crashes: number; losses?: number; records?: Records }
): Promise<Exploration> {
	const actors = tries.map((draft): Actor => ({
		name: draft.sendId,
		run: (store, clock) => send(store, draft, clock)
	}));
	const wrong: Space['wrong'] = (records, answers, ended) => {
		const messages = Object.entries(records)
			.filter(([key]) => key.startsWith('message:'))
			.flatMap(([, value]) => {
				const stored = StoredMessage.parse(JSON.parse(value));
				return 'id' in stored ? [stored] : [];
			});
		const found: string[] = [];
		if (new Set(messages.map(({ person, id }) => `${person} ${id}`)).size < messages.length) found.push('doubled');
		for (const { answer } of answers) {
			const sent = answer as Sent;
			if (!sent.ok) found.push('refused');
			else if (records[keys.message(sent.message.room, sent.message.n)] !== JSON.stringify(sent.message))
				found.push('lost');
		}
		if (ended && tries.some(({ sendId }) => !messages.some(({ id }) => id === sendId))) found.push('lost');
		return found;
	};
	return explore({ ...space, actors, wrong, overwrites: (key) => key.startsWith('message:') });
}

test('two tries of one message beside another, two of them dying anywhere: nothing lost, doubled or overwritten', async () => {
	const { states, wrong } = await exploreSends(send, { tries: [ada, ada, grace], crashes: 2 });
	console.log(`send: ${states} states`);
	expect([...wrong]).toEqual([]);
	expect(states).toBeGreaterThan(1_000);
}, 60_000);

/** The records after a restore: three messages above a counter at zero. */
const behind = Object.fromEntries(
	[1, 2, 3].map((n) => {
		const draft = { ...ada, person: 'lin', sender: 'Lin', sendId: `lin-000000000000000${n}`, message: `${n}` };
		return [keys.message('kitchen', n), JSON.stringify(messageOf(draft, { n, timestamp: 1 }))];
	})
);

test.each([
	{ name: 'two tries of one message', tries: [ada, ada], crashes: 2 },
	{ name: 'two messages', tries: [ada, grace], crashes: 2 }
])(
	'a counter that stands three behind its records, $name: nothing lost, doubled or overwritten',
	async ({ name, ...space }) => {
		const { states, wrong } = await exploreSends(send, { ...space, records: behind });
		console.log(`send behind its records, ${name}: ${states} states`);
		expect([...wrong]).toEqual([]);
		expect(states).toBeGreaterThan(100);
	},
	60_000
);

// Walked with STATES=all only: takes some minutes.
test.runIf(process.env.STATES === 'all').each([
	{ name: 'two tries of two messages', tries: [ada, ada, grace, grace], crashes: 2 },
	{ name: 'behind its records', tries: [ada, ada, grace], crashes: 2, records: behind }
])(
	'the larger spaces, $name: nothing lost, doubled or overwritten',
	async ({ name, ...space }) => {
		const { states, wrong } = await exploreSends(send, space);
		console.log(`send, ${name}: ${states} states`);
		expect([...wrong]).toEqual([]);
	},
	3_600_000
);

/** The records of a room whose counter is as high as its records. */
const level = { ...behind, [keys.messageCount('kitchen')]: '3' };

/** What a process of a hosted store remembers: it checked the counter at `checked`, and has heard what others were given up to `heard`. */
async function remembered(checked: number, heard: number): Promise<CheckedCounters> {
	const hearing = { keptMs: () => 60_000, since: () => 0, caughtUp: () => Promise.resolve(true) };
	const counters = new CheckedCounters(() => 1, hearing);
	const empty = { range: () => Promise.resolve({ records: [], truncated: false }) } as Partial<Hpkv> as Hpkv;
	await counters.recordAt(empty, 'kitchen', checked, undefined);
	counters.heard(keys.messageCount('kitchen'), String(heard));
	return counters;
}

type Options = (draft: Send) => Promise<SendOptions>;
/** Sends as nodes of a hosted store do: each try is the first one of its process. */
const withOptions =
	(options: Options): SendFunction =>
	async (store, draft, clock) =>
		send(store, draft, clock, { isFirstTry: true, isCheckedLater: true, ...(await options(draft)) });

describe('with what a node of a hosted store remembers', () => {
	const none: Options = () => Promise.resolve({});
	const all =
		(checked: number, heard: number): Options =>
		async () => ({ counters: await remembered(checked, heard) });

	const two = { tries: [ada, grace], crashes: 1, losses: 1 };
	test.each([
		{ name: 'a counter as it is', options: all(3, 3), records: level, tries: [ada, ada, grace], crashes: 1 },
		{ name: 'a counter that was checked before others sent', options: all(1, 3), records: level, ...two },
		{ name: 'a counter whose numbers of others were not heard', options: all(1, 1), records: level, ...two },
		{ name: 'one message at two nodes', options: all(3, 3), records: level, ...two, tries: [ada, ada] },
		{
			name: 'a counter that was set back by a restore',
			options: all(1, 3),
			records: behind,
			tries: [ada],
			crashes: 1,
			losses: 1
		},
		{ name: 'no counter after a restore', options: none, records: behind, tries: [ada, grace], crashes: 0 }
	])(
		'$name: with deaths and lost answers, nothing is lost, doubled or overwritten',
		async ({ name, options, ...space }) => {
			const { states, wrong } = await exploreSends(withOptions(options), space);
			console.log(`send, ${name}: ${states} states`);
			expect([...wrong]).toEqual([]);
			expect(states).toBeGreaterThan(10);
		},
		60_000
	);

	test('the walk catches a counter that is trusted whatever was heard', async () => {
		const trusting = { highest: () => 0, recordAt: () => Promise.resolve(undefined) } as Partial<CheckedCounters>;
		const options: Options = () => Promise.resolve({ counters: trusting as CheckedCounters });
		const { wrong } = await exploreSends(withOptions(options), { tries: [ada], crashes: 0, records: behind });
		expect([...wrong]).toContain('overwritten');
	});

	test('the walk catches a node that does not hear what others were given', async () => {
		const space = { tries: [grace], crashes: 0, records: behind };
		const { wrong } = await exploreSends(withOptions(all(0, 0)), space);
		expect([...wrong]).toContain('overwritten');
	});
});

test('the walk catches a send that claims nothing', async () => {
	const withoutClaim: SendFunction = async (store, draft, clock) => {
		const n = await store.increment(keys.messageCount(draft.room));
		const message = messageOf(draft, { n, timestamp: clock() });
		await store.set(keys.message(draft.room, n), JSON.stringify(message));
		return { ok: true, message, repeated: false };
	};
	const { wrong } = await exploreSends(withoutClaim, { tries: [ada, ada, grace], crashes: 0 });
	expect([...wrong]).toContain('doubled');
	const behindItsRecords = await exploreSends(withoutClaim, { tries: [ada], crashes: 0, records: behind });
	expect([...behindItsRecords.wrong]).toContain('overwritten');
});

test('the walk catches a send that looks up and then inserts', async () => {
	const lookUpThenInsert: SendFunction = async (store, draft, clock) => {
		const { room, day, person, sendId } = draft;
		const claim = keys.sent(day, room, person, sendId);
		const n = Number((await store.get(claim)) ?? (await store.increment(keys.messageCount(room))));
		const message = messageOf(draft, { n, timestamp: clock() });
		await store.set(keys.message(room, n), JSON.stringify(message));
		await store.set(claim, String(n));
		return { ok: true, message, repeated: false };
	};
	const { wrong } = await exploreSends(lookUpThenInsert, { tries: [ada, ada, grace], crashes: 0 });
	expect([...wrong]).toContain('doubled');
});
