/** Loaded into each server before its own code: tells what the process has used. The same for ours and for theirs. */
import { Session, type Profiler } from 'node:inspector/promises';
import { answer } from './answering.ts';

const collect = (globalThis as { gc?: () => void }).gc;

let profiling: Session | undefined;

answer({
	async startProfile() {
		profiling = new Session();
		profiling.connect();
		await profiling.post('Profiler.enable');
		await profiling.post('Profiler.start');
	},
	/** What it has done since `startProfile`. */
	async profile(): Promise<Profiler.Profile | undefined> {
		const profile = (await profiling?.post('Profiler.stop'))?.profile;
		profiling?.disconnect();
		return profile;
	},
	/** CPU of all its threads since it started, in microseconds. */
	cpu: () => {
		const { user, system } = process.cpuUsage();
		return user + system;
	},
	/** Resident bytes, without the garbage that happens to lie about. */
	memory: async () => {
		if (!collect) throw new Error('The probe needs --expose-gc');
		for (let times = 0; times < 3; times++) {
			collect();
			await new Promise((later) => setTimeout(later, 100));
		}
		return process.memoryUsage.rss();
	}
});
