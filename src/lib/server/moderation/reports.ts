/** Reports of messages. A person reports a message once: the first token of a claim says when, and whoever repeats it finishes it. */
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_REPORT_REASON } from '../../chat/limits.ts';
import { characters, clean } from '../../chat/messages/draft.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import { Report, type ReportRefusal } from '../../chat/moderation/report.ts';
import { keys } from '../../chat/storage/keys.ts';
import { isMessage, readShown } from '../messages/annotations.ts';
import { claim } from '../storage/claims.ts';
import { idFrom } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';

/** The message as it is shown now; undefined where it was deleted or never was. */
export async function readReportable(
	store: Hpkv,
	room: string,
	n: number
): Promise<ShownMessage | 'deleted' | undefined> {
	const [shown] = await readShown(store, room, n, n);
	if (!shown || !isMessage(shown)) return undefined;
	return shown.deleted ? 'deleted' : shown;
}

export async function readAuthor(
	store: Hpkv,
	room: string,
	n: number
): Promise<{ id: string; name: string } | undefined> {
	const [shown] = await readShown(store, room, n, n);
	return shown && isMessage(shown) ? { id: shown.person, name: shown.sender } : undefined;
}

export interface Reporting {
	room: string;
	n: number;
	by: { id: string; name: string };
	typed: string;
}

export type Reported = { ok: true } | { ok: false; because: ReportRefusal };

const Claimed = z.object({ at: z.number() });

export async function report(store: Hpkv, { room, n, by, typed }: Reporting, now: number): Promise<Reported> {
	const reason = clean(typed).trim();
	if (reason === '') return refused('empty');
	if (characters(reason) > MAX_REPORT_REASON) return refused('too-long');
	const message = await readReportable(store, room, n);
	if (!message) return refused('gone');
	if (message === 'deleted') return refused('deleted');
	const { at } = Claimed.parse(await claim(store, keys.reported(room, n, by.id), { at: now }));
	const id = idFrom(`report ${room} ${n} ${by.id}`).slice(0, 13);
	const key = keys.report(at, id);
	if ((await store.get(key)) !== undefined) return refused('already');
	const record: Report = {
		...{ id, at, by: by.id, byName: by.name, reason, room, n },
		...{ author: message.person, authorName: message.sender, sentAt: message.timestamp, text: message.message }
	};
	await store.set(key, fitted(record, store.maxValueBytes - END_BYTES));
	return { ok: true };
}

const refused = (because: ReportRefusal): Reported => ({ ok: false, because });

/** Room for what is merged when the report is done. */
const END_BYTES = 100;

/** A message that fills a record leaves no room for the reason: its copy is shortened. */
function fitted(record: Report, bytes: number): string {
	const whole = JSON.stringify(record);
	if (Buffer.byteLength(whole) <= bytes) return whole;
	const points = Array.from(record.text);
	for (let length = points.length >> 1; ; length >>= 1) {
		const cut: Report = { ...record, text: points.slice(0, length).join(''), cut: true };
		const text = JSON.stringify(cut);
		if (Buffer.byteLength(text) <= bytes || length === 0) return text;
	}
}

export interface ReportPage {
	reports: Report[];
	/** Where the next page begins; undefined on the last. */
	next?: string;
}

const CURSOR = /^\d{13}:[a-z2-7]{13}$/;

/** Newest first. @param after the `next` of the page before */
export async function readReports(store: Hpkv, after: string | undefined, most: number): Promise<ReportPage> {
	const { start, end } =
		after !== undefined && CURSOR.test(after) ? keys.reportsBelow(`${keys.reports.start}${after}`) : keys.reports;
	const { records, truncated } = await store.range(start, end, most);
	const reports = records.flatMap(({ value }) => parsed(Report, value) ?? []);
	const last = records.at(-1);
	return truncated && last ? { reports, next: last.key.slice(keys.reports.start.length) } : { reports };
}

export async function readReport(store: Hpkv, at: number, id: string): Promise<Report | undefined> {
	return parsed(Report, await store.get(keys.report(at, id)));
}

export async function closeReport(store: Hpkv, { at, id }: Report, by: string, now: number): Promise<void> {
	await store.patch(keys.report(at, id), JSON.stringify({ doneAt: now, doneBy: by }));
}
