/** SvelteKit's client imports all of Svelte as one object, and with it what no page calls: 0.7 kB. It gets what its code names. */
import type { Plugin } from 'vite';

const ID = '\0svelte-for-kit';
const CLIENT = /[\\/]runtime[\\/]client[\\/]client[.]js$/;
const WHOLE = "import * as svelte from 'svelte';";

/**
 * The members of `svelte` that the code of SvelteKit's client names.
 * @throws if the code uses Svelte in another way than it did
 */
export function membersOf(code: string): string[] {
	const uses = code.replace(WHOLE, '').matchAll(/(?:const \{([^}]*)\} = svelte;)|(?<![\w'"./$@{])svelte\.(\w+)/g);
	const names = [...uses].flatMap(([, list, name]) =>
		list ? list.split(',').map((each) => each.trim()) : (name ?? [])
	);
	if (!code.includes(WHOLE) || names.length === 0) throw new Error('SvelteKit’s client uses Svelte in another way');
	return [...new Set(names)].sort();
}

export function svelteForKit(): Plugin {
	let names: string[] = [];
	return {
		name: 'parley-svelte-for-kit',
		apply: 'build',
		enforce: 'pre',
		applyToEnvironment: ({ name }) => name === 'client',
		transform(code, id) {
			// `fork` is there for preloading that svelte.config.js has not switched on.
			if (CLIENT.test(id)) names = membersOf(code).filter((name) => name !== 'fork');
		},
		resolveId: (source, importer = '') => (source === 'svelte' && CLIENT.test(importer) ? ID : null),
		load: (id) => (id === ID ? `export { ${names.join(', ')} } from 'svelte';` : null)
	};
}
