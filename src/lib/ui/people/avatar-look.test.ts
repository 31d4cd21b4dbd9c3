import { expect, test } from 'vitest';
import { HUES, hueOf, initialsOf } from './avatar-look.ts';

test.each([
	['Ada Lovelace', 'AL'],
	['ada', 'A'],
	['Jean-Luc van der Berg', 'JB'],
	['  Grace   Brewster  Hopper ', 'GH'],
	['élodie Ñandú', 'ÉÑ'],
	['e\u0301lodie', 'E\u0301'],
	['Лев Толстой', 'ЛТ'],
	['山田 太郎', '山'],
	['김민수', '김'],
	['مريم نور', 'م\u200cن'],
	['(ops) bot 7', 'O7'],
	['Ada 🎉', 'A'],
	['🎉 Party', 'P'],
	['🇩🇪', '🇩🇪'],
	['🦊 🎉', '🦊'],
	['***', '·']
])('the initials of %s are %s', (name, initials) => {
	expect(initialsOf(name)).toBe(initials);
});

test('people are spread over all hues, and ids that differ at their end do not share one', () => {
	const counts = Array<number>(HUES).fill(0);
	for (let n = 0; n < 1_200; n++) counts[hueOf(`01jd${n.toString(36).padStart(8, '0')}`)]!++;
	expect(Math.min(...counts)).toBeGreaterThan(60);
	expect(Math.max(...counts)).toBeLessThan(140);
	expect(hueOf('ada')).toBe(hueOf('ada'));
});
