import { expect, test } from 'vitest';
import { countingStore } from '../../../../tests/support/counting-store.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { EMBEDDED_MAX_VALUE_BYTES, SMALLEST_MAX_VALUE_BYTES } from '../../../hpkv/protocol/limits.ts';
import { MAX_ALIKE_NAMES, MAX_NAME_PARTS } from '../../chat/limits.ts';
import { foldPersonName } from '../../chat/people/name.ts';
import type { Person } from '../../chat/people/person.ts';
import { keys } from '../../chat/storage/keys.ts';
import { tokensIn } from '../../chat/storage/claim.ts';
import { joinOpenly, renamePerson } from '../people/people.ts';
import { PEOPLE_NAMES } from '../people/person-names.ts';
import { skeletonsOf } from './look-alikes.ts';
import { claimInOneLog, holderInOneLog } from './one-log.ts';
import { sameLetters } from './same-letters.ts';

/** An id has 26 letters. */
const person = (id: string, name: string): Person => ({ id: id.padEnd(26, '0'), name, createdAt: 1_764_000_000_000 });
const claim = (store: Hpkv, mine: Person, isNew = true) => claimInOneLog(store, PEOPLE_NAMES, mine, { isNew });
const logOf = async (store: Hpkv, name: string, part = 0) => tokensIn(await store.get(PEOPLE_NAMES.log(name, part)));

test.each([EMBEDDED_MAX_VALUE_BYTES, SMALLEST_MAX_VALUE_BYTES])(
	'names of one log that can be told apart have room in any number, in a store of values of %i bytes',
	async (maxValueBytes) => {
		const store = memoryStore(maxValueBytes);
		const letters = ['h', 'n', 'v'];
		const names = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => `E${a}${b}${c}a`)));
		const people = names.map((name, i) => person(`one${i}`, name));
		const claimed = await Promise.all(people.map((mine) => claim(store, mine)));
		expect(claimed.map(({ holder }) => holder)).toEqual(people);
		expect(claimed.every(({ isFirst }) => isFirst)).toBe(true);
		expect((await logOf(store, 'Ehhha', 1)).length).toBeGreaterThan(0);
		for (const { id, name } of people) {
			expect((await claim(store, person('other', name.toUpperCase()))).holder?.id).toBe(id);
			expect((await holderInOneLog(store, PEOPLE_NAMES, name.toUpperCase()))?.id).toBe(id);
		}
	}
);

test('tries to take a name do not fill its log', async () => {
	const store = memoryStore();
	await claim(store, person('ada', 'Ada'));
	for (let i = 0; i < 50; i++) expect((await claim(store, person(`other${i}`, 'Ada'))).holder?.name).toBe('Ada');
	expect((await logOf(store, 'Ada')).length).toBe(1);
});

test('a claim that did not count excludes nobody, and a person may take their own name again', async () => {
	const store = memoryStore();
	const ada = person('ada', 'Paul');
	await claim(store, ada);
	// Appended by another process, which has not met the log.
	const lost = person('lost', 'PauI');
	await store.patch(PEOPLE_NAMES.log('PauI', 0), `;${Buffer.from(JSON.stringify(lost)).toString('base64url')}`);
	expect((await claim(store, person('ada', 'PauI'))).holder?.id).toBe(ada.id);
	expect((await claim(store, person('ada', 'paul'), false)).holder).toEqual(ada);
	expect((await claim(store, lost)).holder?.id).toBe(ada.id);
});

test('a claim behind which a process died is finished by the form that is posted again, and known not to be the first', async () => {
	const store = memoryStore();
	const dying: Hpkv = { ...store, get: () => Promise.reject(new Error('crash')) };
	await expect(claim(dying, person('ada', 'Ada'))).rejects.toThrow('crash');
	expect(await claim(store, { ...person('ada', 'Ada'), createdAt: 1_764_000_000_001 })).toEqual({
		holder: person('ada', 'Ada'),
		isFirst: false
	});
});

/** Names of one log that all can be told apart: its letters are one class. */
const alikeNames = (count: number) =>
	Array.from({ length: count }, (_, i) =>
		Array.from(i.toString(3).padStart(8, '0'), (digit) => 'hnv'[Number(digit)]).join('')
	);

