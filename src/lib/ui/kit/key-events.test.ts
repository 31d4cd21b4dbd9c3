import { expect, test } from 'vitest';
import { isAlone, meaning } from './key-events.ts';

const pressed = (key: string, more: object = {}, inside?: string) =>
	isAlone({
		key,
		target: { closest: (selector: string) => (inside && selector.includes(inside) ? {} : null) },
		...more
	} as unknown as KeyboardEvent);

test.each(['?', 'j', 'k', 'r', 'e', '+', 'n', 'End', 'Escape', 'ArrowUp', 'ArrowDown'])(
	'%s means what it does',
	(key) => {
		expect(pressed(key)).toBe(true);
	}
);

test('signs and capitals may need Shift, keys with a name may not have it: they select', () => {
	expect(pressed('?', { shiftKey: true })).toBe(true);
	expect(pressed('U', { shiftKey: true })).toBe(true);
	expect(pressed('End', { shiftKey: true })).toBe(false);
});

test.each(['input', 'textarea', 'select', 'contenteditable'])('none fires in a %s, but for the way out', (kind) => {
	expect(pressed('j', {}, kind)).toBe(false);
	expect(pressed('?', {}, kind)).toBe(false);
	expect(pressed('Escape', {}, kind)).toBe(true);
});

test.each(['ctrlKey', 'metaKey', 'altKey', 'isComposing', 'defaultPrevented'])('none fires with %s', (held) => {
	expect(pressed('j', { [held]: true })).toBe(false);
	expect(pressed('Escape', { [held]: true })).toBe(false);
});

test('none fires while an input method composes, also where it says so by a number only', () => {
	expect(pressed('Escape', { keyCode: 229 })).toBe(false);
});

test('a letter of another script is the key in its place; every other key is what it says', () => {
	const means = (key: string, code: string, shiftKey = false) => meaning({ key, code, shiftKey } as KeyboardEvent);
	expect(means('о', 'KeyJ')).toBe('j');
	expect(means('Г', 'KeyU', true)).toBe('U');
	expect(means('a', 'KeyQ')).toBe('a');
	expect(means('U', 'KeyU')).toBe('u');
	expect(means('u', 'KeyU', true)).toBe('U');
	expect(means('?', 'Digit7', true)).toBe('?');
	expect(means('ö', 'Semicolon')).toBe('ö');
	expect(means('ArrowUp', 'ArrowUp')).toBe('ArrowUp');
});
