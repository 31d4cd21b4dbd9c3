/** Acknowledged messages survive every end of the process. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { everyMessage, Person, sendIds, type SendIds } from '../person.ts';
import { hangUp } from '../../support/hang-up.ts';
import { deploy, layout, startByNpm, type Running } from '../../support/process.ts';
import { expect, line, test, UNLIMITED } from '../test.ts';

interface Attempt {
	person: Person;
	ids: SendIds;
	text: string;
	acknowledged: boolean;
}

const SENDERS = 50;
const ROUNDS = 3;
/** Acknowledged messages before the kill. */
const LIVES_FOR = 60;

test('kill -9 during a burst loses no acknowledged message and doubles none', async ({ own }) => {
	const app = await own();
	const people = await Promise.all(Array.from({ length: SENDERS }, (_, i) => Person.join(app.url, `Person ${i}`)));
	const kitchen = (await people[0]?.createRoom('Kitchen')) ?? '';
	const attempts: Attempt[] = [];

	for (let round = 1; round <= ROUNDS; round++) {
		let acknowledged = 0;
		let crashed: Promise<void> | undefined;
		const talk = async (person: Person) => {
			while (!crashed) {
				const attempt = {
					person,
					ids: sendIds(),
					text: `${person.name}, ${line(attempts.length)}`,
					acknowledged: false
				};
				attempts.push(attempt);
				const answer = await person.send(kitchen, attempt.text, attempt.ids).catch(() => undefined);
				attempt.acknowledged = answer?.status === 303;
				if (attempt.acknowledged && ++acknowledged === LIVES_FOR) crashed = app.crash();
			}
		};
		await Promise.all(people.map(talk));
		await crashed;
		await app.restart();

		const stored = await everyMessage(app.url, kitchen);
		expect(new Set(stored.map(({ n }) => n)).size).toBe(stored.length);
		expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
		const textOf = new Map(stored.map(({ id, message }) => [id, message]));
		for (const { ids, text } of attempts.filter((each) => each.acknowledged)) expect(textOf.get(ids.sendId)).toBe(text);
	}

	const unanswered = attempts.filter(({ acknowledged }) => !acknowledged);
	expect(unanswered.length).toBeGreaterThan(0);
	// Repeat also the answered sends: a repeat is harmless after any result of the first try.
	const repeat = async (mine: Attempt[]) => {
		for (const { person, ids, text } of mine) expect((await person.send(kitchen, text, ids)).status).toBe(303);
	};
	// One after the other per person, because the connections of one address are bounded.
	await Promise.all(people.map((person) => repeat(attempts.filter((each) => each.person === person))));
	const stored = await everyMessage(app.url, kitchen);
	expect(stored.map(({ id, message }) => `${id} ${message}`).sort()).toEqual(
		attempts.map(({ ids, text }) => `${ids.sendId} ${text}`).sort()
	);
	expect(new Set(stored.map(({ n }) => n)).size).toBe(stored.length);
});

/** Whether the server accepts new connections. Open connections may still be served. */
const listens = (url: string) =>
	new Promise<boolean>((resolve) => {
		const socket = connect(Number(new URL(url).port), '127.0.0.1');
		socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
		socket.once('connect', () => socket.destroy());
	});

