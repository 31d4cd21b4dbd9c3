/** Uploads of one person: UPLOADS_AT_ONCE at a time, in the order given, each going on at its offset. */
import { backoff } from '../../../hpkv/clients/backoff.ts';
import type { UploadedFile } from '../../chat/files/file.ts';
import { UPLOADS_AT_ONCE } from '../../chat/limits.ts';
import type { UploadRefusal } from '../../chat/text/file-texts.ts';
import type { FileStore, KeptFile } from './file-store.ts';
import type { UploadAnswer, UploadClient } from './upload-client.ts';

/** `paused`: goes on by itself. `failed`: refused, goes on by `retry`. */
export type UploadState = 'waiting' | 'sending' | 'paused' | 'failed' | 'done';

interface Chosen {
	key: string;
	name: string;
	size: number;
	/** Its bytes; absent if this browser no longer has them. */
	blob?: Blob;
	original?: boolean;
	originalAlone?: boolean;
	alt?: string;
	file?: UploadedFile;
	/** Whether the file store has it. */
	isKept?: boolean;
}

/** One chosen file on its way to the server. */
export class Upload {
	readonly key: string;
	readonly name: string;
	readonly size: number;
	readonly blob: Blob | undefined;
	original: boolean;
	/** Whether `original` was chosen for this file by its button: the tick for all leaves it. */
	originalAlone: boolean;
	isKept: boolean;
	/** The id that the server gave it when it was begun. */
	id: string | undefined;
	alt = $state('');
	state = $state<UploadState>('waiting');
	/** Bytes. */
	sent = $state(0);
	/** Why it was refused, or what it waits for. */
	sentence = $state('');
	/** Why it was refused. */
	because: UploadRefusal | undefined;
	file = $state.raw<UploadedFile>();
	/** How often it has waited since bytes last arrived; the waits become longer. */
	failures = 0;
	stop = new AbortController();

	constructor({
		key,
		name,
		size,
		blob,
		original = false,
		originalAlone = false,
		alt = '',
		file,
		isKept = false
	}: Chosen) {
		this.key = key;
		this.name = name;
		this.size = size;
		this.blob = blob;
		this.original = original;
		this.originalAlone = originalAlone;
		this.isKept = isKept;
		this.alt = alt;
		this.file = file;
		if (file) this.state = 'done';
	}
}

export const keptUpload = ({ key, name, blob, original, originalAlone, alt, file }: KeptFile) =>
	new Upload({
		key,
		name,
		size: blob?.size ?? file?.size ?? 0,
		blob,
		original,
		originalAlone,
		alt,
		file,
		isKept: true
	});

type Outcome = { file: UploadedFile } | Exclude<UploadAnswer, { kind: 'progress' }>;

/** `most`: a server that is back is found within five seconds. */
const RETRY_MS = { first: 1_000, most: 5_000 };

const gone = (sentence: string): Outcome => ({ kind: 'refused', because: 'gone', sentence });

/** One tab at a time sends a file, where the browser has locks; elsewhere the later one takes over, and each goes on in turn. */
function alone<Result>(key: string, signal: AbortSignal, act: () => Promise<Result>): Promise<Result> {
	// Absent on plain http.
	const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
	return locks ? locks.request(`parley:file:${key}`, { signal }, act) : act();
}

interface Deps {
	client: UploadClient;
	store: FileStore;
	/** After every change of an upload. */
	onchange?: () => void;
}

export class Uploads {
	/** In the order given. */
	#all: readonly Upload[] = [];
	#busy = 0;
	readonly #deps: Deps;

	constructor(deps: Deps) {
		this.#deps = deps;
		globalThis.addEventListener('online', this.resume);
	}

	add(uploads: readonly Upload[]): void {
		this.#all = [...this.#all, ...uploads];
		this.#next();
	}

	/** Tries again, from the beginning where the server has refused the bytes. */
	retry(upload: Upload): void {
		if (upload.state !== 'failed' && upload.state !== 'paused') return;
		upload.failures = 0;
		this.#set(upload, 'waiting');
		this.#next();
	}

	/** Ends uploads, and forgets their bytes. */
	remove(uploads: readonly Upload[]): void {
		for (const upload of uploads) {
			upload.stop.abort();
			if (upload.id && !upload.file) void this.#deps.client.cancel(upload.id);
		}
		this.#all = this.#all.filter((each) => !uploads.includes(each));
		void this.#deps.store.remove(uploads.map(({ key }) => key));
		this.#deps.onchange?.();
	}

