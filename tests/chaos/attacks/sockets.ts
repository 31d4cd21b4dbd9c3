/** Attacks through the socket that a page hears by. */
import WebSocket from 'ws';
import { flood, type Assault, type Target } from './assault.ts';
import { Client } from './client.ts';

async function ticket(client: Client, room: string): Promise<string> {
	if (!(await client.join())) throw new Error('The attacker could not join');
	const { body } = await client.get(`/watch?room=${room.split('/').at(-1)}`);
	const { url, token } = JSON.parse(body) as { url: string; token: string };
	const address = new URL(url, client.url.href.replace('http', 'ws'));
	address.searchParams.set('token', token);
	return address.href;
}

/** Opens a socket. @returns it, or undefined where the server refuses it */
async function opened(url: string, { address, url: { origin } }: Client): Promise<WebSocket | undefined> {
	const socket = new WebSocket(url, { origin, localAddress: address, handshakeTimeout: 10_000 });
	return new Promise((resolve) => {
		socket.once('open', () => resolve(socket));
		socket.on('error', () => resolve(undefined));
	});
}

async function withTicket(
	target: Target,
	attack: (url: string, client: Client) => ReturnType<Assault>
): ReturnType<Assault> {
	const client = new Client(target.url, target.address, 8);
	try {
		return await attack(await ticket(client, target.room), client);
	} finally {
		client.close();
	}
}

/** Sockets at once. */
const MOST_SOCKETS = 400;

/** Opens sockets with one token, and keeps all that it gets. */
export const sockets: Assault = (target, over) =>
	withTicket(target, async (url, client) => {
		const open = new Set<WebSocket>();
		try {
			return await flood(20, over, async () => {
				if (open.size >= MOST_SOCKETS) {
					await new Promise((later) => setTimeout(later, 50));
					return true;
				}
				const socket = await opened(url, client);
				if (!socket) return false;
				open.add(socket);
				socket.once('close', () => open.delete(socket));
				return true;
			});
		} finally {
			for (const socket of open) socket.terminate();
		}
	});

/** What no page sends: no JSON, no operation, a binary frame, a large one. */
const BAD_FRAMES = ['x', '{}', '{"op":99}', '{"op":1,"key":"message:1"}', Buffer.alloc(64), 'y'.repeat(60_000)];

/**
 * Sends bad frames as fast as they are sent; opens the socket again when it is closed. A frame that the server answers is
 * taken; the system buffers some thousands more that the server never looks at.
 */
export const frames: Assault = (target, over) =>
	withTicket(target, async (url, client) => {
		const lanes = new Map<number, WebSocket>();
		const all = new Set<WebSocket>();
		let answered = 0;
		try {
			const { tried } = await flood(8, over, async (n) => {
				const lane = n % 8;
				let socket = lanes.get(lane);
				if (socket?.readyState !== WebSocket.OPEN) {
					socket = await opened(url, client);
					if (!socket) return false;
					socket.on('message', () => (answered += 1));
					lanes.set(lane, socket);
					all.add(socket);
				}
				const open = socket;
				await new Promise<void>((sent, failed) =>
					open.send(BAD_FRAMES[n % BAD_FRAMES.length] ?? '', (error) => (error ? failed(error) : sent()))
				);
				return true;
			});
			return { tried, refused: tried - answered };
		} finally {
			for (const socket of all) socket.terminate();
		}
	});
