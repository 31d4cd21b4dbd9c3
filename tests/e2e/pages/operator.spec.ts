import type { Locator, Page } from 'playwright/test';
import { setupPath } from '../../fixtures/world.ts';
import type { Deployment } from '../../support/process.ts';
import { choose, editor, openActions, panel, remove } from '../actions.ts';
import { everyMessage, Person } from '../person.ts';
import {
	composer,
	expect,
	message,
	messages,
	open,
	openAs,
	rooms,
	send,
	signIn,
	test,
	unfoldArchived
} from '../test.ts';

/** Makes the person the owner, through the link that the start prints. */
async function own(app: Deployment, person: Person): Promise<Person> {
	await person.post(`${await setupPath(app)}?/own`, {});
	expect((await person.get('/operator')).status).toBe(200);
	return person;
}

const people = (page: Page) => page.getByRole('list', { name: 'People' }).getByRole('listitem');
const person = (page: Page, name: string) => people(page).filter({ hasText: name });
const button = (of: Page | Locator, name: string) => of.getByRole('button', { name, exact: true });
/** The entries of the log, newest first. */
const entries = (page: Page) => page.getByRole('list', { name: 'Log' }).getByRole('listitem');

async function find(page: Page, app: Deployment, name: string): Promise<Locator> {
	await page.goto(`${app.url}/operator/people`);
	await page.getByRole('textbox', { name: 'Find a person' }).fill(name);
	await button(page, 'Find').click();
	await expect(people(page)).toHaveCount(1);
	return person(page, name);
}

async function changeRole(row: Locator, role: string): Promise<void> {
	await row.getByRole('combobox', { name: 'Role' }).selectOption(role);
	await button(row, 'Change role').click();
}

/** The id that the person's forms post. */
async function idOf(row: Locator): Promise<string> {
	return row.locator('input[name=id]').first().inputValue();
}

test('the sections are for operators alone', async ({ own: deploy }) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	const grace = await Person.join(app.url, 'Grace');
	for (const section of ['', '/place', '/people', '/rooms', '/reports', '/log', '/log/export', '/status']) {
		expect((await ada.get(`/operator${section}`)).status, section).toBe(200);
		expect((await grace.get(`/operator${section}`)).status, section).toBe(404);
	}
	expect(await (await ada.get('/operator/status')).text()).toContain('This request came to http://127.0.0.1');
	expect((await grace.post('/operator/people?/role', { id: 'x', role: 'owner' })).status).toBe(404);
	expect((await grace.post('/operator/place?/save', { name: 'Mine' })).status).toBe(404);
	expect((await grace.post('/operator/rooms?/room', { room: 'x', act: 'archive' })).status).toBe(404);
});

test('an operator has everything checked that doctor checks, and sees when and what it found', async ({
	page,
	own: deploy
}) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	await ada.sendFiles(await ada.createRoom('Kitchen'), 'Notes', { 'notes.txt': Buffer.alloc(2_000, 'x') });
	await signIn(page, ada);
	await page.goto(`${app.url}/operator/status`);
	await expect(page.getByText('1 file, smaller copies of pictures included: 2.0 kB of 20.0 GB')).toBeVisible();
	await expect(page.getByText('This build can read the records.')).toHaveCount(1);
	await button(page, 'Check all now').click();
	await expect(page.getByText('Last checked')).toBeVisible({ timeout: 20_000 });
	await expect(page.getByText('Pages can open')).toBeVisible();
	await expect(page.getByText(/records are in .* and sound/)).toBeVisible();
	await expect(page.getByText('This build can read the records.')).toHaveCount(2);
	await button(page, 'Check all now').click();
	await expect(page.getByText('less than a minute ago')).toBeVisible();
});

test('a page of operators is not found within the frame by others, and its scripts load', async ({
	page,
	own: deploy,
	scripts
}) => {
	const app = await deploy();
	const ada = await Person.join(app.url, 'Ada');
	await ada.createRoom('Kitchen');
	await signIn(page, ada);
	for (const path of ['/operator', '/operator/people/x/block']) {
		expect((await page.goto(app.url + path))?.status()).toBe(404);
		await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible();
		await expect(page.getByRole('navigation', { name: 'Rooms and messages' })).toContainText('Kitchen');
		await expect(page.getByRole('main').getByRole('link', { name: 'All rooms' })).toBeVisible();
	}
	if (!scripts) return;
	// Keys do nothing before the script runs.
	await expect(async () => {
		await page.keyboard.press('?');
		await expect(page.getByRole('dialog')).toBeVisible({ timeout: 1_000 });
	}).toPass();
});

