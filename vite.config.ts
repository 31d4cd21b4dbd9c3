import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { sveltekit } from '@sveltejs/kit/vite';
import { loadEnv, type Plugin, type PreviewServer, type ViteDevServer } from 'vite';
import { minify as terser } from 'terser';
import { defineConfig } from 'vitest/config';
import { readDotEnv } from './src/hpkv/process/dot-env.ts';
import { RESPONSE_HEADERS } from './src/host/security-headers.ts';
import { bridge } from './src/host/bridge.ts';

/**
 * Vite reads .env itself, and .env.local over it: here it is refused where Vite would read nothing of it, and the variable
 * behind a byte order mark gets its name.
 */
function mendDotEnv(mode: string): void {
	try {
		readDotEnv();
	} catch (error) {
		console.error(`Parley cannot start: ${(error as Error).message}`);
		process.exit(1);
	}
	for (const [name, value] of Object.entries(loadEnv(mode, process.cwd(), ''))) {
		if (name.startsWith('\uFEFF')) process.env[name.slice(1)] ??= value;
	}
}

/** What src/server.ts does in production, in `vite dev` and `vite preview`: the store below /hpkv, and the headers. */
const host: Plugin = {
	name: 'parley-host',
	config(_, { command, mode }) {
		if (command === 'serve' && mode !== 'test') mendDotEnv(mode);
	},
	configureServer(server) {
		mount(server);
		// The app opens the store at its first request: here it is, so that /hpkv answers from the start.
		server.httpServer?.once('listening', () => void wake(server).catch(() => undefined));
	},
	configurePreviewServer: mount
};

function mount({ middlewares, httpServer }: ViteDevServer | PreviewServer): void {
	middlewares.use((req: IncomingMessage, res: ServerResponse, next: () => void) => {
		for (const [name, value] of Object.entries(RESPONSE_HEADERS)) res.setHeader(name, value);
		if (!bridge.request?.(req, res)) next();
	});
	// Other upgrades are left alone: Vite has its own socket.
	httpServer?.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
		bridge.upgrade?.(req, socket, head);
	});
	httpServer?.once('close', () => void bridge.close?.());
}

async function wake({ resolvedUrls }: ViteDevServer): Promise<void> {
	const [address] = resolvedUrls?.local ?? [];
	if (address) await fetch(new URL('/healthz', address));
}

/**
 * SvelteKit's client takes all of Svelte as one object, and with it what no page calls (forks, lifecycle of old): this is
 * all that it uses of it.
 */
const fewer: Plugin = {
	name: 'parley-fewer',
	apply: 'build',
	enforce: 'pre',
	applyToEnvironment: ({ name }) => name === 'client',
	resolveId: (source, importer = '') =>
		source === 'svelte' && /runtime[\\/]client[\\/]client[.]js$/.test(importer) ? '\0svelte-for-kit' : null,
	load: (id) => (id === '\0svelte-for-kit' ? "export { onMount, settled, tick, untrack } from 'svelte';" : null)
};

/** Where a room begins: SvelteKit's client, the room's page, and the layouts and error pages above it. */
const BEGINNINGS =
	/[\\/]client[\\/]entry[.]js$|[\\/]client-optimized[\\/]app[.]js$|[\\/]routes[\\/](rooms[\\/](\[slug\][\\/])?)?[+](layout|error)[.]svelte$|[\\/]\[slug\][\\/][+]page[.]svelte$/;

/** What a room needs from the start: all that is imported from there, but for what is imported when it is wanted. */
const atFirst = new Set<string>();
const room: Plugin = {
	name: 'parley-room',
	applyToEnvironment: ({ name }) => name === 'client',
	buildEnd() {
		const walk = (id: string) => {
			if (atFirst.has(id)) return;
			atFirst.add(id);
			this.getModuleInfo(id)?.importedIds.forEach(walk);
		};
		[...this.getModuleIds()].filter((id) => BEGINNINGS.test(id)).forEach(walk);
	}
};

/** A room has 50 kB in all: Terser takes 0.7 kB off what Vite has minified (alone, it makes more than Vite does). */
const smaller: Plugin = {
	name: 'parley-smaller',
	applyToEnvironment: ({ name }) => name === 'client',
	generateBundle: {
		order: 'post',
		async handler(_, bundle) {
			for (const chunk of Object.values(bundle)) {
				if (chunk.type !== 'chunk') continue;
				const { code } = await terser(chunk.code, {
					module: true,
					ecma: 2020,
					// No pure_getters: to Svelte, reading a property is subscribing to it.
					compress: { passes: 3, ecma: 2020, unsafe_arrows: true, unsafe_methods: true }
				});
				if (code && code.length < chunk.code.length) chunk.code = code;
			}
		}
	}
};

/**
 * SvelteKit looks for a page's style along its imports, and passes each of them once: what the room imports late and a page
 * imports at once (a message's own page, its actions) is to be found at the page first, or its style is linked nowhere.
 */
const roomLast: Plugin = {
	name: 'parley-room-last',
	applyToEnvironment: ({ name }) => name === 'client',
	generateBundle: {
		order: 'post',
		handler(_, bundle) {
			const manifest = bundle['.vite/manifest.json'];
			if (manifest?.type !== 'asset') return;
			const parts = JSON.parse(String(manifest.source)) as Record<string, { imports?: string[]; name?: string }>;
			const isRoom = (key: string) => Number(parts[key]?.name === 'room');
			for (const { imports } of Object.values(parts)) imports?.sort((a, b) => isRoom(a) - isRoom(b));
			manifest.source = JSON.stringify(parts, null, 2);
		}
	}
};

/** It is one file: split by default it is seventeen, and 2.9 kB more, since small files compress badly. */
const chunks = [
	{ name: 'room', test: (id: string) => atFirst.has(id) || /preload-helper|rolldown[\\/]runtime/.test(id) }
];

export default defineConfig({
	plugins: [host, room, fewer, sveltekit(), smaller, roomLast],
	environments: {
		client: { build: { modulePreload: false, rolldownOptions: { output: { codeSplitting: { groups: chunks } } } } }
	},
	test: {
		environment: 'node',
		include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
		// Slack for a busy machine. Where time is promised, a test says so itself.
		testTimeout: 60_000,
		hookTimeout: 60_000,
		expect: { poll: { timeout: 20_000 } }
	}
});
