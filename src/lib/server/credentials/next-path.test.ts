import { expect, test } from 'vitest';
import { nextPath } from './next-path.ts';

test.each([
	['/rooms/kitchen', '/rooms/kitchen'],
	['/rooms/kitchen?at=12', '/rooms/kitchen?at=12'],
	['/rooms/küche/3', '/rooms/k%C3%BCche/3'],
	['/%2f%2fevil.example', '/%2f%2fevil.example'],
	[null, '/'],
	['', '/'],
	['rooms/kitchen', '/'],
	['//evil.example', '/'],
	['/\\evil.example', '/'],
	['/\t/evil.example', '/'],
	['/\r\n/evil.example', '/'],
	['/.//evil.example', '/'],
	['/x/..//evil.example', '/'],
	['/./\\evil.example', '/'],
	['https://evil.example/', '/'],
	['javascript:alert(1)', '/'],
	['http:/rooms', '/'],
	['/rooms\r\nset-cookie: a=b', '/roomsset-cookie:%20a=b']
])('%j leads to %s', (asked, path) => {
	expect(nextPath(asked)).toBe(path);
	expect(new URL(nextPath(asked), 'http://parley.test').host).toBe('parley.test');
});
