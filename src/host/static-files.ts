/** Serves the build from memory (about 1 MB): hang-ups leave no file open, slow clients hold no copy, new builds change nothing. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

const TYPES: Record<string, string> = {
	'.css': 'text/css',
	'.html': 'text/html; charset=utf-8',
	'.ico': 'image/x-icon',
	'.jpg': 'image/jpeg',
	'.js': 'text/javascript',
	'.json': 'application/json',
	'.mp3': 'audio/mpeg',
	'.png': 'image/png',
	'.svg': 'image/svg+xml',
	'.txt': 'text/plain',
	'.webmanifest': 'application/manifest+json',
	'.webp': 'image/webp',
	'.woff2': 'font/woff2'
};

/** Encoded copies that the build makes of a file, the smallest first. */
const ENCODINGS = [
	['.br', 'br'],
	['.gz', 'gzip']
] as const;

/** File names in this folder contain a hash of the content. */
const IMMUTABLE = '/_app/immutable/';

interface File {
	body: Buffer;
	encoded: { encoding: string; body: Buffer }[];
	headers: OutgoingHttpHeaders;
}

/** By path, like `/robots.txt`. */
export type Files = ReadonlyMap<string, File>;

/** Where several folders have a path, the first folder wins. */
export function readFiles(...folders: string[]): Files {
	const files = new Map<string, File>();
	for (const folder of folders.filter((each) => existsSync(each))) {
		const names = new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }));
		for (const name of names) {
			const path = `/${name.replaceAll('\\', '/').normalize()}`;
			const isEncoded = ENCODINGS.some(([end]) => name.endsWith(end) && names.has(name.slice(0, -end.length)));
			if (isEncoded || path.includes('/.') || files.has(path) || !statSync(join(folder, name)).isFile()) continue;
			files.set(path, readFile(folder, name, names, path));
		}
	}
	return files;
}

function readFile(folder: string, name: string, names: ReadonlySet<string>, path: string): File {
	const read = (end = '') => readFileSync(join(folder, name + end));
	const body = read();
	const encoded = ENCODINGS.filter(([end]) => names.has(name + end)).map(([end, encoding]) => ({
		encoding,
		body: read(end)
	}));
	return {
		body,
		encoded,
		headers: {
			'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
			etag: `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
			vary: 'Accept-Encoding',
			...(path.startsWith(IMMUTABLE) && { 'cache-control': 'public,max-age=31536000,immutable' })
		}
	};
}

export const filesOf =
	(files: Files, answer: RequestListener): RequestListener =>
	(req, res) => {
		const file = files.get(pathOf(req.url ?? ''));
		if (!file) return answer(req, res);
		if (req.method === 'GET' || req.method === 'HEAD') return send(file, req, res);
		res.writeHead(405, { allow: 'GET, HEAD', 'content-type': 'text/plain; charset=utf-8' });
		res.end('This is a file. You can only read it.\n');
	};

function pathOf(url: string): string {
	const [path = ''] = url.split('?', 1);
	if (!path.includes('%')) return path;
	try {
		return decodeURI(path).normalize();
	} catch {
		return path;
	}
}

function send(file: File, req: IncomingMessage, res: ServerResponse): void {
	const { headers } = file;
	const finish = (status: number, more: OutgoingHttpHeaders, body?: Buffer) => {
		res.writeHead(status, { ...headers, ...more });
		res.end(req.method === 'HEAD' ? undefined : body);
	};
	if (req.headers['if-none-match']?.includes(String(headers.etag))) return finish(304, {});

	const size = file.body.length;
	const part = rangeOf(req, size);
	if (part === 'none') return finish(416, { 'content-range': `bytes */${size}` });
	if (part) {
		const body = file.body.subarray(part.first, part.last + 1);
		const range = `bytes ${part.first}-${part.last}/${size}`;
		return finish(206, { 'content-range': range, 'content-length': body.length, 'accept-ranges': 'bytes' }, body);
	}
	const accepted = req.headers['accept-encoding'] ?? '';
	const encoded = file.encoded.find(({ encoding }) => accepts(accepted, encoding));
	const body = encoded?.body ?? file.body;
	finish(200, { 'content-length': body.length, ...(encoded && { 'content-encoding': encoded.encoding }) }, body);
}

const accepts = (accepted: string, encoding: string) =>
	accepted.split(',').some((each) => {
		const [name, quality = ''] = each.split(';').map((part) => part.trim());
		return name === encoding && !/^q=0(?:\.0*)?$/.test(quality);
	});

/** `bytes=0-99` or `bytes=100-`. Other ranges may be ignored (RFC 9110, 14.2): the answer is the whole file. */
const RANGE = /^bytes=(\d{1,15})-(\d{0,15})$/;

function rangeOf({ headers }: IncomingMessage, size: number): { first: number; last: number } | 'none' | undefined {
	// A weak ETag does not prove equal bytes, so a request with If-Range gets the whole file.
	const [, from, to] = (headers['if-range'] === undefined && RANGE.exec(headers.range ?? '')) || [];
	if (from === undefined) return undefined;
	const first = Number(from);
	const last = to ? Math.min(Number(to), size - 1) : size - 1;
	if (to && Number(to) < first) return undefined;
	return first < size ? { first, last } : 'none';
}
