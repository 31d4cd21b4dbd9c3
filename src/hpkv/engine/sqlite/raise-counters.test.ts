import { expect, test } from 'vitest';
import { raisedCounters } from './raise-counters.ts';

const raised = (records: Record<string, string>) =>
	Object.fromEntries(raisedCounters(Object.entries(records).map(([key, value]) => ({ key, value }))));

test('a counter behind its records is raised to the highest of them', () => {
	expect(
		raised({
			'message:kitchen:000000000007': '{}',
			'message:kitchen:000000000012': '{}',
			'messages:kitchen': '9',
			'message:attic:000000000003': '{}',
			'messages:attic': '3',
			'messages:cellar': '5'
		})
	).toEqual({ 'messages:kitchen': '12' });
});

test('nothing is made a counter that is none', () => {
	expect(raised({ 'note:a:5': 'x', 'notes:a': 'ten', 'thing:b:9': 'x', 'message:7': 'x', messages: '1' })).toEqual({});
});
