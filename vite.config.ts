import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import packageJson from './package.json' with { type: 'json' };
import { emojiData } from './src/build/emoji-data.ts';
import { host } from './src/build/host-plugin.ts';
import { messagePageStyles } from './src/build/message-page-styles.ts';
import { roomChunk } from './src/build/room-chunk.ts';
import { svelteForKit } from './src/build/svelte-for-kit.ts';
import { withoutPageTags } from './src/build/without-page-tags.ts';
import { withoutUnused } from './src/build/without-unused.ts';

export default defineConfig({
	plugins: [
		host(),
		emojiData(),
		roomChunk(),
		svelteForKit(),
		withoutUnused(),
		withoutPageTags(),
		sveltekit(),
		messagePageStyles()
	],
	define: { PARLEY_VERSION: JSON.stringify(packageJson.version) },
	environments: { client: { build: { modulePreload: false } } },
	test: {
		environment: 'node',
		include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
		// By default Vitest leaves one core to itself, half of a machine with two.
		maxWorkers: '100%',
		// A process for each file costs a third of the processor time. So a file puts back each global, timer and module that it changes.
		isolate: false,
		// Slack for a busy machine. Where time is promised, a test says so itself.
		testTimeout: 60_000,
		hookTimeout: 60_000,
		expect: { poll: { timeout: 20_000 } }
	}
});
