import type { Hpkv } from '../../../hpkv/port.ts';
import { readSendTokens, writeSendToken, type SendToken } from '../../chat/storage/claim.ts';
import type { Change } from '../../chat/messages/change.ts';
import { LATE_AFTER } from '../../chat/reading/cursor.ts';
import type { AttachedFile } from '../../chat/files/file.ts';
import { keys } from '../../chat/storage/keys.ts';
import { StoredMessage, type ChatMessage } from '../../chat/messages/message.ts';
import { tombstone } from '../../chat/messages/message-view.ts';
import { attachFiles } from '../files/attach.ts';
import { listedFiles } from '../files/room-files.ts';
import { appendToken } from '../storage/claims.ts';
import { digest } from '../storage/ids.ts';
import { isDeleted } from './annotations.ts';
import type { CheckedCounters } from './checked-counters.ts';
import { isQueueFull } from '../runtime/store-away.ts';
import { parsed } from '../storage/parse-json.ts';

/** One send. `day` and `sendId` identify it: a retry has the same ones. */
export interface Send {
	room: string;
	person: string;
	sender: string;
	day: string;
	sendId: string;
	message: string;
	re?: number;
	/** The sender's own, as {@link checkFiles} gives them. */
	files?: readonly AttachedFile[];
}

export type Sent =
	{ ok: true; message: ChatMessage; repeated: boolean } | { ok: false; because: 'other-text' | 'file-used' };

export interface SendOptions {
	/** This process has not tried the send before: the claim is not read first. Another process may have: then a number is voided. */
	isFirstTry?: boolean;
	counters?: CheckedCounters;
	/** The caller checks for a deletion once more, behind the answer: enough where no other try can have stored the message. */
	isCheckedLater?: boolean;
}

/**
 * Milliseconds after its claim in which nobody else stores a message that only one try has claimed: a page repeats a send after
 * POST_TIMEOUT_MS, and somebody must then read and delete it.
 */
const ALONE_MS = 1_000;

/** By 100, 200, 400 …; then the send fails. */
const MAX_COUNTER_RAISES = 20;

/**
 * Stores a message exactly once, for any tries, processes and crashes: a later try finishes the work of an earlier one.
 *
 * 1. A try appends a token to the claim; the first valid one wins for ever and names the message's number. A token is
 * invalid if another record is at its number (after a restore, the counter can be behind the records).
 * 2. The record is built from the winning token: the same bytes for every writer.
 * 3. A lost number is voided, so that readers need not wait for it.
 *
 * tests/states/send.test.ts explores every interleaving and every crash.
 */
export async function send(
	store: Hpkv,
	draft: Send,
	clock: () => number,
	{ isFirstTry = false, counters, isCheckedLater = false }: SendOptions = {}
): Promise<Sent> {
	const { room } = draft;
	const claim = keys.sent(draft.day, room, draft.person, draft.sendId);
	const hash = hashOf(draft);

	const earlier = isFirstTry ? [] : readSendTokens(await store.get(claim));
	let won = await firstValid(store, draft, earlier);
	const taken: number[] = [];
	let isAlone = false;
	let claimedAt = -Infinity;
	for (let raise = earlier.length > 0 ? 100 : 1; !won; raise = raise === 1 ? 100 : raise * 2) {
		if (taken.length > MAX_COUNTER_RAISES)
			throw new Error(`The counter of room ${room} cannot be raised above its records`);
		const highest = counters?.highest(room);
		const n = await store.increment(keys.messageCount(room), raise);
		taken.push(n);
		claimedAt = performance.now();
		const tokens = await claimNumber(store, claim, writeSendToken({ n, timestamp: clock(), hash }));
		isAlone = tokens.every((token) => token.n === n);
		won = await firstValid(
			store,
			draft,
			tokens,
			counters && { n, recordAt: () => counters.recordAt(store, room, n, highest) }
		);
	}

	const { token, stored } = won;
	const isSame = token.hash === hash;
	// Decided before the record is written: a message names no file that another message has.
	const isLost = isSame && !stored && !(await attachFiles(store, draft, token.n, draft.files ?? []));
	const isDeletable = () => !(isCheckedLater && isAlone && performance.now() - claimedAt < ALONE_MS);
	const message = isSame && !isLost ? (stored ?? (await write(store, draft, token, clock, isDeletable))) : undefined;
	for (const n of taken) if (n !== token.n) await voidNumber(store, room, n);
	if (isLost) await voidNumber(store, room, token.n);
	return message
		? { ok: true, message, repeated: stored !== undefined }
		: { ok: false, because: isLost ? 'file-used' : 'other-text' };
}

