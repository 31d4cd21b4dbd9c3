/** A CPU profile as short lists: in which functions, and in whose code, the time was spent itself. */
import type { Profiler } from 'node:inspector';

export interface Spent {
	what: string;
	/** Of the time in which anything was done, 0 to 1. */
	part: number;
}

type Frame = Profiler.Profile['nodes'][number]['callFrame'];

/** The functions in which the most time was spent. */
export const topOf = (profile: Profiler.Profile, most: number): Spent[] => spentBy(profile, where).slice(0, most);

/** Whose code it was, in a build of Parley. */
export const areasOf = (profile: Profiler.Profile): Spent[] => spentBy(profile, area);

function spentBy(profile: Profiler.Profile, by: (frame: Frame) => string): Spent[] {
	const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
	const spent = new Map<string, number>();
	let all = 0;
	for (const [at, id] of (profile.samples ?? []).entries()) {
		const frame = frames.get(id);
		const time = profile.timeDeltas?.[at] ?? 0;
		if (!frame || aside(frame)) continue;
		spent.set(by(frame), (spent.get(by(frame)) ?? 0) + time);
		all += time;
	}
	return [...spent].sort(([, a], [, b]) => b - a).map(([what, time]) => ({ what, part: time / all }));
}

/** Nothing is done there, or only the profile itself. */
const aside = ({ functionName, url }: Frame): boolean =>
	/^\((idle|program|root)\)$/.test(functionName) || url.startsWith('node:inspector');

function where({ functionName, url, lineNumber }: Frame): string {
	const name = functionName || '(anonymous)';
	const file = url.startsWith('node:') ? url : url.split('/').at(-1);
	return file ? `${name} (${file}:${lineNumber + 1})` : name;
}

/** SQLite's statements, by the names of their functions in node:sqlite; `exec` begins and commits. */
const SQLITE: { [name: string]: string } = {
	exec: 'SQLite’s commits, which wait for the disk',
	fdatasync: 'SQLite’s commits, which wait for the disk',
	get: 'SQLite’s reads and writes',
	run: 'SQLite’s reads and writes',
	all: 'SQLite’s reads and writes'
};

/** Chunks of the build that are made of SvelteKit and its adapter. */
const KIT = /^(index|handler|shared|utils|routing|exports|env)[.-]/;

function area({ functionName, url }: Frame): string {
	if (functionName === '(garbage collector)') return 'the garbage collector';
	if (url === '') return SQLITE[functionName] ?? 'Node: HTTP, streams and sockets';
	if (url.startsWith('node:')) return 'Node: HTTP, streams and sockets';
	return KIT.test(url.split('/').at(-1) ?? '') ? 'SvelteKit' : 'Parley and its store';
}
