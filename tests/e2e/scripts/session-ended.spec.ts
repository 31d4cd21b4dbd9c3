import { composer, connection, expect, fresh, openAs, send, signIn, test } from '../test.ts';

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

test('what one person has written is neither sent nor shown as another, who signed in in another tab', async ({
	page,
	someone
}) => {
	const [ada, bob] = [await someone('Ada'), await someone('Bob')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await openAs(page, ada, kitchen, true);
	await expect(connection(page)).toHaveText('Live');
	await page.route(/[?][/]send/, (route) => route.abort());
	await send(page, 'Ada’s own words');
	await expect(page.getByText('Waiting for connection.')).toBeVisible();
	await composer(page).fill('Ada’s next words');
	await signIn(page, bob);
	await page.unroute(/[?][/]send/);
	await page.evaluate(() => dispatchEvent(new Event('online')));
	await expect(page.getByRole('link', { name: bob.name, exact: true })).toBeVisible();
	await expect(composer(page)).toHaveValue('');
	await expect(page.getByText('Ada’s own words')).toHaveCount(0);
	expect(await (await bob.get(kitchen)).text()).not.toContain('Ada’s own words');
	// Their writer is back.
	await signIn(page, ada);
	await page.reload();
	await expect(composer(page)).toHaveValue('Ada’s next words');
	await page.getByRole('button', { name: 'Retry' }).click();
	await expect.poll(async () => (await ada.get(kitchen)).text()).toContain('Ada’s own words');
});
