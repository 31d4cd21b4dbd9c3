/** A socket that a test holds in its hand: frames as they are, replies by number. */
import { WebSocket, type ClientOptions } from 'ws';

export type Frame = Record<string, unknown>;

export interface Talker {
	socket: WebSocket;
	/** All frames that came, parsed. */
	frames: Frame[];
	/** Sends text as it is, or a value as JSON. */
	send(frame: unknown): void;
	/** Sends with a number and waits for the reply that carries it. */
	ask(frame: Frame): Promise<Frame>;
	/** Waits until a frame fits. */
	until(fits: (frame: Frame) => boolean): Promise<Frame>;
	notifications(): Frame[];
	closed: Promise<number>;
	close(): void;
}

/** The HTTP status with which an upgrade was refused. */
export class RefusedUpgrade extends Error {
	readonly status: number;
	constructor(status: number) {
		super(`refused with ${status}`);
		this.status = status;
	}
}

export function talk(url: string, options: ClientOptions = {}): Promise<Talker> {
	const socket = new WebSocket(url, options);
	const frames: Frame[] = [];
	const waiting = new Set<(frame: Frame) => void>();
	let number = 0;
	socket.on('message', (data: Buffer) => {
		const frame = JSON.parse(data.toString()) as Frame;
		frames.push(frame);
		for (const look of waiting) look(frame);
	});
	const closed = new Promise<number>((resolve) => socket.once('close', resolve));

	const until = (fits: (frame: Frame) => boolean) =>
		new Promise<Frame>((resolve, reject) => {
			const present = frames.find(fits);
			if (present) return resolve(present);
			const late = setTimeout(
				() => reject(new Error(`no such frame among ${JSON.stringify(frames).slice(0, 500)}`)),
				20_000
			);
			const look = (frame: Frame) => {
				if (!fits(frame)) return;
				clearTimeout(late);
				waiting.delete(look);
				resolve(frame);
			};
			waiting.add(look);
		});

	const talker: Talker = {
		socket,
		frames,
		send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
		ask(frame) {
			const messageId = ++number;
			talker.send({ ...frame, messageId });
			return until((reply) => reply.messageId === messageId);
		},
		until,
		notifications: () => frames.filter(({ type }) => type === 'notification'),
		closed,
		close: () => socket.close()
	};
	return new Promise((resolve, reject) => {
		socket.once('open', () => resolve(talker));
		socket.on('error', reject);
		socket.once('unexpected-response', (req, res) => {
			req.destroy();
			reject(new RefusedUpgrade(res.statusCode ?? 0));
		});
	});
}

export const refusedUpgrade = (url: string, headers?: Record<string, string>): Promise<number> =>
	talk(url, { headers }).then(
		(talker) => {
			talker.close();
			return 101;
		},
		(error: unknown) => {
			if (error instanceof RefusedUpgrade) return error.status;
			throw error;
		}
	);
