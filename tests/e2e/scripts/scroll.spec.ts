/** The reader's place stays still while messages above, below and in view change. */
import type { Page } from 'playwright/test';
import { png } from '../../fixtures/pictures.ts';
import type { Deployment } from '../../support/process.ts';
import { choose, openActions } from '../actions.ts';
import { more, past, takeOut } from '../past.ts';
import type { Person } from '../person.ts';
import { enter, reading, scroller, topOf, wheel } from '../scroll.ts';
import { connection, expect, fresh, line, lines, message, messages, room, say, test } from '../test.ts';

const older = (url: URL) => url.pathname.endsWith('/messages') && url.search.startsWith('?before');
const newer = (url: URL) => url.pathname.endsWith('/messages') && url.search.startsWith('?after');

/** Holds the next matching request back until `letGo`. */
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

/** Messages of several shapes: short, long and with code. */
const shaped = (text: string, i: number) =>
	i % 10 === 0
		? `${text}\n\`\`\`\n${'a very long line of code '.repeat(20)}\nsecond\nthird\n\`\`\``
		: i % 3 === 0
			? `${text} ${'goes on and on '.repeat(20)}`
			: text;

const count = (page: Page) => messages(page).count();

test('older messages load while the reader scrolls up, move nothing, and remove far ones; scrolling down leads back to live messages', async ({
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
			while ((await Promise.race([asked.then(() => 'asked'), wheel(page, -750)])) !== 'asked');
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

test('new messages are followed at the end; a hundred pixels above it nothing moves, and a button counts them', async ({
	page,
	someone,
	app
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await past(app, ada, kitchen, lines(1, 60).map(shaped));
	await enter(page, grace, kitchen);

	// The code that keeps the place loads with the first scroll, and does not undo the scroll.
	await Promise.all([page.waitForResponse(/_app.*[.]js$/), wheel(page, -90)]);
	await wheel(page, 0);
	expect(await scroller(page).evaluate(({ scrollTop }) => scrollTop)).toBe(-90);
	await ada.say(kitchen, line(61));
	await expect(message(page, line(61))).toBeInViewport({ ratio: 1 });

	await wheel(page, -400);
	const { n, top } = await reading(page);
	const still = async () => expect(Math.abs((await topOf(page, n)) - top)).toBeLessThanOrEqual(1);
	await ada.say(kitchen, shaped(line(62), 30), line(63), line(64));
	await expect(page.getByRole('button', { name: '3 new ↓' })).toBeVisible();
	await still();

	// Change a message above the view, and one below it.
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

	// The height of the view changes.
	await page.getByRole('textbox', { name: 'Message' }).fill('one\ntwo\nthree\nfour');
	await still();
	await page.getByRole('textbox', { name: 'Message' }).fill('');
	await still();

	await page.getByRole('button', { name: '3 new ↓' }).click();
	await expect(message(page, line(64))).toBeInViewport({ ratio: 1 });
	await expect(page.getByRole('button', { name: /↓/ })).toHaveCount(0);
	await say(page, 'I have seen it all.');
	await expect(message(page, 'I have seen it all.')).toBeInViewport({ ratio: 1 });

	// The button also appears without new messages, more than a view from the end.
	await wheel(page, -300);
	await expect(page.getByRole('button', { name: /↓/ })).toHaveCount(0);
	await wheel(page, -900);
	await page.getByRole('button', { name: 'Newest ↓' }).click();
	await expect(message(page, 'I have seen it all.')).toBeInViewport({ ratio: 1 });
	await expect(page.getByRole('button', { name: /↓/ })).toHaveCount(0);
});

/** Waits until the reader's place is in the page's address. @returns the place */
async function standing(page: Page): Promise<{ n: number; top: number }> {
	const first = await reading(page);
	await expect(page).toHaveURL(new RegExp(`[?]around=${first.n}$`));
	return first;
}

test('Back and reload open where the reader was, also among older messages', async ({ page, someone, app }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const attic = await grace.createRoom(fresh('Attic'));
	await past(app, grace, attic, lines(1, 130).map(shaped));
	await enter(page, ada, attic);
	await wheel(page, -10_000);
	await expect(message(page, line(50))).toHaveCount(1);
	await wheel(page, -700);
	const { n, top } = await standing(page);
	expect(n).toBeLessThan(100);
	const same = async () => {
		await expect(page.getByRole('status').first()).toBeVisible();
		await expect.poll(async () => Math.abs((await topOf(page, n).catch(() => NaN)) - top)).toBeLessThanOrEqual(8);
	};

	await page.reload();
	await same();
	await page.locator('nav .place').click();
	await expect(page.getByRole('heading', { name: 'Rooms' })).toBeVisible();
	await page.goBack();
	await same();
	await page.goto('/you');
	await page.goBack();
	await same();

	// From there, scrolling loads both sides, and leads back to live messages.
	await wheel(page, 20_000);
	await expect.poll(async () => (await wheel(page, 20_000), message(page, line(130)).count())).toBe(1);
	await wheel(page, 20_000);
	await expect(page).toHaveURL(attic);
});

test('Back opens where the reader was, also if they scroll while it loads', async ({ page, someone, app }) => {
	const ada = await someone('Ada');
	const names = [fresh('Attic'), fresh('Kitchen')] as const;
	const [attic, kitchen] = [await ada.createRoom(names[0]), await ada.createRoom(names[1])];
	for (const path of [attic, kitchen]) await past(app, ada, path, lines(1, 60));
	await enter(page, ada, attic);
	await wheel(page, -300);
	const { n } = await standing(page);
	await room(page, names[1]).click();
	await expect(page.getByRole('heading', { name: names[1] })).toBeVisible();

	const { asked, letGo } = await hold(page, (url) => url.pathname.endsWith('/__data.json'));
	await page.evaluate(() => history.back());
	await asked;
	await wheel(page, -600);
	// Timers fire in order: this timer fires after the one that keeps the place.
	await page.evaluate(() => new Promise((rested) => setTimeout(rested, 300)));
	letGo();
	await expect(page.getByRole('heading', { name: names[0] })).toBeVisible();
	await expect(page).toHaveURL(`${attic}?around=${n}`);
});

test('a page of older messages shows changes of them, and a message sent from it goes to the end', async ({
	page,
	someone,
	app
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const attic = await grace.createRoom(fresh('Attic'));
	await past(app, grace, attic, lines(1, 130));
	await enter(page, ada, `${attic}/40`);
	const marked = page.locator('[aria-current=true]');
	const [row, view] = [await marked.boundingBox(), await page.locator('.scroller').boundingBox()];
	if (!row || !view) throw new Error('There is nothing marked');
	expect(Math.abs(row.y + row.height / 2 - view.y - view.height / 2)).toBeLessThanOrEqual(2);
	const { n, top } = await reading(page);

	await grace.post(`${attic}/20?/edit`, { n: '20', message: 'Longer than it was.\n'.repeat(9) });
	await grace.post(`${attic}/41?/react`, { reaction: '41 🎉 on' });
	await grace.post(`${attic}/21?/delete`, { n: '21' });
	await expect(page.locator('#m-20')).toContainText('edited');
	await expect(page.locator('#m-41')).toContainText('🎉');
	await expect(page.locator('#m-21')).toContainText('deleted');
	expect(Math.abs((await topOf(page, n)) - top)).toBeLessThanOrEqual(1);
	await grace.say(attic, line(131));
	await expect(page.getByRole('button', { name: '1 new ↓' })).toBeVisible();
	await expect(message(page, line(131))).toHaveCount(0);

	await say(page, 'And I say.');
	await expect(message(page, 'And I say.')).toBeInViewport({ ratio: 1 });
	await expect(messages(page).nth(-2)).toContainText(line(131));
});

const gap = (page: Page) => page.getByText('Many messages came while you were away.');

/** A reader goes offline and misses more than two thousand messages. @returns the room, and another person there */
async function missMany(page: Page, someone: (name: string) => Promise<Person>, app: Deployment) {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const attic = await grace.createRoom(fresh('Attic'));
	await past(app, grace, attic, lines(1, 4));
	await enter(page, ada, attic);
	await page.context().setOffline(true);
	await more(app, attic, 2_030);
	return { grace, attic };
}

test('a gap is shown to a reader who missed more than two thousand messages, and scrolling fills it', async ({
	page,
	someone,
	app
}) => {
	await missMany(page, someone, app);
	await page.context().setOffline(false);
	await expect(gap(page)).toBeVisible({ timeout: 20_000 });
	await expect(messages(page)).toHaveCount(50);
	await wheel(page, -3_000);
	await expect.poll(() => messages(page).count()).toBeGreaterThan(50);
	await expect(gap(page)).toHaveCount(1);
	await gap(page)
		.getByRole('link')
		.evaluate((link: HTMLAnchorElement) => link.click());
	await expect(messages(page).first()).toContainText('Missed 5');
});

test('a gap of more than two thousand messages is shown also if a live event arrived first', async ({
	page,
	someone,
	app
}) => {
	const { grace, attic } = await missMany(page, someone, app);
	// The server does not answer /since, like a server that is busy with many reconnections.
	await page.route('**/since?*', (route) => route.abort());
	await page.context().setOffline(false);
	await expect(connection(page)).toHaveText('Live');
	await grace.say(attic, 'Are you there?');
	await expect(message(page, 'Are you there?')).toBeVisible();
	await page.unroute('**/since?*');
	await page.evaluate(() => dispatchEvent(new Event('pageshow')));
	await expect(gap(page)).toBeVisible();
	await expect(messages(page)).toHaveCount(50);
});

test('a message that is stored late is put in its place, and moves nothing', async ({ page, someone, app }) => {
	const [ada, grace] = [await someone('Ada'), await someone('Grace')];
	const attic = await grace.createRoom(fresh('Attic'));
	await past(app, grace, attic, lines(1, 60));
	const comesLate = await takeOut(app, attic, 25);
	await enter(page, ada, attic);
	await wheel(page, -300);
	const { n, top } = await reading(page);
	await comesLate();
	await expect(page.locator('#m-25')).toContainText(line(25));
	expect(Math.abs((await topOf(page, n)) - top)).toBeLessThanOrEqual(1);
	await expect(messages(page)).toHaveText(lines(10, 60).map((text) => new RegExp(text)));
});

test('the actions of a message copy its link, or show the link without a clipboard', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const kitchen = await ada.createRoom(fresh('Kitchen'));
	await ada.say(kitchen, 'Remember this.');
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await enter(page, ada, kitchen);
	const link = `${ada.app}${kitchen}/1`;
	await message(page, 'Remember this.').getByRole('link', { name: 'Actions' }).click();
	await page.getByRole('button', { name: 'Copy link' }).click();
	await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
	expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);

	await page.reload();
	await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
	await message(page, 'Remember this.').getByRole('link', { name: 'Actions' }).click();
	await page.getByRole('button', { name: 'Copy link' }).click();
	await expect(page.getByRole('textbox', { name: 'Link to the message' })).toHaveValue(link);
});

for (const [name, size] of [
	['wide', { width: 1_280, height: 800 }],
	['narrow', { width: 390, height: 844 }]
] as const)
	test(`a picture that is deleted leaves its line in view, and the row above it in place: ${name}`, async ({
		page,
		someone
	}) => {
		const ada = await someone('Ada');
		await page.setViewportSize(size);
		const attic = await ada.createRoom(fresh('Attic'));
		for (const n of [1, 2, 3, 4]) {
			await ada.say(attic, ...lines(20 * n - 18, 20 * n - 10));
			await ada.sendFiles(attic, `picture ${n}`, { 'roof.png': png(1_200, 700) });
			await ada.say(attic, ...lines(20 * n - 8, 20 * n + 1));
		}
		await ada.say(attic, ...lines(82, 95));
		// The second is deleted in the room; with the first, the browser has the start of the list to stop at.
		for (const [where, n] of [
			['at its permalink, below', 4],
			['at its permalink, in the middle', 3],
			['in the room', 2],
			['at the start', 1]
		] as const)
			await test.step(where, async () => {
				const number = 20 * n - 10;
				await enter(page, ada, n === 2 ? `${attic}?around=${number}` : `${attic}/${number}`);
				const picture = page.locator(`#m-${number}`);
				await expect(picture.getByRole('img')).toBeVisible();
				if (n === 2) await openActions(page, `picture ${n}`);
				await choose(page, 'Delete');
				const button = page.getByRole('button', { name: 'Delete for everyone' });
				// Scrolled to after the frame in which the question opens.
				await page.waitForTimeout(300);
				for (const each of await picture.getByRole('button', { name: /^Delete/ }).all())
					await expect(each).toBeInViewport({ ratio: 1 });
				const rowAbove = page.locator(`#m-${number - 1}`);
				const top = async () => (await rowAbove.boundingBox())?.y ?? NaN;
				const above = await top();
				await button.evaluate((button: HTMLElement) => button.click());
				await expect(picture).toHaveText(/This message was deleted/);
				await expect(picture).toBeFocused();
				// Until the address is the reader's place.
				await page.waitForTimeout(500);
				expect(Math.abs((await top()) - above), where).toBeLessThan(4);
				await expect(picture).toBeInViewport({ ratio: 1 });
			});
	});
