import { afterEach, beforeEach, expect, test } from 'vitest';
import { backToNode, browser, pass, sockets } from '../../../../tests/fixtures/browser.ts';
import { Connection, type Ticket } from './Connection.svelte.ts';

const MINUTE = 60_000;

let page: ReturnType<typeof browser>;
beforeEach(() => void (page = browser()));
afterEach(backToNode);

function listening(ticket: (over: AbortSignal) => Promise<Ticket | undefined> = given) {
	const asked: number[] = [];
	const heard: string[] = [];
	const connection = new Connection((over) => {
		asked.push(performance.now());
		return ticket(over);
	});
	connection.listen({ onlive: () => heard.push('live'), onnotification: (key) => heard.push(key) });
	return { connection, asked, heard, stop: connection.start() };
}

const given = () => Promise.resolve({ url: '/hpkv/ws', token: 'a-token' });
const never = (over: AbortSignal) =>
	new Promise<never>((_, reject) => over.addEventListener('abort', () => reject(over.reason as Error)));

/** A healthy socket: answers every probe. */
async function well(minutes: number, at: () => (typeof sockets)[number] | undefined): Promise<void> {
	for (let passed = 0; passed < minutes * MINUTE; passed += 10_000) {
		await pass(10_000);
		at()?.push('probe', {});
	}
}

test('a connection is live when its socket is open, and not before', async () => {
	const { connection, heard } = listening();
	expect(connection.state).toBe('connecting');
	await pass(0);
	expect(sockets[0]?.url).toBe('ws://127.0.0.1/hpkv/ws?token=a-token');
	expect([connection.state, heard]).toEqual(['connecting', []]);
	sockets[0]?.open();
	expect([connection.state, heard]).toEqual(['live', ['live']]);
});

test('notifications in quick succession are delivered together, in order, and none after a stop', async () => {
	const { heard, stop } = listening();
	await pass(0);
	sockets[0]?.open();
	for (const key of ['a', 'b', 'c']) sockets[0]?.push(key, {});
	expect(heard).toEqual(['live', 'a']);
	await pass(100);
	expect(heard).toEqual(['live', 'a', 'b', 'c']);
	sockets[0]?.push('d', {});
	stop();
	await pass(1_000);
	expect(heard).toEqual(['live', 'a', 'b', 'c']);
});

test('a socket without a frame is probed, and closed after 45 seconds', async () => {
	const { connection, heard } = listening();
	await pass(0);
	sockets[0]?.open();
	await pass(40_000);
	expect(connection.state).toBe('live');
	expect(sockets[0]?.sent.length).toBeGreaterThan(0);
	await pass(11_000);
	expect(sockets[0]?.closed).toBe(true);
	sockets[1]?.open();
	expect([connection.state, heard]).toEqual(['live', ['live', 'live']]);
});

test('a socket that answers is kept, and replaced before its token ends by one that overlaps it', async () => {
	const { connection, asked, heard } = listening();
	await pass(0);
	sockets[0]?.open();
	await well(105, () => sockets[0]);
	expect(asked).toHaveLength(1);
	await pass(5_000);
	expect([asked.length, sockets.length]).toEqual([2, 2]);
	// The first socket delivers until the second is open.
	expect(sockets[0]?.closed).toBe(false);
	sockets[0]?.push('live:kitchen', {});
	expect(heard.at(-1)).toBe('live:kitchen');
	sockets[1]?.open();
	expect([connection.state, sockets[0]?.closed, heard.at(-1)]).toEqual(['live', true, 'live']);
});

test('a slow renewal is waited for, and not begun again at each check', async () => {
	let line = given;
	const { connection, asked } = listening(() => line());
	await pass(0);
	sockets[0]?.open();
	await well(105, () => sockets[0]);
	line = () => new Promise((resolve) => setTimeout(() => void given().then(resolve), 12_000));
	await pass(14_000);
	expect(asked).toHaveLength(2);
	await pass(5_000);
	expect([asked.length, sockets.length]).toEqual([2, 2]);
	sockets[1]?.open();
	expect([connection.state, sockets[0]?.closed]).toEqual(['live', true]);
	await well(1, () => sockets[1]);
	expect(asked).toHaveLength(2);
});

test('an attempt without an answer, of the ticket or the socket, times out and is made again', async () => {
	let line = never as (over: AbortSignal) => Promise<Ticket>;
	const { connection, asked } = listening((over) => line(over));
	await pass(15_000);
	expect(connection.state).toBe('reconnecting');
	line = given;
	await pass(1_000);
	expect([asked.length, sockets.length]).toEqual([2, 1]);
	await pass(15_000);
	expect([sockets[0]?.closed, connection.state]).toEqual([true, 'reconnecting']);
	await pass(1_000);
	sockets[1]?.open();
	expect(connection.state).toBe('live');
	await pass(20_000);
	expect(connection.state).toBe('live');
});

