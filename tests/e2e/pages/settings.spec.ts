/** Settings: each saves by itself with a script and by a button without, and is in the HTML of every later page. */
import type { Page } from 'playwright/test';
import { expect, open, openAs, refusal, signIn, test } from '../test.ts';

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

async function choose(page: Page, group: string, value: string): Promise<void> {
	const button = page.getByRole('form', { name: group }).getByRole('button', { name: value });
	await button.click();
	await expect(button).toHaveAttribute('aria-pressed', 'true');
}

/** The document as the server sends it to this browser. */
async function sent(page: Page): Promise<string> {
	const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
	return (await fetch(page.url(), { headers: { cookie: cookies } })).text();
}

test('the theme is chosen by a button, and is in the HTML of every later page', async ({ page, someone, scripts }) => {
	const ada = await someone('Ada');
	await page.emulateMedia({ colorScheme: 'light' });
	await openAs(page, ada, '/you', false);
	expect(await seen(page)).toEqual(all('light'));

	await choose(page, 'Theme', 'Dark');
	expect(await seen(page)).toEqual(all('dark'));
	await open(page, '/', scripts);
	expect(await seen(page)).toEqual(all('dark'));
	expect(await sent(page)).toMatch(/^<!doctype html>\s*<html lang="en" data-theme="dark">/);

	await page.goto('/you');
	await choose(page, 'Theme', 'System');
	expect(await seen(page)).toEqual(all('light'));
	await page.emulateMedia({ colorScheme: 'dark' });
	await page.goto('/');
	expect(await seen(page)).toEqual(all('dark'));
});

test('density and motion are chosen without signing in, and hold on every later page', async ({ page, scripts }) => {
	const space = () =>
		page.locator('html').evaluate((html) => parseFloat(getComputedStyle(html).getPropertyValue('--space-4')));
	const motion = () => page.locator('html').evaluate((html) => getComputedStyle(html).getPropertyValue('--motion'));
	await page.goto('/you');
	const comfortable = await space();
	expect(parseFloat(await motion())).toBeGreaterThan(0);

	await choose(page, 'Density', 'Compact');
	await choose(page, 'Motion', 'Reduced');
	await choose(page, 'Names in wide rooms', 'Above messages');
	await choose(page, 'Sort rooms', 'By activity');
	await open(page, '/', scripts);
	expect(await space()).toBeLessThan(comfortable);
	expect(parseFloat(await motion())).toBe(0);
	expect(await sent(page)).toContain(
		'<html lang="en" data-theme="system" data-density="compact" data-layout="above" data-motion="reduced">'
	);

	await page.goto('/you');
	await choose(page, 'Density', 'Comfortable');
	await page.reload();
	expect(await space()).toBe(comfortable);
});

test('an unknown choice is refused with a sentence', async ({ someone }) => {
	const ada = await someone('Ada');
	for (const fields of [{ theme: 'neon"><script>' }, { density: 'constructor' }, { colour: 'red' }, {}]) {
		const answer = await ada.post('/you?/appearance', fields as Record<string, string>);
		expect(answer.status).toBe(400);
		expect(await answer.text()).toContain('That isn’t a choice here');
	}
	const html = await (await ada.get('/', { cookie: `${ada.cookie}; theme=neon"><script>; density="x` })).text();
	expect(html).toContain('<html lang="en" data-theme="system">');
});

test('a profile is saved by a change with a script, and by a button without', async ({ page, someone, scripts }) => {
	await signIn(page, await someone('Ada'));
	await page.goto('/you');
	const about = page.getByRole('textbox', { name: 'About you' });
	const zone = page.getByRole('combobox', { name: 'Time zone' });
	const saved = page.getByRole('status').filter({ hasText: 'Saved.' });
	await about.fill('Cooks');
	await expect(saved).toHaveCount(0);
	await zone.focus();
	await zone.selectOption('Asia/Tokyo');
	if (!scripts) await page.getByRole('button', { name: 'Save' }).click();
	await expect(saved).toBeInViewport();
	if (scripts) await expect(zone).toBeFocused();
	await page.goto('/you');
	await expect(about).toHaveValue('Cooks');
	await expect(zone).toHaveValue('Asia/Tokyo');
});

test('a profile that was posted, and is then saved by its script, says so once', async ({ page, someone, scripts }) => {
	test.skip(!scripts, 'Without a script, each save is a page.');
	await signIn(page, await someone('Ada'));
	await page.goto('/you?saved=profile#profile');
	const saved = page.getByText('Saved.', { exact: true });
	await expect(saved).toHaveCount(1);
	const zone = page.getByRole('combobox', { name: 'Time zone' });
	const answered = page.waitForResponse((response) => response.request().method() === 'POST');
	await zone.selectOption('Asia/Tokyo');
	await answered;
	await expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible();
	await expect(saved).toHaveCount(1);
});

test.describe('on a phone', () => {
	test.use({ viewport: { width: 390, height: 844 } });

	test('sections are a step away, and what was done is in view and in the title', async ({ page, someone }) => {
		await signIn(page, await someone('Ada'));
		await page.goto('/you');
		const sections = page.getByRole('navigation', { name: 'Settings' });
		for (const name of ['Appearance', 'Keyboard', 'Profile']) {
			await sections.getByRole('link', { name }).click();
			await expect(page.getByRole('heading', { name, exact: true })).toBeInViewport();
		}
		await sections.getByRole('link', { name: 'Sign-in and devices' }).click();
		await expect(page.getByRole('heading', { name: 'Sign-in and devices' })).toBeVisible();

		await page.getByRole('button', { name: 'Sign in on another device' }).click();
		await expect(page.getByRole('textbox', { name: 'Your sign-in link' })).toBeInViewport();
		await page.getByRole('button', { name: 'New recovery codes' }).click();
		await expect(page.getByRole('list', { name: 'Recovery codes' })).toBeInViewport();
		await page.getByLabel('New password').fill('short');
		await page.getByRole('button', { name: 'Set password' }).click();
		await expect(refusal(page)).toBeInViewport();
		await page.getByLabel('New password').fill('correct horse');
		await page.getByRole('button', { name: 'Set password' }).click();
		await expect(page.getByRole('status').filter({ hasText: 'Password set.' })).toBeInViewport();
		await expect(page).toHaveTitle(/^Saved · Sign-in and devices · /);
	});
});
