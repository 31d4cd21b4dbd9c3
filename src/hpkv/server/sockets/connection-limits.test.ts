import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { serve, type Served } from '../../../../tests/contract/served.ts';
import { refusedUpgrade, talk } from '../../../../tests/contract/talker.ts';

describe('the sockets of one holder', () => {
	const limits = {
		maxConnectionsPerAddress: 9,
		maxConnectionsPerHolder: 4,
		maxConnectionsPerToken: 3,
		maxBadFrames: 10,
		maxBadSockets: 2
	};
	let other: Served;
	let address: string | undefined;
	beforeEach(async () => void (other = await serve({ ...limits, addressOf: () => address })));
	afterEach(() => other.close());

	const tokenOf = (holder?: string, key = 'a') =>
		other.store.client.token({
			subscribeKeys: [key],
			accessPattern: '^$',
			holders: holder === undefined ? undefined : [{ id: holder, generation: 0 }]
		});
	const open = (token: string) => talk(`${other.socketUrl}?token=${token}`);
	const refused = (token: string) => refusedUpgrade(`${other.socketUrl}?token=${token}`);
	const lastRefusal = () => other.events.at(-1)?.facts.because;

	test('are bounded by token and by holder, and a socket that closes makes room', async () => {
		const [first, second, grace] = [await tokenOf('ada'), await tokenOf('ada'), await tokenOf('grace')];
		const held = [await open(first), await open(first), await open(first)];
		expect(await refused(first)).toBe(429);
		expect(lastRefusal()).toBe('Too many connections with this token');
		expect(other.store.socketRefusal(address, 'ada')).toBeUndefined();
		held.push(await open(second));
		expect(await refused(second)).toBe(429);
		expect(lastRefusal()).toBe('Too many connections of this holder');
		expect(other.store.socketRefusal(address, 'ada')).toBe('Too many connections of this holder');
		expect(await refused(grace)).toBe(101);
		held[0]!.close();
		await held[0]!.closed;
		await expect.poll(() => refused(second)).toBe(101);
	});

	test('have a limit for each address, which counts tokens of all holders and of none', async () => {
		address = '203.0.113.7';
		const tokens = await Promise.all(Array.from({ length: 9 }, (_, n) => tokenOf(undefined, `key-${n}`)));
		await Promise.all(tokens.map(open));
		expect(await refused(tokens[0]!)).toBe(429);
		expect(lastRefusal()).toBe('Too many connections from this address');
		expect(other.store.socketRefusal(address, 'ada')).toBe('Too many connections from this address');
		expect(other.store.socketRefusal('::ffff:203.0.113.7', 'ada')).toBe('Too many connections from this address');
		expect(other.store.socketRefusal('::1', 'ada')).toBeUndefined();
	});

	test('end with 1008 after ten bad frames in a row, and not before', async () => {
		const grant = { subscribeKeys: ['a'], accessPattern: '^b$', holders: [{ id: 'ada', generation: 0 }] };
		const ada = await open(await other.store.client.token(grant));
		for (let n = 0; n < 9; n++) ada.send('not JSON');
		expect(await ada.ask({ op: 1, key: 'b' })).toMatchObject({ code: 404 });
		for (let n = 0; n < 9; n++) ada.send('{"op":99}');
		expect(await ada.ask({ op: 1, key: 'b' })).toMatchObject({ code: 404 });
		for (let n = 0; n < 10; n++) ada.send(['{"op":99}', '', '{"op":1,"key":"a"}'][n % 3]!);
		expect(await ada.closed).toBe(1008);
		expect(ada.frames.filter(({ code }) => code === 400 || code === 403)).toHaveLength(28);
	});

	test('are refused for a minute to a holder whose sockets were closed for bad frames', async () => {
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		try {
			const [ada, grace] = [await tokenOf('ada'), await tokenOf('grace')];
			for (let sockets = 0; sockets < 2; sockets++) {
				const bad = await open(ada);
				for (let n = 0; n < 10; n++) bad.send('not JSON');
				expect(await bad.closed).toBe(1008);
			}
			expect(await refused(await tokenOf('ada', 'b'))).toBe(429);
			expect(lastRefusal()).toBe('Too many sockets were closed for their frames: wait a minute');
			expect(other.store.socketRefusal(address, 'ada')).toBe(lastRefusal());
			expect(await refused(grace)).toBe(101);
			vi.advanceTimersByTime(60_000);
			expect(await refused(ada)).toBe(101);
		} finally {
			vi.useRealTimers();
		}
	});
});

describe('limits that the operator sets', () => {
	test('sockets in all are 503, from one address 429', async () => {
		const other = await serve({
			maxConnections: 3,
			maxConnectionsPerAddress: 2,
			addressOf: (req) => String(req.headers['x-test-address'])
		});
		const url = `${other.socketUrl}?apiKey=${other.apiKey}`;
		const from = (address: string) => ({ headers: { 'x-test-address': address } });
		const open = [await talk(url, from('ada')), await talk(url, from('ada'))];
		expect(await refusedUpgrade(url, from('ada').headers)).toBe(429);
		open.push(await talk(url, from('grace')));
		expect(await refusedUpgrade(url, from('grace').headers)).toBe(503);
		open[0]!.close();
		await open[0]!.closed;
		// The server hears of it a moment later.
		await expect.poll(() => refusedUpgrade(url, from('ada').headers)).toBe(101);
		await other.close();
	});

	test('too many operations a second are 429 in the reply, and the socket stays open', async () => {
		const other = await serve({ ratePerSecond: 5 });
		const ada = await talk(`${other.socketUrl}?apiKey=${other.apiKey}`);
		const replies = await Promise.all(Array.from({ length: 20 }, () => ada.ask({ op: 6, key: 'n', value: 1 })));
		expect(replies.slice(0, 5).map(({ code }) => code)).toEqual([200, 200, 200, 200, 200]);
		expect(replies).toContainEqual(expect.objectContaining({ code: 429, error: 'Rate limit exceeded' }));
		await new Promise((later) => setTimeout(later, 250));
		expect(await ada.ask({ op: 6, key: 'n', value: 0 })).toMatchObject({ code: 200 });
		await other.close();
	});

	test('without API keys from outside, tokens still open sockets and nothing else is there', async () => {
		const other = await serve({ serveApiKeys: false, prefix: '/hpkv' });
		expect(await refusedUpgrade(`${other.socketUrl}?apiKey=${other.apiKey}`)).toBe(404);
		expect(await refusedUpgrade(other.socketUrl)).toBe(404);
		const headers = { 'x-api-key': other.apiKey };
		expect((await fetch(`${other.baseUrl}/record/a`, { headers })).status).toBe(404);
		expect((await fetch(`${other.baseUrl}/token/websocket`, { method: 'POST', headers, body: '{}' })).status).toBe(404);
		const token = await other.store.client.token({ subscribeKeys: ['a'], accessPattern: '^$' });
		expect(await refusedUpgrade(`${other.socketUrl}?token=${token}`)).toBe(101);
		await other.close();
	});
});
