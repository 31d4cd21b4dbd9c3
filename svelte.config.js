import { adapter } from './src/build/adapter.js';
import { cssHash } from './src/build/css-hash.js';

/** @type {import('@sveltejs/kit').Config} */
export default {
	// Without `runes`, a component that uses none would bring the code of Svelte 4's.
	compilerOptions: { discloseVersion: false, cssHash, runes: true },
	kit: {
		adapter: adapter(),
		// The server tells a browser which page an address is (a script of some bytes, once for each address): 1.3 kB less
		// JavaScript than a browser that knows all routes.
		router: { resolution: 'server' },
		// Relative addresses of scripts and styles come from a variable that all requests share: among many at once, pages were
		// sent with the addresses of another page, and could not load their style and script.
		paths: { relative: false },
		alias: { $hpkv: 'src/hpkv' },
		// A line of src/app.html does it: SvelteKit's own way costs every page half a kilobyte.
		serviceWorker: { register: false },
		csp: {
			mode: 'nonce',
			directives: {
				'default-src': ['none'],
				'script-src': ['self'],
				'style-src': ['self'],
				// The inline style of SvelteKit's route announcer; blocked, its text shows on the page.
				'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
				'img-src': ['self', 'data:'],
				'media-src': ['self'],
				'font-src': ['self'],
				'manifest-src': ['self'],
				'worker-src': ['self'],
				// In hosted mode src/lib/server/runtime/csp.ts adds the endpoint's socket: it is known at run time only.
				'connect-src': ['self'],
				'form-action': ['self'],
				'base-uri': ['none'],
				'frame-ancestors': ['none']
			}
		}
	}
};
