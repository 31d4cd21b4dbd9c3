/** One address does its worst for a while; other people's pages, and the server's memory, files and disk, must not notice. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { MAX_MESSAGE } from '../../../src/lib/chat/limits.ts';
import { keys } from '../../../src/lib/chat/storage/keys.ts';
import type { ChatMessage } from '../../../src/lib/chat/messages/message.ts';
import { everyMessage, type Person } from '../../e2e/person.ts';
import { residentOf, tellsMemory } from '../memory.ts';
import type { Program } from '../processes.ts';
import type { Row } from '../row.ts';
import type { Sabotage } from '../sabotage.ts';
import { percentile, type Room, type Stage } from '../stage.ts';
import { DEFAULT_LIMITS, type World } from '../world.ts';
import { HOLES, type Count, type Target } from './assault.ts';
import type { AssaultName, Orders } from './attacker.ts';
import type { Held } from './probe.ts';

/** Other people's pages under attack, in milliseconds: one in a hundred may take longer. */
const PAGE_P99_MS = 500;
/** The same in a quick run, which looks a hundred times, so that this is the slowest, and beside another row. */
const QUICK_PAGE_P99_MS = 5 * PAGE_P99_MS;
/** On a slow machine: so many times what it takes when nobody attacks. */
const PAGE_P99_RATIO = 5;
/** Of memory in use before, once the attack is over. */
const MEMORY_RATIO = 1.3;
/** What caches may grow by, however little the process held before, in bytes. */
const MEMORY_FLOOR = 24 * 2 ** 20;
/** Sockets that are kept alive for those who measure. */
const SPARE_DESCRIPTORS = 16;
const DISK_BYTES = 50_000_000;
/** The time after an attack in which all is as it was, in milliseconds. */
const RECOVERY_MS = 60_000;

/** How long an attack takes, in milliseconds. */
const QUICK_MS = 4_000;
const FULL_MS = 60_000;
/** How often the server's files and memory are looked at under attack. */
const WATCH_MS = 250;
/** How long pages are measured before it. */
const QUIET_MS = 1_500;

/** The dearest things that one message can hold. */
const DEAR_TEXTS = ['- - - - a\n', '- @a\n', '**a** _b_ `c` ', '[a](https://a.example/) ', '> > a\n', '👩‍👩‍👧‍👦'].map(
	(part) => Array.from(part.repeat(MAX_MESSAGE)).slice(0, MAX_MESSAGE).join('').trim()
);

/** So often a question and a page are asked, to compare what they cost. */
const COST_ROUNDS = 15;

const PROBE = new URL('./probe.ts', import.meta.url).pathname;

/** Numbers without messages in the dear room, every second of which can be asked for by itself. */
const VOID = 2 * HOLES;

/** What one address may get of a server with its default limits. */
export interface Allowance {
	/** Tries that the server may take in so many seconds. */
	taken?: (seconds: number) => number;
	/** Connections that it may hold open. */
	open?: number;
	/** The n-th of its questions, none of which may cost more than the dearest page. */
	question?: (target: Target, n: number) => string;
}

/** @param guards each keeps this attack in bounds: with one off, the row must fail */
export function attack(assault: AssaultName, guards: readonly Sabotage[], allowance: Allowance = {}): Row {
	return { id: `attack-${assault}`, guards, alone: true, run: (stage) => endure(stage, assault, allowance) };
}

