import type { Visitor } from '$lib/server/people/visitor.ts';

declare global {
	namespace App {
		interface Locals {
			visitor: Visitor;
			/** The page was rendered without what the store would have said. */
			storeAway?: boolean;
		}
		interface Error {
			message: string;
			/** In how many seconds to try again, where that is known. */
			retryAfter?: number;
		}
		/** Of adapter-node. */
		interface Platform {
			req?: { socket: { remoteAddress?: string } };
		}
	}
}

export {};
