import { readTrayId, trayKey } from './tray-id.ts';

/** The id of this tab's tray: after a reload the tab shows its files again, and another tab does not. */
export interface TrayStorage {
	/** Undefined if the tray is empty. */
	read(): string | undefined;
	write(tray: string | undefined): void;
}

export function trayStorage(room: string, person: string): TrayStorage {
	const key = trayKey(room, person);
	return {
		read: () => readTrayId(room, person),
		write: (tray) => {
			try {
				if (tray === undefined) sessionStorage.removeItem(key);
				else sessionStorage.setItem(key, tray);
			} catch {
				// without storage, a reload forgets the tray
			}
		}
	};
}
