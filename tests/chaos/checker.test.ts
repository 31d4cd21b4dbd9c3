import { expect, test } from 'vitest';
import { check } from './checker.ts';
import { History, type Entry } from './history.ts';

const first: Entry = { n: 1, id: 'a', text: 'The kettle is on.' };
const second: Entry = { n: 2, id: 'b', text: 'Coming.' };

/** Ada sends both, one after the other; both are acknowledged; Grace sees them. */
function talk(): History {
	const history = new History();
	for (const { n, id, text } of [first, second]) {
		history.tell('Ada', { kind: 'invoked', id, text });
		history.tell('Ada', { kind: 'acknowledged', id, n });
	}
	history.tell('Grace', { kind: 'opened', from: 1, complete: true });
	return history;
}

const count = (history: History, store: Entry[]) => {
	const { lost, doubled, reordered, invented } = check(history, store);
	return { lost, doubled, reordered, invented };
};

test('a room in which all went well', () => {
	const history = talk();
	history.show('Grace', [first]);
	history.show('Grace', [first, second]);
	const verdict = check(history, [first, second]);
	expect(verdict).toMatchObject({ acknowledged: 2, deliveries: 2, lost: 0, doubled: 0, reordered: 0, wrong: [] });
});

test('what was acknowledged and is not in the store is lost', () => {
	const history = talk();
	history.show('Grace', [first, second]);
	expect(count(history, [first]).lost).toBe(1);
});

test('what was acknowledged and is not shown to a reader is lost', () => {
	const history = talk();
	history.show('Grace', [first]);
	expect(count(history, [first, second]).lost).toBe(1);
});

test('what a reader showed for a moment and no longer shows is lost', () => {
	const history = talk();
	history.show('Grace', [first, second]);
	history.show('Grace', [second]);
	expect(count(history, [first, second]).lost).toBe(1);
});

test('twice on a page, for a moment, is doubled', () => {
	const history = talk();
	history.show('Grace', [first, { ...first, n: 2 }]);
	history.show('Grace', [first, second]);
	expect(count(history, [first, second]).doubled).toBe(1);
});

test('twice in the store is doubled, and so is another number in another answer', () => {
	const history = talk();
	history.show('Grace', [first, second]);
	history.tell('Ada', { kind: 'acknowledged', id: 'b', n: 3 });
	expect(count(history, [first, second, { ...second, n: 3 }]).doubled).toBe(2);
});

test('a page out of the order of its numbers is reordered, and so is a sender’s own order', () => {
	const history = talk();
	history.show('Grace', [second, first]);
	expect(count(history, [first, second]).reordered).toBe(1);
	const swapped = talk();
	swapped.show('Grace', [first, second]);
	const store = [
		{ ...second, n: 1 },
		{ ...first, n: 2 }
	];
	expect(count(swapped, store).reordered).toBeGreaterThan(0);
});

test('what nobody sent is invented, and so are other bytes', () => {
	const history = talk();
	history.show('Grace', [first, { ...second, text: 'Coming!' }]);
	expect(count(history, [first, { ...second, text: 'Coming?' }]).invented).toBe(2);
});

test('a deleted text that is still shown is found', () => {
	const history = talk();
	history.tell('Ada', { kind: 'changed', id: 'b', text: undefined });
	history.show('Grace', [first, second]);
	expect(count(history, [first, { ...second, text: '' }]).lost).toBe(1);
	history.show('Grace', [first, { ...second, text: '' }]);
	expect(count(history, [first, { ...second, text: '' }]).lost).toBe(0);
});

test('what is unknown may be there or not', () => {
	const history = talk();
	history.tell('Ada', { kind: 'invoked', id: 'c', text: 'Anyone?' });
	history.tell('Ada', { kind: 'unknown', id: 'c' });
	history.show('Grace', [first, second]);
	expect(check(history, [first, second]).wrong).toEqual([]);
	expect(check(history, [first, second, { n: 3, id: 'c', text: 'Anyone?' }]).wrong).toEqual([]);
});
