/** A person's lists of rooms and what leads to rooms: stars, order, New room, search, the welcome card, the last room. */
import type { Page } from 'playwright';
import { UNLIMITED } from '../../support/process.ts';
import { Person } from '../person.ts';
import {
	createRoom,
	expect,
	fresh,
	message,
	open,
	openAs,
	refusal,
	room,
	rooms,
	signIn,
	test,
	tryToCreateRoom,
	tryToJoin
} from '../test.ts';

const starred = (page: Page) => page.getByRole('list', { name: 'Starred' });
const star = (person: Person, slug: string, act: string) => person.post('/?/star', { room: slug, act });
const slugOf = (path: string) => path.split('/').at(-1) ?? '';
/** Who joins by name, and who reads: members alone. */
const CLOSED = { ...UNLIMITED, JOINING: 'open', READING: 'members' };

test('starred rooms come first, in a list of their own', async ({ page, someone, scripts }) => {
	const ada = await someone('Ada');
	const [attic, cellar] = [fresh('Attic'), fresh('Cellar')];
	const [atticPath, cellarPath] = [await ada.createRoom(attic), await ada.createRoom(cellar)];
	expect((await star(ada, slugOf(cellarPath), 'star')).status).toBe(303);
	expect((await star(ada, slugOf(cellarPath), 'twinkle')).status).toBe(400);
	expect((await star(ada, 'nowhere-at-all', 'star')).status).toBe(404);
	for (const path of ['/', atticPath]) {
		await openAs(page, ada, path, scripts);
		await expect(starred(page).getByRole('link')).toHaveText([new RegExp(cellar)]);
		await expect(room(page, attic)).toHaveCount(1);
		await expect(room(page, cellar)).toHaveCount(0);
	}
	// In the room's menu.
	for (const [path, act, listed] of [
		[atticPath, 'Star', [attic, cellar]],
		[cellarPath, 'Unstar', [attic]]
	] as const) {
		await open(page, path, scripts);
		await page.getByRole('button', { name: /^(Room menu|About|\d+ here)$/ }).click();
		await page.getByRole('button', { name: act, exact: true }).click();
		await expect(starred(page).getByRole('link')).toHaveText(listed.map((name) => new RegExp(name)));
	}
});

test('rooms are by name until the reader sorts them by activity, on each page', async ({ page, own, scripts }) => {
	const { url } = await own();
	const ada = await Person.join(url, 'Ada');
	const kitchen = await ada.createRoom('Kitchen');
	const attic = await ada.createRoom('Attic');
	await ada.createRoom('Room 10');
	await ada.createRoom('Room 9');
	await ada.say(attic, 'Dust.');
	await ada.say(kitchen, 'Soup is on.');
	await openAs(page, ada, kitchen, scripts);
	const names = (...expected: string[]) =>
		expect(rooms(page).getByRole('link')).toHaveText(expected.map((name) => new RegExp(name)));
	await names('Attic', 'Kitchen', 'Room 9', 'Room 10');
	await ada.say(attic, 'More dust.');
	await page.getByRole('button', { name: 'Sort by activity' }).click();
	await names('Attic', 'Kitchen', 'Room 9', 'Room 10');
	await ada.say(kitchen, 'It is cold now.');
	await page.goto(`${url}/`);
	await names('Kitchen.*It is cold', 'Attic.*More dust', 'Room 9', 'Room 10');
	await page.getByRole('button', { name: 'Sort by name' }).click();
	await names('Attic', 'Kitchen', 'Room 9', 'Room 10');
	await expect(page).toHaveURL(`${url}/`);
});

test('archived rooms are folded, and unfolded for who opens one', async ({ page, someone, scripts }) => {
	const ada = await someone('Ada');
	const [attic, cellar] = [fresh('Attic'), fresh('Cellar')];
	const path = await ada.createRoom(attic);
	const other = await ada.createRoom(cellar);
	await ada.post(`${path}/settings?/archive`, { act: 'archive' });
	await openAs(page, ada, other, scripts);
	const archived = page.getByRole('list', { name: 'Archived' }).getByRole('link').filter({ hasText: attic });
	await expect(archived).toHaveCount(0);
	await page.getByText('Archived', { exact: true }).click();
	await expect(archived).toBeVisible();
	// A change of the list leaves it unfolded.
	if (scripts) {
		await ada.say(other, 'Potatoes');
		await expect(message(page, 'Potatoes')).toBeVisible();
	}
	await archived.click();
	await expect(page.getByRole('heading', { name: attic, exact: true })).toBeVisible();
	await page.reload();
	await expect(archived).toHaveAttribute('aria-current', 'page');
});

