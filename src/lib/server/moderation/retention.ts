import type { Hpkv } from '../../../hpkv/port.ts';
import { AUDIT_DAYS } from '../../chat/limits.ts';
import { Report } from '../../chat/moderation/report.ts';
import { keys, type KeyRange } from '../../chat/storage/keys.ts';
import { parsed } from '../storage/parse-json.ts';

const KEPT_MS = AUDIT_DAYS * 24 * 60 * 60 * 1_000;

export const sweepAudit = (store: Hpkv, now: number): Promise<number> =>
	sweep(store, keys.auditsBefore(now - KEPT_MS), () => undefined);

export const sweepReports = (store: Hpkv, now: number): Promise<number> =>
	sweep(store, keys.reportsBefore(now - KEPT_MS), (value) => {
		const report = parsed(Report, value);
		return report && keys.reported(report.room, report.n, report.by);
	});

/** @param claim a key that is deleted with the record */
async function sweep(store: Hpkv, range: KeyRange, claim: (value: string) => string | undefined): Promise<number> {
	for (let swept = 0; ;) {
		const { records, truncated } = await store.range(range.start, range.end, 100);
		for (const { key, value } of records) {
			await store.delete(key);
			const also = claim(value);
			if (also !== undefined) await store.delete(also);
		}
		swept += records.length;
		if (!truncated) return swept;
	}
}
