/** A person's files in a room that are in no message yet: those of the tray below the text, and those of the outbox. */
import type { UploadedFile } from '../../chat/files/file.ts';
import { MAX_ALT, MAX_FILES } from '../../chat/limits.ts';
import { fileRefusal, notAttached } from '../../chat/text/file-texts.ts';
import { randomId, type Receipt, type Unsent, type UnsentFile } from '../composer/Outbox.svelte.ts';
import { browserFileStore, type FileStore, type KeptFile } from './file-store.ts';
import { trayStorage, type TrayStorage } from './tray-storage.ts';
import { uploadClientOf, type UploadClient } from './upload-client.ts';
import { SentFiles, type Fields } from './sent-files.ts';
import { keptUpload, Upload, Uploads } from './Uploads.svelte.ts';

interface Deps {
	person: string;
	/** The room's id. */
	room: string;
	/** Bytes that one file may have. */
	most: number;
	client?: UploadClient;
	store?: FileStore;
	storage?: TrayStorage;
	clock?: () => number;
}

/** Whether the tick for all pictures made it an original, and not its own button. */
const isOriginalByTick = ({ original, originalAlone }: Upload) => original && !originalAlone;

export class RoomFiles {
	readonly person: string;
	/** In the order chosen. */
	tray = $state.raw<readonly Upload[]>([]);
	/** Why a file was not taken into the tray, or the tray into a message: a new object at each attempt. */
	refusal = $state.raw<{ sentence: string }>();
	/** Whether pictures keep their metadata. */
	original = $state(false);
	/** Of messages in the outbox. */
	readonly #sending: SentFiles;
	readonly #deps: Deps;
	readonly #store: FileStore;
	readonly #storage: TrayStorage;
	readonly #uploads: Uploads;
	/** Resolves when the tray of an earlier page is there. */
	readonly #restored: Promise<void>;

	constructor(deps: Deps) {
		const { person, room, client = uploadClientOf(person), store = browserFileStore() } = deps;
		this.#deps = deps;
		this.person = person;
		this.#store = store;
		this.#storage = deps.storage ?? trayStorage(room, person);
		this.#uploads = new Uploads({ client, store, onchange: () => this.#sending.look() });
		this.#sending = new SentFiles(store, this.#uploads);
		this.#restored = this.#restore();
	}

	/** Files that an earlier page of this tab had in its tray (reload). */
	async #restore(): Promise<void> {
		const tray = this.#storage.read();
		if (!tray) return;
		const { person, room } = this.#deps;
		const kept = await this.#store.load();
		const mine = kept.filter((file) => file.tray === tray && file.person === person && file.room === room);
		if (mine.length === 0 || this.#storage.read() !== tray) return;
		const known = new Set(this.tray.map(({ key }) => key));
		const uploads = mine.filter(({ key }) => !known.has(key)).map(keptUpload);
		this.tray = [...uploads, ...this.tray];
		this.original = uploads.some(isOriginalByTick);
		this.#uploads.add(uploads);
	}

