/** What a message's text is made of. Only bare http, https and mailto addresses become links; the rest stays text. */
export type Token = { kind: 'text'; text: string } | { kind: 'link'; text: string } | { kind: 'break' };

/**
 * A line break, or a run that begins like an address and ends at a space, at a character no address holds bare
 * (quotes, angle brackets, CJK punctuation), or at an invisible one that could disguise where it leads.
 * Nothing in it backtracks, so it is linear.
 */
const LANDMARK =
	/\r\n|[\n\r\u2028\u2029]|(?<![a-z0-9+.-])(?:https?:\/\/|mailto:)[^\s\p{Cc}\p{Cf}<>"`“”«»\u3000-\u303f\uff01\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1f]*/giu;

/** An address has a host that begins with a letter or digit; one with a user before the host poses as somewhere else. */
const WEB = /^https?:\/\/(?:\[[\da-f:.]+\](?::\d+)?|[\p{L}\p{N}][^/?#@[\]\\]*)(?:[/?#].*)?$/iu;
const MAIL = /^mailto:[^@?]+@[\p{L}\p{N}][^@]*$/iu;

const TRAILING = new Set(".,:;!?'’*_~…|\\");
const OPENING: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** Where an address ends within a run: punctuation after it and closing brackets it never opened are the sentence's. */
function addressEnd(run: string): number {
	const open: Record<string, number> = { '(': 0, '[': 0, '{': 0 };
	for (const character of run) {
		if (character in open) open[character] = (open[character] ?? 0) + 1;
		else if (character in OPENING) open[OPENING[character] ?? ''] = (open[OPENING[character] ?? ''] ?? 0) - 1;
	}
	let end = run.length;
	while (end > 0) {
		const last = run[end - 1] ?? '';
		const opening = OPENING[last];
		if (opening !== undefined && (open[opening] ?? 0) < 0) open[opening] = (open[opening] ?? 0) + 1;
		else if (!TRAILING.has(last)) break;
		end -= 1;
	}
	return end;
}

/** Nothing is lost: the texts of the tokens, with a line feed for each break, are the text. */
export function tokens(text: string): Token[] {
	const found: Token[] = [];
	let from = 0;
	const plain = (end: number) => {
		if (end > from) found.push({ kind: 'text', text: text.slice(from, end) });
	};
	for (const match of text.matchAll(LANDMARK)) {
		const [run] = match;
		if (/^[\n\r\u2028\u2029]/.test(run)) {
			plain(match.index);
			found.push({ kind: 'break' });
			from = match.index + run.length;
			continue;
		}
		const address = run.slice(0, addressEnd(run));
		// A run that is no address is passed over whole; looking for another inside it would cost a square.
		if (!WEB.test(address) && !MAIL.test(address)) continue;
		plain(match.index);
		found.push({ kind: 'link', text: address });
		from = match.index + address.length;
	}
	plain(text.length);
	return found;
}
