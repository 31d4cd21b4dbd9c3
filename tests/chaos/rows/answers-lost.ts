import { Answers, type AnswerFault } from '../answers.ts';
import { talk } from '../talk.ts';
import type { Row } from '../row.ts';

/** More steps than a send has: the request, the session, the room, the claim, the record, the wake-up. */
const STEPS = 14;
const FAULTS: AnswerFault[] = [{ kind: 'lost' }, { kind: 'half' }, { kind: 'away' }];

/**
 * The answer is lost after the write: the store's, at each step of a send, and the app's own. Whoever hears nothing sends
 * the same again, to the same node or to the other.
 */
export const answersLost: Row = {
	id: 'answers-lost',
	guards: ['no-claim'],
	async run(stage) {
		const world = await stage.hosted(1);
		const [plain] = world.nodes;
		if (!plain || !world.store) throw new Error('There is no node');
		const store = await Answers.to(world.store.url);
		stage.later(() => store.close());
		const node = await world.join(store.url);
		const ada = await stage.join(plain.url);
		const room = await stage.room(ada);
		await stage.reader(ada, room);
		const sender = stage.sender(ada, room);

		let met = 0;
		for (let round = 0; round < stage.size(1, 10); round++) {
			for (const fault of FAULTS) {
				for (let step = 1; step <= STEPS; step++) {
					let steps = 0;
					store.spoil = () => {
						if (++steps !== step) return { kind: 'none' };
						met++;
						return fault;
					};
					const outgoing = sender.write();
					const tries = [node.url, ...(step % 2 ? [plain.url] : [])];
					await sender.deliver(outgoing, undefined, () => tries.shift() ?? node.url);
				}
			}
		}
		store.spoil = () => ({ kind: 'none' });

		// Now between the app and its people.
		const front = await Answers.to(plain.url);
		stage.later(() => front.close());
		front.spoil = ({ method }) => ({ kind: method === 'POST' && stage.random() < 0.4 ? 'lost' : 'none' });
		const people = await stage.people(plain.url, 5);
		const talking = talk(
			people.map((person) => stage.sender(person, room)),
			stage.random,
			0,
			() => front.url
		);
		await stage.until(() => talking.acknowledged >= stage.size(60, 1_000), 120_000, 'enough is acknowledged');
		await talking.end();
		await stage.caughtUp(35_000);
		stage.figure('answers_lost_at_a_step', met);
		return plain.url;
	}
};
