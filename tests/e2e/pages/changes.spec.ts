/** Edits, deletions and reactions, with and without a script, on both kinds of store. */
import type { Locator, Page } from 'playwright/test';
import { actions, choose, editor, openActions, panel, remove } from '../actions.ts';
import { everyMessage, Person } from '../person.ts';
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
	signIn,
	test
} from '../test.ts';

const chip = (article: Locator, emoji: string) => article.locator('.reactions').getByRole('button', { name: emoji });
const quick = (page: Page, emoji: string) => panel(page).getByRole('button', { name: emoji });
const refusal = (page: Page) => page.locator('main').getByRole('alert');

async function edit(page: Page, before: string, after: string): Promise<void> {
	await openActions(page, before);
	await choose(page, 'Edit');
	await editor(page).fill(after);
	await page.getByRole('button', { name: 'Save' }).click();
}

/** Without a script, reloads the page. */
async function look(page: Page, path: string, scripts: boolean): Promise<void> {
	if (!scripts) await page.goto(path);
}

async function enter(page: Page, person: Person, path: string, scripts: boolean): Promise<void> {
	await openAs(page, person, path, scripts);
	if (scripts) await expect(connection(page)).toHaveText('Live');
}

test.describe('editing', () => {
	test('an edit replaces the text for everybody, and marks the message as edited', async ({
		page,
		stranger,
		someone,
		scripts
	}) => {
		const [ada, grace] = [await someone('Ada'), await someone('Grace')];
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Is there tee?');
		const other = await stranger();
		await enter(page, ada, kitchen, scripts);
		if (scripts) await enter(other, grace, kitchen, scripts);

		await edit(page, 'Is there tee?', 'Is there tea?');
		if (!scripts) await openAs(other, grace, kitchen, scripts);
		for (const each of [page, other]) {
			await expect(message(each, 'Is there tea?')).toContainText('edited');
			await expect(each.getByRole('log').getByText('Is there tee?')).toHaveCount(0);
			const edited = message(each, 'Is there tea?').getByText('edited');
			await edited.focus();
			await expect(edited.locator('.tip')).toBeVisible();
			await expect(edited.locator('.tip')).toContainText(/\d{1,2} \w+ \d{4}, \d\d:\d\d/);
		}
	});

	test('a refused edit keeps its text', async ({ page, someone, scripts }) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Short.');
		await enter(page, ada, kitchen, scripts);
		const long = 'much longer '.repeat(700).trim();
		await edit(page, 'Short.', long);
		await expect(refusal(page)).toContainText('up to 8,000 characters');
		await expect(editor(page)).toHaveValue(long);
		await editor(page).fill('A little longer.');
		await page.getByRole('button', { name: 'Save' }).click();
		await expect(message(page, 'A little longer.')).toContainText('edited');
	});

	test('an edit after the session has ended keeps its text, and is saved after joining again', async ({
		page,
		someone,
		scripts
	}) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Written.');
		await enter(page, ada, kitchen, scripts);
		await openActions(page, 'Written.');
		await choose(page, 'Edit');
		await editor(page).fill('Rewritten.');
		await page.context().clearCookies({ name: /session/ });
		await page.getByRole('button', { name: 'Save' }).click();
		await expect(refusal(page)).toContainText('You’ve been signed out.');
		await expect(editor(page)).toHaveValue('Rewritten.');
		await signIn(page, ada);
		await page.getByRole('button', { name: 'Save' }).click();
		await expect(message(page, 'Rewritten.')).toContainText('edited');
	});

	test('an edit keeps its text when the store is away', async ({ own, mode }) => {
		test.skip(mode !== 'hosted', 'an embedded store is away with the whole app');
		const app = await own();
		const ada = await Person.join(app.url, fresh('Ada'));
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Before.');
		await app.crash();
		const answer = await ada.post(`${kitchen}/1?/edit`, { n: '1', message: 'Words worth keeping.' });
		expect(answer.status).toBe(503);
		expect(await answer.text()).toMatch(/<textarea[^>]*>Words worth keeping\.<\/textarea>/);
	});

	test('Escape leaves an edit, and restores the text and the focus', async ({ page, someone, scripts }) => {
		test.skip(!scripts, 'Escape needs a script');
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'As it was.');
		await enter(page, ada, kitchen, scripts);
		await openActions(page, 'As it was.');
		await choose(page, 'Edit');
		await expect(editor(page)).toBeFocused();
		await editor(page).fill('Something else');
		await page.keyboard.press('Escape');
		await expect(panel(page)).toHaveCount(0);
		await expect(message(page, 'As it was.')).toBeVisible();
		await expect(actions(message(page, 'As it was.'))).toBeFocused();
		await edit(page, 'As it was.', 'By Enter.');
		await openActions(page, 'By Enter.');
		await choose(page, 'Edit');
		await editor(page).fill('By Enter, indeed.');
		await editor(page).press('Enter');
		await expect(message(page, 'By Enter, indeed.')).toContainText('edited');
		await expect(composer(page)).toHaveValue('');
	});
});

