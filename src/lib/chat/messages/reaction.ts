/** How a person's mind about one emoji under one message is written: a token for each change, the highest counts. */

/** One change of mind, and the name they had. */
export interface ReactionToken {
	m: number;
	on: boolean;
	name: string;
}

/** `;12+QWRh`: never JSON, so HPKV appends it. The name is in base64url, which has no semicolon. */
export const writeReactionToken = ({ m, on }: ReactionToken, encodedName: string) =>
	`;${m}${on ? '+' : '-'}${encodedName}`;

const TOKEN = /^(\d{1,12})([+-])([A-Za-z0-9_-]*)$/;

/** The token that counts; `decode` reads a name. */
export function readReaction(text: string, decode: (encoded: string) => string): ReactionToken | undefined {
	let newest: { m: number; on: boolean; encoded: string } | undefined;
	for (const token of text.split(';')) {
		const [, m, sign, encoded = ''] = TOKEN.exec(token) ?? [];
		if (m !== undefined && Number(m) > (newest?.m ?? 0)) newest = { m: Number(m), on: sign === '+', encoded };
	}
	return newest && { m: newest.m, on: newest.on, name: decode(newest.encoded) };
}

/** Offered at one click; any other emoji can be typed. */
export const QUICK_EMOJI = ['👍', '❤️', '😄', '🎉', '👀', '🙏'] as const;

/** Firefox has the flag from 116 on, Safari from 17: written as a literal, older ones would not even load this file. */
const oneEmoji = /* @__PURE__ */ (() => {
	try {
		return new RegExp('^\\p{RGI_Emoji}$', 'v');
	} catch {
		// Close enough for a page: the server decides.
		return /^(?!\p{ASCII}*$)[\p{Emoji}\p{Emoji_Component}]+$/u;
	}
})();

/** One emoji as Unicode recommends them for interchange, and nothing else. */
export const isEmoji = (text: string) => oneEmoji.test(text);

/** A sign that is an emoji only with the selector behind it; a colour of skin makes it one as well. */
const TEXT_BY_DEFAULT = /(?!\p{Emoji_Presentation}|\p{EMod})\p{Emoji}(?!\p{EMod})/gu;

/** The emoji that somebody typed: keyboards leave out the selectors that make signs an emoji, or put too many. */
export const typedEmoji = (text: string): string =>
	text
		.trim()
		.replace(/\ufe0f/g, '')
		.replace(TEXT_BY_DEFAULT, '$&\ufe0f');
