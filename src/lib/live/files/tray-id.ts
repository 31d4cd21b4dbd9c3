export const trayKey = (room: string, person: string) => `parley:tray:${room}:${person}`;

/** The random id of this tab's tray, if it has had files. */
export function readTrayId(room: string, person: string): string | undefined {
	try {
		return sessionStorage.getItem(trayKey(room, person)) ?? undefined;
	} catch {
		return undefined; // without storage, a reload forgets the tray
	}
}
