export const wantsJson = ({ request }: { request: Request }) => request.headers.has('x-sveltekit-action');
