/** Apart from tray-storage.ts: a room's page reads it first, to see whether it needs the code of files. */

export const trayKey = (room: string, person: string) => `parley:tray:${room}:${person}`;

/** The random id of this tab's tray, if there are files in it. */
export function readTrayId(room: string, person: string): string | undefined {
	try {
		return sessionStorage.getItem(trayKey(room, person)) ?? undefined;
	} catch {
		return undefined; // without storage, a reload forgets the tray
	}
}
