/**
 * The keys of stored names depend on ICU: on its normalization, case mapping and character properties. A later Node has a later ICU, and
 * must compute the same keys. Where this test fails, the folding of names needs a table of its own.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { foldPersonName, foldRoomName, personName, roomName, slug } from '../../chat/people/name.ts';
import { groupOf, skeletonsOf } from './look-alikes.ts';
import { sameLetters } from './same-letters.ts';

/** Runs of code points that Unicode 17 assigns (Node 24: not `\p{Cn}`, `\p{Cs}` or `\p{Co}`), in base 36: `left out.count`. */
const ASSIGNED = new URL('../../../../tests/fixtures/unicode-17.txt', import.meta.url);

function* assigned(): Generator<string> {
	let point = 0;
	for (const run of readFileSync(ASSIGNED, 'utf8').trim().split(/\s+/)) {
		const [gap = 0, count = 0] = run.split('.').map((part) => parseInt(part, 36));
		point += gap;
		for (const end = point + count; point < end; point++) yield String.fromCodePoint(point);
	}
}

test('all characters of Unicode 17 have the keys that they had with the ICU of Unicode 17', () => {
	const made = createHash('sha256');
	let count = 0;
	for (const character of assigned()) {
		const name = `q${character}q`;
		const keys = [foldPersonName(name), sameLetters(name), groupOf(name), ...skeletonsOf(name)];
		made.update([...keys, foldRoomName(name), slug(name)].join('\n'));
		count += 1;
	}
	expect([count, made.digest('hex')]).toEqual([
		159_866,
		'1ccb21a3e9c9d81a704d1dafe62a6ec274fae70593223b93cb109916027f115c'
	]);
});

test('a name with a code point that is not assigned yet is refused, and found where it was taken before', () => {
	const typed = 'Ada \u0378';
	for (const read of [personName, roomName]) {
		expect(read(typed)).toEqual({ ok: false, because: 'unassigned' });
		expect(read(typed, { isClaimed: true }).ok).toBe(true);
		expect(read('Ada 🫠').ok).toBe(true);
	}
});
