/** Two nodes of Parley on one PostgreSQL: each person is at one of them, and all is as if there were one. */
import { execFile } from 'node:child_process';
import { resolve as resolvePath } from 'node:path';
import type { Page } from 'playwright/test';
import { WebSocket } from 'ws';
import { setupPath } from '../../fixtures/world.ts';
import { sharedPostgres } from '../../support/postgres.ts';
import { scratch, startApp, type Running } from '../../support/process.ts';
import { everyMessage, Person, sendIds } from '../person.ts';
import { connection, expect, message, openAs, room, test, UNLIMITED } from '../test.ts';

/** The people start at a node, and some are then at the other. */
let nodes: [Running, Running];
let folder: ReturnType<typeof scratch>;
let databaseUrl: string;

const environment = () => ({ DATABASE_URL: databaseUrl, DATABASE_ALONE: '1', DATA_DIR: folder.path });
const startNode = (env = {}) => startApp({ ...UNLIMITED, ...environment(), ...env });

/** Runs a command of the build. */
const parley = (env: Record<string, string>, ...args: string[]) =>
	new Promise<{ code: number; output: string }>((resolve) => {
		const options = { env: { PATH: process.env.PATH, ...env }, cwd: folder.path };
		execFile(process.execPath, [resolvePath('build/parley.js'), ...args], options, (error, out, errors) =>
			resolve({ code: error ? Number(error.code) : 0, output: out + errors })
		);
	});

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
	const server = await sharedPostgres();
	test.skip(!server, 'There is no PostgreSQL server');
	databaseUrl = await server!.freshDatabase();
	folder = scratch();
	nodes = await Promise.all([startNode(), startNode()]);
});

test.afterAll(async () => {
	await Promise.all((nodes ?? []).map((node) => node.stop()));
	folder?.remove();
});

async function enter(page: Page, person: Person, path: string): Promise<void> {
	await openAs(page, person, path, true);
	await expect(connection(page)).toHaveText('Live');
}

/** What a socket of this person at this node is closed with, and after how many milliseconds from the call of `end`. */
async function socketOf(person: Person, path: string) {
	const { url, token } = await person.ticket(path);
	const socket = new WebSocket(`${url}?token=${token}`);
	await new Promise((opened, failed) => socket.once('open', opened).once('error', failed));
	const closed = new Promise<{ code: number; at: number }>((resolve) =>
		socket.once('close', (code) => resolve({ code, at: performance.now() }))
	);
	return async (end: () => Promise<Response>) => {
		const began = performance.now();
		expect((await end()).status).toBeLessThan(400);
		const { code, at } = await closed;
		return { code, ms: at - began };
	};
}

test('a message, unread counts, names and presence of one node show at the other', async ({ page, stranger }) => {
	const [a, b] = nodes;
	const [ada, grace] = await Promise.all([Person.join(a.url, 'Ada'), Person.join(b.url, 'Grace')]);
	const kitchen = await ada.createRoom('Kitchen');
	await enter(page, grace, kitchen);
	await ada.say(kitchen, 'Tea is ready');
	await expect(message(page, 'Tea is ready')).toBeVisible();

	const other = await stranger();
	await enter(other, ada, kitchen);
	for (const each of [page, other])
		await expect(each.getByRole('button', { name: '2 online', exact: true })).toBeVisible();

	const garden = await grace.createRoom('Garden');
	await enter(page, grace, garden);
	await expect(other.getByRole('button', { name: '1 online', exact: true })).toBeVisible();
	await ada.say(kitchen, 'Soup?', `@Grace your turn`);
	await expect(room(page, 'Kitchen')).toContainText('2 unread');
	await expect(room(page, 'Kitchen')).toContainText('1 mention of you');
	// A rename at one node is the name at the other.
	expect((await grace.at(a.url).post('/you?/rename', { name: 'Grace H.' })).status).toBe(303);
	await expect.poll(async () => (await ada.at(b.url).get('/people')).text()).toContain('Grace H.');
	expect(a.output()).toContain(`"node":"`);
	await expect.poll(() => a.output()).toMatch(/"event":"hpkv-nodes","node":"[^"]+","nodes":2/);
});

