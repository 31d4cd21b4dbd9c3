import { config } from '../runtime/config.ts';
import { errorFacts, log } from '../runtime/log.ts';
import { Presence } from './presence.ts';
import { store } from '../storage/store.ts';

/** The presence of this process; undefined where PRESENCE is off. */
export const presence = config.presence
	? new Presence(store, Date.now, (error) => log('error', 'presence-not-told', errorFacts(error)))
	: undefined;
