import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { diskBlobs } from '../../../../blobs/disk.ts';
import type { Blobs } from '../../../../blobs/port.ts';
import { memoryStore } from '../../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../../hpkv/port.ts';
import { countingStore } from '../../../../../tests/support/counting-store.ts';
import { DELETED_BYTES_KEPT_MS, STRAY_BLOB_KEPT_MS, UPLOAD_KEPT_MS } from '../../../chat/limits.ts';
import { dayOf } from '../../../chat/messages/draft.ts';
import { StoredMessage } from '../../../chat/messages/message.ts';
import { keys } from '../../../chat/storage/keys.ts';
import { Events } from '../../events.ts';
import { readPage } from '../../history/history.ts';
import { edit, remove } from '../../messages/changes.ts';
import { Posts, type Posted, type Posting } from '../../messages/post-message.ts';
import { readInstance } from '../../storage/instance.ts';
import { readTasks } from '../../tasks/task-queue.ts';
import { readFileRecord } from '../file-records.ts';
import { readRoomFiles } from '../room-files.ts';
import { UploadLimits } from '../upload-limits.ts';
import { Uploads } from '../uploads.ts';
import { eraseFiles } from './erase.ts';
import { sweepFiles } from './sweep.ts';

const ROOM = 'kitchen';
const DAY_MS = 24 * 60 * 60_000;
let scratch: string;
let store: Hpkv;
let blobs: Blobs;
let uploads: Uploads;
let posts: Posts;
let now: number;
const clock = () => now;

