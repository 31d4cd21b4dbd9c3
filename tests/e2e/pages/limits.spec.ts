/** Requests over a limit are refused with a sentence and keep the typed text. */
import { randomUUID } from 'node:crypto';
import { everyMessage, Person, postForm } from '../person.ts';
import {
	composer,
	expect,
	line,
	lines,
	message,
	open,
	openAs,
	permalink,
	refusal,
	send,
	test,
	tryToCreateRoom,
	tryToJoin,
	UNLIMITED
} from '../test.ts';

const TOO_FAST = /That was too fast\. Try again in (a second|\d+ (seconds|minutes))\./;

const SENDS = { ...UNLIMITED, SEND_BURST: '3', SEND_RATE: '0.1' };

test('a fourth message at once is refused, keeps its text, and is sent a little later', async ({
	page,
	own,
	scripts
}) => {
	const app = await own(SENDS);
	const ada = await Person.join(app.url, 'Ada');
	const kitchen = await ada.createRoom('Kitchen');
	await openAs(page, ada, kitchen, scripts);
	await ada.say(kitchen, ...lines(1, 3));
	const answered = page.waitForResponse((response) => response.url().endsWith('?/send'));
	await send(page, line(4));
	expect(Number((await answered).headers()['retry-after'])).toBeGreaterThan(0);

	if (scripts) {
		// The outbox sends the message once the bucket allows.
		await expect(message(page, line(4))).toContainText('waiting');
	} else {
		expect((await answered).status()).toBe(429);
		await expect(refusal(page)).toHaveText(TOO_FAST);
		await expect(composer(page)).toHaveValue(line(4));
	}
	expect(await everyMessage(app.url, kitchen)).toHaveLength(3);

	await expect(async () => {
		if (!scripts) await page.getByRole('button', { name: 'Send', exact: true }).click({ timeout: 5_000 });
		await expect(permalink(message(page, line(4)))).toBeVisible({ timeout: 1_000 });
	}).toPass({ timeout: 60_000 });
	expect(await everyMessage(app.url, kitchen)).toHaveLength(4);
});

test('a fourth room at once is refused, and the form keeps its name', async ({ page, own, scripts }) => {
	const app = await own({ ...UNLIMITED, ROOM_BURST: '3', ROOM_RATE: '0.2' });
	const ada = await Person.join(app.url, 'Ada');
	await openAs(page, ada, '/', scripts);
	for (const name of ['Attic', 'Cellar', 'Kitchen']) await ada.createRoom(name);
	const answered = page.waitForResponse((response) => response.url().endsWith('?/create'));
	await tryToCreateRoom(page, 'Garden');
	expect(Number((await answered).headers()['retry-after'])).toBeGreaterThan(0);
	if (!scripts) expect((await answered).status()).toBe(429);
	await expect(refusal(page)).toHaveText(TOO_FAST);
	await expect(page.getByRole('textbox', { name: 'Room name' })).toHaveValue('Garden');
});

test('a third person from one address must wait, and the form keeps the name', async ({ page, own, scripts }) => {
	const app = await own({ ...UNLIMITED, JOIN_BURST: '2', JOIN_RATE: '0.1' });
	await open(page, app.url, scripts);
	for (const name of ['Ada', 'Barbara']) await Person.join(app.url, name);
	const answered = page.waitForResponse((response) => response.url().endsWith('?/join'));
	await tryToJoin(page, 'Grace');
	expect(Number((await answered).headers()['retry-after'])).toBeGreaterThan(0);
	if (!scripts) expect((await answered).status()).toBe(429);
	await expect(refusal(page)).toHaveText(TOO_FAST);
	await expect(page.getByRole('textbox', { name: 'Your name' })).toHaveValue('Grace');
});

test('refused names do not use up the address’s bucket for joining', async ({ page, own, scripts }) => {
	const app = await own({ ...UNLIMITED, JOIN_BURST: '2', JOIN_RATE: '0.001' });
	await Person.join(app.url, 'Ada');
	const join = (name: string) => postForm(`${app.url}/?/join`, { name, formId: randomUUID() });
	for (let n = 0; n < 10; n++) expect((await join('Ada')).status).toBe(409);
	await open(page, app.url, scripts);
	await tryToJoin(page, 'Grace');
	await expect(page.getByRole('link', { name: 'Grace', exact: true })).toBeVisible();
	const late = await join('Lin');
	expect([late.status, Number(late.headers.get('retry-after')) > 0]).toEqual([429, true]);
});

test('an address with too many requests gets 429 and Retry-After, and static files and health checks are still served', async ({
	page,
	own
}) => {
	const app = await own({ ...UNLIMITED, READ_BURST: '40', READ_RATE: '0.001' });
	const ada = await Person.join(app.url, 'Ada');
	const kitchen = await ada.createRoom('Kitchen');
	const paths = [
		'/',
		'/help',
		'/rooms.json',
		'/watch',
		`${kitchen}/since?message=0&change=0&holes=`,
		`${kitchen}/messages`
	];
	for (let n = 0; n < 60; n++) await ada.get(paths[n % paths.length] ?? '/');
	for (const path of [...paths, '/__data.json', '/nowhere']) {
		const answer = await ada.get(path);
		expect(answer.status, path).toBe(429);
		expect(Number(answer.headers.get('retry-after')), path).toBeGreaterThan(0);
	}
	expect((await ada.send(kitchen, 'Soup')).status).toBe(429);
	const action = await ada.post(`${kitchen}?/send`, {}, { accept: 'application/json', 'x-sveltekit-action': 'true' });
	expect(await action.json()).toMatchObject({ type: 'failure', status: 429 });
	await page.goto(app.url);
	await expect(page.getByRole('heading', { name: 'Too many requests' })).toBeVisible();
	await expect(page.getByText(/Too many requests from your network\. Try again in \d+ minutes\./)).toBeVisible();
	expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
	expect((await fetch(`${app.url}/favicon.svg`)).status).not.toBe(429);
	await expect.poll(() => app.output()).toContain('"too-many-requests"');
	expect(app.output().match(/"too-many-requests"/g)).toHaveLength(1);
});

test('sends of one address are limited to fifty times those of a person', async ({ own }) => {
	const app = await own({ ...UNLIMITED, SEND_BURST: '1', SEND_RATE: '0.001' });
	const people = await Promise.all(Array.from({ length: 51 }, (_, i) => Person.join(app.url, `Person ${i}`)));
	const [ada] = people;
	const kitchen = (await ada?.createRoom('Kitchen')) ?? '';
	const answers = await Promise.all(people.map((person) => person.send(kitchen, 'Me too.')));
	const refused = answers.filter(({ status }) => status === 429);
	expect(refused).toHaveLength(1);
	expect(await refused[0]?.text()).toMatch(TOO_FAST);
	expect(await everyMessage(app.url, kitchen)).toHaveLength(50);
});

test('a text too long for the store is refused, and kept', async ({ page, own, scripts }) => {
	const app = await own({ ...UNLIMITED, HPKV_MAX_VALUE_BYTES: '1024' });
	const ada = await Person.join(app.url, 'Ada');
	const kitchen = await ada.createRoom('Kitchen');
	await openAs(page, ada, kitchen, scripts);
	const text = '語'.repeat(400);
	await send(page, text);
	await expect(refusal(page)).toHaveText(/That is too long to store/);
	await expect(composer(page)).toHaveValue(text);
	expect(await everyMessage(app.url, kitchen)).toEqual([]);
});
