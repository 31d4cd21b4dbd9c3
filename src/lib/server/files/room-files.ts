/** The page of a room's files. Their index has what the page shows, so that it reads no message. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { FILE_MESSAGES_ON_PAGE } from '../../chat/limits.ts';
import { ChatMessage } from '../../chat/messages/message.ts';
import { keys } from '../../chat/storage/keys.ts';
import { parsed } from '../storage/parse-json.ts';

const Listed = ChatMessage.pick({ n: true, person: true, sender: true, timestamp: true, files: true });

/** A message with files. */
export type ListedFiles = Pick<ChatMessage, 'n' | 'person' | 'sender' | 'timestamp' | 'files'>;

export const listedFiles = ({ n, person, sender, timestamp, files }: ChatMessage): ListedFiles => ({
	...{ n, person, sender, timestamp, files }
});

const NEWEST = 999_999_999_999;

/**
 * Newest first, one operation.
 * @param from the first number that the reader may read
 */
export async function readRoomFiles(
	store: Hpkv,
	room: string,
	{ from, before = NEWEST }: { from: number; before?: number }
): Promise<{ messages: ListedFiles[]; older?: number }> {
	const { start, end } = keys.roomFilesBelow(room, before);
	const { records, truncated } = await store.range(start, end, FILE_MESSAGES_ON_PAGE + 1);
	const all = records.flatMap(({ value }) => parsed(Listed, value) ?? []).filter(({ n }) => n >= from);
	const messages = all.slice(0, FILE_MESSAGES_ON_PAGE);
	const isMore = all.length > messages.length || (truncated && messages.length === all.length && all.length > 0);
	return { messages, older: isMore ? messages.at(-1)?.n : undefined };
}
