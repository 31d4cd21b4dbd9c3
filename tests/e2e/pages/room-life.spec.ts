/** A room's name, description and archive, and changes of a person's name, with and without a script. */
import {
	composer,
	connection,
	createRoom,
	expect,
	fresh,
	message,
	open,
	openAs,
	refusal,
	room,
	say,
	signIn,
	test
} from '../test.ts';

const settings = (path: string) => `${path}/settings`;

test('a room is renamed by its creator: both addresses lead to it, and the list and the title have the new name', async ({
	page,
	someone,
	scripts
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen of the house in which it is always warm'));
	await ada.say(kitchen, 'Tea?');
	await openAs(page, ada, kitchen, scripts);
	// A long name covers no control.
	const about = page.getByRole('button', { name: 'Room menu' });
	const [title, beside] = [await page.getByRole('heading').boundingBox(), await about.boundingBox()];
	expect((title?.x ?? 0) + (title?.width ?? Infinity)).toBeLessThanOrEqual(beside?.x ?? 0);
	await about.click();
	await page.getByRole('link', { name: 'Room settings' }).click();
	const galley = fresh('Galley');
	await page.getByRole('textbox', { name: 'Room name' }).fill(galley);
	await page.getByRole('button', { name: 'Rename' }).click();

	await expect(page.getByRole('heading', { name: galley, exact: true })).toBeVisible();
	await expect(page).toHaveTitle(`${galley} · Parley`);
	await expect(page).toHaveURL(/\/rooms\/galley-\w+$/);
	await expect(page.locator('meta[name=description]')).toHaveAttribute('content', `${galley} on Parley`);
	await open(page, `${kitchen}/1`, scripts);
	await expect(page).toHaveURL(/\/rooms\/galley-\w+\/1$/);
	await expect(message(page, 'Tea?')).toBeVisible();
	await open(page, '/', scripts);
	await expect(room(page, galley)).toHaveCount(1);
});

test('a room name that is taken or too long is refused, and the form keeps the typed name', async ({
	page,
	someone,
	scripts
}) => {
	const ada = await someone('Ada');
	const [attic, cellar] = [fresh('Attic'), fresh('Cellar')];
	await ada.createRoom(attic);
	await ada.post(`${await ada.createRoom(cellar)}/settings?/archive`, { act: 'archive' });
	const kitchen = await ada.createRoom(fresh('Llanfairpwllgwyngyllgogerychwyrndrobwllllantysilio'));
	await signIn(page, ada);
	await page.setViewportSize({ width: 360, height: 640 });
	await page.goto(settings(kitchen));
	// A long name in the back link is cut, and the page is no wider than the phone.
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
	const name = page.getByRole('textbox', { name: 'Room name' });
	for (const [typed, sentence] of [
		[attic.toUpperCase(), `There is already a room called ${attic}.`],
		[attic.replace('A', 'А'), `There is already a room called ${attic}.`],
		[cellar, `There is already a room called ${cellar}. It is archived.`],
		['k'.repeat(61), /too long/]
	] as const) {
		await name.fill(typed);
		await page.getByRole('button', { name: 'Rename' }).click();
		await expect(refusal(page)).toHaveText(sentence);
		await expect(name).toHaveValue(typed);
	}
	const topic = page.getByRole('textbox', { name: 'What this room is for' });
	await topic.fill('t'.repeat(201));
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(refusal(page)).toHaveText('That description is too long. Use up to 200 characters.');
	await expect(topic).toHaveValue('t'.repeat(201));

	await topic.fill('Tea, and what goes with it');
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByRole('heading', { name: /^Llanfair/ })).toBeVisible();
	await page.getByRole('button', { name: 'Room menu' }).click();
	await expect(page.locator('header [popover]').last()).toContainText('Tea, and what goes with it');
	await expect(page.locator('meta[name=description]')).toHaveAttribute('content', 'Tea, and what goes with it');
	await open(page, '/', scripts);
});

test('settings saved after the session has ended are refused, and the form keeps the typed text', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await signIn(page, ada);
	await page.goto(settings(kitchen));
	await page.context().clearCookies({ name: /session/ });
	await page.getByRole('textbox', { name: 'Room name' }).fill('Galley');
	await page.getByRole('button', { name: 'Rename' }).click();
	await expect(refusal(page)).toHaveText(/You’ve been signed out/);
	await expect(page.getByRole('textbox', { name: 'Room name' })).toHaveValue('Galley');
});

