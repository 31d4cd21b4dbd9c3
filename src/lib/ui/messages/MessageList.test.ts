import { render } from 'svelte/server';
import { expect, test } from 'vitest';
import { markup } from '../../chat/markup/blocks.ts';
import { MentionMatcher } from '../../chat/markup/mention-matcher.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import MessageList from './MessageList.svelte';

const NOON = Date.parse('2026-11-23T12:00:00Z');
const said = (n: number, sender: string, message: string) => ({
	n,
	id: `send-${n}`,
	room: 'kitchen',
	person: sender.toLowerCase(),
	sender,
	message,
	timestamp: NOON + n * 1_000
});
const html = (messages: ShownMessage[], more = {}) =>
	render(MessageList, { props: { messages, now: NOON, permalink: (n: number) => `/rooms/kitchen/${n}`, ...more } })
		.body;

test('each message is an article with its number, its sender and a time that is its permalink', () => {
	const page = html([said(1, 'Ada', 'Tea?')]);
	expect(page).toMatch(/<article id="m-1"[^>]* aria-label="Ada"/);
	expect(page).toMatch(
		/<a href="\/rooms\/kitchen\/1"[^>]*>(?:<!--.{0,3}-->)*<time datetime="2026-11-23T12:00:01.000Z"[^>]*>12:00<\/time>/
	);
});

test('text and names of people cannot become markup', () => {
	const page = html([said(1, '"onmouseover="alert(1)', '<script>alert(1)</script> <img src=x onerror=alert(1)>')]);
	expect(page).not.toMatch(/<(?:img|script)/);
	expect(page).toContain('aria-label="&quot;onmouseover=&quot;alert(1)"');
});

test('names, mentions and code are kept from translators, and words are not', () => {
	const text = 'Hi @Grace and @Lin, `cat`\n\n```\nls\n```';
	const page = html([said(1, 'Ada', text)], { read: { 1: markup(text, new MentionMatcher(['Grace', 'Lin'], 'Lin')) } });
	const kept = Array.from(
		page.matchAll(/<(bdi|mark|code|pre)\b[^>]* translate="no"[^>]*>(.*?)<\/\1>/gs),
		([, , inside = '']) => inside.replace(/<.*?>/gs, '').trim()
	);
	expect(kept).toEqual(['Ada', '@Grace', '@Lin', 'cat', 'ls']);
});

test('a link in a message opens in a new tab and sends no referrer', () => {
	const address = 'https://example.org/';
	expect(html([said(1, 'Ada', address)], { read: { 1: markup(address) } })).toMatch(
		/<a href="https:\/\/example.org\/" target="_blank" rel="noopener noreferrer nofollow ugc"[^>]*>https:\/\/example.org\/<\/a>/
	);
});

test('no element has a style attribute: the content security policy would refuse it', () => {
	expect(html([said(1, 'Ada', 'Tea?'), said(2, 'Grace', 'Yes')], { me: 'ada', marked: 2 })).not.toMatch(/\sstyle=/);
});

test('a message being sent shows that state and no permalink, and a failed one shows the reason', () => {
	const { n: _, ...waiting } = said(2, 'Ada', 'Milk?');
	const sending = html([said(1, 'Ada', 'Tea?')], { pending: [{ ...waiting, state: 'sending' }] });
	expect(sending).toContain('>sending<');
	expect(sending).not.toContain('/rooms/kitchen/2');
	const failed = html([], {
		pending: [{ ...waiting, state: 'failed', reason: 'The server is away.' }],
		onretry: () => {}
	});
	expect(failed).toMatch(/Not sent\.<\/strong>(?:<!--.{0,3}-->)* The server is away\./);
	expect(failed).toContain('>Retry<');
});

test('a message that a permalink points at takes the focus, so that it is in view without a script', () => {
	expect(html([said(1, 'Ada', 'Tea?'), said(2, 'Ada', 'Milk?')], { marked: 2 })).toMatch(
		/<article id="m-2"[^>]* autofocus/
	);
});

test('a deleted message keeps its place and its time, and offers nothing', () => {
	const page = html([{ ...said(1, 'Ada', ''), deleted: true }, said(2, 'Grace', 'Yes')], { me: 'ada' });
	expect(page).toContain('This message was deleted.');
	expect(page.match(/<time /g)).toHaveLength(3);
	expect(page.match(/aria-label="Actions"/g)).toHaveLength(1);
});

test('a reaction shows who, how many and whose, in words', () => {
	const reactions = ['Ada', 'Grace'].map((name, i) => ({
		emoji: '👍',
		person: name.toLowerCase(),
		name,
		m: i + 1,
		on: true
	}));
	const message = { ...said(1, 'Lin', 'Tea?'), reactions };
	const mine = html([message], { me: 'ada' });
	expect(mine).toMatch(
		/<button type="submit"[^>]* value="1 👍 off"[^>]* aria-label="👍 2: Ada, Grace. Remove your reaction"/
	);
	expect(html([message], { me: 'lin' })).toMatch(/value="1 👍 on"[^>]* aria-label="👍 2: Ada, Grace. Add yours"/);
	expect(html([message])).toMatch(/<button type="button"[^>]* aria-label="👍 2: Ada, Grace."/);
});
