import { describe, expect, test } from 'vitest';
import type { Hpkv } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { kitchen, NOW } from '../../../../tests/fixtures/kitchen.ts';
import { eventsOn } from '../../../../tests/support/events.ts';
import { keys } from '../../chat/storage/keys.ts';
import { edit, publishChange } from './changes.ts';
import { readPage } from '../history/history.ts';
import { readShown } from './annotations.ts';
import { readMentions } from './mentions.ts';
import { joinOpenly } from '../people/people.ts';
import { Posts } from './post-message.ts';
import { readSince, type News } from '../history/catch-up.ts';

async function editing(around: (store: Hpkv) => Hpkv = (store) => store) {
	const inner = memoryStore();
	const room = await kitchen(inner, 1);
	const store = around(inner);
	const events = eventsOn(store);
	const posts = new Posts(store, () => NOW, events);
	const save = async (text: string) => {
		const edited = await edit(store, { room, n: 1, person: 'ada' }, text, () => NOW);
		if (!edited.ok) throw new Error(edited.because);
		await publishChange(events, room, edited);
		await events.settle();
	};
	const everything = async (start = 'a') => JSON.stringify((await inner.range(start, 'z', 1_000)).records);
	return { inner, store, room, events, posts, save, everything };
}

/** Stores edits as versions before 2026-12 did: each text in the annotation and in the change log. */
async function earlierVersion(store: Hpkv, room: string, edits: number) {
	for (let m = 1; m <= edits; m++) {
		const text = { message: m === edits ? 'newest' : `secret ${m} @Grace`, timestamp: NOW };
		await store.set(keys.markEdited(room, 1, m), JSON.stringify(text));
		await store.set(keys.change(room, m), JSON.stringify({ kind: 'edit', m, n: 1, ...text }));
	}
	await store.increment(keys.changeCount(room), edits);
}

describe('an edit', () => {
	test('an edit of a text full of @ costs the hundredth time what it costs the third', async () => {
		let bytes = 0;
		let lookups = 0;
		const { save } = await editing((inner) => ({
			...inner,
			get: (key) => ((lookups += 1), inner.get(key)),
			range: async (...range) => {
				const found = await inner.range(...range);
				bytes += JSON.stringify(found.records).length;
				return found;
			}
		}));
		const costs: { bytes: number; lookups: number }[] = [];
		for (let i = 101; i <= 200; i++) {
			bytes = lookups = 0;
			await save(`@${i} `.repeat(300));
			costs.push({ bytes, lookups });
		}
		expect(costs[99]).toEqual(costs[2]);
		expect(costs[99]?.lookups).toBeLessThan(100);
	}, 60_000);

	test('an edit erases every earlier text but the first', async () => {
		const { save, everything } = await editing();
		for (const text of ['secret two', 'secret three', 'four']) await save(text);
		expect(await everything()).toContain('four');
		expect(await everything()).not.toContain('secret');
	});

	test('an edit erases the texts that an earlier version stored; until then the newest of them is shown', async () => {
		const { inner, room, save, everything } = await editing();
		await earlierVersion(inner, room, 100);
		expect(await readShown(inner, room, 1, 1)).toMatchObject([{ message: 'newest', edited: { m: 100 } }]);
		await save('newer');
		expect(await readShown(inner, room, 1, 1)).toMatchObject([{ message: 'newer', edited: { m: 101 } }]);
		expect(await everything('change:')).not.toContain('secret');
	});

	test('an edit is answered with the newest text of its message and no earlier one, whatever the log holds', async () => {
		const { inner, room, save } = await editing();
		await earlierVersion(inner, room, 100);
		const ask = async () => (await readSince(inner, room, { message: 1, holes: [], change: 0 }, NOW)) as News;
		const newest = { kind: 'edit', n: 1, m: 100, timestamp: NOW, message: 'newest' };
		expect(await ask()).toMatchObject({ changes: [newest], cursor: { change: 100 } });
		await save('secret between');
		await save('newer');
		expect((await ask()).changes).toEqual([{ ...newest, m: 102, message: 'newer' }]);
		const told = [await ask(), await readSince(inner, room, { message: 0, holes: [], change: 0 }, NOW)];
		told.push((await readPage(inner, room, undefined, NOW)) as never);
		expect(JSON.stringify(told)).not.toMatch(/secret|Message 1/);
	});

	test('an edit made before its send is retried: readers receive the newest text', async () => {
		const { inner, room, events, posts, save, everything } = await editing();
		const draft = { room, person: 'ada', sender: 'Ada', day: '20261123', sendId: 'send-000000000000001' };
		const sent = await posts.post({ ...draft, message: 'secret' });
		if (!sent.ok) throw new Error(sent.because);
		const edited = await edit(inner, { room, n: sent.message.n, person: 'ada' }, 'said', () => NOW);
		if (!edited.ok) throw new Error(edited.because);
		await publishChange(events, room, edited);
		const again = await posts.post({ ...draft, message: 'secret' });
		await events.settle();
		expect(again).toMatchObject({ ok: true, repeated: true, message: { message: 'said', edited: { m: 1 } } });
		expect(await everything('last:')).not.toContain('"secret"');
		expect(await inner.get(keys.live(room))).toContain('said');
		await save('x');
	});

	test('concurrent edits leave one text and its mentions', async () => {
		const { inner, room, save } = await editing();
		const grace = await joinOpenly(
			inner,
			{ typed: 'Grace', formId: 'form-0000000000000002', placeName: 'Parley' },
			NOW
		);
		if (!grace.ok) throw new Error(grace.because);
		await Promise.all(['@Grace one', 'two', '@Grace three', 'four @Grace'].map(save));
		const { records } = await inner.range(keys.edits(room, 1).start, keys.edits(room, 1).end);
		expect(records).toHaveLength(1);
		const [shown] = await readShown(inner, room, 1, 1);
		expect(await readMentions(inner, grace.person.id)).toEqual(
			new Map(JSON.stringify(shown).includes('@Grace') ? [[room, [1]]] : [])
		);
	});
});
