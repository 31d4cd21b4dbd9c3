import { loadEarly } from './lib/ui/hydration/hydration.svelte.ts';
import { loadPart } from './routes/parts.ts';

/** Runs before the page hydrates. */
export const init = () =>
	Promise.all([
		loadEarly(),
		...Array.from(document.querySelectorAll<HTMLElement>('[data-part]'), ({ dataset }) =>
			loadPart(dataset.part as Parameters<typeof loadPart>[0])
		)
	]);
