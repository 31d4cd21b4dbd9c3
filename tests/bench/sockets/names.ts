import type { Contestant } from './dialect.ts';

/** How a contestant is called where people read it. */
export const names: Record<Contestant, string> = {
	store: 'store',
	product: 'product',
	'socket.io': 'Socket.IO',
	'socket.io, durable': 'Socket.IO, durable',
	showcase: 'showcase'
};
