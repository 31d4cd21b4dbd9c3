import { ask, lacksPostgres, startPostgres } from '../../support/postgres.ts';
import { fillUp, lacksDisk, smallDisk } from '../disk.ts';
import type { Row } from '../row.ts';
import { talk } from '../talk.ts';

/** In bytes: 40 MB for an empty server, and some segments of its log. */
const DISK = 192 * 2 ** 20;
/** In milliseconds. */
const BACK_WITHIN = 60_000;

/**
 * The disk of the primary is filled to its last byte, then its log needs a new segment, for which it ends itself; at last there is
 * room again, and the row starts it, as an operator would. The nodes are told nothing.
 */
export const sharedFull: Row = {
	id: 'shared-full',
	guards: [],
	elsewhere: 'tests/contract/postgres.test.ts',
	waits: true,
	cannotRun: () => lacksDisk() ?? lacksPostgres(),
	async run(stage) {
		const home = smallDisk(stage, DISK);
		// No segments are kept for later: the next one needs room.
		const settings = ['min_wal_size=32MB', 'max_wal_size=48MB'];
		const server = await startPostgres(settings, { address: '127.0.0.1', peer: '127.0.0.1', home });
		stage.later(() => server.stop());
		const url = await server.freshDatabase();
		const { nodes, first, people, ada, grace } = await stage.sharedByTwo(url, stage.size(8, 32), {
			DATABASE_ALONE: '1'
		});
		const room = await stage.room(ada);
		await stage.reader(ada, room);
		await stage.reader(grace, room);
		const talking = talk(
			people.map((person) => stage.sender(person, room)),
			stage.random,
			stage.size(100, 200)
		);
		const goesOn = (after: string) => {
			const enough = nodes.map(({ url }) => ({ url, count: acknowledgedAt(url) + 5 }));
			const all = () => enough.every(({ url, count }) => acknowledgedAt(url) >= count);
			return stage.until(all, BACK_WITHIN, `both nodes take sends ${after}`);
		};
		const acknowledgedAt = (app: string) => {
			const names = new Set(people.filter((person) => person.app === app).map(({ name }) => name));
			return room.history.events.filter(({ kind, who }) => kind === 'acknowledged' && names.has(who)).length;
		};
		const refused = () => room.history.events.filter(({ kind }) => kind === 'unknown').length;
		await goesOn('at first');

		let longest = 0;
		let ended = 0;
		for (let round = 0; round < stage.size(1, 10); round++) {
			const giveBack = fillUp(home);
			await new Promise((over) => setTimeout(over, stage.size(2_000, 10_000)));
			const before = refused();
			await ask(url, 'SELECT pg_switch_wal()').catch(() => undefined);
			await stage.until(() => refused() > before + people.length, BACK_WITHIN, 'sends are refused on a full disk');
			giveBack();
			const began = performance.now();
			if (!(await answers(url))) {
				ended++;
				await server.restart();
			}
			await goesOn('when there is room again');
			longest = Math.max(longest, performance.now() - began);
		}
		await talking.end();
		await stage.caughtUp(35_000);
		stage.figure('ended', ended);
		stage.figure('refused', refused());
		stage.figure('again_ms_max', longest);
		const failed = room.history.events.filter(({ kind }) => kind === 'failed').length;
		stage.expect(failed === 0, `${failed} sends were refused for ever`);
		return first.url;
	}
};

const answers = (url: string) =>
	ask(url, 'SELECT 1').then(
		() => true,
		() => false
	);
