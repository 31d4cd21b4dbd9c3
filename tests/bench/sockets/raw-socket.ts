/**
 * A WebSocket client on a bare TCP connection. A library's client would cost more than the servers that are measured,
 * and all sockets of the process read into one shared buffer.
 */
import { connect, type Socket } from 'node:net';
import { CLOSE, clientFrame, FrameReader, PING, PONG, TEXT, type Heard } from './frames.ts';

const READ_BUFFER = Buffer.alloc(256 * 1024);

/** Of all connections of this process, in both directions. */
export const traffic = { bytes: 0 };

export class RawSocket {
	readonly #socket: Socket;
	/** Called when the server ends it. */
	onEnd = () => {};

	private constructor(socket: Socket) {
		this.#socket = socket;
	}

	/** Resolves once the server has upgraded the connection; `heard` gets the messages of text. */
	static open(port: number, path: string, heard: Heard): Promise<RawSocket> {
		return new Promise((resolve, reject) => {
			let head = '';
			const frames = new FrameReader((bytes, from, to, opcode) => {
				if (opcode === TEXT) heard(bytes, from, to, opcode);
				else if (opcode === PING) socket.write(clientFrame(PONG, Buffer.from(bytes.subarray(from, to))));
				else if (opcode === CLOSE) socket.destroy();
			});
			let read = (chunk: Buffer) => {
				head += chunk.toString('latin1');
				const end = head.indexOf('\r\n\r\n');
				if (end < 0) return;
				if (!head.startsWith('HTTP/1.1 101')) {
					socket.destroy(new Error(head.slice(0, head.indexOf('\r'))));
					return;
				}
				read = (bytes) => frames.read(bytes);
				resolve(raw);
				if (end + 4 < head.length) read(Buffer.from(head.slice(end + 4), 'latin1'));
			};
			const socket = connect({
				port,
				host: '127.0.0.1',
				onread: {
					buffer: READ_BUFFER,
					callback: (length) => {
						traffic.bytes += length;
						read(READ_BUFFER.subarray(0, length));
						return true;
					}
				}
			});
			const raw = new RawSocket(socket);
			socket.setNoDelay(true);
			socket.on('error', reject);
			socket.once('close', () => {
				reject(new Error('The server closed the connection'));
				raw.onEnd();
			});
			socket.write(
				`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
					'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
			);
		});
	}

	send(text: string): void {
		const frame = clientFrame(TEXT, Buffer.from(text));
		traffic.bytes += frame.length;
		this.#socket.write(frame);
	}
}
