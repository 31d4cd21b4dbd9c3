/** Private rooms: creating, members, conversion, what operators see, and the lines in the room that tell of it. */
import { randomUUID } from 'node:crypto';
import type { Page, Route } from 'playwright/test';
import { setupPath } from '../../fixtures/world.ts';
import { Person } from '../person.ts';
import {
	composer,
	expect,
	fresh,
	log,
	message,
	messages,
	open,
	openAs,
	refusal,
	signIn,
	test,
	withoutItsScript
} from '../test.ts';

/** @returns the room's path */
async function createPrivate(person: Person, name: string): Promise<string> {
	const answer = await person.post('/new/room?/create', { name, private: 'on', formId: randomUUID() });
	expect(answer.status).toBe(303);
	return new URL(answer.headers.get('location') ?? '', person.app).pathname;
}
const add = (by: Person, path: string, person: Person, history = 'all') =>
	by.post(`${path}/members?/add`, { person: person.name, history });
const members = (page: Page) => page.getByRole('list', { name: 'Members' }).getByRole('listitem');
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function fillIn(page: Page, name: string, history?: string): Promise<void> {
	await page.getByRole('combobox', { name: 'Add a person' }).fill(name);
	if (history) await page.getByRole('radio', { name: history }).check();
	await button(page, 'Add').click();
}

test('a private room is created with a box, has a lock, and is nowhere for others', async ({ page, someone }) => {
	const [ada, bo] = [await someone('Ada'), await someone('Bo')];
	await signIn(page, ada);
	await page.goto('/new/room');
	const long = 'x'.repeat(61);
	await page.getByRole('textbox', { name: 'Room name' }).fill(long);
	await page.getByRole('checkbox', { name: 'Private' }).check();
	await button(page, 'Create room').click();
	await expect(refusal(page)).toContainText('That name is too long.');
	await expect(page.getByRole('textbox', { name: 'Room name' })).toHaveValue(long);
	await expect(page.getByRole('checkbox', { name: 'Private' })).toBeChecked();
	const name = fresh('Vault');
	await page.getByRole('textbox', { name: 'Room name' }).fill(name);
	await button(page, 'Create room').click();
	// The lock is the beginning of the name.
	await expect(page.getByRole('heading', { name: `Private ${name}` })).toBeVisible();
	await expect(page).toHaveURL(/\/rooms\/~0/);
	const path = new URL(page.url()).pathname;
	await page.goto('/');
	await expect(page.getByRole('main').getByRole('link', { name: `Private ${name}` })).toBeVisible();

	expect(await (await bo.get('/')).text()).not.toContain(name);
	const [theirs, nowhere] = [await bo.get(path), await bo.get(`/rooms/~0${'a'.repeat(25)}`)];
	expect([theirs.status, nowhere.status]).toEqual([404, 404]);
	expect((await bo.get(`${path}/members`)).status).toBe(404);
	expect((await add(bo, path, bo)).status).toBe(404);
});

