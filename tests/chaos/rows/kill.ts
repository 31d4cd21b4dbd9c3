import { below } from '../../conformance/faults/random.ts';
import type { Row } from '../row.ts';
import { percentile } from '../stage.ts';
import { talk } from '../talk.ts';

const READY_WITHIN = 3_000;
/** Kills that one room goes through. */
const A_ROOM = 5;

/** kill -9 in a burst of sends: what was acknowledged is there, once, and the server is back within three seconds. */
export const kill: Row = {
	id: 'kill-9',
	guards: ['answer-before-commit'],
	async run(stage) {
		const kills = stage.size(10, 50);
		const world = await stage.embedded();
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const people = await stage.people(node.url, 20);
		const [ada, grace] = people;
		if (!ada || !grace) throw new Error('There is nobody');
		const ready: number[] = [];
		for (let done = 0; done < kills;) {
			const room = await stage.room(ada);
			await stage.reader(ada, room);
			await stage.reader(grace, room);
			const talking = talk(
				people.map((person) => stage.sender(person, room)),
				stage.random
			);
			for (let life = 0; life < A_ROOM && done < kills; life++, done++) {
				const enough = talking.acknowledged + stage.size(40, 150) + below(stage.random, stage.size(40, 150));
				await stage.until(() => talking.acknowledged >= enough, 30_000, 'the burst goes on after a restart');
				await node.stop('SIGKILL');
				const killed = performance.now();
				await node.again();
				await stage.until(async () => (await fetch(`${node.url}/healthz`)).ok, 10_000, 'it takes a write again');
				ready.push(performance.now() - killed);
			}
			await talking.end();
			await stage.caughtUp(35_000, [room]);
		}
		stage.figure('kills', kills);
		ready.sort((a, b) => a - b);
		stage.figure('ready_ms_max', percentile(ready, 1));
		// Some may be slower: the machine is shared with the burst, and in the quick run with other rows.
		const most = percentile(ready, stage.size(0.5, 0.85));
		stage.expect(most < READY_WITHIN, `it was ready again after ${most} ms, not ${READY_WITHIN}`);
		return node.url;
	}
};
