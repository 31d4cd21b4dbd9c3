/** The files that records name, for backups, copies and checks. */
import type { Hpkv, StoredRecord } from '../../../../hpkv/port.ts';
import { idOf, keys } from '../../../chat/storage/keys.ts';
import { parsed } from '../../storage/parse-json.ts';
import { RANGE_LIMIT } from '../../storage/ranges.ts';
import { FileRecord } from '../file-records.ts';

/** A store, or the file of a backup. */
export type Records = Pick<Hpkv, 'get' | 'range'>;

/** @param unreadable called with the id of each record that cannot be read */
export async function* listFiles(
	records: Records,
	unreadable: (id: string) => void = () => undefined
): AsyncGenerator<FileRecord> {
	const { start, end } = keys.files;
	for (let from = start; ;) {
		const { records: part, truncated } = await records.range(from, end, RANGE_LIMIT);
		for (const { key, value } of part) {
			const record = parsed(FileRecord, value);
			if (record) yield record;
			else unreadable(idOf(key));
		}
		const last: StoredRecord | undefined = part.at(-1);
		if (!truncated || !last) return;
		from = `${last.key}\0`;
	}
}

/** Whether a file has been erased since its record was listed. */
export const isErased = async (records: Pick<Records, 'get'>, { id }: FileRecord): Promise<boolean> =>
	(await records.get(keys.file(id))) === undefined;
