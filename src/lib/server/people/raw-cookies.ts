import type { Cookies } from '@sveltejs/kit';

/** The cookies of a request that SvelteKit does not see. They can only be read: the next page sets what is to be set. */
export function readOnlyCookies(header = ''): Cookies {
	const pairs = header.split(';').map((pair) => pair.split('='));
	const values = new Map(pairs.map(([name = '', ...value]) => [name.trim(), decoded(value.join('=').trim())]));
	return {
		get: (name) => values.get(name),
		getAll: () => [...values].map(([name, value]) => ({ name, value })),
		set: () => undefined,
		delete: () => undefined,
		serialize: () => ''
	};
}

function decoded(value: string): string {
	try {
		return decodeURIComponent(value);
	} catch {
		return value;
	}
}
