import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { membersOf, withLateReader, withMembers } from './svelte-for-kit.ts';

const client = new URL('../../node_modules/@sveltejs/kit/src/runtime/client/client.js', import.meta.url);

test('SvelteKit’s client gets each function of Svelte that its code names', () => {
	expect(membersOf(readFileSync(client, 'utf8'))).toEqual(['fork', 'onMount', 'settled', 'tick', 'untrack']);
});

test('SvelteKit’s client gets an object of these functions', () => {
	const code = withMembers("import * as svelte from 'svelte';\nsvelte.tick();", ['tick']);
	expect(code).toBe(
		"import { tick as svelte_tick } from 'svelte';\nconst svelte = { tick: svelte_tick };\nsvelte.tick();"
	);
});

test('SvelteKit’s client loads the reader of data with the first data', () => {
	const code = withLateReader(readFileSync(client, 'utf8'));
	expect(code).not.toContain("from 'devalue'");
	expect(code.indexOf('void dataReader()')).toBeLessThan(code.indexOf('await fetcher(data_url.href'));
	expect(() => withLateReader('')).toThrow('has not once');
});

test('other code of SvelteKit’s client stops the build', () => {
	expect(() => membersOf("import { tick } from 'svelte';")).toThrow('in another way');
});
