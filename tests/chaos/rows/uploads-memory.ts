/** Twenty people upload a large file each at once, by the upload API and by the form without a script: the server stays small. */
import { request } from 'node:http';
import { sendIds, type Person } from '../../e2e/person.ts';
import { forgetPeak, residentOf, tellsMemory } from '../memory.ts';
import type { Row } from '../row.ts';
import type { Stage } from '../stage.ts';

const PEOPLE = 20;
const BYTES = 25_000_000;
const GROWTH = 64 * 2 ** 20;
const BOUNDARY = 'parley-chaos';

/** One chunk for all that is sent: what is sent must not slow down who sends. */
const CHUNK = Buffer.alloc(65_536, 7);

export const uploadsMemory: Row = {
	id: 'uploads-memory',
	guards: ['bytes-are-garbage'],
	cannotRun: () => (tellsMemory() ? undefined : 'only Linux tells the memory of a program'),
	async run(stage) {
		const ways = { api: byApi, form: byForm };
		for (const [name, send] of Object.entries(ways)) await measure(stage, name, send);
		return '';
	}
};

type Send = (person: Person, room: string, size: number) => Promise<boolean>;

async function measure(stage: Stage, name: string, send: Send): Promise<void> {
	// A server whose memory no earlier uploads have grown.
	const { node, people, room } = await stage.kitchen(PEOPLE, {
		UPLOAD_MIN_FREE: '1',
		NODE_OPTIONS: '--max-semi-space-size=16'
	});
	const together = async (size: number) => {
		const sent = await Promise.all(people.map((person) => send(person, room, size)));
		stage.expect(sent.every(Boolean), `every file is in a message, sent by ${name}`);
		stage.acknowledged += sent.filter(Boolean).length;
	};
	// What is loaded and compiled at first is no cost of bytes.
	await together(10_000);
	forgetPeak(node.pid);
	const before = residentOf(node.pid).now;
	await together(BYTES);
	const grew = residentOf(node.pid).peak - before;
	stage.figure(`${name}_before_mib`, mib(before));
	stage.figure(`${name}_grew_mib`, mib(grew));
	stage.expect(grew <= GROWTH, `the server grew by ${mib(grew)} MiB while files were sent by ${name}`);
}

const mib = (bytes: number) => Math.round(bytes / 2 ** 20);

async function byApi(person: Person, room: string, size: number): Promise<boolean> {
	const { app, cookie } = person;
	const headers = { cookie, origin: app };
	const begun = await fetch(`${app}/files`, {
		method: 'POST',
		headers: { ...headers, 'content-type': 'application/json' },
		body: JSON.stringify({ name: 'soup.bin', size })
	});
	const { upload } = (await begun.json()) as { upload: { id: string } };
	const status = await stream(`${app}/files/${upload.id}`, 'PATCH', headers, Buffer.alloc(0), size, Buffer.alloc(0));
	if (status !== 200) return false;
	return (await person.post(`${room}?/send`, { message: '', file: upload.id, ...sendIds() })).status === 303;
}

async function byForm({ app, cookie }: Person, room: string, size: number): Promise<boolean> {
	const fields = Object.entries({ message: '', ...sendIds() }).map(
		([name, value]) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
	);
	const file = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="files"; filename="soup.bin"\r\n\r\n`;
	const headers = {
		...{ cookie, origin: app, accept: 'text/html' },
		'content-type': `multipart/form-data; boundary=${BOUNDARY}`
	};
	const head = Buffer.from(fields.join('') + file);
	const end = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
	return (await stream(`${app}${room}?/send`, 'POST', headers, head, size, end)) === 303;
}

/** @returns the status of the answer */
function stream(
	url: string,
	method: string,
	headers: Record<string, string>,
	head: Buffer,
	size: number,
	end: Buffer
): Promise<number | undefined> {
	return new Promise((resolve, reject) => {
		const length = head.length + size + end.length;
		const sending = request(url, { method, headers: { ...headers, 'content-length': length } });
		sending.once('error', reject);
		sending.once('response', (answer) => answer.resume().once('end', () => resolve(answer.statusCode)));
		let left = size;
		const go = () => {
			while (left > 0) {
				const chunk = CHUNK.subarray(0, Math.min(left, CHUNK.length));
				left -= chunk.length;
				if (!sending.write(chunk)) return void sending.once('drain', go);
			}
			sending.end(end);
		};
		sending.write(head);
		go();
	});
}
