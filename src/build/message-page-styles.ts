/**
 * Links the styles of pages that import statically what the room imports dynamically: a message's own page and the help's
 * look page, with the actions of a message. SvelteKit follows the imports of a page and visits each file once: it would
 * meet the actions at the room first, and link their style nowhere. So in Vite's manifest the room's lazy parts come first
 * among imports, and the room last. Costs nothing; a universal `load` that imports the actions dynamically here too would
 * cost each room's page 0.8 kB. tests/e2e/pages/changes.spec.ts fails without it.
 */
import type { Plugin } from 'vite';
import { ROOM_CHUNK } from './room-chunk.ts';

interface Chunk {
	name?: string;
	imports?: string[];
	dynamicImports?: string[];
}
/** Chunks by their keys in Vite's manifest. */
type Manifest = Record<string, Chunk>;

export function messagePageStyles(): Plugin {
	return {
		name: 'parley-message-page-styles',
		applyToEnvironment: ({ name }) => name === 'client',
		generateBundle: {
			order: 'post',
			handler(_, bundle) {
				const manifest = bundle['.vite/manifest.json'];
				if (manifest?.type !== 'asset') return;
				const chunks = JSON.parse(String(manifest.source)) as Manifest;
				sortImports(chunks);
				manifest.source = JSON.stringify(chunks, null, 2);
			}
		}
	};
}

/** Sorts the imports of each chunk: the lazy parts of the room, others, the room. */
export function sortImports(chunks: Manifest): void {
	const room = Object.keys(chunks).find((key) => chunks[key]?.name === ROOM_CHUNK);
	if (room === undefined) return;
	const lazy = new Set<string>();
	const add = (key: string) => {
		if (key === room || lazy.has(key)) return;
		lazy.add(key);
		chunks[key]?.imports?.forEach(add);
	};
	chunks[room]?.dynamicImports?.forEach(add);
	const rank = (key: string) => (lazy.has(key) ? 0 : key === room ? 2 : 1);
	for (const { imports } of Object.values(chunks)) imports?.sort((a, b) => rank(a) - rank(b));
}
