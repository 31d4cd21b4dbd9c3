/** Joining, rooms, sending and history, with and without a script, on both kinds of store. */
import type { Locator, Page } from 'playwright/test';
import { past } from '../past.ts';
import { everyMessage, Person, postForm, sendIds } from '../person.ts';
import {
	composer,
	createRoom,
	expect,
	fresh,
	join,
	leave,
	line,
	lines,
	message,
	messages,
	open,
	openAs,
	permalink,
	refusal,
	room,
	rooms,
	say,
	send,
	signIn,
	recoveryCodes,
	test,
	tryToCreateRoom,
	tryToJoin,
	withoutItsScript,
	sortByActivity
} from '../test.ts';

test.describe('joining', () => {
	test('joining shows recovery codes once, and one signs the same person in in another browser', async ({
		page,
		stranger,
		scripts
	}) => {
		const ada = fresh('Ada');
		await open(page, '/', scripts);
		await join(page, ada);
		const codes = await recoveryCodes(page).allTextContents();
		expect(codes).toHaveLength(10);
		await page.reload();
		await expect(page.getByRole('link', { name: ada, exact: true })).toBeVisible();
		await expect(recoveryCodes(page)).toHaveCount(0);

		const elsewhere = await stranger();
		await elsewhere.goto('/signin');
		await elsewhere.locator('summary', { hasText: 'Use a recovery code' }).click();
		const form = elsewhere.getByRole('form', { name: 'Recovery code' });
		await form.getByRole('textbox', { name: 'Name' }).fill(ada);
		await form.getByRole('textbox', { name: 'Recovery code' }).fill(codes[3] ?? '');
		await form.getByRole('button').click();
		await expect(elsewhere.getByRole('link', { name: ada, exact: true })).toBeVisible();
		await createRoom(elsewhere, fresh('Attic'));
		await say(elsewhere, 'Two of my screens.');
		await expect(message(elsewhere, 'Two of my screens.')).toContainText(ada);
	});

	test('joining is possible in a room, which visitors can read before', async ({ page, someone, scripts }) => {
		const grace = await someone('Grace');
		const kitchen = await grace.createRoom(fresh('Kitchen'));
		await grace.say(kitchen, 'The kettle is on.');

		await open(page, kitchen, scripts);
		await expect(message(page, 'The kettle is on.')).toBeVisible();
		await expect(composer(page)).toHaveCount(0);
		const ada = fresh('Ada');
		await join(page, ada);
		await expect(recoveryCodes(page)).toHaveCount(10);
		await say(page, 'On my way.');
		await expect(message(page, 'On my way.')).toContainText(ada);
	});

	test('joining under a taken name is refused in any spelling, and the form keeps the name', async ({
		page,
		someone,
		scripts
	}) => {
		const ada = await someone('Ada');
		await open(page, '/', scripts);
		for (const name of [ada.name, ada.name.toUpperCase(), ada.name.replace(' ', '')]) {
			await tryToJoin(page, name);
			await expect(refusal(page)).toHaveText('That name is taken. Is it yours? Sign in instead.');
			await expect(page.getByRole('textbox', { name: 'Your name' })).toHaveValue(name);
		}
	});

	test('joining under a name of mixed scripts is refused, and the form keeps the name', async ({ page, scripts }) => {
		const cyrillic = fresh('\u0410da');
		await open(page, '/', scripts);
		await tryToJoin(page, cyrillic);
		await expect(refusal(page)).toHaveText(/Use letters from one alphabet/);
		await expect(page.getByRole('textbox', { name: 'Your name' })).toHaveValue(cyrillic);
	});

	test('joining happens once if the form is posted several times', async ({ page, app, scripts }) => {
		await open(page, '/', scripts);
		const ada = fresh('Ada');
		const formId = await page.locator('form [name=formId]').inputValue();
		const posted = await postForm(`${app.url}/?/join`, { name: ada, formId });
		expect(posted.status).toBe(303);
		await join(page, ada);
	});
});

test.describe('leaving', () => {
	test('leaving ends the session and keeps the name', async ({ page, someone, scripts }) => {
		const ada = await someone('Ada');
		await openAs(page, ada, '/', scripts);
		await page.getByRole('link', { name: ada.name, exact: true }).click();
		await page.getByRole('button', { name: 'Sign out' }).click();
		await expect(page.getByRole('button', { name: 'Join' })).toBeVisible();

		await tryToJoin(page, ada.name);
		await expect(refusal(page)).toHaveText(/That name is taken/);

		// The server has ended the session: restoring the cookie does not help.
		await signIn(page, ada);
		await page.goto('/');
		await expect(page.getByRole('button', { name: 'Join' })).toBeVisible();
	});
});

