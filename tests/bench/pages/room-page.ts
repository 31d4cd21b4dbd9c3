/**
 * A room's page with fifty messages, read from the store for whoever asks; beside it the same components with the same
 * data from a constant, which is what the framework and the markup cost, and the same bytes from bare node:http.
 */
import { startProduct } from '../product.ts';
import { startProgram, startServer, type Program } from '../programs.ts';
import type { Row } from '../row.ts';
import type { Scale } from '../scale.ts';
import { freshFolder } from '../scratch.ts';
import { buildConstant, loadedBy } from './kit-apps.ts';
import type { Asked, Load } from './load.ts';
import { furnish } from './past.ts';

const LOAD = new URL('load.ts', import.meta.url);
const STATIC = new URL('static.ts', import.meta.url);

/** The part of the time from which on the load client, and not the server, sets the pace. */
const LIMIT = 0.9;

interface Measured extends Load {
	/** Of the server while it was measured, in microseconds. */
	serverCpu: number;
}

interface Served {
	name: string;
	server: Program;
	headers: Record<string, string>;
	runs: Measured[];
}

export async function roomPage({ rounds, roomPage }: Scale): Promise<Row[]> {
	const { messages, connections, warmUp, measured } = roomPage;
	const folder = freshFolder();
	const { path, session } = await furnish(folder, messages);
	const ours = await startProduct(folder);
	const load = startProgram(LOAD);
	const started = [ours, load];
	try {
		const nobody = {};
		const somebody = { cookie: `session=${session}; zone=Europe/Berlin; scripts=1` };
		const both = [somebody, nobody];
		const constant = buildConstant(await Promise.all(both.map((headers) => loadedBy(ours.url, path, headers))));
		const start = async (file: URL, environment: Record<string, string>) => {
			const server = await startServer(file, environment);
			started.push(server);
			return server;
		};
		const served = (name: string, server: Program, headers: Record<string, string>): Served => ({
			name,
			server,
			headers,
			runs: []
		});
		const theirs = await start(constant, { PAGE: '0' });
		const theirsForNobody = await start(constant, { PAGE: '1' });
		await sameMarkup(ours.url + path, theirs.url + path, somebody);
		await sameMarkup(ours.url + path, theirsForNobody.url + path, nobody);
		const bytes = await start(STATIC, { FROM: ours.url + path, COOKIE: somebody.cookie });

		const sides = {
			ours: served('ours', ours, somebody),
			constant: served('a constant', theirs, somebody),
			oursForNobody: served('ours', ours, nobody),
			constantForNobody: served('a constant', theirsForNobody, nobody),
			bytes: served('the same bytes', bytes, {}),
			gzip: served('with gzip', ours, { ...somebody, 'accept-encoding': 'gzip' })
		};
		const run = async ({ server, headers }: Served, ms: number): Promise<Measured> => {
			const asked: Asked = { port: Number(new URL(server.url).port), path, headers, connections, ms };
			const before = await server.ask<number>('cpu');
			const run = await load.ask<Load>('load', asked);
			return { ...run, serverCpu: (await server.ask<number>('cpu')) - before };
		};
		for (const side of Object.values(sides)) await run(side, warmUp);
		for (let round = 0; round < rounds; round++) {
			for (const side of Object.values(sides)) side.runs.push(await run(side, measured));
		}
		return rowsOf(sides);
	} finally {
		await Promise.all(started.map((program) => program.end()));
	}
}

type Sides = Record<'ours' | 'constant' | 'oursForNobody' | 'constantForNobody' | 'bytes' | 'gzip', Served>;

function rowsOf({ ours, constant, oursForNobody, constantForNobody, bytes, gzip }: Sides): Row[] {
	const page = 'room page, 50 messages';
	const without: Served = { ...ours, name: 'without' };
	return [
		{
			what: `${page}, signed in: pages`,
			...beside(ours, constant, perSecond, '/s'),
			goal: { atLeast: 0.6 },
			notes: [
				`The constant is our own components, built with our own Kit, with the page's data as a constant: the same log, byte by byte, in ${kilobytes(ours)} kB of HTML.`,
				...limits([ours, constant, oursForNobody, constantForNobody, bytes])
			]
		},
		{
			what: `${page}, nobody: pages`,
			...beside(oursForNobody, constantForNobody, perSecond, '/s'),
			goal: { atLeast: 0.6 }
		},
		{ what: `${page}, signed in: server CPU`, ...beside(ours, constant, cpuEach, 'ms') },
		{ what: `${page}, signed in: pages`, ...beside(ours, bytes, perSecond, '/s') },
		{ what: `${page}, signed in: server CPU with gzip`, ...beside(gzip, without, cpuEach, 'ms') },
		{
			what: `${page}, signed in: HTML with gzip`,
			...beside(gzip, without, ({ bytes }) => bytes / 1_000, 'kB')
		}
	];
}

const perSecond = ({ answers, seconds }: Measured) => answers / seconds;
const cpuEach = ({ serverCpu, answers }: Measured) => serverCpu / answers / 1_000;
const kilobytes = ({ runs }: Served) => Math.round((runs[0]?.bytes ?? 0) / 1_000);

const beside = (a: Served, b: Served, of: (run: Measured) => number, unit: string): Pick<Row, 'a' | 'b'> => ({
	a: { name: a.name, rounds: a.runs.map(of), unit },
	b: { name: b.name, rounds: b.runs.map(of), unit }
});

/** Two pages that are not the same say nothing about each other. */
async function sameMarkup(ours: string, theirs: string, headers: Record<string, string>): Promise<void> {
	const log = async (url: string) => {
		const html = await (await fetch(url, { headers })).text();
		return /<div role="log"[^]*<\/article>/.exec(html)?.[0];
	};
	const [one, other] = [await log(ours), await log(theirs)];
	if (!one || one !== other) throw new Error('The constant renders another page than ours');
}

/** The load client is the limit where it has hardly a moment to spare, or works more than the server does. */
function limits(sides: readonly Served[]): string[] {
	return sides.flatMap(({ name, runs }) => {
		const limited = runs.filter(({ busy, cpu, serverCpu }) => busy >= LIMIT || cpu > serverCpu).length;
		return limited === 0
			? []
			: [`Pages: the load client was itself the limit in ${limited} of ${runs.length} rounds of ${name}.`];
	});
}
