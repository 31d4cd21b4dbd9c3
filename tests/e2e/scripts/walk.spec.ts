/**
 * A random walk: two people act in several tabs and on a second device, and the server is killed. At the end every open page
 * must show the same as a fresh page. `SEED=7` repeats the walk of seed 7.
 */
import type { Page } from 'playwright/test';
import { everyMessage, Person, sendIds } from '../person.ts';
import { actions, panel } from '../actions.ts';
import { composer, connection, expect, fresh, log, messages, open, openAs, test } from '../test.ts';

const STEPS = 40;

/** Mulberry32. */
function dice(seed: number) {
	let state = seed;
	const next = () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	};
	return <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T;
}

/** The unread count of each room in the list, and that of the title. */
const said = (page: Page) =>
	page.evaluate(() => {
		const words = (element: Element | null) => element?.textContent.replaceAll(/\s+/g, ' ').trim() ?? '';
		const rows = [...document.querySelectorAll('ul[aria-label=Rooms] a')];
		const title = /^\(.*?\)/.exec(document.title)?.[0] ?? '';
		return [
			...rows.map((row) => `${words(row.querySelector('bdi'))}: ${words(row.querySelector('.count'))}`).sort(),
			title
		];
	});

/** Unacknowledged messages of this browser. */
const unsent = (page: Page) =>
	page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('parley:unsent:')).length);

/** Simulates a hidden or visible tab. */
const show = (page: Page, state: 'visible' | 'hidden') =>
	page.evaluate((state) => {
		Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
		Object.defineProperty(document, 'hidden', { value: state === 'hidden', configurable: true });
		document.dispatchEvent(new Event('visibilitychange'));
	}, state);

