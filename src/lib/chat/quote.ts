/** A reply begins with what it answers, as text that anybody could type: quoted lines, the first of which says who. */
import { characters } from './draft.ts';
import type { ChatMessage } from './message.ts';

/** What is quoted at most: enough to know it again. The permalink leads to the rest. */
const LINES = 5;
const CHARACTERS = 280;

/** What a name has that would end the link that it stands in. */
const escaped = (name: string) => name.replace(/[[\]]/g, '\\$&');

/** `> [Ada](/rooms/kitchen/12): what she said`, and a line to write on. */
export function quote({ sender, message }: Pick<ChatMessage, 'sender' | 'message'>, permalink: string): string {
	const said = `[${escaped(sender)}](${permalink}): ${short(ownWords(message))}`;
	return `${said.replace(/^/gm, '> ')}\n\n`;
}

/** Without what it quotes itself: a reply to a reply would otherwise carry the whole conversation. */
function ownWords(message: string): string {
	const own = message
		.split('\n')
		.filter((line) => !line.startsWith('>'))
		.join('\n')
		.trim();
	return own || message;
}

function short(text: string): string {
	const lines = text.split('\n');
	const kept = lines.slice(0, LINES).join('\n');
	if (lines.length <= LINES && characters(kept) <= CHARACTERS) return kept;
	return `${Array.from(kept).slice(0, CHARACTERS).join('').trimEnd()} …`;
}
