import { randomUUID } from 'node:crypto';
import { keys } from '../../../src/lib/chat/storage/keys.ts';
import { messageOf } from '../../../src/lib/server/messages/send-once.ts';
import { openPage } from '../page.ts';
import type { Row } from '../row.ts';

const STALE_AT_MOST = 35_000;

/** A page rendered while a send stands between its increment and its set: whoever has it must not miss the message. */
export const between: Row = {
	id: 'between',
	guards: ['no-holes-on-a-page'],
	waits: true,
	bars: { worst: STALE_AT_MOST },
	async run(stage) {
		const world = await stage.embedded();
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const { records } = world;
		const ada = await stage.join(node.url);
		for (let round = 0; round < stage.size(4, 20); round++) {
			const room = await stage.room(ada);
			const sender = stage.sender(ada, room);
			await sender.say();
			const early = await stage.reader(ada, room);
			const { room: stored, page } = await openPage(node.url, room.path);
			const [first] = page.messages;
			if (!first) throw new Error('The first message is not there');

			const n = await records.increment(keys.messageCount(stored.id));
			const sendId = randomUUID();
			const message = `Between, in ${room.path}`;
			room.history.tell('Store', { kind: 'invoked', id: sendId, text: message });
			const timestamp = Date.now();
			const reader = await stage.reader(ada, room);
			// In half of the rooms others go on meanwhile, and their messages are seen first.
			if (round % 2) await sender.say();
			await stage.until(() => reader.live && early.live, 10_000, 'both are live');
			// The question asked when it went live has been answered: it still lacks the number.
			await stage.until(() => reader.feed.timeline.cursor.message >= n, 5_000, 'the number is known to be given out');
			const record = JSON.stringify(messageOf({ ...first, day: '', sendId, message }, { n, timestamp }));
			await records.set(keys.message(stored.id, n), record);
			// In half of them the process dies before it wakes anybody.
			if (round % 4 < 2) await records.set(keys.live(stored.id), record);
			room.history.tell('Store', { kind: 'acknowledged', id: sendId, n });
		}
		await stage.caughtUp(STALE_AT_MOST);
		return node.url;
	}
};
