/** Signing in and out, with and without a script: password, recovery codes, links, devices. */
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright/test';
import { Person, postForm } from '../person.ts';
import {
	expect,
	fresh,
	join,
	open,
	openAs,
	recoveryCodes,
	refusal,
	signIn,
	signInLink,
	test,
	UNLIMITED
} from '../test.ts';

const PASSWORD = 'correct horse';

const signInForm = (page: Page) => page.getByRole('form', { name: 'Sign in' });
const passwordForm = (page: Page) => page.getByRole('form', { name: 'Password' });
const devices = (page: Page) => page.getByRole('list', { name: 'Devices' }).getByRole('listitem');
const meOn = (page: Page, name: string) => page.getByRole('link', { name, exact: true });

async function enterPassword(page: Page, name: string, password: string): Promise<void> {
	await signInForm(page).getByRole('textbox', { name: 'Name', exact: true }).fill(name);
	await signInForm(page).getByLabel('Password').fill(password);
	await signInForm(page).getByRole('button', { name: 'Sign in' }).click();
}

async function useCode(page: Page, name: string, code: string, address = '/signin'): Promise<void> {
	await page.goto(address);
	await page.locator('summary', { hasText: 'Use a recovery code' }).click();
	const form = page.getByRole('form', { name: 'Recovery code' });
	await form.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
	await form.getByRole('textbox', { name: 'Recovery code' }).fill(code);
	await form.getByRole('button').click();
}

/** A person with a password. */
async function withPassword(app: { url: string }, name: string): Promise<Person> {
	const person = await Person.join(app.url, fresh(name));
	expect((await person.post('/you/sign-in?/password', { password: PASSWORD })).status).toBe(303);
	return person;
}

