import { MAX_KNOWN_ZONES } from '../../chat/limits.ts';

/** Whether a lower-case name is a zone: a formatter, needed to check that, costs more than the rest of a small page. */
const zones = new Map<string, boolean>();

/** Aliases in any case are zones; offsets (`+0537`) are not: Intl has 2,880, each with a formatter of 50 kB. */
export function knownZone(zone: string | undefined): string | undefined {
	if (!zone || !/^[A-Za-z][A-Za-z0-9_+/-]{0,39}$/.test(zone)) return undefined;
	const name = zone.toLowerCase();
	let known = zones.get(name);
	if (known === undefined) {
		known = isZone(zone);
		// The first key of a map is the oldest.
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
