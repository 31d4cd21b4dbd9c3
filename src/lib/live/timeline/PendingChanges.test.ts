import { expect, test } from 'vitest';
import type { Change } from '../../chat/messages/change.ts';
import { tally, type ShownMessage } from '../../chat/messages/message-view.ts';
import { PendingChanges, type ChangeReceipt } from './PendingChanges.svelte.ts';

const ADA = { id: 'ada', name: 'Ada' };
const message: ShownMessage = {
	n: 1,
	id: 'send-1',
	room: 'kitchen',
	person: 'grace',
	sender: 'Grace',
	message: 'Tea?',
	timestamp: 0,
	reactions: [{ emoji: '👍', person: 'grace', name: 'Grace', m: 1, on: true }]
};

/** A server that answers when the test says so. */
function server() {
	const asked: { fields: Record<string, string>; answer: (receipt: ChangeReceipt) => void }[] = [];
	const heard: Change[] = [];
	const mine = new PendingChanges({
		post: (_kind, fields) => new Promise((answer) => asked.push({ fields, answer })),
		onchange: (change) => heard.push(change)
	});
	const counts = () =>
		tally(mine.shown([message], ADA)[0]?.reactions).map(({ emoji, people }) => `${emoji} ${people.length}`);
	return { asked, heard, mine, counts };
}

const turn = () => new Promise((resolve) => setTimeout(resolve));
const agreed = (emoji: string, on: boolean): ChangeReceipt => ({
	change: { kind: 'react', m: 2, n: 1, timestamp: 0, person: 'ada', name: 'Ada', emoji, on }
});

test('a reaction is shown before the server has answered, and then as the server answered', async () => {
	const { asked, heard, mine, counts } = server();
	void mine.react({ n: 1, emoji: '👍', on: true });
	expect(counts()).toEqual(['👍 2']);
	await turn();
	expect(asked[0]?.fields).toEqual({ reaction: '1 👍 on' });
	asked[0]?.answer(agreed('👍', true));
	await turn();
	expect(heard).toHaveLength(1);
	expect(counts()).toEqual(['👍 1']); // the timeline shows accepted changes
});

test('an edit refused after its editor closed gives its text to the next editor, once', async () => {
	const { asked, mine } = server();
	const refused = mine.edit(1, 'Coffee?', () => true);
	asked[0]?.answer({ reason: 'That was too fast.' });
	expect(await refused).toBe('That was too fast.');
	expect(mine.refusals.get(1)).toBe('That was too fast.');
	expect(mine.takeLost(1)).toEqual({ message: 'Coffee?', error: 'That was too fast.' });
	expect([mine.takeLost(1), mine.refusals.size]).toEqual([undefined, 0]);

	const kept = mine.edit(1, 'Coffee?', () => false);
	asked[1]?.answer({ reason: 'That was too fast.' });
	await kept;
	expect([mine.takeLost(1), mine.refusals.size]).toEqual([undefined, 0]);
});

test('a refused reaction is taken back, with a sentence at its message until the next try', async () => {
	const { asked, heard, mine, counts } = server();
	void mine.react({ n: 1, emoji: '🎉', on: true });
	expect(counts()).toEqual(['👍 1', '🎉 1']);
	await turn();
	asked[0]?.answer({ reason: 'That was too fast.' });
	await turn();
	expect(counts()).toEqual(['👍 1']);
	expect(heard).toEqual([]);
	expect(mine.refusals.get(1)).toBe('That was too fast.');
	void mine.react({ n: 1, emoji: '🎉', on: true });
	expect(mine.refusals.size).toBe(0);
});

test('reactions switched on and off show the last toggle, and are posted in order, one at a time', async () => {
	const { asked, mine, counts } = server();
	void mine.react({ n: 1, emoji: '👍', on: true });
	void mine.react({ n: 1, emoji: '👍', on: false });
	expect(counts()).toEqual(['👍 1']);
	await turn();
	expect(asked.map(({ fields }) => fields.reaction)).toEqual(['1 👍 on']);
	asked[0]?.answer(agreed('👍', true));
	await turn();
	expect(asked.map(({ fields }) => fields.reaction)).toEqual(['1 👍 on', '1 👍 off']);
});
