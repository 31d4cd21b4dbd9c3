import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Manifest {
	_: {
		nodes: (() => Promise<{ component?: () => Promise<unknown> }>)[];
		routes: { endpoint: (() => Promise<unknown>) | null }[];
		matchers: () => Promise<unknown>;
	};
}

/**
 * SvelteKit loads a route at its first request, and remembers a failure for good (too many open files, or a newer build in the folder).
 * Importing the files is not enough: Node looks for a file again when another module imports it.
 */
export async function loadRoutes(folder: string): Promise<void> {
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
	const file = files.find((name) => /(^|[\\/])manifest\.js[^\\/]*\.js$/.test(name));
	if (!file) throw new Error(`There is no manifest in ${folder}`);
	const module = (await import(pathToFileURL(join(folder, file)).href)) as Record<string, unknown>;
	const manifest = Object.values(module).find(isManifest);
	if (!manifest) throw new Error(`${file} is no manifest`);
	const { nodes, routes, matchers } = manifest._;
	await Promise.all([
		matchers(),
		...nodes.map(async (load) => (await load()).component?.()),
		...routes.map(({ endpoint }) => endpoint?.())
	]);
}

const isManifest = (value: unknown): value is Manifest => Array.isArray((value as Partial<Manifest> | null)?._?.nodes);
