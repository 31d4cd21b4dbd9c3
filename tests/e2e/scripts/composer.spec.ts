/** The composer with a script. */
import type { Page } from 'playwright/test';
import { everyMessage, Person } from '../person.ts';
import { composer, connection, expect, fresh, lines, message, messages, openAs, permalink, test } from '../test.ts';

const editor = (page: Page) => page.getByRole('textbox', { name: 'Edit message' });
const panel = (page: Page) => page.getByRole('group', { name: 'Actions' });
const replyCard = (page: Page) => page.locator('.composer .reply');
const suggestions = (page: Page) => page.getByRole('option');
const press = (page: Page, ...keys: string[]) =>
	keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
/** The composer's text, with a bar at the caret. */
const written = (page: Page) =>
	composer(page).evaluate((field: HTMLTextAreaElement) => {
		const { value, selectionStart, selectionEnd } = field;
		return `${value.slice(0, selectionStart)}|${value.slice(selectionEnd)}`;
	});

async function enter(page: Page, person: Person, path: string): Promise<void> {
	await openAs(page, person, path, true);
	await expect(connection(page)).toHaveText('Live');
}

test.describe('the composer', () => {
	test('the composer has the focus from the start, keeps it, grows with the text, and sends no blank text', async ({
		page,
		someone
	}) => {
		const ada = await someone('Ada');
		await enter(page, ada, await ada.createRoom(fresh('Kitchen')));
		await expect(composer(page)).toBeFocused();
		const height = async () => (await composer(page).boundingBox())?.height ?? 0;
		const line = await height();
		await page.keyboard.type('one');
		for (const word of ['two', 'three', 'four']) {
			await page.keyboard.press('Shift+Enter');
			await page.keyboard.type(word);
		}
		expect(await height()).toBeGreaterThan(2.5 * line);
		await page.keyboard.press('Enter');
		await expect(message(page, 'four')).toBeVisible();
		expect(await height()).toBe(line);
		await expect(composer(page)).toBeFocused();

		await page.keyboard.type('  ');
		await page.keyboard.press('Enter');
		await expect(page.getByRole('alert')).toHaveText('Write something first.');
		await expect(composer(page)).toHaveValue('  ');
		await page.keyboard.type('five');
		await page.keyboard.press('Control+Enter');
		await expect(permalink(message(page, 'five'))).toBeVisible();
		await expect(messages(page)).toHaveCount(2);
	});

	test('the refusal of a text disappears when another text is sent', async ({ page, someone }) => {
		const ada = await someone('Ada');
		await enter(page, ada, await ada.createRoom(fresh('Kitchen')));
		await composer(page).fill('long '.repeat(2_000));
		// Posts the form without the script, like a reader who is faster than the script.
		await composer(page).evaluate((field: HTMLTextAreaElement) => field.form?.submit());
		await expect(page.getByRole('alert')).toContainText('That is too long');
		await expect(connection(page)).toHaveText('Live');
		await composer(page).fill('Short.');
		await page.keyboard.press('Enter');
		await expect(permalink(message(page, 'Short.'))).toBeVisible();
		await expect(page.getByRole('alert')).toHaveCount(0);
	});

	test('a sent message is shown within 50 ms', async ({ page, someone }) => {
		const ada = await someone('Ada');
		await enter(page, ada, await ada.createRoom(fresh('Kitchen')));
		const took: number[] = [];
		for (const text of lines(1, 5)) {
			await page.keyboard.type(text);
			took.push(
				await page.evaluate(
					(text) =>
						new Promise<number>((resolve) => {
							const log = document.querySelector('[role=log]')!;
							const field = document.querySelector('textarea')!;
							const began = performance.now();
							new MutationObserver(() => {
								if (log.textContent.includes(text)) resolve(performance.now() - began);
							}).observe(log, { childList: true, subtree: true });
							field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
						}),
					text
				)
			);
		}
		// A busy machine may delay some of them.
		expect(Math.min(...took), `${took.join(', ')} ms`).toBeLessThan(50);
	});

	test('Enter sends nothing while an input method composes', async ({ page, someone }) => {
		const ada = await someone('Ada');
		await enter(page, ada, await ada.createRoom(fresh('Kitchen')));
		const typing = await page.context().newCDPSession(page);
		await typing.send('Input.imeSetComposition', { text: 'にほ', selectionStart: 2, selectionEnd: 2 });
		await expect(composer(page)).toHaveValue('にほ');
		// For the Enter that chooses a word, every browser sets keyCode 229, and all but Safari set isComposing.
		for (const isComposing of [true, false]) {
			await composer(page).dispatchEvent('keydown', { key: 'Enter', keyCode: 229, isComposing });
		}
		await typing.send('Input.insertText', { text: '日本' });
		await expect(composer(page)).toHaveValue('日本');
		await expect(messages(page)).toHaveCount(0);
		await page.keyboard.press('Enter');
		await expect(messages(page)).toHaveText([/日本/]);
	});

	test('the counter appears near the limit of characters or bytes, and a refusal keeps the text', async ({
		page,
		own
	}) => {
		const app = await own({ HPKV_MAX_VALUE_BYTES: '12000' });
		const ada = await Person.join(app.url, fresh('Ada'));
		await enter(page, ada, await ada.createRoom(fresh('Kitchen')));
		await composer(page).fill('a'.repeat(7_799));
		await expect(page.getByText(/left$/)).toHaveCount(0);
		await page.keyboard.type('aa');
		const count = page.locator('form .count');
		await expect(count).toHaveText('199 characters left');
		// Announced when the typing stops, not for every letter.
		await expect(page.getByRole('status').filter({ hasText: 'left' })).toHaveText('199 characters left');
		await composer(page).fill('茶'.repeat(5_000));
		await expect(count).toHaveText(/^[\d,]+ bytes too many$/);
		await press(page, 'Enter');
		await expect(page.getByRole('alert')).toContainText('too long to store');
		const [over = ''] = /\d+/.exec((await count.textContent())?.replace(',', '') ?? '') ?? [];
		await expect(composer(page)).toHaveValue('茶'.repeat(5_000));
		// The count is exact.
		await composer(page).fill('茶'.repeat(5_000 - Math.ceil(Number(over) / 3)));
		await expect(count).toHaveText(/^[0-2] bytes? left$/);
		await press(page, 'Enter');
		await expect(permalink(message(page, '茶'))).toBeVisible();
	});

	test('↑ in the composer edits my last message, and the composer gets the focus back', async ({ page, someone }) => {
		const [ada, grace] = [await someone('Ada'), await someone('Grace')];
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Soup?', 'Tee is ready');
		await grace.say(kitchen, 'Coming');
		await enter(page, ada, kitchen);
		await page.keyboard.press('ArrowUp');
		await expect(editor(page)).toBeFocused();
		await expect(editor(page)).toHaveValue('Tee is ready');
		await page.keyboard.type(', all of it');
		await page.keyboard.press('Escape');
		await expect(editor(page)).toHaveCount(0);
		await expect(composer(page)).toBeFocused();
		await expect(message(page, 'Tee is ready')).not.toContainText('all of it');

		await page.keyboard.press('ArrowUp');
		await expect(editor(page)).toHaveValue('Tee is ready, all of it');
		await editor(page).fill('Tea is ready');
		await page.keyboard.press('Enter');
		await expect(message(page, 'Tea is ready')).toContainText('edited');
		await expect(composer(page)).toBeFocused();

		await page.keyboard.type('x');
		await page.keyboard.press('ArrowUp');
		await expect(editor(page)).toHaveCount(0);
	});

	test('an edit that is refused after its editor was closed shows the refusal, and the next editor starts with its text', async ({
		page,
		someone
	}) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Tea is ready');
		await enter(page, ada, kitchen);
		const held = Promise.withResolvers<void>();
		await page.route(/[/]edit$/, async (route) => {
			await held.promise;
			await route.continue();
		});
		const long = 'much longer '.repeat(700).trim();
		await page.keyboard.press('ArrowUp');
		await editor(page).fill(long);
		const asked = page.waitForRequest(/[/]edit$/);
		await page.keyboard.press('Enter');
		await asked;
		await page.keyboard.press('Escape');
		await expect(editor(page)).toHaveCount(0);
		held.resolve();
		await expect(message(page, 'Tea is ready')).toContainText('up to 8,000 characters');
		await page.keyboard.press('ArrowUp');
		await expect(editor(page)).toHaveValue(long);
		await expect(panel(page).getByRole('alert')).toContainText('up to 8,000 characters');
	});

	test('the card of a reply survives a reload, and leaves the typed text and its undo alone', async ({
		page,
		someone
	}) => {
		const [ada, grace] = [await someone('Ada'), await someone('Grace')];
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await grace.say(kitchen, 'Is there tea?\nOr soup?');
		await enter(page, ada, kitchen);
		await page.keyboard.type('Both');
		const reply = async () => {
			await message(page, 'Is there tea?').hover();
			await message(page, 'Is there tea?').getByRole('link', { name: 'Actions' }).click();
			await panel(page).getByRole('link', { name: 'Reply' }).click();
		};
		await reply();
		await expect(replyCard(page)).toContainText(`Reply to ${grace.name}: Is there tea? Or soup?`);
		expect(await written(page)).toBe('Both|');
		await expect(composer(page)).toBeFocused();
		// Browsers undo different amounts at a time.
		const pressUntil = (key: string, value: string) =>
			expect(async () => {
				await page.keyboard.press(key);
				await expect(composer(page)).toHaveValue(value, { timeout: 500 });
			}).toPass({ timeout: 20_000 });
		await pressUntil('Control+z', '');
		await pressUntil('Control+Shift+z', 'Both');
		await page.reload();
		await expect(composer(page)).toHaveValue('Both');
		await expect(replyCard(page)).toContainText(`Reply to ${grace.name}: Is there tea?`);
		await page.getByRole('link', { name: 'Cancel reply' }).click();
		await expect(replyCard(page)).toHaveCount(0);
		await expect(composer(page)).toBeFocused();
		await reply();
		await page.keyboard.press('Enter');
		await expect(message(page, 'Both')).toContainText(`In reply to ${grace.name}: Is there tea? Or soup?`);
		await expect(replyCard(page)).toHaveCount(0);
		await page.reload();
		await expect(connection(page)).toHaveText('Live');
		await expect(replyCard(page)).toHaveCount(0);

		// The open room is archived: it has no composer for a reply.
		await ada.post(`${kitchen}/settings?/archive`, {});
		await expect(page.getByText('This room is archived')).toBeVisible();
		await message(page, 'Both').hover();
		await message(page, 'Both').getByRole('link', { name: 'Actions' }).click();
		await expect(panel(page)).toBeVisible();
		await expect(panel(page).getByRole('link', { name: 'Reply' })).toHaveCount(0);
	});

	test('a half-written edit is kept until it is saved or cancelled', async ({ page, someone }) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Tea is ready');
		await enter(page, ada, kitchen);
		await page.keyboard.press('ArrowUp');
		await editor(page).fill('Tea is half');
		await page.reload();
		await expect(connection(page)).toHaveText('Live');
		await page.keyboard.press('ArrowUp');
		await expect(editor(page)).toHaveValue('Tea is half');
		await expect(panel(page)).toContainText('Your unfinished edit');
		await panel(page).getByRole('link', { name: 'Cancel' }).click();
		await expect(composer(page)).toBeFocused();
		await page.keyboard.press('ArrowUp');
		await expect(editor(page)).toHaveValue('Tea is ready');
		await editor(page).fill('Tea is cold');
		await page.keyboard.press('Enter');
		await expect(message(page, 'Tea is cold')).toContainText('edited');
		// The change may arrive before the answer that closes the editor.
		await expect(composer(page)).toBeFocused();
		await page.keyboard.press('ArrowUp');
		await expect(editor(page)).toHaveValue('Tea is cold');
		await expect(panel(page)).not.toContainText('Your unfinished edit');
	});

	test('the draft of one tab is kept when another tab sends', async ({ page, someone }) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await enter(page, ada, kitchen);
		await page.keyboard.type('half a thought');
		const other = await page.context().newPage();
		await enter(other, ada, kitchen);
		await composer(other).fill('a whole one');
		await other.keyboard.press('Enter');
		await expect(permalink(message(page, 'a whole one'))).toBeVisible();
		await expect
			.poll(() => page.evaluate(() => Object.values<string>({ ...localStorage })))
			.toContain('"half a thought"');
		await page.reload();
		await expect(composer(page)).toHaveValue('half a thought');
		await other.close();
	});
});

