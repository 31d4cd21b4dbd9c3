export const SHARE_PATH = '/share';

/** The text of a share, a line for each part. Most apps put the address at the end of the text, some beside it, and some in both. */
export function sharedText({ title, text, url }: Record<'title' | 'text' | 'url', string>): string {
	const words = [title, text].map((part) => part.trim()).filter(Boolean);
	const link = url.trim();
	return (words.at(-1)?.endsWith(link) ? words : [...words, link]).join('\n');
}