test('a connection retries for ever, at most half a minute apart', async () => {
	const { connection, asked } = listening(() => Promise.reject(new Error('away')));
	await pass(60 * MINUTE);
	expect(connection.state).toBe('reconnecting');
	expect(asked.length).toBeGreaterThan(120);
	const waits = asked.slice(1).map((at, i) => at - (asked[i] ?? 0));
	expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
	expect(waits[0]).toBeLessThan(500);
});

test('a connection waits while the browser is offline, and reconnects as soon as the browser is online', async () => {
	const { connection, asked } = listening();
	await pass(0);
	sockets[0]?.open();
	page.goes('offline');
	await pass(10 * MINUTE);
	expect([connection.state, asked.length]).toEqual(['offline', 1]);
	page.goes('online');
	await pass(0);
	sockets[1]?.open();
	expect(connection.state).toBe('live');
});

test('a socket is checked as soon as the page is visible after a sleep, before any timer', async () => {
	const { connection } = listening();
	await pass(0);
	sockets[0]?.open();
	page.is('hidden');
	await pass(4_000);
	const slept = performance.now() + 100_000;
	performance.now = () => slept;
	page.is('visible');
	expect([connection.state, sockets[0]?.closed]).toEqual(['reconnecting', true]);
});

test('a room entered while a socket is opening is received, although the ticket was for another room', async () => {
	let at = 'attic';
	const { connection, asked, heard } = listening(() => {
		const rooms = [at];
		return new Promise((given) =>
			setTimeout(() => given({ url: '/hpkv/ws', token: `for-${rooms.join()}`, rooms }), 100)
		);
	});
	at = 'kitchen';
	connection.listen({ onlive: () => undefined, onnotification: (key) => heard.push(key) }, at);
	await pass(100);
	sockets[0]?.open();
	await pass(100);
	sockets[1]?.open();
	expect(sockets.map(({ url, closed }) => [url.split('=')[1], closed])).toEqual([
		['for-attic', true],
		['for-kitchen', false]
	]);
	await pass(10_000);
	expect(asked).toHaveLength(2);
});

test('a connection is off when the session has ended, and stays off', async () => {
	const { connection, asked } = listening(() => Promise.resolve(undefined));
	await pass(MINUTE);
	expect([connection.state, asked.length, sockets.length]).toEqual(['off', 1, 0]);
});

test('a stopped connection delivers nothing, asks nothing and retries nothing', async () => {
	const { asked, heard, stop } = listening();
	await pass(0);
	sockets[0]?.open();
	stop();
	page.goes('offline');
	page.goes('online');
	await pass(MINUTE);
	expect([asked.length, heard, sockets[0]?.closed]).toEqual([1, ['live'], true]);
});

test('a connection refused for too many sockets shows the reason, retries, and is live when a socket is free', async () => {
	let refusal: string | undefined = 'Too many pages are open here.';
	const { connection, asked } = listening(() => Promise.resolve({ url: '/hpkv/ws', token: 'a-token', refusal }));
	await pass(0);
	expect([connection.state, connection.refusal]).toEqual(['full', 'Too many pages are open here.']);
	expect(sockets).toHaveLength(0);
	refusal = undefined;
	await pass(60_000);
	expect(asked.length).toBeGreaterThan(1);
	sockets.at(-1)?.open();
	expect([connection.state, connection.refusal]).toEqual(['live', undefined]);
});

test('a renewal refused for too many sockets closes the own socket, and shows no reason', async () => {
	let refusal: string | undefined;
	const { connection } = listening(() => Promise.resolve({ url: '/hpkv/ws', token: 'a-token', refusal }));
	await pass(0);
	sockets[0]?.open();
	refusal = 'Too many pages are open here.';
	connection.renew();
	await pass(0);
	expect([connection.state, connection.refusal, sockets[0]?.closed]).toEqual(['reconnecting', undefined, true]);
	refusal = undefined;
	await pass(1_000);
	sockets.at(-1)?.open();
	expect(connection.state).toBe('live');
});

test('a connection that is off is live after a sign-in elsewhere: when the page becomes visible, or another answer came', async () => {
	for (const happens of ['is looked at', 'was answered']) {
		let signedIn = false;
		const { connection, asked, stop } = listening(() => (signedIn ? given() : Promise.resolve(undefined)));
		await pass(0);
		expect([connection.state, asked.length]).toEqual(['off', 1]);
		signedIn = true;
		if (happens === 'is looked at') page.is('visible');
		else connection.wake();
		await pass(0);
		sockets.at(-1)?.open();
		expect([connection.state, asked.length]).toEqual(['live', 2]);
		connection.wake();
		stop();
		connection.wake();
		await pass(MINUTE);
		expect([connection.state, asked.length]).toEqual(['off', 2]);
	}
});
