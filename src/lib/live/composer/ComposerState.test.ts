import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backToNode, browser, pass, sockets } from '../../../../tests/fixtures/browser.ts';
import { said } from '../../../../tests/fixtures/kitchen.ts';
import { Connection } from '../connection/Connection.svelte.ts';
import { RoomSync } from '../timeline/RoomSync.svelte.ts';
import { ComposerState } from './ComposerState.svelte.ts';

beforeEach(browser);
afterEach(backToNode);

test('numbers before an own message that were not received are asked for like any other hole', async () => {
	const asked: string[] = [];
	const connection = new Connection(() => Promise.resolve({ url: '/hpkv/ws', token: 'a-token' }));
	const feed = new RoomSync(
		{ messages: [said('kitchen', 1)], cursor: { message: 1, holes: [], change: 0 } },
		'20261123',
		{
			room: 'kitchen',
			connection,
			since: (query) => {
				asked.push(query.get('holes') ?? '');
				const messages = asked.at(-1) ? [said('kitchen', 2)] : [];
				const cursor = { message: Number(query.get('message')), holes: [], change: 0 };
				return Promise.resolve({ day: '20261123', messages, changes: [], cursor });
			}
		}
	);
	const stops = [feed.start(), connection.start()];
	await pass(0);
	sockets[0]?.open();
	await pass(0);
	const sending = new ComposerState({
		room: 'kitchen',
		feed,
		me: () => ({ id: 'ada', name: 'Ada' }),
		post: () => Promise.resolve({ kind: 'sent', message: said('kitchen', 3) })
	});
	expect(sending.send('Tea?')).toBe(true);
	await pass(150);
	expect([asked, feed.timeline.messages.map(({ n }) => n)]).toEqual([
		['', '2'],
		[1, 2, 3]
	]);
	stops.forEach((stop) => stop());
});

test('a message in the outbox counts as sent, although the composer throws afterwards', async () => {
	const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
	const connection = new Connection(() => Promise.resolve(undefined));
	const feed = new RoomSync({ messages: [], cursor: { message: 0, holes: [], change: 0 } }, '20261123', {
		room: 'kitchen',
		connection,
		since: () => new Promise(() => undefined)
	});
	const posted: string[] = [];
	const sending = new ComposerState({
		room: 'kitchen',
		feed,
		me: () => ({ id: 'ada', name: 'Ada' }),
		post: ({ message }) => {
			posted.push(message);
			return new Promise(() => undefined);
		}
	});
	sending.composer = {
		offer: () => undefined,
		box: () => ({ focus: () => undefined }) as HTMLTextAreaElement,
		clear: () => {
			throw new Error('no such element');
		}
	};
	expect(sending.send('Tea?')).toBe(true);
	await pass(0);
	expect(posted).toEqual(['Tea?']);
	expect(logged).toHaveBeenCalledOnce();
	logged.mockRestore();
});

test('a message may be of files alone; a tray that refuses keeps the text', () => {
	const connection = new Connection(() => Promise.resolve(undefined));
	const feed = new RoomSync({ messages: [], cursor: { message: 0, holes: [], change: 0 } }, '20261123', {
		room: 'kitchen',
		connection,
		since: () => new Promise(() => undefined)
	});
	const sending = new ComposerState({
		room: 'kitchen',
		feed,
		me: () => ({ id: 'ada', name: 'Ada' }),
		post: () => new Promise(() => undefined)
	});
	expect(sending.send('  ')).toBe(false);
	expect(sending.send('Lunch', undefined, () => undefined)).toBe(false);
	expect(sending.outbox.unsent).toEqual([]);
	expect(sending.send('', undefined, () => [{ key: 'k', name: 'soup.png', size: 3 }])).toBe(true);
	expect(sending.outbox.unsent).toMatchObject([{ message: '', files: [{ name: 'soup.png' }] }]);
	// The page shows what it is.
	expect(sending.pending).toMatchObject([{ message: 'soup.png' }]);
});
