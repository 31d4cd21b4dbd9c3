import { lacksPostgres, startPostgres } from '../../support/postgres.ts';
import { Line } from '../line.ts';
import { everything } from '../page.ts';
import type { Row } from '../row.ts';
import { talk } from '../talk.ts';

/** In milliseconds. */
const CUT_EVERY = 150;

/**
 * Every line of two nodes to their database is cut over and over while people write at both: each write happens once, and
 * nobody is refused.
 */
export const sharedLines: Row = {
	id: 'shared-lines',
	guards: ['sent-again-unasked'],
	cannotRun: lacksPostgres,
	async run(stage) {
		const server = await startPostgres();
		stage.later(() => server.stop());
		const database = new URL(await server.freshDatabase());
		const line = await Line.to(database.href);
		stage.later(() => line.close());
		database.port = String(line.port);
		// What is cut here is no machine: one server is enough.
		const { first, people, ada, grace } = await stage.sharedByTwo(database.href, 16, { DATABASE_ALONE: '1' });
		const room = await stage.room(ada);
		await stage.reader(ada, room);
		await stage.reader(grace, room);
		const talking = talk(
			people.map((person) => stage.sender(person, room)),
			stage.random,
			100
		);
		let cut = 0;
		const cutting = setInterval(() => (cut += line.cut(stage.random() < 0.5)), CUT_EVERY);
		stage.later(() => clearInterval(cutting));
		await stage.until(() => cut >= stage.size(400, 2_000), 600_000, 'lines are cut');
		clearInterval(cutting);
		await talking.end();
		await stage.caughtUp(35_000);
		stage.figure('cut', cut);

		const refused = room.history.events.filter(({ kind }) => kind === 'unknown' || kind === 'failed').length;
		stage.figure('refused', refused);
		stage.expect(refused === 0, `${refused} sends were refused`);
		// A batch that was applied twice has taken two numbers for one send; no message has the second.
		const stored = await everything(first.url, room.path);
		const voids = (stored.at(-1)?.n ?? 0) - stored.length;
		stage.expect(voids === 0, `${voids} numbers came to nothing`);
		return first.url;
	}
};
