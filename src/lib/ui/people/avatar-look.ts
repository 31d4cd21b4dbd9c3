/** The colours of people in tokens.css: `--person-0` to `--person-11`. */
export const HUES = 12;

/** FNV-1a, so that ids that differ in one character have colours far apart. */
export function hueOf(person: string): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < person.length; i++) hash = Math.imul(hash ^ person.charCodeAt(i), 0x01000193);
	return ((hash ^ (hash >>> 15)) >>> 0) % HUES;
}

const LETTER = /[\p{L}\p{N}]\p{M}*/u;
/** Scripts in which one character is as wide, and says as much, as two letters; flags and emoji are pictures. */
const ALONE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const PICTURE = /\p{RI}\p{RI}|\p{Extended_Pictographic}/u;

/** The first letters of the first and the last word; of a name without letters its first emoji. */
export function initialsOf(name: string): string {
	const words = name.split(/\s+/).flatMap((word) => LETTER.exec(word)?.[0] ?? []);
	const [first = PICTURE.exec(name)?.[0] ?? '·'] = words;
	const last = words.length > 1 && !ALONE.test(first) ? (words.at(-1) ?? '') : '';
	// The joiner keeps Arabic letters apart, as initials are written.
	return (last ? `${first}${/\p{Script=Arabic}/u.test(first) ? '\u200c' : ''}${last}` : first).toUpperCase();
}
