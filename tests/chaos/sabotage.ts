/**
 * The guards that the rows are about, and how each is switched off: a text that stands once in the sources is exchanged in
 * a copy of them. A fault test that has never failed shows nothing.
 */
interface Switch {
	/** Whether the app has to be built again: what readers run, and a store that runs alone, do not need it. */
	where: 'build' | 'sources';
	edits: readonly {
		/** Below src. */
		file: string;
		guard: string;
		instead: string;
	}[];
}

/** Printed by every build with a guard off; the shipped one does not hold it. */
export const MARK = 'parley-without-a-guard';

export const switches = {
	/** Writes are answered when they are asked for, and committed a little later. */
	'answer-before-commit': {
		where: 'build',
		edits: [
			{
				file: 'hpkv/engine/single-process/group-commit.ts',
				guard:
					'this.#table.begin();\n\t\t\tfor (const operation of waiting) operation.apply(changes);\n\t\t\tthis.#table.commit();',
				instead:
					'const late = this as { open?: boolean }; if (!late.open) { late.open = true; this.#table.begin(); setTimeout(() => { late.open = false; this.#table.commit(); }, 100); } for (const operation of waiting) operation.apply(changes);'
			}
		]
	},
	/** The database answers a write before its log is on a disk, its own or a standby's. */
	'answer-before-disk': {
		where: 'build',
		edits: [
			{
				file: 'hpkv/engine/postgres/session.ts',
				guard: 'SET lock_timeout = 2000;',
				instead: 'SET lock_timeout = 2000; SET synchronous_commit = off;'
			}
		]
	},
	/** A batch of writes whose answer was lost is sent again, whether it was committed or not. */
	'sent-again-unasked': {
		where: 'build',
		edits: [
			{
				file: 'hpkv/engine/postgres/lane.ts',
				guard: 'return Number(batch) === this.#batch ?',
				instead: 'return Number(batch) > this.#batch ?'
			}
		]
	},
	/** A node answers reads with what its database says, whether that is still the primary or not. */
	'reads-without-lease': {
		where: 'build',
		edits: [
			{
				file: 'hpkv/engine/postgres/lease.ts',
				guard: 'const value = await read();',
				instead: 'const value = await read(); if (this.#node) return value;'
			}
		]
	},
	/** A node looks for changes of others when it is notified, or has something to tell. */
	'only-when-notified': {
		where: 'build',
		edits: [
			{
				file: 'hpkv/engine/postgres/feed.ts',
				guard: 'const timer = setTimeout(() => this.#wake.resolve(), LOOK_EVERY).unref();',
				instead: 'const timer = setTimeout(() => this.#wake.resolve(), LOOK_EVERY * 3600).unref();'
			}
		]
	},
	/** A node that has missed changes tells nobody. */
	'gaps-are-not-told': {
		where: 'build',
		edits: [
			{
				file: 'hpkv/engine/postgres/feed.ts',
				guard: 'if (at - before.at > CURSOR_LASTS)',
				instead: 'if (at - before.at > CURSOR_LASTS * 1e9)'
			}
		]
	},
	/** A commit whose wait for a standby was cancelled is taken for one. */
	'warned-is-answered': {
		where: 'build',
		edits: [
			{
				file: 'hpkv/engine/postgres/session.ts',
				guard: 'if (writes && this.#warnings.length > 0) {',
				instead: 'if (writes && this.#warnings.length > 1e9) {'
			}
		]
	},
	/** The process ends when it is told to, whoever waits for an answer. */
	'exit-at-once': {
		where: 'build',
		edits: [
			{
				file: 'server.ts',
				guard: 'const until = performance.now() + SHUTDOWN_GRACE_MS;',
				instead: 'const until = 0; process.exit(0);'
			}
		]
	},
	/** Every try is a send of its own. */
	'no-claim': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/messages/send-once.ts',
				guard: 'const earlier = isFirstTry ? [] : readSendTokens(await store.get(claim));',
				instead: 'const earlier: SendToken[] = [];'
			},
			{
				file: 'lib/server/messages/send-once.ts',
				guard: 'const tokens = await claimNumber(store, claim, writeSendToken({ n, timestamp: clock(), hash }));',
				instead: 'const tokens: SendToken[] = [{ n, timestamp: clock(), hash }];'
			}
		]
	},
	/** A file is acknowledged, and its bytes are stored a moment later. */
	'record-before-bytes': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/files/finishing.ts',
				guard: 'const sha256 = await storeBytes(blobs, { blob, path, pieces, size, known });',
				instead:
					'const { passed, digest } = hashed(readPieces(path, pieces)); const held: Uint8Array[] = []; for await (const chunk of passed) held.push(chunk.slice()); const sha256 = digest(); setTimeout(() => void blobs.put(blob, (async function* () { yield* held; })(), size), 300);'
			}
		]
	},
	/** Memory of bytes that were used waits for the garbage collector. */
	'bytes-are-garbage': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/files/receiving/request-bytes.ts',
				guard: 'free(chunk);',
				instead: ''
			}
		]
	},
	/** Files may take all room of the disk. */
	'any-disk': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/files/upload-limits.ts',
				guard: 'free - others() - bytes >= this.sizes.leastFree',
				instead: 'free >= 0'
			}
		]
	},
	/** A claim is read, but the one who came last has it. */
	'last-token-wins': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/messages/send-once.ts',
				guard: 'for (const token of tokens) {',
				instead: 'for (const token of [...tokens].reverse()) {'
			}
		]
	},
	/** Whoever is back hears what comes, and does not ask for what came. */
	'no-question-when-back': {
		where: 'sources',
		edits: [
			{
				file: 'lib/live/timeline/RoomSync.svelte.ts',
				guard: 'onlive: () => void this.ask(),',
				instead: 'onlive: () => undefined,'
			}
		]
	},
	/** A socket that says nothing is believed to be well. */
	'silence-is-trusted': {
		where: 'sources',
		edits: [
			{
				file: 'lib/live/connection/Connection.svelte.ts',
				guard: 'if (now - this.#lastFrameAt > DEAD_AFTER) this.#lost();',
				instead: 'if (now - this.#lastFrameAt > Infinity) this.#lost();'
			}
		]
	},
	/** A question of which nothing is heard is still waited for when the link is back, and no other is asked. */
	'a-question-waits-for-ever': {
		where: 'sources',
		edits: [
			{
				file: 'lib/live/timeline/RoomSync.svelte.ts',
				guard: 'await this.#deps.since(query(asked), AbortSignal.timeout(ANSWER_TIMEOUT_MS));',
				instead: 'await this.#deps.since(query(asked), new AbortController().signal);'
			}
		]
	},
	/** A ticket and a socket of which nothing is heard are still waited for when the link is back. */
	'a-try-waits-for-ever': {
		where: 'sources',
		edits: [
			{
				file: 'lib/live/connection/Connection.svelte.ts',
				guard: 'this.#retry = setTimeout(() => this.#lost(), OPEN_WITHIN);',
				instead: ''
			},
			{
				file: 'lib/live/connection/Connection.svelte.ts',
				guard: 'await this.#ticket(AbortSignal.timeout(OPEN_WITHIN));',
				instead: 'await this.#ticket(new AbortController().signal);'
			}
		]
	},
	/** A jump in the numbers is not remembered. */
	'no-hole-memory': {
		where: 'sources',
		edits: [
			{
				file: 'lib/live/timeline/timeline-merge.ts',
				guard: '? [...cursor.holes, ...numbers(cursor.message + 1, message.n - 1)]',
				instead: '? [...cursor.holes]'
			}
		]
	},
	/** Nobody asks without a reason. */
	'no-head-question': {
		where: 'sources',
		edits: [
			{
				file: 'lib/live/timeline/RoomSync.svelte.ts',
				guard: "if (document.visibilityState === 'visible') void this.ask();\n\t\t\t\tregularly();",
				instead: 'regularly();'
			}
		]
	},
	/** Whoever was away is told of forty. */
	'first-forty': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/history/catch-up.ts',
				guard: 'messages: found.filter(isMessage).filter(({ n }) => asked.has(n)),',
				instead: 'messages: found.filter(isMessage).filter(({ n }) => asked.has(n)).slice(0, 40),'
			}
		]
	},
	/** One operation is all that a range takes. */
	'one-range': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/storage/ranges.ts',
				guard: 'if (!truncated || !last) return {',
				instead: 'if (truncated || !truncated || !last) return {'
			}
		]
	},
	/** What happened to messages is not told to whoever was away. */
	'no-changes-told': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/history/catch-up.ts',
				guard: '\t\tmessages: found.filter(isMessage).filter(({ n }) => asked.has(n)),\n\t\tchanges,',
				instead: '\t\tmessages: found.filter(isMessage).filter(({ n }) => asked.has(n)),\n\t\tchanges: [],'
			}
		]
	},
	/** A page is rendered without the numbers that it lacks. */
	'no-holes-on-a-page': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/history/history.ts',
				guard: 'holes: holes.filter((n) => n >= from && n <= to),',
				instead: 'holes: [],'
			}
		]
	},
	/** A message that is stored long after its number was given out is not announced. */
	'no-late-entry': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/messages/send-once.ts',
				guard: 'if (clock() - token.timestamp > LATE_AFTER) await logLate(',
				instead: 'if (clock() < token.timestamp - 1e12) await logLate('
			}
		]
	},
	/** Whatever a hosted store answers is taken for a yes. */
	'any-answer-will-do': {
		where: 'build',
		edits: [
			{
				file: 'hpkv/clients/rest.ts',
				guard: 'if (status >= 200 && status < 300 && answer !== undefined) return answer;',
				instead: 'if (status !== 404) return answer ?? {};'
			}
		]
	},
	/** A send that is tried again is another one. */
	'new-id-each-try': {
		where: 'build',
		edits: [
			{
				file: 'lib/live/composer/Outbox.svelte.ts',
				guard: "if (state !== 'failed') this.#change(id, { state: 'waiting', reason });",
				instead: "if (state !== 'failed') this.#change(id, { id: randomId(), state: 'waiting', reason });"
			}
		]
	},
	/** What was not sent stays so. */
	'nothing-goes-out-again': {
		where: 'build',
		edits: [
			{
				file: 'lib/live/composer/Outbox.svelte.ts',
				guard: "if (state === 'waiting') this.#change(id, { state: 'sending', reason: undefined });",
				instead: "if (state === 'waiting' && this.#failures === 0) this.#change(id, { state: 'sending' });"
			},
			{
				file: 'lib/live/composer/Outbox.svelte.ts',
				guard: "void this.#drain(this.#unsent.find(({ state }) => state === 'waiting'));",
				instead: 'void this.#drain();'
			}
		]
	},
	/** A send belongs to the browser's day. */
	'the-browsers-day': {
		where: 'build',
		edits: [
			{
				file: 'lib/live/composer/Outbox.svelte.ts',
				guard: "const unsent: Unsent = { ...draft, id: randomId(), state: 'waiting' };",
				instead:
					"const day = new Date().toISOString().slice(0, 10).replaceAll('-', ''); const unsent: Unsent = { ...draft, day, id: randomId(), state: 'waiting' };"
			}
		]
	},
	/** The page orders by the clock. */
	'order-by-time': {
		where: 'sources',
		edits: [
			{
				file: 'lib/live/timeline/timeline-merge.ts',
				guard: 'return [...byNumber.values()].sort((a, b) => a.n - b.n);',
				instead: 'return [...byNumber.values()].sort((a, b) => a.timestamp - b.timestamp);'
			}
		]
	},
	/** Files are opened for each answer, and stay open where nobody waits for it. */
	'files-from-disk': {
		where: 'build',
		edits: [
			{
				file: 'host/static-files.ts',
				guard: "res.end(req.method === 'HEAD' ? undefined : body);",
				instead:
					"void import('node:fs').then(({ openSync }) => openSync(process.execPath, 'r')); res.end(req.method === 'HEAD' ? undefined : body);"
			}
		]
	},
	/** An address asks as often as it likes. */
	'no-request-limit': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/runtime/buckets.ts',
				guard: 'request = (address: string) => this.#take(this.#requests, networkOf(address));',
				instead: 'request = (address: string) => 0 * address.length;'
			}
		]
	},
	/** Each run of holes costs the store two ranges, however many there are. */
	'any-holes': {
		where: 'build',
		edits: [
			{
				file: 'lib/chat/limits.ts',
				guard: 'export const MAX_HOLE_RUNS = 64;',
				instead: 'export const MAX_HOLE_RUNS = 10_000;'
			}
		]
	},
	'no-join-limit': {
		where: 'build',
		edits: [
			{
				file: 'lib/chat/limits.ts',
				guard: 'export const JOIN_BURST = 20;',
				instead: 'export const JOIN_BURST = 100_000;'
			}
		]
	},
	'no-room-limit': {
		where: 'build',
		edits: [
			{
				file: 'lib/chat/limits.ts',
				guard: 'export const ROOM_BURST = 10;',
				instead: 'export const ROOM_BURST = 100_000;'
			}
		]
	},
	'no-send-limit': {
		where: 'build',
		edits: [
			{
				file: 'lib/chat/limits.ts',
				guard: 'export const SEND_BURST = 10;',
				instead: 'export const SEND_BURST = 100_000;'
			}
		]
	},
	'no-mark-limit': {
		where: 'build',
		edits: [
			{
				file: 'lib/chat/limits.ts',
				guard: 'export const READ_MARK_BURST = 30;',
				instead: 'export const READ_MARK_BURST = 100_000;'
			}
		]
	},
	'no-beat-limit': {
		where: 'build',
		edits: [
			{
				file: 'lib/chat/limits.ts',
				guard: 'export const BEAT_BURST = 30;',
				instead: 'export const BEAT_BURST = 100_000;'
			}
		]
	},
	/** One token opens as many sockets as it likes. */
	'any-sockets': {
		where: 'build',
		edits: [
			{
				file: 'lib/chat/limits.ts',
				guard: 'export const SOCKETS_PER_PERSON = 20;',
				instead: 'export const SOCKETS_PER_PERSON = 100_000;'
			},
			{
				file: 'lib/chat/limits.ts',
				guard: 'export const SOCKETS_PER_TOKEN = 10;',
				instead: 'export const SOCKETS_PER_TOKEN = 100_000;'
			}
		]
	},
	/** A socket may send bad frames for ever. */
	'any-frames': {
		where: 'build',
		edits: [
			{
				file: 'lib/chat/limits.ts',
				guard: 'export const BAD_FRAMES_PER_SOCKET = 10;',
				instead: 'export const BAD_FRAMES_PER_SOCKET = 1e9;'
			}
		]
	},
	/** Requests are worked on as they come. */
	'no-turns': {
		where: 'build',
		edits: [
			{
				file: 'host/fair-queue.ts',
				guard: 'if (!takesTurns(req)) return answer(req, res);',
				instead: 'if (!takesTurns(req) || req.url) return answer(req, res);'
			}
		]
	},
	/** One address holds all connections. */
	'any-connections': {
		where: 'build',
		edits: [
			{
				file: 'lib/chat/limits.ts',
				guard: 'export const MAX_HTTP_CONNECTIONS_PER_ADDRESS = 1_000;',
				instead: 'export const MAX_HTTP_CONNECTIONS_PER_ADDRESS = 100_000;'
			}
		]
	},
	/** Whoever knows the address of a room may do there what people of the place may do in open rooms. */
	'any-room': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/rooms/access.ts',
				guard: "if (room === NOWHERE || !may(actor, 'read room', subject)) return NONE;",
				instead: 'if (room === NOWHERE) return NONE;'
			},
			{
				file: 'lib/server/rooms/access.ts',
				guard: 'if (!may(actor, ACTS[act], subject))',
				instead: "if (!may(actor, ACTS[act], { ...subject, kind: 'open' }))"
			}
		]
	},
	/** Who may not see a room is told that it is not theirs. */
	'not-yours': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/rooms/access.ts',
				guard: "if (room === NOWHERE || !may(actor, 'read room', subject)) return NONE;",
				instead:
					"if (room === NOWHERE) return NONE; if (!may(actor, 'read room', subject)) return { ok: false, status: 403, error: NOT_YOURS };"
			}
		]
	},
	/** A membership that was ended or revoked goes on. */
	'once-a-member': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/rooms/memberships.ts',
				guard: '.filter(([id]) => !Object.hasOwn(out, id) && !Object.hasOwn(x, id));',
				instead: '.filter(([id]) => !Object.hasOwn({ out, x }, id));'
			}
		]
	},
	/** Who was let in from now on reads what was before. */
	'from-the-beginning': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/rooms/access.ts',
				guard: "const from = kind === 'open' ? 1 : (membership?.from ?? 1);",
				instead: 'const from = 1;'
			}
		]
	},
	/** An answer that is shared between readers is not cut to what each may read. */
	'one-answer-for-all': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/history/catch-up.ts',
				guard: 'first <= 1\n\t\t? news',
				instead: 'first <= Infinity\n\t\t? news'
			}
		]
	},
	/** A reply shows the message that it answers to every reader. */
	'any-card': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/history/answered.ts',
				guard: 'if (!maySeeMessage(reader, n)) return HIDDEN;',
				instead: ''
			}
		]
	},
	/** Members read all files of the room, also those of messages that they may not read. */
	'any-file': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/files/attached/open-file.ts',
				guard: 'if (n < from) return undefined;',
				instead: ''
			}
		]
	},
	/** The thumbnail of a picture is for everybody who knows the picture's id. */
	'any-thumbnail': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/files/attached/open-file.ts',
				guard: 'return found && { record: found.record, thumbnail: found.more };',
				instead:
					'const record = found?.record ?? (await readFileRecord(store, address.id)); return record && { record, thumbnail: await readThumbnail(store, address.id) };'
			}
		]
	},
	/** Guests and strangers see the pictures of all people of a place that is for its members. */
	'any-avatar': {
		where: 'build',
		edits: [
			{
				file: 'lib/chat/people/permissions.ts',
				guard: "reading === 'everyone' || belongs(actor) || actor?.id === person;",
				instead: "reading === 'everyone' || reading === 'members' || actor?.id === person;"
			}
		]
	},
	/** A list shows the newest message of a room to every reader. */
	'any-preview': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/room-list/marked-rows.ts',
				guard: 'return row.last.n < from ? { ...row, last: undefined } : row;',
				instead: 'return row.last.n < from ? { ...row } : row;'
			}
		]
	},
	/** Lists and searches find every room. */
	'any-listing': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/rooms/access.ts',
				guard: "return may(actor, 'read room', { kind, createdBy: '', reading, isMember });",
				instead: "return may(actor, 'read room', { kind: kind && 'open', createdBy: '', reading, isMember });"
			}
		]
	},
	/** The live events of a private room carry the text of earlier messages. */
	'any-text-is-live': {
		where: 'build',
		edits: [
			{
				file: 'lib/server/messages/subscribers.ts',
				guard: 'store.dropsHolders && entry.n >= (hearing.first ?? 1);',
				instead: 'hearing.epoch !== undefined;'
			}
		]
	},
	/** A room's first epoch stays when a person is removed. */
	'one-epoch': {
		where: 'sources',
		edits: [
			{
				file: 'lib/server/rooms/removal.ts',
				guard: 'const change: RoomState = { e, es: { [e]: 1 }, x:',
				instead: 'const change: RoomState = { es: { [e]: 1 }, x:'
			}
		]
	},
	/** A token and its sockets outlive the membership for which it was made. */
	'tokens-outlive': {
		where: 'sources',
		edits: [
			{
				file: 'lib/server/rooms/removal.ts',
				guard: 'if (store.dropsHolders) await dropPerson(store, person);',
				instead: ''
			}
		]
	}
} satisfies Record<string, Switch>;

export type Sabotage = keyof typeof switches;
