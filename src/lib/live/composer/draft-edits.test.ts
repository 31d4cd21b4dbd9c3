import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backToNode } from '../../../../tests/fixtures/browser.ts';
import { MAX_KEPT_EDITS } from '../../chat/limits.ts';
import { keptEdit } from './draft-edits.ts';

// Like a browser's storage, its keys are its own properties.
beforeEach(() => {
	const methods = {
		getItem(this: Record<string, string>, key: string) {
			return this[key] ?? null;
		},
		setItem(this: Record<string, string>, key: string, value: string) {
			this[key] = value;
		},
		removeItem(this: Record<string, string>, key: string) {
			delete this[key];
		}
	};
	vi.stubGlobal('localStorage', Object.create(methods));
});
afterEach(backToNode);

test('an edit is kept for its message and person alone, until it is dropped', () => {
	const edit = keptEdit('kitchen', 'ada', 1);
	expect(edit.read()).toBeUndefined();
	edit.write('Tea is');
	expect(keptEdit('kitchen', 'ada', 1).read()).toBe('Tea is');
	for (const [room, person, n] of [
		['kitchen', 'ada', 12],
		['kitchen', 'grace', 1],
		['attic', 'ada', 1]
	] as const) {
		expect(keptEdit(room, person, n).read()).toBeUndefined();
	}
	edit.drop();
	expect(edit.read()).toBeUndefined();
});

test('edits are kept up to a limit; the one not written in for longest is dropped first', () => {
	vi.useFakeTimers();
	for (let n = 1; n <= MAX_KEPT_EDITS + 2; n++) {
		vi.advanceTimersByTime(1);
		keptEdit('kitchen', 'ada', n).write(`${n}`);
	}
	const kept = Array.from({ length: MAX_KEPT_EDITS + 2 }, (_, i) => keptEdit('kitchen', 'ada', i + 1).read());
	expect(kept.slice(0, 3)).toEqual([undefined, undefined, '3']);
	expect(kept.at(-1)).toBe(String(MAX_KEPT_EDITS + 2));
});
