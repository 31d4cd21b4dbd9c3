/**
 * How a store without compare-and-set decides once: an atomic append, then a read. Whoever's token stands first has
 * won, and every reader sees the same first token for ever. A token begins with `;`, so that the text is never JSON,
 * which HPKV would merge instead of appending.
 */

/** One try of a send: the number it took, when (milliseconds since 1970), and the digest of its text. */
export interface SendToken {
	n: number;
	timestamp: number;
	hash: string;
}

export const writeSendToken = ({ n, timestamp, hash }: SendToken) => `;${n}@${timestamp}#${hash}`;

const SEND_TOKEN = /^(\d{1,12})@(\d{1,16})#([0-9a-f]+)$/;

/** The tokens in the order they were appended; what is not a token is passed over. */
export function readSendTokens(text: string | undefined): SendToken[] {
	return tokensIn(text).flatMap((token) => {
		const [, n, timestamp, hash] = SEND_TOKEN.exec(token) ?? [];
		return hash ? [{ n: Number(n), timestamp: Number(timestamp), hash }] : [];
	});
}

/** Everything between the semicolons. */
export const tokensIn = (text: string | undefined) => (text ?? '').split(';').filter((token) => token !== '');
