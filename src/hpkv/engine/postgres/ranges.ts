import { RANGE_MAX_BYTES } from '../../protocol/limits.ts';
import type { Found } from '../engine.ts';
import type { Ask as AskDatabase } from './lanes.ts';
import { ranges, type Statement } from './statements.ts';

/** No key contains NUL, so a bound stands for what is before its first NUL: as a beginning, what follows that. */
export async function rangeOf(
	ask: AskDatabase,
	start: string,
	end: string,
	limit: number,
	maxValueBytes: number
): Promise<Found> {
	const after = start.includes('\0');
	const bounds = [cut(start), cut(end), limit + 1];
	const mayBeLarge = (limit + 1) * maxValueBytes > RANGE_MAX_BYTES;
	const statement: Statement = mayBeLarge
		? after
			? ranges.cutAfter
			: ranges.cutFrom
		: after
			? ranges.after
			: ranges.from;
	const rows = (await ask(statement, mayBeLarge ? [...bounds, RANGE_MAX_BYTES] : bounds)) as [string, string | null][];
	const records: Found['records'] = [];
	for (const [key, value] of rows) {
		if (records.length === limit || value === null) return { records, truncated: true };
		records.push({ key, value });
	}
	return { records, truncated: false };
}

const cut = (bound: string) => bound.split('\0', 1)[0]!;
