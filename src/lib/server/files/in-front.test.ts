/** Over HTTP: a server of Node with what stands in front of SvelteKit, and in its place a handler that shows the form. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http, { IncomingMessage } from 'node:http';
import { connect, Socket, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { diskBlobs } from '../../../blobs/disk.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { HOSTILE } from '../../../../tests/fixtures/pictures.ts';
import { MAX_FILES, MAX_FILE_NAME_BYTES, MAX_FORM_BYTES, UPLOAD_BURST } from '../../chat/limits.ts';
import { StoreUnavailable } from '../../../hpkv/port.ts';
import { Buckets } from '../runtime/buckets.ts';
import { readSettings } from '../runtime/settings.ts';
import type { Visitor } from '../people/visitor.ts';
import { formOf } from './form-with-files.ts';
import { filesInFront, isUpload } from './in-front.ts';
import { UploadLimits } from './upload-limits.ts';
import type { Progress } from './uploads.ts';
import { Uploads } from './uploads.ts';

let scratch: string;
let url: string;
let server: http.Server;
let failures: unknown[];
let isAway = false;

beforeEach(async () => {
	scratch = mkdtempSync(join(tmpdir(), 'parley-front-'));
	failures = [];
	isAway = false;
	const store = memoryStore();
	const blobs = diskBlobs(join(scratch, 'files'));
	const folder = join(scratch, 'uploads');
	const limits = new UploadLimits(store, blobs, folder, { most: 1_000_000, total: 1e9, leastFree: 0 });
	const front = filesInFront({
		uploads: new Uploads({ store, blobs, limits, folder, clock: Date.now }),
		throttle: new Buckets(readSettings({}), () => 0),
		visitorOf: ({ headers: { cookie } }: IncomingMessage) => {
			const session = () =>
				isAway
					? Promise.reject(new StoreUnavailable('away'))
					: Promise.resolve(cookie === undefined ? undefined : { person: cookie, name: cookie, role: 'member' });
			return { session } as unknown as Visitor;
		},
		addressOf: () => '203.0.113.1',
		failed: (error) => failures.push(error)
	});
	const kit: http.RequestListener = (req, res) => {
		expect(isUpload(req)).toBe(false);
		void text(req).then((body) => res.end(JSON.stringify([...new URLSearchParams(body)])));
	};
	server = http.createServer((req, res) => {
		if (!front(req, res, new URL('http://localhost'), kit)) kit(req, res);
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
	await new Promise((closed) => {
		server.close(closed);
		server.closeAllConnections();
	});
	rmSync(scratch, { recursive: true, force: true });
});

const ask = (path: string, init: RequestInit = {}) =>
	fetch(url + path, { ...init, headers: { cookie: 'ada', ...(init.headers as Record<string, string>) } });
const begin = (wish: object, init: RequestInit = {}) =>
	ask('/files', {
		method: 'POST',
		body: JSON.stringify(wish),
		headers: { 'content-type': 'application/json' },
		...init
	});
const patch = (id: string, offset: number, body: BodyInit) =>
	ask(`/files/${id}`, { method: 'PATCH', body, headers: { 'upload-offset': String(offset) } });
const uploadIn = async (answer: Response) => ((await answer.json()) as { upload: Progress }).upload;

describe('the upload API', () => {
	test('begins, goes on at an offset, says how far it has come, and ends with the file', async () => {
		const begun = await begin({ name: '../soup.txt', size: 8 });
		expect(begun.status).toBe(201);
		const upload = await uploadIn(begun);
		expect(upload).toEqual({ id: upload.id, name: 'soup.txt', size: 8, offset: 0 });
		expect(begun.headers.get('location')).toBe(`/files/${upload.id}`);
		expect(begun.headers.get('cache-control')).toBe('no-store');
		expect(await uploadIn(await patch(upload.id, 0, 'Soup'))).toMatchObject({ offset: 4 });
		const head = await ask(`/files/${upload.id}`, { method: 'HEAD' });
		expect([head.headers.get('upload-offset'), head.headers.get('upload-length')]).toEqual(['4', '8']);
		const wrong = await patch(upload.id, 0, 'Soup');
		expect(wrong.status).toBe(409);
		expect(await wrong.json()).toMatchObject({ because: 'offset', offset: 4 });
		const file = { id: upload.id, name: 'soup.txt', type: 'text/plain', size: 8 };
		expect(await uploadIn(await patch(upload.id, 4, ' is.'))).toMatchObject({ offset: 8, file });
		expect(await uploadIn(await ask(`/files/${upload.id}`))).toMatchObject({ offset: 8, file });
	});

	test('is cancelled, and is not another person’s', async () => {
		const { id } = await uploadIn(await begin({ name: 'a', size: 8 }));
		const eve = await ask(`/files/${id}`, { headers: { cookie: 'eve' } });
		expect(eve.status).toBe(404);
		expect((await ask(`/files/${id}`, { method: 'DELETE' })).status).toBe(204);
		expect((await ask(`/files/${id}`)).status).toBe(404);
	});

	test('refuses with a sentence and what it is about', async () => {
		const because = async (answer: Response) => {
			const body = (await answer.json()) as { error: string; because: string };
			expect(body.error).toMatch(/[.!]$/);
			return [answer.status, body.because];
		};
		expect(await because(await begin({ name: 'a', size: 2_000_000 }))).toEqual([413, 'too-large']);
		expect(await because(await begin({ name: 'a', size: 0 }))).toEqual([422, 'empty']);
		expect(await because(await begin({ name: 'a' }))).toEqual([400, 'damaged']);
		expect(await because(await begin({ name: 'x'.repeat(5_000), size: 1 }))).toEqual([400, 'damaged']);
		expect(await because(await begin({ name: 'a', size: 1 }, { headers: { 'content-type': 'text/plain' } }))).toEqual([
			415,
			'damaged'
		]);
		const site = { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' };
		expect(await because(await begin({ name: 'a', size: 1 }, { headers: site }))).toEqual([403, 'damaged']);
		const another = { 'content-type': 'application/json', 'parley-person': 'somebody-else' };
		expect(await because(await begin({ name: 'a', size: 1 }, { headers: another }))).toEqual([401, 'sign-in']);
		expect(await because(await fetch(`${url}/files`, { method: 'POST' }))).toEqual([401, 'sign-in']);
		const { id } = await uploadIn(await begin({ name: 'a', size: 4 }));
		expect(await because(await patch(id, 0, 'too many'))).toEqual([413, 'too-large']);
		isAway = true;
		expect((await because(await ask(`/files/${id}`)))[1]).toBe('away');
	});

	test('is limited for each person', async () => {
		for (let n = 0; n < UPLOAD_BURST; n++) expect((await ask('/files/x')).status).toBe(404);
		const refused = await ask('/files/x');
		expect(refused.status).toBe(429);
		expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
		expect((await ask('/files/x', { headers: { cookie: 'grace' } })).status).toBe(404);
	});

	test('slow uploads keep nobody waiting, and come to their end', async () => {
		const size = 3_000;
		const quickIsIn = Promise.withResolvers<void>();
		// More than the threads that Node has for its file system.
		const slow = await Promise.all(
			Array.from({ length: 12 }, async (_, n) => {
				const headers = { cookie: `slow${n}`, 'content-type': 'application/json' };
				const { id } = await uploadIn(await begin({ name: 'slow', size }, { headers }));
				const sending = http.request(`${url}/files/${id}`, {
					method: 'PATCH',
					headers: { cookie: `slow${n}`, 'upload-offset': '0', 'content-length': size }
				});
				const status = new Promise((done) => sending.once('response', (answer) => done(answer.resume().statusCode)));
				// 10 kB/s, and the last bytes only behind the quick upload.
				let left = size;
				const drip = () => {
					sending.write(Buffer.alloc(100));
					if ((left -= 100) > 100) setTimeout(drip, 10);
					else void quickIsIn.promise.then(() => sending.end(Buffer.alloc(left)));
				};
				drip();
				return { status };
			})
		);
		const { id } = await uploadIn(await begin({ name: 'quick', size: 1_000_000 }));
		expect(await uploadIn(await patch(id, 0, new Uint8Array(1_000_000)))).toMatchObject({ file: { size: 1_000_000 } });
		quickIsIn.resolve();
		expect(await Promise.all(slow.map(({ status }) => status))).toEqual(slow.map(() => 200));
	});

	test('a connection that is cut keeps what has arrived', async () => {
		const { id } = await uploadIn(await begin({ name: 'a', size: 100_000 }));
		const socket = connect(Number(new URL(url).port), '127.0.0.1');
		socket.write(
			`PATCH /files/${id} HTTP/1.1\r\nHost: x\r\nCookie: ada\r\nContent-Length: 100000\r\n\r\n${'a'.repeat(30_000)}`
		);
		const offset = async () => (await uploadIn(await ask(`/files/${id}`))).offset;
		await expect.poll(offset).toBe(30_000);
		socket.destroy();
		expect(await uploadIn(await patch(id, 30_000, 'b'.repeat(70_000)))).toMatchObject({ offset: 100_000 });
		expect(failures).toEqual([]);
	});
});

describe('a form with files', () => {
	const post = async (form: FormData, headers: Record<string, string> = {}) => {
		const answer = await ask('/rooms/kitchen?/send', { method: 'POST', body: form, headers });
		const fields = (await answer.json()) as [string, string][];
		const all = (name: string) => fields.flatMap(([field, value]) => (field === name ? value : []));
		return { fields, all };
	};

	test('goes on with ids in place of the files', async () => {
		const form = new FormData();
		form.append('message', 'Grüße');
		form.append('description', 'A bowl');
		form.append('files', new File(['soup'], 'Süppchen.txt'));
		form.append('files', new File([], ''));
		form.append('files', new File(['bread'], 'bread.txt'));
		form.append('refusedFile', 'full:mine');
		const { fields, all } = await post(form);
		expect(all('message')).toEqual(['Grüße']);
		const ids = all('file');
		expect(ids.length).toBe(2);
		expect(all('refusedFile')).toEqual([]);
		expect(fields).toContainEqual([`alt-${ids[1]}`, 'A bowl']);
		expect(await uploadIn(await ask(`/files/${ids[0]}`))).toMatchObject({ file: { name: 'Süppchen.txt', size: 4 } });
	});

	test('goes on with a text in Chinese that would be too long in percents', async () => {
		const message = '湯\r\n'.repeat(30_000) + '湯'.repeat(60_000);
		const form = formOf(new IncomingMessage(new Socket()), new URLSearchParams({ message, 'alt-a': '"' }));
		const body = await buffer(form);
		expect(form.headers['content-length']).toBe(String(body.length));
		expect(body.length).toBeLessThan(MAX_FORM_BYTES);
		const headers = { 'content-type': form.headers['content-type'] ?? '' };
		expect([...(await new Response(new Uint8Array(body), { headers }).formData())]).toEqual([
			['message', message],
			['alt-a', '"']
		]);
	});

	test('a refused file is named, and the text and the other files go on', async () => {
		const form = new FormData();
		form.append('message', 'Soup');
		form.append('files', new File(['x'.repeat(1_000_001)], 'large.bin'));
		form.append('files', new File(['bread'], 'bread.txt'));
		form.append('files', new File([], 'empty.txt'));
		const { all } = await post(form);
		expect(all('message')).toEqual(['Soup']);
		expect(all('file').length).toBe(1);
		expect(all('refusedFile').sort()).toEqual(['empty:empty.txt', 'too-large:large.bin']);
		expect(readdirSync(join(scratch, 'uploads'))).toEqual([]);
	});

	test('with too many files, of somebody who has no session, and while the store is away', async () => {
		const form = new FormData();
		form.append('message', 'Soup');
		form.append('file', 'kept');
		for (let n = 0; n < MAX_FILES; n++) form.append('files', new File(['soup'], `${n}.txt`));
		const many = await post(form);
		expect(many.all('file').length).toBe(MAX_FILES);
		expect(many.all('refusedFile')).toEqual([`too-many:${MAX_FILES - 1}.txt`]);
		isAway = true;
		const away = await post(form);
		expect([away.all('message'), away.all('file'), away.all('refusedFile').length]).toEqual([
			['Soup'],
			['kept'],
			MAX_FILES
		]);
	});

	test('goes on without a file that cannot be stored', async () => {
		rmSync(join(scratch, 'files'), { recursive: true, force: true });
		writeFileSync(join(scratch, 'files'), 'no folder');
		const form = new FormData();
		form.append('message', 'Soup');
		form.append('files', new File(['soup'], 'soup.txt'));
		const { all } = await post(form);
		expect([all('message'), all('file'), all('refusedFile')]).toEqual([['Soup'], [], ['cut:soup.txt']]);
		expect(failures.length).toBe(1);
	});

	test('that breaks off is forgotten, and one that is none is refused without a line in the log', async () => {
		const socket = connect(Number(new URL(url).port), '127.0.0.1');
		const head = 'Content-Disposition: form-data; name="files"; filename="a.txt"';
		socket.write(
			'POST /rooms/kitchen?/send HTTP/1.1\r\nHost: x\r\nCookie: ada\r\nContent-Type: multipart/form-data; boundary=b\r\n' +
				`Content-Length: 100000\r\n\r\n--b\r\n${head}\r\n\r\n${'a'.repeat(50_000)}`
		);
		await expect.poll(() => readdirSync(join(scratch, 'uploads')).length).toBe(1);
		socket.destroy();
		await expect.poll(() => readdirSync(join(scratch, 'uploads'))).toEqual([]);
		const answer = await ask('/rooms/kitchen?/send', {
			method: 'POST',
			body: 'nothing of the kind',
			headers: { 'content-type': 'multipart/form-data; boundary=b' }
		});
		expect(answer.status).toBe(400);
		expect(failures).toEqual([]);
	});

	const raw = (body: string, cookie = '') =>
		new Promise<string>((done) => {
			const socket = connect(Number(new URL(url).port), '127.0.0.1');
			let answer = '';
			socket.on('data', (data) => (answer += String(data)));
			socket.on('error', () => undefined);
			socket.on('close', () => done(answer));
			socket.write(
				`POST /rooms/kitchen?/send HTTP/1.1\r\nHost: x\r\n${cookie}Content-Type: multipart/form-data; boundary=b\r\n` +
					`Content-Length: 900000000\r\n\r\n${body}`
			);
		});
	const field = (n: number, bytes: number) =>
		`--b\r\nContent-Disposition: form-data; name="f${n}"\r\n\r\n${'a'.repeat(bytes)}\r\n`;
	const fileHead = '--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n';

	test('of a stranger is read no further than a form, and the connection ends', async () => {
		for (const body of [fileHead + 'a'.repeat(700_000), field(1, 400_000) + field(2, 200_000)])
			expect(await raw(body)).toMatch(/^HTTP\/1.1 413 [^]*connection: close/i);
		expect(failures).toEqual([]);
	});

	test('of somebody who is signed in is bounded too: all fields, and all bytes', async () => {
		const cookie = 'Cookie: ada\r\n';
		expect(await raw(field(1, 400_000) + field(2, 200_000) + fileHead, cookie)).toMatch(/^HTTP\/1.1 413 /);
		expect(await raw(fileHead + 'a'.repeat(12_000_000), cookie)).toMatch(/^HTTP\/1.1 413 /);
		expect(readdirSync(join(scratch, 'uploads'))).toEqual([]);
	});

	test('that asks too often is refused before it is read', async () => {
		let answer = new Response();
		for (let n = 0; n < 5_000 && answer.status !== 429; n++) {
			const form = new FormData();
			form.append('message', 'Soup');
			answer = await fetch(`${url}/rooms/kitchen?/send`, { method: 'POST', body: form });
			await answer.text();
		}
		expect(answer.status).toBe(429);
		expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
	});

	describe('that is shared with the installed app', () => {
		const large = () => {
			const form = new FormData();
			form.append('text', 'Soup');
			form.append('files', new File(['bread'], 'bread.txt'));
			form.append('files', new File([new Uint8Array(18_000_000)], 'film.mp4'));
			form.append('files', new File(['soup'], 'soup.txt'));
			return form;
		};
		const share = async (form: FormData, headers: Record<string, string> = {}) => {
			const answer = await ask('/share?/receive', { method: 'POST', body: form, headers });
			const fields = (await answer.json()) as [string, string][];
			const all = (name: string) => fields.flatMap(([field, value]) => (field === name ? value : []));
			return { answer, all };
		};

		test('keeps the text and the files before one that does not fit into the form', async () => {
			const { answer, all } = await share(large());
			expect(answer.headers.get('connection')).toBe('close');
			expect([all('text'), all('file').length]).toEqual([['Soup'], 1]);
			expect(all('refusedFile')).toEqual(['too-large:film.mp4']);
			expect(readdirSync(join(scratch, 'uploads'))).toEqual([]);
		});

		test('with more text than any form may have is refused, and is still where it came from', async () => {
			const form = new FormData();
			form.append('text', 'x'.repeat(600_000));
			const answer = await ask('/share?/receive', { method: 'POST', body: form });
			expect(answer.status).toBe(413);
			expect(await answer.text()).toContain('It is still in the app that you shared it from.');
		});

		test('keeps the text of somebody who has no session, and none of the files', async () => {
			const form = new FormData();
			form.append('text', 'Soup');
			form.append('files', new File([new Uint8Array(3_000_000)], 'film.mp4'));
			const answer = await fetch(`${url}/share?/receive`, { method: 'POST', body: form });
			expect(await answer.json()).toEqual([
				['text', 'Soup'],
				['refusedFile', 'gone:film.mp4']
			]);
			expect(readdirSync(scratch)).not.toContain('files');
			expect(failures).toEqual([]);
		});

		test('is read no further than any refused form, of somebody who has no session', async () => {
			const socket = connect(Number(new URL(url).port), '127.0.0.1');
			const head = '--b\r\nContent-Disposition: form-data; name=';
			socket.write(
				'POST /share?/receive HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n' +
					`Content-Length: 900000000\r\n\r\n${head}"text"\r\n\r\nSoup\r\n${head}"files"; filename="a"\r\n\r\n`
			);
			let answered = '';
			socket.on('data', (data) => (answered += String(data)));
			socket.on('error', () => undefined);
			const over = new Promise((closed) => socket.on('close', closed));
			for (let n = 0; n < 20 && !answered; n++) {
				await new Promise((written) => socket.write(Buffer.alloc(1_000_000, 'a'), written));
			}
			await over;
			expect(answered).toMatch(/connection: close/i);
			expect(answered).toContain('["text","Soup"]');
			expect(failures).toEqual([]);
		});
	});

	test('other forms are none of its business', async () => {
		const form = new FormData();
		form.append('name', 'Ada');
		const answer = await ask('/you?/rename', { method: 'POST', body: form });
		expect(await answer.text()).toContain('form-data');
	});

	test.each(HOSTILE)('$why has a name that is one, and a type that is none to run', async ({ name, bytes }) => {
		const form = new FormData();
		form.append('message', 'Soup');
		form.append('files', new File([new Uint8Array(bytes)], name));
		const { all } = await post(form);
		const [id = ''] = all('file');
		if (id === '') return expect(all('refusedFile')[0]).toMatch(/^damaged-picture:/);
		const { file } = await uploadIn(await ask(`/files/${id}`));
		if (!file) throw new Error('It is no file');
		expect(file.name).not.toMatch(/[\\/\p{Cc}\p{Cf}<>"]|^\./u);
		expect(Buffer.byteLength(file.name)).toBeLessThanOrEqual(MAX_FILE_NAME_BYTES);
		expect(file.type).not.toMatch(/html|svg|xml|script/);
		expect(readdirSync(scratch).sort()).toEqual(['files', 'uploads']);
	});
});
