/** A store without a file, for tests: the embedded store's own engine and rules, as long as the process lives. */
import { EMBEDDED_MAX_VALUE_BYTES } from '../protocol/limits.ts';
import { memoryEngine } from '../server/engine/memory-engine.ts';
import { Grants } from '../server/grants.ts';
import { passingSecrets } from '../server/secrets.ts';
import { Service } from '../server/service.ts';
import { embeddedStore } from './embedded.ts';
import type { Hpkv } from './hpkv.ts';

export function memoryStore(maxValueBytes = EMBEDDED_MAX_VALUE_BYTES): Hpkv {
	const { apiKey, tokenSecret } = passingSecrets();
	return embeddedStore(new Service(memoryEngine(maxValueBytes), new Grants(apiKey, tokenSecret), () => {}));
}
