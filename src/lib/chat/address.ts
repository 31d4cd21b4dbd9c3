/** Where a message may lead: to http, https and mailto addresses, and to this app's own rooms. Nothing else is a link. */

/**
 * A run that begins like an address and ends at a space, at a character no address holds bare (quotes, angle brackets,
 * CJK punctuation), or at an invisible one that could disguise where it leads. Nothing in it backtracks, so it is linear.
 * Its letters are spelled in both cases: ignoring case, Unicode would let `httpſ` pass for https.
 */
export const RUN = String.raw`(?<![a-zA-Z0-9+.-])(?:[hH][tT][tT][pP][sS]?:\/\/|[mM][aA][iI][lL][tT][oO]:)[^\s\p{Cc}\p{Cf}<>"${'`'}“”«»\u3000-\u303f\uff01\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1f]*`;

const ONLY_RUN = new RegExp(`^${RUN}$`, 'u');

/** An address has a host that begins with a letter or digit; one with a user before the host poses as somewhere else. */
const WEB = /^https?:\/\/((?:\[[\da-f:.]+\](?::\d+)?|[\p{L}\p{N}][^/?#@[\]\\]*))(?:[/?#].*)?$/iu;
const MAIL = /^mailto:([^@?]+@[\p{L}\p{N}][^@?]*)(?:\?[^@]*)?$/iu;

/** A room of this app or a message in it, as its permalink spells it: no way out of /rooms, and to no other host. */
const HERE =
	/^\/rooms\/(?:[\p{L}\p{N}\p{M}\p{Extended_Pictographic}\p{Regional_Indicator}-]|%[89a-f][\da-f])+(?:\/\d{1,12})?$/iu;

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

/** The address that a run begins with, if it is one. */
export function addressIn(run: string): string | undefined {
	const address = run.slice(0, addressEnd(run));
	return WEB.test(address) || MAIL.test(address) ? address : undefined;
}

/**
 * Where `[words](target)` leads, as it is to be shown beside the words, so that no words can pose as another place: a
 * host or a mailbox; '' for a room of this app; undefined where it must not lead.
 */
export function leadsTo(target: string): string | undefined {
	if (HERE.test(target)) return '';
	return ONLY_RUN.test(target) ? (WEB.exec(target) ?? MAIL.exec(target))?.[1] : undefined;
}
