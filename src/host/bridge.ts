/** Shared by the process and SvelteKit's bundle through globalThis. `init` in hooks.server.ts fills it. Import only types. */
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Bridge {
	listen?: { host: string; port: number };
	extraPort?: number;
	/** Rejects with a sentence if the process cannot listen there. Absent in `vite dev`. */
	assertCanListen?: (address: { host: string; port: number }) => Promise<void>;
	/** From ORIGIN, the public origin first. */
	origins?: readonly string[];
	/** Behind a proxy: reads the client's address from the proxy's headers. */
	forwardedAddress?: (headers: IncomingHttpHeaders) => string | undefined;
	isStoreRemote?: boolean;
	/** How long a process that was told to stop goes on, so that balancers send no more to it. */
	drainSeconds?: number;
	isDraining?: boolean;
	/** The program that decodes pictures (lib/server/pictures). */
	pictureProcess?: string;
	/** The program of `npm run parley`. */
	commands?: string;
	/** On which the process listens; set once it does. */
	port?: number;
	dotEnvNames?: readonly string[];
	log?: (level: 'error' | 'info', event: string, facts: Record<string, string | number | undefined>) => void;
	/** Set while the place has no owner: the path of the link that sets the place up. */
	setupPath?: string;
	/** Answers requests below /hpkv. Returns false for other requests. */
	request?: (req: IncomingMessage, res: ServerResponse) => boolean;
	/** Answers uploads, and takes the files out of forms: `answer` gets the form without them. Returns false for other requests. */
	upload?: (req: IncomingMessage, res: ServerResponse, own: URL, answer: RequestListener) => boolean;
	isUpload?: (req: IncomingMessage) => boolean;
	upgrade?: (req: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
	/** Finishes pending work and closes the store. */
	close?: () => Promise<void>;
}

const KEY = Symbol.for('parley');
export const bridge: Bridge = ((globalThis as { [KEY]?: Bridge })[KEY] ??= {});
