/**
 * The operators' log. An act is entered before it is done ("asks to"), its outcome after it: no act is without an entry,
 * and no entry accuses anybody of an act that failed. Acts do not depend on the log: on a full disk an operator can
 * still block, and the process's log says what could not be entered.
 */
import { AuditEntry, AuditOutcome, type AuditedAct, type AuditLine } from '../../chat/moderation/audit.ts';
import { MAX_EXPORTED_ENTRIES } from '../../chat/limits.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Hpkv, StoredRecord } from '../../../hpkv/port.ts';
import { randomId } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';

export interface Operator {
	id: string;
	name: string;
	address: string;
}

export interface Audited {
	act: AuditedAct;
	person?: { id: string; name: string };
	room?: string;
	n?: number;
	detail?: string;
}

export interface EntryId {
	at: number;
	id: string;
}

export interface AuditOptions {
	clock: () => number;
	entered: (entry: AuditEntry) => void;
	/** Called where an entry or its outcome could not be written. */
	failed: (error: unknown, act: AuditedAct | 'outcome', id: string) => void;
}

export class Audit {
	readonly #store: Hpkv;
	readonly #options: AuditOptions;

	constructor(store: Hpkv, options: AuditOptions) {
		this.#store = store;
		this.#options = options;
	}

	/** @param outcome what became of the act; done if absent */
	async during<Result>(
		by: Operator,
		what: Audited,
		act: () => Promise<Result>,
		outcome: (result: Result) => AuditOutcome['outcome'] = () => 'done'
	): Promise<Result> {
		const entry = await this.asks(by, what);
		const result = await act();
		await this.ended(entry, outcome(result));
		return result;
	}

	async asks(by: Operator, { act, person, room, n, detail }: Audited): Promise<EntryId> {
		const { clock, entered, failed } = this.#options;
		const id = randomId().slice(0, 13);
		const entry: AuditEntry = {
			...{ id, at: clock(), by: by.id, byName: by.name, act },
			...{ person: person?.id, personName: person?.name, room, n, detail, address: by.address }
		};
		entered(entry);
		await this.#store
			.set(keys.audit(entry.at, id), JSON.stringify(entry))
			.catch((error: unknown) => failed(error, act, id));
		return { at: entry.at, id };
	}

	async ended({ at, id }: EntryId, outcome: AuditOutcome['outcome'], detail?: string): Promise<void> {
		const { clock, failed } = this.#options;
		const record: AuditOutcome = { at: clock(), outcome, detail };
		await this.#store
			.set(keys.auditOutcome(at, id), JSON.stringify(record))
			.catch((error: unknown) => failed(error, 'outcome', id));
	}
}

export interface AuditPage {
	lines: AuditLine[];
	/** Where the next page begins; undefined on the last. */
	next?: string;
}

const CURSOR = /^\d{13}:[a-z2-7]{1,26}$/;

export async function readAudit(store: Hpkv, after: string | undefined, most: number): Promise<AuditPage> {
	const { start, end } =
		after !== undefined && CURSOR.test(after) ? keys.auditsBelow(`${keys.audits.start}${after}`) : keys.audits;
	// An entry and its outcome are two records. One entry more tells whether there is another page.
	const { records } = await store.range(start, end, 2 * (most + 1));
	const lines = linesIn(records);
	if (lines.length <= most) return { lines };
	const last = lines[most - 1]!;
	return { lines: lines.slice(0, most), next: keys.audit(last.at, last.id).slice(keys.audits.start.length) };
}

/** All entries, newest first, read as they are taken. */
export async function* exportAudit(store: Hpkv): AsyncGenerator<AuditLine[]> {
	let exported = 0;
	for (let after: string | undefined; exported < MAX_EXPORTED_ENTRIES;) {
		const { lines, next } = await readAudit(store, after, AT_ONCE);
		exported += lines.length;
		yield lines;
		if (next === undefined) return;
		after = next;
	}
}

/** Records of two entries a line fit into one range. */
const AT_ONCE = 499;

/** A damaged entry is left out. */
function linesIn(records: readonly StoredRecord[]): AuditLine[] {
	const lines: AuditLine[] = [];
	for (const { key, value } of records) {
		const entry = parsed(AuditEntry, value);
		if (entry) lines.push(entry);
		const last = lines.at(-1);
		if (!entry && last && key === keys.auditOutcome(last.at, last.id)) last.outcome = parsed(AuditOutcome, value);
	}
	return lines;
}

const COLUMNS = [
	...['time', 'act', 'outcome', 'by', 'by id', 'person', 'person id', 'room id', 'message', 'detail', 'address']
] as const;

export const csvHead = () => csvRow(COLUMNS);

export const csvLine = ({ at, act, outcome, by, byName, person, personName, room, n, detail, address }: AuditLine) =>
	csvRow([
		new Date(at).toISOString(),
		...[act, outcome?.outcome ?? 'asked', byName, by, personName, person, room, n],
		[detail, outcome?.detail].filter(Boolean).join('; '),
		address
	]);

const csvRow = (cells: readonly (string | number | undefined)[]) => `${cells.map(csvCell).join(',')}\r\n`;

/** A spreadsheet would run a cell that begins like a formula: people choose their names. */
function csvCell(value: string | number | undefined): string {
	const text = String(value ?? '');
	const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
