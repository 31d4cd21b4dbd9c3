/** src/server.ts has loaded `.env` into the environment before. */
import { building } from '$app/env';
import { env } from '$env/dynamic/private';
import { readSettings } from './settings.ts';

export const config = readSettings(building ? {} : env);
