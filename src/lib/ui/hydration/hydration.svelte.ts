import { lazy } from '../../lazy.ts';
import { isTouched } from './touched.ts';

const early = lazy(() => import('./early.lazy.ts'));
let part: Awaited<ReturnType<typeof early>>;

let isDone = $state(false);
/** False in the server's HTML, and until the first page is hydrated. */
export const hydration = {
	get done() {
		return isDone;
	}
};

/** Before hydration, which waits for it: loads the code for what a person has done already, if anything. */
export async function loadEarly(): Promise<void> {
	if (
		document.activeElement !== document.body ||
		document.querySelector('details[open]') ||
		Array.from(document.querySelectorAll<HTMLInputElement>('input,textarea,option')).some(isTouched)
	)
		part = await early();
}

/** Call when hydration begins. */
export const noteEarly = () => part?.note();

/** Call after hydration, which sets attributes to the server's values and knows no events of before. */
export function restoreEarly(): void {
	isDone = true;
	part?.restore();
}
