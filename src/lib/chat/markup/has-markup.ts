/** Which messages have to be read by blocks.ts: most are a paragraph without a sign in it, and cost nothing more. */
import type { Block } from './blocks.ts';

/** Anything blocks.ts could make something of; a short text without a letter may be emoji. */
const SIGNS =
	/[*_~`[@\n\r\u2028\u2029]|^ {0,3}(?:>|-|\d{1,3}[.)])|https?:\/\/|mailto:|www\.|^(?=[^]{1,80}$)[^\p{L}]*[^\p{L}\p{ASCII}][^\p{L}]*$/iu;

export const hasMarkup = (text: string) => SIGNS.test(text);

/** A text as it stands. */
export const asParagraph = (text: string): Block[] => [{ kind: 'text', inside: [{ kind: 'text', text }] }];
