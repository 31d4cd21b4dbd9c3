import { randomUUID } from 'node:crypto';
import { writeSendToken } from '../../../src/lib/chat/storage/claim.ts';
import { dayOf } from '../../../src/lib/chat/messages/draft.ts';
import { keys } from '../../../src/lib/chat/storage/keys.ts';
import { digest } from '../../../src/lib/server/storage/ids.ts';
import { messageOf } from '../../../src/lib/server/messages/send-once.ts';
import { Line } from '../line.ts';
import { openPage } from '../page.ts';
import type { Row } from '../row.ts';

const DAY = 86_400_000;
const LATER = 20;

/** A send whose claim was made yesterday is finished today: it stands where its number says, also for who was away. */
export const dayLate: Row = {
	id: 'day-late',
	guards: ['no-late-entry'],
	async run(stage) {
		const world = await stage.hosted(1);
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const { records } = world;
		const ada = await stage.join(node.url);
		const room = await stage.room(ada);
		const sender = stage.sender(ada, room);
		await sender.say();
		const { room: stored, page } = await openPage(node.url, room.path);
		const [first] = page.messages;
		if (!first) throw new Error('The first message is not there');

		// Yesterday: the number was given out and claimed, and then the laptop was closed.
		const yesterday = Date.now() - DAY;
		const outgoing = sender.write('I wrote this yesterday', dayOf(yesterday));
		const token = {
			n: await records.increment(keys.messageCount(stored.id)),
			timestamp: yesterday,
			hash: digest(outgoing.text).slice(0, 32)
		};
		await records.patch(keys.sent(outgoing.day, stored.id, first.person, outgoing.id), writeSendToken(token));
		// The others went on, so that every reader has long settled that number.
		for (let said = 1; said <= LATER; said++) {
			const n = await records.increment(keys.messageCount(stored.id));
			const sendId = randomUUID();
			const message = `Yesterday, later ${said}`;
			room.history.tell('Store', { kind: 'invoked', id: sendId, text: message });
			const record = messageOf({ ...first, day: '', sendId, message }, { n, timestamp: yesterday + said * 120_000 });
			await records.set(keys.message(stored.id, n), JSON.stringify(record));
			room.history.tell('Store', { kind: 'acknowledged', id: sendId, n });
		}
		const there = await stage.reader(ada, room);
		const line = await Line.to(node.url);
		const socket = await Line.to(world.store?.url ?? '');
		stage.later(() => [line, socket].forEach((each) => each.close()));
		const back = await stage.reader(ada, room, { app: line.url, line: socket.url });
		await stage.until(() => there.live && back.live, 10_000, 'both are live');
		stage.expect(there.feed.timeline.cursor.holes.length === 0, 'the number of yesterday is settled for them');
		for (const each of [line, socket]) {
			each.mode = 'refuse';
			each.cut();
		}

		const outcome = await sender.deliver(outgoing);
		stage.expect(outcome === 'acknowledged', `the send of yesterday is ${outcome}`);
		await stage.until(() => there.texts.includes(outgoing.text), 5_000, 'who is there hears it');
		await sender.say();
		for (const each of [line, socket]) each.mode = 'through';
		stage.figure('back_ms', await stage.caughtUp(20_000));
		return node.url;
	}
};
