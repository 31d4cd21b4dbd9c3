/** A person without a browser, who posts the pages' forms over HTTP. */
import { randomUUID } from 'node:crypto';
import { dayOf } from '../../src/lib/chat/messages/draft.ts';
import type { ChatMessage } from '../../src/lib/chat/messages/message.ts';

/** The hidden fields of a send form. Posted again, they make the same send. */
export interface SendIds {
	sendId: string;
	day: string;
}

export const sendIds = (): SendIds => ({ sendId: randomUUID(), day: dayOf(Date.now()) });

/** Posts a form like a browser from the app's own page. Does not follow redirects. */
export const postForm = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
	fetch(url, {
		method: 'POST',
		body: new URLSearchParams(fields),
		// Without this header SvelteKit answers in JSON, as to its own script.
		headers: { accept: 'text/html', origin: new URL(url).origin, ...headers },
		redirect: 'manual'
	});

const valueOf = (cookie: string) => cookie.slice(cookie.indexOf('=') + 1);

export class Person {
	readonly name: string;
	/** The session cookie, as `name=value`; `session` is its value. */
	readonly cookie: string;
	readonly session: string;
	/** The cookie of the recovery codes, which are shown once, as `name=value`. */
	readonly codesCookie: string;
	readonly codes: readonly string[];
	/** The address of the app. */
	readonly app: string;

	private constructor(app: string, name: string, cookies: readonly string[]) {
		this.app = app;
		this.name = name;
		const find = (what: RegExp) => cookies.find((cookie) => what.test(cookie)) ?? '';
		this.cookie = find(/^(__Host-)?session-/);
		this.session = valueOf(this.cookie);
		this.codesCookie = find(/^(__Host-)?recovery-codes-/);
		this.codes = decodeURIComponent(valueOf(this.codesCookie)).split(',');
	}

	/** @param headers needed if the app's origin is not its address */
	static async join(app: string, name: string, headers: Record<string, string> = {}, path = '/'): Promise<Person> {
		const answer = await postForm(`${app}${path}?/join`, { name, formId: randomUUID() }, headers);
		if (answer.status !== 303) throw new Error(`${name} could not join: ${answer.status}`);
		return new Person(
			app,
			name,
			answer.headers.getSetCookie().map((cookie) => cookie.replace(/;.*$/, ''))
		);
	}

	/** The same person at another node. */
	at(app: string): Person {
		return Object.assign(Object.create(Person.prototype) as Person, this, { app });
	}

	/** The session cookie for a browser, where the app may have another address. */
	browserCookie(app = this.app) {
		const [name = ''] = this.cookie.split('=', 1);
		return { name, value: this.session, url: app, httpOnly: true, sameSite: 'Lax' as const };
	}

	get(path: string, headers: Record<string, string> = {}): Promise<Response> {
		return fetch(this.app + path, { headers: { cookie: this.cookie, ...headers }, redirect: 'manual' });
	}

	post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
		return postForm(this.app + path, fields, { cookie: this.cookie, ...headers });
	}

	/** @returns the room's path */
	async createRoom(name: string): Promise<string> {
		const answer = await this.post('/?/create', { name, formId: randomUUID() });
		const address = answer.headers.get('location');
		if (answer.status !== 303 || !address) throw new Error(`The room ${name} could not be created: ${answer.status}`);
		return new URL(address, this.app).pathname;
	}

	/** Begins direct messages with the people of these names. @returns the room's path */
	async startWith(...names: string[]): Promise<string> {
		const answer = await this.post('/new/message?/start', { to: names.join(', ') });
		const address = answer.headers.get('location');
		if (answer.status !== 303 || !address) throw new Error(`${this.name} could not start: ${answer.status}`);
		return new URL(address, `${this.app}/new/message`).pathname;
	}

	/** The secret of a sign-in link for another device, and the cookie that shows it once, as `name=value`. */
	async makeSignInLink(headers: Record<string, string> = {}): Promise<{ secret: string; cookie: string }> {
		const answer = await this.post('/you/sign-in?/link', {}, headers);
		const cookie = answer.headers.getSetCookie().find((each) => /^(__Host-)?sign-in-link-/.test(each)) ?? '';
		if (!cookie) throw new Error(`No sign-in link was made: ${answer.status}`);
		return { secret: valueOf(cookie.replace(/;.*$/, '')), cookie: cookie.replace(/;.*$/, '') };
	}

	/** A subscribe token, and the address of the socket. */
	async ticket(room: string): Promise<{ url: string; token: string }> {
		const answer = await this.get(`/watch?room=${room.split('/').at(-1)}`);
		const { url, token } = (await answer.json()) as { url: string; token: string };
		return { url: new URL(url, this.app.replace('http', 'ws')).href, token };
	}

	send(room: string, message: string, ids: SendIds = sendIds()): Promise<Response> {
		return this.post(`${room}?/send`, { message, ...ids });
	}

	/** Sends files, by name, in one form, as a browser without a script does. */
	sendFiles(room: string, message: string, files: Record<string, Buffer>): Promise<Response> {
		const form = new FormData();
		for (const [name, value] of Object.entries({ message, ...sendIds() })) form.set(name, value);
		for (const [name, bytes] of Object.entries(files)) form.append('files', new Blob([new Uint8Array(bytes)]), name);
		const headers = { accept: 'text/html', origin: this.app, cookie: this.cookie };
		return fetch(`${this.app}${room}?/send`, { method: 'POST', body: form, headers, redirect: 'manual' });
	}

	/** Sends the messages one after the other, which keeps their order. */
	async say(room: string, ...messages: string[]): Promise<void> {
		for (const message of messages) {
			const answer = await this.send(room, message);
			if (answer.status !== 303) throw new Error(`“${message}” could not be sent: ${answer.status}`);
		}
	}
}

/** All messages of a room with fewer than 2,000, from /since with an empty cursor. */
export async function everyMessage(app: string, room: string): Promise<ChatMessage[]> {
	const answer = await fetch(`${app}${room}/since?message=0&change=0&holes=`);
	if (!answer.ok) throw new Error(`${room} could not be read: ${answer.status}`);
	const { messages } = (await answer.json()) as { messages: ChatMessage[] };
	return messages.sort((a, b) => a.n - b.n);
}
