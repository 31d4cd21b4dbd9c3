/** Where a page opens, and the places and times that it shows, with and without a script. */
import { panel } from '../actions.ts';
import { past } from '../past.ts';
import { Person } from '../person.ts';
import { expect, fresh, line, lines, message, messages, open, openAs, permalink, room, rooms, test } from '../test.ts';

const MINUTE = 60_000;

test('a room opens at its end, and a permalink with its message in view, marked and focused', async ({
	page,
	someone,
	app,
	scripts
}) => {
	const grace = await someone('Grace');
	const attic = await grace.createRoom(fresh('Attic'));
	await past(app, grace, attic, lines(1, 90));
	await open(page, attic, scripts);
	await expect(message(page, line(90))).toBeInViewport({ ratio: 1 });
	for (let visit = 0; visit < 2; visit++) {
		await (visit === 0 ? page.goto(`${attic}/30`) : page.reload());
		const marked = page.locator('[aria-current=true]');
		await expect(marked).toContainText(line(30));
		await expect(marked).toBeInViewport({ ratio: 1 });
		await expect(marked).toBeFocused();
		const [row, view] = [await marked.boundingBox(), await page.locator('.scroller').boundingBox()];
		if (!row || !view) throw new Error('It is not there');
		expect(Math.abs(row.y + row.height / 2 - view.y - view.height / 2)).toBeLessThanOrEqual(view.height / 4);
	}
	// A reader's kept place opens again, and no message is marked.
	await page.goto(`${attic}?around=25`);
	await expect(message(page, line(25))).toBeInViewport({ ratio: 1 });
	await expect(page.locator('[aria-current=true]')).toHaveCount(0);
});

test('beside a page a hundred rooms are listed, the open and unread ones among them; `/` and All rooms show fifty at a time', async ({
	page,
	own,
	scripts
}) => {
	const app = await own();
	const [ada, grace] = [await Person.join(app.url, 'Ada'), await Person.join(app.url, 'Grace')];
	const names = lines(1, 103);
	for (const name of names) await grace.createRoom(name);
	await ada.say('/rooms/line-103', 'Tea?');
	await openAs(page, grace, '/', scripts);
	await expect(rooms(page).getByRole('link')).toHaveCount(50);
	await expect(rooms(page).getByRole('link').last()).toHaveText(/line 103.*1\s+unread/);
	// Beside a page, the open room is listed too.
	await open(page, `${app.url}/rooms/line-102`, scripts);
	await expect(rooms(page).getByRole('link')).toHaveCount(100);
	await expect(room(page, 'line 102')).toHaveAttribute('aria-current', 'page');
	if (scripts) await expect(room(page, 'line 102')).toBeInViewport({ ratio: 1 });
	await page.getByRole('link', { name: 'All rooms' }).click();
	await expect(page.getByText('Page 1 of 3')).toBeVisible();
	await expect(rooms(page).getByRole('link')).toHaveCount(50);
	await page.getByRole('link', { name: 'More rooms' }).click();
	await expect(page.getByText('Page 2 of 3')).toBeVisible();
	await page.getByRole('link', { name: 'More rooms' }).click();
	await expect(rooms(page).getByRole('link')).toHaveText(names.slice(100).map((name) => new RegExp(name)));
	await page.getByRole('link', { name: 'Previous rooms' }).click();
	await expect(page.getByText('Page 2 of 3')).toBeVisible();
});

test('the actions of a message are in a row on its permalink', async ({ page, someone, scripts }) => {
	const grace = await someone('Grace');
	const attic = await grace.createRoom(fresh('Attic'));
	await grace.say(attic, 'Mind the beam.');
	await openAs(page, grace, `${attic}/1`, scripts);
	// A permalink links the style of the actions; in a room the style loads with the first opened message.
	await expect(panel(page)).toHaveCSS('display', 'flex');
});

test('a page whose first message continues a group names the sender in its day line', async ({
	page,
	someone,
	app,
	scripts
}) => {
	const grace = await someone('Grace');
	const attic = await grace.createRoom(fresh('Attic'));
	const noon = Date.UTC(2026, 9, 5, 12);
	// One group of fifty messages, 31 to 80, after an hour's silence.
	await past(app, grace, attic, lines(1, 100), (n) => noon + (n >= 31 ? 60 * MINUTE : 0) + (n > 80 ? 60 * MINUTE : 0));
	const top = page.getByRole('separator').first();
	for (const [before, continuedFrom] of [
		[91, true],
		[81, false]
	] as const) {
		await open(page, `${attic}?before=${before}`, scripts);
		await expect(messages(page)).toHaveText(lines(before - 50, before - 1).map((text) => new RegExp(text)));
		await expect(top).toContainText('Monday, 5 October 2026');
		await expect(top.getByText(`${grace.name} goes on`)).toHaveCount(continuedFrom ? 1 : 0);
		await expect(messages(page).first().getByText(grace.name, { exact: true })).toHaveCount(continuedFrom ? 0 : 1);
	}
});

test.describe('times', () => {
	test.use({ timezoneId: 'Asia/Tokyo' });

	test('times are in the reader’s zone, at once with a script; else in UTC, and the page says so', async ({
		page,
		someone,
		app,
		scripts
	}) => {
		const grace = await someone('Grace');
		const name = fresh('Attic');
		const attic = await grace.createRoom(name);
		await past(app, grace, attic, ['Good morning.'], () => Date.UTC(2026, 9, 5, 20, 30));
		await open(page, attic, scripts);
		const time = permalink(message(page, 'Good morning.')).locator('time');
		await expect(time).toHaveText(scripts ? '05:30' : '20:30');
		await expect(time).toHaveAttribute(
			'title',
			scripts ? 'Tuesday, 6 October 2026, 05:30 (Asia/Tokyo)' : 'Monday, 5 October 2026, 20:30 (UTC)'
		);
		await expect(page.getByText('times in UTC')).toHaveCount(scripts ? 0 : 1);
		// By focus as well as by hovering.
		await permalink(message(page, 'Good morning.')).focus();
		await page.keyboard.press('Shift+Tab');
		await page.keyboard.press('Tab');
		const tip = await time.evaluate((element) => getComputedStyle(element, '::after').content);
		expect(tip).toMatch(scripts ? /Tuesday, 6 October 2026/ : /Monday, 5 October 2026/);

		await page.context().addCookies([{ name: 'zone', value: 'Europe/Lisbon', url: app.url }]);
		if (!scripts) {
			await page.reload();
			await expect(time).toHaveText('21:30');
			await expect(page.getByText('times in UTC')).toHaveCount(0);
		}
	});
});
