/** A Parley to be broken: the built app with its own store, or two of it on one store that runs alone, or on one database. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostedStore } from '../../src/hpkv/clients/rest.ts';
import type { Hpkv } from '../../src/hpkv/port.ts';
import type { Host } from '../support/postgres.ts';
import { Program, type Environment } from './processes.ts';
import type { Tree } from './tree.ts';

export interface World {
	/** The app's processes. */
	nodes: Program[];
	/** The store's, where it has one of its own. */
	store: Program | undefined;
	/** The folder of the store's files. */
	dataDir: string;
	/** The store by its REST, past the app and past every fault. */
	records: Hpkv;
	/** What `records` reaches the store by. */
	access: { baseUrl: string; apiKey: string };
	/** Hosted: starts another node, which finds its store there. */
	join: (rest: string) => Promise<Program>;
	close: () => Promise<void>;
}

/** Rows send as fast as they can; the limits have tests of their own. */
const UNLIMITED: Environment = {
	HOST: '127.0.0.1',
	// Whoever comes may join and read, without a set-up.
	JOINING: 'open',
	READING: 'everyone',
	SOCKETS_PER_ADDRESS: '100000',
	SOCKETS_PER_PERSON: '100000',
	SEND_BURST: '1000000',
	SEND_RATE: '100000',
	JOIN_BURST: '100000',
	JOIN_RATE: '100000',
	ROOM_BURST: '100000',
	ROOM_RATE: '100000',
	READ_BURST: '1000000',
	READ_RATE: '100000',
	LOG_LEVEL: 'error'
};

/** What the app does where nobody has set a limit. */
export const DEFAULT_LIMITS: Environment = Object.fromEntries(
	Object.keys(UNLIMITED)
		.filter((name) => /_(BURST|RATE)$|^SOCKETS_/.test(name))
		.map((name) => [name, ''])
);

/** Removed with the world, or at the latest when the run ends. */
const folders = new Set<string>();
process.on('exit', () => {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function dataFolder(): { path: string; remove: () => void } {
	const path = mkdtempSync(join(tmpdir(), 'parley-chaos-'));
	folders.add(path);
	return {
		path,
		remove: () => {
			rmSync(path, { recursive: true, force: true });
			folders.delete(path);
		}
	};
}

/** The app with its own store. */
export async function embedded(tree: Tree, env: Environment = {}, inside?: string[]): Promise<World> {
	const folder = dataFolder();
	const apiKey = randomBytes(24).toString('hex');
	const environment = (port: string) => ({
		...UNLIMITED,
		DATA_DIR: folder.path,
		HPKV_API_KEY: apiKey,
		PORT: port,
		...env
	});
	const node = await Program.start(['build'], tree.root, environment, inside);
	return {
		nodes: [node],
		store: undefined,
		dataDir: folder.path,
		join: () => Promise.reject(new Error('Nobody else can open this store')),
		access: { baseUrl: `${node.url}/hpkv`, apiKey },
		records: hostedStore({ baseUrl: `${node.url}/hpkv`, apiKey, maxValueBytes: 40_960 }),
		close: async () => {
			await node.stop('SIGKILL');
			folder.remove();
		}
	};
}

/** Nodes of the app on one store, which runs alone. */
export async function hosted(tree: Tree, count = 2, env: Environment = {}, ofStore: Environment = {}): Promise<World> {
	const folder = dataFolder();
	const apiKey = randomBytes(24).toString('hex');
	const store = await Program.start(['src/hpkv/process/main.ts'], tree.root, (port) => ({
		HPKV_HOST: '127.0.0.1',
		HPKV_PORT: port,
		HPKV_API_KEY: apiKey,
		HPKV_MAX_CONNECTIONS_PER_ADDRESS: '10000',
		DATA_DIR: folder.path,
		...ofStore
	}));
	const nodes: Program[] = [];
	const world: World = {
		nodes,
		store,
		dataDir: folder.path,
		access: { baseUrl: store.url, apiKey },
		records: hostedStore({ baseUrl: store.url, apiKey, maxValueBytes: 40_960 }),
		join: async (rest) => {
			const node = await Program.start(['build'], tree.root, (port) => ({
				...UNLIMITED,
				PORT: port,
				HPKV_BASE_URL: rest,
				HPKV_WS_URL: `${store.url}/ws`,
				HPKV_API_KEY: apiKey,
				HPKV_MAX_VALUE_BYTES: '40960',
				...env
			}));
			nodes.push(node);
			return node;
		},
		close: async () => {
			await Promise.all([...nodes, store].map((program) => program.stop('SIGKILL')));
			folder.remove();
		}
	};
	await Promise.all(Array.from({ length: count }, () => world.join(store.url)));
	return world;
}

export interface NodeOfShared {
	/** By which it reaches the database. */
	url: string;
	/** Where it runs, where that is not here. */
	host?: Host;
}

/** Nodes of the app on one PostgreSQL. */
export async function shared(tree: Tree, two: readonly NodeOfShared[], env: Environment = {}): Promise<World> {
	const folder = dataFolder();
	const apiKey = randomBytes(24).toString('hex');
	const start = ({ url, host }: NodeOfShared, at: number) =>
		Program.start(
			['build'],
			tree.root,
			(port) => ({
				...UNLIMITED,
				...(host && { HOST: '0.0.0.0' }),
				PORT: port,
				DATABASE_URL: url,
				DATA_DIR: join(folder.path, String(at)),
				HPKV_API_KEY: apiKey,
				...env
			}),
			host?.inside,
			host?.address
		);
	const nodes = await Promise.all(two.map(start));
	const access = { baseUrl: `${nodes[0]?.url}/hpkv`, apiKey };
	return {
		nodes,
		store: undefined,
		dataDir: folder.path,
		access,
		records: hostedStore({ ...access, maxValueBytes: 40_960 }),
		join: () => Promise.reject(new Error('A node finds the database by its own address')),
		close: async () => {
			await Promise.all(nodes.map((node) => node.stop('SIGKILL')));
			folder.remove();
		}
	};
}
