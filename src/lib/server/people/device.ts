import type { Device } from './sessions.ts';

/** The first that matches counts: Edge and Opera also say Chrome, and Chrome says Safari. */
const BROWSERS = [
	...[/\bEdg/, /\bOPR\//, /\bSamsungBrowser\//, /\bFirefox\/|\bFxiOS\//, /\bChrome\/|\bCriOS\//, /\bSafari\//]
].map((sign, i) => ({ sign, name: ['Edge', 'Opera', 'Samsung Internet', 'Firefox', 'Chrome', 'Safari'][i] }));

const SYSTEMS = [/\biPhone\b/, /\biPad\b/, /\bAndroid\b/, /\bWindows\b/, /\bMac OS X\b/, /\bCrOS\b/, /\bLinux\b/].map(
	(sign, i) => ({ sign, name: ['iPhone', 'iPad', 'Android', 'Windows', 'macOS', 'ChromeOS', 'Linux'][i] })
);

/** `Firefox on Linux`; the user agent is the client's own word. */
export function deviceOf(userAgent: string | null, address: string): Device {
	const find = (known: { sign: RegExp; name?: string }[]) => known.find(({ sign }) => sign.test(userAgent ?? ''))?.name;
	const browser = find(BROWSERS);
	const system = find(SYSTEMS);
	return { browser: browser && system ? `${browser} on ${system}` : (browser ?? system ?? 'Unknown browser'), address };
}
