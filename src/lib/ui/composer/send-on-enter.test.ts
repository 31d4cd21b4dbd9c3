import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sendsByEnter } from './send-on-enter.ts';

let pointer: 'fine' | 'coarse';
beforeEach(() => {
	pointer = 'fine';
	vi.stubGlobal('matchMedia', (query: string) => ({ matches: query === `(pointer: ${pointer})` }));
});
afterEach(() => vi.unstubAllGlobals());

const pressed = (more: Partial<KeyboardEvent> = {}) => ({ key: 'Enter', keyCode: 13, ...more }) as KeyboardEvent;

test('Enter with a mouse sends', () => {
	expect(sendsByEnter(pressed())).toBe(true);
});

test('Enter on touch breaks the line, where no key is sure to be Shift', () => {
	pointer = 'coarse';
	expect(sendsByEnter(pressed())).toBe(false);
});

test('Shift or Alt with Enter breaks the line', () => {
	expect(sendsByEnter(pressed({ shiftKey: true }))).toBe(false);
	expect(sendsByEnter(pressed({ altKey: true }))).toBe(false);
});

test.each(['fine', 'coarse'] as const)('Ctrl or Cmd with Enter sends, also with a %s pointer', (kind) => {
	pointer = kind;
	expect(sendsByEnter(pressed({ ctrlKey: true }))).toBe(true);
	expect(sendsByEnter(pressed({ metaKey: true, shiftKey: true }))).toBe(true);
});

test('Enter that ends a composition sends nothing, whichever way the browser reports it', () => {
	expect(sendsByEnter(pressed({ isComposing: true }))).toBe(false);
	expect(sendsByEnter(pressed({ isComposing: true, ctrlKey: true }))).toBe(false);
	expect(sendsByEnter(pressed({ keyCode: 229 }))).toBe(false);
});

test('other keys send nothing', () => {
	expect(sendsByEnter(pressed({ key: 'a' }))).toBe(false);
	expect(sendsByEnter(pressed({ key: 'a', ctrlKey: true }))).toBe(false);
});
