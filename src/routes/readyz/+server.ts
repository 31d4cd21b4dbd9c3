import { text } from '@sveltejs/kit';
import { isDraining } from '$lib/server/services.ts';
import { GET as healthz } from '../healthz/+server.ts';
import type { RequestHandler } from './$types';

/** For a balancer: 200 if this node should get new visitors. 503 where /healthz is, and from the signal to stop on. */
export const GET: RequestHandler = (event) =>
	isDraining()
		? text('This node stops.\n', { status: 503 })
		: healthz(event as unknown as Parameters<typeof healthz>[0]);
