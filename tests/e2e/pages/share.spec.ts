/** What other apps share with the installed app: it comes to a room's composer, and nothing of its text is lost on the way. */
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright/test';
import { png } from '../../fixtures/pictures.ts';
import { Person } from '../person.ts';
import {
	composer,
	connection,
	expect,
	fresh,
	log,
	message,
	open,
	recoveryCodes,
	refusal,
	signIn,
	test,
	tryToJoin
} from '../test.ts';

const soup = { name: 'soup.png', mimeType: 'image/png', buffer: png(320, 200) };
const notes = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Two onions') };
const film = { name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(3_000_000, 1) };

const GONE =
	'This page no longer holds what was shared. If you chose a room, it is in that room; otherwise share it again.';

type Shared = Partial<Record<'title' | 'text' | 'url', string>>;

/** Navigates to the form that the system posts, with its headers: no page can make these. */
async function share(page: Page, app: string, shared: Shared, files: (typeof soup)[] = []): Promise<void> {
	await page.goto(`${app}/help`);
	await page.evaluate((fields) => {
		const input = (members: Record<string, unknown>) => Object.assign(document.createElement('input'), members);
		const form = document.createElement('form');
		Object.assign(form, { id: 'shared', method: 'POST', enctype: 'multipart/form-data', action: '/share?/receive' });
		for (const [name, value] of Object.entries(fields)) form.append(input({ type: 'hidden', name, value }));
		form.append(input({ type: 'file', name: 'files', multiple: true }));
		document.body.append(form);
	}, shared);
	if (files.length > 0) await page.locator('#shared [type=file]').setInputFiles(files);
	const posted = page.waitForRequest((request) => request.method() === 'POST');
	await page.route(
		/[/]share[?][/]receive$/,
		(route) => route.continue({ headers: { ...route.request().headers(), 'sec-fetch-site': 'none', origin: 'null' } }),
		{ times: 1 }
	);
	await page.locator('#shared').evaluate((form) => (form as HTMLFormElement).submit());
	await posted;
}

/** The same without a browser. */
function post(ada: Person, headers: Record<string, string>, shared: Shared = { text: 'Soup' }): Promise<Response> {
	const form = new FormData();
	for (const [name, value] of Object.entries(shared)) form.set(name, value);
	form.append('files', new Blob(['Two onions']), 'notes.txt');
	const all = { accept: 'text/html', cookie: ada.cookie, ...headers };
	return fetch(`${ada.app}/share?/receive`, { method: 'POST', body: form, headers: all, redirect: 'manual' });
}

const choice = (page: Page, name: string) =>
	page.getByRole('list', { name: 'Rooms to share in' }).getByRole('button', { name });
const text = (page: Page) => page.getByRole('main').getByRole('textbox', { name: 'Message' });
const find = async (page: Page, name: string) => {
	await page.getByRole('textbox', { name: 'Find a room' }).fill(name);
	await page.getByRole('button', { name: 'Find' }).click();
};