test.describe('deleting', () => {
	test('a deleted message leaves a tombstone, and its text nowhere', async ({
		page,
		stranger,
		someone,
		app,
		scripts
	}) => {
		const [ada, grace] = [await someone('Ada'), await someone('Grace')];
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Before it.', 'Nobody should read this.', 'After it.');
		const other = await stranger();
		await enter(page, ada, kitchen, scripts);
		if (scripts) await enter(other, grace, kitchen, scripts);

		await remove(page, 'Nobody should read this.');
		if (!scripts) await openAs(other, grace, kitchen, scripts);
		for (const each of [page, other]) {
			await expect(messages(each)).toHaveText([/Before it\./, /This message was deleted\./, /After it\./]);
			await expect(message(each, 'This message was deleted.').locator('time')).toBeVisible();
			await expect(actions(message(each, 'This message was deleted.'))).toHaveCount(0);
		}
		const source = await (await grace.get(kitchen)).text();
		expect(source).toContain('This message was deleted.');
		expect(source).not.toContain('Nobody should');
		expect(JSON.stringify(await everyMessage(app.url, kitchen))).not.toContain('Nobody should');

		const gone = await other.goto(`${kitchen}/2`);
		expect(gone?.status()).toBe(410);
		await expect(other.getByRole('heading', { name: 'This message was deleted' })).toBeVisible();
		await other.getByRole('link', { name: 'Back to the room' }).click();
		await expect(messages(other)).toHaveCount(3);
		expect((await other.goto(`${kitchen}/4`))?.status()).toBe(404);
	});

	test('a deletion shows in the room list', async ({ page, someone, scripts }) => {
		const ada = await someone('Ada');
		const name = fresh('Kitchen');
		const kitchen = await ada.createRoom(name);
		await ada.say(kitchen, 'The last word.');
		await openAs(page, ada, '/', scripts);
		await expect(room(page, name)).toContainText('The last word.');
		if (scripts) await expect(connection(page)).toHaveText('Live');
		expect((await ada.post(`${kitchen}?/delete`, { n: '1' })).status).toBe(303);
		await look(page, '/', scripts);
		await expect(room(page, name)).toContainText('Message deleted');
		await expect(page.getByText('The last word.')).toHaveCount(0);
	});

	test('edits and deletions of other people’s messages are not offered, and refused', async ({
		page,
		someone,
		scripts
	}) => {
		const [ada, grace] = [await someone('Ada'), await someone('Grace')];
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Mine alone.');
		await enter(page, grace, kitchen, scripts);
		await openActions(page, 'Mine alone.');
		await expect(quick(page, '👍')).toBeVisible();
		await expect(panel(page).locator('summary')).toHaveCount(0);
		expect((await grace.post(`${kitchen}?/edit`, { n: '1', message: 'Grace’s now.' })).status).toBe(403);
		expect((await grace.post(`${kitchen}?/delete`, { n: '1' })).status).toBe(403);
		await page.reload();
		await expect(message(page, 'Mine alone.')).toBeVisible();
	});
});

