import { error } from '@sveltejs/kit';
import { hostedStore } from '../../../hpkv/clients/rest.ts';
import { StoreUnavailable, type Hpkv } from '../../../hpkv/port.ts';
import { checkEndpoint } from '../../../hpkv/clients/check-endpoint.ts';
import { openEmbedded } from '../../../hpkv/embedded/open.server.ts';
import { bridge } from '../../../host/bridge.ts';
import { BAD_FRAMES_PER_SOCKET, BAD_SOCKETS_PER_PERSON, SOCKETS_PER_TOKEN } from '../../chat/limits.ts';
import { STORE_AWAY } from '../../chat/text/error-texts.ts';
import { config } from '../runtime/config.ts';
import { forwardedAddress } from '../runtime/client-address.ts';
import { log } from '../runtime/log.ts';
import { SettingsError } from '../runtime/settings.ts';

let opened: Hpkv | undefined;

/** Only for the embedded store: a hosted endpoint refuses a socket when it is opened. */
export let socketRefusal: (address: string, person: string) => string | undefined = () => undefined;

export async function openStore(): Promise<void> {
	const { store, listen, sockets } = config;
	if (store.mode === 'hosted') {
		opened = hostedStore(store);
		await checkEndpoint(opened, store.socketUrl).catch((reason: unknown) => {
			const because = reason instanceof Error ? reason.message : String(reason);
			throw new SettingsError(`HPKV_BASE_URL should name an endpoint that can carry the chat: ${because}`);
		});
		log('info', 'store-opened', { mode: store.mode, host: new URL(store.baseUrl).host });
		return;
	}
	const embedded = await openEmbedded({
		dataDir: store.dataDir,
		apiKey: store.apiKey,
		maxValueBytes: store.maxValueBytes,
		prefix: '/hpkv',
		allowedOrigin: sameOrigin,
		maxConnectionsPerAddress: sockets.perAddress,
		maxConnectionsPerHolder: sockets.perPerson,
		maxConnectionsPerToken: Math.max(SOCKETS_PER_TOKEN, sockets.perPerson / 2),
		maxBadFrames: BAD_FRAMES_PER_SOCKET,
		maxBadSockets: BAD_SOCKETS_PER_PERSON,
		addressOf: ({ headers }) => config.proxy && forwardedAddress(headers, config.proxy),
		// On a public address, the generated API key must not open a door that the host does not know of.
		serveApiKeys: isLoopback(listen.host) || store.apiKey !== undefined,
		onWritten: tell,
		log: (event, facts) => log(event === 'hpkv-failed' ? 'error' : 'info', event, facts)
	});
	opened = embedded.client;
	socketRefusal = (address, person) => embedded.socketRefusal(address, person);
	bridge.request = (req, res) => embedded.request(req, res);
	bridge.upgrade = (req, socket, head) => embedded.upgrade(req, socket, head);
	bridge.close = () => embedded.close();
	log('info', 'store-opened', { mode: store.mode });
}

/** A page's socket must come from its own origin: ORIGIN behind a proxy (which may add TLS), else this host. */
const sameOrigin = (origin: string, host: string) =>
	config.origins.length > 0 ? config.origins.includes(origin) : origin === `http://${host}`;

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || host.startsWith('127.');

export const socketUrl = config.store.mode === 'hosted' ? config.store.socketUrl : '/hpkv/ws';

/** The store for routes: an operation that cannot reach it ends the request with a 503. */
export const store: Hpkv = {
	get maxValueBytes() {
		return port().maxValueBytes;
	},
	get: (key) => answered(port().get(key)),
	set: async (key, value) => {
		await answered(port().set(key, value));
		written(key, value);
	},
	patch: async (key, value) => {
		await answered(port().patch(key, value));
		written(key, value);
	},
	delete: (key) => answered(port().delete(key)),
	range: (start, end, limit) => answered(port().range(start, end, limit)),
	increment: async (key, by) => {
		const sum = await answered(port().increment(key, by));
		written(key, String(sum));
		return sum;
	},
	token: (grant) => answered(port().token(grant))
};

type Listener = (key: string, value: string) => void;
const listeners: Listener[] = [];

/** The listener receives the written, merged or appended value; for a hosted store only of this process. */
export const onWritten = (listener: Listener) => void listeners.push(listener);

function tell(key: string, value: string): void {
	for (const listener of listeners) listener(key, value);
}

function written(key: string, value: string): void {
	if (config.store.mode === 'hosted') tell(key, value);
}

function port(): Hpkv {
	if (!opened) throw new Error('The store is used before it is opened');
	return opened;
}

async function answered<T>(operation: Promise<T>): Promise<T> {
	try {
		return await operation;
	} catch (reason) {
		if (!(reason instanceof StoreUnavailable)) throw reason;
		log('error', 'store-unavailable', { reason: reason.message });
		error(503, STORE_AWAY);
	}
}
