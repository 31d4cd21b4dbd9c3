import { expect, test } from 'vitest';
import { networkOf } from './network.ts';

test.each([
	['203.0.113.7', '203.0.113.7'],
	['::ffff:203.0.113.7', '203.0.113.7'],
	['::FFFF:cb00:7107', '203.0.113.7'],
	['0:0:0:0:0:ffff:cb00:7107', '203.0.113.7'],
	['64:ff9b::203.0.113.7', '203.0.113.7'],
	['::1', '0:0:0:0::/64'],
	['2001:db8::1', '2001:db8:0:0::/64'],
	['2001:DB8:0000:0:ffff:ffff:ffff:ffff', '2001:db8:0:0::/64'],
	['2001:db8:0:1::1', '2001:db8:0:1::/64'],
	['fe80::1%eth0', 'fe80:0:0:0::/64'],
	['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
	['unknown', 'unknown'],
	['', '']
])('network of %s is %s', (address, network) => {
	expect(networkOf(address)).toBe(network);
});
