import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { kitchen, NOW } from '../../../../tests/fixtures/kitchen.ts';
import { keys } from '../../chat/storage/keys.ts';
import { MAX_REACTION_KINDS } from '../../chat/limits.ts';
import { changed, tally, type Reaction, type ShownMessage } from '../../chat/messages/message-view.ts';
import { react } from './changes.ts';
import { readPage } from '../history/history.ts';
import { readShown } from './annotations.ts';

/** Animal emoji, from 🐀 on. */
const emoji = (i: number) => String.fromCodePoint(0x1f400 + i);

async function reacting() {
	const store = memoryStore();
	const room = await kitchen(store, 1);
	const put = (person: string, i: number, on = true) =>
		react(store, { room, n: 1, person }, { name: person, emoji: emoji(i), on }, () => NOW);
	const shown = async () => tally(((await readShown(store, room, 1, 1))[0] as ShownMessage).reactions);
	return { store, room, put, shown };
}

describe('reactions to a message', () => {
	test('reactions are of at most twenty kinds; anybody may add to those, and a removed kind frees its place', async () => {
		const { put, shown } = await reacting();
		for (let i = 0; i < MAX_REACTION_KINDS; i++) expect(await put('grace', i)).toMatchObject({ ok: true });
		expect(await put('grace', 20)).toEqual({ ok: false, because: 'too-many-kinds' });
		expect(await put('lin', 20)).toEqual({ ok: false, because: 'too-many-kinds' });
		expect(await put('lin', 0)).toMatchObject({ ok: true });
		expect(await put('grace', 1, false)).toMatchObject({ ok: true });
		expect(await put('lin', 20)).toMatchObject({ ok: true });
		expect(await shown()).toHaveLength(MAX_REACTION_KINDS);
	});

	test('reactions of two people who add the last kind at once are shown in the order of their numbers, twenty kinds', async () => {
		const { put, shown } = await reacting();
		for (let i = 0; i < MAX_REACTION_KINDS - 1; i++) await put('grace', i);
		const both = await Promise.all([put('lin', 30), put('ada', 31)]);
		expect(both).toMatchObject([{ ok: true }, { ok: true }]);
		const kinds = (await shown()).map((kind) => kind.emoji);
		expect(kinds).toHaveLength(MAX_REACTION_KINDS);
		expect(kinds.at(-1)).toBe(emoji(both[0].ok && both[1].ok && both[0].change.m < both[1].change.m ? 30 : 31));
	});

	test('reactions of one person are of at most twenty kinds, also in succession', async () => {
		const { put } = await reacting();
		for (let i = 0; i < MAX_REACTION_KINDS; i++) {
			await put('grace', i);
			await put('grace', i, false);
		}
		expect(await put('grace', 20)).toEqual({ ok: false, because: 'too-often' });
		expect(await put('grace', 3)).toMatchObject({ ok: true });
		expect(await put('lin', 20)).toMatchObject({ ok: true });
	});

	test('five thousand reactions are read and received in linear time', async () => {
		const { store, room } = await reacting();
		const held: Promise<void>[] = [];
		for (let m = 1; m <= 5_000; m++) {
			held.push(store.set(keys.markReacted(room, 1, `person${m}`, emoji(m % 20)), `;${m}+QWRh`));
		}
		await Promise.all(held);
		const before = process.cpuUsage();
		const { messages } = await readPage(store, room, undefined, NOW);
		// 30 ms on a slow machine; a quadratic version took 700.
		expect(process.cpuUsage(before).user / 1_000).toBeLessThan(350);
		const [message] = messages;
		expect(message?.reactions).toHaveLength(5_000);
		expect(tally(message?.reactions)[0]).toMatchObject({ emoji: emoji(1), people: { length: 250 } });

		const late: Reaction = { person: 'person0', name: 'Lin', emoji: emoji(1), m: 0, on: true };
		const heard = changed(message as ShownMessage, { kind: 'react', n: 1, timestamp: NOW, ...late });
		expect(heard.reactions?.[0]).toEqual(late);
	});
});
