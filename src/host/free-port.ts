/** Checks that the process can listen on the pages' address, before the store is opened. */
import { createServer } from 'node:net';
import { userName } from '../hpkv/engine/sqlite/user-name.ts';

export class AddressError extends Error {
	override readonly name = 'SettingsError';
}

/** Listens on the address and closes again. @throws AddressError */
export async function assertCanListen({ host, port }: { host: string; port: number }): Promise<void> {
	const probe = createServer();
	await new Promise<void>((listening, failed) => {
		probe.once('error', (error: NodeJS.ErrnoException) => failed(new AddressError(sentence(error, host, port))));
		probe.listen({ host, port }, listening);
	});
	await new Promise((closed) => probe.close(closed));
}

function sentence({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
	switch (code) {
		case 'EADDRINUSE':
			return `PORT ${port} of HOST ${host} is in use by another program: stop that, or set PORT to another`;
		case 'EACCES':
		case 'EPERM':
			return `PORT ${port} may not be used by the user ${userName()}: set PORT to one above 1023, with a proxy before it`;
		case 'EADDRNOTAVAIL':
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return `HOST ${host} is no address of this machine: 127.0.0.1 is this machine alone, 0.0.0.0 everybody who can reach it`;
		default:
			return `PORT ${port} of HOST ${host} cannot be listened on: ${message}`;
	}
}
