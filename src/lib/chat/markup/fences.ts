/** Fenced code: from a line that begins with backticks to one that is, or ends in, as many. */

/** Backticks, and what stands behind them: in what language it is, or code already. */
const FENCE = /^ {0,3}(`{3,})([^`]*)$/;
/** One word, and what some programs want to know besides: `js title=x {1,3}`. */
const LANGUAGE = /^([^\s`]*)(?:\s+(?:[\w-]+=(?:"[^"]*"|[^\s"]+)|\{[^}]*\}))*$/;
/** Code that ends in backticks. */
const CODE_END = /^([^`]*[^`\s][^`]*)(`{3,})\s*$/;

interface Fence {
	/** The line that closes it. */
	end: number;
	language: string;
	/** Code on the line that opens it, and on the one that closes it. */
	first: string[];
	last: string[];
}
interface Closing {
	ticks: number;
	at: number;
	code: string[];
}

/**
 * The fences by the line that opens them. One that is not closed is text. A line of backticks closes it, or else a line of
 * code that ends in them; where code begins on the line that opens it, whichever comes first.
 */
export function fencesIn(lines: readonly string[]): ReadonlyMap<number, Fence> {
	const fences = new Map<number, Fence>();
	if (!lines.some((line) => line.includes('```'))) return fences;
	/** The lines that could close one, the nearest last, each with more backticks than those after it. */
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
