/** The store in this process behind an http server: what the app does, without the app. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
	IN_MEMORY,
	openEmbedded,
	type EmbeddedOptions,
	type EmbeddedStore
} from '../../src/hpkv/embedded/open.server.ts';
import { openShared, type SharedStoreOptions } from '../../src/hpkv/embedded/open-shared.ts';

export interface Served {
	store: EmbeddedStore;
	baseUrl: string;
	/** `ws://…/ws`. */
	socketUrl: string;
	apiKey: string;
	/** What the store logged. */
	events: { event: string; facts: Record<string, unknown> }[];
	close(): Promise<void>;
}

/** @param options with `databaseUrl` the records are in that database, else in a directory or in memory */
export async function serve(options: Partial<EmbeddedOptions & SharedStoreOptions> = {}): Promise<Served> {
	const events: Served['events'] = [];
	const prefix = options.prefix ?? '';
	const all: EmbeddedOptions = {
		dataDir: IN_MEMORY,
		prefix,
		allowedOrigin: () => true,
		serveApiKeys: true,
		log: (event, facts) => events.push({ event, facts }),
		...options
	};
	const { databaseUrl } = options;
	const store =
		databaseUrl === undefined
			? await openEmbedded(all)
			: await openShared({ ...all, databaseUrl, databaseAlone: true });
	const server = createServer((req, res) => {
		if (!store.request(req, res)) res.writeHead(404).end('not the store');
	});
	server.on('upgrade', (req, socket, head) => {
		if (!store.upgrade(req, socket, head)) socket.end('HTTP/1.1 404 Not Found\r\nX-Not-The-Store: 1\r\n\r\n');
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const { port } = server.address() as AddressInfo;
	return {
		store,
		baseUrl: `http://127.0.0.1:${port}${prefix}`,
		socketUrl: `ws://127.0.0.1:${port}${prefix}/ws`,
		apiKey: store.apiKey,
		events,
		async close() {
			await store.close();
			server.closeAllConnections();
			await new Promise((closed) => server.close(closed));
		}
	};
}
