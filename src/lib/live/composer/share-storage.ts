/**
 * What was shared, for a reload of its page, which has nothing of a posted form. Of one tab and one person. Apart from
 * browser-storage.ts: a room's page would load that as a file of its own.
 */
import type { AttachedFile } from '../../chat/files/file.ts';

export interface KeptShare {
	/** As it was changed. */
	text: string;
	/** Uploaded, and attached to nothing. */
	files: AttachedFile[];
}

const keyOf = (person: string) => `parley:share::${person}`;

export function keepShare(person: string, share: KeptShare): void {
	if (!share.text && share.files.length === 0) return forgetShare(person);
	try {
		sessionStorage.setItem(keyOf(person), JSON.stringify(share));
	} catch {
		// without storage, or beyond its size, a reload forgets the share; what is there is older
		forgetShare(person);
	}
}

/** Undefined if nothing is kept. */
export function readShare(person: string): KeptShare | undefined {
	try {
		const { text, files } = JSON.parse(sessionStorage.getItem(keyOf(person)) ?? '') as Partial<KeptShare>;
		return typeof text === 'string' && Array.isArray(files) ? { text, files } : undefined;
	} catch {
		return undefined;
	}
}

/** Of a share that a room's page has taken. */
export function forgetShare(person: string): void {
	try {
		sessionStorage.removeItem(keyOf(person));
	} catch {
		// without storage, nothing is kept
	}
}