test('a sign-out and a block at one node end the session at the other within a second', async () => {
	const [a, b] = nodes;
	const owner = await Person.join(a.url, 'Olga');
	const path = await setupPath({ output: a.output });
	expect((await owner.post(`${path}?/own`, {})).status).toBe(303);
	const eve = await Person.join(a.url, 'Eve');
	const mallory = await Person.join(a.url, 'Mallory');
	const hall = await owner.createRoom('Hall');
	const [eveB, malloryB] = [eve.at(b.url), mallory.at(b.url)];

	const out = await (await socketOf(eveB, hall))(() => eve.post('/you?/leave', {}));
	expect(out.code).toBe(1008);
	expect(out.ms).toBeLessThan(1_000);
	expect((await eveB.get('/people')).status).toBe(401);

	const found = await (await owner.get('/operator/people?find=Mallory')).text();
	const id = /name="id" value="([a-z2-7]{26})"/.exec(found)?.[1] ?? '';
	const blocked = await (await socketOf(malloryB, hall))(() => owner.post(`/operator/people/${id}/block`, {}));
	expect(blocked.code).toBe(1008);
	expect(blocked.ms).toBeLessThan(1_000);
	expect((await malloryB.send(hall, 'Still here?')).status).toBe(401);
});

test('kill -9 of one node: nothing acknowledged is lost or doubled, and the other goes on', async () => {
	const [a, b] = nodes;
	const people = await Promise.all(
		Array.from({ length: 12 }, (_, at) => Person.join(nodes[at % 2]!.url, `Sender ${String.fromCodePoint(65 + at)}`))
	);
	const hub = await people[0]!.createRoom('Hub');
	const tries: { person: Person; ids: ReturnType<typeof sendIds>; text: string; acknowledged: boolean }[] = [];
	let acknowledged = 0;
	let killed: Promise<number | string> | undefined;
	let after = 0;
	const talk = async (person: Person) => {
		const isOnA = person.app === a.url;
		while (isOnA ? !killed : after < 40) {
			const each = { person, ids: sendIds(), text: `${person.name} ${tries.length}`, acknowledged: false };
			tries.push(each);
			const answer = await person.send(hub, each.text, each.ids).catch(() => undefined);
			each.acknowledged = answer?.status === 303;
			if (!each.acknowledged) continue;
			if (++acknowledged === 80) killed = a.stop('SIGKILL');
			if (killed && !isOnA) after += 1;
		}
	};
	await Promise.all(people.map(talk));
	await killed;
	// What got no answer is sent again, at the other node.
	for (const { person, ids, text } of tries.filter((each) => !each.acknowledged))
		expect((await person.at(b.url).send(hub, text, ids)).status).toBe(303);
	const stored = await everyMessage(b.url, hub);
	const shown = stored.map(({ id, message }) => `${id} ${message}`).sort();
	expect(shown).toEqual(tries.map(({ ids, text }) => `${ids.sendId} ${text}`).sort());
	expect(new Set(stored.map(({ n }) => n)).size).toBe(stored.length);

	nodes = [await startNode({ PORT: new URL(a.url).port, DRAIN_SECONDS: '60' }), b];
	expect(await everyMessage(nodes[0].url, hub)).toEqual(stored);
});

test('the commands of the owner work beside the nodes, or say what the database does itself', async () => {
	const [, b] = nodes;
	const env = { ...environment(), PORT: new URL(b.url).port };
	const owner = await parley(env, 'owner', 'Sender B');
	expect(owner).toMatchObject({ code: 0, output: expect.stringContaining('Sender B') });
	const { code, output } = await parley(env, 'doctor');
	expect(output).toMatch(/ok +Store: postgres:\/\/127\.0\.0\.1:\d+\/\S+ can be used/);
	expect(code, output).toBe(0);
	for (const args of [['verify'], ['backup', `${folder.path}/backup`]])
		expect(await parley(env, ...args)).toMatchObject({ code: 1, output: expect.stringContaining('pg_dump') });
});

test('a node that is told to stop says so to balancers and answers, until it is told again', async () => {
	const [a] = nodes;
	const status = async (path: string) => (await fetch(a.url + path)).status;
	expect(await status('/readyz')).toBe(200);
	process.kill(a.pid, 'SIGTERM');
	await expect.poll(() => status('/readyz')).toBe(503);
	expect(await status('/healthz')).toBe(200);
	expect(await a.stop()).toBe(0);
});
