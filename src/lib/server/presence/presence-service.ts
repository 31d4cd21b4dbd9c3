import { config } from '../runtime/config.ts';
import { errorFacts, log } from '../runtime/log.ts';
import { Presence } from './presence.ts';
import { store } from '../storage/store.ts';

/** Who is present, as this process knows; nothing, where that is switched off. */
export const presence = config.presence
	? new Presence(store, Date.now, (error) => log('error', 'presence-not-told', errorFacts(error)))
	: undefined;
