import { expect, test } from 'vitest';
import { measuredSection, withSection } from './readme.ts';
import { recordOf } from './record.ts';
import { full } from './scale.ts';

const deliveries = {
	what: 'one room: deliveries',
	a: { name: 'product', rounds: [80, 8, 80], unit: '/s' },
	b: { name: 'Socket.IO', rounds: [10, 1, 10], unit: '/s' },
	goal: { atLeast: 8 }
};
const asked = (rows = [deliveries]) => recordOf(full, {}, [{ subject: 'fan-out', seconds: 1, rows }], []);

/** Where a line ends depends on the name of the machine's processor. */
const unwrapped = (section: string) => section.replaceAll('\n', ' ');

test('the section tells each goal with what it was held against, and where it was missed', () => {
	const missed = { ...deliveries, what: 'another room: deliveries', goal: { atLeast: 9 } };
	const section = measuredSection(asked([deliveries, missed]), ['fan-out']);
	expect(section).toContain('| one room: deliveries | product: 80 /s | Socket.IO: 10 /s | 8 | ≥ 8 | ok |');
	expect(section).toContain('| another room: deliveries | product: 80 /s | Socket.IO: 10 /s | 8 | ≥ 9 | **missed** |');
	expect(unwrapped(section)).toContain('1 of 2 goals are met');
	expect(section).toContain('srcset="tests/bench/results/fan-out-dark.svg"');
});

test('lines are at most 120 characters and say the same, however long the name of the processor is', () => {
	const record = asked();
	for (let length = 1; length < 120; length++) {
		const cpu = 'x'.repeat(length);
		const section = measuredSection({ ...record, machine: { ...record.machine, cpu } }, []);
		const sentence = section.slice(0, section.indexOf('\n\n'));
		expect(unwrapped(sentence)).toMatch(new RegExp(`cores of ${cpu}, .* All 1 goals are met[.]$`));
		for (const line of sentence.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
	}
});

test('what is only reported is not in the table', () => {
	expect(measuredSection(asked([{ ...deliveries, goal: undefined as never }]), [])).not.toContain('one room');
});

test('the section takes the place of the one before', () => {
	const readme = 'before\n\n<!-- measured: made by npm run bench -- full -->\nold\n<!-- /measured -->\n\nafter\n';
	const first = withSection(readme, 'first');
	expect(first).not.toContain('old');
	expect(withSection(first, 'second')).toBe(withSection(readme, 'second'));
	expect(() => withSection('nothing', 'first')).toThrow(/no lines/);
});
