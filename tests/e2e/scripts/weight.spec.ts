import { gzipSync } from 'node:zlib';
import { createRoom, expect, fresh, join, log, open, test } from '../test.ts';

/** What the room page may cost on first load, gzipped. */
const JAVASCRIPT = 50_000;
const CSS = 12_000;

test('the room page loads at most 50 kB of JavaScript and 12 kB of CSS, and no zod', async ({
	page,
	scripts
}, info) => {
	test.skip(!scripts, 'without scripts there is nothing to weigh');
	await open(page, '/', scripts);
	await join(page, fresh('Ada'));
	await createRoom(page, fresh('Scales'));

	const loaded: { url: string; type: string; body: Promise<Buffer> }[] = [];
	page.on('response', (response) => {
		const type = response.request().resourceType();
		if (type === 'script' || type === 'stylesheet') loaded.push({ url: response.url(), type, body: response.body() });
	});
	// A pointer that rests on a link loads what the link leads to.
	await page.mouse.move(0, 0);
	await page.reload();
	await expect(page.getByRole('status').first()).toHaveText('Live');
	await expect(log(page)).toBeVisible();

	const weigh = async (wanted: string) => {
		const bodies = await Promise.all(loaded.filter(({ type }) => type === wanted).map(({ body }) => body));
		return { files: bodies.length, bytes: bodies.reduce((sum, body) => sum + gzipSync(body).length, 0), bodies };
	};
	const javascript = await weigh('script');
	const css = await weigh('stylesheet');
	info.annotations.push({
		type: 'weight',
		description: `${javascript.bytes} B JavaScript in ${javascript.files} files, ${css.bytes} B CSS in ${css.files} files`
	});
	console.log(info.annotations.at(-1)?.description);
	expect(javascript.files).toBeGreaterThan(0);
	expect(javascript.bytes).toBeLessThanOrEqual(JAVASCRIPT);
	expect(css.bytes).toBeLessThanOrEqual(CSS);
	for (const body of javascript.bodies) expect(body.toString()).not.toMatch(/ZodError|_zod\b/);
});
