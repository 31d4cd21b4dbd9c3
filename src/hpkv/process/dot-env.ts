/** The file `.env` of the working directory, loaded into the environment before any setting is read. */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** The file exists and cannot be parsed; the message says why and what to do. */
export class DotEnvError extends Error {
	override readonly name = 'SettingsError';
}

/** Puts the variables of `file` into `environment`, without replacing what is set there. @throws DotEnvError */
export function loadDotEnv(file = '.env', environment: Record<string, string | undefined> = process.env): void {
	const text = readDotEnv(file);
	for (const [name, value] of Object.entries(parseEnv(text))) environment[name] ??= value;
}

/** The variables in `file`. @throws DotEnvError */
export const namesInDotEnv = (file?: string): string[] => Object.keys(parseEnv(readDotEnv(file)));

/** The text of `file`, without a byte order mark; empty where there is no such file. @throws DotEnvError */
function readDotEnv(file = '.env'): string {
	const bytes = bytesOf(file);
	// UTF-16 has a zero byte in every ASCII letter; its byte order marks are FF FE and FE FF.
	if (bytes.includes(0) || /^(fffe|feff)/.test(bytes.toString('hex', 0, 2))) {
		throw new DotEnvError(`${file} should be text in UTF-8, and is UTF-16 or no text: save it again as UTF-8`);
	}
	return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

function bytesOf(file: string): Buffer {
	try {
		return readFileSync(file);
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') return Buffer.alloc(0);
		if (code === 'EISDIR')
			throw new DotEnvError(`${file} should be a file of variables, and is a folder: move it away`);
		throw new DotEnvError(`${file} should be a file that can be read: ${message}`);
	}
}
