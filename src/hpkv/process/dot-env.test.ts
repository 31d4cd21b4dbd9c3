import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forget, freshDirectory } from '../../../tests/contract/alone.ts';
import { loadDotEnv } from './dot-env.ts';

let folder: string;
let file: string;
beforeEach(() => {
	folder = freshDirectory();
	file = join(folder, '.env');
});
afterEach(() => forget(folder));

const loaded = (bytes: string | Buffer, environment: Record<string, string | undefined> = {}) => {
	writeFileSync(file, bytes);
	loadDotEnv(file, environment);
	return environment;
};

const LINES = 'PORT=4000\r\nDATA_DIR="./a b" # where\nORIGIN=\n';

test('.env sets every variable, except those set in the environment, even if empty', () => {
	expect(loaded(LINES)).toEqual({ PORT: '4000', DATA_DIR: './a b', ORIGIN: '' });
	expect(loaded(LINES, { PORT: '5000', DATA_DIR: '' })).toEqual({ PORT: '5000', DATA_DIR: '', ORIGIN: '' });
});

test('.env with a byte order mark keeps its first variable', () => {
	expect(loaded(`\uFEFF${LINES}`)).toEqual({ PORT: '4000', DATA_DIR: './a b', ORIGIN: '' });
});

test('.env that is missing or empty sets nothing', () => {
	const environment = {};
	loadDotEnv(file, environment);
	expect(environment).toEqual({});
	expect(loaded('')).toEqual({});
	expect(loaded('\uFEFF')).toEqual({});
});

const utf16 = Buffer.from(LINES, 'utf16le');
test.each([
	['UTF-16, little-endian, with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])],
	['UTF-16, big-endian, with a mark', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()])],
	['UTF-16 without a mark', utf16],
	['UTF-16 of a mark alone', Buffer.from([0xff, 0xfe])]
])('.env in %s is refused with a sentence', (_, bytes) => {
	expect(() => loaded(bytes)).toThrow(/[.]env should be text in UTF-8, .* save it again as UTF-8$/);
});

test('.env that is a folder is refused with a sentence', () => {
	mkdirSync(file);
	expect(() => loadDotEnv(file, {})).toThrow(/[.]env should be a file of variables, and is a folder: move it away$/);
});