test('a room is created on a page of its own, where a refused name is kept', async ({ page, own, scripts }) => {
	const { url } = await own(CLOSED);
	const ada = await Person.join(url, 'Ada', {}, '/signin');
	await ada.createRoom('Kitchen');
	await openAs(page, ada, '/', scripts);
	await expect(page.getByRole('textbox', { name: 'Room name' })).toHaveCount(0);
	await page.getByRole('main').getByRole('link', { name: 'New room' }).click();
	await expect(page).toHaveURL(`${url}/new/room`);
	await tryToCreateRoom(page, 'KITCHEN');
	await expect(refusal(page)).toHaveText('There is already a room called Kitchen.');
	await expect(page.getByRole('textbox', { name: 'Room name' })).toHaveValue('KITCHEN');
	await createRoom(page, 'Attic');
	await page.context().clearCookies();
	await open(page, `${url}/new/room`, false);
	await expect(page).toHaveURL(`${url}/signin?next=%2Fnew%2Froom`);
});

test('the search finds rooms and people by name, and says where it found nothing', async ({
	page,
	someone,
	scripts
}) => {
	const [ada, grace] = [await someone('Ada'), await someone('Gracie')];
	const name = fresh('Observatory');
	const path = await ada.createRoom(name);
	await ada.say(await ada.createRoom(fresh('Cellar')), 'Nothing of this is searched: Observatory');
	await openAs(page, ada, path, scripts);
	const results = page.getByRole('list', { name: 'Results' }).getByRole('link');
	const search = async (typed: string) => {
		await page.getByRole('searchbox', { name: 'Search' }).fill(typed);
		await page.getByRole('searchbox', { name: 'Search' }).press('Enter');
	};
	await search(name.toUpperCase());
	await expect(results).toHaveText([name]);
	await search(grace.name);
	await expect(results).toHaveText([grace.name, `New message to ${grace.name}`]);
	await search('no such thing');
	await expect(page.getByText('No matches')).toBeVisible();
	await expect(page.getByRole('searchbox', { name: 'Search' })).toHaveValue('no such thing');
	await search('');
	await expect(page.getByText('Find rooms and people by name.')).toBeVisible();
	await search(name);
	await results.click();
	await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
});

test('a first visit shows whose place it is, who can read it, and how to come in', async ({ page, own, scripts }) => {
	const { url } = await own({ ...UNLIMITED, JOINING: 'open', READING: 'everyone' });
	await open(page, url, scripts);
	const card = page.getByRole('region', { name: 'Parley' });
	await expect(card).toContainText('Everyone can read here.');
	await tryToJoin(page, 'Ada');
	await expect(page.getByRole('link', { name: 'Ada', exact: true })).toBeVisible();
	await expect(card).toHaveCount(0);
});

test('`/` leads to the room that was opened last: in a wide window by itself, elsewhere by its first line', async ({
	page,
	own,
	scripts
}) => {
	const { url } = await own(CLOSED);
	const ada = await Person.join(url, 'Ada', {}, '/signin');
	const [kitchen, attic] = [await ada.createRoom('Kitchen'), await ada.createRoom('Attic')];
	await openAs(page, ada, kitchen, scripts);
	await room(page, 'Attic').click();
	await expect(page.getByRole('heading', { name: 'Attic', exact: true })).toBeVisible();
	if (scripts) {
		await page.goto(`${url}/`);
		await expect(page).toHaveURL(url + attic);
		// A link inside the app leads to the list, also for the browser's Back.
		await page.getByRole('navigation', { name: 'Rooms and messages' }).getByRole('link', { name: 'Parley' }).click();
		await expect(page.getByRole('heading', { name: 'Rooms', exact: true })).toBeVisible();
		await room(page, 'Kitchen').click();
		await expect(page.getByRole('heading', { name: 'Kitchen', exact: true })).toBeVisible();
		await page.goBack();
		await expect(page.getByRole('heading', { name: 'Rooms', exact: true })).toBeVisible();
		await page.setViewportSize({ width: 1_000, height: 700 });
	}
	await page.goto(`${url}/`);
	const last = scripts ? 'Kitchen' : 'Attic';
	await expect(page.getByRole('main').getByRole('link').first()).toHaveText(last);
	await page.getByRole('main').getByRole('link').first().click();
	await expect(page.getByRole('heading', { name: last, exact: true })).toBeVisible();
	// A room that is gone from the list leads nowhere.
	await ada.post(`${scripts ? kitchen : attic}/settings?/archive`, { act: 'archive' });
	await page.goto(`${url}/`);
	await expect(page.getByText('Continue in')).toHaveCount(0);
});

test('a page that is not there is laid out as others, also without a script', async ({ page, someone }) => {
	const ada = await someone('Ada');
	await page.setViewportSize({ width: 390, height: 844 });
	await signIn(page, ada);
	for (const path of ['/nothing', '/rooms/nowhere-at-all', '/join/unknown-0000000000000000']) {
		await page.goto(ada.app + path);
		const box = await page.getByRole('heading', { level: 1 }).boundingBox();
		expect(box?.x).toBeGreaterThanOrEqual(16);
		expect(box?.y).toBeGreaterThan(100);
	}
});
