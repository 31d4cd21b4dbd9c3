/** Headers of a file: it runs nowhere, is kept by nobody else, and is shown in the page only if its bytes are of a known kind. */
import { shownAs } from '../../../chat/files/file.ts';
import type { ByteRange } from '../../../../blobs/port.ts';
import type { FileRecord } from '../file-records.ts';

/** `bytes=0-99`, `bytes=100-` or `bytes=-100`. Other ranges may be ignored (RFC 9110, 14.2): the answer is the whole file. */
const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;

export function rangeIn(headers: Headers, size: number, etag: string): ByteRange | 'none' | undefined {
	const condition = headers.get('if-range');
	if (condition !== null && condition !== etag) return undefined;
	const [, from = '', to = ''] = RANGE.exec(headers.get('range') ?? '') ?? [];
	if (from === '' && to === '') return undefined;
	if (from === '') return Number(to) === 0 ? 'none' : { first: Math.max(0, size - Number(to)), last: size - 1 };
	const first = Number(from);
	const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
	if (to !== '' && Number(to) < first) return undefined;
	return first < size ? { first, last } : 'none';
}

/** A file never changes: its id is its version. */
export const etagOf = ({ id }: FileRecord) => `"${id}"`;

/** Of the picture as the timeline shows it. */
export const thumbnailEtagOf = ({ id }: FileRecord) => `"${id}-thumbnail"`;

export function fileHeaders(record: FileRecord): Record<string, string> {
	const isShown = shownAs(record) !== 'line';
	return {
		...COMMON,
		'content-type': isShown ? record.type : 'application/octet-stream',
		'content-disposition': disposition(isShown ? 'inline' : 'attachment', record.name),
		'accept-ranges': 'bytes',
		etag: etagOf(record)
	};
}

export const thumbnailHeaders = (record: FileRecord): Record<string, string> => ({
	...COMMON,
	'content-type': 'image/webp',
	'content-disposition': disposition('inline', `${record.name.replace(/\.[^.]*$/, '')}.webp`),
	etag: thumbnailEtagOf(record)
});

const COMMON = {
	'content-security-policy': "default-src 'none'; sandbox",
	'cross-origin-resource-policy': 'same-origin',
	'x-content-type-options': 'nosniff',
	/*
	 * Kept by the browser, and asked about each time: a person who may read the message now gets 304. `no-transform`: the middleware
	 * `compression` would compress `application/octet-stream`, and a compressed download has no length and no ranges.
	 */
	'cache-control': 'private, no-cache, no-transform'
};

/** RFC 6266 with the name as in RFC 8187, and one for clients that read only ASCII. */
export function disposition(how: 'inline' | 'attachment', name: string): string {
	const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
	const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
	return `${how}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
