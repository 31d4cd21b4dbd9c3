/** The configuration: a wrong value ends the start with one sentence that names the setting. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbedded } from '../../../src/hpkv/embedded/open.server.ts';
import { keys } from '../../../src/lib/chat/storage/keys.ts';
import {
	EXAMPLE,
	layout,
	runApp,
	scratch,
	startBuild,
	startByNpm,
	startCopy,
	startStore,
	type Environment
} from '../../support/process.ts';
import { expect, test } from '../test.ts';

const KEY = 'a-key-that-nobody-knows-of-the-endpoint';

const wrong: [name: string, environment: Environment][] = [
	['PORT', { PORT: 'eighty' }],
	['PORT', { PORT: '65536' }],
	['PORT', { PORT: '80.5' }],
	['EXTRA_PORT', { EXTRA_PORT: '0' }],
	['ORIGIN', { ORIGIN: 'chat.example.org' }],
	['ORIGIN', { ORIGIN: 'https://chat.example.org/path' }],
	['HPKV_BASE_URL', { HPKV_BASE_URL: 'api.example.org', HPKV_API_KEY: KEY }],
	['HPKV_API_KEY', { HPKV_BASE_URL: 'https://api.example.org' }],
	['DATABASE_URL', { DATABASE_URL: 'mysql://db/chat' }],
	['DATABASE_URL', { DATABASE_URL: 'postgres://db/chat', HPKV_BASE_URL: 'https://api.example.org', HPKV_API_KEY: KEY }],
	['DATABASE_ALONE', { DATABASE_ALONE: 'yes' }],
	['NODE_NAME', { NODE_NAME: 'a node' }],
	['DRAIN_SECONDS', { DRAIN_SECONDS: '1000' }],
	['HPKV_API_KEY', { HPKV_API_KEY: 'short' }],
	['HPKV_API_KEY', { HPKV_API_KEY: 'sixteen characters with spaces' }],
	['HPKV_WS_URL', { HPKV_BASE_URL: 'https://api.example.org', HPKV_API_KEY: KEY, HPKV_WS_URL: 'ftp://example.org' }],
	['HPKV_MAX_VALUE_BYTES', { HPKV_MAX_VALUE_BYTES: '12' }],
	['SEND_BURST', { SEND_BURST: '0' }],
	['SEND_RATE', { SEND_RATE: 'fast' }],
	['JOIN_BURST', { JOIN_BURST: '-1' }],
	['JOIN_RATE', { JOIN_RATE: '0' }],
	['ROOM_BURST', { ROOM_BURST: '0.5' }],
	['ROOM_RATE', { ROOM_RATE: 'ten an hour' }],
	['READ_BURST', { READ_BURST: '-2' }],
	['READ_RATE', { READ_RATE: '0' }],
	['LOG_LEVEL', { LOG_LEVEL: 'loud' }]
];

/** Starts the app, expects exit code 1, and returns its standard error. */
async function refused(environment: Environment): Promise<string> {
	const folder = scratch();
	try {
		const { code, errors } = await runApp({ DATA_DIR: `${folder.path}/data`, ...environment });
		expect(code, errors).toBe(1);
		return errors;
	} finally {
		folder.remove();
	}
}

/** One line, without a stack. */
const sentence = (about: string) => new RegExp(`^Parley cannot start: [^\\n]*${about}[^\\n]*\\n$`);

for (const [name, environment] of wrong) {
	const written = Object.entries(environment).map(([each, value]) => (value === KEY ? each : `${each}=${value}`));
	test(`the setting ${written.join(' ')} ends the start with a sentence about ${name}`, async () => {
		const said = await refused(environment);
		expect(said).toMatch(sentence(`${name} (should|must) be `));
		expect(said).not.toContain(KEY);
		if (environment.HPKV_API_KEY) expect(said).not.toContain(environment.HPKV_API_KEY);
	});
}

test('an empty variable counts as not set', async () => {
	const said = await refused({ ORIGIN: '', HPKV_BASE_URL: '', HPKV_API_KEY: '', SEND_RATE: '', PORT: 'eighty' });
	expect(said).toMatch(sentence('PORT should be '));
});

test('a port in use ends the start with a sentence, before a store is made', async () => {
	const other = await listening(createServer());
	const folder = scratch();
	try {
		const dataDir = `${folder.path}/not-made`;
		const said = await refused({ PORT: String(portOf(other)), DATA_DIR: dataDir });
		expect(said).toMatch(sentence(`PORT ${portOf(other)} of HOST 127[.]0[.]0[.]1 is in use by another program`));
		expect(existsSync(dataDir)).toBe(false);
	} finally {
		other.close();
		folder.remove();
	}
});

test('a data directory in use ends the start with a sentence', async ({ app }) => {
	expect(await refused({ DATA_DIR: app.dataDir })).toMatch(sentence(app.dataDir));
});