test('the settings are refused to others, with a sentence who may change them and a link back', async ({
	page,
	someone,
	scripts
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await openAs(page, grace, kitchen, scripts);
	await expect(page.getByRole('link', { name: 'Room settings' })).toHaveCount(0);
	for (const act of ['rename', 'describe', 'archive']) {
		expect((await grace.post(`${settings(kitchen)}?/${act}`, { name: 'Mine', topic: 'Mine' })).status).toBe(403);
	}
	expect((await page.goto(settings(kitchen)))?.status()).toBe(403);
	await expect(page.getByText('Only the room’s creator or an operator can change this')).toBeVisible();
	await page.getByRole('link', { name: 'Back to the room' }).click();
	await expect(page.getByRole('heading', { name: /Kitchen/ })).toBeVisible();
});

test('an open room shows a new name, a description and the archiving, and keeps the draft', async ({
	page,
	someone,
	scripts
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Tea?');
	await openAs(page, grace, kitchen, scripts);
	if (scripts) await expect(connection(page)).toHaveText('Live');
	await composer(page).fill('I was about to say');
	const galley = fresh('Galley');
	await ada.post(`${settings(kitchen)}?/rename`, { name: galley });
	await ada.post(`${settings(kitchen)}?/describe`, { topic: 'Tea, and what goes with it' });
	if (scripts) {
		await expect(page.getByRole('heading', { name: galley })).toBeVisible();
		await expect(page).toHaveTitle(`${galley} · Parley`);
		await expect(page.getByText(`This room is now called ${galley}.`)).toBeVisible();
		await expect(page.locator('.topic')).toHaveText('Tea, and what goes with it');
		await expect(composer(page)).toHaveValue('I was about to say');
	}
	await ada.post(`${settings(kitchen)}?/archive`, { act: 'archive' });
	if (scripts) {
		await expect(page.getByText('This room is archived. You can read it')).toBeVisible();
		await expect(page.getByText('What you have begun to write is kept')).toBeVisible();
		await expect(composer(page)).toHaveCount(0);
	} else {
		// The form is posted to the old address and refused there: a redirect would lose the text.
		await page.getByRole('button', { name: 'Send', exact: true }).click();
		await expect(refusal(page)).toHaveText(/This room is archived/);
	}
	await ada.post(`${settings(kitchen)}?/archive`, { act: 'reopen' });
	await expect(composer(page)).toHaveValue('I was about to say');
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await expect(message(page, 'I was about to say')).toHaveCount(1);
});

test('a page that was offline shows the room’s changes when it is back', async ({ page, someone, scripts }) => {
	test.skip(!scripts, 'a page without a script is what it was');
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await openAs(page, grace, kitchen, scripts);
	await expect(connection(page)).toHaveText('Live');
	await page.context().setOffline(true);
	await expect(connection(page)).toHaveText('Offline');
	const galley = fresh('Galley');
	await ada.post(`${settings(kitchen)}?/rename`, { name: galley });
	await page.context().setOffline(false);
	await expect(page.getByRole('heading', { name: galley })).toBeVisible({ timeout: 20_000 });
});

test('a person’s new name leaves the old one on earlier messages, and nobody else can take the old one', async ({
	page,
	someone,
	scripts,
	stranger
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'As I was');
	await openAs(page, ada, '/', scripts);
	await page.getByRole('link', { name: ada.name, exact: true }).click();
	const name = page.getByRole('textbox', { name: 'Your name' });
	await name.fill(grace.name.toUpperCase());
	await page.getByRole('button', { name: 'Change name' }).click();
	await expect(refusal(page)).toHaveText(/That name is taken/);
	await expect(name).toHaveValue(grace.name.toUpperCase());
	const augusta = fresh('Augusta');
	await name.fill(augusta);
	await page.getByRole('button', { name: 'Change name' }).click();
	await expect(page.getByText(`Signed in as ${augusta}.`)).toBeVisible();

	// Another browser of the same person, signed in before the change.
	const elsewhere = await stranger();
	await openAs(elsewhere, ada, kitchen, scripts);
	await expect(elsewhere.getByRole('link', { name: augusta, exact: true })).toBeVisible();
	await say(elsewhere, 'As I am');
	await expect(message(elsewhere, 'As I was')).toContainText(ada.name);
	await expect(message(elsewhere, 'As I am')).toContainText(augusta);
	for (const taken of [ada.name, augusta]) {
		const answer = await grace.post('/you?/rename', { name: taken });
		expect(answer.status).toBe(409);
	}
});

test('a change of name after the session has ended is refused, and the form keeps the name', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	await signIn(page, ada);
	await page.goto('/you');
	await page.context().clearCookies({ name: /session/ });
	await page.getByRole('textbox', { name: 'Your name' }).fill('Augusta');
	await page.getByRole('button', { name: 'Change name' }).click();
	await expect(refusal(page)).toHaveText(/You’ve been signed out/);
	await expect(page.getByRole('textbox', { name: 'Your name' })).toHaveValue('Augusta');
});

test.describe('missing things have a sentence and one next step:', () => {
	test('an empty room list and an empty room', async ({ page, own, scripts }) => {
		const app = await own();
		await open(page, app.url, scripts);
		await expect(page.getByText('No rooms yet')).toBeVisible();
		await expect(page.getByText('Join to create the first one.')).toBeVisible();
		await page.getByRole('textbox', { name: 'Your name' }).fill('Ada');
		await page.getByRole('button', { name: 'Join' }).click();
		await expect(page.getByText('Create one below.')).toBeVisible();
		await createRoom(page, 'Küche');
		await expect(page.getByRole('log').getByText('No messages yet')).toBeVisible();
		await expect(page.getByText(`share this link: ${app.url}/rooms/küche`)).toBeVisible();
		await page.context().clearCookies({ name: /session/ });
		await open(page, `${app.url}/rooms/küche`, scripts);
		await expect(page.getByText('Join below to say hello.')).toBeVisible();
	});

	test('a missing page, room or message, and a deleted message', async ({ page, someone }) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Never mind');
		await ada.post(`${kitchen}?/delete`, { n: '1' });
		for (const [path, status, sentence, step] of [
			['/nothing', 404, 'Page not found', 'All rooms'],
			['/rooms/nowhere-at-all', 404, 'This room doesn’t exist', 'All rooms'],
			[`${kitchen}/99`, 404, 'This message doesn’t exist', 'Back to the room'],
			[`${kitchen}/1`, 410, 'This message was deleted', 'Back to the room']
		] as const) {
			expect((await page.goto(path))?.status(), path).toBe(status);
			await expect(page.getByRole('heading', { name: sentence, exact: true })).toBeVisible();
			await expect(page.getByRole('main').getByRole('link', { name: step })).toBeVisible();
			await expect(page.getByRole('navigation', { name: 'Rooms and messages' })).toBeVisible();
		}
	});
});
