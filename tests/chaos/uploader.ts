/** Somebody who uploads files over a bad line and sends each in a message, again and again until that is acknowledged. */
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as rest } from 'node:timers/promises';
import { below, type Random } from '../conformance/faults/random.ts';
import { sendIds, type Person } from '../e2e/person.ts';

const AGAIN_MS = 20;
const MOST_BYTES = 300_000;

export interface SentFile {
	text: string;
	id: string;
	sha256: string;
}

interface Progress {
	id: string;
	offset: number;
	file?: { id: string };
}

export const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export class Uploader {
	readonly sent: SentFile[] = [];
	/** What must not be, in sentences. */
	readonly wrong: string[] = [];
	/** Connections that it has cut. */
	cuts = 0;
	readonly #person: Person;
	readonly #room: string;
	readonly #random: Random;

	constructor(person: Person, room: string, random: Random) {
		this.#person = person;
		this.#room = room;
		this.#random = random;
	}

	/** Until `isOver`; what it has begun is finished first. */
	async run(isOver: () => boolean): Promise<void> {
		while (!isOver()) await this.#one();
	}

	async #one(): Promise<void> {
		const bytes = Buffer.alloc(1 + below(this.#random, MOST_BYTES));
		for (let at = 0; at < bytes.length; at += 64) bytes[at] = below(this.#random, 256);
		const id = await this.#upload(bytes);
		const text = `${this.#person.name} ${id}`;
		const ids = sendIds();
		for (;;) {
			const answer = await this.#try(() =>
				this.#person.post(`${this.#room}?/send`, { message: text, file: id, ...ids })
			);
			if (answer.status === 303) break;
			if (answer.status < 500) {
				this.wrong.push(`a send with an acknowledged file was answered ${answer.status}`);
				return;
			}
			await rest(AGAIN_MS);
		}
		this.sent.push({ text, id, sha256: sha256Of(bytes) });
	}

	/** @returns the id, once the server has acknowledged the whole file */
	async #upload(bytes: Buffer): Promise<string> {
		let progress = await this.#begin(bytes.length);
		while (!progress.file) {
			const { id, offset } = progress;
			const end = below(this.#random, 2) ? bytes.length : offset + 1 + below(this.#random, bytes.length - offset);
			await this.#patch(id, bytes.subarray(offset, end), offset, bytes.length - offset);
			const answer = await this.#try(() => this.#person.get(`/files/${id}`));
			if (answer.ok) progress = ((await answer.json()) as { upload: Progress }).upload;
			// It was begun, and not acknowledged as whole.
			else if (answer.status === 404) progress = await this.#begin(bytes.length);
			else await rest(AGAIN_MS);
		}
		return progress.file.id;
	}

	async #begin(size: number): Promise<Progress> {
		for (;;) {
			const answer = await this.#try(() =>
				fetch(`${this.#person.app}/files`, {
					method: 'POST',
					headers: { cookie: this.#person.cookie, origin: this.#person.app, 'content-type': 'application/json' },
					body: JSON.stringify({ name: 'soup.bin', size })
				})
			);
			if (answer.ok) return ((await answer.json()) as { upload: Progress }).upload;
			await rest(AGAIN_MS);
		}
	}

	/** Sends bytes of a body that says to have `length`, and cuts the connection where they are fewer. */
	#patch(id: string, bytes: Uint8Array, offset: number, length: number): Promise<void> {
		return new Promise((over) => {
			const { cookie, app } = this.#person;
			const headers = { cookie, origin: app, 'upload-offset': offset, 'content-length': length };
			const sending = request(`${app}/files/${id}`, { method: 'PATCH', headers });
			sending.on('error', () => over());
			sending.on('close', () => over());
			sending.on('response', (answer) => answer.resume());
			if (bytes.length === length) sending.end(bytes);
			else sending.write(bytes, () => void setTimeout(() => ((this.cuts += 1), sending.destroy()), 2));
		});
	}

	/** Until the server answers, and not that it is too fast. */
	async #try(ask: () => Promise<Response>): Promise<Response> {
		for (;;) {
			try {
				const answer = await ask();
				if (answer.status === 429) {
					await answer.arrayBuffer();
					await rest(1_000 * Number(answer.headers.get('retry-after') ?? 1));
					continue;
				}
				// The answer may be cut as well.
				const body = await answer.arrayBuffer();
				return new Response(answer.status === 204 || body.byteLength === 0 ? null : body, {
					status: answer.status,
					headers: answer.headers
				});
			} catch {
				await rest(AGAIN_MS);
			}
		}
	}
}
