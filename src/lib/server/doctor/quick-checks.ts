/** The checks that cost next to nothing. The page of the operators makes them each time, `doctor` before all others. */
import { existsSync } from 'node:fs';
import type { Hpkv } from '../../../hpkv/port.ts';
import { SETTING_NAMES, type Settings } from '../runtime/settings.ts';
import { assertFormat } from '../storage/format.ts';
import { checkMessageTimes } from './clock.ts';
import { checkRights, checkSpace, diskOf } from './data-directory.ts';
import { attempt, found, type Finding } from './finding.ts';
import { checkNames } from './names.ts';
import { checkProxySettings } from './proxy.ts';

export interface Machine {
	settings: Pick<Settings, 'store' | 'origins' | 'proxy'>;
	dotEnvNames: readonly string[];
}

export async function checkMachine({ settings, dotEnvNames }: Machine): Promise<Finding[]> {
	return [
		found('ok', 'Node', `This is Node ${process.versions.node}.`),
		...checkNames(dotEnvNames, SETTING_NAMES),
		...checkProxySettings(settings),
		...(settings.store.mode === 'embedded' ? await checkDirectory(settings.store.dataDir) : [])
	];
}

async function checkDirectory(dataDir: string): Promise<Finding[]> {
	if (!existsSync(dataDir)) {
		const text = `There is no ${dataDir}: the first start makes it, or DATA_DIR should name another directory.`;
		return [found('wrong', 'Store', text)];
	}
	const disk = await diskOf(dataDir);
	return [await checkRights(dataDir), ...(disk ? [checkSpace(dataDir, disk)] : [])];
}

/** In a hosted store: one call, and one for each thousand rooms. */
export const checkStore = async (store: Hpkv, now: number): Promise<Finding[]> => [
	await attempt('Format', async () => (await assertFormat(store), 'This build can read the records.')),
	await checkMessageTimes(store, now)
];
