import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { diskBlobs } from '../../../blobs/disk.ts';
import { BlobsUnavailable, type Blobs } from '../../../blobs/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import * as made from '../../../../tests/fixtures/pictures.ts';
import { UPLOADS_AT_ONCE, UPLOAD_BYTES_A_DAY, UPLOAD_KEPT_MS } from '../../chat/limits.ts';
import { dayOf } from '../../chat/messages/draft.ts';
import { keys } from '../../chat/storage/keys.ts';
import { readFileRecord } from './file-records.ts';
import { UploadLimits } from './upload-limits.ts';
import { Uploads, type Uploaded } from './uploads.ts';

const SIZES = { most: 1_000_000, total: 5_000_000, leastFree: 0 };

let scratch: string;
let store: Hpkv;
let blobs: Blobs;
let now: number;
beforeEach(() => {
	scratch = mkdtempSync(join(tmpdir(), 'parley-uploads-'));
	store = memoryStore();
	blobs = diskBlobs(join(scratch, 'files'));
	now = Date.now();
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

function uploads(sizes: Partial<typeof SIZES> = {}, to = blobs): Uploads {
	const folder = join(scratch, 'uploads');
	const limits = new UploadLimits(store, to, folder, { ...SIZES, ...sizes });
	return new Uploads({ store, blobs: to, limits, folder, clock: () => now });
}

async function begun(on: Uploads, size: number, name = 'soup.bin'): Promise<string> {
	const answer = await on.begin('ada', { name, size });
	if (!answer.ok) throw new Error(answer.because);
	return answer.progress.id;
}

const bytesOf = (...chunks: Uint8Array[]) => Readable.from(chunks, { objectMode: false });

async function stored(id: string): Promise<Buffer> {
	const record = await readFileRecord(store, id);
	const stream = record && (await blobs.get(record.blob));
	if (!record || !stream) throw new Error('There is no such file');
	const bytes = await buffer(stream);
	expect(createHash('sha256').update(bytes).digest('hex')).toBe(record.sha256);
	return bytes;
}

test('a file arrives in parts, also through another process, and is what was sent', async () => {
	const bytes = randomBytes(200_000);
	const id = await begun(uploads(), bytes.length);
	expect(await uploads().append('ada', id, 0, bytesOf(bytes.subarray(0, 70_000)))).toMatchObject({
		ok: true,
		progress: { offset: 70_000 }
	});
	const later = uploads();
	expect(await later.progress('ada', id)).toEqual({ id, name: 'soup.bin', size: 200_000, offset: 70_000 });
	const done = await later.append('ada', id, 70_000, bytesOf(bytes.subarray(70_000)));
	expect(done).toMatchObject({
		ok: true,
		progress: { offset: 200_000, file: { id, type: 'application/octet-stream' } }
	});
	expect((await stored(id)).equals(bytes)).toBe(true);
	expect(readdirSync(join(scratch, 'uploads'))).toEqual([]);
	// The answer was lost: the same question is answered again.
	expect(await uploads().append('ada', id, 200_000, bytesOf())).toMatchObject({ ok: true, progress: { file: { id } } });
});

test('a line that breaks keeps what has arrived, and another offset is told the right one', async () => {
	const on = uploads();
	const id = await begun(on, 100);
	const broken = Readable.from(
		(async function* () {
			yield await Promise.resolve(Buffer.alloc(40));
			throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
		})()
	);
	await expect(on.append('ada', id, 0, broken)).rejects.toThrow('aborted');
	expect(await on.append('ada', id, 0, bytesOf(Buffer.alloc(100)))).toEqual({
		ok: false,
		because: 'offset',
		offset: 40
	});
	expect(await on.append('ada', id, 40, bytesOf(Buffer.alloc(60)))).toMatchObject({ ok: true });
});

test('a request that goes on ends one whose connection hangs', async () => {
	const on = uploads();
	const id = await begun(on, 100);
	const hanging = new Readable({ read: () => undefined });
	hanging.push(Buffer.alloc(30));
	const first = on.append('ada', id, 0, hanging).catch((error: Error) => error.message);
	await expect.poll(async () => (await on.progress('ada', id))?.offset).toBe(30);
	expect(await on.append('ada', id, 30, bytesOf(Buffer.alloc(70)))).toMatchObject({
		ok: true,
		progress: { offset: 100 }
	});
	expect(await first).toMatch(/premature|destroyed|closed/i);
});

test('nobody else sees, continues or removes an upload', async () => {
	const on = uploads();
	const id = await begun(on, 10);
	expect(await on.progress('eve', id)).toBeUndefined();
	expect(await on.append('eve', id, 0, bytesOf(Buffer.alloc(10)))).toEqual({ ok: false, because: 'gone' });
	await on.remove('eve', id);
	expect((await on.progress('ada', id))?.offset).toBe(0);
	await on.append('ada', id, 0, bytesOf(Buffer.alloc(10)));
	expect(await on.progress('eve', id)).toBeUndefined();
	for (const name of ['../../../etc/passwd', 'x', '']) expect(await on.progress('ada', name)).toBeUndefined();
});

describe('refused', () => {
	const because = (answer: Uploaded) => (answer.ok ? undefined : answer.because);

	test('by its size: nothing, too much, more than was said', async () => {
		const on = uploads();
		expect(because(await on.begin('ada', { name: 'a', size: 0 }))).toBe('empty');
		expect(because(await on.begin('ada', { name: 'a', size: SIZES.most + 1 }))).toBe('too-large');
		const id = await begun(on, 10);
		expect(await on.append('ada', id, 0, bytesOf(Buffer.alloc(11)))).toEqual({ ok: false, because: 'too-large' });
		expect(await on.progress('ada', id)).toBeUndefined();
	});

	test('where uploads are off, all space is used, or the disk is almost full', async () => {
		expect(because(await uploads({ most: 0 }).begin('ada', { name: 'a', size: 1 }))).toBe('off');
		expect(because(await uploads({ leastFree: 1e18 }).begin('ada', { name: 'a', size: 1 }))).toBe('disk');
		const on = uploads({ total: 1_500 });
		const id = await begun(on, 1_000);
		await on.append('ada', id, 0, bytesOf(Buffer.alloc(1_000)));
		expect(because(await on.begin('ada', { name: 'a', size: 600 }))).toBe('full');
		expect((await on.begin('ada', { name: 'a', size: 500 })).ok).toBe(true);
	});

	test('for what a person has uploaded today, until tomorrow', async () => {
		const on = uploads({ most: UPLOAD_BYTES_A_DAY, total: 1e12 });
		const id = await begun(on, UPLOAD_BYTES_A_DAY);
		expect(because(await on.begin('ada', { name: 'a', size: 1 }))).toBe('too-much-today');
		expect((await on.begin('grace', { name: 'a', size: 1 })).ok).toBe(true);
		// An upload that is taken back counts no longer.
		await on.remove('ada', id);
		await begun(on, UPLOAD_BYTES_A_DAY - 65_536);
		await begun(on, 1);
		expect(because(await on.begin('ada', { name: 'a', size: 1 }))).toBe('too-much-today');
		now += 24 * 60 * 60_000;
		expect((await on.begin('ada', { name: 'a', size: 1 })).ok).toBe(true);
	});

	test('where a person sends too many at once', async () => {
		const on = uploads();
		const hanging = () => new Readable({ read: () => undefined });
		const streams = Array.from({ length: UPLOADS_AT_ONCE }, hanging);
		const running = [];
		for (const stream of streams) running.push(on.append('ada', await begun(on, 10), 0, stream).catch(() => undefined));
		const id = await begun(on, 10);
		await expect.poll(async () => on.append('ada', id, 0, bytesOf())).toEqual({ ok: false, because: 'at-once' });
		for (const stream of streams) stream.destroy();
		await Promise.all(running);
		expect(await on.append('ada', id, 0, bytesOf(Buffer.alloc(10)))).toMatchObject({ ok: true });
	});
});

test('of parallel requests that take an upload back, one gives back what it counts', async () => {
	const on = uploads({ most: 400_000_000, total: 1e12 });
	const given: number[] = [];
	const giveBack = on.limits.giveBack.bind(on.limits);
	on.limits.giveBack = (person, bytes, at) => (given.push(bytes), giveBack(person, bytes, at));
	const id = await begun(on, 400_000_000);
	await Promise.all(Array.from({ length: 20 }, () => on.remove('ada', id)));
	expect(given).toEqual([400_000_000]);
});

test('an upload that is cancelled while its bytes arrive leaves nothing, whichever is first', async () => {
	const counted = async () => Number((await store.get(keys.uploaded(dayOf(now), 'ada'))) ?? 0);
	const turns = async (count: number) => {
		for (let turn = 0; turn < count; turn++) await new Promise((done) => setImmediate(done));
	};
	const ends = { cancelled: 0, stored: 0 };
	for (let round = 0; round < 60; round++) {
		const on = uploads();
		const before = await counted();
		const id = await begun(on, 100_000);
		const sent = on.append('ada', id, 0, bytesOf(Buffer.alloc(50_000), Buffer.alloc(50_000))).catch(() => undefined);
		const cancelled = turns(round % 30).then(() => on.remove('ada', id));
		// Those of the same moment, in the other order.
		const [appended] = round < 30 ? [sent] : [on.remove('ada', id).then(() => sent)];
		await Promise.all([appended, cancelled]);
		const record = await readFileRecord(store, id);
		ends[record ? 'stored' : 'cancelled'] += 1;
		expect(readdirSync(join(scratch, 'uploads'))).toEqual([]);
		expect((await counted()) - before).toBe(record ? 100_000 : 0);
		expect((await Array.fromAsync(blobs.list())).length).toBe(ends.stored);
	}
	expect(ends.cancelled).toBeGreaterThan(0);
});

test('bytes that come while an upload is being cancelled are refused', async () => {
	const on = uploads();
	const id = await begun(on, 100);
	const removed = on.remove('ada', id);
	expect(await on.append('ada', id, 0, bytesOf(Buffer.alloc(100)))).toEqual({ ok: false, because: 'gone' });
	await removed;
	expect(readdirSync(join(scratch, 'uploads'))).toEqual([]);
	expect(await readFileRecord(store, id)).toBeUndefined();
});

test('another person’s request for an upload does not end it', async () => {
	const on = uploads();
	const id = await begun(on, 100);
	const slow = new Readable({ read: () => undefined });
	slow.push(Buffer.alloc(30));
	const sent = on.append('ada', id, 0, slow);
	await expect.poll(async () => (await on.progress('ada', id))?.offset).toBe(30);
	expect(await on.append('eve', id, 30, bytesOf(Buffer.alloc(70)))).toEqual({ ok: false, because: 'gone' });
	await on.remove('eve', id);
	slow.push(Buffer.alloc(70));
	slow.push(null);
	expect(await sent).toMatchObject({ ok: true, progress: { offset: 100, file: { id } } });
});

test('on a full disk the upload is refused, and goes on when there is room again', async () => {
	const isFull = new BlobsUnavailable('no space', { cause: Object.assign(new Error(), { code: 'ENOSPC' }) });
	let left = 1;
	const full: Blobs = {
		...blobs,
		putFile: (...put) => (left-- > 0 ? Promise.reject(isFull) : (blobs.putFile?.(...put) ?? Promise.resolve(false)))
	};
	const on = uploads({}, full);
	const id = await begun(on, 4);
	expect(await on.append('ada', id, 0, bytesOf(Buffer.from('soup')))).toEqual({ ok: false, because: 'disk' });
	expect(await on.append('ada', id, 4, bytesOf())).toMatchObject({ ok: true, progress: { file: { id } } });
	expect(String(await stored(id))).toBe('soup');
});

test('of parallel requests for one upload, one writes at a time', async () => {
	const on = uploads();
	const bytes = randomBytes(1_000);
	const id = await begun(on, bytes.length);
	await Promise.allSettled(Array.from({ length: 10 }, () => on.append('ada', id, 0, bytesOf(bytes))));
	const { offset = 0 } = (await on.progress('ada', id)) ?? {};
	if (offset < bytes.length) await on.append('ada', id, offset, bytesOf(bytes.subarray(offset)));
	expect((await stored(id)).equals(bytes)).toBe(true);
	expect((await Array.fromAsync(blobs.list())).length).toBe(1);
	expect(readdirSync(join(scratch, 'uploads'))).toEqual([]);
});

test('the last request of a picture that lost its metadata can be repeated', async () => {
	const bytes = made.jpegWithMetadata(80, 40, 6);
	const on = uploads();
	const id = await begun(on, bytes.length, 'me.jpg');
	const first = await on.append('ada', id, 0, bytesOf(bytes));
	expect(await on.append('ada', id, bytes.length, bytesOf())).toEqual(first);
});

test('a damaged picture is refused with its metadata, unless the original is sent', async () => {
	const whole = made.jpegWithMetadata(80, 40, 6);
	const on = uploads();
	const damaged = Buffer.from(whole);
	// The marker of the second segment.
	damaged[4 + damaged.readUInt16BE(4)] = 0;
	expect(await on.add('ada', { name: 'me.jpg', original: false }, bytesOf(damaged))).toEqual({
		ok: false,
		because: 'damaged-picture'
	});
	expect(await on.add('ada', { name: 'me.jpg', original: true }, bytesOf(damaged))).toMatchObject({ ok: true });
	const id = await begun(on, damaged.length);
	expect(await on.append('ada', id, 0, bytesOf(damaged))).toEqual({ ok: false, because: 'damaged-picture' });
	expect(readdirSync(join(scratch, 'uploads'))).toEqual([]);
});

test('uploads that are begun count, also after a restart, until they are taken back', async () => {
	const on = uploads({ total: 1_500 });
	const begin = (to: Uploads) => to.begin('ada', { name: 'a', size: 1_000 });
	const id = await begun(on, 1_000);
	expect(await begin(on)).toEqual({ ok: false, because: 'full' });
	expect(await begin(uploads({ total: 1_500 }))).toEqual({ ok: false, because: 'full' });
	await on.remove('ada', id);
	const other = await begun(on, 1_000);
	expect(await on.append('ada', other, 0, bytesOf(Buffer.alloc(1_000)))).toMatchObject({ ok: true });
	expect((await on.begin('ada', { name: 'a', size: 500 })).ok).toBe(true);
	const parallel = uploads({ total: 2_500 });
	const all = await Promise.all(Array.from({ length: 5 }, () => begin(parallel)));
	expect(all.filter(({ ok }) => ok).length).toBeLessThanOrEqual(1);
});

test('metadata is removed, unless the original is sent', async () => {
	const bytes = made.jpegWithMetadata(80, 40, 6);
	const on = uploads();
	for (const original of [false, true]) {
		const answer = await on.begin('ada', { name: 'me.jpg', size: bytes.length, original });
		if (!answer.ok) throw new Error(answer.because);
		const { id } = answer.progress;
		const done = await on.append('ada', id, 0, bytesOf(bytes));
		const left = await stored(id);
		expect(left.includes(made.SECRET)).toBe(original);
		expect(done).toMatchObject({ progress: { file: { type: 'image/jpeg', size: left.length, w: 40, h: 80 } } });
	}
});

test('an upload whose bytes cannot be stored is not lost: the last request is repeated', async () => {
	let isAway = true;
	const away: Blobs = {
		...blobs,
		putFile: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(false))
	};
	const on = uploads({}, away);
	const id = await begun(on, 4);
	await expect(on.append('ada', id, 0, bytesOf(Buffer.from('soup')))).rejects.toThrow('away');
	isAway = false;
	expect(await on.append('ada', id, 4, bytesOf())).toMatchObject({ ok: true, progress: { file: { id } } });
	expect(String(await stored(id))).toBe('soup');
});

test('a file of a form is stored in one go, and one that is too large leaves nothing', async () => {
	const on = uploads();
	const added = await on.add('ada', { name: 'a.txt', original: false }, bytesOf(Buffer.from('soup')));
	expect(added).toMatchObject({ ok: true, file: { name: 'a.txt', type: 'text/plain', size: 4 } });
	const large = bytesOf(...Array.from({ length: 11 }, () => Buffer.alloc(100_000)));
	expect(await on.add('ada', { name: 'b', original: false }, large)).toEqual({ ok: false, because: 'too-large' });
	expect(await on.add('ada', { name: 'c', original: false }, bytesOf())).toEqual({ ok: false, because: 'empty' });
	expect(readdirSync(join(scratch, 'uploads'))).toEqual([]);
	expect((await Array.fromAsync(blobs.list())).length).toBe(1);
});

test('uploads that do not come to their end are swept after a day', async () => {
	const on = uploads();
	const id = await begun(on, 10);
	await on.sweep();
	expect(await on.progress('ada', id)).toBeDefined();
	now += UPLOAD_KEPT_MS + 1_000;
	await on.sweep();
	expect(readdirSync(join(scratch, 'uploads'))).toEqual([]);
});

test('what another node has stored and removed in one bucket counts from the next sweep on', async () => {
	const [here, there] = [uploads({ total: 1_500 }), uploads({ total: 1_500 })];
	const add = (on: Uploads) => on.add('ada', { name: 'a', original: false }, bytesOf(Buffer.alloc(1_000)));
	// Counts what is stored.
	expect(await here.limits.refuses(1_000)).toBeUndefined();
	expect(await add(there)).toMatchObject({ ok: true });
	expect(await here.limits.refuses(1_000)).toBeUndefined();
	expect(await here.limits.stored()).toEqual({ count: 0, bytes: 0 });
	await here.sweep();
	expect(await here.limits.stored()).toEqual({ count: 1, bytes: 1_000 });
	expect(await here.limits.refuses(1_000)).toBe('full');
});

test('what is stored is listed once, and counted from then on', async () => {
	let lists = 0;
	const counting = Object.assign(Object.create(blobs) as typeof blobs, { list: () => (lists++, blobs.list()) });
	const on = uploads({}, counting);
	expect(await on.limits.stored()).toEqual({ count: 0, bytes: 0 });
	for (const bytes of [10, 200]) await on.add('ada', { name: 'a', original: false }, bytesOf(Buffer.alloc(bytes, 'x')));
	expect(await on.limits.stored()).toEqual({ count: 2, bytes: 210 });
	expect(lists).toBe(1);
});

test('a place for files that fails while it is listed, and a file is counted, does not end the process', async () => {
	let fail: ((error: Error) => void) | undefined;
	const failing = Object.assign(Object.create(blobs) as typeof blobs, {
		list: () => ({
			async *[Symbol.asyncIterator]() {
				await new Promise((_, reject) => (fail = reject));
				yield* [];
			}
		})
	});
	const { limits } = uploads({}, failing);
	const listed = limits.stored().then(
		() => 'listed',
		({ message }: Error) => message
	);
	// Status does not wait for a bucket that never answers.
	expect(await limits.storedWithin(20)).toBeUndefined();
	limits.note(10);
	await vi.waitFor(() => expect(fail).toBeDefined());
	fail?.(new Error('403'));
	expect(await listed).toBe('403');
	// A promise that was rejected with nobody to see it ends a process, and this test.
	await new Promise(setImmediate);
});

test('what is stored and removed while files are listed again stays counted', async () => {
	const sizes = [100];
	let midway = () => {};
	const listing = Object.assign(Object.create(blobs) as typeof blobs, {
		async *list() {
			for (const size of sizes) yield { key: 'k', size };
			await Promise.resolve(midway());
		}
	});
	const { limits } = uploads({}, listing);
	expect(await limits.stored()).toEqual({ count: 1, bytes: 100 });
	limits.note(5);
	sizes.push(5);
	midway = () => limits.note(7);
	await limits.countAgain();
	expect(await limits.stored()).toEqual({ count: 3, bytes: 112 });
});

test('a process that ends between the record and the removal of the upload leaves a file that is whole, and nothing else', async () => {
	const bytes = randomBytes(1_000);
	const folder = join(scratch, 'uploads');
	const id = await begun(uploads(), bytes.length);
	const kept = join(scratch, 'kept');
	cpSync(folder, kept, { recursive: true });
	await uploads().append('ada', id, 0, bytesOf(bytes));
	cpSync(kept, folder, { recursive: true });
	writeFileSync(join(folder, `${id}.part`), bytes);
	const again = uploads();
	expect(await again.progress('ada', id)).toMatchObject({ offset: 1_000, file: { id, size: 1_000 } });
	expect(await again.append('ada', id, 1_000, bytesOf())).toMatchObject({ ok: true, progress: { file: { id } } });
	expect(readdirSync(folder)).toEqual([]);
	expect(await stored(id)).toEqual(bytes);
});
