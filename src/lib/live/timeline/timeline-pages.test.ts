import { describe, expect, test } from 'vitest';
import { said } from '../../../../tests/fixtures/kitchen.ts';
import { random } from '../../../../tests/fixtures/random.ts';
import type { Change } from '../../chat/messages/change.ts';
import { numbers, type Cursor } from '../../chat/reading/cursor.ts';
import { changed, type ShownMessage } from '../../chat/messages/message-view.ts';
import { receiveChange, opened, receive, repair, type TimelineState, type OpenedPage } from './timeline-merge.ts';
import { joinNewer, joinOlder, trimmed } from './timeline-pages.ts';

const message = (n: number) => said('kitchen', n);
const ns = (held: TimelineState) => held.messages.map(({ n }) => n);
/** The numbers `from` to `to` of a room that has given out `head`. */
const page = (from: number, to: number, head: number, cursor: Partial<Cursor> = {}): OpenedPage => ({
	messages: numbers(from, to).map(message),
	older: from > 1 ? from : undefined,
	newer: to < head ? to : undefined,
	above: from > 1 ? message(from - 1) : undefined,
	cursor: { message: head, holes: [], change: 0, ...cursor }
});

describe('a page above', () => {
	test('a page above is joined', () => {
		const held = joinOlder(opened(page(51, 100, 100)), page(1, 50, 100));
		expect([ns(held), held.from, held.to]).toEqual([numbers(1, 100), 1, undefined]);
	});
	test('a page above that no longer borders on the messages is ignored', () => {
		const held = opened(page(51, 100, 100));
		expect(joinOlder(held, page(1, 40, 100))).toBe(held);
	});
	test('a page above brings its holes, and the message above it', () => {
		const held = joinOlder(opened(page(51, 100, 100)), page(21, 50, 100, { holes: [30] }));
		expect([held.cursor.holes, held.above?.n]).toEqual([[30], 20]);
	});
	test('a page above with fewer changes moves the cursor back, so that the changes are asked for again', () => {
		const held = joinOlder(opened(page(51, 100, 100, { change: 9 })), page(1, 50, 100, { change: 7 }));
		expect(held.cursor.change).toBe(7);
	});
});

describe('a page below', () => {
	test('a page below is joined', () => {
		const held = joinNewer(opened(page(1, 50, 200)), page(51, 100, 200));
		expect([ns(held), held.from, held.to]).toEqual([numbers(1, 100), 1, 100]);
	});
	test('a page below that ends at the newest message makes the timeline live, and newer messages are asked for', () => {
		const away = receive(opened(page(1, 50, 60)), message(61));
		expect([ns(away), away.cursor.message]).toEqual([numbers(1, 50), 61]);
		const held = joinNewer(away, page(51, 60, 60));
		expect([held.to, held.cursor.message]).toEqual([undefined, 60]);
		expect(ns(receive(held, message(61)))).toEqual(numbers(1, 61));
	});
	test('a page below that no longer borders on the messages is ignored', () => {
		const held = opened(page(1, 50, 200));
		expect(joinNewer(held, page(52, 100, 200))).toBe(held);
		const live = opened(page(1, 50, 50));
		expect(joinNewer(live, page(51, 60, 60))).toBe(live);
	});
});

describe('a page of too many messages', () => {
	const long = opened(page(1, 350, 350, { holes: [2, 340] }));
	test('a trimmed page loses the messages farthest from the reader', () => {
		const top = trimmed(long, 40);
		expect([top.from, top.to, ns(top)]).toEqual([1, 300, numbers(1, 300)]);
		const end = trimmed(long, 350);
		expect([end.from, end.to, ns(end), end.above?.n]).toEqual([51, undefined, numbers(51, 350), 50]);
	});
	test('a trimmed page no longer asks for removed numbers', () => {
		expect(trimmed(long, 1).cursor.holes).toEqual([2]);
		expect(trimmed(long, 350).cursor.holes).toEqual([340]);
	});
	test('a trimmed page without the newest message is not live', () => {
		const held = receive(trimmed(long, 1), message(351));
		expect([ns(held).at(-1), held.cursor.message]).toEqual([300, 351]);
	});
});

/** The fate of a number: not stored yet, settled, announced as late, stored, or void. */
type Fate = 'pending' | 'settled' | 'announced' | 'stored' | 'void';

