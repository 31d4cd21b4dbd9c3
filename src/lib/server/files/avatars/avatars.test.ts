import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { png } from '../../../../../tests/fixtures/pictures.ts';
import { diskBlobs } from '../../../../blobs/disk.ts';
import type { Blobs } from '../../../../blobs/port.ts';
import { memoryStore } from '../../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../../hpkv/port.ts';
import { STRAY_BLOB_KEPT_MS, UPLOAD_KEPT_MS } from '../../../chat/limits.ts';
import { dayOf } from '../../../chat/messages/draft.ts';
import type { Actor } from '../../../chat/people/permissions.ts';
import type { Place } from '../../../chat/place/place.ts';
import { keys } from '../../../chat/storage/keys.ts';
import { changeStanding, readStanding } from '../../people/standing.ts';
import { PicturesBusy, type Pictures } from '../../pictures/pictures.ts';
import { appendToken } from '../../storage/claims.ts';
import { PlaceSettings } from '../../place/settings.ts';
import { attachFiles, checkFiles } from '../attach.ts';
import { eraseFile } from '../attached/erase.ts';
import { sweepFiles } from '../attached/sweep.ts';
import { verifyFiles } from '../copies/verify-files.ts';
import { readFileRecord } from '../file-records.ts';
import { UploadLimits, type UploadSizes } from '../upload-limits.ts';
import { Uploads } from '../uploads.ts';
import { Avatars, type AvatarsOptions } from './avatars.ts';
import { findAvatar } from './find-avatar.ts';
import { ShownAvatars } from './shown-avatars.ts';

let scratch: string;
let store: Hpkv;
let blobs: Blobs;
let limits: UploadLimits;
let now: number;
let failures: unknown[];
const clock = () => now;
const failed = (error: unknown) => void failures.push(error);
const limitsWith = (sizes: Partial<UploadSizes> = {}) =>
	new UploadLimits(store, blobs, scratch, { most: 1e6, total: 1e9, leastFree: 0, ...sizes });

const WEBP = Buffer.from('RIFF....WEBP');
const making = (webp: Pictures['webp'], available = true): Pictures => ({ available, webp });
const pictures = making(async (bytes) => {
	if (!(bytes instanceof Uint8Array)) await buffer((await bytes.open()) ?? Readable.from([]));
	return WEBP;
});

