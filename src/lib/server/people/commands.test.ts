import { beforeEach, expect, test } from 'vitest';
import type { Hpkv } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { runCommand } from './commands.ts';
import { linkIsOpen, offerOperatorPath, readStanding, setStanding } from './roles.ts';
import { join, renamePerson, whoSignsIn } from './people.ts';

const NOW = Date.UTC(2026, 10, 27);

let store: Hpkv;
let ada: string;
beforeEach(async () => {
	store = memoryStore();
	const joined = await join(store, { typed: 'Ada Lovelace', formId: 'f' }, NOW);
	ada = joined.ok ? joined.person.id : '';
});

const run = (...args: string[]) => runCommand(args, { store, origin: 'https://chat.example.org', now: NOW });

test('operator makes a person an operator, however the name is spelled, and closes the link of the first start', async () => {
	const path = await offerOperatorPath(store);
	expect(await run('operator', 'ada', 'LOVELACE')).toBe('Ada Lovelace is an operator.');
	expect(await readStanding(store, ada)).toMatchObject({ operator: true, blocked: false });
	expect(await linkIsOpen(store, path!.split('/').at(-1)!)).toBe(false);
	expect(await offerOperatorPath(store)).toBeUndefined();
});

test('operator lifts a block and says so; the name a person goes by stays', async () => {
	await renamePerson(store, ada, 'Ada King', NOW);
	await setStanding(store, ada, { blocked: true });
	expect(await run('operator', 'Ada King')).toBe('Ada King is an operator, and blocked no more.');
	expect(await readStanding(store, ada)).toEqual({ name: 'Ada King', operator: true, blocked: false });
});

test('signin-link makes a link that signs in as the person, and says what it gives away', async () => {
	const said = await run('signin-link', 'Ada Lovelace');
	expect(said).toMatch(/^Whoever opens this link is signed in as Ada Lovelace, reads and writes as they do/);
	const [, token = ''] = /\nhttps:\/\/chat[.]example[.]org\/signin\/([\w-]{43})$/.exec(said) ?? [];
	expect(await whoSignsIn(store, token)).toMatchObject({ id: ada, name: 'Ada Lovelace' });
	await setStanding(store, ada, { blocked: true });
	expect(await run('signin-link', 'Ada Lovelace')).toMatch(/\nAda Lovelace is blocked: the link lets nobody in/);
});

test.each([['operator'], ['signin-link']])(
	'%s of a name that nobody has is refused with a sentence',
	async (command) => {
		await expect(run(command, 'Grace')).rejects.toThrow(/^Nobody here is called "Grace"/);
		await expect(run(command, ' ')).rejects.toThrow(/^Nobody here is called " "/);
	}
);

test('other words are answered with the right ones', async () => {
	await expect(run('operate', 'Ada')).rejects.toThrow('npm run parley -- operator NAME');
	await expect(run('operator')).rejects.toThrow('npm run parley -- signin-link NAME');
});
