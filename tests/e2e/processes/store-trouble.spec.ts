/** A hosted store that fails during a request: the typed text is kept, and a repeated request completes the first one. */
import { randomUUID } from 'node:crypto';
import { Answers } from '../../chaos/answers.ts';
import { scratch, startApp, startStore, type Running } from '../../support/process.ts';
import { Person, postForm, sendIds } from '../person.ts';
import { expect, test, UNLIMITED } from '../test.ts';

const KEY = 'a-key-of-a-store-in-trouble';
/** Headers of a page's script, whose send is answered before the read mark is stored. */
const SCRIPT = { accept: 'application/json', 'x-sveltekit-action': 'true' };

let store: Running;
let answers: Answers;
let app: Running;
const folder = scratch();

test.beforeAll(async () => {
	store = await startStore({ DATA_DIR: `${folder.path}/hpkv`, HPKV_API_KEY: KEY });
	answers = await Answers.to(store.url);
	app = await startApp({
		...UNLIMITED,
		HPKV_BASE_URL: answers.url,
		HPKV_WS_URL: store.url,
		HPKV_API_KEY: KEY
	});
});

test.afterAll(async () => {
	await app.stop();
	answers.close();
	await store.stop();
	folder.remove();
});

/**
 * Lets the store take `records` writes, and then none until {@link well}: it answers them with `status`. The app gives a 503
 * up within a second, a 429 only when its queue has waited as long as it may.
 */
function takes(records: number, status: 429 | 503): void {
	let asked = 0;
	answers.spoil = ({ method, path }) =>
		method === 'POST' && path === '/record' && ++asked > records ? { kind: 'refused', status } : { kind: 'none' };
}
const well = () => (answers.spoil = () => ({ kind: 'none' }));

test.afterEach(well);

const valueOf = (page: string, name: string) =>
	new RegExp(`name="${name}"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="${name}"`).exec(page)?.slice(1).join('');

test('a join that failed in the store succeeds from the refusal’s page, under the same name', async () => {
	// The store takes the claim of the name and the person, but no session and no sign-in link.
	takes(2, 429);
	const refused = await postForm(`${app.url}/?/join`, { name: 'Ada', formId: randomUUID() });
	expect(refused.status).toBe(503);
	const page = await refused.text();
	expect(page).toContain('Parley can’t load or save anything right now.');
	expect(valueOf(page, 'name')).toBe('Ada');
	well();
	const formId = valueOf(page, 'formId') ?? '';
	expect((await postForm(`${app.url}/?/join`, { name: 'Ada', formId })).status).toBe(303);
});

test('a text written before the session ended passes through a failed join, and a room’s name is kept', async () => {
	const grace = await Person.join(app.url, 'Grace');
	const kitchen = await grace.createRoom('Kitchen');
	takes(0, 503);
	const typed = { message: 'The kettle is on.', ...sendIds() };
	const join = `${app.url}${kitchen}?/join`;
	const refused = await postForm(join, { name: 'Hedy', formId: randomUUID(), ...typed });
	expect(refused.status).toBe(503);
	const page = await refused.text();
	expect(page).toMatch(/<textarea[^>]*>The kettle is on\.<\/textarea>/);
	expect([valueOf(page, 'name'), valueOf(page, 'sendId')]).toEqual(['Hedy', typed.sendId]);

	const created = await grace.post('/?/create', { name: 'Garden', formId: randomUUID() });
	expect(created.status).toBe(503);
	expect(valueOf(await created.text(), 'name')).toBe('Garden');
});

test('a room whose creation failed halfway is the same room when it is created again', async () => {
	const hedy = await Person.join(app.url, 'Hedy Lamarr');
	// The store takes the claim of the room's address and no later record.
	takes(1, 503);
	const refused = await hedy.post('/?/create', { name: 'Attic', formId: randomUUID() });
	expect(refused.status).toBe(503);
	const formId = valueOf(await refused.text(), 'formId') ?? '';
	well();
	expect((await hedy.post('/?/create', { name: 'Attic', formId })).headers.get('location')).toBe('/rooms/attic');
});

test('the stop of the app does not wait for a store that does not answer', async () => {
	const own = await startApp({ ...UNLIMITED, HPKV_BASE_URL: answers.url, HPKV_WS_URL: store.url, HPKV_API_KEY: KEY });
	const lin = await Person.join(own.url, 'Lin');
	const garden = await lin.createRoom('Lin’s garden');
	// The store takes the claim and the message of a send. It never answers the later wake-up of readers.
	let asked = 0;
	answers.spoil = ({ path }) => (path === '/record' && ++asked > 2 ? { kind: 'late', by: 60_000 } : { kind: 'none' });
	const sent = await lin.post(`${garden}?/send`, { message: 'Good night.', ...sendIds() }, SCRIPT);
	expect(sent.status).toBe(200);
	const told = performance.now();
	expect(await own.stop('SIGTERM')).toBe(0);
	expect(performance.now() - told).toBeLessThan(5_000);
});
