import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { shallow } from './svelte-without-proxies.ts';

test('the file in place of Svelte’s deep state exports what Svelte’s does', () => {
	const file = new URL('../../node_modules/svelte/src/internal/client/proxy.js', import.meta.url);
	expect(shallow(readFileSync(file, 'utf8'))).toContain('export function proxy(');
	expect(() => shallow('export function proxy() {}')).toThrow('other exports');
});