test.describe('a password', () => {
	test('chosen at the join signs in elsewhere, and no codes are shown', async ({ page, stranger, scripts }) => {
		const ada = fresh('Ada');
		await open(page, '/', scripts);
		await page.getByLabel('Password').fill(PASSWORD);
		await join(page, ada);
		await expect(recoveryCodes(page)).toHaveCount(0);

		const elsewhere = await stranger();
		await elsewhere.goto('/signin');
		await enterPassword(elsewhere, ada.toUpperCase(), PASSWORD);
		await expect(meOn(elsewhere, ada)).toBeVisible();
	});

	test('that is too short is refused at the join, and takes no name', async ({ page, scripts }) => {
		const ada = fresh('Ada');
		await open(page, '/', scripts);
		await page.getByRole('textbox', { name: 'Your name' }).fill(ada);
		await page.getByLabel('Password').fill('short');
		await page.getByRole('button', { name: 'Join' }).click();
		await expect(refusal(page)).toHaveText('That password is too short. Use at least 8 characters.');
		await expect(page.getByRole('textbox', { name: 'Your name' })).toHaveValue(ada);
		await expect(page.getByLabel('Password')).toHaveValue('');
		await join(page, ada);
		await expect(recoveryCodes(page)).toHaveCount(10);
	});

	test('that is wrong and a name that is unknown are refused alike; the name stays, the password does not', async ({
		page,
		app
	}) => {
		const ada = await withPassword(app, 'Ada');
		const told: string[] = [];
		for (const name of [ada.name, fresh('Nobody')]) {
			await page.goto('/signin');
			await enterPassword(page, name, 'wrong horse');
			await expect(refusal(page)).toHaveText('Wrong name or password.');
			await expect(signInForm(page).getByRole('textbox', { name: 'Name', exact: true })).toHaveValue(name);
			await expect(signInForm(page).getByLabel('Password')).toHaveValue('');
			const answer = await postForm(`${app.url}/signin?/password`, { name, password: 'wrong horse' });
			const text = (await answer.text()).replaceAll(name, 'NAME');
			expect(text).not.toContain('wrong horse');
			// What differs between any two answers: nonces, ids and times.
			told.push(text.replace(/nonce="[^"]*"/g, 'NONCE').replace(/[\w-]{16,}|\b\d{13}\b/g, 'ID'));
			expect(answer.status).toBe(403);
		}
		expect(told[0]).toBe(told[1]);
	});

	test('is changed with the current one, which ends the sessions elsewhere', async ({
		page,
		stranger,
		app,
		scripts
	}) => {
		const ada = await withPassword(app, 'Ada');
		const elsewhere = await stranger();
		await elsewhere.goto(`${app.url}/signin`);
		await enterPassword(elsewhere, ada.name, PASSWORD);
		await expect(meOn(elsewhere, ada.name)).toBeVisible();

		await openAs(page, ada, '/', scripts);
		await page.goto('/you/sign-in');
		const change = async (current: string, next: string) => {
			await passwordForm(page).getByLabel('Current password').fill(current);
			await passwordForm(page).getByLabel('New password').fill(next);
			await passwordForm(page).getByRole('button', { name: 'Change password' }).click();
		};
		await change('wrong horse', 'battery staple');
		await expect(refusal(page)).toHaveText('That isn’t your current password.');
		await change(PASSWORD, 'short');
		await expect(refusal(page)).toHaveText('That password is too short. Use at least 8 characters.');
		await change(PASSWORD, 'battery staple');
		await expect(refusal(page)).toHaveCount(0);
		await expect(devices(page)).toHaveCount(1);

		await elsewhere.goto(`${app.url}/`);
		await expect(elsewhere.getByRole('button', { name: 'Join' })).toBeVisible();
		await elsewhere.goto(`${app.url}/signin`);
		await enterPassword(elsewhere, ada.name, PASSWORD);
		await expect(refusal(elsewhere)).toBeVisible();
		await enterPassword(elsewhere, ada.name, 'battery staple');
		await expect(meOn(elsewhere, ada.name)).toBeVisible();
		// The session of the cookie that was there before the change has ended too.
		expect((await ada.get('/you/sign-in')).status).toBe(401);
	});
});

test.describe('a sign-in', () => {
	test('leads to the page that asked for it, and to no other site', async ({ page, app, someone }) => {
		const ada = await withPassword(app, 'Ada');
		const kitchen = await (await someone('Grace')).createRoom(fresh('Kitchen'));
		await page.goto(`/signin?next=${encodeURIComponent(kitchen)}`);
		await enterPassword(page, ada.name, 'wrong horse');
		await expect(refusal(page)).toBeVisible();
		await enterPassword(page, ada.name, PASSWORD);
		await expect(page).toHaveURL(app.url + kitchen);
		// Who is signed in already is led on at once.
		await page.goto(`/signin?next=${encodeURIComponent(kitchen)}`);
		await expect(page).toHaveURL(app.url + kitchen);

		for (const next of [
			'//evil.example',
			'/\\evil.example',
			'/.//evil.example',
			'https://evil.example',
			'/\t/evil.example'
		]) {
			const answer = await postForm(`${app.url}/signin?/password&next=${encodeURIComponent(next)}`, {
				name: ada.name,
				password: PASSWORD
			});
			expect(answer.headers.get('location'), next).toBe('/');
		}
	});

	test('is asked for where only members read', async ({ page, own }) => {
		const app = await own({ ...UNLIMITED, READING: 'members' });
		await page.goto(`${app.url}/you`);
		await expect(page).toHaveURL(`${app.url}/signin?next=%2Fyou`);
		await expect(page.getByRole('heading', { name: 'Sign in to Parley' })).toBeVisible();
		await page.getByRole('textbox', { name: 'Your name' }).fill('Ada');
		await page.getByRole('button', { name: 'Join' }).click();
		await expect(page).toHaveURL(`${app.url}/you`);
		await expect(recoveryCodes(page)).toHaveCount(10);
		const codes = await recoveryCodes(page).allTextContents();
		await page.getByRole('button', { name: 'Sign out', exact: true }).click();
		await expect(signInForm(page)).toBeVisible();
		await useCode(page, 'Ada', codes[0] ?? '', `${app.url}/signin?next=/you/sign-in`);
		await expect(page).toHaveURL(`${app.url}/you/sign-in`);
	});

	test('tried too often for a name waits, and others do not', async ({ page, own }) => {
		const app = await own({ ...UNLIMITED, ADDRESS_HEADER: 'x-forwarded-for' });
		const ada = await withPassword(app, 'Ada');
		const grace = await withPassword(app, 'Grace');
		const attempt = (name: string, password: string, address: string) =>
			postForm(`${app.url}/signin?/password`, { name, password }, { 'x-forwarded-for': address });
		for (let i = 0; i < 10; i++) expect((await attempt(ada.name, `wrong horse ${i}`, '203.0.113.1')).status).toBe(403);
		const refused = await attempt(ada.name, PASSWORD, '203.0.113.1');
		expect(refused.status).toBe(429);
		expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
		expect(await refused.text()).toContain('Too many tries. Try again in');
		expect((await attempt(grace.name, PASSWORD, '203.0.113.1')).status).toBe(303);
		expect((await attempt(ada.name, PASSWORD, '203.0.113.2')).status).toBe(303);
		await page.goto(`${app.url}/signin`);
		await expect(signInForm(page)).toBeVisible();
	});

	test('page leads to the page of an invitation of this place', async ({ page, app }) => {
		await page.goto('/signin');
		const field = page.getByRole('textbox', { name: 'Invitation link' });
		await field.fill('https://elsewhere.example/rooms/kitchen');
		await page.getByRole('button', { name: 'Open', exact: true }).click();
		await expect(refusal(page)).toHaveText('That isn’t an invitation link of this place. Paste the whole link.');
		await expect(field).toHaveValue('https://elsewhere.example/rooms/kitchen');
		for (const link of ['https://evil.example/join/abcdefgh', `${app.url}/join/abcdefgh`, ' /join/abcdefgh ']) {
			const answer = await postForm(`${app.url}/signin?/invitation`, { link });
			const to = new URL(answer.headers.get('location') ?? '', `${app.url}/signin`);
			expect(to.href, link).toBe(`${app.url}/join/abcdefgh`);
		}
	});
});

test.describe('recovery codes', () => {
	test('are shown once, as text to keep, and each signs in once', async ({ page, stranger, scripts }) => {
		const ada = fresh('Ada');
		await open(page, '/', scripts);
		await join(page, ada);
		const codes = await recoveryCodes(page).allTextContents();
		const [download] = await Promise.all([
			page.waitForEvent('download'),
			page.getByRole('link', { name: 'Download as text' }).click()
		]);
		const chunks: Buffer[] = [];
		for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
		expect(Buffer.concat(chunks).toString()).toContain(codes.join('\n'));

		await page.goto('/you/sign-in');
		await expect(recoveryCodes(page)).toHaveCount(0);
		await expect(page.getByText('10 of 10 left')).toBeVisible();

		const elsewhere = await stranger();
		await useCode(elsewhere, ada, (codes[0] ?? '').toUpperCase().replaceAll('-', ' '));
		await expect(meOn(elsewhere, ada)).toBeVisible();
		const third = await stranger();
		await useCode(third, ada, codes[0] ?? '');
		await expect(refusal(third)).toContainText('Wrong name or recovery code, or the code was already used.');

		await page.reload();
		await expect(page.getByText('9 of 10 left')).toBeVisible();
		await page.getByRole('button', { name: 'New recovery codes' }).click();
		await expect(recoveryCodes(page)).toHaveCount(10);
		await expect(page.getByText('10 of 10 left')).toBeVisible();
		await useCode(third, ada, codes[1] ?? '');
		await expect(refusal(third)).toBeVisible();
	});

	test('of a join that is posted twice are the same', async ({ app }) => {
		const fields = { name: fresh('Ada'), formId: randomUUID() };
		const codesOf = (answer: Response) =>
			answer.headers
				.getSetCookie()
				.find((cookie) => cookie.startsWith('recovery-codes-'))
				?.replace(/;.*$/, '');
		const [first, second] = await Promise.all([1, 2].map(() => postForm(`${app.url}/?/join`, fields)));
		expect(codesOf(first as Response)).toMatch(/=[a-z2-7-]{19}%2C/);
		expect(codesOf(second as Response)).toBe(codesOf(first as Response));
	});
});

test.describe('another device', () => {
	test('signs in by a link with a QR code, once', async ({ page, someone, stranger, scripts }) => {
		const ada = await someone('Ada');
		await openAs(page, ada, '/', scripts);
		await page.goto('/you');
		await page.getByRole('link', { name: 'Sign-in and devices' }).click();
		await page.getByRole('button', { name: 'Sign in on another device' }).click();
		const link = await signInLink(page).inputValue();
		expect(link).toMatch(/\/signin\/[\w-]{43}$/);
		await expect(page.getByRole('img', { name: 'QR code' })).toBeVisible();

		const phone = await stranger();
		// A scanner of links uses up nothing.
		await phone.goto(link);
		await phone.goto(link);
		await expect(phone.getByText(`Sign in as ${ada.name}?`)).toBeVisible();
		await phone.getByRole('button', { name: 'Sign in' }).click();
		await expect(meOn(phone, ada.name)).toBeVisible();
		const third = await stranger();
		for (const address of [link, `${link.slice(0, -3)}xxx`]) {
			const answer = await third.goto(address);
			expect(answer?.status()).toBe(404);
			await expect(third.getByText('This sign-in link doesn’t work')).toBeVisible();
		}
	});

	test('is listed, and its session is ended', async ({ page, someone, stranger, scripts, app }) => {
		const ada = await someone('Ada');
		const phone = await stranger();
		await phone.goto(`${app.url}/signin/${(await ada.makeSignInLink()).secret}`);
		await phone.getByRole('button', { name: 'Sign in' }).click();
		await expect(meOn(phone, ada.name)).toBeVisible();

		await openAs(page, ada, '/', scripts);
		await page.goto('/you/sign-in');
		await expect(devices(page)).toHaveCount(2);
		const mine = devices(page).filter({ hasText: 'this device' });
		await expect(mine).toHaveCount(1);
		await expect(mine.getByRole('button')).toHaveCount(0);
		await expect(devices(page).filter({ hasText: /(Chrome|Browser).*127\.0\.0\.1 · last seen/s })).toHaveCount(1);
		await devices(page).getByRole('button', { name: 'End session' }).click();
		await expect(devices(page)).toHaveCount(1);
		await phone.goto(`${app.url}/`);
		await expect(phone.getByRole('button', { name: 'Join' })).toBeVisible();
	});

	test('is signed out with all others, and this browser is not', async ({ page, someone, app, scripts, stranger }) => {
		const ada = await someone('Ada');
		const others = [await stranger(), await stranger()];
		for (const other of others) {
			await other.goto(`${app.url}/signin/${(await ada.makeSignInLink()).secret}`);
			await other.getByRole('button', { name: 'Sign in' }).click();
			await expect(meOn(other, ada.name)).toBeVisible();
		}
		await openAs(page, ada, '/', scripts);
		await page.goto('/you/sign-in');
		await expect(devices(page)).toHaveCount(3);
		await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
		await expect(devices(page)).toHaveCount(1);
		await expect(page.getByRole('button', { name: 'Sign out everywhere else' })).toHaveCount(0);
		for (const other of others) {
			await other.goto(`${app.url}/`);
			await expect(other.getByRole('button', { name: 'Join' })).toBeVisible();
		}
		await page.getByRole('button', { name: 'Sign out', exact: true }).click();
		await expect(page.getByRole('button', { name: 'Join' })).toBeVisible();
	});

	test('cannot use a link that was revoked', async ({ page, someone, app }) => {
		const ada = await someone('Ada');
		const { secret } = await ada.makeSignInLink();
		await signIn(page, ada);
		await page.goto('/you/sign-in');
		const links = page.getByRole('list', { name: 'Sign-in links' }).getByRole('listitem');
		await expect(links).toHaveCount(1);
		await links.getByRole('button', { name: 'Revoke' }).click();
		await expect(links).toHaveCount(0);
		expect((await fetch(`${app.url}/signin/${secret}`)).status).toBe(404);
		expect((await postForm(`${app.url}/signin/${secret}`, { formId: randomUUID() })).status).toBe(404);
	});
});

test('passkeys are refused in words at an IP address', async ({ page, someone }) => {
	await signIn(page, await someone('Ada'));
	await page.goto('/you/sign-in');
	await expect(page.getByText('Passkeys need an address with a name')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Add a passkey' })).toHaveCount(0);
	await page.context().clearCookies();
	await page.goto('/signin');
	await expect(page.getByRole('button', { name: 'Use a passkey' })).toHaveCount(0);
});
