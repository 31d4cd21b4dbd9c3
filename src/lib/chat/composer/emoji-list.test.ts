import { expect, test } from 'vitest';
import { isEmoji } from '../messages/reaction.ts';
import { emojiList, findEmoji, GROUPS, SKIN_TONES, withTone } from './emoji-list.ts';

const found = async (query: string) => findEmoji(await emojiList(), query).map(({ emoji }) => emoji);

test('the list has every emoji once, in the order of Unicode, by group, and no parts of emoji', async () => {
	const all = await emojiList();
	expect(all.length).toBeGreaterThan(1_800);
	expect(new Set(all.map(({ emoji }) => emoji)).size).toBe(all.length);
	expect(all[0]).toMatchObject({ emoji: '😀', label: 'grinning face', group: 'Smileys' });
	expect([...new Set(all.map(({ group }) => group))]).toEqual(Object.values(GROUPS));
	expect(all.filter(({ emoji }) => !isEmoji(emoji) || /^[🏻-🏿]$/u.test(emoji))).toEqual([]);
});

test('a search finds short names first, then beginnings, words within, and related words', async () => {
	expect((await found('tada'))[0]).toBe('🎉');
	expect((await found(':Tada:'))[0]).toBe('🎉');
	expect((await found('party popper'))[0]).toBe('🎉');
	expect((await found('+1'))[0]).toBe('👍');
	expect((await found('thumbs'))[0]).toBe('👍');
	expect((await found('rocket'))[0]).toBe('🚀');
	expect(await found('goodbye')).not.toEqual([]);
	expect(await found('🦔')).toEqual(['🦔']);
	expect(await found('no such thing')).toEqual([]);
	expect(await found(' ')).toHaveLength((await emojiList()).length);
});

test('a skin tone is given to every person of an emoji, and only where Unicode has it', () => {
	expect(withTone('👍', '🏽')).toBe('👍🏽');
	expect(withTone('✌️', '🏿')).toBe('✌🏿');
	expect(withTone('👩‍🚀', '🏻')).toBe('👩🏻‍🚀');
	expect(withTone('👩‍❤️‍👨', '🏾')).toBe('👩🏾‍❤️‍👨🏾');
	for (const plain of ['🎉', '👨‍👩‍👧', '😀']) expect(withTone(plain, '🏽')).toBe(plain);
	for (const { tone } of SKIN_TONES) expect(isEmoji(withTone('👋', tone))).toBe(true);
});
