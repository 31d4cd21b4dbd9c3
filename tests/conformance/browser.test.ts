/** `@hpkv/websocket-client` 1.4.1 in Chromium: what a page with a token does, against the store. */
import type * as Client from '@hpkv/websocket-client';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';
import { hostedStore } from '../../src/hpkv/clients/rest.ts';
import type { Hpkv } from '../../src/hpkv/port.ts';
import { findBrowser } from '../support/browser.ts';
import { fresh, official, storeForFile } from './official.ts';

declare global {
	/** What the page keeps between two steps of a test. */
	interface Window {
		hpkv: typeof Client;
		clients: Record<string, { client: Client.HPKVSubscriptionClient; heard: unknown[]; id: string }>;
	}
}

const PAGE =
	'<!doctype html><title>A page</title>' +
	'<script type="module">import * as hpkv from "/client.js"; Object.assign(window, { hpkv, clients: {} });</script>';

const executablePath = findBrowser();
const store = storeForFile();
/** Of the store of the case that runs. */
let api: Hpkv;
beforeEach(() => void (api = hostedStore(store)));
let server: Server;
let browser: Browser;
let page: Page;

/** The official client as a page would have it: bundled from its own entry. */
async function bundle(): Promise<string> {
	const entry = fileURLToPath(import.meta.resolve('@hpkv/websocket-client'));
	const built = await build({
		configFile: false,
		logLevel: 'silent',
		build: { write: false, minify: false, lib: { entry, formats: ['es'] } }
	});
	const [output] = Array.isArray(built) ? built : [built];
	if (!output || !('output' in output)) throw new Error('nothing was built');
	return output.output[0].code;
}

describe.skipIf(!executablePath)('in Chromium', () => {
	beforeAll(async () => {
		const client = await bundle();
		server = createServer((req, res) => {
			if (req.url === '/client.js') res.writeHead(200, { 'content-type': 'text/javascript' }).end(client);
			else res.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
		});
		await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
		browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
		page = await browser.newPage();
		await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
		await page.waitForFunction(() => 'hpkv' in window);
	}, 60_000);
	afterAll(async () => {
		await browser?.close();
		server?.close();
	});

	/** A subscription client in the page, connected, under a name of its own. */
	async function subscriber(subscribeKeys: string[], accessPattern: string): Promise<string> {
		const name = fresh('client');
		const token = await api.token({ subscribeKeys, accessPattern });
		await page.evaluate(
			async ([name, token, url]) => {
				const client = window.hpkv.HPKVClientFactory.createSubscriptionClient(token, url, {
					throttling: { enabled: false }
				});
				const heard: unknown[] = [];
				const id = client.subscribe((notification) => heard.push(notification));
				await client.connect();
				window.clients[name] = { client, heard, id };
			},
			[name, token, store.baseUrl] as const
		);
		return name;
	}
	const heard = (name: string, count: number) =>
		page
			.waitForFunction(([name, count]) => window.clients[name]!.heard.length >= count, [name, count] as const, {
				timeout: 20_000
			})
			.then(() => page.evaluate((name) => window.clients[name]!.heard, name));
	const set = (name: string, key: string) =>
		page.evaluate(
			([name, key]) =>
				window.clients[name]!.client.set(key, 'x').then(
					({ code }) => code,
					(error: Client.HPKVError) => error.code
				),
			[name, key] as const
		);

	official([14], 'a token connects from a page of any origin, and disconnects', async () => {
		const ada = await subscriber([fresh()], '^$');
		const connected = await page.evaluate(async (name) => {
			const { client } = window.clients[name]!;
			const before = client.getConnectionStats().isConnected;
			await client.disconnect();
			return [before, client.getConnectionStats().isConnected];
		}, ada);
		expect(connected).toEqual([true, false]);
	});

	official([15], 'a bad token never connects', async () => {
		const told = await page.evaluate(async (url) => {
			const client = window.hpkv.HPKVClientFactory.createSubscriptionClient('invalid-token', url);
			let everConnected = false;
			client.on('connected', () => (everConnected = true));
			client.on('error', () => {});
			const error = await client.connect().then(
				() => 'connected',
				(reason: Error) => reason.name
			);
			return [error, everConnected, client.getConnectionStats().isConnected];
		}, store.baseUrl);
		expect(told).toEqual(['ConnectionError', false, false]);
	});

	official([16, 17, 18], 'keys that the token admits can be written, no others', async () => {
		const key = fresh('sub-test');
		const ada = await subscriber([key], 'sub-test-*');
		expect(await set(ada, key)).toBe(200);
		expect(await set(ada, fresh('sub-test'))).toBe(200);
		expect(await set(ada, fresh('restricted-key'))).toBe(403);
	});

	official([19, 21, 23], 'every page hears what is set, and hears it again when it is set again', async () => {
		const key = fresh();
		const [ada, grace] = [await subscriber([key], '^$'), await subscriber([key], '^$')];
		await api.set(key, 'soup');
		await api.set(key, 'soup');
		const expected = { type: 'notification', key, value: 'soup', timestamp: expect.any(Number) as number };
		expect(await heard(ada, 2)).toEqual([expected, expected]);
		expect(await heard(grace, 2)).toEqual([expected, expected]);
	});

	official([20, 22], 'a page hears nothing of other keys, and nothing once it no longer listens', async () => {
		const key = fresh();
		const [ada, grace] = [await subscriber([key], '.*'), await subscriber([key], '^$')];
		await page.evaluate((name) => window.clients[name]!.client.unsubscribe(window.clients[name]!.id), ada);
		await api.set(fresh(), 'x');
		await api.set(key, 'the only one');
		expect(await heard(grace, 1)).toHaveLength(1);
		expect(await heard(ada, 0)).toEqual([]);
	});

	official([24], 'a page whose line broke comes back and hears each write once', async () => {
		const key = fresh();
		const ada = await subscriber([key], '^$');
		await page.evaluate(async (name) => {
			const { client } = window.clients[name]!;
			const back = new Promise<void>((resolve) => client.on('connected', () => resolve()));
			(client as unknown as { ws: WebSocket }).ws.close(3001, 'broken');
			await back;
		}, ada);
		await api.set(key, 'x');
		await page.waitForTimeout(150);
		expect(await heard(ada, 1)).toHaveLength(1);
	});
});
