/** Plays a sound for other people's messages out of sight. Loaded only if the reader has switched the sound on. */
import { beep } from './beep.ts';

/** In milliseconds. A message after this much silence begins a new burst. */
const SILENCE = 5_000;
/** In milliseconds. By then a list at its end has scrolled to the new message, which is in sight. */
const SETTLED = 100;
/** In pixels. */
const NEAR_END = 100;

const newest = new WeakMap<HTMLElement, number>();
let last = -Infinity;

/** Call whenever the messages change. Those of the first call are history. */
export function playForNew(messages: readonly { n: number; person: string }[], me?: string, log?: HTMLElement): void {
	if (!log) return;
	const before = newest.get(log) ?? Infinity;
	newest.set(log, messages.at(-1)?.n ?? 0);
	if (messages.some(({ n, person }) => n > before && person !== me)) setTimeout(() => sound(log), SETTLED);
}

function sound(log: HTMLElement): void {
	const bottom = log.lastElementChild?.getBoundingClientRect().bottom ?? 0;
	if (!document.hidden && bottom <= log.getBoundingClientRect().bottom + NEAR_END) return;
	const begins = performance.now() - last > SILENCE;
	last = performance.now();
	// A browser that has no sound, or denies it, stays silent.
	if (begins) beep().catch(() => undefined);
}
