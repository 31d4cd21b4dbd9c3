/** How a message is written: one write on a socket, a form that is posted, or what the showcase does. */
import { dialects, showcaseMessage, type Dialect, type Room } from './dialect.ts';
import { openLine } from './http-line.ts';
import { numbered } from './numbered.ts';
import type { Target } from './load.ts';
import { openSocket } from './reading.ts';
import type { RawSocket } from './raw-socket.ts';

/** Writes to a room. Called again only after the last message was acknowledged. */
export type Write = (room: Room, text: string) => void;

export async function openWriter(
	target: Target,
	writer: number,
	acknowledged: () => void,
	failed: (why: string) => void
): Promise<Write> {
	const { contestant, port, apiKey, sessions } = target;
	const dialect = dialects[contestant];
	if (contestant === 'product') {
		// A refusal has a status of 200, too.
		const answered = (body: string) =>
			body.startsWith('{"type":"success"') ? acknowledged() : failed(`a message was refused: ${body}`);
		const post = openLine({ port, session: sessions[writer]! }, answered, failed);
		return ({ path }, text) => post(path, text);
	}
	let heard = (_answer: string) => {};
	const acknowledge = (answer: string) =>
		dialect.acknowledges(answer) ? acknowledged() : failed(`a writer heard ${answer.slice(0, 200)}`);
	const socket = await openSocket(
		port,
		dialect.writer(apiKey),
		dialect,
		(bytes, from, to) => heard(bytes.toString('utf8', from, to)),
		failed
	);
	if (contestant === 'showcase')
		return (room, text) => rewrite(socket, room, text, (next) => (heard = next), acknowledge);
	heard = acknowledge;
	return (room, text) => socket.send(dialect.write(room, text));
}

/** A room of the showcase with so many messages. */
export async function writeHistory(
	port: number,
	apiKey: string,
	dialect: Dialect,
	room: Room,
	length: number
): Promise<void> {
	const messages = Array.from({ length }, (_, n) => showcaseMessage(n, numbered(0, n)));
	await new Promise<void>((stored, failed) => {
		const fail = (why: string) => failed(new Error(why));
		const heard = (bytes: Buffer, from: number, to: number) => {
			const answer = bytes.toString('utf8', from, to);
			if (dialect.acknowledges(answer)) stored();
			else fail(answer);
		};
		openSocket(port, dialect.writer(apiKey), dialect, heard, fail).then(
			(socket) => socket.send(dialect.write(room, JSON.stringify(messages))),
			failed
		);
	});
}

/** Read, changed and written back: the whole history under one key. */
function rewrite(
	socket: RawSocket,
	room: Room,
	text: string,
	onAnswer: (heard: (answer: string) => void) => void,
	acknowledge: (answer: string) => void
): void {
	onAnswer((answer) => {
		const { value } = JSON.parse(answer) as { value: string };
		const messages = JSON.parse(value) as object[];
		messages.push(showcaseMessage(messages.length, text));
		onAnswer(acknowledge);
		socket.send(dialects.showcase.write(room, JSON.stringify(messages)));
	});
	socket.send(JSON.stringify({ op: 1, key: room.key, messageId: 1 }));
}
