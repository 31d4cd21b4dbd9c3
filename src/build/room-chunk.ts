/** Puts the code that a room's page loads first into one file. Split by default, small files compress badly: 9.7 kB more. */
import { relative } from 'node:path';
import type { Plugin } from 'vite';

export const ROOM_CHUNK = 'room';

interface Module {
	/** The build names it as a beginning: SvelteKit's client, and each page, layout and error page. */
	isEntry: boolean;
	importedIds: readonly string[];
}

export type ModuleGraph = ReadonlyMap<string, Module>;

const ROUTE_FILE = /^src\/routes\/(.*\/)?\+(page|layout|error)\.(svelte|ts)$/;
const ROOM = 'rooms/[slug]/';

/** Whether the file is the room's page, or a layout or error page around it. */
function isRoomFile(path: string): boolean {
	const [, folder = '', kind] = ROUTE_FILE.exec(path) ?? [];
	return kind === 'page' ? folder === ROOM : kind !== undefined && ROOM.startsWith(folder);
}

/** Static imports, from SvelteKit's client and the room's files on. @param root holds `src` @throws if the graph lacks either */
export function modulesOfRoom(graph: ModuleGraph, root: string): Set<string> {
	const path = (id: string) => relative(root, id.replace(/\?.*/, '')).replaceAll('\\', '/');
	const isRouteFile = (id: string) => ROUTE_FILE.test(path(id));
	const roomFiles = [...graph.keys()].filter((id) => isRoomFile(path(id)));
	// SvelteKit makes an entry for each route file; its client's own entries import none.
	const client = [...graph].filter(([, { isEntry, importedIds }]) => isEntry && !importedIds.some(isRouteFile));
	if (!roomFiles.some((id) => path(id).endsWith('/+page.svelte'))) throw new Error('The build has no page of a room');
	if (client.length === 0) throw new Error('The build has no entry of SvelteKit’s client');

	const found = new Set<string>();
	const add = (id: string) => {
		if (found.has(id)) return;
		found.add(id);
		graph.get(id)?.importedIds.forEach(add);
	};
	for (const id of roomFiles) add(id);
	for (const [id] of client) add(id);
	return found;
}

export function roomChunk(): Plugin {
	let modules = new Set<string>();
	let root = '';
	/** devalue reads SvelteKit's data. SvelteKit's client imports it for functions that it never calls; it comes with the data. */
	const isReader = (id: string) => /[\\/]node_modules[\\/]devalue[\\/]/.test(id);
	/** Of Vite and its bundler: functions that the code of any module may call. */
	const isHelper = (id: string) => id.startsWith('\0');
	return {
		name: 'parley-room-chunk',
		apply: 'build',
		applyToEnvironment: ({ name }) => name === 'client',
		config: () => ({
			environments: {
				client: {
					build: {
						rolldownOptions: {
							output: {
								codeSplitting: {
									groups: [{ name: ROOM_CHUNK, test: (id) => (modules.has(id) && !isReader(id)) || isHelper(id) }]
								}
							}
						}
					}
				}
			}
		}),
		configResolved: (config) => void (root = config.root),
		buildEnd(error) {
			if (error) return;
			const graph = new Map<string, Module>();
			for (const id of this.getModuleIds()) {
				const { isEntry = false, importedIds = [] } = this.getModuleInfo(id) ?? {};
				graph.set(id, { isEntry, importedIds });
			}
			modules = modulesOfRoom(graph, root);
		}
	};
}
