/**
 * A page takes up to 40 ms of CPU: thousands of requests of one network would delay the others. So networks are served
 * in turn. Few requests of a network are at work at a time; its others wait here.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
	DOWNLOADS_AT_ONCE,
	DOWNLOADS_PER_NETWORK,
	MAX_UNREAD_ANSWERS_PER_NETWORK,
	MAX_WAITING_REQUESTS_PER_NETWORK,
	REMOTE_STORE_FACTOR,
	REQUESTS_AT_WORK,
	REQUESTS_AT_WORK_PER_NETWORK
} from '../lib/chat/limits.ts';
import { sendRefusal, type Refusal } from './refusal-page.ts';

export interface QueueBounds {
	/** Requests at work at a time, in all and per network. */
	total: number;
	perNetwork: number;
	/** Requests at work, and answers that their clients have not read. */
	unreadPerNetwork: number;
	waitingPerNetwork: number;
	/** Files that are sent, in all and per network. */
	downloads: number;
	downloadsPerNetwork: number;
}

/** @param isRemote whether requests mostly wait for a remote store, not for this CPU @param downloads that file descriptors allow */
export const queueBounds = (isRemote: boolean, downloads = DOWNLOADS_AT_ONCE): QueueBounds => ({
	total: REQUESTS_AT_WORK * (isRemote ? REMOTE_STORE_FACTOR : 1),
	perNetwork: REQUESTS_AT_WORK_PER_NETWORK * (isRemote ? REMOTE_STORE_FACTOR : 1),
	unreadPerNetwork: MAX_UNREAD_ANSWERS_PER_NETWORK * (isRemote ? REMOTE_STORE_FACTOR : 1),
	waitingPerNetwork: MAX_WAITING_REQUESTS_PER_NETWORK,
	downloads,
	downloadsPerNetwork: Math.min(DOWNLOADS_PER_NETWORK, Math.ceil(downloads / 2))
});

export interface FairQueue {
	answer: RequestListener;
	/** To be called for each connection: its request may be somebody else's who waits to be read. */
	connected: () => void;
}

/** Turns of the event loop, about 0.1 ms each, in which nothing is begun because something arrived. */
const MAX_TURNS_PASSED = 100;

interface Network {
	atWork: number;
	unread: number;
	/** Files that are asked for or sent. */
	downloads: number;
	waiting: Set<() => void>;
}

const FULL: Refusal = {
	status: 503,
	title: 'Too many requests',
	sentence: 'Too many requests from your network. Try again in a moment.'
};

const DOWNLOADS_FULL: Refusal = {
	status: 503,
	title: 'Too many downloads',
	sentence: 'Too many files are being sent at once. Try again in a moment.'
};
const DOWNLOADS_FULL_WAIT_S = 5;

