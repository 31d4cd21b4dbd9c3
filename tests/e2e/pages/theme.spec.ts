import type { Page } from 'playwright/test';
import { expect, open, openAs, test } from '../test.ts';

const PAPER = { light: 'rgb(251, 249, 245)', dark: 'rgb(26, 23, 19)' };

/** The background colour of the page, and the colours that the browser paints around it. */
async function seen(page: Page): Promise<{ paper: string; around: string[] }> {
	const paper = await page.locator('html').evaluate((html) => getComputedStyle(html).backgroundColor);
	const around = await page.locator('meta[name="theme-color"]').evaluateAll((metas) =>
		(metas as HTMLMetaElement[])
			.filter(({ media }) => matchMedia(media).matches)
			.map(({ content }) => {
				const [red, green, blue] = [1, 3, 5].map((at) => parseInt(content.slice(at, at + 2), 16));
				return `rgb(${red}, ${green}, ${blue})`;
			})
	);
	return { paper, around };
}
const all = (theme: keyof typeof PAPER) => ({ paper: PAPER[theme], around: [PAPER[theme]] });

test('the theme is chosen by a button, and is in the HTML of every later page', async ({ page, someone, scripts }) => {
	const ada = await someone('Ada');
	await page.emulateMedia({ colorScheme: 'light' });
	await openAs(page, ada, '/you', false);
	expect(await seen(page)).toEqual(all('light'));

	await page.getByRole('button', { name: 'Dark' }).click();
	await expect(page.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true');
	expect(await seen(page)).toEqual(all('dark'));
	await open(page, '/', scripts);
	expect(await seen(page)).toEqual(all('dark'));
	const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
	const html = await (await fetch(page.url(), { headers: { cookie: cookies } })).text();
	expect(html).toMatch(/^<!doctype html>\s*<html lang="en" data-theme="dark">/);

	await page.goto('/you');
	await page.getByRole('button', { name: 'As the device' }).click();
	await expect(page.getByRole('button', { name: 'As the device' })).toHaveAttribute('aria-pressed', 'true');
	expect(await seen(page)).toEqual(all('light'));
	await page.emulateMedia({ colorScheme: 'dark' });
	await page.goto('/');
	expect(await seen(page)).toEqual(all('dark'));
});

test('an unknown theme is refused with a sentence', async ({ someone }) => {
	const ada = await someone('Ada');
	const answer = await ada.post('/you?/theme', { theme: 'neon"><script>' });
	expect(answer.status).toBe(400);
	expect(await answer.text()).toContain('That is no theme');
	const html = await (await ada.get('/', { cookie: `${ada.cookie}; theme=neon"><script>` })).text();
	expect(html).toContain('<html lang="en" data-theme="system">');
});
