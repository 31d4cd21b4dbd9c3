import { render } from 'svelte/server';
import { expect, test } from 'vitest';
import type { Reply } from '../../chat/composer/reply.ts';
import Composer from './Composer.svelte';
import ReplyCard from './ReplyCard.svelte';

const html = (more = {}) =>
	render(Composer, { props: { action: '?/send', fields: { sendId: 'tea-1' }, ...more } }).body;

test('a composer without a script is a plain form with a box named Message and a button Send', () => {
	const page = html();
	expect(page).toMatch(/<form [^>]*method="POST" action="\?\/send"/);
	expect(page).toMatch(/<input type="hidden" name="sendId" value="tea-1"/);
	const [, id] = /<label [^>]*for="([^"]+)"[^>]*>Message</.exec(page) ?? [];
	expect(page).toMatch(new RegExp(`<textarea [^>]*id="${id}"[^>]* name="message"[^>]*></textarea>`));
	expect(page).toMatch(/<button type="submit"[^>]*>.*Send/);
});

test('a composer limits nothing by itself: the server refuses in words, and no text is cut', () => {
	expect(html()).not.toMatch(/ (?:required|maxlength|pattern)/);
});

test('a refused text is in the box again, as it was typed', () => {
	expect(html({ text: '</textarea><b>Tea?\n\tMilk?' })).toMatch(
		/<textarea[^>]*>&lt;\/textarea>&lt;b>Tea\?\n\tMilk\?<\/textarea>/
	);
});

test('the reason of a refusal is tied to the box', () => {
	const page = html({ error: 'Write something first.' });
	const [, id] = /aria-describedby="([^"]+)"/.exec(page) ?? [];
	expect(page).toMatch(/<textarea [^>]*aria-invalid="true"/);
	expect(page).toMatch(new RegExp(`id="${id}"[^>]*>Write something first\\.<`));
});

test('a composer without a script names its room in the box, links to the help, and has no tools', () => {
	const page = html({ room: 'Kitchen', help: '/help' });
	expect(page).toMatch(/<textarea [^>]*placeholder="Message Kitchen"/);
	expect(page).toMatch(/<a href="\/help" aria-label="Formatting and keys"/);
	expect(page.match(/<button/g)).toHaveLength(1);
});

test('a reply is posted as the number of its message, and that of an earlier release as its quote', () => {
	const answer = (reply: Reply) => html({ reply, ReplyCard });
	expect(answer({ re: 12, sender: 'Ada', text: 'Tea?' })).toMatch(/<input type="hidden" name="re" value="12"/);
	expect(answer({ quote: '> Tea?', sender: '', text: 'Tea?' })).toMatch(
		/<input type="hidden" name="quote" value="> Tea\?"/
	);
});