test('the creator adds and removes people on the page of members, and everyone in the room sees it', async ({
	page,
	someone,
	stranger,
	scripts
}) => {
	const [ada, bo, cy] = [await someone('Ada'), await someone('Bo'), await someone('Cy')];
	const path = await createPrivate(ada, fresh('Vault'));
	await ada.say(path, 'Before anybody came.');
	await openAs(page, ada, path, scripts);
	await button(page, 'Room menu').click();
	await page.getByRole('link', { name: 'Members', exact: true }).click();
	await expect(members(page)).toHaveCount(1);
	await expect(page.getByRole('group', { name: 'History' }).getByRole('radio')).toHaveCount(2);
	await expect(page.locator('datalist option').first()).toBeAttached();

	await fillIn(page, 'Nobody of that name');
	await expect(refusal(page)).toContainText('Nobody here has that name. Check the spelling.');
	await expect(page.getByRole('combobox', { name: 'Add a person' })).toHaveValue('Nobody of that name');
	await fillIn(page, ada.name);
	await expect(refusal(page)).toContainText(`${ada.name} is already a member.`);
	// A part of the name finds the person.
	const part = cy.name.slice(0, -1);
	await fillIn(page, part, 'From now on');
	await expect(refusal(page)).toContainText('Nobody here has that name.');
	await expect(page.getByRole('radio', { name: 'From now on' })).toBeChecked();
	await button(page, cy.name).click();
	await expect(page.getByText(`${cy.name} is a member now.`)).toBeVisible();
	await fillIn(page, bo.name, 'All history');
	await expect(page.getByText(`${bo.name} is a member now.`)).toBeVisible();
	await expect(members(page)).toHaveCount(3);
	await expect(members(page).filter({ hasText: cy.name })).toContainText('reads from then on');

	// Neighbours are one line, which is no message and is not unread.
	const elsewhere = await stranger();
	await openAs(elsewhere, bo, path, scripts);
	await expect(messages(elsewhere)).toHaveCount(1);
	await expect(log(elsewhere)).toContainText(`${ada.name} added ${cy.name}, ${bo.name}`);
	await ada.say(path, 'Welcome.');
	const later = await (await cy.get(path)).text();
	expect(later).toContain('Welcome.');
	expect(later).not.toContain('Before anybody came.');

	// Who manages nothing adds and removes nobody.
	await elsewhere.goto(`${ada.app}${path}/members`);
	await expect(members(elsewhere)).toHaveCount(3);
	await expect(button(elsewhere, 'Add')).toHaveCount(0);
	await expect(button(elsewhere, `Remove ${cy.name}`)).toHaveCount(0);
	expect((await add(bo, path, cy)).status).toBe(403);
	await openAs(elsewhere, bo, path, scripts);

	await page.reload();
	await button(page, `Remove ${cy.name}`).click();
	await expect(page.getByRole('heading', { name: `Remove ${cy.name}` })).toBeVisible();
	await page.getByRole('link', { name: 'Cancel' }).click();
	await expect(members(page)).toHaveCount(3);
	await button(page, `Remove ${cy.name}`).click();
	await expect(page.getByRole('link', { name: 'Cancel' })).toBeVisible();
	await button(page, `Remove ${cy.name}`).click();
	await expect(page.getByText(`${cy.name} is not a member any more.`)).toBeVisible();
	await expect(members(page)).toHaveCount(2);
	expect((await cy.get(path)).status).toBe(404);
	// Live, or with the next page.
	if (!scripts) await elsewhere.reload();
	await expect(log(elsewhere)).toContainText(`${ada.name} removed ${cy.name}`);
});

test('on a phone, a member is removed in three steps, the last of which says what it means', async ({
	page,
	someone,
	scripts
}) => {
	const [ada, bo] = [await someone('Ada'), await someone('Bo')];
	const name = fresh('Vault');
	const path = await createPrivate(ada, name);
	await add(ada, path, bo);
	await page.setViewportSize({ width: 390, height: 780 });
	await openAs(page, ada, path, scripts);
	await page.getByRole('link', { name, exact: true }).click();
	await button(page, `Remove ${bo.name}`).click();
	await expect(page.getByText('can’t find or read')).toBeVisible();
	expect((await bo.get(path)).status).toBe(200);
	await button(page, `Remove ${bo.name}`).click();
	await expect(page.getByText(`${bo.name} is not a member any more.`)).toBeVisible();
	expect((await bo.get(path)).status).toBe(404);
});

test('what has happened in a room without messages stands in it, live, and then above the first message', async ({
	page,
	someone,
	scripts
}) => {
	const [ada, bo, cy] = [await someone('Ada'), await someone('Bo'), await someone('Cy')];
	const path = await createPrivate(ada, fresh('Vault'));
	await add(ada, path, bo);
	await openAs(page, ada, path, scripts);
	await expect(log(page)).toContainText('No messages yet');
	await expect(log(page)).toContainText(`${ada.name} added ${bo.name}`);
	await add(ada, path, cy);
	if (!scripts) await page.reload();
	await expect(log(page)).toContainText(`${ada.name} added ${bo.name}, ${cy.name}`);
	await bo.say(path, 'Hello.');
	if (!scripts) await page.reload();
	await expect(messages(page)).toHaveCount(1);
	await expect(log(page)).toContainText(new RegExp(`added ${bo.name}, ${cy.name}.*Hello\\.`, 's'));
	await expect(log(page)).not.toContainText('No messages yet');
});

