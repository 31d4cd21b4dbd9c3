import { everyMessage, sendIds } from '../person.ts';
import type { Page } from 'playwright/test';
import { composer, expect, fresh, lines, message, openAs, permalink, refusal, send, test } from '../test.ts';

const replyCard = (page: Page) => page.locator('.composer .reply');
const removal = (page: Page) => page.getByRole('link', { name: 'Cancel reply' });
/** The card of a reply, in its message. */
const answered = (page: Page, reply: string) => message(page, reply).locator('.re');

test('a reply shows the message that it answers, and stores only its number', async ({ page, someone, scripts }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await grace.say(kitchen, 'Is there **tea**?', 'Or soup?');
	await openAs(page, ada, kitchen, scripts);
	await expect(composer(page)).toHaveAttribute('placeholder', /^Message Kitchen/);
	await message(page, 'Is there tea?').hover();
	await message(page, 'Is there tea?').getByRole('link', { name: 'Actions' }).click();
	await page.getByRole('link', { name: 'Reply' }).click();
	await expect(replyCard(page)).toContainText(`Reply to ${grace.name}: Is there tea?`);
	await expect(composer(page)).toHaveValue('');
	await expect(composer(page)).toHaveAccessibleDescription(/^Reply to .*Is there tea\?$/);
	// A refusal keeps the card and the text.
	await send(page, ' ');
	await expect(refusal(page)).toHaveText('Write something first.');
	await expect(replyCard(page)).toContainText(grace.name);
	await send(page, 'a'.repeat(8_001));
	await expect(refusal(page)).toHaveText(/up to 8,000 characters/);
	await expect(replyCard(page)).toContainText('Is there tea?');
	await expect(composer(page)).toHaveValue('a'.repeat(8_001));
	await send(page, 'A pot of it.');
	await expect(permalink(message(page, 'A pot of it.'))).toBeVisible();
	await expect(answered(page, 'A pot of it.')).toHaveText(`In reply to ${grace.name}: Is there tea?`);
	await expect(answered(page, 'A pot of it.')).toHaveAttribute('href', new RegExp(`${kitchen.split('/').at(-1)}/1$`));
	expect((await everyMessage(ada.app, kitchen)).map((each) => [each.message, each.re])).toEqual([
		['Is there **tea**?', undefined],
		['Or soup?', undefined],
		['A pot of it.', 1]
	]);
	await expect(composer(page)).toHaveValue('');
	await expect(replyCard(page)).toHaveCount(0);
	// A reload does not start the reply again.
	await page.reload();
	await expect(composer(page)).toBeVisible();
	await expect(replyCard(page)).toHaveCount(0);
	await expect(answered(page, 'A pot of it.')).toHaveText(`In reply to ${grace.name}: Is there tea?`);

	// The card is the message as it is now.
	await grace.post(`${kitchen}/1?/edit`, { n: '1', message: 'Is there *coffee*?' });
	if (!scripts) await page.reload();
	await expect(answered(page, 'A pot of it.')).toHaveText(`In reply to ${grace.name}: Is there coffee?`);
	await grace.post(`${kitchen}/1?/delete`, { n: '1' });
	if (!scripts) await page.reload();
	await expect(answered(page, 'A pot of it.')).toHaveText(`In reply to ${grace.name}: deleted`);
	await expect(answered(page, 'A pot of it.')).not.toHaveAttribute('href');
});

test('a reply to a message far above shows it too, and leads there', async ({ page, someone, scripts }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'The first word', ...lines(2, 60));
	await openAs(page, ada, kitchen, scripts);
	await ada.post(`${kitchen}?/send`, { message: 'Far below', re: '1', ...sendIds() });
	if (!scripts) await page.reload();
	await expect(answered(page, 'Far below')).toHaveText(`In reply to ${ada.name}: The first word`);
	// A change of a message that is not on the page reaches the card.
	await ada.post(`${kitchen}/1?/edit`, { n: '1', message: 'The very first word' });
	if (!scripts) await page.reload();
	await expect(answered(page, 'Far below')).toHaveText(`In reply to ${ada.name}: The very first word`);
	await answered(page, 'Far below').click();
	await expect(page).toHaveURL(new RegExp(`${kitchen}/1$`));
	await expect(message(page, 'The very first word')).toBeVisible();
});

