/** The names that a message mentions, by the parser that shows it: an `@` in code or an address mentions nobody. */
import { MentionMatcher, type Mentionable } from './mention-matcher.ts';
import { markup } from './blocks.ts';

/** The paragraphs of a text, with every `@` that cannot be a mention replaced by a space. */
export function mentionable(text: string): string {
	const paragraphs: { text: string; places: number[] }[] = [];
	const places: Mentionable = {
		mentionsIn: (text) => {
			const paragraph = { text, places: [] as number[] };
			paragraphs.push(paragraph);
			return { get: (at) => void paragraph.places.push(at) };
		}
	};
	markup(text, places);
	return paragraphs
		.map(({ text, places }) => text.replace(/@/g, (at, index: number) => (places.includes(index) ? at : ' ')))
		.join('\n');
}

export function mentionedNames(text: string, names: readonly string[]): string[] {
	const known = new MentionMatcher(names);
	const found = new Set<string>();
	markup(text, {
		mentionsIn: (text) => {
			const mentions = known.mentionsIn(text);
			return {
				get: (at) => {
					const mention = mentions.get(at);
					if (mention) found.add(mention.name);
					return mention;
				}
			};
		}
	});
	return [...found];
}
