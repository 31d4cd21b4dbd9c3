/** Files on their way into a message, with a script: chosen, pasted, dropped, cut off, kept over a reload, sent once. */
import { stringify } from 'devalue';
import type { Page } from 'playwright/test';
import { png } from '../../fixtures/pictures.ts';
import { Person } from '../person.ts';
import { composer, expect, fresh, log, message, messages, openAs, permalink, send, test } from '../test.ts';

const soup = { name: 'soup.png', mimeType: 'image/png', buffer: png(40, 30) };
const notes = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('lentils, and '.repeat(400)) };

const tray = (page: Page) => page.getByRole('list', { name: 'Attached files' });
const inTray = (page: Page, name: string) => tray(page).getByRole('listitem').filter({ hasText: name });
/** Waits for the tray: a form that is sent before the tray is loaded carries its files itself, and the page loads again. */
async function attach(page: Page, ...files: (typeof soup)[]): Promise<void> {
	await page.getByLabel('Attach files').setInputFiles(files);
	await expect(inTray(page, files.at(-1)!.name)).toBeVisible();
}
const uploads = '**/files/*';

test('files are uploaded while text is written; the send waits for them, and names them in their order', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	await openAs(page, ada, await ada.createRoom(fresh('Pictures')), true);
	const { promise, resolve: letGo } = Promise.withResolvers<void>();
	await page.route(uploads, async (route) => {
		if (route.request().method() === 'PATCH') await promise;
		await route.continue();
	});
	await attach(page, soup, notes);
	await attach(page, { ...notes, name: 'more.txt' });
	await expect(tray(page).getByRole('listitem')).toHaveText([/soup\.png/, /notes\.txt/, /more\.txt/]);
	await page.getByRole('button', { name: 'Cancel more.txt' }).click();
	await page.getByLabel('Description of soup.png').fill('A bowl');
	await send(page, 'Lunch');
	await expect(message(page, 'Lunch')).toContainText(/2 files are on the way: \d+ %/);
	await expect(tray(page)).toHaveCount(0);
	letGo();
	await expect(permalink(message(page, 'Lunch'))).toBeVisible();
	await expect(message(page, 'Lunch').getByRole('img', { name: 'A bowl' })).toBeVisible();
	await expect(message(page, 'Lunch').getByRole('link', { name: 'Download notes.txt' })).toBeVisible();
	await expect(messages(page)).toHaveCount(1);
	// Nothing is left in the browser.
	await expect.poll(() => page.evaluate(keptFiles)).toBe(0);
});

test('an upload that breaks off goes on where it was, after a reload and in a message that is sent offline', async ({
	page,
	context,
	someone
}) => {
	const ada = await someone('Ada');
	await openAs(page, ada, await ada.createRoom(fresh('Tunnel')), true);
	const offsets: string[] = [];
	await page.route(uploads, async (route) => {
		const request = route.request();
		if (request.method() !== 'PATCH') return route.continue();
		offsets.push((await request.headerValue('upload-offset')) ?? '');
		if (offsets.length > 1) return route.abort('connectionreset');
		// The first half arrives, and then the line is cut.
		const half = notes.buffer.subarray(0, 2_000);
		await fetch(request.url(), {
			method: 'PATCH',
			headers: { cookie: ada.cookie, origin: ada.app, 'upload-offset': '0' },
			body: half
		});
		await route.abort('connectionreset');
	});
	await attach(page, notes);
	await expect(inTray(page, 'notes.txt')).toContainText('Waiting for connection.');
	await inTray(page, 'notes.txt').getByRole('button', { name: 'Retry' }).click();
	await expect.poll(() => offsets[1]).toBe('2000');
	await page.reload();
	await expect(inTray(page, 'notes.txt')).toContainText('Waiting for connection.');

	await context.setOffline(true);
	await send(page, 'From the tunnel');
	await expect(message(page, 'From the tunnel')).toContainText('Waiting for connection.');
	await page.unrouteAll({ behavior: 'wait' });
	await context.setOffline(false);
	await expect(permalink(message(page, 'From the tunnel'))).toBeVisible();
	await page.reload();
	await expect(messages(page)).toHaveCount(1);
	const file = page.getByRole('link', { name: 'Download notes.txt' });
	const answer = await ada.get(await file.evaluate((link) => new URL((link as HTMLAnchorElement).href).pathname));
	expect(Buffer.from(await answer.arrayBuffer()).equals(notes.buffer)).toBe(true);
});

