/** `npm run parley -- doctor`: everything that is known to go wrong around Parley, and what to do about it. */
import { existsSync } from 'node:fs';
import { checkEndpoint } from '../../../hpkv/clients/check-endpoint.ts';
import { shownAddress } from '../../../hpkv/engine/postgres/address.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { SETTING_NAMES, type Settings } from '../runtime/settings.ts';
import { assertFormat } from '../storage/format.ts';
import { checkMessageTimes } from './clock.ts';
import { checkRights, checkSpace, diskOf } from './data-directory.ts';
import { found, type Finding } from './finding.ts';
import { checkNames } from './names.ts';
import { checkProxySettings } from './proxy.ts';
import { checkAddress } from './public-address.ts';

export interface Examined {
	settings: Settings;
	/** The names of the variables in `.env`. */
	named: readonly string[];
	/** Where Parley is without ORIGIN. */
	here: string;
	/** Reads all records of an embedded store; a sentence. Throws an Error with a sentence. */
	verify: () => Promise<string>;
	openStore: () => Promise<{ store: Hpkv; close: () => Promise<void> }>;
	clock: () => number;
}

/** Calls `tell` with each finding. @returns whether nothing is wrong */
export async function examine(examined: Examined, tell: (finding: Finding) => void): Promise<boolean> {
	let isWell = true;
	const report = (...findings: Finding[]) => {
		for (const finding of findings) {
			isWell &&= finding.is !== 'wrong';
			tell(finding);
		}
	};
	const { settings, named } = examined;
	report(
		found('ok', 'Node', `This is Node ${process.versions.node}.`),
		...checkNames(named, SETTING_NAMES),
		...checkProxySettings(settings)
	);
	if (settings.store.mode === 'embedded') {
		const { dataDir } = settings.store;
		if (!existsSync(dataDir)) {
			report(
				found(
					'wrong',
					'Store',
					`There is no ${dataDir}: the first start makes it, or DATA_DIR should name another directory.`
				)
			);
			return isWell;
		}
		report(await checkRights(dataDir));
		const disk = await diskOf(dataDir);
		if (disk) report(checkSpace(dataDir, disk));
		const verified = await attempt('Store', examined.verify);
		report(verified);
		if (verified.is === 'wrong') return false;
	}
	await examineStore(examined, report);
	return isWell;
}

async function examineStore(
	{ settings, here, openStore, clock }: Examined,
	report: (...findings: Finding[]) => void
): Promise<void> {
	let opened: Awaited<ReturnType<typeof openStore>>;
	try {
		opened = await openStore();
	} catch (error) {
		return report(found('wrong', 'Store', (error as Error).message));
	}
	const { store, close } = opened;
	try {
		const { mode } = settings.store;
		if (settings.store.mode === 'hosted') {
			const { socketUrl, baseUrl } = settings.store;
			report(
				await attempt(
					'Store',
					async () => (await checkEndpoint(store, socketUrl), `The endpoint at ${baseUrl} can carry the chat.`)
				)
			);
		}
		if (settings.store.mode === 'shared') {
			const at = shownAddress(settings.store.databaseUrl);
			report(
				found('ok', 'Store', `${at} can be used, and was written to. Its backups and its disks are not looked at.`)
			);
		}
		report(await attempt('Format', async () => (await assertFormat(store), 'This build can read the records.')));
		report(await checkMessageTimes(store, clock()));
		for (const origin of settings.origins.length > 0 ? settings.origins : [here]) {
			report(...(await checkAddress({ origin, store, hasSockets: mode !== 'hosted', clock })));
		}
	} catch (error) {
		report(found('wrong', 'Store', (error as Error).message));
	} finally {
		await close();
	}
}

async function attempt(about: string, check: () => Promise<string>): Promise<Finding> {
	try {
		return found('ok', about, await check());
	} catch (error) {
		return found('wrong', about, (error as Error).message);
	}
}

const MARKS = { ok: 'ok     ', warning: 'look   ', wrong: 'WRONG  ' };

export const findingLine = ({ is, about, text }: Finding) => `${MARKS[is]}${about}: ${text}`;
