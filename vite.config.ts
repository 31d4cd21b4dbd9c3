import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { sveltekit } from '@sveltejs/kit/vite';
import type { Plugin, PreviewServer, ViteDevServer } from 'vite';
import { defineConfig } from 'vitest/config';
import { RESPONSE_HEADERS } from './src/responses.ts';
import { slot } from './src/slot.ts';

/** What src/server.ts does in production, in `vite dev` and `vite preview`: the store below /hpkv, and the headers. */
const host: Plugin = {
	name: 'parley-host',
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
		if (!slot.request?.(req, res)) next();
	});
	// Other upgrades are left alone: Vite has its own socket.
	httpServer?.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
		slot.upgrade?.(req, socket, head);
	});
	httpServer?.once('close', () => void slot.close?.());
}

async function wake({ resolvedUrls }: ViteDevServer): Promise<void> {
	const [address] = resolvedUrls?.local ?? [];
	if (address) await fetch(new URL('/healthz', address));
}

/**
 * What a room loads at first is one file: split by default it is seventeen, and 2.9 kB more, since small files compress
 * badly. What it does not need at first stays apart: the list of rooms, and what changes a message.
 */
const FIRST =
	/[\\/]node_modules[\\/]|preload-helper|rolldown[\\/]runtime|[\\/]src[\\/](lib|hpkv)[\\/]|[\\/]routes[\\/]([+](layout|error)|ticket)|[\\/]\[slug\][\\/]([+]page|Room|send)[.]/;
const APART = [
	/[\\/](RoomList\w*|keys|preview)[.]/,
	/[\\/](MyChanges|MessagePanel|reaction|quote)[.]/,
	/[\\/](ThemeChoice|theme)[.]/,
	/[\\/](WritingAids|Completion|completion|Remaining|remaining)[.]|[\\/]emojibase-data[\\/]/
];
const first = (id: string) => FIRST.test(id) && !APART.some((part) => part.test(id));
const chunks = [{ name: 'parley', test: first }];

export default defineConfig({
	plugins: [host, sveltekit()],
	environments: { client: { build: { rolldownOptions: { output: { codeSplitting: { groups: chunks } } } } } },
	test: {
		environment: 'node',
		include: ['src/**/*.test.ts', 'tests/**/*.test.ts']
	}
});
