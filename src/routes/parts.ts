/**
 * Parts that few readers see. The root element of each has `data-part` with its name: hooks.client.ts loads those of the
 * page before it hydrates. A universal `load` could do it, and would cost each page 0.8 kB.
 */
import { lazy } from '$lib/lazy.ts';

const loads = {
	ClosedRoom: lazy(() => import('$lib/ui/composer/ClosedRoom.svelte')),
	EmptyRoom: lazy(() => import('./rooms/[slug]/EmptyRoom.svelte')),
	ErrorPage: lazy(() => import('./ErrorPage.svelte')),
	JoinRoom: lazy(() => import('./rooms/[slug]/JoinRoom.svelte')),
	MessageFiles: lazy(() => import('$lib/ui/files/MessageFiles.lazy.ts')),
	RecoveryCodes: lazy(() => import('$lib/ui/people/RecoveryCodes.lazy.ts')),
	ReplyCard: lazy(() => import('$lib/ui/composer/ReplyCard.svelte')),
	UploadedFiles: lazy(() => import('$lib/ui/files/UploadedFiles.svelte'))
};
type Name = keyof typeof loads;
type Part<N extends Name> = NonNullable<Awaited<ReturnType<(typeof loads)[N]>>>['default'];

export const parts: { [N in Name]?: Part<N> } = {};

/** Undefined if the part cannot be loaded now. */
export async function loadPart<N extends Name>(name: N): Promise<Part<N> | undefined> {
	return (parts[name] ??= (await loads[name]())?.default as (typeof parts)[N]);
}

if (import.meta.env.SSR) await Promise.all((Object.keys(loads) as Name[]).map(loadPart));
