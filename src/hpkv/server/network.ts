import { isIPv6 } from 'node:net';

/**
 * What an address counts as where somebody is limited by it. An IPv6 customer has at least a /64 and every address in it,
 * so the /64 counts (RFC 6177, RIPE-690); an IPv4 address that is mapped into IPv6 (RFC 4291, or by the translator's
 * prefix of RFC 6052) is the IPv4 address.
 */
export function networkOf(address: string): string {
	const [bare = ''] = address.split('%');
	if (!isIPv6(bare)) return address;
	const groups = groupsOf(bare);
	const prefix = groups.slice(0, 6).join(':');
	if (prefix === '0:0:0:0:0:ffff' || prefix === '64:ff9b:0:0:0:0') {
		return groups
			.slice(6)
			.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255])
			.join('.');
	}
	return `${groups.slice(0, 4).join(':')}::/64`;
}

/** All eight groups, in lower case and without leading zeros: URL writes an address in its one canonical form. */
function groupsOf(address: string): string[] {
	const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
	const before = head ? head.split(':') : [];
	if (tail === undefined) return before;
	const after = tail ? tail.split(':') : [];
	return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
}
