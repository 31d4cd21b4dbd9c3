import { beforeEach, expect, test } from 'vitest';
import type { Hpkv } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { openSignInLink, readSignInLink } from '../credentials/sign-in-links.ts';
import { readAudit } from '../moderation/audit.ts';
import { addOwner, readOwners } from '../people/owners.ts';
import { joinOpenly, renamePerson } from '../people/people.ts';
import { changeStanding, readStanding } from '../people/standing.ts';
import { runCommand } from './commands.ts';

const NOW = Date.UTC(2026, 10, 27);
const FORM = 'form-0000000000000001';

let store: Hpkv;
let ada: string;
beforeEach(async () => {
	store = memoryStore();
	const joined = await joinOpenly(store, { typed: 'Ada Lovelace', formId: 'f', placeName: 'Parley' }, NOW);
	ada = joined.ok ? joined.person.id : '';
});

const run = (...args: string[]) => runCommand(args, { store, origin: 'https://chat.example.org', now: NOW });

test('command operator makes a person an operator, whatever the spelling of the name', async () => {
	expect(await run('operator', 'ada', 'LOVELACE')).toBe('Ada Lovelace is an operator.');
	expect(await readStanding(store, ada)).toMatchObject({ role: 'operator' });
});

test('command operator lifts a block, reports it, and keeps the current name', async () => {
	await renamePerson(store, { id: ada, typed: 'Ada King', placeName: 'Parley' }, NOW);
	await changeStanding(store, ada, 'blocked', true);
	expect(await run('operator', 'Ada King')).toBe('Ada King is an operator, and can sign in again.');
	expect(await readStanding(store, ada)).toMatchObject({ name: 'Ada King', role: 'operator', blocked: false });
});

test('command owner lets in an owner who was deactivated', async () => {
	await addOwner(store, ada, ada);
	await changeStanding(store, ada, 'deactivated', true);
	expect(await run('owner', 'Ada Lovelace')).toBe('Ada Lovelace is an owner, and can sign in again.');
	expect(await readStanding(store, ada)).toMatchObject({ role: 'owner', deactivated: false });
});

test('command operator demotes no owner', async () => {
	await addOwner(store, ada, ada);
	expect(await run('operator', 'Ada Lovelace')).toBe('Ada Lovelace is already an owner.');
	expect(await readStanding(store, ada)).toMatchObject({ role: 'owner' });
	const { lines } = await readAudit(store, undefined, 9);
	expect(lines.map(({ act, outcome }) => [act, outcome?.outcome])).toEqual([['role', 'refused']]);
});

test('command owner makes a person an owner beside the others, or the first', async () => {
	expect(await run('owner', 'Ada Lovelace')).toBe('Ada Lovelace is an owner.');
	const grace = await joinOpenly(store, { typed: 'Grace', formId: 'g', placeName: 'Parley' }, NOW);
	await run('owner', 'Grace');
	expect([...(await readOwners(store))]).toEqual([ada, grace.ok && grace.person.id]);
});

test('command signin-link makes a link that signs in as the person once, and warns of what the link allows', async () => {
	const said = await run('signin-link', 'Ada Lovelace');
	expect(said).toMatch(/^Give this link to Ada Lovelace only[.] It signs in as them once, within 4 hours/);
	const [, token = ''] = /\nhttps:\/\/chat[.]example[.]org\/signin\/([\w-]{43})$/.exec(said) ?? [];
	expect(await openSignInLink(store, token, FORM, NOW)).toMatchObject({ person: { id: ada, name: 'Ada Lovelace' } });
	expect(await readSignInLink(store, token, NOW)).toBeUndefined();
	await changeStanding(store, ada, 'blocked', true);
	expect(await run('signin-link', 'Ada Lovelace')).toMatch(
		/\nAda Lovelace is blocked[.] The link works once they are unblocked/
	);
});

test.each([['operator'], ['owner'], ['signin-link']])(
	'command %s is refused with a sentence for an unknown name',
	async (command) => {
		await expect(run(command, 'Grace')).rejects.toThrow(/^Nobody here is called "Grace"/);
		await expect(run(command, ' ')).rejects.toThrow(/^Nobody here is called " "/);
	}
);

test('an unknown command is answered with the usage', async () => {
	await expect(run('operate', 'Ada')).rejects.toThrow('npm run parley -- operator NAME');
	await expect(run('operator')).rejects.toThrow('npm run parley -- signin-link NAME');
	await expect(run('toString', 'Ada')).rejects.toThrow('npm run parley -- owner NAME');
});

test('each command is entered in the operators’ log, without the link that it makes', async () => {
	await run('owner', 'Ada Lovelace');
	const said = await run('signin-link', 'Ada Lovelace');
	const { lines } = await readAudit(store, undefined, 9);
	expect(lines.map(({ act, outcome }) => [act, outcome?.outcome]).sort()).toEqual([
		['recovery-link', 'done'],
		['role', 'done']
	]);
	expect(lines[0]).toMatchObject({ byName: 'A command', address: 'the server', person: ada });
	expect(JSON.stringify(lines)).not.toContain(said.split('/').at(-1));
});
