/** The section of the README that tells what was measured: made from the record, between two marks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import type { Record } from './record.ts';
import { median, type Goal, type Side } from './row.ts';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));

const [BEGIN, END] = ['<!-- measured: made by npm run bench -- full -->', '<!-- /measured -->'];

const CHARTS: { [chart: string]: string } = {
	history: 'What a message costs against the length of its room’s history, beside the algorithm of HPKV’s showcase',
	'fan-out': 'Deliveries per second and CPU per delivery against the number of readers, beside Socket.IO',
	idle: 'Memory per idle connection, beside Socket.IO'
};

const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** @param charts those that were drawn, in the README's order */
export function measuredSection(record: Record, charts: readonly string[]): string {
	const { machine, versions, scale, subjects } = record;
	const rows = subjects.flatMap((subject) => subject.rows).filter(({ goal }) => goal);
	const missed = rows.filter(({ verdict }) => verdict === 'missed').length;
	const goals =
		missed === 0 ? `All ${rows.length} goals are met` : `${rows.length - missed} of ${rows.length} goals are met`;
	const told = subjects.flatMap(({ rows }) => rows).filter((row) => row.told);
	return [
		...charts.map(picture),
		wrapped(
			`${day.format(new Date(record.date))}, \`npm run bench -- ${scale.name}\`, ${machine.cores} cores of ` +
				`${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.system}, Node ${versions.node}. A and B were measured in ` +
				`turn, A B A B …, ${scale.rounds} rounds; each number is a side’s median, and the ratio is the median of the ` +
				`rounds’ ratios, which the goal is held against. Only the ratios mean something: absolute numbers change with ` +
				`the machine. ${goals}.`
		),
		[
			'| what | A | B | A ÷ B | goal | |',
			'| --- | --- | --- | ---: | ---: | --- |',
			...rows.map(
				({ what, a, b, ratio: { median }, goal, verdict }) =>
					`| ${what} | ${side(a)} | ${side(b)} | ${number.format(median)} | ${wanted(goal)} | ${verdict === 'missed' ? '**missed**' : 'ok'} |`
			)
		].join('\n'),
		...told.map(({ what, a, b, ratio: { median }, notes = [] }) =>
			wrapped(
				`Reported without a goal: ${what}, ${side(a)}, ${side(b)}, ratio ${number.format(median)}. ${notes.join(' ')}`
			)
		)
	].join('\n\n');
}

/** As lines of at most 120 characters, like the rest of the README. */
const wrapped = (text: string): string => text.replace(/(?![^\n]{1,120}$)([^\n]{1,120}) /g, '$1\n');

/** The README with the section in it. Throws where it has no place for it. */
export function withSection(readme: string, section: string): string {
	const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
	if (from < 0 || to < from) throw new Error(`The README has no lines "${BEGIN}" and "${END}"`);
	return `${readme.slice(0, from + BEGIN.length)}\n\n${section}\n\n${readme.slice(to)}`;
}

export async function writeReadme(record: Record, charts: readonly string[]): Promise<void> {
	const text = withSection(readFileSync(README, 'utf8'), measuredSection(record, charts));
	const options = await resolveConfig(README);
	writeFileSync(README, await format(text, { ...options, filepath: README }));
}

function picture(chart: string): string {
	const file = (theme: string) => `tests/bench/results/${chart}-${theme}.svg`;
	return [
		'<picture>',
		`  <source media="(prefers-color-scheme: dark)" srcset="${file('dark')}">`,
		`  <img src="${file('light')}" alt="${CHARTS[chart] ?? chart}">`,
		'</picture>'
	].join('\n');
}

const side = ({ name, rounds, unit }: Side) => `${name}: ${number.format(median(rounds))} ${unit}`.trimEnd();

function wanted(goal: Goal | undefined): string {
	if (!goal) return '';
	return 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`;
}
