/** What a message says of a file, and how a file is shown. Without zod: pages read this too. */
import { LEAST_BYTES_FOR_THUMBNAIL, MAX_PICTURE_PIXELS, THUMBNAIL_HEIGHT, THUMBNAIL_WIDTH } from '../limits.ts';

export interface AttachedFile {
	id: string;
	name: string;
	/** By the file's first bytes, never by its name. */
	type: string;
	size: number;
	/** Of a picture, in pixels as it is shown. */
	w?: number;
	h?: number;
	/** What the picture shows, for those who do not see it. */
	alt?: string;
}

/** A file that is uploaded and in no message yet, as the upload API answers it. */
export type UploadedFile = Omit<AttachedFile, 'alt'>;

const SHOWN = /^(image\/(png|jpeg|gif|webp|avif)|video\/(mp4|webm)|audio\/(mpeg|ogg|mp4|wav))$/;

export type ShownAs = 'picture' | 'video' | 'audio' | 'line';

/** A picture whose size is unknown, or that would take a browser's memory, is a line with Download. */
export function shownAs({ type, w, h }: Pick<AttachedFile, 'type' | 'w' | 'h'>): ShownAs {
	if (!SHOWN.test(type)) return 'line';
	const [kind] = type.split('/', 1);
	if (kind === 'image') return w && h && w * h <= MAX_PICTURE_PIXELS ? 'picture' : 'line';
	return kind === 'video' ? 'video' : 'audio';
}

/** Whether pages show a smaller copy of the picture. A GIF may move, which a copy does not. */
export function hasThumbnail(file: Pick<AttachedFile, 'type' | 'size' | 'w' | 'h'>): boolean {
	const { type, size, w = 0, h = 0 } = file;
	const isSmall = size < LEAST_BYTES_FOR_THUMBNAIL && w <= THUMBNAIL_WIDTH && h <= THUMBNAIL_HEIGHT;
	return shownAs(file) === 'picture' && type !== 'image/gif' && !isSmall;
}

/** Pictures, videos and sounds: a description stands in for them. */
export const takesAlt = (type: string) => /^(image|video|audio)\//.test(type);

/** `1.2 MB`, in decimal units as file managers show them. */
export function sizeText(bytes: number): string {
	if (bytes < 1_000) return `${bytes} B`;
	const [value, unit] = bytes < 999_500 ? [bytes / 1_000, 'kB'] : [bytes / 1_000_000, 'MB'];
	return `${value < 9.95 ? value.toFixed(1).replace('.0', '') : Math.round(value)} ${unit}`;
}

export const extension = ({ name }: Pick<AttachedFile, 'name'>): string =>
	(/\.([a-z0-9]{1,5})$/i.exec(name)?.[1] ?? 'file').toUpperCase();

/** The part of a file's address behind the room's. */
export const filePath = (n: number, { id, name }: Pick<AttachedFile, 'id' | 'name'>) =>
	`files/${n}/${id}/${encodeURIComponent(name)}`;

export const picturePath = (n: number, file: AttachedFile) =>
	hasThumbnail(file) ? filePath(n, { ...file, id: `${file.id}/thumbnail` }) : filePath(n, file);

export const filesText = (files: readonly Pick<AttachedFile, 'name'>[]) =>
	files.length > 1 ? `${files.length} files` : (files[0]?.name ?? '');
