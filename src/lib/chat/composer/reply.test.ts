import { expect, test } from 'vitest';
import { readQuote, replyTo } from './reply.ts';

test('a reply is the number of its message, with a card of one line without markup', () => {
	const message = { n: 12, id: 'a', room: 'kitchen', person: 'ada', sender: 'Ada', timestamp: 1 };
	expect(replyTo({ ...message, message: 'For **soup**:\n\n- leek' })).toEqual({
		re: 12,
		sender: 'Ada',
		text: 'For soup: - leek'
	});
	// A reply to a reply of an earlier release shows its own words.
	expect(replyTo({ ...message, message: '> [Tom](/rooms/kitchen/3): Tea?\n\nYes' }).text).toBe('Yes');
});

test('the quote of an earlier release is read as author and text on one line; without an author, as text alone', () => {
	const quote = '> [Ada \\[kitchen\\]](/rooms/kitchen/12): For **soup**:\n> \n> - leek\n\n';
	expect(readQuote(quote)).toEqual({ quote, sender: 'Ada [kitchen]', text: 'For soup: - leek' });
	expect(readQuote('> to be\n\n')).toEqual({ quote: '> to be\n\n', sender: '', text: 'to be' });
	expect(readQuote('Hm')).toEqual({ quote: 'Hm', sender: '', text: 'Hm' });
});