test('a damaged picture is sent as the original by a button in its row, and the others are not', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	await openAs(page, ada, await ada.createRoom(fresh('Damaged')), true);
	const begun: { name: string; original: boolean }[] = [];
	await page.route('**/files', async (route) => {
		const wish = route.request().postDataJSON() as (typeof begun)[number];
		begun.push({ name: wish.name, original: wish.original });
		if (wish.name !== 'cut.png' || wish.original) return route.continue();
		await route.fulfill({ status: 422, json: { error: '“cut.png” is damaged.', because: 'damaged-picture' } });
	});
	await attach(page, soup, { ...soup, name: 'cut.png' });
	await expect(inTray(page, 'cut.png')).toContainText('is damaged');
	await inTray(page, 'cut.png').getByRole('button', { name: 'Send the original of cut.png' }).click();
	await expect(inTray(page, 'cut.png').getByRole('button', { name: 'Remove cut.png' })).toBeVisible();
	await expect(page.getByRole('checkbox', { name: 'Send the original' })).not.toBeChecked();
	await send(page, 'Both');
	await expect(permalink(message(page, 'Both'))).toBeVisible();
	expect(begun).toEqual([
		{ name: 'soup.png', original: false },
		{ name: 'cut.png', original: false },
		{ name: 'cut.png', original: true }
	]);
});

test('on a phone, a refused file among five is in view when it is refused and when Send is pressed, with the reason', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	await page.setViewportSize({ width: 390, height: 844 });
	await openAs(page, ada, await ada.createRoom(fresh('Five')), true);
	const empty = { name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) };
	const soups = [1, 2, 3, 4].map((n) => ({ ...soup, name: `soup ${n}.png` }));
	await attach(page, ...soups, empty);
	const [first, refused] = [inTray(page, 'soup 1.png'), inTray(page, 'empty.txt')];
	await expect(refused).toBeInViewport({ ratio: 0.9 });
	const why = page.getByRole('alert').filter({ hasText: '“empty.txt” was not attached. Remove it, then send.' });
	for (let times = 0; times < 2; times += 1) {
		await first.scrollIntoViewIfNeeded();
		await expect(refused).not.toBeInViewport({ ratio: 0.9 });
		await send(page, 'Lunch');
		await expect(why).toBeInViewport({ ratio: 0.9 });
		await expect(refused).toBeInViewport({ ratio: 0.9 });
	}
	await refused.getByRole('button', { name: 'Remove empty.txt' }).click();
	await expect(why).toHaveCount(0);
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await expect(message(page, 'Lunch').getByRole('img')).toHaveCount(4);
});

test('a picture that the browser cannot draw is said to look damaged, and is sent as it is', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	await openAs(page, ada, await ada.createRoom(fresh('Damaged')), true);
	const damaged = { ...soup, name: 'damaged.png', buffer: png(40, 30, { pixels: false }) };
	await attach(page, notes, soup, damaged);
	const note = 'This picture looks damaged. It is sent as it is.';
	await expect(inTray(page, 'damaged.png')).toContainText(note);
	await expect(tray(page).getByText(note)).toHaveCount(1);
	await send(page, 'As it is');
	await expect(permalink(message(page, 'As it is'))).toBeVisible();
});

test('a message with files whose answer is lost is sent once, also by two tabs', async ({ page, context, someone }) => {
	const ada = await someone('Ada');
	const room = await ada.createRoom(fresh('Twice'));
	await openAs(page, ada, room, true);
	await context.route('**/*?/send', async (route) => {
		await route.fetch();
		await route.abort('connectionreset');
	});
	await attach(page, soup);
	const posted = page.waitForRequest('**/*?/send');
	await send(page, 'Once');
	await posted;
	const other = await context.newPage();
	await openAs(other, ada, room, true);
	await context.unrouteAll({ behavior: 'wait' });
	for (const tab of [page, other]) {
		await expect(permalink(message(tab, 'Once'))).toBeVisible();
		await expect(messages(tab)).toHaveCount(1);
		await expect(log(tab).getByRole('button', { name: 'Discard' })).toHaveCount(0);
	}
	await expect
		.poll(() => page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('unsent')).length))
		.toBe(0);
});

