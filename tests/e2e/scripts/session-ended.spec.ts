import { composer, connection, expect, fresh, openAs, test } from '../test.ts';

test('a page whose session ended says so, and signing in leads back to it with the typed text', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await openAs(page, ada, kitchen, true);
	await expect(connection(page)).toHaveText('Live');
	const banner = page.getByRole('status').filter({ hasText: 'You’ve been signed out.' });
	await expect(banner).toHaveCount(0);
	await composer(page).fill('Half a thought');

	await ada.post('/you?/leave', {});
	await expect(banner).toBeVisible();
	await expect(composer(page)).toHaveValue('Half a thought');
	await banner.getByRole('link', { name: 'Sign in to go on' }).click();
	await expect(banner).toHaveCount(0);
	await page.locator('summary', { hasText: 'Use a recovery code' }).click();
	const form = page.getByRole('form', { name: 'Recovery code' });
	await form.getByRole('textbox', { name: 'Name', exact: true }).fill(ada.name);
	await form.getByRole('textbox', { name: 'Recovery code' }).fill(ada.codes[0] ?? '');
	await form.getByRole('button').click();
	await expect(page).toHaveURL(new RegExp(`${kitchen}$`));
	await expect(composer(page)).toHaveValue('Half a thought');
	await expect(banner).toHaveCount(0);
});
