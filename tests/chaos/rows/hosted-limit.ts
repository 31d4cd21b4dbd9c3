import { keys } from '../../../src/lib/chat/storage/keys.ts';
import { Answers, type Spoil } from '../answers.ts';
import { openPage } from '../page.ts';
import type { Row } from '../row.ts';

/** Operations a second that the store takes. */
const PER_SECOND = '50';
const PEOPLE = 20;
const MESSAGES = 10;
const STORED_WITHIN = 60_000;
/** Numbers that are given out and become no message, of a hundred. */
const BURNT = 2;

let asked = 0;
const good: Spoil = () => ({ kind: 'none' });
const bad: Spoil = () => (++asked % 100 === 0 ? { kind: 'lost' } : { kind: 'late', by: 150 });
const lines: { name: string; spoil: Spoil; namesTimes: boolean }[] = [
	{ name: 'good', spoil: good, namesTimes: true },
	{ name: 'bad', spoil: bad, namesTimes: true },
	{ name: 'silent', spoil: good, namesTimes: false },
	{ name: 'silent_bad', spoil: bad, namesTimes: false }
];

/**
 * Two nodes on a hosted store that is asked for far more than it takes. On a bad line its answers come late, and one in a hundred not
 * at all; on a silent one its refusals do not say when to ask again.
 */
export const hostedLimit: Row = {
	id: 'hosted-limit',
	guards: [],
	waits: true,
	elsewhere: 'tests/e2e/processes/hosted-limits.spec.ts',
	async run(stage) {
		const world = await stage.hosted(0, {}, { HPKV_RATE_PER_SECOND: PER_SECOND });
		const { store } = world;
		if (!store) throw new Error('There is no store');
		const proxies = [await Answers.to(store.url), await Answers.to(store.url)];
		stage.later(() => proxies.forEach((proxy) => proxy.close()));
		const nodes = [];
		for (const { url } of proxies) nodes.push(await world.join(url));
		const people = [];
		for (let i = 0; i < PEOPLE; i++) people.push(await stage.join(nodes[i % nodes.length]?.url ?? ''));
		const [ada] = people;
		if (!ada) throw new Error('There is nobody');
		for (const { name, spoil, namesTimes } of lines) {
			const room = await stage.room(ada);
			const { id } = (await openPage(ada.app, room.path)).room;
			for (const proxy of proxies) Object.assign(proxy, { spoil, namesTimes });
			const began = performance.now();
			await Promise.all(
				people.map(async (person) => {
					const sender = stage.sender(person, room);
					for (let said = 0; said < MESSAGES; said++) await sender.say();
				})
			);
			const ms = performance.now() - began;
			for (const proxy of proxies) proxy.spoil = good;
			const burnt = Number(await world.records.get(keys.messageCount(id))) - PEOPLE * MESSAGES;
			stage.figure(`${name}_s`, Math.round(ms / 1_000));
			stage.figure(`${name}_burnt`, burnt);
			stage.expect(ms <= STORED_WITHIN, `on a ${name} line all was stored after ${Math.round(ms)} ms`);
			stage.expect(burnt <= (BURNT / 100) * PEOPLE * MESSAGES, `on a ${name} line ${burnt} numbers became no message`);
		}
		return ada.app;
	}
};
