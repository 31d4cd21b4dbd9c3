import type { Standing } from '$lib/ui/scroll/ScrollAnchor.svelte.ts';

/**
 * Where the reader is, kept with the page's entry in the history, so that Back and reload open there. The address says
 * around which message, for the server; the entry says to the pixel. Not by Kit's replaceState: that notes the old address
 * beside the entry, and Back would open it. Kit's own notes are kept.
 */
export function keepStanding(standing: Standing | undefined): void {
	const address = standing ? `?around=${standing.n}` : location.pathname;
	history.replaceState({ ...(history.state as object), standing }, '', address);
}

export function keptStanding(): Standing | undefined {
	const { standing } = (history.state ?? {}) as { standing?: Standing };
	return standing && location.search === `?around=${standing.n}` ? standing : undefined;
}
