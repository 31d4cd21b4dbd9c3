/** A file of 1 MB, from the first byte that is uploaded to the last byte at the last of ten readers who have the room open. */
import { Person, sendIds } from '../../e2e/person.ts';
import { startProduct } from '../product.ts';
import { startServer } from '../programs.ts';
import { median, type Row } from '../row.ts';
import type { Scale } from '../scale.ts';
import { freshFolder } from '../scratch.ts';

const BARE = new URL('bare-server.ts', import.meta.url);
const READERS = 10;
const BYTES = 1_000_000;

/** One way to get a file to readers. */
interface Way {
	/** Uploads it. */
	send: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
	/** Calls `heard` with the address of each file in the live events of a reader. */
	listen: (heard: (url: string) => void) => Promise<void>;
	headers: Record<string, string>;
}

export async function oneFile({ oneFile: { files, rounds } }: Scale): Promise<Row[]> {
	const product = await startProduct(freshFolder(), { UPLOAD_MIN_FREE: '1' });
	const bare = await startServer(BARE, { DATA_DIR: freshFolder() });
	try {
		const ways = [await readersOf(await ours(product.url)), await readersOf(bareWay(bare.url))] as const;
		const bytes = new Uint8Array(BYTES).fill(7);
		const times: [number[], number[]] = [[], []];
		// What is compiled at first.
		for (let i = 0; i < files; i++) for (const way of ways) await way(bytes);
		for (let round = 0; round < rounds; round++) {
			const each: [number[], number[]] = [[], []];
			for (let i = 0; i < files; i++) for (const side of [0, 1] as const) each[side].push(await ways[side](bytes));
			for (const side of [0, 1] as const) times[side].push(median(each[side]));
		}
		const [a, b] = times;
		return [
			{
				what: `a file of 1 MB, to the last byte at the last of ${READERS} readers`,
				a: { name: 'ours', rounds: a, unit: 'ms' },
				b: { name: 'bare node:http', rounds: b, unit: 'ms' },
				goal: { atMost: 1.5 },
				notes: [
					'Bare node:http: one request is streamed to a file, which is flushed, and readers are told in a stream; ours begins the upload, takes the bytes, and sends a message that names them, each in a request of its own.'
				]
			}
		];
	} finally {
		await Promise.all([product.end(), bare.end()]);
	}
}

/** @returns sends one file, and tells how long that took, in milliseconds */
async function readersOf({ send, listen, headers }: Way): Promise<(bytes: Uint8Array<ArrayBuffer>) => Promise<number>> {
	let left = 0;
	let over: PromiseWithResolvers<void> = Promise.withResolvers();
	const read = async (url: string) => {
		const answer = await fetch(url, { headers });
		const { byteLength } = await answer.arrayBuffer();
		if (byteLength !== BYTES) throw new Error(`${url} answered ${answer.status} with ${byteLength} bytes`);
		if (--left === 0) over.resolve();
	};
	for (let i = 0; i < READERS; i++) await listen((url) => void read(url).catch((error: unknown) => over.reject(error)));
	return async (bytes) => {
		left = READERS;
		over = Promise.withResolvers();
		const began = performance.now();
		await Promise.all([send(bytes), over.promise]);
		return performance.now() - began;
	};
}

async function ours(app: string): Promise<Way> {
	const ada = await Person.join(app, 'Ada');
	const room = await ada.createRoom('Kitchen');
	const { cookie } = ada;
	const headers = { cookie, origin: app };
	return {
		headers: { cookie },
		async send(bytes) {
			const begun = await fetch(`${app}/files`, {
				method: 'POST',
				headers: { ...headers, 'content-type': 'application/json' },
				body: JSON.stringify({ name: 'soup.bin', size: bytes.length })
			});
			const { upload } = (await begun.json()) as { upload: { id: string } };
			const whole = await fetch(`${app}/files/${upload.id}`, { method: 'PATCH', headers, body: bytes });
			await whole.arrayBuffer();
			const sent = await ada.post(`${room}?/send`, { message: '', file: upload.id, ...sendIds() });
			if (sent.status !== 303) throw new Error(`The file could not be sent: ${sent.status}`);
		},
		async listen(heard) {
			const { url, token } = await ada.ticket(room);
			const socket = new WebSocket(`${url}?token=${token}`);
			socket.addEventListener('message', ({ data }) => {
				const told = /"value":("(?:[^"\\]|\\.)*")/.exec(String(data))?.[1];
				const text = told === undefined ? '' : (JSON.parse(told) as string);
				if (!text.includes('"files"')) return;
				const { n, files } = JSON.parse(text) as { n: number; files: { id: string; name: string }[] };
				for (const { id, name } of files) heard(`${app}${room}/files/${n}/${id}/${name}`);
			});
			await new Promise((opened) => socket.addEventListener('open', opened));
		}
	};
}

function bareWay(server: string): Way {
	return {
		headers: {},
		async send(bytes) {
			await (await fetch(server, { method: 'POST', body: bytes })).arrayBuffer();
		},
		async listen(heard) {
			const { body } = await fetch(`${server}/events`);
			void (async () => {
				const text = body?.pipeThrough(new TextDecoderStream()) ?? [];
				for await (const lines of text) for (const name of lines.trim().split('\n')) heard(`${server}/${name}`);
			})().catch(() => undefined);
		}
	};
}