/** A model of the server's room. It answers in two steps: counters first, then ranges. */
class Room {
	readonly fates: Fate[] = [];
	readonly changes: Change[] = [];
	get counters() {
		return { head: this.fates.length, changeHead: this.changes.length };
	}
	happen(below: (below: number) => number): void {
		const what = below(7);
		const n = 1 + below(this.fates.length);
		const fate = this.fates[n - 1];
		const entry = { m: this.changes.length + 1, n, timestamp: 1 };
		if (what <= 2 || !fate) this.fates.push((['stored', 'stored', 'pending'] as const)[below(3)] ?? 'stored');
		else if (fate === 'pending') this.fates[n - 1] = (['stored', 'void', 'settled'] as const)[below(3)] ?? 'stored';
		else if (fate === 'announced') this.fates[n - 1] = 'stored';
		else if (fate === 'settled') {
			this.changes.push({ kind: 'late', ...entry });
			this.fates[n - 1] = 'announced';
		} else if (fate === 'stored' && what === 3) this.changes.push({ kind: 'delete', ...entry });
		else if (fate === 'stored' && what === 4) this.changes.push({ kind: 'edit', ...entry, message: `edit ${entry.m}` });
		else if (fate === 'stored') {
			const person = ['ada', 'grace'][below(2)] ?? 'ada';
			this.changes.push({ kind: 'react', ...entry, person, name: person, emoji: '👍', on: below(2) === 0 });
		}
	}
	/** Finishes all pending sends. */
	rest(): void {
		for (const [i, fate] of this.fates.entries()) {
			if (fate === 'pending') this.fates[i] = 'void';
			if (fate === 'announced') this.fates[i] = 'stored';
		}
	}
	shown(from: number, to: number): ShownMessage[] {
		return numbers(from, to)
			.filter((n) => this.fates[n - 1] === 'stored')
			.map((n) => this.changes.filter((change) => change.n === n).reduce(changed, message(n) as ShownMessage));
	}
	holes(list: readonly number[]): number[] {
		return list.filter((n) => ['pending', 'announced'].includes(this.fates[n - 1] ?? ''));
	}
	page(from: number, to: number, { head, changeHead }: Room['counters']): OpenedPage {
		const upTo = Math.min(to, head);
		return {
			messages: this.shown(from, upTo),
			older: from > 1 ? from : undefined,
			newer: upTo < head ? upTo : undefined,
			cursor: {
				message: head,
				holes: this.holes(numbers(from, upTo)),
				change: changeHead,
				changedAt: this.changes[changeHead - 1]?.timestamp
			}
		};
	}
	since(asked: Cursor, { head, changeHead }: Room['counters']) {
		const changes = this.changes.slice(asked.change, changeHead);
		const late = changes.filter(({ kind }) => kind === 'late').map(({ n }) => n);
		const lacking = [...new Set([...asked.holes, ...numbers(asked.message + 1, head), ...late])];
		return {
			messages: lacking.flatMap((n) => this.shown(n, n)),
			changes,
			cursor: {
				message: Math.max(asked.message, head),
				holes: this.holes(lacking),
				change: Math.max(asked.change, changeHead),
				changedAt: this.changes[Math.max(asked.change, changeHead) - 1]?.timestamp
			}
		};
	}
}

test('a timeline equals a fresh one after one question, whatever pages come and go and whatever is lost, doubled or late', () => {
	const SIZE = 5;
	const MOST = 12;
	let trims = 0;
	let joins = 0;
	let lives = 0;
	for (let seed = 1; seed <= 20_000; seed++) {
		const below = random(seed);
		const room = new Room();
		for (let i = 0; i < 20; i++) room.happen(below);
		const start = 1 + below(room.counters.head);
		let held = opened(room.page(start, start + below(SIZE), room.counters));
		/** Questions without an answer yet. */
		const open: {
			asked: TimelineState;
			counters: Room['counters'];
			kind: number;
			answer?: (now: TimelineState) => TimelineState;
		}[] = [];
		const answered = ({ asked, kind, counters }: (typeof open)[number]): ((now: TimelineState) => TimelineState) => {
			const { from, to = Infinity, cursor } = asked;
			if (kind === 0) {
				const page = room.page(Math.max(1, from - SIZE), from - 1, counters);
				return (now) => joinOlder(now, page);
			}
			if (kind === 1) {
				const page = room.page(to + 1, to + SIZE, counters);
				return (now) => joinNewer(now, page);
			}
			const answer = room.since(cursor, counters);
			return (now) => repair(now, cursor, answer);
		};
		for (let step = 0; step < 80; step++) {
			const what = below(10);
			const some = open[below(open.length)];
			const change = room.changes[below(room.changes.length)];
			const n = 1 + below(room.counters.head);
			if (what <= 1) room.happen(below);
			else if (what === 2 && change) held = receiveChange(held, change);
			else if (what === 3 && room.fates[n - 1] === 'stored') held = receive(held, message(n));
			else if (what === 4) {
				const before = held;
				held = trimmed(held, held.from + below(MOST), MOST);
				if (held !== before) trims++;
			} else if (what <= 6) {
				const kind = below(3);
				const possible = kind === 0 ? held.from > 1 : kind === 2 || held.to !== undefined;
				if (possible) open.push({ asked: held, counters: room.counters, kind });
			} else if (some?.answer) {
				open.splice(open.indexOf(some), 1);
				const before = held;
				held = some.answer(held);
				if (some.kind < 2 && held !== before) joins++;
				if (before.to && !held.to) lives++;
			} else if (some) some.answer = answered(some);
		}
		room.rest();
		held = repair(held, held.cursor, room.since(held.cursor, room.counters));
		const { head, changeHead } = room.counters;
		expect(held.messages, `seed ${seed}`).toEqual(room.shown(held.from, held.to ?? head));
		expect(held.cursor, `seed ${seed}`).toEqual({
			...{ message: head, holes: [], change: changeHead },
			changedAt: room.page(1, head, room.counters).cursor.changedAt
		});
	}
	// The runs must have covered each case.
	expect(Math.min(trims, joins, lives)).toBeGreaterThan(1_000);
}, 60_000);
