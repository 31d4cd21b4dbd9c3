/**
 * The other end of the sockets, in a process of its own: many watchers and one writer, over either protocol. It counts
 * every delivery, checks that every watcher hears every message once and in order, and tells how busy it was itself.
 */
import { performance } from 'node:perf_hooks';
import { answer } from '../answering.ts';
import { dialects, type DialectName } from './dialect.ts';
import { numberAt, numbered } from './numbered.ts';
import { RawSocket } from './raw-socket.ts';

/** Sockets that are being opened at once. */
const OPENING = 100;

/** Milliseconds without anything heard, after which a run is given up. */
const STALLED = 20_000;

export interface Server {
	dialect: DialectName;
	port: number;
	/** Watcher's token and writer's key. */
	token: string;
	apiKey: string;
}

export interface Run {
	deliveries: number;
	/** From the first write to the last delivery. */
	seconds: number;
	/** The part of that time in which this process was busy, 0 to 1, and its CPU in microseconds. */
	busy: number;
	cpu: number;
}

let server: Server;
let writer: RawSocket | undefined;
let watchers = 0;
/** The number that each watcher must hear next. */
const next: number[] = [];
let sent = 0;
let deliveries = 0;
/** How many have still to hear of a message, its writer with them, by its number. */
const missing = new Map<number, number>();
let complete = () => {};
let wrong: string | undefined;

answer({
	/** Opens watchers of one key, in addition to those that are open. */
	async watch({ server: at, sockets }: { server: Server; sockets: number }) {
		server = at;
		let left = sockets;
		const open = async () => {
			while (left-- > 0) await openWatcher();
		};
		await Promise.all(Array.from({ length: OPENING }, open));
	},

	async openWriter() {
		const dialect = dialects[server.dialect];
		writer = await opened('writer', (bytes, from, to) => {
			const done = dialect.acknowledged(bytes.toString('utf8', from, to));
			if (done === undefined) wrong ??= `the writer heard ${bytes.toString('utf8', from, to)}`;
			else settled(done);
		});
	},

	/** Writes for a time with so many messages under way, then waits until the last one is heard by all. */
	run: ({ ms, inFlight }: { ms: number; inFlight: number }) => run(ms, inFlight)
});

async function openWatcher(): Promise<void> {
	const { change } = dialects[server.dialect];
	const length = Buffer.byteLength(change(numbered(0)));
	const place = change(numbered(0)).indexOf(numbered(0));
	const index = watchers++;
	next[index] = sent;
	await opened('watcher', (bytes, from, to) => {
		const n = to - from === length ? numberAt(bytes, from + place) : NaN;
		if (n !== next[index]) wrong ??= `watcher ${index} heard ${n} and not ${next[index]}`;
		next[index] = n + 1;
		deliveries += 1;
		settled(n);
	});
}

/** `heard` gets what is no part of the greeting. */
async function opened(
	who: 'watcher' | 'writer',
	heard: (bytes: Buffer, from: number, to: number) => void
): Promise<RawSocket> {
	const dialect = dialects[server.dialect];
	const token = who === 'watcher' ? server.token : server.apiKey;
	let ready = () => {};
	const greeted = new Promise<void>((resolve) => (ready = resolve));
	let greeting = dialect.greets;
	const socket: RawSocket = await RawSocket.open(server.port, dialect.path(who, token), (bytes, from, to) => {
		// Only what is part of a conversation is as short as this.
		if (!greeting && to - from > 1) return heard(bytes, from, to);
		const { answer, ready: done } = dialect.converse(bytes.toString('utf8', from, to));
		// The first text may come in the same packet as the upgrade, before `socket` is there.
		if (answer !== undefined) queueMicrotask(() => socket.send([answer]));
		if (!done) return;
		greeting = false;
		ready();
	});
	socket.onEnd = () => (wrong ??= `the server closed a ${who}`);
	if (greeting) await greeted;
	return socket;
}

function settled(n: number): void {
	const left = (missing.get(n) ?? 0) - 1;
	if (left > 0) return void missing.set(n, left);
	missing.delete(n);
	complete();
}

async function run(ms: number, inFlight: number): Promise<Run> {
	const dialect = dialects[server.dialect];
	const before = deliveries;
	const [began, cpu, loop] = [performance.now(), process.cpuUsage(), performance.eventLoopUtilization()];
	let heardAt = deliveries;
	await new Promise<void>((resolve, reject) => {
		const stalled = setInterval(() => {
			if (deliveries === heardAt) fail(`nothing heard for ${STALLED} ms; ${missing.size} messages under way`);
			heardAt = deliveries;
		}, STALLED);
		const fail = (why: string) => {
			clearInterval(stalled);
			reject(new Error(why));
		};
		let due = 0;
		const write = () => {
			const room = due;
			due = 0;
			if (wrong !== undefined) return fail(wrong);
			if (performance.now() - began < ms) {
				const texts = Array.from({ length: room }, () => {
					const n = sent++;
					missing.set(n, watchers + 1);
					return dialect.write(n, numbered(n));
				});
				writer?.send(texts);
			} else if (missing.size === 0) {
				clearInterval(stalled);
				resolve();
			}
		};
		// What becomes due in one turn is sent in one write, at its end.
		complete = () => {
			if (due++ === 0) setImmediate(write);
		};
		for (let message = 0; message < inFlight; message++) complete();
	});
	const { user, system } = process.cpuUsage(cpu);
	return {
		deliveries: deliveries - before,
		seconds: (performance.now() - began) / 1_000,
		busy: performance.eventLoopUtilization(loop).utilization,
		cpu: user + system
	};
}
