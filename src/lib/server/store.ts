import { error } from '@sveltejs/kit';
import { embeddedStore } from '../../hpkv/client/embedded.ts';
import { hostedStore } from '../../hpkv/client/hosted.ts';
import { StoreUnavailable, type Hpkv } from '../../hpkv/client/hpkv.ts';
import { proveEndpoint } from '../../hpkv/client/prove.ts';
