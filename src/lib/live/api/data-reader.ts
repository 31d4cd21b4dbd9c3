import { lazy } from '../../lazy.ts';

/** Reads what SvelteKit's server writes: the answer of a form, and the data of the next page (build/svelte-for-kit.ts). */
export const dataReader = lazy(() => import('./devalue.lazy.ts'));
