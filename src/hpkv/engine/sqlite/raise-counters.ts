/**
 * After a restore no number may be given out a second time. The store knows no program's keys, only a custom: a counter
 * `{thing}s:{rest}` counts the records `{thing}:{rest}:{number}`. A counter that stands behind the highest of its
 * records is raised to it; nothing is made that was not there.
 */
export interface Counted {
	key: string;
	value: string;
}

/** The new values of the counters among `records` that stand behind their records. */
export function raisedCounters(records: Iterable<Counted>): Map<string, string> {
	const counters = new Map<string, number>();
	const highest = new Map<string, number>();
	for (const { key, value } of records) {
		if (/^\d{1,15}$/.test(value)) counters.set(key, Number(value));
		const [, thing, rest, number] = /^([^:]+):(.+):(\d{1,15})$/.exec(key) ?? [];
		if (number === undefined) continue;
		const counter = `${thing}s:${rest}`;
		highest.set(counter, Math.max(highest.get(counter) ?? 0, Number(number)));
	}
	const raised = new Map<string, string>();
	for (const [key, stands] of counters) {
		const needed = highest.get(key) ?? 0;
		if (needed > stands) raised.set(key, String(needed));
	}
	return raised;
}
