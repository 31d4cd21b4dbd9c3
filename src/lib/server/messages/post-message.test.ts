import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { kitchen, NOW } from '../../../../tests/fixtures/kitchen.ts';
import { eventsOn } from '../../../../tests/support/events.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { parseEntry } from '../../chat/messages/live-events.ts';
import { read } from '../../chat/markup/parse-messages.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import { edit, publishChange, remove } from './changes.ts';
import { readPage } from '../history/history.ts';
import { readMentions } from './mentions.ts';
import { joinOpenly, renamePerson } from '../people/people.ts';
import { Posts } from './post-message.ts';
import { readSince } from '../history/catch-up.ts';

async function open(maxValueBytes?: number) {
	const store = memoryStore(maxValueBytes);
	const room = await kitchen(store, 0);
	const failures: unknown[] = [];
	const events = eventsOn(store, (error) => failures.push(error));
	const posts = new Posts(store, () => NOW, events);
	const draft = {
		room,
		person: 'ada',
		sender: 'Ada',
		day: '20261123',
		sendId: 'send-000000000000001',
		message: 'Tea?'
	};
	return { store, room, events, posts, draft, failures };
}

describe('a post', () => {
	test('a post is stored under the next number, and wakes the readers and the list', async () => {
		const { store, room, posts, draft, events } = await open();
		const posted = await posts.post(draft);
		expect(posted).toMatchObject({ ok: true, message: { n: 1, sender: 'Ada', message: 'Tea?', timestamp: NOW } });
		await events.settle();
		const record = await store.get(keys.message(room, 1));
		expect(await store.get(keys.live(room))).toBe(record);
		expect(JSON.parse((await store.get(keys.last(room))) ?? '')).toMatchObject({ n: 1, text: 'Tea?' });
	});

	test('a post repeated, at once or later, is one message with one number', async () => {
		const { store, room, posts, draft } = await open();
		const all = await Promise.all(Array.from({ length: 20 }, () => posts.post(draft)));
		all.push(await posts.post(draft));
		expect(new Set(all.map((posted) => posted.ok && posted.message.n))).toEqual(new Set([1]));
		expect(await store.get(keys.messageCount(room))).toBe('1');
	});

	test('a post repeated by another process at the same moment is one message, and the other number is void', async () => {
		const { store, room, posts, draft } = await open();
		const elsewhere = new Posts(store, () => NOW, eventsOn(store));
		const both = await Promise.all([posts.post(draft), elsewhere.post(draft)]);
		expect(new Set(both.map((posted) => posted.ok && posted.message.n)).size).toBe(1);
		const { records } = await store.range(keys.message(room, 1), keys.message(room, 99));
		expect(records.map(({ value }) => JSON.parse(value) as object).filter((record) => 'id' in record)).toHaveLength(1);
		expect(records).toHaveLength(Number(await store.get(keys.messageCount(room))));
	});

	test('a post with the send id of another text is refused, and the first text stays', async () => {
		const { store, room, posts, draft } = await open();
		await posts.post(draft);
		expect(await posts.post({ ...draft, message: 'Coffee?' })).toEqual({ ok: false, because: 'other-text' });
		expect(await store.get(keys.message(room, 1))).toContain('Tea?');
		expect(await store.get(keys.messageCount(room))).toBe('1');
	});

	test('ten concurrent posts with one send id and different texts take one number and store one text', async () => {
		const { store, room, posts, draft } = await open();
		const texts = Array.from({ length: 10 }, (_, i) => ({ ...draft, message: `Text ${i}` }));
		const posted = await Promise.all(texts.map((text) => posts.post(text)));
		expect(posted.filter(({ ok }) => ok)).toMatchObject([{ message: { n: 1, message: 'Text 0' } }]);
		expect(posted.filter(({ ok }) => !ok)).toEqual(Array(9).fill({ ok: false, because: 'other-text' }));
		expect(await store.get(keys.messageCount(room))).toBe('1');
	});

	test('a post that fails leaves its send id free for another text', async () => {
		const { store, posts: _, draft } = await open();
		let away = true;
		const failing = {
			...store,
			increment: (key: string, by?: number) => (away ? Promise.reject(new Error('away')) : store.increment(key, by))
		};
		const posts = new Posts(failing, () => NOW, eventsOn(failing));
		const first = posts.post(draft).catch((error: Error) => {
			away = false;
			return error.message;
		});
		const second = posts.post({ ...draft, message: 'Coffee?' });
		expect(await first).toBe('away');
		expect(await second).toMatchObject({ ok: true, message: { n: 1, message: 'Coffee?' } });
		expect(await posts.post(draft)).toEqual({ ok: false, because: 'other-text' });
	});

	test('a post repeated long afterwards does not become the preview again', async () => {
		const { store, room, posts, draft, events } = await open();
		await posts.post(draft);
		await posts.post({ ...draft, sendId: 'send-000000000000002', message: 'Yes, tea.' });
		await posts.post(draft);
		await events.settle();
		expect(JSON.parse((await store.get(keys.last(room))) ?? '')).toMatchObject({ n: 2 });
	});

	test.each([
		['', 'empty'],
		[' \n\u200b\u3164 ', 'empty'],
		['x'.repeat(8_001), 'too-long'],
		['é'.repeat(8_001), 'too-long']
	])('of %j is refused', async (message, because) => {
		const { posts, draft } = await open();
		expect(await posts.post({ ...draft, message })).toEqual({ ok: false, because });
	});

	test('a post of eight thousand characters of any script fits the embedded store', async () => {
		const { posts, draft } = await open();
		expect(await posts.post({ ...draft, message: '𠜎'.repeat(8_000) })).toMatchObject({ ok: true });
	});

	test('a post that exceeds the value size is refused before it takes a number', async () => {
		const { store, room, posts, draft } = await open(3_000);
		const posted = await posts.post({ ...draft, message: '日'.repeat(1_500) });
		expect(posted).toEqual({ ok: false, because: 'too-many-bytes' });
		expect(await store.get(keys.messageCount(room))).toBeUndefined();
	});

	test('a post keeps its line breaks and loses characters that no font shows', async () => {
		const { posts, draft } = await open();
		const posted = await posts.post({ ...draft, message: 'one\r\ntwo\u0000\n  three\ud800 ' });
		expect(posted).toMatchObject({ message: { message: 'one\ntwo\n  three\ufffd' } });
	});

	test('a post mentions a person by their current name, whatever the first spelling was', async () => {
		const { store, room, posts, draft } = await open();
		const grace = await joinOpenly(
			store,
			{ typed: 'gracehopper', formId: 'form-0000000000000002', placeName: 'Parley' },
			NOW
		);
		if (!grace.ok) throw new Error(grace.because);
		const { id } = grace.person;
		await posts.post({ ...draft, message: '@Grace Hopper, tea?' });
		expect(await readMentions(store, id)).toEqual(new Map());
		await renamePerson(store, { id: id, typed: 'Grace Hopper', placeName: 'Parley' }, NOW);
		const mentioning = { ...draft, sendId: 'send-000000000000002', message: '@Grace Hopper, tea?' };
		await posts.post(mentioning);
		expect(await readMentions(store, id)).toEqual(new Map([[room, [2]]]));
		await remove(store, { room, n: 2, person: 'ada' }, 'member', () => NOW);
		expect(await readMentions(store, id)).toEqual(new Map());
	});

	test.each([
		['@bo look', ['bo']],
		['@bo_ look', ['bo_']],
		['(@Cleo (QA)) look', ['Cleo (QA)']],
		['@Cleo (QA) look, @Dee!', ['Cleo (QA)', 'Dee!']],
		['@Dee! look', ['Dee!']],
		['@Dee look', []],
		['@Who? @Eve, @bo.', ['Who?', 'Eve', 'bo']],
		['@Eve Lin', ['Eve Lin']],
		['> @bo\n- **@Eve**\n\n[ask @Dee!](https://example.org)', ['bo', 'Eve', 'Dee!']],
		['`@bo`, ```@Eve```', []],
		['```\n@bo\n```', []],
		['https://example.org/@bo [profile](https://example.org/@bo) mailto:x@bo.example', []],
		['[@bo](https://example.org/@Eve)', ['bo']]
	])('%j mentions exactly those who are shown: %j', async (text, names) => {
		const { store, room, posts, draft, events } = await open();
		const all = ['bo', 'bo_', 'Cleo (QA)', 'Dee!', 'Who?', 'Eve', 'Eve Lin'];
		const people = new Map<string, string>();
		for (const [i, typed] of all.entries()) {
			const joined = await joinOpenly(store, { typed, formId: `form-000000000000001${i}`, placeName: 'Parley' }, NOW);
			if (joined.ok) people.set(typed, joined.person.id);
		}
		const posted = await posts.post({ ...draft, message: text });
		await events.settle();
		const told = await Promise.all(all.map((name) => readMentions(store, people.get(name) ?? '')));
		expect(all.filter((_, i) => told[i]?.has(room)).sort()).toEqual([...names].sort());

		// As rendered on a page, as answered to the sender, and as sent in the live event.
		const { messages } = await readPage(store, room, undefined, NOW);
		const heard = parseEntry(JSON.parse((await store.get(keys.live(room))) ?? '')) as { message: ShownMessage };
		for (const message of [messages[0], posted.ok ? posted.message : undefined, heard.message]) {
			const { 1: blocks = [] } = read(message ? [message] : []);
			const shown = Array.from(
				JSON.stringify(blocks).matchAll(/"kind":"mention","text":"@(.*?)"/g),
				([, name]) => name
			);
			expect(shown).toEqual(names);
		}
		await remove(store, { room, n: 1, person: 'ada' }, 'member', () => NOW);
		for (const id of people.values()) expect((await readMentions(store, id)).size).toBe(0);
		expect(await store.get(keys.markMentions(room, 1))).toBeUndefined();
	});

	test('a post mentions its reader by their id, also after a rename', async () => {
		const { store, room, posts, draft } = await open();
		const grace = await joinOpenly(
			store,
			{ typed: 'Grace', formId: 'form-0000000000000002', placeName: 'Parley' },
			NOW
		);
		if (!grace.ok) throw new Error(grace.because);
		const { id: person } = grace.person;
		await posts.post({ ...draft, message: '@grace tea?' });
		await renamePerson(store, { id: person, typed: 'Lin', placeName: 'Parley' }, NOW);
		const { messages } = await readPage(store, room, undefined, NOW);
		expect(JSON.stringify(read(messages, { person, name: 'Lin' }))).toContain('"text":"@grace","me":true');
		expect(JSON.stringify(read(messages, { person: 'else', name: 'Grace' }))).toContain('"text":"@grace","me":false');
	});

	test('a post whose readers cannot be woken is stored', async () => {
		const { store, room, posts: _, draft, failures } = await open();
		const deaf = {
			...store,
			set: (key: string, value: string) =>
				key.startsWith('live:') ? Promise.reject(new Error('away')) : store.set(key, value)
		};
		const events = eventsOn(deaf, (error) => failures.push(error));
		const posts = new Posts(deaf, () => NOW, events);
		expect(await posts.post(draft)).toMatchObject({ ok: true });
		await events.settle();
		expect(failures).toHaveLength(1);
		expect(await store.get(keys.message(room, 1))).toContain('Tea?');
	});
});

