import { render } from 'svelte/server';
import { expect, test } from 'vitest';
import Composer from './Composer.svelte';

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
