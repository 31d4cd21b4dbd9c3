/** Runs the store in `vite dev` and `vite preview`, as src/server.ts does in production. A build does not contain it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { loadEnv, type Plugin, type PreviewServer, type ViteDevServer } from 'vite';
import { bridge } from '../host/bridge.ts';
import { RESPONSE_HEADERS } from '../host/security-headers.ts';
import { namesInDotEnv } from '../hpkv/process/dot-env.ts';

export function host(): Plugin {
	return {
		name: 'parley-host',
		config(_, { command, mode }) {
			if (command === 'serve' && mode !== 'test') mendDotEnv(mode);
			bridge.pictureProcess = fileURLToPath(new URL('../lib/server/pictures/process.ts', import.meta.url));
			bridge.commands = fileURLToPath(new URL('../cli.ts', import.meta.url));
		},
		configureServer(server) {
			mount(server);
			// The app opens the store at its first request: here at once, so that /hpkv answers from the start.
			server.httpServer?.once('listening', () => void openStore(server).catch(() => undefined));
		},
		configurePreviewServer: mount
	};
}

/** Vite reads .env itself. A .env that it would skip in silence is refused, and the variable behind a byte order mark gets its name. */
function mendDotEnv(mode: string): void {
	try {
		bridge.dotEnvNames = namesInDotEnv();
	} catch (error) {
		console.error(`Parley cannot start: ${(error as Error).message}`);
		process.exit(1);
	}
	for (const [name, value] of Object.entries(loadEnv(mode, process.cwd(), ''))) {
		if (name.startsWith('\uFEFF')) process.env[name.slice(1)] ??= value;
	}
}

function mount({ middlewares, httpServer }: ViteDevServer | PreviewServer): void {
	middlewares.use((req: IncomingMessage, res: ServerResponse, next: () => void) => {
		for (const [name, value] of Object.entries(RESPONSE_HEADERS)) res.setHeader(name, value);
		const own = new URL(req.url ?? '/', `http://${req.headers.host ?? 'localhost'}`);
		const again = (form: IncomingMessage) => middlewares.handle(form, res, next);
		if (!bridge.request?.(req, res) && !bridge.upload?.(req, res, own, again)) next();
	});
	// Other upgrades are left alone: Vite has its own socket.
	httpServer?.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
		bridge.upgrade?.(req, socket, head);
	});
	httpServer?.once('close', () => void bridge.close?.());
}

async function openStore({ resolvedUrls }: ViteDevServer): Promise<void> {
	const [address] = resolvedUrls?.local ?? [];
	if (address) await fetch(new URL('/healthz', address));
}
