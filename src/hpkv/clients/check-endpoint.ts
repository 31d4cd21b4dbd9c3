/**
 * Checks an endpoint for the properties that the chat needs. It runs when Parley starts with HPKV_BASE_URL,
 * and before `copy` writes to an endpoint. Otherwise a browser token that can write, or a counter that gives one number twice, would be found in use.
 */
import { randomBytes } from 'node:crypto';
import type { Hpkv } from '../port.ts';
import { subscribe, type Subscription } from './subscription.ts';

/** Milliseconds for each answer on the socket, as HPKV's own clients wait. */
const CHECK_TIMEOUT_MS = 10_000;

/** Concurrent increments. Few enough for the slowest plan of hosted HPKV, 10 requests a second. */
const COUNTING = 5;

/**
 * Returns if appending, counting and receive-only tokens work at the endpoint behind `port`, whose sockets are at `url`
 * (`wss://…/ws`); else throws an Error that names the fault. Removes the keys it wrote.
 */
export async function checkEndpoint(port: Hpkv, url: string, patience = CHECK_TIMEOUT_MS): Promise<void> {
	const key = (name: string) => `proof:${id}:${name}`;
	const id = randomBytes(12).toString('hex');
	const keys = { text: key('text'), counter: key('counter'), heard: key('heard') };
	try {
		await proveAppend(port, keys.text);
		await proveCounter(port, keys.counter);
		await proveReceiveOnly(port, url, keys.heard, patience);
	} finally {
		// An error of the check matters more than an error of the removal.
		await Promise.allSettled(Object.values(keys).map((each) => port.delete(each)));
	}
}

/** Milliseconds. What needs no patterns works without them. */
const PATTERN_TIMEOUT_MS = 3_000;

/** Whether a token for `prefix*` hears the keys that begin so. Four calls, and one to remove the key. */
export async function hearsPatterns(port: Hpkv, url: string, patience = PATTERN_TIMEOUT_MS): Promise<boolean> {
	const id = randomBytes(12).toString('hex');
	const key = `proof:${id}:below`;
	const heard = Promise.withResolvers<boolean>();
	const late = setTimeout(() => heard.resolve(false), patience);
	let ear: Subscription | undefined;
	try {
		const token = await port.token({ subscribeKeys: [], subscribePatterns: [`proof:${id}:*`], accessPattern: '^$' });
		ear = subscribe(url, token, {
			onOpen: () => void port.set(key, 'heard').catch(() => heard.resolve(false)),
			onNotification: (notification) => notification.key === key && heard.resolve(true),
			onClose: () => heard.resolve(false)
		});
		return await heard.promise;
	} catch {
		return false;
	} finally {
		clearTimeout(late);
		ear?.close();
		await port.delete(key).catch(() => undefined);
	}
}

function hold(it: boolean, sentence: string): asserts it {
	if (!it) throw new Error(`The HPKV endpoint cannot carry this app: ${sentence}`);
}

async function proveAppend(port: Hpkv, key: string): Promise<void> {
	await port.patch(key, ';1');
	await port.patch(key, ';2');
	hold((await port.get(key)) === ';1;2', 'text that is appended does not stand in the order in which it came');
}

async function proveCounter(port: Hpkv, key: string): Promise<void> {
	const numbers = await Promise.all(Array.from({ length: COUNTING }, () => port.increment(key)));
	numbers.sort((a, b) => a - b);
	hold(
		numbers.every((number, at) => number === at + 1),
		`${COUNTING} increments at once did not give the numbers 1 to ${COUNTING}`
	);
}

/** Every operation, with the `messageId` of its reply. */
const frames = (key: string) => [
	{ op: 1, key, messageId: 1 },
	{ op: 2, key, value: 'written', messageId: 2 },
	{ op: 3, key, value: 'written', messageId: 3 },
	{ op: 4, key, messageId: 4 },
	{ op: 5, key, endKey: key, messageId: 5 },
	{ op: 6, key, value: 1, messageId: 6 }
];

async function proveReceiveOnly(port: Hpkv, url: string, key: string, patience: number): Promise<void> {
	await port.set(key, 'first');
	const token = await port.token({ subscribeKeys: [key], accessPattern: '^$' });
	const asked = frames(key);
	const codes = await answers(url, token, asked, patience);
	const allowed = asked.filter(({ messageId }) => codes.get(messageId) !== 403).map(({ op }) => op);
	hold(allowed.length === 0, `a token that may touch no key was not refused operation ${allowed.join(', ')}`);
	hold((await port.get(key)) === 'first', 'a token that may touch no key has written one');

	const heard = Promise.withResolvers<string | null>();
	const ear: Subscription = subscribe(url, token, {
		onOpen: () => void port.set(key, 'second').catch(heard.reject),
		onNotification: (notification) => notification.key === key && heard.resolve(notification.value),
		onClose: ({ code }) => heard.reject(new Error(`its socket closed with ${code}`))
	});
	try {
		const value = await within(patience, heard.promise, 'a token does not hear the key that it was made for');
		hold(value === 'second', 'a notification does not carry what was written');
	} finally {
		ear.close();
	}
}

/** The `code` of each reply, by `messageId`. */
async function answers(
	url: string,
	token: string,
	asked: { messageId: number }[],
	patience: number
): Promise<Map<number, unknown>> {
	const codes = new Map<number, unknown>();
	const all = Promise.withResolvers<void>();
	const socket = new WebSocket(`${url}?token=${encodeURIComponent(token)}`);
	socket.onopen = () => {
		for (const frame of asked) socket.send(JSON.stringify(frame));
	};
	socket.onclose = ({ code }) => all.reject(new Error(`its socket closed with ${code}`));
	socket.onmessage = ({ data }: MessageEvent<string>) => {
		const { messageId, code } = JSON.parse(data) as { messageId?: number; code?: unknown };
		if (messageId !== undefined) codes.set(messageId, code);
		if (codes.size === asked.length) all.resolve();
	};
	try {
		await within(patience, all.promise, `its socket at ${url} does not answer`);
	} finally {
		socket.onclose = null;
		socket.close();
	}
	return codes;
}

async function within<T>(patience: number, promise: Promise<T>, sentence: string): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error('no answer')), patience);
	});
	try {
		return await Promise.race([promise, late]);
	} catch (error) {
		hold(false, `${sentence} (${error instanceof Error ? error.message : 'no answer'})`);
	} finally {
		clearTimeout(timer);
	}
}
