/** Sentences on files. */
import { MAX_FILES } from '../limits.ts';
import { sizeText } from '../files/file.ts';

const REFUSALS = [
	...(['off', 'empty', 'too-large', 'too-many', 'too-much-today', 'full', 'disk'] as const),
	...(['at-once', 'cut', 'gone', 'used', 'damaged-picture'] as const)
];
export type FileRefusal = (typeof REFUSALS)[number];
/** Why the upload API refuses. The browser does not try again by itself. */
export type UploadRefusal = FileRefusal | 'sign-in' | 'damaged';

export const isFileRefusal = (text: string): text is FileRefusal => (REFUSALS as readonly string[]).includes(text);

const AVATAR_REFUSALS = {
	none: 'Choose a picture.',
	'no-picture': 'That file is no picture that can be shown here. Choose a PNG, JPEG, WebP, GIF or AVIF.',
	'damaged-picture': 'That picture is damaged. Choose another.',
	'no-sharp': 'The server can’t make pictures smaller, so none can be set.',
	busy: 'The picture couldn’t be stored just now. Try again in a minute.',
	full: 'There is no more space for pictures here. Ask an operator.',
	disk: 'The server’s disk is almost full. Ask an operator.',
	'too-much-today': 'You have uploaded as much as one person can in a day. Try again tomorrow.',
	cut: 'The picture didn’t arrive whole. Choose it again.',
	gone: 'The picture is gone. Choose it again.'
};
export type AvatarRefusal = 'none' | 'no-picture' | 'no-sharp' | 'busy';

/** Of a person's picture and the logo of the place. @param most bytes of one file */
export const avatarRefusal = (because: AvatarRefusal | FileRefusal, most: number): string =>
	because in AVATAR_REFUSALS
		? AVATAR_REFUSALS[because as keyof typeof AVATAR_REFUSALS]
		: fileRefusal(because as FileRefusal, { most });

/** @param most bytes of one file. @param name of the file, if one is refused */
export function fileRefusal(because: FileRefusal, { most = 0, name = '' } = {}): string {
	const it = name === '' ? 'This file' : `“${name}”`;
	switch (because) {
		case 'off':
			return 'Files are switched off here.';
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
			return `${name === '' ? 'This picture' : it} is damaged. Attach it as the original if you want to send it as it is.`;
		case 'gone':
			return 'A file is gone. Attach it again.';
		case 'used':
			return 'A file is in another message already. Attach it again.';
	}
}
