import type { Visitor } from '$lib/server/people/visitor.ts';

declare global {
	namespace App {
		interface Locals {
			visitor: Visitor;
			/** The page was rendered without the store. */
			storeAway?: boolean;
		}
		interface Error {
			message: string;
			/** Seconds until a retry, where known. */
			retryAfter?: number;
		}
		/** Set by adapter-node. */
		interface Platform {
			req?: { socket: { remoteAddress?: string } };
		}
	}
}

export {};
