/**
 * `npm run bench`: what the store does, beside what people would use instead. Everything runs on this machine, in
 * processes and folders that are gone afterwards. A benchmark and no test: a goal that was missed is told, not failed.
 */
import { installPeers, peerVersions } from './install.ts';
import { readOptions, SHOWN } from './options.ts';
import { oneFile } from './files/one-file.ts';
import { busyRoom } from './pages/busy-room.ts';
import { coldStart } from './pages/cold-start.ts';
import { growth } from './pages/growth.ts';
import { memory } from './pages/memory.ts';
import { roomPage } from './pages/room-page.ts';
import { slowLink } from './pages/slow-link.ts';
import { switching } from './pages/switching.ts';
import { typing } from './pages/typing.ts';
import { ensureBuild } from './product.ts';
import { readRecord, recordOf, writeRecord, type Failure, type Measured, type Record } from './record.ts';
import { resultOf, type Result } from './result.ts';
import { verdict, type Row } from './row.ts';
import type { Scale } from './scale.ts';
import { removeAllAtExit } from './scratch.ts';
import { shared } from './shared/subject.ts';
import { fanOut } from './sockets/fan-out.ts';
import { history } from './sockets/history.ts';
import { idle } from './sockets/idle.ts';
import { manyRooms } from './sockets/many-rooms.ts';
import { paced } from './sockets/paced.ts';
import { storage } from './storage/subject.ts';
import { rule, table } from './table.ts';

/** In the order in which they are measured; each makes rows of the table. */
const SUBJECTS: { [subject: string]: (scale: Scale) => Promise<Row[] | Result> } = {
	storage,
	shared,
	idle,
	'fan-out': fanOut,
	'many-rooms': manyRooms,
	history,
	paced,
	'room-page': roomPage,
	'slow-link': slowLink,
	'busy-room': busyRoom,
	typing,
	switching,
	'one-file': oneFile,
	'cold-start': coldStart,
	memory,
	growth
};

/** Measured where it is asked for by name: it needs a server, which is fetched. */
const UNASKED = new Set(['shared']);

const secondsSince = (then: number) => (performance.now() - then) / 1_000;

removeAllAtExit();
// Then Ctrl-C is an exit like any other, and the exit handlers run.
for (const [signal, code] of Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 })) {
	process.once(signal, () => process.exit(code));
}

try {
	const { scale, only, json, report } = readOptions(process.argv.slice(2), Object.keys(SUBJECTS));
	installPeers();
	if (report) {
		const record = readRecord(json);
		if (!record) throw new Error(`There is nothing to report in ${json}`);
		await publish(record, json);
		process.exit(0);
	}
	ensureBuild();
	const began = performance.now();
	const standing = only.length > 0 ? readRecord(json) : undefined;
	const measured: Measured[] = [];
	const failed: Failure[] = [];
	const record = () =>
		recordOf(scale, peerVersions(), measured, failed, standing?.scale.name === scale.name ? standing : undefined);
	const show = async () => {
		const rows = measured.flatMap((each) => each.rows);
		console.log(`\n${rule(scale.rounds)}\n\n${table(rows)}\n`);
		for (const { subject, error } of failed) console.log(`${subject} was not measured: ${error.split('\n')[0]}`);
		console.log(`${summary(rows, scale)} ${Math.round(secondsSince(began))} s; the rounds are in ${json}`);
		if (measured.length > 0) await publish(record(), json);
	};
	setTimeout(() => {
		console.error(`Given up after ${scale.within / 60_000} minutes, with the rest not measured. Is the machine busy?`);
		void show().finally(() => process.exit(1));
	}, scale.within).unref();

	for (const [subject, measure] of Object.entries(SUBJECTS)) {
		if (only.length > 0 ? !only.includes(subject) : UNASKED.has(subject)) continue;
		const started = performance.now();
		try {
			const result = resultOf(await measure(scale));
			measured.push({ subject, seconds: secondsSince(started), ...result });
			console.error(`Measured ${subject} in ${Math.round(secondsSince(started))} s`);
			writeRecord(json, record());
		} catch (error) {
			// The others are measured all the same.
			failed.push({ subject, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
			console.error(`Could not measure ${subject}:`, error);
		}
	}
	await show();
	process.exit(failed.length > 0 ? 1 : 0);
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exit(1);
}

/** Writes the record and draws its charts beside it; what the README shows goes into the README as well. */
async function publish(record: Record, json: string): Promise<void> {
	writeRecord(json, record);
	// They need what has just been installed.
	const { drawCharts } = await import('./charts/draw.ts');
	const charts = drawCharts(record, json);
	if (json !== SHOWN) return;
	const { writeReadme } = await import('./readme.ts');
	await writeReadme(record, charts);
}

function summary(rows: readonly Row[], { name }: Scale): string {
	const missed = rows.filter((row) => verdict(row) === 'missed').map(({ what }) => what);
	const goals = rows.filter(({ goal }) => goal).length;
	return missed.length === 0
		? `All ${goals} goals are met.`
		: `${missed.length} of ${goals} goals missed: ${missed.join('; ')}.` +
				(name === 'full' ? '' : ' Rounds as short as these say little: a full run decides.');
}
