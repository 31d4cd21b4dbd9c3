import { describe, expect, test } from 'vitest';
import { modulesOfRoom, type ModuleGraph } from './room-chunk.ts';

const ROOT = '/parley';
const routes = (file: string) => `${ROOT}/src/routes/${file}`;
const lib = (file: string) => `${ROOT}/src/lib/${file}`;

const [PAGE, HOME, LAYOUT] = ['rooms/[slug]/+page.svelte', '+page.svelte', '+layout.svelte'].map(routes);

/** A graph of a build: the entries, and what each module imports. */
function graph(imports: Record<string, readonly (string | undefined)[]>, entries: readonly string[]): ModuleGraph {
	const ids = new Set([...Object.keys(imports), ...Object.values(imports).flat()].filter((id) => id !== undefined));
	return new Map(
		[...ids].map((id) => [
			id,
			{ isEntry: entries.includes(id), importedIds: (imports[id] ?? []).filter((to) => to !== undefined) }
		])
	);
}

const IMPORTS = {
	'/kit/start.js': ['/kit/client.js'],
	'/kit/client.js': ['/svelte/index.js'],
	'/generated/0.js': [LAYOUT],
	'/generated/1.js': [routes('rooms/+layout.svelte')],
	'/generated/2.js': [PAGE],
	'/generated/3.js': [HOME],
	'/generated/4.js': [routes('rooms/[slug]/[n]/+page.svelte')],
	[LAYOUT ?? '']: [lib('connection.ts')],
	[routes('rooms/+layout.svelte')]: [lib('list.ts')],
	[PAGE ?? '']: [routes('rooms/[slug]/Room.svelte')],
	[routes('rooms/[slug]/Room.svelte')]: [lib('messages.ts'), lib('list.ts')],
	[lib('messages.ts')]: [lib('connection.ts'), lib('messages.ts')],
	[HOME ?? '']: [lib('home.ts')],
	[routes('rooms/[slug]/[n]/+page.svelte')]: [lib('menu.ts'), routes('rooms/[slug]/Room.svelte')]
};
const ENTRIES = Object.keys(IMPORTS).filter((id) => /start|generated/.test(id));

describe('the modules of a room', () => {
	test('are what SvelteKit’s client, the room’s page and its layouts import, and nothing of another page', () => {
		expect([...modulesOfRoom(graph(IMPORTS, ENTRIES), ROOT)].sort()).toEqual(
			[
				'/kit/start.js',
				'/kit/client.js',
				'/svelte/index.js',
				LAYOUT,
				PAGE,
				routes('rooms/+layout.svelte'),
				routes('rooms/[slug]/Room.svelte'),
				lib('connection.ts'),
				lib('list.ts'),
				lib('messages.ts')
			].sort()
		);
	});

	test('a build without the room’s page or without SvelteKit’s client fails', () => {
		const { [PAGE ?? '']: _, '/generated/2.js': __, ...withoutRoom } = IMPORTS;
		expect(() => modulesOfRoom(graph(withoutRoom, ENTRIES), ROOT)).toThrow('no page of a room');
		const pages = ENTRIES.filter((id) => !id.includes('start'));
		expect(() => modulesOfRoom(graph(IMPORTS, pages), ROOT)).toThrow('no entry of SvelteKit’s client');
		expect(() => modulesOfRoom(new Map(), ROOT)).toThrow();
	});
});
