/** Files of messages in the outbox: a message waits until its files are uploaded. */
import { FILE_FIELD, altField } from '../../chat/files/form-fields.ts';
import type { Receipt, UnsentFile } from '../composer/Outbox.svelte.ts';
import type { FileStore } from './file-store.ts';
import { keptUpload, Upload, type Uploads } from './Uploads.svelte.ts';

/** Fields of a send's form. */
export type Fields = [name: string, value: string][];

/** HTTP status of a send whose file cannot be attached any more. */
const GONE = 410;

export class SentFiles {
	/** By key. */
	readonly #uploadOf = new Map<string, Upload>();
	readonly #watchers = new Set<() => void>();
	readonly #store: FileStore;
	readonly #uploads: Uploads;

	constructor(store: FileStore, uploads: Uploads) {
		this.#store = store;
		this.#uploads = uploads;
	}

	add(upload: Upload): void {
		this.#uploadOf.set(upload.key, upload);
	}

	/** For files that go back to the tray. */
	release(uploads: readonly Upload[]): void {
		for (const { key } of uploads) this.#uploadOf.delete(key);
	}

	/** To be called after every change of an upload. */
	look(): void {
		this.#watchers.forEach((look) => look());
	}

	/** See `send` of RoomFiles. */
	async send(
		files: readonly UnsentFile[],
		say: (sentence: string) => void,
		post: (fields: Fields) => Promise<Receipt>
	): Promise<Receipt> {
		const uploads = await this.uploadsOf(files);
		for (const upload of uploads) this.#uploads.retry(upload);
		for (let tries = 0; ; tries++) {
			const refused = await this.#allUploaded(uploads, say);
			if (refused) return refused;
			const fields = uploads.flatMap(({ file }, i): Fields => {
				const { id = '' } = file ?? {};
				const { alt } = files[i] ?? {};
				return [[FILE_FIELD, id], ...(alt ? ([[altField(id), alt]] as Fields) : [])];
			});
			const receipt = await post(fields);
			if (tries > 0 || receipt.kind !== 'refusal' || receipt.status !== GONE) return receipt;
			// Swept after UPLOAD_KEPT_MS, or in a message of the tab that this one is a copy of.
			await Promise.all(uploads.map((upload) => this.#uploads.restart(upload)));
		}
	}

	/** Forgets the files of a message that is sent or discarded. */
	forget(files: readonly UnsentFile[]): void {
		const uploads = files.flatMap(({ key }) => this.#uploadOf.get(key) ?? []);
		for (const { key } of files) this.#uploadOf.delete(key);
		this.#uploads.remove(uploads);
		void this.#store.remove(files.map(({ key }) => key));
	}

	async uploadsOf(files: readonly UnsentFile[]): Promise<Upload[]> {
		const missing = files.filter(({ key }) => !this.#uploadOf.has(key));
		const uploads = await Promise.all(
			missing.map(async ({ key, name, size, id }) => {
				const kept = await this.#store.read(key);
				const file = id === undefined ? undefined : { id, name, type: '', size };
				return kept ? keptUpload(kept) : new Upload({ key, name, size, file });
			})
		);
		for (const upload of uploads) this.#uploadOf.set(upload.key, upload);
		this.#uploads.add(uploads);
		return files.flatMap(({ key }) => this.#uploadOf.get(key) ?? []);
	}

	/** Resolves to undefined when all are uploaded, or to the refusal of one. */
	#allUploaded(uploads: readonly Upload[], say: (sentence: string) => void): Promise<Receipt | undefined> {
		return new Promise((resolve) => {
			let said = '';
			const look = () => {
				const failed = uploads.find(({ state, stop }) => state === 'failed' || stop.signal.aborted);
				if (failed || uploads.every(({ state }) => state === 'done')) {
					this.#watchers.delete(look);
					const status = failed?.because === 'sign-in' ? 401 : 422;
					resolve(failed && { kind: 'refusal', status, sentence: failed.sentence });
					return;
				}
				const sentence = waitsFor(uploads);
				if (sentence !== said) say(sentence);
				said = sentence;
			};
			this.#watchers.add(look);
			look();
		});
	}
}

function waitsFor(uploads: readonly Upload[]): string {
	const left = uploads.filter(({ state }) => state !== 'done');
	const paused = left.find(({ state, sentence }) => state === 'paused' && sentence);
	if (paused) return paused.sentence;
	const all = uploads.reduce((sum, { size }) => sum + size, 0);
	const sent = uploads.reduce((sum, upload) => sum + upload.sent, 0);
	const what = left.length === 1 ? `“${left[0]?.name}” is` : `${left.length} files are`;
	return `${what} on the way: ${Math.floor((100 * sent) / Math.max(1, all))} %.`;
}