	/** Sends a file again, under a new id. */
	async restart(
		upload: Upload,
		{ original = upload.original, originalAlone = upload.originalAlone } = {}
	): Promise<void> {
		upload.stop.abort();
		upload.stop = new AbortController();
		if (upload.id && !upload.file) void this.#deps.client.cancel(upload.id);
		upload.id = upload.file = undefined;
		upload.original = original;
		upload.originalAlone = originalAlone;
		upload.sent = upload.failures = 0;
		const kept = await this.#deps.store.change(upload.key, () => ({
			original,
			originalAlone,
			upload: undefined,
			file: undefined
		}));
		// A tab that this one is a copy of has sent the file and forgotten it. This page still has the bytes.
		if (!kept) upload.isKept = false;
		this.#set(upload, 'waiting');
		this.#next();
	}

	/** Goes on with those that wait for the connection. */
	resume = (): void => {
		for (const upload of this.#all) if (upload.state === 'paused') this.#set(upload, 'waiting');
		this.#next();
	};

	#next(): void {
		for (const upload of this.#all) {
			if (this.#busy >= UPLOADS_AT_ONCE) return;
			if (upload.state === 'waiting') void this.#run(upload);
		}
	}

	async #run(upload: Upload): Promise<void> {
		const { signal } = upload.stop;
		this.#busy++;
		this.#set(upload, 'sending');
		let outcome: Outcome;
		try {
			outcome = await alone(upload.key, signal, () => this.#send(upload, signal));
		} catch {
			outcome = { kind: 'wait', sentence: '' }; // stopped while it waited for another tab
		}
		this.#busy--;
		if (!signal.aborted) this.#end(upload, outcome);
		this.#next();
	}

	#end(upload: Upload, outcome: Outcome): void {
		if ('file' in outcome) {
			upload.file = outcome.file;
			upload.sent = upload.size;
			this.#set(upload, 'done');
		} else if (outcome.kind === 'refused') {
			upload.because = outcome.because;
			this.#set(upload, 'failed', outcome.sentence);
		} else {
			this.#set(upload, 'paused', outcome.sentence);
			const { seconds } = outcome;
			const wait = seconds === undefined ? backoff(++upload.failures, RETRY_MS) : seconds * 1_000;
			setTimeout(() => {
				if (upload.state !== 'paused' || upload.stop.signal.aborted) return;
				this.#set(upload, 'waiting');
				this.#next();
			}, wait);
		}
	}

	async #send(upload: Upload, signal: AbortSignal): Promise<Outcome> {
		const { client, store } = this.#deps;
		const { key, name, size, blob, original } = upload;
		const kept = await store.read(key);
		if (kept?.file) return { file: kept.file };
		// Another tab has sent the message, or discarded it.
		if (kept === null && upload.isKept) return gone(`“${name}” is no longer in this browser. Attach it again.`);
		if (!blob) return gone(`“${name}” is no longer in this browser. Attach it again.`);
		// A folder, or a file that was changed or removed since it was chosen.
		if (!(await isReadable(blob))) return gone(`“${name}” can’t be read. Attach it again.`);

		let id = kept?.upload ?? upload.id;
		let offset = 0;
		if (id) {
			const known = await client.progress(id);
			if (known.kind === 'progress') {
				if (known.progress.file) return this.#complete(upload, known.progress.file, signal);
				({ offset } = known.progress);
			} else if (known.kind === 'refused' && known.because === 'gone') id = undefined;
			else return known;
		}
		if (!id) {
			const begun = await client.begin({ name, size, original });
			if (begun.kind !== 'progress') return begun;
			({ id } = begun.progress);
			const mine = id;
			// A send names the same ids from all tabs: the first that has begun the upload counts.
			const after = await store.change(key, (now) => ({ upload: now.upload === kept?.upload ? mine : now.upload }));
			if (signal.aborted || (after?.upload && after.upload !== mine)) {
				void client.cancel(mine);
				return { kind: 'wait', sentence: '', seconds: 0 };
			}
		}
		upload.id = id;
		upload.sent = offset;
		const answer = await client.append(id, offset, blob.slice(offset), {
			signal,
			onsent: (bytes) => {
				upload.failures = 0;
				upload.sent = Math.min(size, offset + bytes);
				this.#deps.onchange?.();
			}
		});
		if (answer.kind !== 'progress') return answer;
		const { file } = answer.progress;
		return file ? this.#complete(upload, file, signal) : { kind: 'wait', sentence: '' };
	}

	/** A file that was restarted meanwhile may have to lose what a camera notes: the one that has just arrived is not kept. */
	async #complete(upload: Upload, file: UploadedFile, signal: AbortSignal): Promise<Outcome> {
		await this.#deps.store.change(upload.key, () => (signal.aborted ? {} : { file }));
		return { file };
	}

	#set(upload: Upload, state: UploadState, sentence = ''): void {
		upload.state = state;
		upload.sentence = sentence;
		this.#deps.onchange?.();
	}
}

async function isReadable(blob: Blob): Promise<boolean> {
	try {
		await blob.slice(0, 1).arrayBuffer();
		return true;
	} catch {
		return false;
	}
}
