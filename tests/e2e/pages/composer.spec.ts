/** Writing in a room, with and without a script. */
import { everyMessage } from '../person.ts';
import { composer, expect, fresh, message, openAs, permalink, refusal, send, test } from '../test.ts';

test('a reply begins with what it answers: who, the way there, and the words', async ({ page, someone, scripts }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await grace.say(kitchen, 'Is there tea?', 'Or soup?');
	await openAs(page, ada, kitchen, scripts);
	await message(page, 'Is there tea?').hover();
	await message(page, 'Is there tea?').getByRole('link', { name: 'Actions' }).click();
	await page.getByRole('link', { name: 'Reply' }).click();
	const quote = `> [${grace.name}](${kitchen}/1): Is there tea?`;
	await expect(composer(page)).toHaveValue(`${quote}\n\n`);
	await send(page, `${quote}\n\nA pot of it.`);
	await expect(permalink(message(page, 'A pot of it.'))).toBeVisible();
	expect((await everyMessage(ada.app, kitchen)).at(-1)?.message).toBe(`${quote}\n\nA pot of it.`);
	await expect(composer(page)).toHaveValue('');
	// What was answered is not begun again.
	await page.reload();
	await expect(composer(page)).toHaveValue('');
});

test('a reply to what is not there, or is deleted, begins with nothing', async ({ page, someone, scripts }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Never mind');
	await ada.post(`${kitchen}/1?/delete`, { n: '1' });
	for (const n of ['1', '99', 'x']) {
		await openAs(page, ada, `${kitchen}?quote=${n}`, scripts);
		await expect(composer(page)).toHaveValue('');
	}
});

test('what cannot be sent stays in the composer: blank, or a letter too long', async ({ page, someone, scripts }) => {
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
