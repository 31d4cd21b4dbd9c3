/**
 * Makes what the Dockerfile makes, without a container engine: the steps are read from it, so that they cannot drift. A
 * program then runs in its root as the image's user, with a read-only root and as process 1, where the system allows user
 * namespaces. The system's own libraries and this Node stand in for those of the base image.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
	chmodSync,
	cpSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readFileSync,
	readlinkSync,
	symlinkSync,
	writeFileSync
} from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

interface Copy {
	/** The stage that it copies from; undefined for the build context. */
	from?: string;
	mode?: number;
	sources: string[];
	target: string;
}

interface Stage {
	base: string;
	name?: string;
	workdir: string;
	env: Record<string, string>;
	copies: Copy[];
	runs: string[];
	user?: { uid: number; gid: number };
	volumes: string[];
	ports: number[];
	health?: string[];
	command?: string[];
}

/** The stages of the Dockerfile. Throws at an instruction that is unknown here. */
export function readDockerfile(text = readFileSync(join(REPOSITORY, 'Dockerfile'), 'utf8')): Stage[] {
	const stages: Stage[] = [];
	for (const line of text.split('\n')) {
		const [, instruction, rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
		if (!instruction) {
			if (line !== '' && !line.startsWith('#'))
				throw new Error(`The Dockerfile has a line that is unknown here: ${line}`);
			continue;
		}
		const words = rest.split(/\s+/);
		const flags = new Map(
			words.filter((word) => word.startsWith('--')).map((word) => word.slice(2).split('=') as [string, string])
		);
		const plain = words.filter((word) => !word.startsWith('--'));
		if (instruction === 'FROM') {
			const [base = '', , name] = plain;
			stages.push({ base, name, workdir: '/', env: {}, copies: [], runs: [], volumes: [], ports: [] });
			continue;
		}
		const stage = stages.at(-1)!;
		switch (instruction) {
			case 'WORKDIR':
				stage.workdir = rest;
				break;
			case 'ENV':
				Object.assign(stage.env, Object.fromEntries(words.map((word) => word.split('='))));
				break;
			case 'COPY':
				stage.copies.push({
					from: flags.get('from'),
					mode: flags.has('chmod') ? parseInt(flags.get('chmod')!, 8) : undefined,
					sources: plain.slice(0, -1),
					target: plain.at(-1)!
				});
				break;
			case 'ARG':
				break;
			case 'RUN':
				stage.runs.push(rest);
				break;
			case 'USER': {
				const [uid = 0, gid = 0] = rest.split(':').map(Number);
				stage.user = { uid, gid };
				break;
			}
			case 'VOLUME':
				stage.volumes.push(rest);
				break;
			case 'EXPOSE':
				stage.ports = words.map(Number);
				break;
			case 'HEALTHCHECK':
				stage.health = JSON.parse(rest.slice(rest.indexOf('CMD') + 3)) as string[];
				break;
			case 'CMD':
				stage.command = JSON.parse(rest) as string[];
				break;
			default:
				throw new Error(`The Dockerfile has an instruction that is unknown here: ${instruction}`);
		}
	}
	return stages;
}

/** Undefined where a program can run in namespaces of its own; else why it cannot. */
export function whyNotIsolated(): string | undefined {
	if (process.platform !== 'linux') return 'there are no namespaces on this system';
	const tried = spawnSync('unshare', [
		'-rm',
		'unshare',
		'--map-user=1000',
		'--map-group=1000',
		'--pid',
		'--fork',
		'--mount-proc',
		'true'
	]);
	if (tried.error) return 'there is no unshare on this machine';
	return tried.status === 0 ? undefined : `user namespaces are not allowed here: ${tried.stderr.toString().trim()}`;
}

export interface Image {
	stage: Required<Stage>;
	/** Starts a program as the image would: by default its command. */
	start: (options: StartOptions) => Container;
	/** Runs a program to its end. */
	run: (command: string[], options: StartOptions) => Promise<{ code: number | string; output: string }>;
}

export interface StartOptions {
	/** The folder in place of the volume. */
	storage: string;
	env?: Record<string, string>;
	command?: string[];
	uid?: number;
}

export interface Container {
	output: () => string;
	ended: Promise<number | string>;
	/** The address, once it is printed. */
	url: () => Promise<string>;
	signal: (name: NodeJS.Signals) => void;
}

/** Builds the last stage into `root`, an empty folder. Needs what the others make: `build/` and `node_modules/`. */
export function buildImage(root: string): Image {
	const stages = readDockerfile();
	const stage = stages.at(-1) as Required<Stage>;
	const isolated = whyNotIsolated() === undefined;
	for (const { from, sources, target, mode } of stage.copies) {
		const other = stages.find(({ name }) => name !== undefined && name === from);
		const into = join(root, target.startsWith('/') ? target : join(stage.workdir, target));
		for (const source of sources) {
			const original = other ? source.replace(`${other.workdir}/`, '') : source;
			const copy = target.endsWith('/') ? join(into, basename(source)) : into;
			cpSync(join(REPOSITORY, original), copy, { recursive: true });
			if (mode !== undefined) chmodSync(copy, mode);
		}
	}
	if (isolated) {
		layBase(root);
		for (const step of stage.runs) {
			const made = spawnSync('unshare', ['-rm', 'sh', '-ec', MOUNTS + 'exec chroot "$ROOT" sh -c "$STEP"'], {
				env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ROOT: root, STEP: step, NODE: process.execPath, STORAGE: '' }
			});
			if (made.status !== 0) throw new Error(`${step}: ${made.stderr.toString()}`);
		}
	}

	function start({ storage, env = {}, command = stage.command, uid = stage.user.uid }: StartOptions): Container {
		const all = { PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...stage.env, ...env };
		const child = isolated ? inNamespaces(command, all, uid) : here(command, all);
		function inNamespaces(program: string[], environment: Record<string, string>, user: number): ChildProcess {
			const script = `${MOUNTS}mount -o remount,bind,ro "$ROOT"
exec unshare --map-user=${user} --map-group=${stage.user.gid} --pid --fork --kill-child --mount-proc \\
	--root="$ROOT" --wd=${stage.workdir} env -u ROOT -u STORAGE -u NODE "$@"`;
			return spawn('unshare', ['-rm', 'sh', '-ec', script, 'sh', ...program], {
				env: { ...environment, ROOT: root, STORAGE: storage, NODE: process.execPath }
			});
		}
		function here([name = '', ...args]: string[], environment: Record<string, string>): ChildProcess {
			const program = name === 'node' ? process.execPath : join(root, name);
			const inRoot = (text: string) =>
				text.replace(/^[/](app|storage)\b/, (_, folder) => (folder === 'app' ? join(root, 'app') : storage));
			return spawn(program, args.map(inRoot), {
				cwd: join(root, stage.workdir),
				env: { ...environment, PATH: process.env.PATH ?? '', DATA_DIR: storage }
			});
		}

		let printed = '';
		const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
		child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
		child.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
		// An aborted test run must leave no program behind.
		const orphan = () => child.kill('SIGKILL');
		process.once('exit', orphan);
		void ended.then(() => process.off('exit', orphan));
		const address = () =>
			/^Parley is at (http:\S+)/m.exec(printed)?.[1]?.replace(/localhost|0[.]0[.]0[.]0/, '127.0.0.1');
		return {
			output: () => printed,
			ended,
			url: () =>
				new Promise((resolve, reject) => {
					const look = () => void (address() !== undefined && resolve(address()!));
					child.stdout?.on('data', look);
					look();
					void ended.then((code) => reject(new Error(`ended with ${code}:\n${printed}`)));
				}),
			signal(name) {
				const pid = child.pid ?? 0;
				const [first] = isolated ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ') : [pid];
				process.kill(Number(first), name);
			}
		};
	}

	return {
		stage,
		start,
		async run(command, options) {
			const { ended, output } = start({ ...options, command });
			return { code: await ended, output: output() };
		}
	};
}

