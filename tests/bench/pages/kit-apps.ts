/**
 * The Kit apps that ours is held against, built with our own Kit, Svelte and adapter: an empty one, and one that has
 * our components and, in place of everything behind them, a constant.
 */
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { unflatten } from 'devalue';
import { freshFolder } from '../scratch.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Milliseconds. It takes about 10 s. */
const BUILD_WITHIN = 120_000;

/** What a page's three loads gave it, from the outermost to the page's own. */
export type Loaded = [unknown, unknown, unknown];

/** As the page's script would ask for it. */
export async function loadedBy(url: string, path: string, headers: Record<string, string>): Promise<Loaded> {
	const answer = await fetch(`${url}${path}/__data.json?x-sveltekit-invalidated=111`, { headers });
	if (!answer.ok) throw new Error(`The data of ${path} was answered with ${answer.status}`);
	const { nodes } = (await answer.json()) as { nodes: { data: unknown[] }[] };
	return nodes.map(({ data }): unknown => unflatten(data)) as Loaded;
}

/** The server of an app that was built: says where it listens, as ours does. */
const SERVER = `
import http from 'node:http';
process.env.ORIGIN = 'http://127.0.0.1';
const { handler } = await import('./build/handler.js');
const server = http.createServer(handler);
server.listen(0, '127.0.0.1', () => console.log('The app is at http://127.0.0.1:' + server.address().port + ' '));
`;

/**
 * The same markup from a constant: our components with the data of a page as it was loaded once. Its folder holds
 * everything of ours but what asks a store, a cookie or a clock.
 * @param pages it serves the one whose index is in PAGE
 * @returns the program that serves it
 */
export function buildConstant(pages: readonly Loaded[]): URL {
	const folder = layout();
	cpSync(join(ROOT, 'src'), join(folder, 'src'), { recursive: true });
	cpSync(join(ROOT, 'static'), join(folder, 'static'), { recursive: true });
	cpSync(join(ROOT, 'vite.config.ts'), join(folder, 'vite.config.ts'));
	const routes = join(folder, 'src/routes');
	const room = 'rooms/[slug]';
	for (const entry of readdirSync(routes, { withFileTypes: true })) {
		const { name } = entry;
		if (name.startsWith('+page') || (entry.isDirectory() && name !== 'rooms'))
			rmSync(join(routes, name), { recursive: true });
	}
	for (const entry of readdirSync(join(routes, room), { withFileTypes: true })) {
		if (entry.isDirectory()) rmSync(join(routes, room, entry.name), { recursive: true });
	}
	for (const name of ['hooks.server.ts', 'server.ts', 'service-worker']) {
		rmSync(join(folder, 'src', name), { recursive: true });
	}
	for (const [i, file] of ['+layout.server.ts', `${room}/+page.server.ts`].entries()) {
		const data = JSON.stringify(JSON.stringify(pages.map((page) => page[i])));
		writeFileSync(
			join(routes, file),
			`const data = JSON.parse(${data})[Number(process.env.PAGE)];\nexport const load = () => data;\n`
		);
	}
	return build(
		folder,
		`import ours from ${JSON.stringify(join(ROOT, 'svelte.config.js'))};
import node from '@sveltejs/adapter-node';
export default { kit: { ...ours.kit, adapter: node() } };`
	);
}

/** One page that says hello. */
export function buildEmpty(): URL {
	const folder = layout();
	const routes = join(folder, 'src/routes');
	mkdirSync(routes, { recursive: true });
	writeFileSync(
		join(folder, 'src/app.html'),
		'<!doctype html><html lang="en"><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>'
	);
	writeFileSync(join(routes, '+page.svelte'), '<h1>Hello</h1>');
	writeFileSync(
		join(folder, 'vite.config.ts'),
		"import { sveltekit } from '@sveltejs/kit/vite';\nexport default { plugins: [sveltekit()] };"
	);
	return build(folder, "import node from '@sveltejs/adapter-node';\nexport default { kit: { adapter: node() } };");
}

function layout(): string {
	const folder = freshFolder();
	symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
	writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
	writeFileSync(join(folder, 'tsconfig.json'), '{ "extends": "./.svelte-kit/tsconfig.json" }');
	return folder;
}

function build(folder: string, config: string): URL {
	writeFileSync(join(folder, 'svelte.config.js'), config);
	writeFileSync(join(folder, 'serve.js'), SERVER);
	const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
	const { status, stdout, stderr } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
		cwd: folder,
		timeout: BUILD_WITHIN,
		encoding: 'utf8'
	});
	if (status !== 0) throw new Error(`A Kit app could not be built:\n${stdout}${stderr}`);
	return new URL(`file://${folder}/serve.js`);
}
