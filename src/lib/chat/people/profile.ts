import { MAX_ABOUT } from '../limits.ts';
import { characters, clean } from '../messages/draft.ts';

export interface Profile {
	about: string;
	/** IANA time zone. */
	zone: string;
}

/** The typed text as one line, which may be empty; undefined if it is too long. */
export function aboutLine(typed: string): string | undefined {
	const line = clean(typed).replace(/\s+/gu, ' ').trim();
	return characters(line) > MAX_ABOUT ? undefined : line;
}
