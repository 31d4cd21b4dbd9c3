/** Owners who demote, name and block at once: every interleaving of the real functions, and every place to die. */
import { expect, test } from 'vitest';
import type { Hpkv } from '../../src/hpkv/port.ts';
import { keys } from '../../src/lib/chat/storage/keys.ts';
import { Standing } from '../../src/lib/chat/people/person.ts';
import type { Role } from '../../src/lib/chat/people/role.ts';
import { block } from '../../src/lib/server/moderation/block.ts';
import { setRole } from '../../src/lib/server/moderation/roles.ts';
import { ownersIn } from '../../src/lib/server/people/owners.ts';
import { explore, type Actor, type Records, type Space } from './explore.ts';

const person = (id: string, role: Role): Records => ({
	[keys.person(id)]: JSON.stringify({ id, name: id, createdAt: 0 }),
	[keys.standing(id)]: JSON.stringify({ role, generation: 'first' })
});
const standingOf = (records: Records, id: string) => Standing.parse(JSON.parse(records[keys.standing(id)] ?? '{}'));

const sets = (by: string, role: Role, who: string, to: Role): Actor => ({
	name: `${by} makes ${who} ${to}`,
	run: (store: Hpkv) => setRole(store, { id: by, role }, who, to)
});
const blocks = (by: string, role: Role, who: string): Actor => ({
	name: `${by} blocks ${who}`,
	run: (store: Hpkv) => block(store, { id: by, role }, who)
});

/** Never a place without an owner; when all has ended, no owner is shut out, and standings agree with the log. */
function wrong(records: Records, _: unknown, ended: boolean): string[] {
	const owners = ownersIn(records[keys.owners]);
	const faults = owners.size === 0 ? ['no owner'] : [];
	if (!ended) return faults;
	for (const id of ['ada', 'bob', 'eve']) {
		if (records[keys.standing(id)] === undefined) continue;
		const { role, blocked } = standingOf(records, id);
		if (owners.has(id) && blocked) faults.push(`the owner ${id} is blocked`);
		if (owners.has(id) && role !== 'owner') faults.push(`the owner ${id} is only ${role}`);
	}
	return faults;
}

const run = async (actors: Actor[], records: Records, crashes = 0) => {
	const space: Space = { actors, crashes, records, wrong };
	const { states, wrong: faults } = await explore(space);
	expect([...faults]).toEqual([]);
	return states;
};

const two: Records = {
	...person('ada', 'owner'),
	...person('bob', 'owner'),
	[keys.owners]: ';+ada@ada;+bob@ada'
};

test('two owners who demote each other leave one', async () => {
	expect(
		await run([sets('ada', 'owner', 'bob', 'member'), sets('bob', 'owner', 'ada', 'member')], two, 1)
	).toBeGreaterThan(50);
});

test('two owners who step down at once leave one', async () => {
	expect(
		await run([sets('ada', 'owner', 'ada', 'member'), sets('bob', 'owner', 'bob', 'operator')], two, 1)
	).toBeGreaterThan(50);
});

const withEve: Records = { ...person('ada', 'owner'), ...person('eve', 'operator'), ...person('bob', 'operator') };

test('a person who is made owner while they are blocked is one or the other', async () => {
	const one = { ...withEve, [keys.owners]: ';+ada@ada' };
	const actors = [sets('ada', 'owner', 'eve', 'owner'), blocks('ada', 'owner', 'eve')];
	expect(await run(actors, one)).toBeGreaterThan(50);
	const member = { ...one, ...person('eve', 'member') };
	expect(await run([sets('ada', 'owner', 'eve', 'owner'), blocks('bob', 'operator', 'eve')], member)).toBeGreaterThan(
		50
	);
});

test('an owner who is named while another gives them a lower role is shown as what the log says', async () => {
	const records = { ...two, ...person('eve', 'member') };
	const actors = [sets('ada', 'owner', 'eve', 'owner'), sets('bob', 'owner', 'eve', 'guest')];
	expect(await run(actors, records)).toBeGreaterThan(30);
});
