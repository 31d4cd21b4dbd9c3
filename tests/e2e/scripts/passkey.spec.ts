/** Passkeys, with Chromium's virtual authenticator. Browsers make none for an IP address: the pages are opened at localhost. */
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright/test';
import { Person, postForm } from '../person.ts';
import { expect, fresh, refusal, test } from '../test.ts';

/** @returns what removes the authenticator */
async function plugIn(page: Page): Promise<() => Promise<void>> {
	const devtools = await page.context().newCDPSession(page);
	await devtools.send('WebAuthn.enable');
	const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
		options: {
			protocol: 'ctap2',
			transport: 'internal',
			hasResidentKey: true,
			hasUserVerification: true,
			isUserVerified: true,
			automaticPresenceSimulation: true
		}
	});
	return async () => void (await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }));
}

const passkeys = (page: Page) => page.getByRole('list', { name: 'Passkeys' }).getByRole('listitem');

test('a passkey is added, signs in, and signs in no more once it is removed', async ({ page, app }) => {
	const site = app.url.replace('127.0.0.1', 'localhost');
	const ada = await Person.join(app.url, fresh('Ada'));
	await page.context().addCookies([ada.browserCookie(site)]);
	await plugIn(page);

	await page.goto(`${site}/you/sign-in`);
	await page.getByRole('button', { name: 'Add a passkey' }).click();
	await expect(passkeys(page)).toHaveCount(1);
	await expect(passkeys(page)).toContainText('Chrome on Windows');
	await expect(passkeys(page)).toContainText('at localhost');
	// The same authenticator has one already.
	await page.getByRole('button', { name: 'Add a passkey' }).click();
	await expect(page.getByText('That didn’t work. Try again.')).toBeVisible();
	await expect(passkeys(page)).toHaveCount(1);

	const signOut = async () => {
		await page.getByRole('button', { name: 'Sign out', exact: true }).click();
		await expect(page.getByRole('button', { name: 'Join' })).toBeVisible();
	};
	await signOut();
	await page.goto(`${site}/signin?next=/you/sign-in`);
	const [posted] = await Promise.all([
		page.waitForRequest((request) => request.method() === 'POST' && request.url().includes('passkey')),
		page.getByRole('button', { name: 'Use a passkey' }).click()
	]);
	await expect(page).toHaveURL(`${site}/you/sign-in`);
	await expect(passkeys(page)).toContainText('used');

	// An answer that was overheard signs in nobody else.
	const answer = new URLSearchParams(posted.postData() ?? '').get('answer') ?? '';
	const replayed = await postForm(`${site}/signin?/passkey`, { answer });
	expect(replayed.status).toBe(403);
	expect(replayed.headers.getSetCookie()).toEqual([]);

	await passkeys(page).getByRole('button', { name: 'Remove' }).click();
	await expect(passkeys(page)).toHaveCount(0);
	await signOut();
	await page.goto(`${site}/signin`);
	await page.getByRole('button', { name: 'Use a passkey' }).click();
	await expect(refusal(page)).toHaveText('That passkey doesn’t work here. Sign in another way.');
});

test('a page that was open for long asks for another challenge', async ({ page, app }) => {
	const site = app.url.replace('127.0.0.1', 'localhost');
	const ada = await Person.join(app.url, fresh('Ada'));
	await page.context().addCookies([ada.browserCookie(site)]);
	await plugIn(page);
	await page.clock.install();
	await page.goto(`${site}/you/sign-in`);
	await expect(page.getByRole('button', { name: 'Add a passkey' })).toBeVisible();
	await page.clock.fastForward('04:30');
	const asked = page.waitForRequest((request) => request.url().includes('__data.json'));
	await page.getByRole('button', { name: 'Add a passkey' }).click();
	await asked;
	await expect(passkeys(page)).toHaveCount(1);
});

test('without a passkey the person is told, and can go on', async ({ page, app }) => {
	const site = app.url.replace('127.0.0.1', 'localhost');
	const remove = await plugIn(page);
	await page.goto(`${site}/signin`);
	await page.getByRole('button', { name: 'Use a passkey' }).click();
	await expect(refusal(page)).toHaveText('That didn’t work. Try again, or sign in another way.');
	await remove();
	await expect(page.getByRole('form', { name: 'Sign in' })).toBeVisible();
});

test('what is no answer of a passkey is refused', async ({ app }) => {
	const ada = await Person.join(app.url, fresh('Ada'));
	const site = app.url.replace('127.0.0.1', 'localhost');
	const id = Buffer.from(randomUUID()).toString('base64url');
	const forged = {
		id,
		rawId: id,
		type: 'public-key',
		clientExtensionResults: {},
		response: { clientDataJSON: 'e30', authenticatorData: 'AAAA', signature: 'AAAA', userHandle: 'AAAA' }
	};
	for (const answer of ['', '{}', 'null', JSON.stringify(forged)]) {
		expect((await postForm(`${site}/signin?/passkey`, { answer })).status, answer).toBe(403);
		expect((await postForm(`${app.url}/signin?/passkey`, { answer })).status, answer).toBe(422);
		expect((await ada.post('/you/sign-in?/passkey', { answer })).status, answer).toBe(422);
	}
});
