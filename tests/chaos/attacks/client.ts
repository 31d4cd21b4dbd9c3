/** One address of the loopback network with its cookies: limits count by address, and each attacker has its own. */
import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';

export interface Answer {
	status: number;
	headers: IncomingHttpHeaders;
	/** Bytes of the body. */
	bytes: number;
	body: string;
}

/** How long an answer may take, in milliseconds. */
const ANSWER_TIMEOUT_MS = 15_000;

export class Client {
	readonly url: URL;
	/** 127.0.0.0/8 is this machine, so every address in it can be asked from. */
	readonly address: string;
	readonly #agent: Agent;
	readonly #cookies = new Map<string, string>();

	constructor(url: string, address: string, mostSockets = 64) {
		this.url = new URL(url);
		this.address = address;
		this.#agent = new Agent({ keepAlive: true, maxSockets: mostSockets, localAddress: address });
	}

	get cookie(): string {
		return Array.from(this.#cookies, ([name, value]) => `${name}=${value}`).join('; ');
	}

	get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
		return this.#ask('GET', path, headers);
	}

	/** A form as the page's script posts it. */
	post(path: string, fields: Record<string, string>): Promise<Answer> {
		const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-sveltekit-action': 'true' };
		return this.#ask('POST', path, { accept: 'application/json', ...headers }, new URLSearchParams(fields).toString());
	}

	/** Joins under a name that nobody has. False where the server refuses. */
	async join(): Promise<boolean> {
		const { status, body } = await this.post('/?/join', {
			name: `Mallory ${randomUUID().slice(0, 13)}`,
			formId: randomUUID()
		});
		return status === 200 && body.includes('"redirect"');
	}

	/** Asks and takes nothing of the answer but its first bytes. */
	async hangUp(path: string): Promise<number> {
		const asked = request(this.#options('GET', path, {}));
		asked.end();
		const answer = await response(asked);
		answer.once('error', () => {});
		asked.once('error', () => {});
		asked.destroy();
		return answer.statusCode ?? 0;
	}

	close(): void {
		this.#agent.destroy();
	}

	#options(method: string, path: string, headers: Record<string, string>) {
		const cookie = this.cookie;
		return {
			method,
			host: this.url.hostname,
			port: this.url.port,
			path,
			agent: this.#agent,
			headers: { origin: this.url.origin, ...(cookie && { cookie }), ...headers }
		};
	}

	async #ask(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
		const asked = request({ ...this.#options(method, path, headers), signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
		asked.end(body);
		const answer = await response(asked);
		this.#keepCookies(answer);
		const chunks: Buffer[] = [];
		for await (const chunk of answer) chunks.push(chunk as Buffer);
		const whole = Buffer.concat(chunks);
		return {
			status: answer.statusCode ?? 0,
			headers: answer.headers,
			bytes: whole.length,
			body: whole.toString()
		};
	}

	#keepCookies({ headers }: IncomingMessage): void {
		for (const cookie of headers['set-cookie'] ?? []) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
			if (name === undefined || value === undefined) continue;
			if (/max-age=0/i.test(cookie)) this.#cookies.delete(name);
			else this.#cookies.set(name, value);
		}
	}
}

const response = (asked: ReturnType<typeof request>) =>
	new Promise<IncomingMessage>((resolve, reject) => {
		asked.once('response', resolve);
		asked.once('error', reject);
	});
