import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { assertCanListen } from './free-port.ts';

async function taken(): Promise<number> {
	const other = createServer();
	await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
	onTestFinished(() => void other.close());
	return (other.address() as AddressInfo).port;
}

test('a port that another program listens on is refused with a sentence', async () => {
	const port = await taken();
	await expect(assertCanListen({ host: '127.0.0.1', port })).rejects.toThrow(
		`PORT ${port} of HOST 127.0.0.1 is in use by another program: stop that, or set PORT to another`
	);
});

test('a host that is no address of this machine is refused with a sentence', async () => {
	// 192.0.2.0/24 is reserved for documentation (RFC 5737).
	await expect(assertCanListen({ host: '192.0.2.1', port: 0 })).rejects.toThrow(/^HOST 192[.]0[.]2[.]1 is no address/);
});

test('a free port is still free after the check', async () => {
	const other = createServer();
	await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
	const { port } = other.address() as AddressInfo;
	await new Promise((closed) => other.close(closed));
	await assertCanListen({ host: '127.0.0.1', port });
	await assertCanListen({ host: '127.0.0.1', port });
});