	#openTray(): string {
		const tray = this.#storage.read() ?? randomId();
		this.#storage.write(tray);
		return tray;
	}

	/** @returns whether all files were taken */
	add(files: readonly File[]): boolean {
		const { person, room, most, clock = Date.now } = this.#deps;
		const taken = files.slice(0, Math.max(0, MAX_FILES - this.tray.length));
		this.refusal = taken.length < files.length ? { sentence: fileRefusal('too-many') } : undefined;
		if (taken.length === 0) return false;
		const tray = this.#openTray();
		const added = taken.map((file, i) => {
			const { original } = this;
			// A pasted picture may have no name.
			const name = file.name || 'file';
			const upload = new Upload({ key: randomId(), name, size: file.size, blob: file, original });
			const refusal = file.size === 0 ? 'empty' : file.size > most ? 'too-large' : undefined;
			if (refusal) {
				upload.state = 'failed';
				upload.because = refusal;
				upload.sentence = fileRefusal(refusal, { most, name });
			}
			const kept = { key: upload.key, person, room, tray, at: clock() + i, name, blob: file, original, alt: '' };
			return { upload, kept, refusal };
		});
		this.tray = [...this.tray, ...added.map(({ upload }) => upload)];
		void this.#begin(added.flatMap(({ upload, kept, refusal }) => (refusal ? [] : [{ upload, kept }])));
		return taken.length === files.length && added.every(({ refusal }) => !refusal);
	}

	/** A text that is too long for a message. @returns whether it was taken */
	addText = (text: string): boolean => this.add([new File([text], 'message.txt', { type: 'text/plain' })]);

	/** The bytes are kept first: a page that is killed during the upload leaves them to the next. */
	async #begin(added: readonly { upload: Upload; kept: KeptFile }[]): Promise<void> {
		await Promise.all(
			added.map(async ({ upload, kept }) => {
				upload.isKept = await this.#store.add(kept);
			})
		);
		const left = added.filter(({ upload }) => !upload.stop.signal.aborted);
		for (const { upload, kept } of added) if (upload.stop.signal.aborted) void this.#store.remove([kept.key]);
		this.#uploads.add(left.map(({ upload }) => upload));
	}

	/** Files that a form without a script has brought: the server has their bytes, and a reload finds them in the tray by their ids. */
	async adopt(files: readonly (UploadedFile & { alt?: string })[]): Promise<void> {
		// A page that is shown again brings files that its tray has.
		await this.#restored;
		const { person, room, clock = Date.now } = this.#deps;
		const known = new Set(this.tray.map(({ file }) => file?.id));
		const added = files.filter(({ id }) => !known.has(id));
		if (added.length === 0) return;
		const tray = this.#openTray();
		const kept = added.map(({ alt = '', ...file }, i): KeptFile => {
			const { name } = file;
			return { key: randomId(), person, room, tray, at: clock() + i, name, original: false, alt, file };
		});
		const uploads = kept.map(keptUpload);
		this.tray = [...this.tray, ...uploads];
		await Promise.all(
			kept.map(async (file, i) => {
				const isKept = await this.#store.add(file);
				const upload = uploads[i];
				if (upload) upload.isKept = isKept;
			})
		);
		// Removed, or sent, before it was kept.
		const here = new Set(this.tray.map(({ key }) => key));
		void this.#store.remove(kept.map(({ key }) => key).filter((key) => !here.has(key)));
	}

	remove = (upload: Upload): void => {
		this.tray = this.tray.filter((each) => each !== upload);
		this.refusal = undefined;
		if (this.tray.length === 0) this.#storage.write(undefined);
		this.#uploads.remove([upload]);
	};

	retry = (upload: Upload): void => {
		this.refusal = undefined;
		this.#uploads.retry(upload);
	};

	describe = (upload: Upload, typed: string): void => {
		upload.alt = Array.from(typed).slice(0, MAX_ALT).join('');
		void this.#store.change(upload.key, () => ({ alt: upload.alt }));
	};

	/** Uploads one picture again, with its metadata, such as one that is damaged. */
	keepOriginal = (upload: Upload): void => {
		this.refusal = undefined;
		void this.#uploads.restart(upload, { original: true, originalAlone: true });
	};

	/** Whether the metadata of the tray's pictures is kept: those that were uploaded otherwise are uploaded again. */
	keepOriginals = (original: boolean): void => {
		this.original = original;
		for (const upload of this.tray)
			if (
				upload.original !== original &&
				!upload.originalAlone &&
				upload.blob &&
				upload.because !== 'empty' &&
				upload.because !== 'too-large'
			)
				void this.#uploads.restart(upload, { original });
	};

	/** Empties the tray. @returns its files, for a message; undefined if one of them was refused */
	take(): UnsentFile[] | undefined {
		const refused = this.tray.filter(({ state }) => state === 'failed');
		if (refused.length > 0) {
			this.refusal = { sentence: notAttached(refused) };
			return undefined;
		}
		const files = this.tray.map((upload): UnsentFile => {
			const { key, name, size, file } = upload;
			const alt = upload.alt.trim();
			this.#sending.add(upload);
			return { key, name, size, ...(alt && { alt }), ...(file && { id: file.id }) };
		});
		this.tray = [];
		this.refusal = undefined;
		this.original = false;
		this.#storage.write(undefined);
		return files;
	}

	/** Puts the files of an unsent message back into the tray. Resolves when they are stored there, for a reload. */
	async takeBack(files: readonly UnsentFile[]): Promise<void> {
		const uploads = await this.#sending.uploadsOf(files);
		const tray = this.#openTray();
		await Promise.all(uploads.map(({ key }) => this.#store.change(key, () => ({ tray }))));
		this.#sending.release(uploads);
		const here = new Set(this.tray.map(({ key }) => key));
		this.tray = [...this.tray, ...uploads.filter(({ key }) => !here.has(key))];
		this.original = uploads.some(isOriginalByTick);
	}

	/**
	 * Waits until a message's files are uploaded, and posts it with them.
	 * @param say called with what the message waits for
	 * @param post sends the message with these fields
	 */
	send = (
		{ files = [] }: Unsent,
		say: (sentence: string) => void,
		post: (fields: Fields) => Promise<Receipt>
	): Promise<Receipt> => this.#sending.send(files, say, post);

	/** Forgets the files of a message that is sent or discarded. */
	forget = (files: readonly UnsentFile[]): void => this.#sending.forget(files);
}
