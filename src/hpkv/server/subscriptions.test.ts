import { expect, test } from 'vitest';
import type { Frames } from './shared-frames.ts';
import type { Grant } from './access-tokens.ts';
import { subscription } from './pattern.ts';
import { Watchers, type Watcher } from './subscriptions.ts';

class Listener implements Watcher {
	frames: Frames[] = [];
	hear(frames: Frames): void {
		this.frames.push(frames);
	}
	get heard(): string[] {
		return this.frames
			.flatMap(({ texts }) => texts)
			.map((text) => JSON.parse(text) as { key: string; value: string | null })
			.map(({ key, value }) => `${key}=${value}`);
	}
}

function grant(...sources: string[]): Grant {
	const all: Grant = { keys: [], patterns: [], mayTouch: () => false, holders: [], id: '', expires: Infinity };
	for (const source of sources) {
		const matchRooms = subscription(source);
		if ('exact' in matchRooms) all.keys.push(matchRooms.exact);
		else all.patterns.push({ source, matches: matchRooms.matches });
	}
	return all;
}

const turn = () => new Promise((next) => setImmediate(next));
const change = (key: string, value: string | null = 'x') => ({ key, value });

test('a watcher hears what it watches, in commit order across keys, in one write a turn', async () => {
	const watchers = new Watchers();
	const ada = new Listener();
	watchers.add(ada, grant('kitchen', 'attic'));
	watchers.changed([change('kitchen', '1'), change('cellar'), change('attic', '2')]);
	watchers.changed([change('kitchen', '3')]);
	await turn();
	expect(ada.heard).toEqual(['kitchen=1', 'attic=2', 'kitchen=3']);
	expect(ada.frames).toHaveLength(1);
});

test('a key that fits several subscriptions is heard once', async () => {
	const watchers = new Watchers();
	const ada = new Listener();
	watchers.add(ada, grant('kitchen', 'kitch*', '*', '^kitchen$'));
	watchers.changed([change('kitchen')]);
	await turn();
	expect(ada.heard).toEqual(['kitchen=x']);
});

test('watchers of the same keys share one buffer', async () => {
	const watchers = new Watchers();
	const ears = Array.from({ length: 3 }, () => new Listener());
	for (const ear of ears) watchers.add(ear, grant('a', 'b'));
	watchers.changed([change('a'), change('b')]);
	await turn();
	expect(ears[0]!.frames[0]!.wire).toBeInstanceOf(Buffer);
	expect(new Set(ears.map((ear) => ear.frames[0])).size).toBe(1);
});

test('who has left hears no more, and nothing of it is kept', async () => {
	const watchers = new Watchers();
	const [ada, grace] = [new Listener(), new Listener()];
	const what = grant('a', 'b*');
	watchers.add(ada, what);
	watchers.add(grace, what);
	watchers.changed([change('a')]);
	watchers.remove(ada, what);
	await turn();
	expect([ada.heard, grace.heard]).toEqual([[], ['a=x']]);
});

test('a delete is heard as null', async () => {
	const watchers = new Watchers();
	const ada = new Listener();
	watchers.add(ada, grant('a'));
	watchers.changed([change('a', null)]);
	await turn();
	expect(JSON.parse(ada.frames[0]!.texts[0]!)).toMatchObject({ type: 'notification', key: 'a', value: null });
});
