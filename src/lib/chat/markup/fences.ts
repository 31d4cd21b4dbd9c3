/** Fenced code: opened by a line that begins with backticks, closed by a line of, or ending in, at least as many. */

const FENCE = /^ {0,3}(`{3,})([^`]*)$/;
/** One word with attributes that some programs use: `js title=x {1,3}`. */
const LANGUAGE = /^([^\s`]*)(?:\s+(?:[\w-]+=(?:"[^"]*"|[^\s"]+)|\{[^}]*\}))*$/;
const CODE_END = /^([^`]*[^`\s][^`]*)(`{3,})\s*$/;

interface Fence {
	end: number;
	language: string;
	/** Code on the opening and on the closing line. */
	first: string[];
	last: string[];
}
interface Closing {
	ticks: number;
	at: number;
	code: string[];
}

/** Fences by opening line. A line of backticks closes one, else code that ends in them; the nearer, if code begins on the opening line. */
export function fencesIn(lines: readonly string[]): ReadonlyMap<number, Fence> {
	const fences = new Map<number, Fence>();
	if (!lines.some((line) => line.includes('```'))) return fences;
	/** Possible closing lines, the nearest last, each with more backticks than the later entries. */
	const closing: Closing[] = [];
	const codeEnds: Closing[] = [];
	for (let i = lines.length - 1; i >= 0; i--) {
		const line = lines[i] ?? '';
		const [, code, endTicks = ''] = CODE_END.exec(line) ?? [];
		if (code !== undefined) nearest(codeEnds, { ticks: endTicks.length, at: i, code: [code] });
		const [, ticks, info = ''] = FENCE.exec(line) ?? [];
		if (!ticks) continue;
		const [, language] = LANGUAGE.exec(info.trim()) ?? [];
		const closes = (fence: Closing) => fence.ticks >= ticks.length;
		const close = closing.findLast(closes);
		const codeEnd = language !== undefined && close ? undefined : codeEnds.findLast(closes);
		const end = close && codeEnd ? (close.at < codeEnd.at ? close : codeEnd) : (close ?? codeEnd);
		if (end) {
			const first = language === undefined ? [info] : [];
			fences.set(i, { end: end.at, language: language ?? '', first, last: end.code });
		}
		if (!info.trim()) nearest(closing, { ticks: ticks.length, at: i, code: [] });
	}
	return fences;
}

function nearest(closing: Closing[], close: Closing): void {
	while ((closing.at(-1)?.ticks ?? Infinity) <= close.ticks) closing.pop();
	closing.push(close);
}