test('the log says who became the owner by the set-up link, and who revoked whose invitation', async ({
	own: deploy
}) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	const grace = await Person.join(app.url, 'Grace');
	const idOfNew = async (by: Person) => {
		await by.post('/people/invitations?/invite', {
			lifetime: 'week',
			uses: '1',
			formId: by.name.padEnd(26, 'a').toLowerCase()
		});
		return /\/join\/([a-z2-7]{26})/.exec(await (await by.get('/people/invitations')).text())?.[1] ?? '';
	};
	for (const [by, maker] of [
		[ada, grace],
		[ada, ada]
	] as const) {
		expect((await by.post('/people/invitations?/revoke', { id: await idOfNew(maker) })).status).toBe(303);
	}
	const log = await (await ada.get('/operator/log/export?as=csv')).text();
	expect(log).toMatch(/,role,done,Ada,.*member → owner/);
	// Her own invitation is her own business.
	expect(log.match(/,revoke-invitation,done,Ada,[^,]*,Grace,/g)).toHaveLength(1);
	expect(log.match(/revoke-invitation/g)).toHaveLength(1);
});

test('a person is blocked on a page that says what happens, is signed out everywhere, and is unblocked', async ({
	page,
	own: deploy,
	scripts,
	stranger
}) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	const grace = await Person.join(app.url, 'Grace');
	const kitchen = await grace.createRoom('Kitchen');
	const elsewhere = await stranger();
	await openAs(elsewhere, grace, kitchen, scripts);

	await signIn(page, ada);
	await button(await find(page, app, 'grace'), 'Block').click();
	await expect(page.getByRole('heading', { name: 'Block Grace' })).toBeVisible();
	await page.getByRole('link', { name: 'Cancel' }).click();
	await expect(people(page)).toHaveCount(1);
	expect((await grace.send(kitchen, 'Nothing has happened')).status).toBe(303);

	await button(person(page, 'Grace'), 'Block').click();
	// The page that asks has a button of the same name.
	await expect(page.getByRole('link', { name: 'Cancel' })).toBeVisible();
	await button(page, 'Block').click();
	await expect(page.getByText('Grace is blocked and has been signed out everywhere.')).toBeVisible();
	await expect(person(page, 'Grace')).toContainText('blocked');
	await send(elsewhere, 'Am I still here?');
	await expect(elsewhere.getByText('Your text is still here: sign in to send it').first()).toBeVisible();
	expect((await grace.send(kitchen, 'And now?')).status).toBe(401);
	await expect.poll(() => app.app().output()).toContain('"act":"block"');

	await button(person(page, 'Grace'), 'Unblock').click();
	await expect(page.getByRole('status').filter({ hasText: 'Grace is unblocked' })).toBeVisible();
	await expect(button(person(page, 'Grace'), 'Block')).toBeVisible();
	// The old sessions stay ended: a recovery link leads back.
	expect((await grace.send(kitchen, 'With the old cookie')).status).toBe(401);

	await page.goto(`${app.url}/operator/log`);
	await expect(entries(page)).toHaveText([
		/^\s*Unblock:\s+Grace.*Ada/s,
		/^\s*Block:\s+Grace.*Ada, from 127\.0\.0\.1/s,
		/^\s*Change role:\s+Ada.*by the set-up link/s
	]);
});

