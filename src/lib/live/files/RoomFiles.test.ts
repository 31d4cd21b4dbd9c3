import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backToNode, browser, pass } from '../../../../tests/fixtures/browser.ts';
import type { Receipt, Unsent, UnsentFile } from '../composer/Outbox.svelte.ts';
import type { FileStore, KeptFile } from './file-store.ts';
import { RoomFiles } from './RoomFiles.lazy.svelte.ts';
import { answerOf, type UploadAnswer, type UploadClient } from './upload-client.ts';

let page: ReturnType<typeof browser>;
beforeEach(() => {
	page = browser();
});
afterEach(backToNode);

/** What IndexedDB and sessionStorage of a browser hold. */
function kept() {
	const files = new Map<string, KeptFile>();
	let tray: string | undefined;
	const store: FileStore = {
		load: () => Promise.resolve([...files.values()]),
		read: (key) => Promise.resolve(files.get(key) ?? null),
		add: (file) => Promise.resolve(Boolean(files.set(file.key, file))),
		change: (key, change) => {
			const now = files.get(key);
			if (!now) return Promise.resolve(undefined);
			files.set(key, { ...now, ...change(now) });
			return Promise.resolve(files.get(key));
		},
		remove: (keys) => Promise.resolve(void keys.forEach((key) => files.delete(key)))
	};
	return { files, store, storage: { read: () => tray, write: (next: string | undefined) => void (tray = next) } };
}

/** A browser without storage, such as a private window. */
const nothing: FileStore = {
	load: () => Promise.resolve([]),
	read: () => Promise.resolve(undefined),
	add: () => Promise.resolve(false),
	change: () => Promise.resolve(undefined),
	remove: () => Promise.resolve()
};

const LOST: UploadAnswer = { kind: 'wait', sentence: 'Waiting for connection.' };

/** The server: uploads by id, and requests that take until `arrive` is called. */
function server() {
	const uploads = new Map<string, { name: string; size: number; bytes: string; original: boolean }>();
	const begun: string[] = [];
	const sending: { id: string; name: string; arrive: (bytes?: number) => Promise<void>; end: () => void }[] = [];
	const cancelled: string[] = [];
	const answers: { begin?: UploadAnswer; append?: UploadAnswer } = {};
	const progressOf = (id: string): UploadAnswer => {
		const upload = uploads.get(id);
		if (!upload) return { kind: 'refused', because: 'gone', sentence: 'A file is no longer there.' };
		const { name, size, bytes } = upload;
		const file = bytes.length === size ? { id, name, type: 'text/plain', size } : undefined;
		return { kind: 'progress', progress: { id, offset: bytes.length, file } };
	};
	const client: UploadClient = {
		begin: ({ name, size, original }) => {
			if (answers.begin) return Promise.resolve(answers.begin);
			const id = `u${uploads.size + 1}`;
			uploads.set(id, { name, size, original, bytes: '' });
			begun.push(name);
			return Promise.resolve(progressOf(id));
		},
		progress: (id) => Promise.resolve(progressOf(id)),
		append: (id, offset, bytes, { onsent, signal }) =>
			new Promise((resolve) => {
				const upload = uploads.get(id);
				expect(offset).toBe(upload?.bytes.length);
				const leave = () => sending.splice(0, sending.length, ...sending.filter((each) => each !== entry));
				const arrive = async (count = bytes.size) => {
					if (upload) upload.bytes += (await bytes.text()).slice(0, count);
					onsent(count);
					leave();
					resolve(answers.append ?? (count < bytes.size ? LOST : progressOf(id)));
					await pass(0);
				};
				const end = () => {
					leave();
					resolve(LOST);
				};
				signal.addEventListener('abort', end);
				// A later request for the same upload ends an earlier one.
				sending.filter((each) => each.id === id).forEach((each) => each.end());
				const entry = { id, name: upload?.name ?? '', arrive, end };
				sending.push(entry);
			}),
		cancel: (id) => Promise.resolve(void cancelled.push(id))
	};
	return { uploads, begun, sending, cancelled, answers, client };
}

const text = (name: string, content = name) => new File([content], name, { type: 'text/plain' });

function open(
	server: { client: UploadClient },
	{ store, storage }: { store: FileStore; storage?: ReturnType<typeof kept>['storage'] }
) {
	return new RoomFiles({
		person: 'ada',
		room: 'kitchen',
		most: 100,
		client: server.client,
		store,
		storage,
		clock: () => 1
	});
}

const message = (files: UnsentFile[] = []): Unsent => ({
	...{ id: 'send-1', day: '20261123', person: 'ada', sender: 'Ada', message: 'Soup', timestamp: 1, files },
	state: 'sending'
});
const sent = { kind: 'sent', message: {} } as Receipt;

