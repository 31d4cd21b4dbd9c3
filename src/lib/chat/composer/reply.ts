import type { Answered } from '../messages/answered.ts';
import type { ChatMessage } from '../messages/message.ts';
import { plain } from '../markup/plain-text.ts';
import { markup, type Block } from '../markup/blocks.ts';
import type { Inline } from '../markup/inline-markup.ts';
import { preview } from '../rooms/preview.ts';

export interface Reply extends Answered {
	sender: string;
	re?: number;
	/** In place of the number, from a page of an earlier release: lines that are sent above the text. Their first line names the author. */
	quote?: string;
}

export function replyTo(message: ChatMessage): Reply {
	const { n: re, sender, text } = preview(message);
	return { re, sender, text };
}

/** The reply that a page of an earlier release has begun. `sender` is empty where the quote names nobody. */
export function readQuote(quote: string): Reply {
	const text = plain(quote);
	const [block] = markup(quote);
	const name = block?.kind === 'quote' ? linkAtStart(block.inside[0]) : undefined;
	if (name === undefined) return { quote, sender: '', text };
	return { quote, sender: name, text: text.slice(name.length + 1).trim() };
}

function linkAtStart(block: Block | undefined): string | undefined {
	const link = block?.kind === 'text' ? block.inside[0] : undefined;
	return link?.kind === 'link' ? asText(link.inside) : undefined;
}

const asText = (words: readonly Inline[]): string =>
	words.map((word) => ('inside' in word ? asText(word.inside) : word.kind === 'break' ? ' ' : word.text)).join('');