test.describe('reacting', () => {
	test('a reaction is counted for everybody, names its people, and can be taken off', async ({
		page,
		stranger,
		someone,
		scripts
	}) => {
		const [ada, grace] = [await someone('Ada'), await someone('Grace')];
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Soup on Thursday?');
		const other = await stranger();
		await enter(page, ada, kitchen, scripts);
		await enter(other, grace, kitchen, scripts);
		const soup = (each: Page) => message(each, 'Soup on Thursday?');

		await openActions(other, 'Soup on Thursday?');
		await quick(other, '👍').click();
		await expect(chip(soup(other), '👍')).toHaveAccessibleName(`👍 1: ${grace.name}. Remove your reaction`);
		await look(page, kitchen, scripts);
		await expect(chip(soup(page), '👍')).toHaveAccessibleName(`👍 1: ${grace.name}. Add yours`);
		await chip(soup(page), '👍').click();
		await expect(chip(soup(page), '👍')).toHaveAccessibleName(`👍 2: ${grace.name}, ${ada.name}. Remove your reaction`);
		await expect(chip(soup(page), '👍')).toHaveAttribute('aria-pressed', 'true');
		await chip(soup(page), '👍').hover();
		await expect(chip(soup(page), '👍').locator('.tip')).toBeVisible();
		await page.mouse.move(0, 0);
		await page.keyboard.press('Shift+Tab');
		await chip(soup(page), '👍').focus();
		await expect(chip(soup(page), '👍').locator('.tip')).toHaveText(`👍 ${grace.name}, ${ada.name}`);

		await chip(soup(page), '👍').click();
		await expect(chip(soup(page), '👍')).toHaveAccessibleName(`👍 1: ${grace.name}. Add yours`);
		await look(other, kitchen, scripts);
		await chip(soup(other), '👍').click();
		await expect(chip(soup(other), '👍')).toHaveCount(0);
		await look(page, kitchen, scripts);
		await expect(chip(soup(page), '👍')).toHaveCount(0);
	});

	test('simultaneous reactions are all counted', async ({ page, someone, scripts }) => {
		const people = await Promise.all(['Ada', 'Grace', 'Lin', 'Noor'].map(someone));
		const [ada] = people as [Person];
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'All of you?');
		const answers = await Promise.all(
			people.map((person) => person.post(`${kitchen}?/react`, { reaction: '1 🎉 on' }))
		);
		expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303]);
		await open(page, ada.app + kitchen, scripts);
		await expect(chip(message(page, 'All of you?'), '🎉')).toHaveAccessibleName(/^🎉 4: /);
	});

	test('the reaction field takes any single emoji, and no word', async ({ page, someone, scripts }) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Bread?');
		await enter(page, ada, kitchen, scripts);
		await openActions(page, 'Bread?');
		await page.getByRole('textbox', { name: 'Another emoji' }).fill('yes');
		await page.getByRole('button', { name: 'React', exact: true }).click();
		await expect(refusal(page)).toHaveText('Pick an emoji, or type a name like :rocket:.');
		await expect(page.getByRole('textbox', { name: 'Another emoji' })).toHaveValue('yes');
		await page.getByRole('textbox', { name: 'Another emoji' }).fill('🥖');
		await page.getByRole('button', { name: 'React', exact: true }).click();
		await expect(chip(message(page, 'Bread?'), '🥖')).toHaveAccessibleName(`🥖 1: ${ada.name}. Remove your reaction`);
	});

	test('the reaction field takes an emoji by name, and suggests emoji for a name', async ({
		page,
		someone,
		scripts
	}) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Off we go');
		await enter(page, ada, kitchen, scripts);
		for (const [typed, emoji] of [
			['rocket', '🚀'],
			[':tada', '🎉']
		] as const) {
			await openActions(page, 'Off we go');
			await page.getByRole('textbox', { name: 'Another emoji' }).fill(typed);
			await page.getByRole('button', { name: 'React', exact: true }).click();
			await expect(chip(message(page, 'Off we go'), emoji)).toBeVisible();
		}
		if (!scripts) return;
		await openActions(page, 'Off we go');
		await page.getByRole('textbox', { name: 'Another emoji' }).fill('turt');
		await expect(panel(page).getByText('Found: turtle')).toBeAttached();
		await panel(page).getByRole('button', { name: '🐢' }).click();
		await expect(chip(message(page, 'Off we go'), '🐢')).toBeVisible();
	});

	test('a reaction shows at once, and is removed with a sentence when it is refused', async ({
		page,
		someone,
		scripts
	}) => {
		test.skip(!scripts, 'without a script nothing shows before the answer');
		const [ada, grace] = [await someone('Ada'), await someone('Grace')];
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Quick?');
		await grace.post(`${kitchen}?/react`, { reaction: '1 👀 on' });
		await enter(page, ada, kitchen, scripts);
		const { promise, resolve } = Promise.withResolvers<void>();
		await page.route('**/*?/react', async (route) => {
			await promise;
			await page.context().clearCookies({ name: /session/ });
			await route.continue({ headers: { ...route.request().headers(), cookie: '' } });
		});
		const eyes = chip(message(page, 'Quick?'), '👀');
		await eyes.click();
		await expect(eyes).toHaveAccessibleName(/^👀 2: /);
		resolve();
		await expect(refusal(page)).toContainText('You’ve been signed out.');
		await expect(eyes).toHaveAccessibleName(`👀 1: ${grace.name}. Add yours`);
	});

	test('reactions are shown but not offered to visitors who have not joined', async ({ page, someone, scripts }) => {
		const ada = await someone('Ada');
		const kitchen = await ada.createRoom(fresh('Kitchen'));
		await ada.say(kitchen, 'Open to all.');
		await ada.post(`${kitchen}?/react`, { reaction: '1 👍 on' });
		await open(page, ada.app + kitchen, scripts);
		await expect(chip(message(page, 'Open to all.'), '👍')).toHaveAccessibleName(`👍 1: ${ada.name}.`);
		await expect(actions(message(page, 'Open to all.'))).toHaveCount(0);
		await expect(permalink(message(page, 'Open to all.'))).toBeVisible();
	});
});

