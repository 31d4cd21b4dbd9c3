import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hostedStore } from '../../../src/hpkv/clients/rest.ts';
import { furnish } from '../../canary/place.ts';
import { listen } from '../../canary/sockets.ts';
import { walk } from '../../canary/walk.ts';
import { openBucket } from '../../support/bucket.ts';
import type { Row } from '../row.ts';
import type { Stage } from '../stage.ts';
import type { World } from '../world.ts';

type Removal = typeof import('../../../src/lib/server/rooms/removal.ts');

/** Whoever is not in a private room or a conversation asks for everything, and gets nothing that tells of it. */
export const canary: Row = {
	id: 'canary',
	guards: [
		...(['any-room', 'not-yours', 'once-a-member', 'from-the-beginning', 'one-answer-for-all', 'any-card'] as const),
		...(['any-file', 'any-thumbnail', 'any-preview', 'any-listing', 'any-text-is-live', 'one-epoch'] as const),
		...(['tokens-outlive', 'any-avatar'] as const)
	],
	elsewhere: 'tests/e2e/processes/canary.spec.ts',
	async run(stage) {
		const source = pathToFileURL(join(stage.tree.root, 'src/lib/server/rooms/removal.ts')).href;
		const { removeMember } = (await import(source)) as Removal;
		const closed = { JOINING: '', READING: '' };
		const heard = [];
		for (const mode of ['hosted', 'embedded'] as const) {
			const world = mode === 'embedded' ? await stage.embedded(closed) : await hostedWithFiles(stage, closed);
			const [node] = world.nodes;
			if (!node) throw new Error('There is no node');
			const store = hostedStore({ ...world.access, maxValueBytes: 40_960, dropsHolders: mode === 'embedded' });
			const place = await furnish(node.url, store);
			heard.push({ mode, place, url: node.url, leaks: await listen(place, removeMember) });
			stage.acknowledged++;
		}
		let asked = 0;
		for (const { mode, place, leaks } of heard) {
			// Without a guard, one leak is enough.
			const walked = stage.tree.sabotage && heard.some(({ leaks }) => leaks.length > 0) ? undefined : await walk(place);
			asked += walked?.asked ?? 0;
			for (const leak of [...leaks, ...(walked?.leaks ?? [])]) stage.expect(false, `${mode}: ${leak}`);
			if (stage.tree.sabotage && walked && walked.leaks.length > 0) break;
		}
		stage.figure('asked', asked);
		return heard[0]?.url ?? '';
	}
};

async function hostedWithFiles(stage: Stage, env: Record<string, string>): Promise<World> {
	const bucket = await openBucket();
	stage.later(() => bucket.remove());
	return stage.hosted(1, { ...env, ...bucket.env });
}