test('an owner names an operator and takes it back; Enter in a field changes nobody', async ({ page, own: deploy }) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	const grace = await Person.join(app.url, 'Grace');
	await signIn(page, ada);
	const row = await find(page, app, 'Grace');
	await changeRole(row, 'Operator');
	await expect(page.getByRole('heading', { name: 'Change the role of Grace' })).toBeVisible();
	expect((await grace.get('/operator')).status).toBe(404);
	await button(page, 'Make operator').click();
	await expect(page.getByText('Grace is an operator now.')).toBeVisible();
	expect((await grace.get('/operator')).status).toBe(200);

	await page.getByRole('textbox', { name: 'Find a person' }).fill('Grace');
	await page.getByRole('textbox', { name: 'Find a person' }).press('Enter');
	await expect(people(page)).toHaveCount(1);
	expect((await grace.get('/operator')).status).toBe(200);

	// An operator does nothing to an owner or to themselves.
	const adaId = await (async () => idOf(await find(page, app, 'Ada')))();
	const graceId = await idOf(await find(page, app, 'Grace'));
	for (const act of ['block', 'deactivate', 'recovery-link']) {
		expect((await grace.post(`/operator/people/${adaId}/${act}`, {})).status, act).toBe(403);
		expect((await grace.post(`/operator/people/${graceId}/${act}`, {})).status, act).toBe(409);
	}
	expect((await grace.post(`/operator/people/${adaId}/role`, { role: 'member' })).status).toBe(403);

	await changeRole(await find(page, app, 'Grace'), 'Member');
	await button(page, 'Make member').click();
	await expect(page.getByText('Grace is a member now.')).toBeVisible();
	expect((await grace.get('/operator')).status).toBe(404);
	await changeRole(person(page, 'Grace'), 'Guest');
	await expect(page.getByText('Grace is a guest now.')).toBeVisible();
});

test('the last owner stays one, and is told why', async ({ page, own: deploy }) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	await signIn(page, ada);
	const row = await find(page, app, 'Ada');
	await expect(button(row, 'Block')).toHaveCount(0);
	const id = await idOf(row);
	await changeRole(row, 'Member');
	await expect(page.getByText('This is the last owner. Make someone else an owner first.')).toBeVisible();
	await expect(page.getByRole('link', { name: 'Cancel' })).toBeVisible();
	expect((await ada.post(`/operator/people/${id}/role`, { role: 'member' })).status).toBe(409);
	expect((await ada.post(`/operator/people/${id}/block`, {})).status).toBe(409);
	expect((await ada.get('/operator')).status).toBe(200);
});

test('a block deletes the messages of the last hour, and open pages see it', async ({
	page,
	own: deploy,
	scripts,
	stranger
}) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	const [grace, eve] = [await Person.join(app.url, 'Grace'), await Person.join(app.url, 'Eve')];
	const [kitchen, hall] = [await grace.createRoom('Kitchen'), await eve.createRoom('Hall')];
	await grace.say(kitchen, 'Soup is on.');
	for (let n = 1; n <= 3; n++) await eve.say(kitchen, `Buy ${n}`);
	await eve.say(hall, 'Buy here');
	const elsewhere = await stranger();
	await openAs(elsewhere, grace, kitchen, scripts);
	await expect(messages(elsewhere)).toHaveCount(4);

	await signIn(page, ada);
	await button(await find(page, app, 'Eve'), 'Block').click();
	await expect(
		page.getByRole('group', { name: 'Delete their messages' }).getByRole('radio', { name: 'None' })
	).toBeChecked();
	await page.getByRole('radio', { name: 'Of the last hour' }).check();
	await button(page, 'Block').click();
	await expect(page.getByText('Eve is blocked')).toBeVisible();

	if (!scripts) {
		await expect
			.poll(async () => JSON.stringify([await everyMessage(app.url, kitchen), await everyMessage(app.url, hall)]))
			.not.toContain('Buy');
		await open(elsewhere, app.url + kitchen, scripts);
	}
	await expect(messages(elsewhere).filter({ hasText: 'This message was deleted.' })).toHaveCount(3);
	await expect(messages(elsewhere).filter({ hasText: 'Soup is on.' })).toHaveCount(1);
	await expect.poll(async () => JSON.stringify(await everyMessage(app.url, hall))).not.toContain('Buy');
});

