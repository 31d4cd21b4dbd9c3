/** `npm run parley -- doctor`: everything that is known to go wrong around Parley, and what to do about it. */
import { checkEndpoint } from '../../../hpkv/clients/check-endpoint.ts';
import { shownAddress } from '../../../hpkv/engine/postgres/address.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import type { Settings } from '../runtime/settings.ts';
import { attempt, found, type Finding } from './finding.ts';
import { checkAddress } from './public-address.ts';
import { checkMachine, checkStore, type Machine } from './quick-checks.ts';

export interface Examined extends Machine {
	settings: Settings;
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
	const { settings } = examined;
	const machine = await checkMachine(examined);
	report(...machine);
	if (settings.store.mode === 'embedded') {
		if (machine.some(({ is, about }) => is === 'wrong' && about === 'Store')) return false;
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
		report(...(await checkStore(store, clock())));
		for (const origin of settings.origins.length > 0 ? settings.origins : [here]) {
			report(...(await checkAddress({ origin, store, hasSockets: mode !== 'hosted', clock })));
		}
	} catch (error) {
		report(found('wrong', 'Store', (error as Error).message));
	} finally {
		await close();
	}
}

const MARKS = { ok: 'ok     ', warning: 'look   ', wrong: 'WRONG  ' };

export const findingLine = ({ is, about, text }: Finding) => `${MARKS[is]}${about}: ${text}`;
