import { lacksPostgres } from '../../support/postgres.ts';
import { Asker } from '../asker.ts';
import { Cluster } from '../cluster.ts';
import type { Row } from '../row.ts';
import { talk } from '../talk.ts';

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
		const { nodes, first, people, ada, grace } = await stage.sharedByTwo(
			[{ url: cluster.url }, { url: lines.url }],
			stage.size(8, 32)
		);
		const room = await stage.room(ada);
		room.app = grace.app;
		await stage.reader(ada, room);
		await stage.reader(grace, room);
		// Nobody writes there at the first node: its own writes, which wait, would hold up what is read of their keys.
		const other = await stage.room(grace);
		other.app = grace.app;
		await stage.reader(ada, other);
		const talking = talk(
			people.map((person, at) => stage.sender(person, at % 4 === 1 ? other : room)),
			stage.random,
			stage.size(100, 400)
		);
		const asker = new Asker(other, first.url);
		const askers = [asker, new Asker(room, grace.app)];
		const acknowledgedAt = (app: string) => {
			const names = new Set(people.filter((person) => person.app === app).map(({ name }) => name));
			return stage.rooms
				.flatMap(({ history }) => history.events)
				.filter(({ kind, who }) => kind === 'acknowledged' && names.has(who)).length;
		};
		const goesOn = async (apps: readonly string[], after: string) => {
			const before = apps.map(acknowledgedAt);
			const all = () => apps.every((app, at) => acknowledgedAt(app) > (before[at] ?? 0) + 2);
			return stage.until(all, BACK_WITHIN, `sends are taken again after ${after}`);
		};
		const both = nodes.map(({ url }) => url);

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
			await cluster.takeOver();
			await goesOn([grace.app], 'a standby was promoted');
			const before = asker.refused;
			for (const part of [old, first]) part.signal('SIGCONT');
			// The node is back with a former primary that nobody has told.
			await stage.until(() => asker.refused > before + 1, 15_000, 'the node that was paused refuses to answer');
			cluster.fence();
			way.mode = 'through';
			await goesOn(both, 'the old primary was ended');
		}

		await talking.end();
		await stage.caughtUp(35_000);
		for (const each of askers) await each.end();
		stage.figure(
			'asked',
			askers.reduce((sum, { answered }) => sum + answered, 0)
		);
		const stale = askers.flatMap(({ stale }) => stale);
		stage.figure('stale', stale.length);
		stage.expect(stale.length === 0, `${stale.length} answers were stale: ${stale[0]}`);
		return grace.app;
	}
};