export function fairQueue(
	answer: RequestListener,
	networkOf: (req: IncomingMessage) => string,
	bounds: QueueBounds
): FairQueue {
	const networks = new Map<string, Network>();
	/** Networks with waiting requests; the first is served next. */
	const queue = new Map<string, Network>();
	let atWork = 0;
	let downloads = 0;
	let isScheduled = false;
	let hasArrived = false;
	let turnsPassed = 0;

	const hasRoom = (network: Network) =>
		atWork < bounds.total && network.atWork < bounds.perNetwork && network.unread < bounds.unreadPerNetwork;

	const forgetIdle = (name: string, network: Network) => {
		if (network.unread + network.downloads + network.waiting.size === 0) networks.delete(name);
	};

	/** Returns false if too many files are being sent. A download counts until it is sent, or its connection is closed. */
	function countDownload(name: string, network: Network, res: ServerResponse): boolean {
		if (downloads >= bounds.downloads || network.downloads >= bounds.downloadsPerNetwork) return false;
		downloads += 1;
		network.downloads += 1;
		const over = once(() => {
			downloads -= 1;
			network.downloads -= 1;
			forgetIdle(name, network);
		});
		res.once('finish', over);
		res.once('close', over);
		return true;
	}

	/**
	 * Begins one request of each network. A page of the embedded store holds the event loop for a turn, so all requests
	 * that have arrived are read first. Node accepts one connection a turn: while something arrives, up to
	 * MAX_TURNS_PASSED turns begin no page.
	 */
	function serve(): void {
		isScheduled = false;
		if (hasArrived && turnsPassed < MAX_TURNS_PASSED) {
			hasArrived = false;
			turnsPassed += 1;
			return schedule();
		}
		turnsPassed = 0;
		for (const [name, network] of [...queue]) {
			const [start] = network.waiting;
			if (!start || !hasRoom(network)) continue;
			network.waiting.delete(start);
			queue.delete(name);
			if (network.waiting.size > 0) queue.set(name, network);
			start();
		}
		if ([...queue.values()].some(hasRoom)) schedule();
	}

	function schedule(): void {
		if (isScheduled || queue.size === 0) return;
		isScheduled = true;
		setImmediate(serve);
	}

	function begin(name: string, network: Network, req: IncomingMessage, res: ServerResponse): void {
		atWork += 1;
		network.atWork += 1;
		network.unread += 1;
		const release = once(() => {
			atWork -= 1;
			network.atWork -= 1;
			schedule();
		});
		const taken = once(() => {
			release();
			network.unread -= 1;
			forgetIdle(name, network);
			schedule();
		});
		// A file is sent from the disk piece by piece: a slow reader holds no memory.
		onHead(res, () => (isFile(req) ? taken() : release()));
		res.once('finish', taken);
		res.once('close', taken);
		if (isThumbnail(req)) setTimeout(release, THUMBNAIL_TURN_MS);
		answer(req, res);
	}

	const listener: RequestListener = (req, res) => {
		if (!takesTurns(req)) return answer(req, res);
		whenArrived(req, () => {
			const name = networkOf(req);
			const network = networks.get(name) ?? { atWork: 0, unread: 0, downloads: 0, waiting: new Set<() => void>() };
			networks.set(name, network);
			hasArrived = true;
			if (network.waiting.size >= bounds.waitingPerNetwork) {
				res.setHeader('retry-after', '1');
				req.resume();
				return sendRefusal(req, res, FULL);
			}
			if (isFile(req) && !countDownload(name, network, res)) {
				forgetIdle(name, network);
				res.setHeader('retry-after', String(DOWNLOADS_FULL_WAIT_S));
				return sendRefusal(req, res, DOWNLOADS_FULL);
			}
			const leave = () => {
				network.waiting.delete(start);
				if (network.waiting.size === 0) queue.delete(name);
				forgetIdle(name, network);
			};
			const start = () => {
				res.off('close', leave);
				begin(name, network, req, res);
			};
			res.once('close', leave);
			network.waiting.add(start);
			queue.set(name, network);
			schedule();
		});
	};
	return { answer: listener, connected: () => void (hasArrived = true) };
}

/** False for health checks and for posts of a page's script, which render no page and have limits of their own. */
function takesTurns({ method, url, headers }: IncomingMessage): boolean {
	if (url === '/healthz' || url === '/readyz' || url === '/up') return false;
	return method === 'GET' || method === 'HEAD' || headers.accept !== 'application/json';
}

/** A thumbnail that is not there yet is made by another process: a page of new pictures must not hold up its network for seconds. */
const THUMBNAIL_TURN_MS = 50;
const isThumbnail = ({ url = '' }: IncomingMessage) => /^\/rooms\/[^/]+\/files\/\d+\/[^/]+\/thumbnail\//.test(url);

const isFile = ({ url = '' }: IncomingMessage) => /^\/rooms\/[^/]+\/files\/\d/.test(url);

/** Calls `then` when the body has arrived or fills Node's read buffer: a slow sender must not hold a turn. */
function whenArrived(req: IncomingMessage, then: () => void): void {
	const length = Number(req.headers['content-length'] ?? 0);
	const isThere = () => req.complete || req.readableLength >= Math.min(length, req.readableHighWaterMark);
	if (length === 0 && !('transfer-encoding' in req.headers)) return then();
	const look = () => {
		if (!isThere()) return;
		req.off('readable', look);
		then();
	};
	req.on('readable', look);
}

/** Calls `then` when the head of the answer is written: the body is made by then. */
function onHead(res: ServerResponse, then: () => void): void {
	const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => ServerResponse;
	res.writeHead = (...args: unknown[]) => {
		then();
		return writeHead(...args);
	};
}

function once(act: () => void): () => void {
	let isDone = false;
	return () => {
		if (isDone) return;
		isDone = true;
		act();
	};
}
