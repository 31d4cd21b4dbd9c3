/**
 * How a command on the same machine reaches a store that runs: a local socket in the data directory, which only the
 * directory's owner can open. It knows one request, a backup, because the file itself cannot be read by others while
 * the store has it.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join, resolve } from 'node:path';
import type { Engine } from './engine/engine.ts';

/** Longer names of sockets do not bind: the struct that holds them has 104 bytes on macOS and 108 on Linux. */
const LONGEST_NAME = 100;

function addressOf(dataDir: string): string {
	if (process.platform !== 'win32') return join(dataDir, 'control');
	return `\\\\.\\pipe\\hpkv-${createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 32)}`;
}

/** Listens until it is closed; undefined where the directory's name is too long for a socket. */
export function listenForCommands(engine: Engine, dataDir: string): Server | undefined {
	const address = addressOf(dataDir);
	if (address.length > LONGEST_NAME) return undefined;
	// Left over from a kill: we own the directory, so nobody listens there.
	if (process.platform !== 'win32') rmSync(address, { force: true });
	const server = createServer({ allowHalfOpen: true }, (socket) => {
		let file = '';
		socket.on('error', () => {});
		socket.setEncoding('utf8').on('data', (text: string) => (file += text));
		socket.on('end', () => {
			engine.backup(file).then(
				() => socket.end('done'),
				(error: unknown) => socket.end(error instanceof Error ? error.message : 'failed')
			);
		});
	});
	server.on('error', () => {});
	server.listen(address);
	return server.unref();
}

/** Has the running store write its records, as of one moment, to `file`. Rejects with its sentence where it cannot. */
export async function askForBackup(dataDir: string, file: string): Promise<void> {
	const answer = await new Promise<string>((done, reject) => {
		let text = '';
		const socket = connect(addressOf(dataDir));
		socket.on('error', () => reject(new Error(`The store that has ${dataDir} open cannot be asked for a backup`)));
		socket.setEncoding('utf8').on('data', (part: string) => (text += part));
		socket.on('end', () => done(text));
		socket.end(resolve(file));
	});
	if (answer !== 'done') throw new Error(answer);
}
