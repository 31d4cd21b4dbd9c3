import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../../hpkv/port.ts';
import { STORE_AWAY } from '../../chat/text/error-texts.ts';
import { messageIfAway, unlessStoreAway, withStatus } from './store-away.ts';

const away = new StoreUnavailable('The store cannot be reached');

test('only the absence of the store is answered otherwise; other errors are thrown', async () => {
	expect(
		await unlessStoreAway(
			() => Promise.resolve('here'),
			() => 'away'
		)
	).toBe('here');
	expect(
		await unlessStoreAway(
			() => Promise.reject(away),
			() => 'away'
		)
	).toBe('away');
	await expect(
		unlessStoreAway(
			() => Promise.reject(new Error('broken')),
			() => 'away'
		)
	).rejects.toThrow('broken');
});

test('an error page for want of the store is a 503 with its sentence, any other a 500', async () => {
	const locals = {} as App.Locals;
	expect(messageIfAway(new Error('broken'), locals)).toBeUndefined();
	const page = () => new Response('page', { status: 500, headers: { 'x-kept': 'yes' } });
	expect(withStatus(page(), locals).status).toBe(500);
	expect(messageIfAway(away, locals)).toBe(STORE_AWAY);
	const answer = withStatus(page(), locals);
	expect([answer.status, answer.headers.get('x-kept'), await answer.text()]).toEqual([503, 'yes', 'page']);
	// The data of a page holds its errors: the answer itself is whole.
	expect(withStatus(new Response('[]'), locals).status).toBe(200);
});

test('a page rendered without the store is a 503, and a redirect or refusal stays one', () => {
	const locals = { storeAway: 'rendered' } as App.Locals;
	const statuses = [200, 303, 404, 500].map((status) => withStatus(new Response(null, { status }), locals).status);
	expect(statuses).toEqual([503, 303, 404, 500]);
});

test('a store whose queue is full is answered with the seconds until a retry', () => {
	const locals = {} as App.Locals;
	messageIfAway(new StoreUnavailable('busy', 2_300), locals);
	expect(withStatus(new Response(null, { status: 500 }), locals).headers.get('retry-after')).toBe('3');
});

test('the data of a page rendered without the store stays 200, so that the page shows its banner', () => {
	const locals = { storeAway: 'rendered' } as App.Locals;
	expect(withStatus(new Response('[]'), locals, true).status).toBe(200);
});
