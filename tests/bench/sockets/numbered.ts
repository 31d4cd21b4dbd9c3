/** Messages that carry their number at a fixed place, so that a reader can check their order without parsing them. */

/** Characters of a message, as in a chat. */
const LENGTH = 100;
const DIGITS = 9;

export const numbered = (n: number): string => String(n).padStart(DIGITS, '0').padEnd(LENGTH, ' hello');

/** The number that stands at `at`; NaN where none does. */
export function numberAt(bytes: Buffer, at: number): number {
	let n = 0;
	for (let digit = at; digit < at + DIGITS; digit++) {
		const value = bytes[digit]! - 0x30;
		if (!(value >= 0 && value <= 9)) return NaN;
		n = n * 10 + value;
	}
	return n;
}
