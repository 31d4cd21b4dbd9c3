import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outbox } from './Outbox.svelte.ts';
import { keptDraft, localOutboxStorage } from './room-storage.ts';

/** Like a browser's storage, its keys are its own properties. */
let stored: Record<string, string>;
beforeEach(() => {
	const methods = {
		getItem: (key: string) => stored[key] ?? null,
		setItem: (key: string, value: string) => void (stored[key] = value),
		removeItem: (key: string) => void delete stored[key]
	};
	stored = Object.create(methods) as Record<string, string>;
	vi.stubGlobal('localStorage', stored);
});
afterEach(() => void vi.unstubAllGlobals());

/** The format of stored messages, which later releases must read. */
const KEY = 'parley:unsent:kitchen:0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const STORED =
	'{"day":"20261123","person":"ada","sender":"Ada","message":"Tea?\\n\\nMilk?","timestamp":1795435200000,"id":"0f1e2d3c4b5a69788796a5b4c3d2e1f0","state":"sending"}';

const draft = { day: '20261123', person: 'ada', sender: 'Ada', message: 'Tea?', timestamp: 1 };
const silent = () => new Promise<never>(() => undefined);

test('localOutboxStorage writes a message before save returns, and removes one before remove returns', () => {
	const storage = localOutboxStorage('kitchen');
	void storage.save({ ...draft, id: 'send-1', state: 'sending' });
	expect(Object.keys(stored)).toEqual(['parley:unsent:kitchen:send-1']);
	void storage.remove('send-1');
	expect(Object.keys(stored)).toEqual([]);
});

test('an outbox has written the text to localStorage when send returns, and before it posts', async () => {
	const storedAtPost: string[] = [];
	const post = () => {
		storedAtPost.push(...Object.values(stored));
		return silent();
	};
	const outbox = new Outbox({ post, onsent: () => undefined, storage: localOutboxStorage('kitchen') });
	outbox.send(draft);
	expect(Object.values(stored).map((text) => JSON.parse(text) as unknown)).toMatchObject([{ message: 'Tea?' }]);
	expect(storedAtPost).toEqual([]);
	await vi.waitFor(() => expect(storedAtPost).toHaveLength(1));
	expect(JSON.parse(storedAtPost[0] ?? '')).toMatchObject({ ...draft, state: 'sending' });
});

test('localOutboxStorage reads and writes the format of messages stored by earlier pages', async () => {
	stored[KEY] = STORED;
	const [unsent] = await localOutboxStorage('kitchen').load();
	expect(unsent).toEqual({
		id: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
		day: '20261123',
		person: 'ada',
		sender: 'Ada',
		message: 'Tea?\n\nMilk?',
		timestamp: 1_795_435_200_000,
		state: 'sending'
	});
	if (unsent) await localOutboxStorage('kitchen').save(unsent);
	expect(JSON.parse(stored[KEY])).toEqual(JSON.parse(STORED));
});

test('localOutboxStorage reads `unreached`, which earlier releases stored, as waiting', async () => {
	const { state: _, ...earlier } = JSON.parse(STORED) as Record<string, unknown>;
	stored[KEY] = JSON.stringify({ ...earlier, unreached: true });
	expect(await localOutboxStorage('kitchen').load()).toMatchObject([{ message: 'Tea?\n\nMilk?', state: 'waiting' }]);
});

test('localOutboxStorage returns no message of another room, and none that it cannot read', async () => {
	stored[KEY.replace('kitchen', 'attic')] = STORED;
	stored['parley:unsent:kitchen:broken'] = '{"id":';
	stored['parley:unsent:kitchen:strange'] = '{"id":"strange"}';
	expect(await localOutboxStorage('kitchen').load()).toEqual([]);
});

test('localOutboxStorage without storage keeps nothing, and throws nothing', async () => {
	vi.stubGlobal('localStorage', undefined);
	const storage = localOutboxStorage('kitchen');
	await storage.save({ ...draft, id: 'send-1', state: 'sending' });
	await storage.remove('send-1');
	expect(await storage.load()).toEqual([]);
});

test('a reply is kept beside the draft, also one that a release before kept as a quote; anything else is none', () => {
	const draft = keptDraft('kitchen', 'ada');
	draft.answer({ re: 12, sender: 'Ada', text: 'Tea?' });
	expect(draft.reply()).toEqual({ re: 12, sender: 'Ada', text: 'Tea?' });
	for (const [kept, found] of [
		['{"quote":"> Tea?","sender":"Ada","text":"Tea?"}', { quote: '> Tea?', sender: 'Ada', text: 'Tea?' }],
		['{"sender":"Ada","text":"Tea?"}', undefined],
		['{"re":12,"text":"Tea?"}', undefined],
		['12', undefined]
	] as const) {
		stored['parley:reply:kitchen:ada'] = kept;
		expect(draft.reply()).toEqual(found);
	}
	draft.answer(undefined);
	expect(Object.keys(stored)).toEqual([]);
});

test('the outbox keeps the number and the card of a reply across pages', async () => {
	const silentPost = () => silent();
	const outbox = new Outbox({ post: silentPost, onsent: () => undefined, storage: localOutboxStorage('kitchen') });
	outbox.send({ ...draft, re: 12, answered: { sender: 'Grace', text: 'Cake?' } });
	const later = new Outbox({ post: silentPost, onsent: () => undefined, storage: localOutboxStorage('kitchen') });
	await later.restore('ada');
	expect(later.unsent).toMatchObject([{ message: 'Tea?', re: 12, answered: { sender: 'Grace', text: 'Cake?' } }]);
});
