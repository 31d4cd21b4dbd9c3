/** A small disk that can be filled up: a tmpfs, where this process may mount one. */
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stage } from './stage.ts';

const MIB = 2 ** 20;

/** Why a row that needs one cannot be played; undefined where it can. */
export function lacksDisk(): string | undefined {
	const disk = mountDisk(MIB);
	disk?.remove();
	return disk ? undefined : 'a small disk cannot be mounted here';
}

/** @param size in bytes. @returns the folder of the disk, where everybody may write; it goes with the stage */
export function smallDisk(stage: Stage, size: number): string {
	const disk = mountDisk(size);
	if (!disk) throw new Error('A small disk cannot be mounted');
	const end = () => {
		process.off('exit', end);
		disk.remove();
	};
	process.once('exit', end);
	stage.later(end);
	return disk.path;
}

function mountDisk(size: number): { path: string; remove: () => void } | undefined {
	const path = mkdtempSync(join(tmpdir(), 'parley-disk-'));
	const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'parley-chaos', path]).status === 0;
	const remove = () => {
		if (isMounted) spawnSync('umount', ['-l', path]);
		rmSync(path, { recursive: true, force: true });
	};
	if (!isMounted) {
		remove();
		return undefined;
	}
	chmodSync(path, 0o777);
	return { path, remove };
}

/** Takes all room that is left. @returns gives it back */
export function fillUp(folder: string): () => void {
	const path = join(folder, 'ballast');
	const file = openSync(path, 'w');
	try {
		for (let size = MIB; size >= 1;) {
			try {
				if (writeSync(file, Buffer.alloc(size)) < size) size >>= 1;
			} catch {
				size >>= 1;
			}
		}
	} finally {
		closeSync(file);
	}
	return () => rmSync(path);
}
