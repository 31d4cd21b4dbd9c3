/** Response headers, cross-site checks, socket checks, and secrets in pages and logs. */
import { request } from 'node:http';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { deploy } from '../../support/process.ts';
import { Person, postForm, sendIds } from '../person.ts';
import { expect, fresh, test, UNLIMITED } from '../test.ts';

/** The directives of a policy, with their sources. */
const directives = (policy: string | null) =>
	new Map(
		(policy ?? '').split(';').map((directive): [string, string[]] => {
			const [name = '', ...sources] = directive.trim().split(/\s+/);
			return [name, sources];
		})
	);

/** The status of a WebSocket upgrade. With 101, the socket stays open in `held`, if given. */
function upgrade(url: string, headers: Record<string, string> = {}, held?: Duplex[]): Promise<number | undefined> {
	const asking = request(url.replace(/^ws/, 'http'), {
		headers: {
			connection: 'Upgrade',
			upgrade: 'websocket',
			'sec-websocket-version': '13',
			'sec-websocket-key': randomBytes(16).toString('base64'),
			...headers
		}
	});
	return new Promise((resolve, reject) => {
		asking.once('upgrade', (response, socket) => {
			if (held) held.push(socket);
			else socket.destroy();
			resolve(response.statusCode);
		});
		asking.once('response', (response) => resolve(response.resume().statusCode));
		asking.once('error', reject);
		asking.end();
	});
}

