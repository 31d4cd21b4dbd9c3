/**
 * The one judge of every row. It reads a room's history and what the store holds in the end, and knows nothing of how
 * either came about.
 */
import type { Entry, Event, History } from './history.ts';

export interface Verdict {
	acknowledged: number;
	/** Pages times messages that should have been shown there. */
	deliveries: number;
	/** Acknowledged, and not in the store or not shown to a reader. */
	lost: number;
	/** Twice in the store, or twice on one page at one moment. */
	doubled: number;
	/** Out of the order of the numbers, another number for another reader, or a sender's own order broken. */
	reordered: number;
	/** Shown or stored, and never sent like that. */
	invented: number;
	/** From a message's acknowledgement until the last reader showed it, in milliseconds, ascending. */
	delays: number[];
	/** The first of each kind, in words. */
	wrong: string[];
}

interface Said {
	who: string;
	texts: Set<string>;
	/** The text that should be there in the end; '' where it was deleted. */
	text: string;
	invokedAt: number;
	acknowledgedAt?: number;
	n?: number;
}

export function check(history: History, store: readonly Entry[]): Verdict {
	const verdict: Verdict = {
		acknowledged: 0,
		deliveries: 0,
		lost: 0,
		doubled: 0,
		reordered: 0,
		invented: 0,
		delays: [],
		wrong: []
	};
	const blame = (kind: 'lost' | 'doubled' | 'reordered' | 'invented', sentence: string) => {
		verdict[kind]++;
		if (verdict[kind] === 1) verdict.wrong.push(`${kind}: ${sentence}`);
	};

	const sends = readSends(history.events, blame);
	const numbers = readStore(store, sends, blame);
	for (const [id, { acknowledgedAt, n, who }] of sends) {
		if (acknowledgedAt === undefined) continue;
		verdict.acknowledged++;
		const stands = numbers.get(id);
		if (stands === undefined) blame('lost', `${who}'s ${id} was acknowledged and is not in the store`);
		else if (n !== undefined && n !== stands) blame('reordered', `${id} was acknowledged as ${n} and is ${stands}`);
	}
	checkOwnOrder(sends, numbers, blame);
	for (const [who, reader] of readersOf(history.events)) {
		const shownAt = readPages(who, reader.pages, sends, numbers, blame);
		if (!reader.complete) continue;
		for (const [id, said] of sends) {
			const n = numbers.get(id);
			if (said.acknowledgedAt === undefined || n === undefined || n < reader.from) continue;
			verdict.deliveries++;
			const shown = shownAt.get(id);
			if (!shown) blame('lost', `${who} does not show ${id}, which is number ${n}`);
			else if (shown.text !== said.text) blame('lost', `${who} shows ${id} as it was before it was changed`);
			else verdict.delays.push(Math.max(0, shown.at - said.acknowledgedAt));
		}
	}
	verdict.delays.sort((a, b) => a - b);
	return verdict;
}

type Blame = (kind: 'lost' | 'doubled' | 'reordered' | 'invented', sentence: string) => void;

function readSends(events: readonly Event[], blame: Blame): Map<string, Said> {
	const sends = new Map<string, Said>();
	for (const event of events) {
		if (event.kind === 'invoked') {
			// Tried again, it is the same send.
			if (sends.has(event.id)) continue;
			const { who, text, at } = event;
			sends.set(event.id, { who, text, texts: new Set([text]), invokedAt: at });
		} else if (event.kind === 'acknowledged') {
			const said = sends.get(event.id);
			if (!said) continue;
			said.acknowledgedAt ??= event.at;
			if (said.n !== undefined && event.n !== undefined && said.n !== event.n)
				blame('doubled', `${event.id} was acknowledged as ${said.n} and as ${event.n}`);
			said.n ??= event.n;
		} else if (event.kind === 'changed') {
			const said = sends.get(event.id);
			if (!said) continue;
			said.text = event.text ?? '';
			said.texts.add(said.text);
		}
	}
	return sends;
}

