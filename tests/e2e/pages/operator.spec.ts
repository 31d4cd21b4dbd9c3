import type { Deployment } from '../../support/process.ts';
import { choose, editor, openActions, panel, remove } from '../actions.ts';
import { everyMessage, Person } from '../person.ts';
import { composer, expect, message, messages, open, openAs, rooms, send, test } from '../test.ts';

/** The path that the start prints while there is no operator. */
const offered = (app: Deployment) => /http:\/\/\S+(\/operator\/\S+)/.exec(app.app().output())?.[1];

async function operatorPath(app: Deployment): Promise<string> {
	await expect.poll(() => offered(app)).toBeTruthy();
	return offered(app) ?? '';
}

test('the operator link of the first start makes one person operator, once', async ({ page, own, scripts }) => {
	const app = await own();
	const ada = await Person.join(app.url, 'Ada');
	const link = await operatorPath(app);
	await openAs(page, ada, '/', scripts);
	await page.goto(app.url + link);
	await page.getByRole('button', { name: 'Become the operator as Ada' }).click();
	await expect(page.getByRole('heading', { name: 'Operator' })).toBeVisible();

	const grace = await Person.join(app.url, 'Grace');
	expect((await grace.get(link)).status).toBe(404);
	expect((await grace.post(link, {})).status).toBe(404);
	expect((await grace.get('/operator')).status).toBe(404);
	expect((await grace.post('/operator?/person', { name: 'Ada', act: 'block' })).status).toBe(404);
	await app.app().stop();
	await app.restart();
	expect((await grace.get('/healthz')).status).toBe(200);
	expect(offered(app)).toBeUndefined();
});

test('an operator blocks a person, whose sessions end, lifts the block, and names another operator', async ({
	page,
	own,
	scripts,
	stranger
}) => {
	const app = await own();
	const ada = await Person.join(app.url, 'Ada');
	await ada.post(await operatorPath(app), {});
	const grace = await Person.join(app.url, 'Grace');
	const kitchen = await grace.createRoom('Kitchen');
	const elsewhere = await stranger();
	await openAs(elsewhere, grace, kitchen, scripts);

	await openAs(page, ada, '/', scripts);
	await page.goto(`${app.url}/operator`);
	await page.getByRole('textbox', { name: 'Their name' }).fill('grace');
	await page.getByRole('button', { name: 'Block', exact: true }).click();
	await expect(page.getByText('Grace is blocked')).toBeVisible();
	await send(elsewhere, 'Am I still here?');
	await expect(elsewhere.getByText('You are not signed in any more').first()).toBeVisible();
	expect((await grace.send(kitchen, 'And now?')).status).toBe(401);

	await page.getByRole('textbox', { name: 'Their name' }).fill('Grace');
	await page.getByRole('button', { name: 'Lift the block' }).click();
	await expect(page.getByText('Grace is like everybody else now')).toBeVisible();
	expect((await grace.send(kitchen, 'Back again')).status).toBe(303);
	await expect.poll(() => app.app().output()).toContain('"act":"block"');

	expect((await grace.get('/operator')).status).toBe(404);
	await page.getByRole('textbox', { name: 'Their name' }).fill('Grace');
	await page.getByRole('button', { name: 'Make operator' }).click();
	await expect(page.getByText('Grace is an operator now')).toBeVisible();
	expect((await grace.get('/operator')).status).toBe(200);
});

test('an archived room can be read, and not written in', async ({ page, own, scripts }) => {
	const app = await own();
	const ada = await Person.join(app.url, 'Ada');
	await ada.post(await operatorPath(app), {});
	const kitchen = await ada.createRoom('Kitchen');
	await ada.say(kitchen, 'Last words');
	await ada.createRoom('Attic');

	await openAs(page, ada, '/', scripts);
	await page.goto(`${app.url}/operator`);
	await page.getByRole('textbox', { name: 'Its name' }).fill('Kitchen');
	await page.getByRole('button', { name: 'Archive' }).click();
	await expect(page.getByText('Kitchen is archived')).toBeVisible();

	await open(page, app.url + kitchen, scripts);
	await expect(page.getByRole('article').filter({ hasText: 'Last words' })).toBeVisible();
	await expect(page.getByText('This room is archived')).toBeVisible();
	await expect(composer(page)).toHaveCount(0);
	expect((await ada.send(kitchen, 'One more')).status).toBe(409);
	await open(page, `${app.url}/`, scripts);
	await expect(rooms(page).getByRole('link')).toHaveText([/Attic/, /Kitchen.*archived/i]);
});

