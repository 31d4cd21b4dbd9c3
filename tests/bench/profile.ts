/** A CPU profile as a short list: in which functions the time was spent themselves. */
import type { Profiler } from 'node:inspector';

export interface Spent {
	what: string;
	/** Of the time in which anything was done, 0 to 1. */
	part: number;
}

/** Nothing is done there, or only the profile itself. */
const ASIDE = /^\((idle|program|root)\)$|\(node:inspector/;

export function topOf(profile: Profiler.Profile, most: number): Spent[] {
	const of = new Map(profile.nodes.map((node) => [node.id, where(node.callFrame)]));
	const spent = new Map<string, number>();
	let all = 0;
	for (const [at, id] of (profile.samples ?? []).entries()) {
		const what = of.get(id);
		const time = profile.timeDeltas?.[at] ?? 0;
		if (what === undefined || ASIDE.test(what)) continue;
		spent.set(what, (spent.get(what) ?? 0) + time);
		all += time;
	}
	return [...spent]
		.sort(([, a], [, b]) => b - a)
		.slice(0, most)
		.map(([what, time]) => ({ what, part: time / all }));
}

function where({ functionName, url, lineNumber }: Profiler.Profile['nodes'][number]['callFrame']): string {
	const name = functionName || '(anonymous)';
	const file = url.split('/').slice(-1)[0];
	return file
		? `${name} (${url.startsWith('node:') ? `${url}:${lineNumber + 1}` : `${file}:${lineNumber + 1}`})`
		: name;
}
