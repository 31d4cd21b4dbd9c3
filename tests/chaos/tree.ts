/**
 * What is tried: the shipped sources with their build, or a copy of them in which a guard is switched off. The copy is
 * made here and built by itself, so that neither src/ nor build/ holds anything of it.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MARK, switches, type Sabotage } from './sabotage.ts';

export interface Tree {
	/** Holds `src` and `build`. */
	root: string;
	/** The guard that is off. */
	sabotage?: Sabotage;
}

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Ignored by git, and below the project, so that its packages are found. */
const COPIES = join(ROOT, 'test-results/chaos');

const PARTS = ['src', 'static', 'package.json', 'tsconfig.json', 'svelte.config.js', 'vite.config.ts'];

/** The shipped one, built if it is not. */
export async function shipped(): Promise<Tree> {
	if (!existsSync(join(ROOT, 'build/index.js'))) await build(ROOT);
	return { root: ROOT };
}

/** A copy with one guard off. */
export async function sabotaged(sabotage: Sabotage): Promise<Tree> {
	const root = join(COPIES, sabotage);
	rmSync(root, { recursive: true, force: true });
	mkdirSync(root, { recursive: true });
	for (const part of PARTS) cpSync(join(ROOT, part), join(root, part), { recursive: true });
	const { edits, where } = switches[sabotage];
	for (const { file, guard, instead } of edits) {
		const path = join(root, 'src', file);
		writeFileSync(path, exchanged(readFileSync(path, 'utf8'), guard, instead, `${sabotage}: ${file}`));
	}
	// Whoever runs this by mistake is told at once.
	const server = join(root, 'src/server.ts');
	writeFileSync(server, `console.log('{"${MARK}":"${sabotage}"}');\n${readFileSync(server, 'utf8')}`);
	if (where === 'build') await build(root);
	else cpSync(join(ROOT, 'build'), join(root, 'build'), { recursive: true });
	return { root, sabotage };
}

/** `source` with its guard off. @throws when the guard is not there exactly once: the switch would show nothing */
export function exchanged(source: string, guard: string, instead: string, where: string): string {
	const times = source.split(guard).length - 1;
	if (times !== 1) throw new Error(`${where}: the guard stands there ${times} times, not once: ${guard}`);
	return source.replace(guard, () => instead);
}

async function build(root: string): Promise<void> {
	const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
	const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'error'], {
		cwd: root,
		stdio: ['ignore', 'pipe', 'pipe']
	});
	let printed = '';
	for (const out of [child.stdout, child.stderr]) out.on('data', (chunk: Buffer) => (printed += chunk.toString()));
	const stop = () => child.kill();
	process.once('exit', stop);
	const code = await new Promise((resolve) => child.once('exit', resolve));
	process.off('exit', stop);
	if (code !== 0) throw new Error(`The build of ${root} failed:\n${printed}`);
}