/** The message that an earlier try of this send has stored, also if the send would be refused now. */
export async function storedBefore(
	store: Hpkv,
	draft: Omit<Send, 'files'>,
	files: Parameters<typeof contentOf>[0]['files']
): Promise<ChatMessage | undefined> {
	const claim = keys.sent(draft.day, draft.room, draft.person, draft.sendId);
	const tokens = readSendTokens(await store.get(claim));
	const won = await firstValid(store, draft, tokens);
	return won?.token.hash === hashOf({ ...draft, files }) ? won.stored : undefined;
}

const hashOf = (draft: Parameters<typeof contentOf>[0]) => digest(contentOf(draft)).slice(0, 32);

/** @returns the tokens of the claim, with the new one, unless the claim is full */
async function claimNumber(store: Hpkv, claim: string, token: string): Promise<SendToken[]> {
	try {
		await appendToken(store, claim, token);
	} catch (error) {
		// The answer was lost. Another number would be given out for nothing: the same token twice is one token.
		if (isQueueFull(error)) throw error;
		await appendToken(store, claim, token);
	}
	return readSendTokens(await store.get(claim));
}

/** The first token whose number is free or holds this send's own message. @param mine the number that was just taken, and what is there */
async function firstValid(
	store: Hpkv,
	{ room, person, sendId }: Send,
	tokens: SendToken[],
	mine?: { n: number; recordAt: () => Promise<string | undefined> }
): Promise<{ token: SendToken; stored?: ChatMessage } | undefined> {
	for (const token of tokens) {
		const text = await (token.n === mine?.n ? mine.recordAt() : store.get(keys.message(room, token.n)));
		if (text === undefined) return { token };
		const stored = parsed(StoredMessage, text);
		if (stored && 'id' in stored && stored.person === person && stored.id === sendId) return { token, stored };
	}
	return undefined;
}

async function write(
	store: Hpkv,
	draft: Send,
	token: SendToken,
	clock: () => number,
	/** Whether another try may have stored it, and somebody may have deleted it. Asked after it is stored. */
	isDeletable: () => boolean
): Promise<ChatMessage> {
	// Readers may be about to settle this number: a `late` change makes them read it again.
	if (clock() - token.timestamp > LATE_AFTER) await logLate(store, draft.room, token.n, clock());
	const message = messageOf(draft, token);
	const { files } = message;
	const listed = keys.roomFiles(draft.room, token.n);
	if (files) await store.set(listed, JSON.stringify(listedFiles(message)));
	await store.set(keys.message(draft.room, token.n), JSON.stringify(message));
	// A late write may have replaced a tombstone: the deletion wins.
	if (!isDeletable() || !(await isDeleted(store, draft.room, token.n))) return message;
	if (files) await store.delete(listed);
	const left = tombstone(message);
	await store.set(keys.message(draft.room, token.n), JSON.stringify(left));
	return left;
}

export const messageOf = (
	{ room, person, sender, sendId, message, re, files }: Send,
	{ n, timestamp }: Pick<SendToken, 'n' | 'timestamp'>
): ChatMessage => ({
	...{ n, id: sendId, room, person, sender, message, timestamp },
	...(re !== undefined && { re }),
	...(files?.length && { files })
});

interface Named {
	files?: readonly Pick<AttachedFile, 'id' | 'alt'>[];
}

/** What a repeated send has in common with the first. A text has no NUL, and a message that is no reply keeps its hash of before. */
export function contentOf({ message, re, files = [] }: Pick<Send, 'message' | 're'> & Named): string {
	const text = re === undefined ? message : `${re}\0${message}`;
	return files.length === 0 ? text : `${text}\0\0${JSON.stringify(files.map(({ id, alt = '' }) => [id, alt]))}`;
}

/** Makes readers read the number again who may have settled it. */
export async function logLate(store: Hpkv, room: string, n: number, timestamp: number): Promise<void> {
	const m = await store.increment(keys.changeCount(room));
	const change: Change = { m, kind: 'late', n, timestamp };
	await store.set(keys.change(room, m), JSON.stringify(change));
}

async function voidNumber(store: Hpkv, room: string, n: number): Promise<void> {
	const key = keys.message(room, n);
	if ((await store.get(key)) === undefined) await store.set(key, JSON.stringify({ n, void: true }));
}
