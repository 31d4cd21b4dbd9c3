import { cpSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipAsync } from '@gfx/zopfli';
import node from '@sveltejs/adapter-node';
import { build } from 'vite';

/**
 * Compresses again what pages load, as well as gzip can: 3 % less than the adapter's own. Without TLS, as at home and in
 * an office, a browser asks for nothing better.
 * @param {string} folder
 */
async function squeeze(folder) {
	for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
		if (!/[.](js|css)[.]gz$/.test(name)) continue;
		const file = join(folder, name);
		writeFileSync(file, await gzipAsync(readFileSync(file.slice(0, -3)), { numiterations: 15 }));
	}
}

/** What is built lies here until it is whole: a process that runs, or starts meanwhile, has the build before. */
const OUT = '.svelte-kit/parley';
const BUILD = 'build';

/**
 * adapter-node, with src/server.ts in place of its own index.js: `node build` starts that file. The browser's files are
 * `assets` instead of `client`, where adapter-node would serve them itself; `earlier` are those of the build before, which
 * tabs that are open may still ask for.
 */
function adapter() {
	// ORIGIN may be several addresses here: adapter-node, which takes one, must not read it.
	const base = node({ out: OUT, envPrefix: 'ADAPTER_NODE_' });
	return {
		...base,
		/** @param {import('@sveltejs/kit').Builder} builder */
		async adapt(builder) {
			await base.adapt(builder);
			await squeeze(`${OUT}/client/_app`);
			renameSync(`${OUT}/client`, `${OUT}/assets`);
			const earlier = `${BUILD}/assets/_app/immutable`;
			if (existsSync(earlier)) cpSync(earlier, `${OUT}/earlier/_app/immutable`, { recursive: true });
			await build({
				configFile: false,
				publicDir: false,
				logLevel: 'warn',
				ssr: { noExternal: true },
				build: {
					ssr: 'src/server.ts',
					outDir: OUT,
					emptyOutDir: false,
					target: 'node22',
					rolldownOptions: { output: { entryFileNames: 'index.js' } }
				}
			});
			replace(BUILD, OUT);
		}
	};
}

/**
 * Puts a folder in the place of another, which is gone for no longer than a rename takes. Where it cannot be renamed (a
 * mount, a lower layer of an image), what is in it is replaced.
 * @param {string} old
 * @param {string} fresh
 */
function replace(old, fresh) {
	const aside = `${fresh}-before`;
	rmSync(aside, { recursive: true, force: true });
	try {
		if (existsSync(old)) renameSync(old, aside);
		renameSync(fresh, old);
	} catch {
		if (existsSync(old)) for (const name of readdirSync(old)) rmSync(join(old, name), { recursive: true });
		cpSync(fresh, old, { recursive: true });
		rmSync(fresh, { recursive: true });
	}
	rmSync(aside, { recursive: true, force: true });
}

/** @type {import('@sveltejs/kit').Config} */
export default {
	kit: {
		adapter: adapter(),
		// Which page an address is, the server says (a script of some bytes, once for each address): 2 kB less than a browser
		// that knows it by itself.
		router: { resolution: 'server' },
		alias: { $hpkv: 'src/hpkv' },
		// A line of src/app.html does it: SvelteKit's own way costs every page half a kilobyte.
		serviceWorker: { register: false },
		csp: {
			mode: 'nonce',
			directives: {
				'default-src': ['none'],
				'script-src': ['self'],
				'style-src': ['self'],
				// The inline style of SvelteKit's route announcer; blocked, its text shows on the page.
				'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
				'img-src': ['self', 'data:'],
				'manifest-src': ['self'],
				'worker-src': ['self'],
				// In hosted mode src/lib/server/runtime/csp.ts adds the endpoint's socket: it is known at run time only.
				'connect-src': ['self'],
				'form-action': ['self'],
				'base-uri': ['none'],
				'frame-ancestors': ['none']
			}
		}
	}
};
