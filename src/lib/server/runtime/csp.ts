import { config } from './config.ts';

const socketOrigin = config.store.mode === 'hosted' ? URL.parse(config.store.socketUrl)?.origin : undefined;

/** SvelteKit fixes the policy at build time; the hosted endpoint is known at the start. */
export function allowSocket(headers: Headers): void {
	const policy = headers.get('content-security-policy');
	if (!policy || !socketOrigin) return;
	headers.set('content-security-policy', policy.replace("connect-src 'self'", `connect-src 'self' ${socketOrigin}`));
}
