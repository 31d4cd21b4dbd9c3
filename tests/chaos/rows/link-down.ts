import { Cable } from '../cable.ts';
import { Line } from '../line.ts';
import type { Row } from '../row.ts';
import type { Stage } from '../stage.ts';

/** A socket is dropped 45 s after its last frame, which is looked at each 5 s. */
const NOTICED_WITHIN = 60_000;
/** A try may have begun just before the link came back, and the next wait is half a minute at most. */
const BACK_WITHIN = 45_000;

/** A link that can go silent as a whole, and where people find the app on both sides of the trouble. */
interface Link {
	/** The address that readers have: the link is on the way to it. */
	app: () => Promise<string>;
	/** The address where it is always reached. */
	always: string;
	down: () => void;
	up: () => void;
}

/**
 * The whole link is silent, also for what is asked meanwhile, and nobody is told: once through a proxy that swallows, where
 * what was begun then never ends, and once, where the machine has network namespaces, through a cable that is pulled.
 */
export const linkDown: Row = {
	id: 'link-down',
	guards: ['a-question-waits-for-ever', 'a-try-waits-for-ever'],
	waits: true,
	async run(stage) {
		const links = [await proxied(stage), ...(await pulled(stage))];
		stage.figure('links', links.length > 1 ? 'proxy+veth' : 'proxy');
		await Promise.all(links.map((link) => outage(stage, link)));
		return links[0]?.always ?? '';
	}
};

async function outage(stage: Stage, link: Link): Promise<void> {
	const ada = await stage.join(link.always);
	const room = await stage.room(ada);
	room.app = link.always;
	for (let readers = 0; readers < stage.size(4, 20); readers++) {
		const reader = await stage.reader(ada, room, { app: await link.app() });
		await stage.until(() => reader.live, 10_000, 'a reader is live');
	}
	const sender = stage.sender(ada, room);
	await sender.say();
	await stage.caughtUp(5_000, [room]);

	const began = performance.now();
	link.down();
	await sender.say();
	const noticed = () => room.readers.every(({ live }) => !live);
	stage.figure('noticed_ms', await stage.until(noticed, NOTICED_WITHIN, 'nobody is called live any more'));
	// Long enough that tries to come back have met the silence as well.
	const longEnough = stage.size(55_000, 120_000);
	await stage.until(() => performance.now() - began > longEnough, longEnough + 1_000, 'the link was down');
	link.up();
	stage.figure('back_ms', await stage.caughtUp(BACK_WITHIN, [room]));
	await stage.until(() => room.readers.every(({ live }) => live), BACK_WITHIN, 'everybody is live again');
	await sender.say();
	await stage.caughtUp(5_000, [room]);
}

async function proxied(stage: Stage): Promise<Link> {
	const { nodes } = await stage.embedded();
	const always = nodes[0]?.url ?? '';
	const lines: Line[] = [];
	stage.later(() => lines.forEach((line) => line.close()));
	return {
		always,
		app: async () => {
			const line = await Line.to(always);
			lines.push(line);
			return line.url;
		},
		down: () => {
			for (const line of lines) {
				line.mode = 'silent';
				line.forget();
			}
		},
		up: () => lines.forEach((line) => (line.mode = 'through'))
	};
}

async function pulled(stage: Stage): Promise<Link[]> {
	const cable = Cable.lay();
	if (!cable) return [];
	stage.later(cable.remove);
	const { nodes } = await stage.embedded({ HOST: '0.0.0.0' }, cable.inside);
	const port = new URL(nodes[0]?.url ?? '').port;
	return [
		{
			always: `http://${cable.always}:${port}`,
			app: () => Promise.resolve(`http://${cable.readers}:${port}`),
			down: () => cable.pull(),
			up: () => cable.plug()
		}
	];
}
