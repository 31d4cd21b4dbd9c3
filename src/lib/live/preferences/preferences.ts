/** A person's choices for this browser, where they differ from the default: `sound`, `no-keys`. */
import { browserKeep } from '../composer/browser-storage.ts';

export const choices = browserKeep('parley:choice:', (value) => value === true);
