import { hash, randomBytes } from 'node:crypto';

export const digest = (text: string) => hash('sha256', text);

/** 130 bits in `[a-z2-7]`. */
export const randomId = () => base32(randomBytes(17)).slice(0, 26);

/** A deterministic id, so that a repeated form makes the same room or person. */
export const idFrom = (text: string) => base32(hash('sha256', text, 'buffer')).slice(0, 26);

/** 256 bits, URL-safe. */
export const secret = () => randomBytes(32).toString('base64url');

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

export function base32(bytes: Uint8Array): string {
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