beforeEach(() => {
	scratch = mkdtempSync(join(tmpdir(), 'parley-avatars-'));
	store = memoryStore();
	blobs = diskBlobs(join(scratch, 'files'));
	limits = limitsWith();
	now = Date.now();
	failures = [];
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const avatarsWith = (options: Partial<AvatarsOptions> = {}) =>
	new Avatars({ ...{ store, blobs, limits, pictures, clock }, failed, notErased: failed, ...options });
const shownWith = (settings = new PlaceSettings(store, {}, clock)) =>
	new ShownAvatars({ store, blobs, limits, settings, notErased: failed });

async function upload(bytes: Buffer = png(40, 30), person = 'ada'): Promise<string> {
	const uploads = new Uploads({ store, blobs, limits, folder: join(scratch, 'uploads'), clock });
	const added = await uploads.add(person, { name: 'me.png', original: false }, Readable.from([bytes]));
	if (!added.ok) throw new Error(added.because);
	return added.file.id;
}

async function make(options: Partial<AvatarsOptions> = {}): Promise<string> {
	const made = await avatarsWith(options).make('ada', await upload());
	if (!made.ok) throw new Error(made.because);
	return made.id;
}

async function set(person = 'ada'): Promise<string> {
	const id = await make();
	await shownWith().show(person, id);
	return id;
}

const blobCount = async () => (await Array.fromAsync(blobs.list())).length;
const sweep = () => sweepFiles({ store, blobs, limits, clock });
const isKept = async (id: string) => (await readFileRecord(store, id)) !== undefined;

test('a picture is a file of its own, and its upload is erased', async () => {
	const source = await upload();
	const made = await avatarsWith().make('ada', source);
	const record = made.ok ? await readFileRecord(store, made.id) : undefined;
	expect(record).toMatchObject({ person: 'ada', type: 'image/webp', size: WEBP.length });
	expect(await isKept(source)).toBe(false);
	expect(await blobCount()).toBe(1);
	expect(await verifyFiles(store, blobs)).toMatchObject({ sound: 1, missing: [], damaged: [], strays: [] });
	await blobs.delete(record?.blob ?? '');
	expect((await verifyFiles(store, blobs)).missing).toMatchObject([{ file: { id: record?.id }, isAvatar: true }]);
	expect(failures).toEqual([]);
});

test('what is no picture is refused, and so is what cannot be made or kept; no byte of them stays', async () => {
	const because = async (options: Partial<AvatarsOptions> = {}, bytes = png(40, 30)) => {
		const made = await avatarsWith(options).make('ada', await upload(bytes));
		return made.ok ? undefined : made.because;
	};
	expect(await because({}, Buffer.from('<svg onload=alert(1)>'))).toBe('no-picture');
	expect(await because({ pictures: making(() => Promise.resolve(undefined)) })).toBe('no-picture');
	expect(await because({ pictures: making(() => Promise.reject(new PicturesBusy())) })).toBe('busy');
	expect(await because({ limits: limitsWith({ total: 1 }) })).toBe('full');
	expect(await blobCount()).toBe(0);
	expect(failures).toEqual([]);
	const without = avatarsWith({ pictures: making(() => Promise.resolve(undefined), false) });
	expect(without.lack).toBe('sharp');
	expect(await without.make('ada', await upload())).toEqual({ ok: false, because: 'no-sharp' });
	expect(avatarsWith({ limits: limitsWith({ most: 0 }) }).lack).toBe('uploads');
});

test('nobody makes a picture of the upload of another person, or of a file that a message has', async () => {
	const make = async (id: string) => {
		const made = await avatarsWith().make('ada', id);
		return made.ok ? undefined : made.because;
	};
	const other = await upload(png(40, 30), 'grace');
	expect(await make(other)).toBe('gone');
	expect(await make('../../etc/passwd')).toBe('gone');
	const sent = await upload();
	await appendToken(store, keys.fileUse(sent), `;${dayOf(now)}.kitchen.ada.send-0000000000000001.1`);
	expect(await make(sent)).toBe('used');
	for (const id of [other, sent]) expect(await isKept(id)).toBe(true);
});

test('no message gets a picture, or an upload while one is made of it', async () => {
	const send = { day: dayOf(now), room: 'kitchen', person: 'ada', sendId: 'send-0000000000000001' };
	const attach = async (id: string) => {
		const checked = await checkFiles(store, send, [{ id }]);
		return checked.ok ? undefined : checked.because;
	};
	const source = await upload();
	let meanwhile: string | undefined;
	const made = await avatarsWith({
		pictures: making(async () => {
			meanwhile = await attach(source);
			return WEBP;
		})
	}).make('ada', source);
	expect(meanwhile).toBe('file-gone');
	expect(made.ok && (await attach(made.id))).toBe('file-used');
});

test('a picture that is replaced or removed is erased with its bytes', async () => {
	const first = await set();
	const second = await set();
	expect([await isKept(first), await isKept(second)]).toEqual([false, true]);
	expect((await readStanding(store, 'ada')).avatar).toBe(second);
	expect(await blobCount()).toBe(1);
	await shownWith().show('ada', null);
	expect([await isKept(second), await blobCount()]).toEqual([false, 0]);
	expect((await readStanding(store, 'ada')).avatar).toBeUndefined();
});

test('a send that has looked at an upload before an avatar was made of it does not attach it', async () => {
	const send = { day: dayOf(now), room: 'kitchen', person: 'ada', sendId: 'send-0000000000000001' };
	const source = await upload();
	expect(await checkFiles(store, send, [{ id: source }])).toMatchObject({ ok: true });
	expect(await avatarsWith().make('ada', source)).toMatchObject({ ok: true });
	expect(await attachFiles(store, send, 1, [{ id: source }])).toBe(false);
	now += 11 * UPLOAD_KEPT_MS;
	await sweep();
	expect(await store.get(keys.fileUse(source))).toBeUndefined();
});

test('of changes at the same moment the last is shown, the others are erased, and each is counted once', async () => {
	const counted = async () => {
		const list = await Array.fromAsync(blobs.list());
		return { blobs: list.length, bytes: list.reduce((sum, { size }) => sum + size, 0) };
	};
	let noted = 0;
	limits.note = (bytes) => void (noted += bytes);
	const settings = new PlaceSettings(store, {}, clock);
	const shown = shownWith(settings);
	await shown.show('ada', await make());
	await shown.showLogo(await make());
	const [one, other] = [await make(), await make()];
	await Promise.all([shown.show('ada', one), shown.show('ada', other), shown.show('ada', other)]);
	await Promise.all([shown.showLogo(await make()), shown.showLogo(await make())]);
	expect((await counted()).blobs).toBe(2);
	// At another node, or the sweep.
	const erased = await make();
	await Promise.all([1, 2].map(() => eraseFile({ store, blobs, limits }, erased)));
	expect(noted).toBe((await counted()).bytes);
	await Promise.all([shown.showLogo(await make()), shownWith().showLogo(await make())]);
	expect(await isKept((await readStanding(store, 'ada')).avatar ?? '')).toBe(true);
	expect(await isKept((await settings.fresh()).logo ?? '')).toBe(true);
	const { blobs: left, bytes } = await counted();
	// The sweep erases what neither node has seen shown.
	expect(left).toBeLessThanOrEqual(3);
	expect(noted).toBe(bytes);
	now += UPLOAD_KEPT_MS + 1;
	await sweep();
	expect((await counted()).blobs).toBe(2);
	expect(noted).toBe((await counted()).bytes);
	expect(failures).toEqual([]);
});

test('the sweep keeps pictures in use, also of the blocked, and the logo, and takes others after a day', async () => {
	const [shown, ofBlocked, logo, left] = [await set(), await set('bob'), await make(), await make()];
	await changeStanding(store, 'bob', 'blocked', true);
	await store.patch(keys.settings, JSON.stringify({ name: 'Here', logo }));
	const kept = () => Promise.all([shown, ofBlocked, logo, left].map(isKept));
	expect(await sweep()).toMatchObject({ files: 0 });
	expect(await kept()).toEqual([true, true, true, true]);
	now += UPLOAD_KEPT_MS + 1;
	expect(await sweep()).toMatchObject({ files: 1 });
	now += STRAY_BLOB_KEPT_MS + 20 * UPLOAD_KEPT_MS;
	await sweep();
	expect(await kept()).toEqual([true, true, true, false]);
	expect(await blobCount()).toBe(3);
	expect(await verifyFiles(store, blobs)).toMatchObject({ sound: 3, missing: [] });
});

test('while a standing cannot be read, the sweep keeps all pictures', async () => {
	const left = await make();
	await store.set(keys.standing('bob'), '{');
	now += UPLOAD_KEPT_MS + 1;
	await sweep();
	expect(await isKept(left)).toBe(true);
	await store.set(keys.standing('bob'), '{}');
	await sweep();
	expect(await isKept(left)).toBe(false);
});

test('a picture is given to those who see the person, and the logo to everybody', async () => {
	const [id, logo] = [await set(), await make()];
	const readers: Record<string, Actor> = {
		nobody: undefined,
		guest: { id: 'gus', role: 'guest' },
		member: { id: 'grace', role: 'member' },
		themselves: { id: 'ada', role: 'guest' }
	};
	const seenBy = async (reading: Place['reading'], file: string) => {
		const place = { reading, logo } as Place;
		const found = await Promise.all(Object.values(readers).map((actor) => findAvatar(store, { actor, place }, file)));
		return Object.keys(readers).filter((_, at) => found[at]?.id === file);
	};
	const all = Object.keys(readers);
	expect(await seenBy('members', id)).toEqual(['member', 'themselves']);
	expect(await seenBy('everyone', id)).toEqual(all);
	expect(await seenBy('members', logo)).toEqual(all);
	await changeStanding(store, 'ada', 'deactivated', true);
	expect(await seenBy('everyone', id)).toEqual(all);
	await changeStanding(store, 'ada', 'blocked', true);
	expect(await seenBy('everyone', id)).toEqual([]);
	await changeStanding(store, 'ada', 'blocked', false);
	// A file that is no picture of anybody, such as one of a private room.
	expect(await seenBy('everyone', await upload())).toEqual([]);
	await shownWith().show('ada', null);
	expect(await seenBy('everyone', id)).toEqual([]);
});
