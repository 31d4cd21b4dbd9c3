import { hash, randomBytes } from 'node:crypto';

/** SHA-256 in hex, for typed text and secrets in keys. */
export const digest = (text: string) => hash('sha256', text);

/** A random id: 26 characters of `[a-z2-7]`, 130 bits. */
export const randomId = () => base32(randomBytes(17)).slice(0, 26);

/** A deterministic id, so that a repeated form makes the same room or person. */
export const idFrom = (text: string) => base32(hash('sha256', text, 'buffer')).slice(0, 26);

/** A URL-safe secret of 256 bits, for cookies and links. */
export const secret = () => randomBytes(32).toString('base64url');

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

function base32(bytes: Uint8Array): string {
	let text = '';
	let bits = 0;
	let held = 0;
	for (const byte of bytes) {
		held = (held << 8) | byte;
		for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31];
		held &= 255;
	}
	return text;
}
