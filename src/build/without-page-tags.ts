/** SvelteKit makes an ETag letter by letter, a tenth of a page's processor time. No page is the same twice, and none may be stored. */
import type { Plugin } from 'vite';

const RENDERING = /[\\/]kit[\\/]src[\\/]runtime[\\/]server[\\/]page[\\/]render[.]js$/;
const TAG = 'headers.set(\'etag\', `"${hash(transformed)}"`);';

/** @throws if SvelteKit makes the tag in another way than it did */
export function withoutTag(code: string): string {
	if (code.split(TAG).length !== 2) throw new Error(`SvelteKit’s rendering has not once: ${TAG}`);
	return code.replace(TAG, '');
}

export function withoutPageTags(): Plugin {
	return {
		name: 'parley-without-page-tags',
		apply: 'build',
		enforce: 'pre',
		applyToEnvironment: ({ name }) => name === 'ssr',
		transform: (code, id) => (RENDERING.test(id) ? { code: withoutTag(code), map: null } : null)
	};
}
