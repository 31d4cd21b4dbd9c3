/** The settings of this process. src/server.ts has put the variables of `.env` into the environment before. */
import { building } from '$app/env';
import { env } from '$env/dynamic/private';
import { readSettings } from './settings.ts';

/** Parsed once, when the process starts; a build needs none of it. */
export const config = readSettings(building ? {} : env);
