/** One open socket: frames in, replies and notifications out, bounded in everything that its other end can grow. */
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { refusals } from '../../protocol/errors.ts';
import {
	CLOSE_TIMEOUT,
	DROP_TIMEOUT,
	MAX_BUFFERED_BYTES,
	MAX_IN_FLIGHT,
	MAX_RANGES_IN_FLIGHT,
	MISSED_PINGS
} from '../../protocol/limits.ts';
import { firstFault, operationFrame, type Reply } from '../../protocol/operations.ts';
import { weight, writeFrames, type Frames } from '../shared-frames.ts';
import type { Holder } from '../../port.ts';
import type { Grant } from '../access-tokens.ts';
import { everyKey } from '../dispatch.ts';
import type { Rate } from '../rate-limit.ts';
import type { Service } from '../service.ts';
import type { Watcher } from '../subscriptions.ts';
import type { Bearer } from './bearers.ts';

const OPEN = 1;
const FORBIDDEN = 403;

/** RFC 6455, section 7.4.1, and the registry it began. */
const closeCodes = { policy: 1008, restart: 1012, tryLater: 1013 } as const;

export interface ConnectionRules {
	rate: Rate;
	/** Frames in a row that are no operation, or one that the token does not allow, until the socket is closed. */
	maxBadFrames: number;
	/** Called when the socket is closed for them. */
	onBadFrames: () => void;
}

export class Connection implements Watcher, Bearer {
	readonly #socket: WebSocket;
	readonly #below: Duplex;
	readonly #service: Service;
	/** Undefined: the API key's, which may all and hears nothing. */
	readonly #grant: Grant | undefined;
	readonly #rules: ConnectionRules;
	readonly #address: string;
	#inFlight = 0;
	#ranges = 0;
	#unanswered = 0;
	#badFrames = 0;

	constructor(
		socket: WebSocket,
		below: Duplex,
		service: Service,
		grant: Grant | undefined,
		rules: ConnectionRules,
		address: string
	) {
		this.#socket = socket;
		this.#below = below;
		this.#service = service;
		this.#grant = grant;
		this.#rules = rules;
		this.#address = address;
		socket.on('message', (data, isBinary) => void this.#receive(data, isBinary));
		socket.on('pong', () => (this.#unanswered = 0));
		// Broken frames: ws closes with the right code by itself.
		socket.on('error', () => {});
		if (grant) {
			service.watchers.add(this, grant);
			const expiry = setTimeout(
				() => socket.close(closeCodes.policy, 'Token expired'),
				Math.max(0, grant.expires - Date.now())
			).unref();
			socket.once('close', () => {
				clearTimeout(expiry);
				service.watchers.remove(this, grant);
			});
		}
	}

	get holders(): readonly Holder[] {
		return this.#grant?.holders ?? [];
	}

	/** Whether it gets notifications. */
	get hears(): boolean {
		return this.#grant !== undefined;
	}

	hear(frames: Frames): void {
		if (this.#hasRoom(weight(frames))) writeFrames(this.#socket, this.#below, frames);
	}

	/** Ends the socket if its other end has been silent for too long, else asks whether it is there. */
	ping(): void {
		if (this.#unanswered >= MISSED_PINGS) return this.#socket.terminate();
		this.#unanswered += 1;
		if (this.#socket.readyState === OPEN) this.#socket.ping();
	}

	/** Tells the other end to come back: 1012 is what browsers' clients take for a restart. */
	stop(): void {
		this.#socket.close(closeCodes.restart, 'Come back: the store restarts, or changes were missed');
	}

	/** From here on nothing is written but the close: not what is committed already and not yet told, nor what waits here. */
	drop(): void {
		if (this.#socket.bufferedAmount > 0) return this.#socket.terminate();
		this.#socket.close(closeCodes.policy, 'Dropped');
		setTimeout(() => this.#socket.terminate(), DROP_TIMEOUT).unref();
	}

	terminate(): void {
		this.#socket.terminate();
	}

	async #receive(data: RawData, isBinary: boolean): Promise<void> {
		// Its other end may go on sending until it has read that the socket closes.
		if (this.#socket.readyState !== OPEN) return;
		const frame = isBinary ? undefined : parsedJson(data);
		const messageId = messageIdOf(frame);
		const answer = (reply: Reply) => this.#send(reply, messageId);
		if (frame === undefined) return this.#refuseFrame(() => answer(refusals.notJson));
		if (!this.#rules.rate.take() || this.#inFlight >= MAX_IN_FLIGHT) return answer(refusals.tooMany);
		const parsed = operationFrame.safeParse(frame);
		if (!parsed.success) {
			return this.#refuseFrame(() => answer({ code: 400, error: firstFault(parsed.error) }));
		}
		const ranges = parsed.data.op === 'range' ? 1 : 0;
		if (this.#ranges + ranges > MAX_RANGES_IN_FLIGHT) return answer(refusals.tooMany);

		this.#inFlight += 1;
		this.#ranges += ranges;
		const reply = await this.#service.ask(parsed.data, this.#grant?.mayTouch ?? everyKey);
		this.#inFlight -= 1;
		this.#ranges -= ranges;
		if (reply.code === FORBIDDEN) return this.#refuseFrame(() => answer(reply));
		this.#badFrames = 0;
		answer(reply);
	}

	/** A client that goes on with frames that are no operation, or none that its token may do, does not read the answers. */
	#refuseFrame(answer: () => void): void {
		if (this.#socket.readyState !== OPEN) return;
		answer();
		if (++this.#badFrames < this.#rules.maxBadFrames) return;
		this.#rules.onBadFrames();
		this.#socket.close(closeCodes.policy, 'Too many bad frames');
	}

	/** `messageId` comes back as it came, if it is one: clients match replies by it. */
	#send(reply: Reply, messageId: unknown): void {
		const id = typeof messageId === 'number' || typeof messageId === 'string' ? { messageId } : {};
		const text = JSON.stringify({ ...reply, ...id });
		if (this.#hasRoom(text.length)) this.#socket.send(text);
	}

	/** A reader that does not keep up is closed, never waited for: nobody else is delayed and memory is bounded. */
	#hasRoom(bytes: number): boolean {
		if (this.#socket.readyState !== OPEN) return false;
		const waiting = this.#socket.bufferedAmount;
		if (waiting === 0 || waiting + bytes <= MAX_BUFFERED_BYTES) return true;
		this.#service.log('socket-slow', { address: this.#address });
		this.#socket.close(closeCodes.tryLater, 'Too slow');
		setTimeout(() => this.#socket.terminate(), CLOSE_TIMEOUT).unref();
		return false;
	}
}

/** Undefined for text that is not JSON. */
function parsedJson(data: RawData): unknown {
	try {
		// Text arrives as one Buffer, checked to be UTF-8.
		return JSON.parse((data as Buffer).toString());
	} catch {
		return undefined;
	}
}

const messageIdOf = (frame: unknown): unknown =>
	typeof frame === 'object' && frame !== null && 'messageId' in frame ? frame.messageId : undefined;
