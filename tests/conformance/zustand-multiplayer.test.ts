/** `@hpkv/zustand-multiplayer` 1.0.0 against the store: state that several programs share. */
import { HPKVRestClient } from '@hpkv/rest-client';
import { LogLevel, multiplayer, type WithMultiplayer } from '@hpkv/zustand-multiplayer';
import { afterEach, expect } from 'vitest';
import { createStore, type Mutate, type StoreApi } from 'zustand/vanilla';
import { eventually, fresh, official, storeForFile, wait } from './official.ts';

const store = storeForFile();

interface Todo {
	text: string;
	done: boolean;
}
interface Kitchen {
	count: number;
	text: string;
	todos: Record<string, Todo>;
	nested: { a: { b: { c: number; d: number }; e: number } };
	add(id: string, text: string): void;
	remove(id: string): void;
}

interface Options {
	namespace: string;
	zFactor?: number;
	sync?: (keyof Kitchen)[];
}

type Shared = WithMultiplayer<Kitchen>;

type Made = Mutate<StoreApi<Shared>, [['zustand/multiplayer', never]]>;
let open: Made[] = [];

function kitchen({ namespace, zFactor = 2, sync = ['count', 'text', 'todos', 'nested'] }: Options): Made {
	const made = createStore<Shared>()(
		multiplayer<Shared>(
			(set) => ({
				count: 0,
				text: '',
				todos: {},
				nested: { a: { b: { c: 0, d: 0 }, e: 0 } },
				add: (id, text) => set(({ todos }) => ({ todos: { ...todos, [id]: { text, done: false } } })),
				remove: (id) =>
					set(({ todos }) => ({ todos: Object.fromEntries(Object.entries(todos).filter(([other]) => other !== id)) })),
				multiplayer: undefined as never
			}),
			{
				namespace,
				zFactor,
				sync,
				apiBaseUrl: store.baseUrl,
				apiKey: store.apiKey,
				rateLimit: 1_000,
				logLevel: LogLevel.NONE
			}
		)
	);
	open.push(made);
	return made;
}

async function hydrated(options: Options): Promise<Made> {
	const made = kitchen(options);
	await eventually(() => made.getState().multiplayer.hasHydrated);
	return made;
}

afterEach(async () => {
	for (const each of open) await each.multiplayer.destroy();
	open = [];
});

/** Reads as a program beside the stores would. */
const reader = () => new HPKVRestClient(store.baseUrl, store.baseUrl, store.apiKey);
const stored = async (namespace: string) => (await reader().range(`${namespace}-`, `${namespace}-\u00FF`)).records;

official([34], 'hydrates an empty namespace without an error', async () => {
	const ada = await hydrated({ namespace: fresh('ns') });
	expect(ada.getState()).toMatchObject({ count: 0, todos: {} });
	expect(ada.multiplayer.getConnectionStatus()?.isConnected).toBe(true);
});

official([35], 'first writes make their records; what was never written is not found', async () => {
	const namespace = fresh('ns');
	const ada = await hydrated({ namespace });
	ada.setState({ count: 7 });
	await eventually(async () => (await stored(namespace)).length === 1);
	const [record] = await stored(namespace);
	expect((JSON.parse(record!.value) as { value: number }).value).toBe(7);
	await expect(reader().get(`${record!.key}x`)).rejects.toThrow('Record not found');
});

official([36], 'a change reaches every store of the namespace and none of another', async () => {
	const namespace = fresh('ns');
	const [ada, grace, third] = await Promise.all([1, 2, 3].map(() => hydrated({ namespace })));
	const others = await Promise.all([
		hydrated({ namespace: fresh('ns') }),
		hydrated({ namespace: `${namespace}2` }),
		hydrated({ namespace, zFactor: 1 })
	]);
	const textOnly = await hydrated({ namespace, sync: ['text'] });
	ada!.setState({ count: 5, text: 'soup' });
	await eventually(() => [grace, third].every((each) => each!.getState().count === 5));
	await eventually(() => textOnly.getState().text === 'soup');
	await wait(100);
	expect(others.map((each) => each.getState().count)).toEqual([0, 0, 0]);
	expect(textOnly.getState().count).toBe(0);
});

official([37], 'an entry that is removed is removed everywhere, stored deep or flat', async () => {
	for (const zFactor of [0, 1, 2]) {
		const namespace = fresh('ns');
		const [ada, grace] = await Promise.all([hydrated({ namespace, zFactor }), hydrated({ namespace, zFactor })]);
		ada.getState().add('todo1', 'salt');
		ada.getState().add('todo2', 'pepper');
		await eventually(() => Object.keys(grace.getState().todos).length === 2);
		grace.getState().remove('todo1');
		await eventually(() => !('todo1' in ada.getState().todos));
		expect(ada.getState().todos).toEqual({ todo2: { text: 'pepper', done: false } });
		const late = await hydrated({ namespace, zFactor });
		expect(Object.keys(late.getState().todos)).toEqual(['todo2']);
	}
});

official([38], 'a change at one depth leaves the others as they were', async () => {
	for (const zFactor of [0, 2]) {
		const namespace = fresh('ns');
		const ada = await hydrated({ namespace, zFactor });
		ada.setState({ nested: { a: { b: { c: 1, d: 2 }, e: 3 } } });
		await eventually(async () => (await stored(namespace)).length > 0);
		await wait(50);
		ada.setState({ nested: { a: { b: { c: 9, d: 2 }, e: 3 } } });
		await wait(100);
		const late = await hydrated({ namespace, zFactor });
		expect(late.getState().nested).toEqual({ a: { b: { c: 9, d: 2 }, e: 3 } });
	}
});

official([39], 'names of any script and sign, long names and long values are kept', async () => {
	const namespace = fresh('ns');
	const [ada, grace] = await Promise.all([hydrated({ namespace }), hydrated({ namespace })]);
	const names = ['a.b@c d', '台所', 'ñandú:%2E', 'x'.repeat(150)];
	for (const name of names) ada.getState().add(name, name === '台所' ? 'v'.repeat(2_800) : name);
	await eventually(() => names.every((name) => name in grace.getState().todos));
	const late = await hydrated({ namespace });
	expect(late.getState().todos['台所']?.text).toHaveLength(2_800);
	expect(Object.keys(late.getState().todos).sort()).toEqual([...names].sort());
});

official([40], 'a cleared namespace is empty; bursts of several stores all arrive', async () => {
	const namespace = fresh('ns');
	const stores = await Promise.all([1, 2, 3].map(() => hydrated({ namespace })));
	for (let n = 0; n < 30; n++) stores[n % 3]!.getState().add(`todo${n}`, `${n}`);
	await eventually(() => stores.every((each) => Object.keys(each.getState().todos).length === 30));
	for (let n = 0; n < 30; n++) stores[0]!.setState({ count: n });
	await eventually(() => stores[2]!.getState().count === 29);
	const before = await stored(namespace);
	await stores[0]!.multiplayer.clearStorage();
	expect(await stored(namespace)).toEqual([]);
	await expect(reader().get(before[0]!.key)).rejects.toThrow('Record not found');
});
