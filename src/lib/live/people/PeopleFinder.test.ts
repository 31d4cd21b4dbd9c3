import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PeopleFinder } from './PeopleFinder.lazy.ts';

let asked: string[];
let found: readonly string[];
let answer: (query: string) => Response;
let finder: PeopleFinder;

const named = (...names: string[]) => new Response(JSON.stringify({ names }));

beforeEach(() => {
	vi.useFakeTimers();
	[asked, found] = [[], []];
	answer = () => named('Zoë', 'Zora');
	vi.stubGlobal('fetch', (address: string) => {
		const query = new URL(address, 'http://127.0.0.1').searchParams.get('q') ?? '';
		asked.push(query);
		return Promise.resolve(answer(query));
	});
	finder = new PeopleFinder('/rooms/kitchen', (names) => (found = names));
});
afterEach(() => {
	vi.unstubAllGlobals();
	vi.useRealTimers();
});

async function type(...queries: string[]): Promise<void> {
	for (const query of queries) finder.find(query);
	await vi.advanceTimersByTimeAsync(200);
}

test('the finder asks once for a word that is typed quickly, and keeps what it found', async () => {
	await type('Z', 'Zo');
	expect(asked).toEqual(['Zo']);
	expect(found).toEqual(['Zoë', 'Zora']);
	answer = () => named('Ada');
	await type('A');
	expect(found).toEqual(['Ada', 'Zoë', 'Zora']);
});

test('the finder asks nothing that an earlier answer tells, whatever case and accents are typed', async () => {
	await type('Zo');
	await type('zo');
	await type('ZOË');
	await type('Zora is');
	expect(asked).toEqual(['Zo']);
});

test('the finder asks for the next letter where the answer was cut', async () => {
	answer = (query) => (query === 'a' ? named(...Array.from({ length: 8 }, (_, i) => `Ada ${i}`)) : named('Ada Zuse'));
	await type('a');
	await type('a');
	await type('ada z');
	expect(asked).toEqual(['a', 'ada z']);
	expect(found).toHaveLength(9);
});

test('the finder waits as long as the server asks, and asks again after a failure', async () => {
	answer = () => new Response('', { status: 429, headers: { 'retry-after': '3' } });
	await type('a');
	await type('ad');
	expect(asked).toEqual(['a']);
	answer = () => {
		throw new TypeError('Failed to fetch');
	};
	await vi.advanceTimersByTimeAsync(3_000);
	await type('ada');
	answer = () => named('Ada');
	await type('ada');
	expect(asked).toEqual(['a', 'ada', 'ada']);
	expect(found).toEqual(['Ada']);
});
