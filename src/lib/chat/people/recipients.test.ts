import { expect, test } from 'vitest';
import { searchable } from '../search/name-search.ts';
import { recipients } from './recipients.ts';

const NAMES = ['Ada Byron', 'Ada Lovelace', 'Bo', 'Bob', 'Doe, Jane', 'Zoë', 'Zoe'];
const EVERYBODY = NAMES.map((name) => ({ id: name, name, search: searchable(name) }));
const found = (typed: string) => {
	const answer = recipients(typed, EVERYBODY);
	return answer.ok ? answer.people.map(({ name }) => name) : answer;
};

test('names are found between commas, each once, whatever their case and accents, a name with a comma as well', () => {
	expect(found('bo, ADA LOVELACE')).toEqual(['Bo', 'Ada Lovelace']);
	expect(found(' Bo ,, bo;Bob, ')).toEqual(['Bo', 'Bob']);
	expect(found('Bo, Doe, Jane, Bob')).toEqual(['Bo', 'Doe, Jane', 'Bob']);
	expect(found('doe,jane')).toEqual(['Doe, Jane']);
	expect(found('Zoë')).toEqual(['Zoë']);
});

test('a beginning is enough where one person alone has it', () => {
	expect(found('love')).toEqual(['Ada Lovelace']);
	expect(found('Ada')).toEqual({
		ok: false,
		because: 'several-people',
		typed: 'Ada',
		names: ['Ada Byron', 'Ada Lovelace']
	});
	expect(found('zoe')).toMatchObject({ because: 'several-people' });
	expect(found('Bo, Nobody')).toEqual({ ok: false, because: 'no-such-person', typed: 'Nobody' });
});

test('nothing, and far too much, are refused', () => {
	expect(found(' , ')).toEqual({ ok: false, because: 'empty' });
	expect(found('Bo,'.repeat(33))).toEqual({ ok: false, because: 'too-many-people' });
});
