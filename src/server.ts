/** The production process, `node build`: svelte.config.js builds this file to build/index.js. */
import http from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { compressed } from './host/compression.ts';
import { filesOf, readFiles } from './host/static-files.ts';
import {
	boundConnections,
	boundForms,
	boundPauses,
	mostConnections,
	mostDownloads,
	serverOptions
} from './host/connections.ts';
import { assertCanListen } from './host/free-port.ts';
import { loadRoutes } from './host/load-routes.ts';
import { PROTOCOL_HEADER, requestsTo, upgradesTo } from './host/requests.ts';
import { fairQueue, queueBounds } from './host/fair-queue.ts';
import { loadDotEnv, namesInDotEnv } from './hpkv/process/dot-env.ts';
import { networkOf } from './hpkv/server/network.ts';
import { keepLogging } from './hpkv/process/keep-logging.ts';
import { MAX_FORM_BYTES, MAX_HTTP_CONNECTIONS_PER_ADDRESS } from './lib/chat/limits.ts';
import { bridge } from './host/bridge.ts';

const SHUTDOWN_GRACE_MS = 2_000;
const ACCEPT_GRACE_MS = 300;

keepLogging();

/** Node 22.18: `node:sqlite` without a flag, and TypeScript. package.json has the same bound. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
	console.error(
		`Parley needs Node 22.18 or newer, and this is ${process.versions.node}. Use npm start: it brings its own.`
	);
	process.exit(1);
}

// Must come before any reading of the environment. Variables set outside override the file.
try {
	loadDotEnv();
	bridge.dotEnvNames = namesInDotEnv();
} catch (error) {
	refuseStart(error);
}

// adapter-node's settings have a prefix (svelte.config.js), so that adapter-node ignores ORIGIN.
for (const name of ['ADDRESS_HEADER', 'XFF_DEPTH']) {
	if (process.env[name]) process.env[`ADAPTER_NODE_${name}`] = process.env[name];
}
process.env.ADAPTER_NODE_PROTOCOL_HEADER = PROTOCOL_HEADER;
process.env.ADAPTER_NODE_BODY_SIZE_LIMIT = String(MAX_FORM_BYTES);

/** SIGHUP: the terminal was closed. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

const inFlight = new Set<http.ServerResponse>();
/** Connections and requests since the start. */
let arrivals = 0;
let stopping: Promise<void> | undefined;
let extraListener: Server | undefined;

const inBuild = (name: string) => fileURLToPath(new URL(name, import.meta.url));

async function start(): Promise<http.Server> {
	bridge.assertCanListen = assertCanListen;
	bridge.pictureProcess = inBuild('./pictures.js');
	bridge.commands = inBuild('./parley.js');
	// The import runs `init` in hooks.server.ts, which reads the configuration.
	const { handler } = (await import(new URL('./handler.js', import.meta.url).href)) as {
		handler: http.RequestListener;
	};
	await loadRoutes(inBuild('./server'));
	const files = readFiles(inBuild('./assets'), inBuild('./earlier'));
	const { origins = [], listen = { host: '127.0.0.1', port: 0 }, forwardedAddress, isStoreRemote = false } = bridge;
	const rules = { origins: origins.map((origin) => new URL(origin)), listensOn: listen.host };

	const network = (req: http.IncomingMessage) =>
		forwardedAddress ? (forwardedAddress(req.headers) ?? 'proxy') : (req.socket.remoteAddress ?? '');
	const queue = fairQueue(
		compressed(handler),
		(req) => networkOf(network(req)),
		queueBounds(isStoreRemote, mostDownloads())
	);
	const answer = requestsTo(filesOf(files, queue.answer), rules);
	const server = http.createServer(serverOptions(), (req, res) => {
		arrivals += 1;
		inFlight.add(res);
		if (stopping) lastOf(res);
		res.once('close', () => inFlight.delete(res));
		answer(req, res);
	});
	server.on('upgrade', upgradesTo(rules));
	boundPauses(server);
	boundForms(server, (req) => bridge.isUpload?.(req) ?? false);
	const total = mostConnections();
	boundConnections(server, {
		total,
		perAddress: forwardedAddress ? undefined : Math.min(MAX_HTTP_CONNECTIONS_PER_ADDRESS, Math.ceil(total / 2)),
		onRefused: (facts) => bridge.log?.('error', 'connections-full', facts)
	});
	server.on('connection', () => {
		arrivals += 1;
		queue.connected();
	});
	await new Promise<void>((listening, failed) => {
		server.once('error', failed);
		server.listen(bridge.listen, listening);
	});
	if (bridge.extraPort !== undefined) await listenToo(server, bridge.extraPort);
	const { address, port, family } = server.address() as AddressInfo;
	bridge.port = port;
	const here = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
	// A browser registers no passkey for a page whose host is an IP address.
	const named = address === '127.0.0.1' || address === '::1' ? `http://localhost:${port}` : here;
	console.log(`Parley is at ${named}`);
	// Last and apart, so that nobody misses it among the lines of the log.
	if (bridge.setupPath) {
		console.log(
			`\nOpen this link to set up Parley and become its owner:\n\n  ${origins[0] ?? named}${bridge.setupPath}\n`
		);
	}
	return server;
}

