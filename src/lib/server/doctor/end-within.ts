/** Ends this process with SIGKILL after a time, even while it reads all records: its own timers would wait for that. */
import { Worker } from 'node:worker_threads';

export function endWithin(milliseconds: number): void {
	const kill = `setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${milliseconds})`;
	new Worker(kill, { eval: true }).unref();
}
