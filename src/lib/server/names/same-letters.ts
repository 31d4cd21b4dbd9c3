/** Letters that may stand for each other, also by a chain of others, are one class: `h` is like `n` in Cyrillic capitals, `n` like `v`. */
import { foldPersonName } from '../../chat/people/name.ts';
import { looksOfCharacters } from './look-alikes.ts';

/** Marks, spaces, and characters that some rule takes away or adds, as the apostrophe of `ŉ`. */
const LEFT_OUT = /\p{M}|\s|\p{Default_Ignorable_Code_Point}|\p{Cf}|['\u0674\u0bb3\u2800\ufffc]|\u{1d159}|\u{16fe4}/gu;
/** Behind the last letter that has a capital. */
const LAST_CASED = 0x1e943;

const lettersIn = (text: string): string[] => Array.from(text.normalize('NFKD').replace(LEFT_OUT, ''));

class Classes {
	readonly #like = new Map<string, string>();
	/** What a class looks like, as `m` looks like `rn`; none where some rule leaves it out. */
	readonly #looks = new Map<string, readonly string[]>();
	readonly #later: [string, readonly string[]][] = [];

	/** Whatever `one` and `other` are in, they are alike. Only for a single letter `one`. */
	join(one: string, other: string): void {
		const [letter, second] = lettersIn(one);
		const letters = lettersIn(other);
		if (letter === undefined || second !== undefined) return;
		if (letters.length === 1) this.#unite(letter, letters[0]!);
		else this.#later.push([letter, letters]);
	}

	/** Of equally long looks of one class, the letters are alike, one by one. A letter that looks like itself with others is itself. */
	finish(): this {
		for (const [letter, letters] of this.#later) {
			const first = this.#first(letter);
			const known = this.#looks.get(first);
			if (!known && !letters.some((each) => this.#first(each) === first)) this.#looks.set(first, letters);
			else if (known?.length === letters.length) known.forEach((each, at) => this.#unite(each, letters[at]!));
			else if (letters.length === 0) this.#looks.set(first, letters);
		}
		return this;
	}

	read(letters: readonly string[]): string {
		return letters
			.map((letter) => {
				const first = this.#first(letter);
				const looks = this.#looks.get(first);
				return looks ? this.read(looks) : first;
			})
			.join('');
	}

	#first(letter: string): string {
		const like = this.#like.get(letter);
		return like === undefined ? letter : this.#first(like);
	}

	/** The smallest letter stands for its class, so that the order of the rules changes no key. */
	#unite(one: string, other: string): void {
		const [first = '', second = ''] = [this.#first(one), this.#first(other)].sort();
		if (first === second) return;
		this.#like.set(second, first);
		const looks = this.#looks.get(second);
		this.#looks.delete(second);
		if (looks) this.#later.push([first, looks]);
	}
}

let classes: Classes | undefined;

/** Takes a tenth of a second, once. */
function readClasses(): Classes {
	const made = new Classes();
	const looks = looksOfCharacters();
	const cased = Array.from({ length: LAST_CASED }, (_, point) => String.fromCodePoint(point)).filter(
		(character) => character.toLowerCase() !== character || character.toUpperCase() !== character
	);
	for (const [character, look] of looks) made.join(character, look);
	for (const character of new Set([...cased, ...looks.keys()])) {
		for (const other of [character.toLowerCase(), character.toUpperCase(), foldPersonName(character)]) {
			if (other !== character) made.join(character, other);
		}
	}
	made.join('m', 'rn');
	return made.finish();
}

/** The same for all names that are spelled the same or look alike, and for many others. Stored keys depend on it. */
export const sameLetters = (name: string): string => (classes ??= readClasses()).read(lettersIn(foldPersonName(name)));
