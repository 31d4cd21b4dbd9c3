/**
 * Reads a body of `multipart/form-data` (RFC 7578) as it arrives. Nothing of it is kept or copied but its heads: a library hands
 * views of its chunks to streams, and then nobody knows when the memory of a chunk can be given back.
 */

/** Of one part. A chunk is used when `take` has resolved. */
export interface PartTaker {
	take: (chunk: Buffer) => Promise<void> | void;
	end: () => void;
}

export interface PartHead {
	name: string;
	/** Of a file; empty where none was chosen. */
	filename?: string;
}

export class MultipartDamaged extends Error {
	override readonly name = 'MultipartDamaged';
}

/** Of one part, and between two. */
const MAX_HEAD_BYTES = 8_192;

/** Undefined where there is none, or none as RFC 2046 allows. */
export const boundaryOf = (contentType: string): string | undefined =>
	/;\s*boundary=(?:"([\w'()+,./:=? -]{1,70})"|([\w'+./-]{1,70})(?=\s*(?:;|$)))/i
		.exec(contentType)
		?.slice(1)
		.find((found) => found !== undefined);

/** @param begin called with the head of each part, in their order. @throws MultipartDamaged */
export async function readMultipart(
	body: AsyncIterable<Buffer>,
	boundary: string,
	begin: (head: PartHead) => PartTaker
): Promise<void> {
	const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
	let within: 'content' | 'head' | 'epilogue' = 'content';
	/** What comes before the first part is nobody's. */
	let taker: PartTaker = { take: () => undefined, end: () => undefined };
	// The first delimiter may begin the body.
	let kept: Buffer = Buffer.from('\r\n');
	for await (const chunk of body) {
		if (within === 'epilogue') continue;
		let rest: Buffer = kept.length > 0 ? Buffer.concat([kept, chunk]) : chunk;
		kept = EMPTY;
		while (rest.length > 0 && within !== 'epilogue') {
			if (within === 'content') {
				const at = rest.indexOf(delimiter);
				const end = at < 0 ? startOf(delimiter, rest) : at;
				if (end > 0) await taker.take(rest.subarray(0, end));
				if (at < 0) {
					kept = Buffer.from(rest.subarray(end));
					break;
				}
				taker.end();
				within = 'head';
				rest = rest.subarray(at + delimiter.length);
			} else {
				if (rest.length >= 2 && rest.toString('latin1', 0, 2) === '--') within = 'epilogue';
				else {
					const end = rest.indexOf('\r\n\r\n');
					if ((end < 0 ? rest.length : end) > MAX_HEAD_BYTES)
						throw new MultipartDamaged('The head of a part is too long');
					if (end < 0) {
						kept = Buffer.from(rest);
						break;
					}
					taker = begin(headOf(rest.toString('utf8', 0, end)));
					within = 'content';
					rest = rest.subarray(end + 4);
				}
			}
		}
	}
	if (within !== 'epilogue') throw new MultipartDamaged('The form has no end');
}

const EMPTY = Buffer.alloc(0);

/** Where the delimiter may begin at the end of `bytes`: it holds one carriage return, at its start. */
function startOf(delimiter: Buffer, bytes: Buffer): number {
	const at = bytes.lastIndexOf(0x0d);
	if (at < 0 || bytes.length - at >= delimiter.length) return bytes.length;
	return delimiter.subarray(0, bytes.length - at).equals(bytes.subarray(at)) ? at : bytes.length;
}

/**
 * Browsers write three characters as the URL standard does, and other clients escape two. A browser's name may end with a backslash:
 * then it is no escape. There is one way to read each character, or a head of backslashes would take years.
 */
const PARAMETER = /;\s*([\w*-]+)=(?:"((?:[^"\\]|\\["\\]|\\(?!["\\]))*)"|"([^"]*)"|([^;\s]*))/g;

function headOf(lines: string): PartHead {
	const [, disposition] = /(?:^|\r\n)content-disposition:[ \t]*form-data[ \t]*(;[^\r\n]*)/i.exec(lines) ?? [];
	const values = new Map<string, string>();
	for (const [, name = '', escaped, plain, bare = ''] of (disposition ?? '').matchAll(PARAMETER)) {
		const quoted = escaped?.replace(/\\(["\\])/g, '$1') ?? plain;
		values.set(name.toLowerCase(), quoted?.replace(/%(22|0D|0A)/gi, decodeURIComponent) ?? bare);
	}
	const name = values.get('name');
	if (name === undefined) throw new MultipartDamaged('A part has no name');
	const filename = values.get('filename');
	return { name, ...(filename !== undefined && { filename }) };
}
