import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { keys } from '../../chat/storage/keys.ts';
import { addOwner, ownersIn, readOwners, removeOwner, repeatOwners } from './owners.ts';
import { readStanding } from './standing.ts';

const owners = (log: string) => [...ownersIn(log)];

describe('the log of owners', () => {
	test.each([
		['', []],
		[';+ada@ada', ['ada']],
		[';+ada@eve', []],
		[';+ada@ada;+eve@eve', ['ada']],
		[';+ada@ada;+grace@ada', ['ada', 'grace']],
		[';+ada@ada;+grace@ada;-ada@grace', ['grace']],
		[';+ada@ada;-ada@ada', ['ada']],
		[';+ada@ada;+grace@ada;-ada@grace;-grace@ada', ['grace']],
		[';+ada@ada;+grace@ada;-ada@grace;+ada@grace', ['grace', 'ada']],
		[';+ada@ada;-ada@eve;+eve@eve;nonsense;-', ['ada']]
	])('%s', (log, those) => {
		expect(owners(log)).toEqual(those);
	});
});

test('two owners who demote each other at once leave one, and every reader sees the same', async () => {
	for (let i = 0; i < 50; i++) {
		const store = memoryStore();
		await addOwner(store, 'ada', 'ada');
		await addOwner(store, 'grace', 'ada');
		await Promise.all([removeOwner(store, 'ada', 'grace'), removeOwner(store, 'grace', 'ada')]);
		expect((await readOwners(store)).size).toBe(1);
	}
});

test('the last owner cannot be demoted, and keeps the role', async () => {
	const store = memoryStore();
	await addOwner(store, 'ada', 'ada');
	expect([...(await removeOwner(store, 'ada', 'ada'))]).toEqual(['ada']);
	expect(await readStanding(store, 'ada')).toMatchObject({ role: 'owner' });
});

test('a role that a crash left behind is repeated from the log', async () => {
	const store = memoryStore();
	await store.patch(keys.owners, ';+ada@ada');
	expect(await readStanding(store, 'ada')).toEqual({});
	await repeatOwners(store);
	expect(await readStanding(store, 'ada')).toMatchObject({ role: 'owner' });
});
