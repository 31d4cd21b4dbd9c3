import { lacksPostgres, startPostgres } from '../../support/postgres.ts';
import { Line } from '../line.ts';
import type { Row } from '../row.ts';
import { talk } from '../talk.ts';

/** Of PostgreSQL's NotificationResponse. */
const NOTIFICATION = 'A';

/** No NOTIFY reaches any node: what is written at one is told at the other by the question that is asked each second anyway. */
export const sharedNotify: Row = {
	id: 'shared-notify',
	guards: ['only-when-notified'],
	elsewhere: 'tests/contract/postgres.test.ts',
	waits: true,
	cannotRun: lacksPostgres,
	async run(stage) {
		const server = await startPostgres();
		stage.later(() => server.stop());
		const database = new URL(await server.freshDatabase());
		const line = await Line.to(database.href);
		stage.later(() => line.close());
		line.swallows = NOTIFICATION;
		database.port = String(line.port);
		const { first, people, ada, grace } = await stage.sharedByTwo(database.href, 8, { DATABASE_ALONE: '1' });
		const room = await stage.room(ada);
		// Who writes at a node makes it look: at the readers' node nobody does.
		for (let readers = 0; readers < stage.size(2, 20); readers++) {
			const reader = await stage.reader(grace, room);
			await stage.until(() => reader.live, 10_000, 'a reader is live');
		}
		const talking = talk(
			people.filter(({ app }) => app === first.url).map((person) => stage.sender(person, room)),
			stage.random,
			1_000
		);
		await new Promise((over) => setTimeout(over, stage.size(3_000, 120_000)));
		await talking.end();
		await stage.caughtUp(35_000);
		stage.figure('swallowed', line.swallowed);
		stage.expect(line.swallowed > 0, 'notifications were swallowed');
		return first.url;
	},
	// A second until the next question, and a little for the way.
	bars: { repair: 1_500, worst: 3_000 }
};
