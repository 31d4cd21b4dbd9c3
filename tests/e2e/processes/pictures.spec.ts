/** Pictures are decoded in a process beside the server, which goes on without it, and without sharp. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { png } from '../../fixtures/pictures.ts';
import { deploy, scratch, startCopy } from '../../support/process.ts';
import { Person } from '../person.ts';
import { expect, test } from '../test.ts';

const OPEN = { JOINING: 'open', READING: 'everyone', UPLOAD_MIN_FREE: '1' };

/** A message with the pictures, and the addresses that its page shows them by. */
async function send(ada: Person, files: Record<string, Buffer>): Promise<string[]> {
	const room = await ada.createRoom(`Photos ${Object.keys(files)[0]}`);
	expect((await ada.sendFiles(room, 'Look', files)).status).toBe(303);
	const html = await (await ada.get(room)).text();
	return [...html.matchAll(/<img src="([^"]+)"/g)].map(([, address = '']) => address);
}

const statuses = async (ada: Person, addresses: readonly string[]) =>
	(await Promise.all(addresses.map((address) => ada.get(address)))).map(({ status }) => status);

/** Of the process that the server has started. */
function childOf(pid: number): number | undefined {
	const [first = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
	return first === '' ? undefined : Number(first);
}

test('a build without sharp shows pictures as they are', async () => {
	const { path, remove } = scratch();
	const app = await startCopy(join(path, 'build'), { ...OPEN, DATA_DIR: join(path, 'data') });
	try {
		const ada = await Person.join(app.url, 'Ada');
		const original = png(2_000, 90);
		const [address = ''] = await send(ada, { 'soup.png': original });
		expect(address).toContain('/thumbnail/');
		const answer = await ada.get(address);
		expect(answer.status).toBe(302);
		const shown = await ada.get(answer.headers.get('location') ?? '');
		expect(Buffer.from(await shown.arrayBuffer()).equals(original)).toBe(true);
	} finally {
		await app.stop();
		remove();
	}
});

const large = (progressive: boolean) =>
	sharp({ create: { width: 7_000, height: 7_000, channels: 3, background: '#a40' } })
		.png({ progressive })
		.toBuffer();
const named = (bytes: Buffer) => Object.fromEntries(['a', 'b', 'c'].map((name) => [`${name}.png`, bytes]));

test('the process is killed at its work: the server goes on, and no picture is lost', async () => {
	test.skip(process.platform !== 'linux', 'reads /proc');
	const app = await deploy('embedded', OPEN);
	try {
		const ada = await Person.join(app.url, 'Ada');
		const addresses = await send(ada, named(await large(false)));
		const asked = statuses(ada, addresses);
		await expect.poll(() => childOf(app.app().pid)).toBeDefined();
		const first = childOf(app.app().pid) ?? 0;
		await new Promise((soon) => setTimeout(soon, 600));
		process.kill(first, 'SIGKILL');
		expect((await ada.get('/')).status).toBe(200);
		for (const status of await asked) expect([200, 302]).toContain(status);
		await expect.poll(() => statuses(ada, addresses)).toEqual([200, 200, 200]);
		expect(childOf(app.app().pid)).not.toBe(first);
	} finally {
		await app.remove();
	}
});

test('pictures of fifty million pixels take their memory beside the server', async () => {
	test.skip(process.platform !== 'linux', 'reads /proc');
	const app = await deploy('embedded', OPEN);
	try {
		const ada = await Person.join(app.url, 'Ada');
		const addresses = await send(ada, named(await large(true)));
		const { pid } = app.app();
		const memory = (of: number, what: string) =>
			Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${of}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
		const before = memory(pid, 'VmHWM');
		await expect.poll(() => statuses(ada, addresses)).toEqual([200, 200, 200]);
		// An interlaced picture is decoded whole.
		expect(memory(childOf(pid) ?? 0, 'VmHWM')).toBeGreaterThan(150);
		expect(memory(pid, 'VmHWM') - before).toBeLessThan(64);
	} finally {
		await app.remove();
	}
});
