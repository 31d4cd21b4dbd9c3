import { fileURLToPath } from 'node:url';
import { openPage } from '../page.ts';
import type { Row } from '../row.ts';
import { talk } from '../talk.ts';

const CLOCK = fileURLToPath(new URL('../fake-clock.ts', import.meta.url));

/** The server's clock is set back an hour, again and again, while people write: nothing moves, nobody is logged out. */
export const clockBack: Row = {
	id: 'clock-back',
	guards: ['order-by-time'],
	async run(stage) {
		const world = await stage.embedded({ NODE_OPTIONS: `--import=${CLOCK}` });
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const people = await stage.people(node.url, 5);
		const [ada] = people;
		if (!ada) throw new Error('There is nobody');
		const room = await stage.room(ada);
		await stage.reader(ada, room);
		const talking = talk(
			people.map((person) => stage.sender(person, room)),
			stage.random,
			50
		);
		for (let set = 0; set < stage.size(3, 10); set++) {
			const enough = talking.acknowledged + stage.size(30, 100);
			await stage.until(() => talking.acknowledged >= enough, 20_000, 'messages are sent');
			node.signal('SIGUSR2');
		}
		const later = await stage.reader(ada, room);
		await stage.until(() => later.live, 10_000, 'who comes later is live');
		const enough = talking.acknowledged + 30;
		await stage.until(() => talking.acknowledged >= enough, 20_000, 'messages are sent');
		await talking.end();
		await stage.caughtUp(10_000);
		const { page } = await openPage(node.url, room.path, ada.cookie);
		const times = page.messages.map(({ timestamp }) => timestamp);
		const back = Math.max(...times) - (times.at(-1) ?? 0);
		stage.figure('clock_went_back_min', (Date.now() - (times.at(-1) ?? 0)) / 60_000);
		stage.expect(back >= 0 && Date.now() - (times.at(-1) ?? 0) > 3_000_000, 'the server has seen its clock go back');
		stage.expect((await ada.get('/you')).ok, 'Ada is still signed in');
		return node.url;
	}
};