test('a mention of somebody who may not read the room offers to add them, with their name filled in', async ({
	page,
	someone,
	scripts
}) => {
	const [ada, bo] = [await someone('Ada'), await someone('Bo')];
	const path = await createPrivate(ada, fresh('Vault'));
	await openAs(page, ada, path, scripts);
	await composer(page).fill(`What does @${bo.name} say?`);
	await button(page, 'Send').click();
	await expect(page.getByText(`${bo.name} can’t read this room and was not notified.`)).toBeVisible();
	await page.getByRole('link', { name: 'Add them' }).click();
	await expect(page.getByRole('combobox', { name: 'Add a person' })).toHaveValue(bo.name);
	expect((await bo.get(path)).status).toBe(404);
	await button(page, 'Add').click();
	await expect(page.getByText(`${bo.name} is a member now.`)).toBeVisible();
	await expect(page.getByRole('combobox', { name: 'Add a person' })).toHaveValue('');
	expect((await bo.get(path)).status).toBe(200);
});

test('a room that was private, open and private again is once in the list of its members, whose pages are whole', async ({
	page,
	someone,
	scripts
}) => {
	const [ada, bo] = [await someone('Ada'), await someone('Bo')];
	const name = fresh('Vault');
	const path = await createPrivate(ada, name);
	await ada.say(path, 'Between us.');
	const opened = await ada.post(`${path}/settings?/open`, {});
	expect(opened.status).toBe(303);
	const open = new URL(opened.headers.get('location') ?? '', ada.app).pathname;
	expect((await bo.get(open)).status).toBe(200);
	expect((await ada.post(`${open}/settings?/private`, { formId: randomUUID() })).status).toBe(303);
	await openAs(page, ada, path, scripts);
	await expect(message(page, 'Between us.')).toBeVisible();
	await expect(composer(page)).toBeVisible();
	await page.goto('/');
	await expect(page.getByRole('main').getByRole('link', { name: `Private ${name}` })).toHaveCount(1);
	expect(await (await bo.get('/')).text()).not.toContain(name);
});

test('a member leaves on a page that asks again, and the last one archives the room', async ({ page, someone }) => {
	const [ada, bo] = [await someone('Ada'), await someone('Bo')];
	const name = fresh('Vault');
	const path = await createPrivate(ada, name);
	await ada.say(path, 'Soup.');
	await add(ada, path, bo);
	await signIn(page, bo);
	await page.goto(`${path}/members`);
	await button(page, 'Leave room').click();
	await expect(page.getByText('until someone adds you again')).toBeVisible();
	await button(page, 'Leave room').click();
	await expect(page).toHaveURL(/\/\?left$/);
	await expect(page.getByRole('status').filter({ hasText: 'You left the room.' })).toBeVisible();
	expect((await bo.get(path)).status).toBe(404);
	expect(await (await ada.get(path)).text()).toContain(`${bo.name} left`);
	expect(await (await ada.get(`${path}/members?leave=yes`)).text()).toContain('You are the last member');
	expect((await ada.post(`${path}/members?/leave`, {})).status).toBe(303);
	expect((await ada.get(path)).status).toBe(404);
});

test('an open room becomes private for whom its page names, and is opened again', async ({ page, someone }) => {
	const [ada, bo, cy] = [await someone('Ada'), await someone('Bo'), await someone('Cy')];
	const path = await ada.createRoom(fresh('Porch'));
	await bo.say(path, 'Hello.');
	await cy.say(path, 'Hello too.');
	await signIn(page, ada);
	await page.goto(`${path}/settings`);
	await button(page, 'Make private').click();
	await expect(page.getByText('Only members can find, read and search the room after this')).toBeVisible();
	await expect(page.getByRole('checkbox')).toHaveCount(2);
	await page.getByRole('checkbox', { name: cy.name }).uncheck();
	await button(page, 'Make private').click();
	await expect(page).toHaveURL(/\/rooms\/~/);
	const secret = new URL(page.url()).pathname;
	await expect(log(page)).toContainText(`${ada.name} made this room private`);
	expect((await bo.get(secret)).status).toBe(200);
	expect((await cy.get(secret)).status).toBe(404);
	expect((await cy.get(path)).status).toBe(404);
	// What is no member's to change.
	expect((await bo.post(`${secret}/settings?/open`, {})).status).toBe(403);

	await page.goto(`${secret}/settings`);
	await button(page, 'Make open').click();
	await expect(page.getByText('with everything written so far')).toBeVisible();
	await button(page, 'Make open').click();
	await expect(page).toHaveURL(new RegExp(`${path}$`));
	await expect(log(page)).toContainText(`${ada.name} opened this room to everyone`);
	expect((await cy.get(path)).status).toBe(200);
});

