/** A socket of a contestant, past its greeting. */
import type { Dialect } from './dialect.ts';
import { RawSocket } from './raw-socket.ts';

/** `heard` gets what is no part of the greeting. */
export async function openSocket(
	port: number,
	path: string,
	dialect: Dialect,
	heard: (bytes: Buffer, from: number, to: number) => void,
	failed: (why: string) => void
): Promise<RawSocket> {
	let ready = () => {};
	const greeted = new Promise<void>((resolve) => (ready = resolve));
	let greeting = dialect.greets;
	const socket: RawSocket = await RawSocket.open(port, path, (bytes, from, to) => {
		// Only what is part of a conversation is as short as this.
		if (!greeting && to - from > 1) return heard(bytes, from, to);
		const { answer, ready: done } = dialect.converse(bytes.toString('utf8', from, to));
		// The first text may come in the same packet as the upgrade, before `socket` is there.
		if (answer !== undefined) queueMicrotask(() => socket.send(answer));
		if (!done) return;
		greeting = false;
		ready();
	});
	socket.onEnd = () => failed('the server closed a socket');
	if (greeting) await greeted;
	return socket;
}
