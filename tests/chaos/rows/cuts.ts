import { Line } from '../line.ts';
import { talk } from '../talk.ts';
import type { Row } from '../row.ts';

/** Every line of a reader is cut each 0.2 to 5 s, with and without a farewell, for as long as people write. */
export const cuts: Row = {
	id: 'cuts',
	guards: ['no-question-when-back'],
	bars: { repair: 2_000, worst: 10_000 },
	async run(stage) {
		const world = await stage.embedded();
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const people = await stage.people(node.url, stage.size(4, 10));
		const [ada] = people;
		if (!ada) throw new Error('There is nobody');
		const lines: Line[] = [];
		const timers = new Set<NodeJS.Timeout>();
		let cut = 0;
		const cutting = (line: Line) => {
			const timer = setTimeout(
				() => {
					timers.delete(timer);
					cut += line.cut(stage.random() < 0.5);
					cutting(line);
				},
				200 + stage.random() * 4_800
			);
			timers.add(timer);
		};
		stage.later(() => {
			for (const timer of timers) clearTimeout(timer);
			for (const line of lines) line.close();
		});
		const began = performance.now();
		for (let rooms = 0; rooms < stage.size(1, 4); rooms++) {
			const room = await stage.room(ada);
			for (let readers = 0; readers < stage.size(12, 25); readers++) {
				const line = await Line.to(node.url);
				lines.push(line);
				await stage.reader(ada, room, { app: line.url });
				cutting(line);
			}
			const senders = people.map((person) => stage.sender(person, room));
			const talking = talk(senders, stage.random, stage.size(300, 700));
			await stage.until(() => talking.acknowledged >= stage.size(400, 700), 300_000, 'enough is acknowledged');
			await talking.end();
			await stage.caughtUp(10_000, [room]);
			// Nothing follows that would show a gap: only the question of who is back finds these.
			for (let quiet = 0; quiet < stage.size(3, 20); quiet++) {
				for (const line of lines) {
					line.mode = 'refuse';
					line.cut();
				}
				await senders[0]?.say();
				for (const line of lines) line.mode = 'through';
				await stage.caughtUp(10_000, [room]);
			}
		}
		stage.figure('cuts', cut);
		stage.figure('for_s', (performance.now() - began) / 1000);
		return node.url;
	}
};
