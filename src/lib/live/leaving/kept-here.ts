/** What this browser alone keeps of a person. A sign-out removes it; before, the page names what is not sent. */
import { listed } from '../../chat/text/listed.ts';
import { browserFileStore, type FileStore } from '../files/file-store.ts';

export interface UnsentCounts {
	messages: number;
	/** Texts of messages and edits, and what was shared. */
	drafts: number;
	/** In trays, and of messages. */
	files: number;
}

type Files = Pick<FileStore, 'load' | 'remove'>;

interface Kept {
	kind: 'unsent' | 'draft' | 'edit' | 'reply' | 'tray' | 'share';
	remove: () => void;
}

/**
 * Keys are `parley:{kind}:{room}:{person}…`; the outbox has the person in its values, and a share has no room. See
 * room-storage, draft-edits, tray-id and share-storage.
 */
function kept(person: string): Kept[] {
	const found: Kept[] = [];
	for (const name of ['localStorage', 'sessionStorage'] as const) {
		try {
			const storage = globalThis[name];
			for (const key of Object.keys(storage)) {
				const [program, kind = '', , owner] = key.split(':');
				if (program !== 'parley' || !/^(?:unsent|draft|edit|reply|tray|share)$/.test(kind)) continue;
				if ((kind === 'unsent' ? personIn(storage.getItem(key)) : owner) !== person) continue;
				found.push({ kind: kind as Kept['kind'], remove: () => storage.removeItem(key) });
			}
		} catch {
			// without storage, nothing is kept
		}
	}
	return found;
}

function personIn(text: string | null): unknown {
	try {
		return (JSON.parse(text ?? '') as { person?: unknown }).person;
	} catch {
		return undefined;
	}
}

const filesOf = async (person: string, store: Files) =>
	(await store.load()).filter((file) => file.person === person).map(({ key }) => key);

/** Undefined if there is nothing. */
export async function unsentOf(person: string, store: Files = browserFileStore()): Promise<UnsentCounts | undefined> {
	const all = kept(person);
	const unsent = {
		messages: all.filter(({ kind }) => kind === 'unsent').length,
		drafts: all.filter(({ kind }) => /^(?:draft|edit|share)$/.test(kind)).length,
		files: (await filesOf(person, store)).length
	};
	return unsent.messages + unsent.drafts + unsent.files > 0 ? unsent : undefined;
}

export async function forgetPerson(person: string, store: Files = browserFileStore()): Promise<void> {
	for (const { remove } of kept(person)) remove();
	await store.remove(await filesOf(person, store));
}

export function unsentText({ messages, drafts, files }: UnsentCounts): string {
	const counts = [count(messages, 'message'), count(drafts, 'draft'), count(files, 'file')].filter(Boolean);
	return `Not sent: ${listed(counts)}. ${messages + drafts + files === 1 ? 'It is' : 'They are'} only in this browser, and removed from it when you sign out.`;
}

/** What is to be said before the person signs out. Undefined if nothing is, or `said` says it: other tabs are written in meanwhile. */
export async function unsaid(person: string, said: string, store?: Files): Promise<string | undefined> {
	const unsent = await unsentOf(person, store);
	const sentence = unsent && unsentText(unsent);
	return sentence === said ? undefined : sentence;
}

const count = (n: number, noun: string) => (n === 0 ? '' : `${n} ${noun}${n === 1 ? '' : 's'}`);
