import { expect, test } from 'vitest';
import { isTypist, typingText } from './typing.ts';

test('typists are named, up to two', () => {
	expect(typingText([])).toBe('');
	expect(typingText(['Ada'])).toBe('Ada is typing…');
	expect(typingText(['Ada', 'Grace'])).toBe('Ada and Grace are typing…');
	expect(typingText(['Ada', 'Grace', 'Lin'])).toBe('3 people are typing…');
});

test('values that are no typist are refused', () => {
	expect(isTypist({ person: 'ada', name: 'Ada', at: 1 })).toBe(true);
	for (const other of [undefined, null, 7, [], {}, { person: 'ada', name: 'Ada' }, { person: 1, name: 'Ada', at: 1 }]) {
		expect(isTypist(other), JSON.stringify(other)).toBe(false);
	}
});
