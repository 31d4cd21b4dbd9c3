/** The store alone: an http server of its own, until SIGTERM, SIGINT or SIGHUP. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusals } from '../protocol/errors.ts';
import { openEmbedded, type EmbeddedStore } from '../embedded/open.server.ts';
import { openShared } from '../embedded/open-shared.ts';
import type { Log } from '../server/events.ts';
import { keepLogging } from './keep-logging.ts';
import type { Settings } from './settings.ts';

/** Milliseconds for the head of a request and for the whole request, so that a slow sender holds a connection no longer. */
const HEAD_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;

/** Milliseconds after which a stopping store cuts open connections. */
const STOP_TIMEOUT = 1_000;

/** Resolves once the server listens and has printed its URL; rejects with a sentence on failure. */
export async function serve(settings: Settings): Promise<void> {
	keepLogging();
	const { host, port, prefix, allowedOrigins } = settings;
	const options = {
		...settings,
		serveApiKeys: true,
		// A token grants its own keys: without a list, a page of any origin may use its token.
		allowedOrigin: (origin: string) => allowedOrigins.length === 0 || allowedOrigins.includes(origin),
		log: ((event, facts) => console.log(JSON.stringify({ time: new Date().toISOString(), event, ...facts }))) as Log
	};
	const store =
		settings.databaseUrl === undefined
			? await openEmbedded(options)
			: await openShared({ ...options, databaseUrl: settings.databaseUrl });
	const server = listener(store);
	try {
		server.listen(port, host);
		await once(server, 'listening');
	} catch (error) {
		await store.close();
		throw new Error(`HPKV_HOST and HPKV_PORT must name a free address: ${(error as Error).message}`, { cause: error });
	}
	const address = server.address() as AddressInfo;
	console.log(`HPKV store at http://${host.includes(':') ? `[${host}]` : host}:${address.port}${prefix}`);
	if (settings.apiKey === undefined)
		console.log(
			`Its API key is in ${settings.databaseUrl === undefined ? `${settings.dataDir}/api-key` : 'the table hpkv.secret'}`
		);

	for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => void stop(server, store));
}

function listener(store: EmbeddedStore): Server {
	const server = createServer({ headersTimeout: HEAD_TIMEOUT, requestTimeout: REQUEST_TIMEOUT }, (req, res) => {
		if (store.request(req, res)) return;
		res
			.writeHead(404, { 'content-type': 'application/json' })
			.end(JSON.stringify({ error: refusals.noSuchPath.error }));
	});
	server.on('upgrade', (req, socket, head) => {
		// Node has removed its own listener: without this one, a client that hangs up would end the process.
		socket.on('error', () => {});
		if (!store.upgrade(req, socket, head)) socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
	});
	return server;
}

/** Answers open requests, closes sockets with 1012 and stores queued writes. */
async function stop(server: Server, store: EmbeddedStore): Promise<void> {
	const closed = new Promise((done) => server.close(done));
	setTimeout(() => server.closeAllConnections(), STOP_TIMEOUT).unref();
	await Promise.all([closed, store.close()]);
	process.exit(0);
}
