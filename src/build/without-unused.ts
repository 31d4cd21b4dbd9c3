/** Smaller modules in the place of Svelte's, SvelteKit's and Vite's leave out what no page here uses: 2.6 kB of a room’s page. */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

export const REPLACED: Readonly<Record<string, RegExp>> = {
	'proxy.js': /[\\/]svelte[\\/]src[\\/]internal[\\/]client[\\/]proxy[.]js$/,
	'boundary.js': /[\\/]svelte[\\/]src[\\/]internal[\\/]client[\\/]dom[\\/]blocks[\\/]boundary[.]js$/,
	'async.js': /[\\/]svelte[\\/]src[\\/]internal[\\/]client[\\/]reactivity[\\/]async[.]js$/,
	'actions.js': /[\\/]svelte[\\/]src[\\/]internal[\\/]client[\\/]dom[\\/]elements[\\/]actions[.]js$/,
	'clsx.js': /[\\/]clsx[\\/]dist[\\/]clsx[.]mjs$/,
	'fetcher.js': /[\\/]kit[\\/]src[\\/]runtime[\\/]client[\\/]fetcher[.]js$/,
	'preload-helper.js': /^\0vite[\\/]preload-helper[.]js$/
};

export const codeOf = (file: string) => readFileSync(new URL(`instead/${file}`, import.meta.url), 'utf8');

/** @throws if the module has other exports than it had */
export function replacement(file: string, original: string): string {
	const exported = (text: string) =>
		Array.from(
			text.matchAll(/(?<![\w.'"`* ])export (?:(?:async )?(?:function|const|class) (\w+)|\{([^}]*)\})/g),
			([, name, list]) => name ?? list?.trim()
		).sort();
	const code = codeOf(file);
	if (exported(original).join() !== exported(code).join()) throw new Error(`Not the exports of ${file}:\n${original}`);
	return code;
}

export function withoutUnused(): Plugin {
	const found = new Set<string>();
	return {
		name: 'parley-without-unused',
		apply: 'build',
		enforce: 'pre',
		applyToEnvironment: ({ name }) => name === 'client',
		transform(code, id) {
			const file = Object.keys(REPLACED).find((file) => REPLACED[file]?.test(id));
			if (!file) return null;
			found.add(file);
			return { code: replacement(file, code), map: null };
		},
		buildEnd(error) {
			const missing = Object.keys(REPLACED).filter((file) => !found.has(file));
			if (!error && missing.length > 0) throw new Error(`Nothing to replace by ${missing.join()}`);
		}
	};
}
