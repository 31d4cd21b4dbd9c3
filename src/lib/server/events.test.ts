import { expect, test } from 'vitest';
import { said } from '../../../tests/fixtures/kitchen.ts';
import { Events } from './events.ts';

const posted = { message: said('kitchen', 1), repeated: false };

/** A subscriber that ends when the test says so. */
function gate<T>() {
	let begun = false;
	let open: (added: T) => void = () => undefined;
	let fail: (error: Error) => void = () => undefined;
	const opened = new Promise<T>((resolve, reject) => ([open, fail] = [resolve, reject]));
	return {
		act: () => ((begun = true), opened),
		open: (added: T) => open(added),
		fail: (error: Error) => fail(error),
		begun: () => begun
	};
}

/** Whether the promise is settled by now. */
const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
	await new Promise((later) => setTimeout(later));
	return Promise.race([
		promise.then(
			() => true,
			() => true
		),
		Promise.resolve(false)
	]);
};

function failing() {
	const failures: [unknown, string][] = [];
	return { failures, events: new Events((error, name) => failures.push([error, name])) };
}

test('a subscriber before the answer is awaited, and one behind begins after it and is not', async () => {
	const { events } = failing();
	const [before, behind] = [gate<undefined>(), gate<undefined>()];
	events.on('messagePosted', 'before-answer', before.act);
	events.on('messagePosted', 'behind', behind.act);
	const answer = events.publish('messagePosted', posted);
	expect(await isSettled(answer)).toBe(false);
	expect([before.begun(), behind.begun()]).toEqual([true, false]);
	before.open(undefined);
	expect(await answer).toEqual(posted);
	expect(behind.begun()).toBe(true);
	behind.open(undefined);
	await events.settle();
});

test('what subscribers before the answer add reaches the publisher and those behind', async () => {
	const { events } = failing();
	const edited = { ...said('kitchen', 1), message: 'Edited.' };
	const received: unknown[] = [];
	events.on('messagePosted', 'behind', (event) => Promise.resolve(received.push(event)));
	events.on('messagePosted', 'before-answer', () => Promise.resolve({ message: edited }));
	events.on('messagePosted', 'before-answer', () => Promise.resolve());
	expect(await events.publish('messagePosted', posted)).toEqual({ message: edited, repeated: false });
	expect(received).toEqual([{ message: edited, repeated: false }]);
});

test('a failure before the answer fails the publisher, and nothing begins behind it', async () => {
	const { events, failures } = failing();
	const behind = gate<undefined>();
	events.on('roomChanged', 'before-answer', () => Promise.reject(new Error('away')));
	events.on('roomChanged', 'behind', behind.act);
	await expect(events.publish('roomChanged', { rooms: ['kitchen'], change: {} })).rejects.toThrow('away');
	expect([behind.begun(), failures]).toEqual([false, []]);
});

test('a failure behind the answer is reported with its event, and neither fails the publisher nor stops the others', async () => {
	const { events, failures } = failing();
	const other = gate<undefined>();
	events.on('messagePosted', 'behind', () => Promise.reject(new Error('away')));
	events.on('messagePosted', 'behind', other.act);
	expect(await events.publish('messagePosted', posted)).toEqual(posted);
	other.open(undefined);
	await events.settle();
	expect(other.begun()).toBe(true);
	expect(failures).toEqual([[new Error('away'), 'messagePosted']]);
});

test('settle waits for subscribers behind the answer, and for those of events that they publish', async () => {
	const { events } = failing();
	const [first, second] = [gate<undefined>(), gate<undefined>()];
	events.on('messagePosted', 'behind', async () => {
		await first.act();
		await events.publish('readMarkMoved', { person: 'ada', mark: { room: 'kitchen', n: 1 } });
	});
	events.on('readMarkMoved', 'behind', second.act);
	await events.publish('messagePosted', posted);
	const settled = events.settle();
	expect(await isSettled(settled)).toBe(false);
	first.open(undefined);
	expect(await isSettled(settled)).toBe(false);
	expect(second.begun()).toBe(true);
	second.open(undefined);
	await settled;
});

test('settle waits for an event that is being published, also where it fails', async () => {
	const { events } = failing();
	const before = gate<undefined>();
	events.on('messagePosted', 'before-answer', before.act);
	const answer = events.publish('messagePosted', posted);
	const settled = events.settle();
	expect(await isSettled(settled)).toBe(false);
	before.fail(new Error('away'));
	await expect(answer).rejects.toThrow('away');
	await settled;
});
