/** Messages that carry their writer and their number, so that a reader can check them without parsing them. */

/** Characters of a message, as in a chat. It ends with a letter: Parley cuts spaces. */
const LENGTH = 100;
const WRITER_DIGITS = 4;
const DIGITS = 9;

export const numbered = (writer: number, n: number): string =>
	`${String(writer).padStart(WRITER_DIGITS, '0')} ${String(n).padStart(DIGITS, '0')}`.padEnd(LENGTH, ' hello');

/** The writer of the text that stands at `at`; NaN where none does. */
export const writerAt = (bytes: Buffer, at: number): number => digitsAt(bytes, at, WRITER_DIGITS);

/** Its number. */
export const numberAt = (bytes: Buffer, at: number): number => digitsAt(bytes, at + WRITER_DIGITS + 1, DIGITS);

function digitsAt(bytes: Buffer, from: number, count: number): number {
	let n = 0;
	for (let digit = from; digit < from + count; digit++) {
		const value = bytes[digit]! - 0x30;
		if (!(value >= 0 && value <= 9)) return NaN;
		n = n * 10 + value;
	}
	return n;
}
