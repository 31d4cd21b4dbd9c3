/** What commands say of files. */
import type { CheckedFiles, Placed } from '../lib/server/files/copies/check-files.ts';
import type { CopiedFiles } from '../lib/server/files/copies/copy-files.ts';
import type { FileRecord } from '../lib/server/files/file-records.ts';

/** Lines of one list; the others are counted. */
const LISTED = 100;

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const nameOf = ({ id, name }: FileRecord) => `${JSON.stringify(name)} (file ${id})`;

function list(title: string, lines: readonly string[]): string[] {
	if (lines.length === 0) return [];
	const more = lines.length > LISTED ? [`  and ${lines.length - LISTED} more`] : [];
	return [title, ...lines.slice(0, LISTED).map((line) => `  ${line}`), ...more];
}

/** Empty where there are no files. */
export function copiedReport({ copied, bytes, kept, lacking }: CopiedFiles): string[] {
	const all = copied + kept + lacking.length;
	return [
		...(all > 0 ? [`${count(copied, 'file')} copied (${megabytes(bytes)}); ${kept} were there.`] : []),
		...list(`The bytes of ${count(lacking.length, 'file')} are missing or damaged:`, lacking.map(nameOf))
	];
}

export function checkedReport(checked: CheckedFiles): { lines: string[]; isSound: boolean } {
	const { sound, bytes, lacking, damaged, unreadable, strays } = checked;
	const where = ({ file, message }: Placed) =>
		`${nameOf(file)}, ${message ? `in message ${message.n} of room ${message.room}` : 'in no message'}, bytes ${file.blob}`;
	const isSound = lacking.length + damaged.length + unreadable.length === 0;
	const all = sound + lacking.length + damaged.length;
	const lines = [
		...(all > 0 ? [`${count(sound, 'file')} (${megabytes(bytes)}) ${sound === 1 ? 'is' : 'are'} sound.`] : []),
		...list(`The bytes of ${count(lacking.length, 'file')} are missing:`, lacking.map(where)),
		...list(`The bytes of ${count(damaged.length, 'file')} are damaged:`, damaged.map(where)),
		...list(`${count(unreadable.length, 'record')} of files cannot be read:`, unreadable),
		...list(
			`No record names the bytes of ${count(strays.length, 'blob')}:`,
			strays.map(({ key, size }) => `${key}, ${size} bytes`)
		)
	];
	return { lines, isSound };
}
