/**
 * The headers of every response, static files, redirects and errors included. Pages replace the policy with their own,
 * which SvelteKit writes with a nonce.
 */
export const RESPONSE_HEADERS: Readonly<Record<string, string>> = {
	// connect-src is for the service worker, which asks for pages under the policy of its own file.
	'content-security-policy':
		"default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	'x-content-type-options': 'nosniff',
	// Not no-referrer: with it a browser posts forms with `Origin: null`, and the check against forged posts refuses them.
	'referrer-policy': 'same-origin',
	'permissions-policy':
		'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=(), display-capture=(), browsing-topics=()',
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-resource-policy': 'same-origin',
	'x-frame-options': 'DENY'
};
