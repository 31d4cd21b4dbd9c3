/**
 * Who hears what, and in which order. Every watcher hears each change of a key that it watches once, in commit order,
 * with all changes of one turn in one write; watchers of the same keys share one buffer.
 */
import { notificationFrame } from '../protocol/notification.ts';
import type { Change } from '../engine/engine.ts';
import { framed, type Frames } from './shared-frames.ts';
import type { Grant } from './access-tokens.ts';
import type { Matches } from './pattern.ts';

export interface Watcher {
	/** Takes the notifications of one turn; must not wait. */
	hear(frames: Frames): void;
}

/** All watchers that gave the same pattern: it is matched once for them all. */
interface Pattern {
	matches: Matches;
	watchers: Set<Watcher>;
}

export class Watchers {
	readonly #byKey = new Map<string, Set<Watcher>>();
	readonly #byPattern = new Map<string, Pattern>();
	#changes: Change[] = [];

	add(watcher: Watcher, { keys, patterns }: Grant): void {
		for (const key of keys) {
			const watchers = this.#byKey.get(key);
			if (watchers) watchers.add(watcher);
			else this.#byKey.set(key, new Set([watcher]));
		}
		for (const { source, matches } of patterns) {
			const pattern = this.#byPattern.get(source);
			if (pattern) pattern.watchers.add(watcher);
			else this.#byPattern.set(source, { matches, watchers: new Set([watcher]) });
		}
	}

	remove(watcher: Watcher, { keys, patterns }: Grant): void {
		for (const key of keys) {
			const watchers = this.#byKey.get(key);
			if (watchers?.delete(watcher) && watchers.size === 0) this.#byKey.delete(key);
		}
		for (const { source } of patterns) {
			const pattern = this.#byPattern.get(source);
			if (pattern?.watchers.delete(watcher) && pattern.watchers.size === 0) this.#byPattern.delete(source);
		}
	}

	/** Tells everybody concerned before the next turn's commit, and after the replies to the writers of this one. */
	changed(changes: Change[]): void {
		if (this.#changes.length === 0) setImmediate(() => this.#tell());
		this.#changes.push(...changes);
	}

	#tell(): void {
		const changes = this.#changes;
		this.#changes = [];

		const heard = new Map<Watcher, string[]>();
		const changesOf = new Map<string, number[]>();
		for (const [at, { key }] of changes.entries()) {
			const others = changesOf.get(key);
			if (others) others.push(at);
			else changesOf.set(key, [at]);
		}
		for (const key of changesOf.keys()) {
			for (const watcher of this.#watchersOf(key)) {
				const keys = heard.get(watcher);
				if (keys) keys.push(key);
				else heard.set(watcher, [key]);
			}
		}
		if (heard.size === 0) return;

		const timestamp = Date.now();
		const texts: string[] = [];
		const text = (at: number) => (texts[at] ??= notificationFrame({ ...changes[at]!, timestamp }));
		const shared = new Map<string, Frames>();
		for (const [watcher, keys] of heard) {
			// No key contains NUL, so this names the set of keys.
			const name = keys.length === 1 ? keys[0]! : keys.join('\0');
			let frames = shared.get(name);
			if (!frames) {
				const order = keys.flatMap((key) => changesOf.get(key)!).sort((a, b) => a - b);
				frames = framed(order.map(text));
				shared.set(name, frames);
			}
			watcher.hear(frames);
		}
	}

	/** Each once, however many of its subscriptions fit. */
	#watchersOf(key: string): Set<Watcher> {
		const exact = this.#byKey.get(key);
		let all: Set<Watcher> | undefined;
		for (const { matches, watchers } of this.#byPattern.values()) {
			if (!matches(key)) continue;
			all ??= new Set(exact);
			for (const watcher of watchers) all.add(watcher);
		}
		return all ?? exact ?? nobody;
	}
}

const nobody: Set<Watcher> = new Set();