test('security headers are on every answer: pages, redirects, refusals, files, the store', async ({ app, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	const home = await (await ada.get('/')).text();
	const [script = ''] = /_app\/immutable\/[^"]+\.js/.exec(home) ?? [];
	const [style = ''] = /_app\/immutable\/[^"]+\.css/.exec(home) ?? [];
	const [font = ''] = /_app\/immutable\/[^>]+\.woff2/.exec((await ada.get('/')).headers.get('link') ?? '') ?? [];

	const answers: [string, number, Promise<Response>][] = [
		['a page', 200, ada.get('/')],
		['a room', 200, ada.get(kitchen)],
		['a redirect', 303, fetch(`${app.url}/people`, { headers: { accept: 'text/html' }, redirect: 'manual' })],
		['a redirect to the room’s own address', 308, ada.get(kitchen.toUpperCase().replace('ROOMS', 'rooms'))],
		['a form that was taken', 303, ada.send(kitchen, 'Hello')],
		['a form that was refused', 422, ada.send(kitchen, '')],
		['a form that was forged', 403, ada.post('/?/create', {}, { origin: 'https://evil.example' })],
		['a room that is not there', 404, ada.get('/rooms/never-there')],
		['a page that is not there', 404, ada.get('/nowhere')],
		['an address that is none', 400, ada.get('/%E0%A4%A')],
		['a wrong method', 405, fetch(`${app.url}/rooms.json`, { method: 'PUT', headers: { origin: app.url } })],
		['JSON', 200, ada.get('/rooms.json')],
		['a token', 200, ada.get('/watch')],
		['a token for nobody', 401, fetch(`${app.url}/watch`)],
		['a question that is none', 400, ada.get(`${kitchen}/since`)],
		['the health check', 200, ada.get('/healthz')],
		['a static file', 200, ada.get('/robots.txt')],
		['the icon', 200, ada.get('/favicon.svg')],
		['the worker', 200, ada.get('/service-worker.js')],
		['the manifest', 200, ada.get('/manifest.webmanifest')],
		['a script', 200, ada.get(`/${script}`)],
		['a style sheet', 200, ada.get(`/${style}`)],
		['a font', 200, ada.get(`/${font}`)],
		['a file that is not there', 404, ada.get('/_app/immutable/nothing.js')],
		['the store', 401, ada.get('/hpkv/record/x')],
		['no such door of the store', 404, ada.get('/hpkv/nothing')]
	];
	for (const [what, status, answer] of answers) {
		const { headers, ...rest } = await answer.then(({ headers, status }) => ({ headers, status }));
		expect.soft(rest.status, what).toBe(status);
		const policy = directives(headers.get('content-security-policy'));
		expect.soft(policy.get('frame-ancestors'), what).toEqual(["'none'"]);
		expect.soft(policy.get('base-uri'), what).toEqual(["'none'"]);
		expect.soft(policy.get('default-src'), what).toEqual(["'none'"]);
		expect.soft(policy.get('script-src') ?? [], what).not.toContain("'unsafe-inline'");
		expect.soft(policy.get('script-src') ?? [], what).not.toContain("'unsafe-eval'");
		expect.soft(headers.get('x-content-type-options'), what).toBe('nosniff');
		expect.soft(headers.get('referrer-policy'), what).toBe('same-origin');
		expect.soft(headers.get('permissions-policy'), what).toContain('camera=()');
		expect.soft(headers.get('cross-origin-opener-policy'), what).toBe('same-origin');
		expect.soft(headers.get('x-powered-by'), what).toBeNull();
	}
});

test('a page preloads its fonts, which a browser may keep, and may load no font of anybody else', async ({ app }) => {
	const answer = await fetch(app.url);
	expect(directives(answer.headers.get('content-security-policy')).get('font-src')).toEqual(["'self'"]);
	const preloads = (answer.headers.get('link') ?? '').split(', ').filter((each) => each.includes('as="font"'));
	expect(preloads).toEqual([expect.stringContaining('crossorigin'), expect.stringContaining('crossorigin')]);
	const [, path = ''] = /<([^>]+)>/.exec(preloads[0] ?? '') ?? [];
	const { headers } = await fetch(new URL(path, `${app.url}/`));
	expect(headers.get('content-type')).toBe('font/woff2');
	expect(headers.get('cache-control')).toContain('immutable');
});

test('scripts of a page have a nonce that is new in each answer', async ({ someone }) => {
	const ada = await someone('Ada');
	const nonces = new Set<string>();
	for (const path of ['/', '/', '/rooms/never-there']) {
		const answer = await ada.get(path);
		const source = directives(answer.headers.get('content-security-policy'))
			.get('script-src')
			?.find((each) => each.startsWith("'nonce-"));
		const nonce = source?.slice("'nonce-".length, -1) ?? '';
		expect(nonce).toMatch(/^[\w+/=-]{16,}$/);
		const scripts = (await answer.text()).match(/<script[^>]*>/g) ?? [];
		expect(scripts.length).toBeGreaterThan(0);
		for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
		nonces.add(nonce);
	}
	expect(nonces.size).toBe(3);
});

test('a form from another origin, or without an origin, is refused', async ({ app, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	const own = new URL(app.url);
	const others = [
		'https://evil.example',
		'null',
		`https://${own.host}`,
		`http://${own.hostname}`,
		`http://localhost:${own.port}`,
		`${app.url}.evil.example`
	];
	for (const origin of others) expect((await ada.post(`${kitchen}?/send`, {}, { origin })).status, origin).toBe(403);

	const noOrigin = await fetch(`${app.url}${kitchen}?/send`, {
		method: 'POST',
		body: new URLSearchParams({ message: 'Forged', ...sendIds() }),
		headers: { cookie: ada.cookie },
		redirect: 'manual'
	});
	expect(noOrigin.status).toBe(403);
	expect((await ada.send(kitchen, 'Mine')).status).toBe(303);
});

test('forms behind a proxy are accepted from ORIGIN, and refused from every other origin', async ({ own }) => {
	const origin = 'https://chat.example.org';
	const app = await own({ ...UNLIMITED, ORIGIN: origin });
	const ada = await Person.join(app.url, 'Ada', { origin });
	const create = (from: string) => ada.post('/?/create', { name: 'Kitchen', formId: randomUUID() }, { origin: from });
	for (const other of [app.url, 'http://chat.example.org', 'https://example.org', 'https://evil.example']) {
		expect((await create(other)).status, other).toBe(403);
	}
	expect((await create(origin)).status).toBe(303);

	const joined = await postForm(`${app.url}/?/join`, { name: 'Grace', formId: randomUUID() }, { origin });
	for (const cookie of joined.headers.getSetCookie()) {
		expect(cookie.split('; ')).toEqual(expect.arrayContaining(['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']));
		expect(cookie).toMatch(/^__Host-/);
	}
	const { secret, cookie } = await ada.makeSignInLink({ origin });
	expect(await (await ada.get('/you/sign-in', { cookie: `${ada.cookie}; ${cookie}` })).text()).toContain(
		`${origin}/signin/${secret}`
	);

	const { url, token } = await ada.ticket('/rooms/kitchen');
	const socket = `${url}?token=${token}`;
	expect(await upgrade(socket, { origin })).toBe(101);
	expect(await upgrade(socket, { origin: app.url })).toBe(403);
});

test('a socket is opened for a page of this origin with a valid token, and refused otherwise', async ({
	app,
	someone
}) => {
	const ada = await someone('Ada');
	const { url, token } = await ada.ticket(await ada.createRoom(fresh('Kitchen')));
	const ours = { origin: app.url };
	expect(await upgrade(`${url}?token=${token}`, ours)).toBe(101);
	expect(await upgrade(`${url}?token=${token}`, { origin: 'https://evil.example' })).toBe(403);
	expect(await upgrade(`${url}?token=${token}`, { origin: 'null' })).toBe(403);
	expect(await upgrade(`${url}?token=${token.slice(0, -2)}xx`, ours)).toBe(403);
	expect(await upgrade(`${url}?token=`, ours)).toBe(403);
	expect(await upgrade(url, ours)).toBe(401);
	expect(await upgrade(`${url}?apiKey=${ada.session}`, ours)).toBe(401);
	for (const path of ['/', '/ws', '/hpkv', '/hpkv/wss', '/hpkv/record/x', '/rooms/kitchen']) {
		expect(await upgrade(`${app.url}${path}?token=${token}`, ours), path).toBe(404);
	}
});

/** Everything that the app serves to a browser: pages, data and scripts. */
async function everythingServed(ada: Person, kitchen: string): Promise<string[]> {
	const { secret } = await ada.makeSignInLink();
	const own = ['/you', '/you/sign-in', '/signin', `/signin/${secret}`];
	const paths = ['/', ...own, kitchen, `${kitchen}/1`, '/nowhere', '/rooms.json', '/watch'];
	const bodies = new Map<string, string>();
	for (const path of [...paths, `${kitchen}/since?message=0&change=0`, `${kitchen}/__data.json`]) {
		const answer = await ada.get(path);
		bodies.set(path, JSON.stringify([...answer.headers]) + (await answer.text()));
	}
	const files = (text: string) => (text.match(/[\w./-]+\.js\b/g) ?? []).map((file) => file.replace(/^.*\//, ''));
	const folders = ['entry', 'nodes', 'chunks'].map((folder) => `/_app/immutable/${folder}/`);
	const found = [...bodies.values()].flatMap(files);
	const seen = new Set<string>();
	for (let file = found.pop(); file; file = found.pop()) {
		if (seen.has(file)) continue;
		seen.add(file);
		for (const folder of folders) {
			const answer = await ada.get(folder + file);
			if (!answer.ok) continue;
			const script = await answer.text();
			bodies.set(folder + file, script);
			found.push(...files(script));
		}
	}
	expect([...bodies.keys()].filter((path) => path.endsWith('.js')).length).toBeGreaterThan(5);
	return [...bodies.values()];
}

test('sockets behind a proxy are counted per client address, not for the proxy', async ({ own }) => {
	const limits = { SOCKETS_PER_ADDRESS: '300', SOCKETS_PER_PERSON: '1000' };
	const { url } = await own({ ...UNLIMITED, ...limits, ADDRESS_HEADER: 'X-Forwarded-For' });
	const from = (address: string) => ({ 'x-forwarded-for': `10.9.8.7, ${address}` });
	const ada = await Person.join(url, 'Ada', from('203.0.113.7'));
	const ticket = await ada.ticket('');
	const opening = (address: string) => upgrade(`${ticket.url}?token=${ticket.token}`, from(address), held);
	const held: Duplex[] = [];
	expect(new Set(await Promise.all(Array.from({ length: 300 }, () => opening('203.0.113.7'))))).toEqual(new Set([101]));
	expect(await opening('203.0.113.7')).toBe(429);
	expect(await opening('203.0.113.8')).toBe(101);
	const watch = (address: string) => ada.get('/watch', from(address));
	const full = await watch('203.0.113.7');
	expect(full.status).toBe(429);
	expect(await full.text()).toContain('Too many pages are open.');
	expect((await watch('203.0.113.8')).status).toBe(200);
	for (const socket of held) socket.destroy();
});

test('sockets of one person are bounded, per token and in all', async ({ own }) => {
	const app = await own({ ...UNLIMITED, SOCKETS_PER_PERSON: '20' });
	const ada = await Person.join(app.url, 'Ada');
	const held: Duplex[] = [];
	const opened = async (count: number) => {
		const { url, token } = await ada.ticket('');
		const codes = await Promise.all(Array.from({ length: count }, () => upgrade(`${url}?token=${token}`, {}, held)));
		return codes.sort();
	};
	expect(await opened(12)).toEqual([...Array<number>(10).fill(101), 429, 429]);
	expect(await opened(12)).toEqual([...Array<number>(10).fill(101), 429, 429]);
	expect((await ada.get('/watch')).status).toBe(429);
	const grace = await Person.join(app.url, 'Grace');
	expect((await grace.get('/watch')).status).toBe(200);
	await expect.poll(app.output).toContain('Too many connections of this holder');
	for (const socket of held) socket.destroy();
});

test.describe('with a hosted store', () => {
	test('pages open their socket at the store’s endpoint, and contain no API key', async () => {
		const app = await deploy('hosted', { ...UNLIMITED, LOG_LEVEL: 'debug' });
		try {
			const ada = await Person.join(app.url, 'Ada');
			const kitchen = await ada.createRoom('Kitchen');
			await ada.say(kitchen, 'The kettle is on.');
			const { url } = await ada.ticket(kitchen);
			const policy = directives((await ada.get(kitchen)).headers.get('content-security-policy'));
			expect(policy.get('connect-src')).toEqual(["'self'", new URL(url).origin]);
			expect((await fetch(`${app.url}/healthz`)).status).toBe(200);

			const key = app.apiKey ?? '';
			expect(key.length).toBeGreaterThan(16);
			for (const served of await everythingServed(ada, kitchen)) expect(served).not.toContain(key);
			const link = await ada.makeSignInLink();
			await ada.get(`/signin/${link.secret}`);
			await ada.post('/you/sign-in?/password', { password: 'correct horse' });
			await postForm(`${app.url}/signin?/password`, { name: 'Ada', password: 'wrong horse' });
			await postForm(`${app.url}/signin?/code`, { name: 'Ada', code: ada.codes[0] ?? '', formId: randomUUID() });
			expect(app.output()).not.toContain(key);
		} finally {
			await app.remove();
		}
	});
});

test('logs contain no message, no secret of a person, no token and no key', async ({ own }) => {
	const app = await own({ ...UNLIMITED, LOG_LEVEL: 'debug' });
	const ada = await Person.join(app.url, 'Ada');
	const kitchen = await ada.createRoom('Kitchen');
	await ada.say(kitchen, 'Between you and me.');
	await ada.send(kitchen, 'x'.repeat(8_001));
	const { url, token } = await ada.ticket(kitchen);
	expect(await upgrade(`${url}?token=${token}`, { origin: app.url })).toBe(101);
	expect(await upgrade(`${url}?token=${token}`, { origin: 'https://evil.example' })).toBe(403);
	const key = readFileSync(`${app.dataDir}/api-key`, 'utf8').trim();
	expect(key.length).toBeGreaterThan(16);
	for (const served of await everythingServed(ada, kitchen)) expect(served).not.toContain(key);
	const link = await ada.makeSignInLink();
	await ada.get(`/signin/${link.secret}`);
	await ada.post('/you/sign-in?/password', { password: 'correct horse' });
	await postForm(`${app.url}/signin?/password`, { name: 'Ada', password: 'wrong horse' });
	await postForm(`${app.url}/signin?/code`, { name: 'Ada', code: ada.codes[0] ?? '', formId: randomUUID() });

	await expect.poll(app.output).toContain('"route":"/signin/[token]"');
	const logged = app.output();
	for (const line of logged.split('\n').filter((each) => each.startsWith('{')))
		expect(() => void JSON.parse(line)).not.toThrow();
	for (const secret of [
		'Between you and me.',
		'xxxx',
		'Ada',
		ada.session,
		link.secret,
		ada.codes[0] ?? '',
		'horse',
		token,
		key
	]) {
		expect(logged).not.toContain(secret);
	}
});
