/** The two servers, each in a process of its own, with data of its own, and the load on it. */
import { randomBytes } from 'node:crypto';
import { hostedStore } from '../../../src/hpkv/client/hosted.ts';
import { startProgram, startServer, type Program } from '../programs.ts';
import { freshFolder, removeFolder } from '../scratch.ts';
import { KEY, type DialectName } from './dialect.ts';
import type { Server } from './load.ts';

const STORE = new URL('../../../src/hpkv/server/main.ts', import.meta.url);
const SOCKET_IO = new URL('socket-io.ts', import.meta.url);
const LOAD = new URL('load.ts', import.meta.url);

export interface Loaded {
	server: Program;
	load: Program;
	/** For the load to open watchers at. */
	at: Server;
}

/** Starts one, lets `measure` ask it, and ends it again. */
export async function withServer<T>(dialect: DialectName, measure: (loaded: Loaded) => Promise<T>): Promise<T> {
	const folder = freshFolder();
	const apiKey = randomBytes(24).toString('hex');
	const environment = { DATA_DIR: folder, HPKV_HOST: '127.0.0.1', HPKV_PORT: '0', HPKV_API_KEY: apiKey };
	const server = await startServer(dialect === 'hpkv' ? STORE : SOCKET_IO, environment);
	const load = startProgram(LOAD);
	try {
		const port = Number(new URL(server.url).port);
		const token = dialect === 'hpkv' ? await tokenOf(server.url, apiKey) : '';
		return await measure({ server, load, at: { dialect, port, token, apiKey } });
	} finally {
		await Promise.all([server.end(), load.end()]);
		removeFolder(folder);
	}
}

const tokenOf = (baseUrl: string, apiKey: string) =>
	hostedStore({ baseUrl, apiKey }).token({ subscribeKeys: [KEY], accessPattern: '^$' });