beforeEach(() => {
	scratch = mkdtempSync(join(tmpdir(), 'parley-attached-'));
	store = memoryStore();
	blobs = diskBlobs(join(scratch, 'files'));
	now = Date.now();
	const folder = join(scratch, 'uploads');
	const limits = new UploadLimits(store, blobs, folder, { most: 1e6, total: 1e9, leastFree: 0 });
	uploads = new Uploads({ store, blobs, limits, folder, clock });
	posts = new Posts(store, clock, new Events(() => undefined));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

async function upload(name = 'soup.txt', person = 'ada'): Promise<string> {
	const added = await uploads.add(person, { name, original: false }, Readable.from([Buffer.from(name)]));
	if (!added.ok) throw new Error(added.because);
	return added.file.id;
}

let count = 0;
const sending = (ids: string[], more: Partial<Posting> = {}): Posting => ({
	...{ room: ROOM, person: 'ada', sender: 'Ada', day: dayOf(now), sendId: `send-${String(++count).padStart(16, '0')}` },
	...{ message: '', attach: ids.map((id) => ({ id })) },
	...more
});

const numberOf = (posted: Posted) => (posted.ok ? posted.message.n : 0);
const because = (posted: Posted) => (posted.ok ? undefined : posted.because);
const isKept = async (id: string) => {
	const record = await readFileRecord(store, id);
	return record !== undefined && (await blobs.get(record.blob))?.destroy() !== undefined;
};
const blobCount = async () => (await Array.fromAsync(blobs.list())).length;
const sweep = () => sweepFiles({ store, blobs, limits: uploads.limits, clock });
const stored = async (n: number) => StoredMessage.parse(JSON.parse((await store.get(keys.message(ROOM, n))) ?? ''));

describe('a message', () => {
	test('of a file alone, with what a page needs, and the same for a repeated send', async () => {
		const send = sending([await upload('soup.txt')], { message: ' ' });
		send.attach = send.attach?.map((each) => ({ ...each, alt: 'A bowl' }));
		const [first, again] = [await posts.post(send), await posts.post(send)];
		const files = [{ id: send.attach?.[0]?.id, name: 'soup.txt', type: 'text/plain', size: 8, alt: 'A bowl' }];
		expect(first).toMatchObject({ ok: true, repeated: false, message: { n: 1, message: '', files } });
		expect(again).toMatchObject({ ok: true, repeated: true, message: { n: 1, files } });
		expect((await readRoomFiles(store, ROOM, { from: 1 })).messages).toMatchObject([{ n: 1, sender: 'Ada', files }]);
		expect(await edit(store, { room: ROOM, n: 1, person: 'ada' }, '', clock)).toMatchObject({ ok: true });
	});

	test('takes no file of another message or another person, and none that is gone', async () => {
		const id = await upload();
		expect((await posts.post(sending([id]))).ok).toBe(true);
		expect(because(await posts.post(sending([id])))).toBe('file-used');
		expect(because(await posts.post(sending([await upload('b', 'grace')])))).toBe('file-gone');
		expect(because(await posts.post(sending(['a'.repeat(26)])))).toBe('file-gone');
		expect(because(await posts.post(sending(['../etc/passwd'])))).toBe('file-gone');
		expect(because(await posts.post(sending([])))).toBe('empty');
		// No number was given out for a refusal.
		expect(await store.get(keys.messageCount(ROOM))).toBe('1');
	});

	test('two sends of one file at once: one has it, and no message names it twice', async () => {
		for (let round = 0; round < 10; round++) {
			const id = await upload();
			const posted = await Promise.all([posts.post(sending([id])), posts.post(sending([id]))]);
			expect(posted.filter(({ ok }) => ok).length).toBe(1);
			expect(posted.map(because)).toContain('file-used');
		}
		const { messages } = await readPage(store, ROOM, undefined, now);
		expect(messages.length).toBe(10);
	});

	test('a refused send leaves its files to the next', async () => {
		const id = await upload();
		const send = sending([], { message: 'Bread' });
		await posts.post(send);
		expect(because(await posts.post({ ...send, message: 'Soup', attach: [{ id }] }))).toBe('other-text');
		expect((await posts.post(sending([id]))).ok).toBe(true);
	});

	test('without files costs what it has cost, and so does a page with fifty pictures', async () => {
		const counting = countingStore(store);
		const other = new Posts(counting.store, clock, new Events(() => undefined));
		await other.post(sending([], { message: 'Soup' }));
		const without = counting.counts.operations;
		for (let i = 0; i < 49; i++) await posts.post(sending([await upload()]));
		counting.counts.operations = 0;
		await other.post(sending([], { message: 'Soup' }));
		expect(counting.counts.operations).toBe(without);
		const ofPage = async (room: string) => {
			counting.counts.operations = 0;
			await readPage(counting.store, room, undefined, now);
			return counting.counts.operations;
		};
		for (let i = 0; i < 51; i++) await posts.post(sending([], { room: 'hall', message: 'Soup' }));
		expect(await ofPage(ROOM)).toBe(await ofPage('hall'));
	});
});

describe('a deletion', () => {
	const erase = async () => {
		const work = eraseFiles({ store, blobs, limits: uploads.limits, clock });
		const [task] = await readTasks(store);
		return task && { due: task.due, step: await work(task.body) };
	};

	test('takes the files out of the room at once, and their bytes within a day', async () => {
		const id = await upload();
		const n = numberOf(await posts.post(sending([id])));
		await remove(store, { room: ROOM, n, person: 'ada' }, 'member', clock);
		expect(await stored(n)).not.toHaveProperty('files');
		expect((await readRoomFiles(store, ROOM, { from: 1 })).messages).toEqual([]);
		expect(await isKept(id)).toBe(true);
		const erased = await erase();
		expect(erased).toEqual({ due: now + DELETED_BYTES_KEPT_MS, step: 'done' });
		expect(DELETED_BYTES_KEPT_MS).toBeLessThan(DAY_MS);
		expect(await isKept(id)).toBe(false);
		expect(await blobCount()).toBe(0);
	});

	test('with Erase, the bytes go at once', async () => {
		const id = await upload();
		const n = numberOf(await posts.post(sending([id])));
		await remove(store, { room: ROOM, n, person: 'ada' }, 'member', clock, { erase: true });
		expect((await erase())?.due).toBeLessThan(now + 1_000);
		expect(await isKept(id)).toBe(false);
	});

	test('that was not made after its task was queued erases nothing', async () => {
		const id = await upload();
		const n = numberOf(await posts.post(sending([id])));
		const dying: Hpkv = { ...store, set: () => Promise.reject(new Error('died')) };
		await expect(remove(dying, { room: ROOM, n, person: 'ada' }, 'member', clock)).rejects.toThrow('died');
		expect((await erase())?.step).toMatchObject({ due: now + 500 });
		now += DELETED_BYTES_KEPT_MS;
		expect((await erase())?.step).toBe('done');
		expect(await isKept(id)).toBe(true);
	});
});

test('a send that is repeated after its files were erased is the message that was sent', async () => {
	const send = sending([await upload()], { message: 'Soup' });
	expect(await posts.post(send)).toMatchObject({ ok: true, repeated: false, message: { n: 1 } });
	await store.delete(keys.file(send.attach?.[0]?.id ?? ''));
	expect(await posts.post(send)).toMatchObject({ ok: true, repeated: true, message: { n: 1, message: 'Soup' } });
	expect(because(await posts.post({ ...send, message: 'Salad' }))).toBe('file-gone');
});

describe('the sweep', () => {
	test('removes after a day what no message has, and a send that comes later is refused', async () => {
		const [used, left] = [await upload(), await upload()];
		await posts.post(sending([used]));
		expect(await sweep()).toEqual({ files: 0, blobs: 0 });
		now += UPLOAD_KEPT_MS + 1;
		expect((await sweep()).files).toBe(1);
		expect([await isKept(used), await isKept(left)]).toEqual([true, false]);
		expect(because(await posts.post(sending([left])))).toBe('file-gone');
	});

	test('a send that came first keeps its file, one that comes second is refused', async () => {
		const [first, second] = [await upload(), await upload()];
		now += UPLOAD_KEPT_MS + 1;
		// The sweep has read its list, and then the message is sent.
		const racing: Hpkv = {
			...store,
			patch: async (key, value) => {
				if (key === keys.fileUse(first)) await posts.post(sending([first]));
				await store.patch(key, value);
			}
		};
		await sweepFiles({ store: racing, blobs, limits: uploads.limits, clock });
		expect([await isKept(first), await isKept(second)]).toEqual([true, false]);
	});

	test('a file whose send died is kept as long as the send may be retried', async () => {
		const id = await upload();
		const send = sending([id], { message: 'Soup' });
		const dying: Hpkv = {
			...store,
			set: (key, value) => (key.startsWith('message:') ? Promise.reject(new Error('died')) : store.set(key, value))
		};
		const died = new Posts(dying, clock, new Events(() => undefined));
		await expect(died.post(send)).rejects.toThrow('died');
		now += 6 * DAY_MS;
		expect((await sweep()).files).toBe(0);
		expect(await posts.post(send)).toMatchObject({ ok: true, message: { files: [{ id }] } });
		now += 4 * DAY_MS;
		expect((await sweep()).files).toBe(0);
		const orphan = await upload('orphan');
		await expect(died.post(sending([orphan]))).rejects.toThrow('died');
		now += 9.5 * DAY_MS;
		expect((await sweep()).files).toBe(1);
		expect([await isKept(id), await isKept(orphan)]).toEqual([true, false]);
	});

	test('removes its own bytes without a record a week after it has met them, and none of another store', async () => {
		const stray = `${await readInstance(store)}stray00000`;
		for (const key of [stray, 'another0stray00000']) await blobs.put(key, Readable.from([Buffer.from('x')]), 1);
		now += 30 * DAY_MS;
		expect((await sweep()).blobs).toBe(0);
		now += STRAY_BLOB_KEPT_MS - 60_000;
		expect((await sweep()).blobs).toBe(0);
		now += 2 * 60_000;
		expect((await sweep()).blobs).toBe(1);
		expect((await Array.fromAsync(blobs.list())).map(({ key }) => key)).toEqual(['another0stray00000']);
	});

	test('removes no bytes while a record cannot be read, and none that an older store lacks until a week is over', async () => {
		const id = await upload('kept');
		await posts.post(sending([id]));
		const record = await readFileRecord(store, id);
		const [text = '', use = ''] = [await store.get(keys.file(id)), await store.get(keys.fileUse(id))];
		await store.set(keys.file(id), '{');
		now += 10 * DAY_MS;
		expect((await sweep()).blobs).toBe(0);
		now += 10 * DAY_MS;
		expect((await sweep()).blobs).toBe(0);
		// As restored from a backup without the record, and then from one with it.
		await store.delete(keys.file(id));
		expect((await sweep()).blobs).toBe(0);
		await store.set(keys.file(id), text);
		await store.set(keys.fileUse(id), use);
		now += 10 * DAY_MS;
		expect((await sweep()).blobs).toBe(0);
		expect(await blobs.get(record?.blob ?? '').then((bytes) => bytes?.destroy() !== undefined)).toBe(true);
	});
});
