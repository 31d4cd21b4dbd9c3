/** What `npm run bench` is asked for: `npm run bench -- [quick|full] [--only SUBJECT] [--json FILE]`. */
import { parseArgs } from 'node:util';
import { full, quick, type Scale } from './scale.ts';

export interface Options {
	scale: Scale;
	/** Names of subjects; empty for all. */
	only: string[];
	/** Where the rounds are written to. */
	json: string;
}

/** Throws a sentence where it is asked for something else. */
export function readOptions(args: string[], subjects: readonly string[]): Options {
	const { positionals, values } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			json: { type: 'string', default: 'test-results/bench.json' },
			only: { type: 'string', multiple: true, default: [] }
		}
	});
	const [name = 'quick', ...others] = positionals;
	const scale = [quick, full].find((each) => each.name === name);
	if (!scale || others.length > 0) throw new Error('Measure "quick" or "full"');
	const stranger = values.only.find((subject) => !subjects.includes(subject));
	if (stranger !== undefined) throw new Error(`"${stranger}" is none of the subjects ${subjects.join(', ')}`);
	return { scale, only: values.only, json: values.json };
}
