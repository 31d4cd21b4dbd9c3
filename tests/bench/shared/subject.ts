/**
 * The store on PostgreSQL, against the embedded one and against what one would write by hand. PostgreSQL and all sides share
 * this machine, and it has no standby: its wait for one is not in the numbers.
 */
import { startPostgres } from '../../support/postgres.ts';
import { startProgram } from '../programs.ts';
import type { Goal, Row, Side } from '../row.ts';
import type { Scale } from '../scale.ts';
import { freshFolder, removeFolder } from '../scratch.ts';
import type { Round } from './contest.ts';

const NAMES = { shared: 'on PostgreSQL', embedded: 'embedded', byHand: 'one a transaction, NOTIFY' };
const MICROSECONDS = 1_000;

export async function shared({ rounds, shared }: Scale): Promise<Row[]> {
	const folder = freshFolder();
	const server = await startPostgres(['shared_buffers=512MB', 'max_wal_size=4GB']);
	const contest = startProgram(new URL('contest.ts', import.meta.url));
	const measured = { puts: [], together: [], ranges: [], heard: [], sends: [] } as Record<string, Round[]>;
	try {
		await contest.ask('load', { folder, url: await server.freshDatabase(), records: shared.records });
		// The first round warms up.
		for (let round = 0; round <= rounds; round++) {
			for (const [what, all] of Object.entries(measured)) {
				const one = await contest.ask<Round>(what, shared);
				if (round > 0) all.push(one);
			}
		}
		await contest.ask('close');
	} finally {
		await contest.end();
		await server.stop();
		removeFolder(folder);
	}
	const side = (subject: string, name: keyof typeof NAMES, of: string, unit: string): Side => ({
		name: NAMES[name],
		rounds: measured[subject]!.map((round) => round[of]! * (unit === 'µs' ? MICROSECONDS : 1)),
		unit
	});
	const row = (what: string, subject: string, a: Side, b: Side, goal: Goal): Row => ({
		what: `shared: ${what}`,
		a,
		b,
		goal
	});
	const pair = (what: string, subject: string, other: 'embedded' | 'byHand', unit: string, goal: Goal) =>
		row(what, subject, side(subject, 'shared', 'shared', unit), side(subject, other, other, unit), goal);
	const { writers, senders, newest, records } = shared;
	return [
		pair('one durable put, p50', 'puts', 'embedded', 'µs', { atMost: 2.5 }),
		pair(`puts by ${writers} at once`, 'together', 'byHand', '/s', { atLeast: 20 }),
		pair(`puts by ${writers} at once`, 'together', 'embedded', '/s', { atLeast: 1.5 }),
		pair(`newest ${newest} of ${records.toLocaleString('en')} records, p50`, 'ranges', 'embedded', 'µs', { atMost: 4 }),
		pair('from a write at one node to the other, p50', 'heard', 'byHand', 'µs', { atMost: 1.25 }),
		row(
			'a lone send, p50',
			'sends',
			side('sends', 'shared', 'loneShared', 'µs'),
			side('sends', 'embedded', 'loneEmbedded', 'µs'),
			{ atMost: 6 }
		),
		pair(`sends by ${senders} at once`, 'sends', 'embedded', '/s', { atLeast: 0.65 }),
		row(
			'log of a send, in bytes, to 1,600',
			'sends',
			side('sends', 'shared', 'wal', ''),
			{ name: 'goal', rounds: measured.sends!.map(() => 1_600), unit: '' },
			{ atMost: 1 }
		)
	];
}
