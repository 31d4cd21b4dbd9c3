/** A store without a file, for tests: the embedded store's own engine and rules, as long as the process lives. */
import { EMBEDDED_MAX_VALUE_BYTES } from '../protocol/limits.ts';
import { memoryEngine } from '../engine/memory/memory-engine.ts';
import { Grants } from '../server/access-tokens.ts';
import { ephemeralSecrets } from '../server/secrets.ts';
import { Service } from '../server/service.ts';
import { embeddedStore } from './in-process.ts';
import type { Hpkv } from '../port.ts';

export function memoryStore(maxValueBytes = EMBEDDED_MAX_VALUE_BYTES): Hpkv {
	const { apiKey, tokenSecret } = ephemeralSecrets();
	return embeddedStore(new Service(memoryEngine(maxValueBytes), new Grants(apiKey, tokenSecret), () => {}));
}
