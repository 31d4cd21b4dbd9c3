import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { kitchen, NOW, said } from '../../../../tests/fixtures/kitchen.ts';
import { eventsOn } from '../../../../tests/support/events.ts';
import { MAX_ANSWERED_LOOKUPS, PAGE } from '../../chat/limits.ts';
import { keys } from '../../chat/storage/keys.ts';
import { edit, publishChange, react, remove } from '../messages/changes.ts';
import { Posts } from '../messages/post-message.ts';
import { findRoom } from '../rooms/rooms.ts';
import { readAnswered, readCards, withCards } from './answered.ts';
import { readPage } from './history.ts';

/** A kitchen with `count` messages of Ada, and sends of Grace. */
async function replying(count: number) {
	const store = memoryStore();
	const id = await kitchen(store, count);
	const room = await findRoom(store, 'kitchen');
	if (!room) throw new Error('There is no kitchen.');
	const reader = { room, from: 1 };
	const events = eventsOn(store);
	const posts = new Posts(store, () => NOW, events);
	let sends = 0;
	const send = (message: string, re?: number) => {
		const sendId = `send-${String(++sends).padStart(16, '0')}`;
		return posts.post({ room: id, person: 'grace', sender: 'Grace', day: '20261123', sendId, message, re });
	};
	const change = async (n: number, text: string | undefined) => {
		const target = { room: id, n, person: 'ada' };
		const changed = await (text === undefined
			? remove(store, target, 'member', () => NOW)
			: edit(store, target, text, () => NOW));
		if (!changed.ok) throw new Error(changed.because);
		await publishChange(events, id, changed);
	};
	const page = async () => withCards(store, reader, await readPage(store, id, undefined, NOW));
	return { store, id, reader, send, change, page };
}

describe('a reply', () => {
	test('is stored with the number that it answers, and shows that message on a page as it is now', async () => {
		const { id, store, send, change, page } = await replying(3);
		expect(await send('Yes', 2)).toMatchObject({ ok: true, message: { n: 4, message: 'Yes', re: 2 } });
		expect(JSON.parse((await store.get(keys.message(id, 4))) ?? '')).toMatchObject({ message: 'Yes', re: 2 });
		const card = async () => (await page()).messages.at(-1)?.answered;
		expect(await card()).toEqual({ sender: 'Ada', text: 'Message 2' });
		await change(2, 'For **soup**:\n\n- leek');
		expect(await card()).toEqual({ sender: 'Ada', text: 'For soup: - leek', m: 1 });
		await change(2, undefined);
		expect(await card()).toEqual({ sender: 'Ada', text: '', deleted: true });
	});

	test('shows a message that is not on the page in the same way', async () => {
		const { id, store, send, change, page } = await replying(PAGE + 10);
		await send('Yes', 2);
		await react(store, { room: id, n: 2, person: 'grace' }, { name: 'Grace', emoji: '🎉', on: true }, () => NOW);
		const card = async () => (await page()).messages.at(-1)?.answered;
		expect(await card()).toEqual({ sender: 'Ada', text: 'Message 2' });
		await change(2, 'First *edit*');
		await change(2, 'Second *edit*');
		expect(await card()).toEqual({ sender: 'Ada', text: 'Second edit', m: 3 });
		// A process that died after the mark of a deletion: the text is not shown.
		await store.set(keys.markDeleted(id, 2), '{}');
		expect(await card()).toEqual({ sender: 'Ada', text: '', deleted: true });
	});

	test('to another reply shows the words of that reply', async () => {
		const { send, page } = await replying(1);
		await send('Yes', 1);
		await send('No', 2);
		expect((await page()).messages.map(({ answered }) => answered?.text)).toEqual([undefined, 'Message 1', 'Yes']);
	});

	test('that is deleted loses its card', async () => {
		const { id, store, page } = await replying(2);
		await store.set(keys.message(id, 2), JSON.stringify({ ...said(id, 2), re: 1 }));
		expect((await page()).messages.at(-1)).toMatchObject({ re: 1 });
		await remove(store, { room: id, n: 2, person: 'ada' }, 'member', () => NOW);
		const [, gone] = (await page()).messages;
		expect(gone).toMatchObject({ deleted: true });
		expect(gone).not.toHaveProperty('re');
		expect(gone).not.toHaveProperty('answered');
	});

	test('to a number that the room has not given out is refused', async () => {
		const { id, store, send } = await replying(3);
		for (const re of [4, 999_999_999_999, 0])
			expect(await send('Yes', re)).toEqual({ ok: false, because: 'not-answerable' });
		// Nothing was stored, and no number was taken.
		expect(await store.get(keys.messageCount(id))).toBe('3');
		expect(await send('Yes', 3)).toMatchObject({ ok: true, message: { n: 4 } });
	});

	test('repeated is one message; with another number it is another text', async () => {
		const { id, store } = await replying(3);
		const draft = { room: id, person: 'grace', sender: 'Grace', day: '20261123', sendId: 'send-000000000000001' };
		const posts = new Posts(store, () => NOW, eventsOn(store));
		const all = await Promise.all([2, 2, 1, undefined].map((re) => posts.post({ ...draft, message: 'Yes', re })));
		expect(all).toMatchObject([
			{ ok: true, message: { n: 4, re: 2 } },
			{ ok: true, message: { n: 4, re: 2 } },
			{ ok: false, because: 'other-text' },
			{ ok: false, because: 'other-text' }
		]);
		expect(await posts.post({ ...draft, message: 'Yes', re: 2 })).toMatchObject({ ok: true, repeated: true });
	});
});

describe('cards', () => {
	test('of voids, of missing messages and of no number show nothing', async () => {
		const { id, store, reader } = await replying(3);
		await store.set(keys.message(id, 2), JSON.stringify({ n: 2, void: true }));
		await store.set(keys.message(id, 3), 'damaged');
		for (const n of [2, 3, 4, 0, -1]) expect(await readAnswered(store, reader, n)).toEqual({ text: '' });
	});

	test('show nothing of a message before the first that the reader may read', async () => {
		const { store, reader } = await replying(3);
		const later = { ...reader, from: 3 };
		expect(await readCards(store, later, [2, 3])).toEqual({ 2: { text: '' }, 3: { sender: 'Ada', text: 'Message 3' } });
	});

	test('are of one line of 120 characters at most, and of a bounded number of messages', async () => {
		const { id, store, reader } = await replying(60);
		await store.set(keys.message(id, 1), JSON.stringify({ ...said(id, 1), message: '🎉\n'.repeat(900) }));
		const { text = '' } = await readAnswered(store, reader, 1);
		expect(Array.from(text)).toHaveLength(120);
		expect(text).not.toContain('\n');
		const cards = await readCards(
			store,
			reader,
			Array.from({ length: 60 }, (_, i) => i + 1)
		);
		expect(Object.keys(cards)).toHaveLength(MAX_ANSWERED_LOOKUPS);
	});
});
