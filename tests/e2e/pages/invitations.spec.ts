import { randomUUID } from 'node:crypto';
import { Person, postForm } from '../person.ts';
import { createRoom, expect, fresh, say, signIn, test, tryToJoin, UNLIMITED } from '../test.ts';

/** A form id as the page makes them. */
const formId = () =>
	randomUUID()
		.replace(/[^a-z2-7]/g, 'a')
		.slice(0, 26);

/** @returns the link of a new invitation */
async function invite(by: Person, fields: Record<string, string> = {}): Promise<string> {
	const made = await by.post('/people/invitations?/invite', {
		lifetime: 'week',
		uses: '25',
		formId: formId(),
		...fields
	});
	expect(made.status).toBe(303);
	const [link = ''] = /http:[^"]+\/join\/[a-z2-7]{26}/.exec(await (await by.get('/people/invitations')).text()) ?? [];
	return link;
}

const join = (link: string, name: string, id = randomUUID()) =>
	postForm(`${link}?/join`, { name, password: '', formId: id });

test('a member invites people, sees who joined, and revokes the link', async ({ page, someone, stranger }) => {
	const ada = await someone('Ada');
	await signIn(page, ada);
	await page.goto('/you');
	await page.getByRole('link', { name: 'Invite people' }).click();
	await page.getByRole('button', { name: 'Invite people' }).click();
	const invitation = page.getByRole('list', { name: 'Invitations' }).getByRole('listitem');
	await expect(invitation).toHaveCount(1);
	await expect(invitation).toContainText('25 of 25 uses left');
	const link = await invitation.getByRole('textbox', { name: 'Invitation link' }).inputValue();
	await invitation.getByText('QR code').click();
	await expect(page.getByRole('img', { name: 'QR code' })).toBeVisible();

	const elsewhere = await stranger();
	await elsewhere.goto(link);
	await expect(elsewhere.getByText(`${ada.name} invites you`)).toBeVisible();
	const name = fresh('Bo');
	await elsewhere.getByRole('textbox', { name: 'Your name' }).fill(name);
	await elsewhere.getByRole('button', { name: 'Join' }).click();
	await expect(elsewhere.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')).toHaveCount(10);
	await expect(elsewhere.getByRole('link', { name, exact: true })).toBeVisible();
	await elsewhere.goto(link);
	await expect(elsewhere.getByText(`You’re signed in as ${name}`)).toBeVisible();

	await page.reload();
	await expect(invitation).toContainText('24 of 25 uses left');
	await expect(invitation).toContainText(`Used by ${name}`);
	await page.getByRole('button', { name: 'Revoke' }).click();
	await expect(invitation).toContainText('Revoked');
	await expect(page.getByRole('textbox', { name: 'Invitation link' })).toHaveCount(0);
	expect((await join(link, fresh('Cy'))).status).toBe(404);
});

test('a link that lets nobody in is one page with one status, whatever the reason', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const usedUp = await invite(ada, { uses: '1' });
	expect((await join(usedUp, fresh('Bo'))).status).toBe(303);
	const revoked = await invite(ada);
	await ada.post('/people/invitations?/revoke', { id: revoked.slice(-26) });
	const unknown = `${ada.app}/join/${'a'.repeat(26)}`;
	const pages = new Set<string>();
	for (const link of [usedUp, revoked, unknown, `${ada.app}/join/constructor`]) {
		const answer = await page.goto(link);
		expect(answer?.status()).toBe(404);
		await expect(page.getByRole('main').getByRole('link', { name: 'Sign in' })).toBeVisible();
		pages.add((await page.locator('body').innerText()) + (await page.title()));
		expect((await join(link, fresh('Cy'))).status).toBe(404);
	}
	expect(pages.size).toBe(1);
});

test('of 50 who join at once, an invitation with 25 uses lets in exactly 25', async ({ own }) => {
	// The refused ones empty the bucket of refused links of their address.
	const app = await own();
	const ada = await Person.join(app.url, 'Ada');
	const link = await invite(ada);
	const names = Array.from({ length: 50 }, () => fresh('Bo'));
	const answers = await Promise.all(names.map((name) => join(link, name)));
	const statuses = answers.map(({ status }) => status);
	expect(statuses.filter((status) => status === 303)).toHaveLength(25);
	// The others came from one address, which may try a refused link twenty times.
	expect(statuses.filter((status) => status === 404 || status === 429)).toHaveLength(25);
	// The names of those who were refused are free.
	const refused = names.filter((_, i) => answers[i]?.status !== 303);
	const other = await invite(ada, { uses: '1' });
	expect((await join(other, refused[0] ?? '')).status).toBe(303);
});

test('a taken name is told, and the same form joins with another by the one use', async ({ page, someone }) => {
	const ada = await someone('Ada');
	const link = await invite(ada, { uses: '1' });
	await page.goto(link);
	const field = page.getByRole('textbox', { name: 'Your name' });
	await field.fill(ada.name);
	await page.getByRole('button', { name: 'Join' }).click();
	await expect(page.getByRole('alert')).toContainText('taken');
	await expect(field).toHaveValue(ada.name);
	const name = fresh('Bo');
	await field.fill(name);
	await page.getByLabel('Password').fill('correct horse');
	await page.getByRole('button', { name: 'Join' }).click();
	await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
});

test('a form posted twice is one person and one use', async ({ someone }) => {
	const ada = await someone('Ada');
	const link = await invite(ada, { uses: '1' });
	const [name, id] = [fresh('Bo'), randomUUID()];
	const twice = await Promise.all([join(link, name, id), join(link, name, id)]);
	expect(twice.map(({ status }) => status)).toEqual([303, 303]);
	expect((await join(link, name, id)).status).toBe(303);
	expect((await join(link, fresh('Cy'))).status).toBe(404);
});

test('a guest sees the rooms of the invitation, and no others', async ({ page, own, stranger }) => {
	const app = await own({ ...UNLIMITED, READING: 'members' });
	await page.goto(`${app.url}/signin`);
	await tryToJoin(page, 'Ada');
	await expect(page.getByRole('link', { name: 'Ada', exact: true })).toBeVisible();
	for (const name of ['Kitchen', 'Attic']) {
		await page.goto(`${app.url}/new/room`);
		await createRoom(page, name);
		await say(page, `Welcome to the ${name}.`);
	}
	await page.goto(`${app.url}/people/invitations`);
	await page.getByRole('checkbox', { name: 'As a guest' }).check();
	await page.getByRole('button', { name: 'Invite people' }).click();
	await expect(page.getByRole('alert')).toContainText('at least one room');
	await expect(page.getByRole('checkbox', { name: 'As a guest' })).toBeChecked();
	await page.getByRole('checkbox', { name: 'Kitchen' }).check();
	await page.getByRole('button', { name: 'Invite people' }).click();
	await expect(page.getByRole('textbox', { name: 'Invitation link' })).toHaveCount(1);
	const link = await page.getByRole('textbox', { name: 'Invitation link' }).inputValue();

	const guest = await stranger();
	await guest.goto(link);
	await expect(guest.getByText('as a guest')).toBeVisible();
	await guest.getByRole('textbox', { name: 'Your name' }).fill('Bo');
	await guest.getByRole('button', { name: 'Join' }).click();
	await expect(guest.getByRole('heading', { name: 'Kitchen' })).toBeVisible();
	await expect(guest.getByRole('log')).toContainText('Ada’s invitation let in Bo');
	await guest.goto(app.url);
	await expect(guest.getByRole('list', { name: 'Rooms' }).getByRole('link', { name: /Kitchen/ })).toBeVisible();
	await expect(guest.getByRole('link', { name: /Attic/ })).toHaveCount(0);
	expect((await guest.goto(`${app.url}/people/invitations`))?.status()).toBe(404);

	await page.goto(`${app.url}/people/invitations`);
	await page.locator('summary', { hasText: 'Rooms' }).click();
	await page.getByRole('checkbox', { name: 'Attic' }).check();
	await page.getByRole('button', { name: 'Invite people' }).click();
	await expect(page.getByRole('textbox', { name: 'Invitation link' })).toHaveCount(2);
	await guest.goto(await page.getByRole('textbox', { name: 'Invitation link' }).first().inputValue());
	await guest.getByRole('button', { name: 'Join' }).click();
	await expect(guest.getByRole('heading', { name: 'Attic' })).toBeVisible();
});

test('the pages are never cached, compressed or indexed, and no other site learns the address', async ({ someone }) => {
	const ada = await someone('Ada');
	const link = await invite(ada);
	for (const answer of [await fetch(link), await ada.get('/people/invitations')]) {
		expect(answer.headers.get('cache-control')).toBe('private, no-store, no-transform');
		expect(answer.headers.get('referrer-policy')).toBe('same-origin');
		expect(answer.headers.get('content-encoding')).toBeNull();
	}
	expect(await (await fetch(link)).text()).toContain('<meta name="robots" content="noindex"');
});
