/**
 * Loaded into a server before its own code: at SIGUSR2 the process collects its garbage and writes what it holds to
 * PROBE_FILE, as JSON of the shape {@link Held}. Needs `--expose-gc`.
 */
import { readdirSync, renameSync, writeFileSync } from 'node:fs';

export interface Held {
	/** Bytes of JavaScript objects that are in use. */
	heap: number;
	/** Bytes of buffers outside the heap. */
	external: number;
	/** Open files and sockets; 0 where the system does not tell. */
	descriptors: number;
}

const collect = (globalThis as { gc?: () => void }).gc;

process.on('SIGUSR2', () => void report());

async function report(): Promise<void> {
	const file = process.env.PROBE_FILE;
	if (!file || !collect) throw new Error('The probe needs PROBE_FILE and --expose-gc');
	// What a collection frees may let go of more: streams and sockets close in later turns.
	for (let times = 0; times < 3; times++) {
		collect();
		await new Promise((later) => setTimeout(later, 20));
	}
	const { heapUsed, external } = process.memoryUsage();
	const held: Held = { heap: heapUsed, external, descriptors: openDescriptors() };
	writeFileSync(`${file}.part`, JSON.stringify(held));
	renameSync(`${file}.part`, file);
}

function openDescriptors(): number {
	try {
		return readdirSync('/proc/self/fd').length;
	} catch {
		return 0;
	}
}
