/** A sound for what others say out of sight; loaded only where somebody has chosen to hear one. */
import { beep } from './beep.ts';

/** In milliseconds: after so much silence, a message begins another burst. */
const SILENCE = 5_000;
/** In milliseconds: whoever is at the end is taken along, and only then it is known who was not. */
const SETTLED = 100;
/** In pixels. */
const NEAR_END = 100;

/** How far each room was heard, by what scrolls in it. */
const heard = new WeakMap<HTMLElement, number>();
let last = -Infinity;

/** Told of the messages whenever they change. What is there at first is history. */
export function hear(messages: readonly { n: number; person: string }[], me?: string, log?: HTMLElement): void {
	if (!log) return;
	const before = heard.get(log) ?? Infinity;
	heard.set(log, messages.at(-1)?.n ?? 0);
	if (messages.some(({ n, person }) => n > before && person !== me)) setTimeout(() => sound(log), SETTLED);
}

function sound(log: HTMLElement): void {
	const bottom = log.lastElementChild?.getBoundingClientRect().bottom ?? 0;
	if (!document.hidden && bottom <= log.getBoundingClientRect().bottom + NEAR_END) return;
	const begins = performance.now() - last > SILENCE;
	last = performance.now();
	// A browser without sound, or without leave to make one, is quiet.
	if (begins) beep().catch(() => undefined);
}
