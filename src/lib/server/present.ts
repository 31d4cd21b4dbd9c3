import { config } from './config.ts';
import { errorFacts, log } from './log.ts';
import { Presence } from './presence.ts';
import { store } from './store.ts';

/** Who is present, as this process knows; nothing, where that is switched off. */
export const presence = config.presence
	? new Presence(store, Date.now, (error) => log('error', 'presence-not-told', errorFacts(error)))
	: undefined;
