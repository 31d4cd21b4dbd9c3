/** Durable writes and ranges, against better-sqlite3 on the same machine, disk and values. */
import { startProgram } from '../programs.ts';
import type { Row } from '../row.ts';
import type { Scale } from '../scale.ts';
import { freshFolder, removeFolder } from '../scratch.ts';
import type { Pair, Puts } from './contest.ts';

const MICROSECONDS = 1_000;

export async function storage({ rounds, storage }: Scale): Promise<Row[]> {
	const folder = freshFolder();
	const contest = startProgram(new URL('contest.ts', import.meta.url));
	const [commits, puts, ranges]: [Puts[], Pair[], Pair[]] = [[], [], []];
	try {
		await contest.ask('load', { folder, records: storage.records });
		// The first round warms up.
		for (let round = 0; round <= rounds; round++) {
			const commit = await contest.ask<Puts>('groupCommit', storage);
			const put = await contest.ask<Pair>('puts', storage);
			const range = await contest.ask<Pair>('ranges', storage);
			if (round === 0) continue;
			commits.push(commit);
			puts.push(put);
			ranges.push(range);
		}
		await contest.ask('close');
	} finally {
		await contest.end();
		removeFolder(folder);
	}
	return [
		{
			what: `durable puts, ${storage.writers} at once to one at a time`,
			a: { name: 'at once', rounds: commits.map(({ together }) => together), unit: '/s' },
			b: { name: 'alone', rounds: commits.map(({ alone }) => alone), unit: '/s' },
			goal: { atLeast: 4 }
		},
		{ what: 'one durable put, p50', ...againstDirect(puts), goal: { atMost: 1.3 } },
		{
			what: `newest ${storage.newest} of ${storage.records.toLocaleString('en')} records, p50`,
			...againstDirect(ranges),
			goal: { atMost: 1.3 }
		}
	];
}

const againstDirect = (pairs: readonly Pair[]): Pick<Row, 'a' | 'b'> => ({
	a: { name: 'ours', rounds: pairs.map(({ ours }) => ours * MICROSECONDS), unit: 'µs' },
	b: { name: 'better-sqlite3', rounds: pairs.map(({ theirs }) => theirs * MICROSECONDS), unit: 'µs' }
});
