import { Line } from '../line.ts';
import type { Row } from '../row.ts';

/** A socket is dropped 45 s after its last frame, which is looked at each 5 s; then it may need a second to be back. */
const NOTICED_WITHIN = 60_000;
const STALE_AT_MOST = 35_000;

/** The line of the socket goes silent and nobody is told: the question finds what is missed, and the socket is replaced. */
export const halfOpen: Row = {
	id: 'half-open',
	guards: ['silence-is-trusted'],
	waits: true,
	bars: { worst: STALE_AT_MOST },
	async run(stage) {
		const world = await stage.embedded();
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const ada = await stage.join(node.url);
		const room = await stage.room(ada);
		const lines: Line[] = [];
		for (let readers = 0; readers < stage.size(6, 30); readers++) {
			const line = await Line.to(node.url);
			stage.later(() => line.close());
			lines.push(line);
			const reader = await stage.reader(ada, room, { line: line.url });
			await stage.until(() => reader.live, 10_000, 'a reader is live');
		}
		const sender = stage.sender(ada, room);
		await sender.say();
		await stage.caughtUp(5_000);

		const began = performance.now();
		for (const line of lines) line.forget();
		await sender.say();
		await stage.caughtUp(STALE_AT_MOST);
		// A second connection: the first is known to nobody but this end.
		const left = NOTICED_WITHIN - (performance.now() - began);
		await stage.until(() => lines.every(({ served }) => served > 1), left, 'every socket is replaced');
		stage.figure('noticed_ms_max', performance.now() - began);
		await stage.until(() => room.readers.every(({ live }) => live), 5_000, 'everybody is live again');
		await sender.say();
		stage.figure('live_again_ms', await stage.caughtUp(5_000));
		return node.url;
	}
};
