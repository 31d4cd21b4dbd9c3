import { below, pick } from '../../conformance/faults/random.ts';
import type { Person } from '../../e2e/person.ts';
import { lacksPostgres, startPostgres } from '../../support/postgres.ts';
import { Line } from '../line.ts';
import type { Row } from '../row.ts';
import type { Room, Stage } from '../stage.ts';

/** Schedules that are played beside each other. */
const TOGETHER = 16;
/** In milliseconds: tries of one schedule begin, and lines are cut, within this. */
const SPREAD = 60;

/**
 * What tests/states walks through in one process, by chance and on two nodes: people try the same and other messages at once, at
 * either node, each try a little later or never heard of again, while lines of the nodes to their database break. Each
 * schedule has a room of its own.
 */
export const sharedSchedules: Row = {
	id: 'shared-schedules',
	guards: ['no-claim'],
	elsewhere: 'tests/contract/postgres.test.ts',
	cannotRun: lacksPostgres,
	async run(stage) {
		const server = await startPostgres();
		stage.later(() => server.stop());
		const database = new URL(await server.freshDatabase());
		const lines = await Promise.all([Line.to(database.href), Line.to(database.href)]);
		stage.later(() => lines.forEach((line) => line.close()));
		const ways = lines.map(({ port }) => ({ url: Object.assign(new URL(database), { port: String(port) }).href }));
		const { nodes, first, people, ada } = await stage.sharedByTwo(ways, 6, { DATABASE_ALONE: '1' });
		const apps = nodes.map(({ url }) => url);
		const schedules = stage.size(32, 2_000);
		let cut = 0;
		const schedule = async () => {
			const room = await stage.room(ada);
			const waitUpTo = (most: number) => new Promise((later) => setTimeout(later, stage.random() * most));
			const cutting = Array.from({ length: below(stage.random, 3) }, async () => {
				await waitUpTo(SPREAD);
				cut += pick(stage.random, lines).cut(stage.random() < 0.5);
			});
			const sends = Array.from({ length: 1 + below(stage.random, 3) }, () =>
				tryAtOnce(stage, room, pick(stage.random, people), apps)
			);
			await Promise.all([...sends, ...cutting]);
		};
		let begun = 0;
		const lane = async () => {
			while (begun++ < schedules) await schedule();
		};
		await Promise.all(Array.from({ length: TOGETHER }, lane));
		stage.figure('schedules', schedules);
		stage.figure('cut', cut);
		stage.expect(cut > 0, 'lines were cut');
		return first.url;
	}
};

/**
 * One message, tried one to three times at once at either node. In nine of ten cases the first try is repeated until it has an
 * answer; the others are made once.
 */
async function tryAtOnce(stage: Stage, room: Room, person: Person, apps: readonly string[]): Promise<void> {
	const sender = stage.sender(person, room);
	const outgoing = sender.write();
	const tries = Array.from({ length: 1 + below(stage.random, 3) }, async (_, at) => {
		await new Promise((later) => setTimeout(later, stage.random() * SPREAD));
		if (at > 0) await sender.post(outgoing, pick(stage.random, apps));
		else if (stage.random() < 0.9) await sender.deliver(outgoing, undefined, () => pick(stage.random, apps));
		else await sender.post(outgoing, pick(stage.random, apps));
	});
	await Promise.all(tries);
}
