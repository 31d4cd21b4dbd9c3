import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Grant } from '../../../hpkv/port.ts';
import { isHeard, keys } from '../../chat/storage/keys.ts';
import { watchToken } from './subscribe-token.ts';

test('nodes that share a database tell each other of all that a browser hears, and of what they keep in memory', async () => {
	const asked: Grant[] = [];
	const store = { ...memoryStore(), token: (grant: Grant) => Promise.resolve(`${asked.push(grant)}`) };
	const rooms = [{ id: 'kitchen' }, { id: '0hall', epoch: 'abc' }];
	for (const inside of rooms) await watchToken(store, { person: 'ada', holders: [] }, rooms, inside);
	const heard = asked.flatMap(({ subscribeKeys }) => subscribeKeys);
	expect(heard.length).toBeGreaterThan(10);
	const kept = [
		...[keys.room('r'), keys.roomState('r'), keys.messageCount('r'), keys.last('r'), keys.opened('r')],
		...[keys.person('p'), keys.standing('p'), keys.settings, keys.access, keys.task(1, 't')]
	];
	expect([...heard, ...kept].filter((key) => !isHeard(key))).toEqual([]);
	// Most of all writes.
	const unheard = [
		...[keys.message('r', 1), keys.sent('2026-11-28', 'r', 'p', 's'), keys.read('p', 'r'), keys.here('r', 'p', 't')],
		...[keys.session('s'), keys.change('r', 1), keys.markDeleted('r', 1), keys.health, keys.sweep(1)]
	];
	expect(unheard.filter(isHeard)).toEqual([]);
});
