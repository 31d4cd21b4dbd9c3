import { expect, test } from 'vitest';
import { isEmoji, QUICK_EMOJI, readReaction, typedEmoji, writeReactionToken } from './reaction.ts';

test('quick reactions are emoji', () => {
	for (const emoji of QUICK_EMOJI) expect(isEmoji(emoji)).toBe(true);
});

test('an emoji may have many code points; a word or two emoji are refused', () => {
	for (const emoji of ['👍🏽', '👩🏽‍🚀', '🇵🇹', '1️⃣']) expect(isEmoji(emoji)).toBe(true);
	for (const text of ['', 'a', '👍👍', '👍 ', ':)', '1']) expect(isEmoji(text)).toBe(false);
});

test('an emoji typed without its selector is the same emoji', () => {
	expect(typedEmoji(' \u2764 ')).toBe('❤️');
	expect(typedEmoji('👍')).toBe('👍');
	for (const [typed, matchRooms] of [
		['👍\ufe0f', '👍'],
		['🏳\u200d🌈', '🏳\ufe0f\u200d🌈'],
		['❤\u200d🔥', '❤\ufe0f\u200d🔥'],
		['👁\u200d🗨', '👁\ufe0f\u200d🗨\ufe0f'],
		['🕵🏽\u200d♀', '🕵🏽\u200d♀\ufe0f'],
		['✌🏽', '✌🏽'],
		['1\u20e3', '1\ufe0f\u20e3'],
		['👩\u200d❤\u200d💋\u200d👨', '👩\u200d❤\ufe0f\u200d💋\u200d👨'],
		['🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿']
	] as const) {
		expect(typedEmoji(typed), typed).toBe(matchRooms);
		expect(isEmoji(matchRooms), typed).toBe(true);
	}
	expect(isEmoji(typedEmoji('yes'))).toBe(false);
});

test('the reaction token with the highest change counts, in any order', () => {
	const tokens = [
		writeReactionToken({ m: 7, on: false, name: 'Ada' }, 'Ada'),
		writeReactionToken({ m: 12, on: true, name: 'Ada L' }, 'Ada_L'),
		writeReactionToken({ m: 9, on: false, name: 'Ada' }, 'Ada')
	];
	expect(readReaction(tokens.join(''), (name) => name)).toEqual({ m: 12, on: true, name: 'Ada_L' });
	expect(readReaction(tokens.toReversed().join(''), (name) => name)).toEqual({ m: 12, on: true, name: 'Ada_L' });
	expect(readReaction('', (name) => name)).toBeUndefined();
});
