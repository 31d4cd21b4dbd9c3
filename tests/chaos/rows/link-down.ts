import { Line } from '../line.ts';
import type { Row } from '../row.ts';

/** Longer than any question waits for its turn, and than a silent socket is believed. */
const DOWN_FOR = 60_000;
/** A try may have begun just before the link came back, and the next wait is half a minute at most. */
const BACK_WITHIN = 45_000;

/** The whole link is silent, also for what is asked meanwhile, and nobody is told. What was begun then never ends. */
export const linkDown: Row = {
	id: 'link-down',
	guards: [],
	known:
		'a question or a ticket of which nothing is heard again is waited for without end, and holds up all later ones',
	waits: true,
	async run(stage) {
		const world = await stage.embedded();
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const ada = await stage.join(node.url);
		const room = await stage.room(ada);
		const lines: Line[] = [];
		for (let readers = 0; readers < stage.size(4, 20); readers++) {
			const line = await Line.to(node.url);
			stage.later(() => line.close());
			lines.push(line);
			const reader = await stage.reader(ada, room, { app: line.url });
			await stage.until(() => reader.live, 10_000, 'a reader is live');
		}
		const down = performance.now();
		for (const line of lines) {
			line.mode = 'silent';
			line.forget();
		}
		await stage.sender(ada, room).say();
		await stage.until(() => performance.now() - down > DOWN_FOR, DOWN_FOR + 1_000, 'the link was down');
		for (const line of lines) line.mode = 'through';
		stage.figure('back_ms', await stage.caughtUp(BACK_WITHIN));
		await stage.until(() => room.readers.every(({ live }) => live), BACK_WITHIN, 'everybody is live again');
		return node.url;
	}
};
