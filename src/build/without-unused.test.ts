import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codeOf, REPLACED, replacement } from './without-unused.ts';

const FILES = [
	'svelte/src/internal/client/proxy.js',
	'svelte/src/internal/client/dom/blocks/boundary.js',
	'svelte/src/internal/client/reactivity/async.js',
	'svelte/src/internal/client/dom/elements/actions.js',
	'clsx/dist/clsx.mjs',
	'@sveltejs/kit/src/runtime/client/fetcher.js'
];

test.each(FILES)('the module in the place of %s exports what that one does', (path) => {
	const url = new URL(`../../node_modules/${path}`, import.meta.url);
	const file = Object.keys(REPLACED).find((file) => REPLACED[file]?.test(url.pathname)) ?? '';
	expect(replacement(file, readFileSync(url, 'utf8'))).toBe(codeOf(file));
	expect(() => replacement(file, 'export function other() {}')).toThrow('Not the exports');
});
