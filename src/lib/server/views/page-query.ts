import type { Place } from '$lib/server/history/history.ts';

/** `?before=51`, `?after=100`, `?around=75`, or none for the newest page. */
export function placeIn(url: URL): Place {
	const [before, after, around] = ['before', 'after', 'around'].map((name) => numberIn(url, name));
	if (before !== undefined) return { before };
	if (after !== undefined) return { after };
	return around === undefined ? undefined : { around };
}

export function numberIn({ searchParams }: URL, name: string): number | undefined {
	const text = searchParams.get(name);
	return text && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
