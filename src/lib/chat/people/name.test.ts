import { describe, expect, test } from 'vitest';
import { personName, placeName, roomName } from './name.ts';

const folded = (typed: string) => {
	const name = personName(typed);
	return name.ok ? name.folded : name.because;
};

describe('a person’s name', () => {
	test.each([
		'Ada',
		'Ada Lovelace',
		'Tomás',
		'Зоя',
		'山田 太郎',
		'ヤマダ Taro',
		'김민수',
		'مريم',
		'नूर',
		'R2-D2',
		'Ada 🎉'
	])('may be %s', (typed) => expect(personName(typed)).toMatchObject({ ok: true, name: typed }));

	test.each([
		['Ada', 'ADA'],
		['Ada', ' A da '],
		['Ada', 'Ａｄａ'],
		['Ada', 'A\u200dd\ufe0fa'],
		['coco', 'сосо'],
		['Straße', 'STRAßE'],
		['Zoë', 'Zoe\u0308'],
		['AHA', 'ΑΗΑ'.replace('Η', 'H')]
	])('%s is the same as %s, or refused', (one, other) => {
		expect([folded(one), 'mixed-scripts']).toContain(folded(other));
	});

	test.each([
		['', 'empty'],
		[' \t ', 'empty'],
		['a'.repeat(41), 'too-long'],
		['A\u202eda', 'unprintable'],
		['A\u200bda', 'unprintable'],
		['a\u0301\u0301\u0301\u0301\u0301\u0301', 'unprintable'],
		['Аda', 'mixed-scripts'],
		['pаypal', 'mixed-scripts'],
		['Νoor', 'mixed-scripts'],
		['🎉', 'no-letters'],
		['...', 'no-letters']
	])('%j is refused as %s', (typed, because) => expect(personName(typed)).toEqual({ ok: false, because }));

	test('differs from a different name', () => {
		expect(new Set(['Lia', 'Ila', 'Ali', 'All', 'Ada', 'Ida'].map(folded)).size).toBe(6);
	});
});

describe('a room’s name', () => {
	test.each([
		['Kitchen', 'kitchen'],
		['  The   Attic ', 'the-attic'],
		['C++ & Rust', 'c-rust'],
		['日本語', '日本語'],
		['Straße №5', 'straße-no5'],
		['🎉', '🎉'],
		['../../etc/passwd', 'etc-passwd'],
		['Café', 'café']
	])('%s is at /rooms/%s', (typed, slug) => expect(roomName(typed)).toMatchObject({ ok: true, folded: slug }));

	test.each([
		['', 'empty'],
		['x'.repeat(61), 'too-long'],
		['!?', 'no-letters'],
		['a\u202eb', 'unprintable']
	])('%j is refused as %s', (typed, because) => expect(roomName(typed)).toEqual({ ok: false, because }));
});

/** The time of `normalize` grows with the square of unsorted combining marks: these would take half a minute. */
test('a text that is far too long for a name is refused without looking at it', () => {
	const marks = `a${'\u0301\u0327'.repeat(120_000)}`;
	const begun = performance.now();
	for (const name of [personName, roomName, placeName]) {
		expect(name(marks)).toEqual({ ok: false, because: 'too-long' });
	}
	expect(performance.now() - begun).toBeLessThan(1_000);
});