async function endure(stage: Stage, assault: AssaultName, { taken, open, question }: Allowance): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), 'parley-probe-'));
	stage.later(() => rmSync(folder, { recursive: true, force: true }));
	const probe = join(folder, 'held.json');
	const world = await stage.embedded({
		...DEFAULT_LIMITS,
		PROBE_FILE: probe,
		NODE_OPTIONS: `--expose-gc --disable-warning=ExperimentalWarning --import=${PROBE}`
	});
	const [node] = world.nodes;
	if (!node) throw new Error('There is no node');
	const [vera, tom] = await stage.people(node.url, 2);
	if (!vera || !tom) throw new Error('There is nobody');
	const hall = await stage.room(vera);
	await stage.reader(tom, hall);
	const target = await prepare(world, node.url, vera);

	const quiet = await visit(stage, vera, hall, QUIET_MS);
	if (question) {
		const [asked, page] = await costs(
			(n) => node.url + question(target, n),
			() => node.url + target.room
		);
		stage.figure('question_ms', asked);
		stage.figure('dear_page_ms', page);
		stage.expect(asked <= page, `a question took ${Math.round(asked)} ms, the dearest page ${Math.round(page)}`);
	}
	const before = await held(node, probe);
	const diskBefore = bytesIn(world.dataDir);

	const lasts = stage.size(QUICK_MS, FULL_MS);
	const began = performance.now();
	const attacking = send({ assault, target, lasts });
	const most = watchMost(node.pid);
	stage.later(most.stop);
	const attacked = await visit(stage, vera, hall, lasts);
	const { tried, refused } = await attacking;
	const { descriptors, resident } = most.stop();
	stage.figure('descriptors_most', descriptors);
	stage.figure('resident_mb_more', resident / 1e6);
	if (open !== undefined) {
		const mostOpen = before.descriptors + open;
		stage.expect(descriptors <= mostOpen, `${descriptors} descriptors were open under attack, not ${mostOpen}`);
	}
	stage.figure('tried', tried);
	stage.figure('refused', refused);
	stage.expect(tried > 0, 'the attacker tried something');
	if (taken) {
		const mostTaken = Math.ceil(taken((performance.now() - began) / 1_000));
		stage.expect(tried - refused <= mostTaken, `${tried - refused} tries were taken, not ${mostTaken}`);
	}

	const [quietP99, p99] = [quiet, attacked].map((times) => percentile(times, 0.99)) as [number, number];
	stage.figure('quiet_ms_p99', quietP99);
	stage.figure('attacked_ms_p99', p99);
	const mostMs = Math.max(stage.size(QUICK_PAGE_P99_MS, PAGE_P99_MS), PAGE_P99_RATIO * quietP99);
	stage.expect(attacked.length > 0 && p99 <= mostMs, `other people's pages took ${p99} ms (p99), not ${mostMs}`);

	const disk = bytesIn(world.dataDir) - diskBefore;
	stage.figure('disk_kb', disk / 1_000);
	stage.expect(disk <= DISK_BYTES, `the attack took ${Math.round(disk / 1e6)} MB of disk, not ${DISK_BYTES / 1e6}`);
	await recovers(stage, node, probe, before);
	await stage.caughtUp(35_000, [hall]);
	return node.url;
}

/** A room with numbers that have no message and the dearest messages, and the largest file. */
async function prepare(world: World, url: string, person: Person): Promise<Target> {
	const room = await person.createRoom('The dear room');
	await person.say(room, 'a');
	const [first] = await everyMessage(url, room);
	if (!first) throw new Error('The first message is not there');
	const texts = Array.from({ length: 50 }, (_, i) => DEAR_TEXTS[i % DEAR_TEXTS.length] ?? '');
	for (const [i, message] of texts.entries()) {
		const n = first.n + 1 + VOID + i;
		const written: ChatMessage = { ...first, n, id: `dear-${String(n).padStart(16, '0')}`, message };
		await world.records.set(keys.message(first.room, n), JSON.stringify(written));
	}
	await world.records.increment(keys.messageCount(first.room), VOID + texts.length);
	const page = await (await person.get(room)).text();
	const files = [...page.matchAll(/(?:href|src)="([^"]*\/_app\/immutable\/[^"]+)"|import\("([^"]+)"\)/g)].map(
		([, a, b]) => new URL(a ?? b ?? '', url + room).pathname
	);
	if (files.length === 0) throw new Error('The page names no file');
	const sizes = await Promise.all(files.map(async (file) => (await (await person.get(file)).arrayBuffer()).byteLength));
	const file = files[sizes.indexOf(Math.max(...sizes))] ?? '';
	return { url, address: '127.66.0.1', room, newest: first.n + VOID + texts.length, file };
}

/** Somebody who looks at a page, again and again, and says something now and then. @returns milliseconds, ascending */
async function visit(stage: Stage, person: Person, room: Room, lasts: number): Promise<number[]> {
	const sender = stage.sender(person, room);
	const times: number[] = [];
	const end = performance.now() + lasts;
	for (let looks = 0; performance.now() < end; looks++) {
		const began = performance.now();
		const status = await look(person, room.path).catch(() => 0);
		stage.expect(status === 200, `somebody else's page answered ${status || 'nothing'}`);
		times.push(performance.now() - began);
		if (looks % 50 === 0) await sender.say('the kettle is on');
		await new Promise((again) => setTimeout(again, 20));
	}
	return times.sort((a, b) => a - b);
}

