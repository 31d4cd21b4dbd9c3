/** Links in messages: http, https and mailto addresses and the rooms of this app, nothing else. */
import { posesAsLatin } from '../people/name.ts';

/**
 * A run begins like an address and ends at a space, at a character that no address holds bare (quotes, angle brackets,
 * CJK punctuation), or at an invisible character that could disguise the target. No backtracking, so linear. Both
 * letter cases are spelled out: with the flag `i`, Unicode accepts `httpſ` as https.
 */
const CHARACTER = String.raw`[^\s\p{Cc}\p{Cf}<>"${'`'}“”«»\u3000-\u303f\uff01\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1f]`;
/** Persian, Indic scripts and emoji use invisible characters to join or separate letters. */
const JOINED = String.raw`[${['Arab', 'Syrc', 'Mong', 'Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu', 'Knda', 'Mlym', 'Sinh', 'Khmr', 'Mymr'].map((script) => String.raw`\p{Script=${script}}`).join('')}]`;
const JOINER = String.raw`(?<=${JOINED}\p{M}*)[\u200c\u200d](?=${JOINED})|(?<=[\p{ExtPict}\p{EMod}\ufe0f])\u200d(?=\p{ExtPict})`;
const WEB_OR_MAIL = String.raw`(?<![a-zA-Z0-9+.-])(?:[hH][tT][tT][pP][sS]?:\/\/|[mM][aA][iI][lL][tT][oO]:)`;
const WWW = String.raw`(?<![\p{L}\p{N}\p{M}@/._+-])[wW]{3}\.(?=[\p{L}\p{N}])`;
const MAILBOX = String.raw`(?<![\p{L}\p{N}\p{M}@/.%_+-])[\p{L}\p{N}][\p{L}\p{N}\p{M}.%_+-]*@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+(?![\p{L}\p{N}\p{M}@_-]|[.:][\p{L}\p{N}/])`;
export const RUN = String.raw`(?:${WEB_OR_MAIL}|${WWW})(?:${CHARACTER}|${JOINER})*|${MAILBOX}`;

const ONLY_RUN = new RegExp(`^${WEB_OR_MAIL}(?:${CHARACTER}|${JOINER})*$`, 'u');

/** The host begins with a letter or digit. An address with a user before the host is refused: it poses as another host. */
const WEB = /^https?:\/\/((?:\[[\da-f:.]+\](?::\d+)?|[\p{L}\p{N}][^/?#@[\]\\\u200c\u200d]*))(?:[/?#].*)?$/iu;
/** Without a scheme, an address has at least two dots or is a mailbox. */
const BARE_WEB = /^www(?:\.[\p{L}\p{N}-]+){2,}(?::\d+)?(?:[/?#][^]*)?$/iu;
const BARE_MAIL = /^[^@:/]+@[^@:/]+\.\p{L}{2,}$/u;
const MAIL = /^mailto:([^@?]+@[\p{L}\p{N}][^@?]*)(?:\?[^@]*)?$/iu;

/** The permalink of a room or message of this app; it cannot leave /rooms or reach another host. */
const HERE =
	/^\/rooms\/~?(?:[\p{L}\p{N}\p{M}\p{Extended_Pictographic}\p{Regional_Indicator}-]|%[89a-f][\da-f])+(?:\/\d{1,12})?$/iu;

const TRAILING = new Set(".,:;!?'’*_~…|\\");
const OPENING: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** The length of the address in a run: trailing punctuation and unopened closing brackets belong to the sentence. */
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
		// Keep the underscore of `/_foo_`, unless it closes an emphasis that began before the address.
		else if (last === '_' && !isEmphasized && run.indexOf('_') < end - 1) break;
		end -= 1;
	}
	return end;
}

export interface Address {
	typed: string;
	/** The shown text; a host that poses as another is shown in ASCII. */
	text: string;
	/** The target, where it differs from `text`. */
	href?: string;
}

/** The address at the start of a run, if any. `isEmphasized`: an underscore before the run waits for its other end. */
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

/** A host with look-alike letters in its ASCII form: `аррӏе.com` is xn--80ak6aa92e.com. */
function shownHost(host: string): string {
	if (!host.split('.').some(posesAsLatin)) return host;
	try {
		return new URL(`https://${host}`).host;
	} catch {
		return host;
	}
}

/** Shown beside the words of a link, which may pose as another place: a host or mailbox, empty within the app, undefined if refused. */
export function leadsTo(target: string): string | undefined {
	if (HERE.test(target)) return '';
	if (!ONLY_RUN.test(target)) return undefined;
	const [, host] = WEB.exec(target) ?? [];
	return host === undefined ? MAIL.exec(target)?.[1] : shownHost(host);
}
