import { render } from 'svelte/server';
import { expect, test } from 'vitest';
import type { Answered } from '../../chat/messages/answered.ts';
import AnsweredCard from './AnsweredCard.svelte';

const html = (card?: Answered) =>
	render(AnsweredCard, { props: { card, line: card?.text, href: '/rooms/kitchen/12' } }).body;
const text = (card?: Answered) => html(card).replace(/<[^>]*>/g, '');

test('a card says whom a reply answers, and links there', () => {
	expect(text({ sender: 'Ada', text: 'Tea?' })).toBe('In reply to Ada: Tea?');
	expect(html({ sender: 'Ada', text: 'Tea?' })).toContain('href="/rooms/kitchen/12"');
	// Not loaded yet.
	expect(text()).toBe('In reply to …');
	expect(html()).toContain('href="/rooms/kitchen/12"');
});

test('a message that is deleted, or that the reader may not see, is no link', () => {
	expect(text({ sender: 'Ada', text: '', deleted: true })).toBe('In reply to Ada: deleted');
	expect(text({ text: '' })).toBe('In reply to a message you can’t see');
	for (const card of [{ sender: 'Ada', text: '', deleted: true } as const, { text: '' }])
		expect(html(card)).not.toContain('href');
});
