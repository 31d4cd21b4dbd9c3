import { expect, test } from 'vitest';
import { sharedText } from './share.ts';

const none = { title: '', text: '', url: '' };

test('a share is its title, text and address, a line for each', () => {
	expect(sharedText({ title: 'Soup', text: 'Try this', url: 'https://soup.example/1' })).toBe(
		'Soup\nTry this\nhttps://soup.example/1'
	);
	expect(sharedText({ ...none, text: ' Try this\n' })).toBe('Try this');
	expect(sharedText({ ...none, title: 'Soup', url: 'https://soup.example' })).toBe('Soup\nhttps://soup.example');
	expect(sharedText({ ...none, url: 'https://soup.example' })).toBe('https://soup.example');
	expect(sharedText(none)).toBe('');
});

test('an address that already ends the text is not repeated', () => {
	const url = 'https://soup.example/1';
	expect(sharedText({ ...none, text: `Try this: ${url}`, url })).toBe(`Try this: ${url}`);
	expect(sharedText({ ...none, text: `${url} `, url })).toBe(url);
	expect(sharedText({ ...none, text: `${url} is good`, url })).toBe(`${url} is good\n${url}`);
});
