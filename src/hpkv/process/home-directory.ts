import { homedir } from 'node:os';
import { join } from 'node:path';

/** `~` and `~/…` as a path below the home directory: shells expand it, a file of variables and systemd do not. */
export const expandHome = (path: string): string => (/^~($|[\\/])/.test(path) ? join(homedir(), path.slice(1)) : path);

/** Only shells expand `~ada/…`; here it would be a folder of that name. */
export const namesOthersHome = (path: string): boolean => /^~[^\\/]/.test(path);

export const DATA_DIR_RULE = 'a path; ~/ is your home directory, and ~ with a name nobody’s';
