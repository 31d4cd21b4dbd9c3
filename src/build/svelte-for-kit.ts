/**
 * SvelteKit's client imports all of Svelte as one object, and with it what no page calls: 0.7 kB. It gets what its code names.
 * It also imports the code that reads the data of the next page, 1.4 kB: it gets it while that data comes.
 */
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

const READER = "import * as devalue from 'devalue';";
const ASKING = '	const res = await fetcher(data_url.href, {});';
const READING = 'async function process_stream(resolve, res) {';

/**
 * The code of SvelteKit's client, importing devalue with the first page that is navigated to.
 * @throws if the code reads data in another way than it did
 */
export function withLateReader(code: string): string {
	for (const part of [READER, ASKING, READING])
		if (code.split(part).length !== 2) throw new Error(`SvelteKit’s client has not once: ${part}`);
	return code
		.replace(READER, "import { dataReader } from '/src/lib/live/api/data-reader.ts';")
		.replace(ASKING, `	void dataReader();\n${ASKING}`)
		.replace(
			READING,
			`${READING}\n	const devalue = await dataReader();\n	if (!devalue) throw Error('A module did not load');`
		);
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
			if (!CLIENT.test(id)) return null;
			names = membersOf(code).filter((name) => name !== 'fork');
			return { code: withLateReader(code), map: null };
		},
		resolveId: (source, importer = '') => (source === 'svelte' && CLIENT.test(importer) ? ID : null),
		load: (id) => (id === ID ? `export { ${names.join(', ')} } from 'svelte';` : null)
	};
}
