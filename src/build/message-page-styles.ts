/**
 * SvelteKit links the styles of a page's static imports, and visits each file once: it would meet the actions of a message at the room, which
 * imports them dynamically. So in Vite's manifest the room comes last among a page's imports, and other files do not name it. A universal
 * `load` would cost each room's page 0.8 kB. tests/e2e/pages/changes.spec.ts fails without this plugin.
 */
import type { Plugin } from 'vite';
import { ROOM_CHUNK } from './room-chunk.ts';

interface Chunk {
	name?: string;
	isEntry?: boolean;
	imports?: string[];
}
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
				putRoomLast(chunks);
				manifest.source = JSON.stringify(chunks, null, 2);
			}
		}
	};
}

export function putRoomLast(chunks: Manifest): void {
	const isRoom = (key: string) => chunks[key]?.name === ROOM_CHUNK;
	for (const chunk of Object.values(chunks)) {
		if (chunk.isEntry) chunk.imports?.sort((a, b) => Number(isRoom(a)) - Number(isRoom(b)));
		else chunk.imports = chunk.imports?.filter((key) => !isRoom(key));
	}
}
