export const PREFERENCE_S = 365 * 24 * 60 * 60;

export const preferenceCookie = (name: string, value = '') =>
	`${name}=${encodeURIComponent(value)}; path=/; max-age=${PREFERENCE_S}; samesite=lax`;
