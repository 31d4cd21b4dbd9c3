import { expect, test } from 'vitest';
import { changedCard, type Answered } from './answered.ts';

const card: Answered = { sender: 'Ada', text: 'Tea?' };
const entry = { n: 3, timestamp: 1 };
const edit = (m: number, message?: string) => ({ kind: 'edit', m, message, ...entry }) as const;
const remove = (m: number) => ({ kind: 'delete', m, ...entry }) as const;

test('a card follows edits of its message, in any order and with repeats', () => {
	const changes = [edit(4, 'Coffee?'), edit(7, 'Milk?'), edit(5, 'Soup?')];
	for (const order of [changes, changes.toReversed(), [...changes, ...changes]])
		expect(order.reduce(changedCard, card)).toEqual({ sender: 'Ada', text: 'Milk?', typed: true, m: 7 });
	// A newer card than the change.
	expect(changedCard({ ...card, m: 9 }, edit(4, 'Coffee?'))).toEqual({ ...card, m: 9 });
	// The text of a deleted message's edit is gone.
	expect(changedCard(card, edit(4))).toBe(card);
});

test('a deletion is final, and other changes leave a card as it is', () => {
	const deleted = changedCard(card, remove(4));
	expect(deleted).toEqual({ sender: 'Ada', text: '', deleted: true });
	expect(changedCard(deleted, edit(9, 'Milk?'))).toBe(deleted);
	const reaction = { kind: 'react', m: 5, person: 'a', name: 'A', emoji: '👍', on: true, ...entry } as const;
	expect(changedCard(card, reaction)).toBe(card);
	expect(changedCard(card, { kind: 'late', m: 6, ...entry })).toBe(card);
});
