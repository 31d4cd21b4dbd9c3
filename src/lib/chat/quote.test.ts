import { expect, test } from 'vitest';
import { quote } from './quote.ts';

const ada = (message: string, sender = 'Ada') => quote({ sender, message }, '/rooms/kitchen/12');

test('a reply begins with who said it, the way there, and what they said', () => {
	expect(ada('The soup is on.')).toBe('> [Ada](/rooms/kitchen/12): The soup is on.\n\n');
});

test('every line is quoted, empty ones too', () => {
	expect(ada('Soup:\n\n- leek\n- potato')).toBe('> [Ada](/rooms/kitchen/12): Soup:\n> \n> - leek\n> - potato\n\n');
});

test('what the message quotes itself is left out, unless it says nothing else', () => {
	expect(ada('> [Grace](/rooms/kitchen/11): Soup?\n\nYes.')).toBe('> [Ada](/rooms/kitchen/12): Yes.\n\n');
	expect(ada('> to be')).toBe('> [Ada](/rooms/kitchen/12): > to be\n\n');
});

test('a long message is cut by lines and by characters, and no character is cut', () => {
	expect(ada('a\nb\nc\nd\ne\nf')).toBe('> [Ada](/rooms/kitchen/12): a\n> b\n> c\n> d\n> e …\n\n');
	expect(ada('🎉'.repeat(300))).toBe(`> [Ada](/rooms/kitchen/12): ${'🎉'.repeat(280)} …\n\n`);
});

test('a name with brackets does not end the link', () => {
	expect(ada('Hi', 'Ada [kitchen]')).toBe('> [Ada \\[kitchen\\]](/rooms/kitchen/12): Hi\n\n');
});