describe('a change', () => {
	/** Posts a message by Ada; returns functions that repeat and edit it. */
	async function said(message: string, around: (store: Hpkv) => Hpkv = (store) => store) {
		const { store, room, draft, failures } = await open();
		const events = eventsOn(around(store), (error) => failures.push(error));
		const posts = new Posts(around(store), () => NOW, events);
		const grace = await joinOpenly(
			store,
			{ typed: 'Grace', formId: 'form-0000000000000002', placeName: 'Parley' },
			NOW
		);
		if (!grace.ok) throw new Error(grace.because);
		const send = () => posts.post({ ...draft, message });
		await send();
		await events.settle();
		const target = { room, n: 1, person: 'ada' };
		return {
			store,
			room,
			events,
			failures,
			target,
			send,
			edit: async (text: string) => {
				const edited = await edit(store, target, text, () => NOW);
				if (!edited.ok) throw new Error(edited.because);
				return edited;
			},
			mentioned: async () => (await readMentions(store, grace.person.id)).get(room) ?? []
		};
	}

	test('an edit is in the list before readers are woken', async () => {
		const shown: unknown[] = [];
		const { events, room, edit } = await said('Tea?', (store) => ({
			...store,
			set: async (key, value) => {
				if (key.startsWith('live:')) shown.push(JSON.parse((await store.get(keys.last(room))) ?? '{}'));
				return store.set(key, value);
			}
		}));
		shown.length = 0;
		void publishChange(events, room, await edit('Coffee?'));
		await events.settle();
		expect(shown).toMatchObject([{ text: 'Coffee?' }]);
	});

	test('an edit of a message that is deleted meanwhile leaves no text in the list or in the live event', async () => {
		const { events, store, room, edit, target } = await said('Tea?');
		const edited = await edit('A secret');
		void publishChange(events, room, edited);
		const removed = await remove(store, target, 'member', () => NOW);
		await events.settle();
		expect(removed).toMatchObject({ ok: true });
		const { records } = await store.range('a', 'z');
		expect(JSON.stringify(records)).not.toContain('secret');
	});

	test('an edit carries its mentions in the live event and in the answer of since', async () => {
		const { store, events, room, edit } = await said('Tea?');
		const change = await edit('@Grace tea?');
		const mentions = [{ name: 'Grace' }];
		expect(await publishChange(events, room, change)).toMatchObject({ mentions });
		await events.settle();
		expect(parseEntry(JSON.parse((await store.get(keys.live(room))) ?? ''))).toMatchObject({ change: { mentions } });
		const asked = await readSince(store, room, { message: 1, change: 0, holes: [] }, NOW);
		expect(asked).toMatchObject({ changes: [{ kind: 'edit', mentions }] });
	});

	test('an edit files the mentions of the current text and removes all others', async () => {
		const { events, room, edit, mentioned } = await said('@Grace tea?');
		expect(await mentioned()).toEqual([1]);
		void publishChange(events, room, await edit('Tea?'));
		await events.settle();
		expect(await mentioned()).toEqual([]);
		void publishChange(events, room, await edit('Tea, @grace?'));
		await events.settle();
		expect(await mentioned()).toEqual([1]);
	});

	test('a repeated send without an edit carries its mentions', async () => {
		const { store, events, room, send } = await said('@Grace tea?');
		const mentions = [{ name: 'Grace' }];
		expect(await send()).toMatchObject({ repeated: true, message: { mentions } });
		await events.settle();
		expect(parseEntry(JSON.parse((await store.get(keys.live(room))) ?? ''))).toMatchObject({ message: { mentions } });
	});

	test('a repeated send after an edit does not file the mentions of the first text again', async () => {
		const { events, room, send, edit, mentioned } = await said('@Grace tea?');
		await publishChange(events, room, await edit('Tea?'));
		expect(await send()).toMatchObject({ ok: true, repeated: true });
		expect(await mentioned()).toEqual([]);
		await events.settle();
	});

	test('an edit is acknowledged once its mentions are filed, and a retry files them after a failure', async () => {
		let full = true;
		const { events, room, edit, mentioned } = await said('Tea?', (store) => ({
			...store,
			set: (key, value) =>
				full && key.startsWith('mention:') ? Promise.reject(new Error('away')) : store.set(key, value)
		}));
		await expect(publishChange(events, room, await edit('Tea, @Grace?'))).rejects.toThrow('away');
		full = false;
		await publishChange(events, room, await edit('Tea, @Grace?'));
		expect(await mentioned()).toEqual([1]);
		await events.settle();
	});

	test('concurrent edits keep the mentions of the last text', async () => {
		const { events, room, edit, mentioned } = await said('@Grace tea?');
		const earlier = await edit('Tea?');
		void publishChange(events, room, earlier);
		void publishChange(events, room, await edit('@Grace coffee?'));
		await events.settle();
		expect(await mentioned()).toEqual([1]);
	});
});

test('mentions of a person in one room are limited to the newest hundred', async () => {
	const { store, room, posts, draft } = await open();
	const grace = await joinOpenly(store, { typed: 'Grace', formId: 'form-0000000000000002', placeName: 'Parley' }, NOW);
	if (!grace.ok) throw new Error(grace.because);
	for (let n = 1; n <= 105; n++) {
		await posts.post({ ...draft, sendId: `send-${String(n).padStart(16, '0')}`, message: `@Grace ${n}` });
	}
	const mentioned = (await readMentions(store, grace.person.id)).get(room) ?? [];
	expect(mentioned.length).toBeLessThanOrEqual(101);
	expect(mentioned.at(-1)).toBe(105);
	expect(mentioned[0]).toBeGreaterThan(4);
});
