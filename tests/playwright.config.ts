import { defineConfig, devices } from 'playwright/test';
import { findBrowser } from './support/browser.ts';
import type { Mode } from './support/process.ts';

export default defineConfig<object, { mode: Mode }>({
	testDir: 'e2e',
	outputDir: '../test-results',
	fullyParallel: true,
	// One more than a small machine has cores: tests wait for timers, leases and restarts for a third of their time.
	workers: 3,
	// Slack for a busy machine. Where time is promised, a test says so itself.
	timeout: 180_000,
	expect: { timeout: 20_000 },
	forbidOnly: !!process.env.CI,
	use: {
		...devices['Desktop Chrome'],
		// Each test is a new browser: its worker would be installed over and over. install.spec.ts tries what it does.
		serviceWorkers: 'block',
		launchOptions: { executablePath: findBrowser(), args: ['--disable-background-networking', '--no-first-run'] }
	},
	// By folder: `pages` must hold with and without a script, `scripts` needs one, `processes` is asked without a browser.
	// What depends on the store is tried on a hosted one as well, once: the store does not know who runs a script.
	projects: [
		{ name: 'scripts', testMatch: /e2e[/](pages|scripts)[/]/ },
		{ name: 'no-scripts', testMatch: /e2e[/]pages[/]/, use: { javaScriptEnabled: false } },
		{ name: 'hosted', testMatch: /live[.]spec/, use: { mode: 'hosted' } },
		{
			name: 'hosted-no-scripts',
			testMatch: /(spine|changes)[.]spec/,
			use: { mode: 'hosted', javaScriptEnabled: false }
		},
		{ name: 'processes', testMatch: /e2e[/]processes[/]/ },
		{ name: 'two-nodes', testMatch: /e2e[/]nodes[/]/ }
	]
});
