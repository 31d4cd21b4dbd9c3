/**
 * Finds or installs a Chromium for Playwright. The headless shell comes first: it renders the same pages in half the CPU
 * time.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

const NAMES = [
	'chromium-headless-shell',
	'chromium',
	'chromium-browser',
	'google-chrome-stable',
	'google-chrome',
	'microsoft-edge'
];
const FILES = [
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:/Program Files/Google/Chrome/Application/chrome.exe',
	'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe'
];

/** CHROMIUM_PATH, else Playwright's browser, else the system's. */
export function findBrowser(): string | undefined {
	const folders = (process.env.PATH ?? '').split(delimiter);
	const candidates = [
		process.env.CHROMIUM_PATH ?? '',
		managedShell(),
		chromium.executablePath(),
		...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
		...FILES
	];
	return candidates.find((file) => file && existsSync(file));
}

/** Playwright's headless shell of the same revision as its Chromium. */
function managedShell(): string {
	const [, registry = '', revision = ''] = /^(.*)[\\/]chromium-(\d+)[\\/]/.exec(chromium.executablePath()) ?? [];
	const folder = join(registry, `chromium_headless_shell-${revision}`);
	if (!revision || !existsSync(folder)) return '';
	const file = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) =>
		/(?:^|[\\/])(?:chrome-headless-shell|headless_shell)(?:\.exe)?$/.test(name)
	);
	return file ? join(folder, file) : '';
}

/** In seconds, for an install: a slow mirror must not block the whole run. */
const PATIENCE = 400;

const run = (command: string, args: string[]) =>
	spawnSync(command, args, { stdio: 'inherit', timeout: PATIENCE * 1_000 }).status === 0;

/** Installs Playwright's browser, else, as root, Debian's package. @throws an Error with instructions */
export function ensureBrowser(): string {
	const found = findBrowser() ?? (installManaged(), findBrowser()) ?? (installPackage(), findBrowser());
	if (found) return found;
	throw new Error('No Chromium could be found or installed: install Chrome or Chromium, or set CHROMIUM_PATH to one.');
}

function installManaged(): void {
	console.log('No Chromium found: asking Playwright for its own');
	run('npx', ['playwright', 'install', 'chromium-headless-shell']);
}

function installPackage(): boolean {
	if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
	console.log('Installing the system’s Chromium package');
	process.env.DEBIAN_FRONTEND = 'noninteractive';
	run('apt-get', ['update', '-qq']);
	const install = (name: string) => run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name]);
	return install('chromium-headless-shell') || install('chromium');
}