/**
 * How long two addresses take a stranger who asks alone, in milliseconds: medians, by turns, so that a busy machine slows both
 * alike. A person's page would open at their read mark.
 */
async function costs(one: (n: number) => string, other: () => string): Promise<[number, number]> {
	const times: [number[], number[]] = [[], []];
	for (let n = 0; n < COST_ROUNDS; n++) {
		for (const [i, address] of [one(n), other()].entries()) {
			const began = performance.now();
			const answer = await fetch(address);
			await answer.arrayBuffer();
			if (!answer.ok) throw new Error(`${address.slice(0, 80)} answered ${answer.status}`);
			times[i]?.push(performance.now() - began);
		}
	}
	const [a, b] = times.map((each) =>
		percentile(
			each.sort((x, y) => x - y),
			0.5
		)
	) as [number, number];
	return [a, b];
}

/** The most files that a process has open, and the most bytes of memory beyond those of now, until `stop`; 0 where the system does not tell. */
function watchMost(pid: number): { stop: () => { descriptors: number; resident: number } } {
	if (!tellsMemory()) return { stop: () => ({ descriptors: 0, resident: 0 }) };
	const { now } = residentOf(pid);
	const most = { descriptors: 0, resident: 0 };
	const timer = setInterval(() => {
		most.descriptors = Math.max(most.descriptors, readdirSync(`/proc/${pid}/fd`).length);
		most.resident = Math.max(most.resident, residentOf(pid).now - now);
	}, WATCH_MS);
	return {
		stop: () => {
			clearInterval(timer);
			return most;
		}
	};
}

async function look(person: Person, path: string): Promise<number> {
	const answer = await person.get(path);
	await answer.arrayBuffer();
	return answer.status;
}

function send(orders: Orders): Promise<Count> {
	const worker = new Worker(new URL('./attacker.ts', import.meta.url), { workerData: orders });
	return new Promise((resolve, reject) => {
		worker.once('message', resolve);
		worker.once('error', reject);
		worker.once('exit', () => reject(new Error('The attacker ended without a count')));
	});
}

/** What the server holds once its garbage is collected. */
async function held(node: Program, file: string): Promise<Held> {
	rmSync(file, { force: true });
	node.signal('SIGUSR2');
	for (const end = performance.now() + 20_000; performance.now() < end;) {
		try {
			return JSON.parse(readFileSync(file, 'utf8')) as Held;
		} catch {
			await new Promise((again) => setTimeout(again, 20));
		}
	}
	throw new Error('The server did not say what it holds');
}

const bytesOf = ({ heap, external }: Held) => heap + external;

async function recovers(stage: Stage, node: Program, probe: string, before: Held): Promise<void> {
	const mostBytes = Math.max(MEMORY_RATIO * bytesOf(before), bytesOf(before) + MEMORY_FLOOR);
	let now = before;
	const isBack = () => bytesOf(now) <= mostBytes && now.descriptors <= before.descriptors + SPARE_DESCRIPTORS;
	for (const end = performance.now() + RECOVERY_MS; performance.now() < end;) {
		now = await held(node, probe);
		if (isBack()) break;
		await new Promise((again) => setTimeout(again, 500));
	}
	stage.figure('memory_mb_before', bytesOf(before) / 1e6);
	stage.figure('memory_mb_after', bytesOf(now) / 1e6);
	stage.figure('descriptors_before', before.descriptors);
	stage.figure('descriptors_after', now.descriptors);
	stage.expect(
		bytesOf(now) <= mostBytes,
		`${Math.round(bytesOf(now) / 1e6)} MB are in use, not ${Math.round(mostBytes / 1e6)}`
	);
	stage.expect(
		now.descriptors <= before.descriptors + SPARE_DESCRIPTORS,
		`${now.descriptors} descriptors are open, ${before.descriptors} were before`
	);
}

const bytesIn = (folder: string): number =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
