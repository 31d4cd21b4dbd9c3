/**
 * Asks for one page over and over, on connections that are kept alive, in a process of its own: counts the answers,
 * checks the status and the length of each, and tells how busy it was itself. A library's client would cost more than
 * what is measured, so the little of HTTP that is needed is here.
 */
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { answer } from '../answering.ts';
import { AnswerReader } from './answer-reader.ts';

export interface Asked {
	port: number;
	path: string;
	headers?: Record<string, string>;
	connections: number;
	ms: number;
}

export interface Load {
	answers: number;
	seconds: number;
	/** Of one answer's body, as it came. */
	bytes: number;
	/** The part of the time in which this process was busy, 0 to 1, and its CPU in microseconds. */
	busy: number;
	cpu: number;
}

/** Milliseconds after the end in which what is under way must come. */
const STALLED = 10_000;

/** Pages have a nonce and ids of their own, which compress a little better or worse. */
const TOLERANCE = 0.01;

answer({ load });

async function load({ port, path, headers = {}, connections, ms }: Asked): Promise<Load> {
	const request = Buffer.from(
		[`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...Object.entries(headers).map((pair) => pair.join(': '))].join(
			'\r\n'
		) + '\r\n\r\n'
	);
	let answers = 0;
	let bytes: number | undefined;
	const [began, cpu, loop] = [performance.now(), process.cpuUsage(), performance.eventLoopUtilization()];
	const until = began + ms;
	const sockets: Socket[] = [];

	const askOn = () =>
		new Promise<void>((done, failed) => {
			const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(request));
			sockets.push(socket);
			const reader = new AnswerReader(({ status, length }) => {
				bytes ??= length;
				if (status !== 200 || Math.abs(length - bytes) > bytes * TOLERANCE) {
					failed(new Error(`${path} was answered with ${status} and ${length} bytes, the first time ${bytes}`));
				} else {
					answers += 1;
					if (performance.now() < until) socket.write(request);
					else done();
				}
			});
			socket.on('data', (chunk) => reader.read(chunk));
			socket.once('error', failed);
			socket.once('close', () => failed(new Error(`${path}: the server closed the connection`)));
		});

	let late: NodeJS.Timeout | undefined;
	const stalled = new Promise<never>((_, failed) => {
		late = setTimeout(() => failed(new Error(`${path}: no answer for ${STALLED} ms`)), ms + STALLED);
	});
	try {
		await Promise.race([Promise.all(Array.from({ length: connections }, askOn)), stalled]);
	} finally {
		clearTimeout(late);
		for (const socket of sockets) socket.destroy();
	}
	const { user, system } = process.cpuUsage(cpu);
	return {
		answers,
		seconds: (performance.now() - began) / 1_000,
		bytes: bytes ?? 0,
		busy: performance.eventLoopUtilization(loop).utilization,
		cpu: user + system
	};
}
