/** Sentences on setting an avatar or the logo. A file of its own: pages of rooms need none of them. */
import { sizeText } from '../files/file.ts';
import { duration } from './error-texts.ts';
import { fileRefusal, type FileRefusal } from './file-texts.ts';

export const NO_SHARP = 'This server can’t resize pictures, so none can be set here.';
export const noUploads = (what: 'picture' | 'logo') =>
	`Files are switched off on this server, so no ${what} can be set here.`;

const AVATAR_REFUSALS = {
	none: 'Choose a picture.',
	'no-picture':
		'Parley can’t read that picture: it may be damaged, or of another kind. Choose a PNG, JPEG, WebP, GIF or AVIF.',
	'damaged-picture': 'That picture is damaged. Choose another.',
	'no-sharp': NO_SHARP,
	off: noUploads('picture'),
	busy: 'The picture couldn’t be stored just now. Try again in a minute.',
	full: 'There is no more space for pictures here. Ask an operator.',
	disk: 'The server’s disk is almost full. Ask an operator.',
	'too-much-today': 'You have uploaded as much as one person can in a day. Try again tomorrow.',
	cut: 'The picture didn’t arrive whole. Choose it again.',
	gone: 'The picture is gone. Choose it again.'
};
export type AvatarRefusal = 'none' | 'no-picture' | 'no-sharp' | 'busy';

export const tooManyPictures = (seconds: number) => `You have tried many pictures. Try again in ${duration(seconds)}.`;

/** @param most bytes of one file */
export const avatarRefusal = (because: AvatarRefusal | FileRefusal, most: number): string =>
	because in AVATAR_REFUSALS
		? AVATAR_REFUSALS[because as keyof typeof AVATAR_REFUSALS]
		: because === 'too-large'
			? `That picture is too large. A picture can have up to ${sizeText(most)}. Choose another, or make it smaller.`
			: fileRefusal(because as FileRefusal, { most });
