/** A hosted store: its limit (chaos row `hosted-limit` has more of it), and what one node remembers while another changes it. */
import { randomUUID } from 'node:crypto';
import { scratch, startApp, startStore, type Environment, type Running } from '../../support/process.ts';
import { Person, sendIds } from '../person.ts';
import { expect, test, UNLIMITED } from '../test.ts';

const KEY = 'a-key-of-a-store-with-a-limit';
/** Headers of a page's script. */
const SCRIPT = { accept: 'application/json', 'x-sveltekit-action': 'true' };

interface Place {
	apps: Running[];
	store: Running;
	end: () => Promise<void>;
}

/** Nodes on a store that takes so many operations a second. */
async function place(nodes: number, perSecond: number, env: Environment = {}): Promise<Place> {
	const folder = scratch();
	const store = await startStore({
		DATA_DIR: `${folder.path}/hpkv`,
		HPKV_API_KEY: KEY,
		HPKV_RATE_PER_SECOND: String(perSecond)
	});
	const apps: Running[] = [];
	for (let i = 0; i < nodes; i++) {
		apps.push(
			await startApp({
				...UNLIMITED,
				HPKV_BASE_URL: store.url,
				HPKV_WS_URL: store.url,
				HPKV_API_KEY: KEY,
				...env
			})
		);
	}
	return {
		apps,
		store,
		end: async () => {
			for (const app of apps) await app.stop();
			await store.stop();
			folder.remove();
		}
	};
}

test('ten calls a second, one person: ten messages with pages between, none refused', async () => {
	const { apps, end } = await place(1, 10);
	const ada = await Person.join(apps[0]?.url ?? '', 'Ada');
	const room = await ada.createRoom('Kitchen');
	const answers: number[] = [];
	const began = performance.now();
	for (let i = 0; i < 10; i++) {
		const sent = await ada.post(`${room}?/send`, { ...sendIds(), message: `Message ${i}` }, SCRIPT);
		answers.push(((await sent.json()) as { type: string }).type === 'success' ? 200 : sent.status);
		answers.push((await ada.get(room)).status);
	}
	const ms = Math.round(performance.now() - began);
	console.log(`ten messages and pages at ten calls a second: ${ms} ms`);
	expect(new Set(answers)).toEqual(new Set([200]));
	// At ten calls a second: 146 calls that are waited for, and a few pauses where the pace was refused.
	expect(ms).toBeLessThanOrEqual(30_000);
	await end();
});

test('a sign-out at one node ends the session at the other, which remembered it', async () => {
	const { apps, end } = await place(2, 0, { READING: 'members' });
	const [here, there] = apps.map(({ url }) => url);
	const ada = await Person.join(here ?? '', 'Ada', {}, '/signin');
	const made = await ada.post('/new/room?/create', { name: 'Kitchen', formId: randomUUID() });
	const room = new URL(made.headers.get('location') ?? '', `${here}/new/`).pathname;
	const cookie = ada.cookie;
	const page = () => fetch(`${there}${room}`, { headers: { cookie }, redirect: 'manual' });
	const send = () =>
		fetch(`${there}${room}?/send`, {
			method: 'POST',
			body: new URLSearchParams({ ...sendIds(), message: 'Tea?' }),
			headers: { cookie, origin: there ?? '', ...SCRIPT }
		});
	expect((await page()).status).toBe(200);
	expect(((await (await send()).json()) as { type: string }).type).toBe('success');
	expect((await ada.post('/you?/leave', {})).status).toBeLessThan(400);
	// What decides asks the store; what shows is told.
	expect(((await (await send()).json()) as { status: number }).status).toBe(401);
	await expect.poll(async () => (await page()).status, { timeout: 1_000, intervals: [50] }).not.toBe(200);
	await end();
});
