import type { Locator, Page } from 'playwright/test';
import type { Person } from '../person.ts';
import {
	composer,
	connection,
	expect,
	fresh,
	message,
	messages,
	open,
	openAs,
	permalink,
	room,
	signInLink,
	test
} from '../test.ts';

const editor = (page: Page) => page.getByRole('textbox', { name: 'Edit message' });
const panel = (page: Page) => page.getByRole('group', { name: 'Actions' });
const help = (page: Page) => page.getByRole('dialog', { name: 'Keyboard shortcuts' });
const replyCard = (page: Page) => page.locator('.composer .reply');
const focused = (page: Page, text: string | RegExp) => expect(message(page, text)).toBeFocused();

const ring = (page: Page, text: string) =>
	message(page, text).evaluate((article) => getComputedStyle(article).outlineStyle);

async function press(page: Page, ...keys: string[]): Promise<void> {
	for (const key of keys) await page.keyboard.press(key);
}

/** Whether the focused element, or the frame around it, shows that it has the focus. */
const showsFocus = (page: Page) =>
	page.evaluate(() => {
		const { activeElement } = document;
		if (!activeElement || activeElement === document.body) return true;
		const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(activeElement);
		const isClear = /transparent|, 0\)|\/ 0\)/.test(outlineColor);
		const frame = activeElement.closest('.frame');
		const isOutlined = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && !isClear;
		return isOutlined || (frame !== null && getComputedStyle(frame).boxShadow !== 'none') || activeElement.outerHTML;
	});

/**
 * Presses Tab until `wanted` has the focus, or every control has had it: the room list holds the rooms of other tests. Each stop
 * on the way shows its focus.
 */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
	await expect(wanted).toBeAttached();
	const stops = await page.locator('a, button, input, textarea, summary, [tabindex]').count();
	for (let i = 0; i < stops + 10; i++) {
		if (await wanted.evaluate((element) => element === document.activeElement)) return;
		await page.keyboard.press('Tab');
		expect(await showsFocus(page)).toBe(true);
	}
	throw new Error(`Tab does not come to ${String(wanted)}`);
}

async function enter(page: Page, person: Person, path: string): Promise<void> {
	await openAs(page, person, path, true);
	await expect(connection(page)).toHaveText('Live');
	await expect(composer(page)).toBeFocused();
}