test('one person who takes one name after the other leaves room for others, and keeps each', async () => {
	const store = memoryStore();
	const names = alikeNames(300);
	const taken: string[] = [];
	for (const name of names) {
		const { holder } = await claim(store, person('ada', name), false);
		if (holder) taken.push(name);
		else expect((await claim(store, person('ada', name), false)).isFirst).toBe(false);
	}
	expect(taken).toEqual(names.slice(0, MAX_ALIKE_NAMES));
	const [last = ''] = names.slice(-1);
	expect((await claim(store, person('grace', last))).holder?.id).toBe(person('grace', '').id);
	for (const name of taken) {
		expect((await claim(store, person('ada', name.toUpperCase()), false)).holder?.id).toBe(person('ada', '').id);
		expect((await claim(store, person('grace', name))).holder?.id).toBe(person('ada', '').id);
	}
	expect((await logOf(store, last)).length + (await logOf(store, last, 1)).length).toBeLessThan(MAX_ALIKE_NAMES + 3);
});

const LONG = `;${Buffer.from('{}').toString('base64url')}`.repeat(300);

test('where a log is full, nobody is told that they have a name that nothing holds', async () => {
	const store = memoryStore();
	await store.patch(keys.origin, `;${Buffer.from('{"origin":"new","names":"one"}').toString('base64url')}`);
	for (let part = 0; part < MAX_NAME_PARTS; part++) await store.set(PEOPLE_NAMES.log('Ada', part), LONG);
	for (const isNew of [true, false]) {
		expect(await claim(store, person('ada', 'Ada'), isNew)).toEqual({ holder: undefined, isFirst: false });
	}
	expect(await holderInOneLog(store, PEOPLE_NAMES, 'Ada')).toBeUndefined();
	expect(await joinOpenly(store, { typed: 'Ada', formId: 'form-0000000000000001', placeName: 'Here' }, 1)).toEqual({
		ok: false,
		because: 'too-alike'
	});
	expect(await renamePerson(store, { id: 'eve', typed: 'Ada', placeName: 'Here' }, 1)).toEqual({
		ok: false,
		because: 'too-alike'
	});
});

test.each([1, 150])(
	'a name whose log has %i parts and another costs few calls, and fewer once it is known',
	async (parts) => {
		const counted = countingStore(memoryStore());
		for (let part = 0; part < parts; part++) await counted.store.set(PEOPLE_NAMES.log('Ada', part), LONG);
		const calls = async (work: () => Promise<unknown>) => {
			const before = counted.counts.operations;
			await work();
			return counted.counts.operations - before;
		};
		expect(await calls(() => claim(counted.store, person('ada', 'Ada'), false))).toBeLessThan(7);
		expect(await calls(() => holderInOneLog(counted.store, PEOPLE_NAMES, 'ada'))).toBe(1);
		const known = await calls(async () => {
			expect((await claim(counted.store, person('eve', 'ada'))).holder?.name).toBe('Ada');
		});
		expect(known).toBe(1);
	}
);

/** A letter that is like another beside a mark, a sign beside none, or a letter with an iota below. None is like a letter of a name. */
const ELSEWHERE =
	/[\u00af\u00b8\u02d8-\u02dc\u037a\u1f80-\u1fff\u203e\u2469\ufc4b\ufcd2\ufe19\ufe30\ufe49-\ufe4c\uffe3]/u;

test('every character has one log with its capital, its spelling and what it looks like', () => {
	const apart: string[] = [];
	for (let point = 33; point < 0x110000; point++) {
		const typed = String.fromCodePoint(point);
		if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(typed) || ELSEWHERE.test(typed)) continue;
		const others = [typed.toLowerCase(), typed.toUpperCase(), foldPersonName(typed), ...skeletonsOf(typed)];
		const letters = sameLetters(`q${typed}q`);
		if (others.some((other) => sameLetters(`q${other}q`) !== letters)) apart.push(typed);
	}
	expect(apart).toEqual([]);
});

test('letters that nothing makes alike have logs of their own', () => {
	const logs = ['a', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'm', 'o', 'p', 'q', 'r', 'w', 'x', 'я', '日', '本'];
	expect(new Set(logs.map(sameLetters)).size).toBe(logs.length);
});