/** @returns the number of each message that stands in the store */
function readStore(store: readonly Entry[], sends: Map<string, Said>, blame: Blame): Map<string, number> {
	const numbers = new Map<string, number>();
	const taken = new Set<number>();
	for (const { n = 0, id, text } of store) {
		if (numbers.has(id)) blame('doubled', `${id} stands in the store as ${numbers.get(id)} and as ${n}`);
		if (taken.has(n)) blame('doubled', `number ${n} was given twice`);
		numbers.set(id, n);
		taken.add(n);
		const said = sends.get(id);
		if (said?.text !== text) blame('invented', `number ${n} of the store is not what was sent as ${id}`);
	}
	return numbers;
}

/** What somebody sent after an acknowledgement stands after what was acknowledged. */
function checkOwnOrder(sends: Map<string, Said>, numbers: Map<string, number>, blame: Blame): void {
	const bySender = Map.groupBy(sends, ([, { who }]) => who);
	for (const own of bySender.values()) {
		const acknowledged = own
			.flatMap(([id, { acknowledgedAt }]) => (acknowledgedAt === undefined ? [] : [{ id, at: acknowledgedAt }]))
			.sort((a, b) => a.at - b.at);
		const invoked = own.map(([id, { invokedAt }]) => ({ id, at: invokedAt })).sort((a, b) => a.at - b.at);
		let highest = 0;
		let next = 0;
		for (const { id, at } of invoked) {
			for (let before = acknowledged[next]; before && before.at < at; before = acknowledged[++next])
				highest = Math.max(highest, numbers.get(before.id) ?? 0);
			const n = numbers.get(id);
			if (n !== undefined && n < highest) blame('reordered', `${id} is ${n}, and was sent after ${highest} was there`);
		}
	}
}

interface ReaderEvents {
	from: number;
	complete: boolean;
	pages: (Event & { kind: 'shown' })[];
}

function readersOf(events: readonly Event[]): Map<string, ReaderEvents> {
	const readers = new Map<string, ReaderEvents>();
	for (const event of events) {
		if (event.kind !== 'opened' && event.kind !== 'shown') continue;
		const reader = readers.get(event.who) ?? { from: 1, complete: true, pages: [] };
		readers.set(event.who, reader);
		if (event.kind === 'opened') Object.assign(reader, { from: event.from, complete: event.complete });
		else reader.pages.push(event);
	}
	return readers;
}

/** Walks through every page that a reader had. @returns what stands on its last one, and since when */
function readPages(
	who: string,
	pages: ReaderEvents['pages'],
	sends: Map<string, Said>,
	numbers: Map<string, number>,
	blame: Blame
): Map<string, { at: number; text: string }> {
	const page: Entry[] = [];
	const shownAt = new Map<string, { at: number; text: string }>();
	const firstAt = new Map<string, number>();
	for (const { at, keep, tail } of pages) {
		for (const { id } of page.splice(keep)) shownAt.delete(id);
		for (const entry of tail) {
			const { n, id, text } = entry;
			if (shownAt.has(id)) blame('doubled', `${who} showed ${id} twice at one moment`);
			if (!sends.get(id)?.texts.has(text)) blame('invented', `${who} showed ${id}, which nobody sent like that`);
			if (n !== undefined) {
				const stands = numbers.get(id);
				if (stands !== undefined && stands !== n)
					blame('reordered', `${who} showed ${id} as ${n}, and it is ${stands}`);
				const before = page.at(-1)?.n ?? (page.length > 0 ? Infinity : 0);
				if (n <= before) blame('reordered', `${who} showed ${n} after ${before}`);
			}
			if (!firstAt.has(id)) firstAt.set(id, at);
			shownAt.set(id, { at: firstAt.get(id) ?? at, text });
			page.push(entry);
		}
	}
	return shownAt;
}
