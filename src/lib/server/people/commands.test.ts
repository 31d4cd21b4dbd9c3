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

test('command operator makes a person an operator, whatever the spelling of the name, and closes the first start’s link', async () => {
	const path = await offerOperatorPath(store);
	expect(await run('operator', 'ada', 'LOVELACE')).toBe('Ada Lovelace is an operator.');
	expect(await readStanding(store, ada)).toMatchObject({ operator: true, blocked: false });
	expect(await linkIsOpen(store, path!.split('/').at(-1)!)).toBe(false);
	expect(await offerOperatorPath(store)).toBeUndefined();
});

test('command operator lifts a block, reports it, and keeps the current name', async () => {
	await renamePerson(store, ada, 'Ada King', NOW);
	await setStanding(store, ada, { blocked: true });
	expect(await run('operator', 'Ada King')).toBe('Ada King is an operator, and blocked no more.');
	expect(await readStanding(store, ada)).toEqual({ name: 'Ada King', operator: true, blocked: false });
});

test('command signin-link makes a link that signs in as the person, and warns of what the link allows', async () => {
	const said = await run('signin-link', 'Ada Lovelace');
	expect(said).toMatch(/^Whoever opens this link is signed in as Ada Lovelace, reads and writes as they do/);
	const [, token = ''] = /\nhttps:\/\/chat[.]example[.]org\/signin\/([\w-]{43})$/.exec(said) ?? [];
	expect(await whoSignsIn(store, token)).toMatchObject({ id: ada, name: 'Ada Lovelace' });
	await setStanding(store, ada, { blocked: true });
	expect(await run('signin-link', 'Ada Lovelace')).toMatch(/\nAda Lovelace is blocked: the link lets nobody in/);
});

test.each([['operator'], ['signin-link']])(
	'command %s is refused with a sentence for an unknown name',
	async (command) => {
		await expect(run(command, 'Grace')).rejects.toThrow(/^Nobody here is called "Grace"/);
		await expect(run(command, ' ')).rejects.toThrow(/^Nobody here is called " "/);
	}
);

test('an unknown command is answered with the usage', async () => {
	await expect(run('operate', 'Ada')).rejects.toThrow('npm run parley -- operator NAME');
	await expect(run('operator')).rejects.toThrow('npm run parley -- signin-link NAME');
});
