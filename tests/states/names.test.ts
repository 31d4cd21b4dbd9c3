import { expect, test } from 'vitest';
import type { Hpkv } from '../../src/hpkv/port.ts';
import { tokensIn } from '../../src/lib/chat/storage/claim.ts';
import type { Person } from '../../src/lib/chat/people/person.ts';
import { claim, readToken } from '../../src/lib/server/storage/claims.ts';
import { claimName, claimNewName } from '../../src/lib/server/names/name-claims.ts';
import { joinOpenly, type Joined } from '../../src/lib/server/people/people.ts';
import { keys } from '../../src/lib/chat/storage/keys.ts';
import { explore, type Actor, type Records, type Space } from './explore.ts';
import { PEOPLE_NAMES } from '../../src/lib/server/people/person-names.ts';

type ClaimFunction = (store: Hpkv, mine: Person) => Promise<Person | undefined>;

const claimBoth: ClaimFunction = (store, mine) => claimName(store, PEOPLE_NAMES, mine);
/** Nothing is read before it is written; the last one is a person who changes their name, or a process that has met the logs. */
const claimNew: ClaimFunction = async (store, mine) =>
	mine.id === 'person2' ? claimBoth(store, mine) : (await claimNewName(store, PEOPLE_NAMES, mine)).holder;

/** The records of a new store, whose names have one log. */
const ONE_LOG: Records = {
	[keys.origin]: `;${Buffer.from(JSON.stringify({ origin: 'new', names: 'one' })).toString('base64url')}`
};

const peopleIn = (log: string | undefined) => tokensIn(log).map((token) => PEOPLE_NAMES.parse(readToken(token))!);
const isSpelled = (one: string, other: string) => PEOPLE_NAMES.spelling(one) === PEOPLE_NAMES.spelling(other);

/** The person who holds the spelling of a name. */
function holderOf(records: Records, name: string): Person | undefined {
	if (!records[keys.origin]) return peopleIn(records[PEOPLE_NAMES.spelling(name)])[0];
	const holders: Person[] = [];
	for (const each of peopleIn(records[PEOPLE_NAMES.log(name, 0)])) {
		const excludes = (other: Person) => isSpelled(other.name, each.name) || PEOPLE_NAMES.alike(other.name, each.name);
		if (!holders.some((other) => other.id !== each.id && excludes(other))) holders.push(each);
	}
	return holders.find((holder) => isSpelled(holder.name, name));
}

function exploreNames(claimFunction: ClaimFunction, names: string[], crashes: number, start: Records = {}) {
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
				if (isSpelled(one.name, other.name)) found.push('doubled');
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
	return explore({ actors, crashes, records: start, wrong });
}

async function holds(of: string, names: string[], crashes: number) {
	for (const claimFunction of [claimBoth, claimNew]) {
		const { states, wrong } = await exploreNames(claimFunction, names, crashes);
		console.log(`names, ${of}: ${states} states`);
		expect([...wrong]).toEqual([]);
		expect(states).toBeGreaterThan(50);
	}
}

test.each([
	['one name and its look-alike, two of them dying anywhere', ['Paul', 'PauI'], 2],
	['three that look alike, one of them dying anywhere', ['Paul', 'PauI', 'Pau1'], 1],
	['names whose skeletons differ, one of them dying anywhere', ['ARN0', 'arno', 'ARNO'], 1],
	['a name between two that can be told apart, one of them dying anywhere', ['RNia', 'rnia', 'Mia'], 1]
])(
	'%s, at once, in one log: one has each, and nobody is refused by a claim that does not count',
	async (of, names, crashes) => {
		for (const claimFunction of [claimBoth, claimNew]) {
			const { states, wrong } = await exploreNames(claimFunction, names, crashes, ONE_LOG);
			console.log(`names in one log, ${of}: ${states} states`);
			expect([...wrong]).toEqual([]);
			expect(states).toBeGreaterThan(20);
		}
	},
	60_000
);

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

type Join = (store: Hpkv, typed: string, formId: string, now: number) => Promise<Joined>;

/** Joins in which the credentials are as much as one record, which a try that is not the first must not write again. */
const joinsOpenly: Join = (store, typed, formId, now) =>
	joinOpenly(
		store,
		{
			typed,
			formId,
			placeName: 'Parley',
			before: async ({ id }, isFirst) => {
				const key = `credential:${id}`;
				if (isFirst || (await store.get(key)) === undefined) await store.set(key, formId);
			}
		},
		now
	);

const FORM = 'form-0000000000000001';
const OTHER = 'form-0000000000000002';

function exploreJoins(forms: { typed: string; formId: string }[], crashes: number, start: Records) {
	const actors = forms.map(({ typed, formId }): Actor => ({
		name: `${typed} ${formId}`,
		run: (store, clock) => joinsOpenly(store, typed, formId, clock())
	}));
	const wrong: Space['wrong'] = (records, answers, ended) => {
		const found: string[] = [];
		const people = Object.keys(records).flatMap((key) => /^person:(.+)$/.exec(key)?.[1] ?? []);
		if (people.length > 1) found.push('two people of one name');
		if (people.some((id) => records[`credential:${id}`] === undefined)) found.push('no way back in');
		const joins = answers.map(({ answer }) => answer as Joined);
		for (const answer of joins) {
			if (answer.ok && !people.includes(answer.person.id)) found.push('an answer without a person');
			if (answer.ok && !answer.repeated && records[`credential:${answer.person.id}`] === undefined)
				found.push('no way back in');
		}
		const repeated = joins.filter((answer) => answer.ok && answer.repeated);
		if (repeated.length > 0 && repeated.length === joins.length) found.push('nobody was first');
		if (ended && people.length === 0) found.push('nobody joined');
		return found;
	};
	return explore({ actors, crashes, records: start, wrong });
}

test.each([
	['one form posted twice, one of them dying anywhere', [FORM, FORM].map((formId) => ({ typed: 'Ada', formId })), 1],
	[
		'a name and its look-alike',
		[
			{ typed: 'Paul', formId: FORM },
			{ typed: 'PauI', formId: OTHER }
		],
		1
	],
	[
		'one form with two writings of one name, which are no look-alikes in the log',
		[
			{ typed: 'ARNO', formId: FORM },
			{ typed: 'arno', formId: FORM }
		],
		1
	]
])(
	'open joins, %s: one person with a way back in',
	async (of, forms, crashes) => {
		for (const start of [{}, ONE_LOG]) {
			const { states, wrong } = await exploreJoins(forms, crashes, start);
			console.log(`open joins, ${of}: ${states} states`);
			expect([...wrong]).toEqual([]);
			expect(states).toBeGreaterThan(100);
		}
	},
	120_000
);
