import { randomUUID } from 'node:crypto';
import { keys } from '../../../src/lib/chat/storage/keys.ts';
import { edit, react, remove } from '../../../src/lib/server/messages/changes.ts';
import type { ShownMessage } from '../../../src/lib/chat/messages/message-view.ts';
import { messageOf } from '../../../src/lib/server/messages/send-once.ts';
import { Line } from '../line.ts';
import { openPage } from '../page.ts';
import type { Row } from '../row.ts';

/** Writes to the store at once. */
const AT_ONCE = 50;
/** Messages that the reader has on the page when it goes away; they are changed, too. */
const KNOWN = 4;
const MENDED_WITHIN = 40_000;

/**
 * So many messages missed while away, written through the store's own REST, with edits, deletions and reactions among
 * them. Beyond 2,000 the reader opens the newest page, and the way to the others is on it.
 */
export const away: Row = {
	id: 'away',
	guards: ['first-forty', 'one-range', 'no-changes-told'],
	async run(stage) {
		const world = await stage.embedded();
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const { records } = world;
		const ada = await stage.join(node.url);
		for (const missed of [1, 40, 41, 1_000, stage.size(2_500, 100_000)]) {
			const room = await stage.room(ada);
			const sender = stage.sender(ada, room);
			for (let said = 0; said < KNOWN; said++) await sender.say();
			const { room: stored, page } = await openPage(node.url, room.path);
			const [first] = page.messages;
			if (!first) throw new Error('The first message is not there');
			const line = await Line.to(node.url);
			stage.later(() => line.close());
			const reader = await stage.reader(ada, room, { app: line.url });
			await stage.until(() => reader.live, 10_000, 'the reader is live');
			line.mode = 'refuse';
			line.cut();

			const write = async () => {
				const n = await records.increment(keys.messageCount(stored.id));
				const outgoing = { id: randomUUID(), text: `Missed ${n} of ${missed}` };
				room.history.tell('Store', { kind: 'invoked', ...outgoing });
				const message = messageOf(
					{ ...first, room: stored.id, day: '', sendId: outgoing.id, message: outgoing.text },
					{ n, timestamp: Date.now() }
				);
				await records.set(keys.message(stored.id, n), JSON.stringify(message));
				room.history.tell('Store', { kind: 'acknowledged', id: outgoing.id, n });
				return { n, id: outgoing.id };
			};
			let left = missed;
			const written: Awaited<ReturnType<typeof write>>[] = [];
			const writing = async () => {
				while (left-- > 0) written.push(await write());
			};
			await Promise.all(Array.from({ length: AT_ONCE }, writing));

			const target = { room: stored.id, person: first.person };
			const changed = [
				...page.messages.slice(1),
				...written.sort((a, b) => a.n - b.n).filter((_, at) => at % Math.ceil(missed / 100) === 0)
			];
			for (const [at, { n, id }] of changed.entries()) {
				if (at % 3 === 0) {
					await remove(records, { ...target, n }, 'member', Date.now);
					room.history.tell('Store', { kind: 'changed', id, text: undefined });
				} else if (at % 3 === 1) {
					await edit(records, { ...target, n }, `Edited ${n}`, Date.now);
					room.history.tell('Store', { kind: 'changed', id, text: `Edited ${n}` });
				} else {
					await react(records, { ...target, n }, { name: ada.name, emoji: '👍', on: true }, Date.now);
				}
			}
			line.mode = 'through';
			const took = await stage.caughtUp(MENDED_WITHIN, [room]);
			stage.figure(`back_ms_${missed}`, took);

			const fresh = await openPage(node.url, room.path);
			const shown = reader.feed.timeline.messages.slice(-fresh.page.messages.length);
			const same = JSON.stringify(shown.map(plain)) === JSON.stringify(fresh.page.messages.map(plain));
			stage.expect(same, `after ${missed} missed, the page is as the server renders it`);
			if (missed <= 2_000)
				stage.expect(reader.feed.timeline.messages.length === missed + KNOWN, `all of ${missed} are there`);
			else stage.expect(reader.feed.timeline.gapAfter === KNOWN, 'the page says where the gap begins');
			reader.close();
		}
		return node.url;
	}
};

/** With reactions, and without what only one of the two carries. */
const plain = ({ n, id, message, deleted, edited, reactions }: ShownMessage) => ({
	n,
	id,
	message,
	deleted,
	edited,
	// In one order of their fields: a page that is rendered and a notification have each their own.
	reactions: reactions?.map(({ emoji, person, name, m, on }) => ({ emoji, person, name, m, on }))
});
