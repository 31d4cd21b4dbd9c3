/** What `npm run bench` is asked for: `npm run bench -- [quick|full|report] [--only SUBJECT] [--json FILE]`. */
import { parseArgs } from 'node:util';
import { full, quick, type Scale } from './scale.ts';

/** What the README shows: a full run writes it, with its charts beside it. */
export const SHOWN = 'tests/bench/results/bench.json';

/** A quick look does not. */
const NOT_SHOWN = 'test-results/bench/bench.json';

export interface Options {
	scale: Scale;
	/** Names of subjects; empty for all. Of a file that stands already, the others are kept. */
	only: string[];
	/** Where the rounds are written to. */
	json: string;
	/** Nothing is measured: charts and README are made anew from the rounds that stand there. */
	report: boolean;
}

/** Throws a sentence where it is asked for something else. */
export function readOptions(args: string[], subjects: readonly string[]): Options {
	const { positionals, values } = parseArgs({
		args,
		allowPositionals: true,
		options: { json: { type: 'string' }, only: { type: 'string', multiple: true, default: [] } }
	});
	const [name = 'quick', ...others] = positionals;
	const report = name === 'report';
	const scale = report ? full : [quick, full].find((each) => each.name === name);
	if (!scale || others.length > 0)
		throw new Error('Measure "quick" or "full", or make a "report" of what was measured');
	const stranger = values.only.find((subject) => !subjects.includes(subject));
	if (stranger !== undefined) throw new Error(`"${stranger}" is none of the subjects ${subjects.join(', ')}`);
	return { scale, only: values.only, json: values.json ?? (scale === full ? SHOWN : NOT_SHOWN), report };
}
