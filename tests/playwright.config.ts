import { defineConfig, devices } from 'playwright/test';
import { findBrowser } from './support/browser.ts';
import type { Mode } from './support/process.ts';

/** What needs a running script; what must hold with and without; what is asked without a browser. */
const SCRIPTS = /(live|outbox|weight)[.]spec/;
const PAGES = /(spine|limits|changes)[.]spec/;
const PROCESSES = /(crash|headers|start)[.]spec/;

export default defineConfig<object, { mode: Mode }>({
	testDir: 'e2e',
	outputDir: '../test-results',
	fullyParallel: true,
	workers: 2,
	// Slack for a busy machine. Where time is promised, a test says so itself.
	timeout: 60_000,
	expect: { timeout: 10_000 },
	forbidOnly: !!process.env.CI,
	use: {
		...devices['Desktop Chrome'],
		launchOptions: { executablePath: findBrowser(), args: ['--disable-background-networking', '--no-first-run'] }
	},
	projects: [
		{ name: 'scripts', testMatch: [PAGES, SCRIPTS] },
		{ name: 'no-scripts', testMatch: PAGES, use: { javaScriptEnabled: false } },
		{ name: 'hosted', testMatch: /(spine|live|changes)[.]spec/, use: { mode: 'hosted' } },
		{
			name: 'hosted-no-scripts',
			testMatch: /(spine|changes)[.]spec/,
			use: { mode: 'hosted', javaScriptEnabled: false }
		},
		{ name: 'processes', testMatch: PROCESSES }
	]
});
