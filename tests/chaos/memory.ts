/** The memory of a program, as Linux counts it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export const tellsMemory = () => existsSync('/proc/self/clear_refs');

/** Bytes that it holds in memory now, and the most since {@link forgetPeak}. */
export function residentOf(pid: number): { now: number; peak: number } {
	const status = readFileSync(`/proc/${pid}/status`, 'utf8');
	const bytes = (name: string) => 1_024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
	return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
}

/** The peak begins again with what it holds now (proc(5), clear_refs). */
export const forgetPeak = (pid: number) => writeFileSync(`/proc/${pid}/clear_refs`, '5');
