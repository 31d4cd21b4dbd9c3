/** A person's reaction with one emoji to one message, stored as a token for each change; the highest change counts. */

export interface ReactionToken {
	m: number;
	on: boolean;
	name: string;
}

/** `;12+QWRh`: never JSON, so HPKV appends it. The name is in base64url, which has no semicolon. */
export const writeReactionToken = ({ m, on }: ReactionToken, encodedName: string) =>
	`;${m}${on ? '+' : '-'}${encodedName}`;

const TOKEN = /^(\d{1,12})([+-])([A-Za-z0-9_-]*)$/;

export function readReaction(text: string, decode: (encoded: string) => string): ReactionToken | undefined {
	let newest: { m: number; on: boolean; encoded: string } | undefined;
	for (const token of text.split(';')) {
		const [, m, sign, encoded = ''] = TOKEN.exec(token) ?? [];
		if (m !== undefined && Number(m) > (newest?.m ?? 0)) newest = { m: Number(m), on: sign === '+', encoded };
	}
	return newest && { m: newest.m, on: newest.on, name: decode(newest.encoded) };
}

export const QUICK_EMOJI = ['👍', '❤️', '😄', '🎉', '👀', '🙏'] as const;

/** Flag `v` exists since Firefox 116 and Safari 17; in a regex literal it would keep older browsers from loading this file. */
const oneEmoji = /* @__PURE__ */ (() => {
	try {
		return new RegExp('^\\p{RGI_Emoji}$', 'v');
	} catch {
		// Good enough for a page: the server decides.
		return /^(?!\p{ASCII}*$)[\p{Emoji}\p{Emoji_Component}]+$/u;
	}
})();

/** Whether `text` is one emoji recommended for interchange (RGI) and nothing else. */
export const isEmoji = (text: string) => oneEmoji.test(text);

/** A character that is an emoji only with a variation selector or a skin tone after it. */
const TEXT_BY_DEFAULT = /(?!\p{Emoji_Presentation}|\p{EMod})\p{Emoji}(?!\p{EMod})/gu;

/** Adds the selectors that keyboards omit and removes superfluous ones. */
export const typedEmoji = (text: string): string =>
	text
		.trim()
		.replace(/\ufe0f/g, '')
		.replace(TEXT_BY_DEFAULT, '$&\ufe0f');
