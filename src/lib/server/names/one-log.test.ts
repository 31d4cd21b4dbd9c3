import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { EMBEDDED_MAX_VALUE_BYTES, SMALLEST_MAX_VALUE_BYTES } from '../../../hpkv/protocol/limits.ts';
import { foldPersonName } from '../../chat/people/name.ts';
import type { Person } from '../../chat/people/person.ts';
import { tokensIn } from '../../chat/storage/claim.ts';
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
			expect((await claim(store, person('other', name.toUpperCase()))).holder.id).toBe(id);
			expect((await holderInOneLog(store, PEOPLE_NAMES, name.toUpperCase()))?.id).toBe(id);
		}
	}
);

test('tries to take a name do not fill its log', async () => {
	const store = memoryStore();
	await claim(store, person('ada', 'Ada'));
	for (let i = 0; i < 50; i++) expect((await claim(store, person(`other${i}`, 'Ada'))).holder.name).toBe('Ada');
	expect((await logOf(store, 'Ada')).length).toBe(1);
});

test('a claim that did not count excludes nobody, and a person may take their own name again', async () => {
	const store = memoryStore();
	const ada = person('ada', 'Paul');
	await claim(store, ada);
	// Appended by another process, which has not met the log.
	const lost = person('lost', 'PauI');
	await store.patch(PEOPLE_NAMES.log('PauI', 0), `;${Buffer.from(JSON.stringify(lost)).toString('base64url')}`);
	expect((await claim(store, person('ada', 'PauI'))).holder.id).toBe(ada.id);
	expect((await claim(store, person('ada', 'paul'), false)).holder).toEqual(ada);
	expect((await claim(store, lost)).holder.id).toBe(ada.id);
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
