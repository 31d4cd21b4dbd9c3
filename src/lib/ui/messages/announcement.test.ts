import { expect, test } from 'vitest';
import { announcement, type Scene } from './announcement.ts';

const ada = { person: 'a', sender: 'Ada' };
const grace = { person: 'g', sender: 'Grace' };
const alan = { person: 't', sender: 'Alan' };
const scene = (messages: Scene['messages'], pending: Scene['pending'] = []): Scene => ({ messages, pending });
const before = scene([{ n: 1, id: 'm1', ...ada, message: 'Tea?' }]);
const then = (...more: Scene['messages']) => scene([...before.messages, ...more]);

test('one message is announced with its sender', () => {
	expect(announcement(before, then({ n: 2, id: 'm2', ...grace, message: 'Yes, please.' }))).toBe('Grace: Yes, please.');
});

test('a reply is announced with whose message it replies to', () => {
	const reply = { n: 2, id: 'm2', ...grace, message: 'Yes.', answered: { sender: 'Ada' } };
	expect(announcement(before, then(reply))).toBe('Grace, in reply to Ada: Yes.');
});

test('a burst is announced as one sentence', () => {
	const burst = [2, 3, 4].map((n) => ({ n, id: `m${n}`, ...grace, message: 'Hm.' }));
	expect(announcement(before, then(...burst))).toBe('Grace sent 3 messages');
	expect(announcement(before, then(...burst, { n: 5, id: 'm5', ...ada, message: 'Oh.' }))).toBe(
		'4 new messages from Grace and Ada'
	);
	expect(
		announcement(
			before,
			then(...burst, { n: 5, id: 'm5', ...ada, message: 'Oh.' }, { n: 6, id: 'm6', ...alan, message: 'Ah.' })
		)
	).toBe('5 new messages from 3 people');
});

test('a long message is cut', () => {
	expect(announcement(before, then({ n: 2, id: 'm2', ...grace, message: 'a'.repeat(2_000) })).length).toBeLessThan(320);
});

test('own messages are not announced', () => {
	expect(announcement(before, then({ n: 2, id: 'm2', ...grace, message: 'Yes.' }), 'g')).toBe('');
});

test('older messages put before the others are not announced', () => {
	expect(
		announcement(
			scene([{ n: 9, id: 'm9', ...ada, message: 'x' }]),
			scene([
				{ n: 8, id: 'm8', ...grace, message: 'y' },
				{ n: 9, id: 'm9', ...ada, message: 'x' }
			])
		)
	).toBe('');
});

test('another room is not announced, although its numbers are the same', () => {
	const kitchen = scene([{ n: 1, id: 'kitchen', ...ada, message: 'Tea?' }]);
	const attic = scene([1, 2].map((n) => ({ n, id: `attic-${n}`, ...grace, message: 'Swallows.' })));
	expect(announcement(kitchen, attic)).toBe('');
	expect(announcement(scene([]), attic)).toBe('');
});

test('messages trimmed while reading further up are not announced when they are back', () => {
	const further = { ...before, upTo: 3 };
	const back = then(...[2, 3].map((n) => ({ n, id: `m${n}`, ...grace, message: 'Hm.' })));
	expect(announcement(further, back)).toBe('');
	expect(announcement(further, scene([...back.messages, { n: 4, id: 'm4', ...grace, message: 'Yes.' }]))).toBe(
		'Grace: Yes.'
	);
});

test('another page of history is not announced', () => {
	expect(announcement(before, scene([{ n: 60, id: 'm60', ...grace, message: 'later' }]))).toBe('');
});

test('the first message of an empty room is announced', () => {
	expect(announcement(scene([]), before)).toBe('Ada: Tea?');
});

test('a failed send is announced once', () => {
	const failed = scene(before.messages, [{ id: 'x', state: 'failed' }]);
	expect(announcement(scene(before.messages, [{ id: 'x', state: 'sending' }]), failed)).toBe(
		'Your message was not sent.'
	);
	expect(announcement(failed, failed)).toBe('');
});

test('a message waiting for the connection is announced once, a short wait for the rate limit is not', () => {
	const sending = scene(before.messages, [{ id: 'x', state: 'sending' }]);
	const waiting = scene(before.messages, [{ id: 'x', state: 'waiting', reason: 'Waiting for connection.' }]);
	expect(announcement(sending, waiting)).toBe('Your message is waiting to be sent.');
	expect(announcement(waiting, waiting)).toBe('');
	expect(announcement(sending, scene(before.messages, [{ id: 'x', state: 'waiting' }]))).toBe('');
});

test('a message whose answer was lost, and which came from the room, is not announced as failed', () => {
	const failed: Scene['pending'] = [{ id: 'x', state: 'failed' }];
	const there = [...before.messages, { n: 2, id: 'x', ...grace, message: 'Yes.' }];
	expect(announcement(scene(before.messages, [{ id: 'x', state: 'sending' }]), scene(there, failed), 'g')).toBe('');
});

test('changes of earlier messages are not announced, nor is a message that is deleted already', () => {
	const edited = scene([{ n: 1, id: 'm1', ...ada, message: 'Tea? Now?' }]);
	expect(announcement(before, edited)).toBe('');
	expect(announcement(before, then({ n: 2, id: 'm2', ...grace, message: '', deleted: true }))).toBe('');
});
