import { expect, test } from 'vitest';
import { menuTop } from './menu-placement.ts';

const top = (row: number, menu = 300, view = 600) => menuTop({ row, button: 28, menu, view });

test('a menu is below its button, or above its message where the view ends', () => {
	expect(top(100)).toBe(28);
	expect(top(272)).toBe(28);
	expect(top(301)).toBe(-300);
	expect(top(560)).toBe(-300);
});

test('a menu with no room above or below stays in view, as close to its button as it can', () => {
	// From 100 to 400 of 400.
	expect(150 + top(150, 300, 400)).toBe(100);
	// A message whose top is scrolled out.
	expect(-500 + top(-500)).toBe(0);
	// Higher than the view: its beginning is in view.
	expect(150 + top(150, 900)).toBe(0);
});