async function listening(server: Server): Promise<Server> {
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** A proxy of `store` that issues tokens for every key, whatever the request. */
function generous(store: string): Promise<Server> {
	return listening(
		createServer((req, res) => {
			void (async () => {
				const asked = Buffer.concat(await req.toArray()).toString();
				const answer = await fetch(store + (req.url ?? ''), {
					method: req.method,
					headers: { 'x-api-key': String(req.headers['x-api-key']), 'content-type': 'application/json' },
					body: asked === '' ? undefined : asked.replace('"accessPattern":"^$"', '"accessPattern":"^.*$"')
				});
				res.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
			})();
		})
	);
}

test('records of a newer format end the start with a sentence, and are left as they are', async () => {
	const folder = scratch();
	const dataDir = `${folder.path}/data`;
	const open = () => openEmbedded({ dataDir, prefix: '/hpkv', allowedOrigin: () => false, serveApiKeys: false });
	try {
		const store = await open();
		await store.client.set(keys.format, '2026');
		await store.close();
		expect(await refused({ DATA_DIR: dataDir })).toMatch(sentence('written by a newer Parley .*: start a newer build'));
		expect(existsSync(`${dataDir}/hpkv.unclean`)).toBe(false);
		const again = await open();
		expect((await again.client.range('!', '~')).records).toEqual([{ key: keys.format, value: '2026' }]);
		await again.close();
	} finally {
		folder.remove();
	}
});

test.describe('with a hosted store', () => {
	test('the app refuses to start when no store answers', async () => {
		const nobody = await listening(createServer());
		const port = portOf(nobody);
		await new Promise((closed) => nobody.close(closed));
		const said = await refused({ HPKV_BASE_URL: `http://127.0.0.1:${port}`, HPKV_API_KEY: KEY });
		expect(said).toMatch(sentence('HPKV_BASE_URL .* cannot be reached'));
		expect(said).not.toContain(KEY);
	});

	test('the app refuses to start when the store does not accept its key', async () => {
		const folder = scratch();
		const store = await startStore({ DATA_DIR: folder.path, HPKV_API_KEY: 'another-key-altogether' });
		try {
			const said = await refused({ HPKV_BASE_URL: store.url, HPKV_API_KEY: KEY });
			expect(said).toMatch(sentence('HPKV_BASE_URL .* invalid API key'));
			expect(said).not.toContain(KEY);
		} finally {
			await store.stop();
			folder.remove();
		}
	});

	test('the app refuses to start when a token for no key can write', async () => {
		const folder = scratch();
		const key = 'the-key-of-this-endpoint';
		const store = await startStore({ DATA_DIR: folder.path, HPKV_API_KEY: key });
		const endpoint = await generous(store.url);
		try {
			const said = await refused({
				HPKV_BASE_URL: `http://127.0.0.1:${portOf(endpoint)}`,
				HPKV_WS_URL: store.url,
				HPKV_API_KEY: key
			});
			expect(said).toMatch(sentence('HPKV_BASE_URL .* a token that may touch no key was not refused operation'));
		} finally {
			endpoint.close();
			await store.stop();
			folder.remove();
		}
	});
});

const dotEnvs: [what: string, write: (file: string) => void][] = [
	['in UTF-16', (file) => writeFileSync(file, '\uFEFFPORT=0\n', 'utf16le')],
	[
		'as a folder',
		(file) => {
			rmSync(file);
			mkdirSync(file);
		}
	]
];

test.describe('npm start', () => {
	test('npm start reads .env, and variables set outside override it', async () => {
		const folder = layout('PORT=1\nDATA_DIR=./kept-here\nLOG_LEVEL=debug\n');
		try {
			const app = await startByNpm(folder.path, { PORT: '0' });
			try {
				expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
				await expect.poll(app.output).toContain('"level":"debug"');
				expect(existsSync(`${folder.path}/kept-here/hpkv.db`)).toBe(true);
			} finally {
				await app.stop();
			}
		} finally {
			folder.remove();
		}
	});

	test('npm start works with the unchanged .env.example', async () => {
		const folder = layout(EXAMPLE);
		try {
			const app = await startByNpm(folder.path, { PORT: '0' });
			expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
			expect(await app.stop()).toBe(0);
		} finally {
			folder.remove();
		}
	});

	for (const [what, write] of dotEnvs) {
		test(`npm start with .env ${what} ends with a sentence`, async () => {
			const folder = layout('');
			try {
				write(`${folder.path}/.env`);
				await expect(startByNpm(folder.path)).rejects.toThrow(/\nParley cannot start: [.]env should be [^\n]*\n$/);
			} finally {
				folder.remove();
			}
		});
	}

	test('npm start reads the first variable of a .env with a byte order mark', async () => {
		const folder = layout('\uFEFFPORT=0\nDATA_DIR=./kept-here\n');
		try {
			const app = await startByNpm(folder.path);
			expect(new URL(app.url).port).not.toBe('3000');
			await app.stop();
		} finally {
			folder.remove();
		}
	});

	test('npm start ends with a sentence when a value in .env is wrong', async () => {
		const folder = layout('PORT=eighty\n');
		try {
			await expect(startByNpm(folder.path)).rejects.toThrow(/Parley cannot start: PORT should be/);
		} finally {
			folder.remove();
		}
	});
});

test('without DATABASE_URL no file of the driver of PostgreSQL is loaded', async () => {
	const folder = scratch();
	const build = `${folder.path}/build`;
	const first = await startCopy(build, { DATA_DIR: `${folder.path}/data` });
	await first.stop();
	const drivers = readdirSync(build, { recursive: true, encoding: 'utf8' }).filter(
		(file) => file.endsWith('.js') && readFileSync(join(build, file), 'utf8').includes('SASLInitialResponse')
	);
	expect(drivers.length).toBeGreaterThan(0);
	for (const file of drivers) rmSync(join(build, file));
	const env = { DATA_DIR: `${folder.path}/data`, PATH: process.env.PATH ?? '' };
	const app = await startBuild(build, env);
	expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
	await app.stop();
	await expect(startBuild(build, { ...env, DATABASE_URL: 'postgres://127.0.0.1:1/none' })).rejects.toThrow(
		/ERR_MODULE_NOT_FOUND|Cannot find/
	);
	folder.remove();
});
