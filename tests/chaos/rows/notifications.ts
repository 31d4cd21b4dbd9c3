import { Line } from '../line.ts';
import type { Row } from '../row.ts';

/** A question is asked each 20 to 30 s; what was asked must also be answered. */
const STALE_AT_MOST = 35_000;

/** Notifications dropped, doubled, delayed and so reordered; and the last one of all dropped for everybody. */
export const notifications: Row = {
	id: 'notifications',
	guards: ['no-hole-memory', 'no-head-question'],
	waits: true,
	bars: { worst: STALE_AT_MOST },
	async run(stage) {
		const world = await stage.embedded();
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const people = await stage.people(node.url, 5);
		const [ada] = people;
		if (!ada) throw new Error('There is nobody');
		const room = await stage.room(ada);
		let dropAll = false;
		let dropped = 0;
		for (let readers = 0; readers < stage.size(8, 30); readers++) {
			const line = await Line.to(node.url);
			stage.later(() => line.close());
			line.frames = (text) => {
				if (!text.includes('live:')) return [0];
				const chance = stage.random();
				if (dropAll || chance < 0.3) {
					dropped++;
					return [];
				}
				if (chance < 0.6) return [0, stage.random() * 500];
				return [chance < 0.8 ? stage.random() * 5_000 : 0];
			};
			const reader = await stage.reader(ada, room, { line: line.url });
			await stage.until(() => reader.live, 10_000, 'a reader is live');
		}
		const senders = people.map((person) => stage.sender(person, room));
		for (let burst = 0; burst < stage.size(6, 60); burst++) {
			await Promise.all(
				senders.map(async (sender) => {
					for (let said = 0; said < 5; said++) await sender.say();
				})
			);
			await new Promise((pause) => setTimeout(pause, stage.random() * 1_000));
		}
		// What is still on its way would tell of the last one.
		await stage.caughtUp(STALE_AT_MOST);
		dropAll = true;
		await senders[0]?.say();
		await stage.caughtUp(STALE_AT_MOST);
		stage.figure('dropped', dropped);
		return node.url;
	}
};
