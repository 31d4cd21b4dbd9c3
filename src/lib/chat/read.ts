import { Known } from './known.ts';
import { markup, type Block } from './markup.ts';
import { hasSigns } from './signs.ts';

/** What messages say, by their numbers; those without a sign in them say their text. */
export type Read = Readonly<Record<number, readonly Block[]>>;

/** Reads a page. A mention may mean whoever wrote on it, or reads it. */
export function read(messages: readonly { n: number; sender: string; message: string }[], me?: string): Read {
	const known = new Known([...new Set(messages.map(({ sender }) => sender).concat(me ?? []))], me);
	const signed = messages.filter(({ message }) => hasSigns(message));
	return Object.fromEntries(signed.map(({ n, message }) => [n, markup(message, known)]));
}
