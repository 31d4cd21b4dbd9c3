import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { scratch } from './support/process.ts';

const NPMRC = fileURLToPath(new URL('../.npmrc', import.meta.url));

test('npm installs what the build needs (devDependencies) under NODE_ENV=production as well', () => {
	const { path, remove } = scratch();
	onTestFinished(remove);
	copyFileSync(NPMRC, join(path, '.npmrc'));
	mkdirSync(join(path, 'tool'));
	writeFileSync(join(path, 'tool/package.json'), '{"name":"tool","version":"1.0.0"}');
	writeFileSync(join(path, 'package.json'), '{"private":true,"devDependencies":{"tool":"file:tool"}}');
	const { status, stdout, stderr } = spawnSync('npm', ['install', '--offline', '--cache', join(path, 'cache')], {
		cwd: path,
		encoding: 'utf8',
		shell: process.platform === 'win32',
		env: { PATH: process.env.PATH, HOME: path, NODE_ENV: 'production', npm_config_update_notifier: 'false' }
	});
	expect(status, stdout + stderr).toBe(0);
	expect(existsSync(join(path, 'node_modules/tool'))).toBe(true);
});