test('a deactivated person is signed out and let in again', async ({ page, own: deploy }) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	const grace = await Person.join(app.url, 'Grace');
	await signIn(page, ada);
	await button(await find(page, app, 'Grace'), 'Deactivate').click();
	await expect(page.getByRole('link', { name: 'Cancel' })).toBeVisible();
	await button(page, 'Deactivate').click();
	await expect(page.getByText('Grace is deactivated and has been signed out everywhere.')).toBeVisible();
	await expect(person(page, 'Grace')).toContainText('deactivated');
	expect((await grace.get('/you/sign-in')).status).not.toBe(200);
	await button(person(page, 'Grace'), 'Reactivate').click();
	await expect(page.getByRole('status').filter({ hasText: 'Grace is active again' })).toBeVisible();
	await expect(button(person(page, 'Grace'), 'Deactivate')).toBeVisible();
});

test('a recovery link is made on a page that warns, is shown once, and is in no log', async ({ page, own: deploy }) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	await Person.join(app.url, 'Grace');
	await signIn(page, ada);
	await button(await find(page, app, 'Grace'), 'Recovery link').click();
	await expect(page.getByText('signs them out everywhere else')).toBeVisible();
	await button(page, 'Recovery link').click();
	const link = await page.getByRole('textbox', { name: 'Recovery link' }).inputValue();
	expect(link).toMatch(new RegExp(`^${app.url}/signin/[\\w-]{43}$`));
	await page.goto(`${app.url}/operator/log`);
	await expect(entries(page).first()).toContainText(/Make a recovery link:\s+Grace/);
	const secret = link.split('/').at(-1) ?? '';
	expect(await page.content()).not.toContain(secret);
	expect(await (await ada.get('/operator/log/export?as=jsonl')).text()).not.toContain(secret);
	expect(app.output()).not.toContain(secret);
});

test('who may create rooms is decided by operators, and what the server pins is shown as fixed', async ({
	page,
	own: deploy,
	scripts
}) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	const grace = await Person.join(app.url, 'Grace');
	await signIn(page, ada);
	await page.goto(`${app.url}/operator/place`);
	await expect(page.getByRole('group', { name: 'Who can join' }).getByRole('radio').first()).toBeDisabled();
	await page.getByRole('textbox', { name: 'Name of this place' }).fill('  ');
	await page.getByRole('textbox', { name: 'Welcome line' }).fill('Come in, and say hello.');
	await button(page, 'Save').click();
	await expect(page.getByText('Enter a name for this place.')).toBeVisible();
	await expect(page.getByRole('textbox', { name: 'Welcome line' })).toHaveValue('Come in, and say hello.');
	await page.getByRole('textbox', { name: 'Name of this place' }).fill('The allotment');
	await page.getByRole('group', { name: 'Who can create rooms' }).getByRole('radio', { name: 'Operators' }).check();
	await button(page, 'Save').click();
	await expect(page.getByText('Saved.')).toBeVisible();
	await page.reload();
	await expect(page.getByRole('textbox', { name: 'Name of this place' })).toHaveValue('The allotment');
	await expect(page).toHaveTitle('Place · Operator · The allotment');
	for (const [path, title] of [
		['/new/room', 'New room'],
		['/search?q=shed', 'shed · Search'],
		['/you', 'Settings'],
		['/nothing', 'Page not found']
	]) {
		expect(await (await ada.get(path ?? '')).text()).toContain(`<title>${title} · The allotment</title>`);
	}

	expect((await grace.post('/?/create', { name: 'Shed', formId: 'form-0000000000000001' })).status).toBe(403);
	await ada.createRoom('Shed');
	await page.context().clearCookies();
	await openAs(page, grace, '/', scripts);
	await expect(page.getByRole('textbox', { name: 'Room name' })).toHaveCount(0);
	const log = await (await ada.get('/operator/log/export?as=csv')).text();
	expect(log).toMatch(/,settings,done,Ada,/);
	expect(log).toContain('createRooms: members → operators');
	expect(log).not.toContain('say hello');
});

