import { filesText } from '../files/file.ts';
import type { ChatMessage } from '../messages/message.ts';
import { wellFormed } from '../messages/draft.ts';
import { plain } from '../markup/plain-text.ts';
import type { LastMessage } from './room.ts';

/** Code points. With the longest name, the record stays below 1,000 bytes. */
const PREVIEW = 120;

export function preview({ n, sender, message, files, timestamp }: ChatMessage): LastMessage {
	const text = Array.from((plain(message) || filesText(files ?? [])).slice(0, PREVIEW * 2))
		.slice(0, PREVIEW)
		.join('');
	return { n, sender, text: wellFormed(text), timestamp };
}
