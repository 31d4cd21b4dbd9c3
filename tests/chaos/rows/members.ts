/** Members come and go while others write: nothing of what is said meanwhile reaches who is out, and nothing is lost. */
import { below, pick } from '../../conformance/faults/random.ts';
import { Comer, privateRoom } from '../comer.ts';
import { Line } from '../line.ts';
import type { Row } from '../row.ts';
import type { Stage } from '../stage.ts';
import { talk } from '../talk.ts';

const CAUGHT_UP = 35_000;
const SENDERS = 6;
/** A send on its way and the wake of the one before, of each sender, and the constants of the removal. */
const IN_FLIGHT = 2 * SENDERS + 3;

const tell = (stage: Stage, comer: Comer, most = IN_FLIGHT) => {
	for (const leak of new Set(comer.leaks(most))) stage.expect(false, leak);
	stage.figure('removals', comer.removals);
};

/** kill -9 in a burst of sends, while somebody is let in and removed: removals that died are done by their repeat. */
export const membersKilled: Row = {
	id: 'members-kill-9',
	guards: ['once-a-member'],
	async run(stage) {
		const world = await stage.embedded();
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const [ada, eve, ...people] = await stage.people(node.url, SENDERS + 2);
		if (!ada || !eve) throw new Error('There is nobody');
		const room = await privateRoom(stage, world, ada, people);
		await stage.reader(ada, room);
		const comer = new Comer(eve, room, [node.url]);
		const talking = talk(
			people.map((person) => stage.sender(person, room)),
			stage.random,
			20
		);
		let isOver = false;
		const coming = (async () => {
			while (!isOver) {
				await comer.come(pick(stage.random, ['all', 'from now on'] as const));
				await new Promise((later) => setTimeout(later, below(stage.random, 150)));
				await comer.go();
				await new Promise((later) => setTimeout(later, 50 + below(stage.random, 200)));
			}
		})();
		for (let kills = stage.size(2, 30); kills > 0; kills--) {
			const [enough, removals] = [talking.acknowledged + stage.size(15, 60), comer.removals];
			const isOn = () => talking.acknowledged >= enough && comer.removals > removals;
			await stage.until(isOn, 30_000, 'the burst goes on, and somebody is removed');
			await new Promise((later) => setTimeout(later, below(stage.random, 100)));
			await node.stop('SIGKILL');
			await node.again();
		}
		const enough = comer.removals + 1;
		await stage.until(() => comer.removals >= enough, 30_000, 'somebody is removed');
		isOver = true;
		await coming;
		await talking.end();
		await comer.end();
		await stage.caughtUp(CAUGHT_UP, [room]);
		tell(stage, comer);
		return node.url;
	}
};

/** Who is removed does not read their socket, and a page of who stays is on a line that went silent. */
export const removalHalfOpen: Row = {
	id: 'removal-half-open',
	guards: ['once-a-member'],
	waits: true,
	async run(stage) {
		const world = await stage.embedded();
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const [ada, eve, bo] = await stage.people(node.url, 3);
		if (!ada || !eve || !bo) throw new Error('There is nobody');
		const room = await privateRoom(stage, world, ada, [bo]);
		const line = await Line.to(node.url);
		stage.later(() => line.close());
		const sender = stage.sender(ada, room);
		const reader = await stage.reader(bo, room, stage.full ? { line: line.url } : {});
		await stage.until(() => reader.live, 10_000, 'a reader is live');
		const comer = new Comer(eve, room, [node.url]);
		for (let round = 0; round < stage.size(3, 10); round++) {
			await comer.come('all');
			await sender.say();
			for (const socket of comer.sockets) if (socket.readyState === socket.OPEN) socket.pause();
			if (round === 0) line.forget();
			await comer.go();
			for (let said = 0; said < 5; said++) await sender.say();
			for (const socket of comer.sockets) if (socket.isPaused) socket.resume();
			const areClosed = () => comer.sockets.every(({ readyState, CLOSED }) => readyState === CLOSED);
			await stage.until(areClosed, 2_000, 'every socket of who was removed is closed');
		}
		await comer.end();
		await stage.caughtUp(CAUGHT_UP);
		// What was sent before is read late.
		tell(stage, comer, Infinity);
		return node.url;
	}
};

/** Two nodes on one store that recalls no token, and a removal at a third. */
export const removalNodes: Row = {
	id: 'removal-nodes',
	guards: ['once-a-member', 'one-epoch'],
	async run(stage) {
		const world = await stage.hosted(2);
		const apps = world.nodes.map(({ url }) => url);
		const [first = '', second = ''] = apps;
		const [ada, eve, bo, ...people] = await stage.people(first, SENDERS + 3);
		if (!ada || !eve || !bo) throw new Error('There is nobody');
		const room = await privateRoom(stage, world, ada, [bo, ...people]);
		await stage.reader(ada, room);
		await stage.reader(bo, room, { app: second });
		const comer = new Comer(eve, room, apps);
		const talking = talk(
			people.map((person) => stage.sender(person, room)),
			stage.random,
			50,
			() => pick(stage.random, apps)
		);
		for (let round = 0; round < stage.size(4, 40); round++) {
			await comer.come(pick(stage.random, ['all', 'from now on'] as const));
			const enough = talking.acknowledged + 10;
			await stage.until(() => talking.acknowledged >= enough, 30_000, 'the others go on');
			await comer.go();
			const more = talking.acknowledged + 30;
			await stage.until(() => talking.acknowledged >= more, 30_000, 'the others go on without who was removed');
		}
		await talking.end();
		await comer.end();
		await stage.caughtUp(CAUGHT_UP);
		tell(stage, comer);
		return first;
	}
};
