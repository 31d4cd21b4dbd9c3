import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withoutTag } from './without-page-tags.ts';

const RENDERING = new URL('../../node_modules/@sveltejs/kit/src/runtime/server/page/render.js', import.meta.url);

test('SvelteKit’s rendering sets no ETag of a page, and an update that sets it otherwise ends the build', () => {
	const code = readFileSync(RENDERING, 'utf8');
	expect(code).toContain("'etag'");
	expect(withoutTag(code)).not.toContain("'etag'");
	expect(() => withoutTag(withoutTag(code))).toThrow('SvelteKit’s rendering has not once');
});