test('random acts of two people over tabs, devices and restarts leave the same counts on every page', async ({
	context,
	stranger,
	own
}, info) => {
	test.slow();
	const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
	const one = dice(seed);
	const walked: string[] = [];
	info.annotations.push({ type: 'seed', description: String(seed) });
	console.log(`SEED=${seed}`);

	const app = await own();
	const [ada, grace] = [await Person.join(app.url, fresh('Ada')), await Person.join(app.url, fresh('Grace'))];
	const rooms = [await grace.createRoom('Kitchen'), await grace.createRoom('Attic')];
	/** The expected messages at the end, with their author. An empty text is a deleted message. */
	const texts = new Map(rooms.map((room) => [room, new Map<string, { by: Person; now: string; n?: number }>()]));
	const textsIn = (room: string) => texts.get(room) ?? new Map<string, never>();

	const tabs = [await context.newPage(), await context.newPage()];
	for (const tab of tabs) await openAs(tab, grace, '/', true);
	const phone = await stranger();
	await phone.goto(`${app.url}/signin/${(await grace.makeSignInLink()).secret}`);
	await phone.getByRole('button', { name: 'Sign in' }).click();
	await open(phone, `${app.url}/`, true);
	const pages = [...tabs, phone];

	let count = 0;
	async function say(room: string, text: string) {
		const answer = await ada.send(room, text, sendIds());
		expect(answer.status).toBe(303);
		textsIn(room).set(text, { by: ada, now: text });
	}
	/** Edits or deletes a stored message, as its author. */
	async function change(kind: 'edit' | 'delete') {
		const room = one(rooms);
		const there = await everyMessage(app.url, room);
		const mine = there.filter((message) => !('deleted' in message));
		const message = mine.length > 0 ? one(mine) : undefined;
		const known = message && [...textsIn(room).values()].find(({ now }) => now === message.message);
		if (!message || !known) return;
		const now = kind === 'edit' ? `text ${++count} edited` : '';
		const answer = await known.by.post(`${room}?/${kind}`, { n: String(message.n), message: now });
		expect(answer.status).toBe(303);
		known.now = now;
	}

	const steps: Record<string, (page: Page) => Promise<unknown>> = {
		'Ada says something': () => say(one(rooms), `text ${++count}`),
		'Ada says something, too': () => say(one(rooms), `text ${++count}`),
		'Ada mentions Grace': () => say(one(rooms), `text ${++count} @${grace.name}`),
		'Grace opens a room': (page) => open(page, app.url + one(rooms), true),
		'Grace looks at the list': (page) => open(page, `${app.url}/`, true),
		'Grace opens a permalink': async (page) => {
			const room = one(rooms);
			const there = (await everyMessage(app.url, room)).filter((message) => !('deleted' in message));
			if (there.length > 0) await open(page, `${app.url}${room}/${one(there).n}`, true);
		},
		'Grace goes to the end': (page) => page.evaluate(() => document.querySelector('.scroller')?.scrollTo({ top: 0 })),
		'Grace says something': async (page) => {
			const room = rooms.find((room) => new URL(page.url()).pathname.startsWith(room));
			if (!room) return;
			const text = `text ${++count}`;
			await composer(page).fill(text);
			await composer(page).press('Enter');
			textsIn(room).set(text, { by: grace, now: text });
		},
		'Grace marks unread from here': async (page) => {
			const there = messages(page).filter({ has: page.getByRole('link', { name: 'Actions' }) });
			if ((await there.count()) === 0) return;
			const last = there.last();
			await last.hover();
			if ((await panel(page).count()) === 0) await actions(last).click();
			await panel(page).getByRole('button', { name: 'Mark unread from here' }).click();
			await expect(panel(page)).toHaveCount(0);
		},
		'a tab is covered': (page) => show(page, 'hidden'),
		'a tab is seen': (page) => show(page, 'visible'),
		'a message is edited': () => change('edit'),
		'a message is deleted': () => change('delete')
	};
	const kills = new Set([one([8, 10, 12, 14]), one([22, 24, 26])]);

	await test.step(`SEED=${seed}`, async () => {
		for (let step = 0; step < STEPS; step++) {
			if (kills.has(step)) {
				walked.push('the server is killed');
				await app.crash();
				await app.restart();
				continue;
			}
			const name = one(Object.keys(steps));
			const at = one([0, 1, 2]);
			walked.push(`${name} (${at})`);
			await steps[name]?.(pages[at] as Page);
		}
	});
	info.annotations.push({ type: 'walked', description: walked.join('; ') });

	const asked = `SEED=${seed}: ${walked.join('; ')}`;
	for (const page of pages) await show(page, 'visible');
	for (const page of pages) await expect(connection(page), asked).toHaveText('Live', { timeout: 20_000 });

	// A send that the killed server did not answer waits in the outbox until its room is opened again.
	for (const page of [tabs[0] as Page, phone]) {
		if ((await unsent(page)) === 0) continue;
		const back = await page.context().newPage();
		for (const room of rooms) {
			await open(back, app.url + room, true);
			await expect(connection(back)).toHaveText('Live');
		}
		await open(back, app.url + (rooms[0] ?? ''), true);
		await expect.poll(() => unsent(page), { message: asked, timeout: 20_000 }).toBe(0);
		await back.close();
	}

	// Each message exists once, with its last text.
	for (const room of rooms) {
		const expected = [...textsIn(room).values()]
			.map(({ now }) => now)
			.filter(Boolean)
			.sort();
		const there = async () =>
			(await everyMessage(app.url, room))
				.map(({ message }) => message)
				.filter(Boolean)
				.sort();
		await expect.poll(there, { message: asked, timeout: 20_000 }).toEqual(expected);
	}
	// Every page shows the same as a fresh page.
	const another = await stranger();
	await openAs(another, grace, '/', true);
	const truthNow = async () => {
		await another.reload();
		await expect(connection(another)).toHaveText('Live');
		return said(another);
	};
	await expect
		.poll(
			async () => {
				const truth = await truthNow();
				const differing = (await Promise.all(pages.map(said))).map((each) =>
					each.join() === truth.join() ? 'same' : each
				);
				return differing.every((each) => each === 'same') ? 'same' : { truth, differing };
			},
			{ message: asked, timeout: 20_000 }
		)
		.toBe('same');

	// Opening every room at its end marks it read. Exactly the later messages are unread.
	const [tab] = tabs as [Page];
	for (const page of pages.slice(1)) await open(page, `${app.url}/`, true);
	for (const room of rooms) {
		await open(tab, app.url + room, true);
		await expect(log(tab)).toBeVisible();
		await expect(connection(tab)).toHaveText('Live');
		await tab.evaluate(() => document.querySelector('.scroller')?.scrollTo({ top: 0 }));
		const name = room === rooms[0] ? 'Kitchen' : 'Attic';
		for (const page of pages) await expect.poll(() => said(page), { message: asked }).toContain(`${name}: `);
	}
	await open(tab, `${app.url}/`, true);
	await say(rooms[0] ?? '', 'one more');
	await say(rooms[1] ?? '', `and one for @${grace.name}`);
	await say(rooms[1] ?? '', 'and another');
	const [kitchen, attic] = ['Kitchen: 1 unread', 'Attic: 2 unread @1 , 1 mention of you'];
	for (const page of pages) await expect.poll(() => said(page), { message: asked }).toEqual([attic, kitchen, '(3)']);
});
