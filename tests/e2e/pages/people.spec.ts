import type { Page } from 'playwright/test';
import { clockTime } from '../../../src/lib/chat/text/dates.ts';
import type { Role } from '../../../src/lib/chat/people/role.ts';
import { peopled } from '../../fixtures/people.ts';
import { deploy, UNLIMITED, type Environment } from '../../support/process.ts';
import { Person, postForm } from '../person.ts';
import { expect, message, openAs, refusal, send, signIn, test } from '../test.ts';

const people = (page: Page) => page.getByRole('list', { name: 'People', exact: true });
const rows = (page: Page) => people(page).getByRole('listitem');
const find = async (page: Page, name: string) => {
	const field = page.getByRole('textbox', { name: 'Find a person' });
	await field.fill(name);
	await page.getByRole('button', { name: 'Find' }).click();
	// The page of this search, also where its people are those of the one before.
	await expect(field).toHaveAttribute('value', name);
};

/** An app whose people have these roles, and a way to ask as one of them. */
async function placeOf(roles: Record<string, Role>, env: Environment = UNLIMITED) {
	const { furnish, cookies, ids } = peopled(roles);
	const app = await deploy('embedded', env, furnish);
	const cookieOf = (name: string) => cookies.get(name) ?? { name: '', value: '' };
	const ask = (name: string, path: string) => {
		const cookie = cookieOf(name);
		return fetch(app.url + path, {
			headers: { cookie: `${cookie.name}=${cookie.value}`, accept: 'text/html' },
			redirect: 'manual'
		});
	};
	const post = (name: string, path: string, fields: Record<string, string>) => {
		const cookie = cookieOf(name);
		return postForm(app.url + path, fields, { cookie: `${cookie.name}=${cookie.value}` });
	};
	const enter = (page: Page, name: string) =>
		page.context().addCookies([{ ...cookieOf(name), url: app.url, httpOnly: true, sameSite: 'Lax' as const }]);
	return { app, ask, post, enter, idOf: (name: string) => ids.get(name) ?? '' };
}

test('people are listed by name, in pages, with their roles, and found by a word of their name', async ({ page }) => {
	const crowd = Array.from({ length: 118 }, (_, i): [string, Role] => [
		`Person ${String(i).padStart(3, '0')}`,
		'member'
	]);
	const { app, enter } = await placeOf({
		...Object.fromEntries(crowd),
		'Ada Lovelace': 'owner',
		'Zoë Quist': 'operator',
		'Gil Guest': 'guest'
	});
	try {
		await enter(page, 'Person 000');
		await page.goto(app.url);
		await page.getByRole('button', { name: 'Your menu' }).click();
		await page.getByRole('link', { name: 'People', exact: true }).click();
		await expect(page.getByRole('heading', { name: 'People' })).toBeVisible();
		await expect(page.getByText('121 people')).toBeVisible();
		await expect(rows(page)).toHaveCount(100);
		await expect(rows(page).nth(0)).toContainText('Ada Lovelace');
		await expect(rows(page).nth(0)).toContainText('Owner');
		await expect(rows(page).nth(1)).toContainText('Guest');
		await expect(rows(page).nth(2)).toContainText('Person 000');
		await expect(rows(page).nth(2)).toContainText('you');
		await expect(page.getByRole('navigation', { name: 'Pages of people' })).toContainText('Page 1 of 2');
		await page.getByRole('link', { name: 'More people' }).click();
		await expect(rows(page)).toHaveCount(21);
		await expect(rows(page).last()).toContainText('Zoë Quist');
		await expect(rows(page).last()).toContainText('Operator');
		await page.getByRole('link', { name: 'Previous people' }).click();
		await expect(rows(page)).toHaveCount(100);

		await find(page, 'quist');
		await expect(people(page).getByRole('link')).toHaveText(['Zoë Quist']);
		await expect(page.getByText('1 person found')).toBeVisible();
		await expect(page.getByRole('textbox', { name: 'Find a person' })).toHaveValue('quist');
		await find(page, 'zoe');
		await expect(people(page).getByRole('link')).toHaveText(['Zoë Quist']);
		await find(page, 'person 01');
		await expect(rows(page)).toHaveCount(10);
		await find(page, 'nobody of that name');
		await expect(page.getByText('No matches')).toBeVisible();
		await page.getByRole('link', { name: 'Show everyone' }).click();
		await expect(rows(page)).toHaveCount(100);
	} finally {
		await app.remove();
	}
});

test('results that come while the next search is typed leave the typed text and the focus', async ({
	page,
	someone,
	scripts
}) => {
	test.skip(!scripts, 'Without a script, the results are another page.');
	const { name } = await someone('Grace');
	await openAs(page, await someone('Ada'), '/', true);
	await page.getByRole('button', { name: 'Your menu' }).click();
	await page.getByRole('link', { name: 'People', exact: true }).click();
	const field = page.getByRole('textbox', { name: 'Find a person' });
	// The page is there: its own data is not held back.
	await expect(field).toBeVisible();
	let answer = () => {};
	const held = new Promise<void>((resolve) => (answer = resolve));
	await page.route('**/people/__data.json*', async (route) => {
		await held;
		await route.continue();
	});
	await field.fill(name);
	await field.press('Enter');
	await field.pressSequentially(' and Ad');
	answer();
	await expect(page.getByText('1 person found')).toBeVisible();
	await expect(field).toHaveValue(`${name} and Ad`);
	await expect(field).toBeFocused();
	await page.goBack();
	await expect(field).toHaveValue('');
});

