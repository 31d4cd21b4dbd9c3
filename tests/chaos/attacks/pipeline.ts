/** Asks without waiting for answers: many connections, and many requests in each (HTTP pipelining, RFC 9112, 9.3.2). */
import { connect, type Socket } from 'node:net';
import { MOST_TRIES, type Assault, type Count } from './assault.ts';

/** Connections at once. */
const CONNECTIONS = 64;
/** Requests on each of them that wait for their answers. */
const DEPTH = 8;

const STATUS_LINE = Buffer.from('HTTP/1.1 ');

/** @param path of the n-th request */
export async function pipelined(
	target: Parameters<Assault>[0],
	over: () => boolean,
	path: (n: number) => string
): Promise<Count> {
	const { hostname, port, host } = new URL(target.url);
	const count: Count = { tried: 0, refused: 0 };

	const lane = async () => {
		while (!over() && count.tried < MOST_TRIES) {
			const socket = connect({ host: hostname, port: Number(port), localAddress: target.address });
			let unanswered = 0;
			const ask = () => {
				let text = '';
				for (; unanswered < DEPTH && !over() && count.tried < MOST_TRIES; unanswered++) {
					text += `GET ${path(count.tried++)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
				}
				if (text) socket.write(text);
			};
			const isOver = eachStatus(socket, (status) => {
				unanswered--;
				if (status >= 400) count.refused++;
				ask();
			});
			const late = setInterval(() => over() && socket.destroy(), 50);
			socket.once('connect', ask);
			await isOver;
			clearInterval(late);
			// What was never answered was not taken.
			count.refused += unanswered;
			if (!over()) await new Promise((again) => setTimeout(again, 10));
		}
	};
	await Promise.all(Array.from({ length: CONNECTIONS }, lane));
	return count;
}

/** Calls `tell` for each answer that begins. Resolves when the connection is closed. */
function eachStatus(socket: Socket, tell: (status: number) => void): Promise<void> {
	/** The end of what has arrived: a status line may be cut anywhere. */
	let rest: Buffer = Buffer.alloc(0);
	socket.on('error', () => {});
	socket.on('data', (chunk) => {
		const all = Buffer.concat([rest, chunk]);
		const whole = STATUS_LINE.length + 3;
		let from = 0;
		for (let at = all.indexOf(STATUS_LINE); at >= 0 && at + whole <= all.length; at = all.indexOf(STATUS_LINE, from)) {
			from = at + whole;
			tell(Number(all.toString('latin1', at + STATUS_LINE.length, from)));
		}
		rest = all.subarray(Math.max(from, all.length - whole + 1));
	});
	return new Promise((resolve) => socket.once('close', () => resolve()));
}
