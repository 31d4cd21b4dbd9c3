/** One key and many watchers: every write is durable, then heard by all; against Socket.IO, which does the same. */
import type { Row } from '../row.ts';
import type { Scale } from '../scale.ts';
import type { DialectName } from './dialect.ts';
import type { Run } from './load.ts';
import { withServer } from './servers.ts';

/** The part of the time from which on the load client, and not the server, sets the pace. */
const LIMIT = 0.9;

interface Measured extends Run {
	/** Of the server while it was measured, in microseconds. */
	serverCpu: number;
}

export async function fanOut({ rounds, fanOut }: Scale): Promise<Row[]> {
	const [ours, theirs]: [Measured[], Measured[]] = [[], []];
	for (let round = 0; round < rounds; round++) {
		ours.push(await measured('hpkv', fanOut));
		theirs.push(await measured('socket.io', fanOut));
	}
	const sides = (of: (run: Measured) => number, unit: string): Pick<Row, 'a' | 'b'> => ({
		a: { name: 'ours', rounds: ours.map(of), unit },
		b: { name: 'Socket.IO', rounds: theirs.map(of), unit }
	});
	const watched = `one key, ${fanOut.watchers.toLocaleString('en')} watchers, ${fanOut.inFlight} in flight`;
	return [
		{
			what: `${watched}: deliveries`,
			...sides(({ deliveries, seconds }) => deliveries / seconds, '/s'),
			goal: { atLeast: 8 },
			notes: [
				'Socket.IO inserts each message durably before it broadcasts it: better-sqlite3, autocommit, WAL, synchronous=FULL.',
				...whereLimited('ours', ours, 'a lower bound'),
				...whereLimited('Socket.IO', theirs, 'an upper bound')
			]
		},
		{
			what: `${watched}: server CPU per delivery`,
			...sides(({ serverCpu, deliveries }) => serverCpu / deliveries, 'µs')
		}
	];
}

const measured = (dialect: DialectName, { watchers, inFlight, warmUp, measured }: Scale['fanOut']) =>
	withServer<Measured>(dialect, async ({ server, load, at }) => {
		await load.ask('watch', { server: at, sockets: watchers });
		await load.ask('openWriter');
		await load.ask('run', { ms: warmUp, inFlight });
		const before = await server.ask<number>('cpu');
		const run = await load.ask<Run>('run', { ms: measured, inFlight });
		return { ...run, serverCpu: (await server.ask<number>('cpu')) - before };
	});

/** The load client is the limit where it has hardly a moment to spare, or works more than the server does. */
function whereLimited(name: string, runs: readonly Measured[], bound: string): string[] {
	const limited = runs.filter(({ busy, cpu, serverCpu }) => busy >= LIMIT || cpu > serverCpu).length;
	if (limited === 0) return [];
	return [
		`Deliveries: the load client was itself the limit in ${limited} of ${runs.length} rounds of ${name}, so the ratio is ${bound}.`
	];
}