test('a whole visit by keyboard: join, create, send, edit, react, reply, delete, unread, switch, settings, name, link, leave', async ({
	page
}) => {
	await open(page, '/', true);
	const [name, kitchen] = [fresh('Ada'), fresh('Kitchen')];
	await tabTo(page, page.getByRole('textbox', { name: 'Your name' }));
	await page.keyboard.type(name);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
	await tabTo(page, page.getByRole('textbox', { name: 'Room name' }));
	await page.keyboard.type(kitchen);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { name: kitchen, exact: true })).toBeVisible();
	await expect(composer(page)).toBeFocused();
	for (const text of ['Tee', 'Soup', 'Nothing']) {
		await page.keyboard.type(text);
		await page.keyboard.press('Enter');
		await expect(permalink(message(page, text))).toBeVisible();
	}

	// Leave the composer, and step up and down.
	await page.keyboard.press('Escape');
	await focused(page, 'Nothing');
	await press(page, 'k', 'ArrowUp', 'j', 'k');
	await focused(page, 'Tee');

	await page.keyboard.press('e');
	await expect(editor(page)).toBeFocused();
	await press(page, 'Backspace');
	await page.keyboard.type('a');
	await page.keyboard.press('Enter');
	await expect(message(page, 'Tea')).toContainText('edited');
	// The live event may arrive before the answer, which closes the editor.
	await expect(message(page, 'Tea').getByRole('link', { name: 'Actions' })).toBeFocused();

	await page.keyboard.press('+');
	await expect(panel(page).getByRole('button', { name: '👍' })).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(message(page, 'Tea').locator('.reactions')).toContainText('👍');
	await expect(message(page, 'Tea').getByRole('link', { name: 'Actions' })).toBeFocused();

	await page.keyboard.press('r');
	await expect(composer(page)).toBeFocused();
	await expect(replyCard(page)).toContainText(`Reply to ${name}: Tea`);
	await page.keyboard.type('With milk');
	await page.keyboard.press('Enter');
	await expect(permalink(message(page, 'With milk'))).toBeVisible();

	await press(page, 'Escape', 'k');
	await focused(page, 'Nothing');
	await tabTo(page, message(page, 'Nothing').getByRole('link', { name: 'Actions' }));
	await page.keyboard.press('Enter');
	await tabTo(page, panel(page).locator('summary', { hasText: 'Delete' }));
	await press(page, 'Enter', 'Tab', 'Enter');
	await expect(message(page, 'This message was deleted.')).toBeVisible();

	// Mark unread from here. Escape does not leave the room, and Ctrl+K with its name opens the room.
	await focused(page, 'This message was deleted.');
	await page.keyboard.press('j');
	await focused(page, 'With milk');
	await page.keyboard.press('Shift+U');
	await expect(page).toHaveTitle(/^\(1\)/);
	const { href } = new URL(page.url());
	await press(page, 'Escape', 'Escape', 'Escape');
	expect(page.url()).toBe(href);
	await page.keyboard.press('Control+k');
	await page.keyboard.type(kitchen);
	await page.keyboard.press('Enter');
	await expect(message(page, 'With milk')).toBeVisible();

	// Each form of the settings leads back to the room.
	const larder = fresh('Larder');
	const settings = async () => {
		// Tab goes from the composer around to the top of the page.
		await tabTo(page, page.getByRole('button', { name: 'Room menu' }));
		await page.keyboard.press('Enter');
		await tabTo(page, page.getByRole('link', { name: 'Room settings' }));
		await page.keyboard.press('Enter');
		await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
	};
	const save = async (field: string, text: string) => {
		await settings();
		await tabTo(page, page.getByRole('textbox', { name: field }));
		await press(page, 'Control+a');
		await page.keyboard.type(text);
		await page.keyboard.press('Enter');
		await expect(page.getByRole('heading', { name: larder, exact: true })).toBeVisible();
		await expect(composer(page)).toBeFocused();
	};
	await save('Room name', larder);
	await save('What this room is for', 'What there is to eat');
	await settings();
	await tabTo(page, page.getByRole('button', { name: 'Archive this room' }));
	await page.keyboard.press('Enter');
	await expect(page.getByText('This room is archived')).toBeVisible();

	// Change the name, make a sign-in link, and sign out.
	await tabTo(
		page,
		page.getByRole('navigation', { name: 'Rooms and messages' }).getByRole('link', { name, exact: true })
	);
	await page.keyboard.press('Enter');
	await tabTo(page, page.getByRole('textbox', { name: 'Your name' }));
	const other = fresh('Ada Lovelace');
	await press(page, 'Control+a');
	await page.keyboard.type(other);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('textbox', { name: 'Your name' })).toHaveValue(other);
	await tabTo(page, page.getByRole('link', { name: 'Sign-in and devices' }));
	await page.keyboard.press('Enter');
	await tabTo(page, page.getByRole('button', { name: 'Sign in on another device' }));
	await page.keyboard.press('Enter');
	await expect(signInLink(page)).toBeVisible();
	await tabTo(page, page.getByRole('button', { name: 'Sign out', exact: true }));
	await page.keyboard.press('Enter');
	await expect(page.getByRole('button', { name: 'Join' })).toBeVisible();
});

