import { hostedStore } from '../../src/hpkv/clients/rest.ts';
import { memoryStore } from '../../src/hpkv/embedded/memory.ts';
import { rehearsalOf } from '../../src/hpkv/embedded/rehearsal.ts';
import { forget, freshDirectory, startAlone } from './alone.ts';
import { hpkvContract } from './hpkv.contract.ts';
import { serve } from './served.ts';

hpkvContract('memory', () => Promise.resolve({ store: memoryStore(), close: () => Promise.resolve() }));

hpkvContract('rehearsal', () => Promise.resolve({ store: rehearsalOf(memoryStore()), close: () => Promise.resolve() }));

hpkvContract('embedded, in this process', async () => {
	const dataDir = freshDirectory();
	const served = await serve({ dataDir, prefix: '/hpkv' });
	return {
		store: served.store.client,
		other: hostedStore(served),
		close: () => served.close().then(() => forget(dataDir))
	};
});

hpkvContract('embedded, over REST below a prefix', async () => {
	const served = await serve({ prefix: '/hpkv' });
	return {
		store: hostedStore({ ...served, baseUrl: `${served.baseUrl}/`, maxValueBytes: 40_960 }),
		other: served.store.client,
		close: () => served.close()
	};
});

hpkvContract('embedded, over REST by a client that knows it', async () => {
	const served = await serve();
	return {
		store: hostedStore({ ...served, maxValueBytes: 40_960, dropsHolders: true }),
		other: hostedStore(served),
		close: () => served.close()
	};
});

hpkvContract('hosted, a store run alone', async () => {
	const alone = await startAlone({ HPKV_MAX_VALUE_BYTES: '3000' });
	return {
		// As the strictest endpoint would have it.
		store: hostedStore({ ...alone, maxValueBytes: 3_000 }),
		other: hostedStore(alone),
		close: async () => {
			await alone.stop();
			forget(alone.dataDir);
		}
	};
});
