import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve, type Served } from '../../../tests/contract/served.ts';
import { subscribe, type Subscription } from './subscription.ts';

let served: Served;
beforeAll(async () => void (served = await serve()));
afterAll(() => served.close());

/** The calls of a listener, in order. */
async function listening(url = served.socketUrl, token?: string) {
	const told: string[] = [];
	const waiting: (() => void)[] = [];
	const tell = (what: string) => {
		told.push(what);
		for (const look of waiting) look();
	};
	const until = (what: string) =>
		new Promise<void>((resolve) => {
			const look = () => told.includes(what) && resolve();
			waiting.push(look);
			look();
		});
	token ??= await served.store.client.token({ subscribeKeys: ['live'], accessPattern: '^$' });
	const subscription: Subscription = subscribe(url, token, {
		onOpen: () => tell('open'),
		onFrame: () => tell('frame'),
		onNotification: ({ key, value }) => tell(`${key}=${value}`),
		onClose: ({ opened }) => tell(opened ? 'lost' : 'never opened')
	});
	return { told, until, subscription };
}

test('a subscription receives writes to its keys once it is open', async () => {
	const { told, until, subscription } = await listening();
	await until('open');
	await served.store.client.set('live', 'x');
	await served.store.client.delete('live');
	await until('live=null');
	expect(told).toEqual(['open', 'frame', 'live=x', 'frame', 'live=null']);
	subscription.close();
});

test('a probe returns a frame from a working socket and no notification', async () => {
	const { told, until, subscription } = await listening();
	expect(subscription.probe()).toBe(false);
	await until('open');
	expect(subscription.probe()).toBe(true);
	await until('frame');
	expect(told).toEqual(['open', 'frame']);
	subscription.close();
});

test('a bad token, a wrong URL and a stopping server are each reported once', async () => {
	const bad = await listening(served.socketUrl, 'invalid-token');
	const wrong = await listening('not a url:', 'x');
	await Promise.all([bad.until('never opened'), wrong.until('never opened')]);
	const other = await serve();
	const token = await other.store.client.token({ subscribeKeys: [], accessPattern: '^$' });
	const lost = await listening(other.socketUrl, token);
	await lost.until('open');
	await other.close();
	await lost.until('lost');
	expect([bad.told, wrong.told, lost.told]).toEqual([['never opened'], ['never opened'], ['open', 'lost']]);
});

test('a listener is not called after close', async () => {
	const { told, until, subscription } = await listening();
	await until('open');
	subscription.close();
	await served.store.client.set('live', 'x');
	await new Promise((later) => setTimeout(later, 50));
	expect(told).toEqual(['open']);
});
