import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let ask: typeof import('./polite-fetch.ts').ask;
let answers: Response[];
let asked: string[];

beforeEach(async () => {
	// The module keeps the end of the wait.
	vi.resetModules();
	({ ask } = await import('./polite-fetch.ts'));
	vi.useFakeTimers({ toFake: ['performance'] });
	[answers, asked] = [[], []];
	vi.stubGlobal('fetch', (address: string) => {
		asked.push(address);
		return Promise.resolve(answers.shift() ?? new Response('ok'));
	});
});
afterEach(() => {
	vi.unstubAllGlobals();
	vi.useRealTimers();
});

test('ask sends nothing to any address until Retry-After is over', async () => {
	answers.push(new Response('', { status: 429, headers: { 'retry-after': '3' } }));
	await expect(ask('/since')).rejects.toThrow('The server asks to wait');
	for (const address of ['/since', '/rooms.json', '/watch']) {
		vi.advanceTimersByTime(900);
		await expect(ask(address)).rejects.toThrow('The server asks to wait');
	}
	expect(asked).toEqual(['/since']);
	vi.advanceTimersByTime(300);
	expect(await (await ask('/since')).text()).toBe('ok');
	expect(asked).toEqual(['/since', '/since']);
});

test('ask returns every other answer', async () => {
	answers.push(new Response('', { status: 503 }), new Response('', { status: 401 }));
	expect((await ask('/watch')).status).toBe(503);
	expect((await ask('/watch')).status).toBe(401);
});

test('a ticket refused for too many sockets contains the reason, and stops no other request', async () => {
	vi.doMock('$app/paths', () => ({ resolve: (path: string) => path }));
	const { fetchTicket } = await import('./room-list.ts');
	answers.push(new Response('{"refusal":"Too many pages are open here."}', { status: 429 }));
	expect(await fetchTicket(new AbortController().signal)).toEqual({ refusal: 'Too many pages are open here.' });
	expect((await ask('/since')).status).toBe(200);
});
