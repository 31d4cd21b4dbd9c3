/** The production process, `node build`: svelte.config.js builds this file to build/index.js. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { compressed } from './compression.ts';
import { filesOf } from './files.ts';
import { assertCanListen } from './host/free-port.ts';
import { loadDotEnv } from './hpkv/server/dot-env.ts';
import { RESPONSE_HEADERS } from './responses.ts';
import { slot } from './slot.ts';

/** How long requests in flight may still take when the process is told to stop, in milliseconds. */
const PATIENCE = 2_000;

/** `node:sqlite` without a flag, and the scripts' TypeScript as it is; package.json says the same. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
	console.error(`Parley needs Node 22.18 or newer, and this is ${process.versions.node}: npm start brings its own.`);
	process.exit(1);
}

// Before anything reads the environment; what is set outside counts more than the file.
try {
	loadDotEnv();
} catch (error) {
	refuseStart(error);
}
// Set to nothing, as in a copied .env.example, it is not set; adapter-node would take it for a wrong one.
if (process.env.ORIGIN === '') delete process.env.ORIGIN;

// Without ORIGIN, adapter-node takes the Host header and assumes https unless a header says otherwise: tell it what this
// socket speaks, or the check against forged posts refuses every form.
process.env.PROTOCOL_HEADER ||= 'x-socket-protocol';

const inFlight = new Set<http.ServerResponse>();
let stopping: Promise<void> | undefined;

async function start(): Promise<http.Server> {
	slot.assertCanListen = assertCanListen;
	// Static files, then SvelteKit. Importing it runs `init` in hooks.server.ts, which reads the configuration.
	const { handler } = (await import(new URL('./handler.js', import.meta.url).href)) as {
		handler: http.RequestListener;
	};
	const answer = compressed(filesOf(handler));
	const server = http.createServer((req, res) => {
		inFlight.add(res);
		if (stopping) lastOf(res);
		res.once('close', () => inFlight.delete(res));
		for (const [name, value] of Object.entries(RESPONSE_HEADERS)) res.setHeader(name, value);
		if (slot.request?.(req, res)) return;
		req.headers['x-socket-protocol'] = 'http';
		answer(req, res);
	});
	server.on('upgrade', (req, socket, head) => {
		// Node listens no more: whoever hangs up would otherwise end the process.
		socket.on('error', () => {});
		if (slot.upgrade?.(req, socket, head)) return;
		socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
	});
	await new Promise<void>((listening, failed) => {
		server.once('error', failed);
		server.listen(slot.listen, listening);
	});
	const { address, port, family } = server.address() as AddressInfo;
	const here = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
	console.log(`Parley is at ${here}`);
	if (slot.operatorPath) {
		console.log(
			`Nobody is its operator yet. Whoever opens this link first is: ${process.env.ORIGIN ?? here}${slot.operatorPath}`
		);
	}
	return server;
}

/** A connection that is kept alive would go on bringing requests: this is its last answer. */
function lastOf(res: http.ServerResponse): void {
	if (!res.headersSent) res.setHeader('connection', 'close');
}

/** Requests in flight are answered, sockets are closed with 1012, the store is closed, and the process ends. */
async function stop(server: http.Server): Promise<void> {
	server.close();
	server.closeIdleConnections();
	for (const res of inFlight) lastOf(res);
	const until = performance.now() + PATIENCE;
	while (inFlight.size > 0 && performance.now() < until) await new Promise((soon) => setTimeout(soon, 10));
	await slot.close?.();
	process.exit(0);
}

try {
	const server = await start();
	for (const signal of ['SIGTERM', 'SIGINT'] as const) {
		process.on(signal, () => void (stopping ??= stop(server)));
	}
} catch (error) {
	refuseStart(error);
}

function refuseStart(error: unknown): never {
	// What an operator can mend is one sentence; anything else needs its stack.
	const mendable = error instanceof Error && (error.name === 'SettingsError' || 'code' in error || 'cause' in error);
	console.error(mendable ? `Parley cannot start: ${error.message}` : error);
	process.exit(1);
}
