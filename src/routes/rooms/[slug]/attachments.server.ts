/** The files of a send's form: ids of uploads, and what became of files that the form brought itself. */
import { MAX_ALT, MAX_FILES } from '$lib/chat/limits.ts';
import type { AttachedFile } from '$lib/chat/files/file.ts';
import { altField, FILE_FIELD } from '$lib/chat/files/form-fields.ts';
import { trimmed } from '$lib/chat/messages/draft.ts';
import { messageRefusals } from '$lib/chat/text/error-texts.ts';
import { fileRefusal, isFileRefusal } from '$lib/chat/text/file-texts.ts';
import type { Wanted } from '$lib/server/files/attach.ts';
import { readOwnFiles } from '$lib/server/files/file-records.ts';
import { REFUSED_FIELD } from '$lib/server/files/form-with-files.ts';
import type { Visitor } from '$lib/server/people/visitor.ts';
import { unlessStoreAway } from '$lib/server/runtime/store-away.ts';
import { store, uploads } from '$lib/server/services.ts';

export interface Attachments {
	wanted: Wanted[];
	/** Those that are there: a refusal returns them. */
	kept: AttachedFile[];
	/** Why one of them was not taken, in a sentence. */
	refusal?: string;
}

export async function attachmentsIn(form: FormData, visitor: Visitor): Promise<Attachments> {
	const ids = [...new Set(form.getAll(FILE_FIELD).filter((id) => typeof id === 'string'))];
	const [refused] = form.getAll(REFUSED_FIELD);
	if (ids.length === 0 && refused === undefined) return { wanted: [], kept: [] };
	const wanted = ids.slice(0, MAX_FILES).map((id): Wanted => {
		const alt = form.get(altField(id));
		const text = typeof alt === 'string' ? Array.from(trimmed(alt)).slice(0, MAX_ALT).join('') : '';
		return { id, ...(text && { alt: text }) };
	});
	const found = await unlessStoreAway(
		async () => readOwnFiles(store, await visitor.person(), wanted),
		() => []
	);
	const refusal = typeof refused === 'string' ? sentenceOf(refused) : undefined;
	return { wanted, kept: found, refusal: ids.length > MAX_FILES ? messageRefusals['too-many-files'] : refusal };
}

function sentenceOf(refused: string): string {
	const [because = '', ...name] = refused.split(':');
	const facts = { most: uploads.limits.sizes.most, name: name.join(':').slice(0, 200) };
	return fileRefusal(isFileRefusal(because) ? because : 'cut', facts);
}
