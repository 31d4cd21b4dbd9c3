import { get } from 'node:http';
import { createRoom, expect, fresh, join, log, open, test } from '../test.ts';

/** What the room page may cost on first load, in bytes of gzip as they come over the wire. */
const JAVASCRIPT = 50_000;
const CSS = 12_000;

/** How many bytes the server sends of it to whoever takes gzip: what the browser has in its cache is weighed as well. */
async function sent(url: string): Promise<number> {
	const { promise, resolve, reject } = Promise.withResolvers<number>();
	get(url, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
		let bytes = 0;
		response.on('data', (chunk: Buffer) => (bytes += chunk.length));
		response.on('end', () => resolve(bytes));
		response.on('error', reject);
	}).on('error', reject);
	return promise;
}

test('the room page loads at most 50 kB of JavaScript and 12 kB of CSS, and no zod', async ({
	page,
	scripts
}, info) => {
	test.skip(!scripts, 'without scripts there is nothing to weigh');
	await open(page, '/', scripts);
	await join(page, fresh('Ada'));
	await createRoom(page, fresh('Scales'));

	// What this visit still loads is not weighed.
	await page.waitForLoadState('networkidle');
	const loaded = new Map<string, string>();
	page.on('response', (response) => {
		const type = response.request().resourceType();
		if (type === 'script' || type === 'stylesheet') loaded.set(response.url(), type);
	});
	// A pointer that rests on a link loads what the link leads to: here it rests on an empty log.
	await page.mouse.move(900, 300);
	await page.reload();
	await expect(page.getByRole('status').first()).toHaveText('Live');
	await expect(log(page)).toBeVisible();

	const weigh = async (wanted: string) => {
		const files = [...loaded].flatMap(([url, type]) => (type === wanted ? [url] : []));
		const sizes = await Promise.all(files.map(sent));
		const bodies = await Promise.all(files.map(async (url) => (await fetch(url)).text()));
		return { files: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0), bodies };
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
	for (const body of javascript.bodies) expect(body).not.toMatch(/ZodError|_zod\b/);
});
