import type { Attachment } from 'svelte/attachments';
import { fitted } from './fitted.ts';

/** In pixels of the canvas: twice those of its box. */
const EDGE = 96;

/** One at a time: a decoded photo takes 200 MB. */
let turn: Promise<void> = Promise.resolve();

/**
 * Draws a chosen picture small. A canvas, because the policy of the page forbids object URLs, which would keep the whole picture
 * decoded. What is no picture leaves the canvas hidden.
 */
export const smallPicture =
	(blob: Blob): Attachment<HTMLCanvasElement> =>
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
				// Not a picture that this browser knows.
			}
		});
		return () => {
			isGone = true;
		};
	};
