/** Claims decide once without compare-and-set: append, then read; the first token has won. Its `;` keeps HPKV from merging it as JSON. */

/** One try of a send: its number, its time (milliseconds since 1970) and the digest of its text. */
export interface SendToken {
	n: number;
	timestamp: number;
	hash: string;
}

export const writeSendToken = ({ n, timestamp, hash }: SendToken) => `;${n}@${timestamp}#${hash}`;

const SEND_TOKEN = /^(\d{1,12})@(\d{1,16})#([0-9a-f]+)$/;

/** Tokens in the order of appending; invalid tokens are skipped. */
export function readSendTokens(text: string | undefined): SendToken[] {
	return tokensIn(text).flatMap((token) => {
		const [, n, timestamp, hash] = SEND_TOKEN.exec(token) ?? [];
		return hash ? [{ n: Number(n), timestamp: Number(timestamp), hash }] : [];
	});
}

export const tokensIn = (text: string | undefined) => (text ?? '').split(';').filter((token) => token !== '');
