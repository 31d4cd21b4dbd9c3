import { expect, test } from 'vitest';
import type { Hpkv } from '../../src/hpkv/port.ts';
import { tokensIn } from '../../src/lib/chat/storage/claim.ts';
import type { Person } from '../../src/lib/chat/people/person.ts';
import { claim, readToken } from '../../src/lib/server/storage/claims.ts';
import { claimName } from '../../src/lib/server/names/name-claims.ts';
import { PEOPLE_NAMES } from '../../src/lib/server/people/people.ts';
import { explore, type Actor, type Records, type Space } from './explore.ts';

type ClaimFunction = (store: Hpkv, mine: Person) => Promise<Person>;

const claimBoth: ClaimFunction = (store, mine) => claimName(store, PEOPLE_NAMES, mine);

/** The person who holds the spelling of a name. */
function holderOf(records: Records, name: string): Person | undefined {
	const [first] = tokensIn(records[PEOPLE_NAMES.spelling(name)]);
	return first === undefined ? undefined : PEOPLE_NAMES.parse(readToken(first));
}

function exploreNames(claimFunction: ClaimFunction, names: string[], crashes: number) {
	const people = names.map((name, i): Person => ({ id: `person${i}`, name, createdAt: 1 }));
	const actors = people.map((mine): Actor => ({ name: mine.id, run: (store) => claimFunction(store, mine) }));
	const wrong: Space['wrong'] = (records, answers, ended) => {
		const found: string[] = [];
		const joined = people.filter(({ id }) =>
			answers.some(({ name, answer }) => name === id && (answer as Person).id === id)
		);
		for (const one of joined) {
			if (holderOf(records, one.name)?.id !== one.id) found.push('not held');
			for (const other of joined) {
				if (one === other) continue;
				if (PEOPLE_NAMES.spelling(one.name) === PEOPLE_NAMES.spelling(other.name)) found.push('doubled');
				if (PEOPLE_NAMES.alike(one.name, other.name)) found.push('look-alikes');
			}
		}
		for (const { answer } of answers) {
			const by = answer as Person;
			if (holderOf(records, by.name)?.id !== by.id) found.push('refused by nobody');
		}
		if (ended && joined.length === 0) found.push('nobody joined');
		return found;
	};
	return explore({ actors, crashes, wrong });
}

async function holds(of: string, names: string[], crashes: number) {
	const { states, wrong } = await exploreNames(claimBoth, names, crashes);
	console.log(`names, ${of}: ${states} states`);
	expect([...wrong]).toEqual([]);
	expect(states).toBeGreaterThan(50);
}

test.each([
	['one name and its look-alike, two of them dying anywhere', ['Paul', 'PauI'], 2],
	['a name that is spelled like one and looks like another', ['Lan', 'lan', 'Ian'], 0]
])('%s, at once: one has it, and nobody is refused by a claim that lost', holds, 60_000);

// Walked with STATES=all only: takes some minutes.
test.runIf(process.env.STATES === 'all').each([
	['a name that is spelled like one and looks like another, one of them dying anywhere', ['Lan', 'lan', 'Ian'], 1],
	['three that look alike, one of them dying anywhere', ['Paul', 'PauI', 'Pau1'], 1]
])('%s, at once: one has it, and nobody is refused by a claim that lost', holds, 3_600_000);

test('the walk catches a claim on looks that counts although its spelling was lost', async () => {
	const first: ClaimFunction = async (store, mine) => {
		const looks = (await claim(store, PEOPLE_NAMES.group(mine.name), mine)) as Person;
		return looks.id === mine.id ? ((await claim(store, PEOPLE_NAMES.spelling(mine.name), mine)) as Person) : looks;
	};
	const { wrong } = await exploreNames(first, ['Paul', 'PauI'], 1);
	expect([...wrong]).toContain('refused by nobody');
});
