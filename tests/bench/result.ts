/** What a subject of the benchmark comes to. */
import type { Row } from './row.ts';

/** What a chart draws: one contestant's numbers along an axis. */
export interface Series {
	/** Of which chart; the files of charts/ know the names. */
	chart: string;
	name: string;
	points: Point[];
}

export interface Point {
	/** Where on the axis: readers, messages of history … */
	x: number;
	/** What was measured there, round by round, by what it is. */
	y: Record<string, number[]>;
}

export interface Result {
	rows: Row[];
	series?: Series[];
	/** What else stands in the record. */
	more?: Record<string, unknown>;
}

/** Most subjects are rows alone. */
export const resultOf = (measured: Row[] | Result): Result => (Array.isArray(measured) ? { rows: measured } : measured);
