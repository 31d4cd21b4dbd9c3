/** People who write at two nodes on one PostgreSQL while pages of both are asked for: none may lack what was acknowledged before. */
import { Asker } from './asker.ts';
import type { NodeOfShared } from './world.ts';
import type { Stage } from './stage.ts';
import { talk } from './talk.ts';

/** In milliseconds. A node cut off with its primary answers reads for 5 s: nothing is promoted before, as Patroni's `ttl` has it. */
export const LEASE_ENDS = 6_000;

/** @param backWithin milliseconds in which sends are taken again after a trouble */
export async function watchForStalePages(stage: Stage, database: readonly NodeOfShared[], backWithin: number) {
	const { nodes, first, people, ada, grace } = await stage.sharedByTwo(database, stage.size(8, 32));
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
	/** Of the first node, which the rows pause and cut off. */
	const asker = new Asker(other, first.url);
	const askers = [asker, new Asker(room, grace.app)];
	const acknowledgedAt = (app: string) => {
		const names = new Set(people.filter((person) => person.app === app).map(({ name }) => name));
		return stage.rooms
			.flatMap(({ history }) => history.events)
			.filter(({ kind, who }) => kind === 'acknowledged' && names.has(who)).length;
	};
	return {
		first,
		second: grace.app,
		both: nodes.map(({ url }) => url),
		asker,
		acknowledgedAt,
		/** Waits until each node has acknowledged more sends. @returns after how many milliseconds */
		goesOn: (apps: readonly string[], after: string) => {
			const before = apps.map(acknowledgedAt);
			const all = () => apps.every((app, at) => acknowledgedAt(app) > (before[at] ?? 0) + 2);
			return stage.until(all, backWithin, `sends are taken again after ${after}`);
		},
		end: async () => {
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
		}
	};
}
