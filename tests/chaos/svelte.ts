/**
 * Lets Node load the browser's own modules, `*.svelte.ts`, and gives them the little of a browser that they ask for: the
 * reader under test is the one that people have.
 */
import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compileModule } from 'svelte/compiler';

registerHooks({
	load(url, context, nextLoad) {
		if (!url.endsWith('.svelte.ts')) return nextLoad(url, context);
		const filename = fileURLToPath(url);
		const source = stripTypeScriptTypes(readFileSync(filename, 'utf8'));
		return {
			format: 'module',
			source: compileModule(source, { generate: 'server', filename }).js.code,
			shortCircuit: true
		};
	}
});

/** A page that is always visible and online; rows about those are for a real browser. */
const page = new EventTarget();
const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
// Every reader listens here.
setMaxListeners(0, page, document);
Object.defineProperty(navigator, 'onLine', { value: true });
Object.assign(globalThis, {
	location: { href: 'http://127.0.0.1/' },
	document,
	addEventListener: page.addEventListener.bind(page),
	removeEventListener: page.removeEventListener.bind(page)
});