/** Hands the connections of another port to the server. An image asks for port 80 without knowing whether it may have it. */
async function listenToo(server: http.Server, port: number): Promise<void> {
	const other = createServer({ noDelay: true }, (socket) => server.emit('connection', socket));
	await new Promise<void>((settled) => {
		other.once('error', ({ message }) => {
			bridge.log?.('info', 'extra-port-not-open', { port, message });
			settled();
		});
		other.listen({ host: bridge.listen?.host, port }, settled);
	});
	other.on('error', () => {});
	extraListener = other;
}

/** Closes a kept-alive connection after this answer. */
function lastOf(res: http.ServerResponse): void {
	if (!res.headersSent) res.setHeader('connection', 'close');
}

/** Node accepts one connection a turn: those that the system accepted before the stop may hold requests sent long before. */
async function untilNothingArrives(): Promise<void> {
	const until = performance.now() + ACCEPT_GRACE_MS;
	for (let quietTurns = 0; quietTurns < 50 && performance.now() < until; quietTurns += 1) {
		const before = arrivals;
		await new Promise((turn) => setImmediate(turn));
		if (arrivals !== before) quietTurns = 0;
	}
}

/** /readyz says that this process stops; all is answered until balancers have asked it. A second signal stops it at once. */
function drain(): Promise<void> {
	bridge.isDraining = true;
	return new Promise((over) => {
		setTimeout(over, (bridge.drainSeconds ?? 0) * 1_000);
		for (const signal of SIGNALS) process.once(signal, over);
	});
}

/** Answers requests in flight, closes sockets with 1012, closes the store and ends the process. */
async function stop(server: http.Server): Promise<void> {
	await untilNothingArrives();
	server.close();
	extraListener?.close();
	server.closeIdleConnections();
	for (const res of inFlight) lastOf(res);
	const until = performance.now() + SHUTDOWN_GRACE_MS;
	while (inFlight.size > 0 && performance.now() < until) await new Promise((soon) => setTimeout(soon, 10));
	await bridge.close?.();
	process.exit(0);
}

const starting = start();
let draining: Promise<void> | undefined;
for (const signal of SIGNALS) {
	process.on(signal, () => {
		if (draining) return;
		draining = starting.then(async (server) => {
			if (bridge.drainSeconds) await drain();
			await (stopping = stop(server));
		});
	});
}
try {
	await starting;
} catch (error) {
	refuseStart(error);
}

function refuseStart(error: unknown): never {
	// Errors of the settings or the machine need one sentence, other errors their stack.
	const mendable = error instanceof Error && (error.name === 'SettingsError' || 'code' in error || 'cause' in error);
	console.error(mendable ? `Parley cannot start: ${error.message}` : error);
	process.exit(1);
}
