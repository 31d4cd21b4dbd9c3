import { expect, test } from 'vitest';
import { recordOf } from './record.ts';
import { full } from './scale.ts';

const measured = (subject: string, value: number) => ({
	subject,
	seconds: 1.4,
	rows: [
		{
			what: subject,
			a: { name: 'ours', rounds: [value], unit: '/s' },
			b: { name: 'theirs', rounds: [1], unit: '/s' },
			goal: { atLeast: 2 }
		}
	]
});

test('a subject that is measured again takes its old place, and the others are kept', () => {
	const before = recordOf(full, {}, [measured('idle', 1), measured('fan-out', 1)], []);
	const after = recordOf(full, {}, [measured('idle', 3), measured('paced', 3)], [], before);
	expect(after.subjects.map(({ subject, rows }) => [subject, rows[0]?.ratio.median, rows[0]?.verdict])).toEqual([
		['idle', 3, 'ok'],
		['fan-out', 1, 'missed'],
		['paced', 3, 'ok']
	]);
	expect(after.subjects[1]?.date).toBe(before.date);
});