test('a person writes a line about themselves and shows their time, and others read both', async ({
	page,
	own,
	stranger
}) => {
	const app = await own();
	const [ada, grace] = [await Person.join(app.url, 'Ada'), await Person.join(app.url, 'Grace')];
	await signIn(page, ada);
	await page.goto(`${app.url}/you`);
	const about = page.getByRole('textbox', { name: 'About you' });
	const zone = page.getByRole('combobox', { name: 'Time zone' });
	await expect(zone).toHaveValue('');

	await about.fill('x'.repeat(141));
	await zone.selectOption('Asia/Tokyo');
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(refusal(page)).toHaveText('That is too long. Use up to 140 characters.');
	await expect(about).toHaveValue('x'.repeat(141));
	await expect(zone).toHaveValue('Asia/Tokyo');

	await about.fill('Cooks on Tuesdays <b>');
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(refusal(page)).toHaveCount(0);
	await expect(about).toHaveValue('Cooks on Tuesdays <b>');
	await expect(zone).toHaveValue('Asia/Tokyo');

	const other = await stranger();
	await signIn(other, grace);
	await other.goto(`${app.url}/people`);
	await expect(rows(other).filter({ hasText: 'Ada' })).toContainText('Cooks on Tuesdays <b>');
	await people(other).getByRole('link', { name: 'Ada' }).click();
	await expect(other.getByRole('heading', { name: 'Ada' })).toBeVisible();
	await expect(other.getByText('Cooks on Tuesdays <b>')).toBeVisible();
	const now = Date.now();
	const either = [now - 60_000, now, now + 60_000].map((time) => clockTime(time, 'Asia/Tokyo')).join('|');
	await expect(other.getByText(new RegExp(`^(${either}) [(]Asia/Tokyo[)]$`))).toBeVisible();
	await expect(other.getByText(/^\w+day, \d+ \w+ 20\d\d$/)).toBeVisible();

	await about.fill('');
	await zone.selectOption('');
	await page.getByRole('button', { name: 'Save' }).click();
	// The form says it where a script saved it, the page where the browser posted it.
	await expect(page.getByRole('status').filter({ hasText: 'Saved.' }).first()).toBeVisible();
	await page.getByRole('link', { name: 'See your profile' }).click();
	await expect(page.getByRole('heading', { name: 'Ada' })).toBeVisible();
	await expect(page.getByText('Local time')).toHaveCount(0);
	await expect(page.getByText('Cooks')).toHaveCount(0);
});

test('guests and strangers find neither the list nor a page of people, and an unknown id has none', async () => {
	const { app, ask, idOf } = await placeOf({ Ada: 'owner', Grace: 'member', Gil: 'guest' });
	try {
		const page = `/people/${idOf('Ada')}`;
		expect((await ask('Grace', '/people')).status).toBe(200);
		expect((await ask('Grace', page)).status).toBe(200);
		expect((await ask('Grace', '/people/nobody')).status).toBe(404);
		expect((await ask('Grace', '/people/..%2Fada')).status).toBe(404);
		for (const path of ['/people', page, '/people/nobody']) {
			const answer = await ask('Gil', path);
			expect([path, answer.status]).toEqual([path, 404]);
			expect(await answer.text()).not.toContain('Ada');
		}
		for (const path of ['/people', page]) {
			const answer = await fetch(app.url + path, { headers: { accept: 'text/html' }, redirect: 'manual' });
			expect([answer.status, answer.headers.get('location')?.split('?')[0]]).toEqual([303, '/signin']);
		}
	} finally {
		await app.remove();
	}
});

test('a completion tells members everybody who may read the room, and guests and strangers nobody', async () => {
	const { app, ask, post } = await placeOf({ Ada: 'owner', Grace: 'member', Gil: 'guest', Gwen: 'guest' });
	try {
		const made = await post('Ada', '/?/create', { name: 'Kitchen', formId: 'form-0000000000000001' });
		expect(made.status).toBe(303);
		const names = async (name: string, query: string) => {
			const answer = await ask(name, `/rooms/kitchen/people.json?q=${query}`);
			return { status: answer.status, ...((await answer.json()) as { names?: string[] }) };
		};
		expect(await names('Ada', 'g')).toEqual({ status: 200, names: ['Gil', 'Grace', 'Gwen'] });
		expect(await names('Grace', '')).toEqual({ status: 200, names: ['Ada', 'Gil', 'Gwen'] });
		expect(await names('Gil', '')).toEqual({ status: 200, names: [] });
		expect((await ask('Ada', '/rooms/cellar/people.json?q=g')).status).toBe(404);
		const stranger = await fetch(`${app.url}/rooms/kitchen/people.json?q=g`, { redirect: 'manual' });
		expect(stranger.status).toBe(401);
	} finally {
		await app.remove();
	}
});

test('somebody who is not on the page is shown as mentioned, to the writer and to readers', async ({
	page,
	own,
	scripts,
	stranger
}) => {
	const app = await own();
	const [ada, grace] = [await Person.join(app.url, 'Ada'), await Person.join(app.url, 'Grace')];
	await Person.join(app.url, 'Lin (QA)');
	const kitchen = await ada.createRoom('Kitchen');
	const reader = await stranger();
	await openAs(reader, grace, kitchen, scripts);
	await openAs(page, ada, kitchen, scripts);
	await send(page, 'Will @Lin (QA) have tea?');
	await expect(message(page, 'tea?').locator('.mention')).toHaveText(['@Lin (QA)']);
	if (!scripts) await reader.reload();
	await expect(message(reader, 'tea?').locator('.mention')).toHaveText(['@Lin (QA)']);
	await page.reload();
	await expect(message(page, 'tea?').locator('.mention')).toHaveText(['@Lin (QA)']);
});
