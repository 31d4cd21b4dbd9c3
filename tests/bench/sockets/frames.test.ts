import { expect, test } from 'vitest';
import * as ws from 'ws';
import { clientFrame, FrameReader, PING, TEXT } from './frames.ts';

const { frame } = (ws as unknown as { Sender: { frame: (data: Buffer, options: object) => Buffer[] } }).Sender;
const served = (text: string, opcode = TEXT) =>
	Buffer.concat(frame(Buffer.from(text), { fin: true, opcode, mask: false, rsv1: false, readOnly: true }));

const SHORT = ['a', '', 'x'.repeat(125), 'y'.repeat(126), 'the end'];
const LONG = ['a', 'z'.repeat(70_000), 'the end'];

test.each([
	...[1, 2, 3, 7, 100].map((size) => ({ size, texts: SHORT })),
	...[1_000, 65_536, 1_000_000].map((size) => ({ size, texts: LONG }))
])('messages are whole again in chunks of $size bytes', ({ size, texts }) => {
	const heard: string[] = [];
	const reader = new FrameReader((bytes, from, to) => heard.push(bytes.toString('utf8', from, to)));
	const stream = Buffer.concat(texts.map((text) => served(text)));
	const shared = Buffer.alloc(size);
	for (let at = 0; at < stream.length; at += size) {
		// One buffer for all chunks, as the sockets have it.
		const length = stream.copy(shared, 0, at, at + size);
		reader.read(shared.subarray(0, length));
	}
	expect(heard).toEqual(texts);
});

test('a ping is told from a text', () => {
	const heard: number[] = [];
	new FrameReader((_bytes, _from, _to, opcode) => heard.push(opcode)).read(
		Buffer.concat([served('hello', PING), served('hello')])
	);
	expect(heard).toEqual([PING, TEXT]);
});

test('a server reads what a client sends', async () => {
	const receiver = new (ws as unknown as { Receiver: new (options: object) => NodeJS.WritableStream }).Receiver({
		isServer: true
	});
	const heard: string[] = [];
	receiver.on('message', (data: Buffer) => heard.push(data.toString()));
	const texts = ['short', 'l'.repeat(300), 'm'.repeat(70_000)];
	for (const text of texts) receiver.write(clientFrame(TEXT, Buffer.from(text)));
	await new Promise((soon) => setImmediate(soon));
	expect(heard).toEqual(texts);
});
