/** The box of a picture in the timeline, so that nothing moves when it has loaded. CSS makes it narrower, in proportion. */
export const PICTURE = { w: 960, h: 400 };
/** Of several pictures side by side. */
export const TILE = { w: 320, h: 200 };

/** In pixels; a small picture is not enlarged. */
export function fitted({ w = 1, h = 1 }: { w?: number; h?: number }, box = PICTURE): { width: number; height: number } {
	const scale = Math.min(1, box.w / w, box.h / h);
	return { width: Math.max(1, Math.round(w * scale)), height: Math.max(1, Math.round(h * scale)) };
}
