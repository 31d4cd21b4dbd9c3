/** Short names for the classes by which Svelte scopes styles: its own have seven random characters, which do not compress. */
import { readdirSync } from 'node:fs';

const SRC = new URL('..', import.meta.url);
const components = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
	.filter((name) => name.endsWith('.svelte'))
	.map((name) => name.replaceAll('\\', '/'))
	.sort();

/**
 * The component's place among all. Other files (SvelteKit's, and those made while `vite dev` runs) keep a hash.
 * @param {{ filename: string; css: string; hash: (text: string) => string }} component
 */
export function cssHash({ filename, css, hash }) {
	const place = components.indexOf(filename.replaceAll('\\', '/').replace(/^.*?\bsrc\//, ''));
	return place < 0 ? `svelte-${hash(css)}` : `s-${place.toString(36)}`;
}
