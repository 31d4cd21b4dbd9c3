import { lacksPostgres, startPostgres } from '../../support/postgres.ts';
import type { Row } from '../row.ts';
import { talk } from '../talk.ts';

/** In milliseconds. A balancer asks so often, and a node that is told to end goes on for `DRAIN_SECONDS`. */
const ASKED_EVERY = 200;
const DRAIN_SECONDS = '2';

/**
 * A rolling update: one node after the other is told to end and started again, while people write by a balancer that asks for
 * `/readyz`. Nobody is refused.
 */
export const sharedRolling: Row = {
	id: 'shared-rolling',
	guards: [],
	elsewhere: 'tests/e2e/nodes/two-nodes.spec.ts',
	cannotRun: lacksPostgres,
	async run(stage) {
		const server = await startPostgres();
		stage.later(() => server.stop());
		const url = await server.freshDatabase();
		const { nodes, first, people, ada, grace } = await stage.sharedByTwo(url, stage.size(8, 32), {
			DATABASE_ALONE: '1',
			DRAIN_SECONDS
		});
		let ready = nodes.map(({ url }) => url);
		const asking = setInterval(() => {
			void Promise.all(
				nodes.map(({ url }) =>
					fetch(`${url}/readyz`).then(
						({ ok }) => (ok ? [url] : []),
						() => []
					)
				)
			).then((found) => (ready = found.flat()));
		}, ASKED_EVERY);
		stage.later(() => clearInterval(asking));
		const room = await stage.room(ada);
		await stage.reader(ada, room);
		await stage.reader(grace, room);
		let turn = 0;
		const talking = talk(
			people.map((person) => stage.sender(person, room)),
			stage.random,
			stage.size(100, 50),
			() => ready[++turn % ready.length] ?? first.url
		);
		const rounds = stage.size(1, 20);
		for (let round = 0; round < rounds; round++) {
			for (const node of nodes) {
				const ended = await node.stop();
				stage.expect(ended === 0, `a node ended with ${ended}`);
				await node.again();
				await stage.until(() => ready.includes(node.url), 10_000, 'the balancer has the new node');
				const enough = talking.acknowledged + 20;
				await stage.until(() => talking.acknowledged >= enough, 30_000, 'sends are taken by both');
			}
		}
		await talking.end();
		await stage.caughtUp(35_000);
		stage.figure('replaced', rounds * nodes.length);
		const refused = room.history.events.filter(({ kind }) => kind === 'unknown' || kind === 'failed').length;
		stage.figure('refused', refused);
		stage.expect(refused === 0, `${refused} sends were refused`);
		return first.url;
	}
};