test('at most three files are sent at once, in the order given, and the send names them in that order', async () => {
	const there = server();
	const files = open(there, kept());
	files.add([text('a'), text('b'), text('c')]);
	files.add([text('d')]);
	await pass(0);
	expect(there.sending.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
	await there.sending[1]?.arrive();
	expect(there.sending.map(({ name }) => name)).toEqual(['a', 'c', 'd']);
	files.describe(files.tray[0]!, ' A letter ');
	const taken = files.take();
	expect([files.tray.length, taken?.length]).toEqual([0, 4]);
	const said: string[] = [];
	const posted: unknown[] = [];
	const receipt = files.send(
		message(taken),
		(sentence) => said.push(sentence),
		(fields) => {
			posted.push(fields);
			return Promise.resolve(sent);
		}
	);
	await pass(0);
	expect(said).toEqual(['3 files are on the way: 25 %.']);
	expect(posted).toEqual([]);
	for (const each of [...there.sending].reverse()) await each.arrive();
	expect(await receipt).toBe(sent);
	expect(posted).toEqual([
		[
			['file', 'u1'],
			['alt-u1', 'A letter'],
			['file', 'u2'],
			['file', 'u3'],
			['file', 'u4']
		]
	]);
});

test('an upload that breaks off goes on at its offset, by itself or when the browser is online again', async () => {
	const there = server();
	const files = open(there, kept());
	files.add([text('soup', 'lentils')]);
	await pass(0);
	await there.sending[0]?.arrive(3);
	expect(files.tray[0]).toMatchObject({ state: 'paused', sentence: 'Waiting for connection.' });
	page.goes('online');
	await pass(0);
	expect(there.sending).toHaveLength(1);
	await there.sending[0]?.arrive(2);
	await pass(1_000);
	await there.sending[0]?.arrive();
	expect(files.tray[0]).toMatchObject({ state: 'done', sent: 7 });
	expect([there.begun, there.uploads.get('u1')?.bytes]).toEqual([['soup'], 'lentils']);
});

test('after a reload the tray is there again, and what is sent goes on, from the bytes that were kept', async () => {
	const [there, browser] = [server(), kept()];
	const before = open(there, browser);
	before.add([text('soup', 'lentils'), text('bread')]);
	await pass(0);
	await there.sending[0]?.arrive(3);
	// The page is killed; its requests with it.
	before.tray.forEach(({ stop }) => stop.abort());
	there.sending.length = 0;

	const after = open(there, browser);
	await pass(0);
	expect(after.tray.map(({ name }) => name)).toEqual(['soup', 'bread']);
	const taken = after.take() ?? [];
	expect(browser.storage.read()).toBeUndefined();
	for (const each of [...there.sending]) await each.arrive();
	expect(there.begun).toEqual(['soup', 'bread']);

	// Again, with the message in the outbox.
	const posted: unknown[] = [];
	const last = open(there, browser);
	await last.send(
		message(taken),
		() => undefined,
		(fields) => (posted.push(fields), Promise.resolve(sent))
	);
	expect(posted).toEqual([
		[
			['file', 'u1'],
			['file', 'u2']
		]
	]);
	expect(last.tray).toEqual([]);
	last.forget(taken);
	expect(browser.files.size).toBe(0);
});

test('files of a message that goes back to the composer are in the tray again, also after a reload', async () => {
	const [there, browser] = [server(), kept()];
	const before = open(there, browser);
	before.add([text('soup'), text('bread')]);
	await pass(0);
	await there.sending[0]?.arrive();
	before.describe(before.tray[0]!, 'A bowl');
	const taken = before.take() ?? [];
	await Promise.all([before.takeBack(taken), before.takeBack(taken)]);
	expect(before.tray.map(({ name, state, alt }) => [name, state, alt])).toEqual([
		['soup', 'done', 'A bowl'],
		['bread', 'sending', '']
	]);
	before.tray.forEach(({ stop }) => stop.abort());
	there.sending.length = 0;

	// On another page, whose outbox was restored.
	browser.storage.write(undefined);
	const after = open(there, browser);
	await after.takeBack(taken);
	expect(after.tray.map(({ name, state }) => [name, state])).toEqual([
		['soup', 'done'],
		['bread', 'sending']
	]);
	expect(after.take()).toHaveLength(2);
	await after.takeBack(taken);
	const last = open(there, browser);
	await pass(0);
	expect(last.tray.map(({ name, alt }) => [name, alt])).toEqual([
		['soup', 'A bowl'],
		['bread', '']
	]);
	expect(there.begun).toEqual(['soup', 'bread']);
});

test('two tabs that send one message name the same ids', async () => {
	const [there, browser] = [server(), kept()];
	const one = open(there, browser);
	const begin = there.client.begin.bind(there.client);
	// Both have begun before one of them has noted it.
	const waiting: (() => void)[] = [];
	there.client.begin = async (file) => {
		await new Promise<void>((resolve) => waiting.push(resolve));
		return begin(file);
	};
	one.add([text('soup')]);
	await pass(0);
	const taken = one.take() ?? [];
	const posted: unknown[] = [];
	const post = (fields: unknown) => (posted.push(fields), Promise.resolve(sent));
	const two = open(there, browser);
	const receipts = [one, two].map((tab) => tab.send(message(taken), () => undefined, post));
	await pass(0);
	waiting.forEach((go) => go());
	for (let i = 0; i < 8; i++) {
		await pass(1_000);
		await there.sending[0]?.arrive();
	}
	await Promise.all(receipts);
	expect(posted).toHaveLength(2);
	expect(posted[0]).toEqual(posted[1]);
});

test('refused files have a sentence and hold up the send until they are removed; the others stay', async () => {
	const there = server();
	const files = open(there, kept());
	files.add([text('large', 'x'.repeat(101)), text('empty', ''), text('soup')]);
	await pass(0);
	await there.sending[0]?.arrive();
	expect(files.tray.map(({ state, sentence }) => [state, sentence])).toEqual([
		['failed', '“large” is too large. A file can have up to 100 B.'],
		['failed', '“empty” is empty.'],
		['done', '']
	]);
	expect(files.take()).toBeUndefined();
	expect(files.refusal?.sentence).toContain('Remove');
	files.remove(files.tray[0]!);
	files.remove(files.tray[0]!);
	expect(files.take()).toMatchObject([{ name: 'soup', id: 'u1' }]);

	there.answers.begin = answerOf('{"error":"There is no more space.","because":"full"}');
	files.add([text('bread')]);
	await pass(0);
	expect(files.tray[0]).toMatchObject({ state: 'failed', sentence: 'There is no more space.' });
	there.answers.begin = undefined;
	files.retry(files.tray[0]!);
	await pass(0);
	await there.sending[0]?.arrive();
	expect(files.tray[0]?.state).toBe('done');
	files.add(Array.from({ length: 12 }, (_, i) => text(`n${i}`)));
	expect([files.tray.length, files.refusal?.sentence]).toEqual([10, 'A message can have up to 10 files.']);
});

test('a cancelled upload is forgotten on both sides; without storage files are sent all the same', async () => {
	const [there, browser] = [server(), kept()];
	const files = open(there, browser);
	files.add([text('soup')]);
	await pass(0);
	files.remove(files.tray[0]!);
	await pass(0);
	expect([there.cancelled, browser.files.size, browser.storage.read()]).toEqual([['u1'], 0, undefined]);

	const priv = open(there, { store: nothing, storage: { read: () => undefined, write: () => undefined } });
	priv.add([text('bread')]);
	await pass(0);
	await there.sending[0]?.arrive();
	expect(priv.take()).toMatchObject([{ name: 'bread', id: 'u2' }]);
});

test('Send the original uploads a file again, with its metadata', async () => {
	const there = server();
	const files = open(there, kept());
	files.add([text('photo')]);
	await pass(0);
	await there.sending[0]?.arrive();
	files.keepOriginals(true);
	await pass(0);
	await there.sending[0]?.arrive();
	expect(files.take()).toMatchObject([{ id: 'u2' }]);
	expect(there.uploads.get('u2')?.original).toBe(true);
});

test('a damaged picture is sent as the original by itself: the others lose what a camera notes, also after a reload', async () => {
	const [there, browser] = [server(), kept()];
	const files = open(there, browser);
	there.answers.begin = answerOf('{"error":"It is damaged.","because":"damaged-picture"}');
	files.add([text('cut')]);
	await pass(0);
	there.answers.begin = undefined;
	files.add([text('photo')]);
	await pass(0);
	files.keepOriginal(files.tray[0]!);
	await pass(0);
	for (const each of [...there.sending]) await each.arrive();
	const sentAs = () => [...there.uploads.values()].map(({ name, original }) => [name, original]);
	expect(sentAs()).toEqual([
		['photo', false],
		['cut', true]
	]);
	expect(files.original).toBe(false);

	const after = open(there, browser);
	await pass(0);
	expect(after.original).toBe(false);
	after.add([text('more')]);
	await pass(0);
	await there.sending[0]?.arrive();
	expect(sentAs().at(-1)).toEqual(['more', false]);
	// The tick is for the others.
	after.keepOriginals(true);
	after.keepOriginals(false);
	expect(after.tray.map(({ original }) => original)).toEqual([true, false, false]);
});

test('files that a form has brought are in the tray after a reload, once, for the person who brought them', async () => {
	const [there, browser] = [server(), kept()];
	const shared = ['soup', 'bread'].map((name, i) => ({ id: `s${i}`, name, type: 'text/plain', size: 5 }));
	const before = open(there, browser);
	await before.adopt([{ ...shared[0]!, alt: 'A bowl' }, shared[1]!]);
	before.describe(before.tray[1]!, 'A loaf');
	await pass(0);

	const after = open(there, browser);
	// The form's page is shown again.
	await after.adopt(shared);
	expect(after.tray.map(({ name, alt, state, size }) => [name, alt, state, size])).toEqual([
		['soup', 'A bowl', 'done', 5],
		['bread', 'A loaf', 'done', 5]
	]);
	const other = new RoomFiles({ person: 'eve', room: 'kitchen', most: 100, client: there.client, ...browser });
	await pass(0);
	expect(other.tray).toEqual([]);

	after.remove(after.tray[1]!);
	await pass(0);
	const taken = open(there, browser);
	await pass(0);
	const sending = taken.take() ?? [];
	expect(sending).toMatchObject([{ name: 'soup', id: 's0', alt: 'A bowl' }]);
	// Swept meanwhile: nobody has its bytes any more.
	const answer = await taken.send(
		message(sending),
		() => undefined,
		() => Promise.resolve({ kind: 'refusal', status: 410, sentence: 'A file is gone.' })
	);
	expect(answer).toMatchObject({
		kind: 'refusal',
		sentence: '“soup” is no longer in this browser. Attach it again.'
	});
	expect(there.begun).toEqual([]);
});

test('a file that the server has swept is uploaded again, once; one whose bytes are gone is named', async () => {
	const [there, browser] = [server(), kept()];
	const files = open(there, browser);
	files.add([text('soup')]);
	await pass(0);
	await there.sending[0]?.arrive();
	const taken = files.take() ?? [];
	const gone: Receipt = { kind: 'refusal', status: 410, sentence: 'A file is no longer there.' };
	const posted: string[] = [];
	const receipt = files.send(
		message(taken),
		() => undefined,
		([[, id] = ['', '']]) => {
			posted.push(id);
			return Promise.resolve(gone);
		}
	);
	await pass(0);
	await there.sending[0]?.arrive();
	expect(await receipt).toBe(gone);
	expect(posted).toEqual(['u1', 'u2']);

	browser.files.clear();
	const other = await open(there, browser).send(
		message([{ key: 'k', name: 'bread', size: 5 }]),
		() => undefined,
		() => Promise.resolve(sent)
	);
	expect(other).toMatchObject({ kind: 'refusal', sentence: '“bread” is no longer in this browser. Attach it again.' });
});

test('a copy of a tab sends its files too: those of the first tab’s message are uploaded anew, once', async () => {
	const [there, browser] = [server(), kept()];
	const first = open(there, browser);
	first.add([text('soup')]);
	await pass(0);
	await there.sending[0]?.arrive();
	// Duplicated: it has the id of the same tray.
	const copy = open(there, browser);
	await pass(0);
	expect(copy.tray.map(({ state }) => state)).toEqual(['done']);
	first.forget(first.take() ?? []);
	await pass(0);
	expect(browser.files.size).toBe(0);

	const used: Receipt = { kind: 'refusal', status: 410, sentence: 'A file is in another message already.' };
	const posted: string[] = [];
	const receipt = copy.send(
		message(copy.take()),
		() => undefined,
		([[, id] = ['', '']]) => {
			posted.push(id);
			return Promise.resolve(id === 'u1' ? used : sent);
		}
	);
	await pass(0);
	await there.sending[0]?.arrive();
	expect(await receipt).toBe(sent);
	expect(posted).toEqual(['u1', 'u2']);
	expect(there.uploads.get('u2')?.bytes).toBe('soup');
});

test('answers of the upload API', () => {
	vi.restoreAllMocks();
	expect(answerOf('')).toEqual(LOST);
	expect(answerOf('<html>')).toEqual(LOST);
	expect(answerOf('{"error":"Wait.","because":"at-once","retryAfter":5}')).toEqual({
		kind: 'wait',
		sentence: 'Wait.',
		seconds: 5
	});
	expect(answerOf('{"error":"x","because":"offset","offset":3}')).toEqual({ kind: 'wait', sentence: '', seconds: 0 });
	expect(answerOf('{"error":"Too large.","because":"too-large"}')).toMatchObject({ kind: 'refused' });
});