test.describe('creating a room', () => {
	test('a created room opens, empty', async ({ page, someone, scripts }) => {
		await openAs(page, await someone('Ada'), '/', scripts);
		await createRoom(page, fresh('Kitchen'));
		await expect(page.getByRole('log').getByText('No messages yet')).toBeVisible();
		await expect(messages(page)).toHaveCount(0);
	});

	test('a room name may be in any script', async ({ page, someone, scripts }) => {
		await openAs(page, await someone('Ada'), '/', scripts);
		const name = fresh('日本語の部屋');
		await createRoom(page, name);
		await expect(page).toHaveURL(new RegExp(encodeURIComponent('日本語の部屋')));
		await say(page, 'こんにちは');
		await expect(message(page, 'こんにちは')).toHaveCount(1);
		await page.reload();
		await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
		await expect(message(page, 'こんにちは')).toHaveCount(1);
	});

	test('a taken room name is refused, and the form keeps the name and links to that room', async ({
		page,
		someone,
		scripts
	}) => {
		const ada = await someone('Ada');
		const name = fresh('Kitchen');
		await ada.createRoom(name);
		await openAs(page, ada, '/', scripts);
		await tryToCreateRoom(page, name.toUpperCase());
		await expect(refusal(page)).toHaveText(`There is already a room called ${name}.`);
		await expect(page.getByRole('textbox', { name: 'Room name' })).toHaveValue(name.toUpperCase());
		await page.getByRole('link', { name: 'Go to that room' }).click();
		await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
	});

	test('a room form that is posted twice makes one room', async ({ page, someone, scripts }) => {
		await openAs(page, await someone('Ada'), '/', scripts);
		const name = fresh('Kitchen');
		await page.getByRole('textbox', { name: 'Room name' }).fill(name);
		await page.getByRole('button', { name: 'Create room' }).dblclick();
		await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
		await expect(refusal(page)).toHaveCount(0);
		await open(page, '/', scripts);
		await expect(room(page, name)).toHaveCount(1);
	});
});

test.describe('sending', () => {
	test('a sent message is shown, and the composer is empty again', async ({ page, scripts }) => {
		const ada = fresh('Ada');
		await open(page, '/', scripts);
		await join(page, ada);
		await createRoom(page, fresh('Kitchen'));
		await send(page, 'Is there tea?');
		await expect(message(page, 'Is there tea?')).toHaveCount(1);
		await expect(message(page, 'Is there tea?')).toContainText(ada);
		await expect(composer(page)).toHaveValue('');
		await say(page, 'There is now.');
		await expect(messages(page)).toHaveText([/Is there tea\?/, /There is now\./]);
		await page.reload();
		await expect(messages(page)).toHaveText([/Is there tea\?/, /There is now\./]);
	});

	test('line breaks are kept', async ({ page, someone, scripts }) => {
		const ada = await someone('Ada');
		await openAs(page, ada, await ada.createRoom(fresh('Kitchen')), scripts);
		await send(page, 'Roses are red,\n\nviolets are blue.');
		await expect(message(page, 'Roses are red,').locator('br')).toHaveCount(2);
		expect(await message(page, 'Roses are red,').innerText()).toContain('Roses are red,\n\nviolets are blue.');
	});

	test('links are made of bare addresses, and of nothing else', async ({ page, someone, scripts }) => {
		const ada = await someone('Ada');
		await openAs(page, ada, await ada.createRoom(fresh('Kitchen')), scripts);
		await send(page, 'See https://example.org/a?b=c&d=(e), or mailto:ada@example.org. Never javascript:alert(1).');
		const sent = message(page, 'Never javascript:alert(1).');
		const links = sent.getByRole('paragraph').getByRole('link');
		await expect(links).toHaveText(['https://example.org/a?b=c&d=(e)', 'mailto:ada@example.org']);
		for (const link of await links.all()) {
			await expect(link).toHaveAttribute('href', (await link.textContent()) ?? '');
			await expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow ugc');
		}
	});

	test('text that looks like HTML stays text', async ({ page, someone, scripts }) => {
		const ada = await someone('Ada');
		await openAs(page, ada, await ada.createRoom(fresh('Kitchen')), scripts);
		const html = '<b>bold</b> &amp; <img src=x onerror="document.title=1"><script>document.title=1</script>{@html 1}';
		await say(page, html);
		await expect(message(page, html)).toHaveCount(1);
		await page.reload();
		await expect(message(page, html)).toHaveCount(1);
		await expect(message(page, html).locator('b, img, script')).toHaveCount(0);
		await expect(page).not.toHaveTitle('1');
	});

	test('an empty or invisible message is refused', async ({ page, someone, scripts, app }) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await openAs(page, ada, kitchen, scripts);
		for (const nothing of ['', ' \n ', '\u200b\u2060']) {
			await send(page, nothing);
			await expect(refusal(page)).toHaveText('Write something first.');
		}
		expect(await everyMessage(app.url, kitchen)).toEqual([]);
	});

	test('a message of more than 8,000 characters is refused, and the composer keeps the text', async ({
		page,
		someone,
		scripts
	}) => {
		const ada = await someone('Ada');
		await openAs(page, ada, await ada.createRoom(fresh('Kitchen')), scripts);
		await send(page, 'é'.repeat(8_001));
		await expect(refusal(page)).toHaveText('That is too long. Messages can be up to 8,000 characters.');
		await expect(composer(page)).toHaveValue('é'.repeat(8_001));
		await composer(page).fill('é'.repeat(1_000));
		await page.getByRole('button', { name: 'Send', exact: true }).click();
		await expect(message(page, 'é'.repeat(1_000))).toHaveCount(1);
		await expect(refusal(page)).toHaveCount(0);
	});

	test('a double click on Send sends one message', async ({ page, someone, scripts }) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await openAs(page, ada, kitchen, scripts);
		await composer(page).fill('Once is enough.');
		await page.getByRole('button', { name: 'Send', exact: true }).dblclick();
		await expect(permalink(message(page, 'Once is enough.'))).toHaveCount(1);
		await open(page, kitchen, scripts);
		await expect(messages(page)).toHaveText([/Once is enough\./]);
	});
});