test('a message’s own page links the style of its actions', async ({ page, someone, scripts }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Styled.');
	await openAs(page, ada, `${kitchen}/1`, scripts);
	const display = (element: Element) => getComputedStyle(element).display;
	expect(await panel(page).evaluate(display)).toBe('flex');
	expect(await panel(page).locator('.emoji').evaluate(display)).toBe('contents');
	// The style is linked by the server, and not added by the script.
	const styles = /<link href="[^"]*MessageMenu[^"]*\.css" rel="stylesheet">/;
	expect(await (await page.request.get(`${ada.app}${kitchen}/1`)).text()).toMatch(styles);
});

test('opening the actions of a message moves no message, and keeps typed text', async ({ page, someone, scripts }) => {
	test.skip(!scripts, 'without a script they are on a page of their own');
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'One.', 'Two.', 'Three.');
	await enter(page, ada, kitchen, scripts);
	await composer(page).fill('Half a sen');
	const places = () =>
		Promise.all(
			['One.', 'Two.', 'Three.'].map((text) => page.getByRole('log').getByText(text, { exact: true }).boundingBox())
		);
	const before = await places();
	await message(page, 'Two.').hover();
	expect(await places()).toEqual(before);
	await openActions(page, 'Two.');
	expect(await places()).toEqual(before);
	// The actions are above their message and do not cover the message.
	const [, two] = before;
	const box = await panel(page).boundingBox();
	expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(two?.y ?? 0);
	await page.keyboard.press('Escape');
	await expect(panel(page)).toHaveCount(0);
	await expect(composer(page)).toHaveValue('Half a sen');
});
