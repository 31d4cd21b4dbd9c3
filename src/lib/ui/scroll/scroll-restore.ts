import type { Standing } from '$lib/ui/scroll/ScrollAnchor.svelte.ts';

/** For Back and reload. Not Kit's replaceState: it notes the old address in the entry, and Back would open that. */
export function keepStanding(standing: Standing | undefined): void {
	const address = standing ? `?around=${standing.n}` : location.pathname;
	history.replaceState({ ...(history.state as object), standing }, '', address);
}

export function keptStanding(): Standing | undefined {
	const { standing } = (history.state ?? {}) as { standing?: Standing };
	return standing && location.search === `?around=${standing.n}` ? standing : undefined;
}
