import type { CopiedFiles } from '../lib/server/files/copies/copy-files.ts';
import type { Placed, VerifiedFiles } from '../lib/server/files/copies/verify-files.ts';
import type { FileRecord } from '../lib/server/files/file-records.ts';

const MAX_LISTED = 100;

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const nameOf = ({ id, name }: FileRecord) => `${JSON.stringify(name)} (file ${id})`;

function list(title: string, lines: readonly string[]): string[] {
	if (lines.length === 0) return [];
	const more = lines.length > MAX_LISTED ? [`  and ${lines.length - MAX_LISTED} more`] : [];
	return [title, ...lines.slice(0, MAX_LISTED).map((line) => `  ${line}`), ...more];
}

/** Empty where there are no files. */
export function copiedReport({ copied, bytes, kept, missing, unreadable }: CopiedFiles): string[] {
	const all = copied + kept + missing.length + unreadable.length;
	return [
		...(all > 0 ? [`${count(copied, 'file')} copied (${megabytes(bytes)}); ${kept} were there already.`] : []),
		...list(`The bytes of ${count(missing.length, 'file')} are missing or damaged:`, missing.map(nameOf)),
		...list(
			`The bytes of ${count(unreadable.length, 'file')} cannot be read from the disk:`,
			unreadable.map(({ file, reason }) => `${nameOf(file)}: ${reason}`)
		)
	];
}

export function verifiedReport(verified: VerifiedFiles): { lines: string[]; isSound: boolean } {
	const { sound, bytes, missing, damaged, unreadable, strays } = verified;
	const placeOf = ({ message, isAvatar }: Placed) =>
		message ? `in message ${message.n} of room ${message.room}` : isAvatar ? 'an avatar or the logo' : 'in no message';
	const where = (placed: Placed) => `${nameOf(placed.file)}, ${placeOf(placed)}, bytes ${placed.file.blob}`;
	const isSound = missing.length + damaged.length + unreadable.length === 0;
	const all = sound + missing.length + damaged.length;
	const lines = [
		...(all > 0 ? [`${count(sound, 'file')} (${megabytes(bytes)}) ${sound === 1 ? 'is' : 'are'} sound.`] : []),
		...list(`The bytes of ${count(missing.length, 'file')} are missing:`, missing.map(where)),
		...list(`The bytes of ${count(damaged.length, 'file')} are damaged:`, damaged.map(where)),
		...list(`${count(unreadable.length, 'record')} of files cannot be read:`, unreadable),
		...list(
			`No record names the bytes of ${count(strays.length, 'blob')}:`,
			strays.map(({ key, size }) => `${key}, ${size} bytes`)
		)
	];
	return { lines, isSound };
}
