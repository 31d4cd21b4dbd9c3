/** The page's script posts with this header, as `use:enhance` does; it wants what came of it, not another page. */
export const wantsJson = ({ request }: { request: Request }) => request.headers.has('x-sveltekit-action');
