/** Thumbnails: one of each picture, and none of a picture that is erased, whenever the node ends. */
import { setTimeout as rest } from 'node:timers/promises';
import { below } from '../../conformance/faults/random.ts';
import { everyMessage } from '../../e2e/person.ts';
import { png } from '../../fixtures/pictures.ts';
import type { Row } from '../row.ts';
import { expectNothingElse } from './uploads.ts';

/** Larger than the box, so that a smaller copy is made. */
const PICTURE = png(2_400, 1_000);
const AT_ONCE = 8;

/** kill -9 and SIGTERM while pictures are made smaller, and some are erased. */
export const thumbnailsKilled: Row = {
	id: 'uploads-thumbnails',
	// The look for an erased picture is tried in thumbnails.test.ts; here the sweep repairs what a kill leaves.
	guards: [],
	async run(stage) {
		const stops = stage.size(4, 40);
		const { world, node, ada, room } = await stage.kitchen(1, { UPLOAD_MIN_FREE: '1' });
		for (let i = 0; i < stops * AT_ONCE; i++) {
			const sent = await ada.sendFiles(room, `Picture ${i}`, { 'soup.png': PICTURE });
			stage.expect(sent.status === 303, `a picture is sent: ${sent.status}`);
		}
		const pictures = (await everyMessage(ada.app, room)).flatMap(({ n, files }) =>
			files?.[0] ? [{ n, ...files[0] }] : []
		);
		stage.expect(pictures.length === stops * AT_ONCE, 'each picture is in a message');
		stage.acknowledged += pictures.length;
		const look = async ({ n, id }: (typeof pictures)[number]) => {
			const answer = await ada.get(`${room}/files/${n}/${id}/thumbnail/soup.png`);
			return { status: answer.status, head: Buffer.from(await answer.arrayBuffer()).toString('latin1', 0, 4) };
		};
		const erase = ({ n }: { n: number }) => ada.post(`${room}/${n}?/delete`, { n: String(n), erase: '1' });
		const erased = new Set<string>();
		for (let done = 0; done < stops; done++) {
			const now = pictures.slice(done * AT_ONCE, (done + 1) * AT_ONCE);
			const looking = now.map((picture) => look(picture).catch(() => undefined));
			/*
			 * They are made one after the other, in some 50 ms each, and files are erased 200 ms after their message: one of them is
			 * being made then.
			 */
			const gone = now.slice(2);
			const erasing = gone.map(async (picture) => {
				await rest(below(stage.random, 40));
				await erase(picture).catch(() => undefined);
			});
			// Every second time nothing is interrupted.
			if (done % 2 === 0) await rest(below(stage.random, 300));
			else await Promise.all([...looking, ...erasing]);
			await node.stop(done % 4 === 3 ? 'SIGTERM' : 'SIGKILL');
			await node.again();
			await Promise.all([...looking, ...erasing]);
			// A deletion whose answer was lost is done again.
			for (const picture of gone) {
				const again = await erase(picture);
				stage.expect(again.status < 500, `a picture is erased: ${again.status}`);
				erased.add(picture.id);
			}
		}
		for (const picture of pictures) {
			const { status, head } = await look(picture);
			if (erased.has(picture.id)) stage.expect(status === 404, `an erased picture is answered ${status}`);
			else stage.expect(status === 200 && head === 'RIFF', `a picture has its thumbnail: ${status} ${head}`);
		}
		stage.figure('stops', stops);
		stage.figure('pictures', pictures.length);
		await node.stop();
		await expectNothingElse(stage, world, new Set(pictures.map(({ id }) => id).filter((id) => !erased.has(id))));
		return node.url;
	}
};
