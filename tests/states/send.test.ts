import { expect, test } from 'vitest';
import { keys } from '../../src/lib/chat/keys.ts';
import { messageOf, send } from '../../src/lib/server/send.ts';
import { explore, type SendFunction } from './explore.ts';

const ada = {
	room: 'kitchen',
	person: 'ada',
	sender: 'Ada',
	day: '20261123',
	sendId: 'ada-0000000000000001',
	message: 'Is there tea?'
};
const grace = { ...ada, person: 'grace', sender: 'Grace', sendId: 'grace-00000000000001', message: 'There is.' };

test('two tries of one message beside another, two of them dying anywhere: nothing lost, doubled or overwritten', async () => {
	const { states, violations } = await explore(send, { tries: [ada, ada, grace], crashes: 2 });
	console.log(`send: ${states} states`);
	expect([...violations]).toEqual([]);
	expect(states).toBeGreaterThan(1_000);
}, 60_000);

/** What a restored backup leaves behind: three messages above a counter that gave out none. */
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
	async (space) => {
		const { states, violations } = await explore(send, { ...space, records: behind });
		console.log(`send behind its records, ${space.name}: ${states} states`);
		expect([...violations]).toEqual([]);
		expect(states).toBeGreaterThan(100);
	},
	60_000
);

// STATES=all walks these as well: some minutes.
test.runIf(process.env.STATES === 'all').each([
	{ name: 'two tries of two messages', tries: [ada, ada, grace, grace], crashes: 2 },
	{ name: 'behind its records', tries: [ada, ada, grace], crashes: 2, records: behind }
])(
	'the larger spaces, $name: nothing lost, doubled or overwritten',
	async (space) => {
		const { states, violations } = await explore(send, space);
		console.log(`send, ${space.name}: ${states} states`);
		expect([...violations]).toEqual([]);
	},
	3_600_000
);

test('the walk catches a send that claims nothing', async () => {
	const withoutClaim: SendFunction = async (store, draft, clock) => {
		const n = await store.increment(keys.messageCount(draft.room));
		const message = messageOf(draft, { n, timestamp: clock() });
		await store.set(keys.message(draft.room, n), JSON.stringify(message));
		return { ok: true, message, repeated: false };
	};
	const { violations } = await explore(withoutClaim, { tries: [ada, ada, grace], crashes: 0 });
	expect([...violations]).toContain('doubled');
	const behindItsRecords = await explore(withoutClaim, { tries: [ada], crashes: 0, records: behind });
	expect([...behindItsRecords.violations]).toContain('overwritten');
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
	const { violations } = await explore(lookUpThenInsert, { tries: [ada, ada, grace], crashes: 0 });
	expect([...violations]).toContain('doubled');
});
