import type { ChatMessage } from '../messages/message.ts';
import { wellFormed } from '../messages/draft.ts';
import { plain } from '../markup/plain-text.ts';
import type { LastMessage } from './room.ts';

/** Code points of a message that the room list shows. With the longest name in it, the record stays below 1,000 bytes. */
const PREVIEW = 120;

/** What the room list shows of its newest message: the first characters of what it says, on one line. */
export function preview({ n, sender, message, timestamp }: ChatMessage): LastMessage {
	const text = Array.from(plain(message).slice(0, PREVIEW * 2))
		.slice(0, PREVIEW)
		.join('');
	return { n, sender, text: wellFormed(text), timestamp };
}
