import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket as Client, WebSocketServer, type WebSocket } from 'ws';
import type { Duplex } from 'node:stream';
import { framed, weight, writeFrames } from './shared-frames.ts';

const http = createServer();
const server = new WebSocketServer({ noServer: true });
let socket: WebSocket;
let below: Duplex;
let client: Client;
const heard: string[] = [];

beforeAll(async () => {
	await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
	const accepted = new Promise<void>((resolve) => {
		http.on('upgrade', (req, raw, head) => {
			server.handleUpgrade(req, raw, head, (open) => {
				[socket, below] = [open, raw];
				resolve();
			});
		});
	});
	client = new Client(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
	client.on('message', (data: Buffer) => heard.push(data.toString()));
	await accepted;
});
afterAll(() => {
	client.terminate();
	http.close();
});

const arrived = async (count: number) => {
	while (heard.length < count) await new Promise((soon) => setTimeout(soon, 5));
	return heard.splice(0);
};

// The three lengths of RFC 6455: 7 bits, 16 bits, 64 bits.
const texts = ['short', 'é'.repeat(200), 'x'.repeat(70_000), '🙂'];

test('framed once, messages arrive whole and in order, between those that ws sends itself', async () => {
	const frames = framed(texts);
	expect(frames.wire).toBeInstanceOf(Buffer);
	expect(weight(frames)).toBe(frames.wire!.length);
	socket.send('before');
	writeFrames(socket, below, frames);
	socket.send('after');
	expect(await arrived(6)).toEqual(['before', ...texts, 'after']);
});

test('where ws has no framing to offer, the same messages are sent one by one', async () => {
	const frames = framed(texts, undefined);
	expect(frames.wire).toBeInstanceOf(Buffer);
	const plain = framed(texts, 'not a function');
	expect(plain.wire).toBeUndefined();
	writeFrames(socket, below, plain);
	expect(await arrived(4)).toEqual(texts);
});