const SYSTEM = ['bin', 'sbin', 'lib', 'lib32', 'lib64'];

/** Folders for the mounts below, and what the base image has in /etc. */
function layBase(root: string): void {
	for (const folder of [
		'usr/bin',
		'usr/sbin',
		'usr/lib',
		'usr/lib32',
		'usr/lib64',
		'usr/local/bin',
		'proc',
		'dev',
		'tmp',
		'etc'
	]) {
		mkdirSync(join(root, folder), { recursive: true });
	}
	for (const folder of SYSTEM.filter((name) => existsSync(`/${name}`))) {
		if (lstatSync(`/${folder}`).isSymbolicLink()) symlinkSync(readlinkSync(`/${folder}`), join(root, folder));
		else mkdirSync(join(root, folder));
	}
	writeFileSync(join(root, 'usr/local/bin/node'), '');
	writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/bash\nnode:x:1000:1000::/home/node:/bin/bash\n');
}

const MOUNTS = `mount --bind "$ROOT" "$ROOT"
for folder in bin sbin lib lib32 lib64 usr/bin usr/sbin usr/lib usr/lib32 usr/lib64; do
	if [ -d "/$folder" ] && [ ! -L "/$folder" ]; then mount --rbind "/$folder" "$ROOT/$folder"; fi
done
mount --rbind /dev "$ROOT/dev"
mount --bind "$NODE" "$ROOT/usr/local/bin/node"
if [ -n "$STORAGE" ]; then mount --bind "$STORAGE" "$ROOT/storage"; fi
`;
