import { encode } from 'uqr';

export interface QrPicture {
	/** Modules on a side, without the quiet zone around. */
	size: number;
	/** The dark modules, as an SVG path in units of modules. */
	path: string;
}

export function qrPicture(text: string): QrPicture {
	const { size, data } = encode(text, { ecc: 'M', border: 0 });
	const runs = data.flatMap((row, y) => runsOf(row).map(({ from, length }) => `M${from} ${y}h${length}v1h-${length}z`));
	return { size, path: runs.join('') };
}

function runsOf(row: readonly boolean[]): { from: number; length: number }[] {
	const runs: { from: number; length: number }[] = [];
	for (const [x, isDark] of row.entries()) {
		const last = runs.at(-1);
		if (!isDark) continue;
		if (last && last.from + last.length === x) last.length += 1;
		else runs.push({ from: x, length: 1 });
	}
	return runs;
}
