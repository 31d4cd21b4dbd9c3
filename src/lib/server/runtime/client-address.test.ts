import { expect, test } from 'vitest';
import { forwardedAddress } from './client-address.ts';

test('the client address is the entry of the proxy header at the configured depth', () => {
	const listed = (depth: number, said?: string) =>
		forwardedAddress({ 'x-forwarded-for': said }, { header: 'x-forwarded-for', depth });
	expect(listed(1, '203.0.113.7')).toBe('203.0.113.7');
	expect(listed(1, 'forged, 203.0.113.7')).toBe('203.0.113.7');
	expect(listed(2, 'forged, 203.0.113.7, 10.0.0.1')).toBe('203.0.113.7');
	expect(forwardedAddress({ 'x-real-ip': '2001:db8::1' }, { header: 'x-real-ip', depth: 1 })).toBe('2001:db8::1');
	for (const nobody of [listed(1), listed(1, ''), listed(2, '203.0.113.7')]) expect(nobody).toBeUndefined();
});
