import { describe, expect, test } from 'vitest';
import { said } from '../../../../tests/fixtures/kitchen.ts';
import { random } from '../../../../tests/fixtures/random.ts';
import type { Change } from '../../chat/messages/change.ts';
import { changed, type ShownMessage } from '../../chat/messages/message-view.ts';
import { before, receiveChange, receive, repair, type TimelineState } from './timeline-merge.ts';

const message = (n: number) => said('kitchen', n);
const ns = (held: TimelineState) => held.messages.map(({ n }) => n);
const page = (...numbers: number[]): TimelineState => ({
	messages: numbers.map(message),
	cursor: { message: numbers.at(-1) ?? 0, holes: [], change: 0 },
	from: numbers[0] ?? 1,
	early: []
});

const late = (m: number, n: number): Change => ({ kind: 'late', m, n, timestamp: 1 });

describe('a live event', () => {
	test('a message with the next number is shown', () => {
		const held = receive(page(1, 2), message(3));
		expect([ns(held), held.cursor]).toEqual([[1, 2, 3], { message: 3, holes: [], change: 0 }]);
	});
	test('a message after a jump leaves holes, which later ones fill', () => {
		const jumped = receive(page(1, 2), message(5));
		expect(jumped.cursor).toEqual({ message: 5, holes: [3, 4], change: 0 });
		const filled = receive(receive(jumped, message(4)), message(3));
		expect([ns(filled), filled.cursor.holes]).toEqual([[1, 2, 3, 4, 5], []]);
	});
	test('a message received twice is shown once', () => {
		expect(ns(receive(receive(page(1), message(2)), message(2)))).toEqual([1, 2]);
	});
	test('a message from before the page belongs to another page', () => {
		expect(ns(receive(page(50, 51), message(7)))).toEqual([50, 51]);
	});
});

describe('an answer', () => {
	test('an answer fills holes and settles those that it does not contain', () => {
		const held = receive(page(1), message(5));
		const mended = repair(held, held.cursor, {
			messages: [message(3)],
			changes: [],
			cursor: { message: 5, holes: [4], change: 0 }
		});
		expect([ns(mended), mended.cursor.holes]).toEqual([[1, 3, 5], [4]]);
	});
	test('an answer does not undo live events that came after its question', () => {
		const asked = page(1, 2).cursor;
		const meanwhile = receive(receive(page(1, 2), message(3)), message(6));
		const mended = repair(meanwhile, asked, {
			messages: [],
			changes: [],
			cursor: { message: 3, holes: [3], change: 0 }
		});
		expect([ns(mended), mended.cursor]).toEqual([[1, 2, 3, 6], { message: 6, holes: [4, 5], change: 0 }]);
	});
	test('an answer does not settle a late message that was announced after its question', () => {
		const held = page(1, 3, 4);
		const announced = receiveChange(held, late(1, 2));
		const mended = repair(announced, held.cursor, {
			messages: [],
			changes: [],
			cursor: { message: 4, holes: [], change: 0 }
		});
		expect(mended.cursor.holes).toEqual([2]);
	});
});

test('a late message is inserted at its number', () => {
	const announced = receiveChange(page(1, 3, 4), late(1, 2));
	expect(announced.cursor).toMatchObject({ message: 4, holes: [2], change: 1 });
	expect(ns(receive(announced, message(2)))).toEqual([1, 2, 3, 4]);
});

test('messages after a hole wait', () => {
	expect(before([1, 2, 5].map(message), [3, 4]).map(({ n }) => n)).toEqual([1, 2]);
	expect(before([1, 2, 5].map(message), []).map(({ n }) => n)).toEqual([1, 2, 5]);
});

/** A change log of random entries. */
function history(below: (below: number) => number, head: number): Change[] {
	return Array.from({ length: below(25) }, (_, i): Change => {
		const entry = { m: i + 1, n: 1 + below(head), timestamp: i };
		const kind = below(6);
		if (kind === 0) return { kind: 'delete', ...entry };
		if (kind <= 2) return { kind: 'edit', ...entry, message: `edited by ${i}` };
		const person = ['ada', 'grace'][below(2)] ?? 'ada';
		return { kind: 'react', ...entry, person, name: person, emoji: ['👍', '🎉'][below(2)] ?? '👍', on: below(2) === 0 };
	});
}

