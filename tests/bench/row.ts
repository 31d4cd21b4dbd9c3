/** One row of a table: two things measured in turn, A B A B …, and the goal that their ratio is held against. */

/** What one side is called and how its numbers read. */
export interface Side {
	name: string;
	/** Of one round, in `unit`. */
	rounds: number[];
	unit: string;
}

export type Goal = { atLeast: number } | { atMost: number };

export interface Row {
	what: string;
	a: Side;
	b: Side;
	/** Absent: reported only. */
	goal?: Goal;
	/** What a reader must know to judge the numbers, as sentences that say what they are about. */
	notes?: string[];
	/** The README tells it, with its notes, although it has no goal. */
	told?: boolean;
}

export type Verdict = 'ok' | 'missed' | undefined;

export interface Ratio {
	median: number;
	least: number;
	most: number;
}

/** Of an even count the mean of the middle two. */
export function median(numbers: readonly number[]): number {
	const sorted = [...numbers].sort((x, y) => x - y);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A ÷ B of each round, then the median: what slows the machine for a while slows both sides of a round. */
export function pairedRatio({ a, b }: Pick<Row, 'a' | 'b'>): Ratio {
	const ratios = a.rounds.map((value, round) => value / b.rounds[round]!);
	return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}

export function verdict(row: Row): Verdict {
	if (!row.goal) return undefined;
	const ratio = pairedRatio(row).median;
	const held = 'atLeast' in row.goal ? ratio >= row.goal.atLeast : ratio <= row.goal.atMost;
	return held ? 'ok' : 'missed';
}