test('a text written for fewer people than the room has now is not sent, and is kept', async ({ page, someone }) => {
	const [ada, bo] = [await someone('Ada'), await someone('Bo')];
	const path = await createPrivate(ada, fresh('Vault'));
	await ada.say(path, 'Between us.');
	await withoutItsScript(page);
	await openAs(page, ada, path, false);
	await composer(page).fill('A present for Bo');
	expect((await add(ada, path, bo)).status).toBe(200);
	await button(page, 'Send').click();
	await expect(refusal(page)).toContainText('More people can read this room than when you wrote this.');
	await expect(composer(page)).toHaveValue('A present for Bo');
	await expect(messages(page)).toHaveCount(1);
	await button(page, 'Send').click();
	await expect(message(page, 'A present for Bo')).toBeVisible();
});

test('with a script, such a text is kept in the room, with the choice to send it anyway, to discard or to edit it', async ({
	page,
	someone,
	scripts
}) => {
	test.skip(!scripts, 'The outbox needs a script.');
	const [ada, bo, cy, di] = [await someone('Ada'), await someone('Bo'), await someone('Cy'), await someone('Di')];
	const path = await createPrivate(ada, fresh('Vault'));
	await ada.say(path, 'Between us.');
	await openAs(page, ada, path, true);
	for (const [person, text, choice] of [
		[bo, 'A present for Bo', 'Send anyway'],
		[cy, 'A cake for Cy', 'Discard'],
		[di, 'A hat for Di', 'Edit']
	] as const) {
		// The person is added while the send is on its way: the page does not know of it.
		const adding = async (route: Route) => {
			expect((await add(ada, path, person)).status).toBe(200);
			await route.continue();
		};
		await page.route(({ search }) => search === '?/send', adding, { times: 1 });
		await composer(page).fill(text);
		await button(page, 'Send').click();
		await expect(message(page, text)).toContainText('More people can read this room than when you wrote this.');
		if (choice === 'Edit') {
			// What is being written is not mixed with it.
			await composer(page).fill('By the way');
			await message(page, text).getByRole('button', { name: choice }).click();
			await expect(refusal(page)).toContainText('Send or clear your draft first.');
			await expect(composer(page)).toHaveValue('By the way');
			await composer(page).fill('');
		}
		await message(page, text).getByRole('button', { name: choice }).click();
	}
	await expect(composer(page)).toHaveValue('A hat for Di');
	await expect(composer(page)).toBeFocused();
	await expect(refusal(page)).toHaveCount(0);
	await expect(message(page, 'A hat for Di')).toHaveCount(0);
	// It is a draft now.
	await page.reload();
	await expect(composer(page)).toHaveValue('A hat for Di');
	await expect(message(page, 'A present for Bo')).not.toContainText('More people');
	await expect(message(page, 'A cake for Cy')).toHaveCount(0);
	await expect.poll(async () => (await (await bo.get(path)).text()).includes('A present for Bo')).toBe(true);
	expect(await (await bo.get(path)).text()).not.toContain('A cake');
	expect(await (await bo.get(path)).text()).not.toContain('A hat');
	await composer(page).fill('A hat, perhaps');
	await button(page, 'Send').click();
	await expect.poll(async () => (await (await di.get(path)).text()).includes('A hat, perhaps')).toBe(true);
});

