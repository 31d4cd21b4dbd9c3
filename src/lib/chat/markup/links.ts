/** Where a message may lead: to http, https and mailto addresses, and to this app's own rooms. Nothing else is a link. */
import { posesAsLatin } from '../people/name.ts';

/**
 * A run that begins like an address and ends at a space, at a character no address holds bare (quotes, angle brackets,
 * CJK punctuation), or at an invisible one that could disguise where it leads. Nothing in it backtracks, so it is linear.
 * Its letters are spelled in both cases: ignoring case, Unicode would let `httpſ` pass for https.
 */
const CHARACTER = String.raw`[^\s\p{Cc}\p{Cf}<>"${'`'}“”«»\u3000-\u303f\uff01\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1f]`;
/** Persian and the scripts of India join letters or keep them apart by an invisible one, and so do emoji. */
const JOINED = String.raw`[${['Arab', 'Syrc', 'Mong', 'Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu', 'Knda', 'Mlym', 'Sinh', 'Khmr', 'Mymr'].map((script) => String.raw`\p{Script=${script}}`).join('')}]`;
const JOINER = String.raw`(?<=${JOINED}\p{M}*)[\u200c\u200d](?=${JOINED})|(?<=[\p{ExtPict}\p{EMod}\ufe0f])\u200d(?=\p{ExtPict})`;
const WEB_OR_MAIL = String.raw`(?<![a-zA-Z0-9+.-])(?:[hH][tT][tT][pP][sS]?:\/\/|[mM][aA][iI][lL][tT][oO]:)`;
const WWW = String.raw`(?<![\p{L}\p{N}\p{M}@/._+-])[wW]{3}\.(?=[\p{L}\p{N}])`;
const MAILBOX = String.raw`(?<![\p{L}\p{N}\p{M}@/.%_+-])[\p{L}\p{N}][\p{L}\p{N}\p{M}.%_+-]*@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+(?![\p{L}\p{N}\p{M}@_-]|[.:][\p{L}\p{N}/])`;
export const RUN = String.raw`(?:${WEB_OR_MAIL}|${WWW})(?:${CHARACTER}|${JOINER})*|${MAILBOX}`;

const ONLY_RUN = new RegExp(`^${WEB_OR_MAIL}(?:${CHARACTER}|${JOINER})*$`, 'u');

/** An address has a host that begins with a letter or digit; one with a user before the host poses as somewhere else. */
const WEB = /^https?:\/\/((?:\[[\da-f:.]+\](?::\d+)?|[\p{L}\p{N}][^/?#@[\]\\\u200c\u200d]*))(?:[/?#].*)?$/iu;
/** An address without its scheme has at least two dots, or is a mailbox. */
const BARE_WEB = /^www(?:\.[\p{L}\p{N}-]+){2,}(?::\d+)?(?:[/?#][^]*)?$/iu;
const BARE_MAIL = /^[^@:/]+@[^@:/]+\.\p{L}{2,}$/u;
const MAIL = /^mailto:([^@?]+@[\p{L}\p{N}][^@?]*)(?:\?[^@]*)?$/iu;

/** A room of this app or a message in it, as its permalink spells it: no way out of /rooms, and to no other host. */
const HERE =
	/^\/rooms\/(?:[\p{L}\p{N}\p{M}\p{Extended_Pictographic}\p{Regional_Indicator}-]|%[89a-f][\da-f])+(?:\/\d{1,12})?$/iu;

const TRAILING = new Set(".,:;!?'’*_~…|\\");
const OPENING: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** Where an address ends within a run: punctuation after it and closing brackets it never opened are the sentence's. */
function addressEnd(run: string, isEmphasized: boolean): number {
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
		// The end of `/_foo_`, unless it ends what an underscore before the address began.
		else if (last === '_' && !isEmphasized && run.indexOf('_') < end - 1) break;
		end -= 1;
	}
	return end;
}

export interface Address {
	/** As it stands in the text. */
	typed: string;
	/** As it is shown: what leads to a host that poses as another says so. */
	text: string;
	/** Where it leads, where that is not what is shown. */
	href?: string;
}

/**
 * The address that a run begins with, if it is one.
 * @param isEmphasized an underscore before it waits for its other end
 */
export function addressIn(run: string, isEmphasized = false): Address | undefined {
	const typed = run.slice(0, addressEnd(run, isEmphasized));
	if (MAIL.test(typed)) return { typed, text: typed };
	if (BARE_MAIL.test(typed)) return { typed, text: typed, href: `mailto:${typed}` };
	const href = BARE_WEB.test(typed) ? `https://${typed}` : typed;
	const [, host] = WEB.exec(href) ?? [];
	if (host === undefined) return undefined;
	const text = typed.replace(host, () => shownHost(host));
	return text === href ? { typed, text } : { typed, text, href };
}

/** A host in letters that look like others, in its ASCII form: `аррӏе.com` is xn--80ak6aa92e.com. */
function shownHost(host: string): string {
	if (!host.split('.').some(posesAsLatin)) return host;
	try {
		return new URL(`https://${host}`).host;
	} catch {
		return host;
	}
}

/**
 * Where `[words](target)` leads, as it is to be shown beside the words, so that no words can pose as another place: a
 * host or a mailbox; '' for a room of this app; undefined where it must not lead.
 */
export function leadsTo(target: string): string | undefined {
	if (HERE.test(target)) return '';
	if (!ONLY_RUN.test(target)) return undefined;
	const [, host] = WEB.exec(target) ?? [];
	return host === undefined ? MAIL.exec(target)?.[1] : shownHost(host);
}