test.describe('completion', () => {
	test('completion of @ offers people who wrote here or are present, by keyboard, keeps the surrounding text, and matches accents', async ({
		page,
		own
	}) => {
		const app = await own();
		const someone = (name: string) => Person.join(app.url, name);
		const [ada, zoe, grace] = [await someone('Ada'), await someone('Zoë Lovelace'), await someone('Grace')];
		const lin = await someone('Lin');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		// Lin is only present; Zoë has also written.
		for (const here of [lin, zoe]) await here.post(`${kitchen}/here`, { tab: crypto.randomUUID(), act: 'here' });
		await zoe.say(kitchen, 'Hello');
		await grace.say(kitchen, 'Hello');
		await ada.say(kitchen, 'Hello');
		await enter(page, ada, kitchen);
		await page.keyboard.type('Ask about tea');
		await press(page, ...Array.from('about tea', () => 'ArrowLeft'));
		await page.keyboard.type('@');
		await expect(suggestions(page)).toHaveText([
			...[`@${grace.name}`, `@${zoe.name}`, `@${lin.name}`],
			...['@everyone', '@here']
		]);
		const described = () =>
			composer(page).evaluate(
				(field) => document.getElementById(field.getAttribute('aria-activedescendant') ?? '')?.textContent
			);
		expect(await described()).toBe(`@${grace.name}`);
		await page.keyboard.press('ArrowDown');
		await expect.poll(described).toBe(`@${zoe.name}`);
		await press(page, 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown');
		await expect.poll(described).toBe(`@${grace.name}`);
		await page.keyboard.type('zoe lo');
		await expect(suggestions(page)).toHaveText([`@${zoe.name}`]);
		await page.keyboard.press('Tab');
		expect(await written(page)).toBe(`Ask @${zoe.name} |about tea`);
		await expect(suggestions(page)).toHaveCount(0);
		await expect(composer(page)).not.toHaveAttribute('aria-activedescendant');
		await page.keyboard.press('Enter');
		await expect(message(page, `Ask @${zoe.name} about tea`)).toBeVisible();

		// Escape closes the list, and Enter sends again.
		await page.keyboard.type('@gr');
		await expect(suggestions(page)).toHaveText([`@${grace.name}`]);
		await page.keyboard.press('Escape');
		await page.keyboard.type('u');
		await expect(suggestions(page)).toHaveCount(0);
		await page.keyboard.press('Enter');
		await expect(message(page, '@gru')).toBeVisible();

		// A click does not move the focus.
		await page.keyboard.type('@love');
		await suggestions(page).click();
		expect(await written(page)).toBe(`@${zoe.name} |`);
		await expect(composer(page)).toBeFocused();
	});

	test('completion of @ offers people who are not on the page, after those who are, and a message shows them as mentioned at once', async ({
		page,
		own,
		stranger
	}) => {
		const app = await own();
		const ada = await Person.join(app.url, 'Ada');
		const zora = await Person.join(app.url, 'Zora');
		for (const name of ['Zoë Lovelace', 'Zachary', 'Lin']) await Person.join(app.url, name);
		const kitchen = await ada.createRoom('Kitchen');
		await zora.say(kitchen, 'Hello');
		const elsewhere = await stranger();
		await enter(elsewhere, zora, kitchen);
		await enter(page, ada, kitchen);
		const asked: string[] = [];
		page.on('request', (request) => {
			if (request.url().includes('people.json')) asked.push(new URL(request.url()).search);
		});
		await page.keyboard.type('Ask @z');
		await expect(suggestions(page)).toHaveText(['@Zora', '@Zachary', '@Zoë Lovelace']);
		expect(asked).toEqual(['?q=z']);
		// What is known already is not asked for.
		await page.keyboard.type('oe');
		await expect(suggestions(page)).toHaveText(['@Zoë Lovelace']);
		await page.keyboard.press('Enter');
		expect(await written(page)).toBe('Ask @Zoë Lovelace |');
		expect(asked).toHaveLength(1);

		let answer: () => void = () => undefined;
		const held = new Promise<void>((free) => (answer = free));
		await page.route(/[?][/]send$/, async (route) => {
			await held;
			await route.continue();
		});
		await page.keyboard.press('Enter');
		const sent = message(page, 'Ask @Zoë Lovelace');
		await expect(sent).toBeVisible();
		await expect(permalink(sent)).toHaveCount(0);
		await expect(sent.locator('.mention')).toHaveText(['@Zoë Lovelace']);
		answer();
		await expect(permalink(sent)).toBeVisible();
		await expect(sent.locator('.mention')).toHaveText(['@Zoë Lovelace']);
		await expect(message(elsewhere, 'Ask @Zoë Lovelace').locator('.mention')).toHaveText(['@Zoë Lovelace']);
	});

	test('completion of @ offers the people on the page while the server is not reached', async ({ page, own }) => {
		const app = await own();
		const [ada, grace] = [await Person.join(app.url, 'Ada'), await Person.join(app.url, 'Grace')];
		await Person.join(app.url, 'Gloria');
		const kitchen = await ada.createRoom('Kitchen');
		await grace.say(kitchen, 'Hello');
		await enter(page, ada, kitchen);
		await page.route(/people[.]json/, (route) => route.abort());
		const failed = page.waitForEvent('requestfailed', (request) => request.url().includes('people.json'));
		await page.keyboard.type('@g');
		await failed;
		await expect(suggestions(page)).toHaveText(['@Grace']);
		await page.unroute(/people[.]json/);
		await page.keyboard.type('l');
		await expect(suggestions(page)).toHaveText(['@Gloria']);
	});

	test('completion of : offers emoji, whose names load at the first use', async ({ page, someone }) => {
		const ada = await someone('Ada');
		const scripts = new Set<string>();
		page.on('request', (request) => request.resourceType() === 'script' && scripts.add(request.url()));
		const withNames = async () => {
			const bodies = await Promise.all([...scripts].map(async (url) => (await fetch(url)).text()));
			return bodies.filter((body) => body.includes('partying_face')).length;
		};
		await enter(page, ada, await ada.createRoom(fresh('Kitchen')));
		await page.keyboard.type('At 10:30 :t');
		expect(await withNames()).toBe(0);
		await page.keyboard.type('ada');
		await expect(suggestions(page).first()).toContainText('🎉');
		expect(await withNames()).toBe(1);
		await page.keyboard.press('Enter');
		expect(await written(page)).toBe('At 10:30 🎉 |');
		await expect(messages(page)).toHaveCount(0);
	});

	test('completion of : applies to the word at the caret, Enter takes only a chosen entry, and a whole name becomes an emoji', async ({
		page,
		someone
	}) => {
		const [ada, grace] = [await someone('Ada'), await someone('Grace')];
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await grace.say(kitchen, 'Hello');
		await enter(page, ada, kitchen);
		await page.keyboard.type(`@${grace.name} :tad`);
		await expect(suggestions(page).first()).toContainText('🎉');
		await page.keyboard.press('Enter');
		await expect(composer(page)).toHaveValue(`@${grace.name} 🎉 `);

		await composer(page).fill('');
		await page.keyboard.type('note :10');
		await expect(suggestions(page).first()).toContainText('💯');
		await expect(composer(page)).not.toHaveAttribute('aria-activedescendant');
		await page.keyboard.press('Enter');
		await expect(message(page, 'note :10')).toBeVisible();
		await page.keyboard.type('note :10');
		await press(page, 'ArrowDown', 'Enter');
		expect(await written(page)).toBe('note 💯 |');

		await composer(page).fill('');
		await page.keyboard.type('Hooray :tada:');
		await expect.poll(() => written(page)).toBe('Hooray 🎉|');
		await page.keyboard.press('Control+z');
		await expect(composer(page)).toHaveValue('Hooray :tada:');
		await page.keyboard.type(' `:tada:` :no_such: :rocket:');
		await expect.poll(() => written(page)).toBe('Hooray :tada: `:tada:` :no_such: 🚀|');
	});
});

test('a message goes to the room in which it was written, also during a navigation', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const [attic, kitchen] = [await ada.createRoom(fresh('Attic')), await ada.createRoom(fresh('Kitchen'))];
	await enter(page, ada, attic);
	await enter(page, ada, kitchen);
	// Enter is pressed in the kitchen while the page of the attic loads.
	let letGo = () => {};
	const held = new Promise<void>((resolve) => (letGo = resolve));
	await page.goto(`${ada.app}/`);
	await page.getByRole('link', { name: new RegExp(`^Kitchen ${kitchen.split('-').at(-1)}`) }).click();
	await expect(composer(page)).toBeFocused();
	await page.keyboard.type('Soup is on');
	await page.route(`**${attic}/__data.json*`, async (route) => {
		await held;
		await route.continue();
	});
	await page.evaluate((to) => {
		const link = Object.assign(document.createElement('a'), { href: to, id: 'away' });
		document.querySelector('main')?.append(link);
		link.click();
	}, attic);
	await composer(page).press('Enter');
	letGo();
	await expect(page).toHaveURL(ada.app + attic);
	await expect(composer(page)).toHaveValue('');
	await expect
		.poll(async () => (await everyMessage(ada.app, kitchen)).map((each) => each.message))
		.toEqual(['Soup is on']);
	expect(await everyMessage(ada.app, attic)).toEqual([]);
});

