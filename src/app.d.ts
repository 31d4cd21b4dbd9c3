import type { Visitor } from '$lib/server/visitor.ts';

declare global {
	namespace App {
		interface Locals {
			visitor: Visitor;
			/** The page was rendered without what the store would have said. */
			storeAway?: boolean;
		}
	}
}

export {};
