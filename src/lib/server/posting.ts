import { errorFacts, log } from './log.ts';
import { Posts } from './posts.ts';
import { store } from './store.ts';

/** The posts of this process. */
export const posts = new Posts(store, Date.now, (error) => log('error', 'readers-not-woken', errorFacts(error)));
