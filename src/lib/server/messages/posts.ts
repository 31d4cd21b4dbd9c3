import { errorFacts, log } from '../runtime/log.ts';
import { Posts } from './post-message.ts';
import { store } from '../storage/store.ts';

export const posts = new Posts(store, Date.now, (error) => log('error', 'readers-not-woken', errorFacts(error)));
