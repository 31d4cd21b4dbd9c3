import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_ANSWERED_LOOKUPS } from '../../chat/limits.ts';
import type { Answered } from '../../chat/messages/answered.ts';
import { EditMark } from '../../chat/messages/change.ts';
import { StoredMessage, type ChatMessage } from '../../chat/messages/message.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import { preview } from '../../chat/rooms/preview.ts';
import { keys, readMarkKey } from '../../chat/storage/keys.ts';
import { isMessage } from '../messages/annotations.ts';
import { maySeeMessage, type RoomEntry } from '../rooms/access.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';
import type { Page } from './history.ts';

type Reader = Pick<RoomEntry, 'room' | 'from'>;

/** Also for a number without a message: who may not see one learns no more. */
const HIDDEN: Answered = { text: '' };

/** Two parallel operations. */
export async function readAnswered(store: Hpkv, reader: Reader, n: number): Promise<Answered> {
	if (!maySeeMessage(reader, n)) return HIDDEN;
	const { id: room } = reader.room;
	const [value, marks] = await Promise.all([
		store.get(keys.message(room, n)),
		readRange(store, keys.textMarks(room, n))
	]);
	const message = value === undefined ? undefined : parsed(StoredMessage, value);
	if (!message || !isMessage(message)) return HIDDEN;
	const kinds = marks.map(({ key }) => readMarkKey(key));
	const deleted = message.deleted ?? kinds.some((mark) => mark?.kind === 'deleted');
	const newest = kinds.at(-1);
	const edit = newest?.kind === 'edited' ? parsed(EditMark, marks.at(-1)?.value) : undefined;
	if (deleted) return card({ ...message, deleted: true });
	if (newest?.kind !== 'edited' || edit?.message === undefined) return card(message);
	return card({ ...message, message: edit.message }, newest.m);
}

function card(message: ChatMessage, m?: number): Answered {
	const { sender, deleted } = message;
	if (deleted) return { sender, text: '', deleted };
	return { sender, text: preview(message).text, ...(m !== undefined && { m }) };
}

export async function readCards(
	store: Hpkv,
	reader: Reader,
	numbers: Iterable<number>
): Promise<Record<number, Answered>> {
	const wanted = [...new Set(numbers)].slice(0, MAX_ANSWERED_LOOKUPS);
	const cards = await Promise.all(wanted.map(async (n) => [n, await readAnswered(store, reader, n)] as const));
	return Object.fromEntries(cards);
}

/** Gives a page's replies their cards. Looks up only messages that are not on the page, in one round trip. */
export async function withCards(store: Hpkv, reader: Reader, page: Page): Promise<Page> {
	const { messages } = page;
	if (!messages.some(({ re }) => re !== undefined)) return page;
	const here = new Map(messages.map((message) => [message.n, message]));
	const away = messages.flatMap(({ re }) => (re === undefined || here.has(re) ? [] : re));
	// The last replies first: a page opens at its end.
	const cards = await readCards(store, reader, away.reverse());
	const withCard = (message: ShownMessage): ShownMessage => {
		if (message.re === undefined) return message;
		const answered = here.get(message.re);
		return { ...message, answered: answered ? card(answered, answered.edited?.m) : cards[message.re] };
	};
	return { ...page, messages: messages.map(withCard) };
}
