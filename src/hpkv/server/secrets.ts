/** The store's two secrets: made at the first start and kept beside the records, for the owner's eyes only. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { filesIn, unusable } from '../engine/sqlite/data-directory.ts';

export interface Secrets {
	apiKey: string;
	/** Signs tokens. Not the API key: an operator's short key must not be guessable from a token. */
	tokenSecret: Buffer;
}

/** `apiKey`: the operator's own, which is then not written down. */
export function keptSecrets(dataDir: string, apiKey?: string): Secrets {
	return {
		apiKey: apiKey ?? kept(filesIn(dataDir).apiKey),
		tokenSecret: Buffer.from(kept(filesIn(dataDir).tokenSecret), 'base64url')
	};
}

export function ephemeralSecrets(apiKey = secret()): Secrets {
	return { apiKey, tokenSecret: randomBytes(32) };
}

const secret = (): string => randomBytes(32).toString('base64url');

function kept(file: string): string {
	const text = keptText(file);
	if (text.length < 16) throw new Error(`${file} is empty or too short; delete it to have a new one made`);
	return text;
}

function keptText(file: string): string {
	try {
		if (!existsSync(file)) writeFileSync(file, `${secret()}\n`, { mode: 0o600, flag: 'wx', flush: true });
		return readFileSync(file, 'utf8').trim();
	} catch (error) {
		throw unusable(error, file);
	}
}
