/** The process survives the loss of its log, its files and its terminal. */
import { rmSync } from 'node:fs';
import { Person } from '../person.ts';
import { scratch, startCopy, startLogging } from '../../support/process.ts';
import { expect, test, UNLIMITED } from '../test.ts';

test.describe('with a shell', () => {
	test.skip(process.platform === 'win32', 'a shell redirects the log');

	for (const redirection of ['| head -n1', '> /dev/full', '> /dev/full 2>&1']) {
		test(`the app continues if its log cannot be written: node build ${redirection}`, async () => {
			test.skip(redirection.includes('full') && process.platform !== 'linux', 'no such device');
			const folder = scratch();
			const app = await startLogging(redirection, { ...UNLIMITED, DATA_DIR: folder.path, LOG_LEVEL: 'debug' });
			try {
				await expect.poll(async () => (await fetch(app.url).catch(() => undefined))?.status).toBe(200);
				const ada = await Person.join(app.url, 'Ada');
				for (let i = 0; i < 5; i++) expect((await ada.get('/you')).status).toBe(200);
			} finally {
				await app.stop('SIGKILL');
				folder.remove();
			}
		});
	}
});

test('SIGHUP is a clean stop', async ({ own }) => {
	const app = await own();
	expect(await app.app().stop('SIGHUP')).toBe(0);
	expect(app.output()).toContain('hpkv-closed');
});

test('a new build leaves a running process its files and pages, loaded or not', async () => {
	const folder = scratch();
	const app = await startCopy(`${folder.path}/build`, { ...UNLIMITED, DATA_DIR: `${folder.path}/data` });
	try {
		const home = await (await fetch(app.url)).text();
		rmSync(`${folder.path}/build`, { recursive: true });
		const files = home.match(/\/_app\/immutable\/[\w./-]+/g) ?? [];
		expect(files.length).toBeGreaterThan(2);
		const ada = await Person.join(app.url, 'Ada');
		const kitchen = await ada.createRoom('Kitchen');
		await ada.say(kitchen, 'The kettle is on.');
		const { secret } = await ada.makeSignInLink();
		const own = ['/you', '/you/sign-in', `/signin/${secret}`];
		expect((await fetch(`${app.url}/signin`)).status).toBe(200);
		const pages = [...own, '/help', kitchen, `${kitchen}/1`, `${kitchen}/settings`];
		const data = ['/rooms.json', '/watch', `${kitchen}/since?message=0&change=0&holes=`, '/healthz'];
		for (const path of [...files, '/favicon.svg', '/service-worker.js', ...pages, ...data]) {
			expect((await ada.get(path)).status, path).toBe(200);
		}
	} finally {
		await app.stop();
		folder.remove();
	}
});
