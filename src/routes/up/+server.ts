/** The health check by the name that 37signals' ONCE and kamal-proxy ask for. */
export { GET } from '../healthz/+server.ts';
