import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Puts a folder in the place of another, which is missing for no longer than a rename takes. Where it cannot be renamed
 * (a mount, a lower layer of an image), its contents are replaced.
 * @param {string} old
 * @param {string} fresh
 */
export function replaceFolder(old, fresh) {
	const aside = `${fresh}-before`;
	rmSync(aside, { recursive: true, force: true });
	try {
		if (existsSync(old)) renameSync(old, aside);
		renameSync(fresh, old);
	} catch {
		if (existsSync(old)) for (const name of readdirSync(old)) rmSync(join(old, name), { recursive: true });
		cpSync(fresh, old, { recursive: true });
		rmSync(fresh, { recursive: true });
	}
	rmSync(aside, { recursive: true, force: true });
}
