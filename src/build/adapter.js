/** Makes `build/`, which `node build` starts. JavaScript, because svelte.config.js is loaded by Node before 22.18 too. */
import { cpSync, existsSync, renameSync } from 'node:fs';
import node from '@sveltejs/adapter-node';
import { build } from 'vite';
import { compressAgain } from './compress-again.js';
import { replaceFolder } from './replace-folder.js';

/** The build is made here and moved when it is complete: a process that runs, or starts meanwhile, has the build before. */
const OUT = '.svelte-kit/parley';
const BUILD = 'build';

/**
 * adapter-node, with src/server.ts in place of its own index.js, and src/cli.ts beside it. The browser's files are in `assets` instead of `client`,
 * from where adapter-node would serve them itself. `earlier` holds those of the build before, which open tabs may still
 * ask for.
 * @returns {import('@sveltejs/kit').Adapter}
 */
export function adapter() {
	// ORIGIN may be several addresses here: adapter-node, which takes one, must not read it.
	const base = node({ out: OUT, envPrefix: 'ADAPTER_NODE_' });
	return {
		...base,
		async adapt(builder) {
			await base.adapt(builder);
			await compressAgain(`${OUT}/client/_app`);
			renameSync(`${OUT}/client`, `${OUT}/assets`);
			const earlier = `${BUILD}/assets/_app/immutable`;
			if (existsSync(earlier)) cpSync(earlier, `${OUT}/earlier/_app/immutable`, { recursive: true });
			await build({
				configFile: false,
				publicDir: false,
				logLevel: 'warn',
				// sharp has native code, and may be missing: then there are no thumbnails (src/lib/server/pictures).
				ssr: { noExternal: true, external: ['sharp'] },
				build: {
					ssr: true,
					outDir: OUT,
					emptyOutDir: false,
					target: 'node22',
					rolldownOptions: {
						// The process, and its commands: where only `build/` is, as in an image, they need no src and no node_modules.
						input: { index: 'src/server.ts', parley: 'src/cli.ts', pictures: 'src/lib/server/pictures/process.ts' },
						output: { entryFileNames: '[name].js', chunkFileNames: 'process/[name].js' }
					}
				}
			});
			replaceFolder(BUILD, OUT);
		}
	};
}
