/**
 * `npm test`: types and style, unit tests, the built app in a browser, then in trouble. The last line is the sum of what the runners
 * report, `N passed, N failed`; a step that fails without a failed test of its own counts as one, and so does a runner
 * that ran no test.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser } from './support/browser.ts';

interface Vitest {
	numPassedTests: number;
	numFailedTests: number;
}
interface Playwright {
	stats: { expected: number; unexpected: number; flaky: number };
}
interface Chaos {
	passed: number;
	failed: number;
}
/** Tests passed and failed, from a runner's report. */
type Count = (report: string) => [passed: number, failed: number];

const countVitest: Count = (report) => {
	const { numPassedTests, numFailedTests } = JSON.parse(report) as Vitest;
	return [numPassedTests, numFailedTests];
};
/** A test that passed at its second try has a race: it counts as failed. */
const countPlaywright: Count = (report) => {
	const { stats } = JSON.parse(report) as Playwright;
	return [stats.expected, stats.unexpected + stats.flaky];
};
const countChaos: Count = (report) => {
	const { passed, failed } = JSON.parse(report) as Chaos;
	return [passed, failed];
};

const reports = mkdtempSync(join(tmpdir(), 'parley-reports-'));
let passed = 0;
let failed = 0;

async function step(name: string, command: string, env: NodeJS.ProcessEnv = {}, count?: Count): Promise<boolean> {
	const started = performance.now();
	console.log(`\n── ${name}`);
	const child = spawn(command, { shell: true, stdio: 'inherit', env: { ...process.env, ...env } });
	const [status] = (await once(child, 'exit')) as [number | null];
	const report = join(reports, `${name}.json`);
	const [ok, bad] = count && existsSync(report) ? count(readFileSync(report, 'utf8')) : [0, 0];
	passed += ok;
	failed += status === 0 && !(count && ok + bad === 0) ? bad : Math.max(bad, 1);
	console.log(`── ${name}: ${Math.round((performance.now() - started) / 1000)} s`);
	return status === 0;
}

try {
	await step('sync', 'svelte-kit sync');
	const browser = ensureBrowser();
	const chaos = (name: string, rows: string) => {
		const env = { CHROMIUM_PATH: browser, CHAOS_REPORT: join(reports, `${name}.json`) };
		return step(name, `npm run --silent chaos -- ${rows}`, env, countChaos);
	};
	// Each side takes one core. Chaos rows mostly wait, and those that measure times run alone, at the end.
	const building = step('build', 'vite build --logLevel error');
	const [built] = await Promise.all([
		building.then(async (ok) => {
			if (ok) await chaos('chaos', '--others');
			return ok;
		}),
		step('lint', 'eslint -c tests/eslint.config.js .').then(async () => {
			await building;
			await step('check', 'svelte-check --threshold error && tsc -p src/service-worker');
			await step('format', 'prettier --check --log-level warn .');
		})
	]);
	const unit = `vitest run --reporter=default --reporter=json --outputFile.json="${join(reports, 'unit.json')}"`;
	// The store alone is started some fifty times, from TypeScript: each start loads what the first has compiled.
	const compiled = { NODE_COMPILE_CACHE: join(reports, 'compiled') };
	await step('unit', unit, { CHROMIUM_PATH: browser, ...compiled }, countVitest);
	if (built) {
		const env = { CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: join(reports, 'browser.json') };
		await step('browser', 'playwright test -c tests/playwright.config.ts --reporter=list,json', env, countPlaywright);
		await chaos('attacks', '--alone');
	}
} catch (error) {
	failed += 1;
	console.error(error);
} finally {
	rmSync(reports, { recursive: true, force: true });
}

console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
