import { below } from '../../conformance/faults/random.ts';
import { lacksPostgres } from '../../support/postgres.ts';
import { Cluster } from '../cluster.ts';
import type { History } from '../history.ts';
import type { Row } from '../row.ts';
import { percentile } from '../stage.ts';
import { talk } from '../talk.ts';

/** In milliseconds, without the time until there is a primary again. */
const PAUSE_WITHIN = 1_000;
/** Messages of the full run that are acknowledged. */
const SENDS = 500_000;
/** Kills that one room goes through: a page of all of it is read in the end. */
const A_ROOM = 3;

/** kill -9 of the primary in a burst of sends at two nodes, while a synchronous standby takes its place: a pause, and nothing else. */
export const sharedKill: Row = {
	id: 'shared-kill',
	guards: ['answer-before-disk'],
	// As long as 500,000 messages take on two busy cores.
	longest: 6 * 3_600_000,
	cannotRun: lacksPostgres,
	async run(stage) {
		// Both must be reached.
		const kills = stage.size(3, 50);
		const sends = stage.size(0, SENDS);
		const began = performance.now();
		let acknowledged = 0;
		const cluster = await Cluster.start();
		stage.later(() => cluster.stop());
		const { nodes, first, people, ada, grace } = await stage.sharedByTwo(cluster.url, stage.size(16, 64));
		const pauses: number[] = [];
		const promotions: number[] = [];
		let refused = 0;
		let done = 0;
		while (done < kills || acknowledged < sends) {
			const room = await stage.room(ada);
			await stage.reader(ada, room);
			await stage.reader(grace, room);
			const talking = talk(
				people.map((person) => stage.sender(person, room)),
				stage.random,
				stage.size(100, 0)
			);
			for (
				let life = 0;
				life < A_ROOM && (done < kills || acknowledged + talking.acknowledged < sends);
				life++, done++
			) {
				await cluster.repair();
				const enough = talking.acknowledged + stage.size(60, 1_500) + below(stage.random, stage.size(60, 1_500));
				await stage.until(() => talking.acknowledged >= enough, 60_000, 'the burst goes on after a fail-over');
				const killed = performance.now();
				promotions.push(await cluster.failOver());
				const promoted = performance.now();
				const timesAt = (url: string) =>
					acknowledgedBy(
						people.filter(({ app }) => app === url).map(({ name }) => name),
						room.history,
						killed
					);
				const atBoth = () => nodes.every(({ url }) => timesAt(url).some((at) => at > promoted));
				await stage.until(atBoth, 30_000, 'both nodes take sends again');
				pauses.push(Math.max(...nodes.map(({ url }) => longestBetween(timesAt(url)))));
			}
			await talking.end();
			acknowledged += talking.acknowledged;
			await stage.caughtUp(35_000, [room]);
			refused += room.history.events.filter(({ kind }) => kind === 'unknown' || kind === 'failed').length;
		}
		stage.figure('kills', done);
		stage.figure('per_second', acknowledged / ((performance.now() - began) / 1_000));
		stage.figure('refused', refused);
		stage.expect(refused === 0, `${refused} sends were refused`);
		const beyond = pauses.map((pause, at) => pause - (promotions[at] ?? 0));
		for (const [name, times] of Object.entries({ promote: promotions, pause: pauses, beyond })) {
			times.sort((a, b) => a - b);
			stage.figure(`${name}_ms_p50`, percentile(times, 0.5));
			stage.figure(`${name}_ms_max`, percentile(times, 1));
		}
		// Some may be longer: the machine is shared with the burst, and in the quick run with other rows.
		const most = percentile(beyond, stage.size(0.5, 0.85));
		stage.expect(most < PAUSE_WITHIN, `sends went on ${most} ms after there was a primary, not ${PAUSE_WITHIN}`);
		return first.url;
	}
};

/** When these people's sends were acknowledged, ascending: the last time before `from`, and all later ones. */
function acknowledgedBy(names: readonly string[], { events }: History, from: number): number[] {
	const times: number[] = [];
	for (let index = events.length - 1; index >= 0 && (times[0] ?? from) >= from; index--) {
		const event = events[index];
		if (event?.kind === 'acknowledged' && names.includes(event.who)) times.unshift(event.at);
	}
	return times;
}

const longestBetween = (times: readonly number[]) =>
	times.reduce((longest, at, index) => Math.max(longest, at - (times[index - 1] ?? at)), 0);
