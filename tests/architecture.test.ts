/**
 * The arrows between the parts of the tree, read from the import statements. The two halves: src/hpkv knows keys and bytes
 * and never chat, src/lib knows chat and reaches the store through one port.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** What each part may import, by the beginning of the path; npm packages and node: modules by their names. */
const ARROWS: Record<string, readonly string[]> = {
	'hpkv/port': [],
	'hpkv/protocol': ['hpkv/protocol', 'zod'],
	'hpkv/clients': ['hpkv/port', 'hpkv/clients', 'hpkv/protocol', 'node:', 'zod', 'ws'],
	'hpkv/engine': ['hpkv/engine', 'hpkv/protocol', 'node:'],
	'hpkv/engine/postgres': ['hpkv/engine', 'hpkv/protocol', 'node:', 'pg'],
	'hpkv/server': ['hpkv/server', 'hpkv/engine', 'hpkv/protocol', 'hpkv/port', 'node:', 'zod', 'ws', 're2js'],
	'hpkv/embedded': [
		'hpkv/embedded',
		'hpkv/clients/rest',
		'hpkv/server',
		'hpkv/engine',
		'hpkv/protocol',
		'hpkv/port',
		'node:',
		'zod'
	],
	'hpkv/process': ['hpkv', 'node:', 'zod'],
	blobs: ['blobs', 'node:'],
	'lib/chat': ['lib/chat', 'lib/lazy', 'zod', 'emojibase-data'],
	'lib/server': [
		'lib/server',
		'lib/chat',
		'lib/lazy',
		'hpkv/port',
		'hpkv/clients',
		'hpkv/protocol/limits',
		'hpkv/embedded/open.server',
		'hpkv/embedded/open-shared',
		'hpkv/engine/postgres/address',
		'hpkv/process/copy-store',
		'hpkv/process/home-directory',
		'hpkv/server/network',
		'host/bridge',
		'node:',
		'zod',
		'uqr',
		'blobs',
		'@simplewebauthn/server',
		'@sveltejs/kit',
		'$app',
		'$env'
	],
	'lib/server/pictures/process': ['lib/server/pictures', 'lib/chat/limits', 'node:', 'sharp'],
	'lib/lazy': [],
	'lib/live': ['lib/live', 'lib/lazy', 'lib/chat', 'hpkv/clients/subscription', 'hpkv/clients/backoff', 'svelte'],
	'lib/live/passkeys': ['@simplewebauthn/browser'],
	'lib/live/api': ['lib/live', 'lib/lazy', 'lib/chat', 'devalue', '$app/paths'],
	'lib/ui': ['lib/ui', 'lib/lazy', 'lib/chat', 'svelte'],
	routes: ['routes', 'lib', 'svelte', '@sveltejs/kit', '$app'],
	'hooks.client': ['routes/parts', 'lib/ui/hydration'],
	'hooks.server': ['lib/server', 'host/bridge', 'node:http', '@sveltejs/kit', '$app'],
	server: [
		'host',
		'hpkv/process/dot-env',
		'hpkv/process/keep-logging',
		'hpkv/server/network',
		'lib/chat/limits',
		'node:'
	],
	build: ['build', 'host/bridge', 'host/security-headers', 'hpkv/process/dot-env', 'node:', 'vite'],
	host: ['host', 'hpkv/server/network', 'lib/chat/limits', 'node:', 'compression'],
	'host/free-port': ['hpkv/engine/sqlite/user-name', 'node:'],
	cli: ['cli', 'lib/server', 'lib/chat/storage/keys', 'hpkv', 'blobs', 'node:'],
	'service-worker': ['service-worker', 'lib/ui', 'lib/chat'],
	app: ['lib/server']
};

const KEYS = join('lib', 'chat', 'storage', 'keys.ts');

interface Import {
	from: string;
	to: string;
	/** Erased by the compiler: it brings no code along. */
	typeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
	(file) => /\.(ts|svelte)$/.test(file) && !/\.test\.ts$/.test(file)
);