test('an operator archives many rooms of one creator at once', async ({ page, own, scripts }) => {
	const app = await own();
	const [ada, eve] = [await Person.join(app.url, 'Ada'), await Person.join(app.url, 'Eve')];
	await ada.post(await operatorPath(app), {});
	const kitchen = await ada.createRoom('Kitchen');
	await ada.say(kitchen, 'Soup is on.');
	for (let n = 1; n <= 12; n++) await eve.createRoom(`Flood ${n}`);
	await eve.say('/rooms/flood-1', 'Ha!');

	await openAs(page, ada, '/', scripts);
	// New rooms without messages are listed below rooms with messages.
	await expect(rooms(page).getByRole('link')).toHaveCount(13);
	await expect(rooms(page).getByRole('link').first()).toContainText('Flood 1');
	await expect(rooms(page).getByRole('link').nth(1)).toContainText('Kitchen');

	await page.goto(`${app.url}/operator`);
	const boxes = page.getByRole('checkbox', { name: /^(Flood|Kitchen)/ });
	await expect(boxes).toHaveCount(13);
	await expect(page.getByRole('listitem').first()).toContainText(/Flood 12.*Eve.*no messages/s);
	await page.getByRole('textbox', { name: 'Created by' }).fill('eve');
	await page.getByRole('checkbox', { name: 'Only rooms without messages' }).check();
	await page.getByRole('button', { name: 'Show rooms, ticked' }).click();
	await expect(boxes).toHaveCount(11);
	for (const box of await boxes.all()) await expect(box).toBeChecked();
	await page.getByRole('checkbox', { name: 'Flood 7', exact: true }).uncheck();
	await page.getByRole('button', { name: 'Archive' }).click();
	await expect(page.getByText('10 rooms are archived')).toBeVisible();

	expect((await eve.send('/rooms/flood-7', 'Still here')).status).toBe(303);
	expect((await eve.send('/rooms/flood-8', 'Still here')).status).toBe(409);
	expect((await ada.send(kitchen, 'More soup')).status).toBe(303);
	expect((await eve.post('/operator?/room', { id: 'x', act: 'archive' })).status).toBe(404);
	await open(page, `${app.url}/`, scripts);
	await expect(rooms(page).getByRole('link').filter({ hasText: 'archived' })).toHaveCount(10);
});

test('an operator may delete another person’s message, and not edit it', async ({ page, own, scripts }) => {
	const app = await own();
	const ada = await Person.join(app.url, 'Ada');
	await ada.post(await operatorPath(app), {});
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
	await expect.poll(() => app.app().output()).toContain('"act":"delete"');
	expect(app.app().output()).not.toContain('Nobody should');
});

test('an edit in a room that was archived meanwhile is refused, and its text is kept', async ({
	page,
	own,
	scripts
}) => {
	const app = await own();
	const ada = await Person.join(app.url, 'Ada');
	await ada.post(await operatorPath(app), {});
	const kitchen = await ada.createRoom('Kitchen');
	await ada.say(kitchen, 'Last words');
	await openAs(page, ada, kitchen, scripts);
	await openActions(page, 'Last words');
	await choose(page, 'Edit');
	await editor(page).fill('Very last words');
	expect((await ada.post('/operator?/room', { room: 'Kitchen', act: 'archive' })).status).toBe(200);
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByRole('main').getByRole('alert')).toContainText('This room is archived');
	await expect(editor(page)).toHaveValue('Very last words');
	expect((await ada.post(`${kitchen}?/react`, { reaction: '1 👍 on' })).status).toBe(409);

	expect((await ada.post('/operator?/room', { room: 'Kitchen', act: 'reopen' })).status).toBe(200);
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(message(page, 'Very last words')).toContainText('edited');
});