test.describe('a form that was posted before its script loaded', () => {
	test('a send whose answer is lost and that is posted again is one message', async ({ page, someone, app }) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await withoutItsScript(page);
		await openAs(page, ada, kitchen, false);
		const toSend = (url: URL) => url.search === '?/send';
		await page.route(toSend, async (route) => {
			await route.fetch({ maxRedirects: 0 });
			await route.fulfill({ status: 502, body: 'Bad gateway' });
		});
		await send(page, 'Did that arrive?');
		await expect(page.getByText('Bad gateway')).toBeVisible();
		await page.unroute(toSend);
		await page.reload(); // posts the form again
		await expect(message(page, 'Did that arrive?')).toHaveCount(1);
		expect(await everyMessage(app.url, kitchen)).toHaveLength(1);
	});

	test('another text under a used send id is refused and kept, and sent the next time', async ({ page, someone }) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await withoutItsScript(page);
		await openAs(page, ada, kitchen, false);
		const sendId = await page.locator('[name=sendId]').inputValue();
		await ada.send(kitchen, 'The first text.', { ...sendIds(), sendId });
		await send(page, 'Another text.');
		await expect(refusal(page)).toHaveText(/Something went out of step/);
		await expect(composer(page)).toHaveValue('Another text.');
		await page.getByRole('button', { name: 'Send', exact: true }).click();
		await expect(messages(page)).toHaveText([/The first text\./, /Another text\./]);
		await expect(composer(page)).toHaveValue('');
	});

	test('a send from a page older than a week is refused and kept, and sent the next time', async ({
		page,
		someone
	}) => {
		const ada = await someone('Ada');
		await withoutItsScript(page);
		await openAs(page, ada, await ada.createRoom(fresh('Kitchen')), false);
		await page.locator('[name=day]').evaluate((day: HTMLInputElement) => (day.value = '20200101'));
		await send(page, 'Is anybody still here?');
		await expect(refusal(page)).toHaveText(/This page has been open too long/);
		await expect(composer(page)).toHaveValue('Is anybody still here?');
		await page.getByRole('button', { name: 'Send', exact: true }).click();
		await expect(message(page, 'Is anybody still here?')).toHaveCount(1);
	});
});

test.describe('a session that has ended', () => {
	for (const [how, end] of [
		['by a lost cookie', (page) => page.context().clearCookies({ name: /session/ })],
		['by leaving in another tab', async (page) => leave(await page.context().newPage())]
	] as [string, (page: Page) => Promise<void>][]) {
		test(`the text of a send after the session ended ${how} is kept while the person joins again`, async ({
			page,
			someone,
			scripts,
			app
		}) => {
			const ada = await someone('Ada');
			const kitchen = await ada.createRoom(fresh('Kitchen'));
			await openAs(page, ada, kitchen, scripts);
			await end(page);
			await send(page, 'Where was I?');

			await expect(
				refusal(page)
					.or(messages(page))
					.filter({ hasText: /You’ve been signed out/ })
			).toBeVisible();
			const again = fresh('Ada');
			await join(page, again);
			if (scripts) {
				// The message waits in the outbox, and the composer is empty.
				await expect(message(page, 'Where was I?')).toContainText('Not sent.');
				await page.getByRole('button', { name: 'Retry' }).click();
			} else {
				await expect(composer(page)).toHaveValue('Where was I?');
				await page.getByRole('button', { name: 'Send', exact: true }).click();
			}
			await expect(message(page, 'Where was I?')).toHaveCount(1);
			await expect(message(page, 'Not sent.')).toHaveCount(0);
			await expect
				.poll(() => everyMessage(app.url, kitchen))
				.toMatchObject([{ message: 'Where was I?', sender: again }]);
		});
	}
});

