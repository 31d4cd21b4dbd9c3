/** In seconds: how long a browser keeps a choice. */
export const PREFERENCE_S = 365 * 24 * 60 * 60;

/** For `document.cookie`, as the server sets the same cookie. */
export const preferenceCookie = (name: string, value = '') =>
	`${name}=${encodeURIComponent(value)}; path=/; max-age=${PREFERENCE_S}; samesite=lax`;
