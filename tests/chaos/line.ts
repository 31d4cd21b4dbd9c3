/** A line between two ends on this machine that can be broken: what a network does to people, on loopback. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Frames, type FrameFault } from './frames.ts';
import { PostgresFrames } from './postgres-frames.ts';

export type LineMode =
	| 'through'
	/** Who connects is heard of no more. */
	| 'silent'
	/** Nobody can connect; who is connected, stays. */
	| 'refuse';

interface Pair {
	near: Socket;
	far: Socket;
	/** Nothing passes any more: a half-open link. */
	silent: boolean;
}

export class Line {
	mode: LineMode = 'through';
	/** What becomes of each frame that the far end sends over a WebSocket. */
	frames: FrameFault | undefined;
	/** Not HTTP: the type of PostgreSQL's frames of which the far end's are swallowed. */
	swallows: string | undefined;
	swallowed = 0;
	/** Not HTTP: who says this is cut off. */
	forbids: string | undefined;
	/** How many connected and were served. */
	served = 0;
	readonly #to: number;
	readonly #isHttp: boolean;
	readonly #server: Server;
	readonly #pairs = new Set<Pair>();

	private constructor(to: string) {
		const { port, protocol } = new URL(to);
		this.#to = Number(port);
		this.#isHttp = protocol === 'http:';
		this.#server = createServer((near) => this.#connect(near));
	}

	/** @param to the address of the far end, `http://127.0.0.1:…`; of another protocol, all bytes go through as they come */
	static async to(to: string): Promise<Line> {
		const line = new Line(to);
		await new Promise<void>((listening) => line.#server.listen(0, '127.0.0.1', listening));
		return line;
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	get connections(): number {
		return this.#pairs.size;
	}

	/** Breaks every connection, with a farewell (FIN) or without (RST). @returns how many there were */
	cut(gently = false): number {
		const count = this.#pairs.size;
		for (const { near, far } of this.#pairs) {
			if (gently) near.end();
			else near.resetAndDestroy();
			far.destroy();
		}
		this.#pairs.clear();
		return count;
	}

	/** What is connected now goes silent for ever, in both directions, and nobody is told; who connects now is served. */
	forget(): void {
		for (const pair of this.#pairs) pair.silent = true;
	}

	close(): void {
		this.cut();
		this.#server.close();
	}

	#connect(near: Socket): void {
		if (this.mode === 'refuse') return void near.resetAndDestroy();
		const far = connect(this.#to, '127.0.0.1');
		const pair: Pair = { near, far, silent: this.mode === 'silent' };
		this.#pairs.add(pair);
		this.served++;
		const over = () => {
			near.destroy();
			far.destroy();
			this.#pairs.delete(pair);
		};
		for (const end of [near, far]) {
			end.setNoDelay(true);
			end.on('error', over).on('close', () => !pair.silent && over());
		}
		near.on('data', (bytes: Buffer) => {
			if (this.forbids !== undefined && bytes.includes(this.forbids)) over();
			else if (!pair.silent) far.write(bytes);
		});
		const pass = (bytes: Buffer) => !pair.silent && !near.destroyed && near.write(bytes);
		if (!this.#isHttp && this.swallows !== undefined) {
			const frames = new PostgresFrames(pass, this.swallows, () => this.swallowed++);
			return void far.on('data', (bytes: Buffer) => frames.take(bytes));
		}
		if (!this.#isHttp) return void far.on('data', pass);
		const frames = new Frames(pass);
		far.on('data', (bytes: Buffer) => frames.take(bytes, this.frames));
	}
}