test.describe('the history of a room', () => {
	test('history is paged by links: every message once, in order', async ({ page, someone, scripts, app }) => {
		const grace = await someone('Grace');
		const attic = await grace.createRoom(fresh('Attic'));
		await past(app, grace, attic, lines(1, 120));

		const older = page.getByRole('link', { name: 'Older messages' });
		const newer = page.getByRole('link', { name: 'Newer messages' });
		// With a script, scrolling loads older messages before a click: open the link directly.
		const follow = async (link: Locator) => page.goto((await link.getAttribute('href')) ?? '');
		await open(page, attic, scripts);
		await expect(messages(page)).toHaveText(lines(71, 120).map((text) => new RegExp(text)));
		await expect(newer).toHaveCount(0);
		await follow(older);
		await expect(messages(page)).toHaveText(lines(21, 70).map((text) => new RegExp(text)));
		await follow(older);
		await expect(messages(page)).toHaveText(lines(1, 20).map((text) => new RegExp(text)));
		await expect(older).toHaveCount(0);
		await follow(newer);
		await expect(messages(page)).toHaveText(lines(21, 70).map((text) => new RegExp(text)));
		await follow(newer);
		await expect(messages(page)).toHaveText(lines(71, 120).map((text) => new RegExp(text)));
		await expect(newer).toHaveCount(0);

		await test.step('a message’s time leads to the page around it, where it is marked', async () => {
			await follow(older);
			await permalink(message(page, line(45))).click();
			await expect(page).toHaveURL(/\/45$/);
			await expect(messages(page)).toHaveText(lines(20, 69).map((text) => new RegExp(text)));
			await expect(page.locator('[aria-current=true]')).toHaveText(new RegExp(line(45)));
			await expect(message(page, line(45))).toBeInViewport();
			await page.reload();
			await expect(message(page, line(45))).toBeInViewport();
			await follow(newer);
			await expect(messages(page).first()).toContainText(line(70));
		});
	});

	test('a message or room that never existed has no page', async ({ page, someone }) => {
		const grace = await someone('Grace');
		const attic = await grace.createRoom(fresh('Attic'));
		await grace.say(attic, 'The only one.');
		const statusOf = async (path: string) => (await page.goto(path))?.status();

		expect(await statusOf(`${attic}/1`)).toBe(200);
		for (const never of [
			`${attic}/2`,
			`${attic}/0`,
			`${attic}/01`,
			`${attic}/x`,
			'/rooms/never-there',
			'/rooms/never-there/5'
		]) {
			expect(await statusOf(never), never).toBe(404);
			const step = never.startsWith(attic) ? 'Back to the room' : 'All rooms';
			await expect(page.getByRole('main').getByRole('link', { name: step })).toBeVisible();
		}
	});
});

test.describe('the room list', () => {
	test('by activity, the room list has the newest message first and empty rooms last, and shows the time of each last message', async ({
		page,
		own,
		scripts
	}) => {
		const { url } = await own();
		const grace = await Person.join(url, fresh('Grace'));
		const [attic, cellar, kitchen] = [fresh('Attic'), fresh('Cellar'), fresh('Kitchen')];
		const atticPath = await grace.createRoom(attic);
		const cellarPath = await grace.createRoom(cellar);
		await grace.say(cellarPath, 'It is dark down here.');
		await grace.createRoom(kitchen);
		await grace.say(atticPath, 'Dust.', 'More\ndust.');

		await sortByActivity(page, url);
		await open(page, `${url}/`, scripts);
		const [first, second, third] = await rooms(page).getByRole('listitem').all();
		// The test may run just after midnight.
		const when = '(\\d\\d:\\d\\d|Yesterday)';
		await expect(first!).toHaveText(new RegExp(`${attic}.*${when}.*${grace.name}:.*More dust\\.`));
		await expect(second!).toHaveText(new RegExp(`${cellar}.*${when}.*It is dark down here\\.`));
		await expect(third!).toHaveText(new RegExp(`${kitchen}.*No messages yet`));
		await room(page, cellar).click();
		await expect(message(page, 'It is dark down here.')).toBeVisible();
	});
});
