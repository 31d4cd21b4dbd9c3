import { expect, test } from 'vitest';
import type { Hpkv } from '../../src/hpkv/port.ts';
import { tokensIn } from '../../src/lib/chat/storage/claim.ts';
import { keys } from '../../src/lib/chat/storage/keys.ts';
import { CLOSED } from '../../src/lib/chat/place/place.ts';
import { claimName } from '../../src/lib/server/names/name-claims.ts';
import { revokeInvitation, type Invitation } from '../../src/lib/server/joining/invitations.ts';
import { endUses, useOf, usesIn } from '../../src/lib/server/joining/invitation-uses.ts';
import {
	idOfForm,
	joinByInvitation,
	type InvitationForm,
	type InvitedPerson,
	type NotInvited
} from '../../src/lib/server/joining/join-by-invitation.ts';
import { readToken } from '../../src/lib/server/storage/claims.ts';
import { explore, type Actor, type Records, type Space } from './explore.ts';
import { PEOPLE_NAMES } from '../../src/lib/server/people/person-names.ts';

const LINK = 'abcdefghijklmnopqrstuvwxyz';
const ROOM = 'kitchen';

const invitation = (uses: number): Invitation => ({ by: 'ada', role: 'guest', rooms: [ROOM], uses, createdAt: 1 });
const recordsWith = (uses: number): Records => ({
	[keys.person('ada')]: JSON.stringify({ id: 'ada', name: 'Ada', createdAt: 1 }),
	[keys.standing('ada')]: JSON.stringify({ role: 'owner' }),
	[keys.room(ROOM)]: JSON.stringify({ id: ROOM, slug: ROOM, name: ROOM, createdAt: 1, createdBy: 'ada' }),
	[keys.invitation(LINK)]: JSON.stringify(invitation(uses))
});

type Answer = InvitedPerson | NotInvited;
type Join = (store: Hpkv, form: InvitationForm, now: number) => Promise<Answer>;

const joins: Join = (store, form, now) => joinByInvitation(store, CLOSED, form, now);

/** Somebody who posts the form with a name, and once more with another where the first is taken. */
interface Human {
	formId: string;
	names: string[];
}

const ONE: Human = { formId: 'form-of-the-first', names: ['Bo'] };
const OTHER: Human = { formId: 'form-of-the-second', names: ['Bo', 'Cy'] };

const actorOf = ({ formId, names }: Human, join: Join): Actor => ({
	name: formId,
	run: async (store, clock) => {
		let answer: Answer | undefined;
		for (const typed of names) {
			answer = await join(store, { invitation: LINK, typed, password: '', formId }, clock());
			if (answer.ok || answer.name !== 'taken') break;
		}
		return answer;
	}
});

const revoker: Actor = { name: 'revoker', run: (store) => revokeInvitation(store, LINK, { id: 'ada', role: 'owner' }) };

interface Walk {
	uses: number;
	crashes: number;
	revokes: boolean;
}

function exploreJoins(humans: Human[], { uses, crashes, revokes }: Walk, join: Join = joins) {
	const wrong: Space['wrong'] = (records, answers, ended) => {
		const found: string[] = [];
		const people = Object.keys(records).flatMap((key) => /^person:(?!ada$)(.+)$/.exec(key)?.[1] ?? []);
		const log = records[keys.invitationUses(LINK)];
		const { winners, entered } = usesIn(log, uses);
		if (people.length > uses) found.push('more people than uses');
		if (people.some((person) => !winners.includes(useOf(person)))) found.push('in without a use before the end');
		if (new Set(tokensIn(log).filter((token) => token !== '!')).size > humans.length)
			found.push('two uses of one form');
		if (entered.has('!') === false && answers.some(({ name }) => name === 'revoker')) found.push('not revoked');
		for (const person of people) {
			if (records[keys.standing(person)] === undefined) found.push('a person without a role');
			if (records[keys.memberOf(person, ROOM)] === undefined) found.push('a guest without a room');
			if (records[keys.credential(person, 'recovery', 'current')] === undefined) found.push('no way back in');
		}
		for (const { name, answer } of answers) {
			const joined = answer as Answer;
			if (name === 'revoker' || !joined.ok) continue;
			if (!people.includes(joined.person.id)) found.push('an answer without a person');
			if (joined.person.id !== idOfForm(LINK, name)) found.push('two people of one form');
		}
		if (!ended) return found;
		for (const [key, claims] of Object.entries(records)) {
			const [first] = key.startsWith('name:') ? tokensIn(claims) : [];
			const holder = first === undefined ? undefined : PEOPLE_NAMES.parse(readToken(first))?.id;
			if (holder !== undefined && !people.includes(holder) && !winners.includes(useOf(holder)))
				found.push('a name is held by somebody who was refused');
		}
		if (!revokes && people.length === 0) found.push('nobody came in');
		return found;
	};
	const actors = [...humans.map((human) => actorOf(human, join)), ...(revokes ? [revoker] : [])];
	return explore({ actors, crashes, records: recordsWith(uses), wrong });
}

