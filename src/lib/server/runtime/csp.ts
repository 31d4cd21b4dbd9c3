import { config } from './config.ts';

const socketOrigin = config.store.mode === 'hosted' ? URL.parse(config.store.socketUrl)?.origin : undefined;

/**
 * Lets a page's script open its socket to the hosted endpoint. SvelteKit fixes the policy when it is built; which
 * endpoint it will be is known when the process starts.
 */
export function allowSocket(headers: Headers): void {
	const policy = headers.get('content-security-policy');
	if (!policy || !socketOrigin) return;
	headers.set('content-security-policy', policy.replace("connect-src 'self'", `connect-src 'self' ${socketOrigin}`));
}
