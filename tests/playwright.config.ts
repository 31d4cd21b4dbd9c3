import { defineConfig, devices } from 'playwright/test';
import type { Mode } from './e2e/test.ts';
import { findBrowser } from './support/browser.ts';

const noScript = /[.]scripts[.]spec/;

export default defineConfig<object, { mode: Mode }>({
	testDir: 'e2e',
	outputDir: '../test-results',
	fullyParallel: true,
	workers: 2,
	forbidOnly: !!process.env.CI,
	use: {
		...devices['Desktop Chrome'],
		launchOptions: { executablePath: findBrowser(), args: ['--disable-background-networking', '--no-first-run'] }
	},
	projects: [
		{ name: 'scripts', testIgnore: /hosted/ },
		{ name: 'no-scripts', testIgnore: noScript, use: { javaScriptEnabled: false } },
		{ name: 'hosted', testMatch: /spine|live/, use: { mode: 'hosted' } },
		{ name: 'hosted-no-scripts', testMatch: /spine/, use: { mode: 'hosted', javaScriptEnabled: false } }
	]
});
