import { lacksPostgres } from '../../support/postgres.ts';
import { Cluster } from '../cluster.ts';
import { Network } from '../network.ts';
import type { Row } from '../row.ts';
import { LEASE_ENDS, watchForStalePages } from '../stale-pages.ts';

/** Three servers and two nodes. */
const HOSTS = 5;
/** A silent primary is given up after the 10 s that an answer is waited for, and senders wait as long. */
const BACK_WITHIN = 60_000;

/**
 * The network is cut, and nobody is told: the primary alone, then a node together with the primary, both while a standby is
 * promoted, and a standby alone. A node that is cut off acknowledges nothing and answers nothing stale.
 */
export const sharedPartition: Row = {
	id: 'shared-partition',
	guards: ['reads-without-lease'],
	elsewhere: 'tests/contract/fail-over.test.ts',
	waits: true,
	async cannotRun() {
		const network = Network.lay(1);
		network?.remove();
		return network ? lacksPostgres() : 'it needs root and network namespaces (ip netns) with bridges';
	},
	async run(stage) {
		const network = Network.lay(HOSTS);
		if (!network) throw new Error('There are no network namespaces');
		stage.later(network.remove);
		const [hostOfFirst, hostOfSecond, ...hosts] = network.hosts;
		if (!hostOfFirst) throw new Error('There is no host');
		const cluster = await Cluster.start(hosts);
		stage.later(() => cluster.stop());
		const { first, second, both, asker, acknowledgedAt, goesOn, end } = await watchForStalePages(
			stage,
			[hostOfFirst, hostOfSecond].map((host) => ({ url: cluster.url, host })),
			BACK_WITHIN
		);
		const pass = (milliseconds: number) => new Promise((over) => setTimeout(over, milliseconds));
		await goesOn(both, 'the start');

		const longest = { primary: 0, island: 0, standby: 0 };
		const took = (cut: keyof typeof longest, milliseconds: number) =>
			(longest[cut] = Math.max(longest[cut], milliseconds));
		const rounds = stage.size(1, 5);
		for (let round = 0; round < rounds; round++) {
			network.isolate(cluster.primary.host);
			await cluster.takeOver();
			took('primary', await goesOn(both, 'the primary was cut off'));
			cluster.fence();
			network.heal();
			await cluster.repair();

			network.isolate(cluster.primary.host, hostOfFirst);
			await pass(LEASE_ENDS);
			const acknowledged = acknowledgedAt(first.url);
			const refused = asker.refused;
			await cluster.takeOver();
			took('island', await goesOn([second], 'a node was cut off with the primary'));
			await stage.until(() => asker.refused > refused + 1, 30_000, 'the node that is cut off refuses to answer');
			const more = acknowledgedAt(first.url) - acknowledged;
			stage.expect(more === 0, `the node that is cut off acknowledged ${more} sends`);
			cluster.fence();
			network.heal();
			await goesOn(both, 'the network was whole again');
			await cluster.repair();

			const [standby] = cluster.standbys;
			if (!standby) throw new Error('There is no standby');
			network.isolate(standby.host);
			took('standby', await goesOn(both, 'a standby was cut off'));
			await pass(stage.size(3_000, 20_000));
			await goesOn(both, 'a standby was away');
			network.heal();
			await cluster.followed();
		}
		stage.figure('cuts', 3 * rounds);
		for (const [cut, milliseconds] of Object.entries(longest)) stage.figure(`${cut}_ms_max`, milliseconds);
		await end();
		return second;
	}
};
