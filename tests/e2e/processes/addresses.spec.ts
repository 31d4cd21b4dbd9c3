/** The addresses that the app answers, and its refusals of others. */
import { randomUUID } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { Person, postForm } from '../person.ts';
import { expect, test, UNLIMITED } from '../test.ts';

/** Sends a request with any Host header, which fetch does not allow. */
const ask = (url: string, headers: Record<string, string>, method = 'GET', body = '') =>
	new Promise<{ status: number | undefined; headers: IncomingMessage['headers']; page: string }>((resolve, reject) => {
		const asking = request(url, { method, headers }, (answer) => {
			text(answer).then((page) => resolve({ status: answer.statusCode, headers: answer.headers, page }), reject);
		});
		asking.once('error', reject).end(body);
	});

const FORM = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };

test('pages, forms, tokens and files are served on loopback under loopback names only', async ({ app }) => {
	const { port } = new URL(app.url);
	for (const path of ['/', '/watch', '/healthz', '/robots.txt', '/hpkv/record/x']) {
		const { status, page } = await ask(app.url + path, { host: `evil.example:${port}` });
		expect(status, path).toBe(421);
		expect(page, path).toContain(`ORIGIN=https://evil.example:${port}`);
	}
	const form = { ...FORM, host: 'evil.example', origin: 'http://evil.example' };
	expect((await ask(`${app.url}/?/join`, form, 'POST', `name=Eve&formId=${randomUUID()}`)).status).toBe(421);
	for (const host of ['127.0.0.1:3000/rooms/hall?', 'evil.example@127.0.0.1']) {
		expect((await ask(`${app.url}/`, { host })).status, host).toBe(400);
	}
	for (const host of [`localhost:${port}`, `parley.localhost`, '127.0.0.2', '[::1]:80']) {
		expect((await ask(`${app.url}/`, { host })).status, host).toBe(200);
	}
	expect(
		(await ask(`${app.url}/watch`, { host: 'localhost', connection: 'Upgrade', upgrade: 'websocket' })).status
	).toBe(404);
	const upgrade = { host: 'evil.example', connection: 'Upgrade', upgrade: 'websocket' };
	expect((await ask(`${app.url}/hpkv/ws?token=x`, upgrade)).status).toBe(421);
	expect(app.output()).toContain('"event":"host-refused","status":421,"host":"evil.example');
});

test('a form from an address that is not in ORIGIN is refused with a page and a log line', async ({ own }) => {
	const app = await own(UNLIMITED);
	const post = (accept: string) =>
		postForm(`${app.url}/?/join`, { name: 'Ada' }, { accept, origin: 'https://chat.example.org' });
	const answer = await post('text/html');
	expect(answer.status).toBe(403);
	expect(answer.headers.get('content-type')).toContain('text/html');
	const page = await answer.text();
	expect(page).toContain(`It came from https://chat.example.org, but Parley is at ${app.url}.`);
	expect(page).toContain('ORIGIN=https://chat.example.org.');
	expect(await (await post('application/json')).json()).toMatchObject({ type: 'error', status: 403 });
	const [line = ''] = app.output().match(/^.*"event":"origin-refused".*$/m) ?? [];
	expect(JSON.parse(line)).toMatchObject({
		setting: 'ORIGIN',
		origin: 'https://chat.example.org',
		expected: app.url
	});
});

test('each of several origins is served as itself, and a page’s socket may come from any of them', async ({ own }) => {
	const app = await own({ ...UNLIMITED, ORIGIN: 'https://Chat.Example.org:443/, http://192.168.1.5:3000' });
	await expect.poll(app.output).toContain('https://chat.example.org/setup/');
	const join = (host: string, origin: string) =>
		ask(`${app.url}/?/join`, { ...FORM, host, origin }, 'POST', `name=Ada&formId=${randomUUID()}`);
	const lan = await join('192.168.1.5:3000', 'http://192.168.1.5:3000');
	expect(lan.status).toBe(303);
	expect(lan.headers['strict-transport-security']).toBeUndefined();
	for (const cookie of lan.headers['set-cookie'] ?? []) expect(cookie).not.toMatch(/__Host-|Secure/);
	expect((await join('192.168.1.5:3000', 'https://evil.example')).status).toBe(403);

	const origin = 'https://chat.example.org';
	for (const host of ['chat.example.org', '127.0.0.1']) {
		const answer = await ask(`${app.url}/`, { host });
		expect(answer.status).toBe(200);
		expect(answer.headers['strict-transport-security']).toMatch(/^max-age=\d{7,}$/);
	}
	const grace = await Person.join(app.url, 'Grace', { origin });
	expect(grace.cookie).toMatch(/^__Host-session-/);
	const { url, token } = await grace.ticket('');
	const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
	const socket = (from: string) =>
		ask(`${url.replace('ws', 'http')}?token=${token}`, { ...upgrade, origin: from }).then(({ status }) => status);
	// An admitted upgrade lacks a key and gets 400.
	for (const from of [origin, 'http://192.168.1.5:3000']) expect(await socket(from), from).toBe(400);
	for (const from of ['http://chat.example.org', app.url]) expect(await socket(from), from).toBe(403);
});

