/**
 * The access of local commands to a running store: HTTP on a socket in the data directory, which only the owner of the
 * directory can open. REST as over the network but without a key, and `POST /backup`, because other processes cannot
 * read the file while the store has it open.
 */
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hostedStore, type Send } from '../clients/rest.ts';
import type { Hpkv } from '../port.ts';
import { LARGEST_MAX_VALUE_BYTES } from '../protocol/limits.ts';
import type { OwnedEngine } from '../engine/engine.ts';
import type { Rest } from '../server/http.ts';

/** Longer socket names cannot be bound: the struct for them has 104 bytes on macOS and 108 on Linux. */
const LONGEST_NAME = 100;

const isWindows = process.platform === 'win32';

function addressOf(dataDir: string): string {
	if (!isWindows) return join(dataDir, 'control');
	return `\\\\.\\pipe\\hpkv-${createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 32)}`;
}

/** Calls `use` with a bindable name of the socket: a name that is too long goes through a temporary link. */
async function withAddress<T>(dataDir: string, use: (address: string) => Promise<T>): Promise<T> {
	const address = addressOf(dataDir);
	if (isWindows || Buffer.byteLength(address) <= LONGEST_NAME) return use(address);
	const folder = mkdtempSync(join(tmpdir().length < LONGEST_NAME / 2 ? tmpdir() : '/tmp', 'hpkv-'));
	try {
		symlinkSync(resolve(dataDir), join(folder, 'data'));
		return await use(join(folder, 'data', 'control'));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

export interface ControlOptions {
	engine: OwnedEngine;
	rest: Rest;
	/** The key that `rest` requires; opening the socket is sufficient proof. */
	apiKey: string;
	dataDir: string;
}

/** Listens until it is closed. Rejects where the socket cannot be made. */
export async function listenForCommands({ engine, rest, apiKey, dataDir }: ControlOptions): Promise<Server> {
	// Left by a killed process: this process owns the directory, so no other listens on it.
	const remove = () => isWindows || rmSync(addressOf(dataDir), { force: true });
	remove();
	const server = createServer((req, res) => {
		req.headers['x-api-key'] = apiKey;
		const answer = req.url === '/backup' ? answerBackup(engine, req, res) : rest.answer(req, res, req.url ?? '');
		answer.catch(() => void res.destroy());
	});
	await withAddress(
		dataDir,
		(address) =>
			new Promise<void>((listening, failed) => {
				server.once('error', failed);
				server.listen(address, listening);
			})
	);
	server.on('error', () => {});
	if (!isWindows) chmodSync(addressOf(dataDir), 0o600);
	server.once('close', remove);
	return server.unref();
}

async function answerBackup(engine: OwnedEngine, req: IncomingMessage, res: ServerResponse): Promise<void> {
	const file = Buffer.concat(await (req as AsyncIterable<Buffer> & IncomingMessage).toArray()).toString();
	try {
		await engine.backup(file);
		res.end('done');
	} catch (error) {
		res.writeHead(503).end(error instanceof Error ? error.message : 'failed');
	}
}

/** Makes the running store write its records of one moment to `file`. Rejects with a sentence on failure. */
export async function askForBackup(dataDir: string, file: string): Promise<void> {
	let answer: Awaited<ReturnType<Send>>;
	try {
		answer = await sendTo(dataDir)('http://store/backup', { method: 'POST', headers: {}, body: resolve(file) });
	} catch (error) {
		const because = (error as Error).message;
		throw new Error(`The store that has ${dataDir} open cannot be asked for a backup: ${because}`, { cause: error });
	}
	if (answer.status !== 200) throw new Error(await answer.text());
}

/** The store that another process of this machine has open, as its port. */
export const runningStore = (dataDir: string): Hpkv =>
	hostedStore({
		baseUrl: 'http://store',
		apiKey: 'none',
		maxValueBytes: LARGEST_MAX_VALUE_BYTES,
		dropsHolders: true,
		send: sendTo(dataDir)
	});

const sendTo =
	(dataDir: string): Send =>
	(url, { method, headers, body, signal }) =>
		withAddress(
			dataDir,
			(socketPath) =>
				new Promise((answered, failed) => {
					const { pathname, search } = new URL(url);
					const sent = request({ socketPath, path: pathname + search, method, headers, signal }, (res) => {
						res.toArray().then((chunks) => {
							const text = Buffer.concat(chunks as Buffer[]).toString();
							answered({ status: res.statusCode ?? 0, text: () => Promise.resolve(text) });
						}, failed);
					});
					sent.once('error', failed).end(body);
				})
		);
