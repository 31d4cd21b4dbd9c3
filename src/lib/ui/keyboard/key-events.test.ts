import { expect, test } from 'vitest';
import { isAlone, meaning } from './key-events.ts';

const pressed = (key: string, more: object = {}, inside?: string) =>
	isAlone({
		key,
		target: { closest: (selector: string) => (inside && selector.includes(inside) ? {} : null) },
		...more
	} as unknown as KeyboardEvent);

test.each(['?', 'j', 'k', 'r', 'e', '+', 'n', 'End', 'Escape', 'ArrowUp', 'ArrowDown'])(
	'%s is a shortcut when pressed alone',
	(key) => {
		expect(pressed(key)).toBe(true);
	}
);

test('signs and capitals may need Shift; named keys with Shift are no shortcuts, because they select', () => {
	expect(pressed('?', { shiftKey: true })).toBe(true);
	expect(pressed('U', { shiftKey: true })).toBe(true);
	expect(pressed('End', { shiftKey: true })).toBe(false);
});

test.each(['input', 'textarea', 'select', 'contenteditable'])('no shortcut works in a %s, except Escape', (kind) => {
	expect(pressed('j', {}, kind)).toBe(false);
	expect(pressed('?', {}, kind)).toBe(false);
	expect(pressed('Escape', {}, kind)).toBe(true);
});

test.each(['ctrlKey', 'metaKey', 'altKey', 'isComposing', 'defaultPrevented'])('no shortcut works with %s', (held) => {
	expect(pressed('j', { [held]: true })).toBe(false);
	expect(pressed('Escape', { [held]: true })).toBe(false);
});

test('no shortcut works while an input method composes, also where only keyCode 229 reports it', () => {
	expect(pressed('Escape', { keyCode: 229 })).toBe(false);
});

test('a letter of another script counts as the key at its place; every other key counts as itself', () => {
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