/** Sends SIGTERM while sockets are open and a send is in flight. */
async function stopWhileBusy(url: string, app: Running): Promise<void> {
	const ada = await Person.join(url, 'Ada');
	const kitchen = await ada.createRoom('Kitchen');
	const { url: address, token } = await ada.ticket(kitchen);
	const sockets = Array.from({ length: 3 }, () => new WebSocket(`${address}?token=${token}`));
	const codes = sockets.map(
		(socket) => new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)))
	);
	await Promise.all(sockets.map((socket) => new Promise((open) => socket.addEventListener('open', open))));

	const body = new URLSearchParams({ message: 'Half of me is here.', ...sendIds() }).toString();
	const posting = request(`${url}${kitchen}?/send`, {
		method: 'POST',
		headers: {
			'content-type': 'application/x-www-form-urlencoded',
			'content-length': body.length,
			accept: 'text/html',
			origin: url,
			cookie: ada.cookie,
			expect: '100-continue'
		}
	});
	const answered = new Promise<number | undefined>((resolve, reject) =>
		posting.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject)
	);
	// The server has begun to read the request.
	await new Promise((begun) => posting.once('continue', begun));
	posting.write(body.slice(0, 20));

	const told = performance.now();
	const ended = app.stop('SIGTERM');
	await expect.poll(() => listens(url)).toBe(false);
	posting.end(body.slice(20));
	expect(await answered).toBe(303);
	expect(await Promise.all(codes)).toEqual([1012, 1012, 1012]);
	expect(await ended).toBe(0);
	expect(performance.now() - told).toBeLessThan(5_000);
}

test('SIGTERM answers requests in flight, closes sockets with 1012, and ends the process with 0 within five seconds', async ({
	own
}) => {
	const app = await own();
	await stopWhileBusy(app.url, app.app());
	await app.restart();
	expect(await everyMessage(app.url, '/rooms/kitchen')).toMatchObject([{ message: 'Half of me is here.' }]);
});

test('SIGTERM to npm start does the same, and leaves no process running', async () => {
	const folder = layout('PORT=0\nJOIN_BURST=1000\n');
	try {
		const app = await startByNpm(folder.path);
		await stopWhileBusy(app.url, app);
		await expect.poll(() => app.alive()).toBe(false);
	} finally {
		folder.remove();
	}
});

test('without its store, the app says so, shows rooms without messages, and keeps typed text', async () => {
	const app = await deploy('hosted', UNLIMITED);
	try {
		const ada = await Person.join(app.url, 'Ada');
		const kitchen = await ada.createRoom('Kitchen');
		await ada.say(kitchen, 'The kettle is on.');
		const healthy = async () => (await fetch(`${app.url}/healthz`)).status;
		expect(await healthy()).toBe(200);

		await app.crash();
		await expect.poll(healthy).toBe(503);
		const rooms = await ada.get('/');
		expect(rooms.status).toBe(503);
		expect(await rooms.text()).toContain('Parley can’t load or save anything right now.');
		const room = await ada.get(kitchen);
		expect(room.status).toBe(503);
		expect(await room.text()).toContain('Parley can’t load messages right now');
		const ids = sendIds();
		const refused = await ada.send(kitchen, 'Who put the kettle away?', ids);
		expect(refused.status).toBe(503);
		const page = await refused.text();
		expect(page).toMatch(/<textarea[^>]*>Who put the kettle away\?<\/textarea>/);
		expect(page).toContain(ids.sendId);

		await app.restart();
		await expect.poll(healthy).toBe(200);
		expect((await ada.send(kitchen, 'Who put the kettle away?', ids)).status).toBe(303);
		expect(await everyMessage(app.url, kitchen)).toHaveLength(2);
	} finally {
		await app.remove();
	}
});

test('upgrades that hang up on any path do not end the process', async ({ own }) => {
	const { url, app } = await own();
	for (const path of ['/', '/nowhere', '/hpkv/ws', '/hpkv/nowhere']) await hangUp(url, path, 50);
	expect((await fetch(`${url}/healthz`)).status, app().output()).toBe(200);
});

test('an invalid range gets the whole file, and does not end the process', async ({ own }) => {
	const { url, app } = await own();
	const icon = `${url}/favicon.svg`;
	for (const range of ['bytes=5-2', 'bytes=0-1000000000000000000000', 'bytes=-5']) {
		const answer = await fetch(icon, { headers: { range } });
		expect(answer.status, app().output()).toBe(200);
		expect(await answer.text()).toContain('</svg>');
	}
	const part = await fetch(icon, { headers: { range: 'bytes=1-3' } });
	expect([part.status, await part.text()]).toEqual([206, 'svg']);
});
