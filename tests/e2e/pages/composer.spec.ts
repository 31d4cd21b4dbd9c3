import { everyMessage } from '../person.ts';
import type { Page } from 'playwright/test';
import { composer, expect, fresh, message, openAs, permalink, refusal, send, test } from '../test.ts';

const replyCard = (page: Page) => page.locator('.composer .reply');
const removal = (page: Page) => page.getByRole('link', { name: 'Remove the quote' });

test('a reply begins with a quote: the author, a link and the words', async ({ page, someone, scripts }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await grace.say(kitchen, 'Is there tea?', 'Or soup?');
	await openAs(page, ada, kitchen, scripts);
	await message(page, 'Is there tea?').hover();
	await message(page, 'Is there tea?').getByRole('link', { name: 'Actions' }).click();
	await page.getByRole('link', { name: 'Reply' }).click();
	const quote = `> [${grace.name}](${kitchen}/1): Is there tea?`;
	await expect(replyCard(page)).toContainText(`Reply to ${grace.name}: Is there tea?`);
	await expect(composer(page)).toHaveValue('');
	await expect(composer(page)).toHaveAccessibleDescription(/^Reply to .*Is there tea\?$/);
	// A quote alone is no message. A refusal keeps the card and the text.
	await send(page, ' ');
	await expect(refusal(page)).toHaveText('Write something first.');
	await expect(replyCard(page)).toContainText(grace.name);
	await send(page, 'a'.repeat(1_980));
	await expect(refusal(page)).toHaveText(/at most 2,000 characters/);
	await expect(replyCard(page)).toContainText('Is there tea?');
	await expect(composer(page)).toHaveValue('a'.repeat(1_980));
	await send(page, 'A pot of it.');
	await expect(permalink(message(page, 'A pot of it.'))).toBeVisible();
	await expect(message(page, 'A pot of it.').locator('blockquote')).toHaveText(`${grace.name}: Is there tea?`);
	expect((await everyMessage(ada.app, kitchen)).map((each) => each.message)).toEqual([
		'Is there tea?',
		'Or soup?',
		`${quote}\n\nA pot of it.`
	]);
	await expect(composer(page)).toHaveValue('');
	await expect(replyCard(page)).toHaveCount(0);
	// A reload does not start the reply again.
	await page.reload();
	await expect(composer(page)).toBeVisible();
	await expect(replyCard(page)).toHaveCount(0);
});

test('a reply is cancelled by a link, and its text is then sent without a quote', async ({
	page,
	someone,
	scripts
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, '```js\nlet tea;\n```');
	await openAs(page, ada, `${kitchen}?quote=1`, scripts);
	await expect(replyCard(page)).toContainText(`Reply to ${ada.name}: let tea;`);
	await removal(page).click();
	await expect(replyCard(page)).toHaveCount(0);
	await expect(page).toHaveURL(ada.app + kitchen);
	await send(page, 'Never mind.');
	await expect(permalink(message(page, 'Never mind.'))).toBeVisible();
	expect((await everyMessage(ada.app, kitchen)).at(-1)?.message).toBe('Never mind.');
});

test('a reply survives the end of a session', async ({ page, someone, scripts }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Tea?');
	await openAs(page, ada, `${kitchen}?quote=1`, scripts);
	test.skip(scripts, 'with a script it waits in the outbox');
	await page.context().clearCookies({ name: /session/ });
	await send(page, 'A pot of it.');
	const joan = fresh('Joan');
	await page.getByRole('textbox', { name: 'Your name' }).fill(joan);
	await page.getByRole('button', { name: 'Join' }).click();
	await expect(replyCard(page)).toContainText(`Reply to ${ada.name}: Tea?`);
	await expect(composer(page)).toHaveValue('A pot of it.');
	await page.getByRole('button', { name: 'Send' }).click();
	await expect(permalink(message(page, 'A pot of it.'))).toBeVisible();
	expect((await everyMessage(ada.app, kitchen)).at(-1)?.message).toBe(
		`> [${ada.name}](${kitchen}/1): Tea?\n\nA pot of it.`
	);
});

test('a reply to a missing or deleted message begins without a quote', async ({ page, someone, scripts }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Never mind');
	await ada.post(`${kitchen}/1?/delete`, { n: '1' });
	for (const n of ['1', '99', 'x']) {
		await openAs(page, ada, `${kitchen}?quote=${n}`, scripts);
		await expect(composer(page)).toHaveValue('');
		await expect(replyCard(page)).toHaveCount(0);
	}
});

test('a refused text stays in the composer: blank, or one character too long', async ({ page, someone, scripts }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await openAs(page, ada, kitchen, scripts);
	for (const [text, reason] of [
		[' \n ', 'Write something first.'],
		['a'.repeat(2_001), /at most 2,000 characters/]
	] as const) {
		await send(page, text);
		await expect(refusal(page)).toHaveText(reason);
		await expect(composer(page)).toHaveValue(text);
	}
	await send(page, 'a'.repeat(2_000));
	await expect(permalink(message(page, /^.*a{2000}/))).toBeVisible();
	expect(await everyMessage(ada.app, kitchen)).toHaveLength(1);
});
