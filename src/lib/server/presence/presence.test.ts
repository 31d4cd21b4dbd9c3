import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Hpkv } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { NOW } from '../../../../tests/fixtures/kitchen.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Here } from '../../chat/people/presence.ts';
import type { Typist } from '../../chat/people/typing.ts';
import { Presence, readHere } from './presence.ts';

const SECOND = 1_000;
const page = (person: string, n = 1, name = person) => ({ room: 'kitchen', person, name, tab: `tab-${n}` });

let store: Hpkv;
/** All notifications that readers of the room received, and the number of writes. */
let told: { here?: Here; typing?: Typist[] }[];
let writes: number;
const nodes: Presence[] = [];
let errors: unknown[];

function node(): Presence {
	const one = new Presence(store, Date.now, (error) => void errors.push(error));
	nodes.push(one);
	return one;
}

const names = () => told.flatMap(({ here }) => (here ? [here.names] : []));
const written = () => told.flatMap(({ typing }) => (typing ? [typing.map(({ name }) => name)] : []));

beforeEach(() => {
	vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
	const inner = memoryStore();
	[told, writes, errors] = [[], 0, []];
	store = {
		...inner,
		set: async (key, value) => {
			writes++;
			if (key === keys.liveHere('kitchen') || key === keys.liveTyping('kitchen'))
				told.push(JSON.parse(value) as (typeof told)[number]);
			await inner.set(key, value);
		}
	};
});
afterEach(() => {
	for (const one of nodes.splice(0)) one.close();
	vi.useRealTimers();
	// Only the test that makes the store fail causes errors.
	expect(errors.filter((error) => !/^failure /.test((error as Error).message))).toEqual([]);
});

/** Advances the clock second by second and runs `each` in each second. */
async function pass(seconds: number, each?: (second: number) => unknown) {
	for (let second = 1; second <= seconds; second++) {
		await vi.advanceTimersByTimeAsync(SECOND);
		await each?.(second);
	}
}

