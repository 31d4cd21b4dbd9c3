/**
 * Links the styles of a message's own page. SvelteKit follows the imports of a page and visits each file once: it would
 * meet the actions of a message, which the room imports dynamically and this page statically, at the room first, and link
 * their style nowhere. So the room comes last among the imports in Vite's manifest. Costs nothing; a universal `load` that
 * imports the actions dynamically here too would cost each room's page 0.8 kB. tests/e2e/pages/changes.spec.ts fails
 * without it.
 */
import type { Plugin } from 'vite';
import { ROOM_CHUNK } from './room-chunk.ts';

export function messagePageStyles(): Plugin {
	return {
		name: 'parley-message-page-styles',
		applyToEnvironment: ({ name }) => name === 'client',
		generateBundle: {
			order: 'post',
			handler(_, bundle) {
				const manifest = bundle['.vite/manifest.json'];
				if (manifest?.type !== 'asset') return;
				const files = JSON.parse(String(manifest.source)) as Record<string, { imports?: string[]; name?: string }>;
				const isRoom = (key: string) => Number(files[key]?.name === ROOM_CHUNK);
				for (const { imports } of Object.values(files)) imports?.sort((a, b) => isRoom(a) - isRoom(b));
				manifest.source = JSON.stringify(files, null, 2);
			}
		}
	};
}
