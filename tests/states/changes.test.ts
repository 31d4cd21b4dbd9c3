import { expect, test } from 'vitest';
import type { Hpkv } from '../../src/hpkv/port.ts';
import { writeSendToken } from '../../src/lib/chat/storage/claim.ts';
import { keys } from '../../src/lib/chat/storage/keys.ts';
import { preview } from '../../src/lib/chat/rooms/preview.ts';
import { changed, type ShownMessage } from '../../src/lib/chat/messages/message-view.ts';
import { edit, react, remove } from '../../src/lib/server/messages/changes.ts';
import { eraseEarlierEdits } from '../../src/lib/server/messages/edits.ts';
import { digest } from '../../src/lib/server/storage/ids.ts';
import { readShown } from '../../src/lib/server/messages/annotations.ts';
import { messageOf, send } from '../../src/lib/server/messages/send-once.ts';
import { readSince } from '../../src/lib/server/history/catch-up.ts';
import { explore, rangeOf, type Actor, type Records, type Space } from './explore.ts';

const ROOM = 'kitchen';
const draft = {
	room: ROOM,
	person: 'ada',
	sender: 'Ada',
	day: '20261123',
	sendId: 'ada-0000000000000001',
	message: 'secret one'
};
const message = messageOf(draft, { n: 1, timestamp: 1 });
const target = { room: ROOM, n: 1, person: 'ada' };

/** The records of a sent message. */
const sent: Records = {
	[keys.messageCount(ROOM)]: '1',
	[keys.sent(draft.day, ROOM, draft.person, draft.sendId)]: writeSendToken({
		n: 1,
		timestamp: 1,
		hash: digest(draft.message).slice(0, 32)
	}),
	[keys.message(ROOM, 1)]: JSON.stringify(message),
	[keys.last(ROOM)]: JSON.stringify(preview(message))
};

const edits = (text: string): Actor => ({
	name: `edit ${text}`,
	run: async (store, clock) => {
		const edited = await edit(store, target, text, clock);
		if (edited.ok) await eraseEarlierEdits(store, ROOM, 1);
		return edited;
	}
});
const deletes: Actor = { name: 'delete', run: (store, clock) => remove(store, target, 'member', clock) };
const resends: Actor = { name: 'send', run: (store, clock) => send(store, draft, clock) };
const reacts = (person: string, on: boolean): Actor => ({
	name: `${person} ${on}`,
	run: (store, clock) => react(store, { ...target, person }, { name: person, emoji: '👍', on }, clock)
});

const reader = (records: Records): Hpkv =>
	({
		get: (key: string) => Promise.resolve(records[key]),
		range: (start: string, end: string) =>
			Promise.resolve({
				records: rangeOf(records, start, end).map(([key, value]) => ({ key, value })),
				truncated: false
			})
	}) as Partial<Hpkv> as Hpkv;

/** The message as a page shows it, and as a reader builds it from the sent message and the change log. */
async function pageAndLog(records: Records): Promise<{ page: unknown; log: unknown }> {
	const [page] = await readShown(reader(records), ROOM, 1, 1);
	const news = await readSince(reader(records), ROOM, { message: 1, holes: [], change: 0 }, 1);
	if (typeof news === 'string') throw new Error(news);
	return { page, log: news.changes.reduce(changed, message as ShownMessage) };
}

/** Collects end states. They are checked after the walk, because reading a page is asynchronous. */
function collect(): { wrong: Space['wrong']; ends: Map<string, Records> } {
	const ends = new Map<string, Records>();
	return {
		ends,
		wrong: (records, _, ended) => {
			if (ended) ends.set(JSON.stringify(Object.entries(records).sort()), records);
			return [];
		}
	};
}

test.each([
	{ name: 'a late write of the text', actors: [deletes, resends] },
	{ name: 'an edit', actors: [deletes, edits('secret two')] },
	{ name: 'two edits', actors: [deletes, edits('secret two'), edits('secret three')], crashes: 1 },
	{ name: 'another deletion and a late write', actors: [deletes, deletes, resends] }
])(
	'a deletion beside $name, some of them dying anywhere, leaves no text',
	async ({ name, actors, crashes = 2 }) => {
		const { wrong, ends } = collect();
		// The late write is a second try that looked up the message before it was stored.
		const records = actors.includes(resends) ? { ...sent } : sent;
		const { states } = await explore({ actors, crashes, records, wrong });
		console.log(`a deletion beside ${name}: ${states} states, ${ends.size} ends`);
		expect(ends.size).toBeGreaterThan(0);
		for (const end of ends.values()) {
			expect(JSON.stringify(end)).not.toContain('secret');
			expect(((await pageAndLog(end)).page as ShownMessage).deleted).toBe(true);
		}
	},
	60_000
);

test('a deletion beside a send that is not done yet leaves no text', async () => {
	const { wrong, ends } = collect();
	// The first try has stored the message. The second try looked up the message before that, and stores it again.
	const slow: Actor = {
		name: 'slow send',
		run: async (store, clock) => {
			let first = true;
			const blind = {
				...store,
				get: async (key: string) => {
					const value = await store.get(key);
					if (key !== keys.message(ROOM, 1) || !first) return value;
					first = false;
					return undefined;
				}
			};
			return send(blind, draft, clock);
		}
	};
	const { states } = await explore({ actors: [deletes, slow], crashes: 1, records: sent, wrong });
	console.log(`a deletion beside a write from before it: ${states} states, ${ends.size} ends`);
	for (const end of ends.values()) expect(JSON.stringify(end)).not.toContain('secret');
}, 60_000);

test.each([
	{ name: 'two edits', actors: [edits('two'), edits('three')] },
	{ name: 'two people’s reactions', actors: [reacts('grace', true), reacts('lin', true)] },
	{ name: 'one person in two tabs', actors: [reacts('grace', true), reacts('grace', false)] },
	{ name: 'an edit and a reaction', actors: [edits('two'), reacts('grace', true)] }
])(
	'$name at once, two of them dying anywhere: page and log agree',
	async ({ name, actors }) => {
		const { wrong, ends } = collect();
		const { states } = await explore({ actors, crashes: 2, records: sent, wrong });
		console.log(`${name}: ${states} states, ${ends.size} ends`);
		expect(ends.size).toBeGreaterThan(0);
		for (const end of ends.values()) {
			const { page, log } = await pageAndLog(end);
			expect(page).toEqual(log);
			const texts = rangeOf(end, keys.edits(ROOM, 1).start, keys.edits(ROOM, 1).end).length;
			expect(texts).toBe(name === 'two edits' || name.startsWith('an edit') ? 1 : 0);
			if (name.startsWith('two people'))
				expect((page as ShownMessage).reactions?.filter(({ on }) => on)).toHaveLength(2);
		}
	},
	60_000
);

test('the walk catches a deletion that does not mark first', async () => {
	const { wrong, ends } = collect();
	const unmarked: Actor = {
		name: 'delete',
		run: (store, clock) =>
			remove(
				{
					...store,
					set: (key, value) => (key === keys.markDeleted(ROOM, 1) ? Promise.resolve() : store.set(key, value))
				},
				target,
				'member',
				clock
			)
	};
	await explore({ actors: [unmarked, edits('secret two')], crashes: 0, records: sent, wrong });
	expect([...ends.keys()].some((end) => end.includes('secret'))).toBe(true);
});
