/** The clock: message times, sessions and tokens depend on it. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { LastMessage } from '../../chat/rooms/room.ts';
import { keys } from '../../chat/storage/keys.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';
import { found, type Finding } from './finding.ts';

/** In milliseconds. Answers take a while, and `Date` counts seconds. */
const SLACK = 60_000;

/** A message from the future was written before the clock was set back, or by a node whose clock is ahead. */
export async function checkMessageTimes(store: Hpkv, now: number): Promise<Finding> {
	const lasts = await readRange(store, keys.lasts);
	const newest = Math.max(0, ...lasts.map(({ value }) => parsed(LastMessage, value)?.timestamp ?? 0));
	if (newest <= now + SLACK) return found('ok', 'Clock', 'No message is later than this machine’s clock.');
	return found(
		'wrong',
		'Clock',
		`The newest message is from ${written(newest)}, and this machine’s clock says ${written(now)}: set the clock, best by NTP.`
	);
}

/** @param date the header of an answer of another machine */
export function checkDate(date: string | null, from: string, now: number): Finding | undefined {
	const theirs = Date.parse(date ?? '');
	if (Number.isNaN(theirs)) return undefined;
	if (Math.abs(theirs - now) <= SLACK) return found('ok', 'Clock', `It agrees with the clock of ${from}.`);
	return found(
		'wrong',
		'Clock',
		`This machine’s clock says ${written(now)}, and ${from} says ${written(theirs)}: set the one that is wrong, best by NTP.`
	);
}

const written = (time: number) => `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
