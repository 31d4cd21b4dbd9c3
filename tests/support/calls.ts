/** Stands before a store, and notes what is asked of it: the calls that a hosted plan counts. */
import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Calls {
	readonly #to: URL;
	readonly #server: Server;
	readonly #agent = new Agent({ keepAlive: true });
	#noted: string[] = [];
	#lastAt = 0;

	private constructor(to: string) {
		this.#to = new URL(to);
		this.#server = createServer((asked, answer) => void this.#take(asked, answer));
	}

	static async to(to: string): Promise<Calls> {
		const calls = new Calls(to);
		await new Promise<void>((listening) => calls.#server.listen(0, '127.0.0.1', listening));
		return calls;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	/** What was asked since the last call, once nothing more comes: operations with the kinds of their keys, `get session`, in their order. */
	async taken(quietMs = 300): Promise<string[]> {
		this.#lastAt = performance.now();
		for (let left = quietMs; left > 0; left = this.#lastAt + quietMs - performance.now()) {
			await new Promise((later) => setTimeout(later, left));
		}
		return this.#noted.splice(0);
	}

	close(): void {
		this.#server.close();
		this.#server.closeAllConnections();
		this.#agent.destroy();
	}

	async #take(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of asked as AsyncIterable<Buffer>) chunks.push(chunk);
		const body = Buffer.concat(chunks);
		this.#noted.push(nameOf(asked, body.toString()));
		this.#lastAt = performance.now();
		const { hostname, port } = this.#to;
		const { method, headers, url: path } = asked;
		const onward = request({ hostname, port, path, method, headers, agent: this.#agent }, (told) => {
			answer.writeHead(told.statusCode ?? 502, told.headers);
			told.pipe(answer);
		});
		onward.on('error', () => answer.destroy());
		onward.end(body);
	}
}

function nameOf({ method, url = '' }: IncomingMessage, body: string): string {
	const { pathname, searchParams } = new URL(url, 'http://store');
	const path = decodeURIComponent(pathname);
	const kindOf = (key: string) => key.split(':', 1)[0] ?? '';
	if (path.startsWith('/record/') && method === 'GET') return `get ${kindOf(path.slice('/record/'.length))}`;
	if (method === 'DELETE') return `delete ${kindOf(path.slice('/record/'.length))}`;
	if (path === '/records') return `range ${kindOf(searchParams.get('startKey') ?? '')}`;
	if (path === '/token/websocket') return 'token';
	const { key = '', partialUpdate } = JSON.parse(body) as { key?: string; partialUpdate?: boolean };
	return `${path === '/record/atomic' ? 'increment' : partialUpdate ? 'patch' : 'set'} ${kindOf(key)}`;
}
