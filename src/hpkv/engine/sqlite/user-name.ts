import { userInfo } from 'node:os';

/** The user this process runs as, for sentences about rights: a name, or the number of one that has none. */
export function userName(): string {
	try {
		return userInfo().username;
	} catch {
		// A user id without an entry in the system's list, as in containers.
		return String(process.getuid?.() ?? 'unknown');
	}
}
