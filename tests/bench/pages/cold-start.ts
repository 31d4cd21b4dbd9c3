/** From starting the process to its first page, whole: ours on a store with a past, beside an empty Kit app. */
import { startProduct } from '../product.ts';
import { startServer, type Program } from '../programs.ts';
import type { Row } from '../row.ts';
import type { Scale } from '../scale.ts';
import { freshFolder } from '../scratch.ts';
import { buildEmpty } from './kit-apps.ts';
import { furnish } from './past.ts';

/** Seconds that the store, the room and all that stands behind a page may take. */
const ALLOWED = 1;

export async function coldStart({ rounds, coldStart }: Scale): Promise<Row[]> {
	const { messages } = coldStart;
	const folder = freshFolder();
	const { path, session } = await furnish(folder, messages);
	const empty = buildEmpty();
	const headers = { cookie: `session=${session}` };
	const [ours, theirs]: [number[], number[]] = [[], []];
	for (let round = 0; round < rounds; round++) {
		// Killed each time: a start after a crash is the slower one, it looks the file through.
		ours.push(await secondsTo(() => startProduct(folder), path, headers));
		theirs.push(await secondsTo(() => startServer(empty, {}), '/', {}));
	}
	return [
		{
			what: `cold start to the first room page, ${messages.toLocaleString('en')} messages`,
			a: { name: 'ours', rounds: ours, unit: 's' },
			b: { name: `an empty Kit app + ${ALLOWED} s`, rounds: theirs.map((seconds) => seconds + ALLOWED), unit: 's' },
			goal: { atMost: 1 },
			notes: ['Cold start: after a crash, so that the store looks through its file.']
		}
	];
}

async function secondsTo(
	start: () => Promise<Program>,
	path: string,
	headers: Record<string, string>
): Promise<number> {
	const began = performance.now();
	const server = await start();
	try {
		const page = await fetch(server.url + path, { headers });
		if (!page.ok) throw new Error(`${path} was answered with ${page.status}`);
		await page.text();
		return (performance.now() - began) / 1_000;
	} finally {
		await server.end();
	}
}
