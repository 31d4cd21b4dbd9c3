import { connect } from 'node:net';

/** Requests `times` upgrades at `path` at once, and resets the connections before the answer. */
export async function hangUp(url: string, path: string, times: number): Promise<void> {
	const { port, hostname } = new URL(url);
	const head = `GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
	const once = () =>
		new Promise<void>((gone) => {
			const line = connect(Number(port), hostname, () => line.write(head, () => line.resetAndDestroy()));
			line.once('error', () => {}).once('close', () => gone());
		});
	await Promise.all(Array.from({ length: times }, once));
}
