/**
 * The other end of the sockets, in a process of its own: readers of rooms, and writers of which each has one message
 * under way. It counts every delivery, checks that every reader hears every message of its room once and each writer's
 * in order, and tells how busy it was itself.
 */
import { performance } from 'node:perf_hooks';
import { answer } from '../answering.ts';
import { median } from '../row.ts';
import { dialects, tailOf, type Contestant, type Room } from './dialect.ts';
import { numberAt, numbered, writerAt } from './numbered.ts';
import { traffic } from './raw-socket.ts';
import { openSocket } from './reading.ts';
import { openWriter, writeHistory, type Write } from './writing.ts';

/** Sockets that are being opened at once. */
const OPENING = 100;

/** The most writers there can be. */
const WRITERS = 64;

/** Milliseconds without anything done, after which a run is given up. */
const STALLED = 20_000;

/** Where the load goes. */
export interface Target {
	contestant: Contestant;
	port: number;
	rooms: Room[];
	/** Of those who write on sockets; and the sessions of those who post forms, one each. */
	apiKey: string;
	sessions: string[];
}

/** How to write: until a time or a number of messages is over; closed loop, or one message every so often. */
export interface Asked {
	/** How many of the writers. Default: all. */
	writers?: number;
	/** The only room to write to. Default: all in turn. */
	room?: number;
	ms?: number;
	messages?: number;
	/** Milliseconds from one message to the next. Absent: each writer goes on when its message is done. */
	every?: number;
}

export interface Run {
	messages: number;
	deliveries: number;
	/** From the first write to the last delivery. */
	seconds: number;
	/** Milliseconds from a write to the last of its room's readers, the median. */
	toLast: number;
	/** On all sockets and lines of posts, in both directions. */
	bytes: number;
	/** The part of that time in which this process was busy, 0 to 1, and its CPU in microseconds. */
	busy: number;
	cpu: number;
}

let target: Target;
let tail = 0;
/** By room. */
const readersOf: number[] = [];
/** By writer: how to write, and the message under way. */
const writers: Write[] = [];
const sent: number[] = [];
const roomDetails = new Int32Array(WRITERS).fill(-1);
const began: number[] = [];
const unheard = new Int32Array(WRITERS);
const unacknowledged = new Uint8Array(WRITERS);

let deliveries = 0;
let toLast: number[] = [];
let done = (_writer: number) => {};
let wrong: string | undefined;

const fail = (why: string) => void (wrong ??= why);

answer({
	at(at: Target) {
		target = at;
		tail = tailOf(dialects[at.contestant]);
	},

	/** Opens readers of a room, in addition to those that are open. */
	async read({ room, readers }: { room: number; readers: number }) {
		let left = readers;
		const open = async () => {
			while (left-- > 0) await openReader(room);
		};
		await Promise.all(Array.from({ length: OPENING }, open));
	},

	async write({ writers: count }: { writers: number }) {
		for (let writer = writers.length; writer < count; writer++) {
			sent[writer] = 0;
			writers[writer] = await openWriter(target, writer, () => acknowledged(writer), fail);
		}
	},

	/** Puts a whole history of the showcase under its key, past REST, which takes less than a MiB. */
	async remember({ room, length }: { room: number; length: number }) {
		const { contestant, port, apiKey, rooms } = target;
		await writeHistory(port, apiKey, dialects[contestant], rooms[room]!, length);
	},

	run: (asked: Asked) => run(asked)
});

async function openReader(room: number): Promise<void> {
	/** By writer: what was heard last. */
	const last = new Int32Array(WRITERS).fill(-1);
	const heard = (bytes: Buffer, from: number, to: number) => {
		const at = to - tail;
		const [writer, n] = [writerAt(bytes, at), numberAt(bytes, at)];
		if (roomDetails[writer] !== room || n !== sent[writer]! - 1 || last[writer] === n) {
			const text = bytes.toString('utf8', Math.max(from, to - 300), to);
			return fail(`a reader of room ${room} heard what is not under way there, or heard it again: ${text}`);
		}
		last[writer] = n;
		deliveries += 1;
		if (--unheard[writer]! > 0) return;
		toLast.push(performance.now() - began[writer]!);
		if (unacknowledged[writer] === 0) over(writer);
	};
	const { contestant, port, rooms } = target;
	await openSocket(port, dialects[contestant].reader(rooms[room]!), dialects[contestant], heard, fail);
	readersOf[room] = (readersOf[room] ?? 0) + 1;
}

function acknowledged(writer: number): void {
	unacknowledged[writer] = 0;
	if (unheard[writer] === 0) over(writer);
}

function over(writer: number): void {
	roomDetails[writer] = -1;
	done(writer);
}

function write(writer: number, only: number | undefined): void {
	const n = sent[writer]!++;
	const room = only ?? (writer + n * WRITERS) % target.rooms.length;
	roomDetails[writer] = room;
	unheard[writer] = readersOf[room] ?? 0;
	unacknowledged[writer] = 1;
	began[writer] = performance.now();
	writers[writer]!(target.rooms[room]!, numbered(writer, n));
}

async function run({ writers: count = writers.length, room, ms = Infinity, messages = Infinity, every }: Asked) {
	const before = { deliveries, bytes: traffic.bytes };
	toLast = [];
	const [start, cpu, loop] = [performance.now(), process.cpuUsage(), performance.eventLoopUtilization()];
	let written = 0;
	await new Promise<void>((resolve, reject) => {
		let underWay = 0;
		let heardAt = -1;
		const end = (why?: string) => {
			clearInterval(stalled);
			clearInterval(pace);
			done = () => {};
			if (why === undefined) resolve();
			else reject(new Error(why));
		};
		const stalled = setInterval(() => {
			if (wrong !== undefined) return end(wrong);
			if (deliveries + written === heardAt) end(`nothing done for ${STALLED} ms; ${underWay} messages under way`);
			heardAt = deliveries + written;
		}, STALLED);
		const continuedFrom = () => written < messages && performance.now() - start < ms;
		const next = (writer: number) => {
			written++;
			underWay++;
			write(writer, room);
		};
		done = (writer) => {
			underWay--;
			if (wrong !== undefined) end(wrong);
			else if (every === undefined && continuedFrom()) next(writer);
			else if (underWay === 0 && !continuedFrom()) end();
		};
		// It may be found wrong in between, when nothing gets done any more.
		const pace = setInterval(() => {
			if (wrong !== undefined) return end(wrong);
			if (every === undefined) return;
			if (!continuedFrom()) return underWay === 0 ? end() : undefined;
			const writer = written % count;
			if (roomDetails[writer] !== -1) return end(`no message in ${every} ms: it cannot keep the pace`);
			next(writer);
		}, every ?? 1_000);
		if (every === undefined) for (let writer = 0; writer < count && continuedFrom(); writer++) next(writer);
	});
	const { user, system } = process.cpuUsage(cpu);
	return {
		messages: written,
		deliveries: deliveries - before.deliveries,
		seconds: (performance.now() - start) / 1_000,
		toLast: toLast.length > 0 ? median(toLast) : 0,
		bytes: traffic.bytes - before.bytes,
		busy: performance.eventLoopUtilization(loop).utilization,
		cpu: user + system
	} satisfies Run;
}
