import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_LINES_OF_MESSAGE, NUMBERS_SEARCHED_FOR_LINE } from '../../chat/limits.ts';
import type { Change } from '../../chat/messages/change.ts';
import { StoredMessage } from '../../chat/messages/message.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Events } from '../events.ts';
import { logChange, publishChange } from '../messages/changes.ts';
import { LEFT, lineOf, type LineMark } from '../messages/room-line.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';

/** Kept in one direction within the sentence. */
const isolated = (name: string) => (/^[\x20-\x7e]*$/.test(name) ? name : `\u2068${name}\u2069`);

export type LineOf =
	| { did: 'added' | 'removed' | 'invited'; by: string; name: string }
	| { did: 'left'; name: string }
	| { did: 'entered' | 'archived' | 'reopened' | 'private' | 'open'; by: string };

function wordsOf(line: LineOf): Pick<LineMark, 'what' | 'name'> {
	switch (line.did) {
		case 'added':
		case 'removed':
			return { what: `${isolated(line.by)} ${line.did}`, name: isolated(line.name) };
		case 'invited':
			return { what: `${isolated(line.by)}’s invitation let in`, name: isolated(line.name) };
		case 'left':
			return { what: LEFT, name: isolated(line.name) };
		case 'entered':
			return { what: `${isolated(line.by)}, an operator, came in and can read what is written from now on`, name: '' };
		case 'archived':
		case 'reopened':
			return { what: `${isolated(line.by)}, an operator, ${line.did} this room`, name: '' };
		case 'private':
			return { what: `${isolated(line.by)} made this room private`, name: '' };
		case 'open':
			return { what: `${isolated(line.by)} opened this room to everyone`, name: '' };
	}
}

/** After the act. A crash in between loses the line alone. */
export async function writeLine(
	store: Hpkv,
	events: Events,
	room: string,
	line: LineOf,
	clock: () => number
): Promise<void> {
	const place = await placeOf(store, room);
	const { start, end } = keys.lines(room, place.n);
	const { records } = await store.range(start, end, MAX_LINES_OF_MESSAGE);
	if (records.length >= MAX_LINES_OF_MESSAGE) return;
	const timestamp = clock();
	const change = await logChange(store, room, clock, async (m): Promise<Change> => {
		const mark: LineMark = { ...wordsOf(line), ...place.above };
		await store.set(keys.markLine(room, place.n, m), JSON.stringify(mark));
		const all = lineOf(await readRange(store, keys.lines(room, place.n)));
		return { kind: 'line', n: place.n, timestamp, text: '', ...all, m };
	});
	await publishChange(events, room, { ok: true, change });
}

/** Behind the newest message; in a room without messages, before the first. */
async function placeOf(store: Hpkv, room: string): Promise<{ n: number; above?: Pick<LineMark, 'above'> }> {
	const head = Number((await store.get(keys.messageCount(room))) ?? 0);
	if (head === 0) return { n: 1, above: { above: true } };
	const from = Math.max(1, head - NUMBERS_SEARCHED_FOR_LINE + 1);
	const records = await readRange(store, keys.messages(room, from, head));
	const newest = records.flatMap(({ value }) => parsed(StoredMessage, value) ?? []).findLast((each) => 'id' in each);
	return { n: newest?.n ?? head };
}
