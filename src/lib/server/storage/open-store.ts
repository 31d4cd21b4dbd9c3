/** Opens the store of the settings at the start, and hangs an embedded one's addresses into the process. */
import type { IncomingHttpHeaders } from 'node:http';
import { PacedQueue, QUEUE_BOUNDS } from '../../../hpkv/clients/paced-queue.ts';
import { hostedStore } from '../../../hpkv/clients/rest.ts';
import { checkEndpoint, hearsPatterns } from '../../../hpkv/clients/check-endpoint.ts';
import { openEmbedded, type ServeOptions } from '../../../hpkv/embedded/open.server.ts';
import { openShared, type SharedStoreOptions } from '../../../hpkv/embedded/open-shared.ts';
import { bridge } from '../../../host/bridge.ts';
import { BAD_FRAMES_PER_SOCKET, BAD_SOCKETS_PER_PERSON, SOCKETS_PER_TOKEN } from '../../chat/limits.ts';
import { isHeard } from '../../chat/storage/keys.ts';
import { config } from '../runtime/config.ts';
import { forwardedAddress } from '../runtime/client-address.ts';
import { log } from '../runtime/log.ts';
import { claimFormat } from './format.ts';
import { makeSnapshot } from './snapshot.ts';
import { hearWrites, unheard } from './hearing.ts';
import type { Attached } from './store.ts';
import { SettingsError, type StoreSettings } from '../runtime/settings.ts';

export interface OpenedStore extends Attached {
	/** Why a socket of this holder from this address would be refused. A hosted endpoint refuses it when it is opened. */
	socketRefusal: (address: string, holder: string) => string | undefined;
}

/** @param onNodes gets how many nodes serve a shared database, each time that it changes */
export async function openStore({ onNodes }: Pick<SharedStoreOptions, 'onNodes'>): Promise<OpenedStore> {
	const { store } = config;
	const opened = await (store.mode === 'hosted' ? openHostedStore(store) : openOwnStore(store, onNodes));
	try {
		await claimFormat(opened.store, {
			snapshot: (format) => makeSnapshot(opened.store, { folder: config.snapshots, format, now: new Date() }),
			onSnapshot: (directory) => log('info', 'snapshot-made', { directory })
		});
	} catch (error) {
		await bridge.close?.();
		throw error;
	}
	return opened;
}

async function openHostedStore(store: Extract<StoreSettings, { mode: 'hosted' }>): Promise<OpenedStore> {
	const client = hostedStore({ ...store, queue: new PacedQueue(QUEUE_BOUNDS, logRefusals()) });
	await checkEndpoint(client, store.socketUrl).catch((reason: unknown) => {
		const because = reason instanceof Error ? reason.message : String(reason);
		throw new SettingsError(`HPKV_BASE_URL should name an endpoint that can carry the chat: ${because}`);
	});
	const patterns = store.memoryMs > 0 && (await hearsPatterns(client, store.socketUrl));
	const heard = hearWrites(client, {
		socketUrl: store.socketUrl,
		keptMs: store.memoryMs,
		hearsPatterns: patterns
	});
	bridge.close = () => {
		heard.close();
		return Promise.resolve();
	};
	log('info', 'store-opened', {
		mode: store.mode,
		host: new URL(store.baseUrl).host,
		hears: store.memoryMs === 0 ? 'nothing' : patterns ? 'patterns' : 'keys'
	});
	return { ...heard, socketRefusal: () => undefined };
}

function logRefusals(): (perSecond: number, waiting: number) => void {
	let refused = 0;
	let loggedAt = -Infinity;
	return (perSecond, waiting) => {
		refused += 1;
		const now = performance.now();
		if (now - loggedAt < LOG_REFUSALS_EVERY_MS) return;
		log('info', 'store-limited', { refused, perSecond: Math.round(perSecond), waiting });
		loggedAt = now;
		refused = 0;
	};
}

const LOG_REFUSALS_EVERY_MS = 60_000;

/** The store in this process: its records in a directory, or in a database that other nodes use as well. */
async function openOwnStore(
	store: Exclude<StoreSettings, { mode: 'hosted' }>,
	onNodes: SharedStoreOptions['onNodes']
): Promise<OpenedStore> {
	const { listen, sockets } = config;
	const options = {
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
		log: (event, facts) => log(event === 'hpkv-failed' ? 'error' : 'info', event, facts)
	} satisfies ServeOptions & { apiKey: unknown; maxValueBytes: unknown };
	const embedded =
		store.mode === 'embedded'
			? await openEmbedded({ ...options, dataDir: store.dataDir })
			: await openShared({ ...options, ...store, heard: isHeard, onNodes });
	bridge.request = (req, res) => embedded.request(req, res);
	bridge.upgrade = (req, socket, head) => embedded.upgrade(req, socket, head);
	bridge.close = () => embedded.close();
	log('info', 'store-opened', { mode: store.mode });
	return { ...unheard(embedded.client), socketRefusal: (address, holder) => embedded.socketRefusal(address, holder) };
}

/** A page's socket must come from its own origin: ORIGIN behind a proxy, else this host, to which a proxy may have added TLS. */
const sameOrigin = (origin: string, host: string, headers: IncomingHttpHeaders) =>
	config.origins.length > 0
		? config.origins.includes(origin)
		: // The process sets this header (host/requests.ts); `vite dev` does not.
			origin === `${headers['x-parley-protocol'] === 'https' ? 'https' : 'http'}://${host}`;

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || host.startsWith('127.');

export const socketUrl = config.store.mode === 'hosted' ? config.store.socketUrl : '/hpkv/ws';