test('typed text and its caret survive a lost connection, and a message, an edit and a deletion by others', async ({
	page,
	own
}) => {
	const app = await own();
	const [ada, grace] = [await Person.join(app.url, fresh('Ada')), await Person.join(app.url, fresh('Grace'))];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Mine');
	await grace.say(kitchen, 'First', 'Second');
	await enter(page, ada, kitchen);
	await page.keyboard.type('Half a thought');
	await press(page, 'ArrowLeft', 'ArrowLeft');
	await page.evaluate(() => (document.querySelector('textarea')!.dataset.same = 'yes'));
	await grace.post(`${kitchen}/2?/edit`, { n: '2', message: 'First of all' });
	await grace.post(`${kitchen}/3?/delete`, { n: '3' });
	await grace.say(kitchen, 'Third');
	await expect(message(page, 'First of all')).toBeVisible();
	await expect(message(page, 'This message was deleted.')).toBeVisible();
	await expect(message(page, 'Third')).toBeVisible();
	await app.crash();
	await expect(connection(page)).not.toHaveText('Live');
	await page.keyboard.type('!');
	await app.restart();
	await expect(connection(page)).toHaveText('Live', { timeout: 30_000 });
	expect(await written(page)).toBe('Half a thoug!|ht');
	await expect(composer(page)).toHaveAttribute('data-same', 'yes');
	await expect(composer(page)).toBeFocused();
});
