import { lacksPostgres } from '../../support/postgres.ts';
import { Cluster } from '../cluster.ts';
import type { Row } from '../row.ts';
import { LEASE_ENDS, watchForStalePages } from '../stale-pages.ts';

/** After a pause of a node or of the database both nodes take sends again; an answer is waited for 10 s. */
const BACK_WITHIN = 30_000;

/**
 * A node, the primary, a standby and both standbys are stopped and go on, as paused virtual machines do; at last a node and the
 * primary at once, while a standby takes the primary's place: neither may answer with what was before.
 */
export const sharedPause: Row = {
	id: 'shared-pause',
	guards: ['reads-without-lease'],
	elsewhere: 'tests/contract/postgres.test.ts',
	waits: true,
	cannotRun: lacksPostgres,
	async run(stage) {
		const cluster = await Cluster.start();
		stage.later(() => cluster.stop());
		const lines = await cluster.lines();
		stage.later(() => lines.close());
		const { first, second, both, asker, goesOn, end } = await watchForStalePages(
			stage,
			[{ url: cluster.url }, { url: lines.url }],
			BACK_WITHIN
		);

		let pauses = 0;
		let longest = 0;
		for (const seconds of stage.full ? [3, 8, 20, 60] : [2]) {
			const parts = [
				['a node', first],
				['the primary', cluster.primary],
				['a standby', cluster.standbys[0]],
				['both standbys', ...cluster.standbys]
			] as const;
			// One standby alone holds up nobody: that is for the full run.
			for (const [name, ...stopped] of parts.filter(([name]) => stage.full || name !== 'a standby')) {
				for (const part of stopped) part?.signal('SIGSTOP');
				await new Promise((over) => setTimeout(over, seconds * 1_000));
				for (const part of stopped) part?.signal('SIGCONT');
				longest = Math.max(longest, await goesOn(both, `${seconds} s without ${name}`));
				pauses++;
			}
		}
		stage.figure('pauses', pauses);
		stage.figure('again_ms_max', longest);

		for (let round = 0; round < stage.size(1, 3); round++) {
			await cluster.repair();
			const old = cluster.primary;
			const way = lines.to(old);
			for (const part of [first, old]) part.signal('SIGSTOP');
			way.mode = 'refuse';
			way.cut();
			await new Promise((over) => setTimeout(over, LEASE_ENDS));
			await cluster.takeOver();
			await goesOn([second], 'a standby was promoted');
			const before = asker.refused;
			for (const part of [old, first]) part.signal('SIGCONT');
			// The node is back with a former primary that nobody has told.
			await stage.until(() => asker.refused > before + 1, 30_000, 'the node that was paused refuses to answer');
			cluster.fence();
			way.mode = 'through';
			await goesOn(both, 'the old primary was ended');
		}

		await end();
		return second;
	}
};
