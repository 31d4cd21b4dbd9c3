/** The installable app: its manifest, and its offline page. */
import type { BrowserContext, Page } from 'playwright/test';
import { SHARE_PATH } from '../../../src/lib/chat/composer/share.ts';
import { FORM_FILES } from '../../../src/lib/chat/files/form-fields.ts';
import { Person } from '../person.ts';
import { composer, connection, expect, message, open, openAs, say, test } from '../test.ts';

test.use({ serviceWorkers: 'allow' });

/** Waits until the worker answers for this page's next navigation. */
const workerReady = (page: Page) => page.evaluate(async () => void (await navigator.serviceWorker.ready).active);

/** The worker's caches. */
const caches = (context: BrowserContext) => context.serviceWorkers()[0]?.evaluate(() => self.caches.keys());

test('the manifest makes Parley installable: a name, a start URL, and icons in the required sizes', async ({
	page,
	app
}) => {
	await open(page, '/', true);
	const address = await page.locator('link[rel=manifest]').getAttribute('href');
	const answer = await fetch(new URL(address ?? '', page.url()));
	expect(answer.headers.get('content-type')).toBe('application/manifest+json');
	interface Manifest {
		name: string;
		start_url: string;
		scope: string;
		display: string;
		icons: { src: string; sizes: string; purpose?: string }[];
		share_target: { action: string; params: { files: { name: string }[] } };
	}
	const manifest = (await answer.json()) as Manifest;
	expect(manifest).toMatchObject({ name: 'Parley', start_url: '/', scope: '/', display: 'standalone' });
	const { action, params, ...shares } = manifest.share_target;
	expect(shares).toEqual({ method: 'POST', enctype: 'multipart/form-data' });
	expect(action).toBe(`${SHARE_PATH}?/receive`);
	expect(params).toMatchObject({ title: 'title', text: 'text', url: 'url', files: [{ name: FORM_FILES }] });
	const shape = ({ sizes, purpose = 'any' }: Manifest['icons'][number]) => `${sizes} ${purpose}`;
	expect(manifest.icons.map(shape)).toEqual(['192x192 any', '512x512 any', '512x512 maskable']);
	const apple = await page.locator('link[rel=apple-touch-icon]').getAttribute('href');
	for (const { src, sizes } of [...manifest.icons, { src: apple ?? '', sizes: '180x180' }]) {
		const drawn = await page.evaluate(async (url) => {
			const image = new Image();
			image.src = url;
			await image.decode();
			return `${image.naturalWidth}x${image.naturalHeight}`;
		}, new URL(src, app.url).href);
		expect(drawn, src).toBe(sizes);
	}
	// Chromium's own check.
	const session = await page.context().newCDPSession(page);
	const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
	expect(installabilityErrors.map(({ errorId }) => errorId).filter((error) => error !== 'in-incognito')).toEqual([]);
});

test('the offline page is shown in the chosen theme, and reloads when the server answers', async ({ page, own }) => {
	const app = await own();
	const ada = await Person.join(app.url, 'Ada');
	const kitchen = await ada.createRoom('Kitchen');
	await ada.say(kitchen, 'The kettle is on.');
	await openAs(page, ada, '/you', false);
	await page.getByRole('button', { name: 'Dark' }).click();
	await workerReady(page);

	await app.app().stop();
	await page.goto(app.url + kitchen);
	await expect(page.getByRole('heading', { name: 'Can’t connect' })).toBeVisible();
	await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
	expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(231, 226, 218)');
	await page.getByRole('link', { name: 'Try again' }).click();
	await expect(page.getByRole('heading', { name: 'Can’t connect' })).toBeVisible();

	await app.restart();
	await page.getByRole('link', { name: 'Try again' }).click();
	await expect(message(page, 'The kettle is on.')).toBeVisible();

	await app.app().stop();
	await page.reload();
	await expect(page.getByRole('heading', { name: 'Can’t connect' })).toBeVisible();
	await app.restart();
	await page.evaluate(() => dispatchEvent(new Event('online')));
	await expect(message(page, 'The kettle is on.')).toBeVisible();
});

test('the worker caches nothing, and leaves posts and subresources alone', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom('Pantry');
	await openAs(page, ada, '/', true);
	await workerReady(page);
	await page.goto(kitchen);
	await expect(connection(page)).toHaveText('Live');
	expect(await page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toMatch(/\/service-worker\.js$/);
	const asked: boolean[] = [];
	page.on('response', (response) => asked.push(response.fromServiceWorker()));
	await say(page, 'Flour, sugar, salt.');
	await expect(composer(page)).toHaveValue('');
	expect(asked.length).toBeGreaterThan(0);
	expect(asked).not.toContain(true);
	expect(await caches(page.context())).toEqual([]);
});
