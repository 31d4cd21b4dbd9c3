/** Whether the page's script posted the form (`use:enhance` sets this header) and expects JSON. */
export const wantsJson = ({ request }: { request: Request }) => request.headers.has('x-sveltekit-action');
