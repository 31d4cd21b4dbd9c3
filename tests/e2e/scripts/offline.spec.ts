/** Code and pages that fail to load: offline, and after an update. */
import {
	composer,
	connection,
	expect,
	fresh,
	message,
	messages,
	openAs,
	permalink,
	refusal,
	room,
	say,
	test
} from '../test.ts';

test('a room chosen offline is not opened, and the page says so until the connection is back', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const [kitchen, attic] = [fresh('Kitchen'), fresh('Attic')];
	const path = await ada.createRoom(kitchen);
	await ada.createRoom(attic);
	await openAs(page, ada, path, true);
	await expect(connection(page)).toHaveText('Live');
	await composer(page).fill('Half a thought');
	await page.context().setOffline(true);
	await room(page, attic).click();
	await expect(page.getByText('Can’t open that page. Check your connection.')).toBeVisible();
	await expect(page.getByRole('heading', { name: kitchen, exact: true })).toBeVisible();
	await page.context().setOffline(false);
	await expect(connection(page)).toHaveText('Live');
	await expect(page.getByText('Can’t open that page')).toHaveCount(0);
	await expect(composer(page)).toHaveValue('Half a thought');
	await room(page, attic).click();
	await expect(page.getByRole('heading', { name: attic, exact: true })).toBeVisible();
	// This room was open before: its code is loaded, but its data fails to load.
	await page.context().setOffline(true);
	await room(page, kitchen).click();
	await expect(page.getByText('Can’t open that page')).toBeVisible();
	await expect(page.getByRole('heading', { name: attic, exact: true })).toBeVisible();
});

test('a tab from before an update announces the new version, and a reload keeps typed text', async ({
	page,
	someone
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const path = await ada.createRoom(fresh('Kitchen'));
	await openAs(page, ada, path, true);
	await expect(connection(page)).toHaveText('Live');
	await composer(page).fill('Half a thought');
	// Code that is not loaded yet is gone, and another version is deployed.
	await page.route('**/_app/immutable/**', (route) => route.fulfill({ status: 404, body: 'Not found' }));
	await page.route('**/_app/version.json', (route) => route.fulfill({ json: { version: 'another' } }));
	await grace.say(path, 'Is *this* read?');
	await expect(message(page, 'Is *this* read?')).toBeVisible();
	await expect(refusal(page)).toContainText('A new version of Parley is here.');
	await page.keyboard.press('Escape');
	await page.unrouteAll({ behavior: 'wait' });
	let loads = 0;
	page.on('load', () => loads++);
	await page.getByRole('button', { name: 'Reload' }).click();
	await expect(message(page, 'Is this read?')).toBeVisible();
	await expect(composer(page)).toHaveValue('Half a thought');
	await say(page, 'And sent.');
	await expect(refusal(page)).toHaveCount(0);
	expect(loads).toBe(1);
});

test('code that failed to load is loaded at the next use', async ({ page, someone }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const path = await ada.createRoom(fresh('Kitchen'));
	await openAs(page, ada, path, true);
	await expect(connection(page)).toHaveText('Live');
	await page.route('**/_app/immutable/**', (route) => route.abort('connectionreset'));
	// A message that arrives before the failure shares it.
	const failed = page.waitForEvent('requestfailed');
	await grace.say(path, 'Is *this* read?');
	await expect(message(page, 'Is *this* read?')).toBeVisible();
	await failed;
	await page.unrouteAll({ behavior: 'wait' });
	await grace.say(path, 'And *this*?');
	await expect(message(page, 'And this?')).toBeVisible();
	await expect(message(page, 'Is this read?')).toBeVisible();
	await expect(refusal(page)).toHaveCount(0);
});

test('a page whose code for sending never loads is reloaded after a minute, and sends what is kept', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const path = await ada.createRoom(fresh('Kitchen'));
	await page.clock.install();
	await openAs(page, ada, path, true);
	await expect(connection(page)).toHaveText('Live');
	// As in browsers that remember a failed import: until the page is reloaded.
	let isReloaded = false;
	page.on('request', (request) => (isReloaded ||= request.isNavigationRequest()));
	await page.route('**/_app/immutable/**', (route) => (isReloaded ? route.continue() : route.abort('connectionreset')));
	await composer(page).fill('Kept, and sent.');
	await composer(page).press('Enter');
	await expect(message(page, 'Kept, and sent.')).toContainText('Waiting for connection.');
	expect(isReloaded).toBe(false);
	await page.clock.fastForward(61_000);
	await expect(permalink(message(page, 'Kept, and sent.'))).toBeVisible();
	expect(isReloaded).toBe(true);
	await expect(messages(page)).toHaveCount(1);
});
