import { setTimeout as after } from 'node:timers/promises';
import { Answers } from '../answers.ts';
import { openPage } from '../page.ts';
import type { Row } from '../row.ts';

/** Operations a second of a plan, and the people who write at once. */
const PLANS = [
	{ perSecond: 10, people: 3 },
	{ perSecond: 50, people: 12 }
];
const MINUTE = 60_000;
/** Of a message, with what nobody awaits, and the pauses in which a node looks for tasks and lists its rooms. */
const MOST_CALLS = 14;
/** Nothing is asked of the store any more. */
const QUIET_MS = 2_000;

/**
 * What a plan of a hosted store carries in a minute: messages alone, and messages with a page of the room for each, of people who go
 * on without a pause, which is more than it takes: some are refused and try again. What nobody waits for is counted in: a minute is over when the store is quiet.
 */
export const hostedPlan: Row = {
	id: 'hosted-plan',
	guards: [],
	waits: true,
	elsewhere: 'tests/e2e/processes/hosted-calls.spec.ts',
	async run(stage) {
		let last = '';
		for (const { perSecond, people: count } of PLANS) {
			const world = await stage.hosted(0, {}, { HPKV_RATE_PER_SECOND: String(perSecond) });
			if (!world.store) throw new Error('There is no store');
			const proxy = await Answers.to(world.store.url);
			stage.later(() => proxy.close());
			let calls = 0;
			let askedAt = performance.now();
			proxy.spoil = () => {
				calls += 1;
				askedAt = performance.now();
				return { kind: 'none' };
			};
			const quiet = async () => {
				while (performance.now() - askedAt < QUIET_MS) await after(100);
			};
			const node = await world.join(proxy.url);
			const people = [];
			for (let i = 0; i < count; i++) people.push(await stage.join(node.url));
			const [ada] = people;
			if (!ada) throw new Error('There is nobody');
			for (const withPages of [false, true]) {
				const room = await stage.room(ada);
				room.app = last = node.url;
				await quiet();
				calls = 0;
				let messages = 0;
				let refused = 0;
				const began = performance.now();
				await Promise.all(
					people.map(async (person) => {
						const sender = stage.sender(person, room);
						while (performance.now() - began < MINUTE) {
							if ((await sender.post(sender.write())) === 'acknowledged') messages += 1;
							else refused += 1;
							if (withPages) await openPage(node.url, room.path, person.cookie).catch(() => void (refused += 1));
						}
					})
				);
				await quiet();
				const minutes = (askedAt - began) / MINUTE;
				const name = `plan${perSecond}_${withPages ? 'with_pages' : 'messages'}`;
				stage.figure(`${name}_a_minute`, Math.round(messages / minutes));
				stage.figure(`${name}_calls`, (calls / messages).toFixed(1));
				stage.figure(`${name}_refused`, refused);
				stage.expect(withPages || calls / messages <= MOST_CALLS, `a message cost ${calls / messages} calls`);
			}
		}
		return last;
	}
};
