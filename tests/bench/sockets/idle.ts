/** What a connection costs that says nothing: growth of the server's resident memory, garbage collected before each look. */
import type { Row } from '../row.ts';
import type { Scale } from '../scale.ts';
import type { DialectName } from './dialect.ts';
import { withServer } from './servers.ts';

const KIB = 1024;

export async function idle({ rounds, idle }: Scale): Promise<Row[]> {
	const [ours, theirs]: [number[], number[]] = [[], []];
	for (let round = 0; round < rounds; round++) {
		ours.push(await bytesEach('hpkv', idle));
		theirs.push(await bytesEach('socket.io', idle));
	}
	const kib = (bytes: number[]) => bytes.map((each) => each / KIB);
	return [
		{
			what: `memory of one of ${idle.connections.toLocaleString('en')} idle connections`,
			a: { name: 'ours', rounds: kib(ours), unit: 'KiB' },
			b: { name: 'Socket.IO', rounds: kib(theirs), unit: 'KiB' },
			goal: { atMost: 0.5 }
		}
	];
}

const bytesEach = (dialect: DialectName, { before, connections }: Scale['idle']): Promise<number> =>
	withServer(dialect, async ({ server, load, at }) => {
		await load.ask('watch', { server: at, sockets: before });
		const few = await server.ask<number>('memory');
		await load.ask('watch', { server: at, sockets: connections });
		const many = await server.ask<number>('memory');
		return (many - few) / connections;
	});
