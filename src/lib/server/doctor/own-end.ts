/** The end of the process by itself, also while it reads all records in one go: a timer of its own would wait for that. */
import { Worker } from 'node:worker_threads';

export function endWithin(milliseconds: number): void {
	const kill = `setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${milliseconds})`;
	new Worker(kill, { eval: true }).unref();
}
