import { request } from 'node:http';
import { connect } from 'node:net';
import type { Row } from '../row.ts';
import type { Outgoing, Sender } from '../sender.ts';
import { talk } from '../talk.ts';

const ENDS_WITHIN = 5_000;
const HALVES = 5;

/** SIGTERM in a burst of sends: what is on its way is answered, the process ends with 0, and nothing is lost. */
export const sigterm: Row = {
	id: 'sigterm',
	guards: ['exit-at-once'],
	async run(stage) {
		const times = stage.size(3, 20);
		const world = await stage.embedded();
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const people = await stage.people(node.url, 10);
		const [ada] = people;
		if (!ada) throw new Error('There is nobody');
		const room = await stage.room(ada);
		await stage.reader(ada, room);
		const senders = people.map((person) => stage.sender(person, room));
		const late = await Promise.all(Array.from({ length: HALVES }, () => stage.join(node.url, 'Late')));
		let slowest = 0;
		for (let time = 0; time < times; time++) {
			const talking = talk(senders, stage.random);
			await stage.until(() => talking.acknowledged >= 30, 20_000, 'the burst goes on after a restart');
			const halves = await Promise.all(late.map((person) => half(stage.sender(person, room))));
			const told = performance.now();
			const ended = node.stop('SIGTERM');
			await stage.until(async () => !(await listens(node.url)), ENDS_WITHIN, 'it takes no new connections');
			const answers = await Promise.all(halves.map(({ finish }) => finish()));
			const code = await ended;
			slowest = Math.max(slowest, performance.now() - told);
			const answered = answers.filter((status) => status === 303).length;
			stage.expect(answered === HALVES, `${answered} of ${HALVES} posts that had begun were answered`);
			stage.expect(code === 0, `it ended with ${code}, not 0`);
			answers.forEach((status, at) => {
				const { outgoing, who } = halves[at] ?? {};
				if (status === 303 && outgoing) room.history.tell(who ?? '', { kind: 'acknowledged', id: outgoing.id });
			});
			await node.again();
			await talking.end();
		}
		await stage.caughtUp(35_000);
		stage.figure('times', times);
		stage.figure('ends_ms_max', slowest);
		stage.expect(slowest < ENDS_WITHIN, `it ended after ${Math.round(slowest)} ms, not ${ENDS_WITHIN}`);
		return node.url;
	}
};

/** A post of which the server has read the head and waits for the rest. */
async function half(
	sender: Sender
): Promise<{ who: string; outgoing: Outgoing; finish: () => Promise<number | undefined> }> {
	const outgoing = sender.write();
	const { app, cookie, name } = sender.person;
	const body = new URLSearchParams({ message: outgoing.text, sendId: outgoing.id, day: outgoing.day }).toString();
	const posting = request(`${app}${sender.room}?/send`, {
		method: 'POST',
		headers: {
			'content-type': 'application/x-www-form-urlencoded',
			'content-length': Buffer.byteLength(body),
			accept: 'text/html',
			origin: app,
			cookie,
			expect: '100-continue'
		}
	});
	const answered = new Promise<number | undefined>((resolve) => {
		posting.once('response', (response) => resolve(response.resume().statusCode));
		posting.once('error', () => resolve(undefined));
	});
	const begun = new Promise<void>((resolve) => posting.once('continue', resolve));
	posting.flushHeaders();
	await Promise.race([begun, answered]);
	posting.write(body.slice(0, 10));
	return {
		who: name,
		outgoing,
		finish: () => {
			posting.end(body.slice(10));
			return answered;
		}
	};
}

/** Whether new connections are taken. */
const listens = (url: string) =>
	new Promise<boolean>((resolve) => {
		const socket = connect(Number(new URL(url).port), '127.0.0.1');
		socket.once('error', () => resolve(false));
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
	});
