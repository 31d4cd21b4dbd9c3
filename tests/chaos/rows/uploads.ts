/** Files: what was acknowledged is whole, and nothing else stays. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { diskBlobs } from '../../../src/blobs/disk.ts';
import { openForCommand } from '../../../src/hpkv/process/open-for-command.ts';
import { STRAY_BLOB_KEPT_MS } from '../../../src/lib/chat/limits.ts';
import { sweepFiles } from '../../../src/lib/server/files/attached/sweep.ts';
import { listFiles } from '../../../src/lib/server/files/copies/listed-files.ts';
import { readAllThumbnails } from '../../../src/lib/server/files/thumbnails/thumbnail-record.ts';
import { UploadLimits } from '../../../src/lib/server/files/upload-limits.ts';
import { Uploads } from '../../../src/lib/server/files/uploads.ts';
import { below } from '../../conformance/faults/random.ts';
import { everyMessage, type Person } from '../../e2e/person.ts';
import type { Row } from '../row.ts';
import type { Stage } from '../stage.ts';
import { sha256Of, Uploader } from '../uploader.ts';
import type { World } from '../world.ts';

const DAY_MS = 24 * 60 * 60_000;
const PEOPLE = 6;

/** kill -9 and SIGTERM in a burst of uploads whose connections are cut anywhere, and of sends that name them. */
export const uploadsKilled: Row = {
	id: 'uploads-kill-9',
	guards: ['record-before-bytes'],
	async run(stage) {
		const stops = stage.size(4, 100);
		const { world, node, people, ada, room } = await stage.kitchen(PEOPLE, { UPLOAD_MIN_FREE: '1' });
		const uploaders = people.map((person) => new Uploader(person, room, stage.random));
		const sent = () => uploaders.flatMap((uploader) => uploader.sent);
		let isOver = false;
		const uploading = Promise.all(uploaders.map((uploader) => uploader.run(() => isOver)));
		for (let done = 0; done < stops; done++) {
			const enough = sent().length + 3 + below(stage.random, 8);
			await stage.until(() => sent().length >= enough, 60_000, 'files are sent again after a restart');
			await rest(below(stage.random, 60));
			await node.stop(done % 4 === 3 ? 'SIGTERM' : 'SIGKILL');
			await node.again();
		}
		isOver = true;
		await uploading;
		for (const { wrong } of uploaders) for (const sentence of wrong) stage.expect(false, sentence);
		stage.acknowledged += sent().length;
		stage.figure('stops', stops);
		stage.figure(
			'cuts',
			uploaders.reduce((sum, { cuts }) => sum + cuts, 0)
		);
		await expectWhole(stage, ada, room, sent());
		await node.stop();
		await expectNothingElse(stage, world, new Set(sent().map(({ id }) => id)));
		return node.url;
	}
};

/** Each acknowledged file is in one message, with the bytes that were sent. */
async function expectWhole(stage: Stage, ada: Person, room: string, sent: Uploader['sent']): Promise<void> {
	const messages = await everyMessage(ada.app, room);
	for (const { text, id, sha256 } of sent) {
		const found = messages.filter(({ message }) => message === text);
		stage.expect(found.length === 1, `a message with a file is there ${found.length} times`);
		const [message] = found;
		const [file] = message?.files ?? [];
		if (!message || !stage.expect(file?.id === id, 'a message has its file')) continue;
		const answer = await ada.get(`${room}/files/${message.n}/${id}/soup.bin`);
		const bytes = new Uint8Array(await answer.arrayBuffer());
		stage.expect(
			sha256Of(bytes) === sha256,
			`an acknowledged file has its bytes: ${answer.status}, ${bytes.length} bytes`
		);
	}
}

/** After the sweeps of the weeks to come, nothing is left of what was given up, and all that was sent. */
export async function expectNothingElse(stage: Stage, { dataDir }: World, ids: ReadonlySet<string>): Promise<void> {
	const { store, close } = await openForCommand(dataDir);
	try {
		const [blobs, folder] = [diskBlobs(join(dataDir, 'files')), join(dataDir, 'uploads')];
		for (const later of [9 * DAY_MS, 10 * DAY_MS + STRAY_BLOB_KEPT_MS]) {
			const clock = () => Date.now() + later;
			const limits = new UploadLimits(store, blobs, folder, { most: 1e9, total: 1e12, leastFree: 0 });
			await sweepFiles({ store, blobs, limits, clock });
			await new Uploads({ store, blobs, limits, folder, clock }).sweep();
		}
		const files = await Array.fromAsync(listFiles(store));
		const stored = await Array.fromAsync(blobs.list());
		const thumbnails = await readAllThumbnails(store);
		const known = new Set([
			...files.map(({ blob }) => blob),
			...[...thumbnails.values()].flatMap(({ blobs }) => blobs)
		]);
		const lone = [...thumbnails.keys()].filter((id) => !files.some((file) => file.id === id)).length;
		stage.expect(lone === 0, `${lone} thumbnails of nothing are left`);
		const orphans = stored.filter(({ key }) => !known.has(key)).length;
		stage.expect(orphans === 0, `${orphans} blobs without a record are left`);
		stage.expect(readdirSync(folder).length === 0, 'uploads that were given up are left');
		const unsent = files.filter(({ id }) => !ids.has(id)).length;
		stage.expect(unsent === 0, `${unsent} files in no message are left`);
		stage.expect(files.length - unsent === ids.size, 'the sweep has kept what is in messages');
	} finally {
		await close();
	}
}