describe('people who come and go', () => {
	test('when a room becomes private, only its members stay present', async () => {
		const presence = node();
		for (const person of ['Ada', 'Bo', 'Cy']) await presence.beat(page(person));
		presence.type(page('Cy'));
		await presence.beat({ ...page('Cy'), room: 'garden' });
		await presence.keepOnly('kitchen', new Set(['Ada', 'Bo']));
		await pass(2);
		expect(names().at(-1)).toEqual(['Ada', 'Bo']);
		expect((await readHere(store, 'kitchen', Date.now())).names).toEqual(['Ada', 'Bo']);
		expect((await readHere(store, 'garden', Date.now())).names).toEqual(['Cy']);
	});

	test('people who come are sent in one notification, and each beat is answered with who is there', async () => {
		const presence = node();
		await presence.beat(page('Ada'));
		expect(await presence.beat(page('Grace'))).toMatchObject({ count: 2, names: ['Ada', 'Grace'] });
		await pass(2);
		await presence.leave(page('Ada'));
		await pass(2);
		expect(names()).toEqual([['Ada', 'Grace'], ['Grace']]);
		expect(await readHere(store, 'kitchen', Date.now())).toMatchObject({ count: 1, names: ['Grace'] });
	});

	test('people stay as long as their pages send beats, without notifications', async () => {
		const presence = node();
		await pass(240, (second) => second % 24 === 1 && presence.beat(page('Ada')));
		expect(names()).toEqual([['Ada']]);
		expect(writes).toBe(11);
	});

	test('people survive one lost beat', async () => {
		const presence = node();
		await pass(200, (second) => second % 24 === 1 && second !== 49 && presence.beat(page('Ada')));
		expect(names()).toEqual([['Ada']]);
	});

	test('people are gone within 60 seconds of a closed laptop, from the pages and from the store', async () => {
		const presence = node();
		await presence.beat(page('Grace'));
		await pass(60, (second) => (second % 24 === 0 ? presence.beat(page('Ada')) : undefined));
		expect(names().at(-1)).toEqual(['Ada']);
		await pass(60);
		expect(names().at(-1)).toEqual([]);
		expect((await store.range('here:', 'here:~')).records.map(({ key }) => key)).toEqual([keys.liveHere('kitchen')]);
		expect(vi.getTimerCount()).toBe(1);
	});

	test('people count once for all of their open pages, and stay while one is open', async () => {
		const presence = node();
		await presence.beat(page('Ada', 1));
		expect(await presence.beat(page('Ada', 2))).toMatchObject({ count: 1, names: ['Ada'] });
		await presence.leave(page('Ada', 1));
		await pass(2);
		expect(names()).toEqual([['Ada']]);
	});

	test('people who are renamed are sent with their new name', async () => {
		const presence = node();
		await presence.beat(page('ada', 1, 'Ada'));
		await pass(2);
		await presence.beat(page('ada', 1, 'Augusta'));
		await pass(2);
		expect(names()).toEqual([['Ada'], ['Augusta']]);
	});

	test('people are the same at two app nodes, also when one node dies', async () => {
		const [one, other] = [node(), node()];
		await one.beat(page('Ada'));
		await pass(2);
		expect(await other.beat(page('Grace', 2))).toMatchObject({ names: ['Ada', 'Grace'] });
		await pass(2);
		expect(names().at(-1)).toEqual(['Ada', 'Grace']);
		other.close();
		await pass(60, (second) => (second % 20 === 0 ? one.beat(page('Ada')) : undefined));
		expect(names().at(-1)).toEqual(['Ada']);
	});

	test('people here are at most 200, with at most five pages each', async () => {
		const presence = node();
		for (let n = 0; n < 10; n++) await presence.beat(page('Ada', n));
		const before = writes;
		expect(before).toBe(5);
		for (let n = 0; n < 300; n++) await presence.beat(page(`Person ${n}`));
		expect(writes - before).toBe(199);
		expect(await presence.beat(page('Late'))).toMatchObject({ count: 200, full: true });
		await pass(4);
		expect(told).toHaveLength(1);
		expect(JSON.stringify(told[0]).length).toBeLessThan(3_000);
	});

	test('people are counted beside 42 who have five pages open each', async () => {
		const presence = node();
		for (let n = 0; n < 42 * 5; n++) await presence.beat(page(`Person ${n % 42}`, n));
		const here = await presence.beat(page('Late'));
		expect(here).toMatchObject({ count: 43 });
		expect(here.full).toBeUndefined();
		expect(here.names).toContain('Late');
		await pass(4);
		expect(await readHere(store, 'kitchen', Date.now())).toMatchObject({ count: 43 });
	});

	test('people are sent again after a range or a write of the store has failed', async () => {
		const presence = node();
		for (const operation of ['range', 'set'] as const) {
			const works = store[operation].bind(store);
			const name = `Person ${operation}`;
			await presence.beat(page(name));
			let failures = 0;
			(store as unknown as Record<string, unknown>)[operation] = () =>
				Promise.reject(new Error(`failure ${++failures}`));
			await pass(2);
			expect(failures).toBeGreaterThan(0);
			(store as unknown as Record<string, unknown>)[operation] = works;
			await pass(6);
			expect(names().at(-1), operation).toContain(name);
			await presence.beat(page(`${name} 2`));
			await pass(3);
			expect(names().at(-1), operation).toContain(`${name} 2`);
		}
		expect(errors.length).toBeGreaterThan(0);
	});

	test('an empty room is sent again after the write has failed', async () => {
		const presence = node();
		await presence.beat(page('Ada'));
		await pass(2);
		await presence.leave(page('Ada'));
		const works = store.set.bind(store);
		store.set = () => Promise.reject(new Error('failure 1'));
		await pass(2);
		expect(errors).toHaveLength(1);
		store.set = works;
		await pass(6);
		expect(names().at(-1)).toEqual([]);
	});

	test('people with long names fit a notification, and are all counted', async () => {
		const presence = node();
		for (let n = 100; n < 200; n++) await presence.beat(page(`${n}${'語'.repeat(37)}`));
		await pass(4);
		expect(told[0]?.here?.count).toBe(100);
		expect(Buffer.byteLength(JSON.stringify(told[0]))).toBeLessThan(2_900);
	});
});

describe('people who write', () => {
	test('typists: the first is sent at once, later ones together', async () => {
		const presence = node();
		for (const name of ['Ada', 'Grace', 'Lin']) await presence.beat(page(name));
		for (const name of ['Ada', 'Grace', 'Lin']) presence.type(page(name));
		await pass(2);
		expect(written()).toEqual([['Ada'], ['Grace', 'Lin']]);
		presence.type(page('Lin'));
		await pass(2);
		expect(written().at(-1)).toEqual(['Lin']);
	});

	test('typists are not sent in a room that they are not in, nor above fifty people', async () => {
		const presence = node();
		presence.type(page('Ada'));
		for (let n = 0; n < 51; n++) await presence.beat(page(`Person ${n}`));
		presence.type(page('Person 1'));
		await pass(4);
		expect(written()).toEqual([]);
	});
});

test('nodes that hear each other tell each change once, and answer a beat with who came at the other', async () => {
	const [one, two] = [node(), node()];
	for (const each of [one, two]) each.hearOthers();
	await one.beat(page('ada'));
	await pass(1);
	await two.beat(page('bea'));
	await pass(2);
	await one.beat(page('cy', 2));
	await pass(2);
	// Without hearing, it would not look for another 20 s.
	expect((await two.beat(page('bea'))).names).toEqual(['ada', 'bea', 'cy']);
	await pass(60);
	expect(names()).toEqual([['ada'], ['ada', 'bea'], ['ada', 'bea', 'cy'], ...names().slice(3)]);
	expect(names().at(-1)).toEqual([]);
	const each = names().map(String);
	expect(each).toEqual(each.filter((company, at) => company !== each[at - 1]));
});
