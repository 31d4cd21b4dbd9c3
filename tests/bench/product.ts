/** Parley itself as it is deployed: the production build, made anew where it is missing or older than what it is made of. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startServer, type Program } from './programs.ts';

const ROOT = new URL('../../', import.meta.url);
const BUILD = new URL('build/index.js', ROOT);

/** What a build is made of. */
const SOURCES = ['src', 'static', 'svelte.config.js', 'vite.config.ts', 'package-lock.json'];

/** Milliseconds. It takes about 100 s on two cores. */
const BUILD_WITHIN = 600_000;

/** As high as settings go: what is measured is the path of a message, and not how well it is refused. */
const LIMITS: Record<string, string> = Object.fromEntries(
	[
		...['SEND', 'JOIN', 'ROOM', 'READ'].flatMap((what) => [`${what}_BURST`, `${what}_RATE`]),
		'SOCKETS_PER_ADDRESS',
		'SOCKETS_PER_PERSON'
	].map((name) => [name, '1000000'])
);

/** Whoever comes may join and read, without a set-up. */
const OPEN = { JOINING: 'open', READING: 'everyone' };

/** Builds where that is needed, and says so. */
export function ensureBuild(): void {
	const built = changedAt(BUILD);
	if (built > newest()) return;
	console.log(`The build is ${built === 0 ? 'missing' : 'older than its sources'}: npm run build …`);
	const npm = process.env.npm_execpath;
	const options = { cwd: fileURLToPath(ROOT), stdio: 'inherit', timeout: BUILD_WITHIN } as const;
	const { status, error } = npm
		? spawnSync(process.execPath, [npm, 'run', 'build'], options)
		: spawnSync('npm', ['run', 'build'], { ...options, shell: true });
	if (status !== 0) throw new Error('The build failed', { cause: error });
}

/** As `npm start` does. */
const NODE_OPTIONS = '--max-semi-space-size=16';

/** A build on a free port, with its data in `folder`; its limits are set as an operator would set them. */
export const startProduct = (
	folder: string,
	environment: Record<string, string> = {},
	build = BUILD
): Promise<Program> =>
	startServer(build, {
		HOST: '127.0.0.1',
		PORT: '0',
		DATA_DIR: folder,
		NODE_OPTIONS,
		...OPEN,
		...LIMITS,
		...environment
	});

function newest(): number {
	const times = SOURCES.flatMap((name) => {
		const path = fileURLToPath(new URL(name, ROOT));
		if (!statSync(path).isDirectory()) return [changedAt(path)];
		return readdirSync(path, { recursive: true, encoding: 'utf8' })
			.filter((file) => !file.endsWith('.test.ts'))
			.map((file) => changedAt(`${path}/${file}`));
	});
	return Math.max(...times);
}

const changedAt = (path: string | URL): number => (existsSync(path) ? statSync(path).mtimeMs : 0);
