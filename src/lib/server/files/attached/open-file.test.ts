import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { eventsOn } from '../../../../../tests/support/events.ts';
import { visitorOf } from '../../../../../tests/fixtures/visitors.ts';
import type { Blobs } from '../../../../blobs/port.ts';
import { memoryStore } from '../../../../hpkv/embedded/memory.ts';
import { keys } from '../../../chat/storage/keys.ts';
import { createPrivateRoom, letIn } from '../../members/private-rooms.ts';
import { removeMember } from '../../rooms/removal.ts';
import { findFile, openBytes } from './open-file.ts';

const NOW = 1_764_000_000_000;
const FILE = 'f'.repeat(26);

test('a file of a private room is found by its members, from the first message that they may read, until it is deleted', async () => {
	const store = memoryStore();
	for (const id of ['ada', 'bo', 'cy', 'dee', 'olga']) {
		await store.set(keys.person(id), JSON.stringify({ id, name: id, createdAt: 1 }));
	}
	await store.set(keys.standing('olga'), JSON.stringify({ role: 'operator' }));
	const made = await createPrivateRoom(store, { typed: 'Board', person: 'ada', formId: 'form-0000000000000001' }, NOW);
	if (!made.ok) throw new Error(made.because);
	const { id: room, slug } = made.room;
	await letIn(store, eventsOn(store), { room, person: 'bo', by: 'ada', history: 'all' }, NOW);
	await store.set(keys.messageCount(room), '1');
	const file = { id: FILE, name: 'plan.png', type: 'image/png', size: 3 };
	const said = { id: 'send-000000000000001', room, n: 1, sender: 'ada', person: 'ada', message: '', timestamp: NOW };
	await store.set(keys.message(room, 1), JSON.stringify({ ...said, files: [file] }));
	const record = { ...file, person: 'ada', sha256: '', blob: 'b'.repeat(26), uploadedAt: NOW };
	await store.set(keys.file(FILE), JSON.stringify(record));
	await letIn(store, eventsOn(store), { room, person: 'cy', by: 'ada', history: 'from now on' }, NOW);

	const find = async (person: string | undefined, address: Partial<{ slug: string; n: string; id: string }> = {}) =>
		(await findFile(store, visitorOf(person), { slug, n: '1', id: FILE, ...address }))?.name;
	expect([await find('ada'), await find('bo')]).toEqual(['plan.png', 'plan.png']);
	for (const person of ['cy', 'dee', 'olga', undefined]) expect(await find(person), person).toBeUndefined();
	expect([await find('ada', { n: '2' }), await find('ada', { id: 'e'.repeat(26) })]).toEqual([undefined, undefined]);

	await removeMember(store, { room, person: 'bo' }, NOW);
	expect(await find('bo')).toBeUndefined();
	await store.set(keys.markDeleted(room, 1), JSON.stringify({ by: 'ada', at: NOW }));
	expect(await find('ada')).toBeUndefined();
});

test('bytes that are opened after their reader has gone are closed', async () => {
	const bytes = Readable.from([Buffer.from('abc')]);
	let open: (bytes: Readable) => void = () => undefined;
	const blobs = { get: () => new Promise<Readable>((resolve) => (open = resolve)) } as unknown as Blobs;
	const reader = openBytes(blobs, 'b'.repeat(26), undefined, () => Promise.resolve(true)).getReader();
	const read = reader.read();
	await Promise.resolve();
	await reader.cancel();
	open(bytes);
	await read.catch(() => undefined);
	await expect.poll(() => bytes.destroyed).toBe(true);
});
