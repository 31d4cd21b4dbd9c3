/** Structured lines: what happened, never what was written, and no token, key or address that holds one. */
import { config } from './config.ts';

const LEVELS = ['error', 'info', 'debug'] as const;

type Level = (typeof LEVELS)[number];
type Fact = string | number | boolean | undefined;

/** Those of this turn of the event loop. A pipe or a file is written to while everybody waits: once a turn is enough. */
let lines: string[] = [];

export function log(level: Level, event: string, facts: Record<string, Fact> = {}): void {
	if (LEVELS.indexOf(level) > LEVELS.indexOf(config.logLevel)) return;
	const line = JSON.stringify({ time: new Date().toISOString(), level, event, ...facts });
	if (level === 'error') return console.error(line);
	if (lines.length === 0) setImmediate(write);
	lines.push(line);
}

function write(): void {
	if (lines.length > 0) console.log(lines.join('\n'));
	lines = [];
}

process.on('exit', write);

/** What of an error may stand in a log. */
export const errorFacts = (error: unknown): Record<string, Fact> =>
	error instanceof Error ? { error: error.name, reason: error.message, stack: error.stack } : { error: String(error) };
