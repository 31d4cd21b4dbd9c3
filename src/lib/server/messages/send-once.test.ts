import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { NOW } from '../../../../tests/fixtures/kitchen.ts';
import { writeSendToken } from '../../chat/storage/claim.ts';
import { keys } from '../../chat/storage/keys.ts';
import { digest } from '../storage/ids.ts';
import { send } from './send-once.ts';

const draft = {
	room: 'kitchen',
	person: 'ada',
	sender: 'Ada',
	day: '20261123',
	sendId: 'send-000000000000001',
	message: 'Tea?'
};

test('a send that is finished half a minute after it took its number is announced as late, before it is stored', async () => {
	const store = memoryStore();
	const written: string[] = [];
	const watched = { ...store, set: (key: string, value: string) => (written.push(key), store.set(key, value)) };
	// The first try crashed between its claim and its record.
	const n = await store.increment(keys.messageCount('kitchen'));
	const token = writeSendToken({ n, timestamp: NOW - 30_000, hash: digest(draft.message).slice(0, 32) });
	await store.patch(keys.sent(draft.day, draft.room, draft.person, draft.sendId), token);

	const sent = await send(watched, draft, () => NOW);
	expect(sent).toMatchObject({ ok: true, message: { n: 1, timestamp: NOW - 30_000 } });
	expect(written).toEqual([keys.change('kitchen', 1), keys.message('kitchen', 1)]);
	expect(JSON.parse((await store.get(keys.change('kitchen', 1))) ?? '')).toEqual({
		m: 1,
		kind: 'late',
		n: 1,
		timestamp: NOW
	});
});
