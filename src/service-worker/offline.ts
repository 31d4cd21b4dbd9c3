/** The service worker's offline page, in one string because nothing can be fetched. */
import base from '../lib/ui/base.css?inline';
import { QUOTE } from '../lib/ui/kit/logo.ts';
import tokens from '../lib/ui/tokens.css?inline';

/** In milliseconds, plus up to as much at random, so that clients do not return all at once. */
const LOOKS_EVERY = 5_000;

const LAYOUT = `
main { max-inline-size: var(--column); margin-inline: auto; padding: var(--space-7) var(--space-4); display: grid; gap: var(--space-4); }
.brand { display: flex; align-items: center; gap: var(--space-2); font-family: var(--font-title); font-size: var(--type-title); }
svg { block-size: 1em; fill: var(--accent); }
h1 { font-size: var(--type-title); }
p:not(.brand) { color: var(--text-muted); }`;

/** Reloads the requested page as soon as the server answers. */
const RETURN = `
const look = () => fetch('/healthz', { cache: 'no-store' }).then(({ ok }) => ok && location.reload(), () => {});
addEventListener('online', look);
(function wait() { setTimeout(() => look().then(wait), ${LOOKS_EVERY} * (1 + Math.random())); })();`;

/** @param theme the reader's choice, where the worker can read the cookie */
export function offlinePage(theme = 'system'): Response {
	const nonce = crypto.randomUUID();
	const html = `<!doctype html>
<html lang="en" data-theme="${theme === 'light' || theme === 'dark' ? theme : 'system'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Can’t connect · Parley</title>
<style nonce="${nonce}">${tokens}${base}${LAYOUT}</style>
</head>
<body>
<main>
<p class="brand"><svg viewBox="0 0 32 24" aria-hidden="true"><path d="${QUOTE}"/><path d="${QUOTE}" transform="rotate(180 16 12)"/></svg> Parley</p>
<h1>Can’t connect</h1>
<p>Unsent messages are safe here. We’ll reconnect automatically.</p>
<p><a href="">Try again</a></p>
</main>
<script nonce="${nonce}">${RETURN}</script>
</body>
</html>`;
	return new Response(html, {
		status: 503,
		headers: {
			'content-type': 'text/html; charset=utf-8',
			'cache-control': 'no-store',
			'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
		}
	});
}
