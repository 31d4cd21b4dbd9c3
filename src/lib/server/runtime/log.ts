/** Structured log lines: events only, never what people wrote, and no token, key or address that holds one. */
import { MAX_REFUSAL_LINES_PER_MINUTE } from '../../chat/limits.ts';
import { config } from './config.ts';

const LEVELS = ['error', 'info', 'debug'] as const;

type Level = (typeof LEVELS)[number];
type Fact = string | number | boolean | undefined;

const node = config.nodeName === undefined ? undefined : { node: config.nodeName };

/** Lines of this turn of the event loop: writes to a pipe or file are synchronous, so they are joined into one a turn. */
let lines: string[] = [];

/** Events that strangers cause by requests that the request limit does not count. */
const REFUSALS = new Set(['host-refused', 'origin-refused', 'socket-refused']);
const MINUTE_MS = 60_000;
const minutes = new Map<string, { startedAt: number; lines: number }>();

function isOverLimit(event: string): boolean {
	if (!REFUSALS.has(event)) return false;
	const now = performance.now();
	let minute = minutes.get(event);
	if (!minute || now - minute.startedAt >= MINUTE_MS) minutes.set(event, (minute = { startedAt: now, lines: 0 }));
	minute.lines += 1;
	return minute.lines > MAX_REFUSAL_LINES_PER_MINUTE;
}

export function log(level: Level, event: string, facts: Record<string, Fact> = {}): void {
	if (LEVELS.indexOf(level) > LEVELS.indexOf(config.logLevel)) return;
	if (isOverLimit(event)) return;
	const line = JSON.stringify({ time: new Date().toISOString(), level, event, ...node, ...facts });
	if (level === 'error') return console.error(line);
	if (lines.length === 0) setImmediate(write);
	lines.push(line);
}

function write(): void {
	if (lines.length > 0) console.log(lines.join('\n'));
	lines = [];
}

process.on('exit', write);

export const errorFacts = (error: unknown): Record<string, Fact> =>
	error instanceof Error ? { error: error.name, reason: error.message, stack: error.stack } : { error: String(error) };
