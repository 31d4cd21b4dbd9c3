/** Direct messages, with and without a script: beginning, listing, the page, groups, blocking, and who sees nothing. */
import type { Page } from 'playwright/test';
import { peopled } from '../../fixtures/people.ts';
import { deploy, UNLIMITED } from '../../support/process.ts';
import { openActions, panel } from '../actions.ts';
import { postForm, sendIds } from '../person.ts';
import { composer, expect, fresh, message, open, openAs, refusal, say, signIn, test } from '../test.ts';

const to = (page: Page) => page.getByLabel('To', { exact: true });
const start = (page: Page) => page.getByRole('button', { name: 'Start' }).click();
const listed = (page: Page) => page.getByRole('list', { name: 'Direct messages' }).getByRole('link');
const menu = (page: Page) => page.getByRole('button', { name: 'Room menu' }).click();

/** Opens the page of a person. */
async function visit(page: Page, name: string): Promise<void> {
	await page.goto(`/people?name=${encodeURIComponent(name)}`);
	await page.getByRole('list', { name: 'People', exact: true }).getByRole('link', { name }).click();
	await expect(page.getByRole('heading', { name })).toBeVisible();
}

test('a person begins a conversation by a name, which keeps what was typed until somebody is found', async ({
	page,
	someone,
	stranger,
	scripts
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	await openAs(page, ada, '/', scripts);
	await page.getByRole('link', { name: 'New message' }).click();
	await expect(page.getByRole('heading', { name: 'New message' })).toBeVisible();
	for (const [typed, why] of [
		[' , ', 'Enter a name.'],
		[`${grace.name}, Nobody of that name`, 'Nobody is called Nobody of that name.'],
		[Array.from({ length: 33 }, () => grace.name).join(', '), 'Direct messages are for up to 8 people']
	] as const) {
		await to(page).fill(typed);
		await start(page);
		await expect(refusal(page)).toContainText(why);
		await expect(to(page)).toHaveValue(typed);
	}
	await to(page).fill(grace.name);
	await start(page);
	await expect(page.getByRole('heading', { name: grace.name, exact: true })).toBeVisible();
	await expect(page).toHaveTitle(new RegExp(grace.name));
	await expect(composer(page)).toHaveAttribute('placeholder', `Message ${grace.name}`);
	await expect(page.getByText(`Only you and ${grace.name} can read what is written here.`)).toBeVisible();
	const path = new URL(page.url()).pathname;
	expect(path).toMatch(/^\/rooms\/~1[a-z2-7]{25}$/);

	// Nobody sees it before its first message.
	expect(await (await grace.get('/')).text()).not.toContain('aria-label="Direct messages"><li');
	await say(page, 'Have you seen my key?');

	const other = await stranger();
	await openAs(other, grace, '/', scripts);
	await expect(listed(other)).toHaveText(new RegExp(`${ada.name}.*1 unread.*Have you seen my key`, 's'));
	await listed(other).click();
	await expect(message(other, 'Have you seen my key?')).toBeVisible();
	// From the other side, by the person's page, it is the same room.
	await visit(other, ada.name);
	await other.getByRole('link', { name: 'New message' }).click();
	await expect(to(other)).toHaveValue(ada.name);
	await start(other);
	await expect(composer(other)).toBeVisible();
	expect(new URL(other.url()).pathname).toBe(path);
	await expect(
		other.getByRole('navigation', { name: 'Rooms and messages' }).getByRole('list', { name: 'Direct messages' })
	).toContainText(ada.name);

	// Names follow renames.
	const name = fresh('Augusta');
	await ada.post('/you?/rename', { name });
	await open(other, path, scripts);
	await expect(other.getByRole('heading', { name, exact: true })).toBeVisible();
	await expect(listed(other)).toContainText([name]);
});

test('messages are answered, edited, deleted and reacted to as in a room, and notes to oneself are one’s own', async ({
	page,
	someone,
	scripts
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const path = await grace.startWith(ada.name);
	await grace.say(path, 'Tea or coffee?', 'It is for the guests.');
	await openAs(page, ada, path, scripts);
	await openActions(page, 'Tea or coffee?');
	await expect(panel(page).getByRole('link', { name: 'Reply' })).toBeVisible();
	await expect(panel(page).getByRole('link', { name: 'Report' })).toHaveCount(0);
	await panel(page).getByRole('link', { name: 'Reply' }).click();
	await say(page, 'Tea, please.');
	await expect(message(page, 'Tea, please.')).toContainText('Tea or coffee?');
	expect((await ada.post(`${path}/3?/edit`, { n: '3', message: 'Coffee, please.' })).status).toBe(303);
	expect((await ada.post(`${path}/1?/react`, { reaction: '1 👍 on' })).status).toBe(303);
	expect((await grace.post(`${path}/2?/delete`, { n: '2' })).status).toBe(303);
	expect((await ada.post(`${path}/1?/delete`, { n: '1' })).status).toBe(403);
	await open(page, path, scripts);
	await expect(message(page, 'Coffee, please.')).toBeVisible();
	await expect(page.locator('#m-1')).toContainText('👍');
	await expect(message(page, 'It is for the guests.')).toHaveCount(0);
	await page.goto(`${path}/1`);
	await expect(page.locator('#m-1')).toContainText('Tea or coffee?');

	const notes = await ada.startWith(ada.name);
	await ada.say(notes, 'Buy bread');
	await open(page, notes, scripts);
	await expect(page.getByRole('heading', { name: `${ada.name} (you)` })).toBeVisible();
	await expect(listed(page)).toContainText([`${ada.name} (you)`, grace.name]);
	expect((await grace.get(notes)).status).toBe(404);
});

test('who blocks another’s messages gets none, and the other is told so and keeps the text', async ({
	page,
	someone,
	stranger,
	scripts
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const path = await grace.startWith(ada.name);
	await grace.say(path, 'Buy my coins');
	const other = await stranger();
	await openAs(other, grace, path, scripts);
	await composer(other).fill('Only today, for you');

	await signIn(page, ada);
	await visit(page, grace.name);
	await page.getByRole('button', { name: 'Block messages' }).click();
	await expect(page.getByRole('button', { name: 'Unblock messages' })).toBeVisible();
	// By a page from before, without the news of the block.
	const late = await grace.send(path, 'And more coins');
	expect(late.status).toBe(403);
	expect(await late.text()).toContain('And more coins');
	if (!scripts) {
		await other.getByRole('button', { name: 'Send', exact: true }).click();
		await expect(refusal(other)).toContainText('they have blocked your messages');
		await expect(composer(other)).toHaveValue('Only today, for you');
	}
	await open(other, path, scripts);
	await expect(other.getByText(`${ada.name} has blocked your messages.`)).toBeVisible();
	await expect(message(other, 'Buy my coins')).toBeVisible();

	await open(page, path, scripts);
	await expect(page.getByText(`You have blocked ${grace.name}. Unblock to write here.`)).toBeVisible();
	await page.getByRole('button', { name: 'Unblock', exact: true }).click();
	await expect(composer(page)).toBeVisible();
	await menu(page);
	await page.getByRole('button', { name: 'Block messages' }).click();
	await expect(page.getByText(`You have blocked ${grace.name}. Unblock to write here.`)).toBeVisible();
	await menu(page);
	await page.getByRole('button', { name: 'Unblock messages' }).click();
	await expect(composer(page)).toBeVisible();
	expect(new URL(page.url()).pathname).toBe(path);
	expect((await grace.send(path, 'Sorry about the coins')).status).toBe(303);

	// Blocked before there was a conversation.
	const eve = await someone('Eve');
	await visit(page, eve.name);
	await page.getByRole('button', { name: 'Block messages' }).click();
	await expect(page.getByRole('button', { name: 'Unblock messages' })).toBeVisible();
	await openAs(other, eve, '/new/message', false);
	await to(other).fill(ada.name);
	await start(other);
	await expect(refusal(other)).toHaveText(`You can’t write to ${ada.name}: they have blocked your messages.`);
	await expect(to(other)).toHaveValue(ada.name);
});

test('a group makes a private room, whose first message links back, and keeps its own messages', async ({
	page,
	someone,
	scripts
}) => {
	const [ada, grace, eve] = [await someone('Ada'), await someone('Grace'), await someone('Eve')];
	const path = await ada.startWith(grace.name, eve.name);
	await ada.say(path, 'Shall we plan the fair?');
	await openAs(page, ada, path, scripts);
	await menu(page);
	await expect(page.getByRole('button', { name: 'Block messages' })).toHaveCount(0);
	await page.getByRole('link', { name: 'Make a private room' }).click();
	await expect(page.getByText('It does not get the messages of this conversation')).toBeVisible();
	const make = page.getByRole('button', { name: 'Make a private room' });
	await make.click();
	await expect(refusal(page)).toHaveText('Enter a name for the room.');
	const name = fresh('Fair');
	await page.getByRole('textbox', { name: 'Room name' }).fill(name);
	await make.click();
	await expect(page.getByRole('heading', { name: `Private ${name}` })).toBeVisible();
	await expect(message(page, 'Shall we plan the fair?')).toHaveCount(0);
	const room = new URL(page.url()).pathname;
	expect(room).toMatch(/^\/rooms\/~0/);
	// Links in messages open a tab of their own.
	await page.goto(
		(await page.getByRole('article').getByRole('link', { name: 'our direct messages' }).getAttribute('href')) ?? ''
	);
	await expect(message(page, 'Shall we plan the fair?')).toBeVisible();
	for (const member of [grace, eve]) expect((await member.get(room)).status).toBe(200);
	const pair = await ada.startWith(grace.name);
	for (const [who, where] of [
		[ada, pair],
		[await someone('Olga'), path]
	] as const)
		expect((await who.get(`${where}/private-room`)).status).toBe(404);
});

test('nobody else gets a word or a different answer, operators included, and its people change nothing about it', async () => {
	const { furnish, cookies } = peopled({ Ada: 'member', Grace: 'member', Olga: 'owner', Gil: 'guest' });
	const app = await deploy('embedded', { ...UNLIMITED, JOINING: 'invite', READING: 'everyone' }, furnish);
	try {
		const headers = (name?: string) => {
			const { name: key = '', value = '' } = cookies.get(name ?? '') ?? {};
			return { accept: 'text/html', ...(name && { cookie: `${key}=${value}` }) };
		};
		const ask = (name: string | undefined, path: string) =>
			fetch(app.url + path, { headers: headers(name), redirect: 'manual' });
		const post = (name: string | undefined, path: string, fields: Record<string, string>) =>
			postForm(app.url + path, { ...sendIds(), ...fields }, headers(name));
		const begun = await post('Ada', '/new/message?/start', { to: 'Grace' });
		const path = new URL(begun.headers.get('location') ?? '', `${app.url}/new/message`).pathname;
		expect((await post('Ada', `${path}?/send`, { message: 'A kestrel' })).status).toBe(303);

		const none = `/rooms/~1${'a'.repeat(25)}`;
		for (const name of ['Olga', 'Gil', undefined]) {
			for (const rest of [
				'',
				'/1',
				'/settings',
				'/private-room',
				'/since?message=0&change=0&holes=',
				'/messages?before=2'
			]) {
				const [real, invented] = [await ask(name, path + rest), await ask(name, none + rest)];
				expect(real.status, `${name} ${rest}`).toBe(invented.status);
				expect(await real.text(), `${name} ${rest}`).not.toContain('kestrel');
			}
			for (const room of [path, none])
				expect((await post(name, `${room}?/send`, { message: 'Me too' })).status, `${name} ${room}`).toBe(404);
		}
		expect(await (await ask('Olga', '/operator/rooms')).text()).not.toContain(path);
		for (const rest of ['/settings', '/1/report']) expect((await ask('Grace', path + rest)).status, rest).toBe(404);
		expect((await post('Grace', `${path}/settings?/rename`, { name: 'Mine' })).status).toBe(404);
		expect((await post('Grace', `${path}/1/report?/send`, { reason: 'Unkind' })).status).toBe(404);

		// A guest answers, and begins nothing.
		const refused = await post('Gil', '/new/message?/start', { to: 'Ada' });
		expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('Guests can’t begin')]);
		expect((await ask('Gil', '/new/message')).status).toBe(403);
		const toGil = await post('Ada', '/new/message?/start', { to: 'Gil' });
		const guests = new URL(toGil.headers.get('location') ?? '', `${app.url}/new/message`).pathname;
		expect((await ask('Gil', guests)).status).toBe(404);
		await post('Ada', `${guests}?/send`, { message: 'Welcome' });
		expect((await post('Gil', `${guests}?/send`, { message: 'Thank you' })).status).toBe(303);
		expect((await post('Gil', `${guests}?/block`, {})).status).toBe(303);
		expect((await post('Ada', `${guests}?/send`, { message: 'Are you there?' })).status).toBe(403);
	} finally {
		await app.remove();
	}
});
