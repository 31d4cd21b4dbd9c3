/** The type of a file by its first bytes. Names and headers say what their sender likes. */

/** What is no picture, sound or video that pages show is downloaded; its type is for the line that shows it. */
export function typeOf(head: Buffer): string {
	const at = (position: number, text: string) => head.toString('latin1', position, position + text.length) === text;
	if (at(0, '\x89PNG\r\n\x1a\n')) return 'image/png';
	if (at(0, '\xff\xd8\xff')) return 'image/jpeg';
	if (at(0, 'GIF87a') || at(0, 'GIF89a')) return 'image/gif';
	if (at(0, 'RIFF') && at(8, 'WEBP')) return 'image/webp';
	if (at(0, 'RIFF') && at(8, 'WAVE')) return 'audio/wav';
	if (at(4, 'ftyp')) return ofBrand(head);
	if (at(0, '\x1aE\xdf\xa3')) return head.subarray(0, 64).includes('webm') ? 'video/webm' : OTHER;
	if (at(0, 'OggS')) return 'audio/ogg';
	if (at(0, 'ID3') || isMpegAudio(head)) return 'audio/mpeg';
	if (at(0, '%PDF-')) return 'application/pdf';
	if (at(0, 'PK\x03\x04')) return 'application/zip';
	if (at(0, '\x1f\x8b')) return 'application/gzip';
	return isText(head) ? 'text/plain' : OTHER;
}

const OTHER = 'application/octet-stream';

/** Of the ISO media format: the major brand, and those that it says to be compatible with. */
function ofBrand(head: Buffer): string {
	const size = Math.min(head.readUInt32BE(0), head.length, 256);
	const brands = [head.toString('latin1', 8, 12)];
	for (let position = 16; position + 4 <= size; position += 4)
		brands.push(head.toString('latin1', position, position + 4));
	const [major = ''] = brands;
	if (brands.includes('avif') || brands.includes('avis')) return 'image/avif';
	if (/^(M4A|M4B|F4A)/.test(major)) return 'audio/mp4';
	return brands.some((brand) => /^(isom|iso\d|mp4\d|avc1|M4V|dash|MSNV)/.test(brand)) ? 'video/mp4' : OTHER;
}

/** The first frame of an MPEG layer III without a tag; its reserved values are no sound. */
function isMpegAudio(head: Buffer): boolean {
	const [first = 0, second = 0, third = 0] = head;
	const version = (second >> 3) & 3;
	return (
		first === 0xff &&
		(second & 0xe6) === 0xe2 &&
		version !== 1 &&
		third >> 4 !== 15 &&
		third >> 4 !== 0 &&
		((third >> 2) & 3) !== 3
	);
}

/** UTF-8 without control characters but for tab, line feed, form feed, carriage return and escape; its end may be cut. */
function isText(head: Buffer): boolean {
	try {
		// eslint-disable-next-line no-control-regex -- they tell text from other bytes
		return !/[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/.test(
			new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
		);
	} catch {
		return false;
	}
}
