/** Whom a message mentions, by the same reading that shows it: an `@` in code or in an address mentions nobody. */
import { MentionMatcher, type Mentionable } from './mention-matcher.ts';
import { markup } from './blocks.ts';

/** A text as far as it can mention somebody: its paragraphs, without every other `@`. */
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

/** Which of these names a text mentions, in the order in which it does. */
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
