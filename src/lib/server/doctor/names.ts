/** Names in `.env` that are almost those of settings. Other names are other programs'. */
import { found, type Finding } from './finding.ts';

/** Letters that are added, left out, exchanged or in another order. */
const SLIPS = 2;

export function checkNames(given: readonly string[], known: readonly string[]): Finding[] {
	return given
		.filter((name) => !known.includes(name))
		.flatMap((name) => {
			const near = known.find(
				(setting) => levenshteinDistance(name.toUpperCase(), setting) <= (setting.length > 5 ? SLIPS : 1)
			);
			return near === undefined
				? []
				: found(
						'warning',
						'Settings',
						`${name} in .env is no setting and has no effect. ${near} is one: correct the name.`
					);
		});
}

function levenshteinDistance(one: string, other: string): number {
	let row = Array.from({ length: other.length + 1 }, (_, at) => at);
	for (let i = 1; i <= one.length; i++) {
		const next = [i];
		for (let j = 1; j <= other.length; j++) {
			const exchanged = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
			next.push(Math.min(exchanged, row[j]! + 1, next[j - 1]! + 1));
		}
		row = next;
	}
	return row[other.length]!;
}
