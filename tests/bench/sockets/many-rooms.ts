/** Many rooms with few readers each: hardly two messages of a turn go to the same socket, so nothing is shared. */
import type { Profiler } from 'node:inspector';
import { areasOf, topOf, type Spent } from '../profile.ts';
import type { Result } from '../result.ts';
import type { Goal, Row } from '../row.ts';
import type { Scale } from '../scale.ts';
import { withContestants, WRITERS, type Entrant, type Measured } from './contestants.ts';
import type { Contestant } from './dialect.ts';
import { whereLimited } from './limits.ts';
import { names } from './names.ts';

const CONTESTANTS = ['product', 'store', 'socket.io, durable', 'socket.io'] as const satisfies Contestant[];

/** Functions of the profile that are kept. */
const LINES = 40;

export function manyRooms({ rounds, manyRooms: { rooms, readersEach, warmUp, measured } }: Scale): Promise<Result> {
	return withContestants(CONTESTANTS, { rooms, writers: WRITERS }, async (entrants) => {
		for (const entrant of entrants) {
			for (let room = 0; room < rooms; room++) await entrant.read(room, readersEach);
		}
		await Promise.all(entrants.map((entrant) => entrant.run({ ms: warmUp })));
		const runs = entrants.map((): Measured[] => []);
		for (let round = 0; round < rounds; round++) {
			for (const [at, entrant] of entrants.entries()) runs[at]!.push(await entrant.measure({ ms: measured }));
		}
		const profile = await profiled(entrants[0]!, measured);

		const what = `${rooms} rooms, ${readersEach} readers each, ${WRITERS} writers`;
		const of = (contestant: (typeof CONTESTANTS)[number]) => runs[CONTESTANTS.indexOf(contestant)]!;
		const row = (
			ours: 'product' | 'store',
			theirs: 'socket.io' | 'socket.io, durable',
			goal?: Goal,
			...notes: string[]
		): Row => ({
			what: `${what}: deliveries`,
			a: { name: names[ours], rounds: of(ours).map(perSecond), unit: '/s' },
			b: { name: names[theirs], rounds: of(theirs).map(perSecond), unit: '/s' },
			goal,
			notes: [
				...notes,
				...whereLimited(what, names[ours], of(ours), 'a lower bound'),
				...whereLimited(what, names[theirs], of(theirs), 'an upper bound')
			]
		});
		const areas = profile.areas.map(({ what, part }) => `${what} ${Math.round(part * 100)} %`).join('; ');
		return {
			rows: [
				row('store', 'socket.io, durable', { atLeast: 2 }),
				row('store', 'socket.io', { atLeast: 0.9 }),
				{
					...row(
						'product',
						'socket.io, durable',
						undefined,
						`${what}: the product’s server spends its time in ${areas}.`
					),
					told: true
				}
			],
			more: { profile }
		};
	});
}

const perSecond = ({ deliveries, seconds }: Measured) => deliveries / seconds;

interface Profile {
	areas: Spent[];
	functions: Spent[];
}

async function profiled(entrant: Entrant, ms: number): Promise<Profile> {
	await entrant.server.ask('startProfile');
	await entrant.run({ ms });
	const profile = await entrant.server.ask<Profiler.Profile>('profile');
	return { areas: areasOf(profile), functions: topOf(profile, LINES) };
}
