import { Answers, type AnswerFault } from '../answers.ts';
import type { Row } from '../row.ts';
import { talk } from '../talk.ts';

const BACK_WITHIN = 5_000;
/** An open page tries again within five seconds; the answer takes a moment. */
const OUT_WITHIN = 10_000;
const BANNER = 'Parley can’t load messages right now';

/** A hosted store in trouble, in every way it can be: pages say so, what is written is kept, and it is one message in the end. */
export const storeFaults: Row = {
	id: 'store-faults',
	guards: ['any-answer-will-do'],
	async run(stage) {
		const world = await stage.hosted(0);
		const { store } = world;
		if (!store) throw new Error('There is no store');
		const answers = await Answers.to(store.url);
		stage.later(() => answers.close());
		const node = await world.join(answers.url);
		const people = await stage.people(node.url, 6);
		const [ada] = people;
		if (!ada) throw new Error('There is nobody');
		const room = await stage.room(ada);
		await stage.reader(ada, room);
		await stage.sender(ada, room).say();
		const browser = await stage.browser();
		const attic = await stage.room(ada);
		const tab = await stage.tab(await browser.newContext(), await stage.join(node.url, 'Tab'), attic);
		await stage.reader(ada, attic);
		const talking = talk(
			people.map((person) => stage.sender(person, room)),
			stage.random,
			100
		);
		const troubles: Record<string, () => AnswerFault> = {
			late: () => ({ kind: 'late', by: 200 + stage.random() * 1_500 }),
			'429': () => ({ kind: 'refused', status: 429 }),
			'500': () => ({ kind: 'refused', status: 500 }),
			garbage: () => ({ kind: 'garbage' }),
			half: () => ({ kind: 'half' }),
			lost: () => ({ kind: 'lost' })
		};
		let slowest = 0;
		const recover = async () => {
			answers.spoil = () => ({ kind: 'none' });
			const { acknowledged } = talking;
			slowest = Math.max(
				slowest,
				await stage.until(() => talking.acknowledged > acknowledged, BACK_WITHIN, 'messages are sent again')
			);
		};
		for (const [name, trouble] of Object.entries(troubles)) {
			let took = 0;
			// Half of all answers; then half of those to writes alone, so that a send comes as far as its record.
			for (const only of [undefined, 'POST']) {
				let met = 0;
				answers.spoil = ({ method }) => {
					if ((only && method !== only) || stage.random() < 0.5) return { kind: 'none' };
					met++;
					return trouble();
				};
				took += await stage.until(() => met >= stage.size(20, 150), 60_000, `enough is spoiled by ${name}`);
			}
			stage.figure(`${name}_ms`, took);
			await recover();
		}

		answers.spoil = () => ({ kind: 'away' });
		const gone = performance.now();
		const honest = async () => {
			const page = await ada.get(room.path);
			return page.status === 503 && (await page.text()).includes(BANNER);
		};
		await stage.until(honest, 10_000, 'the page says that the store is away, and is a 503');
		const health = await fetch(`${node.url}/healthz`);
		stage.expect(health.status === 503, `/healthz says ${health.status} while the store is away`);
		for (const words of ['are you there?', 'I can wait']) await tab.write(words);
		const kept = () => tab.page.locator('[role=log] article').filter({ hasText: 'Waiting for' }).count();
		await stage.until(
			async () => (await kept()) === 2,
			30_000,
			'the open page keeps what is written, and says what it is waiting for'
		);
		await stage.until(() => performance.now() - gone > stage.size(3_000, 120_000), 150_000, 'it was away for long');
		await recover();
		const sent = await stage.until(() => tab.unsent === 0, OUT_WITHIN, 'the open page sends what it has kept');
		stage.figure('page_sends_ms', sent);
		await stage.until(async () => (await ada.get(room.path)).ok, BACK_WITHIN, 'the page is whole again');
		await talking.end();
		stage.figure('away_s', (performance.now() - gone) / 1000);
		stage.figure('back_ms_max', slowest);
		await stage.caughtUp(35_000);
		return node.url;
	}
};
