import type { Block } from './blocks.ts';

/** All that blocks.ts may interpret; a short text without a letter may be emoji. */
const SIGNS =
	/[*_~`[@\n\r\u2028\u2029]|^ {0,3}(?:>|-|\d{1,3}[.)])|https?:\/\/|mailto:|www\.|^(?=[^]{1,80}$)[^\p{L}]*[^\p{L}\p{ASCII}][^\p{L}]*$/iu;

export const hasMarkup = (text: string) => SIGNS.test(text);

export const asParagraph = (text: string): Block[] => [{ kind: 'text', inside: [{ kind: 'text', text }] }];
