import { MAX_FILES } from '../limits.ts';
import { sizeText } from '../files/file.ts';
import { listed } from './listed.ts';

const REFUSALS = [
	...(['off', 'empty', 'too-large', 'too-many', 'too-much-today', 'full', 'disk'] as const),
	...(['at-once', 'cut', 'gone', 'used', 'damaged-picture'] as const)
];
export type FileRefusal = (typeof REFUSALS)[number];
/** Why the upload API refuses. The browser does not try again by itself. */
export type UploadRefusal = FileRefusal | 'sign-in' | 'damaged';

/** Another try of the same file has the same answer. */
const FINAL: ReadonlySet<UploadRefusal | undefined> = new Set(['too-large', 'empty', 'damaged-picture'] as const);
export const isFinal = (because: UploadRefusal | undefined): boolean => FINAL.has(because);

/** Why a message with these refused files, at least one, is not sent yet. */
export function notAttached(files: readonly { name: string; because?: UploadRefusal }[]): string {
	const more = files.length - 1;
	const it = more === 0 ? 'it' : 'them';
	const were = more === 0 ? 'was' : `and ${more} ${more === 1 ? 'other' : 'others'} were`;
	const choice = files.every(({ because }) => !isFinal(because))
		? ` or try ${it} again`
		: files.every(({ because }) => because === 'damaged-picture')
			? ` or send the ${more === 0 ? 'original' : 'originals'}`
			: '';
	return `“${files[0]?.name}” ${were} not attached. Remove ${it}${choice}, then send.`;
}

export const isFileRefusal = (text: string): text is FileRefusal => (REFUSALS as readonly string[]).includes(text);

/** After the refusal of a damaged picture, on a form without a script: its tick counts for the files that are attached with it. */
export const ATTACH_ORIGINAL =
	'Attach that picture again, alone, with “Send the original” ticked: the other files stay as they are.';

export function tooManyFiles(names: readonly string[]): string {
	const more = names.length - MAX_FILES;
	const shown = [...names.slice(0, MAX_FILES), ...(more > 0 ? [`${more} more`] : [])];
	return `A message can have up to ${MAX_FILES} files. Left out: ${listed(shown)}.`;
}

/** @param most bytes of one file. @param name of the file, if one is refused */
export function fileRefusal(because: FileRefusal, { most = 0, name = '' } = {}): string {
	const it = name === '' ? 'This file' : `“${name}”`;
	switch (because) {
		case 'off':
			return 'Files are switched off here, so none was taken.';
		case 'empty':
			return `${it} is empty.`;
		case 'too-large':
			return `${it} is too large. A file can have up to ${sizeText(most)}.`;
		case 'too-many':
			return `A message can have up to ${MAX_FILES} files.`;
		case 'too-much-today':
			return `${it} wasn’t attached: you have uploaded as much as one person can in a day. Try again tomorrow.`;
		case 'full':
			return `${it} wasn’t attached: there is no more space for files here. Ask an operator.`;
		case 'disk':
			return `${it} wasn’t attached: the server’s disk is almost full. Ask an operator.`;
		case 'at-once':
			return 'Too many uploads at once. Wait until one of them is done.';
		case 'cut':
			return `${it} didn’t arrive whole. Attach it again.`;
		case 'damaged-picture':
			return `${name === '' ? 'This picture' : it} is damaged, so what a camera notes can’t be removed from it. It can be sent as the original.`;
		case 'gone':
			return 'A file is gone. Attach it again.';
		case 'used':
			return 'A file is in another message already. Attach it again.';
	}
}