test('without ORIGIN, a page’s socket comes from the same protocol, host and port', async ({ app, someone }) => {
	const ada = await someone('Ada');
	const { url, token } = await ada.ticket('');
	const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
	const socket = (origin: string) => ask(`${url.replace('ws', 'http')}?token=${token}`, { ...upgrade, origin });
	expect((await socket(app.url)).status).toBe(400);
	for (const other of [app.url.replace('http', 'https'), 'http://127.0.0.1', 'http://localhost']) {
		expect((await socket(other)).status, other).toBe(403);
	}
});

test('two instances on one host leave each other’s sessions alone, and a session of an earlier version still works', async ({
	own
}) => {
	const [one, two] = [await own(), await own()];
	const ada = await Person.join(one.url, 'Ada');
	const also = await Person.join(two.url, 'Ada');
	expect(ada.cookie.split('=')[0]).not.toBe(also.cookie.split('=')[0]);
	const both = { cookie: `${ada.cookie}; ${also.cookie}` };
	for (const person of [ada, also]) expect((await person.get('/you', both)).status).toBe(200);

	const moved = await ada.get('/you', { cookie: `session=${ada.session}` });
	expect(moved.status).toBe(200);
	const cookies = moved.headers.getSetCookie();
	expect(cookies.some((cookie) => cookie.startsWith(`${ada.cookie};`))).toBe(true);
	expect(cookies.some((cookie) => /^session=;.*Max-Age=0/.test(cookie))).toBe(true);
	// The other instance's cookie is not valid here.
	const other = await fetch(`${two.url}/`, { headers: { cookie: `session=${ada.session}` } });
	expect(other.headers.getSetCookie()).toEqual([]);

	await one.app().stop();
	await one.restart();
	expect((await ada.get('/you')).status).toBe(200);
});

test('malformed posts are refused with a 4xx status, and log no stack', async ({ own }) => {
	const app = await own(UNLIMITED);
	const ada = await Person.join(app.url, 'Ada');
	const form = { ...FORM, cookie: ada.cookie, origin: app.url };
	const post = async (path: string, type: string, body: string) =>
		(await ask(app.url + path, { ...form, 'content-type': type }, 'POST', body)).status;
	const urlencoded = FORM['content-type'];
	for (const name of ['constructor', '__proto__', 'toString', 'default', 'nothing']) {
		expect(await post(`/?/${name}`, urlencoded, 'x=1'), name).toBe(404);
	}
	expect(await post('/?/join', 'multipart/form-data; boundary=x', 'none')).toBe(400);
	expect(await post('/?/join', 'multipart/form-data', 'none')).toBe(400);
	expect(await post('/?/join', 'application/json', '{}')).toBe(415);
	expect(await post('/?/join', 'text/plain', 'x=1')).toBe(415);
	const kitchen = await ada.createRoom('Kitchen');
	expect(await post(`${kitchen}/read`, 'application/json', '{}')).toBe(415);
	expect((await ask(`${app.url}/_app/remote/constructor/x`, {})).status).toBe(404);

	const long = await ask(`${app.url}${kitchen}?/send`, form, 'POST', `message=${'x'.repeat(600_000)}`);
	expect(long).toMatchObject({ status: 413, page: expect.stringContaining('512 kB') });
	const chunked = { ...form, 'transfer-encoding': 'chunked' };
	expect((await ask(`${app.url}${kitchen}?/send`, chunked, 'POST', `message=${'x'.repeat(600_000)}`)).status).toBe(413);

	const setupPath = /\/setup\/[\w-]+/.exec(app.output())?.[0] ?? '';
	expect((await ada.post(`${setupPath}?/own`, {})).status).toBe(303);
	expect((await ada.post('/operator/people/ada/constructor', {})).status).toBe(404);
	expect((await ada.post('/operator/people?/role', { id: 'ada', role: 'constructor' })).status).toBe(422);
	expect(app.output()).not.toMatch(/"event":"unexpected"|"stack"/);
});