test('a person who is added finds the room as New in the list; who reads from now on is told that earlier messages are not shown', async ({
	page,
	someone,
	scripts
}) => {
	const [ada, bo, cy] = [await someone('Ada'), await someone('Bo'), await someone('Cy')];
	const name = fresh('Vault');
	const path = await createPrivate(ada, name);
	await ada.say(path, 'Before anybody came.');
	await add(ada, path, bo);
	await add(ada, path, cy, 'from now on');
	const row = page.getByRole('main').getByRole('link', { name: `Private ${name}` });
	await openAs(page, cy, '/', scripts);
	await expect(row).toContainText('New');
	await expect(row).toContainText('No messages since you were added');
	await row.click();
	await expect(log(page)).toContainText('Earlier messages aren’t shown to you.');
	await openAs(page, bo, '/', scripts);
	await expect(row).toContainText('New');
	await ada.say(path, `Welcome, @${bo.name}`);
	await page.goto('/');
	await expect(row).toContainText('1 unread');
	await expect(row).toContainText('1 mention of you');
	const isRead = page.waitForResponse((answer) => /\/read(\?|$)/.test(answer.url()));
	await row.click();
	await expect(message(page, 'Before anybody came.')).toBeVisible();
	await expect(page.getByRole('separator', { name: 'New messages' })).toBeVisible();
	await isRead;
	await page.goto('/');
	await expect(row).not.toContainText('New');
	await expect(row).not.toContainText('unread');
});

test('operators see names and members of private rooms, and act on them in sight of all', async ({
	page,
	own: deploy
}) => {
	const app = await deploy();
	const [edith, ada, bo] = [
		await Person.join(app.url, 'Edith'),
		await Person.join(app.url, 'Ada'),
		await Person.join(app.url, 'Bo')
	];
	await edith.post(`${await setupPath(app)}?/own`, {});
	const path = await createPrivate(ada, 'Vault');
	await ada.say(path, 'Kestrel eggs.');
	await add(ada, path, bo);
	expect((await edith.get(path)).status).toBe(404);
	await signIn(page, edith);
	await page.goto(`${app.url}/operator`);
	await page.getByRole('main').getByRole('link', { name: 'Private rooms' }).click();
	await expect(page.getByRole('list', { name: 'Private rooms' }).getByRole('listitem')).toHaveText([
		/Vault.*2 members.*Ada/s
	]);
	await page.getByRole('link', { name: 'Vault' }).click();
	await expect(page.getByRole('heading', { name: 'Vault' })).toBeVisible();
	await expect(members(page)).toHaveCount(2);
	expect(await page.content()).not.toContain('Kestrel');
	await button(page, 'Remove Bo').click();
	await expect(page.getByRole('link', { name: 'Cancel' })).toBeVisible();
	await button(page, 'Remove Bo').click();
	await expect(page.getByText('Bo is not a member any more.')).toBeVisible();
	expect((await bo.get(path)).status).toBe(404);
	await button(page, 'Archive this room').click();
	await expect(page.getByText('This room is archived.')).toBeVisible();
	await button(page, 'Reopen this room').click();
	await expect(page.getByText('This room is open for posts again.')).toBeVisible();
	await button(page, 'Let me in').click();
	await expect(page).toHaveURL(app.url + path);
	await expect(page.getByRole('heading', { name: 'Vault' })).toBeVisible();
	await expect(messages(page)).toHaveCount(0);
	expect(await page.content()).not.toContain('Kestrel');
	const seen = await (await ada.get(path)).text();
	for (const line of [
		'Edith removed Bo',
		'Edith, an operator, archived this room',
		'Edith, an operator, came in and can read what is written from now on'
	])
		expect(seen).toContain(line);
	// What they cannot read they cannot give, nor open.
	await open(page, `${app.url}${path}/members`, false);
	await expect(page.getByRole('radio')).toHaveCount(1);
	expect((await add(edith, path, bo, 'all')).status).toBe(403);
	expect((await edith.post(`${path}/settings?/open`, {})).status).toBe(403);
	expect((await add(edith, path, bo, 'from now on')).status).toBe(200);
	const log = await (await edith.get('/operator/log')).text();
	for (const act of ['Remove from a private room', 'Let themselves into a private room', 'Vault'])
		expect(log).toContain(act);
});

test('a report of a message in a private room says that operators can’t read it otherwise', async ({
	someone,
	page
}) => {
	const ada = await someone('Ada');
	const path = await createPrivate(ada, fresh('Vault'));
	await ada.say(path, 'Soup.');
	await signIn(page, ada);
	await page.goto(`${path}/1/report`);
	await expect(page.getByText('They can’t read this room otherwise')).toBeVisible();
});
