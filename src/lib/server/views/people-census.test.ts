import { beforeEach, expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { OPERATOR_PEOPLE_ON_PAGE } from '../../chat/limits.ts';
import { keys } from '../../chat/storage/keys.ts';
import { addOwner } from '../people/owners.ts';
import { openSession } from '../people/sessions.ts';
import { changeStanding } from '../people/standing.ts';
import { peopleCensus } from './people-census.ts';
import { placeStatus } from './place-status.ts';

const NOW = Date.UTC(2026, 10, 28, 12, 30);
const HOUR = 3_600_000;

let store: Hpkv;
beforeEach(() => void (store = memoryStore()));

const person = (id: string, name: string) => store.set(keys.person(id), JSON.stringify({ id, name, createdAt: 0 }));

test('people are sorted by name, with role, block and when they were last seen', async () => {
	await Promise.all([person('a', 'Zoe'), person('b', 'Émile'), person('c', 'Ada'), person('d', 'Bob')]);
	await addOwner(store, 'a', 'a');
	await changeStanding(store, 'b', 'name', 'Yves');
	await changeStanding(store, 'c', 'blocked', true);
	await store.set(keys.standing('d'), 'damaged');
	const device = { browser: 'Firefox', address: '192.0.2.1' };
	for (const now of [NOW - 3 * HOUR, NOW, NOW - HOUR]) {
		await openSession(store, { id: 'c', name: 'Ada', createdAt: 0 }, { generation: undefined, device }, now);
	}
	const { people, total, isPart } = await peopleCensus(store, { find: '', page: 1 });
	expect(people.map(({ name, role }) => [name, role])).toEqual([
		['Ada', 'member'],
		['Bob', 'guest'],
		['Yves', 'member'],
		['Zoe', 'owner']
	]);
	expect([total, isPart]).toEqual([4, false]);
	expect(people[0]).toMatchObject({ blocked: true, deactivated: false, seenAt: NOW - 30 * 60_000 });
	expect(people[1]).toMatchObject({ blocked: true, seenAt: undefined });
});

test('a part of a name finds people, whatever its case, and pages are bounded', async () => {
	const names = Array.from({ length: 2 * OPERATOR_PEOPLE_ON_PAGE + 1 }, (_, n) => `Ada ${String(n).padStart(3, '0')}`);
	await Promise.all([...names, 'Grace'].map((name, n) => person(`p${n}`, name)));
	const found = await peopleCensus(store, { find: 'aDA', page: 2 });
	expect(found).toMatchObject({ total: names.length, pages: 3, page: 2 });
	expect(found.people.map(({ name }) => name)).toEqual(
		names.slice(OPERATOR_PEOPLE_ON_PAGE, 2 * OPERATOR_PEOPLE_ON_PAGE)
	);
	expect((await peopleCensus(store, { find: 'grace', page: 9 })).people.map(({ name }) => name)).toEqual(['Grace']);
	expect((await peopleCensus(store, { find: 'nobody', page: 1 })).people).toEqual([]);
});

test('the status counts people and rooms, and tells neither key nor password of the endpoint', async () => {
	await Promise.all(['a', 'b'].map((id) => person(id, id)));
	const hosted = {
		...{ mode: 'hosted' as const, baseUrl: 'https://me:pass@api.example.org/x', apiKey: 'the-secret-key' },
		...{ socketUrl: 'wss://api.example.org/x/ws', maxValueBytes: undefined, memoryMs: 60_000 }
	};
	const config = { origins: ['https://chat.example.org'], proxy: undefined };
	const request = {
		headers: new Headers({ 'x-forwarded-for': '203.0.113.7' }),
		origin: 'https://chat.example.org',
		dotEnvNames: ['ORIGN']
	};
	const status = await placeStatus(store, { store: hosted, ...config }, request, NOW);
	expect(status).toMatchObject({ mode: 'hosted', where: 'api.example.org', people: { count: 2, isPart: false } });
	expect(JSON.stringify(status)).not.toMatch(/secret|pass/);
	const missing = { mode: 'embedded' as const, dataDir: '/nowhere', apiKey: undefined, maxValueBytes: undefined };
	const lost = await placeStatus(store, { store: missing, ...config }, request, NOW);
	expect(lost).not.toHaveProperty('size');
	expect(lost.findings.map(({ is, about }) => `${about}: ${is}`)).toEqual([
		'Node: ok',
		'Settings: warning',
		'Addresses of people: warning',
		'Store: wrong',
		'Format: ok',
		'Clock: ok',
		'Addresses of people: warning'
	]);
});
