import type { Hpkv } from '../../../hpkv/port.ts';
import { readSendTokens, writeSendToken, type SendToken } from '../../chat/storage/claim.ts';
import type { Change } from '../../chat/messages/change.ts';
import { LATE_AFTER } from '../../chat/reading/cursor.ts';
import { keys } from '../../chat/storage/keys.ts';
import { StoredMessage, type ChatMessage } from '../../chat/messages/message.ts';
import { tombstone } from '../../chat/messages/message-view.ts';
import { appendToken } from '../storage/claims.ts';
import { digest } from '../storage/ids.ts';
import { isDeleted } from './annotations.ts';
import { parsed } from '../storage/parse-json.ts';

/** One send: who says what where. `day` and `sendId` name it; a repeated post has the same ones. */
export interface Send {
	room: string;
	person: string;
	sender: string;
	/** As {@link dayOf} writes it; given by the server with the page. */
	day: string;
	sendId: string;
	message: string;
}

export type Sent =
	/** `repeated`: an earlier try had stored it. */
	| { ok: true; message: ChatMessage; repeated: boolean }
	/** This send id belongs to another text, which stays. */
	| { ok: false; because: 'other-text' };

/** After so many raises of a counter, by 100, 200, 400 …, something else is wrong. */
const RAISES = 20;

/**
 * Stores a message exactly once, however often and from however many processes the same send is tried, and wherever a
 * try dies: a later one finishes its work. It answers when the record is durable.
 *
 * 1. Tokens are appended to the claim of this send; the first valid one wins for ever and names the message's number. A
 *    token is invalid once something else stands at its number (the counter was behind the records, after a restore).
 * 2. The message is built from the winner's token: the same bytes, whoever writes it.
 * 3. A number taken in vain is voided. Nobody else is entitled to it, and readers need not wait for it.
 *
 * tests/send-states.test.ts explores every interleaving and every crash of this function.
 */
export async function send(store: Hpkv, draft: Send, clock: () => number): Promise<Sent> {
	const { room } = draft;
	const claim = keys.sent(draft.day, room, draft.person, draft.sendId);
	const hash = digest(draft.message).slice(0, 32);

	const earlier = readSendTokens(await store.get(claim));
	let won = await firstValid(store, draft, earlier);
	const taken: number[] = [];
	for (let raise = earlier.length > 0 ? 100 : 1; !won; raise = raise === 1 ? 100 : raise * 2) {
		if (taken.length > RAISES) throw new Error(`The counter of room ${room} cannot be raised above its records`);
		const n = await store.increment(keys.messageCount(room), raise);
		taken.push(n);
		await appendToken(store, claim, writeSendToken({ n, timestamp: clock(), hash }));
		won = await firstValid(store, draft, readSendTokens(await store.get(claim)));
	}

	const { token, standing } = won;
	const message = token.hash === hash ? (standing ?? (await write(store, draft, token, clock))) : undefined;
	for (const n of taken) if (n !== token.n) await voidNumber(store, room, n);
	return message ? { ok: true, message, repeated: standing !== undefined } : { ok: false, because: 'other-text' };
}

/** The first token at whose number nothing else stands, and this send's message if it stands there already. */
async function firstValid(
	store: Hpkv,
	{ room, person, sendId }: Send,
	tokens: SendToken[]
): Promise<{ token: SendToken; standing?: ChatMessage } | undefined> {
	for (const token of tokens) {
		const text = await store.get(keys.message(room, token.n));
		if (text === undefined) return { token };
		const standing = parsed(StoredMessage, text);
		if (standing && 'id' in standing && standing.person === person && standing.id === sendId)
			return { token, standing };
	}
	return undefined;
}

async function write(store: Hpkv, draft: Send, token: SendToken, clock: () => number): Promise<ChatMessage> {
	// Readers who waited for this number have passed it by now: the change log tells them to look again.
	if (clock() - token.timestamp > LATE_AFTER) await logLate(store, draft.room, token.n, clock());
	const message = messageOf(draft, token);
	await store.set(keys.message(draft.room, token.n), JSON.stringify(message));
	// A try that comes this late may have written over a tombstone: the deletion wins.
	if (!(await isDeleted(store, draft.room, token.n))) return message;
	const left = tombstone(message);
	await store.set(keys.message(draft.room, token.n), JSON.stringify(left));
	return left;
}

/** The record of a send; a number and a time that are not known yet are as long as any. */
export const messageOf = (
	{ room, person, sender, sendId, message }: Send,
	{ n, timestamp }: Pick<SendToken, 'n' | 'timestamp'>
): ChatMessage => ({ n, id: sendId, room, person, sender, message, timestamp });

async function logLate(store: Hpkv, room: string, n: number, timestamp: number): Promise<void> {
	const m = await store.increment(keys.changeCount(room));
	const change: Change = { m, kind: 'late', n, timestamp };
	await store.set(keys.change(room, m), JSON.stringify(change));
}

async function voidNumber(store: Hpkv, room: string, n: number): Promise<void> {
	const key = keys.message(room, n);
	if ((await store.get(key)) === undefined) await store.set(key, JSON.stringify({ n, void: true }));
}
