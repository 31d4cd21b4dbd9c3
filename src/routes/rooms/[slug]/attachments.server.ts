/** The files of a send's form: ids of uploads, and what became of files that the form brought itself. */
import { MAX_ALT, MAX_FILES } from '$lib/chat/limits.ts';
import type { AttachedFile } from '$lib/chat/files/file.ts';
import { altField, FILE_FIELD } from '$lib/chat/files/form-fields.ts';
import { trimmed } from '$lib/chat/messages/draft.ts';
import { messageRefusals } from '$lib/chat/text/error-texts.ts';
import { ATTACH_ORIGINAL, fileRefusal, isFileRefusal, tooManyFiles } from '$lib/chat/text/file-texts.ts';
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
	/** Why files were not taken, in sentences. */
	refusal?: string;
}

export async function attachmentsIn(form: FormData, visitor: Visitor): Promise<Attachments> {
	const ids = [...new Set(form.getAll(FILE_FIELD).filter((id) => typeof id === 'string'))];
	const refused = form.getAll(REFUSED_FIELD).filter((each) => typeof each === 'string');
	if (ids.length === 0 && refused.length === 0) return { wanted: [], kept: [] };
	const wanted = ids.slice(0, MAX_FILES).map((id): Wanted => {
		const alt = form.get(altField(id));
		const text = typeof alt === 'string' ? Array.from(trimmed(alt)).slice(0, MAX_ALT).join('') : '';
		return { id, ...(text && { alt: text }) };
	});
	const found = await unlessStoreAway(
		async () => readOwnFiles(store, await visitor.person(), wanted),
		() => []
	);
	const refusal = refusalOf(refused);
	return { wanted, kept: found, refusal: ids.length > MAX_FILES ? messageRefusals['too-many-files'] : refusal };
}

/** A sentence for each file; one for those beyond the number that a message can have. */
function refusalOf(refused: readonly string[]): string | undefined {
	const files = refused.map((each) => {
		const [because = '', ...name] = each.split(':');
		return { because: isFileRefusal(because) ? because : 'cut', name: name.join(':').slice(0, 200) };
	});
	const [tooMany, others] = partition(files, ({ because }) => because === 'too-many');
	const sentences = others
		.slice(0, MAX_FILES)
		.map(({ because, name }) => fileRefusal(because, { most: uploads.limits.sizes.most, name }));
	if (others.some(({ because }) => because === 'damaged-picture')) sentences.push(ATTACH_ORIGINAL);
	if (tooMany.length > 0) sentences.push(tooManyFiles(tooMany.map(({ name }) => name)));
	return sentences.length > 0 ? [...new Set(sentences)].join(' ') : undefined;
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
	return [all.filter((one) => isFirst(one)), all.filter((one) => !isFirst(one))];
}
