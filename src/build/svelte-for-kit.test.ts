import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { membersOf } from './svelte-for-kit.ts';

const client = new URL('../../node_modules/@sveltejs/kit/src/runtime/client/client.js', import.meta.url);

test('SvelteKit’s client gets each function of Svelte that its code names', () => {
	expect(membersOf(readFileSync(client, 'utf8'))).toEqual(['fork', 'onMount', 'settled', 'tick', 'untrack']);
});

test('other code of SvelteKit’s client stops the build', () => {
	expect(() => membersOf("import { tick } from 'svelte';")).toThrow('in another way');
});
