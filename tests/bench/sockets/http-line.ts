/** A form's posts on one connection that is kept alive, as a page's script sends them; an HTTP client's own work is left out. */
import { connect, type Socket } from 'node:net';
import { dayOf } from '../../../src/lib/chat/messages/draft.ts';
import { traffic } from './raw-socket.ts';

export interface Poster {
	port: number;
	/** Of a session's cookie. */
	session: string;
}

/** Milliseconds after which a line is not used again: a server closes one that was silent for five seconds. */
const FRESH = 3_000;

/** `answered` gets the body of each answer with a status of 200. @returns posts a message to a room's page */
export function openLine(
	{ port, session }: Poster,
	answered: (body: string) => void,
	failed: (why: string) => void
): (path: string, message: string) => void {
	const prefix = Math.random().toString(16).slice(2).padEnd(14, '0');
	let sent = 0;
	let line: Socket | undefined;
	let usedAt = 0;
	let waiting = false;

	return (path, message) => {
		if (!line || performance.now() - usedAt > FRESH) {
			line?.destroy();
			line = dial();
		}
		usedAt = performance.now();
		waiting = true;
		const sendId = `${prefix}${String(++sent).padStart(10, '0')}`;
		const body = new URLSearchParams({ message, sendId, day: dayOf(Date.now()) }).toString();
		const request =
			`POST ${path}?/send HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\n` +
			'Accept: application/json\r\nX-Sveltekit-Action: true\r\nContent-Type: application/x-www-form-urlencoded\r\n' +
			`Cookie: session=${session}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
		traffic.bytes += request.length;
		line.write(request);
	};

	function dial(): Socket {
		let heard = '';
		const socket = connect({ port, host: '127.0.0.1' });
		socket.setNoDelay(true);
		socket.setEncoding('latin1');
		socket.on('error', (error) => failed(error.message));
		socket.once('close', () => {
			if (line === socket) line = undefined;
			if (line === undefined && waiting) failed('the server closed a line on which it owed an answer');
		});
		socket.on('data', (chunk: string) => {
			traffic.bytes += chunk.length;
			heard += chunk;
			const head = heard.indexOf('\r\n\r\n');
			if (head < 0) return;
			const [, length] = /^content-length: (\d+)\r$/im.exec(heard.slice(0, head + 2)) ?? [];
			if (length === undefined) return failed(`an answer without a length: ${heard.slice(0, 200)}`);
			const end = head + 4 + Number(length);
			if (heard.length < end) return;
			const [status, body] = [heard.slice(9, 12), heard.slice(head + 4, end)];
			heard = heard.slice(end);
			waiting = false;
			if (status === '200') answered(body);
			else failed(`an answer of ${status}: ${body.slice(0, 200)}`);
		});
		return socket;
	}
}
