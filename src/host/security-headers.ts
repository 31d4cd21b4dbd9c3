/** Headers of every response, also of files, redirects and errors. SvelteKit replaces the policy of pages (with a nonce). */
export const RESPONSE_HEADERS: Readonly<Record<string, string>> = {
	// connect-src: the service worker fetches pages under the policy of its own file.
	'content-security-policy':
		"default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	'x-content-type-options': 'nosniff',
	// With `no-referrer`, browsers post forms with `Origin: null`, which the cross-site check refuses.
	'referrer-policy': 'same-origin',
	'permissions-policy':
		'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=(), display-capture=(), browsing-topics=()',
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-resource-policy': 'same-origin',
	'x-frame-options': 'DENY'
};
