/**
 * What grows with the rooms of a Parley: a send that is heard by somebody whose page hears of many rooms, the list of
 * them, and a room's page, beside which they stand.
 */
import { hostedStore } from '../../../src/hpkv/clients/rest.ts';
import { WAKE } from '../../../src/lib/chat/messages/live-events.ts';
import { idOf, keys } from '../../../src/lib/chat/storage/keys.ts';
import { readRange } from '../../../src/lib/server/storage/ranges.ts';
import { startProgram, type Program } from '../programs.ts';
import type { Row, Side } from '../row.ts';
import type { Scale } from '../scale.ts';
import { withContestants, type Entrant, type Measured } from '../sockets/contestants.ts';
import type { Load } from './load.ts';

const LOAD = new URL('load.ts', import.meta.url);

interface Page extends Load {
	/** Of the server while it was measured, in microseconds. */
	serverCpu: number;
}

/** What was measured with so many rooms, round by round. */
interface Grown {
	rooms: number;
	entrant: Entrant;
	sends: Measured[];
	lists: Page[];
	pages: Page[];
	/** Of a room's page, once the reader has opened all rooms. */
	visited: Page[];
}

export function growth({ rounds, growth }: Scale): Promise<Row[]> {
	const { rooms, messages, connections, measured } = growth;
	return withProducts(rooms, async (entrants) => {
		const load = startProgram(LOAD);
		try {
			const all = rooms.map((count, at): Grown => {
				return { rooms: count, entrant: entrants[at]!, sends: [], lists: [], pages: [], visited: [] };
			});
			for (const { entrant } of all) {
				await entrant.read(0, 1);
				await entrant.run({ messages });
			}
			for (let round = 0; round < rounds; round++) {
				for (const { entrant, sends, lists, pages } of all) {
					sends.push(await entrant.measure({ messages }));
					lists.push(await asked(load, entrant, '/', { connections, ms: measured }));
					pages.push(await asked(load, entrant, entrant.target.rooms[0]!.path, { connections, ms: measured }));
				}
			}
			for (const { entrant } of all) await visitAll(entrant);
			for (let round = 0; round < rounds; round++) {
				for (const { entrant, visited } of all) {
					visited.push(await asked(load, entrant, entrant.target.rooms[0]!.path, { connections, ms: measured }));
				}
			}
			return all.slice(1).flatMap((more, at) => rowsOf(more, all[0]!, at === all.length - 2));
		} finally {
			await load.end();
		}
	});
}

async function withProducts<T>(rooms: readonly number[], measure: (entrants: Entrant[]) => Promise<T>): Promise<T> {
	const [first, ...others] = rooms;
	if (first === undefined) return measure([]);
	return withContestants(['product'], { rooms: first, writers: 1, asPages: true }, (entrants) =>
		withProducts(others, (more) => measure([...entrants, ...more]))
	);
}

async function asked(
	load: Program,
	{ server, target: { port, sessions } }: Entrant,
	path: string,
	how: { connections: number; ms: number }
): Promise<Page> {
	const headers = { cookie: `session=${sessions[0]}; zone=Europe/Berlin` };
	const before = await server.ask<number>('cpu');
	const run = await load.ask<Load>('load', { port, path, headers, ...how });
	return { ...run, serverCpu: (await server.ask<number>('cpu')) - before };
}

/** Sets the reader's read mark in each room. */
async function visitAll({ target: { port, apiKey } }: Entrant): Promise<void> {
	const store = hostedStore({ baseUrl: `http://127.0.0.1:${port}/hpkv`, apiKey });
	const { records } = await store.range('person:', 'person:~', 100);
	const people = records.map(({ value }) => JSON.parse(value) as { id: string; name: string });
	const reader = people.find(({ name }) => name.startsWith('Ada '));
	if (!reader) throw new Error('The reader has no record');
	const rooms = await readRange(store, keys.rooms);
	for (const { key } of rooms) await store.set(keys.read(reader.id, idOf(key)), '0');
	// The server reads the marks anew, as after an adding.
	await store.set(keys.liveList(reader.id), WAKE);
}

/** @param most with the most rooms: that is what the goals are for, and what the README tells */
function rowsOf(more: Grown, few: Grown, most: boolean): Row[] {
	const goal = most ? { atMost: 1.5 } : undefined;
	const side = (of: (grown: Grown) => number[], unit: string): { a: Side; b: Side } => ({
		a: { name: `${more.rooms.toLocaleString('en')} rooms`, rounds: of(more), unit },
		b: { name: `${few.rooms.toLocaleString('en')} rooms`, rounds: of(few), unit }
	});
	const cpuOf = (pages: readonly Page[]) => pages.map(({ serverCpu, answers }) => serverCpu / answers / 1_000);
	const kilobytes = (pages: readonly Page[]) => pages.map(({ bytes }) => bytes / 1_000);
	return [
		{
			what: 'a message, heard by a page that lists the rooms: server CPU',
			...side(({ sends }) => sends.map(({ serverCpu, messages }) => serverCpu / messages / 1_000), 'ms'),
			goal
		},
		{
			what: 'a message, heard by a page that lists the rooms: time until it is heard',
			...side(({ sends }) => sends.map(({ toLast }) => toLast), 'ms'),
			goal
		},
		{ what: 'the list of rooms: server CPU', ...side(({ lists }) => cpuOf(lists), 'ms'), told: most },
		{ what: 'the list of rooms: HTML', ...side(({ lists }) => kilobytes(lists), 'kB'), told: most },
		{ what: 'a room’s page beside them: server CPU', ...side(({ pages }) => cpuOf(pages), 'ms'), told: most },
		{
			what: 'a room’s page beside them, all opened before: server CPU',
			...side(({ visited }) => cpuOf(visited), 'ms'),
			told: most
		},
		{ what: 'a room’s page beside them: HTML', ...side(({ pages }) => kilobytes(pages), 'kB'), told: most }
	];
}
