/** The tools below the composer's box, by pointer and by keyboard. */
import type { Page } from 'playwright/test';
import { composer, connection, expect, fresh, message, openAs, permalink, test, withoutItsScript } from '../test.ts';

const tool = (page: Page, name: string) => page.locator('.composer').getByRole('button', { name, exact: true });
const picker = (page: Page) => page.getByRole('dialog', { name: 'Emoji' });
const search = (page: Page) => picker(page).getByRole('combobox', { name: 'Search emoji' });
const cell = (page: Page, name: string) => picker(page).getByRole('gridcell', { name, exact: true });
const tone = (page: Page) =>
	picker(page).getByRole('group', { name: 'Skin tone' }).getByRole('button', { name: 'Medium', exact: true });
const select = (page: Page, from: number, to: number) =>
	composer(page).evaluate((field: HTMLTextAreaElement, [from, to]) => field.setSelectionRange(from!, to!), [from, to]);

test('buttons and keys format what is selected, again takes it back, and each step can be undone', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	await openAs(page, ada, await ada.createRoom(fresh('Kitchen')), true);
	await expect(connection(page)).toHaveText('Live');
	await page.keyboard.type('hot soup');
	await select(page, 4, 8);
	await tool(page, 'Bold').click();
	await expect(composer(page)).toHaveValue('hot **soup**');
	await expect(composer(page)).toBeFocused();
	await page.keyboard.press('Control+i');
	await expect(composer(page)).toHaveValue('hot **_soup_**');
	await page.keyboard.press('Control+b');
	await expect(composer(page)).toHaveValue('hot _soup_');
	await page.keyboard.press('Control+z');
	await expect(composer(page)).toHaveValue('hot **_soup_**');
	await composer(page).fill('hot soup');
	await select(page, 0, 8);
	await page.keyboard.press('Control+e');
	await expect(composer(page)).toHaveValue('`hot soup`');
	await tool(page, 'Code').click();
	await expect(composer(page)).toHaveValue('hot soup');
	await tool(page, 'List').click();
	await expect(composer(page)).toHaveValue('- hot soup');
	await page.keyboard.press('Control+Shift+Digit8');
	await expect(composer(page)).toHaveValue('hot soup');
	await page.keyboard.press('Control+Shift+Digit9');
	await expect(composer(page)).toHaveValue('> hot soup');
	await tool(page, 'Quote').click();
	await expect(composer(page)).toHaveValue('hot soup');

	// The sign for a mention opens the completion.
	await page.keyboard.press('End');
	await tool(page, 'Mention').click();
	await expect(composer(page)).toHaveValue('hot soup @');
	await page.keyboard.press('Backspace');
	await page.keyboard.press('Enter');
	await expect(permalink(message(page, 'hot soup'))).toBeVisible();

	// The editor of a message has the same formatting.
	await page.keyboard.press('ArrowUp');
	const editor = page.getByRole('textbox', { name: 'Edit message' });
	await expect(editor).toBeFocused();
	await editor.evaluate((field: HTMLTextAreaElement) => field.select());
	await page.keyboard.press('Control+b');
	await expect(editor).toHaveValue('**hot soup**');
	await page.getByRole('group', { name: 'Actions' }).getByRole('button', { name: 'Italic' }).click();
	await expect(editor).toHaveValue('**_hot soup_**');
	await page.keyboard.press('Enter');
	await expect(message(page, 'hot soup').locator('strong em')).toHaveText('hot soup');
});

test('the emoji picker: search and arrows by keyboard, a skin tone that is kept, the recent ones first, and pointer', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const data: string[] = [];
	page.on('request', (request) => void (/compact/.test(request.url()) && data.push(request.url())));
	await openAs(page, ada, await ada.createRoom(fresh('Kitchen')), true);
	await expect(connection(page)).toHaveText('Live');
	await page.keyboard.type('Tea ');
	expect(data).toEqual([]);
	await tool(page, 'Emoji').click();
	await expect(search(page)).toBeFocused();
	await expect(cell(page, 'grinning face')).toBeVisible();
	await page.keyboard.type('party pop');
	await expect(cell(page, 'party popper')).toBeVisible();
	// Enter takes the first that was found, and sends nothing.
	await page.keyboard.press('Enter');
	await expect(picker(page)).toHaveCount(0);
	await expect(composer(page)).toHaveValue('Tea 🎉');
	await expect(composer(page)).toBeFocused();

	await tool(page, 'Emoji').click();
	await expect(picker(page).getByRole('rowgroup').first()).toHaveAccessibleName('Recent');
	await page.keyboard.press('ArrowDown');
	await expect(cell(page, 'party popper').first()).toHaveAttribute('aria-selected', 'true');
	await page.keyboard.press('ArrowDown');
	await expect(cell(page, 'grinning face')).toHaveAttribute('aria-selected', 'true');
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowLeft');
	await page.keyboard.press('Enter');
	await expect(composer(page)).toHaveValue('Tea 🎉😀');

	await tool(page, 'Emoji').click();
	await tone(page).click();
	await search(page).fill('+1');
	await cell(page, 'thumbs up').click();
	await expect(composer(page)).toHaveValue('Tea 🎉😀👍🏽');
	await page.reload();
	await expect(connection(page)).toHaveText('Live');
	await expect(composer(page)).toHaveValue('Tea 🎉😀👍🏽');
	await tool(page, 'Emoji').click();
	await expect(tone(page)).toHaveAttribute('aria-pressed', 'true');
	await expect(picker(page).getByRole('gridcell').first()).toHaveText('👍🏽');

	// The button closes what it opened. Escape and a press elsewhere close the picker, and leave the text and the room alone.
	await tool(page, 'Emoji').click();
	await expect(picker(page)).toHaveCount(0);
	await expect(composer(page)).toBeFocused();
	await tool(page, 'Emoji').click();
	await expect(search(page)).toBeFocused();
	await page.keyboard.press('Escape');
	await expect(picker(page)).toHaveCount(0);
	await expect(composer(page)).toBeFocused();
	await tool(page, 'Emoji').click();
	await expect(search(page)).toBeFocused();
	await page.getByRole('log', { name: 'Messages' }).click();
	await expect(picker(page)).toHaveCount(0);
	await expect(composer(page)).toHaveValue('Tea 🎉😀👍🏽');
});

test('without its script, the composer has no tools, and the place of the others is the same', async ({
	page,
	someone
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await openAs(page, ada, kitchen, true);
	await expect(tool(page, 'Bold')).toBeVisible();
	const place = () => page.getByRole('button', { name: 'Send', exact: true }).boundingBox();
	const before = await place();
	await withoutItsScript(page);
	await page.goto(kitchen);
	await expect(tool(page, 'Bold')).toHaveCount(0);
	expect(await place()).toEqual(before);
});
