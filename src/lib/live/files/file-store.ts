/** Bytes of files that are not in a message yet, in this browser's IndexedDB: they outlive the page. */
import { KEPT_FILES_MS, MAX_KEPT_FILE_BYTES } from '../../chat/limits.ts';
import type { UploadedFile } from '../../chat/files/file.ts';

export interface KeptFile {
	/** Random, made when the file was chosen. */
	key: string;
	person: string;
	/** The room's id. */
	room: string;
	/** The tray that it was put into. */
	tray: string;
	/** Milliseconds since 1970; ascending within a tray. */
	at: number;
	name: string;
	/** Its bytes; absent if a form without a script has uploaded it. */
	blob?: Blob;
	/** A picture that keeps its metadata. */
	original: boolean;
	/** Whether that was chosen for this file, and not for all. */
	originalAlone?: boolean;
	alt: string;
	/** The id of its upload, once it is begun. */
	upload?: string;
	/** Once it is uploaded. */
	file?: UploadedFile;
}

/** No promise rejects: without storage nothing is kept, and files are sent all the same. */
export interface FileStore {
	/** All files that are not too old, oldest first. */
	load(): Promise<readonly KeptFile[]>;
	/** `null` if there is none; undefined without storage. */
	read(key: string): Promise<KeptFile | null | undefined>;
	/** Removes those that are too old. Resolves to false if the file is not kept. */
	add(file: KeptFile): Promise<boolean>;
	/** Changes the file atomically, also between tabs. @returns the file afterwards */
	change(key: string, change: (now: KeptFile) => Partial<KeptFile>): Promise<KeptFile | undefined>;
	remove(keys: readonly string[]): Promise<void>;
}

const STORE = 'files';

export function browserFileStore(clock: () => number = Date.now): FileStore {
	let opened: Promise<IDBDatabase> | undefined;

	const open = () =>
		(opened ??= new Promise<IDBDatabase>((resolve, reject) => {
			const request = indexedDB.open('parley', 1);
			request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'key' });
			request.onsuccess = () => {
				// Another release of Parley wants to change the database.
				request.result.onversionchange = () => request.result.close();
				resolve(request.result);
			};
			request.onerror = request.onblocked = () => reject(request.error ?? new Error('IndexedDB is blocked'));
		}));

	/** Resolves when the transaction is stored. */
	async function inStore<Result>(
		mode: IDBTransactionMode,
		act: (files: IDBObjectStore, done: (result: Result) => void) => void
	): Promise<Result | undefined> {
		try {
			const database = await open();
			return await new Promise<Result | undefined>((resolve, reject) => {
				let result: Result | undefined;
				const transaction = database.transaction(STORE, mode);
				transaction.oncomplete = () => resolve(result);
				transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
				act(transaction.objectStore(STORE), (found) => (result = found));
			});
		} catch {
			return undefined; // a private window, a full disk, a damaged database
		}
	}

	const all = (files: IDBObjectStore, then: (found: KeptFile[]) => void) => {
		const request = files.getAll() as IDBRequest<KeptFile[]>;
		request.onsuccess = () => then(request.result);
	};
	const one = (files: IDBObjectStore, key: string, then: (found: KeptFile | undefined) => void) => {
		const request = files.get(key) as IDBRequest<KeptFile | undefined>;
		request.onsuccess = () => then(request.result);
	};

	const isYoung = ({ at }: KeptFile) => at > clock() - KEPT_FILES_MS;

	return {
		load: async () => {
			const found = await inStore<KeptFile[]>('readonly', all);
			return (found ?? []).filter(isYoung).sort((a, b) => a.at - b.at);
		},
		read: (key) =>
			inStore<KeptFile | null>('readonly', (files, done) => one(files, key, (found) => done(found ?? null))),
		add: async (file) => {
			const added = await inStore<boolean>('readwrite', (files, done) =>
				all(files, (found) => {
					for (const each of found) if (!isYoung(each)) files.delete(each.key);
					const bytes = [file, ...found.filter(isYoung)].reduce((sum, { blob }) => sum + (blob?.size ?? 0), 0);
					if (bytes > MAX_KEPT_FILE_BYTES) return;
					files.put(file);
					done(true);
				})
			);
			return added ?? false;
		},
		change: (key, change) =>
			inStore<KeptFile>('readwrite', (files, done) =>
				one(files, key, (now) => {
					if (!now) return;
					const after = { ...now, ...change(now) };
					files.put(after);
					done(after);
				})
			),
		remove: async (keys) => {
			await inStore('readwrite', (files) => keys.forEach((key) => files.delete(key)));
		}
	};
}
