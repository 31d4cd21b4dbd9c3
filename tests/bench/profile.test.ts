import { expect, test } from 'vitest';
import { topOf } from './profile.ts';

const node = (id: number, functionName: string, url = 'file:///build/server/index.js') => ({
	id,
	callFrame: { functionName, url, scriptId: '1', lineNumber: 9, columnNumber: 0 }
});

test('the list has the time that was spent in each function itself, most first, and no idle time', () => {
	const nodes = [node(1, '(root)', ''), node(2, 'send'), node(3, 'render'), node(4, '(idle)', '')];
	const spent = topOf(
		{ nodes, samples: [2, 3, 4, 3, 1], timeDeltas: [100, 200, 5_000, 100, 50], startTime: 0, endTime: 6_000 },
		10
	);
	expect(spent).toEqual([
		{ what: 'render (index.js:10)', part: 0.75 },
		{ what: 'send (index.js:10)', part: 0.25 }
	]);
});
