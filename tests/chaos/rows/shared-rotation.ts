import { ask, lacksPostgres, startPostgres } from '../../support/postgres.ts';
import { Line } from '../line.ts';
import type { Row } from '../row.ts';
import { talk } from '../talk.ts';

/** Said by the connection that reads the table of changes, and by no other. */
const LISTENS = 'LISTEN hpkv_change';
/** In milliseconds: longer than what a node has not read is kept for it. */
const DEAF_FOR = 65_000;

/**
 * A node cannot read the table of changes for longer than these are kept, and they are removed meanwhile: it says so to its
 * sockets (1012), they come back and ask, and it forgets what it remembered.
 */
export const sharedRotation: Row = {
	id: 'shared-rotation',
	guards: ['gaps-are-not-told'],
	elsewhere: 'tests/contract/postgres.test.ts',
	waits: true,
	cannotRun: lacksPostgres,
	async run(stage) {
		const server = await startPostgres();
		stage.later(() => server.stop());
		const url = await server.freshDatabase();
		const line = await Line.to(url);
		stage.later(() => line.close());
		const way = Object.assign(new URL(url), { port: String(line.port) }).href;
		const { first, people, ada, grace } = await stage.sharedByTwo([{ url }, { url: way }], 8, { DATABASE_ALONE: '1' });
		const room = await stage.room(ada);
		await stage.reader(ada, room);
		const reader = await stage.reader(grace, room);
		await stage.until(() => reader.live, 10_000, 'a reader is live');
		const closed = await closeOf(grace.app, room.path, grace.cookie);

		line.forbids = LISTENS;
		line.cut();
		const talking = talk(
			people.filter(({ app }) => app === first.url).map((person) => stage.sender(person, room)),
			stage.random,
			2_000
		);
		await new Promise((over) => setTimeout(over, DEAF_FOR));
		const late = await stage.room(ada);
		await talking.end();
		await stage.sender(ada, late).say();
		stage.expect(closed.code === undefined, 'sockets stay open before it is known that anything was missed');
		await ask(url, 'TRUNCATE hpkv.change');
		line.forbids = undefined;
		stage.figure('told_ms', await stage.until(() => closed.code === 1012, 10_000, 'a socket is closed with 1012'));
		const listed = async () => (await (await grace.get('/')).text()).includes(late.path);
		await stage.until(listed, 5_000, 'the list has the room that was made meanwhile');
		await stage.caughtUp(35_000);
		return first.url;
	}
};

/** A socket that hears a room, and the code with which it is closed. */
async function closeOf(app: string, path: string, cookie: string): Promise<{ code?: number }> {
	const answer = await fetch(`${app}/watch?room=${path.split('/').at(-1)}`, { headers: { cookie } });
	const { url, token } = (await answer.json()) as { url: string; token: string };
	const address = new URL(url, app.replace('http', 'ws'));
	address.searchParams.set('token', token);
	const closed: { code?: number } = {};
	const socket = new WebSocket(address);
	socket.onclose = ({ code }) => (closed.code = code);
	await new Promise((opened) => (socket.onopen = opened));
	return closed;
}