test('a person reports a message, and an operator finds it with its text, also after it was deleted', async ({
	page,
	own: deploy,
	scripts,
	stranger
}) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	const [grace, eve] = [await Person.join(app.url, 'Grace'), await Person.join(app.url, 'Eve')];
	const kitchen = await grace.createRoom('Kitchen');
	await eve.say(kitchen, 'Something unkind');
	await openAs(page, grace, kitchen, scripts);
	await openActions(page, 'Something unkind');
	await panel(page).getByRole('link', { name: 'Report' }).click();
	await expect(page.getByText('get a copy of this message')).toBeVisible();
	await expect(page.getByRole('blockquote')).toHaveText('Something unkind');
	await button(page, 'Send report').click();
	await expect(page.getByText('Say what’s wrong, in a few words.')).toBeVisible();
	await page.getByRole('textbox', { name: 'Reason' }).fill('This hurts.');
	await button(page, 'Send report').click();
	await expect(page.getByText('The operators got your report')).toBeVisible();
	expect((await grace.post(`${kitchen}/1/report?/send`, { reason: 'Again' })).status).toBe(409);
	await eve.post(`${kitchen}?/delete`, { n: '1' });

	const office = await stranger();
	await openAs(office, ada, kitchen, scripts);
	await office.goto(`${app.url}/operator/reports`);
	const report = office.getByRole('list', { name: 'Reports' }).getByRole('listitem');
	await expect(report).toHaveText([/Message 1 in Kitchen.*Eve.*Something unkind.*This hurts\..*Reported by\s+Grace/s]);
	await button(report, 'Mark as done').click();
	await expect(report).toContainText('done by Ada');
	await expect(button(report, 'Mark as done')).toHaveCount(0);
	expect(app.output()).not.toContain('unkind');
});

test('the status page tells of the store and shows no secret', async ({ page, own: deploy }) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	await ada.createRoom('Kitchen');
	await signIn(page, ada);
	await page.goto(`${app.url}/operator`);
	await page.getByRole('main').getByRole('link', { name: 'Status' }).click();
	await expect(page.getByRole('heading', { name: 'Status' })).toBeVisible();
	await expect(page.getByRole('definition').filter({ hasText: /^Parley \d/ })).toBeVisible();
	if (app.apiKey) expect(await page.content()).not.toContain(app.apiKey);
});

test('an archived room can be read, and not written in', async ({ page, own: deploy, scripts }) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	const kitchen = await ada.createRoom('Kitchen');
	await ada.say(kitchen, 'Last words');
	await ada.createRoom('Attic');

	await openAs(page, ada, '/', scripts);
	await page.goto(`${app.url}/operator/rooms`);
	await page.getByRole('textbox', { name: 'Or one room by name' }).fill('Kitchen');
	await page.getByRole('button', { name: 'Archive' }).click();
	// Nothing is archived before it is confirmed.
	await expect(page.getByRole('heading', { name: 'Archive Kitchen' })).toBeVisible();
	expect((await ada.send(kitchen, 'Not yet')).status).toBe(303);
	await page.getByRole('button', { name: 'Archive' }).click();
	await expect(page.getByText('Kitchen is archived')).toBeVisible();

	await open(page, app.url + kitchen, scripts);
	await expect(page.getByRole('article').filter({ hasText: 'Last words' })).toBeVisible();
	await expect(page.getByText('This room is archived')).toBeVisible();
	await expect(composer(page)).toHaveCount(0);
	expect((await ada.send(kitchen, 'One more')).status).toBe(409);
	await open(page, `${app.url}/`, scripts);
	await expect(rooms(page).getByRole('link')).toHaveText([/Attic/]);
	await expect(await unfoldArchived(page)).toHaveText([/Kitchen/]);
});

