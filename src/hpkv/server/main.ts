/** `npm run hpkv`: the store alone, for any HPKV program. */
import { createServer } from 'node:http';
import { openEmbedded } from './embed.server.ts';
import { readSettings } from './settings.ts';

const settings = readSettings(process.env);
if ('wrong' in settings) {
	for (const sentence of settings.wrong) console.error(sentence);
	process.exit(1);
}

const { host, port, prefix, allowedOrigins } = settings;

const store = await openEmbedded({
	...settings,
	serveApiKeys: true,
	// A token says by itself who may listen: without a list, any page that has one may.
	allowedOrigin: (origin) => allowedOrigins.length === 0 || allowedOrigins.includes(origin),
	log: (event, facts) => console.log(JSON.stringify({ time: new Date().toISOString(), event, ...facts }))
}).catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exit(1);
});

const server = createServer((req, res) => {
	if (!store.request(req, res))
		res.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"No such endpoint"}');
});
server.on('upgrade', (req, socket, head) => {
	if (!store.upgrade(req, socket, head)) socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
});
server.on('error', (error) => {
	console.error(`HPKV_HOST and HPKV_PORT must name a free address: ${error.message}`);
	process.exit(1);
});
server.requestTimeout = 30_000;
server.headersTimeout = 10_000;
server.listen(port, host, () => {
	const address = server.address();
	const actual = typeof address === 'object' && address ? address.port : port;
	console.log(`HPKV store at http://${host.includes(':') ? `[${host}]` : host}:${actual}${prefix}`);
	if (settings.apiKey === undefined) console.log(`Its API key is in ${settings.dataDir}/api-key`);
});

/** Requests under way are answered, sockets hear 1012, queued writes are written. */
async function stop(): Promise<void> {
	const closed = new Promise((done) => server.close(done));
	setTimeout(() => server.closeAllConnections(), 1_000).unref();
	server.closeIdleConnections();
	await store.close();
	await closed;
	process.exit(0);
}

process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
