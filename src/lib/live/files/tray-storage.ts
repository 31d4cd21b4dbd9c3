import { readTrayId, trayKey } from './tray-id.ts';

/** Which files of the store are in this tab's tray: a reload shows them again, and another tab does not. */
export interface TrayKeep {
	/** A random id. */
	read(): string | undefined;
	write(tray: string | undefined): void;
}

export function trayKeep(room: string, person: string): TrayKeep {
	const key = trayKey(room, person);
	return {
		read: () => readTrayId(room, person),
		write: (tray) => {
			try {
				if (tray === undefined) sessionStorage.removeItem(key);
				else sessionStorage.setItem(key, tray);
			} catch {
				// nothing to remove
			}
		}
	};
}
