/**
 * The disk fills up, with files and then to its last byte: uploads are refused with a sentence, messages go on until nothing can
 * be written, what is acknowledged has its bytes, and all goes on when there is room again.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyMessage, sendIds, type Person } from '../../e2e/person.ts';
import { fillUp, lacksDisk, smallDisk } from '../disk.ts';
import type { Row } from '../row.ts';
import { sha256Of } from '../uploader.ts';

const MIB = 2 ** 20;
const DISK = 64 * MIB;
/** In megabytes. */
const LEAST_FREE = 24;
const FILE = 3 * MIB;
/** Taken at first, and given back at the end: there is room again, also beside what messages have taken. */
const RESERVE = 12 * MIB;
const PEOPLE = 4;
const MESSAGES = 20;

interface Sent {
	text: string;
	file?: { id: string; sha256: string };
}

interface Answer {
	status: number;
	error?: string;
	because?: string;
	upload?: { id: string; offset: number; file?: object };
}

export const uploadsDiskFull: Row = {
	id: 'uploads-disk-full',
	guards: ['any-disk'],
	cannotRun: lacksDisk,
	async run(stage) {
		const disk = smallDisk(stage, DISK);
		const { node, people, ada, room } = await stage.kitchen(PEOPLE, {
			DATA_DIR: disk,
			UPLOAD_MIN_FREE: String(LEAST_FREE)
		});
		const sent: Sent[] = [];
		const isRefusal = ({ status, error = '' }: Answer) => (status === 507 || status === 503) && /\.$/.test(error);
		const talk = async () => {
			const statuses: number[] = [];
			for (let n = 0; n < MESSAGES; n++) statuses.push(await send(people[n % PEOPLE] ?? ada, room, sent));
			return statuses;
		};

		const reserve = join(disk, 'reserve');
		writeFileSync(reserve, Buffer.alloc(RESERVE));

		// Two thirds of a file arrive while there is room.
		const bytes = bytesOf(FILE);
		const { upload } = await begin(ada, FILE);
		if (!upload) throw new Error('Nothing can be uploaded');
		await patch(ada, upload.id, 0, bytes.subarray(0, 2 * MIB));

		const fill = async (person: Person) => {
			for (;;) {
				const refused = await sendFile(person, room, sent);
				if (refused) return refused;
			}
		};
		for (const refused of await Promise.all(people.map(fill)))
			stage.expect(
				isRefusal(refused) && refused.because === 'disk',
				`on an almost full disk an upload was answered ${refused.status}: ${refused.error}`
			);
		stage.figure('files', sent.length);
		stage.expect(
			(await talk()).every((status) => status === 303),
			'on an almost full disk every message is taken'
		);

		const removeBallast = fillUp(disk);
		const late = await patch(ada, upload.id, 2 * MIB, bytes.subarray(2 * MIB));
		stage.expect(isRefusal(late), `on a full disk bytes were answered ${late.status}: ${late.error}`);
		const statuses = await talk();
		stage.figure('taken_when_full', statuses.filter((status) => status === 303).length);
		stage.expect(
			statuses.every((status) => status === 303 || status === 503),
			`on a full disk messages were answered ${statuses.join()}`
		);

		removeBallast();
		rmSync(reserve);
		await stage.until(async () => (await send(ada, room, sent)) === 303, 30_000, 'messages are taken again');
		stage.expect(
			(await talk()).every((status) => status === 303),
			'with room again every message is taken'
		);
		const goesOn = async () => {
			const found = (await (await ada.get(`/files/${upload.id}`)).json()) as Answer;
			const offset = found.upload?.offset ?? 0;
			stage.expect(offset >= 2 * MIB, `what had arrived is kept: ${offset} bytes`);
			return (await patch(ada, upload.id, offset, bytes.subarray(offset))).upload?.file !== undefined;
		};
		await stage.until(goesOn, 25_000, 'an upload goes on with room again');
		await send(ada, room, sent, { id: upload.id, sha256: sha256Of(bytes) });

		stage.acknowledged += sent.length;
		const messages = await everyMessage(node.url, room);
		for (const { text, file } of sent) {
			const [message, ...more] = messages.filter((each) => each.message === text);
			if (
				!stage.expect(message !== undefined && more.length === 0, 'an acknowledged message is there once') ||
				!message ||
				!file
			)
				continue;
			const answer = await ada.get(`${room}/files/${message.n}/${file.id}/soup.bin`);
			const sha256 = sha256Of(new Uint8Array(await answer.arrayBuffer()));
			stage.expect(sha256 === file.sha256, `an acknowledged file has its bytes: ${answer.status}`);
		}
		return node.url;
	}
};

let made = 0;

function bytesOf(size: number): Buffer {
	const bytes = Buffer.alloc(size, ++made);
	bytes.writeUInt32BE(made);
	return bytes;
}

async function begin({ app, cookie }: Person, size: number): Promise<Answer> {
	const answer = await fetch(`${app}/files`, {
		method: 'POST',
		headers: { cookie, origin: app, 'content-type': 'application/json' },
		body: JSON.stringify({ name: 'soup.bin', size })
	});
	return { status: answer.status, ...((await answer.json()) as object) };
}

async function patch({ app, cookie }: Person, id: string, offset: number, bytes: Buffer): Promise<Answer> {
	const answer = await fetch(`${app}/files/${id}`, {
		method: 'PATCH',
		headers: { cookie, origin: app, 'upload-offset': String(offset) },
		body: new Uint8Array(bytes)
	});
	return { status: answer.status, ...((await answer.json()) as object) };
}

/** @returns the refusal of its upload */
async function sendFile(person: Person, room: string, sent: Sent[]): Promise<Answer | undefined> {
	const bytes = bytesOf(FILE);
	const begun = await begin(person, FILE);
	if (!begun.upload) return begun;
	const { id } = begun.upload;
	const whole = await patch(person, id, 0, bytes);
	if (!whole.upload?.file) return whole;
	await send(person, room, sent, { id, sha256: sha256Of(bytes) });
	return undefined;
}

/** @returns the status of the answer */
async function send(person: Person, room: string, sent: Sent[], file?: Sent['file']): Promise<number> {
	const text = `${person.name} ${++made}`;
	const fields = { message: text, ...(file && { file: file.id }), ...sendIds() };
	const { status } = await person.post(`${room}?/send`, fields);
	if (status === 303) sent.push({ text, file });
	return status;
}
