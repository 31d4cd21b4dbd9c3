/** Places hold still: what is read stays where it is, whatever comes above it, below it and into it. */
import type { Page } from 'playwright/test';
import { past } from '../past.ts';
import { enter, reading, topOf, wheel } from '../scroll.ts';
import { expect, fresh, line, lines, message, messages, say, test } from '../test.ts';

const older = (url: URL) => url.pathname.endsWith('/messages') && url.search.startsWith('?before');
const newer = (url: URL) => url.pathname.endsWith('/messages') && url.search.startsWith('?after');

/** Holds the next such request back until it is let go. */
async function hold(page: Page, url: (url: URL) => boolean): Promise<{ asked: Promise<void>; letGo: () => void }> {
	const { promise, resolve: letGo } = Promise.withResolvers<void>();
	const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
	await page.route(
		url,
		async (route) => {
			ask();
			await promise;
			await route.continue();
		},
		{ times: 1 }
	);
	return { asked, letGo };
}

/** A message of every shape: short, long, and with code in it. */
const shaped = (text: string, i: number) =>
	i % 10 === 0
		? `${text}\n\`\`\`\n${'a very long line of code '.repeat(20)}\nsecond\nthird\n\`\`\``
		: i % 3 === 0
			? `${text} ${'goes on and on '.repeat(20)}`
			: text;

const count = (page: Page) => messages(page).count();

test('older messages come while the reader scrolls up, move nothing, and the far side goes; and back again to what is live', async ({
	page,
	someone,
	app
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const attic = await grace.createRoom(fresh('Attic'));
	await past(app, grace, attic, lines(1, 420).map(shaped));
	await enter(page, ada, attic);
	await expect(message(page, line(420))).toBeInViewport();
	expect(await count(page)).toBe(50);

	await test.step('up', async () => {
		for (let pages = 1; pages < 60 && (await message(page, line(1)).count()) === 0; pages++) {
			const { asked, letGo } = await hold(page, older);
			const before = await count(page);
			const first = await messages(page).first().getAttribute('id');
			while ((await Promise.race([asked.then(() => 'asked'), wheel(page, -500)])) !== 'asked');
			await wheel(page, 0);
			const { n, top } = await reading(page);
			letGo();
			await expect(messages(page).first()).not.toHaveAttribute('id', first ?? '');
			expect(Math.abs((await topOf(page, n)) - top), `${n} after ${before}`).toBeLessThanOrEqual(1);
			expect(await count(page)).toBeLessThanOrEqual(300);
		}
		expect(await count(page)).toBe(300);
		await expect(message(page, line(420))).toHaveCount(0);
	});

	await test.step('and down', async () => {
		await grace.say(attic, line(421));
		await expect(page.getByRole('button', { name: '1 new ↓' })).toBeVisible();
		while ((await message(page, line(421)).count()) === 0) {
			const { asked, letGo } = await hold(page, newer);
			const last = await messages(page).last().getAttribute('id');
			while ((await Promise.race([asked.then(() => 'asked'), wheel(page, 500)])) !== 'asked');
			await wheel(page, 0);
			const { n, top } = await reading(page);
			letGo();
			await expect(messages(page).last()).not.toHaveAttribute('id', last ?? '');
			expect(Math.abs((await topOf(page, n)) - top), `${n}`).toBeLessThanOrEqual(1);
			expect(await count(page)).toBeLessThanOrEqual(300);
		}
		await expect(messages(page)).toHaveText(lines(122, 421).map((text) => new RegExp(text)));
		await wheel(page, 5_000);
		await grace.say(attic, line(422));
		await expect(message(page, line(422))).toBeInViewport();
	});
});

test('at the end what comes is followed; a hundred pixels above it nothing moves, and a button counts', async ({
	page,
	someone,
	app
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await past(app, ada, kitchen, lines(1, 60).map(shaped));
	await enter(page, grace, kitchen);

	await wheel(page, -90);
	await ada.say(kitchen, line(61));
	await expect(message(page, line(61))).toBeInViewport({ ratio: 1 });

	await wheel(page, -400);
	const { n, top } = await reading(page);
	const still = async () => expect(Math.abs((await topOf(page, n)) - top)).toBeLessThanOrEqual(1);
	await ada.say(kitchen, shaped(line(62), 30), line(63), line(64));
	await expect(page.getByRole('button', { name: '3 new ↓' })).toBeVisible();
	await still();

	// Above the fold, and below it.
	for (const at of [n - 1, 62]) {
		await ada.post(`${kitchen}/${at}?/edit`, { n: String(at), message: 'Much longer\n'.repeat(12) });
		await expect(page.locator(`#m-${at}`)).toContainText('edited');
		await still();
		await ada.post(`${kitchen}/${at}?/react`, { reaction: `${at} 🎉 on` });
		await expect(page.locator(`#m-${at}`)).toContainText('🎉');
		await still();
		await ada.post(`${kitchen}/${at}?/delete`, { n: String(at) });
		await expect(page.locator(`#m-${at}`)).toContainText('deleted');
		await still();
	}

	// The view itself grows and shrinks.
	await page.getByRole('textbox', { name: 'Message' }).fill('one\ntwo\nthree\nfour');
	await still();
	await page.getByRole('textbox', { name: 'Message' }).fill('');
	await still();

	await page.getByRole('button', { name: '3 new ↓' }).click();
	await expect(message(page, line(64))).toBeInViewport({ ratio: 1 });
	await expect(page.getByRole('button', { name: /↓/ })).toHaveCount(0);
	await say(page, 'I have seen it all.');
	await expect(message(page, 'I have seen it all.')).toBeInViewport({ ratio: 1 });
});
