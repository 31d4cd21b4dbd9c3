import { expect, test } from 'vitest';
import { addressesIn, shownAddress } from './address.ts';
import { faultIn, type Facts } from './proofs.ts';

const good: Facts = {
	version: 180_004,
	encoding: 'UTF8',
	isInRecovery: false,
	fsync: 'on',
	fullPageWrites: 'on',
	checksums: 'on',
	synchronousCommit: 'on',
	standbys: 'ANY 1 (b, c)',
	startedAt: '2026-01-01'
};

test('a primary with standbys is taken, and one without where the operator says so', () => {
	expect(faultIn(good, false)).toBeUndefined();
	expect(faultIn({ ...good, standbys: '' }, true)).toBeUndefined();
	expect(faultIn({ ...good, synchronousCommit: 'remote_apply' }, false)).toBeUndefined();
});

test.each([
	[{ version: 140_012 }, /PostgreSQL 14: 15 is the oldest/],
	[{ encoding: 'LATIN1' }, /encoding is LATIN1/],
	[{ isInRecovery: true }, /standby/],
	[{ fsync: 'off' }, /^fsync is off/],
	[{ fullPageWrites: 'off' }, /^full_page_writes is off/],
	[{ checksums: 'off' }, /pg_checksums --enable/],
	[{ synchronousCommit: 'local' }, /^synchronous_commit is local/],
	[{ synchronousCommit: 'remote_write' }, /^synchronous_commit is remote_write/],
	[{ standbys: '' }, /DATABASE_ALONE=1/]
])('%o is refused with a sentence', (fact, sentence) => {
	expect(faultIn({ ...good, ...fact }, false)).toMatch(sentence);
});

test('an address of several hosts is one for each, and shows no password', () => {
	expect(addressesIn('postgres://u:p%40@a,b:2/n?sslmode=require')).toEqual([
		'postgres://u:p%40@a/n?sslmode=require',
		'postgres://u:p%40@b:2/n?sslmode=require'
	]);
	expect(addressesIn('postgresql://[::1]:5433/n')).toEqual(['postgresql://[::1]:5433/n']);
	for (const wrong of ['', 'postgres://a', 'postgres:///n', 'postgres://a,/n', 'http://a/n', 'postgres://a:port/n']) {
		expect(addressesIn(wrong), wrong).toBeUndefined();
	}
	expect(shownAddress('postgres://u:secret@a,b:2/n?sslmode=require')).toBe('postgres://a,b:2/n');
});
