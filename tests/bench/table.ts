/** The table that a person reads, and the rule for reading it. */
import { median, pairedRatio, verdict, type Goal, type Row, type Side } from './row.ts';

const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const ratio = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const HEAD = ['', 'A', 'B', 'A ÷ B', '[least … most]', 'goal', ''];

export function rule(rounds: number): string {
	return [
		`How to read it: A and B are measured in turn, A B A B …, ${rounds} rounds in one run. A and B are each side's median;`,
		'A ÷ B is the median of the ratios of the rounds, with the least and the greatest of them. A goal is ok where that',
		'median meets it. Only the ratios mean something: the numbers left of them change with the machine and its other work.'
	].join('\n');
}

export function table(rows: readonly Row[]): string {
	const cells = [HEAD, ...rows.map(cellsOf)];
	const widths = HEAD.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
	const lines = cells.map((line) =>
		line
			.map((cell, column) => cell.padEnd(widths[column]!))
			.join('  ')
			.trimEnd()
	);
	const rulings = widths.map((width) => '─'.repeat(width)).join('  ');
	const notes = rows.flatMap(({ notes = [] }) => notes.map((note) => `· ${note}`));
	return [lines[0], rulings, ...lines.slice(1), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

function cellsOf(row: Row): string[] {
	const { median, least, most } = pairedRatio(row);
	const range = `[${ratio.format(least)} … ${ratio.format(most)}]`;
	return [row.what, told(row.a), told(row.b), ratio.format(median), range, wanted(row.goal), verdict(row) ?? ''];
}

const told = ({ name, rounds, unit }: Side) => `${name}: ${number.format(median(rounds))} ${unit}`;

function wanted(goal: Goal | undefined): string {
	if (!goal) return '';
	return 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`;
}
