/**
 * What a long history leaves in memory: the process that took every message and served its pages, beside one that did the
 * same work and has no history. Its writes go to fifty places in turn, so that a page of it is as long as any: what pages
 * and writes take while they are made, V8 gives back late or never, and that is no matter of the history.
 */
import { randomBytes } from 'node:crypto';
import { hostedStore } from '../../../src/hpkv/clients/rest.ts';
import { keys } from '../../../src/lib/chat/storage/keys.ts';
import { PAGE } from '../../../src/lib/chat/limits.ts';
import { startProduct } from '../product.ts';
import type { Row } from '../row.ts';
import type { Scale } from '../scale.ts';
import { freshFolder, removeFolder } from '../scratch.ts';
import { RawSocket } from '../sockets/raw-socket.ts';
import { furnish, messageOf } from './past.ts';

const MIB = 1024 * 1024;

/** Writes under way: as many as people would send at once. */
const IN_FLIGHT = 64;

/** Pages of one kind that are asked for, and at once. */
const PAGES = 100;
const AT_ONCE = 10;

export async function memory({ memory }: Scale): Promise<Row[]> {
	const { messages, rounds } = memory;
	const [full, without]: [number[], number[]] = [[], []];
	for (let round = 0; round < rounds; round++) {
		full.push(await resident(messages, (n) => n));
		without.push(await resident(messages, (n) => ((n - 1) % PAGE) + 1));
	}
	const empty = await resident(messages, () => 1);
	return [
		{
			what: `memory after ${messages.toLocaleString('en')} messages in a room`,
			a: { name: 'ours', rounds: full, unit: 'MiB' },
			b: { name: `written over ${PAGE} places`, rounds: without, unit: 'MiB' },
			goal: { atMost: 1.2 },
			notes: [
				`Memory: resident, once the garbage is collected, after as many writes and pages on both sides. Where all writes go to one place, so that pages are short, it is ${Math.round(empty)} MiB.`
			]
		}
	];
}

/** @param placeOf the number in the room that the n-th write goes to */
async function resident(writes: number, placeOf: (n: number) => number): Promise<number> {
	const folder = freshFolder();
	const apiKey = randomBytes(24).toString('hex');
	const { path, room, session, people } = await furnish(folder, 0);
	const product = await startProduct(folder, { HPKV_API_KEY: apiKey });
	try {
		const last = placeOf(writes);
		await write(product.url, apiKey, writes, (i) => {
			const n = placeOf(i);
			return { key: keys.message(room, n), value: JSON.stringify(messageOf(room, people, n, last, Date.now())) };
		});
		await hostedStore({ baseUrl: `${product.url}/hpkv`, apiKey }).increment(keys.messageCount(room), last);

		const headers = { cookie: `session=${session}; zone=Europe/Berlin; scripts=1` };
		const addresses = Array.from({ length: PAGES }, (_, i) => {
			const n = Math.ceil((last * (i + 1)) / PAGES);
			const known = Math.max(0, last - i);
			return [path, `${path}?before=${n + 1}`, `${path}/since?message=${known}&change=0&holes=`];
		}).flat();
		for (let from = 0; from < addresses.length; from += AT_ONCE) {
			await Promise.all(addresses.slice(from, from + AT_ONCE).map((address) => ask(product.url + address, headers)));
		}
		return (await product.ask<number>('memory')) / MIB;
	} finally {
		await product.end();
		removeFolder(folder);
	}
}

/** Through a socket of the store, so many under way at a time. */
async function write(
	url: string,
	apiKey: string,
	writes: number,
	recordOf: (i: number) => { key: string; value: string }
): Promise<void> {
	const { promise: written, resolve, reject } = Promise.withResolvers<void>();
	let sent = 0;
	let stored = 0;
	const next = () => {
		if (sent < writes) socket.send(JSON.stringify({ op: 2, messageId: ++sent, ...recordOf(sent) }));
	};
	const socket = await RawSocket.open(Number(new URL(url).port), `/hpkv/ws?apiKey=${apiKey}`, (bytes, from, to) => {
		const answer = bytes.toString('utf8', from, to);
		const { code } = JSON.parse(answer) as { code: number };
		if (code !== 200) reject(new Error(`A write was answered with ${answer}`));
		else if (++stored === writes) resolve();
		else next();
	});
	socket.onEnd = () => reject(new Error('The server closed the socket'));
	for (let i = 0; i < IN_FLIGHT; i++) next();
	await written;
}

async function ask(url: string, headers: Record<string, string>): Promise<void> {
	const answer = await fetch(url, { headers });
	if (!answer.ok) throw new Error(`${url} was answered with ${answer.status}`);
	await answer.arrayBuffer();
}