async function holds(of: string, humans: Human[], walk: Walk) {
	const { states, wrong } = await exploreJoins(humans, walk);
	console.log(`invitations, ${of}: ${states} states`);
	expect([...wrong]).toEqual([]);
	expect(states).toBeGreaterThan(100);
}

test.each([
	['two who want the one use', [ONE, OTHER], { uses: 1, crashes: 1, revokes: false }],
	['one form posted twice, one of them dying anywhere', [ONE, ONE], { uses: 1, crashes: 1, revokes: false }],
	['one who dies anywhere, and a revocation', [ONE], { uses: 1, crashes: 2, revokes: true }],
	['two who want the one use, and a revocation', [ONE, OTHER], { uses: 1, crashes: 0, revokes: true }]
])('%s: as many people as uses, and no name held by a refused one', holds, 600_000);

// Walked with STATES=all only: takes some minutes.
test.runIf(process.env.STATES === 'all').each([
	['two with a use each who want the same name', [ONE, OTHER], { uses: 2, crashes: 0, revokes: false }],
	['the same, one of them dying anywhere', [ONE, OTHER], { uses: 2, crashes: 1, revokes: false }],
	['the same, and a revocation', [ONE, OTHER], { uses: 2, crashes: 0, revokes: true }]
])('%s: as many people as uses, and no name held by a refused one', holds, 3_600_000);

/** The real functions with a store that lies about the log of uses. */
const seesLog =
	(lie: (log: string, form: InvitationForm) => string): Join =>
	(store, form, now) =>
		joins(
			{
				...store,
				get: async (key) => {
					const value = await store.get(key);
					return key === keys.invitationUses(LINK) && value !== undefined ? lie(value, form) : value;
				}
			},
			form,
			now
		);

const onlyMine = (log: string, { formId }: InvitationForm) => {
	const mine = useOf(idOfForm(LINK, formId));
	return log.includes(mine) ? `;${mine}` : '';
};

const namedFirst: Join = async (store, form, now) => {
	const mine = { id: idOfForm(LINK, form.formId), name: form.typed, createdAt: now };
	const holder = await claimName(store, PEOPLE_NAMES, mine);
	return holder?.id === mine.id ? joins(store, form, now) : { ok: false, name: 'taken' };
};

const nameInId: Join = (store, form, now) => joins(store, { ...form, formId: `${form.formId}-${form.typed}` }, now);

// A walk without a way for the fault to show would pass: each guard is taken out once.
test.each([
	[
		'the uses are not counted',
		'more people than uses',
		seesLog(onlyMine),
		[ONE, { ...OTHER, names: ['Cy'] }],
		1,
		false
	],
	[
		'the end of the log is not seen',
		'in without a use before the end',
		seesLog((log) => log.replaceAll(';!', '')),
		[ONE],
		1,
		true
	],
	['the name is claimed before the use', 'a name is held by somebody who was refused', namedFirst, [ONE], 1, true],
	['the person’s id is made of the name', 'two uses of one form', nameInId, [ONE, OTHER], 3, false]
])(
	'the walk fails where %s',
	async (_, fault, join, humans, uses, revokes) => {
		const { wrong } = await exploreJoins(humans, { uses, crashes: 0, revokes }, join);
		expect([...wrong]).toContain(fault);
	},
	600_000
);

test('a second end changes nothing', async () => {
	const { wrong } = await explore({
		actors: [revoker, { name: 'other', run: (store) => endUses(store, LINK) }],
		crashes: 1,
		records: recordsWith(1),
		wrong: (records, answers, ended) =>
			ended && !usesIn(records[keys.invitationUses(LINK)], 1).revoked ? [`open, ${answers.length} answers`] : []
	});
	expect([...wrong]).toEqual([]);
});
