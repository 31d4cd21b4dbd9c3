import { expect, test } from 'vitest';
import { random } from '../../../../tests/fixtures/random.ts';
import { MemoryTable } from '../memory/memory-engine.ts';
import { RecentRecords } from './record-cache.ts';

/** A table that notes what it is asked. */
class NotingTable extends MemoryTable {
	asked: string[] = [];
	override get(key: string): string | undefined {
		this.asked.push(`get ${key}`);
		return super.get(key);
	}
	override put(key: string, value: string): void {
		this.asked.push(`put ${key}`);
		super.put(key, value);
	}
	override remove(key: string): boolean {
		this.asked.push(`remove ${key}`);
		return super.remove(key);
	}
}

function opened() {
	const table = new NotingTable();
	const records = new RecentRecords(table);
	const transaction = (work: () => void) => {
		records.begin();
		work();
		records.commit();
	};
	return { table, records, transaction, asked: () => table.asked.splice(0) };
}

test('what was asked for a moment ago is not asked for again, nor that nothing stands there', () => {
	const { records, table, asked } = opened();
	table.put('a', 'tea');
	asked();
	for (let times = 0; times < 3; times++) expect([records.get('a'), records.get('b')]).toEqual(['tea', undefined]);
	expect(asked()).toEqual(['get a', 'get b']);
});

test('what was written is known, and what was removed', () => {
	const { records, transaction, asked } = opened();
	transaction(() => records.put('a', 'tea'));
	expect(records.get('a')).toBe('tea');
	transaction(() => expect([records.remove('a'), records.remove('a')]).toEqual([true, false]));
	expect(records.get('a')).toBeUndefined();
	expect(asked()).toEqual(['put a', 'remove a']);
});

test('of a transaction the table gets what stands in its end', () => {
	const { records, table, transaction, asked } = opened();
	transaction(() => {
		for (let n = 1; n <= 12; n++) records.put('count', String(n));
		records.put('passing', 'x');
		records.remove('passing');
	});
	expect(asked()).toEqual(['put count', 'remove passing']);
	expect(table.range('a', 'z', 10).records).toEqual([{ key: 'count', value: '12' }]);
});

test('a range within a transaction finds what was written before it', () => {
	const { records, transaction } = opened();
	transaction(() => {
		records.put('a', 'tea');
		expect(records.range('a', 'z', 10).records).toEqual([{ key: 'a', value: 'tea' }]);
		records.remove('a');
		expect(records.range('a', 'z', 10).records).toEqual([]);
	});
});

test('after a rollback nothing is known of the transaction', () => {
	const { records, table, transaction } = opened();
	transaction(() => records.put('a', 'before'));
	records.begin();
	records.put('a', 'after');
	records.put('b', 'after');
	records.rollback();
	expect([records.get('a'), records.get('b')]).toEqual(['before', undefined]);
	transaction(() => records.put('c', 'x'));
	expect(table.range('a', 'z', 10).records.map(({ key }) => key)).toEqual(['a', 'c']);
});

test('a transaction may be longer than what is kept', () => {
	const { records, transaction } = opened();
	const long = 'x'.repeat(10_000);
	transaction(() => {
		for (let n = 0; n < 400; n++) records.put(`k${n}`, `${n} ${long}`);
		expect(records.get('k0')).toBe(`0 ${long}`);
	});
	expect(records.get('k1')).toBe(`1 ${long}`);
});

test('what nobody asks for is forgotten, what is asked for stays', () => {
	const { records, transaction, asked } = opened();
	transaction(() => {
		for (const key of ['wanted', 'unwanted']) records.put(key, 'x');
	});
	asked();
	// Three generations of a thousand characters each.
	for (let n = 0; n < 3_000; n++) {
		records.get(`${n}`.padStart(1_000, '0'));
		records.get('wanted');
	}
	expect(asked()).not.toContain('get wanted');
	records.get('unwanted');
	expect(asked()).toEqual(['get unwanted']);
});

test('it answers as a table without it would, whatever happens', () => {
	const { records } = opened();
	const plain = new MemoryTable();
	const below = random(1);
	const pick = <T>(from: readonly T[]) => from[below(from.length)]!;
	const keys = Array.from({ length: 12 }, (_, n) => `k${n}`);
	for (let turn = 0; turn < 400; turn++) {
		for (const table of [records, plain]) table.begin();
		for (let step = below(6); step > 0; step--) {
			const [key, value] = [pick(keys), String(turn)];
			const act = pick([
				(table: MemoryTable | RecentRecords) => table.put(key, value),
				(table: MemoryTable | RecentRecords) => table.remove(key),
				(table: MemoryTable | RecentRecords) => table.get(key),
				(table: MemoryTable | RecentRecords) => table.range('k0', 'k9', 5)
			]);
			expect(act(records)).toEqual(act(plain));
		}
		const end = below(4) === 0 ? 'rollback' : 'commit';
		for (const table of [records, plain]) table[end]();
	}
	for (const key of keys) expect(records.get(key)).toEqual(plain.get(key));
});