test('a reply is cancelled by a link, and its text is then sent on its own; old links begin a reply too', async ({
	page,
	someone,
	scripts
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, '```js\nlet tea;\n```');
	for (const name of ['quote', 'reply']) {
		await openAs(page, ada, `${kitchen}?${name}=1`, scripts);
		await expect(replyCard(page)).toContainText(`Reply to ${ada.name}: let tea;`);
	}
	await removal(page).click();
	await expect(replyCard(page)).toHaveCount(0);
	await expect(page).toHaveURL(ada.app + kitchen);
	await send(page, 'Never mind.');
	await expect(permalink(message(page, 'Never mind.'))).toBeVisible();
	expect((await everyMessage(ada.app, kitchen)).at(-1)).toMatchObject({ message: 'Never mind.' });
	await expect(answered(page, 'Never mind.')).toHaveCount(0);
});

test('a reply survives the end of a session', async ({ page, someone, scripts }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Tea?');
	await openAs(page, ada, `${kitchen}?reply=1`, scripts);
	test.skip(scripts, 'with a script it waits in the outbox');
	await page.context().clearCookies({ name: /session/ });
	await send(page, 'A pot of it.');
	const joan = fresh('Joan');
	await page.getByRole('textbox', { name: 'Your name' }).fill(joan);
	await page.getByRole('button', { name: 'Join' }).click();
	await expect(replyCard(page)).toContainText(`Reply to ${ada.name}: Tea?`);
	await expect(composer(page)).toHaveValue('A pot of it.');
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await expect(permalink(message(page, 'A pot of it.'))).toBeVisible();
	expect((await everyMessage(ada.app, kitchen)).at(-1)).toMatchObject({ message: 'A pot of it.', re: 1 });
});

test('a reply to a missing or deleted message is none, and a forged number is refused with the text kept', async ({
	page,
	someone,
	scripts
}) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Never mind', 'Still here');
	await ada.post(`${kitchen}/1?/delete`, { n: '1' });
	for (const n of ['1', '99', 'x']) {
		await openAs(page, ada, `${kitchen}?reply=${n}`, scripts);
		await expect(composer(page)).toHaveValue('');
		await expect(replyCard(page)).toHaveCount(0);
	}
	for (const re of ['3', '0', '-1', '1.5', 'x', '9'.repeat(20)]) {
		const answer = await ada.post(`${kitchen}?/send`, { message: 'Yes', re, ...sendIds() });
		expect(answer.status, re).toBe(422);
		expect(await answer.text()).toMatch(/isn’t in this room.*>Yes<\/textarea>|>Yes<\/textarea>.*isn’t in this room/s);
	}
	expect(await everyMessage(ada.app, kitchen)).toHaveLength(2);
});

test('a page of an earlier release sends a quote, which stays above the text', async ({ page, someone, scripts }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Tea?');
	const quote = `> [${ada.name}](${kitchen}/1): Tea?\n\n`;
	await ada.post(`${kitchen}?/send`, { message: 'A pot.', quote, ...sendIds() });
	await openAs(page, ada, kitchen, scripts);
	await expect(message(page, 'A pot.').locator('blockquote')).toHaveText(`${ada.name}: Tea?`);
	await expect(answered(page, 'A pot.')).toHaveCount(0);
});

test('a refused text stays in the composer: blank, or one character too long', async ({ page, someone, scripts }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await openAs(page, ada, kitchen, scripts);
	for (const [text, reason] of [
		[' \n ', 'Write something first.'],
		['a'.repeat(8_001), /up to 8,000 characters/]
	] as const) {
		await send(page, text);
		await expect(refusal(page)).toHaveText(reason);
		await expect(composer(page)).toHaveValue(text);
	}
	await send(page, 'a'.repeat(8_000));
	await expect(permalink(message(page, /^.*a{8000}/))).toBeVisible();
	expect(await everyMessage(ada.app, kitchen)).toHaveLength(1);
});
