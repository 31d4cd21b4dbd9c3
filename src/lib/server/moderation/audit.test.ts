import { beforeEach, expect, test, vi } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { StoreUnavailable, type Hpkv } from '../../../hpkv/port.ts';
import type { AuditLine } from '../../chat/moderation/audit.ts';
import { keys } from '../../chat/storage/keys.ts';
import { Audit, csvHead, csvLine, exportAudit, readAudit, type Operator } from './audit.ts';
import { sweepAudit } from './retention.ts';

const ada: Operator = { id: 'ada', name: 'Ada', address: '192.0.2.1' };
const eve = { id: 'eve', name: 'Eve' };

let store: Hpkv;
let now: number;
const failed = vi.fn();
const entered = vi.fn();
let audit: Audit;
beforeEach(() => {
	store = memoryStore();
	now = Date.UTC(2026, 10, 28);
	failed.mockReset();
	entered.mockReset();
	audit = new Audit(store, { clock: () => now++, entered, failed });
});

const lines = async () => (await readAudit(store, undefined, 100)).lines;

test('an act is entered before it is done, and its outcome after it', async () => {
	let before: AuditLine[] = [];
	const result = await audit.during(ada, { act: 'block', person: eve }, async () => {
		before = await lines();
		return 'blocked';
	});
	expect(result).toBe('blocked');
	const entry = { by: 'ada', byName: 'Ada', act: 'block', person: 'eve', personName: 'Eve', address: '192.0.2.1' };
	expect(before).toEqual([expect.objectContaining(entry)]);
	expect(before[0]).not.toHaveProperty('outcome');
	expect(await lines()).toEqual([
		expect.objectContaining({ ...entry, outcome: expect.objectContaining({ outcome: 'done' }) as object })
	]);
});

test('an act that throws stays without an outcome, and one that is refused says so', async () => {
	const died = audit.during(ada, { act: 'block', person: eve }, () => Promise.reject(new Error('died')));
	await expect(died).rejects.toThrow('died');
	await audit.during(
		ada,
		{ act: 'role' },
		() => Promise.resolve(false),
		(ok) => (ok ? 'done' : 'refused')
	);
	expect((await lines()).map(({ act, outcome }) => [act, outcome?.outcome])).toEqual([
		['role', 'refused'],
		['block', undefined]
	]);
});

test('an act is done where the log cannot be written, and the process’s log is told', async () => {
	const full: Hpkv = { ...store, set: () => Promise.reject(new StoreUnavailable('the disk is full')) };
	const audited = new Audit(full, { clock: () => now, entered, failed });
	const act = vi.fn(() => Promise.resolve('done'));
	expect(await audited.during(ada, { act: 'block', person: eve }, act)).toBe('done');
	expect(act).toHaveBeenCalledOnce();
	expect(entered).toHaveBeenCalledWith(expect.objectContaining({ act: 'block', person: 'eve' }));
	expect(failed).toHaveBeenCalledTimes(2);
});

test('pages hold each entry once, newest first, wherever they are cut', async () => {
	for (let n = 0; n < 25; n++) {
		const entry = await audit.asks(ada, { act: 'archive', detail: String(n) });
		if (n % 3 > 0) await audit.ended(entry, 'done');
	}
	for (const most of [1, 2, 3, 7, 25, 100]) {
		const details: (string | undefined)[] = [];
		for (let after: string | undefined; ;) {
			const page = await readAudit(store, after, most);
			expect(page.lines.length).toBeLessThanOrEqual(most);
			for (const { detail, outcome } of page.lines) {
				details.push(detail);
				expect(outcome !== undefined).toBe(Number(detail) % 3 > 0);
			}
			if (page.next === undefined) break;
			after = page.next;
		}
		expect(details).toEqual(Array.from({ length: 25 }, (_, i) => String(24 - i)));
	}
	expect((await readAudit(store, '../etc', 3)).lines).toHaveLength(3);
});

test('the export holds all entries, and a spreadsheet runs no name', async () => {
	for (let n = 0; n < 1_200; n++) {
		await audit.ended(await audit.asks(ada, { act: 'block', person: { id: 'x', name: '=1+1,"x"' } }), 'done');
	}
	const all: AuditLine[] = [];
	for await (const part of exportAudit(store)) all.push(...part);
	expect(new Set(all.map(({ id }) => id)).size).toBe(1_200);
	expect(all.every(({ outcome }) => outcome?.outcome === 'done')).toBe(true);
	expect(csvHead()).toMatch(/^time,act,outcome,by/);
	expect(csvLine(all[0]!)).toContain(`,block,done,Ada,ada,"'=1+1,""x""",x,`);
});

test('entries are kept a year', async () => {
	await audit.ended(await audit.asks(ada, { act: 'block', person: eve }), 'done');
	const later = now + 364 * 86_400_000;
	expect(await sweepAudit(store, later)).toBe(0);
	now = later;
	await audit.asks(ada, { act: 'unblock', person: eve });
	expect(await sweepAudit(store, later + 2 * 86_400_000)).toBe(2);
	expect((await lines()).map(({ act }) => act)).toEqual(['unblock']);
	expect((await store.range(keys.audits.start, keys.audits.end)).records).toHaveLength(1);
});
