/** Closed connections leave no resources behind. */
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { scratch, startWithFiles } from '../../support/process.ts';
import { Person } from '../person.ts';
import { expect, test, UNLIMITED } from '../test.ts';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;

/** Connects and sends `sent`. Resolves with undefined if the connection is refused. */
const dial = (url: string, sent: string) =>
	new Promise<Socket | undefined>((resolve) => {
		const socket = connect(Number(new URL(url).port), '127.0.0.1');
		socket.once('error', () => resolve(undefined));
		socket.once('connect', () => socket.write(sent, () => resolve(socket)));
	});

/** Requests a file and hangs up at once, or, with `waits`, when the answer begins. */
async function askAndHangUp(url: string, path: string, waits: boolean): Promise<void> {
	const socket = await dial(url, get(path));
	if (waits) await new Promise((begun) => socket?.once('data', begun).once('close', begun));
	socket?.resetAndDestroy();
}

test.describe('on Linux', () => {
	test.skip(process.platform !== 'linux', 'counts what is in /proc');

	test('file requests that hang up leave no file open', async ({ own }) => {
		const { url, app } = await own();
		const [script = ''] = /\/_app\/immutable\/[^"]+\.js/.exec(await (await fetch(url)).text()) ?? [];
		const openFiles = () => readdirSync(`/proc/${app().pid}/fd`).length;
		const before = openFiles();
		for (let round = 0; round < 20; round++) {
			const paths = Array.from({ length: 50 }, (_, i) => (i % 2 ? script : '/favicon.svg'));
			await Promise.all(paths.map((path, i) => askAndHangUp(url, path, i % 4 < 2)));
		}
		await expect.poll(openFiles).toBeLessThan(before + 20);
	});

	test('a server that ran out of connections serves every page afterwards', async () => {
		const folder = scratch();
		const app = await startWithFiles(128, { ...UNLIMITED, DATA_DIR: folder.path });
		try {
			const held = await Promise.all(Array.from({ length: 300 }, () => dial(app.url, 'GET / HT')));
			await Promise.all(['/', '/you', '/help'].map((path) => fetch(app.url + path).catch(() => undefined)));
			await expect.poll(app.output).toContain('connections-full');
			for (const socket of held) socket?.destroy();

			await expect.poll(async () => (await fetch(app.url).catch(() => undefined))?.status).toBe(200);
			const ada = await Person.join(app.url, 'Ada');
			const kitchen = await ada.createRoom('Kitchen');
			for (const path of ['/', '/you', '/help', kitchen, `${kitchen}/since?message=0&change=0&holes=`, '/rooms.json']) {
				expect((await ada.get(path)).status, path).toBe(200);
			}
		} finally {
			await app.stop();
			folder.remove();
		}
	});
});
