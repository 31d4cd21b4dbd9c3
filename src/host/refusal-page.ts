/** Answers that the host process gives before SvelteKit: HTML for people, JSON for scripts. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Refusal {
	status: number;
	title: string;
	sentence: string;
}

export function sendRefusal(req: IncomingMessage, res: ServerResponse, refusal: Refusal): void {
	const accept = req.headers.accept ?? '';
	const isForScript = accept.includes('application/json') && !accept.includes('text/html');
	const body = isForScript ? json(refusal) : page(refusal);
	res.writeHead(refusal.status, {
		'content-type': `${isForScript ? 'application/json' : 'text/html'}; charset=utf-8`,
		'content-length': Buffer.byteLength(body),
		'cache-control': 'no-store'
	});
	res.end(req.method === 'HEAD' ? undefined : body);
}

/** The shape of SvelteKit's answer to a failed form action. */
const json = ({ status, title, sentence }: Refusal) => {
	const message = `${title}. ${sentence}`;
	return JSON.stringify({ type: 'error', status, error: { message }, message });
};

/** Like src/error.html. The policy allows no style and no script. */
const page = ({ title, sentence }: Refusal) => `<!doctype html>
<html lang="en">
	<head>
		<meta charset="utf-8" />
		<meta name="viewport" content="width=device-width, initial-scale=1" />
		<meta name="color-scheme" content="light dark" />
		<title>${escaped(title)}</title>
	</head>
	<body>
		<h1>${escaped(title)}</h1>
		<p>${escaped(sentence)}</p>
		<p>Everything you sent before is safe. <a href="/">All rooms</a></p>
	</body>
</html>
`;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