test('an operator archives many rooms of one creator at once, on a page that lists them', async ({
	page,
	own: deploy,
	scripts
}) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	const eve = await Person.join(app.url, 'Eve');
	const kitchen = await ada.createRoom('Kitchen');
	await ada.say(kitchen, 'Soup is on.');
	for (let n = 1; n <= 12; n++) await eve.createRoom(`Flood ${n}`);
	await eve.say('/rooms/flood-1', 'Ha!');

	await openAs(page, ada, '/', scripts);
	await expect(rooms(page).getByRole('link')).toHaveCount(13);

	await page.goto(`${app.url}/operator/rooms`);
	const boxes = page.getByRole('checkbox', { name: /^(Flood|Kitchen)/ });
	await expect(boxes).toHaveCount(13);
	await expect(page.getByRole('main').getByRole('listitem').first()).toContainText(/Flood 12.*Eve.*no messages/s);
	await page.getByRole('textbox', { name: 'Created by' }).fill('eve');
	await page.getByRole('checkbox', { name: 'Only rooms without messages' }).check();
	await page.getByRole('button', { name: 'Show rooms, ticked' }).click();
	await expect(boxes).toHaveCount(11);
	for (const box of await boxes.all()) await expect(box).toBeChecked();
	await page.getByRole('checkbox', { name: 'Flood 7', exact: true }).uncheck();
	await page.getByRole('button', { name: 'Archive' }).click();
	await expect(page.getByRole('list', { name: 'Rooms to archive' }).getByRole('listitem')).toHaveCount(10);
	expect((await eve.send('/rooms/flood-8', 'Not yet')).status).toBe(303);
	await page.getByRole('button', { name: 'Archive' }).click();
	await expect(page.getByText('10 rooms are archived')).toBeVisible();

	expect((await eve.send('/rooms/flood-7', 'Still here')).status).toBe(303);
	expect((await eve.send('/rooms/flood-8', 'Still here')).status).toBe(409);
	expect((await ada.send(kitchen, 'More soup')).status).toBe(303);
	expect((await eve.post('/operator/rooms?/room', { id: 'x', act: 'archive' })).status).toBe(404);
	await open(page, `${app.url}/`, scripts);
	await expect(rooms(page).getByRole('link')).toHaveCount(3);
	await expect(await unfoldArchived(page)).toHaveCount(10);
});

test('an operator may delete another person’s message, and not edit it', async ({ page, own: deploy, scripts }) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	const [grace, lin] = [await Person.join(app.url, 'Grace'), await Person.join(app.url, 'Lin')];
	const kitchen = await grace.createRoom('Kitchen');
	await grace.say(kitchen, 'Nobody should read this.', 'This may stay.');
	expect((await lin.post(`${kitchen}?/delete`, { n: '1' })).status).toBe(403);

	await openAs(page, ada, kitchen, scripts);
	await openActions(page, 'This may stay.');
	await expect(panel(page).locator('summary')).toHaveText(['Delete'], { useInnerText: true });
	expect((await ada.post(`${kitchen}?/edit`, { n: '2', message: 'Ada’s now.' })).status).toBe(403);
	await open(page, app.url + kitchen, scripts);
	await remove(page, 'Nobody should read this.');
	await expect(messages(page)).toHaveText([/This message was deleted\./, /This may stay\./]);
	expect((await grace.get(`${kitchen}/1`)).status).toBe(410);
	expect(JSON.stringify(await everyMessage(app.url, kitchen))).not.toContain('Nobody should');
	await expect.poll(() => app.app().output()).toContain('"act":"delete-message"');
	expect(app.app().output()).not.toContain('Nobody should');
	const log = await (await ada.get('/operator/log/export?as=csv')).text();
	expect(log).toMatch(/,delete-message,done,Ada,/);
	expect(log).not.toContain('Nobody should');
});

test('an edit in a room that was archived meanwhile is refused, and its text is kept', async ({
	page,
	own: deploy,
	scripts
}) => {
	const app = await deploy();
	const ada = await own(app, await Person.join(app.url, 'Ada'));
	const kitchen = await ada.createRoom('Kitchen');
	await ada.say(kitchen, 'Last words');
	await openAs(page, ada, kitchen, scripts);
	await openActions(page, 'Last words');
	await choose(page, 'Edit');
	await editor(page).fill('Very last words');
	expect((await ada.post('/operator/rooms?/room', { room: 'Kitchen', act: 'archive', confirmed: 'yes' })).status).toBe(
		200
	);
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByRole('main').getByRole('alert')).toContainText('This room is archived');
	await expect(editor(page)).toHaveValue('Very last words');
	expect((await ada.post(`${kitchen}?/react`, { reaction: '1 👍 on' })).status).toBe(409);

	expect((await ada.post('/operator/rooms?/room', { room: 'Kitchen', act: 'reopen' })).status).toBe(200);
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(message(page, 'Very last words')).toContainText('edited');
});
