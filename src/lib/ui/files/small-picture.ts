import type { Attachment } from 'svelte/attachments';
import { fitted } from './fitted.ts';

/** Longest edge of the canvas in pixels: twice that of its box, for screens of high density. */
const EDGE = 96;

/** One at a time: a decoded photo takes 200 MB. */
let turn: Promise<void> = Promise.resolve();

/**
 * Draws a thumbnail of a chosen picture, and shows the canvas; another file leaves it hidden. A canvas, because the page's
 * content security policy forbids object URLs, which would also keep the whole picture decoded.
 * @param onundrawn called if it is no picture that this browser can draw
 */
export const smallPicture =
	(blob: Blob, onundrawn: () => void): Attachment<HTMLCanvasElement> =>
	(canvas) => {
		let isGone = false;
		turn = turn.then(async () => {
			if (isGone) return;
			try {
				const picture = await createImageBitmap(blob);
				const { width, height } = fitted({ w: picture.width, h: picture.height }, { w: EDGE, h: EDGE });
				Object.assign(canvas, { width, height });
				canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height);
				picture.close();
				canvas.hidden = false;
			} catch {
				if (!isGone) onundrawn();
			}
		});
		return () => {
			isGone = true;
		};
	};
