import { expect, fresh, signIn, test } from '../test.ts';

test('the help page shows markup with its result, the keys and the limits, and is linked from /you and the composer', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	await signIn(page, ada);
	await page.goto('/help');
	await expect(page.getByRole('heading', { name: 'Help' })).toBeVisible();

	const example = (source: string) => page.getByRole('row').filter({ hasText: source });
	await expect(example('**bold**').locator('strong')).toHaveText('bold');
	await expect(example('a recipe').getByRole('link', { name: 'a recipe' })).toHaveAttribute('rel', /nofollow/);
	await expect(example('```let').last().locator('pre')).toHaveText(/^let soup =\s+leek \+ potato;$/);
	await expect(example('www.').getByRole('link', { name: 'www.example.org' })).toHaveAttribute('href', /^https:/);
	await expect(example('www.').getByRole('link', { name: 'ada@' })).toHaveAttribute('href', 'mailto:ada@example.org');
	await expect(example('- milk').getByRole('listitem').first()).toHaveText('milk');
	await expect(example('2 * 3 * 4').locator('em')).toHaveCount(0);
	await expect(page.getByRole('row').filter({ has: page.getByText('Shift Enter') })).toContainText('New line');
	await expect(page.getByText('Messages can be up to 8,000 characters')).toBeVisible();
	await expect(page.getByText('AVIF, GIF and videos too, are stored as they are')).toBeVisible();

	await page.goto('/you');
	await page.getByRole('main').getByRole('link', { name: 'Formatting, shortcuts and limits' }).click();
	await expect(page).toHaveURL(/[/]help$/);

	await page.goto(await ada.createRoom(fresh('Kitchen')));
	await page.getByRole('link', { name: 'Formatting and keys' }).click();
	await expect(page.getByRole('heading', { name: 'Help' })).toBeVisible();
});
