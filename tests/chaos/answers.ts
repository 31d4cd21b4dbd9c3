/** Stands before an HTTP server and spoils its answers: what an endpoint in trouble says, or does not say. */
import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type AnswerFault =
	| { kind: 'none' }
	/** It is done, and the answer comes so much later. */
	| { kind: 'late'; by: number }
	/** It is done, and nobody hears of it. */
	| { kind: 'lost' }
	/** It is done, and half of the answer comes. */
	| { kind: 'half' }
	/** It is done, and the answer is not what it should be. */
	| { kind: 'garbage' }
	/** It is not done. */
	| { kind: 'refused'; status: number }
	/** It is not done, and there is nobody. */
	| { kind: 'away' };

export type Spoil = (asked: { method: string; path: string }) => AnswerFault;

export class Answers {
	/** What becomes of the next request. */
	spoil: Spoil = () => ({ kind: 'none' });
	/** Whether a refusal says when to ask again. */
	namesTimes = true;
	readonly #to: URL;
	readonly #server: Server;
	readonly #agent = new Agent({ keepAlive: true });

	private constructor(to: string) {
		this.#to = new URL(to);
		this.#server = createServer((asked, answer) => this.#take(asked, answer));
	}

	static async to(to: string): Promise<Answers> {
		const answers = new Answers(to);
		await new Promise<void>((listening) => answers.#server.listen(0, '127.0.0.1', listening));
		return answers;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	close(): void {
		this.#server.close();
		this.#server.closeAllConnections();
		this.#agent.destroy();
	}

	#take(asked: IncomingMessage, answer: ServerResponse): void {
		const fault = this.spoil({ method: asked.method ?? '', path: asked.url ?? '' });
		if (fault.kind === 'away') return void asked.socket.resetAndDestroy();
		if (fault.kind === 'refused') {
			asked.resume();
			answer.writeHead(fault.status, { 'content-type': 'application/json' });
			return void answer.end(JSON.stringify({ error: 'Not now', code: fault.status }));
		}
		const gone = () => void asked.socket.resetAndDestroy();
		const onward = request(
			{
				host: this.#to.hostname,
				port: this.#to.port,
				path: asked.url,
				method: asked.method,
				headers: asked.headers,
				agent: this.#agent
			},
			(told) => {
				const chunks: Buffer[] = [];
				told.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', gone);
				told.on('end', () => this.#answer(fault, told, Buffer.concat(chunks), asked, answer));
			}
		);
		onward.on('error', gone);
		asked.pipe(onward);
	}

	#answer(fault: AnswerFault, told: IncomingMessage, body: Buffer, asked: IncomingMessage, answer: ServerResponse) {
		const { 'transfer-encoding': _, 'content-length': __, ...headers } = told.headers;
		if (!this.namesTimes) delete headers['retry-after'];
		const pass = (bytes: Buffer) => {
			answer.writeHead(told.statusCode ?? 502, { ...headers, 'content-length': bytes.length });
			answer.end(bytes);
		};
		if (fault.kind === 'none') pass(body);
		else if (fault.kind === 'late') setTimeout(() => pass(body), fault.by);
		else if (fault.kind === 'garbage') pass(Buffer.from('{"success": tr'));
		else if (fault.kind === 'half') {
			answer.writeHead(told.statusCode ?? 502, { ...headers, 'content-length': body.length + 1 });
			answer.write(body.subarray(0, body.length / 2), () => asked.socket.resetAndDestroy());
		} else asked.socket.resetAndDestroy();
	}
}
