/** A message on one line without markup, for previews and screen readers. */
import { markup, type Block } from './blocks.ts';
import type { Inline } from './inline-markup.ts';

/** Quotes are left out if the message has other text. */
export function plain(text: string): string {
	const blocks = markup(text);
	const own = blocks.filter(({ kind }) => kind !== 'quote');
	return onOneLine(own) || onOneLine(blocks);
}

const onOneLine = (blocks: readonly Block[]) => blocksAsText(blocks).replace(/\s+/g, ' ').trim();

const blocksAsText = (blocks: readonly Block[]): string => blocks.map(blockAsText).join(' ');

function blockAsText(block: Block): string {
	switch (block.kind) {
		case 'code':
			return block.text;
		case 'list':
			return block.items
				.map(({ value, inside }) => `${value === undefined ? '-' : `${value}.`} ${blocksAsText(inside)}`)
				.join(' ');
		case 'quote':
			return blocksAsText(block.inside);
		case 'text':
			return wordsAsText(block.inside);
	}
}

const wordsAsText = (inlineMarkup: readonly Inline[]): string =>
	inlineMarkup
		.map((word) => ('inside' in word ? wordsAsText(word.inside) : word.kind === 'break' ? ' ' : word.text))
		.join('');