test('a refused message goes back to the composer with its reply and its files, and nothing that is there is lost', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const room = await ada.createRoom(fresh('Lunches'));
	await ada.say(room, 'What is for lunch?');
	await openAs(page, ada, `${room}?reply=1`, true);
	await page.route('**/*?/send', (route) => {
		const refusal = { send: { error: 'Not now.' } };
		const body = { type: 'failure', status: 422, data: stringify(refusal) };
		return route.fulfill({ status: 200, json: body });
	});
	await attach(page, soup, notes);
	await page.getByLabel('Description of soup.png').fill('A bowl');
	await send(page, 'Soop');
	const edit = message(page, 'Soop').getByRole('button', { name: 'Edit' });
	await attach(page, { ...notes, name: 'more.txt' });
	await edit.click();
	await expect(page.getByRole('alert')).toContainText('Send or clear your draft first.');
	await expect(tray(page).getByRole('listitem')).toHaveText([/more\.txt/]);
	await page.getByRole('button', { name: 'Remove more.txt' }).click();
	await edit.click();
	await expect(composer(page)).toHaveValue('Soop');
	await expect(tray(page).getByRole('listitem')).toHaveText([/soup\.png/, /notes\.txt/]);
	await expect(messages(page)).toHaveCount(1);
	await page.unrouteAll({ behavior: 'wait' });
	await page.goto(ada.app + room);
	await expect(composer(page)).toHaveValue('Soop');
	await expect(tray(page).getByRole('listitem')).toHaveText([/soup\.png/, /notes\.txt/]);
	await send(page, 'Soup');
	const sent = message(page, 'Soup');
	await expect(permalink(sent)).toBeVisible();
	await expect(sent.getByRole('img', { name: 'A bowl' })).toBeVisible();
	await expect(sent.getByRole('link', { name: 'Download notes.txt' })).toBeVisible();
	await expect(sent).toContainText('What is for lunch?');
	await expect(messages(page)).toHaveCount(2);
	await expect.poll(() => page.evaluate(keptFiles)).toBe(0);
});

test('pictures are pasted, files are dropped anywhere, and a long text is sent as a file', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const name = fresh('Drops');
	await openAs(page, ada, await ada.createRoom(name), true);
	await composer(page).focus();
	await page.evaluate(bring, { type: 'paste', name: 'image.png' });
	await expect(inTray(page, 'image.png')).toBeVisible();
	await page.evaluate(bring, { type: 'dragover', name: 'plan.txt' });
	await expect(page.getByText(`Drop files to attach them to ${name}`)).toBeVisible();
	expect(await page.evaluate(bring, { type: 'drop', name: 'plan.txt' })).toBe(true);
	await expect(page.getByText('Drop files to')).toHaveCount(0);
	await expect(inTray(page, 'plan.txt')).toBeVisible();
	await page.getByRole('button', { name: 'Remove image.png' }).click();
	await expect(composer(page)).toBeFocused();

	await composer(page).fill('so '.repeat(4_000));
	await page.getByRole('button', { name: 'Send as a file' }).click();
	await expect(inTray(page, 'message.txt')).toContainText('12 kB');
	await expect(composer(page)).toHaveValue('');
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await expect(messages(page).getByRole('link', { name: /^Download/ })).toHaveText(['Download', 'Download']);

	// Where the tray is full, the text stays.
	await attach(page, ...Array.from({ length: 10 }, (_, i) => ({ ...notes, name: `${i}.txt` })));
	await expect(tray(page).getByRole('listitem')).toHaveCount(10);
	await composer(page).fill('so '.repeat(4_000));
	await page.getByRole('button', { name: 'Send as a file' }).click();
	await expect(page.getByText('A message can have up to 10 files.')).toBeVisible();
	await expect(composer(page)).toHaveValue(/so so/);
});

test('pictures open in a dialog with keys, a text unfolds in its place', async ({ page, someone }) => {
	const ada = await someone('Ada');
	await openAs(page, ada, await ada.createRoom(fresh('Album')), true);
	await attach(page, soup, { ...soup, name: 'bread.png' }, notes);
	await send(page, 'Look');
	const bread = message(page, 'Look').getByRole('img', { name: 'bread.png' });
	await bread.click();
	const dialog = page.getByRole('dialog', { name: 'Picture' });
	await expect(dialog.getByRole('img', { name: 'bread.png' })).toBeVisible();
	await expect(dialog).toContainText('2 of 2');
	await page.keyboard.press('ArrowRight');
	await expect(dialog.getByRole('img', { name: 'soup.png' })).toBeVisible();
	await dialog.getByRole('button', { name: 'Previous' }).click();
	await expect(dialog).toContainText('2 of 2');
	await expect(dialog.getByRole('link', { name: 'Original' })).toHaveAttribute('href', /bread\.png$/);
	await page.keyboard.press('Escape');
	await expect(dialog).toHaveCount(0);
	await expect(page.getByRole('link').filter({ has: page.getByRole('img', { name: 'bread.png' }) })).toBeFocused();

	await page.getByRole('button', { name: 'Show notes.txt' }).click();
	await expect(page.getByRole('region', { name: 'notes.txt' })).toContainText('lentils, and lentils');
	await page.getByRole('button', { name: 'Hide notes.txt' }).click();
	await expect(page.getByRole('region', { name: 'notes.txt' })).toHaveCount(0);
});