test('single keys do nothing while somebody types, or with a modifier key', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'First', 'Second');
	await enter(page, ada, kitchen);
	await page.keyboard.type('?jkren+U');
	await expect(composer(page)).toHaveValue('?jkren+U');
	await expect(composer(page)).toBeFocused();
	await press(page, 'Escape');
	await focused(page, 'Second');
	await press(page, 'Control+j', 'Alt+k', 'Shift+ArrowUp', 'Control+e');
	await focused(page, 'Second');
	await expect(panel(page)).toHaveCount(0);
	// The editor and the emoji field are also fields.
	await press(page, 'e');
	await expect(editor(page)).toBeFocused();
	await page.keyboard.type('?jk');
	await expect(editor(page)).toHaveValue('Second?jk');
	await expect(help(page)).toHaveCount(0);
});

test('a focused message has a ring, Escape never leaves a room, and keys after it are not typed as text', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'First', 'Second', 'Third');
	await enter(page, ada, kitchen);
	// The code for keys loads late: keys pressed meanwhile wait for it.
	const { promise: there, resolve: arrives } = Promise.withResolvers<void>();
	await page.route('**/_app/immutable/**/*.js', async (route) => {
		await there;
		await route.continue();
	});
	await press(page, 'Escape', 'k', 'k');
	await expect(composer(page)).not.toBeFocused();
	arrives();
	await focused(page, 'First');
	await expect(composer(page)).toHaveValue('');
	for (const forcedColors of ['none', 'active'] as const) {
		await page.emulateMedia({ forcedColors });
		expect(await ring(page, 'First')).toBe('solid');
		expect(await ring(page, 'Second')).toBe('none');
	}
	await page.emulateMedia({ forcedColors: 'none' });
	await press(page, 'j');
	expect(await ring(page, 'Second')).toBe('solid');
	await press(page, 'Escape', 'Escape', 'j');
	await focused(page, 'Third');
	expect(new URL(page.url()).pathname).toBe(kitchen);
	await press(page, 'j', 'Escape', 'Escape', 'k');
	await focused(page, 'Second');
	// From the settings, Escape leads to the room.
	await page.goto(`${kitchen}/settings`);
	await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
	await page.evaluate(() => (document.activeElement as HTMLElement).blur());
	await press(page, 'Escape');
	await expect(page).toHaveURL(ada.app + kitchen);
});

test('Page Up and Page Down scroll the messages from an empty composer, and move the caret in a text', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, ...Array.from({ length: 30 }, (_, i) => `line ${i}\nand more\nand more`));
	await enter(page, ada, kitchen);
	await expect(message(page, 'line 29')).toBeInViewport();
	await press(page, 'PageUp');
	await expect(message(page, 'line 29')).not.toBeInViewport();
	await expect(composer(page)).toBeFocused();
	await press(page, 'PageDown');
	await expect(message(page, 'line 29')).toBeInViewport();
	await page.keyboard.type('x');
	await press(page, 'PageUp');
	await expect(message(page, 'line 29')).toBeInViewport();
});

test('the ? key lists all keys, Escape closes the list, and keys can be switched off for good', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'First', 'Second');
	const loaded: string[] = [];
	page.on('response', (response) => loaded.push(response.url()));
	await enter(page, ada, kitchen);
	await page.keyboard.type('jjj');
	await page.waitForLoadState('networkidle');
	const before = loaded.length;
	await press(page, 'Escape');
	await focused(page, 'Second');
	// The code loads with the key.
	expect(loaded.length).toBeGreaterThan(before);

	await press(page, '?');
	await expect(help(page)).toBeVisible();
	for (const key of ['j', 'k', 'r', 'e', '+', 'End', 'Esc', '?']) {
		await expect(help(page).locator('kbd').getByText(key, { exact: true }).first()).toBeVisible();
	}
	// The page's own keys do nothing while the dialog is open.
	await press(page, 'k', 'Escape');
	await expect(help(page)).toHaveCount(0);
	await focused(page, 'Second');
	// On a Cyrillic layout, the key's position counts.
	await message(page, 'Second').dispatchEvent('keydown', { key: 'л', code: 'KeyK' });
	await focused(page, 'First');
	await press(page, 'j');

	await press(page, '?');
	await help(page).getByRole('checkbox').focus();
	await press(page, 'Space', 'Escape');
	await expect(help(page)).toHaveCount(0);
	await press(page, 'k', '?');
	await focused(page, 'Second');
	await page.goto('/you');
	await expect(page.getByRole('button', { name: 'Show all shortcuts' })).toBeVisible();
	await expect(page.getByRole('checkbox', { name: /Single-key shortcuts/ })).not.toBeChecked();
	await press(page, '?');
	await page.getByRole('checkbox', { name: /Single-key shortcuts/ }).check();
	await expect(help(page)).toHaveCount(0);
	await page.getByRole('button', { name: 'Show all shortcuts' }).click();
	await expect(help(page)).toBeVisible();
	await page.getByRole('button', { name: 'Close' }).click();
	// The dialog tells of its end in a task of its own.
	await expect(help(page)).toHaveCount(0);
	await page.getByRole('button', { name: 'Show all shortcuts' }).press('?');
	await expect(help(page)).toBeVisible();
});

