import type { Standing } from '$lib/ui/scroll/ScrollAnchor.svelte.ts';

/**
 * Keeps the reader's position for Back and reload: the address tells the server the message, the history entry has the
 * pixels. Not Kit's replaceState: it notes the old address in the entry, and Back would open that. Kit's own data in the
 * entry is kept.
 */
export function keepStanding(standing: Standing | undefined): void {
	const address = standing ? `?around=${standing.n}` : location.pathname;
	history.replaceState({ ...(history.state as object), standing }, '', address);
}

export function keptStanding(): Standing | undefined {
	const { standing } = (history.state ?? {}) as { standing?: Standing };
	return standing && location.search === `?around=${standing.n}` ? standing : undefined;
}
