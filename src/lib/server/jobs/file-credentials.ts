/** Files sessions and links of earlier versions under their people, once per store. One that ends meanwhile leaves a hidden listing. */
import type { Hpkv, StoredRecord } from '../../../hpkv/port.ts';
import { Session, SignIn } from '../../chat/people/person.ts';
import { idOf, keys, type KeyRange } from '../../chat/storage/keys.ts';
import { listLink } from '../credentials/sign-in-links.ts';
import { parsed } from '../storage/parse-json.ts';

export async function fileEarlierCredentials(store: Hpkv): Promise<void> {
	if ((await store.get(keys.credentialsFiled)) !== undefined) return;
	await each(store, keys.sessions, async ({ key, value }) => {
		const session = parsed(Session, value);
		if (!session) return;
		// Merged: the listing of a session that is in use meanwhile keeps its device.
		const { createdAt } = session;
		await store.patch(keys.sessionOf(session.person, idOf(key)), JSON.stringify({ createdAt }));
	});
	await each(store, keys.signIns, async ({ key, value }) => {
		const link = parsed(SignIn, value);
		if (link) await listLink(store, idOf(key), link);
	});
	await store.set(keys.credentialsFiled, 'true');
}

async function each(store: Hpkv, { start, end }: KeyRange, file: (record: StoredRecord) => Promise<void>) {
	for (let from = start; ;) {
		const { records, truncated } = await store.range(from, end, 1_000);
		for (const record of records) await file(record);
		const last = records.at(-1);
		if (!truncated || !last) return;
		from = `${last.key}\0`;
	}
}
