import { below, pick } from '../../conformance/faults/random.ts';
import { postForm, type Person } from '../../e2e/person.ts';
import { openPage } from '../page.ts';
import type { Row } from '../row.ts';

const MOST_COPIES = 20;

/** Each post sent two to twenty times, most at once, to both nodes, and again after one of them was killed: one message. */
export const repeats: Row = {
	id: 'repeats',
	guards: ['last-token-wins'],
	async run(stage) {
		const sends = stage.size(120, 10_000);
		const world = await stage.hosted(2);
		const [first, second] = world.nodes;
		if (!first || !second) throw new Error('There are no two nodes');
		const nodes = [first.url, second.url];
		const people = await stage.people(first.url, 10);
		const [ada] = people;
		if (!ada) throw new Error('There is nobody');
		let posts = 0;
		for (let sent = 0; sent < sends;) {
			// A page of everything is read in the end: rooms stay small enough for one answer.
			const share = Math.min(sends - sent, 1_000);
			sent += share;
			const room = await stage.room(ada);
			await stage.reader(ada, room);
			let left = share;
			const again: (() => Promise<unknown>)[] = [];
			const restart = async () => {
				await stage.until(() => left < share / 2, 600_000, 'half of it is sent');
				await second.stop('SIGKILL');
				await second.again();
			};
			const restarting = restart();
			await Promise.all(
				people.map(async (person) => {
					const sender = stage.sender(person, room);
					while (left-- > 0) {
						const outgoing = sender.write();
						// Five on average, twenty at most.
						const copies = 2 + Math.floor((MOST_COPIES - 1) * stage.random() ** 5);
						posts += copies + 1;
						await Promise.all(Array.from({ length: copies }, () => sender.post(outgoing, pick(stage.random, nodes))));
						await sender.deliver(outgoing, undefined, () => pick(stage.random, nodes));
						if (below(stage.random, 4) === 0) again.push(() => sender.deliver(outgoing, undefined, () => second.url));
					}
				})
			);
			await restarting;
			posts += again.length;
			for (const repeat of again) await repeat();
			await stage.caughtUp(35_000, [room]);

			// Everybody's mind at the same moment, half of it on each node, and each one twice: all of them count, once.
			const reactions = people.flatMap((person, at) =>
				[0, 1].map((more) => react(nodes[(at + more) % 2], room.path, person))
			);
			const answered = (await Promise.all(reactions)).filter((status) => status === 303).length;
			stage.expect(answered === reactions.length, `${answered} of ${reactions.length} reactions were taken`);
			for (const node of nodes) {
				const { page } = await openPage(node, `${room.path}?before=2`);
				const count = page.messages[0]?.reactions?.filter(({ on }) => on).length;
				stage.expect(count === people.length, `${count} of ${people.length} reactions count`);
			}
		}
		stage.figure('posts', posts);
		return first.url;
	}
};

const react = async (node = '', room: string, { cookie }: Person) => {
	const answer = await postForm(`${node}${room}?/react`, { reaction: '1 👍 on' }, { cookie });
	return answer.status;
};