test('a page equals a fresh one after one question, whatever live events were lost, doubled and reordered', () => {
	for (let seed = 1; seed <= 10_000; seed++) {
		const below = random(seed);
		const head = 5 + below(30);
		const voids = new Set(Array.from({ length: below(4) }, () => 3 + below(head - 2)));
		const changes = history(below, head);
		const stored = Array.from({ length: head }, (_, i) => i + 1).filter((n) => !voids.has(n));
		/** The message on a fresh page, with the changes up to `upTo`. */
		const fresh = (n: number, upTo: number) =>
			changes.filter((change) => change.n === n && change.m <= upTo).reduce(changed, message(n) as ShownMessage);
		/** Like the server, counts a change as known only with its message. */
		const cut = (upTo: number, upToChange: number) => {
			const unseen = changes.find(({ n, m }) => n > upTo && m <= upToChange);
			return unseen ? unseen.m - 1 : upToChange;
		};
		const start = 1 + below(4);
		const known = cut(start, below(changes.length + 1));
		let held: TimelineState = {
			messages: stored.filter((n) => n <= start).map((n) => fresh(n, known)),
			cursor: { message: start, holes: [], change: known, changedAt: changes[known - 1]?.timestamp },
			from: 1,
			early: []
		};
		const answer = (asked: TimelineState['cursor'], upTo: number, upToChange: number) => ({
			messages: stored
				.filter((n) => n <= upTo && (n > asked.message || asked.holes.includes(n)))
				.map((n) => fresh(n, upToChange)),
			changes: changes.filter(({ m }) => m > asked.change && m <= upToChange),
			cursor: { message: Math.max(upTo, asked.message), holes: [], ...newestOf(upToChange, asked) }
		});
		const newestOf = (m: number, asked: TimelineState['cursor']) =>
			m > asked.change
				? { change: m, changedAt: changes[m - 1]?.timestamp }
				: { change: asked.change, changedAt: asked.changedAt };
		let open: { asked: TimelineState['cursor']; upTo: number; upToChange: number } | undefined;
		for (let step = 0; step < 60; step++) {
			const n = stored[below(stored.length)] ?? 1;
			const change = changes[below(changes.length)];
			const what = below(6);
			if (what === 0 && open) {
				held = repair(held, open.asked, answer(open.asked, open.upTo, open.upToChange));
				open = undefined;
			} else if (what === 0) {
				const upTo = Math.max(held.cursor.message, 1 + below(head));
				const upToChange = cut(upTo, Math.max(held.cursor.change, below(changes.length + 1)));
				open = { asked: held.cursor, upTo, upToChange };
			} else if (what <= 2 && change) held = receiveChange(held, change);
			else held = receive(held, message(n));
		}
		held = repair(held, held.cursor, answer(held.cursor, head, changes.length));
		const expected = stored.map((n) => fresh(n, changes.length));
		expect([held.messages, held.cursor], `seed ${seed}`).toEqual([
			expected,
			{ message: head, holes: [], change: changes.length, changedAt: changes.at(-1)?.timestamp }
		]);
	}
}, 60_000);

describe('the card of a reply', () => {
	const reply = (n: number, re: number): ShownMessage => ({ ...message(n), re });
	const edit = (m: number, n: number, text: string): Change => ({ kind: 'edit', m, n, timestamp: 1, message: text });
	const card = (held: TimelineState) => held.messages.at(-1)?.answered;

	test('a received reply shows its message from the page, with its markup still to be read', () => {
		expect(card(receive(page(1, 2), reply(3, 1)))).toMatchObject({ sender: 'Ada', text: 'Message 1', typed: true });
		// One that is not on the page is asked for.
		expect(card(receive(page(5, 6), reply(7, 1)))).toBeUndefined();
		const answer = { messages: [message(3), reply(4, 3)], changes: [], cursor: { message: 4, holes: [], change: 0 } };
		expect(card(repair(page(1, 2), page(1, 2).cursor, answer))).toMatchObject({ text: 'Message 3' });
	});

	test('a card follows its message, on the page or not, and other rows stay the same objects', () => {
		for (const first of [1, 5]) {
			const shown = { ...reply(7, 1), answered: { sender: 'Ada', text: 'Message 1' } };
			const held = { ...page(first, 6, 7), messages: [message(first), message(6), shown] };
			const edited = receiveChange(held, edit(1, 1, 'Tea?'));
			expect(card(edited)).toEqual({ sender: 'Ada', text: 'Tea?', typed: true, m: 1 });
			expect(edited.messages[1]).toBe(held.messages[1]);
			const gone = receiveChange(edited, { kind: 'delete', m: 2, n: 1, timestamp: 1 });
			expect(card(gone)).toEqual({ sender: 'Ada', text: '', deleted: true });
			expect(card(receiveChange(held, edit(1, 6, 'Soup')))).toBe(shown.answered);
		}
	});
});
