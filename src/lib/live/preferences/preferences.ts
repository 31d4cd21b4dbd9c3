/** What a person has chosen for this browser alone, against what it does otherwise: `sound`, `no-keys`. */
import { browserKeep } from '../composer/browser-storage.ts';

export const choices = browserKeep('parley:choice:', (value) => value === true);
