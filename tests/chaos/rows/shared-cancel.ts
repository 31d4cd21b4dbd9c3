import { lacksPostgres } from '../../support/postgres.ts';
import { Cluster } from '../cluster.ts';
import type { Row } from '../row.ts';
import { talk } from '../talk.ts';

/** Waits that are cancelled before the primary dies. */
const CANCELLED = 10;

/**
 * Nothing reaches the standbys any more, somebody cancels the commits that wait for them (which PostgreSQL reports as success with
 * a warning), and then the primary dies: what was cancelled is gone, so nobody may have been told that it is stored.
 */
export const sharedCancel: Row = {
	id: 'shared-cancel',
	guards: ['warned-is-answered'],
	cannotRun: lacksPostgres,
	async run(stage) {
		const cluster = await Cluster.start();
		stage.later(() => cluster.stop());
		const { first, people, ada, grace } = await stage.sharedByTwo(cluster.url, stage.size(8, 32));
		const room = await stage.room(ada);
		await stage.reader(ada, room);
		await stage.reader(grace, room);
		const talking = talk(
			people.map((person) => stage.sender(person, room)),
			stage.random,
			stage.size(100, 400)
		);
		let cancelled = 0;
		let terminated = 0;
		for (let round = 0; round < stage.size(1, 10); round++) {
			await cluster.repair();
			const enough = talking.acknowledged + 20;
			await stage.until(() => talking.acknowledged >= enough, 60_000, 'the burst goes on after a fail-over');
			const senders = await cluster.ask('SELECT pid FROM pg_stat_replication');
			for (const { pid } of senders) process.kill(pid as number, 'SIGSTOP');
			const until = cancelled + terminated + CANCELLED;
			// The beats of the nodes wait as well, and theirs are cancelled too.
			await stage.until(
				async () => {
					const how = stage.random() < 0.7 ? 'cancel' : 'terminate';
					const waiting = await cluster.ask(
						`SELECT pg_${how}_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`
					);
					if (how === 'cancel') cancelled += waiting.length;
					else terminated += waiting.length;
					return cancelled + terminated >= until;
				},
				30_000,
				'commits wait for a standby'
			);
			await cluster.failOver();
		}
		const enough = talking.acknowledged + 20;
		await stage.until(() => talking.acknowledged >= enough, 60_000, 'the burst goes on after a fail-over');
		await talking.end();
		await stage.caughtUp(35_000);
		stage.figure('cancelled', cancelled);
		stage.figure('terminated', terminated);
		return first.url;
	}
};
