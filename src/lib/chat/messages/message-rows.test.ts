import { describe, expect, test } from 'vitest';
import { reuse, rows, type Groupable } from './message-rows.ts';

const NOON = Date.parse('2026-11-23T12:00:00Z');
const MINUTE = 60_000;

const said = (person: string, minute: number, n?: number): Groupable => ({
	n,
	id: `${person}-${n ?? 'new'}-${minute}`,
	person,
	timestamp: NOON + minute * MINUTE
});
const outline = (messages: Groupable[], zone?: string) =>
	rows(messages, zone).map((row) =>
		row.kind === 'day'
			? row.day
			: row.kind === 'unread'
				? 'unread'
				: `${row.message.person}${row.continued ? ' …' : ''}`
	);

describe('a group of messages of one person', () => {
	test('names the author again under another name', () => {
		const [before, after] = [
			{ ...said('ada', 0, 1), sender: 'Ada' },
			{ ...said('ada', 1, 2), sender: 'Augusta' }
		];
		expect(outline([before, after])).toEqual(['2026-11-23', 'ada', 'ada']);
	});

	test('names the author once', () => {
		expect(outline([said('ada', 0, 1), said('ada', 4, 2), said('ada', 8, 3)])).toEqual([
			'2026-11-23',
			'ada',
			'ada …',
			'ada …'
		]);
	});

	test('ends at a message of another person', () => {
		expect(outline([said('ada', 0, 1), said('grace', 1, 2), said('ada', 2, 3)])).toEqual([
			'2026-11-23',
			'ada',
			'grace',
			'ada'
		]);
	});

	test('ends after more than five minutes', () => {
		expect(outline([said('ada', 0, 1), said('ada', 5, 2), said('ada', 10.1, 3)])).toEqual([
			'2026-11-23',
			'ada',
			'ada …',
			'ada'
		]);
	});

	test('ends where messages of others may be missing', () => {
		expect(outline([said('ada', 0, 1), said('ada', 1, 400)])).toEqual(['2026-11-23', 'ada', 'ada']);
	});

	test('continues past a void number', () => {
		expect(outline([said('ada', 0, 1), said('ada', 1, 3)])).toEqual(['2026-11-23', 'ada', 'ada …']);
	});

	test('ends with the day', () => {
		expect(outline([said('ada', 11 * 60 + 59, 1), said('ada', 12 * 60 + 1, 2)])).toEqual([
			'2026-11-23',
			'ada',
			'2026-11-24',
			'ada'
		]);
	});
});

describe('a message that is being sent', () => {
	test('continues the group before it', () => {
		expect(outline([said('ada', 0, 1), said('ada', 1)])).toEqual(['2026-11-23', 'ada', 'ada …']);
	});

	test('keeps its key when it is stored', () => {
		const sending = { id: 'tea', person: 'ada', timestamp: NOON };
		const key = (message: Groupable) => rows([message]).find(({ kind }) => kind === 'message')?.key;
		expect(key(sending)).toBe(key({ ...sending, n: 7, timestamp: NOON + 40 }));
	});

	test('is shown once when it is stored and still in the outbox', () => {
		const sending = { id: 'tea', person: 'ada', timestamp: NOON };
		expect(outline([{ ...sending, n: 1 }, sending])).toEqual(['2026-11-23', 'ada']);
	});

	test('is distinct from a message of another person with the same id', () => {
		expect(
			outline([
				{ id: 'tea', person: 'ada', timestamp: NOON },
				{ id: 'tea', person: 'grace', timestamp: NOON }
			])
		).toEqual(['2026-11-23', 'ada', 'grace']);
	});
});

describe('the first message of a page', () => {
	const top = (person: string, minute: number, n: number, first: Groupable) => {
		const [line, row] = rows([first], 'UTC', { n, person, timestamp: NOON + minute * MINUTE });
		return [line?.kind === 'day' && line.continuedFrom?.person, row?.kind === 'message' && row.continued];
	};

	test('continues a group of the page above, and the day line names the author', () => {
		expect(top('ada', 0, 1, said('ada', 4, 2))).toEqual(['ada', true]);
	});

	test('begins a group where the page above ends with another person, group or day', () => {
		expect(top('grace', 0, 1, said('ada', 4, 2))).toEqual([undefined, false]);
		expect(top('ada', 0, 1, said('ada', 6, 2))).toEqual([undefined, false]);
		expect(top('ada', 12 * 60 - 1, 1, said('ada', 12 * 60 + 1, 2))).toEqual([undefined, false]);
	});

	test('is grouped as below the page above', () => {
		const [above, first] = [said('ada', 0, 1), said('ada', 4, 2)];
		const whole = rows([above, first]).at(-1);
		const alone = rows([first], 'UTC', { n: 1, person: 'ada', timestamp: above.timestamp }).at(-1);
		expect(alone).toEqual(whole);
	});
});

describe('a day line', () => {
	test('is where the day begins in the reader’s zone', () => {
		const messages = [said('ada', 0, 1), said('ada', 12 * 60 + 30, 2)];
		expect(outline(messages, 'UTC')).toEqual(['2026-11-23', 'ada', '2026-11-24', 'ada']);
		expect(outline(messages, 'America/New_York')).toEqual(['2026-11-23', 'ada', 'ada']);
		expect(outline(messages, 'Pacific/Auckland')).toEqual(['2026-11-24', 'ada', 'ada']);
	});

	test('is absent in an empty room', () => {
		expect(rows([])).toEqual([]);
	});

	test('has a unique key even when the clocks of two servers repeat the day', () => {
		const keys = rows([said('ada', 11 * 60, 1), said('ada', 13 * 60, 2), said('grace', 11 * 60, 3)]).map(
			({ key }) => key
		);
		expect(new Set(keys).size).toBe(keys.length);
	});
});

describe('rows that are computed again', () => {
	const said3 = [said('ada', 0, 1), said('ada', 1, 2), said('grace', 2, 3)];

	test('stay the same objects when a message is added or the oldest removed', () => {
		const before = rows(said3);
		const more = reuse(before, rows([...said3, said('grace', 3, 4)]));
		expect(more.map((row) => before.includes(row))).toEqual([true, true, true, true, false]);
		// Both messages of Ada are gone: the day begins with Grace's.
		const fewer = reuse(more, rows(said3.slice(2), 'UTC', { n: 2, person: 'ada', timestamp: NOON + MINUTE }));
		expect(fewer.map((row) => more.includes(row))).toEqual([false, true]);
	});

	test('are new objects where a message was edited or its grouping changed', () => {
		const before = rows(said3);
		const edited = reuse(before, rows(said3.map((message) => (message.n === 2 ? { ...message } : message))));
		expect(edited.map((row) => before.includes(row))).toEqual([true, true, false, true]);
		const named = reuse(before, rows(said3.slice(1)));
		expect(named.map((row) => before.includes(row))).toEqual([false, false, true]);
	});
});
