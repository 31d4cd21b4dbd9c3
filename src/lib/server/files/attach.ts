/**
 * A file lives in one message, attached by its uploader. A send and the sweep decide in one append log: the first token wins. A
 * send appends its token once its own claim is won, so that a send that is refused takes no file; the token holds the number of
 * the message, by which the sweep looks whether it was stored.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import type { AttachedFile } from '../../chat/files/file.ts';
import { tokensIn } from '../../chat/storage/claim.ts';
import { keys } from '../../chat/storage/keys.ts';
import { appendToken } from '../storage/claims.ts';
import { FILE_ID, readFileRecord, uploadedFile } from './file-records.ts';

/** The send that attaches a file. */
export interface Attaching {
	day: string;
	room: string;
	person: string;
	sendId: string;
}

export type FileUse =
	| { by: 'nobody' }
	/** Milliseconds since 1970. */
	| { by: 'sweep'; at: number }
	/** It is, or was, the picture of a person or of the place. `at` likewise. */
	| { by: 'avatar'; at: number }
	| ({ by: 'send'; n: number } & Attaching);

/** Asked for by a send. */
export interface Wanted {
	id: string;
	alt?: string;
}

const SWEPT = 'swept';
/** After every day: earlier versions keep such a file. */
const AVATAR = 'avatar';

const tokenOf = ({ day, room, person, sendId }: Attaching, n: number) => `;${[day, room, person, sendId, n].join('.')}`;
export const sweptToken = (now: number) => `;${SWEPT}.${now}`;
export const avatarToken = (now: number) => `;${AVATAR}.${now}`;

/** After a restore, a send can have got another number than at first: its last token counts. */
export function readFileUse(text: string | undefined): FileUse {
	const [first, ...more] = tokensIn(text).map((token) => token.split('.'));
	if (!first) return { by: 'nobody' };
	const [day = '', room = '', person = '', sendId = ''] = first;
	if (day === SWEPT) return { by: 'sweep', at: Number(room) };
	if (day === AVATAR) return { by: 'avatar', at: Number(room) };
	const same = more.filter((token) => token.slice(0, 4).join('.') === first.slice(0, 4).join('.'));
	return { by: 'send', day, room, person, sendId, n: Number((same.at(-1) ?? first)[4]) };
}

const isBy = (use: FileUse, send: Attaching): boolean =>
	use.by === 'send' &&
	use.day === send.day &&
	use.room === send.room &&
	use.person === send.person &&
	use.sendId === send.sendId;

export type Checked = { ok: true; files: AttachedFile[] } | { ok: false; because: 'file-gone' | 'file-used' };

/** The files, if they are the sender's and in no other message. Two operations a file. */
export async function checkFiles(store: Hpkv, send: Attaching, wanted: readonly Wanted[]): Promise<Checked> {
	const found = await Promise.all(
		wanted.map(async ({ id, alt }) => {
			if (!FILE_ID.test(id)) return undefined;
			const [record, use] = await Promise.all([readFileRecord(store, id), store.get(keys.fileUse(id))]);
			if (record?.person !== send.person) return undefined;
			const file: AttachedFile = { ...uploadedFile(record), ...(alt && { alt }) };
			return { file, use: readFileUse(use) };
		})
	);
	const files: AttachedFile[] = [];
	for (const each of found) {
		if (!each || each.use.by === 'sweep') return { ok: false, because: 'file-gone' };
		if (each.use.by === 'avatar' || (each.use.by === 'send' && !isBy(each.use, send)))
			return { ok: false, because: 'file-used' };
		files.push(each.file);
	}
	return { ok: true, files };
}

/** Whether all files are this send's now, and its message has number `n`. Three operations a file. */
export async function attachFiles(
	store: Hpkv,
	send: Attaching,
	n: number,
	files: readonly Pick<AttachedFile, 'id'>[]
): Promise<boolean> {
	const held = await Promise.all(
		files.map(async ({ id }) => {
			const key = keys.fileUse(id);
			const before = readFileUse(await store.get(key));
			if (before.by === 'send' && isBy(before, send) && before.n === n) return true;
			await appendToken(store, key, tokenOf(send, n));
			return isBy(readFileUse(await store.get(key)), send);
		})
	);
	return held.every(Boolean);
}
