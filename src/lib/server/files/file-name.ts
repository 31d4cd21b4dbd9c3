import { MAX_FILE_NAME_BYTES } from '../../chat/limits.ts';
import { wellFormed } from '../../chat/messages/draft.ts';

/** Control characters, and those that turn the direction of a line: `evil[RLO]gpj.exe` reads as `evilexe.jpg`. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** Separators of folders, and what Windows keeps out of names. */
const RESERVED = /[\\/:*?"<>|]/g;

const bytes = (text: string) => new TextEncoder().encode(text).length;

/** A name without a path or invisible characters, short enough for a record and every file system; its end is kept. */
export function fileName(given: string): string {
	const last = wellFormed(given.slice(-1_024)).normalize('NFC').split(/[\\/]/).at(-1) ?? '';
	const clean = last.replace(UNSEEN, '').replace(RESERVED, '_').replace(/\s+/g, ' ').trim().replace(/^\.+/, '');
	if (clean === '') return 'file';
	if (bytes(clean) <= MAX_FILE_NAME_BYTES) return clean;
	const [ending = ''] = /\.[a-z0-9]{1,10}$/i.exec(clean) ?? [];
	let name = '';
	for (const character of clean.slice(0, clean.length - ending.length)) {
		if (bytes(name + character) + ending.length > MAX_FILE_NAME_BYTES) break;
		name += character;
	}
	return name.trimEnd() + ending;
}
