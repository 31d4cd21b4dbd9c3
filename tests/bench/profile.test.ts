import { expect, test } from 'vitest';
import { areasOf, topOf } from './profile.ts';

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

test('the areas are whose code it was', () => {
	const nodes = [
		node(1, 'respond', 'file:///build/server/chunks/index.js-DY6Be923.js'),
		node(2, 'post', 'file:///build/server/chunks/posting.js-Cve50yOU.js'),
		node(3, 'exec', ''),
		node(4, 'writev', ''),
		node(5, 'emit', 'node:events'),
		node(6, 'startProfile', 'node:inspector')
	];
	const samples = [1, 2, 3, 4, 5, 6];
	const spent = areasOf({ nodes, samples, timeDeltas: [10, 20, 30, 15, 25, 900], startTime: 0, endTime: 1_000 });
	expect(spent).toEqual([
		{ what: 'Node: HTTP, streams and sockets', part: 0.4 },
		{ what: 'SQLite’s commits, which wait for the disk', part: 0.3 },
		{ what: 'Parley and its store', part: 0.2 },
		{ what: 'SvelteKit', part: 0.1 }
	]);
});
