import { expect, test, vi } from 'vitest';
import { said } from '../../../tests/fixtures/kitchen.ts';
import { Outbox, type Receipt, type Unsent } from './Outbox.svelte.ts';

const draft = (message: string) => ({ day: '20261123', person: 'ada', sender: 'Ada', message, timestamp: 1 });

/** A server that answers when it is told to. */
function server() {
	const asked: { unsent: Unsent; answer: (receipt: Receipt) => void }[] = [];
	const sent: number[] = [];
	const post = (unsent: Unsent) => new Promise<Receipt>((answer) => asked.push({ unsent, answer }));
	const outbox = new Outbox(post, (message) => sent.push(message.n));
	const answer = async (at: number, receipt: Receipt) => {
		asked[at]?.answer(receipt);
		await vi.waitFor(() =>
			expect(outbox.unsent.find(({ id }) => id === asked[at]?.unsent.id)?.state).not.toBe('sending')
		);
	};
	return { outbox, asked, sent, answer };
}

test('messages go out one after the other, in the order they were written', async () => {
	const { outbox, asked, sent, answer } = server();
	outbox.send(draft('one'));
	outbox.send(draft('two'));
	expect(outbox.unsent.map(({ message, state }) => [message, state])).toEqual([
		['one', 'sending'],
		['two', 'sending']
	]);
	expect(asked.map(({ unsent }) => unsent.message)).toEqual(['one']);
	await answer(0, { kind: 'sent', message: said('kitchen', 1) });
	await vi.waitFor(() => expect(asked.map(({ unsent }) => unsent.message)).toEqual(['one', 'two']));
	expect(sent).toEqual([1]);
	expect(outbox.unsent.map(({ message }) => message)).toEqual(['two']);
});

test('one that is refused stays with its reason, keeps its id for another try, and does not hold up the next', async () => {
	const { outbox, asked, answer } = server();
	outbox.send(draft('one'));
	outbox.send(draft('two'));
	await answer(0, { kind: 'refused', reason: 'Parley could not be reached.' });
	expect(outbox.unsent[0]).toMatchObject({ message: 'one', state: 'failed', reason: 'Parley could not be reached.' });
	await vi.waitFor(() => expect(asked).toHaveLength(2));
	await answer(1, { kind: 'sent', message: said('kitchen', 1) });
	const id = outbox.unsent[0]?.id ?? '';
	outbox.retry(id);
	await vi.waitFor(() => expect(asked).toHaveLength(3));
	expect(asked[2]?.unsent).toMatchObject({ id, message: 'one' });
});

test('one whose id belongs to another text is tried again under a new one', async () => {
	const { outbox, asked, answer } = server();
	outbox.send(draft('one'));
	const [first] = asked;
	await answer(0, { kind: 'refused', reason: 'another text', newId: true });
	await vi.waitFor(() => expect(outbox.unsent[0]?.state).toBe('failed'));
	expect(outbox.unsent[0]?.id).not.toBe(first?.unsent.id);
});

test('one that is discarded gives its text back', async () => {
	const { outbox, answer } = server();
	outbox.send(draft('one'));
	await answer(0, { kind: 'refused', reason: 'no' });
	expect(outbox.discard(outbox.unsent[0]?.id ?? '')).toBe('one');
	expect(outbox.unsent).toEqual([]);
});
