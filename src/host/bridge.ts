/**
 * Where the app (bundled by SvelteKit) and the process that hosts it (src/server.ts, `vite dev`, `vite preview`) meet:
 * two bundles, so no shared modules, but one globalThis. The app fills the slot in `init` of hooks.server.ts; the host
 * only forwards to it. Types only are imported here.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Bridge {
	/** Where the configuration says to listen. */
	listen?: { host: string; port: number };
	/** Rejects with a sentence where the host cannot listen there. Asked before the store is opened; none in `vite dev`. */
	assertCanListen?: (address: { host: string; port: number }) => Promise<void>;
	/** The addresses people use, from ORIGIN; the public one first. */
	origins?: readonly string[];
	/** Behind a proxy, whose a request is, as its headers say: what connects to us is then not who asks. */
	forwardedAddress?: (headers: IncomingHttpHeaders) => string | undefined;
	/** Whether each request waits for a store elsewhere. */
	isStoreRemote?: boolean;
	/** A line in the app's log. */
	log?: (level: 'error' | 'info', event: string, facts: Record<string, string | number | undefined>) => void;
	/** A path to open as long as nobody is operator: whoever opens it first is. */
	operatorPath?: string;
	/** Takes the requests below /hpkv and says whether it did. */
	request?: (req: IncomingMessage, res: ServerResponse) => boolean;
	/** The same for WebSocket upgrades. */
	upgrade?: (req: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
	/** Closes the store, once what is under way is done. */
	close?: () => Promise<void>;
}

const KEY = Symbol.for('parley');
export const bridge: Bridge = ((globalThis as { [KEY]?: Bridge })[KEY] ??= {});