const IMPORT =
	/(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g;

function importsOf(file: string): Import[] {
	const text = readFileSync(join(SRC, file), 'utf8');
	return [...text.matchAll(IMPORT)].map(([, type, from = '', dynamic]) => ({
		from: file,
		to: target(file, dynamic ?? from),
		typeOnly: type !== undefined
	}));
}

/** A path below src, or a package's name as it is. */
function target(file: string, specifier: string): string {
	if (specifier.startsWith('$lib')) return specifier.replace('$lib', 'lib');
	if (specifier.startsWith('$hpkv')) return specifier.replace('$hpkv', 'hpkv');
	if (specifier.startsWith('./$types') || specifier.endsWith('/$types')) return 'routes/$types';
	if (!specifier.startsWith('.')) return specifier;
	return relative(SRC, resolve(SRC, dirname(file), specifier)).replaceAll('\\', '/');
}

const imports = files.flatMap(importsOf);
const partOf = (file: string) =>
	Object.keys(ARROWS)
		.filter((part) => file === part || file.startsWith(`${part}/`) || file.startsWith(`${part}.`))
		.sort((a, b) => b.length - a.length)[0];

describe('the arrows', () => {
	test('every file belongs to a part', () => {
		expect(files.filter((file) => !partOf(file))).toEqual([]);
		expect(imports.length).toBeGreaterThan(100);
	});

	test.each(Object.keys(ARROWS))('%s imports only what it may', (part) => {
		const stray = imports
			.filter(({ from, to }) => partOf(from) === part && !ARROWS[part]?.some((allowed) => to.startsWith(allowed)))
			.map(({ from, to }) => `${from} → ${to}`);
		expect(stray).toEqual([]);
	});

	test('nothing but open-shared.ts loads the engine on PostgreSQL, and with it its driver', () => {
		const loaders = imports.filter(
			({ from, to }) => to.startsWith('hpkv/engine/postgres/') && !from.startsWith(join('hpkv', 'engine', 'postgres'))
		);
		const address = 'hpkv/engine/postgres/address.ts';
		expect(loaders.filter(({ from, to }) => to !== address && from !== SHARED)).toEqual([]);
		expect(loaders.map(({ from }) => from)).toContain(SHARED);
		expect(imports.filter(({ from }) => from.endsWith(join('postgres', 'address.ts')))).toEqual([]);
	});

	test('routes get a room at the one door, server/rooms/access.ts', () => {
		const routes = files.filter((file) => file.startsWith(`routes${sep}`));
		const offending = routes.filter((file) => /\bfindRoom\b/.test(readFileSync(join(SRC, file), 'utf8')));
		expect(offending).toEqual([]);
	});

	test('routes and hooks.server.ts get the services; code of lib/server gets parameters', () => {
		const importers = imports.filter(({ to }) => to === 'lib/server/services.ts').map(({ from }) => from);
		expect(importers.length).toBeGreaterThan(10);
		expect(importers.filter((file) => !/^(routes[\\/]|hooks\.server\.ts$)/.test(file))).toEqual([]);
	});

	test('StoreUnavailable becomes a 503 in server/runtime/store-away.ts alone', () => {
		const AWAY = join('lib', 'server', 'runtime', 'store-away.ts');
		const LOGGED = join('lib', 'server', 'storage', 'store.ts');
		const HEALTH = join('routes', 'healthz', '+server.ts');
		const READY = join('routes', 'readyz', '+server.ts');
		// Reads what a proxy answers.
		const DOCTOR = join('lib', 'server', 'doctor', 'public-address.ts');
		const mentions = (pattern: RegExp) =>
			files.filter(
				(file) =>
					['lib/server', 'routes', 'hooks.server'].includes(partOf(file) ?? '') &&
					pattern.test(readFileSync(join(SRC, file), 'utf8'))
			);
		expect(mentions(/\bStoreUnavailable\b/).sort()).toEqual([AWAY, LOGGED].sort());
		expect(mentions(/\b503\b|\bSTORE_AWAY\b/).sort()).toEqual([AWAY, HEALTH, READY, DOCTOR].sort());
	});

	test('a folder holds at most 13 source files', () => {
		const full = new Map<string, number>();
		for (const file of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
			if (!/\.(ts|js|svelte)$/.test(file) || /\.test\.ts$/.test(file)) continue;
			full.set(dirname(file), (full.get(dirname(file)) ?? 0) + 1);
		}
		expect([...full].filter(([, count]) => count > 13)).toEqual([]);
	});

	test('no two folders import each other', () => {
		const between = new Map<string, string[]>();
		for (const { from, to } of imports) {
			const [importer, imported] = [dirname(from), dirname(to)];
			if (importer === imported || !files.some((file) => file.startsWith(to.replace(/\.js$/, '')))) continue;
			// A folder and the one that holds it are one noun and a part of it.
			if (importer.startsWith(`${imported}/`) || imported.startsWith(`${importer}/`)) continue;
			const arrow = `${importer} → ${imported}`;
			between.set(arrow, [...(between.get(arrow) ?? []), `${from} → ${to}`]);
		}
		const mutual = [...between].filter(([arrow]) => between.has(arrow.split(' → ').reverse().join(' → ')));
		expect(mutual).toEqual([]);
	});

	test('nothing imports itself by a detour', () => {
		const code = imports.filter(({ typeOnly }) => !typeOnly);
		const next = new Map(files.map((file) => [file, code.filter(({ from }) => from === file).map(({ to }) => to)]));
		const done = new Set<string>();
		const walk = (file: string, path: readonly string[]): void => {
			if (path.includes(file)) throw new Error(`A cycle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`);
			if (done.has(file)) return;
			for (const to of next.get(file) ?? []) if (next.has(to)) walk(to, [...path, file]);
			done.add(file);
		};
		for (const file of files) walk(file, []);
	});
});

/** What a browser loads: components, pages and rune classes, and all that they import as code. */
function browserFiles(): Set<string> {
	const reached = new Set<string>();
	const walk = (file: string): void => {
		if (reached.has(file) || !files.includes(file)) return;
		reached.add(file);
		for (const { from, to, typeOnly } of imports) if (from === file && !typeOnly) walk(to);
	};
	for (const file of files) {
		const server = /\.server\.ts$|\+server\.ts$|(^|\/)server(\/|\.ts$)/.test(file);
		if (!server && /^(routes|lib\/ui|lib\/live)\//.test(file)) walk(file);
	}
	return reached;
}

describe('the browser', () => {
	test('never gets zod: it is 24 kB', () => {
		const browser = browserFiles();
		expect(browser.size).toBeGreaterThan(20);
		const withZod = imports.filter(({ from, to, typeOnly }) => browser.has(from) && to === 'zod' && !typeOnly);
		expect(withZod.map(({ from }) => from)).toEqual([]);
	});

	test('never gets code of the server', () => {
		expect([...browserFiles()].filter((file) => /(^|\/)server(\/|\.)/.test(file))).toEqual([]);
	});

	test('is never given HTML to run: no {@html}, no innerHTML', () => {
		const offending = files.filter((file) =>
			/\{@html|innerHTML|outerHTML|document\.write/.test(readFileSync(join(SRC, file), 'utf8'))
		);
		expect(offending).toEqual([]);
	});
});

/** What Firefox 115 ESR, Safari 16.4 or Chrome 111 lack: vite.config.ts makes syntax older, and no function. */
const TOO_NEW: Record<string, RegExp> = {
	'String.isWellFormed, toWellFormed': /\b(is|to)WellFormed\b/,
	'Promise.withResolvers, Promise.try': /\bPromise\.(withResolvers|try)\b/,
	'Array.fromAsync': /\bfromAsync\b/,
	'Object.groupBy, Map.groupBy': /\bgroupBy\b/,
	'URL.parse, URL.canParse': /\bURL\.(parse|canParse)\b/,
	'AbortSignal.any': /\bAbortSignal\.any\b/,
	'Intl.Segmenter': /(?<!'Segmenter' in Intl \? .*)\bIntl\.Segmenter\b/,
	'RegExp.escape': /\bRegExp\.escape\b/,
	'methods of sets': /\.(intersection|union|difference|symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom)\(/,
	'methods of iterators':
		/\.(keys|values|entries)\(\)\s*\.(map|filter|some|every|find|forEach|reduce|take|drop|flatMap|toArray)\b/,
	'the flag v of a regular expression': /[^\s*/]\/[dgimsuy]*v[dgimsuy]*(?=[.,;)\s])/,
	'ARIA as properties of elements': /\.aria[A-Z]\w*/
};

/** slug() makes addresses; what a browser has of its file is how names of two scripts are known. */
const CALLED_BY_THE_SERVER_ALONE = [join('lib', 'chat', 'people', 'name.ts')];

test.each(Object.entries(TOO_NEW))('the browser is never asked for %s', (_, pattern) => {
	const code = (file: string) =>
		readFileSync(join(SRC, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|<style>[\s\S]*<\/style>/g, '');
	const loaded = [...browserFiles(), 'app.html'].filter((file) => !CALLED_BY_THE_SERVER_ALONE.includes(file));
	expect(loaded.filter((file) => pattern.test(code(file)))).toEqual([]);
});

/** The driver of the database is loaded only where a database is named. */
const SHARED = join('hpkv', 'embedded', 'open-shared.ts');

/** Where such a part could not be loaded, `lazy` says so, and nothing else is to be done. */
test('parts of the app are loaded by lazy() alone', () => {
	const isOfTheHost = (file: string) => ['server.ts', SHARED].includes(file) || file.startsWith(`host${sep}`);
	const offending = files.filter((file) => {
		const code = readFileSync(join(SRC, file), 'utf8');
		return !isOfTheHost(file) && /(?<!typeof |lazy\(\(\) => )\bimport\(/.test(code.replace(/\/\*[\s\S]*?\*\//g, ''));
	});
	expect(offending).toEqual([]);
});

describe('keys', () => {
	/** A literal that begins with a kind of key and its colon; a key without a colon is a literal of its own. */
	const KIND = /[`'"]([a-z]+):/g;
	const text = readFileSync(join(SRC, KEYS), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
	const kinds = new Set([...text.matchAll(KIND)].map(([, kind]) => kind));

	test('keys.ts spells every kind of key that the tests know of', () => {
		for (const kind of ['room', 'message', 'mark', 'live', 'readlive', 'standing', 'setuplink', 'mention']) {
			expect(kinds).toContain(kind);
		}
		expect(kinds.size).toBeGreaterThan(20);
	});

	test('keys are spelled in keys.ts alone', () => {
		const KEY = new RegExp(`[\`'"](${[...kinds].join('|')}):(\\$\\{|[\`'"])`);
		expect('`setuplink:${digest}`').toMatch(KEY);
		const offending = files.filter((file) => file !== KEYS && KEY.test(readFileSync(join(SRC, file), 'utf8')));
		expect(offending).toEqual([]);
	});
});
