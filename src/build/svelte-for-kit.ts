/** SvelteKit's client imports Svelte as one object: 0.7 kB that no page calls. Its reader of data, 1.4 kB, comes with the data. */
import type { Plugin } from 'vite';

const CLIENT = /[\\/]runtime[\\/]client[\\/]client[.]js$/;
const WHOLE = "import * as svelte from 'svelte';";

/** The members of `svelte` that SvelteKit's client names. @throws if it uses Svelte in another way than it did */
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

/** SvelteKit's client, importing devalue with the first page that is navigated to. @throws if it reads data in another way than it did */
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

/** The code, with an object of these members in the place of all of Svelte: a namespace needs a helper, in a file of its own. */
export function withMembers(code: string, names: readonly string[]): string {
	const own = (name: string) => `svelte_${name}`;
	const imported = names.map((name) => `${name} as ${own(name)}`).join(', ');
	const members = names.map((name) => `${name}: ${own(name)}`).join(', ');
	return code.replace(WHOLE, `import { ${imported} } from 'svelte';\nconst svelte = { ${members} };`);
}

export function svelteForKit(): Plugin {
	return {
		name: 'parley-svelte-for-kit',
		apply: 'build',
		enforce: 'pre',
		applyToEnvironment: ({ name }) => name === 'client',
		transform(code, id) {
			if (!CLIENT.test(id)) return null;
			// `fork` is there for preloading that svelte.config.js has not switched on.
			const names = membersOf(code).filter((name) => name !== 'fork');
			return { code: withLateReader(withMembers(code, names)), map: null };
		}
	};
}