test('End leads to the latest message, from older messages and from a permalink; Escape leads one level up', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, ...Array.from({ length: 30 }, (_, i) => `line ${i}\nand more\nand more`));
	await enter(page, ada, kitchen);
	await press(page, 'Escape');
	await focused(page, 'line 29');
	await press(page, ...Array.from({ length: 25 }, () => 'k'));
	await focused(page, /line 4\D/);
	await expect(message(page, 'line 29')).not.toBeInViewport();
	await press(page, 'End');
	await focused(page, 'line 29');
	await expect(message(page, 'line 29')).toBeInViewport({ ratio: 1 });
	await press(page, 'j');
	await expect(composer(page)).toBeFocused();

	await openAs(page, ada, `${kitchen}/3`, true);
	await press(page, 'j');
	await focused(page, /line 3\D/);
	await press(page, 'Escape');
	await expect(page).toHaveURL(ada.app + kitchen);
	await expect(messages(page).last()).toBeInViewport();
});

test('a sound plays once for a burst out of sight, never for my own messages, and only if switched on', async ({
	page,
	someone
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.post(`${kitchen}/notifications?/level`, { level: 'all' });
	await grace.say(kitchen, ...Array.from({ length: 30 }, (_, i) => `line ${i}`));
	await page.addInitScript(() => {
		const { createOscillator } = AudioContext.prototype as { createOscillator: (this: AudioContext) => OscillatorNode };
		AudioContext.prototype.createOscillator = function () {
			document.documentElement.dataset.sounds = String(Number(document.documentElement.dataset.sounds ?? 0) + 1);
			return createOscillator.call(this);
		};
	});
	const sounds = () => page.evaluate(() => Number(document.documentElement.dataset.sounds ?? 0));
	const scrollUp = () =>
		message(page, 'line 3')
			.first()
			.evaluate((article) => article.scrollIntoView({ block: 'start' }));

	await enter(page, ada, kitchen);
	await scrollUp();
	await grace.say(kitchen, 'quiet');
	await expect(message(page, 'quiet')).toBeAttached();

	await page.goto('/you');
	await page.getByRole('checkbox', { name: /sound/ }).check();
	await expect.poll(sounds).toBe(1); // switching on plays a sample
	await enter(page, ada, kitchen);
	await page.keyboard.type('mine');
	await page.keyboard.press('Enter');
	await expect(permalink(message(page, 'mine'))).toBeVisible();
	await grace.say(kitchen, 'in sight');
	await expect(message(page, 'in sight')).toBeVisible();
	await scrollUp();
	await expect(message(page, 'in sight')).not.toBeInViewport();
	await grace.say(kitchen, 'one', 'two', 'three');
	await expect(message(page, 'three')).toBeAttached();
	await expect.poll(sounds).toBe(1);
	await grace.say(kitchen, 'four');
	await expect(message(page, 'four')).toBeAttached();
	await page.waitForFunction(() => new Promise((resolve) => setTimeout(() => resolve(true), 300)));
	expect(await sounds()).toBe(1);
});

test('text typed before the code of Ctrl+K has loaded goes into its search field', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const [kitchen, name] = [await ada.createRoom(fresh('Kitchen')), fresh('Nook')];
	await ada.createRoom(name);
	await enter(page, ada, kitchen);
	const { promise: there, resolve: arrives } = Promise.withResolvers<void>();
	await page.route('**/_app/immutable/**/*.js', async (route) => {
		await there;
		await route.continue();
	});
	await page.keyboard.press('Control+k');
	await page.keyboard.type(name);
	await page.keyboard.press('Enter');
	await expect(composer(page)).toHaveValue('');
	arrives();
	await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
	await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('Escape closes the list of people present, and does not navigate', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Tea?');
	await enter(page, ada, kitchen);
	await press(page, 'Escape');
	await focused(page, 'Tea?');
	await page.getByRole('button', { name: '1 online' }).click();
	const people = page.getByRole('list', { name: 'People here' });
	await expect(people).toBeVisible();
	await press(page, 'Escape');
	await expect(people).toBeHidden();
	await press(page, '?');
	await expect(help(page)).toBeVisible();
	expect(new URL(page.url()).pathname).toBe(kitchen);
});

test('Ctrl+K finds a room by a part of its name, unread rooms first; n opens the next unread room, and Shift+U marks unread', async ({
	page,
	someone
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const names = { kitchen: fresh('Kitchen'), attic: fresh('Attic'), cellar: fresh('Cellar') };
	const kitchen = await ada.createRoom(names.kitchen);
	const attic = await ada.createRoom(names.attic);
	await ada.createRoom(names.cellar);
	await enter(page, ada, kitchen);
	await page.keyboard.type('half a wo');
	await grace.say(attic, 'It is raining in.');

	const field = page.getByRole('combobox', { name: 'Search' });
	const offer = (name: string) => page.getByRole('option').filter({ hasText: name });
	await page.keyboard.press('Control+k');
	await expect(field).toBeFocused();
	await expect(page.getByRole('option').first()).toHaveText(new RegExp(`^${names.attic}\\s*1\\s*unread$`));
	// Up from the first entry leads to the last, which may be below the edge of a low window.
	await page.setViewportSize({ width: 1_280, height: 160 });
	await page.keyboard.press('ArrowUp');
	await expect(page.getByRole('option').last()).toBeInViewport({ ratio: 1 });
	await page.keyboard.press('Escape');
	await page.setViewportSize({ width: 1_280, height: 720 });
	await expect(field).toHaveCount(0);
	await expect(composer(page)).toBeFocused();
	await page.keyboard.type('rd');
	await expect(composer(page)).toHaveValue('half a word');

	// On a Cyrillic layout, the key's position counts.
	await composer(page).dispatchEvent('keydown', { key: 'л', code: 'KeyK', ctrlKey: true });
	await expect(field).toBeFocused();
	await page.keyboard.type('no such room');
	await expect(page.getByText('No matches')).toBeVisible();
	await field.fill(names.cellar.toUpperCase());
	await expect(offer(names.cellar)).toHaveAttribute('aria-selected', 'true');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { name: names.cellar, exact: true })).toBeVisible();

	await expect(room(page, names.attic)).toContainText('1');
	await expect(composer(page)).toBeFocused();
	await page.keyboard.press('Escape');
	await expect(composer(page)).not.toBeFocused();
	await page.keyboard.press('n');
	await expect(page.getByRole('heading', { name: names.attic, exact: true })).toBeVisible();

	await expect(page).not.toHaveTitle(/^\(/);
	await expect(composer(page)).toBeFocused();
	await page.keyboard.press('Escape');
	await focused(page, 'It is raining in.');
	await page.keyboard.press('Shift+U');
	await expect(page).toHaveTitle(/^\(1\)/);
});