test('text and files come to the composer of the chosen room, and Send attaches them', async ({
	page,
	app,
	someone,
	scripts
}) => {
	const ada = await someone('Ada');
	const [kitchen, attic] = [fresh('Kitchen'), fresh('Attic')];
	const path = await ada.createRoom(kitchen);
	await ada.createRoom(attic);
	await signIn(page, ada);
	await share(page, app.url, { title: 'Soup', text: 'Try this', url: 'https://soup.example/1' }, [soup, notes]);
	await expect(text(page)).toHaveValue('Soup\nTry this\nhttps://soup.example/1');
	await expect(page.getByRole('checkbox', { name: 'soup.png' })).toBeChecked();
	await expect(choice(page, attic)).toBeVisible();

	// A search keeps what was changed.
	await text(page).fill('Try this on Sunday');
	await page.getByLabel('Description of soup.png').fill('A bowl');
	await find(page, kitchen);
	await expect(choice(page, attic)).toHaveCount(0);
	await expect(text(page)).toHaveValue('Try this on Sunday');
	await choice(page, kitchen).click();

	await expect(page.getByRole('heading', { name: kitchen })).toBeVisible();
	await expect(composer(page)).toHaveValue('Try this on Sunday');
	await expect(log(page).getByRole('article')).toHaveCount(0);
	if (scripts) {
		await expect(page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')).toHaveCount(2);
		await expect(connection(page)).toBeVisible();
		// Kept like a draft, for a page without the posted form.
		await open(page, path, true);
		await expect(page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')).toHaveCount(2);
		await expect(page.getByLabel('Description of soup.png')).toHaveValue('A bowl');
		await expect(composer(page)).toHaveValue('Try this on Sunday');
	} else await expect(page.getByRole('checkbox', { name: 'notes.txt' })).toBeChecked();
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	const sent = message(page, 'Try this on Sunday');
	await expect(sent.getByRole('img', { name: 'A bowl' })).toBeVisible();
	await expect(sent.getByRole('link', { name: 'Download notes.txt' })).toBeVisible();
	await expect(page).toHaveURL(app.url + path);
	await page.reload();
	await expect(message(page, 'Try this on Sunday')).toHaveCount(1);
	await expect(composer(page)).toHaveValue('');
});

test('a private room is offered to its members alone, and its composer knows who reads it', async ({
	page,
	app,
	someone
}) => {
	const [ada, eve] = [await someone('Ada'), await someone('Eve')];
	const name = fresh('Secret');
	const path = await ada.createRoom(name);
	expect((await ada.post(`${path}/settings?/private`, { formId: randomUUID() })).status).toBe(303);
	const secret = new URL((await ada.get(path)).headers.get('location') ?? path, app.url).pathname;

	await signIn(page, ada);
	await share(page, app.url, { text: 'Between us' });
	await choice(page, name).click();
	await expect(composer(page)).toHaveValue('Between us');
	// Somebody comes in before the text is sent: Parley asks.
	expect((await ada.post(`${secret}/members?/add`, { person: eve.name, history: 'all' })).status).toBe(200);
	const [sendId, day] = [page.locator('[name=sendId]'), page.locator('[name=day]')];
	const ids = { sendId: await sendId.inputValue(), day: await day.inputValue() };
	const answer = await ada.send(secret, 'Between us', ids);
	expect([answer.status, await answer.text()]).toEqual([
		409,
		expect.stringContaining('More people can read this room than when you wrote this.')
	]);
});

test('a room of others is not offered, and refused like one that there is not, with a way back that keeps everything', async ({
	page,
	app,
	someone
}) => {
	const [ada, eve] = [await someone('Ada'), await someone('Eve')];
	const [name, mine] = [fresh('Secret'), fresh('Mine')];
	const path = await ada.createRoom(name);
	expect((await ada.post(`${path}/settings?/private`, { formId: randomUUID() })).status).toBe(303);
	const secret = new URL((await ada.get(path)).headers.get('location') ?? path, app.url).pathname;
	await eve.createRoom(mine);
	await signIn(page, eve);
	await share(page, app.url, { text: 'For somebody' }, [notes]);
	await expect(choice(page, mine)).toBeVisible();
	await expect(choice(page, name)).toHaveCount(0);
	await find(page, name);
	await expect(page.getByText('No room of that name takes messages from you.')).toBeVisible();
	await find(page, mine);

	const refused: string[] = [];
	for (const room of [secret, '/rooms/there-is-no-such-room']) {
		const answer = await eve.post(`${room}?/draft`, { message: 'For somebody' });
		refused.push(`${answer.status} ${/<h1[^]*?<\/form>/.exec(await answer.text())?.[0]}`);
	}
	expect(refused[0]).toContain('404 <h1');
	expect(refused[0]).toContain('This room doesn’t exist');
	expect(refused[0]).toBe(refused[1]);

	// As if Eve had been removed since the page was shown.
	await choice(page, mine).evaluate((button, room) => button.setAttribute('formaction', `${room}?/draft`), secret);
	await choice(page, mine).click();
	await expect(page.getByRole('heading', { name: 'This room doesn’t exist' })).toBeVisible();
	await expect(text(page)).toHaveValue('For somebody');
	await page.getByRole('button', { name: 'Choose another room' }).click();
	await expect(text(page)).toHaveValue('For somebody');
	await expect(page.getByRole('checkbox', { name: 'notes.txt' })).toBeChecked();
	await choice(page, mine).click();
	await expect(composer(page)).toHaveValue('For somebody');
});

test('rooms that take no messages are not offered, and say so when one is chosen', async ({ page, app, someone }) => {
	const [ada, tom] = [await someone('Ada'), await someone('Tom')];
	const [name, open] = [fresh('Closed'), fresh('Open')];
	const [path] = [await ada.createRoom(name), await ada.createRoom(open)];
	const conversation = await tom.startWith(ada.name);
	await tom.say(conversation, 'Hello');
	await signIn(page, ada);
	await share(page, app.url, { text: 'News' });
	await expect(choice(page, name)).toBeVisible();
	await expect(choice(page, tom.name)).toBeVisible();
	expect((await ada.post(`${path}/settings?/archive`, { act: 'archive' })).status).toBe(303);
	expect((await tom.post(`${conversation}?/block`, {})).status).toBe(303);

	await choice(page, name).click();
	await expect(page.getByRole('heading', { name: 'This room is archived' })).toBeVisible();
	await expect(text(page)).toHaveValue('News');
	await page.getByRole('button', { name: 'Choose another room' }).click();
	await expect(choice(page, open)).toBeVisible();
	await expect(choice(page, name)).toHaveCount(0);
	await expect(choice(page, tom.name)).toHaveCount(0);
});

test('without a session, a short text goes through the sign-in, and a sentence says that files do not', async ({
	page,
	app
}) => {
	await share(page, app.url, { text: 'Grüße & soup\nfor all' }, [film]);
	await expect(page.getByRole('heading', { name: /^Sign in to/ })).toBeVisible();
	await expect(page.getByText('The text that you shared waits: sign in to send it.')).toBeVisible();
	await expect(page.getByText('Files can’t wait: share them again')).toBeVisible();
	await tryToJoin(page, fresh('Joan'));
	// They are shown once, before anything else.
	await expect(recoveryCodes(page)).toHaveCount(10);
	await page.getByRole('link', { name: 'I have saved them: go on' }).click();
	await expect(text(page)).toHaveValue('Grüße & soup\nfor all');
	await expect(refusal(page)).toContainText('The files couldn’t be kept while you signed in. Share them again.');
	await expect(page.getByRole('textbox', { name: 'Find a room' })).toBeVisible();
});

test('without a session, a long text stays on its page, and goes on from there', async ({
	page,
	app,
	someone,
	scripts
}) => {
	const ada = await someone('Ada');
	const name = fresh('Kitchen');
	await ada.createRoom(name);
	const long = 'soup 🍲 '.repeat(200).trim();
	await share(page, app.url, { text: long }, [notes]);
	const waiting =
		'Press Sign in: it opens another tab. Then come back and press Continue; your text stays here. ' +
		'The files were not kept: share them again afterwards.';
	await expect(refusal(page)).toHaveText(waiting);
	await expect(text(page)).toHaveValue(long);
	await expect(page.getByRole('list', { name: 'Rooms to share in' })).toHaveCount(0);
	for (let times = 0; times < 2; times += 1) {
		await page.getByRole('button', { name: 'Continue' }).click();
		await expect(refusal(page)).toHaveText(`You are still signed out. ${waiting}`);
		await expect(text(page)).toHaveValue(long);
	}
	await signIn(page, ada);
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(text(page)).toHaveValue(long);
	await expect(refusal(page)).toHaveText('The files couldn’t be kept while you signed in. Share them again.');
	await choice(page, name).click();
	await expect(composer(page)).toHaveValue(long);
	// It is kept like a draft.
	if (!scripts) return;
	await expect(connection(page)).toBeVisible();
	await open(page, new URL(page.url()).pathname, true);
	await expect(composer(page)).toHaveValue(long);
});

test('a refused file is named beside the text and the other files, which stay', async ({ page, own }) => {
	const app = await own({ UPLOAD_MAX: '1', JOINING: 'open', READING: 'everyone' });
	const ada = await Person.join(app.url, fresh('Ada'));
	await ada.createRoom('Kitchen');
	await signIn(page, ada);
	await share(page, app.url, { text: 'Both of them' }, [film, soup]);
	await expect(refusal(page)).toContainText('“film.mp4” is too large. A file can have up to 1 MB.');
	await expect(text(page)).toHaveValue('Both of them');
	await expect(page.getByRole('checkbox', { name: 'soup.png' })).toBeChecked();
	await choice(page, 'Kitchen').click();
	await expect(composer(page)).toHaveValue('Both of them');
});

test('where uploads are off, the page says so and keeps the text', async ({ page, own }) => {
	const app = await own({ UPLOAD_MAX: '0', JOINING: 'open', READING: 'everyone' });
	const ada = await Person.join(app.url, fresh('Ada'));
	await ada.createRoom('Kitchen');
	await signIn(page, ada);
	await share(page, app.url, { text: 'Words alone' }, [film]);
	await expect(refusal(page)).toContainText('Files are switched off here, so none was taken.');
	await choice(page, 'Kitchen').click();
	await expect(composer(page)).toHaveValue('Words alone');
});

test('a reload keeps what was shared as it was changed, for the person alone, until a room has it', async ({
	page,
	app,
	someone,
	scripts
}) => {
	test.skip(!scripts, 'Without a script the browser posts the form again.');
	const [ada, eve] = [await someone('Ada'), await someone('Eve')];
	const name = fresh('Kitchen');
	await ada.createRoom(name);
	await signIn(page, ada);
	await share(page, app.url, { text: 'Try this' }, [soup, notes]);
	await expect(choice(page, name)).toBeVisible();
	await expect.poll(() => page.evaluate(() => JSON.stringify(sessionStorage))).toContain('parley:share:');
	await page.reload();
	await expect(text(page)).toHaveValue('Try this');
	await text(page).fill('Try this on Sunday');
	await page.getByLabel('Description of soup.png').fill('A bowl');
	await page.getByRole('checkbox', { name: 'notes.txt' }).uncheck();
	await page.reload();
	await expect(text(page)).toHaveValue('Try this on Sunday');
	await expect(page.getByRole('checkbox', { name: 'soup.png' })).toBeChecked();
	await expect(page.getByLabel('Description of soup.png')).toHaveValue('A bowl');
	await expect(page.getByRole('checkbox', { name: 'notes.txt' })).toHaveCount(0);

	await signIn(page, eve);
	await page.reload();
	await expect(page.getByText(GONE)).toBeVisible();
	await signIn(page, ada);
	await page.reload();
	await expect(text(page)).toHaveValue('Try this on Sunday');

	await choice(page, name).click();
	await expect(composer(page)).toHaveValue('Try this on Sunday');
	await expect(page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')).toHaveCount(1);
	await page.goBack();
	await expect(page.getByText(GONE)).toBeVisible();
	await expect(text(page)).toHaveCount(0);
});

test('a page of a share that has lost it says so', async ({ page, app, someone }) => {
	const ada = await someone('Ada');
	await signIn(page, ada);
	await page.goto(`${app.url}/share?/receive`);
	await expect(page.getByText(GONE)).toBeVisible();
	await expect(text(page)).toHaveCount(0);
	await page.getByRole('link', { name: 'Back to the rooms' }).click();
	await expect(page).toHaveURL(`${app.url}/`);
});

test('a text of 60,000 Chinese characters comes to the composer whole', async ({ page, app, someone, scripts }) => {
	const ada = await someone('Ada');
	const name = fresh('Kitchen');
	await ada.createRoom(name);
	await signIn(page, ada);
	const long = '湯'.repeat(60_000);
	await share(page, app.url, { text: long });
	await expect(text(page)).toHaveValue(long);
	await find(page, name);
	await choice(page, name).click();
	await expect(composer(page)).toHaveValue(long);
	if (scripts) return;
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await expect(refusal(page)).toContainText('too long');
	await expect(composer(page)).toHaveValue(long);
});

test('only the system can share: a post of another page is refused before its files are read', async ({ someone }) => {
	const ada = await someone('Ada');
	const opaque = { origin: 'null' };
	const own = { origin: ada.app };
	const evil = { origin: 'https://evil.example' };
	const site = (of: string) => ({ 'sec-fetch-site': of });
	for (const headers of [{ ...site('none'), ...opaque }, site('none'), { ...site('same-origin'), ...own }]) {
		const answer = await post(ada, headers);
		expect(answer.status, JSON.stringify(headers)).toBe(200);
		expect(await answer.text()).toContain('notes.txt');
	}
	for (const headers of [
		...[{}, opaque, evil, { ...site('none'), ...evil }],
		...['cross-site', 'same-site', 'same-origin'].flatMap((of) => [
			site(of),
			{ ...site(of), ...opaque },
			{ ...site(of), ...evil }
		])
	]) {
		const answer = await post(ada, headers);
		expect(answer.status, JSON.stringify(headers)).toBe(403);
		expect(await answer.text()).toContain('This form comes from another address');
	}
	// The rule is for this form alone.
	for (const path of ['/rooms/kitchen?/send', '/you?/rename', '/share/x?/receive']) {
		const headers = { cookie: ada.cookie, ...site('none'), ...opaque };
		const answer = await fetch(ada.app + path, { method: 'POST', body: new URLSearchParams({ name: 'Eve' }), headers });
		expect(answer.status, path).toBe(403);
	}
});
