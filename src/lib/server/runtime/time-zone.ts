import { MAX_KNOWN_ZONES } from '../../chat/limits.ts';

/** Names in lower case, true where it is a zone's: making a formatter to find out costs more than the rest of a small page. */
const zones = new Map<string, boolean>();

/**
 * `zone` if it is the name of a time zone, in any case; aliases are names as well. Offsets (`+0537`) are none, although Intl
 * takes them: there are 2,880, and a formatter of 50 kB is kept for each zone in use.
 */
export function knownZone(zone: string | undefined): string | undefined {
	if (!zone || !/^[A-Za-z][A-Za-z0-9_+/-]{0,39}$/.test(zone)) return undefined;
	const name = zone.toLowerCase();
	let known = zones.get(name);
	if (known === undefined) {
		known = isZone(zone);
		// The first in a map is the oldest.
		if (zones.size >= MAX_KNOWN_ZONES) zones.delete(zones.keys().next().value!);
		zones.set(name, known);
	}
	return known ? zone : undefined;
}

function isZone(name: string): boolean {
	try {
		new Intl.DateTimeFormat('en', { timeZone: name });
		return true;
	} catch {
		return false;
	}
}
