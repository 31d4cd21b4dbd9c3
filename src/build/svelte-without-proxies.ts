/**
 * Leaves out Svelte's deep state: 0.8 kB. All state here is of one value, or raw (`$state.raw`); a `$state` that holds an
 * object or an array throws in the built page.
 */
import type { Plugin } from 'vite';

const FILE = /[\\/]svelte[\\/]src[\\/]internal[\\/]client[\\/]proxy[.]js$/;

const SHALLOW = `import { COMPONENT_SYMBOL } from '#client/constants';
export function proxy(value) {
	const kind = typeof value === 'object' && value && !(COMPONENT_SYMBOL in value) && Object.getPrototypeOf(value);
	if (kind === Object.prototype || kind === Array.prototype) throw Error('Use $state.raw for objects');
	return value;
}
export const get_proxied_value = (value) => value;
export const is = Object.is;
`;

/** @throws if Svelte's file has other exports than it had */
export function shallow(code: string): string {
	const exported = (text: string) =>
		Array.from(text.matchAll(/^export (?:function|const) (\w+)/gm), ([, name]) => name).sort();
	if (exported(code).join() !== exported(SHALLOW).join()) throw new Error('Svelte’s proxy.js has other exports');
	return SHALLOW;
}

export const svelteWithoutProxies = (): Plugin => ({
	name: 'parley-svelte-without-proxies',
	apply: 'build',
	enforce: 'pre',
	applyToEnvironment: ({ name }) => name === 'client',
	transform: (code, id) => (FILE.test(id) ? { code: shallow(code), map: null } : null)
});
