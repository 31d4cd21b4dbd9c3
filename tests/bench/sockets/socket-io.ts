/**
 * What one would write with Socket.IO for the same purpose: each write is broadcast to the room of its key, then
 * acknowledged; with `DURABLE` it is inserted before that (better-sqlite3, WAL, `synchronous=FULL`, a transaction of its
 * own). Websocket transport only, everything else as it comes. Types are spelled here, because the peers are not there
 * when types are checked.
 */
import { createServer, type Server as HttpServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

interface Socket {
	handshake: { query: Record<string, string | undefined> };
	join(room: string): void;
	on(event: 'set', listener: (key: string, value: string, done: (answer: object) => void) => void): void;
}

interface SocketIo {
	Server: new (
		server: HttpServer,
		options: { transports: string[]; serveClient: boolean }
	) => {
		on(event: 'connection', listener: (socket: Socket) => void): void;
		to(room: string): { emit(event: string, ...values: unknown[]): void };
	};
}

type BetterSqlite = new (file: string) => {
	pragma(text: string): void;
	exec(sql: string): void;
	prepare(sql: string): { run(...values: unknown[]): void };
};

const require = createRequire(import.meta.url);
const { Server } = require('socket.io') as SocketIo;
const Database = require('better-sqlite3') as BetterSqlite;

const database = new Database(`${process.env.DATA_DIR}/messages.db`);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec('CREATE TABLE message (id INTEGER PRIMARY KEY, key TEXT NOT NULL, value TEXT NOT NULL)');
const insert = database.prepare('INSERT INTO message (key, value) VALUES (?, ?)');

const durable = process.env.DURABLE !== undefined;

const server = createServer();
const io = new Server(server, { transports: ['websocket'], serveClient: false });
io.on('connection', (socket) => {
	const { watch } = socket.handshake.query;
	if (watch !== undefined) socket.join(watch);
	socket.on('set', (key, value, done) => {
		if (durable) insert.run(key, value);
		io.to(key).emit('change', { type: 'notification', key, value, timestamp: Date.now() });
		done({ code: 200 });
	});
});
server.listen(0, '127.0.0.1', () => {
	console.log(`Socket.IO at http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