test('where uploads are off, a dropped file says so and does not replace the page', async ({ page, own }) => {
	const none = await own({ UPLOAD_MAX: '0', JOINING: 'open', READING: 'everyone' });
	const grace = await Person.join(none.url, fresh('Grace'));
	await openAs(page, grace, await grace.createRoom(fresh('Words')), true);
	expect(await page.evaluate(bring, { type: 'drop', name: 'plan.txt' })).toBe(true);
	await expect(page.getByText('Files are switched off here, so none was taken.')).toBeVisible();
});

/** Pastes or drops a file. @returns whether the browser's own act was prevented */
function bring({ type, name }: { type: string; name: string }): boolean {
	const data = new DataTransfer();
	data.items.add(new File(['x'], name, { type: name.endsWith('png') ? 'image/png' : 'text/plain' }));
	const init = { bubbles: true, cancelable: true };
	const event =
		type === 'paste'
			? new ClipboardEvent(type, { ...init, clipboardData: data })
			: new DragEvent(type, { ...init, dataTransfer: data });
	return !(document.activeElement ?? document.body).dispatchEvent(event);
}

async function keptFiles(): Promise<number> {
	const database = await new Promise<IDBDatabase>((resolve) => {
		const request = indexedDB.open('parley', 1);
		request.onsuccess = () => resolve(request.result);
	});
	return new Promise((resolve) => {
		const count = database.transaction('files').objectStore('files').count();
		count.onsuccess = () => resolve(count.result);
	});
}

test('files that are too old are shown no more and go with the next; without storage files are sent all the same', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const room = await ada.createRoom(fresh('Attic'));
	await openAs(page, ada, room, true);
	await attach(page, soup, notes);
	await expect(inTray(page, 'notes.txt').getByRole('button', { name: 'Remove notes.txt' })).toBeVisible();
	await page.evaluate(makeOld, 'notes.txt');
	await page.reload();
	await expect(tray(page).getByRole('listitem')).toHaveText([/soup\.png/]);
	await attach(page, { ...notes, name: 'more.txt' });
	await expect(inTray(page, 'more.txt').getByRole('button', { name: 'Remove more.txt' })).toBeVisible();
	await expect.poll(() => page.evaluate(keptFiles)).toBe(2);
	await send(page, 'Found');
	await expect(message(page, 'Found').getByRole('link', { name: 'Download more.txt' })).toBeVisible();

	await page.addInitScript(() => Object.defineProperty(globalThis, 'indexedDB', { value: undefined }));
	await page.reload();
	await attach(page, notes);
	await send(page, 'Private');
	await expect(message(page, 'Private').getByRole('link', { name: 'Download notes.txt' })).toBeVisible();
});

test('signing out names what is not sent, and leaves nothing of the person in the browser', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const room = await ada.createRoom(fresh('Larder'));
	await openAs(page, ada, room, true);
	await attach(page, soup, notes);
	await composer(page).fill('Half a thought');
	await expect(inTray(page, 'notes.txt').getByRole('button', { name: 'Remove notes.txt' })).toBeVisible();
	await expect.poll(() => page.evaluate(keptFiles)).toBe(2);
	// Links within the hydrated page: a form that is posted before hydration is the form without a script, which knows no drafts.
	await page.getByRole('link', { name: ada.name, exact: true }).click();
	await page.getByRole('link', { name: 'Sign-in and devices' }).click();
	await expect(page.getByRole('heading', { name: 'Password' })).toBeVisible();
	await page.getByRole('button', { name: 'Sign out', exact: true }).click();
	await expect(page).toHaveURL(/\/you#sign-out$/);
	const warning = page.getByRole('alert').filter({ hasText: 'Not sent: 1 draft and 2 files.' });
	await expect(warning).toBeVisible();
	expect(await page.evaluate(keptFiles)).toBe(2);
	await page.locator('#sign-out').getByRole('button', { name: 'Sign out' }).click();
	await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();
	await expect.poll(() => page.evaluate(keptFiles)).toBe(0);
	expect(await page.evaluate(keptTexts)).toEqual([]);
});

const keptTexts = () =>
	[...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((key) =>
		/^parley:(unsent|draft|edit|reply|tray):/.test(key)
	);

/** As if it had been chosen a month ago. */
async function makeOld(name: string): Promise<void> {
	const opening = indexedDB.open('parley');
	await new Promise((done) => (opening.onsuccess = done));
	const files = opening.result.transaction('files', 'readwrite').objectStore('files');
	const all = files.getAll() as IDBRequest<{ name: string; at: number }[]>;
	await new Promise((done) => (all.onsuccess = done));
	for (const file of all.result) if (file.name === name) files.put({ ...file, at: file.at - 30 * 86_400_000 });
	await new Promise((done) => (files.transaction.oncomplete = done));
	opening.result.close();
}
