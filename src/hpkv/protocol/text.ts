/**
 * What a key, a bound and a value may be. Each check gives the sentence that says what is wrong, or undefined.
 * Every door asks here: frames, REST, the client in this process and the one over the network.
 */
import { MAX_HOLDER_LENGTH, MAX_KEY_BYTES } from './limits.ts';

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/** A lone surrogate has no UTF-8: two different keys would be stored as one. */
const illFormed = (text: string): boolean => !text.isWellFormed();

/** A record's key: 1 to 512 bytes of UTF-8, no NUL, which is left for bounds to stand just behind a key. */
export function wrongWithKey(key: string): string | undefined {
	if (key.includes('\0')) return 'Key must not contain NUL';
	return wrongWithBound(key, 'Key');
}

/** One end of a range: as a key, but NUL is welcome, and one byte more: the last key + `\0` asks for what follows. */
export function wrongWithBound(bound: string, what = 'Range bound'): string | undefined {
	if (bound === '') return `${what} must not be empty`;
	if (illFormed(bound)) return `${what} must be well-formed Unicode`;
	const most = what === 'Key' ? MAX_KEY_BYTES : MAX_KEY_BYTES + 1;
	if (bytes(bound) > most) return `${what} must be at most ${most} bytes`;
	return undefined;
}

/** A token's holder: text that makes a key with a prefix. */
export function wrongWithHolder(holder: string): string | undefined {
	if (holder === '') return 'Holder must not be empty';
	if (holder.length > MAX_HOLDER_LENGTH) return `Holder must be at most ${MAX_HOLDER_LENGTH} characters`;
	if (holder.includes('\0')) return 'Holder must not contain NUL';
	if (illFormed(holder)) return 'Holder must be well-formed Unicode';
	return undefined;
}

/** A value: 1 to `maxBytes` bytes of UTF-8, no NUL. */
export function wrongWithValue(value: string, maxBytes: number): string | undefined {
	if (value === '') return 'Value must not be empty';
	if (illFormed(value)) return 'Value must be well-formed Unicode';
	if (value.includes('\0')) return 'Value must not contain NUL';
	if (bytes(value) > maxBytes) return `Value must be at most ${maxBytes} bytes`;
	return undefined;
}
