import type { Visitor } from '$lib/server/people/visitor.ts';

declare global {
	/** Set by vite.config.ts. */
	const PARLEY_VERSION: string;

	namespace App {
		interface Locals {
			visitor: Visitor;
			/** The store could not be reached: the page was rendered without it, or the request failed. */
			storeAway?: 'rendered' | 'failed';
			/** Seconds after which the store may be asked again, where that is known. */
			retryAfter?: number;
			/** There is no such room for the visitor. */
			noRoom?: boolean;
		}
		interface Error {
			message: string;
			retryAfter?: number;
			noRoom?: boolean;
			/** What was shared in a room that does not take it. */
			draft?: { message: string; files: { id: string }[] };
		}
		/** Set by adapter-node. */
		interface Platform {
			req?: { socket: { remoteAddress?: string } };
		}
	}
}

export {};
